//! Scans of forms stamped by hand (N20, N21).

use crate::{Result, Tx, args, from_row, sql};

/// A scan and the decision it proves on paper.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0027_stamped_scan.sql"
)]
pub struct StampedScan {
    pub id: String,
    pub decision_id: String,
    pub pledge_id: String,
    pub file_id: String,
    pub sha256: String,
    pub media_type: String,
    pub attached_by: String,
    pub attached_name: String,
    pub attached_at: i64,
}

from_row!(StampedScan {
    id,
    decision_id,
    pledge_id,
    file_id,
    sha256,
    media_type,
    attached_by,
    attached_name,
    attached_at
});

/// Adds a scan.
///
/// # Errors
/// Whatever the database reports.
pub async fn add(tx: &mut Tx, organization: &str, s: &StampedScan) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO stamped_scan (organization_id, id, decision_id, pledge_id, file_id, sha256, media_type, \
             attached_by, attached_name, attached_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        args![
            organization,
            &s.id,
            &s.decision_id,
            &s.pledge_id,
            &s.file_id,
            &s.sha256,
            &s.media_type,
            &s.attached_by,
            &s.attached_name,
            s.attached_at
        ],
    )
    .await
    .map(drop)
}

/// The scans of a pledge, the last one first.
///
/// # Errors
/// Whatever the database reports.
pub async fn of_pledge(tx: &mut Tx, organization: &str, pledge: &str) -> Result<Vec<StampedScan>> {
    tx.all(
        sql!(
            "SELECT id, decision_id, pledge_id, file_id, sha256, media_type, attached_by, attached_name, attached_at \
             FROM stamped_scan WHERE organization_id = $1 AND pledge_id = $2 ORDER BY attached_at DESC, id DESC"
        ),
        args![organization, pledge],
    )
    .await
}

/// The scans of every pledge of a branch in a campaign, the last one first.
///
/// # Errors
/// Whatever the database reports.
pub async fn of_unit(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    unit: &str,
) -> Result<Vec<StampedScan>> {
    tx.all(
        sql!(
            "SELECT s.id, s.decision_id, s.pledge_id, s.file_id, s.sha256, s.media_type, s.attached_by, \
             s.attached_name, s.attached_at FROM stamped_scan s \
             JOIN pledge p ON p.organization_id = s.organization_id AND p.id = s.pledge_id \
             WHERE s.organization_id = $1 AND p.campaign_id = $2 AND p.unit_id = $3 \
             ORDER BY s.attached_at DESC, s.id DESC"
        ),
        args![organization, campaign, unit],
    )
    .await
}
