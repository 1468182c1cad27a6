//! Items that somebody promises together with others (N4).

use super::*;

/// A handed-in form that names others in an item.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0005_pledge.sql"
)]
pub struct JointForm {
    pub pledge_id: String,
    pub person_id: String,
    /// Whose.
    pub name: String,
    pub items: String,
}

from_row!(JointForm {
    pledge_id,
    person_id,
    name,
    items
});

/// The forms of a branch's people that name others, handed in and not sent back: what is still being written is its
/// author's alone.
///
/// # Errors
/// Whatever the database reports.
pub async fn joint_forms(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    unit: &str,
) -> Result<Vec<JointForm>> {
    tx.all(
        sql!(
            "SELECT p.id AS pledge_id, p.person_id, h.name, p.items FROM pledge p \
             JOIN person h ON h.organization_id = p.organization_id AND h.id = p.person_id \
             WHERE p.organization_id = $1 AND p.campaign_id = $2 AND p.unit_id = $3 \
             AND p.state IN ('submitted', 'confirmed', 'published') AND p.items LIKE '%\"joint\":%' \
             ORDER BY p.submitted_at, p.id"
        ),
        args![organization, campaign, unit],
    )
    .await
}
