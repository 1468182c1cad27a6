//! 访问次数 (N2): one visit counts once in half an hour, machines do not count, and nothing of a visitor is kept.
//! Counts gather in memory and are written in batches: reading a page never waits for a write.

use crate::Web;
use axum::http::request::Parts;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

/// The same visitor counts again after so many microseconds.
const AGAIN: i64 = 30 * 60 * 1_000_000;
/// Between two writes.
const PAUSE: Duration = Duration::from_secs(20);
/// Past this many visitors in half an hour the memory of them begins anew.
const REMEMBERED: usize = 200_000;

/// Parts of the names of programs that are nobody.
const MACHINES: [&str; 14] = [
    "bot", "spider", "crawl", "slurp", "curl", "wget", "python", "java/", "go-http", "health", "monitor",
    "headless", "preview", "scan",
];

/// Makes the marks of visitors worthless outside this process.
static SALT: LazyLock<[u8; 32]> = LazyLock::new(|| {
    let mut salt = [0; 32];
    app::case::fill_random(&mut salt);
    salt
});

/// Who was here when: a salted mark of visitor and page, in memory only, for half an hour.
#[derive(Default)]
pub(crate) struct Seen(Mutex<HashMap<[u8; 16], i64>>);

impl Seen {
    fn is_new(&self, mark: [u8; 16], now: i64) -> bool {
        let Ok(mut seen) = self.0.lock() else { return false };
        if seen.len() >= REMEMBERED {
            seen.retain(|_, at| *at + AGAIN > now);
            if seen.len() >= REMEMBERED {
                seen.clear();
            }
        }
        let fresh = seen.get(&mark).is_none_or(|at| *at + AGAIN <= now);
        if fresh {
            seen.insert(mark, now);
        }
        fresh
    }
}

fn is_machine(agent: &str) -> bool {
    let agent = agent.to_ascii_lowercase();
    agent.is_empty() || MACHINES.iter().any(|m| agent.contains(m))
}

fn mark(parts: &Parts, agent: &str, path: &str) -> [u8; 16] {
    let text = |name: &str| {
        parts
            .headers
            .get(name)
            .and_then(|v| v.to_str().ok())
            .unwrap_or("")
    };
    let peer = parts.extensions.get::<axum::extract::ConnectInfo<SocketAddr>>();
    let mut hash = Sha256::new();
    hash.update(*SALT);
    for part in [text("x-forwarded-for"), agent, path] {
        hash.update(part);
        hash.update([0]);
    }
    if let Some(peer) = peer {
        hash.update(peer.0.ip().to_string());
    }
    let whole: [u8; 32] = hash.finalize().into();
    let mut mark = [0; 16];
    mark.copy_from_slice(&whole[..16]);
    mark
}

impl Web {
    /// Counts a visit to a page and gives the visits that are not written yet: what the page shows is what is
    /// written and these.
    pub(crate) fn count_visit(&self, parts: &Parts, path: &str) -> i64 {
        let agent = parts
            .headers
            .get("user-agent")
            .and_then(|v| v.to_str().ok())
            .unwrap_or("");
        let now = self.app().clock().now();
        let counts = !is_machine(agent) && self.0.seen.is_new(mark(parts, agent, path), now);
        let Ok(mut pending) = self.0.visits.write() else {
            return 0;
        };
        if counts {
            if pending.is_empty() {
                self.write_soon();
            }
            *pending.entry(path.to_owned()).or_default() += 1;
        }
        pending.get(path).copied().unwrap_or(0)
    }

    fn write_soon(&self) {
        let web = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(PAUSE).await;
            web.write_visits().await;
        });
    }

    /// Writes what has gathered. What cannot be written now is kept for the next time.
    pub async fn write_visits(&self) {
        let gathered = self
            .0
            .visits
            .write()
            .map(|mut p| std::mem::take(&mut *p))
            .unwrap_or_default();
        if let Err(error) = app::public::write_visits(self.app(), gathered.clone()).await {
            tracing::warn!(%error, "visits could not be written");
            if let Ok(mut pending) = self.0.visits.write() {
                for (path, n) in gathered {
                    *pending.entry(path).or_default() += n;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_do_not_count() {
        for agent in [
            "",
            "curl/8.1",
            "Mozilla/5.0 (compatible; Baiduspider/2.0)",
            "kube-health",
        ] {
            assert!(is_machine(agent), "{agent}");
        }
        assert!(!is_machine("Mozilla/5.0 (Linux; Android 10) MicroMessenger/8.0"));
    }

    #[test]
    fn one_visit_in_half_an_hour() {
        let seen = Seen::default();
        assert!(seen.is_new([1; 16], 0));
        assert!(!seen.is_new([1; 16], AGAIN - 1));
        assert!(seen.is_new([2; 16], AGAIN - 1));
        assert!(seen.is_new([1; 16], AGAIN));
    }
}
