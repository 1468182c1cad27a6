//! What inspectors found.

use crate::{Result, Tx, args, from_row, sql};

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0008_inspection.sql"
)]
pub struct Record {
    pub id: String,
    pub inspection_id: String,
    pub item_id: Option<String>,
    pub pledge_id: Option<String>,
    pub finding: String,
    pub words: String,
    pub file_id: Option<String>,
    pub recorded_by: String,
    pub recorded_name: String,
    pub recorded_on: String,
    pub recorded_at: i64,
    pub standing: String,
}

from_row!(Record {
    id,
    inspection_id,
    item_id,
    pledge_id,
    finding,
    words,
    file_id,
    recorded_by,
    recorded_name,
    recorded_on,
    recorded_at,
    standing
});

const RECORD: &str = "id, inspection_id, item_id, pledge_id, finding, words, file_id, recorded_by, recorded_name, \
    recorded_on, recorded_at, standing";

/// Keeps what was found.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_record(tx: &mut Tx, organization: &str, r: &Record) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO inspection_record (organization_id, id, inspection_id, item_id, pledge_id, finding, \
             words, file_id, recorded_by, recorded_name, recorded_on, recorded_at, standing) VALUES ($1, $2, $3, $4, \
             $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        ),
        args![
            organization,
            &r.id,
            &r.inspection_id,
            r.item_id.as_deref(),
            r.pledge_id.as_deref(),
            &r.finding,
            &r.words,
            r.file_id.as_deref(),
            &r.recorded_by,
            &r.recorded_name,
            &r.recorded_on,
            r.recorded_at,
            &r.standing
        ],
    )
    .await
    .map(drop)
}

/// One finding.
///
/// # Errors
/// Whatever the database reports.
pub async fn record(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<Record>> {
    tx.maybe(
        sql!(
            "SELECT ",
            RECORD,
            " FROM inspection_record WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, id],
    )
    .await
}

/// What an inspection found.
///
/// # Errors
/// Whatever the database reports.
pub async fn records(tx: &mut Tx, organization: &str, inspection: &str) -> Result<Vec<Record>> {
    tx.all(
        sql!(
            "SELECT ",
            RECORD,
            " FROM inspection_record WHERE organization_id = $1 AND inspection_id = $2 \
             ORDER BY recorded_at, id"
        ),
        args![organization, inspection],
    )
    .await
}

/// What was found about an item, newest first; what a second inspector has not agreed to is no finding.
///
/// # Errors
/// Whatever the database reports.
pub async fn records_of_item(tx: &mut Tx, organization: &str, item: &str) -> Result<Vec<Record>> {
    tx.all(
        sql!(
            "SELECT ",
            RECORD,
            " FROM inspection_record WHERE organization_id = $1 AND item_id = $2 AND standing = 'agreed' \
             ORDER BY recorded_at DESC, id DESC"
        ),
        args![organization, item],
    )
    .await
}

/// Everything found in a campaign, oldest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn records_of_campaign(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Record>> {
    tx.all(
        sql!(
            "SELECT r.id, r.inspection_id, r.item_id, r.pledge_id, r.finding, r.words, r.file_id, \
             r.recorded_by, r.recorded_name, r.recorded_on, r.recorded_at, r.standing FROM inspection_record r JOIN \
             inspection i ON i.organization_id = r.organization_id AND i.id = r.inspection_id WHERE \
             r.organization_id = $1 AND i.campaign_id = $2 ORDER BY r.recorded_at, r.id"
        ),
        args![organization, campaign],
    )
    .await
}

/// A second inspector has spoken: the record stands, with the names of those who found it, or not. 0 when it awaits
/// nobody's word.
///
/// # Errors
/// Whatever the database reports.
pub async fn set_standing(
    tx: &mut Tx,
    organization: &str,
    record: &str,
    standing: &str,
    names: &str,
) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE inspection_record SET standing = $3, recorded_name = $4 \
             WHERE organization_id = $1 AND id = $2 AND standing = 'awaits'"
        ),
        args![organization, record, standing, names],
    )
    .await
}

/// What a second inspector says of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0030_second_word.sql"
)]
pub struct Word {
    pub record_id: String,
    pub said_by: String,
    pub inspection_id: String,
    pub said_name: String,
    pub agrees: bool,
    pub words: String,
    pub said_at: i64,
}

from_row!(Word {
    record_id,
    said_by,
    inspection_id,
    said_name,
    agrees,
    words,
    said_at
});

/// Keeps a word.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_word(tx: &mut Tx, organization: &str, w: &Word) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO inspection_word (organization_id, record_id, said_by, inspection_id, said_name, agrees, \
             words, said_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        args![
            organization,
            &w.record_id,
            &w.said_by,
            &w.inspection_id,
            &w.said_name,
            w.agrees,
            &w.words,
            w.said_at
        ],
    )
    .await
    .map(drop)
}

/// What was said of the records of an inspection, oldest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn words(tx: &mut Tx, organization: &str, inspection: &str) -> Result<Vec<Word>> {
    tx.all(
        sql!(
            "SELECT record_id, said_by, inspection_id, said_name, agrees, words, said_at FROM inspection_word \
             WHERE organization_id = $1 AND inspection_id = $2 ORDER BY said_at, record_id, said_by"
        ),
        args![organization, inspection],
    )
    .await
}
