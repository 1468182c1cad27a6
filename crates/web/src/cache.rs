//! Public pages kept compressed in memory: the goal is the cost of a static file (DESIGN.md section 5).

use crate::AsOf;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flate2::read::GzDecoder;
use flate2::{Compress, Compression, FlushCompress, Status};
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::Read;
use std::sync::{Arc, Mutex, RwLock};

/// All kept pages together stay below this many bytes; past it the cache begins anew.
const LIMIT: usize = 20 * 1024 * 1024;
/// How hard a page is packed, 1 to 9: the first reader waits for it (`jiannuo bench`, first views).
const PACKING: u32 = 1;
/// What a page costs beside its text: the entry, the key, the headers.
const ENTRY: usize = 400;

#[derive(Default)]
pub struct Cache(RwLock<Pages>);

#[derive(Default)]
struct Pages {
    /// What the pages show; pages of another generation or day are of no use.
    as_of: Option<AsOf>,
    bytes: usize,
    pages: HashMap<String, Arc<Kept>>,
}

impl Cache {
    pub fn get(&self, as_of: AsOf, key: &str) -> Option<Arc<Kept>> {
        let cache = self.0.read().ok()?;
        (cache.as_of == Some(as_of)).then(|| cache.pages.get(key).cloned())?
    }

    pub fn put(&self, as_of: AsOf, key: String, kept: Kept) {
        let Ok(mut cache) = self.0.write() else { return };
        let size = kept.gzip.len() + key.len() + ENTRY;
        // A page that was asked for before the last change and made slowly must not drive out newer ones.
        if cache.as_of.is_some_and(|now| now > as_of) {
            return;
        }
        if cache.as_of != Some(as_of) || cache.bytes + size > LIMIT {
            *cache = Pages {
                as_of: Some(as_of),
                ..Pages::default()
            };
        }
        cache.bytes += size;
        cache.pages.insert(key, Arc::new(kept));
    }
}

/// Packers at rest. One is a quarter of a megabyte: to make it anew for each page costs more than the packing.
static PACKERS: Mutex<Vec<Compress>> = Mutex::new(Vec::new());

/// A page as gzip (RFC 1952); `None` when it cannot be packed.
fn pack(plain: &[u8]) -> Option<Vec<u8>> {
    let rested = PACKERS.lock().ok()?.pop();
    let mut packer = rested.unwrap_or_else(|| Compress::new_gzip(Compression::new(PACKING), 15));
    let mut out = Vec::with_capacity(plain.len() / 3 + 256);
    loop {
        let read = usize::try_from(packer.total_in()).ok()?;
        let rest = plain.get(read..)?;
        match packer.compress_vec(rest, &mut out, FlushCompress::Finish).ok()? {
            Status::StreamEnd => break,
            _ => out.reserve(plain.len() / 4 + 1024),
        }
    }
    packer.reset();
    PACKERS.lock().ok()?.push(packer);
    Some(out)
}

/// Whether `Accept-Encoding` names gzip, or everything, and not with the weight 0 (RFC 9110, 12.5.3).
fn takes_gzip(accepted: &str) -> bool {
    let weight = |wanted: &str| {
        accepted.split(',').find_map(|one| {
            let (name, rest) = one.split_once(';').unwrap_or((one, ""));
            let weight = rest.trim().strip_prefix("q=").unwrap_or("1");
            (name.trim().eq_ignore_ascii_case(wanted)).then(|| weight.trim().parse::<f32>().unwrap_or(0.0))
        })
    };
    weight("gzip").or_else(|| weight("*")).is_some_and(|w| w > 0.0)
}

/// A page as it leaves: compressed, as nearly every browser takes it. Who cannot is sent it unpacked.
pub struct Kept {
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
        let etag = HeaderValue::from_str(&format!("\"{tag}\""));
        let (Some(kind), Some(gzip), Ok(etag)) = (kind, pack(&plain), etag) else {
            return Err(Response::from_parts(parts, Body::from(plain)));
        };
        Ok(Kept {
            gzip: gzip.into(),
            etag,
            kind,
        })
    }

    fn unpacked(&self) -> Vec<u8> {
        let mut plain = Vec::new();
        // Our own packing, checked when it was made.
        let _ = GzDecoder::new(self.gzip.as_ref()).read_to_end(&mut plain);
        plain
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
        let packed = takes_gzip(text(header::ACCEPT_ENCODING));
        let mut answer = match (known, packed) {
            (true, _) => StatusCode::NOT_MODIFIED.into_response(),
            (false, true) => Body::from(self.gzip.clone()).into_response(),
            (false, false) => self.unpacked().into_response(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_goes_to_who_takes_it() {
        let cases = [
            ("", false),
            ("gzip", true),
            ("gzip, deflate, br, zstd", true),
            ("br;q=1.0, GZIP;q=0.8, *;q=0.1", true),
            ("gzip;q=0", false),
            ("gzip; q=0.000, *", false),
            ("*", true),
            ("*;q=0", false),
            ("br", false),
            ("x-gzip-like", false),
        ];
        for (accepted, taken) in cases {
            assert_eq!(takes_gzip(accepted), taken, "{accepted}");
        }
    }

    #[test]
    fn a_packer_used_again_packs_as_a_new_one() {
        for text in ["", "公开承诺", &"一诺千金，说到做到。".repeat(5000), "短"] {
            let gzip = pack(text.as_bytes()).expect("packed");
            let mut plain = String::new();
            GzDecoder::new(gzip.as_slice())
                .read_to_string(&mut plain)
                .expect("gzip");
            assert_eq!(plain, text);
            assert_eq!(pack(text.as_bytes()).expect("packed"), gzip);
        }
    }
}
