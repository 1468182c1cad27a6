//! What only a server on the other side of a network can suffer: TLS, and connections that break.

use crate::probe::{TABLES, add, ids};
use crate::support::{Database, NOW, server};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use store::{Act, Db, Error, Options, Result, Tx, Unfit, args, sql};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf};

fn with(url: &str, mode: &str) -> String {
    format!("{url}?sslmode={mode}")
}

struct Encrypted;
impl Act for Encrypted {
    type Out = bool;
    async fn run(&self, tx: &mut Tx) -> Result<bool> {
        tx.one(
            sql!(postgres: "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"),
            args![],
        )
        .await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_is_spoken_with_a_server_that_can_be_verified_and_else_only_when_merely_preferred() {
    let Some(server) = server() else { return };
    let own = Database::create(&server, "LC_COLLATE 'C' LC_CTYPE 'C'").await;
    let open = async |mode: &str, authority: Option<PathBuf>| {
        let options = Options {
            authority,
            ..Options::default()
        };
        let db = Db::open_postgres(&with(&own.url, mode), options).await?;
        db.read(Encrypted).await
    };
    let unknown = open("require", None).await;
    assert!(
        matches!(unknown, Err(Error::Unfit(Unfit::CannotOpen(_)))),
        "{unknown:?}"
    );
    assert!(!open("prefer", None).await.expect("goes on in the clear"));
    assert!(!open("disable", None).await.expect("in the clear"));
    let missing = open("require", Some("/nowhere/authority.pem".into())).await;
    assert!(
        matches!(missing, Err(Error::Unfit(Unfit::CannotOpen(_)))),
        "{missing:?}"
    );
    // Only where the server was given a certificate.
    if let Some(authority) = std::env::var_os("JIANNUO_TEST_POSTGRES_AUTHORITY").map(PathBuf::from) {
        assert!(open("require", Some(authority.clone())).await.expect("encrypted"));
        assert!(open("prefer", Some(authority)).await.expect("encrypted"));
    }
    own.remove().await;
}

/// Adds an entry, then has its own connection ended by the server.
struct CutOff;
impl Act for CutOff {
    type Out = ();
    async fn run(&self, tx: &mut Tx) -> Result<()> {
        add("cut off").run(tx).await?;
        let cut = sql!(postgres: "SELECT pg_terminate_backend(pg_backend_pid()) AS ended");
        tx.one::<bool>(cut, args![]).await.map(drop)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_before_commit_leaves_no_doubt_and_is_replaced() {
    let Some(server) = server() else { return };
    let own = Database::create(&server, "LC_COLLATE 'C' LC_CTYPE 'C'").await;
    let options = Options {
        connections: 1,
        ..Options::default()
    };
    let db = Db::open_postgres(&own.url, options).await.expect("opens");
    db.migrate_with(TABLES, NOW).await.expect("tables");
    let out = db.act(CutOff).await;
    assert!(matches!(out, Err(Error::Busy)), "worth trying again: {out:?}");
    db.act(add("afterwards")).await.expect("a new connection");
    assert_eq!(ids(&db).await, ["afterwards"]);
    own.remove().await;
}

/// What the [`relay`] does with COMMIT.
const PASS: u8 = 0;
const CUT_BEFORE: u8 = 1;
const CUT_AFTER: u8 = 2;

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_lost_with_its_connection_is_said_to_be_unknown() {
    let Some(server) = server() else { return };
    let own = Database::create(&server, "LC_COLLATE 'C' LC_CTYPE 'C'").await;
    let behaviour = Arc::new(AtomicU8::new(PASS));
    let url = relay(&own.url, Arc::clone(&behaviour)).await;
    let db = Db::open_postgres(&with(&url, "disable"), Options::default())
        .await
        .expect("opens");
    db.migrate_with(TABLES, NOW).await.expect("tables");
    for (how, id) in [(CUT_BEFORE, "never arrived"), (CUT_AFTER, "kept, answer lost")] {
        behaviour.store(how, Ordering::SeqCst);
        let out = db.act(add(id)).await;
        assert!(matches!(out, Err(Error::Lost(_))), "{id}: {out:?}");
        behaviour.store(PASS, Ordering::SeqCst);
    }
    assert_eq!(ids(&db).await, ["kept, answer lost"]);
    own.remove().await;
}

/// A relay to the server that can cut the line at COMMIT. Answers the address to connect to.
async fn relay(url: &str, behaviour: Arc<AtomicU8>) -> String {
    let config: tokio_postgres::Config = url.parse().expect("an address");
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let own = listener.local_addr().expect("an address").port();
    let target = format!("127.0.0.1:{port}");
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&target).await.expect("the server");
            let (from_client, to_client) = client.into_split();
            let (from_server, to_server) = server.into_split();
            let cut = Arc::new(tokio::sync::Notify::new());
            tokio::spawn(upward(
                from_client,
                to_server,
                Arc::clone(&behaviour),
                Arc::clone(&cut),
            ));
            tokio::spawn(downward(from_server, to_client, cut));
        }
    });
    url.replace(&format!(":{port}/"), &format!(":{own}/"))
}

async fn upward(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    behaviour: Arc<AtomicU8>,
    cut: Arc<tokio::sync::Notify>,
) {
    let mut buffer = vec![0; 65_536];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let is_commit = buffer[..length].windows(6).any(|part| part == b"COMMIT");
        let behaviour = if is_commit {
            behaviour.load(Ordering::SeqCst)
        } else {
            PASS
        };
        if behaviour != PASS {
            // From now on the client hears nothing.
            cut.notify_one();
        }
        if behaviour == CUT_BEFORE || to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}

async fn downward(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, cut: Arc<tokio::sync::Notify>) {
    let mut buffer = vec![0; 65_536];
    loop {
        tokio::select! {
            biased;
            () = cut.notified() => return,
            read = from.read(&mut buffer) => match read {
                Ok(length @ 1..) if to.write_all(&buffer[..length]).await.is_ok() => {}
                _ => return,
            },
        }
    }
}
