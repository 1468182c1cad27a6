//! Sessions: who is signed in, since when.

use super::*;

from_row!(RoleGrant {
    id,
    account_id,
    role,
    unit_id
});

/// A session with everything a request needs.
#[derive(Clone, Debug)]
pub struct Session {
    /// The account.
    pub account_id: String,
    /// Token of the hidden form field.
    pub csrf: String,
    /// Last request, microseconds UTC.
    pub seen_at: i64,
    /// Absolute end, microseconds UTC.
    pub ends_at: i64,
    /// Name shown.
    pub name: String,
    /// The account may not come in any more.
    pub disabled: bool,
    /// The person.
    pub person_id: Option<String>,
    /// The person's branch.
    pub unit_id: Option<String>,
    /// When its owner last proved who he is, microseconds UTC; 0 = never.
    pub proven_at: i64,
    /// `password` or `slip`.
    pub proven_by: String,
}

/// Opens a session: coming in is a proof of who one is.
///
/// # Errors
/// Whatever the database reports.
pub async fn open_session(
    tx: &mut Tx,
    organization: &str,
    token_hash: &str,
    account: &str,
    csrf: &str,
    proven_by: &str,
    (now, ends_at): (i64, i64),
) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO session (organization_id, token_hash, account_id, csrf, created_at, seen_at, ends_at, \
             proven_at, proven_by) VALUES ($1, $2, $3, $4, $5, $5, $6, $5, $7)"
        ),
        args![organization, token_hash, account, csrf, now, ends_at, proven_by],
    )
    .await
    .map(drop)
}

/// The session behind a token.
///
/// # Errors
/// Whatever the database reports.
pub async fn session(tx: &mut Tx, organization: &str, token_hash: &str) -> Result<Option<Session>> {
    tx.maybe(
        sql!(
            "SELECT s.account_id, s.csrf, s.seen_at, s.ends_at, a.name, a.disabled, a.person_id, p.unit_id, \
             s.proven_at, s.proven_by \
             FROM session s JOIN account a ON a.organization_id = s.organization_id AND a.id = s.account_id \
             LEFT JOIN person p ON p.organization_id = a.organization_id AND p.id = a.person_id \
             WHERE s.organization_id = $1 AND s.token_hash = $2"
        ),
        args![organization, token_hash],
    )
    .await
}

/// Remembers when a session was last used.
///
/// # Errors
/// Whatever the database reports.
pub async fn touch_session(tx: &mut Tx, organization: &str, token_hash: &str, now: i64) -> Result<()> {
    tx.execute(
        sql!("UPDATE session SET seen_at = $3 WHERE organization_id = $1 AND token_hash = $2"),
        args![organization, token_hash, now],
    )
    .await
    .map(drop)
}

/// Notes that the owner of a session proved who he is.
///
/// # Errors
/// Whatever the database reports.
pub async fn prove_session(
    tx: &mut Tx,
    organization: &str,
    token_hash: &str,
    now: i64,
    by: &str,
) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE session SET proven_at = $3, proven_by = $4 WHERE organization_id = $1 AND token_hash = $2"
        ),
        args![organization, token_hash, now, by],
    )
    .await
    .map(drop)
}

/// Ends one session.
///
/// # Errors
/// Whatever the database reports.
pub async fn end_session(tx: &mut Tx, organization: &str, token_hash: &str) -> Result<()> {
    tx.execute(
        sql!("DELETE FROM session WHERE organization_id = $1 AND token_hash = $2"),
        args![organization, token_hash],
    )
    .await
    .map(drop)
}

/// Ends every session of an account.
///
/// # Errors
/// Whatever the database reports.
pub async fn end_sessions(tx: &mut Tx, organization: &str, account: &str) -> Result<u64> {
    tx.execute(
        sql!("DELETE FROM session WHERE organization_id = $1 AND account_id = $2"),
        args![organization, account],
    )
    .await
}

/// Ends sessions that are over.
///
/// # Errors
/// Whatever the database reports.
pub async fn sweep_sessions(tx: &mut Tx, organization: &str, now: i64, idle_before: i64) -> Result<u64> {
    tx.execute(
        sql!("DELETE FROM session WHERE organization_id = $1 AND (ends_at < $2 OR seen_at < $3)"),
        args![organization, now, idle_before],
    )
    .await
}
