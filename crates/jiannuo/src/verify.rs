//! `jiannuo verify audit`: the whole trail against its chain.

use crate::exit::{Exit, text};
use crate::open;
use clap::ArgMatches;

/// Checks and says the first fault.
///
/// # Errors
/// 3 when the trail does not fit.
pub async fn audit(m: &ArgMatches) -> Result<(), Exit> {
    let app = open::product(m).await?;
    let report = app::audit::verify_audit(&app, &[]).await?;
    if m.get_flag("json") {
        println!(
            "{}",
            serde_json::to_string(&report).map_err(|e| Exit::failed(&e))?
        );
    } else if report.ok {
        let n = report.chained;
        println!(
            "{} {}",
            lang::fill(crate::exit::lang(), "cli.verify_fine", &[("n", &n)]),
            report.hash
        );
    }
    match report.fault {
        None => Ok(()),
        Some(fault) => {
            let entry = fault.entry_id.unwrap_or_default();
            Err(Exit::wrong(format!(
                "{} {} {entry} {:?}",
                text("cli.verify_wrong"),
                fault.position,
                fault.kind
            )))
        }
    }
}
