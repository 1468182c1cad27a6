//! How the tables come about: numbered files, each applied once, in order, under a lock.
//!
//! All pending migrations share one transaction, so a failing one leaves the database as it was.
//! A migration only adds, copies and drops; it holds no BEGIN or COMMIT of its own.

use crate::dialect::{self, postgres_error, sqlite_error};
use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use crate::{Db, Error, Result, Unfit};
use deadpool_postgres::Object;
use rusqlite::{Connection, TransactionBehavior};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The files of `migrations/`, by number.
pub const MIGRATIONS: &[Migration] = include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// What was applied, when, and the SHA-256 of its text.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migration (
    version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at BIGINT NOT NULL)";
const APPLIED: &str = "SELECT version, name, sha256 FROM schema_migration ORDER BY version";
const RECORD: &str =
    "INSERT INTO schema_migration (version, name, sha256, applied_at) VALUES ($1, $2, $3, $4)";

/// One numbered step from one schema to the next.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its number, the order of application.
    pub version: i64,
    /// Its name.
    pub name: &'static str,
    /// What SQLite runs.
    pub sqlite: &'static str,
    /// What PostgreSQL runs; mostly the same.
    pub postgres: &'static str,
}

/// Where the tables of a database stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The highest number applied; nothing in a database without tables.
    pub at: Option<i64>,
    /// The numbers still to be applied.
    pub open: Vec<i64>,
}

impl Db {
    /// Brings the tables up to this program. Harmless when they are; `now` is in microseconds UTC.
    /// Answers with the numbers it applied.
    ///
    /// # Errors
    /// [`Unfit::Newer`] and [`Unfit::Changed`] when the database belongs to another program.
    pub async fn migrate(&self, now: i64) -> Result<Vec<i64>> {
        self.migrate_with(MIGRATIONS, now).await
    }

    /// As [`Db::migrate`], with another list; for tests.
    ///
    /// # Errors
    /// As [`Db::migrate`].
    pub async fn migrate_with(&self, list: &'static [Migration], now: i64) -> Result<Vec<i64>> {
        match self {
            Self::Sqlite(db) => {
                let db = db.clone();
                let migrated = tokio::task::spawn_blocking(move || on_sqlite(&db, list, now)).await;
                migrated.map_err(Error::bug)?
            }
            Self::Postgres(db) => on_postgres(db, list, now).await,
        }
    }
}

impl Db {
    /// The numbers [`Db::migrate`] would apply, without applying them. For a look from outside.
    ///
    /// # Errors
    /// As [`Db::migrate`].
    pub async fn unapplied(&self) -> Result<Vec<i64>> {
        Ok(self.standing().await?.open)
    }

    /// Where the tables stand, without touching them.
    ///
    /// # Errors
    /// As [`Db::migrate`].
    pub async fn standing(&self) -> Result<Standing> {
        match self {
            Self::Sqlite(db) => {
                let db = db.clone();
                let look = move || -> Result<Standing> {
                    let connection = db.connection()?;
                    let applied = match connection.table_exists(None, "schema_migration") {
                        Ok(true) => applied_on_sqlite(&connection).map_err(sqlite_error)?,
                        Ok(false) => Vec::new(),
                        Err(why) => return Err(sqlite_error(why)),
                    };
                    standing(
                        &applied,
                        &pending(MIGRATIONS, &applied, |migration| migration.sqlite)?,
                    )
                };
                tokio::task::spawn_blocking(look).await.map_err(Error::bug)?
            }
            Self::Postgres(db) => {
                let client = db.client().await?;
                let there = client
                    .query_one("SELECT to_regclass('schema_migration') IS NOT NULL", &[])
                    .await
                    .map_err(postgres_error)?;
                let rows = match there.try_get(0).map_err(postgres_error)? {
                    true => client.query(APPLIED, &[]).await.map_err(postgres_error)?,
                    false => Vec::new(),
                };
                let applied: Vec<Applied> = rows
                    .iter()
                    .map(read_applied)
                    .collect::<Result<_, _>>()
                    .map_err(postgres_error)?;
                standing(
                    &applied,
                    &pending(MIGRATIONS, &applied, |migration| migration.postgres)?,
                )
            }
        }
    }
}

fn standing(applied: &[Applied], open: &[&Migration]) -> Result<Standing> {
    Ok(Standing {
        at: applied.iter().map(|one| one.version).max(),
        open: open.iter().map(|migration| migration.version).collect(),
    })
}

fn on_sqlite(db: &Sqlite, list: &[Migration], now: i64) -> Result<Vec<i64>> {
    let mut connection = db.connection()?;
    let tx = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(sqlite_error)?;
    tx.execute_batch(TABLE).map_err(sqlite_error)?;
    let applied = applied_on_sqlite(&tx).map_err(sqlite_error)?;
    let mut done = Vec::new();
    for migration in pending(list, &applied, |migration| migration.sqlite)? {
        tx.execute_batch(migration.sqlite)
            .map_err(|why| failed(migration, sqlite_error(why)))?;
        let record = (migration.version, migration.name, digest(migration.sqlite), now);
        tx.execute(RECORD, record).map_err(sqlite_error)?;
        done.push(migration.version);
    }
    tx.commit().map_err(sqlite_error)?;
    Ok(done)
}

fn applied_on_sqlite(connection: &Connection) -> rusqlite::Result<Vec<Applied>> {
    let mut statement = connection.prepare(APPLIED)?;
    let rows = statement.query_map([], |row| {
        Ok(Applied {
            version: row.get(0)?,
            name: row.get(1)?,
            sha256: row.get(2)?,
        })
    })?;
    rows.collect()
}

async fn on_postgres(db: &Postgres, list: &[Migration], now: i64) -> Result<Vec<i64>> {
    // Taken out of the pool: whatever goes wrong, its closing undoes an unfinished migration and
    // its settings trouble nobody else.
    let client = Object::take(db.client().await?);
    let script = async |text: &str| client.batch_execute(text).await.map_err(postgres_error);
    script("SET statement_timeout = 0; BEGIN").await?;
    script(dialect::POSTGRES_MIGRATION_LOCK).await?;
    script(TABLE).await?;
    let rows = client.query(APPLIED, &[]).await.map_err(postgres_error)?;
    let applied: Vec<Applied> = rows
        .iter()
        .map(read_applied)
        .collect::<Result<_, _>>()
        .map_err(postgres_error)?;
    let mut done = Vec::new();
    for migration in pending(list, &applied, |migration| migration.postgres)? {
        script(migration.postgres)
            .await
            .map_err(|why| failed(migration, why))?;
        let sha256 = digest(migration.postgres);
        let recorded = client
            .execute(RECORD, &[&migration.version, &migration.name, &sha256, &now])
            .await;
        recorded.map_err(postgres_error)?;
        done.push(migration.version);
    }
    script("COMMIT").await?;
    Ok(done)
}

fn read_applied(row: &tokio_postgres::Row) -> Result<Applied, tokio_postgres::Error> {
    Ok(Applied {
        version: row.try_get(0)?,
        name: row.try_get(1)?,
        sha256: row.try_get(2)?,
    })
}

/// A migration the database remembers.
struct Applied {
    version: i64,
    name: String,
    sha256: String,
}

/// What is still to be done, in order. Refuses a database that another program made.
fn pending<'a>(
    list: &'a [Migration],
    applied: &[Applied],
    text: impl Fn(&Migration) -> &'static str,
) -> Result<Vec<&'a Migration>> {
    let known = list.iter().map(|migration| migration.version).max().unwrap_or(0);
    let mut open: BTreeMap<i64, &Migration> = list
        .iter()
        .map(|migration| (migration.version, migration))
        .collect();
    if let Some(newest) = applied
        .iter()
        .map(|one| one.version)
        .max()
        .filter(|newest| *newest > known)
    {
        return Err(Unfit::Newer { found: newest, known }.into());
    }
    for one in applied {
        let same = open
            .remove(&one.version)
            .is_some_and(|ours| digest(text(ours)) == one.sha256);
        if !same {
            return Err(Unfit::Changed {
                version: one.version,
                name: one.name.clone(),
            }
            .into());
        }
    }
    Ok(open.into_values().collect())
}

fn failed(migration: &Migration, why: Error) -> Error {
    match why {
        Error::Bug(what) => Error::Bug(format!(
            "migration {:04}_{}: {what}",
            migration.version, migration.name
        )),
        why => why,
    }
}

fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
