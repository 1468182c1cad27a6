//! Slips: a code handed over on paper opens an account once.

use super::*;

/// A one-time slip that is still good.
#[derive(Clone, Debug)]
pub struct Slip {
    /// Whose.
    pub account_id: String,
    /// `sign_in`, `set_up`, `reset` or `confirm`.
    pub purpose: String,
    /// Microseconds UTC.
    pub ends_at: i64,
    /// Used already, microseconds UTC.
    pub used_at: Option<i64>,
}

from_row!(Slip {
    account_id,
    purpose,
    ends_at,
    used_at
});

/// Writes a slip; earlier unused slips of the same account and purpose die.
///
/// # Errors
/// Whatever the database reports.
#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
pub async fn issue_slip(
    tx: &mut Tx,
    organization: &str,
    code_hash: &str,
    account: &str,
    purpose: &str,
    by: &str,
    now: i64,
    ends_at: i64,
) -> Result<()> {
    tx.execute(
        sql!(
            "DELETE FROM slip WHERE organization_id = $1 AND account_id = $2 AND purpose = $3 AND used_at IS NULL"
        ),
        args![organization, account, purpose],
    )
    .await?;
    tx.execute(
        sql!(
            "INSERT INTO slip (organization_id, code_hash, account_id, purpose, issued_by, issued_at, ends_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![organization, code_hash, account, purpose, by, now, ends_at],
    )
    .await
    .map(drop)
}

/// The slip behind a code.
///
/// # Errors
/// Whatever the database reports.
pub async fn slip(tx: &mut Tx, organization: &str, code_hash: &str) -> Result<Option<Slip>> {
    tx.maybe(
        sql!(
            "SELECT account_id, purpose, ends_at, used_at FROM slip WHERE organization_id = $1 AND code_hash = $2"
        ),
        args![organization, code_hash],
    )
    .await
}

/// Uses a slip up. Says whether this call was the one that did.
///
/// # Errors
/// Whatever the database reports.
pub async fn use_slip(tx: &mut Tx, organization: &str, code_hash: &str, now: i64) -> Result<bool> {
    let changed = tx
        .execute(
            sql!("UPDATE slip SET used_at = $3 WHERE organization_id = $1 AND code_hash = $2 AND used_at IS NULL"),
            args![organization, code_hash, now],
        )
        .await?;
    Ok(changed == 1)
}
