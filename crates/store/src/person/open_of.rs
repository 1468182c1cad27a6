//! What is open of somebody who may leave.

use crate::{Result, Tx, args, from_row, sql};

/// What is open of somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenOf {
    /// His pledges that strangers see.
    pub published: i64,
    /// His pledges that are handed in or confirmed and not public.
    pub waiting: i64,
    /// Orders he has to carry out.
    pub orders: i64,
    /// Inspections he was drawn or asked for, without a record.
    pub inspections: i64,
}

from_row!(OpenOf {
    published,
    waiting,
    orders,
    inspections
});

/// What is open of a person, in all campaigns.
///
/// # Errors
/// Whatever the database reports.
pub async fn open_of(tx: &mut Tx, organization: &str, person: &str) -> Result<OpenOf> {
    let who = format!("%\"{person}\"%");
    tx.one(
        sql!(
            "SELECT (SELECT CAST(COUNT(*) AS BIGINT) FROM public_pledge v JOIN pledge p \
             ON p.organization_id = v.organization_id AND p.id = v.id WHERE v.organization_id = $1 \
             AND p.person_id = $2 AND v.taken_down_at IS NULL) AS published, \
             (SELECT CAST(COUNT(*) AS BIGINT) FROM pledge WHERE organization_id = $1 AND person_id = $2 \
             AND state IN ('submitted', 'returned', 'confirmed')) AS waiting, \
             (SELECT CAST(COUNT(*) AS BIGINT) FROM rectification_order WHERE organization_id = $1 \
             AND owner_id = $2 AND state <> 'closed') AS orders, \
             (SELECT CAST(COUNT(*) AS BIGINT) FROM inspection i WHERE i.organization_id = $1 \
             AND i.inspectors LIKE $3 AND NOT EXISTS (SELECT 1 FROM inspection_record r \
             WHERE r.organization_id = i.organization_id AND r.inspection_id = i.id)) AS inspections"
        ),
        args![organization, person, &who],
    )
    .await
}
