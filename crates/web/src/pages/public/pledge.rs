//! Screen 3: one pledge with its whole life, and the objection form of the publicity period.

use super::story::{StoryLine, story};
use super::view::{Tag, base, grouped, short, tag, vow};
use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page, page_with};
use crate::visit::Visit;
use app::campaign::Labels;
use app::public::{FindPledge, Line, PledgeView};
use app::publication::RaiseObjection;
use askama::Template;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use domain::pledge::{SpanKind, difference};
use domain::publication::PublicPledge as Text;
use std::fmt::Write as _;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/pledges/{id}", Gate::Public, show),
        Route::get("/pledges/{id}/qr.svg", Gate::Public, drawing),
        Route::get("/pledges/{id}/objection", Gate::Anonymous, objection),
        Route::post("/pledges/{id}/objection", Gate::Anonymous, object),
    ]
}

struct Item {
    anchor: i64,
    vow: String,
    kind: String,
    tag: Tag,
    measure: String,
    beneficiary: String,
    due: String,
    claim: String,
    claim_words: String,
    claimed_on: String,
    verdict: String,
    verdict_words: String,
    verdict_on: String,
    /// Promised together with others.
    joint: bool,
}

struct VersionLine {
    version: i64,
    on: String,
    code: String,
    reason: String,
    changes: Vec<String>,
}

#[derive(Template)]
#[template(path = "public/pledge.html")]
struct PledgePage {
    v: Visit,
    p: PledgeView,
    /// What the organisation calls a pledge after the step of proposing; empty for any other.
    immediate: String,
    /// When it became public and, where it was amended since, when.
    published: String,
    trail: Vec<(String, String)>,
    title: String,
    items: Vec<Item>,
    story: Vec<StoryLine>,
    versions: Vec<VersionLine>,
    grades: Vec<(String, i64)>,
    raters: i64,
    may_object: bool,
    code: String,
    dictionary: String,
}

#[derive(Template)]
#[template(path = "public/gone.html")]
struct GonePage {
    v: Visit,
    number: String,
    unit: String,
    unit_name: String,
    on: String,
    reason: String,
    orders: usize,
}

/// The reason of a take-down; where the pledger gave none, in the reader's language.
pub(crate) fn reason(v: &Visit, text: &str) -> String {
    if text == "consent_withdrawn" {
        v.t("public.consent_withdrawn").to_owned()
    } else {
        text.to_owned()
    }
}

fn gone(v: Visit, p: &PledgeView) -> Answer {
    let page = GonePage {
        number: p.head.number.clone(),
        unit: p.head.unit_id.clone(),
        unit_name: p.head.unit_name.clone(),
        on: p.head.taken_down_at.map(|at| v.day_of(at)).unwrap_or_default(),
        reason: reason(&v, &p.head.taken_down_reason),
        orders: p.open_orders,
        v,
    };
    page_with(StatusCode::GONE, &page)
}

async fn show(v: Visit, Path(id): Path<String>) -> Answer {
    let p = v.web().app().query(v.actor(), FindPledge(id)).await?;
    let v = v.about(&p.campaign.id);
    if p.head.taken_down_at.is_some() {
        return gone(v, &p);
    }
    let labels = p.campaign.labels(v.lang());
    let grade = |(score, n): &(i64, i64)| {
        let label = p
            .campaign
            .template
            .satisfaction
            .iter()
            .find(|s| i64::from(s.score) == *score);
        (
            label.map_or_else(|| score.to_string(), |s| s.label.get(v.lang()).to_owned()),
            *n,
        )
    };
    let page_data = PledgePage {
        trail: vec![
            ("/board".to_owned(), v.t("public.board_title").to_owned()),
            (format!("/branches/{}", p.head.unit_id), p.head.unit_name.clone()),
        ],
        title: v.t1("public.pledge_of", "name", &p.head.name),
        immediate: immediate(&v, &p),
        published: published(&v, &p),
        items: items(&v, &labels, &p),
        story: story(&v, &p),
        versions: versions(&v, &p),
        grades: p.grades.iter().map(grade).collect(),
        raters: p.grades.iter().map(|g| g.1).sum(),
        may_object: p.objections_until.is_some_and(|last| v.today() <= last),
        code: grouped(&p.head.check_code),
        dictionary: short(p.items.first().map_or("", |l| &l.item.content), 60),
        p,
        v,
    };
    page(&page_data)
}

fn published(v: &Visit, p: &PledgeView) -> String {
    let last = v.day_of(p.head.published_at);
    let first = p.events.iter().find(|e| e.kind == "published");
    match first.filter(|_| p.head.version > 1) {
        Some(first) => v.t2(
            "public.published_amended",
            "date",
            v.iso(&first.happened_on),
            "amended",
            last,
        ),
        None => v.t1("public.published_on", "date", last),
    }
}

fn immediate(v: &Visit, p: &PledgeView) -> String {
    // Of a pledge that was amended since, the day it was first handed in counts.
    let first = p.events.iter().find(|e| e.kind == "submitted");
    let dated = first.map_or(&p.head.pledged_on, |e| &e.happened_on).parse().ok();
    let words = dated.and_then(|day| p.campaign.immediate(day, v.today()));
    words
        .map(|i| i.label.get(v.lang()).to_owned())
        .unwrap_or_default()
}

/// The code that leads to this page: its own picture, so that the page is made without drawing it.
async fn drawing(v: Visit, Path(id): Path<String>) -> Answer {
    let p = v.web().app().query(v.actor(), FindPledge(id)).await?;
    let address = format!("{}/pledges/{}", base(&v), p.head.id);
    let svg = documents::svg::qr(&address, v.t("public.qr")).map_err(app::Error::bug)?;
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response())
}

/// The items; which of them are promised together stands in the published text alone.
fn items(v: &Visit, labels: &Labels, p: &PledgeView) -> Vec<Item> {
    let text = &p.head.content;
    let public: Option<domain::publication::PublicPledge> = text
        .contains("\"joint\"")
        .then(|| serde_json::from_str(text).ok())
        .flatten();
    let joint = |id: &str| {
        let mut all = public.iter().flat_map(|p| &p.items);
        all.any(|i| i.joint && i.id.as_str() == id)
    };
    let lines = p.items.iter();
    lines
        .map(|line| Item {
            joint: joint(&line.item.id),
            ..item(v, labels, line)
        })
        .collect()
}

fn item(v: &Visit, labels: &Labels, line: &Line) -> Item {
    let i = &line.item;
    let day = |on: Option<&String>| on.map(|on| v.iso(on)).unwrap_or_default();
    Item {
        anchor: i.position,
        vow: vow(v, &i.content),
        kind: labels.kind(&i.kind).to_owned(),
        tag: tag(v, &line.state),
        measure: i.measure.clone(),
        beneficiary: i.beneficiary.clone(),
        due: v.iso(&i.due_on),
        claim: i.claim.as_ref().map(|c| v.t_of("claim", c)).unwrap_or_default(),
        claim_words: i.claim_words.clone(),
        claimed_on: day(i.claimed_on.as_ref()),
        verdict: i
            .verdict
            .as_ref()
            .map(|c| v.t_of("finding", c))
            .unwrap_or_default(),
        verdict_words: i.verdict_words.clone(),
        verdict_on: day(i.verdict_on.as_ref()),
        joint: false,
    }
}

fn versions(v: &Visit, p: &PledgeView) -> Vec<VersionLine> {
    let texts: Vec<Option<Text>> = p
        .versions
        .iter()
        .map(|w| serde_json::from_str(&w.content).ok())
        .collect();
    let line = |(at, w): (usize, &app::public::PublicVersion)| {
        let older = texts.get(at + 1).and_then(Option::as_ref);
        let changes = match (older, texts.get(at).and_then(Option::as_ref)) {
            (Some(old), Some(new)) => changes(v, old, new),
            _ => Vec::new(),
        };
        VersionLine {
            version: w.version,
            on: v.day_of(w.published_at),
            code: grouped(&w.check_code),
            reason: w.reason.clone(),
            changes,
        }
    };
    p.versions.iter().enumerate().map(line).collect()
}

/// What changed from one public text to the next, item by item, as HTML with `del` and `ins`.
fn changes(v: &Visit, old: &Text, new: &Text) -> Vec<String> {
    let whole = |i: &domain::publication::PublicItem| {
        let due = v.date(i.due_date);
        let parts = [i.content.as_str(), &i.measure, &i.beneficiary, &due];
        let said: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        said.join(" · ")
    };
    let mut out = Vec::new();
    for item in &new.items {
        let before = old
            .items
            .iter()
            .find(|o| o.id == item.id)
            .map(whole)
            .unwrap_or_default();
        let after = whole(item);
        if before != after {
            out.push(marked(&before, &after));
        }
    }
    for item in old
        .items
        .iter()
        .filter(|o| new.items.iter().all(|n| n.id != o.id))
    {
        out.push(marked(&whole(item), ""));
    }
    if out.is_empty() {
        out.push(v.t("public.same_words").to_owned());
    }
    out
}

fn marked(before: &str, after: &str) -> String {
    let mut html = String::new();
    for span in difference(before, after) {
        let text = super::view::escape(&span.text);
        let _ = match span.kind {
            SpanKind::Same => write!(html, "{text}"),
            SpanKind::Removed => write!(html, "<del>{text}</del>"),
            SpanKind::Added => write!(html, "<ins>{text}</ins>"),
        };
    }
    html
}

#[derive(Template)]
#[template(path = "public/objection.html")]
struct ObjectionPage {
    v: Visit,
    f: Form,
    id: String,
    name: String,
    until: String,
    open: bool,
    receipt: String,
}

async fn objection_page(
    v: Visit,
    id: String,
    f: Form,
    receipt: String,
) -> Result<ObjectionPage, crate::Failure> {
    let p = v.web().app().query(v.actor(), FindPledge(id.clone())).await?;
    if p.head.taken_down_at.is_some() {
        return Err(domain::problem::Problem::gone("public.gone").into());
    }
    Ok(ObjectionPage {
        name: p.head.name,
        until: p.objections_until.map(|d| v.date(d)).unwrap_or_default(),
        open: p.objections_until.is_some_and(|last| v.today() <= last),
        f,
        id,
        receipt,
        v,
    })
}

async fn objection(v: Visit, Path(id): Path<String>) -> Answer {
    page(&objection_page(v, id, Form::default(), String::new()).await?)
}

async fn object(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = RaiseObjection {
        pledge: id.clone(),
        words: fields.trimmed("words"),
        contact: fields.trimmed("contact"),
    };
    let taken = v
        .web()
        .once(fields.get("once"), async {
            let code = v.web().app().execute(v.actor(), case).await?.to_string();
            Ok(app::feedback::Given { code, due_on: None })
        })
        .await;
    match taken {
        Ok(given) => page(&objection_page(v, id, Form::default(), given.code).await?),
        Err(error) => {
            let f = Form::mend(fields, mendable(error)?);
            page_with(
                StatusCode::UNPROCESSABLE_ENTITY,
                &objection_page(v, id, f, String::new()).await?,
            )
        }
    }
}
