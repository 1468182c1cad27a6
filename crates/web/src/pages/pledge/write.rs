//! The pages on which items are written (screen 16): a model sentence with blanks or own words, advice, autosave.

use super::onward::go_on;
use super::show::{AdviceView, ItemView};
use super::unkept::{Unkept, cleaned, refused, seen};
use super::{Lying, Place, lying, or_begin, revision};
use crate::fields::{Fields, Form};
use crate::respond::{Answer, see_other};
use crate::visit::Visit;
use app::pledge::{DraftItem, Edit, KeepItem, Kept, SaveDraft, TypedItem, alike_kept, settled};
use askama::Template;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::campaign::template::Kind;
use domain::pledge::sentence::{Piece, pieces};
use domain::problem::{Problem, Problems};

/// A piece of a model sentence on the page.
pub(crate) struct PieceView {
    /// Fixed words; empty for a place.
    pub words: String,
    /// Name of the field; empty for fixed words.
    pub field: String,
    /// What belongs into the place.
    pub label: String,
    /// Characters the field is wide: short for numbers.
    pub width: usize,
}

/// A model sentence on the page.
pub(crate) struct SentenceView {
    /// Its place in the template.
    pub index: usize,
    /// The sentence as the template has it, for advice while its places are filled.
    pub pattern: String,
    /// The sentence as a choice: words, and whether they name a place.
    pub choice: Vec<(String, bool)>,
    /// Its pieces, to fill in.
    pub pieces: Vec<PieceView>,
}

#[derive(Template)]
#[template(path = "pledge/write.html")]
pub(super) struct WritePage {
    v: Visit,
    at: Place,
    l: Lying,
    f: Form,
    kind: Kind,
    step: usize,
    sentences: Vec<SentenceView>,
    groups: Vec<(String, String, bool)>,
    written: Vec<ItemView>,
    advice: AdviceView,
    /// Why it was not kept, when something can be done about it here.
    pub(super) unkept: Option<Unkept>,
    /// Several promises found in what was just kept as one; asked about before one goes on.
    pub(super) offer: Vec<String>,
}

impl WritePage {
    fn here(&self) -> String {
        format!("{}/write/{}", self.at.base, self.kind.key)
    }

    fn before(&self) -> (&str, &str) {
        let step = self.step.checked_sub(2).and_then(|i| self.l.steps.get(i));
        step.map_or((self.at.base.as_str(), ""), |s| {
            (s.href.as_str(), s.label.as_str())
        })
    }

    fn after(&self) -> &str {
        self.l.steps.get(self.step).map_or("", |s| s.label.as_str())
    }

    /// The demand this item is to answer, as it was taken up from the menu.
    fn taken_up(&self) -> Option<&str> {
        let chosen = self.f.get("demand");
        let asked = chosen == self.v.query("demand") && !chosen.is_empty();
        let found = self.l.d.demands.iter().find(|d| d.id == chosen && asked);
        found.map(|d| d.title.as_str())
    }

    /// Whether an item of this kind claims a demand.
    fn claims(&self) -> bool {
        !self.kind.demand.is_optional()
    }

    fn percent(&self) -> usize {
        self.step * 100 / self.l.steps.len().max(1)
    }

    fn topics(&self) -> Vec<&str> {
        self.kind.topics.iter().map(|t| t.get(self.v.lang())).collect()
    }
}

/// The sentences that suit: those of the kind, of the audience, of the group of posts or of none.
fn suiting(v: &Visit, l: &Lying, kind: &str, group: &str) -> Vec<SentenceView> {
    let all =
        l.d.campaign
            .template
            .sentences
            .iter()
            .enumerate()
            .filter(|(_, s)| {
                s.kind == kind
                    && (s.audience.is_empty() || s.audience.contains(&l.d.audience))
                    && (s.post.is_empty() || s.post == group || group.is_empty())
            });
    all.map(|(index, sentence)| {
        let text = sentence.text.get(v.lang());
        let choice = pieces(text).into_iter().map(|piece| match piece {
            Piece::Words(words) => (words, false),
            Piece::Place(name) => (name, true),
        });
        let choice = choice.collect();
        let mut place = 0;
        let views = pieces(text).into_iter().map(|piece| match piece {
            Piece::Words(words) => PieceView {
                words,
                field: String::new(),
                label: String::new(),
                width: 0,
            },
            Piece::Place(label) => {
                let field = format!("b.{index}.{place}");
                place += 1;
                // A number needs a few characters, a date or a group of people more.
                let width = if label.chars().count() > 2 && label.is_ascii() {
                    10
                } else {
                    6
                };
                PieceView {
                    words: String::new(),
                    field,
                    label,
                    width,
                }
            }
        });
        SentenceView {
            index,
            pattern: text.to_owned(),
            choice,
            pieces: views.collect(),
        }
    })
    .collect()
}

/// Places a model sentence has at most.
const PLACES: usize = 64;

/// What fills the places of the chosen sentence, as far as it was sent.
fn blanks(fields: &Fields, chosen: usize) -> Vec<String> {
    let mut out: Vec<Option<String>> = Vec::new();
    for (place, text) in fields.under(&format!("b.{chosen}.")) {
        let Some(place) = place.parse().ok().filter(|p| *p < PLACES) else {
            continue;
        };
        if out.len() <= place {
            out.resize(place + 1, None);
        }
        // Of a field sent twice the first counts.
        if let Some(blank) = out.get_mut(place) {
            blank.get_or_insert_with(|| text.trim().to_owned());
        }
    }
    out.into_iter().map(Option::unwrap_or_default).collect()
}

/// What the form says as one text: the sentence with its places filled, or own words.
pub(super) fn content_of(v: &Visit, l: &Lying, fields: &Fields) -> String {
    let chosen: Option<usize> = fields.get("sentence").parse().ok();
    let sentence = chosen.and_then(|at| l.d.campaign.template.sentences.get(at));
    let pattern = sentence.map_or("", |s| s.text.get(v.lang()));
    let places = pieces(pattern);
    let places = places.iter().filter(|p| matches!(p, Piece::Place(_))).count();
    let mut blanks = chosen.map(|at| blanks(fields, at)).unwrap_or_default();
    blanks.resize(places, String::new());
    let rest = fields.get(if pattern.is_empty() { "own" } else { "rest" });
    settled(pattern, &blanks, rest, fields.get("due_date"), v.today()).0
}

/// The act that keeps what the form of one item says.
fn keeping(v: &Visit, at: &Place, fields: &Fields) -> KeepItem {
    let sentence: Option<usize> = fields.get("sentence").parse().ok();
    let typed = TypedItem {
        kind: at.kind.clone(),
        blanks: sentence.map(|at| blanks(fields, at)).unwrap_or_default(),
        measure: fields.trimmed("measure"),
        beneficiary: fields.trimmed("beneficiary"),
        due_date: fields.trimmed("due_date"),
        demand: fields.trimmed("demand"),
        joint: fields.trimmed("joint"),
        ..TypedItem::default()
    };
    KeepItem {
        desk: at.desk.clone(),
        id: fields.trimmed("item"),
        typed: Box::new(typed),
        own: fields.get("own").to_owned(),
        rest: fields.get("rest").to_owned(),
        sentence,
        lang: v.lang(),
        revision: seen(fields),
        split: fields.get("go") == "split",
    }
}

/// The fields of an item that was written before.
fn fields_of(v: &Visit, l: &Lying, item: &DraftItem) -> Vec<(String, String)> {
    let sentences = &l.d.campaign.template.sentences;
    let index = sentences
        .iter()
        .position(|s| !item.sentence.is_empty() && s.text.get(v.lang()) == item.sentence);
    // A sentence of the other language, or of an older template: its words are kept as own words.
    let (own, rest) = match index {
        Some(_) => (String::new(), item.rest.clone()),
        None => (item.item.content.clone(), String::new()),
    };
    let mut out = vec![
        ("item".to_owned(), item.item.id.as_str().to_owned()),
        (
            "sentence".to_owned(),
            index.map_or_else(|| "own".to_owned(), |i| i.to_string()),
        ),
        ("own".to_owned(), own),
        ("rest".to_owned(), rest),
        ("measure".to_owned(), item.item.measure.clone()),
        ("beneficiary".to_owned(), item.item.beneficiary.clone()),
        ("due_date".to_owned(), item.due_typed.clone()),
        ("joint".to_owned(), item.item.joint.clone()),
        (
            "demand".to_owned(),
            item.item
                .demand
                .as_ref()
                .map(|d| d.as_str().to_owned())
                .unwrap_or_default(),
        ),
    ];
    let blanks = item.blanks.iter().enumerate();
    out.extend(blanks.map(|(place, b)| (format!("b.{}.{place}", index.unwrap_or(0)), b.clone())));
    out
}

/// What a new item begins with: a demand taken up, the words of last time, or those of a colleague who promises them
/// together with the reader.
fn begun_with(v: &Visit, l: &Lying) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let demand = v.query("demand");
    if l.d.demands.iter().any(|d| d.id == demand) {
        out.push(("demand".to_owned(), demand.to_owned()));
    }
    if let Some(last) = l.d.last.iter().find(|i| i.id == v.query("from")) {
        let words = [
            ("own", &last.content),
            ("measure", &last.measure),
            ("beneficiary", &last.beneficiary),
        ];
        out.extend(words.map(|(n, t)| (n.to_owned(), t.clone())));
        out.push(("sentence".to_owned(), "own".to_owned()));
    }
    let with = v.query("with");
    if let Some(joint) = l.d.joint.iter().find(|j| j.item.item.id.as_str() == with) {
        out.extend(
            fields_of(v, l, &joint.item)
                .into_iter()
                .filter(|(n, _)| n != "item"),
        );
    }
    out
}

pub(super) fn kind_of(l: &Lying, at: &Place) -> Result<(usize, Kind), Problem> {
    let kinds = l.d.campaign.kinds_for(l.d.audience);
    let found = kinds.iter().position(|k| k.key == at.kind);
    let kind = found.and_then(|i| kinds.get(i).map(|k| (i + 2, (*k).clone())));
    kind.ok_or_else(|| Problem::not_found("problem.not_found"))
}

pub(super) fn write_page(
    v: Visit,
    at: Place,
    l: Lying,
    f: Form,
    advice: AdviceView,
) -> Result<WritePage, Problem> {
    let (step, kind) = kind_of(&l, &at)?;
    let asked = v.query("group");
    let own =
        l.d.filed
            .as_ref()
            .map(|f| f.header.post_group.clone())
            .unwrap_or_default();
    let group = if asked.is_empty() { own.as_str() } else { asked };
    let mut sentences = suiting(&v, &l, &kind.key, group);
    if sentences.is_empty() {
        sentences = suiting(&v, &l, &kind.key, "");
    }
    let posts = l.d.campaign.template.posts.iter();
    let groups = posts
        .map(|p| (p.key.clone(), p.label.get(v.lang()).to_owned(), p.key == group))
        .collect();
    let editing = f.get("item").to_owned();
    let written = l
        .items
        .iter()
        .filter(|i| i.kind == kind.key && i.id != editing)
        .cloned()
        .collect();
    Ok(WritePage {
        step,
        kind,
        sentences,
        groups,
        written,
        advice,
        unkept: None,
        offer: Vec::new(),
        v,
        at,
        l,
        f,
    })
}

/// Whether a new version may not change an item: it is read here and not written.
fn held(l: &Lying, item: &str) -> bool {
    l.d.filed.as_ref().is_some_and(|f| f.held(item).is_some())
}

pub(crate) async fn show(v: Visit, at: Place) -> Answer {
    let l = lying(&v, &at).await?;
    if let Some(elsewhere) = or_begin(&l, &at) {
        return Ok(elsewhere);
    }
    let draft = l.d.filed.as_ref().map(|f| f.draft.clone()).unwrap_or_default();
    let asked = v.query("item");
    // Without a wish the page shows the item begun last, so that coming back goes on where one stopped.
    let item = draft
        .of_kind(&at.kind)
        .filter(|i| asked.is_empty() || i.item.id.as_str() == asked)
        .filter(|i| !held(&l, i.item.id.as_str()))
        .last()
        .cloned();
    let item = item.filter(|_| asked != "new");
    let (texts, advice) = match &item {
        Some(item) => (fields_of(&v, &l, item), AdviceView::of(&v, &l.d, item)),
        None => (begun_with(&v, &l), AdviceView::default()),
    };
    let f = Form::mend(Fields::of(texts), Problems::new());
    let page = write_page(v, at, l, f, advice)?;
    crate::respond::page(&page)
}

pub(crate) async fn save(v: Visit, at: Place, headers: HeaderMap, fields: Fields) -> Answer {
    let quiet = crate::respond::wants_json(&headers);
    let fields = cleaned(fields);
    let case = keeping(&v, &at, &fields);
    match v.execute(case).await {
        Ok(kept) if quiet => told(v, kept, fields.has("advised")).await,
        Ok(kept) => {
            let l = lying(&v, &at).await?;
            let item = kept.item.map(|i| i.item.id.as_str().to_owned());
            go_on(v, at, l, fields, &item.unwrap_or_default())
        }
        // What is shown beside the refusal is read as whoever he is now.
        Err(error) => refused(v.asked_for().await?, at, fields, error, quiet).await,
    }
}

/// The answer to a save by itself: when it was, and what changes on the page. A page that shows the advice on these very
/// words already (`advised`) is told only what others wrote.
async fn told(v: Visit, kept: Kept, advised: bool) -> Answer {
    let alike = alike_kept(v.web().app(), v.actor(), &kept).await?;
    let item = kept.item.as_ref();
    let shown = advised && alike.is_empty();
    let advice = item
        .filter(|_| !shown)
        .map(|item| AdviceView::kept(&v, item, &kept.post, &alike));
    let time = v.web().app().local(kept.at);
    let words = v.t1(
        "pledge.saved_at",
        "time",
        lang::time_of_day(time.hour(), time.minute()),
    );
    let id = item.map_or("", |i| i.item.id.as_str());
    let mut body = match shown {
        true => serde_json::json!({ "alike": "" }),
        false => super::live::parts(v, advice.unwrap_or_default(), true)?,
    };
    if let Some(told) = body.as_object_mut() {
        told.insert("said".to_owned(), words.into());
        told.insert("revision".to_owned(), kept.revision.into());
        told.insert("item".to_owned(), id.into());
    }
    Ok(json(StatusCode::OK, &body))
}

pub(super) fn json(code: StatusCode, body: &serde_json::Value) -> Response {
    (
        code,
        [(header::CONTENT_TYPE, "application/json")],
        body.to_string(),
    )
        .into_response()
}

/// The typed fields with the id the item was given, so that a second save writes the same item.
pub(super) fn with_item(fields: Fields, item: &str) -> Fields {
    let mut texts: Vec<(String, String)> = fields
        .under("")
        .filter(|(n, _)| *n != "item" && *n != "revision")
        .map(|(n, t)| (n.to_owned(), t.to_owned()))
        .collect();
    texts.push(("item".to_owned(), item.to_owned()));
    Fields::of(texts)
}

/// Puts an item back as it is in force.
pub(crate) async fn restore(v: Visit, at: Place, fields: Fields) -> Answer {
    let l = lying(&v, &at).await?;
    let case = SaveDraft {
        pledge: l.id().to_owned(),
        revision: revision(&fields, &l),
        edit: Edit::Restore(fields.trimmed("item")),
    };
    v.web().app().execute(v.actor(), case).await?;
    let back = match fields.get("back") {
        "sign" => "sign".to_owned(),
        _ => format!("write/{}?item=new", fields.trimmed("kind")),
    };
    Ok(see_other(&format!("{}/{back}", at.base)))
}

pub(crate) async fn remove(v: Visit, at: Place, fields: Fields) -> Answer {
    let l = lying(&v, &at).await?;
    let edit = Edit::Remove(fields.trimmed("item"));
    let case = SaveDraft {
        pledge: l.id().to_owned(),
        revision: revision(&fields, &l),
        edit,
    };
    v.web().app().execute(v.actor(), case).await?;
    let back = if fields.get("back") == "sign" {
        "sign".to_owned()
    } else {
        format!("write/{}?item=new", fields.trimmed("kind"))
    };
    Ok(see_other(&format!("{}/{back}", at.base)))
}
