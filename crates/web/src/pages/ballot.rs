//! The anonymous ballot: no cookie is read or set, nothing is kept of who comes (PR-04).

use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page, page_with, see_other, status};
use crate::visit::Visit;
use app::appraisal::{BALLOT_BRANCH, BallotPaper, CastBallot, FindBallot};
use app::campaign::Labels;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::ids::ReceiptCode;
use domain::problem::Problems;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/ballot", Gate::Anonymous, enter),
        Route::post("/ballot", Gate::Anonymous, go),
        Route::get("/ballot/done", Gate::Anonymous, done),
        Route::get("/ballot/{code}", Gate::Anonymous, show),
        Route::post("/ballot/{code}", Gate::Anonymous, cast),
    ]
}

#[derive(Template)]
#[template(path = "ballot/enter.html")]
struct EnterPage {
    v: Visit,
    f: Form,
}

#[derive(Template)]
#[template(path = "ballot/paper.html")]
struct PaperPage {
    v: Visit,
    f: Form,
    code: String,
    paper: BallotPaper,
    labels: Labels,
}

impl PaperPage {
    /// The field of a subject.
    fn name(&self, key: &str) -> String {
        format!("a.{key}")
    }

    fn is_branch(&self, key: &str) -> bool {
        key == BALLOT_BRANCH
    }
}

#[derive(Template)]
#[template(path = "ballot/done.html")]
struct DonePage {
    v: Visit,
}

async fn enter(v: Visit) -> Answer {
    page(&EnterPage {
        f: Form::default(),
        v,
    })
}

fn refused(v: Visit, typed: &str, problems: Problems) -> Answer {
    let status = problems
        .0
        .first()
        .map_or(StatusCode::UNPROCESSABLE_ENTITY, |p| status(&p.kind));
    let f = Form::mend(Fields::of(vec![("code".to_owned(), typed.to_owned())]), problems);
    page_with(status, &EnterPage { v, f })
}

async fn go(v: Visit, fields: Fields) -> Answer {
    match ReceiptCode::parse(fields.get("code")) {
        Ok(code) => {
            let code = code.to_string().replace('-', "");
            Ok(see_other(&format!("/ballot/{code}{}", v.carried())))
        }
        Err(problem) => refused(v, fields.get("code"), problem.on("code").into()),
    }
}

async fn read(v: &Visit, code: &str) -> app::Result<BallotPaper> {
    let case = FindBallot {
        code: code.to_owned(),
    };
    v.web().app().query(v.actor(), case).await
}

async fn show(v: Visit, Path(code): Path<String>) -> Answer {
    match read(&v, &code).await {
        Ok(paper) => {
            let labels = paper.campaign.labels(v.lang());
            let f = Form::default();
            page(&PaperPage {
                v,
                f,
                code,
                paper,
                labels,
            })
        }
        Err(error) => refused(v, &code, mendable(error)?),
    }
}

async fn cast(v: Visit, Path(code): Path<String>, fields: Fields) -> Answer {
    let answers = fields.under("a.").map(|(s, c)| (s.to_owned(), c.to_owned()));
    let case = CastBallot {
        code: code.clone(),
        answers: answers.collect(),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(()) => Ok(see_other(&format!("/ballot/done{}", v.carried()))),
        Err(error) => {
            let problems = mendable(error)?;
            let Ok(paper) = read(&v, &code).await else {
                return refused(v, &code, problems);
            };
            let labels = paper.campaign.labels(v.lang());
            let f = Form::mend(fields, problems);
            let page = PaperPage {
                v,
                f,
                code,
                paper,
                labels,
            };
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

async fn done(v: Visit) -> Answer {
    page(&DonePage { v })
}
