//! Evidence, handed out only to those whose matter it is.

use crate::gate::{Gate, Route};
use crate::respond::{Answer, download};
use crate::visit::Visit;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/files/{id}", Gate::SignedIn, show),
        Route::get("/files/{id}/view", Gate::SignedIn, view),
    ]
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

/// A file to look at, also inside a page of this site: whoever types from a scan sees it beside the fields. A sandbox
/// would keep the browser's own reader of PDF files away.
async fn view(v: Visit, Path(id): Path<String>) -> Answer {
    let file = app::attachment::open(v.web().app(), v.actor(), &id).await?;
    let mut answer = ([(header::CONTENT_TYPE, file.media_type.name())], file.bytes).into_response();
    let head = answer.headers_mut();
    head.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"),
    );
    head.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    head.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("inline"));
    Ok(answer)
}
