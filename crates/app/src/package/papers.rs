//! Papers of the package: every form and every rectification order, as PDF/A and as OFD; beside a form the scan of the
//! one stamped on paper.

use super::Outline;
use super::feed::Feed;
use crate::App;
use crate::error::{Error, Result};
use crate::forms::{FormRef, document};
use crate::pledge::Printable;
use crate::stamped::StampedScan;
use documents::paper::{Document, Format};
use domain::access::Actor;
use domain::archive::Series;
use domain::attachment::MediaType;
use domain::problem::Problem;
use lang::Lang;
use std::collections::VecDeque;
use tokio::task::JoinHandle;

/// A paper in both formats.
#[derive(Debug)]
pub(super) struct Made {
    /// Ending and bytes.
    pub(super) files: Vec<(&'static str, Vec<u8>)>,
    /// What a reader has to know of it.
    pub(super) note: String,
    /// The day of the last act on it.
    day: Option<jiff::civil::Date>,
}

/// Typesets a document in both formats.
///
/// # Errors
/// `problem.package.form`, with the name of the paper.
pub(super) async fn typeset(lang: Lang, name: String, document: Document) -> Result<Made> {
    let work = move || {
        let boxes: String = document.unprintable().into_iter().collect();
        let note = match boxes.as_str() {
            "" => String::new(),
            boxes => lang::fill(lang, "package.boxes", &[("text", &boxes)]),
        };
        let mut files = Vec::new();
        for format in [Format::Pdf, Format::Ofd] {
            let bytes = document.write(format).map_err(|error| {
                tracing::error!(%error, cause = error.cause(), name, "a paper of the package failed");
                let problem = Problem::conflict("problem.package.form").with("name", &name);
                problem.with("why", lang::text(lang, error.key()))
            })?;
            files.push((format.ending(), bytes));
        }
        Ok(Made {
            files,
            note,
            day: None,
        })
    };
    let made: Result<Made, Problem> = tokio::task::spawn_blocking(work).await.map_err(Error::bug)?;
    Ok(made?)
}

fn who(form: &FormRef) -> &str {
    if form.branch { &form.unit } else { &form.name }
}

async fn make(app: App, lang: Lang, form: FormRef) -> Result<Made> {
    let pledge = form.pledge.clone();
    let set = app.query(&Actor::machine(), Printable { pledge }).await?;
    let acts = set.forms.iter().flat_map(|f| {
        let decided = f.filed.decisions.iter().map(|d| d.decided_at);
        decided.chain(f.filed.row.submitted_at)
    });
    let day = acts.max().map(|at| app.date_of(at));
    let document = document(&app, lang, &set);
    let mut made = typeset(lang, who(&form).to_owned(), document).await?;
    made.day = day;
    if let Some(scan) = set.forms.first().and_then(|f| f.filed.stamped.clone()) {
        beside(&app, lang, scan, &mut made).await?;
    }
    Ok(made)
}

/// What the names of scans of stamped forms have before their ending.
pub(super) const SCAN: &str = ".scan.";

/// The scan of the form stamped on paper lies beside the form. One whose bytes are gone is told in the note.
async fn beside(app: &App, lang: Lang, scan: StampedScan, made: &mut Made) -> Result<()> {
    let files = app.files().clone();
    let ending = match MediaType::from_name(&scan.media_type) {
        Some(MediaType::Pdf) => "scan.pdf",
        Some(MediaType::Jpeg) => "scan.jpg",
        _ => "scan.png",
    };
    let read = tokio::task::spawn_blocking(move || files.get(&scan.sha256)).await;
    match read.map_err(Error::bug)? {
        Ok(bytes) => made.files.push((ending, bytes)),
        Err(error) => {
            tracing::warn!(%error, "a scan of a stamped form is gone");
            made.note.push_str(lang::text(lang, "package.scan_gone"));
        }
    }
    Ok(())
}

/// Hands on every form, in order, `workers` being made at a time.
pub(super) async fn forms(feed: &Feed<'_>, workers: usize) -> Result<()> {
    let mut running: VecDeque<(usize, FormRef, JoinHandle<Result<Made>>)> = VecDeque::new();
    for (department, form) in &feed.outline.forms {
        if running.len() >= workers.max(1) {
            hand_on(feed, running.pop_front()).await?;
        }
        let work = make(feed.app.clone(), feed.lang, form.clone());
        running.push_back((*department, form.clone(), tokio::spawn(work)));
    }
    while !running.is_empty() {
        hand_on(feed, running.pop_front()).await?;
    }
    Ok(())
}

async fn hand_on(feed: &Feed<'_>, next: Option<(usize, FormRef, JoinHandle<Result<Made>>)>) -> Result<()> {
    let Some((department, form, made)) = next else {
        return Ok(());
    };
    let made = made.await.map_err(Error::bug)??;
    let series = match form.branch {
        true => Series::BranchForm,
        false => Series::MemberForm,
    };
    let mut meta = feed.meta(series, department);
    let title = format!("{} {}", form.number, who(&form));
    meta.file = crate::names::safe(&title, &form.pledge);
    meta.title = format!("{title} {}", meta.title).trim().to_owned();
    who(&form).clone_into(&mut meta.responsible);
    meta.date = made.day;
    feed.papers(meta, made).await
}

/// Names of pledges: id, number and whose it is.
pub(super) fn named<'a>(outline: &'a Outline, pledge: &str) -> (&'a str, &'a str) {
    let found = outline.forms.iter().find(|(_, f)| f.pledge == pledge);
    found.map_or(("", ""), |(_, f)| (f.number.as_str(), who(f)))
}
