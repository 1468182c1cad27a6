//! Rows of attached files. The bytes lie in the directory of files under their hash.

use crate::{Result, Tx, args, from_row, sql};

/// An attached file and what it belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0007_progress.sql"
)]
pub struct File {
    pub id: String,
    pub sha256: String,
    pub name: String,
    pub media_type: String,
    pub size: i64,
    pub subject_kind: String,
    pub subject_id: String,
    pub unit_id: String,
    pub added_by: String,
    pub added_at: i64,
}

from_row!(File {
    id,
    sha256,
    name,
    media_type,
    size,
    subject_kind,
    subject_id,
    unit_id,
    added_by,
    added_at
});

/// Adds a file; its bytes are kept already.
///
/// # Errors
/// Whatever the database reports.
pub async fn add(tx: &mut Tx, organization: &str, f: &File) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO file (organization_id, id, sha256, name, media_type, size, subject_kind, subject_id, unit_id, \
             added_by, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            organization,
            &f.id,
            &f.sha256,
            &f.name,
            &f.media_type,
            f.size,
            &f.subject_kind,
            &f.subject_id,
            &f.unit_id,
            &f.added_by,
            f.added_at
        ],
    )
    .await
    .map(drop)
}

/// One file.
///
/// # Errors
/// Whatever the database reports.
pub async fn by_id(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<File>> {
    tx.maybe(
        sql!(
            "SELECT id, sha256, name, media_type, size, subject_kind, subject_id, unit_id, added_by, added_at \
             FROM file WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, id],
    )
    .await
}

/// The files of one subject, oldest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn of_subject(tx: &mut Tx, organization: &str, kind: &str, subject: &str) -> Result<Vec<File>> {
    tx.all(
        sql!(
            "SELECT id, sha256, name, media_type, size, subject_kind, subject_id, unit_id, added_by, added_at \
             FROM file WHERE organization_id = $1 AND subject_kind = $2 AND subject_id = $3 ORDER BY added_at, id"
        ),
        args![organization, kind, subject],
    )
    .await
}

/// Gives a file to another kind of subject.
///
/// # Errors
/// Whatever the database reports.
pub async fn now_of(tx: &mut Tx, organization: &str, id: &str, kind: &str) -> Result<()> {
    tx.execute(
        sql!("UPDATE file SET subject_kind = $3 WHERE organization_id = $1 AND id = $2"),
        args![organization, id, kind],
    )
    .await
    .map(drop)
}

/// Every file of evidence of a campaign, oldest first: of reports, findings, channels and rectification, and the paper that
/// forms were typed from. Files of notices are kept with their notice; pictures of seals are no evidence and are named by
/// none of these.
///
/// # Errors
/// Whatever the database reports.
pub async fn of_campaign(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<File>> {
    tx.all(
        sql!(
            "SELECT id, sha256, name, media_type, size, subject_kind, subject_id, unit_id, added_by, added_at \
             FROM file WHERE organization_id = $1 AND id IN (\
             SELECT u.file_id FROM progress_update u JOIN pledge p ON p.organization_id = u.organization_id \
             AND p.id = u.pledge_id WHERE u.organization_id = $1 AND p.campaign_id = $2 AND u.file_id IS NOT NULL \
             UNION SELECT r.file_id FROM inspection_record r JOIN inspection i \
             ON i.organization_id = r.organization_id AND i.id = r.inspection_id \
             WHERE r.organization_id = $1 AND i.campaign_id = $2 AND r.file_id IS NOT NULL \
             UNION SELECT c.file_id FROM publication_channel c JOIN publication b \
             ON b.organization_id = c.organization_id AND b.id = c.publication_id \
             WHERE c.organization_id = $1 AND b.campaign_id = $2 AND c.file_id IS NOT NULL \
             UNION SELECT o.file_id FROM rectification_order o \
             WHERE o.organization_id = $1 AND o.campaign_id = $2 AND o.file_id IS NOT NULL \
             UNION SELECT f.file_id FROM follow_up_review f JOIN rectification_order o \
             ON o.organization_id = f.organization_id AND o.id = f.order_id \
             WHERE f.organization_id = $1 AND o.campaign_id = $2 AND f.file_id IS NOT NULL \
             UNION SELECT s.id FROM file s JOIN pledge p ON p.organization_id = s.organization_id \
             AND p.id = s.subject_id \
             WHERE s.organization_id = $1 AND p.campaign_id = $2 AND s.subject_kind = 'paper') \
             ORDER BY added_at, id"
        ),
        args![organization, campaign],
    )
    .await
}
