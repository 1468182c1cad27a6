//! SQLite: one writer thread with group commit, a few reader threads.
//!
//! A whole act travels to a database thread once, not once a statement. There every statement is
//! ready at once, so an act is polled a single time; one that is still pending waited for something
//! else than its database and is ended with [`Error::Waited`].

mod statement;
mod writer;

pub(crate) use statement::{all, execute};

use crate::db::Link;
use crate::dialect::{self, sqlite_error as error};
use crate::{Act, Error, Options, Prepared, Result, Tx, Unfit};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::sync::oneshot;

/// Prepared statements kept by the writer and by each reader.
const STATEMENTS_KEPT: usize = 256;
/// Pages copied in one step of a backup: all. In steps it starts over at each write of another
/// connection and never ends under load; at once, 200,000 rows took 0.28 s and held up nobody.
const ALL_PAGES: i32 = i32::MAX;

/// A read with its types forgotten.
type Read = Box<dyn FnOnce(&mut Tx) + Send>;

/// An open SQLite database.
#[derive(Clone)]
pub struct Sqlite(Arc<Inner>);

struct Inner {
    path: PathBuf,
    acts: SyncSender<Box<dyn writer::Job>>,
    reads: SyncSender<Read>,
}

impl Sqlite {
    pub(crate) fn open(path: &Path, options: &Options) -> Result<Self> {
        create_private(path)?;
        let writer = connect(path, options, dialect::SQLITE_WRITER)?;
        let (acts, queue) = mpsc::sync_channel(options.queue);
        let batch = options.batch;
        spawn("sqlite-writer".into(), move || writer::run(writer, &queue, batch))?;

        let (reads, asked) = mpsc::sync_channel(options.queue);
        let asked = Arc::new(Mutex::new(asked));
        for number in 0..options.readers.max(1) {
            let reader = connect(path, options, dialect::SQLITE_READER)?;
            let asked = Arc::clone(&asked);
            spawn(format!("sqlite-reader-{number}"), move || {
                serve_reads(reader, &asked)
            })?;
        }
        Ok(Self(Arc::new(Inner {
            path: path.to_owned(),
            acts,
            reads,
        })))
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    pub(crate) async fn act<A: Act>(&self, act: A) -> Result<A::Out> {
        let (reply, answer) = oneshot::channel();
        self.0
            .acts
            .try_send(Box::new(writer::Queued { act, reply }))
            .map_err(not_queued)?;
        answer
            .await
            .unwrap_or_else(|_| Err(Error::Lost("the writing thread has ended".into())))
    }

    pub(crate) async fn read<A: Act>(&self, act: A) -> Result<A::Out> {
        let (reply, answer) = oneshot::channel();
        let read: Read = Box::new(move |tx| {
            if !reply.is_closed() {
                // Nobody listens any more: there is nothing to undo.
                let _ = reply.send(snapshot(&act, tx));
            }
        });
        self.0.reads.try_send(read).map_err(not_queued)?;
        answer
            .await
            .unwrap_or_else(|_| Err(Error::Lost("the reading threads have ended".into())))
    }

    pub(crate) fn prepare(&self, text: &str) -> Result<Prepared> {
        let connection = Connection::open(self.path()).map_err(error)?;
        let statement = connection.prepare(text).map_err(error)?;
        Ok(Prepared {
            columns: statement.column_names().map(String::from).collect(),
            params: statement.parameter_count(),
        })
    }

    pub(crate) async fn backup_to(&self, to: PathBuf) -> Result<()> {
        let from = self.path().to_owned();
        let copy = move || {
            create_private(&to)?;
            copy_whole(&from, &to).map_err(error)
        };
        tokio::task::spawn_blocking(copy).await.map_err(Error::bug)?
    }

    pub(crate) fn settle(&self) -> Result<()> {
        let connection = self.connection()?;
        let left = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
        match connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], left) {
            Ok(0) => Ok(()),
            Ok(_) => Err(Error::Busy),
            Err(why) => Err(error(why)),
        }
    }

    /// A connection of its own for work that is no act: migrations.
    pub(crate) fn connection(&self) -> Result<Connection> {
        let connection = Connection::open(self.path()).map_err(error)?;
        connection.busy_timeout(Options::default().busy).map_err(error)?;
        connection.execute_batch(dialect::SQLITE_SESSION).map_err(error)?;
        Ok(connection)
    }
}

fn spawn(name: String, work: impl FnOnce() + Send + 'static) -> Result<()> {
    std::thread::Builder::new()
        .name(name)
        .spawn(work)
        .map(drop)
        .map_err(Error::bug)
}

fn not_queued<T>(refused: TrySendError<T>) -> Error {
    match refused {
        TrySendError::Full(_) => Error::Busy,
        TrySendError::Disconnected(_) => Error::Lost("the database threads have ended".into()),
    }
}

fn copy_whole(from: &Path, to: &Path) -> rusqlite::Result<()> {
    let from = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut to = Connection::open(to)?;
    let copying = rusqlite::backup::Backup::new(&from, &mut to)?;
    copying.run_to_completion(ALL_PAGES, Duration::ZERO, None)
}

/// Makes the file, when it is not there, readable by our own user alone: it holds what people wrote.
/// SQLite gives its log beside it the same rights.
fn create_private(path: &Path) -> Result<()> {
    let mut how = std::fs::OpenOptions::new();
    how.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut how, 0o600);
    match how.open(path) {
        Ok(_) => Ok(()),
        Err(why) => Err(Unfit::CannotOpen(format!("{}: {why}", path.display())).into()),
    }
}

fn connect(path: &Path, options: &Options, role: &str) -> Result<Tx> {
    let open = || {
        let connection = Connection::open(path)?;
        connection.busy_timeout(options.busy)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        // Otherwise every statement that a partial index might serve is prepared anew for every new value.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.execute_batch(dialect::SQLITE_SESSION)?;
        connection.execute_batch(role)?;
        if let Some(pages) = options.most_pages {
            connection.pragma_update(None, "max_page_count", pages)?;
        }
        Ok(connection)
    };
    let opened: rusqlite::Result<Connection> = open();
    let cannot = |e: rusqlite::Error| Unfit::CannotOpen(format!("{}: {e}", path.display()));
    Ok(Tx::new(Link::Sqlite(opened.map_err(cannot)?)))
}

/// One reader thread: takes what is asked until the database is closed.
fn serve_reads(mut tx: Tx, asked: &Mutex<Receiver<Read>>) {
    loop {
        // The guard is gone before the read runs, so the others can take the next one.
        let next = asked.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match next {
            Ok(read) => read(&mut tx),
            Err(_) => return,
        }
    }
}

/// Runs an act on one unchanging picture.
fn snapshot<A: Act>(act: &A, tx: &mut Tx) -> Result<A::Out> {
    say(tx, dialect::SQLITE_READ)?;
    let out = run_now(act, tx);
    // A failing disk may have ended the transaction already.
    if in_transaction(tx) {
        say(tx, "ROLLBACK")?;
    }
    out
}

fn in_transaction(tx: &Tx) -> bool {
    connection(tx).is_ok_and(|connection| !connection.is_autocommit())
}

/// Runs an act to its end on this thread. A panic ends the act, not the thread.
fn run_now<A: Act>(act: &A, tx: &mut Tx) -> Result<A::Out> {
    let out = catch_unwind(AssertUnwindSafe(|| {
        let running = std::pin::pin!(act.run(tx));
        match running.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(out) => out,
            Poll::Pending => Err(Error::Waited),
        }
    }));
    let out = out.unwrap_or_else(|payload| Err(Error::panicked(payload.as_ref())));
    tx.verdict(out)
}

/// The connection of a transaction made by [`connect`].
fn connection(tx: &Tx) -> Result<&Connection> {
    match &tx.link {
        Link::Sqlite(connection) => Ok(connection),
        Link::Postgres(_) => Err(Error::Bug("a PostgreSQL session on a SQLite thread".into())),
    }
}

/// Runs a statement that has neither arguments nor answer.
fn say(tx: &Tx, text: &str) -> Result<()> {
    let ran = connection(tx)?
        .prepare_cached(text)
        .and_then(|mut statement| statement.raw_execute());
    ran.map(drop).map_err(error)
}
