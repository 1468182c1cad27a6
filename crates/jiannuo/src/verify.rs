//! `jiannuo verify audit`: the whole trail against its chain.

use crate::exit::{Exit, fill, lang, text};
use crate::open;
use clap::ArgMatches;
use domain::audit::{AuditFault, Checkpoint};

/// Checks and says the first fault.
///
/// # Errors
/// 3 when the trail does not fit.
pub async fn audit(m: &ArgMatches) -> Result<(), Exit> {
    let outside: Result<Vec<_>, Exit> = m
        .get_many::<String>("checkpoint")
        .into_iter()
        .flatten()
        .map(|words| checkpoint(words).ok_or_else(|| Exit::misused(text("cli.verify_bad_checkpoint"))))
        .collect();
    let outside = outside?;
    let app = open::product(m).await?;
    let report = app::audit::verify_audit(&app, &outside).await?;
    if m.get_flag("json") {
        println!(
            "{}",
            serde_json::to_string(&report).map_err(|e| Exit::failed(&e))?
        );
    } else if report.ok && report.chained > 0 {
        let n = report.chained;
        println!("{} {}", fill("cli.verify_fine", &[("n", &n)]), report.hash);
    }
    match report.fault {
        None if report.chained == 0 && report.waiting == 0 => Err(Exit::wrong(text("cli.verify_empty"))),
        None => Ok(()),
        Some(fault) => Err(Exit::wrong(sentence(&fault))),
    }
}

/// The first bad place in words.
pub fn sentence(fault: &AuditFault) -> String {
    let kind = serde_json::to_value(fault.kind).unwrap_or_default();
    let what = format!("audit_fault.{}", kind.as_str().unwrap_or_default());
    let entry = fault.entry_id.clone().unwrap_or_default();
    let at = fill("cli.verify_at", &[("n", &fault.position), ("entry", &entry)]);
    format!(
        "{} {at} {}",
        text("cli.verify_wrong"),
        ::lang::text(lang(), &what)
    )
}

/// Reads `120:9f2c…`.
fn checkpoint(words: &str) -> Option<Checkpoint> {
    let (position, hash) = words.split_once(':')?;
    let fine = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    fine.then_some(())?;
    Some(Checkpoint {
        position: position.parse().ok()?,
        hash: hash.to_ascii_lowercase(),
    })
}
