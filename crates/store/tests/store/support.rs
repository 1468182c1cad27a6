//! Empty databases of both kinds, one pair per test, gone afterwards.

use crate::probe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use store::{DatabaseKind, Db, Options};
use tokio_postgres::NoTls;

/// Microseconds UTC that tests call now.
pub const NOW: i64 = 1_789_000_000_000_000;

/// Runs the test on both databases, each with the tables of [`probe`].
pub async fn both<F: Future<Output = ()> + Send + 'static>(test: impl Fn(Db) -> F) {
    on_each(Options::default(), async |db| {
        db.migrate_with(probe::TABLES, NOW)
            .await
            .expect("the probe tables can be made");
        test(db).await;
    })
    .await;
}

/// Runs the test on both databases without any table.
pub async fn empty<F: Future<Output = ()> + Send + 'static>(test: impl Fn(Db) -> F) {
    on_each(Options::default(), async |db| test(db).await).await;
}

async fn on_each(options: Options, test: impl AsyncFn(Db)) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("test.db");
    test(
        Db::open_sqlite(&file, options.clone())
            .await
            .expect("SQLite opens"),
    )
    .await;
    if let Some(server) = server() {
        let own = Database::create(&server, "LC_COLLATE 'C' LC_CTYPE 'C'").await;
        let db = Db::open_postgres(&own.url, options)
            .await
            .expect("PostgreSQL opens");
        test(db).await;
        own.remove().await;
    }
}

/// The PostgreSQL server to use; `None` when it was said that there is none.
pub fn server() -> Option<String> {
    let server = std::env::var("JIANNUO_TEST_POSTGRES").ok();
    let alone = std::env::var("JIANNUO_TEST_SQLITE_ONLY").is_ok_and(|said| said == "1");
    assert!(
        server.is_some() || alone,
        "no PostgreSQL: run `scripts/with-postgres cargo test`, or set JIANNUO_TEST_SQLITE_ONLY=1"
    );
    server
}

/// A PostgreSQL database of one test. One left by a failed test goes with the server.
pub struct Database {
    /// Where to connect.
    pub url: String,
    server: String,
    name: String,
}

impl Database {
    pub async fn create(server: &str, collation: &str) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("store_{}_{number}", std::process::id());
        run(
            server,
            &format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' {collation}"),
        )
        .await;
        let (base, _) = server.rsplit_once('/').expect("the address ends in /database");
        Self {
            url: format!("{base}/{name}"),
            server: server.to_owned(),
            name,
        }
    }

    pub async fn remove(self) {
        run(&self.server, &format!("DROP DATABASE {} WITH (FORCE)", self.name)).await;
    }
}

async fn run(server: &str, text: &str) {
    let (client, connection) = tokio_postgres::connect(server, NoTls)
        .await
        .expect("the server answers");
    let talking = tokio::spawn(connection);
    client
        .batch_execute(text)
        .await
        .unwrap_or_else(|why| panic!("{text}: {why:?}"));
    drop(client);
    talking
        .await
        .expect("no panic")
        .expect("the connection ends well");
}

/// A pause long enough for what was started before to be under way.
pub async fn pause(milliseconds: u64) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
}

pub fn is_sqlite(db: &Db) -> bool {
    db.kind() == DatabaseKind::Sqlite
}
