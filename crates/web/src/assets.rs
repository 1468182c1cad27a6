//! Style sheet, scripts and icons: compiled in, served under a name that changes with the content.

use crate::gate::{Gate, Route};
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

struct Asset {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
    hash: String,
}

macro_rules! asset {
    ($name:literal, $kind:literal) => {
        Asset {
            name: $name,
            kind: $kind,
            bytes: include_bytes!(concat!("../assets/", $name)),
            hash: String::new(),
        }
    };
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let mut assets = vec![
        asset!("jiannuo.css", "text/css; charset=utf-8"),
        asset!("icons.svg", "image/svg+xml"),
        asset!("favicon.svg", "image/svg+xml"),
        asset!("work.js", "text/javascript; charset=utf-8"),
        asset!("pad.js", "text/javascript; charset=utf-8"),
    ];
    for asset in &mut assets {
        let digest = Sha256::digest(asset.bytes);
        asset.hash = digest.iter().take(6).map(|b| format!("{b:02x}")).collect();
    }
    assets
});

/// The address of an asset, with its hash.
pub fn href(name: &str) -> String {
    match ASSETS.iter().find(|a| a.name == name) {
        Some(asset) => format!("/assets/{}/{}", asset.hash, asset.name),
        None => format!("/assets/missing/{name}"),
    }
}

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get("/assets/{hash}/{name}", Gate::Anonymous, serve)]
}

async fn serve(Path((hash, name)): Path<(String, String)>) -> Response {
    let Some(asset) = ASSETS.iter().find(|a| a.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // A page from before an upgrade may ask for the old name: it gets today's file, not kept for long.
    let keep = if asset.hash == hash {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    (
        [
            (header::CONTENT_TYPE, HeaderValue::from_static(asset.kind)),
            (header::CACHE_CONTROL, HeaderValue::from_static(keep)),
        ],
        asset.bytes,
    )
        .into_response()
}
