//! What follows an order, and what a criticism can come from.

use crate::{Result, Tx, args, from_row, sql};

/// A limit that was moved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0010_rectification.sql"
)]
pub struct Extension {
    pub id: String,
    pub order_id: String,
    pub old_due_on: String,
    pub new_due_on: String,
    pub reason: String,
    pub extended_by: String,
    pub extended_at: i64,
}

from_row!(Extension {
    id,
    order_id,
    old_due_on,
    new_due_on,
    reason,
    extended_by,
    extended_at
});

/// Keeps a moved limit.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_extension(tx: &mut Tx, organization: &str, e: &Extension) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO rectification_extension (organization_id, id, order_id, old_due_on, new_due_on, \
             reason, extended_by, extended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        args![
            organization,
            &e.id,
            &e.order_id,
            &e.old_due_on,
            &e.new_due_on,
            &e.reason,
            &e.extended_by,
            e.extended_at
        ],
    )
    .await
    .map(drop)
}

/// The moved limits of an order, oldest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn extensions(tx: &mut Tx, organization: &str, order: &str) -> Result<Vec<Extension>> {
    tx.all(
        sql!("SELECT id, order_id, old_due_on, new_due_on, reason, extended_by, extended_at FROM rectification_extension \
             WHERE organization_id = $1 AND order_id = $2 ORDER BY extended_at, id"),
        args![organization, order],
    )
    .await
}

/// A look after the putting right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0010_rectification.sql"
)]
pub struct FollowUp {
    pub id: String,
    pub order_id: String,
    pub passed: bool,
    pub words: String,
    pub reviewed_by: String,
    pub reviewed_name: String,
    pub reviewed_at: i64,
    pub file_id: Option<String>,
}

from_row!(FollowUp {
    id,
    order_id,
    passed,
    words,
    reviewed_by,
    reviewed_name,
    reviewed_at,
    file_id
});

/// Keeps a follow-up.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_follow_up(tx: &mut Tx, organization: &str, f: &FollowUp) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO follow_up_review (organization_id, id, order_id, passed, words, reviewed_by, \
             reviewed_name, reviewed_at, file_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        args![
            organization,
            &f.id,
            &f.order_id,
            f.passed,
            &f.words,
            &f.reviewed_by,
            &f.reviewed_name,
            f.reviewed_at,
            f.file_id.as_deref()
        ],
    )
    .await
    .map(drop)
}

/// The follow-ups of an order, oldest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn follow_ups(tx: &mut Tx, organization: &str, order: &str) -> Result<Vec<FollowUp>> {
    tx.all(
        sql!("SELECT id, order_id, passed, words, reviewed_by, reviewed_name, reviewed_at, file_id FROM follow_up_review \
             WHERE organization_id = $1 AND order_id = $2 ORDER BY reviewed_at, id"),
        args![organization, order],
    )
    .await
}

/// An opinion, as far as a criticism may come from it; who gave it is nowhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0007_progress.sql"
)]
pub struct Opinion {
    pub id: String,
    pub campaign_id: String,
    pub unit_id: String,
    pub pledge_id: Option<String>,
    pub grade: i64,
    pub words: String,
    pub said_on: String,
}

from_row!(Opinion {
    id,
    campaign_id,
    unit_id,
    pledge_id,
    grade,
    words,
    said_on
});

/// One opinion.
///
/// # Errors
/// Whatever the database reports.
pub async fn opinion(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<Opinion>> {
    tx.maybe(
        sql!(
            "SELECT id, campaign_id, unit_id, pledge_id, grade, words, said_on FROM feedback \
             WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, id],
    )
    .await
}

/// The person behind an account.
///
/// # Errors
/// Whatever the database reports.
pub async fn person_of(tx: &mut Tx, organization: &str, account: &str) -> Result<Option<String>> {
    tx.maybe(
        sql!(
            "SELECT person_id FROM account WHERE organization_id = $1 AND id = $2 AND person_id IS NOT NULL"
        ),
        args![organization, account],
    )
    .await
}
