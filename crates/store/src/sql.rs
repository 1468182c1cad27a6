//! `sql!("SELECT ", COLUMNS, " FROM …")`: one text for both databases, registered where it is written.
//!
//! Every statement of the program lands in [`STATEMENTS`], called or not, so that a test can prepare
//! them all on both databases.

use crate::DatabaseKind;
use linkme::distributed_slice;

/// One statement and the place where it is written.
#[derive(Debug)]
pub struct Sql {
    /// The statement, with parameters `$1`, `$2` …
    pub text: &'static str,
    /// `file:line`, for error messages and for the test that counts statements.
    pub at: &'static str,
    /// The only database that understands it; `None` for the usual statement, which both must take.
    pub only: Option<DatabaseKind>,
}

/// Every statement of every crate linked into this binary.
#[distributed_slice]
pub static STATEMENTS: [Sql];

/// A statement: constant parts are joined when compiling, the whole is registered in
/// [`STATEMENTS`](crate::STATEMENTS). `sql!(sqlite: …)` and `sql!(postgres: …)` are for
/// [`dialect`](crate::dialect) alone.
#[macro_export]
macro_rules! sql {
    (sqlite: $($part:expr),+ $(,)?) => {
        $crate::sql!(@ Some($crate::DatabaseKind::Sqlite); $($part),+)
    };
    (postgres: $($part:expr),+ $(,)?) => {
        $crate::sql!(@ Some($crate::DatabaseKind::Postgres); $($part),+)
    };
    (@ $only:expr; $($part:expr),+) => {{
        const PARTS: &[&str] = &[$($part),+];
        const TEXT: &[u8] = &$crate::sql::join::<{ $crate::sql::length(PARTS) }>(PARTS);
        #[$crate::linkme::distributed_slice($crate::STATEMENTS)]
        #[linkme(crate = $crate::linkme)]
        static STATEMENT: $crate::Sql = $crate::Sql {
            text: match ::core::str::from_utf8(TEXT) {
                Ok(text) => text,
                Err(_) => panic!("joined strings are UTF-8"),
            },
            at: concat!(file!(), ":", line!()),
            only: $only,
        };
        &STATEMENT
    }};
    ($($part:expr),+ $(,)?) => {
        $crate::sql!(@ None; $($part),+)
    };
}

/// The length of the parts joined. For [`sql!`].
#[must_use]
pub const fn length(parts: &[&str]) -> usize {
    let (mut sum, mut i) = (0, 0);
    while i < parts.len() {
        sum += parts[i].len();
        i += 1;
    }
    sum
}

/// The parts joined. For [`sql!`].
#[must_use]
pub const fn join<const N: usize>(parts: &[&str]) -> [u8; N] {
    let (mut out, mut filled, mut i) = ([0; N], 0, 0);
    while i < parts.len() {
        let (part, mut j) = (parts[i].as_bytes(), 0);
        while j < part.len() {
            out[filled] = part[j];
            filled += 1;
            j += 1;
        }
        i += 1;
    }
    out
}
