//! Pictures of units' seals, and who held which unit when.

use crate::{Result, Tx, args, from_row, sql};

/// The picture of a seal with the time it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0022_seal_image.sql"
)]
pub struct SealImage {
    pub id: String,
    pub unit_id: String,
    pub name: String,
    pub file_id: String,
    pub sha256: String,
    pub media_type: String,
    pub valid_from: i64,
    pub valid_until: Option<i64>,
    pub added_by: String,
    pub added_name: String,
    pub ended_name: String,
}

from_row!(SealImage {
    id,
    unit_id,
    name,
    file_id,
    sha256,
    media_type,
    valid_from,
    valid_until,
    added_by,
    added_name,
    ended_name,
});

const IMAGE: &str = "id, unit_id, name, file_id, sha256, media_type, valid_from, valid_until, added_by, added_name, \
                     ended_name";

/// That an account held a role for a unit, and how long.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0002_account.sql"
)]
pub struct Held {
    pub account_id: String,
    pub role: String,
    pub unit_id: Option<String>,
    pub granted_at: i64,
    pub revoked_at: Option<i64>,
}

from_row!(Held {
    account_id,
    role,
    unit_id,
    granted_at,
    revoked_at
});

/// Every picture ever kept, newest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn all(tx: &mut Tx, organization: &str) -> Result<Vec<SealImage>> {
    tx.all(
        sql!(
            "SELECT ",
            IMAGE,
            " FROM seal_image WHERE organization_id = $1 ORDER BY valid_from DESC, id DESC"
        ),
        args![organization],
    )
    .await
}

/// Adds a picture; the one before is ended already.
///
/// # Errors
/// Whatever the database reports.
pub async fn add(tx: &mut Tx, organization: &str, s: &SealImage) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO seal_image (organization_id, ",
            IMAGE,
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        ),
        args![
            organization,
            &s.id,
            &s.unit_id,
            &s.name,
            &s.file_id,
            &s.sha256,
            &s.media_type,
            s.valid_from,
            s.valid_until,
            &s.added_by,
            &s.added_name,
            &s.ended_name
        ],
    )
    .await
    .map(drop)
}

/// Ends a picture that holds; 0 when it does not any more.
///
/// # Errors
/// Whatever the database reports.
pub async fn end(tx: &mut Tx, organization: &str, id: &str, at: i64, name: &str) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE seal_image SET valid_until = $3, ended_name = $4 \
             WHERE organization_id = $1 AND id = $2 AND valid_until IS NULL"
        ),
        args![organization, id, at, name],
    )
    .await
}

/// Who held or holds one of two roles, grants that were taken back too.
///
/// # Errors
/// Whatever the database reports.
pub async fn held(tx: &mut Tx, organization: &str, roles: [&str; 2]) -> Result<Vec<Held>> {
    tx.all(
        sql!(
            "SELECT account_id, role, unit_id, granted_at, revoked_at FROM role_grant \
             WHERE organization_id = $1 AND role IN ($2, $3) ORDER BY granted_at, id"
        ),
        args![organization, roles[0], roles[1]],
    )
    .await
}
