//! What can go wrong between an act and its database, in the same words for both databases.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// The result of everything in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an act, or the opening of a database, came to nothing.
///
/// Unless a variant says otherwise nothing of the act was kept. The texts are for the log: they
/// name tables and columns, never what somebody wrote into them.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The act itself decided against it; the layer above knows the type inside.
    #[error("refused by the act")]
    Refused(Refusal),
    /// A promised uniqueness would break. Says `table (column, column)`, equally on both databases.
    #[error("already there: {0}")]
    Duplicate(String),
    /// A CHECK, NOT NULL or foreign key of a table was broken, or a value no table may hold.
    #[error("breaks a rule of the table: {0}")]
    Violated(String),
    /// The database asks to run the act again. [`Db::act`](crate::Db::act) does; callers never see it.
    #[error("the database asks to run the act again")]
    Again,
    /// Too much to do, or another program holds the database. Worth trying again in some seconds.
    #[error("busy, try again shortly")]
    Busy,
    /// No space left on the disk of the database.
    #[error("no space left on the disk of the database")]
    Full,
    /// The connection broke while COMMIT was under way: the act may or may not have been kept.
    #[error("connection lost, whether the act was kept is not known: {0}")]
    Lost(String),
    /// The act panicked.
    #[error("the act panicked: {0}")]
    Panicked(String),
    /// The act waited for something that is not its database, which would stop every other writer.
    #[error("an act may wait for nothing but its database")]
    Waited,
    /// The database cannot be used by this program as it is.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// A mistake in our program: a statement or a type that does not fit.
    #[error("a mistake in this program: {0}")]
    Bug(String),
}

impl Error {
    /// Ends an act with the caller's own typed reason; everything it wrote is undone.
    pub fn refuse<T: Any + Send + Sync>(reason: T) -> Self {
        Self::Refused(Refusal(Arc::new(reason)))
    }

    /// The reason given to [`Error::refuse`], when this is a refusal of that type.
    #[must_use]
    pub fn refusal<T: Any + Send + Sync>(&self) -> Option<&T> {
        match self {
            Self::Refused(refusal) => refusal.downcast_ref(),
            _ => None,
        }
    }

    pub(crate) fn bug(cause: impl fmt::Display) -> Self {
        Self::Bug(cause.to_string())
    }

    /// The text a panic was raised with.
    pub(crate) fn panicked(payload: &(dyn Any + Send)) -> Self {
        let text = payload
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| payload.downcast_ref::<&str>().map(ToString::to_string));
        Self::Panicked(text.unwrap_or_default())
    }
}

/// The typed reason of an act that decided against itself, carried through the roll-back.
#[derive(Clone)]
pub struct Refusal(Arc<dyn Any + Send + Sync>);

impl Refusal {
    /// Wraps a reason of any type.
    pub fn new<T: Any + Send + Sync>(reason: T) -> Self {
        Self(Arc::new(reason))
    }

    /// The reason, when it is a `T`.
    #[must_use]
    pub fn downcast_ref<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.0.downcast_ref()
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The reason may quote what somebody wrote, so it stays out of the log.
        f.write_str("Refusal")
    }
}

/// Why a database cannot be used as it is. Each needs somebody to act; the program does not repair it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// The file or the server cannot be reached, or refuses us.
    #[error("the database cannot be opened: {0}")]
    CannotOpen(String),
    /// A newer program made the tables. Going back needs that program, or a backup made before it.
    #[error(
        "the database was made by a newer version: it is at migration {found:04}, this program knows {known:04}; \
         start the newer program, or restore the backup made before the upgrade"
    )]
    Newer {
        /// Highest migration in the database.
        found: i64,
        /// Highest migration in this program.
        known: i64,
    },
    /// An applied migration is not the one this program carries.
    #[error(
        "migration {version:04}_{name} in the database is not the one in this program; the database belongs to another build"
    )]
    Changed {
        /// Its number.
        version: i64,
        /// Its name in the database.
        name: String,
    },
    /// PostgreSQL must compare text by code point, as SQLite does.
    #[error(
        "the PostgreSQL database sorts text by the rules of {found}; create it with \
         TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
    )]
    Collation {
        /// The collation found.
        found: String,
    },
    /// PostgreSQL must store UTF-8.
    #[error(
        "the PostgreSQL database stores text as {found}; create it with TEMPLATE template0 ENCODING 'UTF8'"
    )]
    Encoding {
        /// The encoding found.
        found: String,
    },
    /// One-file backups exist for SQLite; PostgreSQL has its own tools.
    #[error("a PostgreSQL database is backed up with pg_dump or the tools of its operator")]
    NoFileBackup,
}
