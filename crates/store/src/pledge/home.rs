//! The branch to which the text at hand of a pledge belongs.

use super::*;

/// The unit of the text at hand, in a query that joins the pledge as `p` and its person as `n`. What is in force stays where
/// it was made; a new version of it belongs to the branch in which the person is now.
pub(crate) const AT_HAND: &str = "CASE WHEN p.confirmed_at IS NOT NULL AND p.state IN ('draft', 'returned', \
                                  'submitted') THEN COALESCE(n.unit_id, p.unit_id) ELSE p.unit_id END";

struct Home {
    unit_id: String,
}

from_row!(Home { unit_id });

/// The unit to which the text at hand of a pledge belongs.
///
/// # Errors
/// Whatever the database reports.
pub async fn home(tx: &mut Tx, organization: &str, pledge: &str) -> Result<Option<String>> {
    let found: Option<Home> = tx
        .maybe(
            sql!(
                "SELECT ",
                AT_HAND,
                " AS unit_id FROM pledge p LEFT JOIN person n ON n.organization_id = p.organization_id \
                 AND n.id = p.person_id WHERE p.organization_id = $1 AND p.id = $2"
            ),
            args![organization, pledge],
        )
        .await?;
    Ok(found.map(|h| h.unit_id))
}

/// Puts a pledge into the branch whose version of it is confirmed.
///
/// # Errors
/// Whatever the database reports.
pub async fn settle_in(tx: &mut Tx, organization: &str, p: &Pledge) -> Result<()> {
    tx.execute(
        sql!("UPDATE pledge SET unit_id = $3, header = $4 WHERE organization_id = $1 AND id = $2"),
        args![organization, &p.id, &p.unit_id, &p.header],
    )
    .await
    .map(drop)
}
