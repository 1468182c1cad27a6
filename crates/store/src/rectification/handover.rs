//! Orders that went on to somebody else.

use crate::{Result, Tx, args, from_row, sql};

/// An order that went on to somebody else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0032_handover.sql"
)]
pub struct Handover {
    pub id: String,
    pub order_id: String,
    pub old_owner_id: String,
    pub old_owner_name: String,
    pub new_owner_id: String,
    pub new_owner_name: String,
    pub reason: String,
    pub handed_by: String,
    pub handed_name: String,
    pub handed_at: i64,
}

from_row!(Handover {
    id,
    order_id,
    old_owner_id,
    old_owner_name,
    new_owner_id,
    new_owner_name,
    reason,
    handed_by,
    handed_name,
    handed_at
});

/// Keeps a handover and gives the order its new owner. 0 rows: the order is no longer open, or the owner changed meanwhile.
///
/// # Errors
/// Whatever the database reports.
pub async fn hand_over(tx: &mut Tx, organization: &str, h: &Handover) -> Result<u64> {
    let changed = tx
        .execute(
            sql!(
                "UPDATE rectification_order SET owner_id = $4, owner_name = $5 \
                 WHERE organization_id = $1 AND id = $2 AND owner_id = $3 AND state = 'open'"
            ),
            args![
                organization,
                &h.order_id,
                &h.old_owner_id,
                &h.new_owner_id,
                &h.new_owner_name
            ],
        )
        .await?;
    if changed > 0 {
        tx.execute(
            sql!(
                "INSERT INTO rectification_handover (organization_id, id, order_id, old_owner_id, old_owner_name, \
                 new_owner_id, new_owner_name, reason, handed_by, handed_name, handed_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
            ),
            args![
                organization,
                &h.id,
                &h.order_id,
                &h.old_owner_id,
                &h.old_owner_name,
                &h.new_owner_id,
                &h.new_owner_name,
                &h.reason,
                &h.handed_by,
                &h.handed_name,
                h.handed_at
            ],
        )
        .await?;
    }
    Ok(changed)
}

/// The handovers of an order, oldest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn handovers(tx: &mut Tx, organization: &str, order: &str) -> Result<Vec<Handover>> {
    tx.all(
        sql!(
            "SELECT id, order_id, old_owner_id, old_owner_name, new_owner_id, new_owner_name, reason, handed_by, \
             handed_name, handed_at FROM rectification_handover WHERE organization_id = $1 AND order_id = $2 \
             ORDER BY handed_at, id"
        ),
        args![organization, order],
    )
    .await
}
