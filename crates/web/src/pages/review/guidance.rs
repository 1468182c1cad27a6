//! The words offered with a reason for returning a pledge: as they ship, or as the house has them (N11).

use crate::fields::{Fields, Form, mendable};
use crate::respond::{Answer, page_with, see_other, status};
use crate::visit::Visit;
use app::campaign::{Labels, RunningCampaign};
use app::review::{
    ChangeGuidance, FindGuidance, GUIDANCE_MAX, GuidanceLine, GuidanceWords, NewGuidance, OwnGuidance,
};
use askama::Template;
use axum::http::StatusCode;
use lang::Lang;

/// The words offered with a reason: the house's in the reader's language, else those that ship in it.
pub(super) fn words(v: &Visit, own: &OwnGuidance, label: &str, reason: &str) -> String {
    let own = own.get(reason).and_then(|words| words.get(v.lang()));
    own.map_or_else(|| shipped(v.lang(), label, reason), str::to_owned)
}

/// Those that ship; of a reason nobody here knows, its label.
fn shipped(lang: Lang, label: &str, reason: &str) -> String {
    let known = lang::find(lang, &format!("review.guide_{reason}"));
    known.map_or_else(
        || lang::fill(lang, "review.guidance_of", &[("reason", &label)]),
        str::to_owned,
    )
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

/// The words of a reason in one language.
struct Said {
    /// Name of the field.
    name: String,
    /// Name of the language, as those who read it write it.
    language: &'static str,
    /// Code of the language, for voices that read aloud.
    code: &'static str,
    /// What stands there now.
    words: String,
    shipped: String,
    own: bool,
}

/// A reason on the page.
struct Line {
    reason: String,
    label: String,
    said: Vec<Said>,
    own: bool,
    revision: i64,
    changed: String,
}

/// The languages with the name of their field and of themselves.
const LANGUAGES: [(Lang, &str, &str); 2] = [
    (Lang::Zh, "words", "review.guidance_zh"),
    (Lang::En, "words_en", "review.guidance_en"),
];

fn line(v: &Visit, campaign: &RunningCampaign, line: GuidanceLine) -> Line {
    let said = LANGUAGES.map(|(lang, field, language)| {
        let shipped = shipped(
            lang,
            campaign.labels(lang).return_reason(&line.reason),
            &line.reason,
        );
        let own = line.words.get(lang);
        Said {
            name: format!("{field}.{}", line.reason),
            language: v.t(language),
            code: lang.code(),
            words: own.map_or_else(|| shipped.clone(), str::to_owned),
            own: own.is_some(),
            shipped,
        }
    });
    let changed = line
        .changed
        .as_ref()
        .map(|(name, at)| v.t2("review.guidance_changed", "name", name, "at", v.moment(*at)));
    Line {
        own: line.words.any(),
        label: campaign.labels(v.lang()).return_reason(&line.reason).to_owned(),
        said: said.into(),
        revision: line.revision,
        reason: line.reason,
        changed: changed.unwrap_or_default(),
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
    let lines = found.map(|(campaign, all)| all.into_iter().map(|l| line(&v, &campaign, l)).collect());
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
    let change = |(reason, _): (&str, &str)| {
        // What was sent in a language: the words, and whether they differ from what stood there.
        let typed = LANGUAGES.map(|(_, field, _)| {
            let name = format!("{field}.{reason}");
            let now = fields.has(&name).then(|| plain(fields.get(&name)));
            let was = plain(fields.get(&format!("was.{name}")));
            let same = now.as_ref().is_none_or(|now| *now == was);
            (now, same, fields.has(&format!("own.{name}")))
        });
        let to_default = reason == back;
        let [zh, en] = typed.clone().map(|(now, same, own)| {
            // What ships and was left as it is stays what ships, also when its words are mended one day.
            now.filter(|_| !to_default && (own || !same))
        });
        let changed = to_default || typed.iter().any(|(_, same, _)| !same);
        changed.then(|| NewGuidance {
            reason: reason.to_owned(),
            revision: fields
                .get(&format!("revision.{reason}"))
                .trim()
                .parse()
                .unwrap_or(-1),
            words: GuidanceWords { zh, en },
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
