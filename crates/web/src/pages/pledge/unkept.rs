//! What the page of one item shows when it could not be kept: why, both texts where two devices wrote, the cleaned text
//! where there were characters nobody sees. Nothing typed is lost, with the script and without it.

use super::onward::on_page;
use super::show::{AdviceView, ItemView, measured_parts};
use super::write::{content_of, json, with_item, write_page};
use super::{Lying, Place, lying, worded};
use crate::fields::{Fields, Form, mendable};
use crate::respond::{Answer, Failure, page_with, see_other};
use crate::visit::Visit;
use askama::Template;
use axum::http::StatusCode;
use domain::problem::Problems;
use domain::text::{hidden, without_hidden};

/// Both texts of one item, when somebody else was faster.
pub(crate) struct Both {
    /// What is kept; `None` when it was taken out meanwhile.
    pub kept: Option<ItemView>,
    /// Where the kept one is gone on with.
    pub kept_href: String,
    /// What was typed here.
    pub mine: ItemView,
    /// The revision that keeping what was typed here replaces.
    pub revision: i64,
}

/// Why an item was not kept, and what can be done about it on this page.
#[derive(Default)]
pub(crate) struct Unkept {
    /// Why, in sentences; empty where the page says it elsewhere.
    pub said: Vec<String>,
    /// Both texts, when two devices wrote.
    pub both: Option<Both>,
    /// The characters nobody sees, by name with how often each stands there.
    pub hidden: Vec<String>,
    /// The texts without them.
    pub cleaned: Vec<String>,
}

#[derive(Template)]
#[template(path = "pledge/unkept.html")]
struct UnkeptPart<'a> {
    v: &'a Visit,
    unkept: &'a Option<Unkept>,
}

/// The problems of texts with characters nobody sees.
const HIDDEN: [&str; 2] = ["problem.text.bidi", "problem.text.control"];

/// The texts a person writes into the form of one item.
fn texts(fields: &Fields) -> impl Iterator<Item = &str> {
    let written = ["own", "rest", "measure", "beneficiary", "due_date", "joint"];
    let all = fields
        .under("")
        .filter(move |(name, _)| written.contains(name) || name.starts_with("b."));
    all.map(|(_, text)| text).filter(|text| !text.trim().is_empty())
}

/// The same form without characters nobody sees, when its writer pressed the button for it.
pub(super) fn cleaned(fields: Fields) -> Fields {
    if fields.get("clean").is_empty() {
        return fields;
    }
    let all = fields.under("");
    Fields::of(all.map(|(n, t)| (n.to_owned(), without_hidden(t))).collect())
}

/// The revision its writer saw. Who was shown both texts and keeps his own replaces the newest one.
pub(super) fn seen(fields: &Fields) -> Option<i64> {
    let name = if fields.has("over") { "over" } else { "revision" };
    fields.has(name).then(|| fields.get(name).parse().unwrap_or(-1))
}

/// What stands in the texts and nobody sees, by name.
fn named(v: &Visit, fields: &Fields) -> Vec<String> {
    let all: String = texts(fields).collect();
    let found = hidden(&all).into_iter();
    let found = found.map(|(c, n)| {
        let code = format!("U+{:04X}", u32::from(c));
        let what = v.t_of("unkept_char", domain::text::hidden_name(c));
        v.t3("unkept.character", "what", what, "code", code, "n", n)
    });
    found.collect()
}

/// What was typed here, as items are shown.
fn mine(v: &Visit, l: &Lying, at: &Place, fields: &Fields) -> ItemView {
    let content = content_of(v, l, fields);
    ItemView {
        id: fields.trimmed("item"),
        kind: at.kind.clone(),
        kind_label: l.labels.kind(&at.kind).to_owned(),
        parts: measured_parts(v, &content),
        measure: fields.trimmed("measure"),
        beneficiary: fields.trimmed("beneficiary"),
        due: fields.trimmed("due_date"),
        demand: String::new(),
        joint: fields.trimmed("joint"),
        held: String::new(),
        locked: false,
        removable: true,
        altered: false,
        gone: false,
    }
}

impl Unkept {
    fn of(v: &Visit, l: &Lying, at: &Place, fields: &Fields, problems: &Problems) -> Unkept {
        let is = |keys: &[&str]| problems.0.iter().any(|p| keys.contains(&p.key));
        let both = is(&["problem.pledge.changed_meanwhile"]).then(|| both(v, l, at, fields));
        let hidden = if is(&HIDDEN) { named(v, fields) } else { Vec::new() };
        let changed = |text: &&str| without_hidden(text) != **text;
        let cleaned = texts(fields).filter(changed).map(without_hidden).collect();
        Unkept {
            said: problems.0.iter().map(|p| v.say(p)).collect(),
            cleaned: if hidden.is_empty() { Vec::new() } else { cleaned },
            both,
            hidden,
        }
    }
}

/// The text kept meanwhile beside the one typed here. Of a new item the one written last elsewhere is meant.
fn both(v: &Visit, l: &Lying, at: &Place, fields: &Fields) -> Both {
    let id = fields.trimmed("item");
    let of_kind = |i: &&ItemView| i.kind == at.kind && !i.gone;
    let kept = match id.as_str() {
        "" => l.items.iter().rfind(of_kind),
        id => l.items.iter().find(|i| i.id == id),
    };
    Both {
        kept_href: kept.map_or(at.base.clone(), |i| {
            format!("{}/write/{}?item={}", at.base, at.kind, i.id)
        }),
        kept: kept.cloned(),
        mine: mine(v, l, at, fields),
        revision: l.revision(),
    }
}

/// The answer to a save by itself that was refused: said beside the box, with what can be done.
fn told(v: &Visit, code: StatusCode, unkept: Unkept) -> Answer {
    let said = unkept.said.join(" ");
    let unkept = &Some(unkept);
    let part = UnkeptPart { v, unkept }.render().map_err(app::Error::bug)?;
    let body = serde_json::json!({ "said": said, "refused": true, "unkept": part });
    Ok(json(code, &body))
}

pub(super) async fn refused(v: Visit, at: Place, fields: Fields, error: app::Error, quiet: bool) -> Answer {
    let problems = mendable(error)?;
    let status = |problems: &Problems| {
        let first = problems.0.first();
        first.map_or(StatusCode::UNPROCESSABLE_ENTITY, |p| {
            crate::respond::status(&p.kind)
        })
    };
    let l = match lying(&v, &at).await {
        Ok(l) if !l.ended() => l,
        // The campaign ended meanwhile: the text stays in the box of the page, which hears why it is not kept.
        Ok(_) | Err(_) if quiet => {
            let said = problems.0.iter().map(|p| v.say(p)).collect();
            let unkept = Unkept {
                said,
                ..Unkept::default()
            };
            return told(&v, status(&problems), unkept);
        }
        // Without script a page of its own hands the text back.
        Ok(_) => return Err(problems.into()),
        Err(Failure(error)) => return Err(Failure(error)),
    };
    if !l.begun() {
        return Ok(see_other(&at.base));
    }
    let mut problems = worded(&v, &l.labels, problems);
    let code = status(&problems);
    let mut unkept = Unkept::of(&v, &l, &at, &fields, &problems);
    if quiet {
        return told(&v, code, unkept);
    }
    on_page(&mut problems);
    // The page says why in its list of what is wrong.
    unkept.said.clear();
    let fields = with_item(fields.clone(), &fields.trimmed("item"));
    let mut page = write_page(v, at, l, Form::mend(fields, problems), AdviceView::default())?;
    page.unkept = Some(unkept).filter(|u| u.both.is_some() || !u.hidden.is_empty());
    page_with(code, &page)
}
