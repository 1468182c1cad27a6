//! `jiannuo verify audit`: the whole trail against its chain.

use crate::exit::{Exit, fill, lang, text};
use crate::open;
use app::public::PublicReport;
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
    let mut report = app::audit::verify_audit(&app, &outside).await?;
    let public = app::public::verify_public(&app).await?;
    let empty = report.fault.is_none() && report.chained == 0 && report.waiting == 0;
    report.ok &= !empty && public.wrong == 0;
    if m.get_flag("json") {
        let mut told = serde_json::to_value(&report).map_err(|e| Exit::failed(&e))?;
        told["public"] = serde_json::to_value(&public).map_err(|e| Exit::failed(&e))?;
        println!("{told}");
    } else if report.ok {
        let n = report.chained;
        println!("{} {}", fill("cli.verify_fine", &[("n", &n)]), report.hash);
        let (texts, log) = (public.texts, public.log);
        println!(
            "{}",
            fill("cli.verify_public_fine", &[("n", &texts), ("m", &log)])
        );
    }
    match report.fault {
        None if empty => Err(Exit::wrong(text("cli.verify_empty"))),
        None if public.wrong > 0 => Err(Exit::wrong(public_sentence(&public))),
        None => Ok(()),
        Some(fault) => Err(Exit::wrong(sentence(&fault))),
    }
}

/// What strangers read and does not fit, each place on a line.
fn public_sentence(report: &PublicReport) -> String {
    let mut lines = vec![fill("cli.verify_public_wrong", &[("n", &report.wrong)])];
    for fault in &report.faults {
        let kind = serde_json::to_value(fault.kind).unwrap_or_default();
        let what = format!("public_fault.{}", kind.as_str().unwrap_or_default());
        let (at, pledge) = (fault.at, fault.pledge.as_str());
        lines.push(::lang::fill(lang(), &what, &[("at", &at), ("pledge", &pledge)]));
    }
    lines.join("\n")
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
