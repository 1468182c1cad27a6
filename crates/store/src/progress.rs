//! Reports of pledgers on their items (N13), what is known about an item, and who is silent.

use crate::{Result, Tx, args, from_row, sql};

/// A report of a pledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0007_progress.sql"
)]
pub struct ProgressUpdate {
    pub id: String,
    pub item_id: String,
    pub pledge_id: String,
    pub reported_on: String,
    pub amount: String,
    pub words: String,
    pub claim: Option<String>,
    pub reason: String,
    pub file_id: Option<String>,
    pub reported_by: String,
    pub reported_name: String,
    pub reported_at: i64,
}

from_row!(ProgressUpdate {
    id,
    item_id,
    pledge_id,
    reported_on,
    amount,
    words,
    claim,
    reason,
    file_id,
    reported_by,
    reported_name,
    reported_at
});

/// Adds a report.
///
/// # Errors
/// Whatever the database reports.
pub async fn add(tx: &mut Tx, organization: &str, u: &ProgressUpdate) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO progress_update (organization_id, id, item_id, pledge_id, reported_on, amount, words, claim, \
             reason, file_id, reported_by, reported_name, reported_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        ),
        args![
            organization,
            &u.id,
            &u.item_id,
            &u.pledge_id,
            &u.reported_on,
            &u.amount,
            &u.words,
            u.claim.as_deref(),
            &u.reason,
            u.file_id.as_deref(),
            &u.reported_by,
            &u.reported_name,
            u.reported_at
        ],
    )
    .await
    .map(drop)
}

/// The reports on an item, newest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn of_item(tx: &mut Tx, organization: &str, item: &str) -> Result<Vec<ProgressUpdate>> {
    tx.all(
        sql!(
            "SELECT id, item_id, pledge_id, reported_on, amount, words, claim, reason, file_id, reported_by, \
             reported_name, reported_at FROM progress_update WHERE organization_id = $1 AND item_id = $2 \
             ORDER BY reported_at DESC, id DESC"
        ),
        args![organization, item],
    )
    .await
}

/// A report with the promise it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0005_pledge.sql and 0007_progress.sql"
)]
pub struct Reported {
    pub pledge_id: String,
    pub content: String,
    pub reported_on: String,
    pub amount: String,
    pub words: String,
    pub claim: Option<String>,
    pub reason: String,
    pub reported_name: String,
}

from_row!(Reported {
    pledge_id,
    content,
    reported_on,
    amount,
    words,
    claim,
    reason,
    reported_name
});

/// Every report of a campaign, promise by promise, oldest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn of_campaign(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Reported>> {
    tx.all(
        sql!(
            "SELECT u.pledge_id, i.content, u.reported_on, u.amount, u.words, u.claim, u.reason, u.reported_name \
             FROM progress_update u JOIN commitment_item i ON i.organization_id = u.organization_id AND i.id = u.item_id \
             WHERE u.organization_id = $1 AND i.campaign_id = $2 \
             ORDER BY i.unit_id, u.pledge_id, i.position, u.reported_at, u.id"
        ),
        args![organization, campaign],
    )
    .await
}

/// Keeps a report beside the item; an earlier claim stays while the new report makes none.
///
/// # Errors
/// Whatever the database reports.
pub async fn set_report(
    tx: &mut Tx,
    organization: &str,
    item: &str,
    claim: Option<&str>,
    on: &str,
) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE commitment_item SET claim = COALESCE(CAST($3 AS TEXT), claim), \
             claimed_on = CASE WHEN CAST($3 AS TEXT) IS NULL THEN claimed_on ELSE $4 END, last_report_on = $4 \
             WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, item, claim, on],
    )
    .await
}

/// Keeps what an inspector found beside the item.
///
/// # Errors
/// Whatever the database reports.
pub async fn set_verdict(
    tx: &mut Tx,
    organization: &str,
    item: &str,
    verdict: &str,
    on: &str,
) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE commitment_item SET verdict = $3, verdict_on = $4 WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, item, verdict, on],
    )
    .await
}

/// Says whether an item is being put right.
///
/// # Errors
/// Whatever the database reports.
pub async fn set_rectifying(tx: &mut Tx, organization: &str, item: &str, open: bool) -> Result<u64> {
    tx.execute(
        sql!("UPDATE commitment_item SET rectifying = $3 WHERE organization_id = $1 AND id = $2"),
        args![organization, item, open],
    )
    .await
}

/// An item that is followed, with whose it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0005_pledge.sql"
)]
pub struct Followed {
    pub id: String,
    pub pledge_id: String,
    pub campaign_id: String,
    pub unit_id: String,
    pub unit_name: String,
    pub pledger: String,
    pub person_id: Option<String>,
    /// The person, or the branch for its own pledge.
    pub name: String,
    pub leading_cadre: bool,
    pub position: i64,
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
    pub last_report_on: Option<String>,
    pub version: i64,
}

from_row!(Followed {
    id,
    pledge_id,
    campaign_id,
    unit_id,
    unit_name,
    pledger,
    person_id,
    name,
    leading_cadre,
    position,
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
    last_report_on,
    version
});

const FOLLOWED: &str = "SELECT i.id, i.pledge_id, i.campaign_id, i.unit_id, u.name AS unit_name, p.pledger, \
    p.person_id, COALESCE(q.name, u.name) AS name, p.leading_cadre, i.position, i.kind, i.content, i.measure, \
    i.beneficiary, i.due_on, i.claim, i.claimed_on, i.verdict, i.verdict_on, i.rectifying, i.last_report_on, p.version \
    FROM commitment_item i JOIN pledge p ON p.organization_id = i.organization_id AND p.id = i.pledge_id \
    JOIN unit u ON u.organization_id = i.organization_id AND u.id = i.unit_id \
    LEFT JOIN person q ON q.organization_id = i.organization_id AND q.id = p.person_id ";

/// One followed item.
///
/// # Errors
/// Whatever the database reports.
pub async fn followed(tx: &mut Tx, organization: &str, item: &str) -> Result<Option<Followed>> {
    tx.maybe(
        sql!(FOLLOWED, "WHERE i.organization_id = $1 AND i.id = $2"),
        args![organization, item],
    )
    .await
}

/// The followed items of a pledge, in the order of the form.
///
/// # Errors
/// Whatever the database reports.
pub async fn followed_of_pledge(tx: &mut Tx, organization: &str, pledge: &str) -> Result<Vec<Followed>> {
    tx.all(
        sql!(
            FOLLOWED,
            "WHERE i.organization_id = $1 AND i.pledge_id = $2 ORDER BY i.position, i.id"
        ),
        args![organization, pledge],
    )
    .await
}

/// The public items of a branch, leaders first; those of every branch when `unit` is empty.
///
/// # Errors
/// Whatever the database reports.
pub async fn followed_of_unit(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    unit: &str,
) -> Result<Vec<Followed>> {
    tx.all(
        sql!(
            FOLLOWED,
            "WHERE i.organization_id = $1 AND i.campaign_id = $2 AND p.version > 0 AND ($3 = '' OR i.unit_id = $3) \
             ORDER BY u.position, p.pledger, name, i.position, i.id"
        ),
        args![organization, campaign, unit],
    )
    .await
}

/// Public items nobody has reported on although the day has come near, the oldest first; of every branch when `unit`
/// is empty.
///
/// # Errors
/// Whatever the database reports.
pub async fn silent(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    unit: &str,
    due_until: &str,
) -> Result<Vec<Followed>> {
    tx.all(
        sql!(
            FOLLOWED,
            "WHERE i.organization_id = $1 AND i.campaign_id = $2 AND p.version > 0 AND ($3 = '' OR i.unit_id = $3) \
             AND i.claim IS NULL AND i.verdict IS NULL AND i.due_on <= $4 ORDER BY i.due_on, u.position, name, i.id"
        ),
        args![organization, campaign, unit, due_until],
    )
    .await
}
