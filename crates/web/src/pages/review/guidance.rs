//! The words offered with a reason for returning a pledge: as they ship, or as the house has them (N11).

use crate::fields::{Fields, Form, mendable};
use crate::respond::{Answer, page_with, see_other, status};
use crate::visit::Visit;
use app::campaign::Labels;
use app::review::{ChangeGuidance, FindGuidance, GUIDANCE_MAX, GuidanceLine, NewGuidance, OwnGuidance};
use askama::Template;
use axum::http::StatusCode;

/// The words offered with a reason.
pub(super) fn words(v: &Visit, own: &OwnGuidance, label: &str, reason: &str) -> String {
    own.get(reason)
        .cloned()
        .unwrap_or_else(|| shipped(v, label, reason))
}

/// Those that ship; of a reason nobody here knows, its label.
fn shipped(v: &Visit, label: &str, reason: &str) -> String {
    let known = lang::find(v.lang(), &format!("review.guide_{reason}"));
    known.map_or_else(|| v.t1("review.guidance_of", "reason", label), str::to_owned)
}

/// Adds the words of the chosen reasons to what was written, each once.
pub(super) fn added(
    v: &Visit,
    own: &OwnGuidance,
    labels: &Labels,
    reasons: &[&str],
    written: &str,
) -> String {
    let mut message = written.trim_end().to_owned();
    for reason in reasons {
        let words = words(v, own, labels.return_reason(reason), reason);
        if !message.contains(&words) {
            if !message.is_empty() {
                message.push('\n');
            }
            message.push_str(&words);
        }
    }
    message
}

/// A reason on the page.
struct Line {
    reason: String,
    label: String,
    /// What stands there now.
    words: String,
    shipped: String,
    own: bool,
    revision: i64,
    changed: String,
}

fn line(v: &Visit, labels: &Labels, line: GuidanceLine) -> Line {
    let label = labels.return_reason(&line.reason).to_owned();
    let shipped = shipped(v, &label, &line.reason);
    let changed = line
        .changed
        .map(|(name, at)| v.t2("review.guidance_changed", "name", name, "at", v.moment(at)));
    Line {
        own: line.words.is_some(),
        words: line.words.unwrap_or_else(|| shipped.clone()),
        revision: line.revision,
        reason: line.reason,
        changed: changed.unwrap_or_default(),
        label,
        shipped,
    }
}

#[derive(Template)]
#[template(path = "review/guidance.html")]
struct GuidancePage {
    v: Visit,
    f: Form,
    lines: Vec<Line>,
    /// Whether what was typed met a later change by somebody else.
    moved: bool,
}

pub(super) async fn show(v: Visit) -> Answer {
    render(v, Form::default(), StatusCode::OK).await
}

async fn render(v: Visit, f: Form, code: StatusCode) -> Answer {
    let found = v.web().app().query(v.actor(), FindGuidance).await?;
    let lines = found.map(|(campaign, all)| {
        let labels = campaign.labels(v.lang());
        all.into_iter().map(|l| line(&v, &labels, l)).collect()
    });
    let sheet = GuidancePage {
        lines: lines.unwrap_or_default(),
        moved: code == StatusCode::CONFLICT,
        f,
        v,
    };
    page_with(code, &sheet)
}

/// What differs from what was on the screen. A line that somebody else changed meanwhile, and nobody here, stays his.
fn changes(fields: &Fields) -> Vec<NewGuidance> {
    let plain = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
    let back = fields.get("default");
    let change = |(reason, typed): (&str, &str)| {
        let to_default = reason == back;
        let same = plain(typed) == plain(fields.get(&format!("was.{reason}")));
        (to_default || !same).then(|| NewGuidance {
            reason: reason.to_owned(),
            revision: fields
                .get(&format!("revision.{reason}"))
                .trim()
                .parse()
                .unwrap_or(-1),
            words: (!to_default).then(|| plain(typed)),
        })
    };
    fields.under("words.").filter_map(change).collect()
}

pub(super) async fn change(v: Visit, fields: Fields) -> Answer {
    let changes = changes(&fields);
    if changes.is_empty() {
        return Ok(see_other("/review/guidance"));
    }
    match v.web().app().execute(v.actor(), ChangeGuidance { changes }).await {
        Ok(()) => Ok(see_other("/review/guidance?said=saved")),
        Err(error) => {
            let problems = mendable(error)?;
            let first = problems.0.first();
            let code = first.map_or(StatusCode::UNPROCESSABLE_ENTITY, |p| status(&p.kind));
            render(v, Form::mend(fields, problems), code).await
        }
    }
}
