//! `jiannuo export forms`: every form handed in as a file of its own, in a folder for each branch.

use crate::exit::{Exit, lang, paper_lang, text};
use crate::open;
use app::App;
use app::forms::{FormRef, ListForms, document};
use app::names::safe;
use app::pledge::Printable;
use clap::ArgMatches;
use documents::paper::Format;
use domain::access::Actor;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tokio::task::JoinSet;

/// What became of one form.
struct Written {
    bytes: usize,
    /// Characters no font has, printed as an empty box.
    boxes: Vec<char>,
    file: PathBuf,
}

#[derive(Default)]
struct Sum {
    files: usize,
    bytes: usize,
    boxes: Vec<(PathBuf, String)>,
}

/// Writes the forms of the running campaign, or of the one closed last.
///
/// # Errors
/// Nothing to write, a folder that cannot be written, a form that could not be made.
pub async fn forms(m: &ArgMatches) -> Result<(), Exit> {
    let folder = m.get_one::<PathBuf>("folder").ok_or_else(Exit::usage)?;
    let format = m.get_one::<String>("format").and_then(|f| Format::from_ending(f));
    let format = format.ok_or_else(Exit::usage)?;
    check_folder(folder, format)?;
    crate::serve::add_fonts(&open::config(m)?)?;
    let app = open::product(m).await?;
    let actor = open::reader(&app, m).await?;
    let forms = app.query(&actor, ListForms).await?;
    if forms.is_empty() {
        return Err(Exit::failed(&text("documents.error.empty")));
    }
    let bar = progress(forms.len(), m.get_flag("json"));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let kind = (format, paper_lang(m));
    let (mut running, mut sum) = (JoinSet::new(), Sum::default());
    let mut taken = BTreeSet::new();
    for form in forms {
        if running.len() >= cores {
            take(&mut running, &mut sum, &bar).await?;
        }
        let file = folder.join(place(&form, format, &mut taken));
        let (app, actor) = (app.clone(), actor.clone());
        running.spawn(async move { write(&app, &actor, form, kind, file).await });
    }
    while !running.is_empty() {
        take(&mut running, &mut sum, &bar).await?;
    }
    bar.finish_and_clear();
    tell(m, folder, format, &sum);
    Ok(())
}

/// A folder is taken as long as no form of this format lies in it: one of somebody who has withdrawn since would stay
/// there as if it held.
fn check_folder(folder: &Path, format: Format) -> Result<(), Exit> {
    let told = |key| Exit::failed(&::lang::fill(lang(), key, &[("folder", &folder.display())]));
    if !folder.exists() {
        return Ok(());
    }
    if !folder.is_dir() {
        return Err(told("cli.export_forms_no_folder"));
    }
    let inside = |of: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(of).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    };
    let is_form = |file: &PathBuf| file.extension().is_some_and(|ending| ending == format.ending());
    let first = inside(folder);
    let below = first
        .iter()
        .filter(|path| path.is_dir())
        .flat_map(|path| inside(path));
    if first.iter().any(is_form) || below.collect::<Vec<_>>().iter().any(is_form) {
        return Err(told("cli.export_forms_not_empty"));
    }
    Ok(())
}

async fn take(
    running: &mut JoinSet<Result<Written, Exit>>,
    sum: &mut Sum,
    bar: &ProgressBar,
) -> Result<(), Exit> {
    let Some(done) = running.join_next().await else {
        return Ok(());
    };
    let done = done.map_err(|e| Exit::failed(&e))??;
    sum.files += 1;
    sum.bytes += done.bytes;
    if !done.boxes.is_empty() {
        sum.boxes.push((done.file, done.boxes.into_iter().collect()));
    }
    bar.inc(1);
    Ok(())
}

async fn write(
    app: &App,
    actor: &Actor,
    form: FormRef,
    (format, tongue): (Format, ::lang::Lang),
    file: PathBuf,
) -> Result<Written, Exit> {
    let pledge = form.pledge;
    let set = app.query(actor, Printable { pledge }).await?;
    let document = document(app, tongue, &set);
    let made = tokio::task::spawn_blocking(move || {
        // Word and HTML take a face from the reader's own machine.
        let boxes = match format {
            Format::Pdf | Format::Ofd => document.unprintable(),
            Format::Docx | Format::Html => Vec::new(),
        };
        let bytes = document.write(format).map_err(|e| Exit::failed(&text(e.key())))?;
        let failed = |e: std::io::Error| open::file_unusable(&file, &e);
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        std::fs::write(&file, &bytes).map_err(failed)?;
        Ok(Written {
            bytes: bytes.len(),
            boxes,
            file,
        })
    });
    made.await.map_err(|e| Exit::failed(&e))?
}

/// Folder and name of a file: branch, then number and name. Two that come out alike are told apart by a figure.
fn place(form: &FormRef, format: Format, taken: &mut BTreeSet<PathBuf>) -> PathBuf {
    let who = if form.branch { &form.unit } else { &form.name };
    let stem = safe(&format!("{} {who}", form.number), &form.pledge);
    let folder = PathBuf::from(safe(&form.unit, "_"));
    let ending = format.ending();
    let mut file = folder.join(format!("{stem}.{ending}"));
    let mut next = 2;
    while !taken.insert(file.clone()) {
        file = folder.join(format!("{stem} ({next}).{ending}"));
        next += 1;
    }
    file
}

fn progress(all: usize, quiet: bool) -> ProgressBar {
    if quiet {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(u64::try_from(all).unwrap_or(u64::MAX));
    let style = ProgressStyle::with_template("{bar:32} {pos}/{len} {per_sec} {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style);
    bar
}

fn tell(m: &ArgMatches, folder: &Path, format: Format, sum: &Sum) {
    if m.get_flag("json") {
        let boxes = sum.boxes.iter().map(
            |(file, characters)| json!({ "file": file.display().to_string(), "characters": characters }),
        );
        let told = json!({
            "folder": folder.display().to_string(),
            "format": format.ending(),
            "files": sum.files,
            "bytes": sum.bytes,
            "unprintable": boxes.collect::<Vec<_>>(),
        });
        println!("{told}");
        return;
    }
    for (file, characters) in &sum.boxes {
        let args: [(&str, &dyn std::fmt::Display); 2] = [("file", &file.display()), ("text", characters)];
        eprintln!("{}", ::lang::fill(lang(), "cli.export_boxes", &args));
    }
    println!(
        "{}",
        ::lang::fill(lang(), "cli.export_forms_done", &[("n", &sum.files)])
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_never_meet() {
        let form = FormRef {
            pledge: "p".to_owned(),
            branch: false,
            unit: "产科/党支部".to_owned(),
            name: "王䶮".to_owned(),
            number: String::new(),
        };
        let mut taken = BTreeSet::new();
        let first = place(&form, Format::Pdf, &mut taken);
        let second = place(&form, Format::Pdf, &mut taken);
        assert_eq!(first, PathBuf::from("产科_党支部/王䶮.pdf"));
        assert_eq!(second, PathBuf::from("产科_党支部/王䶮 (2).pdf"));
    }
}
