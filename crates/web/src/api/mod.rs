//! What programs ask: health, the description of the API. The calls themselves lie beside the pages of their
//! feature and are thin shells round the same acts.

pub(crate) mod body;

use crate::gate::{Gate, Route};
use crate::respond::Answer;
use crate::visit::Visit;
use app::account::{self, SignInBySlip};
use app::case::Ready;
use axum::body::Bytes;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::problem::{Problem, ProblemKind};
use serde::Deserialize;

/// The description of the API (OpenAPI 3.1). A test compares its paths with the table of routes.
pub const OPENAPI: &str = include_str!("openapi.json");

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::api(Method::GET, "/healthz", Gate::Anonymous, alive),
        Route::api(Method::GET, "/readyz", Gate::Anonymous, ready),
        Route::api(Method::GET, "/api/openapi.json", Gate::Anonymous, describe),
        Route::api(Method::POST, "/api/v1/sessions", Gate::Anonymous, sign_in),
    ]
}

fn json(text: impl IntoResponse) -> Response {
    let mut answer = text.into_response();
    answer
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

/// The process lives; the database is not asked.
async fn alive() -> Response {
    json(r#"{"status":"alive"}"#)
}

/// The database answers, and there is room to keep what comes.
async fn ready(v: Visit) -> Answer {
    v.web().app().query(v.actor(), Ready).await?;
    if v.web().app().is_full() {
        return Err(Problem::new(ProblemKind::Unavailable, "problem.full").into());
    }
    Ok(json(r#"{"status":"ready"}"#))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Credentials {
    code: String,
    login: String,
    password: String,
}

/// Comes in with a slip or with a password; the answer's token goes into the header of later calls.
async fn sign_in(v: Visit, body: Bytes) -> Answer {
    let sent: Credentials = body::read(&body)?;
    let app = v.web().app();
    let opened = if sent.code.is_empty() {
        account::sign_in(app, &sent.login, &sent.password).await?
    } else {
        let hours = app.config().session_hours;
        app.execute(
            v.actor(),
            SignInBySlip {
                code: sent.code,
                hours,
            },
        )
        .await?
    };
    let told = serde_json::json!({ "token": opened.token });
    Ok((StatusCode::CREATED, json(told.to_string())).into_response())
}

async fn describe() -> Response {
    json(OPENAPI)
}
