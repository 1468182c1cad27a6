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

/// The confirmed items of a pledger in other campaigns that are closed, the campaign closed last first.
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
            "SELECT i.id, i.campaign_id, c.title, i.kind, i.content, i.measure, i.beneficiary, i.due_on, i.claim, \
             i.verdict, i.rectifying FROM pledge p \
             JOIN campaign c ON c.organization_id = p.organization_id AND c.id = p.campaign_id \
             JOIN commitment_item i ON i.organization_id = p.organization_id AND i.pledge_id = p.id \
             WHERE p.organization_id = $1 AND p.campaign_id <> $2 AND p.pledger_id = $3 AND c.closed_at IS NOT NULL \
             ORDER BY c.closed_at DESC, i.position LIMIT 40"
        ),
        args![organization, campaign, pledger],
    )
    .await
}
