//! Pledges that may go into a batch.

use crate::{Result, Tx, args, from_row, sql};

/// A pledge that may go into a batch, with nothing of the internal form but what decides.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0005_pledge.sql"
)]
pub struct Candidate {
    pub id: String,
    pub campaign_id: String,
    pub pledger: String,
    pub unit_id: String,
    pub unit_name: String,
    pub person_id: Option<String>,
    pub person_name: Option<String>,
    /// Whether the person is still on the roster; `None` for a branch.
    pub active: Option<bool>,
    pub name_sort: Option<String>,
    pub place: i64,
    pub title: Option<String>,
    pub post: Option<String>,
    pub leading_cadre: bool,
    pub state: String,
    pub step: i64,
    pub round: i64,
    pub version: i64,
    pub number: Option<String>,
    pub consent_at: Option<i64>,
    pub consent_withdrawn_at: Option<i64>,
    pub confirmed_at: Option<i64>,
    pub content: Option<String>,
    pub reason: Option<String>,
}

from_row!(Candidate {
    id,
    campaign_id,
    pledger,
    unit_id,
    unit_name,
    person_id,
    person_name,
    active,
    name_sort,
    place,
    title,
    post,
    leading_cadre,
    state,
    step,
    round,
    version,
    number,
    consent_at,
    consent_withdrawn_at,
    confirmed_at,
    content,
    reason,
});

// Phone, birth, ethnicity, education and joining date are not read here at all (PRODUCT.md 3.2).
const CANDIDATE: &str = "SELECT p.id, p.campaign_id, p.pledger, p.unit_id, u.name AS unit_name, p.person_id, \
    h.name AS person_name, h.active, h.name_sort, COALESCE(h.place, 0) AS place, h.title, h.post, p.leading_cadre, p.state, p.step, p.round, p.version, \
    p.number, p.consent_at, p.consent_withdrawn_at, p.confirmed_at, w.content, w.reason \
    FROM pledge p JOIN unit u ON u.organization_id = p.organization_id AND u.id = p.unit_id \
    LEFT JOIN person h ON h.organization_id = p.organization_id AND h.id = p.person_id \
    LEFT JOIN pledge_version w ON w.organization_id = p.organization_id AND w.pledge_id = p.id AND w.round = p.round ";

/// One pledge as a candidate.
///
/// # Errors
/// Whatever the database reports.
pub async fn candidate(tx: &mut Tx, organization: &str, pledge: &str) -> Result<Option<Candidate>> {
    tx.maybe(
        sql!(CANDIDATE, "WHERE p.organization_id = $1 AND p.id = $2"),
        args![organization, pledge],
    )
    .await
}

/// The branches' pledges of a campaign, in the order of the units.
///
/// # Errors
/// Whatever the database reports.
pub async fn branch_candidates(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Candidate>> {
    tx.all(
        sql!(
            CANDIDATE,
            "WHERE p.organization_id = $1 AND p.campaign_id = $2 AND p.pledger = 'branch' ORDER BY u.position, p.id"
        ),
        args![organization, campaign],
    )
    .await
}

/// The members' pledges of one branch; leaders first.
///
/// # Errors
/// Whatever the database reports.
pub async fn member_candidates(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    unit: &str,
) -> Result<Vec<Candidate>> {
    tx.all(
        sql!(
            CANDIDATE,
            "WHERE p.organization_id = $1 AND p.campaign_id = $2 AND p.unit_id = $3 AND p.pledger = 'person' \
             ORDER BY p.leading_cadre DESC, h.name_sort, p.id"
        ),
        args![organization, campaign, unit],
    )
    .await
}

/// How many members' pledges of each branch stand in which state: unit, state, count.
///
/// # Errors
/// Whatever the database reports.
pub async fn member_counts(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
) -> Result<Vec<(String, String, i64)>> {
    tx.all(
        sql!(
            "SELECT unit_id, state, COUNT(*) AS n FROM pledge \
             WHERE organization_id = $1 AND campaign_id = $2 AND pledger = 'person' GROUP BY unit_id, state \
             ORDER BY unit_id, state"
        ),
        args![organization, campaign],
    )
    .await
}

/// Writes the columns of a pledge's state.
///
/// # Errors
/// Whatever the database reports.
pub async fn set_pledge_state(
    tx: &mut Tx,
    organization: &str,
    pledge: &str,
    columns: (&str, i64, i64, i64),
    now: i64,
) -> Result<()> {
    let (state, step, round, version) = columns;
    tx.execute(
        sql!(
            "UPDATE pledge SET state = $3, step = $4, round = $5, version = $6, updated_at = $7 \
             WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, pledge, state, step, round, version, now],
    )
    .await
    .map(drop)
}

/// Notes that the pledger takes his consent back, or (with `None`) that it stands again.
///
/// # Errors
/// Whatever the database reports.
pub async fn set_consent_withdrawn(
    tx: &mut Tx,
    organization: &str,
    pledge: &str,
    at: Option<i64>,
) -> Result<()> {
    tx.execute(
        sql!("UPDATE pledge SET consent_withdrawn_at = $3 WHERE organization_id = $1 AND id = $2"),
        args![organization, pledge, at],
    )
    .await
    .map(drop)
}

/// The pledge of a person in a campaign.
///
/// # Errors
/// Whatever the database reports.
pub async fn own_pledge(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    person: &str,
) -> Result<Option<String>> {
    tx.maybe(
        sql!("SELECT id FROM pledge WHERE organization_id = $1 AND campaign_id = $2 AND pledger_id = $3"),
        args![organization, campaign, person],
    )
    .await
}
