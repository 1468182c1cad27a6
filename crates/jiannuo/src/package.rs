//! `jiannuo export package` and `jiannuo verify package`: the evidence package of a campaign, out and checked.

use crate::exit::{Exit, fill, lang, paper_lang, text};
use crate::open;
use app::package::{
    Checked, ExportPackage, Fault, FolderShelf, Outline, ReadOutline, SealsChecked, check, write,
};
use clap::ArgMatches;
use domain::access::Actor;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::path::{Path, PathBuf};

fn folder(m: &ArgMatches) -> Result<&PathBuf, Exit> {
    m.get_one::<PathBuf>("folder").ok_or_else(Exit::usage)
}

/// Writes the package.
///
/// # Errors
/// A folder that holds something, a campaign that is not there, a paper that cannot be made.
pub async fn export(m: &ArgMatches) -> Result<(), Exit> {
    let folder = folder(m)?;
    crate::serve::add_fonts(&open::config(m)?)?;
    let app = open::product(m).await?;
    // The folder first: who cannot write takes nothing away and leaves no entry.
    let shelf = FolderShelf::new(folder).map_err(app::Error::from)?;
    let campaign = m.get_one::<String>("campaign").cloned().unwrap_or_default();
    let campaign = app.execute(&Actor::machine(), ExportPackage { campaign }).await?;
    app::sequencer::chain_audit(&app).await?;
    let outline = app.query(&Actor::machine(), ReadOutline { campaign }).await?;
    let bar = progress(&outline, m.get_flag("json"));
    let told = bar.clone();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let title = outline.campaign.title_in(lang()).to_owned();
    let written = write(&app, paper_lang(m), outline, cores, shelf, move |n| {
        told.set_position(u64::try_from(n).unwrap_or(u64::MAX));
    })
    .await?;
    bar.finish_and_clear();
    let keys: Vec<_> = app
        .signers()
        .all()?
        .iter()
        .map(|s| (s.algorithm().name(), s.id()))
        .collect();
    let shown = folder.display();
    if m.get_flag("json") {
        let keys: Vec<_> = keys
            .iter()
            .map(|(a, id)| json!({ "algorithm": a, "id": id }))
            .collect();
        let told = json!({ "folder": shown.to_string(), "campaign": title, "files": written.files,
            "items": written.items, "bytes": written.bytes, "unprintable": written.boxes, "keys": keys });
        println!("{told}");
        return Ok(());
    }
    if written.boxes > 0 {
        eprintln!("{}", fill("cli.package_boxes", &[("n", &written.boxes)]));
    }
    let args: [(&str, &dyn std::fmt::Display); 4] = [
        ("campaign", &title),
        ("folder", &shown),
        ("n", &written.items),
        ("m", &written.files),
    ];
    println!("{}", fill("cli.package_exported", &args));
    for (algorithm, id) in &keys {
        println!("{}", key_line(algorithm, id));
    }
    Ok(())
}

fn key_line(algorithm: &str, id: &str) -> String {
    fill(
        "cli.package_key",
        &[("algorithm", &algorithm.to_uppercase()), ("key", &id)],
    )
}

/// Both papers of every form, and the few tables beside them.
fn progress(outline: &Outline, quiet: bool) -> ProgressBar {
    if quiet {
        return ProgressBar::hidden();
    }
    let all = outline.forms.len() * 2 + outline.departments.len() * 6;
    let bar = ProgressBar::new(u64::try_from(all).unwrap_or(u64::MAX));
    let style = ProgressStyle::with_template("{bar:32} {pos}/{len} {per_sec} {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style);
    bar
}

/// Checks a package that lies in a folder. Nothing else is opened.
///
/// # Errors
/// 1 when the folder cannot be read; 3 when something in it is wrong.
pub fn verify(m: &ArgMatches) -> Result<(), Exit> {
    let folder = folder(m)?;
    let key = m.get_one::<String>("key").map(String::as_str);
    let checked = check(folder, key).map_err(|why| open::file_unusable(folder, &why))?;
    if m.get_flag("json") {
        println!("{}", as_json(&checked));
    } else {
        tell(folder, &checked, key.is_some());
    }
    match checked.faults.len() {
        0 => Ok(()),
        n => Err(Exit::wrong(fill("cli.package_wrong", &[("n", &n)]))),
    }
}

fn sentence(fault: &Fault) -> String {
    let args: Vec<(&str, &dyn std::fmt::Display)> = fault
        .args
        .iter()
        .map(|(name, value)| (*name, value as &dyn std::fmt::Display))
        .collect();
    fill(fault.key, &args)
}

fn as_json(checked: &Checked) -> serde_json::Value {
    let faults = checked.faults.iter().map(|fault| {
        let args: serde_json::Map<_, _> = fault
            .args
            .iter()
            .map(|(n, v)| ((*n).to_owned(), json!(v)))
            .collect();
        json!({ "fault": fault.key, "args": args, "words": sentence(fault) })
    });
    let keys = checked
        .keys
        .iter()
        .map(|(a, id)| json!({ "algorithm": a, "id": id }));
    json!({
        "ok": checked.faults.is_empty(), "files": checked.files, "audit_entries": checked.entries,
        "keys": keys.collect::<Vec<_>>(), "seals": checked.seals, "faults": faults.collect::<Vec<_>>(),
    })
}

/// What was checked of the seals, and what was not.
fn tell_seals(seals: &SealsChecked) {
    if seals.hold == 0 {
        println!("{}", text("cli.package_seals_none"));
    } else {
        let keys = seals.keys.join(", ");
        println!(
            "{}",
            fill("cli.package_seals", &[("n", &seals.hold), ("keys", &keys)])
        );
    }
    for (key, n) in [
        ("cli.package_seals_keyless", seals.without_key),
        ("cli.package_seals_unsealed", seals.unsealed),
    ] {
        if n > 0 {
            println!("{}", fill(key, &[("n", &n)]));
        }
    }
}

fn tell(folder: &Path, checked: &Checked, named: bool) {
    for fault in &checked.faults {
        println!("{}", sentence(fault));
    }
    if !checked.faults.is_empty() {
        return;
    }
    let args: [(&str, &dyn std::fmt::Display); 3] = [
        ("folder", &folder.display()),
        ("n", &checked.files),
        ("m", &checked.entries),
    ];
    println!("{}", fill("cli.package_fine", &args));
    for (algorithm, id) in &checked.keys {
        println!("{}", key_line(algorithm, id));
    }
    tell_seals(&checked.seals);
    if !named {
        println!("{}", text("cli.package_compare"));
    }
}
