//! Small facts of the installation, by name.

use crate::{Result, Tx, args, sql};

/// A fact, if it was ever written.
///
/// # Errors
/// Whatever the database reports.
pub async fn get(tx: &mut Tx, organization: &str, name: &str) -> Result<Option<String>> {
    tx.maybe(
        sql!("SELECT value FROM setting WHERE organization_id = $1 AND name = $2"),
        args![organization, name],
    )
    .await
}

/// Writes a fact over the old one.
///
/// # Errors
/// Whatever the database reports.
pub async fn put(tx: &mut Tx, organization: &str, name: &str, value: &str) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO setting (organization_id, name, value) VALUES ($1, $2, $3) \
             ON CONFLICT (organization_id, name) DO UPDATE SET value = excluded.value"
        ),
        args![organization, name, value],
    )
    .await
    .map(drop)
}
