//! Public pages kept compressed in memory: the goal is the cost of a static file (DESIGN.md section 5).

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, RwLock};

/// All kept pages together stay below this many bytes; past it the cache begins anew.
const LIMIT: usize = 16 * 1024 * 1024;

#[derive(Default)]
pub struct Cache(RwLock<(usize, HashMap<String, Arc<Kept>>)>);

impl Cache {
    pub fn get(&self, key: &str) -> Option<Arc<Kept>> {
        self.0.read().ok()?.1.get(key).cloned()
    }

    pub fn put(&self, key: String, kept: Kept) {
        let Ok(mut cache) = self.0.write() else { return };
        let size = kept.gzip.len() + kept.plain.len() + key.len();
        if cache.0 + size > LIMIT {
            *cache = (0, HashMap::new());
        }
        cache.0 += size;
        cache.1.insert(key, Arc::new(kept));
    }
}

/// A page as it leaves.
pub struct Kept {
    plain: Bytes,
    gzip: Bytes,
    etag: HeaderValue,
    kind: HeaderValue,
}

impl Kept {
    /// Keeps a page, or gives it back as it was when it cannot be kept.
    pub async fn of(answer: Response) -> Result<Kept, Response> {
        let (parts, body) = answer.into_parts();
        let Ok(whole) = body.collect().await else {
            return Err(StatusCode::INTERNAL_SERVER_ERROR.into_response());
        };
        let plain = whole.to_bytes();
        let kind = parts.headers.get(header::CONTENT_TYPE).cloned();
        let hash = Sha256::digest(&plain);
        let tag: String = hash.iter().take(12).map(|b| format!("{b:02x}")).collect();
        let mut coder = GzEncoder::new(Vec::new(), Compression::new(6));
        let packed = coder.write_all(&plain).and_then(|()| coder.finish());
        let (Some(kind), Ok(gzip), Ok(etag)) = (kind, packed, HeaderValue::from_str(&format!("\"{tag}\"")))
        else {
            return Err(Response::from_parts(parts, Body::from(plain)));
        };
        Ok(Kept {
            plain,
            gzip: gzip.into(),
            etag,
            kind,
        })
    }

    /// The page for a request: nothing when the browser has it, compressed when it takes that.
    pub fn answer(&self, asked: &HeaderMap) -> Response {
        let text = |name| {
            asked
                .get(name)
                .and_then(|v: &HeaderValue| v.to_str().ok())
                .unwrap_or("")
        };
        let known = text(header::IF_NONE_MATCH)
            .split(',')
            .any(|t| t.trim().as_bytes() == self.etag.as_bytes());
        let packed = text(header::ACCEPT_ENCODING)
            .split(',')
            .any(|c| c.trim().starts_with("gzip"));
        let mut answer = match (known, packed) {
            (true, _) => StatusCode::NOT_MODIFIED.into_response(),
            (false, true) => Body::from(self.gzip.clone()).into_response(),
            (false, false) => Body::from(self.plain.clone()).into_response(),
        };
        let head = answer.headers_mut();
        if !known {
            head.insert(header::CONTENT_TYPE, self.kind.clone());
            if packed {
                head.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
        }
        head.insert(header::ETAG, self.etag.clone());
        head.insert(
            header::VARY,
            HeaderValue::from_static("accept-encoding, cookie, accept-language"),
        );
        answer
    }
}
