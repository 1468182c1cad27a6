//! Editions of an organisation's own words for the advice.

use crate::{Result, Tx, args, from_row, sql};

/// An edition.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0021_advice_words.sql"
)]
pub struct Edition {
    pub edition: i64,
    pub rules_version: String,
    pub list: String,
    pub words: String,
    pub made_name: String,
    pub made_at: i64,
}

from_row!(Edition {
    edition,
    rules_version,
    list,
    words,
    made_name,
    made_at
});

/// The number of the newest edition; 0 while everything is as shipped.
///
/// # Errors
/// Whatever the database reports.
pub async fn newest(tx: &mut Tx, organization: &str) -> Result<i64> {
    tx.one(
        sql!("SELECT COALESCE(MAX(edition), 0) AS edition FROM advice_words WHERE organization_id = $1"),
        args![organization],
    )
    .await
}

/// One edition.
///
/// # Errors
/// Whatever the database reports.
pub async fn edition(tx: &mut Tx, organization: &str, edition: i64) -> Result<Option<Edition>> {
    tx.maybe(
        sql!(
            "SELECT edition, rules_version, list, words, made_name, made_at FROM advice_words \
             WHERE organization_id = $1 AND edition = $2"
        ),
        args![organization, edition],
    )
    .await
}

/// The newest editions, the last first.
///
/// # Errors
/// Whatever the database reports.
pub async fn editions(tx: &mut Tx, organization: &str, limit: i64) -> Result<Vec<Edition>> {
    tx.all(
        sql!(
            "SELECT edition, rules_version, list, words, made_name, made_at FROM advice_words \
             WHERE organization_id = $1 ORDER BY edition DESC LIMIT $2"
        ),
        args![organization, limit],
    )
    .await
}

/// Adds an edition. Two at once fight for its number, which the key gives to one of them alone; the other act runs again.
///
/// # Errors
/// Whatever the database reports.
pub async fn add(tx: &mut Tx, organization: &str, e: &Edition, by: &str) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO advice_words (organization_id, edition, rules_version, list, words, made_by, made_name, \
             made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        args![
            organization,
            e.edition,
            &e.rules_version,
            &e.list,
            &e.words,
            by,
            &e.made_name,
            e.made_at
        ],
    )
    .await
    .map(drop)
}
