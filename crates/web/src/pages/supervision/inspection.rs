//! The supervision calendar and the check record on the phone: open, tap a conclusion, write, take a picture, send.

use super::progress::{Line as ItemLine, line as item_line};
use super::{Tag, finding, finding_tag, upload};
use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page, page_with, see_other};
use crate::visit::Visit;
use app::inspection::{
    CheckView, FindCalendar, Held, Line, OpenInspection, PlanCalendar, PlanInspection, Record,
    RecordInspection, ReplaceInspector, SayOfRecord,
};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::access::Permission;
use domain::inspection::Conclusion;
use domain::problem::Problem;

pub(crate) fn routes() -> Vec<Route> {
    let plan = Gate::Holds(Permission::PlanInspection);
    let record = Gate::Holds(Permission::RecordInspection);
    vec![
        Route::get("/inspection", record, calendar),
        Route::get("/inspection/new", plan, new),
        Route::post("/inspection/new", plan, add),
        Route::get("/inspection/{id}", record, show),
        Route::post("/inspection/{id}", record, keep),
        Route::post("/inspection/{id}/word", record, say),
        Route::post("/inspection/{id}/inspector", plan, replace),
    ]
}

fn kind_word(v: &Visit, kind: &str) -> String {
    v.t(&format!("inspection.kind_{kind}")).to_owned()
}

fn held_tag(v: &Visit, held: Held) -> Tag {
    let (class, icon) = match held {
        Held::Planned => ("run", "i-clock"),
        Held::Kept => ("ok", "i-ok"),
        Held::Missed => ("bad", "i-bad"),
    };
    Tag {
        class,
        icon,
        label: v.t(&format!("inspection.held_{}", held.name())).to_owned(),
    }
}

/// An inspector's name, with whose place he takes and why.
fn inspector(v: &Visit, a: &app::inspection::Assigned) -> String {
    match a.instead_of.as_str() {
        "" => a.name.clone(),
        other => v.t3(
            "inspection.instead",
            "name",
            &a.name,
            "other",
            other,
            "reason",
            &a.reason,
        ),
    }
}

struct Row {
    id: String,
    kind: String,
    on: String,
    unit: String,
    about: String,
    who: String,
    tag: Tag,
    findings: Vec<Tag>,
    missed: bool,
    mine: bool,
}

fn row(v: &Visit, l: &Line) -> Row {
    let names: Vec<String> = l.inspectors.iter().map(|a| inspector(v, a)).collect();
    Row {
        id: l.row.id.clone(),
        kind: kind_word(v, &l.row.kind),
        on: v.iso(&l.row.planned_on),
        unit: if l.unit_name.is_empty() {
            v.t("inspection.whole").to_owned()
        } else {
            l.unit_name.clone()
        },
        about: l
            .item
            .as_ref()
            .map_or_else(|| l.row.note.clone(), |i| i.item.content.clone()),
        who: names.join(v.t("list.separator")),
        tag: held_tag(v, l.held),
        findings: l
            .records
            .iter()
            .filter(|r| r.standing == "agreed")
            .map(|r| finding_tag(v, &r.finding))
            .collect(),
        missed: l.held == Held::Missed,
        mine: l.mine,
    }
}

#[derive(Template)]
#[template(path = "supervision/calendar.html")]
struct CalendarPage {
    v: Visit,
    mine: Vec<Row>,
    rows: Vec<Row>,
    counts: [(String, usize); 3],
    may_plan: bool,
    may_draw: bool,
}

async fn calendar(v: Visit) -> Answer {
    let app::inspection::Calendar { lines, runs } = v.web().app().query(v.actor(), FindCalendar).await?;
    let count = |held: Held| {
        (
            held_tag(&v, held).label,
            lines.iter().filter(|l| l.held == held).count(),
        )
    };
    let open = |l: &&Line| l.mine && l.held != Held::Kept;
    let page_data = CalendarPage {
        mine: lines.iter().filter(open).map(|l| row(&v, l)).collect(),
        rows: lines.iter().map(|l| row(&v, l)).collect(),
        counts: [count(Held::Planned), count(Held::Kept), count(Held::Missed)],
        may_plan: runs && v.may(Permission::PlanInspection),
        may_draw: v.may(Permission::DrawSample),
        v,
    };
    page(&page_data)
}

#[derive(Template)]
#[template(path = "supervision/calendar_new.html")]
struct NewPage {
    v: Visit,
    f: Form,
    kinds: Vec<(String, String)>,
    units: Vec<(String, String)>,
    /// Person, name, roles, and the branches he steps aside for in words.
    people: Vec<(String, String, String, String)>,
}

fn roles_in_words(v: &Visit, roles: &[String]) -> String {
    let words: Vec<String> = roles.iter().map(|r| v.t_of("role", r)).collect();
    words.join(v.t("list.separator"))
}

async fn new_page(v: Visit, f: Form) -> Result<NewPage, app::Error> {
    let plan = v.web().app().query(v.actor(), PlanCalendar).await?;
    let mut units = vec![(String::new(), v.t("inspection.whole").to_owned())];
    units.extend(plan.units.iter().map(|u| (u.id.clone(), u.name.clone())));
    let person = |(c, roles): &(app::inspection::Candidate, Vec<String>)| {
        let own: Vec<&str> = plan
            .aside
            .iter()
            .filter(|(who, _)| *who == c.person_id)
            .map(|(_, unit)| unit.as_str())
            .collect();
        let aside = match own.is_empty() {
            true => String::new(),
            false => v.t1("inspection.aside", "units", own.join(v.t("list.separator"))),
        };
        (
            c.person_id.clone(),
            c.name.clone(),
            roles_in_words(&v, roles),
            aside,
        )
    };
    Ok(NewPage {
        kinds: ["symposium", "regular"]
            .map(|k| (k.to_owned(), kind_word(&v, k)))
            .to_vec(),
        people: plan.candidates.iter().map(person).collect(),
        units,
        f,
        v,
    })
}

async fn new(v: Visit) -> Answer {
    page(&new_page(v, Form::default()).await?)
}

async fn add(v: Visit, fields: Fields) -> Answer {
    let case = PlanInspection {
        kind: fields.get("kind").to_owned(),
        unit: fields.get("unit").to_owned(),
        planned_on: fields.trimmed("planned_on"),
        inspectors: fields.all("inspector").into_iter().map(str::to_owned).collect(),
        note: fields.trimmed("note"),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(_) => Ok(see_other("/inspection?said=saved")),
        Err(error) => {
            let f = Form::mend(fields, mendable(error)?);
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &new_page(v, f).await?)
        }
    }
}

struct Found {
    id: String,
    tag: Tag,
    words: String,
    on: String,
    by: String,
    file: String,
    item: String,
    may_criticise: bool,
    /// Where it stands between the inspectors, in words; empty when they agree.
    standing: String,
    /// The reader is to say whether he saw the same.
    to_say: bool,
    /// What second inspectors said: the name, and in words.
    said: Vec<(String, String)>,
}

fn found(v: &Visit, c: &CheckView, r: &Record) -> Found {
    let item = c.items.iter().find(|i| Some(&i.item.id) == r.item_id.as_ref());
    let said = c.words.iter().filter(|w| w.record_id == r.id).map(|w| {
        let words = match w.agrees {
            true => v.t("inspection.agreed").to_owned(),
            false => v.t1("inspection.dissented", "text", &w.words),
        };
        (w.said_name.clone(), words)
    });
    let agreed = r.standing == "agreed";
    Found {
        id: r.id.clone(),
        tag: finding_tag(v, &r.finding),
        words: r.words.clone(),
        on: v.iso(&r.recorded_on),
        by: r.recorded_name.clone(),
        file: r.file_id.clone().unwrap_or_default(),
        item: item.map(|i| i.item.content.clone()).unwrap_or_default(),
        may_criticise: agreed
            && c.may_criticise
            && r.item_id.is_some()
            && Conclusion::from_name(&r.finding).is_some_and(Conclusion::may_be_criticised),
        standing: match agreed {
            true => String::new(),
            false => v.t(&format!("inspection.stands_{}", r.standing)).to_owned(),
        },
        to_say: c.to_say.contains(&r.id),
        said: said.collect(),
    }
}

#[derive(Template)]
#[template(path = "supervision/check.html")]
struct CheckPage {
    v: Visit,
    f: Form,
    row: Row,
    note: String,
    kind: String,
    measure: String,
    item: Option<ItemLine>,
    items: Vec<(String, String)>,
    choices: Vec<(&'static str, String)>,
    found: Vec<Found>,
    may_record: bool,
    /// Inspectors somebody may take the place of, and who may take it; empty where nothing can be changed.
    replaceable: Vec<(String, String)>,
    joining: Vec<(String, String)>,
}

/// What can be concluded today: of one item as far as its due date and its report allow.
fn choices(v: &Visit, c: &CheckView) -> Vec<(&'static str, String)> {
    let today = v.today();
    let allowed = |k: &Conclusion| {
        c.line.item.as_ref().is_none_or(|i| {
            let due = i.item.due_on.parse().unwrap_or(today);
            k.check(due, i.item.claim.is_some(), today).is_ok()
        })
    };
    let all = Conclusion::ALL.into_iter().filter(allowed);
    all.map(|k| (k.name(), finding(v, Some(k.name())))).collect()
}

fn joining(v: &Visit, c: &CheckView) -> Vec<(String, String)> {
    let one = |(who, roles): &(app::inspection::Candidate, Vec<String>)| {
        let roles = v.t1("ui.in_brackets", "text", roles_in_words(v, roles));
        (who.person_id.clone(), format!("{}{roles}", who.name))
    };
    c.candidates.iter().map(one).collect()
}

fn check_page(v: Visit, f: Form, c: &CheckView) -> CheckPage {
    let labels = c.campaign.labels(v.lang());
    let mut items = vec![(String::new(), v.t("inspection.the_whole").to_owned())];
    let whose = |i: &app::progress::ItemView| {
        (
            i.item.id.clone(),
            v.t2(
                "inspection.item_of",
                "name",
                &i.item.name,
                "text",
                super::short(&i.item.content, 30),
            ),
        )
    };
    items.extend(c.items.iter().map(whose));
    CheckPage {
        row: row(&v, &c.line),
        note: c.line.row.note.clone(),
        kind: c
            .line
            .item
            .as_ref()
            .map(|i| labels.kind(&i.item.kind).to_owned())
            .unwrap_or_default(),
        measure: c
            .line
            .item
            .as_ref()
            .map(|i| i.item.measure.clone())
            .unwrap_or_default(),
        item: c.line.item.as_ref().map(|i| item_line(&v, i)),
        choices: choices(&v, c),
        found: c.line.records.iter().map(|r| found(&v, c, r)).collect(),
        may_record: c.may_record,
        replaceable: {
            let pair = |a: &app::inspection::Assigned| (a.person.clone(), a.name.clone());
            c.replaceable.iter().map(pair).collect()
        },
        joining: joining(&v, c),
        items,
        f,
        v,
    }
}

async fn show(v: Visit, Path(id): Path<String>) -> Answer {
    let check = v.web().app().query(v.actor(), OpenInspection(id)).await?;
    page(&check_page(v, Form::default(), &check))
}

async fn keep(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let app = v.web().app();
    // Only who sees the line may leave a file here.
    let check = app.query(v.actor(), OpenInspection(id.clone())).await?;
    let done = async {
        let case = RecordInspection {
            inspection: id.clone(),
            item: fields.get("item").to_owned(),
            finding: fields.get("finding").to_owned(),
            words: fields.trimmed("words"),
            file: upload(&v, &fields).await?,
        };
        app.execute(v.actor(), case).await
    };
    match done.await {
        Ok(_) => Ok(see_other(&format!("/inspection/{id}?said=saved"))),
        Err(error) => {
            let f = Form::mend(fields, mendable(error)?);
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &check_page(v, f, &check))
        }
    }
}

async fn say(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let app = v.web().app();
    let done = async {
        let agrees = match fields.get("agrees") {
            "1" => true,
            "0" => false,
            _ => return Err(Problem::invalid("inspection.word_missing").on("agrees").into()),
        };
        let case = SayOfRecord {
            record: fields.get("record").to_owned(),
            agrees,
            words: fields.trimmed("dissent"),
        };
        app.execute(v.actor(), case).await
    };
    match done.await {
        Ok(_) => Ok(see_other(&format!("/inspection/{id}?said=saved"))),
        Err(error) => {
            let f = Form::mend(fields, mendable(error)?);
            let check = app.query(v.actor(), OpenInspection(id)).await?;
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &check_page(v, f, &check))
        }
    }
}

async fn replace(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let app = v.web().app();
    let case = ReplaceInspector {
        inspection: id.clone(),
        leaves: fields.get("leaves").to_owned(),
        joins: fields.get("joins").to_owned(),
        reason: fields.trimmed("reason"),
    };
    match app.execute(v.actor(), case).await {
        Ok(()) => Ok(see_other(&format!("/inspection/{id}?said=saved"))),
        Err(error) => {
            let f = Form::mend(fields, mendable(error)?);
            let check = app.query(v.actor(), OpenInspection(id)).await?;
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &check_page(v, f, &check))
        }
    }
}
