//! The versions of a pledge: what was signed, word for word.

use super::*;

/// What was handed in in one round.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0005_pledge.sql"
)]
pub struct PledgeVersion {
    pub pledge_id: String,
    pub round: i64,
    pub content: String,
    pub hash: String,
    pub check_code: String,
    pub signed_name: String,
    pub reason: String,
    pub submitted_at: i64,
}

from_row!(PledgeVersion {
    pledge_id,
    round,
    content,
    hash,
    check_code,
    signed_name,
    reason,
    submitted_at
});

const VERSION: &str = "pledge_id, round, content, hash, check_code, signed_name, reason, submitted_at";

/// Keeps what was handed in. It is never changed afterwards.
///
/// # Errors
/// [`crate::Error::Duplicate`] when the round was handed in before.
pub async fn add_version(tx: &mut Tx, organization: &str, version: &PledgeVersion) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO pledge_version (organization_id, ",
            VERSION,
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        args![
            organization,
            &version.pledge_id,
            version.round,
            &version.content,
            &version.hash,
            &version.check_code,
            &version.signed_name,
            &version.reason,
            version.submitted_at
        ],
    )
    .await
    .map(drop)
}

/// Everything handed in for a pledge, first round first.
///
/// # Errors
/// Whatever the database reports.
pub async fn versions(tx: &mut Tx, organization: &str, pledge: &str) -> Result<Vec<PledgeVersion>> {
    tx.all(
        sql!(
            "SELECT ",
            VERSION,
            " FROM pledge_version WHERE organization_id = $1 AND pledge_id = $2 ORDER BY round"
        ),
        args![organization, pledge],
    )
    .await
}

/// What was handed in in one round.
///
/// # Errors
/// Whatever the database reports.
pub async fn version(
    tx: &mut Tx,
    organization: &str,
    pledge: &str,
    round: i64,
) -> Result<Option<PledgeVersion>> {
    tx.maybe(
        sql!(
            "SELECT ",
            VERSION,
            " FROM pledge_version WHERE organization_id = $1 AND pledge_id = $2 AND round = $3"
        ),
        args![organization, pledge, round],
    )
    .await
}

/// The versions that carry a check code: one, or by a rare accident more.
///
/// # Errors
/// Whatever the database reports.
pub async fn versions_by_code(tx: &mut Tx, organization: &str, code: &str) -> Result<Vec<PledgeVersion>> {
    tx.all(
        sql!(
            "SELECT ",
            VERSION,
            " FROM pledge_version WHERE organization_id = $1 AND check_code = $2 ORDER BY submitted_at, pledge_id"
        ),
        args![organization, code],
    )
    .await
}
