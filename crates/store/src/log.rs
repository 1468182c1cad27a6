//! The public log and its checkpoints: leaves in order, written by the one sequencer alone (DESIGN.md section 7).

use crate::{Result, Tx, args, from_row, sql};

/// An entry that waits for the sequencer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Id.
    pub id: String,
    /// Canonical JSON.
    pub entry: String,
}

from_row!(Waiting { id, entry });

/// The oldest entries not yet in the log.
///
/// # Errors
/// Whatever the database reports.
pub async fn waiting(tx: &mut Tx, organization: &str, limit: i64) -> Result<Vec<Waiting>> {
    tx.all(
        sql!("SELECT id, entry FROM public_act WHERE organization_id = $1 ORDER BY acted_at, id LIMIT $2"),
        args![organization, limit],
    )
    .await
}

/// Appends a leaf. The key makes a second sequencer fail rather than fork the log.
///
/// # Errors
/// [`crate::Error::Duplicate`] when somebody else appended meanwhile.
pub async fn append(tx: &mut Tx, organization: &str, position: i64, w: &Waiting, leaf: &str) -> Result<()> {
    tx.execute(
        sql!("INSERT INTO public_log (organization_id, position, entry, leaf_hash) VALUES ($1, $2, $3, $4)"),
        args![organization, position, &w.entry, leaf],
    )
    .await?;
    tx.execute(
        sql!("DELETE FROM public_act WHERE organization_id = $1 AND id = $2"),
        args![organization, &w.id],
    )
    .await
    .map(drop)
}

/// How many leaves there are; positions begin at 0.
///
/// # Errors
/// Whatever the database reports.
pub async fn size(tx: &mut Tx, organization: &str) -> Result<i64> {
    tx.one(
        sql!("SELECT COALESCE(MAX(position) + 1, 0) AS n FROM public_log WHERE organization_id = $1"),
        args![organization],
    )
    .await
}

/// The hashes of all leaves in order.
///
/// # Errors
/// Whatever the database reports.
pub async fn leaves(tx: &mut Tx, organization: &str) -> Result<Vec<String>> {
    tx.all(
        sql!("SELECT leaf_hash FROM public_log WHERE organization_id = $1 ORDER BY position"),
        args![organization],
    )
    .await
}

/// Entries in order, from a position on: position and canonical JSON.
///
/// # Errors
/// Whatever the database reports.
pub async fn entries(tx: &mut Tx, organization: &str, from: i64, limit: i64) -> Result<Vec<(i64, String)>> {
    tx.all(
        sql!(
            "SELECT position, entry FROM public_log WHERE organization_id = $1 AND position >= $2 \
             ORDER BY position LIMIT $3"
        ),
        args![organization, from, limit],
    )
    .await
}

/// A checkpoint: where both chains stood at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Entries in the audit chain.
    pub position: i64,
    /// Hash at its end.
    pub hash: String,
    /// Leaves in the public log.
    pub log_size: i64,
    /// Root of its tree (RFC 6962).
    pub log_root: String,
    /// Microseconds UTC.
    pub made_at: i64,
}

from_row!(Checkpoint {
    position,
    hash,
    log_size,
    log_root,
    made_at
});

/// Keeps a checkpoint; one that exists for this position is never written over.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_checkpoint(tx: &mut Tx, organization: &str, c: &Checkpoint) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO audit_checkpoint (organization_id, position, hash, log_size, log_root, made_at) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organization_id, position) DO NOTHING"
        ),
        args![
            organization,
            c.position,
            &c.hash,
            c.log_size,
            &c.log_root,
            c.made_at
        ],
    )
    .await
    .map(drop)
}

/// The newest checkpoints.
///
/// # Errors
/// Whatever the database reports.
pub async fn checkpoints(tx: &mut Tx, organization: &str, limit: i64) -> Result<Vec<Checkpoint>> {
    tx.all(
        sql!(
            "SELECT position, hash, log_size, log_root, made_at FROM audit_checkpoint WHERE organization_id = $1 \
             ORDER BY position DESC LIMIT $2"
        ),
        args![organization, limit],
    )
    .await
}
