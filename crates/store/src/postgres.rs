//! PostgreSQL: SERIALIZABLE, run again when asked, statements prepared once per connection.

mod connect;
mod session;

pub(crate) use session::Session;

use crate::db::Link;
use crate::dialect::{self, postgres_error as error};
use crate::{Act, Error, Options, Prepared, Result, Tx};
use deadpool_postgres::{Object, Pool, PoolError};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;

/// An act is run this often before the caller is told [`Error::Busy`].
const TRIES: u32 = 100;
/// An act that meets a key somebody else has just taken is run this often before the caller is told
/// [`Error::Duplicate`]. Of two acts that look for a free key and take the same one, PostgreSQL tells the later one of the
/// duplicate before it finds that the two hinder each other; run again, the act sees the key and takes another, or finds
/// that it really is there.
const DUPLICATE_TRIES: u32 = 3;
/// The pause before the n-th re-run is n milliseconds, up to this.
const LONGEST_PAUSE: u32 = 20;

/// A pool of connections to one PostgreSQL database.
#[derive(Clone)]
pub struct Postgres(Arc<Inner>);

struct Inner {
    pool: Pool,
    reruns: AtomicU64,
    /// Held while an act runs again: two acts that hinder each other would do so again side by side.
    rerunning: Mutex<()>,
}

impl Postgres {
    pub(crate) async fn open(url: &str, options: &Options) -> Result<Self> {
        let pool = connect::open(url, options).await?;
        Ok(Self(Arc::new(Inner {
            pool,
            reruns: AtomicU64::new(0),
            rerunning: Mutex::new(()),
        })))
    }

    pub(crate) fn reruns(&self) -> u64 {
        self.0.reruns.load(Ordering::Relaxed)
    }

    pub(crate) async fn act<A: Act>(&self, act: A) -> Result<A::Out> {
        self.run(dialect::POSTGRES_WRITE, act).await
    }

    pub(crate) async fn read<A: Act>(&self, act: A) -> Result<A::Out> {
        self.run(dialect::POSTGRES_READ, act).await
    }

    /// A caller who leaves while waiting for a connection has done nothing; after that the act has a
    /// task of its own and ends without him, as on SQLite.
    async fn run<A: Act>(&self, begin: &'static str, act: A) -> Result<A::Out> {
        let client = self.client().await?;
        let inner = Arc::clone(&self.0);
        match tokio::spawn(run_until_settled(inner, client, begin, act)).await {
            Ok(out) => out,
            Err(ended) => Err(match ended.try_into_panic() {
                Ok(payload) => Error::panicked(payload.as_ref()),
                Err(_) => Error::Lost("the program is shutting down".into()),
            }),
        }
    }

    /// A connection from the pool. Nothing was done yet, so whatever hinders us is [`Error::Busy`].
    pub(crate) async fn client(&self) -> Result<Object> {
        self.0.pool.get().await.map_err(|why| match why {
            PoolError::Timeout(_) => Error::Busy,
            why => {
                tracing::error!(error = %why, "no connection to PostgreSQL");
                Error::Busy
            }
        })
    }

    pub(crate) async fn prepare(&self, text: &str) -> Result<Prepared> {
        let statement = self.client().await?.prepare(text).await.map_err(error)?;
        let columns = statement.columns();
        if let Some(column) = columns.iter().find(|column| !dialect::readable(column.type_())) {
            let what = format!(
                "column {} is {}, which must be cast",
                column.name(),
                column.type_()
            );
            return Err(Error::Bug(what));
        }
        Ok(Prepared {
            columns: columns.iter().map(|column| column.name().into()).collect(),
            params: statement.params().len(),
        })
    }
}

async fn run_until_settled<A: Act>(
    inner: Arc<Inner>,
    client: Object,
    begin: &'static str,
    act: A,
) -> Result<A::Out> {
    let mut tx = Tx::new(Link::Postgres(Session::new(client)));
    let mut out = attempt(&mut tx, begin, &act).await;
    let mut duplicates = 0;
    for again in 1..TRIES {
        match out {
            Err(Error::Again) => {}
            Err(Error::Duplicate(_)) if duplicates + 1 < DUPLICATE_TRIES => duplicates += 1,
            out => return out,
        }
        inner.reruns.fetch_add(1, Ordering::Relaxed);
        let _turn = inner.rerunning.lock().await;
        tokio::time::sleep(Duration::from_millis(again.min(LONGEST_PAUSE).into())).await;
        out = attempt(&mut tx, begin, &act).await;
    }
    out.map_err(|why| match why {
        Error::Again => Error::Busy,
        why => why,
    })
}

async fn attempt<A: Act>(tx: &mut Tx, begin: &'static str, act: &A) -> Result<A::Out> {
    session(tx)?.begin(begin);
    let out = act.run(tx).await;
    let out = tx.verdict(out);
    session(tx)?.end(out).await
}

fn session(tx: &mut Tx) -> Result<&mut Session> {
    match &mut tx.link {
        Link::Postgres(session) => Ok(session),
        Link::Sqlite(_) => Err(Error::Bug("a SQLite connection in a PostgreSQL act".into())),
    }
}
