//! Keeping promises and watching that they are kept (screens 20, 33 to 35): reports, draws, inspections, criticism
//! and rectification, and the evidence of all of them.

mod draws;
mod files;
mod inspection;
mod progress;
mod rectification;
mod replay;

use crate::fields::Fields;
use crate::gate::Route;
use crate::visit::Visit;
use app::attachment::{self, Attachment};
use domain::problem::Problem;
use domain::progress::Due;

pub(crate) fn routes() -> Vec<Route> {
    let mut all = progress::routes();
    all.extend(files::routes());
    all.extend(draws::routes());
    all.extend(replay::routes());
    all.extend(inspection::routes());
    all.extend(rectification::routes());
    all
}

/// A state as word, shape and colour.
pub(crate) struct Tag {
    /// Class of the colour.
    pub class: &'static str,
    /// Icon.
    pub icon: &'static str,
    /// Word.
    pub label: String,
}

impl Tag {
    fn new(class: &'static str, icon: &'static str, label: String) -> Tag {
        Tag { class, icon, label }
    }
}

/// The word for a self-report; empty when there is none.
pub(crate) fn claim(v: &Visit, name: Option<&str>) -> String {
    name.map(|n| v.t(&format!("supervision.claim_{n}")).to_owned())
        .unwrap_or_default()
}

/// The word for a finding; empty when there is none.
pub(crate) fn finding(v: &Visit, name: Option<&str>) -> String {
    name.map(|n| v.t(&format!("supervision.finding_{n}")).to_owned())
        .unwrap_or_default()
}

/// A finding as a tag.
pub(crate) fn finding_tag(v: &Visit, name: &str) -> Tag {
    let (class, icon) = match name {
        "fulfilled" => ("ok", "i-ok"),
        "partly_fulfilled" => ("warn", "i-warn"),
        "in_order" => ("run", "i-run"),
        _ => ("bad", "i-bad"),
    };
    Tag::new(class, icon, finding(v, Some(name)))
}

/// The state of an item as a tag.
pub(crate) fn state_tag(v: &Visit, state: &str) -> Tag {
    let (class, icon) = match state {
        "kept" => ("ok", "i-ok"),
        "near_due" | "partly_kept" => ("warn", "i-warn"),
        "overdue" => ("bad", "i-bad"),
        "rectifying" => ("warn", "i-fix"),
        "not_kept_objective" => ("", "i-obj"),
        "not_kept" => ("bad", "i-obj"),
        _ => ("run", "i-run"),
    };
    Tag::new(class, icon, v.t(&format!("supervision.state_{state}")).to_owned())
}

/// How a due date stands today, in words; empty while it is far.
pub(crate) fn due_words(v: &Visit, due: Due) -> &'static str {
    match due {
        Due::Past => lang::text(v.lang(), "supervision.due_past"),
        Due::Near => lang::text(v.lang(), "supervision.due_near"),
        Due::Ahead => "",
    }
}

/// The file of a form, cleaned and kept.
pub(crate) async fn upload(v: &Visit, fields: &Fields) -> app::Result<Option<Attachment>> {
    // Nothing is said to be kept that is not: a file without a byte is told, not left out.
    if fields.chose_empty("file") {
        return Err(Problem::invalid("problem.attachment.empty").on("file").into());
    }
    match fields.file("file") {
        Some(file) => Ok(Some(
            attachment::keep(v.web().app(), "file", &file.name, &file.bytes).await?,
        )),
        None => Ok(None),
    }
}

/// The first characters of a text, for lists and labels.
pub(crate) fn short(text: &str, chars: usize) -> String {
    let mut out: String = text.chars().take(chars).collect();
    if text.chars().count() > chars {
        out.push('…');
    }
    out
}
