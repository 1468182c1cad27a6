//! What programs ask: health, the description of the API. The calls themselves lie beside the pages of their
//! feature and are thin shells round the same acts.

use crate::gate::{Gate, Route};
use crate::respond::Answer;
use crate::visit::Visit;
use app::case::Ready;
use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};

/// The description of the API (OpenAPI 3.1). A test compares its paths with the table of routes.
pub const OPENAPI: &str = include_str!("openapi.json");

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::api(Method::GET, "/healthz", Gate::Anonymous, alive),
        Route::api(Method::GET, "/readyz", Gate::Anonymous, ready),
        Route::api(Method::GET, "/api/openapi.json", Gate::Anonymous, describe),
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

/// The database answers.
async fn ready(v: Visit) -> Answer {
    v.web().app().query(v.actor(), Ready).await?;
    Ok(json(r#"{"status":"ready"}"#))
}

async fn describe() -> Response {
    json(OPENAPI)
}
