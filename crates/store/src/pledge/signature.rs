//! Signatures drawn beside the typed name (N20, N21).

use super::*;

/// What was drawn for a round, with the frozen text that says whether it is the one that was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0026_pledge_signature.sql"
)]
pub struct DrawnSignature {
    pub pledge_id: String,
    pub round: i64,
    pub strokes: String,
    pub content: String,
}

from_row!(DrawnSignature {
    pledge_id,
    round,
    strokes,
    content
});

/// Keeps what was drawn for a round.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_signature(
    tx: &mut Tx,
    organization: &str,
    pledge: &str,
    round: i64,
    strokes: &str,
    now: i64,
) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO pledge_signature (organization_id, pledge_id, round, strokes, drawn_at) \
             VALUES ($1, $2, $3, $4, $5)"
        ),
        args![organization, pledge, round, strokes, now],
    )
    .await
    .map(drop)
}

/// What was drawn for a round of a pledge.
///
/// # Errors
/// Whatever the database reports.
pub async fn signature(
    tx: &mut Tx,
    organization: &str,
    pledge: &str,
    round: i64,
) -> Result<Option<DrawnSignature>> {
    tx.maybe(
        sql!(
            "SELECT s.pledge_id, s.round, s.strokes, v.content FROM pledge_signature s \
             JOIN pledge_version v ON v.organization_id = s.organization_id AND v.pledge_id = s.pledge_id \
             AND v.round = s.round \
             WHERE s.organization_id = $1 AND s.pledge_id = $2 AND s.round = $3"
        ),
        args![organization, pledge, round],
    )
    .await
}

/// What was drawn for the rounds that hold, of every pledge of a branch.
///
/// # Errors
/// Whatever the database reports.
pub async fn signatures_of_unit(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    unit: &str,
) -> Result<Vec<DrawnSignature>> {
    tx.all(
        sql!(
            "SELECT s.pledge_id, s.round, s.strokes, v.content FROM pledge p \
             JOIN pledge_signature s ON s.organization_id = p.organization_id AND s.pledge_id = p.id \
             AND s.round = p.round \
             JOIN pledge_version v ON v.organization_id = s.organization_id AND v.pledge_id = s.pledge_id \
             AND v.round = s.round \
             WHERE p.organization_id = $1 AND p.campaign_id = $2 AND p.unit_id = $3"
        ),
        args![organization, campaign, unit],
    )
    .await
}
