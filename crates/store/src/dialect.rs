//! The full list of differences between SQLite and PostgreSQL. Everything else is the same text.
//!
//! Differences that need no code, because statements keep to what both accept:
//!
//! - A parameter used only in `IS NULL`, or in `$1 + $2`, needs a CAST: PostgreSQL must know its type.
//! - SUM and AVG of BIGINT are NUMERIC on PostgreSQL: CAST to BIGINT.
//! - PostgreSQL refuses `text = 1`, `flag = 1`, `MAX(a, b)` and `"text in double quotes"`; SQLite
//!   refuses `(VALUES …) AS v(a, b)` and takes text in a BIGINT column silently.
//! - A constraint that waits for COMMIT would take the neighbours of a group commit down with it:
//!   none is DEFERRABLE.
//! - NULLs sort at opposite ends: write `NULLS LAST`.

use crate::{Error, Result, Value};
use rusqlite::ErrorCode;
use std::time::Duration;
use tokio_postgres::error::{DbError, SqlState};
use tokio_postgres::types::Type;

/// Begins a writing transaction on SQLite: the lock is taken now, so nothing read before can be stale.
pub(crate) const SQLITE_WRITE: &str = "BEGIN IMMEDIATE";
/// Begins a reading transaction on SQLite: one picture from its first statement on.
pub(crate) const SQLITE_READ: &str = "BEGIN";
/// Begins a writing transaction on PostgreSQL. Its default level lets two acts read the same last
/// number and both write the next.
pub(crate) const POSTGRES_WRITE: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE";
/// Begins a reading transaction on PostgreSQL: one picture, and writing is refused.
pub(crate) const POSTGRES_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Settings of every SQLite connection. FULL makes a commit survive a power cut; `trusted_schema`
/// keeps a doctored file from running code. Nothing of the file is mapped: it would count as our memory, and the
/// system keeps the file's pages anyway.
pub(crate) const SQLITE_SESSION: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA mmap_size = 0;";
/// Further settings of the writer: 4 MB of cache; deleted text is overwritten, for people may
/// demand that what they wrote is gone; the log shrinks again after a large import.
pub(crate) const SQLITE_WRITER: &str = "
    PRAGMA cache_size = -4000;
    PRAGMA secure_delete = ON;
    PRAGMA journal_size_limit = 67108864;";
/// Further settings of each reader: 2 MB of cache, and no writing.
pub(crate) const SQLITE_READER: &str = "PRAGMA cache_size = -2000; PRAGMA query_only = ON;";

/// Settings of every PostgreSQL session.
///
/// Without sequential scans a SERIALIZABLE act locks the rows it looks up and not the whole table;
/// 50 writers of unrelated rows then re-ran 0.04 times an act instead of 2.1 times.
pub(crate) fn postgres_session(statement_timeout: Duration) -> String {
    let timeout = statement_timeout.as_millis();
    format!(
        "SET enable_seqscan = off; SET statement_timeout = {timeout}; \
         SET idle_in_transaction_session_timeout = '60s'; SET client_min_messages = warning"
    )
}

/// Asks PostgreSQL how it compares and stores text: (by code point, collation, encoding).
///
/// Comparing is tried instead of believing a name, because names differ by version and provider.
/// The third pair is one that pinyin order turns round. UTF-8 text compared by its bytes is in code point order, which is what SQLite does.
pub(crate) const POSTGRES_TEXT: &str = "
    SELECT ('B' < 'a') AND ('Z' < '_') AND (U&'\\4E00' < U&'\\4E01'), datcollate::text, pg_encoding_to_char(encoding)::text
    FROM pg_database WHERE datname = current_database()";

/// Held by PostgreSQL while migrations run, so that two nodes do not. SQLite's own lock does the same.
pub(crate) const POSTGRES_MIGRATION_LOCK: &str = "SELECT pg_advisory_xact_lock(5499712004)";

/// Column types that [`Value`] can hold. Any other must be cast in the statement.
#[must_use]
pub fn readable(ty: &Type) -> bool {
    matches!(
        *ty,
        Type::BOOL | Type::INT2 | Type::INT4 | Type::INT8 | Type::TEXT | Type::VARCHAR | Type::BYTEA
    )
}

/// What [`Error::Violated`] says of a text no database of ours holds: somebody sent it, so it is no mistake of ours.
pub const NUL_IN_TEXT: &str = "text with a NUL character";

/// SQLite stores a NUL character inside text, PostgreSQL cannot: neither does.
pub(crate) fn portable(args: &[Value<'_>]) -> Result<()> {
    let nul = |value: &Value<'_>| matches!(value, Value::Text(text) if text.contains('\0'));
    match args.iter().any(nul) {
        true => Err(Error::Violated(NUL_IN_TEXT.into())),
        false => Ok(()),
    }
}

/// The parameter SQLite calls number `index`: it counts `$2`, `$1` by appearance, so the digit decides.
pub(crate) fn sqlite_parameter(name: Option<&str>, index: usize) -> usize {
    name.and_then(|name| name.get(1..))
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(index)
}

/// What SQLite finds wrong with its own file; empty when it is sound. A PostgreSQL server checks itself.
///
/// # Errors
/// Whatever the database reports.
pub async fn damage(tx: &mut crate::Tx) -> Result<String> {
    if tx.kind() == crate::DatabaseKind::Postgres {
        return Ok(String::new());
    }
    let said: String = tx
        .one(
            crate::sql!(sqlite: "PRAGMA quick_check(1) /* every organization */"),
            &[],
        )
        .await?;
    Ok(if said == "ok" { String::new() } else { said })
}

/// What an error of SQLite means.
pub(crate) fn sqlite_error(error: rusqlite::Error) -> Error {
    const PRIMARY_KEY: i32 = 1555;
    const UNIQUE: i32 = 2067;
    const ROW_ID: i32 = 2579;
    let Some(failure) = error.sqlite_error().copied() else {
        return Error::bug(error);
    };
    match (failure.code, failure.extended_code) {
        (_, PRIMARY_KEY | UNIQUE | ROW_ID) => Error::Duplicate(sqlite_columns(&error.to_string())),
        (ErrorCode::ConstraintViolation, _) => Error::Violated(error.to_string()),
        (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => Error::Busy,
        (ErrorCode::DiskFull, _) => Error::Full,
        (_, code) => Error::Bug(format!("{error} [{code}]")),
    }
}

/// `UNIQUE constraint failed: entry.organization_id, entry.id` becomes `entry (organization_id, id)`.
fn sqlite_columns(message: &str) -> String {
    let list = message.rsplit_once("failed: ").map_or(message, |(_, list)| list);
    let Some((table, _)) = list.split_once('.') else {
        return list.to_owned();
    };
    let columns: Vec<&str> = list
        .split(", ")
        .map(|column| column.split_once('.').map_or(column, |(_, name)| name))
        .collect();
    format!("{table} ({})", columns.join(", "))
}

/// What an error of PostgreSQL means.
pub(crate) fn postgres_error(error: tokio_postgres::Error) -> Error {
    let Some(said) = error.as_db_error() else {
        let cause = std::error::Error::source(&error)
            .map(ToString::to_string)
            .unwrap_or_default();
        let text = format!("{error}: {cause}");
        let gone =
            error.is_closed() || std::error::Error::source(&error).is_some_and(|e| e.is::<std::io::Error>());
        return if gone { Error::Lost(text) } else { Error::Bug(text) };
    };
    let text = || format!("{} [{}]", said.message(), said.code().code());
    match said.code() {
        &SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED => Error::Again,
        &SqlState::UNIQUE_VIOLATION => Error::Duplicate(postgres_columns(said)),
        &SqlState::DISK_FULL => Error::Full,
        // Too many connections or locks, or a statement that took too long: less at once would do.
        &SqlState::TOO_MANY_CONNECTIONS
        | &SqlState::OUT_OF_MEMORY
        | &SqlState::LOCK_NOT_AVAILABLE
        | &SqlState::QUERY_CANCELED
        | &SqlState::CANNOT_CONNECT_NOW => Error::Busy,
        code if code.code().starts_with("23") => Error::Violated(text()),
        // 57P: the server is being stopped. 25P03: our transaction idled and was cut.
        code if code.code().starts_with("57P") || code.code() == "25P03" => Error::Lost(text()),
        _ => Error::Bug(text()),
    }
}

/// `Key (organization_id, id)=(…) already exists.` becomes `entry (organization_id, id)`: the
/// values after the sign may be personal.
fn postgres_columns(said: &DbError) -> String {
    let table = said.table().unwrap_or_default();
    let columns = said.detail().and_then(|detail| {
        let (_, rest) = detail.split_once('(')?;
        rest.split_once(")=(").map(|(columns, _)| columns)
    });
    format!("{table} ({})", columns.or(said.constraint()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duplicate_names_table_and_columns() {
        let message = "UNIQUE constraint failed: entry.organization_id, entry.id";
        assert_eq!(sqlite_columns(message), "entry (organization_id, id)");
        assert_eq!(
            sqlite_columns("UNIQUE constraint failed: index 'entry_lower'"),
            "index 'entry_lower'"
        );
    }

    #[test]
    fn a_parameter_is_known_by_its_digit() {
        assert_eq!(sqlite_parameter(Some("$12"), 1), 12);
        assert_eq!(sqlite_parameter(None, 3), 3);
    }
}
