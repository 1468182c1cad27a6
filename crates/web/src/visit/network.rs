//! Which network something was sent from, as a salted hash: enough to slow a flood down, too little to find anybody.

use axum::extract::ConnectInfo;
use axum::http::Method;
use axum::http::request::Parts;
use sha2::{Digest, Sha256};
use std::net::{IpAddr, SocketAddr};
use std::sync::LazyLock;

/// Made anew at each start, so that no hash can be looked up afterwards.
static SALT: LazyLock<[u8; 32]> = LazyLock::new(|| {
    let mut salt = [0; 32];
    app::case::fill_random(&mut salt);
    salt
});

/// The network of a request: its peer, or behind a proxy on this machine or beside it what the proxy says. `None`
/// for this machine itself and for a proxy that says nothing: there all would share one bucket. Whoever only reads
/// is not asked after.
pub(super) fn of(parts: &Parts) -> Option<String> {
    if parts.method != Method::POST {
        return None;
    }
    let peer = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()?
        .0
        .ip()
        .to_canonical();
    let forwarded = parts.headers.get("x-forwarded-for").and_then(|v| v.to_str().ok());
    let address = told(peer, forwarded)?;
    let mut hash = Sha256::new();
    hash.update(*SALT);
    hash.update(whole(address));
    Some(
        hash.finalize()
            .iter()
            .take(12)
            .map(|b| format!("{b:02x}"))
            .collect(),
    )
}

impl super::Visit {
    /// The salted hash of the network something was sent from; `None` where nothing tells networks apart.
    pub fn network(&self) -> Option<&str> {
        self.0.network.as_deref()
    }
}

fn told(peer: IpAddr, forwarded: Option<&str>) -> Option<IpAddr> {
    // The last entry is the proxy's own; those before it are whatever the sender wrote.
    let last = forwarded.and_then(|all| all.rsplit(',').next()?.trim().parse().ok());
    let near = match peer {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local(),
    };
    match (near, last) {
        (true, Some(last)) => Some(last),
        _ => Some(peer).filter(|p| !p.is_loopback()),
    }
}

/// An address of version 6 stands for its network: a device has as many of them as it likes.
fn whole(address: IpAddr) -> Vec<u8> {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().into_iter().take(8).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_believed_only_from_near_and_only_for_its_own_word() {
        let cases = [
            ("203.0.113.7", None, Some("203.0.113.7")),
            ("203.0.113.7", Some("198.51.100.1"), Some("203.0.113.7")),
            ("127.0.0.1", None, None),
            ("127.0.0.1", Some("spoofed, 198.51.100.1"), Some("198.51.100.1")),
            ("172.17.0.1", Some("198.51.100.1"), Some("198.51.100.1")),
            ("127.0.0.1", Some("nonsense"), None),
            ("10.1.2.3", None, Some("10.1.2.3")),
        ];
        for (peer, forwarded, wanted) in cases {
            let peer = peer.parse().expect("an address");
            let wanted = wanted.map(|w| w.parse::<IpAddr>().expect("an address"));
            assert_eq!(told(peer, forwarded), wanted, "{peer} {forwarded:?}");
        }
        let same = |a: &str, b: &str| whole(a.parse().expect("one")) == whole(b.parse().expect("one"));
        assert!(same("2001:db8::1", "2001:db8::ffff") && !same("2001:db8:0:1::1", "2001:db8::1"));
        assert!(same("::ffff:198.51.100.1", "198.51.100.1"));
    }
}
