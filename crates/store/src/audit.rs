//! The audit trail: entries written by acts, chained later by the one sequencer.

use crate::{Result, Tx, args, from_row, sql};

/// One row of the audit trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The organisation.
    pub organization_id: String,
    /// UUIDv7.
    pub id: String,
    /// Microseconds UTC.
    pub acted_at: i64,
    /// The account; `None` never happens today, kept for imports.
    pub account_id: Option<String>,
    /// Name at the time.
    pub actor: String,
    /// Role through which the act was allowed.
    pub role: String,
    /// What was done.
    pub act: String,
    /// Kind of thing.
    pub object_kind: String,
    /// Its id.
    pub object_id: String,
    /// `done` or `refused`.
    pub result: String,
    /// JSON.
    pub detail: String,
}

from_row!(Entry {
    organization_id,
    id,
    acted_at,
    account_id,
    actor,
    role,
    act,
    object_kind,
    object_id,
    result,
    detail,
});

const COLUMNS: &str = "e.organization_id, e.id, e.acted_at, e.account_id, e.actor, e.role, e.act, e.object_kind, \
                       e.object_id, e.result, e.detail";

/// An entry with its place in the chain.
#[derive(Clone, Debug)]
pub struct Link {
    /// Place in the chain, from 1; `None` while the sequencer has not come to it.
    pub position: Option<i64>,
    /// Hash over the previous hash and the entry.
    pub hash: Option<String>,
    /// The entry.
    pub entry: Entry,
}

impl crate::FromRow for Link {
    fn from_row(row: &crate::Row<'_>) -> Result<Self> {
        Ok(Link {
            position: row.get("position")?,
            hash: row.get("hash")?,
            entry: Entry::from_row(row)?,
        })
    }
}

/// Adds an entry; nothing is read, so acts do not meet here.
///
/// # Errors
/// Whatever the database reports.
pub async fn add(tx: &mut Tx, e: &Entry) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO audit_entry (organization_id, id, acted_at, account_id, actor, role, act, object_kind, \
             object_id, result, detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            &e.organization_id,
            &e.id,
            e.acted_at,
            e.account_id.as_deref(),
            &e.actor,
            &e.role,
            &e.act,
            &e.object_kind,
            &e.object_id,
            &e.result,
            &e.detail
        ],
    )
    .await?;
    tx.execute(
        sql!("INSERT INTO audit_pending (organization_id, entry_id) VALUES ($1, $2)"),
        args![&e.organization_id, &e.id],
    )
    .await?;
    Ok(())
}

/// The oldest entries not yet chained.
///
/// # Errors
/// Whatever the database reports.
pub async fn pending(tx: &mut Tx, organization: &str, limit: i64) -> Result<Vec<Entry>> {
    tx.all(
        sql!(
            "SELECT ",
            COLUMNS,
            " FROM audit_pending p JOIN audit_entry e ON e.organization_id = p.organization_id AND e.id = p.entry_id \
             WHERE p.organization_id = $1 ORDER BY p.entry_id LIMIT $2"
        ),
        args![organization, limit],
    )
    .await
}

/// The last place of the chain and its hash.
///
/// # Errors
/// Whatever the database reports.
pub async fn last(tx: &mut Tx, organization: &str) -> Result<Option<(i64, String)>> {
    struct Last(i64, String);
    impl crate::FromRow for Last {
        fn from_row(row: &crate::Row<'_>) -> Result<Self> {
            Ok(Last(row.get("position")?, row.get("hash")?))
        }
    }
    let found: Option<Last> = tx
        .maybe(
            sql!(
                "SELECT position, hash FROM audit_chain WHERE organization_id = $1 ORDER BY position DESC LIMIT 1"
            ),
            args![organization],
        )
        .await?;
    Ok(found.map(|l| (l.0, l.1)))
}

/// Puts an entry into the chain. The key makes a second sequencer fail rather than fork it.
///
/// # Errors
/// [`crate::Error::Duplicate`] when somebody else chained meanwhile.
pub async fn chain(tx: &mut Tx, organization: &str, position: i64, entry: &str, hash: &str) -> Result<()> {
    tx.execute(
        sql!("INSERT INTO audit_chain (organization_id, position, entry_id, hash) VALUES ($1, $2, $3, $4)"),
        args![organization, position, entry, hash],
    )
    .await?;
    tx.execute(
        sql!("DELETE FROM audit_pending WHERE organization_id = $1 AND entry_id = $2"),
        args![organization, entry],
    )
    .await?;
    Ok(())
}

/// Entries in the order of the chain, after a position, for verification.
///
/// # Errors
/// Whatever the database reports.
pub async fn chained_after(tx: &mut Tx, organization: &str, after: i64, limit: i64) -> Result<Vec<Link>> {
    tx.all(
        sql!(
            "SELECT c.position, c.hash, ",
            COLUMNS,
            " FROM audit_chain c JOIN audit_entry e ON e.organization_id = c.organization_id AND e.id = c.entry_id \
             WHERE c.organization_id = $1 AND c.position > $2 ORDER BY c.position LIMIT $3"
        ),
        args![organization, after, limit],
    )
    .await
}

/// How many entries there are, how many stand in the chain, and how many wait for the sequencer.
///
/// # Errors
/// Whatever the database reports.
pub async fn counts(tx: &mut Tx, organization: &str) -> Result<(i64, i64, i64)> {
    let entries = tx
        .one(
            sql!("SELECT COUNT(*) AS n FROM audit_entry WHERE organization_id = $1"),
            args![organization],
        )
        .await?;
    let chained = tx
        .one(
            sql!("SELECT COUNT(*) AS n FROM audit_chain WHERE organization_id = $1"),
            args![organization],
        )
        .await?;
    let waiting = tx
        .one(
            sql!("SELECT COUNT(*) AS n FROM audit_pending WHERE organization_id = $1"),
            args![organization],
        )
        .await?;
    Ok((entries, chained, waiting))
}

/// What an audit page asks for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only acts beginning with this, e.g. `pledge.`.
    pub act: Option<String>,
    /// Only this account.
    pub account: Option<String>,
    /// Only this object.
    pub object: Option<String>,
    /// Only acts at or after this time, microseconds UTC.
    pub from: Option<i64>,
    /// Only acts before this time, microseconds UTC.
    pub until: Option<i64>,
    /// Only entries before this id (keyset paging, newest first).
    pub before: Option<String>,
}

/// Entries for the audit page, newest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn list(tx: &mut Tx, organization: &str, filter: &Filter, limit: i64) -> Result<Vec<Link>> {
    tx.all(
        sql!(
            "SELECT c.position, c.hash, ",
            COLUMNS,
            " FROM audit_entry e LEFT JOIN audit_chain c ON c.organization_id = e.organization_id AND c.entry_id = e.id \
             WHERE e.organization_id = $1 \
             AND (CAST($2 AS TEXT) IS NULL OR SUBSTR(e.act, 1, LENGTH($2)) = $2) \
             AND (CAST($3 AS TEXT) IS NULL OR e.account_id = $3 OR e.actor = $3) \
             AND (CAST($4 AS TEXT) IS NULL OR e.object_id = $4) \
             AND (CAST($5 AS TEXT) IS NULL OR e.id < $5) \
             AND (CAST($6 AS BIGINT) IS NULL OR e.acted_at >= $6) \
             AND (CAST($7 AS BIGINT) IS NULL OR e.acted_at < $7) \
             ORDER BY e.id DESC LIMIT $8"
        ),
        args![
            organization,
            filter.act.as_deref(),
            filter.account.as_deref(),
            filter.object.as_deref(),
            filter.before.as_deref(),
            filter.from,
            filter.until,
            limit
        ],
    )
    .await
}

/// Entries after one in the order of their ids, for verification.
///
/// # Errors
/// Whatever the database reports.
pub async fn entries_after(tx: &mut Tx, organization: &str, after: &str, limit: i64) -> Result<Vec<Entry>> {
    tx.all(
        sql!(
            "SELECT ",
            COLUMNS,
            " FROM audit_entry e WHERE e.organization_id = $1 AND e.id > $2 ORDER BY e.id LIMIT $3"
        ),
        args![organization, after, limit],
    )
    .await
}

/// A row of the chain without its entry.
#[derive(Clone, Debug)]
pub struct Place {
    /// Place in the chain, from 1.
    pub position: i64,
    /// The entry chained there.
    pub entry_id: String,
    /// Hash, hexadecimal.
    pub hash: String,
}

from_row!(Place {
    position,
    entry_id,
    hash
});

/// Rows of the chain after a position, whether or not their entry is there.
///
/// # Errors
/// Whatever the database reports.
pub async fn places_after(tx: &mut Tx, organization: &str, after: i64, limit: i64) -> Result<Vec<Place>> {
    tx.all(
        sql!(
            "SELECT position, entry_id, hash FROM audit_chain WHERE organization_id = $1 AND position > $2 \
             ORDER BY position LIMIT $3"
        ),
        args![organization, after, limit],
    )
    .await
}

/// Checkpoints kept here, oldest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn checkpoints(tx: &mut Tx, organization: &str) -> Result<Vec<(i64, String)>> {
    tx.all(
        sql!("SELECT position, hash FROM audit_checkpoint WHERE organization_id = $1 ORDER BY position"),
        args![organization],
    )
    .await
}
