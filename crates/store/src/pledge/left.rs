//! Pledges that ended campaigns left without effect.

use super::{COLUMNS, Pledge};
use crate::{Result, Tx, args, sql};

/// The pledges of a pledger that were never published when the campaign closed last ended: what older ones left is
/// history.
///
/// # Errors
/// Whatever the database reports.
pub async fn left_of(tx: &mut Tx, organization: &str, pledger: &str) -> Result<Vec<Pledge>> {
    tx.all(
        sql!(
            "SELECT ",
            COLUMNS,
            " FROM pledge WHERE organization_id = $1 AND pledger_id = $2 AND version = 0 \
             AND state IN ('draft', 'returned', 'submitted', 'confirmed') AND campaign_id IN \
             (SELECT c.id FROM campaign c WHERE c.organization_id = $1 AND c.state = 'closed' AND c.closed_at = \
             (SELECT MAX(d.closed_at) FROM campaign d WHERE d.organization_id = $1)) \
             ORDER BY created_at DESC, id"
        ),
        args![organization, pledger],
    )
    .await
}
