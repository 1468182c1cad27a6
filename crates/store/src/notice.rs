//! Notices, briefs and summaries; who signed for them.

use crate::{Result, Tx, args, from_row, sql};

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0003_campaign.sql"
)]
pub struct Notice {
    pub id: String,
    pub campaign_id: String,
    pub kind: String,
    pub number: String,
    pub title: String,
    pub body: String,
    pub source: String,
    pub dated_on: Option<String>,
    pub original_published_on: Option<String>,
    pub published_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
    pub revision: i64,
}

from_row!(Notice {
    id,
    campaign_id,
    kind,
    number,
    title,
    body,
    source,
    dated_on,
    original_published_on,
    published_at,
    created_at,
    updated_at,
    revision,
});

const COLUMNS: &str = "id, campaign_id, kind, number, title, body, source, dated_on, original_published_on, \
                       published_at, created_at, updated_at, revision";

/// One document.
///
/// # Errors
/// Whatever the database reports.
pub async fn by_id(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<Notice>> {
    tx.maybe(
        sql!(
            "SELECT ",
            COLUMNS,
            " FROM notice WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, id],
    )
    .await
}

/// Every document of every campaign, drafts first, then the newest.
///
/// # Errors
/// Whatever the database reports.
pub async fn all(tx: &mut Tx, organization: &str) -> Result<Vec<Notice>> {
    tx.all(
        sql!(
            "SELECT ",
            COLUMNS,
            " FROM notice WHERE organization_id = $1 ORDER BY published_at DESC NULLS FIRST, created_at DESC, id DESC"
        ),
        args![organization],
    )
    .await
}

/// Published documents, newest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn published(tx: &mut Tx, organization: &str) -> Result<Vec<Notice>> {
    tx.all(
        sql!(
            "SELECT ",
            COLUMNS,
            " FROM notice WHERE organization_id = $1 AND published_at IS NOT NULL \
             ORDER BY published_at DESC, id DESC"
        ),
        args![organization],
    )
    .await
}

/// Adds a draft.
///
/// # Errors
/// Whatever the database reports.
pub async fn add(tx: &mut Tx, organization: &str, n: &Notice, by: &str) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO notice (organization_id, id, campaign_id, kind, number, title, body, source, dated_on, \
             original_published_on, published_at, written_by, created_at, updated_at, revision) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL, $11, $12, $12, 1)"
        ),
        args![
            organization,
            &n.id,
            &n.campaign_id,
            &n.kind,
            &n.number,
            &n.title,
            &n.body,
            &n.source,
            n.dated_on.as_deref(),
            n.original_published_on.as_deref(),
            by,
            n.created_at
        ],
    )
    .await
    .map(drop)
}

/// Writes a draft that nobody else has written meanwhile; 0 when somebody has, or when it is published.
///
/// # Errors
/// Whatever the database reports.
pub async fn write(tx: &mut Tx, organization: &str, n: &Notice, now: i64) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE notice SET number = $3, title = $4, body = $5, source = $6, dated_on = $7, \
             original_published_on = $8, updated_at = $9, revision = revision + 1 \
             WHERE organization_id = $1 AND id = $2 AND revision = $10 AND published_at IS NULL"
        ),
        args![
            organization,
            &n.id,
            &n.number,
            &n.title,
            &n.body,
            &n.source,
            n.dated_on.as_deref(),
            n.original_published_on.as_deref(),
            now,
            n.revision
        ],
    )
    .await
}

/// Stamps the time of publishing; 0 when it has one.
///
/// # Errors
/// Whatever the database reports.
pub async fn publish(tx: &mut Tx, organization: &str, id: &str, at: i64) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE notice SET published_at = $3, updated_at = $3, revision = revision + 1 \
             WHERE organization_id = $1 AND id = $2 AND published_at IS NULL"
        ),
        args![organization, id, at],
    )
    .await
}

/// A unit has signed for a document (签收).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The unit.
    pub unit_id: String,
    /// Who signed.
    pub signed_name: String,
    /// When, microseconds UTC.
    pub signed_at: i64,
    /// By the sender, for a unit that had nobody of its own to sign.
    pub on_behalf: bool,
}

from_row!(Receipt {
    unit_id,
    signed_name,
    signed_at,
    on_behalf,
});

/// Who has signed for a document, in order of time.
///
/// # Errors
/// Whatever the database reports.
pub async fn receipts(tx: &mut Tx, organization: &str, notice: &str) -> Result<Vec<Receipt>> {
    tx.all(
        sql!(
            "SELECT unit_id, signed_name, signed_at, on_behalf FROM notice_receipt \
             WHERE organization_id = $1 AND notice_id = $2 ORDER BY signed_at, unit_id"
        ),
        args![organization, notice],
    )
    .await
}

/// The units for which somebody who can sign in holds a role.
///
/// # Errors
/// Whatever the database reports.
pub async fn units_with(tx: &mut Tx, organization: &str, role: &str) -> Result<Vec<String>> {
    tx.all(
        sql!(
            "SELECT DISTINCT g.unit_id FROM role_grant g \
             JOIN account a ON a.organization_id = g.organization_id AND a.id = g.account_id \
             WHERE g.organization_id = $1 AND g.role = $2 AND g.revoked_at IS NULL AND NOT a.disabled \
             AND g.unit_id IS NOT NULL ORDER BY g.unit_id"
        ),
        args![organization, role],
    )
    .await
}

/// Signs for a unit; 0 when it was signed before: the first signature stays.
///
/// # Errors
/// Whatever the database reports.
pub async fn sign(tx: &mut Tx, organization: &str, notice: &str, receipt: &Receipt, by: &str) -> Result<u64> {
    tx.execute(
        sql!(
            "INSERT INTO notice_receipt (organization_id, notice_id, unit_id, signed_by, signed_name, signed_at, \
             on_behalf) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (organization_id, notice_id, unit_id) DO NOTHING"
        ),
        args![
            organization,
            notice,
            &receipt.unit_id,
            by,
            &receipt.signed_name,
            receipt.signed_at,
            receipt.on_behalf
        ],
    )
    .await
}

/// How many units have signed, by document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The document.
    pub notice_id: String,
    /// Units that have signed.
    pub units: i64,
}

from_row!(Signed { notice_id, units });

/// How many units have signed for each document.
///
/// # Errors
/// Whatever the database reports.
pub async fn signed(tx: &mut Tx, organization: &str) -> Result<Vec<Signed>> {
    tx.all(
        sql!(
            "SELECT notice_id, CAST(COUNT(*) AS BIGINT) AS units FROM notice_receipt \
             WHERE organization_id = $1 GROUP BY notice_id ORDER BY notice_id"
        ),
        args![organization],
    )
    .await
}
