//! What waits for somebody: counts for the task list and the workbench. Each statement is one source.

use crate::{Result, Tx, args, from_row, sql};

/// How many things wait, for which unit, and the first day on which one is due.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// The unit; empty where there is none.
    pub unit_id: String,
    /// How many.
    pub n: i64,
    /// The earliest due day as ISO text, where the things have one.
    pub due_on: Option<String>,
}

from_row!(Waiting { unit_id, n, due_on });

/// A pledge's first filing: who and when.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "columns of pledge, and the time of its first round")]
pub struct Filing {
    pub id: String,
    pub pledger: String,
    pub pledger_id: String,
    pub unit_id: String,
    /// The unit of the text at hand.
    pub at_hand: String,
    pub state: String,
    /// While a new version is written or reviewed: the state of the one in force; else empty.
    pub stood: String,
    pub filed_at: Option<i64>,
}

from_row!(Filing {
    id,
    pledger,
    pledger_id,
    unit_id,
    at_hand,
    state,
    stood,
    filed_at,
});

/// Every pledge of a campaign with the time it was first handed in; `None` while it never was.
///
/// # Errors
/// Whatever the database reports.
pub async fn filings(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Filing>> {
    tx.all(
        sql!(
            "SELECT p.id, p.pledger, p.pledger_id, p.unit_id, p.state, v.submitted_at AS filed_at, ",
            crate::pledge::AT_HAND,
            " AS at_hand, \
             CASE WHEN p.confirmed_at IS NULL OR p.state NOT IN ('draft', 'returned', 'submitted') THEN '' \
             WHEN q.id IS NULL OR q.published_at < p.confirmed_at THEN 'confirmed' \
             WHEN q.taken_down_at IS NOT NULL THEN 'withdrawn' ELSE 'published' END AS stood \
             FROM pledge p LEFT JOIN pledge_version v \
             ON v.organization_id = p.organization_id AND v.pledge_id = p.id AND v.round = 1 \
             LEFT JOIN public_pledge q ON q.organization_id = p.organization_id AND q.id = p.id \
             LEFT JOIN person n ON n.organization_id = p.organization_id AND n.id = p.person_id \
             WHERE p.organization_id = $1 AND p.campaign_id = $2 ORDER BY p.id"
        ),
        args![organization, campaign],
    )
    .await
}

/// Pledges in a state, by unit: `submitted` ones wait for review, `confirmed` ones for publication.
///
/// # Errors
/// Whatever the database reports.
pub async fn pledges_in(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    pledger: &str,
    state: &str,
) -> Result<Vec<Waiting>> {
    tx.all(
        sql!(
            "SELECT unit_id, CAST(COUNT(*) AS BIGINT) AS n, CAST(NULL AS TEXT) AS due_on FROM pledge \
             WHERE organization_id = $1 AND campaign_id = $2 AND pledger = $3 AND state = $4 \
             GROUP BY unit_id ORDER BY unit_id"
        ),
        args![organization, campaign, pledger, state],
    )
    .await
}

/// Items of a pledge whose time has come and that nobody has reported on.
///
/// # Errors
/// Whatever the database reports.
pub async fn reports_due(tx: &mut Tx, organization: &str, pledge: &str, until: &str) -> Result<Vec<Waiting>> {
    tx.all(
        sql!(
            "SELECT unit_id, CAST(COUNT(*) AS BIGINT) AS n, MIN(due_on) AS due_on FROM commitment_item \
             WHERE organization_id = $1 AND pledge_id = $2 AND claim IS NULL AND due_on <= $3 \
             GROUP BY unit_id ORDER BY unit_id"
        ),
        args![organization, pledge, until],
    )
    .await
}

/// Criticism of a pledge that waits for its right of reply.
///
/// # Errors
/// Whatever the database reports.
pub async fn criticism_of(tx: &mut Tx, organization: &str, pledge: &str) -> Result<Vec<Waiting>> {
    tx.all(
        sql!(
            "SELECT unit_id, CAST(COUNT(*) AS BIGINT) AS n, CAST(NULL AS TEXT) AS due_on FROM criticism \
             WHERE organization_id = $1 AND pledge_id = $2 AND replied_at IS NULL GROUP BY unit_id ORDER BY unit_id"
        ),
        args![organization, pledge],
    )
    .await
}

/// Open rectification orders of a person.
///
/// # Errors
/// Whatever the database reports.
pub async fn orders_of(tx: &mut Tx, organization: &str, campaign: &str, owner: &str) -> Result<Vec<Waiting>> {
    tx.all(
        sql!(
            "SELECT unit_id, CAST(COUNT(*) AS BIGINT) AS n, MIN(due_on) AS due_on FROM rectification_order \
             WHERE organization_id = $1 AND campaign_id = $2 AND owner_id = $3 AND state = 'open' \
             GROUP BY unit_id ORDER BY unit_id"
        ),
        args![organization, campaign, owner],
    )
    .await
}

/// Public opinions nobody has answered, by unit.
///
/// # Errors
/// Whatever the database reports.
pub async fn feedback_new(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Waiting>> {
    tx.all(
        sql!(
            "SELECT unit_id, CAST(COUNT(*) AS BIGINT) AS n, MIN(due_on) AS due_on FROM feedback \
             WHERE organization_id = $1 AND campaign_id = $2 AND state = 'new' GROUP BY unit_id ORDER BY unit_id"
        ),
        args![organization, campaign],
    )
    .await
}

/// Objections nobody has answered, by the unit of the pledge.
///
/// # Errors
/// Whatever the database reports.
pub async fn objections_new(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Waiting>> {
    tx.all(
        sql!(
            "SELECT p.unit_id, CAST(COUNT(*) AS BIGINT) AS n, CAST(NULL AS TEXT) AS due_on FROM objection o \
             JOIN pledge p ON p.organization_id = o.organization_id AND p.id = o.pledge_id \
             WHERE o.organization_id = $1 AND o.campaign_id = $2 AND o.answered_at IS NULL \
             GROUP BY p.unit_id ORDER BY p.unit_id"
        ),
        args![organization, campaign],
    )
    .await
}

/// Visits and symposiums recorded, by unit.
///
/// # Errors
/// Whatever the database reports.
pub async fn visits(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Waiting>> {
    tx.all(
        sql!(
            "SELECT unit_id, CAST(COUNT(*) AS BIGINT) AS n, MAX(held_on) AS due_on FROM visit \
             WHERE organization_id = $1 AND campaign_id = $2 GROUP BY unit_id ORDER BY unit_id"
        ),
        args![organization, campaign],
    )
    .await
}

/// The records that found an item not fulfilled, still say so of it, and that nothing came of; oldest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn findings_open(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<String>> {
    tx.all(
        sql!(
            "SELECT r.id FROM inspection_record r \
             JOIN commitment_item i ON i.organization_id = r.organization_id AND i.id = r.item_id \
             WHERE r.organization_id = $1 AND i.campaign_id = $2 AND r.finding = 'not_fulfilled' \
             AND i.verdict = 'not_fulfilled' AND r.standing = 'agreed' AND NOT EXISTS \
             (SELECT 1 FROM criticism c WHERE c.organization_id = i.organization_id AND c.pledge_id = i.pledge_id \
             AND (c.item_id = i.id OR c.item_id IS NULL)) ORDER BY r.recorded_at, r.id"
        ),
        args![organization, campaign],
    )
    .await
}

/// Items found fulfilled whose pledger said afterwards that they were not kept, and of which nothing came yet.
///
/// # Errors
/// Whatever the database reports.
pub async fn contradicted(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<String>> {
    tx.all(
        sql!(
            "SELECT i.id FROM commitment_item i WHERE i.organization_id = $1 AND i.campaign_id = $2 \
             AND i.verdict = 'fulfilled' AND i.claim IN ('not_kept_objective', 'not_kept_subjective') \
             AND i.claimed_on >= i.verdict_on AND i.rectifying = FALSE AND NOT EXISTS \
             (SELECT 1 FROM criticism c WHERE c.organization_id = i.organization_id AND c.pledge_id = i.pledge_id \
             AND (c.item_id = i.id OR c.item_id IS NULL)) ORDER BY i.claimed_on, i.id"
        ),
        args![organization, campaign],
    )
    .await
}

/// Inspections planned until a day that have no record yet; `who` is a pattern for LIKE with the id of one of the
/// inspectors.
///
/// # Errors
/// Whatever the database reports.
pub async fn inspections_due(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    until: &str,
    who: &str,
) -> Result<Vec<Waiting>> {
    tx.all(
        sql!(
            "SELECT '' AS unit_id, CAST(COUNT(*) AS BIGINT) AS n, MIN(i.planned_on) AS due_on FROM inspection i \
             WHERE i.organization_id = $1 AND i.campaign_id = $2 AND i.planned_on <= $3 AND i.inspectors LIKE $4 \
             AND NOT EXISTS \
             (SELECT 1 FROM inspection_record r WHERE r.organization_id = i.organization_id AND r.inspection_id = i.id \
             AND r.standing <> 'disputed')"
        ),
        args![organization, campaign, until, who],
    )
    .await
}

/// Records that await the word of a second inspector: `who` as in [`inspections_due`], `account` is his.
///
/// # Errors
/// Whatever the database reports.
pub async fn records_awaiting(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    who: &str,
    account: &str,
) -> Result<Vec<String>> {
    tx.all(
        sql!(
            "SELECT i.id FROM inspection i JOIN inspection_record r \
             ON r.organization_id = i.organization_id AND r.inspection_id = i.id \
             WHERE i.organization_id = $1 AND i.campaign_id = $2 AND i.inspectors LIKE $3 \
             AND r.standing = 'awaits' AND r.recorded_by <> $4 ORDER BY r.recorded_at, r.id"
        ),
        args![organization, campaign, who, account],
    )
    .await
}

/// How many objections to a public pledge were upheld and not followed by a new version or a take-down.
///
/// # Errors
/// Whatever the database reports.
pub async fn objections_upheld(tx: &mut Tx, organization: &str, pledge: &str) -> Result<i64> {
    let n = tx
        .maybe(
            sql!(
                "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM objection o \
             JOIN public_pledge p ON p.organization_id = o.organization_id AND p.id = o.pledge_id \
             WHERE o.organization_id = $1 AND o.pledge_id = $2 AND o.upheld = TRUE \
             AND o.answered_at > p.published_at AND p.taken_down_at IS NULL"
            ),
            args![organization, pledge],
        )
        .await?;
    Ok(n.unwrap_or(0))
}

/// Public pledges of a campaign whose pledger has left.
///
/// # Errors
/// Whatever the database reports.
pub async fn owners_left(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<String>> {
    tx.all(
        sql!(
            "SELECT p.id FROM public_pledge p JOIN pledge g ON g.organization_id = p.organization_id AND g.id = p.id \
             JOIN person r ON r.organization_id = g.organization_id AND r.id = g.person_id \
             WHERE p.organization_id = $1 AND p.campaign_id = $2 AND p.taken_down_at IS NULL AND r.active = FALSE \
             ORDER BY p.unit_id, p.name_sort, p.id"
        ),
        args![organization, campaign],
    )
    .await
}

/// The people with a pledge strangers see in a campaign.
///
/// # Errors
/// Whatever the database reports.
pub async fn public_pledgers(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<String>> {
    tx.all(
        sql!(
            "SELECT g.person_id FROM public_pledge p \
             JOIN pledge g ON g.organization_id = p.organization_id AND g.id = p.id \
             WHERE p.organization_id = $1 AND p.campaign_id = $2 AND p.taken_down_at IS NULL \
             AND g.person_id IS NOT NULL ORDER BY g.person_id"
        ),
        args![organization, campaign],
    )
    .await
}
