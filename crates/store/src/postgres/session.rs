//! One transaction on one PostgreSQL connection.

use crate::dialect::postgres_error as error;
use crate::{Error, FromRow, Result, Row, Value};
use deadpool_postgres::Object;
use tokio_postgres::types::ToSql;

/// A connection lent by the pool, and how far its transaction is.
pub(crate) struct Session {
    client: Option<Object>,
    state: State,
}

#[derive(Clone, Copy)]
enum State {
    /// No transaction.
    Idle,
    /// One was asked for and travels with the first statement: one round trip less.
    Due(&'static str),
    /// The server has one open.
    Open,
}

impl Session {
    pub(super) fn new(client: Object) -> Self {
        Self {
            client: Some(client),
            state: State::Idle,
        }
    }

    fn client(&self) -> Result<&Object> {
        self.client
            .as_ref()
            .ok_or_else(|| Error::Bug("a session without a connection".into()))
    }

    pub(super) fn begin(&mut self, begin: &'static str) {
        self.state = State::Due(begin);
    }

    /// The BEGIN that has to be sent with the next statement.
    fn take_due(&mut self) -> Option<&'static str> {
        let State::Due(begin) = self.state else {
            return None;
        };
        self.state = State::Open;
        Some(begin)
    }

    pub(crate) async fn all<T: FromRow>(&mut self, text: &str, args: &[Value<'_>]) -> Result<Vec<T>> {
        let statement = self.client()?.prepare_cached(text).await.map_err(error)?;
        let due = self.take_due();
        let client = self.client()?;
        let args = fitting(args, statement.params().len())?;
        let (begun, rows) = tokio::join!(biased; begin_now(due, client), client.query(&statement, &args));
        begun.map_err(error)?;
        let rows = rows.map_err(error)?;
        rows.iter().map(|row| T::from_row(&Row::from(row))).collect()
    }

    pub(crate) async fn execute(&mut self, text: &str, args: &[Value<'_>]) -> Result<u64> {
        let statement = self.client()?.prepare_cached(text).await.map_err(error)?;
        let due = self.take_due();
        let client = self.client()?;
        let args = fitting(args, statement.params().len())?;
        let (begun, changed) =
            tokio::join!(biased; begin_now(due, client), client.execute(&statement, &args));
        begun.map_err(error)?;
        changed.map_err(error)
    }

    /// Keeps what the act did, or undoes it.
    pub(super) async fn end<T>(&mut self, out: Result<T>) -> Result<T> {
        if !matches!(self.state, State::Open) {
            self.state = State::Idle;
            return out.map_err(nothing_kept);
        }
        let word = if out.is_ok() { "COMMIT" } else { "ROLLBACK" };
        match self.client()?.batch_execute(word).await.map_err(error) {
            Ok(()) => self.state = State::Idle,
            Err(why) if out.is_ok() => {
                // A refused COMMIT has ended the transaction; a connection that broke is not used again.
                self.state = State::Idle;
                return Err(why);
            }
            // Still open: `drop` closes the connection, and the server undoes the act.
            Err(why) => tracing::warn!(error = %why, "ROLLBACK failed"),
        }
        out.map_err(nothing_kept)
    }
}

/// A session left in the middle (a panic) must not return to the pool with its transaction open.
impl Drop for Session {
    fn drop(&mut self) {
        if matches!(self.state, State::Open)
            && let Some(client) = self.client.take()
        {
            // Closing the connection makes the server undo the transaction.
            drop(Object::take(client));
        }
    }
}

/// Before COMMIT a broken connection leaves no doubt: the act was not kept and may be tried again.
fn nothing_kept(why: Error) -> Error {
    match why {
        Error::Lost(what) => {
            tracing::warn!(%what, "a PostgreSQL connection broke in the middle of an act");
            Error::Busy
        }
        why => why,
    }
}

async fn begin_now(due: Option<&str>, client: &Object) -> Result<(), tokio_postgres::Error> {
    match due {
        Some(begin) => client.batch_execute(begin).await,
        None => Ok(()),
    }
}

/// The driver panics when the number of arguments is wrong; this is said as an error instead.
fn fitting<'a>(args: &'a [Value<'a>], count: usize) -> Result<Vec<&'a (dyn ToSql + Sync)>> {
    if args.len() != count {
        return Err(Error::Bug(format!(
            "{} arguments for {count} parameters",
            args.len()
        )));
    }
    Ok(args.iter().map(|value| value as &(dyn ToSql + Sync)).collect())
}
