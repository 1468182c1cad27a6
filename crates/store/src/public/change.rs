//! Which acts changed what strangers see: how the processes on one database tell each other.

use crate::{Result, Tx, args, sql};

/// Notes that an act changed what strangers see. Acts only add rows, so they never meet here.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_change(tx: &mut Tx, organization: &str, id: &str) -> Result<()> {
    tx.execute(
        sql!("INSERT INTO public_change (organization_id, id) VALUES ($1, $2)"),
        args![organization, id],
    )
    .await
    .map(drop)
}

/// The changes whose id (UUIDv7) is `from` or later.
///
/// # Errors
/// Whatever the database reports.
pub async fn changes(tx: &mut Tx, organization: &str, from: &str) -> Result<Vec<String>> {
    tx.all(
        sql!("SELECT id FROM public_change WHERE organization_id = $1 AND id >= $2 ORDER BY id"),
        args![organization, from],
    )
    .await
}

/// Forgets the changes before an id.
///
/// # Errors
/// Whatever the database reports.
pub async fn forget_changes(tx: &mut Tx, organization: &str, before: &str) -> Result<u64> {
    tx.execute(
        sql!("DELETE FROM public_change WHERE organization_id = $1 AND id < $2"),
        args![organization, before],
    )
    .await
}
