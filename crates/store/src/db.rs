//! What the rest of the program sees of a database: [`Db`], [`Act`] and the transaction [`Tx`].

use crate::postgres::{Postgres, Session};
use crate::sqlite::{self, Sqlite};
use crate::{Error, FromRow, Result, Sql, Value, dialect};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Something done inside one transaction, as a value: it can be queued and run again.
pub trait Act: Send + Sync + 'static {
    /// What it answers.
    type Out: Send + 'static;

    /// Does it. May run more than once, so it must not change anything but its database, and may
    /// wait for nothing but its database.
    fn run(&self, tx: &mut Tx) -> impl Future<Output = Result<Self::Out>> + Send;
}

/// The two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseKind {
    /// One file, one machine.
    Sqlite,
    /// A server, for several machines.
    Postgres,
}

/// How a database is opened. The defaults are the measured ones.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many acts, and how many reads, may wait on SQLite before the next is told [`Error::Busy`].
    pub queue: usize,
    /// How many acts SQLite commits together at most.
    pub batch: usize,
    /// Threads that read on SQLite.
    pub readers: usize,
    /// How long SQLite waits for another program that holds the database.
    pub busy: Duration,
    /// The SQLite file grows to this many pages of 4 KiB at most, then acts get [`Error::Full`].
    /// For hosts where the database shares its disk with something that must not stop.
    pub most_pages: Option<u32>,
    /// Certificates (PEM) of the authority that signed the PostgreSQL server's, when it is the
    /// customer's own; without it the public authorities are trusted.
    pub authority: Option<PathBuf>,
    /// Connections to PostgreSQL at most.
    pub connections: usize,
    /// How long an act waits for a free PostgreSQL connection.
    pub wait: Duration,
    /// After this PostgreSQL gives up a statement.
    pub statement_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            queue: 1024,
            batch: 256,
            readers: 4,
            busy: Duration::from_secs(5),
            most_pages: None,
            authority: None,
            connections: 8,
            wait: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(30),
        }
    }
}

/// An open database. Cheap to clone; the last clone closes it.
#[derive(Clone)]
pub enum Db {
    /// One file.
    Sqlite(Sqlite),
    /// A server.
    Postgres(Postgres),
}

impl Db {
    /// Opens the file, creating it when absent. Tables come with [`Db::migrate`].
    ///
    /// # Errors
    /// [`Error::Unfit`] when the file cannot be used.
    pub async fn open_sqlite(path: &Path, options: Options) -> Result<Self> {
        let path = path.to_owned();
        let open = move || Sqlite::open(&path, &options);
        let opened = tokio::task::spawn_blocking(open).await.map_err(Error::bug)?;
        opened.map(Self::Sqlite)
    }

    /// Connects to `postgres://user:password@host/database?sslmode=require`.
    ///
    /// # Errors
    /// [`Error::Unfit`] when the server cannot be reached, or the database sorts or stores text
    /// in a way SQLite does not.
    pub async fn open_postgres(url: &str, options: Options) -> Result<Self> {
        Postgres::open(url, &options).await.map(Self::Postgres)
    }

    /// Which of the two it is.
    #[must_use]
    pub fn kind(&self) -> DatabaseKind {
        match self {
            Self::Sqlite(_) => DatabaseKind::Sqlite,
            Self::Postgres(_) => DatabaseKind::Postgres,
        }
    }

    /// Runs one act durably. Once begun it ends, even when the caller goes away; a caller who
    /// leaves before that has done nothing.
    ///
    /// # Errors
    /// Whatever the act refuses or the database reports; nothing is kept then (but see [`Error::Lost`]).
    pub async fn act<A: Act>(&self, act: A) -> Result<A::Out> {
        match self {
            Self::Sqlite(db) => db.act(act).await,
            Self::Postgres(db) => db.act(act).await,
        }
    }

    /// Runs one act that only reads, on one unchanging picture of the database.
    ///
    /// # Errors
    /// As [`Db::act`]; an attempt to write is [`Error::Bug`].
    pub async fn read<A: Act>(&self, act: A) -> Result<A::Out> {
        match self {
            Self::Sqlite(db) => db.read(act).await,
            Self::Postgres(db) => db.read(act).await,
        }
    }

    /// Prepares a statement without running it. For tests and diagnosis.
    ///
    /// # Errors
    /// [`Error::Bug`] when the database does not accept it.
    pub async fn prepare(&self, text: &str) -> Result<Prepared> {
        match self {
            Self::Sqlite(db) => db.prepare(text),
            Self::Postgres(db) => db.prepare(text).await,
        }
    }

    /// Copies a SQLite database into one new file while work goes on.
    ///
    /// # Errors
    /// [`Unfit::NoFileBackup`](crate::Unfit::NoFileBackup) on PostgreSQL, [`Error::Full`] when
    /// the disk is.
    pub async fn backup_to(&self, path: &Path) -> Result<()> {
        match self {
            Self::Sqlite(db) => db.backup_to(path.to_owned()).await,
            Self::Postgres(_) => Err(crate::Unfit::NoFileBackup.into()),
        }
    }

    /// Moves what the SQLite log still holds into the one file, so that a copy of the file alone is whole. For the
    /// end of a program; does nothing on PostgreSQL.
    ///
    /// # Errors
    /// [`Error::Busy`] when another program reads or writes just now; nothing is lost then.
    pub async fn settle(&self) -> Result<()> {
        match self {
            Self::Sqlite(db) => {
                let db = db.clone();
                let settled = tokio::task::spawn_blocking(move || db.settle()).await;
                settled.map_err(Error::bug)?
            }
            Self::Postgres(_) => Ok(()),
        }
    }

    /// How often PostgreSQL asked to run an act again since the database was opened. For metrics.
    #[must_use]
    pub fn reruns(&self) -> u64 {
        match self {
            Self::Sqlite(_) => 0,
            Self::Postgres(db) => db.reruns(),
        }
    }
}

/// What a database says of a statement it accepts.
#[derive(Debug, PartialEq, Eq)]
pub struct Prepared {
    /// Names of the columns of the answer.
    pub columns: Vec<String>,
    /// How many parameters it takes.
    pub params: usize,
}

/// The transaction an act runs in.
pub struct Tx {
    pub(crate) link: Link,
    pub(crate) failed: Option<Error>,
}

/// The connection below a transaction.
pub(crate) enum Link {
    Sqlite(rusqlite::Connection),
    Postgres(Session),
}

impl Tx {
    pub(crate) fn new(link: Link) -> Self {
        Self { link, failed: None }
    }

    /// Which database it runs on. For [`dialect`] alone: an act does not care.
    #[must_use]
    pub fn kind(&self) -> DatabaseKind {
        match self.link {
            Link::Sqlite(_) => DatabaseKind::Sqlite,
            Link::Postgres(_) => DatabaseKind::Postgres,
        }
    }

    /// All rows of the answer.
    ///
    /// # Errors
    /// Whatever the database reports. The act is over then, on both databases alike: later
    /// statements get the same error, and nothing is kept even if the act hides it.
    pub async fn all<T: FromRow>(&mut self, sql: &'static Sql, args: &[Value<'_>]) -> Result<Vec<T>> {
        self.usable(args)?;
        let rows = match &mut self.link {
            Link::Sqlite(connection) => sqlite::all(connection, sql.text, args),
            Link::Postgres(session) => session.all(sql.text, args).await,
        };
        self.note(rows, sql)
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// As [`Tx::all`].
    pub async fn maybe<T: FromRow>(&mut self, sql: &'static Sql, args: &[Value<'_>]) -> Result<Option<T>> {
        Ok(self.all(sql, args).await?.into_iter().next())
    }

    /// The first row, which must exist.
    ///
    /// # Errors
    /// As [`Tx::all`]; [`Error::Bug`] when there is no row.
    pub async fn one<T: FromRow>(&mut self, sql: &'static Sql, args: &[Value<'_>]) -> Result<T> {
        let row = self.maybe(sql, args).await?;
        row.ok_or_else(|| Error::Bug(format!("no row ({})", sql.at)))
    }

    /// Changes rows and says how many.
    ///
    /// # Errors
    /// As [`Tx::all`].
    pub async fn execute(&mut self, sql: &'static Sql, args: &[Value<'_>]) -> Result<u64> {
        self.usable(args)?;
        let changed = match &mut self.link {
            Link::Sqlite(connection) => sqlite::execute(connection, sql.text, args),
            Link::Postgres(session) => session.execute(sql.text, args).await,
        };
        self.note(changed, sql)
    }

    /// PostgreSQL goes on with nothing after a failed statement, so SQLite does not either.
    fn usable(&mut self, args: &[Value<'_>]) -> Result<()> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        dialect::portable(args).inspect_err(|error| self.failed = Some(error.clone()))
    }

    fn note<T>(&mut self, out: Result<T>, sql: &Sql) -> Result<T> {
        let out = out.map_err(|error| match error {
            Error::Bug(what) => Error::Bug(format!("{what} ({})", sql.at)),
            error => error,
        });
        if let Err(error) = &out {
            self.failed = Some(error.clone());
        }
        out
    }

    /// What became of an act: a failed statement wins over whatever the act made of it.
    pub(crate) fn verdict<T>(&mut self, out: Result<T>) -> Result<T> {
        match self.failed.take() {
            Some(error) => Err(error),
            None => out,
        }
    }
}
