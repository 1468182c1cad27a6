//! The ledger (台账): every item of a campaign with whose it is and what became of it.

use crate::{Result, Tx, args, from_row, sql};

/// A line of the ledger. Telephone, birth and the like are not in it: the statement does not read them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0005_pledge.sql"
)]
pub struct Line {
    pub pledge_id: String,
    pub item_id: String,
    pub number: Option<String>,
    pub unit_id: String,
    pub unit_name: String,
    pub pledger: String,
    pub name: String,
    pub post: String,
    pub leading_cadre: bool,
    pub pledge_state: String,
    pub kind: String,
    pub content: String,
    pub measure: String,
    pub beneficiary: String,
    pub due_on: String,
    pub claim: Option<String>,
    pub claimed_on: Option<String>,
    pub verdict: Option<String>,
    pub verdict_on: Option<String>,
    pub rectifying: bool,
    pub demand: String,
}

from_row!(Line {
    pledge_id,
    item_id,
    number,
    unit_id,
    unit_name,
    pledger,
    name,
    post,
    leading_cadre,
    pledge_state,
    kind,
    content,
    measure,
    beneficiary,
    due_on,
    claim,
    claimed_on,
    verdict,
    verdict_on,
    rectifying,
    demand,
});

/// The ledger of a campaign, branch by branch, the branch's own items first.
///
/// # Errors
/// Whatever the database reports.
pub async fn lines(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Line>> {
    tx.all(
        sql!(
            "SELECT p.id AS pledge_id, i.id AS item_id, p.number, p.unit_id, COALESCE(u.name, '') AS unit_name, \
             p.pledger, COALESCE(n.name, '') AS name, CASE WHEN p.leading_cadre AND n.title <> '' THEN n.title ELSE COALESCE(n.post, '') END AS post, p.leading_cadre, \
             CASE WHEN p.state NOT IN ('draft', 'returned', 'submitted') THEN p.state \
             WHEN q.id IS NULL OR q.published_at < p.confirmed_at THEN 'confirmed' \
             WHEN q.taken_down_at IS NOT NULL THEN 'withdrawn' ELSE 'published' END AS pledge_state, i.kind, i.content, i.measure, i.beneficiary, i.due_on, i.claim, i.claimed_on, \
             i.verdict, i.verdict_on, i.rectifying, COALESCE(d.title, '') AS demand FROM commitment_item i \
             JOIN pledge p ON p.organization_id = i.organization_id AND p.id = i.pledge_id \
             LEFT JOIN public_pledge q ON q.organization_id = p.organization_id AND q.id = p.id \
             LEFT JOIN unit u ON u.organization_id = p.organization_id AND u.id = p.unit_id \
             LEFT JOIN person n ON n.organization_id = p.organization_id AND n.id = p.person_id \
             LEFT JOIN demand d ON d.organization_id = i.organization_id AND d.id = i.demand_id \
             WHERE i.organization_id = $1 AND i.campaign_id = $2 \
             ORDER BY u.position, p.unit_id, p.pledger, p.leading_cadre DESC, n.name_sort, p.id, i.position"
        ),
        args![organization, campaign],
    )
    .await
}
