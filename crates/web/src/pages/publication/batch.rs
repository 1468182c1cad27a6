//! One batch: its ledger of channels, its papers, and taking one of its pledges down.

use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page, page_with, see_other};
use crate::visit::Visit;
use app::public::PublicPledge;
use app::publication::{BatchView, FindBatch, FindConsents, Restore, TakeDown, WithdrawConsent};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::access::{Permission, Scope, may};
use domain::problem::{Problem, Problems};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/publication/batch/{id}",
            Gate::Holds(Permission::RecordChannel),
            show,
        ),
        Route::get(
            "/publication/pledge/{id}",
            Gate::Holds(Permission::TakeDown),
            pledge,
        ),
        Route::post(
            "/publication/pledge/{id}",
            Gate::Holds(Permission::TakeDown),
            change,
        ),
        Route::get(
            "/publication/consent",
            Gate::Holds(Permission::WithdrawConsent),
            consent,
        ),
        Route::post(
            "/publication/consent",
            Gate::Holds(Permission::WithdrawConsent),
            withdraw,
        ),
    ]
}

/// When, where and with which proof a channel was used.
type ChannelLine = (String, String, String);

#[derive(Template)]
#[template(path = "publication/batch.html")]
struct BatchPage {
    v: Visit,
    f: Form,
    b: BatchView,
    pledges: Vec<PublicPledge>,
    title: String,
    scope: String,
    lines: Vec<(String, Vec<ChannelLine>)>,
    channels: Vec<(String, String)>,
}

async fn batch_page(v: Visit, id: String, f: Form) -> Result<BatchPage, crate::Failure> {
    let found = v.web().app().query(v.actor(), FindBatch(id)).await?;
    let label = |key: &str| {
        let channel = found.campaign.channels().iter().find(|c| c.key == key);
        channel.map_or_else(|| key.to_owned(), |c| c.label.get(v.lang()).to_owned())
    };
    let lines = found.view.channels.iter().map(|(key, lines)| {
        let lines = lines
            .iter()
            .map(|l| (v.iso(&l.done_on), l.place.clone(), l.proof.clone()))
            .collect();
        (label(key), lines)
    });
    let lines = lines.collect();
    let channels = found.campaign.channels().iter();
    let channels = channels
        .map(|c| (c.key.clone(), c.label.get(v.lang()).to_owned()))
        .collect();
    let (title, scope) = match &found.view.batch.unit_id {
        None => (v.t("publication.branches").to_owned(), "all".to_owned()),
        Some(unit) => (
            v.t1("publication.members_of", "name", &found.view.unit_name),
            unit.clone(),
        ),
    };
    Ok(BatchPage {
        f,
        b: found.view,
        pledges: found.pledges,
        title,
        scope,
        lines,
        channels,
        v,
    })
}

async fn show(v: Visit, Path(id): Path<String>) -> Answer {
    let today = v.today().to_string();
    page(&batch_page(v, id, Form::fresh(&[("done_on", &today)])).await?)
}

/// The page of a batch with a ledger line that has to be mended.
pub(super) async fn again(v: Visit, id: String, fields: Fields, problems: Problems) -> Answer {
    page_with(
        StatusCode::UNPROCESSABLE_ENTITY,
        &batch_page(v, id, Form::mend(fields, problems)).await?,
    )
}

#[derive(Template)]
#[template(path = "publication/take_down.html")]
struct TakeDownPage {
    v: Visit,
    f: Form,
    id: String,
    name: String,
    down: bool,
    /// Why the reader may not, if so.
    refused: Option<Problem>,
    /// Orders about it that are not closed.
    orders: usize,
}

async fn take_down_page(v: Visit, id: String, f: Form) -> Result<TakeDownPage, crate::Failure> {
    let p = v
        .web()
        .app()
        .query(v.actor(), app::public::FindPledge(id.clone()))
        .await?;
    // Who may not take it down is not asked why he would.
    if !may(v.actor(), Permission::TakeDown, Scope::Unit(&p.head.unit_id)) {
        return Err(Problem::forbidden("problem.forbidden").into());
    }
    let standing = app::publication::FindStanding(id.clone());
    let (refused, orders) = v.web().app().query(v.actor(), standing).await?;
    Ok(TakeDownPage {
        refused,
        orders,
        f,
        id,
        name: p.head.name,
        down: p.head.taken_down_at.is_some(),
        v,
    })
}

async fn pledge(v: Visit, Path(id): Path<String>) -> Answer {
    page(&take_down_page(v, id, Form::default()).await?)
}

async fn change(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let app = v.web().app().clone();
    let reason = fields.trimmed("reason");
    let (done, said) = if fields.has("restore") {
        (
            app.execute(
                v.actor(),
                Restore {
                    pledge: id.clone(),
                    reason,
                },
            )
            .await,
            "restored",
        )
    } else {
        (
            app.execute(
                v.actor(),
                TakeDown {
                    pledge: id.clone(),
                    reason,
                },
            )
            .await,
            "taken_down",
        )
    };
    match done {
        Ok(()) => Ok(see_other(&format!("/publication?said={said}"))),
        Err(error) => {
            let f = Form::mend(fields, mendable(error)?);
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &take_down_page(v, id, f).await?)
        }
    }
}

#[derive(Template)]
#[template(path = "publication/consent.html")]
struct ConsentPage {
    v: Visit,
    f: Form,
    pledges: Vec<(String, String)>,
}

async fn consent(v: Visit) -> Answer {
    page(&consent_page(v, Form::default()).await?)
}

async fn consent_page(v: Visit, f: Form) -> Result<ConsentPage, app::Error> {
    let pledges = v.web().app().query(v.actor(), FindConsents).await?;
    Ok(ConsentPage { v, f, pledges })
}

async fn withdraw(v: Visit, fields: Fields) -> Answer {
    let case = WithdrawConsent {
        reason: fields.trimmed("reason"),
        pledge: fields.trimmed("pledge"),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(_) => Ok(see_other("/work?said=consent_withdrawn")),
        Err(error) => {
            let problems = match mendable(error) {
                Ok(problems) => problems,
                Err(crate::Failure(app::Error::Refused(problems))) if problems.0.iter().all(is_missing) => {
                    problems
                }
                Err(other) => return Err(other),
            };
            let form = Form::mend(fields, problems);
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &consent_page(v, form).await?)
        }
    }
}

fn is_missing(problem: &Problem) -> bool {
    problem.kind == domain::problem::ProblemKind::NotFound
}
