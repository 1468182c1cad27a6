//! What waits for review, who may decide, and what was decided (N11). The rows themselves are written through
//! [`crate::pledge`].

mod guidance;
pub use guidance::{Arrival, Guidance, arrivals, guidance, put_guidance};

use crate::pledge::AT_HAND;
use crate::{Result, Tx, args, from_row, sql};

/// A pledge that was handed in, with the text of its last round and its pledger as a reviewer sees him.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0005_pledge.sql"
)]
pub struct HandedIn {
    pub id: String,
    pub pledger: String,
    pub pledger_id: String,
    /// The unit of the text that was handed in last.
    pub unit_id: String,
    pub person_id: Option<String>,
    pub leading_cadre: bool,
    pub state: String,
    pub step: i64,
    pub round: i64,
    pub version: i64,
    pub revision: i64,
    pub number: Option<String>,
    pub submitted_at: i64,
    pub confirmed_at: Option<i64>,
    pub on_behalf_by: Option<String>,
    /// Canonical JSON of the round.
    pub content: String,
    /// Name of the person; empty for a unit's pledge.
    pub name: String,
    /// Post of the person; empty for a unit's pledge.
    pub post: String,
}

from_row!(HandedIn {
    id,
    pledger,
    pledger_id,
    unit_id,
    person_id,
    leading_cadre,
    state,
    step,
    round,
    version,
    revision,
    number,
    submitted_at,
    confirmed_at,
    on_behalf_by,
    content,
    name,
    post,
});

const HANDED_IN: &str = "p.person_id, p.leading_cadre, p.state, \
                         p.step, p.round, p.version, p.revision, p.number, v.submitted_at, p.confirmed_at, \
                         p.on_behalf_by, v.content, COALESCE(n.name, '') AS name, COALESCE(n.post, '') AS post \
                         FROM pledge p \
                         JOIN pledge_version v ON v.organization_id = p.organization_id AND v.pledge_id = p.id \
                         AND v.round = p.round \
                         LEFT JOIN person n ON n.organization_id = p.organization_id AND n.id = p.person_id ";

/// Everything handed in in a campaign, oldest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn handed_in(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<HandedIn>> {
    tx.all(
        sql!(
            "SELECT p.id, p.pledger, p.pledger_id, ",
            AT_HAND,
            " AS unit_id, ",
            HANDED_IN,
            "WHERE p.organization_id = $1 AND p.campaign_id = $2 ORDER BY v.submitted_at, p.id"
        ),
        args![organization, campaign],
    )
    .await
}

/// What one branch has to look at, oldest first: what was handed in there, and new versions of those who came to it.
///
/// # Errors
/// Whatever the database reports.
pub async fn handed_in_of_unit(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    unit: &str,
) -> Result<Vec<HandedIn>> {
    tx.all(
        sql!(
            "SELECT p.id, p.pledger, p.pledger_id, ",
            AT_HAND,
            " AS unit_id, ",
            HANDED_IN,
            "WHERE p.organization_id = $1 AND p.campaign_id = $2 AND (p.unit_id = $3 OR p.pledger_id IN \
             (SELECT m.id FROM person m WHERE m.organization_id = $1 AND m.unit_id = $3)) AND ",
            AT_HAND,
            " = $3 ORDER BY v.submitted_at, p.id"
        ),
        args![organization, campaign, unit],
    )
    .await
}

/// One pledge as handed in last; `None` before the first round.
///
/// # Errors
/// Whatever the database reports.
pub async fn handed_in_one(tx: &mut Tx, organization: &str, pledge: &str) -> Result<Option<HandedIn>> {
    tx.maybe(
        sql!(
            "SELECT p.id, p.pledger, p.pledger_id, ",
            AT_HAND,
            " AS unit_id, ",
            HANDED_IN,
            "WHERE p.organization_id = $1 AND p.id = $2"
        ),
        args![organization, pledge],
    )
    .await
}

/// A round as the index of texts takes it in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0005_pledge.sql"
)]
pub struct Indexed {
    pub pledge_id: String,
    pub pledger_id: String,
    pub unit_id: String,
    pub campaign_id: String,
    pub round: i64,
    pub submitted_at: i64,
    /// Canonical JSON of the round.
    pub content: String,
}

from_row!(Indexed {
    pledge_id,
    pledger_id,
    unit_id,
    campaign_id,
    round,
    submitted_at,
    content,
});

const INDEXED: &str = "SELECT v.pledge_id, p.pledger_id, p.unit_id, p.campaign_id, v.round, v.submitted_at, v.content \
                       FROM pledge_version v \
                       JOIN pledge p ON p.organization_id = v.organization_id AND p.id = v.pledge_id ";

/// Rounds handed in after a moment (or at it, of a later pledge), the oldest first, so many at most.
///
/// # Errors
/// Whatever the database reports.
pub async fn indexed(
    tx: &mut Tx,
    organization: &str,
    since: i64,
    after: &str,
    limit: i64,
) -> Result<Vec<Indexed>> {
    tx.all(
        sql!(
            INDEXED,
            "WHERE v.organization_id = $1 AND (v.submitted_at > $2 OR (v.submitted_at = $2 AND v.pledge_id > $3)) \
             ORDER BY v.submitted_at, v.pledge_id, v.round LIMIT $4"
        ),
        args![organization, since, after, limit],
    )
    .await
}

/// The last round of one pledge.
///
/// # Errors
/// Whatever the database reports.
pub async fn indexed_one(tx: &mut Tx, organization: &str, pledge: &str) -> Result<Option<Indexed>> {
    tx.maybe(
        sql!(
            INDEXED,
            "WHERE v.organization_id = $1 AND v.pledge_id = $2 AND v.round = p.round"
        ),
        args![organization, pledge],
    )
    .await
}

/// Somebody who holds a role by which pledges may be decided.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0002_account.sql"
)]
pub struct RoleHolder {
    /// The person; the account where nobody of the roster stands behind it.
    pub person_id: String,
    pub name: String,
    pub role: String,
    pub unit_id: Option<String>,
}

from_row!(RoleHolder {
    person_id,
    name,
    role,
    unit_id
});

/// Everybody who holds a role other than that of a mere participant and can sign in.
///
/// # Errors
/// Whatever the database reports.
pub async fn role_holders(tx: &mut Tx, organization: &str) -> Result<Vec<RoleHolder>> {
    tx.all(
        sql!(
            "SELECT COALESCE(a.person_id, a.id) AS person_id, a.name, g.role, g.unit_id FROM role_grant g \
             JOIN account a ON a.organization_id = g.organization_id AND a.id = g.account_id \
             WHERE g.organization_id = $1 AND g.revoked_at IS NULL AND a.disabled = FALSE \
             AND g.role <> 'participant' ORDER BY g.role, g.unit_id, person_id"
        ),
        args![organization],
    )
    .await
}

/// An item of an earlier campaign with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0005_pledge.sql"
)]
pub struct EarlierItem {
    pub campaign_title: String,
    pub content: String,
    pub measure: String,
    pub claim: Option<String>,
    pub verdict: Option<String>,
}

from_row!(EarlierItem {
    campaign_title,
    content,
    measure,
    claim,
    verdict
});

/// What a pledger promised in the campaigns before this one, newest first. The order of the joins is told: of itself
/// SQLite begins with every item of the house.
///
/// # Errors
/// Whatever the database reports.
pub async fn earlier_items(
    tx: &mut Tx,
    organization: &str,
    pledger: &str,
    campaign: &str,
) -> Result<Vec<EarlierItem>> {
    tx.all(
        sql!(
            "SELECT c.title AS campaign_title, i.content, i.measure, i.claim, i.verdict \
             FROM campaign c CROSS JOIN pledge p CROSS JOIN commitment_item i \
             WHERE c.organization_id = $1 AND c.id <> $3 \
             AND p.organization_id = c.organization_id AND p.campaign_id = c.id AND p.pledger_id = $2 \
             AND i.organization_id = p.organization_id AND i.pledge_id = p.id \
             ORDER BY p.created_at DESC, i.position LIMIT 12"
        ),
        args![organization, pledger, campaign],
    )
    .await
}

/// A decision with whose pledge it was about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0005_pledge.sql"
)]
pub struct Decided {
    pub id: String,
    pub pledge_id: String,
    pub round: i64,
    pub step: i64,
    pub verdict: String,
    pub message: String,
    pub meeting: String,
    pub decided_at: i64,
    pub state: String,
    pub unit_id: String,
    /// Name of the person; empty for a unit's pledge.
    pub name: String,
}

from_row!(Decided {
    id,
    pledge_id,
    round,
    step,
    verdict,
    message,
    meeting,
    decided_at,
    state,
    unit_id,
    name
});

/// What an account decided in a campaign, newest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn decided_by(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    account: &str,
    limit: i64,
    offset: i64,
) -> Result<Vec<Decided>> {
    tx.all(
        sql!(
            "SELECT d.id, d.pledge_id, d.round, d.step, d.verdict, d.message, d.meeting, d.decided_at, p.state, \
             p.unit_id, COALESCE(n.name, '') AS name FROM review_decision d \
             JOIN pledge p ON p.organization_id = d.organization_id AND p.id = d.pledge_id \
             LEFT JOIN person n ON n.organization_id = p.organization_id AND n.id = p.person_id \
             WHERE d.organization_id = $1 AND p.campaign_id = $2 AND d.decided_by = $3 \
             ORDER BY d.decided_at DESC, d.id DESC LIMIT $4 OFFSET $5"
        ),
        args![organization, campaign, account, limit, offset],
    )
    .await
}

/// A step of a pledge that waits, and who confirmed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfirmedStep {
    /// The pledge.
    pub pledge_id: String,
    /// The step, from 0.
    pub step: i64,
    /// The account.
    pub decided_by: String,
}

from_row!(ConfirmedStep {
    pledge_id,
    step,
    decided_by
});

/// Who confirmed the pledges that wait at a later step, in the round that waits.
///
/// # Errors
/// Whatever the database reports.
pub async fn confirmed_steps(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<ConfirmedStep>> {
    tx.all(
        sql!(
            "SELECT d.pledge_id, d.step, d.decided_by FROM pledge p \
             JOIN review_decision d ON d.organization_id = p.organization_id AND d.pledge_id = p.id \
             AND d.round = p.round AND d.verdict = 'confirm' \
             WHERE p.organization_id = $1 AND p.campaign_id = $2 AND p.state = 'submitted' AND p.step > 0 \
             ORDER BY d.pledge_id, d.step"
        ),
        args![organization, campaign],
    )
    .await
}

/// How many decisions an account took in a campaign.
///
/// # Errors
/// Whatever the database reports.
pub async fn count_decided_by(tx: &mut Tx, organization: &str, campaign: &str, account: &str) -> Result<i64> {
    tx.one(
        sql!(
            "SELECT COUNT(*) AS n FROM review_decision d \
             JOIN pledge p ON p.organization_id = d.organization_id AND p.id = d.pledge_id \
             WHERE d.organization_id = $1 AND p.campaign_id = $2 AND d.decided_by = $3"
        ),
        args![organization, campaign, account],
    )
    .await
}

/// A pledge that went back at least once, with how many rounds it took.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0005_pledge.sql"
)]
pub struct Reviewed {
    pub unit_id: String,
    pub pledger: String,
    pub decided: i64,
    pub returned: i64,
    pub waited: i64,
}

from_row!(Reviewed {
    unit_id,
    pledger,
    decided,
    returned,
    waited
});

/// Decisions by branch: how many, how many of them returns, and how long pledges waited for them altogether, in
/// microseconds from handing in.
///
/// # Errors
/// Whatever the database reports.
pub async fn decisions_by_unit(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Reviewed>> {
    tx.all(
        sql!(
            "SELECT p.unit_id, p.pledger, COUNT(*) AS decided, \
             CAST(SUM(CASE WHEN d.verdict = 'return' THEN 1 ELSE 0 END) AS BIGINT) AS returned, \
             CAST(SUM(d.decided_at - v.submitted_at) AS BIGINT) AS waited FROM review_decision d \
             JOIN pledge p ON p.organization_id = d.organization_id AND p.id = d.pledge_id \
             JOIN pledge_version v ON v.organization_id = d.organization_id AND v.pledge_id = d.pledge_id \
             AND v.round = d.round \
             WHERE d.organization_id = $1 AND p.campaign_id = $2 GROUP BY p.unit_id, p.pledger ORDER BY p.unit_id, p.pledger"
        ),
        args![organization, campaign],
    )
    .await
}

/// Takes a decision back: only within the seconds in which its author may; the audit trail keeps both acts.
///
/// # Errors
/// Whatever the database reports.
pub async fn undo_decision(tx: &mut Tx, organization: &str, id: &str) -> Result<u64> {
    tx.execute(
        sql!("DELETE FROM review_decision WHERE organization_id = $1 AND id = $2"),
        args![organization, id],
    )
    .await
}

/// One decision by its id.
///
/// # Errors
/// Whatever the database reports.
pub async fn decision(
    tx: &mut Tx,
    organization: &str,
    id: &str,
) -> Result<Option<crate::pledge::ReviewDecision>> {
    tx.maybe(
        sql!(
            "SELECT id, pledge_id, round, step, role, verdict, answers, reasons, message, meeting, decided_by, \
             decided_name, decided_at, advice_rules, seal_code FROM review_decision WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, id],
    )
    .await
}
