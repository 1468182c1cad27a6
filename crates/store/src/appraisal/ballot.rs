//! Codes and ballots: nothing ties a ballot to the code it was cast with.

use super::*;

/// Codes handed out for a branch, and how many were used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeCount {
    /// The branch.
    pub unit_id: String,
    /// `ballot` or `peers`.
    pub voice: String,
    /// Codes in all.
    pub codes: i64,
    /// Of them used.
    pub used: i64,
}

from_row!(CodeCount {
    unit_id,
    voice,
    codes,
    used
});

/// The turnout of a round, by branch and voice.
///
/// # Errors
/// Whatever the database reports.
pub async fn code_counts(tx: &mut Tx, organization: &str, round: &str) -> Result<Vec<CodeCount>> {
    tx.all(
        sql!(
            "SELECT unit_id, voice, CAST(COUNT(*) AS BIGINT) AS codes, \
             CAST(SUM(CASE WHEN used THEN 1 ELSE 0 END) AS BIGINT) AS used FROM ballot_code \
             WHERE organization_id = $1 AND round_id = $2 GROUP BY unit_id, voice ORDER BY unit_id, voice"
        ),
        args![organization, round],
    )
    .await
}

/// Keeps a code by its hash.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_code(
    tx: &mut Tx,
    organization: &str,
    round: &str,
    hash: &str,
    unit: &str,
    voice: &str,
) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO ballot_code (organization_id, round_id, code_hash, unit_id, voice, used) \
             VALUES ($1, $2, $3, $4, $5, FALSE)"
        ),
        args![organization, round, hash, unit, voice],
    )
    .await
    .map(drop)
}

/// A code that was handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0009_appraisal.sql"
)]
pub struct Code {
    pub round_id: String,
    pub unit_id: String,
    pub voice: String,
    pub used: bool,
}

from_row!(Code {
    round_id,
    unit_id,
    voice,
    used
});

/// A code by its hash.
///
/// # Errors
/// Whatever the database reports.
pub async fn code(tx: &mut Tx, organization: &str, hash: &str) -> Result<Option<Code>> {
    tx.maybe(
        sql!(
            "SELECT round_id, unit_id, voice, used FROM ballot_code WHERE organization_id = $1 AND code_hash = $2"
        ),
        args![organization, hash],
    )
    .await
}

/// Uses a code up; 0 when somebody was faster. When is not kept.
///
/// # Errors
/// Whatever the database reports.
pub async fn use_code(tx: &mut Tx, organization: &str, hash: &str) -> Result<u64> {
    tx.execute(
        sql!("UPDATE ballot_code SET used = TRUE WHERE organization_id = $1 AND code_hash = $2 AND used = FALSE"),
        args![organization, hash],
    )
    .await
}

/// A ballot: whose is not known, nor when it was cast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ballot {
    /// The branch it is about.
    pub unit_id: String,
    /// `ballot` or `peers`.
    pub voice: String,
    /// JSON: subject → choice.
    pub answers: String,
}

from_row!(Ballot {
    unit_id,
    voice,
    answers
});

/// Puts a ballot into the box. `id` tells nothing, not even the order.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_ballot(tx: &mut Tx, organization: &str, id: &str, round: &str, b: &Ballot) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO ballot (organization_id, id, round_id, unit_id, voice, answers) \
             VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        args![organization, id, round, &b.unit_id, &b.voice, &b.answers],
    )
    .await
    .map(drop)
}

/// Writes every code and every ballot of a branch anew, as they are. PostgreSQL keeps with each row which transaction
/// wrote it: without this the ballot and the code that were written together could be found by it (PRODUCT.md 3.7).
/// Afterwards all of them name the transaction of the last ballot.
///
/// # Errors
/// Whatever the database reports.
pub async fn blur(tx: &mut Tx, organization: &str, round: &str, unit: &str) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE ballot_code SET used = used WHERE organization_id = $1 AND round_id = $2 AND unit_id = $3"
        ),
        args![organization, round, unit],
    )
    .await?;
    tx.execute(
        sql!("UPDATE ballot SET voice = voice WHERE organization_id = $1 AND round_id = $2 AND unit_id = $3"),
        args![organization, round, unit],
    )
    .await
    .map(drop)
}

/// The ballots of a round, in the order of their random ids. Only the count at freezing reads them.
///
/// # Errors
/// Whatever the database reports.
pub async fn ballots(tx: &mut Tx, organization: &str, round: &str) -> Result<Vec<Ballot>> {
    tx.all(
        sql!(
            "SELECT unit_id, voice, answers FROM ballot WHERE organization_id = $1 AND round_id = $2 ORDER BY id"
        ),
        args![organization, round],
    )
    .await
}
