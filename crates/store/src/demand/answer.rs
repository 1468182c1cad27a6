//! Items of pledges as answers to demands.

use super::*;

/// An item of a confirmed pledge that answers a demand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The demand.
    pub demand_id: String,
    /// The pledge.
    pub pledge_id: String,
    /// The branch that pledged.
    pub unit_id: String,
    /// What was pledged.
    pub content: String,
    /// Until when.
    pub due_on: String,
    /// What the pledger says.
    pub claim: Option<String>,
    /// What an inspection says.
    pub verdict: Option<String>,
    /// It is being put right.
    pub rectifying: bool,
}

from_row!(Answer {
    demand_id,
    pledge_id,
    unit_id,
    content,
    due_on,
    claim,
    verdict,
    rectifying
});

/// The items of confirmed pledges that answer one demand, for those who work with it.
///
/// # Errors
/// Whatever the database reports.
pub async fn answers(tx: &mut Tx, organization: &str, demand: &str) -> Result<Vec<Answer>> {
    tx.all(
        sql!(
            "SELECT demand_id, pledge_id, unit_id, content, due_on, claim, verdict, rectifying FROM commitment_item \
             WHERE organization_id = $1 AND demand_id = $2 ORDER BY due_on, pledge_id, position"
        ),
        args![organization, demand],
    )
    .await
}

/// Every published item of a campaign that answers a demand, from the public tables alone.
///
/// # Errors
/// Whatever the database reports.
pub async fn public_answers(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Answer>> {
    tx.all(
        sql!(
            "SELECT i.demand_id, i.pledge_id, i.unit_id, i.content, i.due_on, i.claim, i.verdict, i.rectifying \
             FROM public_item i JOIN public_pledge p ON p.organization_id = i.organization_id AND p.id = i.pledge_id \
             WHERE i.organization_id = $1 AND i.campaign_id = $2 AND i.demand_id IS NOT NULL \
             AND p.taken_down_at IS NULL ORDER BY i.due_on, i.pledge_id, i.position"
        ),
        args![organization, campaign],
    )
    .await
}

/// An item of an earlier campaign that was not kept, as it may become a demand of the next one (N7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftItem {
    /// The item.
    pub id: String,
    /// The campaign it was pledged in.
    pub campaign_id: String,
    /// The branch.
    pub unit_id: String,
    /// What was pledged.
    pub content: String,
    /// Until when.
    pub due_on: String,
    /// What the pledger says.
    pub claim: Option<String>,
    /// What an inspection says.
    pub verdict: Option<String>,
    /// It is being put right.
    pub rectifying: bool,
}

from_row!(LeftItem {
    id,
    campaign_id,
    unit_id,
    content,
    due_on,
    claim,
    verdict,
    rectifying
});

/// The items of a campaign that are not kept: found so by an inspection, or not reported as kept by anybody, those still
/// running among them.
///
/// # Errors
/// Whatever the database reports.
pub async fn left_items(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<LeftItem>> {
    tx.all(
        sql!(
            "SELECT id, campaign_id, unit_id, content, due_on, claim, verdict, rectifying FROM commitment_item \
             WHERE organization_id = $1 AND campaign_id = $2 AND (verdict IN ('partly_fulfilled', 'not_fulfilled') \
             OR (verdict IS NULL AND (claim IS NULL OR claim <> 'kept'))) ORDER BY due_on, unit_id, id"
        ),
        args![organization, campaign],
    )
    .await
}

/// One item.
///
/// # Errors
/// Whatever the database reports.
pub async fn item(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<LeftItem>> {
    tx.maybe(
        sql!(
            "SELECT id, campaign_id, unit_id, content, due_on, claim, verdict, rectifying FROM commitment_item \
             WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, id],
    )
    .await
}
