//! Screen 10: open data as files, and the read API. Both come from the same projection as the pages.

use super::view::{base, planned};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page};
use crate::visit::Visit;
use app::campaign::FindShown;
use app::public::{
    BoardAsked, Counts, Everything, FindEverything, FindProgress, GROUPS, Line, LogPage, PublicItem, by_unit,
};
use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use documents::table::{Cell, Column, Table};
use domain::problem::{Problem, Problems};
use serde_json::{Value, json};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/open-data", Gate::Public, open_data),
        Route::get("/open-data/{file}", Gate::Public, file),
        Route::api(Method::GET, "/api/v1/items", Gate::Public, api_items),
        Route::api(Method::GET, "/api/v1/pledges", Gate::Public, api_pledges),
        Route::api(Method::GET, "/api/v1/pledges/{id}", Gate::Public, api_pledge),
        Route::api(Method::GET, "/api/v1/branches", Gate::Public, api_branches),
        Route::api(Method::GET, "/api/v1/figures", Gate::Public, api_figures),
    ]
}

/// The columns of the files, in their order: names in files and programs, explained by `dictionary.NAME`.
const ITEM_FIELDS: [&str; 19] = [
    "id",
    "pledge",
    "branch_id",
    "branch",
    "pledger",
    "name",
    "post",
    "leading_cadre",
    "kind",
    "content",
    "measure",
    "beneficiary",
    "due_date",
    "state",
    "claim",
    "claimed_on",
    "verdict",
    "verdict_on",
    "rectifying",
];
const PLEDGE_FIELDS: [&str; 13] = [
    "id",
    "branch_id",
    "branch",
    "pledger",
    "name",
    "post",
    "leading_cadre",
    "number",
    "version",
    "pledged_on",
    "confirmed_on",
    "published_at",
    "check_code",
];
const BRANCH_FIELDS: [&str; 4] = ["id", "name", "covers", "items"];

#[derive(Template)]
#[template(path = "public/open_data.html")]
struct OpenDataPage {
    v: Visit,
    sets: Vec<(&'static str, usize)>,
    fields: Vec<(String, String)>,
    planned: String,
    empty: bool,
    base: String,
}

async fn open_data(v: Visit) -> Answer {
    let all = v.web().app().query(v.actor(), FindEverything::all()).await?;
    let mut names: Vec<&str> = ITEM_FIELDS
        .iter()
        .chain(&PLEDGE_FIELDS)
        .chain(&BRANCH_FIELDS)
        .copied()
        .collect();
    let mut seen = std::collections::HashSet::new();
    names.retain(|n| seen.insert(*n));
    let page_data = OpenDataPage {
        sets: vec![
            ("items", all.lines.len()),
            ("pledges", all.pledges.len()),
            ("branches", all.units.len()),
        ],
        fields: names
            .iter()
            .map(|n| ((*n).to_owned(), v.t_of("dictionary", n)))
            .collect(),
        planned: planned(&v, all.campaign.as_ref()),
        empty: all.lines.is_empty(),
        base: base(&v),
        v,
    };
    page(&page_data)
}

/// The day of the claim: a report that claims nothing has a day as well, which is none of a claim.
fn claimed_on(i: &PublicItem) -> Option<&str> {
    i.claimed_on.as_deref().filter(|_| i.claim.is_some())
}

fn item(line: &Line) -> Value {
    let i = &line.item;
    json!({
        "id": i.id, "pledge": i.pledge_id, "branch_id": i.unit_id, "branch": line.unit_name, "pledger": line.pledger,
        "name": line.name, "post": line.post, "leading_cadre": line.leading_cadre, "kind": i.kind,
        "content": i.content, "measure": i.measure, "beneficiary": i.beneficiary, "due_date": i.due_on,
        "state": line.state, "claim": i.claim, "claimed_on": claimed_on(i), "verdict": i.verdict,
        "verdict_on": i.verdict_on, "rectifying": i.rectifying,
    })
}

fn pledge(v: &Visit, p: &app::public::PublicPledge) -> Value {
    json!({
        "id": p.id, "branch_id": p.unit_id, "branch": p.unit_name, "pledger": p.pledger, "name": p.name,
        "post": p.post, "leading_cadre": p.leading_cadre, "number": p.number, "version": p.version,
        "pledged_on": p.pledged_on, "confirmed_on": p.confirmed_on,
        "published_at": v.web().app().rfc3339(p.published_at), "check_code": p.check_code,
    })
}

fn branches(all: &Everything) -> Vec<Value> {
    let count = |unit: &str| all.lines.iter().filter(|l| l.item.unit_id == unit).count();
    all.units
        .iter()
        .map(|u| json!({ "id": u.id, "name": u.name, "covers": u.covers, "items": count(&u.id) }))
        .collect()
}

fn csv(fields: &[&str], rows: &[Value]) -> Result<Response, crate::Failure> {
    let cell = |row: &Value, name: &&str| match row.get(*name) {
        None | Some(Value::Null) => Cell::Empty,
        Some(Value::String(text)) => Cell::Text(text.clone()),
        Some(Value::Number(n)) => n.as_i64().map_or_else(|| Cell::Text(n.to_string()), Cell::Number),
        Some(other) => Cell::Text(other.to_string()),
    };
    let table = Table {
        columns: fields.iter().map(|name| Column::new(*name)).collect(),
        rows: rows
            .iter()
            .map(|row| fields.iter().map(|name| cell(row, name)).collect())
            .collect(),
        ..Table::default()
    };
    let bytes = documents::csv::write_table(&table).map_err(app::Error::bug)?;
    Ok((
        [(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8"),
        )],
        bytes,
    )
        .into_response())
}

fn json_answer(value: &Value) -> Response {
    let kind = HeaderValue::from_static("application/json; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], value.to_string()).into_response()
}

async fn file(v: Visit, Path(file): Path<String>) -> Answer {
    if file == "log.json" {
        return log(&v).await;
    }
    let all = v.web().app().query(v.actor(), FindEverything::all()).await?;
    let (name, ending) = file.split_once('.').unwrap_or((&file, ""));
    let (fields, rows): (&[&str], Vec<Value>) = match name {
        "items" => (&ITEM_FIELDS, all.lines.iter().map(item).collect()),
        "pledges" => (
            &PLEDGE_FIELDS,
            all.pledges.iter().map(|p| pledge(&v, p)).collect(),
        ),
        "branches" => (&BRANCH_FIELDS, branches(&all)),
        "dictionary" => (&["name", "meaning"], dictionary(&v)),
        _ => return Err(Problem::not_found("problem.no_page").into()),
    };
    match ending {
        "csv" => csv(fields, &rows),
        "json" => Ok(json_answer(&json!({ "licence": "CC0-1.0", "rows": rows }))),
        _ => Err(Problem::not_found("problem.no_page").into()),
    }
}

fn dictionary(v: &Visit) -> Vec<Value> {
    ITEM_FIELDS
        .iter()
        .map(|n| json!({ "name": n, "meaning": v.t_of("dictionary", n) }))
        .collect()
}

/// The public log from a position on, for whoever keeps a copy and checks that it only grows.
async fn log(v: &Visit) -> Answer {
    let from = v.query("from").parse().unwrap_or(0);
    let (entries, size) = v.web().app().query(v.actor(), LogPage { from }).await?;
    let after = entries.last().map_or(size, |(position, _)| position + 1);
    let next = (after < size).then(|| format!("/open-data/log.json?from={after}"));
    let rows: Vec<Value> = entries
        .iter()
        .map(|(position, entry)| json!({ "position": position, "entry": entry }))
        .collect();
    Ok(json_answer(
        &json!({ "leaf": "SHA-256(0x00 || entry), RFC 6962", "size": size, "next": next, "rows": rows }),
    ))
}

/// Rows of an answer and rows passed over; what is no number within bounds is refused by name.
fn paging(v: &Visit) -> Result<(i64, i64), Problems> {
    let mut problems = Problems::new();
    let limit = problems.note(number(v, "limit", 100, (1, 1000)));
    let offset = problems.note(number(v, "offset", 0, (0, 10_000_000)));
    problems.or((limit.unwrap_or(100), offset.unwrap_or(0)))
}

fn number(v: &Visit, name: &str, usual: i64, (low, high): (i64, i64)) -> Result<i64, Problem> {
    let typed = v.query(name);
    if typed.is_empty() {
        return Ok(usual);
    }
    let read = typed.parse().ok().filter(|n| (low..=high).contains(n));
    read.ok_or_else(|| {
        let problem = Problem::invalid("problem.api.number").on(name);
        problem.with("name", name).with("low", low).with("high", high)
    })
}

/// A parameter that only takes certain words.
fn one_of(name: &str, typed: &str, known: &[&str]) -> Result<(), Problem> {
    if typed.is_empty() || known.contains(&typed) {
        return Ok(());
    }
    let problem = Problem::invalid("problem.api.choice").on(name);
    Err(problem.with("name", name).with("known", known.join(", ")))
}

/// The board's filter as programs ask for it: everything that makes no sense is refused by name.
async fn asked_by_program(v: &Visit) -> Result<(BoardAsked, (i64, i64)), app::Error> {
    let mut asked = super::board::asked(v);
    if asked.unit.is_empty() {
        v.query("branch").clone_into(&mut asked.unit);
    }
    let mut problems = Problems::new();
    let rows = problems.absorb(paging(v));
    problems.note(number(v, "page", 1, (1, 100_000)));
    let mut groups: Vec<&str> = GROUPS.iter().map(|g| g.key).collect();
    groups.extend(GROUPS.iter().flat_map(|g| g.states).copied());
    groups.sort_unstable();
    groups.dedup();
    for state in &asked.groups {
        problems.note(one_of("state", state, &groups));
    }
    problems.note(one_of("sort", &asked.order, &["due", "recent"]));
    problems.note(one_of("leaders", v.query("leaders"), &["0", "1"]));
    if !asked.kind.is_empty() {
        let campaign = v.web().app().query(v.actor(), FindShown).await?;
        let kinds: Vec<&str> = campaign
            .iter()
            .flat_map(|c| c.kinds())
            .map(|k| k.key.as_str())
            .collect();
        problems.note(one_of("kind", &asked.kind, &kinds));
    }
    Ok(problems.or((asked, rows.unwrap_or((100, 0))))?)
}

async fn api_items(v: Visit) -> Answer {
    let (asked, (limit, offset)) = asked_by_program(&v).await?;
    if asked.page > 1 || super::board::narrowed(&asked) || !asked.order.is_empty() {
        let view = super::board::find(&v, asked).await?;
        let rows: Vec<Value> = view.lines.iter().map(item).collect();
        return Ok(json_answer(
            &json!({ "total": view.total, "pages": view.pages, "items": rows }),
        ));
    }
    let all = v
        .web()
        .app()
        .query(
            v.actor(),
            FindEverything {
                limit,
                offset,
                recent: false,
            },
        )
        .await?;
    let rows: Vec<Value> = all.lines.iter().map(item).collect();
    Ok(json_answer(&json!({ "total": all.total, "items": rows })))
}

async fn api_pledges(v: Visit) -> Answer {
    let (limit, offset) = paging(&v)?;
    let all = v
        .web()
        .app()
        .query(
            v.actor(),
            FindEverything {
                limit,
                offset,
                recent: false,
            },
        )
        .await?;
    let rows: Vec<Value> = all.pledges.iter().map(|p| pledge(&v, p)).collect();
    Ok(json_answer(&json!({ "pledges": rows })))
}

async fn api_pledge(v: Visit, Path(id): Path<String>) -> Answer {
    let p = v
        .web()
        .app()
        .query(v.actor(), app::public::FindPledge(id))
        .await?;
    if p.head.taken_down_at.is_some() {
        return Err(Problem::gone("public.gone").into());
    }
    let mut value = pledge(&v, &p.head);
    let events: Vec<Value> = p
        .events
        .iter()
        .map(|e| {
            let detail: Value = serde_json::from_str(&e.detail).unwrap_or_else(|_| json!({}));
            let mut told =
                json!({ "on": e.happened_on, "kind": e.kind, "item": e.item_id, "words": e.words, "detail": detail });
            if let (true, Some(map)) = (e.kind == "published", told.as_object_mut()) {
                let through = p.through(e.created_at).iter();
                map.insert("channels".to_owned(), through.map(|c| c.channel.clone()).collect());
            }
            told
        })
        .collect();
    if let Some(map) = value.as_object_mut() {
        map.insert("items".to_owned(), p.items.iter().map(item).collect());
        map.insert("events".to_owned(), events.into());
        map.insert("sha256".to_owned(), p.head.hash.clone().into());
        map.insert("text".to_owned(), p.head.content.clone().into());
    }
    Ok(json_answer(&value))
}

async fn api_branches(v: Visit) -> Answer {
    let all = v.web().app().query(v.actor(), FindEverything::all()).await?;
    Ok(json_answer(&json!({ "branches": branches(&all) })))
}

async fn api_figures(v: Visit) -> Answer {
    let view = v.web().app().query(v.actor(), FindProgress).await?;
    let figures = |counts: &Counts| {
        let mut map: serde_json::Map<String, Value> =
            counts.all().map(|(k, n)| (k.to_owned(), n.into())).collect();
        map.insert("items".to_owned(), counts.total().into());
        Value::Object(map)
    };
    let units: Vec<Value> = by_unit(&view.tally)
        .iter()
        .map(|u| json!({ "branch_id": u.unit, "branch": u.name, "figures": figures(&u.counts) }))
        .collect();
    Ok(json_answer(&json!({
        "as_of": v.today().to_string(),
        "figures": figures(&Counts::sum(&view.tally)),
        "branches": units,
    })))
}
