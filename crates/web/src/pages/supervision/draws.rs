//! Screens 33 and 34: the list of draws, a new one, one draw as anybody sees it, its file.

use super::{Tag, finding_tag, short};
use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, download, page, page_with, see_other};
use crate::visit::Visit;
use app::draw::{
    DeclareVoid, DrawPlan, DrawView, EnterSeed, FindDraw, FreezeDraw, ListDraws, PlanDraw, PoolKind,
};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::access::Permission;
use domain::draw::DrawState;
use domain::time::add_days;

pub(crate) fn routes() -> Vec<Route> {
    let draw = Gate::Holds(Permission::DrawSample);
    vec![
        Route::get("/draws", Gate::Fresh, list),
        Route::get("/draws/new", draw, new),
        Route::post("/draws/new", draw, freeze),
        Route::get("/draws/{id}", Gate::Public, show),
        Route::get("/draws/{id}/seed", draw, seed),
        Route::post("/draws/{id}/seed", draw, enter_seed),
        Route::post("/draws/{id}/void", draw, declare_void),
    ]
}

/// The name of a draw's file: it carries the first digits of what it must agree with.
pub(crate) fn file_name(file: &domain::draw::DrawFile) -> String {
    format!("jiannuo-draw-{}.json", file.commitment.get(..12).unwrap_or(""))
}

fn state_tag(v: &Visit, seed: bool, void: bool) -> Tag {
    let (class, icon, key) = match (seed, void) {
        (_, true) => ("", "i-obj", "draw.state_void"),
        (true, _) => ("ok", "i-ok", "draw.state_drawn"),
        _ => ("warn", "i-lock", "draw.state_frozen"),
    };
    Tag {
        class,
        icon,
        label: v.t(key).to_owned(),
    }
}

struct Row {
    id: String,
    title: String,
    meta: String,
    hash: String,
    tag: Tag,
    to_seed: bool,
}

#[derive(Template)]
#[template(path = "supervision/draws.html")]
struct ListPage {
    v: Visit,
    rows: Vec<Row>,
    may_draw: bool,
}

async fn list(v: Visit) -> Answer {
    let all = v.web().app().query(v.actor(), ListDraws).await?;
    let may_draw = v.may(Permission::DrawSample);
    let row = |d: &app::draw::Listed| Row {
        id: d.row.id.clone(),
        title: d.row.title.clone(),
        meta: v.t3(
            "draw.row",
            "date",
            v.moment(d.row.frozen_at),
            "n",
            v.n(d.pool),
            "sample",
            v.n(d.row.sample),
        ),
        hash: d.row.pool_hash.clone(),
        tag: state_tag(&v, d.row.seed.is_some(), !d.row.void_reason.is_empty()),
        to_seed: may_draw && d.row.seed.is_none() && d.row.void_reason.is_empty(),
    };
    let rows = all.iter().map(row).collect();
    page(&ListPage { rows, may_draw, v })
}

struct Person {
    id: String,
    name: String,
    about: String,
}

#[derive(Template)]
#[template(path = "supervision/draw_new.html")]
struct NewPage {
    v: Visit,
    f: Form,
    pools: Vec<(String, String)>,
    units: Vec<(String, String)>,
    people: Vec<Person>,
}

fn role_word(v: &Visit, roles: &[String]) -> String {
    let words: Vec<String> = roles.iter().map(|r| v.t_of("role", r)).collect();
    words.join(v.t("list.separator"))
}

fn new_page(v: Visit, f: Form, plan: &DrawPlan) -> NewPage {
    let unit_name = |id: &str| {
        plan.units
            .iter()
            .find(|(u, _)| u.id == id)
            .map(|(u, _)| u.name.clone())
            .unwrap_or_default()
    };
    let pool = |(kind, n): &(PoolKind, usize)| {
        let label = v.t(&format!("draw.pool_{}", kind.name())).to_owned();
        (
            kind.name().to_owned(),
            v.t2("draw.with_count", "text", label, "n", v.n(*n)),
        )
    };
    let unit = |(u, n): &(app::draw::Unit, usize)| {
        (
            u.id.clone(),
            v.t2("draw.with_count", "text", &u.name, "n", v.n(*n)),
        )
    };
    let person = |(c, roles): &(app::draw::Candidate, Vec<String>)| Person {
        id: c.person_id.clone(),
        name: c.name.clone(),
        about: [role_word(&v, roles), unit_name(&c.unit_id)]
            .into_iter()
            .filter(|t| !t.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
    };
    NewPage {
        pools: plan.pools.iter().map(pool).collect(),
        units: plan.units.iter().map(unit).collect(),
        people: plan.candidates.iter().map(person).collect(),
        f,
        v,
    }
}

async fn new(v: Visit) -> Answer {
    let plan = v.web().app().query(v.actor(), PlanDraw).await?;
    let branches = plan.units.len().max(1).to_string();
    let mut known = vec![("pool", "all"), ("minimum", "1"), ("sample", branches.as_str())];
    let source = v.t("draw.source_default");
    known.push(("seed_source", source));
    known.push(("dice", "20"));
    known.extend(asked_first(&plan).map(|id| ("inspector", id)));
    let f = Form::fresh(&known);
    page(&new_page(v, f, &plan))
}

/// Supervision, office and leaders are asked first; secretaries are there to be ticked. Where those all belong to one
/// branch, nobody would be left to check it: then the secretaries are asked too.
fn asked_first(plan: &DrawPlan) -> impl Iterator<Item = &str> {
    let other = |roles: &[String]| roles.iter().any(|r| r != "branch_secretary");
    let mut homes = plan
        .candidates
        .iter()
        .filter(|(_, roles)| other(roles))
        .map(|(c, _)| c.unit_id.as_str());
    let first = homes.next();
    let apart = homes.any(|home| Some(home) != first);
    let asked = move |(_, roles): &&(app::draw::Candidate, Vec<String>)| !apart || other(roles);
    plan.candidates
        .iter()
        .filter(asked)
        .map(|(c, _)| c.person_id.as_str())
}

fn number(fields: &Fields, name: &str) -> u32 {
    fields.trimmed(name).parse().unwrap_or(0)
}

async fn freeze(v: Visit, fields: Fields) -> Answer {
    let app = v.web().app();
    let strings = |name: &str| {
        fields
            .all(name)
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let recusals = fields.under("recuse-").filter(|(_, unit)| !unit.is_empty());
    let case = FreezeDraw {
        title: fields.trimmed("title"),
        units: strings("unit"),
        pool: PoolKind::from_name(fields.get("pool")),
        sample: number(&fields, "sample"),
        minimum: number(&fields, "minimum"),
        inspectors: strings("inspector"),
        recusals: recusals
            .map(|(person, unit)| (unit.to_owned(), person.to_owned()))
            .collect(),
        seed_source: fields.trimmed("seed_source"),
        dice: fields.trimmed("dice"),
    };
    match app.execute(v.actor(), case).await {
        Ok(id) => Ok(see_other(&format!("/draws/{id}"))),
        Err(error) => {
            let plan = app.query(v.actor(), PlanDraw).await?;
            let f = Form::mend(fields, mendable(error)?);
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &new_page(v, f, &plan))
        }
    }
}

struct Drawn {
    unit: String,
    of: usize,
    number: usize,
    href: String,
    text: String,
    inspectors: String,
    excused: String,
    tag: Option<Tag>,
}

#[derive(Template)]
#[template(path = "supervision/draw.html")]
struct DrawPage {
    v: Visit,
    d: DrawView,
    tag: Tag,
    pool: usize,
    seed: String,
    void: String,
    drawn: Vec<Drawn>,
    strata: Vec<(String, usize)>,
    inspectors: Vec<(String, String)>,
    recusals: Vec<(String, String)>,
}

fn drawn(v: &Visit, d: &DrawView) -> Vec<Drawn> {
    let comma = v.t("list.separator");
    let row = |s: &app::draw::Shown| Drawn {
        unit: d.unit(&s.unit),
        of: s.place.0,
        number: s.place.1,
        href: s
            .public
            .as_ref()
            .map(|(pledge, _)| format!("/pledges/{pledge}"))
            .unwrap_or_default(),
        text: s
            .public
            .as_ref()
            .map(|(_, text)| short(text, 40))
            .unwrap_or_default(),
        inspectors: s.inspectors.join(comma),
        excused: s.excused.join(comma),
        tag: s.finding.as_deref().map(|f| finding_tag(v, f)),
    };
    d.drawn.iter().map(row).collect()
}

async fn show(v: Visit, Path(id): Path<String>) -> Answer {
    // One segment serves the page and its file: `{id}.json` is the same draw for programs.
    let (id, json) = id
        .strip_suffix(".json")
        .map_or((id.as_str(), false), |id| (id, true));
    let d = v.web().app().query(v.actor(), FindDraw(id.to_owned())).await?;
    if json {
        let text = serde_json::to_string_pretty(&d.file).map_err(app::Error::bug)?;
        return Ok(download(
            &file_name(&d.file),
            "application/json",
            text.into_bytes(),
        ));
    }
    let names = |id: &str| {
        d.inspectors
            .inspectors
            .iter()
            .find(|i| i.id == id)
            .map(|i| i.name.clone())
    };
    let (seed, void) = match &d.state {
        DrawState::Frozen => (String::new(), String::new()),
        DrawState::Drawn { seed } => (seed.clone(), String::new()),
        DrawState::Void { reason, seed } => (seed.clone().unwrap_or_default(), reason.clone()),
    };
    let page_data = DrawPage {
        tag: state_tag(&v, !seed.is_empty(), !void.is_empty()),
        pool: d.file.frozen.pool.len(),
        drawn: drawn(&v, &d),
        strata: d.strata.iter().map(|(id, n)| (d.unit(id), *n)).collect(),
        inspectors: d
            .inspectors
            .inspectors
            .iter()
            .map(|i| (i.name.clone(), d.unit(&i.unit)))
            .collect(),
        recusals: d
            .inspectors
            .recusals
            .iter()
            .filter_map(|r| Some((names(&r.id)?, d.unit(&r.stratum))))
            .collect(),
        seed,
        void,
        d,
        v,
    };
    page(&page_data)
}

#[derive(Template)]
#[template(path = "supervision/draw_seed.html")]
struct SeedPage {
    v: Visit,
    f: Form,
    d: DrawView,
    void: Form,
}

async fn seed(v: Visit, Path(id): Path<String>) -> Answer {
    let d = v.web().app().query(v.actor(), FindDraw(id)).await?;
    let by = add_days(v.today(), 7).to_string();
    let f = Form::fresh(&[("check_by", &by)]);
    page(&SeedPage {
        f,
        d,
        void: Form::default(),
        v,
    })
}

async fn enter_seed(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let app = v.web().app();
    let case = EnterSeed {
        draw: id.clone(),
        seed: fields.get("seed").to_owned(),
        check_by: fields.trimmed("check_by"),
    };
    match app.execute(v.actor(), case).await {
        Ok(_) => Ok(see_other(&format!("/draws/{id}"))),
        Err(error) => {
            let problems = mendable(error)?;
            let d = app.query(v.actor(), FindDraw(id)).await?;
            let f = Form::mend(fields, problems);
            page_with(
                StatusCode::UNPROCESSABLE_ENTITY,
                &SeedPage {
                    f,
                    d,
                    void: Form::default(),
                    v,
                },
            )
        }
    }
}

async fn declare_void(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let app = v.web().app();
    let case = DeclareVoid {
        draw: id.clone(),
        reason: fields.trimmed("reason"),
    };
    match app.execute(v.actor(), case).await {
        Ok(()) => Ok(see_other(&format!("/draws/{id}"))),
        Err(error) => {
            let problems = mendable(error)?;
            let d = app.query(v.actor(), FindDraw(id)).await?;
            let void = Form::mend(fields, problems);
            page_with(
                StatusCode::UNPROCESSABLE_ENTITY,
                &SeedPage {
                    f: Form::default(),
                    d,
                    void,
                    v,
                },
            )
        }
    }
}
