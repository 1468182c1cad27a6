//! A database of a test's own, gone afterwards.

use app::Config;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Db, Options};
use tempfile::TempDir;

/// An empty, migrated database and a data directory.
pub struct Database {
    /// The database.
    pub db: Db,
    folder: TempDir,
    /// Where PostgreSQL is.
    url: Option<String>,
}

impl Database {
    /// The embedded one, in a directory of its own.
    pub async fn sqlite() -> Database {
        let folder = TempDir::new().expect("a temporary directory");
        let db = Db::open_sqlite(&folder.path().join("jiannuo.db"), Options::default())
            .await
            .expect("opens");
        db.migrate(crate::NOON).await.expect("migrates");
        Database {
            db,
            folder,
            url: None,
        }
    }

    /// A fresh PostgreSQL database on the server of `JIANNUO_TEST_POSTGRES`; nothing only when
    /// `JIANNUO_TEST_SQLITE_ONLY=1` says so.
    pub async fn postgres() -> Option<Database> {
        if std::env::var("JIANNUO_TEST_SQLITE_ONLY").is_ok_and(|v| v == "1") {
            return None;
        }
        let server = std::env::var("JIANNUO_TEST_POSTGRES").expect(
            "JIANNUO_TEST_POSTGRES is missing: run through scripts/test, or set JIANNUO_TEST_SQLITE_ONLY=1",
        );
        let name = name();
        let text =
            format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'");
        run(&server, &text).await;
        let (base, _) = server.rsplit_once('/').expect("the address ends in /database");
        let url = format!("{base}/{name}");
        let db = Db::open_postgres(
            &url,
            Options {
                connections: 4,
                ..Options::default()
            },
        )
        .await
        .expect("opens");
        db.migrate(crate::NOON).await.expect("migrates");
        Some(Database {
            db,
            folder: TempDir::new().expect("a temporary directory"),
            url: Some(url),
        })
    }

    /// Whether it is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.url.is_some()
    }

    /// The first column of what PostgreSQL answers to whoever looks into it directly; it has to be text.
    pub async fn peek(&self, text: &str) -> Vec<String> {
        let url = self.url.as_deref().expect("PostgreSQL");
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
            .await
            .expect("the server answers");
        let talking = tokio::spawn(connection);
        let rows = client.query(text, &[]).await.expect("it answers");
        drop(client);
        let _ = talking.await;
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// The first column, text, of what either database answers to whoever looks into it past the product.
    ///
    /// # Panics
    /// When it does not answer.
    pub async fn look(&self, statement: &'static store::Sql) -> Vec<String> {
        struct Look(&'static store::Sql);
        impl store::Act for Look {
            type Out = Vec<String>;
            async fn run(&self, tx: &mut store::Tx) -> store::Result<Vec<String>> {
                tx.all(self.0, &[]).await
            }
        }
        self.db.read(Look(statement)).await.expect("it answers")
    }

    /// The data directory.
    pub fn data(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub(crate) fn config(&self) -> Config {
        crate::config(self.folder.path())
    }
}

/// A name no other test uses. The databases go with the temporary server.
fn name() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!(
        "story_{}_{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    )
}

async fn run(server: &str, text: &str) {
    let (client, connection) = tokio_postgres::connect(server, tokio_postgres::NoTls)
        .await
        .expect("the server answers");
    let talking = tokio::spawn(connection);
    client.batch_execute(text).await.expect("the server does it");
    drop(client);
    let _ = talking.await;
}
