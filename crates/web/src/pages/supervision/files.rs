//! Evidence, handed out only to those whose matter it is.

use crate::gate::{Gate, Route};
use crate::respond::{Answer, download};
use crate::visit::Visit;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get("/files/{id}", Gate::SignedIn, show)]
}

async fn show(v: Visit, Path(id): Path<String>) -> Answer {
    let file = app::attachment::open(v.web().app(), v.actor(), &id).await?;
    let kind = file.media_type.name();
    if !file.media_type.is_picture() {
        return Ok(download(&file.name, kind, file.bytes));
    }
    let mut answer = ([(header::CONTENT_TYPE, kind)], file.bytes).into_response();
    // Evidence never runs anything, whatever a browser makes of its bytes.
    answer.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );
    Ok(answer)
}
