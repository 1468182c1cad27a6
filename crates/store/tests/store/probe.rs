//! Tables and acts of the tests' own.

use std::time::Duration;
use store::{Act, Error, Migration, Result, Tx, args, from_row, sql};

const SCHEMA: &str = "
CREATE TABLE probe_entry (
    organization_id TEXT NOT NULL, id TEXT NOT NULL, campaign_id TEXT NOT NULL, created_at BIGINT NOT NULL,
    public BOOLEAN NOT NULL DEFAULT FALSE, seal BYTEA, body TEXT NOT NULL CHECK (body <> ''),
    PRIMARY KEY (organization_id, id));
CREATE INDEX probe_entry_list ON probe_entry (organization_id, campaign_id, created_at);
CREATE TABLE probe_number (
    organization_id TEXT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (organization_id, n));
CREATE TABLE probe_unit (
    organization_id TEXT NOT NULL, id TEXT NOT NULL, score BIGINT NOT NULL, label TEXT, small INTEGER,
    PRIMARY KEY (organization_id, id));
";

/// The probe tables as a migration.
pub const TABLES: &[Migration] = &[Migration {
    version: 1,
    name: "probe",
    sqlite: SCHEMA,
    postgres: SCHEMA,
}];

/// The one organisation of the tests.
pub const HOME: &str = "o";

const ENTRY: &str = "id, campaign_id, created_at, public, seal, body";

#[derive(Debug, PartialEq)]
pub struct Entry {
    pub id: String,
    pub campaign_id: String,
    pub created_at: i64,
    pub public: bool,
    pub seal: Option<Vec<u8>>,
    pub body: String,
}
from_row!(Entry {
    id,
    campaign_id,
    created_at,
    public,
    seal,
    body
});

/// Adds an entry.
#[derive(Clone)]
pub struct Add {
    pub id: String,
    pub body: String,
}

pub fn add(id: impl Into<String>) -> Add {
    Add {
        id: id.into(),
        body: "践诺".into(),
    }
}

impl Act for Add {
    type Out = ();
    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let insert = sql!(
            "INSERT INTO probe_entry (organization_id, ",
            ENTRY,
            ") VALUES ($1, $2, $3, $4, $5, $6, $7)"
        );
        tx.execute(
            insert,
            args![HOME, self.id, "c", 7, true, Some(&b"\x00\x01"[..]), self.body],
        )
        .await?;
        Ok(())
    }
}

/// All entries by id.
pub struct List;

impl Act for List {
    type Out = Vec<Entry>;
    async fn run(&self, tx: &mut Tx) -> Result<Vec<Entry>> {
        let list = sql!(
            "SELECT ",
            ENTRY,
            " FROM probe_entry WHERE organization_id = $1 ORDER BY id"
        );
        tx.all(list, args![HOME]).await
    }
}

/// The ids of all entries.
pub async fn ids(db: &store::Db) -> Vec<String> {
    let entries = db.read(List).await.expect("a list");
    entries.into_iter().map(|entry| entry.id).collect()
}

/// What goes wrong after the entry was added.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// The act decides against itself.
    Refuse,
    /// A programming error.
    Panic,
    /// Waits for something that is not the database.
    Wait,
    /// Adds the same entry again and hides the error.
    HideError,
    /// Takes this long and succeeds.
    Sleep(u64),
}

/// The typed reason of [`Trouble::Refuse`].
#[derive(Debug, PartialEq)]
pub struct TooLate {
    pub minutes: u32,
}

/// Adds an entry and then runs into trouble.
#[derive(Clone)]
pub struct Troubled {
    pub id: String,
    pub trouble: Trouble,
}

pub fn troubled(id: &str, trouble: Trouble) -> Troubled {
    Troubled {
        id: id.into(),
        trouble,
    }
}

impl Act for Troubled {
    type Out = ();
    async fn run(&self, tx: &mut Tx) -> Result<()> {
        add(&self.id).run(tx).await?;
        match self.trouble {
            Trouble::Refuse => return Err(Error::refuse(TooLate { minutes: 5 })),
            Trouble::Panic => panic!("boom"),
            Trouble::Wait => std::future::pending::<()>().await,
            Trouble::HideError => drop(add(&self.id).run(tx).await),
            Trouble::Sleep(milliseconds) => std::thread::sleep(Duration::from_millis(milliseconds)),
        }
        Ok(())
    }
}

/// Reads the last number and writes the next: the classic lost update.
#[derive(Clone)]
pub struct NextNumber {
    pub organization: String,
}

impl Act for NextNumber {
    type Out = i64;
    async fn run(&self, tx: &mut Tx) -> Result<i64> {
        let last = sql!("SELECT n FROM probe_number WHERE organization_id = $1 ORDER BY n DESC LIMIT 1");
        let last: Option<i64> = tx.maybe(last, args![self.organization]).await?;
        let next = last.unwrap_or(0) + 1;
        let insert = sql!("INSERT INTO probe_number (organization_id, n) VALUES ($1, $2)");
        tx.execute(insert, args![self.organization, next]).await?;
        Ok(next)
    }
}
