//! Why an act did not happen.

use domain::problem::{Problem, ProblemKind, Problems};

/// The result of an act.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an act did not happen. Nothing of it was kept.
#[derive(Clone, Debug)]
pub enum Error {
    /// A rule of the product refuses; every problem says what the reader can do.
    Refused(Problems),
    /// The database could not: busy, full, lost, or a mistake of ours.
    Store(store::Error),
}

/// What kept the database from doing it, as far as a reader has to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Too much to do, or somebody else holds the database: soon again.
    Busy,
    /// No room on the disk.
    Full,
    /// A mistake of ours; the text is for the log.
    Broken(String),
}

impl Error {
    /// A mistake of ours.
    pub fn bug(what: impl std::fmt::Display) -> Error {
        Error::Store(store::Error::Bug(what.to_string()))
    }

    /// A file that could not be written: a full disk is nobody's mistake.
    pub fn disk(why: &std::io::Error) -> Error {
        match why.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                Error::Store(store::Error::Full)
            }
            _ => Error::bug(why),
        }
    }

    /// What kept the database from doing it; `None` when a rule refused.
    pub fn trouble(&self) -> Option<Trouble> {
        match self {
            Error::Refused(_) => None,
            Error::Store(store::Error::Busy | store::Error::Lost(_)) => Some(Trouble::Busy),
            Error::Store(store::Error::Full) => Some(Trouble::Full),
            Error::Store(other) => Some(Trouble::Broken(other.to_string())),
        }
    }

    /// The kind of the first problem, if a rule refused.
    pub fn kind(&self) -> Option<ProblemKind> {
        match self {
            Error::Refused(problems) => problems.0.first().map(|p| p.kind.clone()),
            Error::Store(_) => None,
        }
    }

    /// The problems, if a rule refused.
    pub fn problems(&self) -> Option<&Problems> {
        match self {
            Error::Refused(problems) => Some(problems),
            Error::Store(_) => None,
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Refused(problems) => {
                let keys: Vec<_> = problems.0.iter().map(|p| p.key).collect();
                write!(f, "refused: {}", keys.join(", "))
            }
            Error::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Error::Refused(Problems(vec![problem]))
    }
}

impl From<Problems> for Error {
    fn from(problems: Problems) -> Self {
        Error::Refused(problems)
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Refused(ref refusal) => match refusal.downcast_ref::<Problems>() {
                Some(problems) => Error::Refused(problems.clone()),
                None => Error::Store(error),
            },
            // Somebody sent a sign that is no text, to a field or in an address.
            store::Error::Violated(ref what) if what == store::dialect::NUL_IN_TEXT => {
                Problem::invalid("problem.text.control").into()
            }
            other => Error::Store(other),
        }
    }
}
