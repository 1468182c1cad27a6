//! Briefs and summaries from figures, reports of branches, good examples (N19).

use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page, page_with, see_other};
use crate::visit::Visit;
use app::brief::{
    CampaignFigures, ConsentExample, ExampleDesk, FindExamples, FindFigures, FindReport, FindReports,
    ListExamples, NominateExample, PublicExample, PublishExample, ReportFile, Reports, SendReport,
    VerifyExample, WithdrawExample, WriteFromFigures,
};
use app::notice::ReadDocument;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::access::Permission;
use domain::notice::DocumentKind;

pub(crate) fn routes() -> Vec<Route> {
    let writes = Gate::Holds(Permission::WriteNotice);
    vec![
        Route::get("/documents/generate", writes, generate),
        Route::post("/documents/generate", writes, write),
        Route::get(
            "/documents/{id}/{file}",
            Gate::Holds(Permission::SignForNotice),
            paper,
        ),
        Route::get("/reports", Gate::SignedIn, reports),
        Route::get("/reports/{unit}/{period}", Gate::SignedIn, report),
        Route::post(
            "/reports/{unit}/{period}",
            Gate::Holds(Permission::SendReport),
            send,
        ),
        Route::get("/examples", Gate::Public, examples),
        Route::get("/examples/desk", Gate::SignedIn, desk),
        Route::post(
            "/examples/desk",
            Gate::Holds(Permission::ManageExamples),
            nominate,
        ),
        Route::post(
            "/examples/{id}/verify",
            Gate::Holds(Permission::ManageExamples),
            verify,
        ),
        Route::post(
            "/examples/{id}/publish",
            Gate::Holds(Permission::ManageExamples),
            publish,
        ),
        Route::post("/examples/{id}/consent", Gate::SignedIn, consent),
        Route::post("/examples/{id}/withdraw", Gate::SignedIn, withdraw),
    ]
}

#[derive(Template)]
#[template(path = "brief/generate.html")]
struct GeneratePage {
    v: Visit,
    f: Form,
    figures: Option<CampaignFigures>,
}

async fn generate_page(v: Visit, f: Form, status: StatusCode) -> Answer {
    let figures = v.web().app().query(v.actor(), FindFigures).await?;
    page_with(status, &GeneratePage { v, f, figures })
}

async fn generate(v: Visit) -> Answer {
    generate_page(v, Form::default(), StatusCode::OK).await
}

async fn write(v: Visit, fields: Fields) -> Answer {
    let settings = &v.house().settings;
    let source = if settings.sponsor.is_empty() {
        &v.house().name
    } else {
        &settings.sponsor
    };
    let case = WriteFromFigures {
        kind: DocumentKind::from_name(fields.get("kind")).unwrap_or(DocumentKind::Notice),
        lang: v.lang(),
        source: source.clone(),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(id) => Ok(see_other(&format!("/documents/{id}?said=brief_written"))),
        Err(error) => {
            let f = Form::mend(fields, mendable(error)?);
            generate_page(v, f, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// A draft as it would be printed; what is published has its own address.
async fn paper(v: Visit, Path((id, file)): Path<(String, String)>) -> Answer {
    let format = super::notice::paper_format(&file)?;
    let found = v.web().app().query(v.actor(), ReadDocument { id }).await?;
    let campaign = v.web().app().query(v.actor(), app::campaign::FindShown).await?;
    super::notice::press(&v, found.notice, campaign.as_ref(), format).await
}

#[derive(Template)]
#[template(path = "brief/reports.html")]
struct ReportsPage {
    v: Visit,
    all: Reports,
}

async fn reports(v: Visit) -> Answer {
    let all = v.web().app().query(v.actor(), FindReports).await?;
    page(&ReportsPage { v, all })
}

#[derive(Template)]
#[template(path = "brief/report.html")]
struct ReportPage {
    v: Visit,
    f: Form,
    file: ReportFile,
}

async fn report_file(v: &Visit, unit: &str, period: &str) -> Result<ReportFile, crate::Failure> {
    let case = FindReport {
        unit: unit.to_owned(),
        period: period.to_owned(),
    };
    Ok(v.web().app().query(v.actor(), case).await?)
}

/// The figures as sentences to write on from.
fn prefilled(v: &Visit, file: &ReportFile) -> String {
    let a = &file.figures;
    let share = |n: i64, of: i64| format!("{}{}", v.t2("brief.n_of_m", "n", n, "m", of), v.percent(n, of));
    [
        v.t2("report.filed", "people", share(a.filed, a.due), "items", a.items),
        v.t2(
            "report.progress",
            "kept",
            share(a.claimed_kept, a.claimed),
            "overdue",
            a.overdue,
        ),
        v.t2(
            "report.checked",
            "fulfilled",
            share(a.found_fulfilled, a.found),
            "rectifying",
            a.rectifying,
        ),
        v.t1("report.opinions", "answered", share(a.answered, a.opinions)),
    ]
    .join("\n")
}

async fn report(v: Visit, Path((unit, period)): Path<(String, String)>) -> Answer {
    let file = report_file(&v, &unit, &period).await?;
    let f = Form::fresh(&[("words", &prefilled(&v, &file))]);
    page(&ReportPage { v, f, file })
}

async fn send(v: Visit, Path((unit, period)): Path<(String, String)>, fields: Fields) -> Answer {
    let case = SendReport {
        unit: unit.clone(),
        period: period.clone(),
        words: fields.get("words").to_owned(),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(_) => Ok(see_other(&format!("/reports/{unit}/{period}?said=report_sent"))),
        Err(error) => {
            let f = Form::mend(fields, mendable(error)?);
            let file = report_file(&v, &unit, &period).await?;
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &ReportPage { v, f, file })
        }
    }
}

#[derive(Template)]
#[template(path = "brief/examples.html")]
struct ExamplesPage {
    v: Visit,
    all: Vec<PublicExample>,
}

async fn examples(v: Visit) -> Answer {
    let all = v.web().app().query(v.actor(), ListExamples).await?;
    page(&ExamplesPage { v, all })
}

#[derive(Template)]
#[template(path = "brief/desk.html")]
struct DeskPage {
    v: Visit,
    f: Form,
    desk: ExampleDesk,
}

async fn desk_page(v: Visit, f: Form, status: StatusCode) -> Answer {
    let desk = v.web().app().query(v.actor(), FindExamples).await?;
    page_with(status, &DeskPage { v, f, desk })
}

async fn desk(v: Visit) -> Answer {
    desk_page(v, Form::default(), StatusCode::OK).await
}

async fn settle<T>(v: Visit, fields: Fields, done: app::Result<T>) -> Answer {
    match done {
        Ok(_) => Ok(see_other("/examples/desk?said=saved")),
        Err(error) => {
            let problems = mendable(error)?;
            let status = problems
                .0
                .first()
                .map_or(StatusCode::CONFLICT, |p| crate::respond::status(&p.kind));
            desk_page(v, Form::mend(fields, problems), status).await
        }
    }
}

async fn nominate(v: Visit, fields: Fields) -> Answer {
    let case = NominateExample {
        pledge: fields.trimmed("pledge"),
        words: fields.get("words").to_owned(),
    };
    let done = v.web().app().execute(v.actor(), case).await;
    settle(v, fields, done).await
}

async fn verify(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let done = v.web().app().execute(v.actor(), VerifyExample { id }).await;
    settle(v, fields, done).await
}

async fn publish(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let done = v.web().app().execute(v.actor(), PublishExample { id }).await;
    settle(v, fields, done).await
}

async fn consent(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let done = v.web().app().execute(v.actor(), ConsentExample { id }).await;
    settle(v, fields, done).await
}

async fn withdraw(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let done = v.web().app().execute(v.actor(), WithdrawExample { id }).await;
    settle(v, fields, done).await
}
