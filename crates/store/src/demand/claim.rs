//! Demands taken up from the commitment menu and not yet answered (N7).

use super::*;

/// Somebody has taken up a demand.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0017_demand_claim.sql"
)]
pub struct DemandClaim {
    pub demand_id: String,
    pub pledger_id: String,
    pub pledger: String,
    pub unit_id: String,
    pub claimed_at: i64,
    /// Name of the branch or person.
    pub name: String,
    /// State of the pledge of the claimant; empty while none is begun.
    pub state: String,
}

from_row!(DemandClaim {
    demand_id,
    pledger_id,
    pledger,
    unit_id,
    claimed_at,
    name,
    state
});

/// A claim to write down.
#[derive(Clone, Copy, Debug)]
pub struct NewClaim<'a> {
    /// The demand.
    pub demand: &'a str,
    /// Its campaign.
    pub campaign: &'a str,
    /// `branch` or `person`.
    pub pledger: &'a str,
    /// The unit or person.
    pub pledger_id: &'a str,
    /// The branch.
    pub unit: &'a str,
}

/// Writes down who takes up a demand; taken up twice it is one claim, given back before it is one again.
///
/// # Errors
/// Whatever the database reports.
pub async fn claim(tx: &mut Tx, organization: &str, c: NewClaim<'_>, by: &str, now: i64) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO demand_claim (organization_id, demand_id, pledger_id, pledger, campaign_id, unit_id, \
             claimed_by, claimed_at, released_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL) \
             ON CONFLICT (organization_id, demand_id, pledger_id) DO UPDATE SET \
             claimed_by = CASE WHEN demand_claim.released_at IS NULL THEN demand_claim.claimed_by ELSE excluded.claimed_by END, \
             claimed_at = CASE WHEN demand_claim.released_at IS NULL THEN demand_claim.claimed_at ELSE excluded.claimed_at END, \
             released_at = NULL"
        ),
        args![
            organization,
            c.demand,
            c.pledger_id,
            c.pledger,
            c.campaign,
            c.unit,
            by,
            now
        ],
    )
    .await
    .map(drop)
}

/// Gives a demand back; answers how many claims that ended.
///
/// # Errors
/// Whatever the database reports.
pub async fn release(tx: &mut Tx, organization: &str, demand: &str, pledger: &str, now: i64) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE demand_claim SET released_at = $4 WHERE organization_id = $1 AND demand_id = $2 \
             AND pledger_id = $3 AND released_at IS NULL"
        ),
        args![organization, demand, pledger, now],
    )
    .await
}

/// Every demand of a campaign that somebody has taken up, the earliest claim first.
///
/// # Errors
/// Whatever the database reports.
pub async fn claims(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<DemandClaim>> {
    tx.all(
        sql!(
            "SELECT c.demand_id, c.pledger_id, c.pledger, c.unit_id, c.claimed_at, \
             COALESCE(p.name, u.name, '') AS name, COALESCE(g.state, '') AS state FROM demand_claim c \
             LEFT JOIN person p ON p.organization_id = c.organization_id AND p.id = c.pledger_id \
             LEFT JOIN unit u ON u.organization_id = c.organization_id AND u.id = c.pledger_id \
             LEFT JOIN pledge g ON g.organization_id = c.organization_id AND g.campaign_id = c.campaign_id \
             AND g.pledger_id = c.pledger_id \
             WHERE c.organization_id = $1 AND c.campaign_id = $2 AND c.released_at IS NULL \
             ORDER BY c.claimed_at, c.pledger_id"
        ),
        args![organization, campaign],
    )
    .await
}
