//! Screen 35: the ledger of criticism and rectification, and one matter from criticism to closing.

mod steps;

use super::progress::{Line as ItemLine, line as item_line};
use super::{Tag, finding, short};
use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::pages::appraisal::points;
use crate::papers::{deliver, parts_of};
use crate::respond::{Answer, page, page_with, see_other};
use crate::visit::Visit;
use app::appraisal::LowGrade;
use app::rectification::{
    Criticise, CriticismView, FindCriticism, FindLedger, FindSource, LedgerLine, Light, Source, order_number,
    order_paper,
};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::access::Permission;
use domain::inspection::Conclusion;
use domain::problem::Problem;

pub(crate) fn routes() -> Vec<Route> {
    let order = Gate::Holds(Permission::OrderRectification);
    vec![
        Route::get("/rectification", Gate::SignedIn, ledger),
        Route::get("/rectification/new", order, new),
        Route::post("/rectification/new", order, criticise),
        Route::get("/rectification/{id}", Gate::SignedIn, show),
        Route::post("/rectification/{id}/{step}", Gate::SignedIn, step),
        Route::get("/rectification/{id}/{step}", Gate::SignedIn, order_file),
    ]
}

fn light_tag(v: &Visit, light: Light, label: String) -> Tag {
    let (class, icon) = match light {
        Light::Red => ("bad", "i-bad"),
        Light::Yellow => ("warn", "i-clock"),
        Light::Green => ("ok", "i-ok"),
    };
    let light = v.t(&format!("rectification.light_{}", light.name())).to_owned();
    Tag {
        class,
        icon,
        label: v.t2("rectification.light", "light", light, "text", label),
    }
}

/// Where a matter stands, in a word.
fn stand(v: &Visit, l: &LedgerLine) -> String {
    v.t(&format!("rectification.stand_{}", l.stand())).to_owned()
}

pub(crate) fn number_of(v: &Visit, number: &str) -> String {
    order_number(v.lang(), number)
}

struct Row {
    id: String,
    words: String,
    who: String,
    number: String,
    due: String,
    left: String,
    level: String,
    tag: Tag,
    late: bool,
    mine: bool,
}

fn row(v: &Visit, l: &LedgerLine) -> Row {
    let left = match l.days_left {
        Some(d) if d < 0 => v.t1("rectification.days_over", "n", -d),
        Some(0) => v.t("rectification.due_today").to_owned(),
        Some(d) => v.t1("rectification.days_left", "n", d),
        None => String::new(),
    };
    let level = l.order.as_ref().map(|o| o.level).filter(|n| *n > 0);
    Row {
        id: l.criticism.id.clone(),
        words: short(&l.criticism.words, 60),
        who: if l.name == l.unit_name {
            l.name.clone()
        } else {
            v.t2("rectification.who", "unit", &l.unit_name, "name", &l.name)
        },
        number: l
            .order
            .as_ref()
            .map(|o| number_of(v, &o.number))
            .unwrap_or_default(),
        due: l.order.as_ref().map(|o| v.iso(&o.due_on)).unwrap_or_default(),
        level: level
            .map(|n| v.t(&format!("rectification.level_{n}")).to_owned())
            .unwrap_or_default(),
        tag: light_tag(v, l.light, stand(v, l)),
        late: l.light == Light::Red,
        mine: l.mine,
        left,
    }
}

#[derive(Template)]
#[template(path = "supervision/ledger.html")]
struct LedgerPage {
    v: Visit,
    counts: Vec<(Tag, usize)>,
    mine: Vec<Row>,
    others: Vec<Row>,
    may_order: bool,
}

async fn ledger(v: Visit) -> Answer {
    let ledger = v.web().app().query(v.actor(), FindLedger).await?;
    let count = |light: Light| {
        let n = ledger.lines.iter().filter(|l| l.light == light).count();
        (
            light_tag(
                &v,
                light,
                v.t(&format!("rectification.means_{}", light.name())).to_owned(),
            ),
            n,
        )
    };
    let (mine, others): (Vec<Row>, Vec<Row>) = ledger.lines.iter().map(|l| row(&v, l)).partition(|r| r.mine);
    let page_data = LedgerPage {
        counts: [Light::Red, Light::Yellow, Light::Green]
            .into_iter()
            .map(count)
            .collect(),
        may_order: v.may(Permission::OrderRectification),
        mine,
        others,
        v,
    };
    page(&page_data)
}

#[derive(Template)]
#[template(path = "supervision/criticise.html")]
struct NewPage {
    v: Visit,
    f: Form,
    item: Option<ItemLine>,
    found: String,
    found_words: String,
    said: String,
    graded: Option<Graded>,
    source: Option<Source>,
}

/// A low grade as the form shows it.
struct Graded {
    who: String,
    round: String,
    grade: String,
    score: String,
}

fn graded(v: &Visit, low: &LowGrade) -> Graded {
    let row = &low.subject.row;
    let who = match row.person_id {
        Some(_) => v.t2(
            "rectification.who",
            "unit",
            row.unit_name.as_str(),
            "name",
            low.subject.name(),
        ),
        None => row.unit_name.clone(),
    };
    Graded {
        who,
        round: low.round.clone(),
        grade: low.campaign.labels(v.lang()).grade(low.grade.as_str()).to_owned(),
        score: low.score.map(points).unwrap_or_default(),
    }
}

/// Where the address says that the criticism comes from.
fn origin(v: &Visit) -> Option<(&'static str, String)> {
    let all = [
        ("finding", "finding"),
        ("feedback", "feedback"),
        ("item", "overdue"),
    ];
    let rating = format!("{}:{}", v.query("rating"), v.query("pledge"));
    all.into_iter()
        .map(|(name, origin)| (origin, v.query(name).to_owned()))
        .find(|(_, id)| !id.is_empty())
        .or_else(|| (!v.query("rating").is_empty()).then_some(("rating", rating)))
}

async fn new_page(v: Visit, f: Form) -> Result<NewPage, app::Error> {
    let source = match origin(&v) {
        Some((origin, id)) => {
            let query = FindSource {
                origin: origin.to_owned(),
                id,
            };
            Some(v.web().app().query(v.actor(), query).await?)
        }
        None => None,
    };
    let record = source.as_ref().and_then(|s| s.record.as_ref());
    Ok(NewPage {
        item: source
            .as_ref()
            .and_then(|s| s.item.as_ref())
            .map(|i| item_line(&v, i)),
        found: finding(&v, record.map(|r| r.finding.as_str())),
        found_words: record.map(|r| r.words.clone()).unwrap_or_default(),
        said: source
            .as_ref()
            .and_then(|s| s.opinion.as_ref())
            .map(|o| o.words.clone())
            .unwrap_or_default(),
        graded: source
            .as_ref()
            .and_then(|s| s.grade.as_ref())
            .map(|low| graded(&v, low)),
        source,
        f,
        v,
    })
}

async fn new(v: Visit) -> Answer {
    let page_data = new_page(v, Form::default()).await?;
    if let Some(known) = page_data.source.as_ref().and_then(|s| s.criticism.as_ref()) {
        return Ok(see_other(&format!("/rectification/{known}")));
    }
    page(&page_data)
}

async fn criticise(v: Visit, fields: Fields) -> Answer {
    let (from, id) = origin(&v).unwrap_or_default();
    let case = Criticise {
        origin: from.to_owned(),
        origin_id: id,
        words: fields.trimmed("words"),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(id) => Ok(see_other(&format!("/rectification/{id}?said=saved"))),
        Err(error) => {
            let f = Form::mend(fields, mendable(error)?);
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &new_page(v, f).await?)
        }
    }
}

struct Look {
    file: String,
    passed: bool,
    words: String,
    on: String,
    by: String,
}

#[derive(Template)]
#[template(path = "supervision/criticism.html")]
struct CriticismPage {
    v: Visit,
    c: CriticismView,
    /// The step whose form is shown again, with what is wrong in it.
    wrong: String,
    f: Form,
    empty: Form,
    row: Row,
    item: Option<ItemLine>,
    from: String,
    first_due: String,
    owners: Vec<(String, String)>,
    findings: Vec<(String, String)>,
    looks: Vec<Look>,
    /// Moved limits, what the next level said, changed owners: the day and the words.
    moved: Vec<(String, String)>,
    awaited: String,
}

impl CriticismPage {
    /// The form of a step: what was typed if it is the one to be mended.
    fn form(&self, step: &str) -> &Form {
        if self.wrong == step { &self.f } else { &self.empty }
    }

    /// Who could put it right instead.
    fn other_owners(&self) -> Vec<(String, String)> {
        let now = self.c.line.order.as_ref().map(|o| o.owner_id.as_str());
        let mut all = self.owners.clone();
        all.retain(|(id, _)| Some(id.as_str()) != now);
        all
    }
}

/// Moved limits, what the next level said and changed owners, oldest first: the day and the words.
fn changes(v: &Visit, c: &CriticismView) -> Vec<(String, String)> {
    let moved = |e: &app::rectification::Extension| {
        let (old, new) = (v.iso(&e.old_due_on), v.iso(&e.new_due_on));
        // The product's own escalation has no words; they are set here.
        let escalated = v.t("rectification.escalated");
        let reason = if e.reason.is_empty() { escalated } else { &e.reason };
        let words = match old == new {
            true => v.t1("rectification.urged", "text", reason),
            false => v.t3("rectification.moved", "old", old, "new", new, "text", reason),
        };
        (e.extended_at, (v.day_of(e.extended_at), words))
    };
    let handed = |h: &app::rectification::Handover| {
        let words = v.t3(
            "rectification.handed",
            "old",
            &h.old_owner_name,
            "new",
            &h.new_owner_name,
            "text",
            &h.reason,
        );
        (h.handed_at, (v.day_of(h.handed_at), words))
    };
    let mut changes: Vec<(i64, (String, String))> = c.extensions.iter().map(moved).collect();
    changes.extend(c.handovers.iter().map(handed));
    changes.sort_by_key(|(at, _)| *at);
    changes.into_iter().map(|(_, line)| line).collect()
}

fn criticism_page(v: Visit, c: CriticismView, wrong: &str, f: Form) -> CriticismPage {
    let order = c.line.order.as_ref();
    let look = |l: &app::rectification::FollowUpRow| Look {
        file: l.file_id.clone().unwrap_or_default(),
        passed: l.passed,
        words: l.words.clone(),
        on: v.day_of(l.reviewed_at),
        by: l.reviewed_name.clone(),
    };
    let mut findings = vec![(String::new(), v.t("rectification.finding_same").to_owned())];
    let today = v.today();
    let ripe = |k: &&str| {
        let (Some(item), Some(found)) = (&c.line.item, Conclusion::from_name(k)) else {
            return true;
        };
        let due = item.item.due_on.parse().unwrap_or(today);
        found.check(due, item.item.claim.is_some(), today).is_ok()
    };
    let offered = ["fulfilled", "partly_fulfilled"].into_iter().filter(ripe);
    findings.extend(offered.map(|k| (k.to_owned(), finding(&v, Some(k)))));
    let default_due = c.default_due.to_string();
    CriticismPage {
        row: row(&v, &c.line),
        item: c.line.item.as_ref().map(|i| item_line(&v, i)),
        from: v
            .t(&format!("rectification.origin_{}", c.line.criticism.origin))
            .to_owned(),
        first_due: order.map(|o| v.iso(&o.first_due_on)).unwrap_or_default(),
        owners: c.answerable.clone(),
        looks: c.follow_ups.iter().map(look).collect(),
        moved: changes(&v, &c),
        awaited: c.awaited.map(|d| v.date(d)).unwrap_or_default(),
        empty: Form::fresh(&[("due_on", &default_due)]),
        wrong: wrong.to_owned(),
        findings,
        f,
        c,
        v,
    }
}

async fn show(v: Visit, Path(id): Path<String>) -> Answer {
    let c = v.web().app().query(v.actor(), FindCriticism(id)).await?;
    page(&criticism_page(v, c, "", Form::default()))
}

async fn step(v: Visit, Path((id, step)): Path<(String, String)>, fields: Fields) -> Answer {
    match steps::run(&v, id.clone(), &step, &fields).await {
        Ok(()) => Ok(see_other(&format!("/rectification/{id}?said=saved"))),
        Err(error) => {
            let f = Form::mend(fields, mendable(error)?);
            let c = v.web().app().query(v.actor(), FindCriticism(id)).await?;
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &criticism_page(v, c, &step, f))
        }
    }
}

async fn order_file(v: Visit, Path((id, file)): Path<(String, String)>) -> Answer {
    let (stem, format) = parts_of(&file)?;
    if stem != "order" {
        return Err(Problem::not_found("problem.not_found").into());
    }
    let c = v.web().app().query(v.actor(), FindCriticism(id)).await?;
    let (name, document) = order_paper(v.web().app(), v.lang(), &v.house().name, &c)?;
    deliver(document, &name, format).await
}
