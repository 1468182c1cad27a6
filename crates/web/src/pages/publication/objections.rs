//! The desk of objections.

use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page, page_with, see_other};
use crate::visit::Visit;
use app::publication::{AnswerObjection, FindObjections, ObjectionView};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::access::Permission;
use domain::problem::ProblemKind;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/publication/objections",
            Gate::Holds(Permission::AnswerObjection),
            list,
        ),
        Route::post(
            "/publication/objections/{id}",
            Gate::Holds(Permission::AnswerObjection),
            answer,
        ),
    ]
}

#[derive(Template)]
#[template(path = "publication/objections.html")]
struct ObjectionsPage {
    v: Visit,
    f: Form,
    mending: String,
    list: Vec<ObjectionView>,
    verdicts: Vec<(String, String)>,
}

async fn objections(v: Visit, f: Form, mending: String) -> Result<ObjectionsPage, crate::Failure> {
    let list = v.web().app().query(v.actor(), FindObjections).await?;
    let choice = |value: &str, key| (value.to_owned(), v.t(key).to_owned());
    let verdicts = vec![
        (String::new(), String::new()),
        choice("no", "publication.upheld_no"),
        choice("yes", "publication.upheld_yes"),
    ];
    Ok(ObjectionsPage {
        f,
        mending,
        list,
        verdicts,
        v,
    })
}

async fn list(v: Visit) -> Answer {
    page(&objections(v, Form::default(), String::new()).await?)
}

async fn answer(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let upheld = match fields.get("upheld") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    let case = AnswerObjection {
        id: id.clone(),
        answer: fields.trimmed("answer"),
        upheld,
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(()) => Ok(see_other("/publication/objections?said=answered")),
        // Answered meanwhile, or others' to answer: there is no box on the page to mend, so what was typed is handed back.
        Err(app::Error::Refused(problems)) if problems.0.iter().any(|p| p.kind == ProblemKind::Conflict) => {
            Err(problems.into())
        }
        Err(error) => {
            let f = Form::mend(fields, mendable(error)?);
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &objections(v, f, id).await?)
        }
    }
}
