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
