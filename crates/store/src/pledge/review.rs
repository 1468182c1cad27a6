//! Comments and decisions on a pledge.

use super::*;

/// A remark on a form that is being written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0005_pledge.sql"
)]
pub struct PledgeComment {
    pub id: String,
    pub pledge_id: String,
    pub words: String,
    pub said_by: String,
    pub said_name: String,
    pub said_at: i64,
}

from_row!(PledgeComment {
    id,
    pledge_id,
    words,
    said_by,
    said_name,
    said_at
});

/// Adds a remark.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_comment(tx: &mut Tx, organization: &str, comment: &PledgeComment) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO pledge_comment (organization_id, id, pledge_id, words, said_by, said_name, said_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![
            organization,
            &comment.id,
            &comment.pledge_id,
            &comment.words,
            &comment.said_by,
            &comment.said_name,
            comment.said_at
        ],
    )
    .await
    .map(drop)
}

/// The remarks on a pledge, oldest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn comments(tx: &mut Tx, organization: &str, pledge: &str) -> Result<Vec<PledgeComment>> {
    tx.all(
        sql!(
            "SELECT id, pledge_id, words, said_by, said_name, said_at FROM pledge_comment \
             WHERE organization_id = $1 AND pledge_id = $2 ORDER BY said_at, id"
        ),
        args![organization, pledge],
    )
    .await
}

/// What a reviewer decided in one round and step.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0005_pledge.sql"
)]
pub struct ReviewDecision {
    pub id: String,
    pub pledge_id: String,
    pub round: i64,
    pub step: i64,
    pub role: String,
    pub verdict: String,
    pub answers: String,
    pub reasons: String,
    pub message: String,
    pub meeting: String,
    pub decided_by: String,
    pub decided_name: String,
    pub decided_at: i64,
    pub advice_rules: String,
    pub seal_code: String,
}

from_row!(ReviewDecision {
    id,
    pledge_id,
    round,
    step,
    role,
    verdict,
    answers,
    reasons,
    message,
    meeting,
    decided_by,
    decided_name,
    decided_at,
    advice_rules,
    seal_code,
});

const DECISION: &str = "id, pledge_id, round, step, role, verdict, answers, reasons, message, meeting, decided_by, \
                        decided_name, decided_at, advice_rules, seal_code";

/// The decisions on a pledge in the order they were taken.
///
/// # Errors
/// Whatever the database reports.
pub async fn decisions(tx: &mut Tx, organization: &str, pledge: &str) -> Result<Vec<ReviewDecision>> {
    tx.all(
        sql!(
            "SELECT ",
            DECISION,
            " FROM review_decision WHERE organization_id = $1 AND pledge_id = $2 ORDER BY round, step"
        ),
        args![organization, pledge],
    )
    .await
}

/// The decisions on all pledges of a branch, for printing its forms.
///
/// # Errors
/// Whatever the database reports.
pub async fn decisions_of_unit(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    unit: &str,
) -> Result<Vec<ReviewDecision>> {
    tx.all(
        sql!(
            "SELECT d.id, d.pledge_id, d.round, d.step, d.role, d.verdict, d.answers, d.reasons, d.message, d.meeting, \
             d.decided_by, d.decided_name, d.decided_at, d.advice_rules, d.seal_code FROM review_decision d \
             JOIN pledge p ON p.organization_id = d.organization_id AND p.id = d.pledge_id \
             WHERE d.organization_id = $1 AND p.campaign_id = $2 AND p.unit_id = $3 ORDER BY d.pledge_id, d.round, d.step"
        ),
        args![organization, campaign, unit],
    )
    .await
}

/// Keeps a decision. The same step of the same round is decided once.
///
/// # Errors
/// [`crate::Error::Duplicate`] when somebody decided before.
pub async fn add_decision(tx: &mut Tx, organization: &str, d: &ReviewDecision) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO review_decision (organization_id, ",
            DECISION,
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
        ),
        args![
            organization,
            &d.id,
            &d.pledge_id,
            d.round,
            d.step,
            &d.role,
            &d.verdict,
            &d.answers,
            &d.reasons,
            &d.message,
            &d.meeting,
            &d.decided_by,
            &d.decided_name,
            d.decided_at,
            &d.advice_rules,
            &d.seal_code
        ],
    )
    .await
    .map(drop)
}
