//! Screen 20: how one's promises go; and the list of those nobody has reported on.

use super::{Tag, claim, due_words, finding, state_tag, upload};
use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page, page_with, see_other};
use crate::visit::Visit;
use app::campaign::Labels;
use app::progress::{ItemView, ListSilent, MyItems, OpenReports, ReportProgress, Reports};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::access::Permission;
use domain::progress::Fulfilment;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/my-pledge/items", Gate::SignedIn, mine),
        Route::get("/my-pledge/items/{item}/report", Gate::SignedIn, show),
        Route::post("/my-pledge/items/{item}/report", Gate::SignedIn, report),
        Route::get(
            "/workbench/silent",
            Gate::Holds(Permission::ViewWorkbench),
            silent,
        ),
    ]
}

/// An item in a list.
pub(crate) struct Line {
    pub id: String,
    pub pledge: String,
    pub unit: String,
    pub name: String,
    pub text: String,
    pub due: String,
    pub due_words: &'static str,
    pub late: bool,
    pub tag: Tag,
    pub claim: String,
    pub claimed_on: String,
    /// When it was reported on last, if only how it goes on.
    pub reported_on: String,
    pub verdict: String,
    pub verdict_on: String,
}

pub(crate) fn line(v: &Visit, view: &ItemView) -> Line {
    let i = &view.item;
    let day = |d: &Option<String>| d.as_deref().map(|d| v.iso(d)).unwrap_or_default();
    Line {
        id: i.id.clone(),
        pledge: i.pledge_id.clone(),
        unit: i.unit_name.clone(),
        name: i.name.clone(),
        text: i.content.clone(),
        due: v.iso(&i.due_on),
        due_words: if i.claim.is_none() {
            due_words(v, view.due)
        } else {
            ""
        },
        late: view.state.name() == "overdue",
        tag: state_tag(v, view.state.name()),
        claim: claim(v, i.claim.as_deref()),
        claimed_on: day(&i.claimed_on),
        reported_on: day(&i.last_report_on),
        verdict: finding(v, i.verdict.as_deref()),
        verdict_on: day(&i.verdict_on),
    }
}

#[derive(Template)]
#[template(path = "supervision/my_items.html")]
struct MinePage {
    v: Visit,
    lines: Vec<Line>,
}

async fn mine(v: Visit) -> Answer {
    let items = v.web().app().query(v.actor(), MyItems).await?;
    let lines = items.iter().map(|i| line(&v, i)).collect();
    page(&MinePage { lines, v })
}

struct UpdateLine {
    on: String,
    by: String,
    amount: String,
    words: String,
    claim: String,
    reason: String,
    file: String,
}

struct RecordLine {
    on: String,
    by: String,
    tag: Tag,
    words: String,
    file: String,
}

#[derive(Template)]
#[template(path = "supervision/report.html")]
struct ReportPage {
    v: Visit,
    f: Form,
    line: Line,
    kind: String,
    measure: String,
    claims: Vec<(&'static str, String)>,
    updates: Vec<UpdateLine>,
    records: Vec<RecordLine>,
}

fn report_page(v: Visit, f: Form, r: &Reports) -> ReportPage {
    let labels: Labels = r.campaign.labels(v.lang());
    let update = |u: &app::progress::ProgressUpdate| UpdateLine {
        on: v.iso(&u.reported_on),
        by: u.reported_name.clone(),
        amount: u.amount.clone(),
        words: u.words.clone(),
        claim: claim(&v, u.claim.as_deref()),
        reason: u.reason.clone(),
        file: u.file_id.clone().unwrap_or_default(),
    };
    let record = |x: &app::progress::Record| RecordLine {
        on: v.iso(&x.recorded_on),
        by: x.recorded_name.clone(),
        tag: super::finding_tag(&v, &x.finding),
        words: x.words.clone(),
        file: x.file_id.clone().unwrap_or_default(),
    };
    ReportPage {
        line: line(&v, &r.view),
        kind: labels.kind(&r.view.item.kind).to_owned(),
        measure: r.view.item.measure.clone(),
        claims: Fulfilment::ALL
            .map(|c| (c.name(), claim(&v, Some(c.name()))))
            .to_vec(),
        updates: r.updates.iter().map(update).collect(),
        records: r.records.iter().map(record).collect(),
        f,
        v,
    }
}

async fn show(v: Visit, Path(item): Path<String>) -> Answer {
    let reports = v.web().app().query(v.actor(), OpenReports(item)).await?;
    page(&report_page(v, Form::default(), &reports))
}

async fn report(v: Visit, Path(item): Path<String>, fields: Fields) -> Answer {
    let app = v.web().app();
    // Only who may report may leave a file here.
    let reports = app.query(v.actor(), OpenReports(item.clone())).await?;
    let done = async {
        let case = ReportProgress {
            item: item.clone(),
            amount: fields.trimmed("amount"),
            words: fields.trimmed("words"),
            claim: fields.get("claim").to_owned(),
            reason: fields.trimmed("reason"),
            file: upload(&v, &fields).await?,
        };
        app.execute(v.actor(), case).await
    };
    match done.await {
        Ok(_) => Ok(see_other(&format!("/my-pledge/items/{item}/report?said=saved"))),
        Err(error) => {
            let f = Form::mend(fields, mendable(error)?);
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &report_page(v, f, &reports))
        }
    }
}

#[derive(Template)]
#[template(path = "supervision/silent.html")]
struct SilentPage {
    v: Visit,
    f: Form,
    units: Vec<(String, String)>,
    lines: Vec<Line>,
    past: usize,
}

async fn silent(v: Visit) -> Answer {
    let unit = v.query("unit").to_owned();
    let found = v.web().app().query(v.actor(), ListSilent { unit }).await?;
    let mut units = vec![(String::new(), v.t("ui.all").to_owned())];
    units.extend(found.units.iter().map(|u| (u.id.clone(), u.name.clone())));
    let lines: Vec<Line> = found.items.iter().map(|i| line(&v, i)).collect();
    let page_data = SilentPage {
        f: Form::fresh(&[("unit", &found.unit)]),
        past: lines.iter().filter(|l| l.late).count(),
        units,
        lines,
        v,
    };
    page(&page_data)
}
