//! What was promised last time, with what became of it.

use super::*;

/// An item of an earlier campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0005_pledge.sql"
)]
pub struct LastItem {
    pub id: String,
    pub pledge_id: String,
    /// State of the pledge.
    pub state: String,
    pub campaign_id: String,
    /// Title of the campaign.
    pub title: String,
    pub kind: String,
    pub content: String,
    pub measure: String,
    pub beneficiary: String,
    pub due_on: String,
    pub claim: Option<String>,
    pub verdict: Option<String>,
    pub rectifying: bool,
}

from_row!(LastItem {
    id,
    pledge_id,
    state,
    campaign_id,
    title,
    kind,
    content,
    measure,
    beneficiary,
    due_on,
    claim,
    verdict,
    rectifying
});

/// The confirmed items of a pledger in other campaigns that are closed, the campaign closed last first. The order of the
/// joins is told: of itself SQLite begins with every item of the house.
///
/// # Errors
/// Whatever the database reports.
pub async fn last_items(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    pledger: &str,
) -> Result<Vec<LastItem>> {
    tx.all(
        sql!(
            "SELECT i.id, i.pledge_id, p.state, i.campaign_id, c.title, i.kind, i.content, i.measure, i.beneficiary, i.due_on, i.claim, \
             i.verdict, i.rectifying FROM campaign c CROSS JOIN pledge p CROSS JOIN commitment_item i \
             WHERE c.organization_id = $1 AND c.id <> $2 AND c.closed_at IS NOT NULL \
             AND p.organization_id = c.organization_id AND p.campaign_id = c.id AND p.pledger_id = $3 \
             AND i.organization_id = p.organization_id AND i.pledge_id = p.id \
             ORDER BY c.closed_at DESC, i.position LIMIT 40"
        ),
        args![organization, campaign, pledger],
    )
    .await
}
