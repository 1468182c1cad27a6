//! What binds decisions to their texts, and the public halves of the keys that signed them.

use crate::{Result, Tx, args, from_row, sql};

/// The seal of one confirming decision.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0013_seal.sql"
)]
pub struct DecisionSeal {
    pub decision_id: String,
    pub pledge_id: String,
    pub round: i64,
    pub check_code: String,
    pub content_code: String,
    pub statement: String,
    pub sm2_key: String,
    pub sm2_signature: String,
    pub ed25519_key: String,
    pub ed25519_signature: String,
    pub sealed_at: i64,
}

from_row!(DecisionSeal {
    decision_id,
    pledge_id,
    round,
    check_code,
    content_code,
    statement,
    sm2_key,
    sm2_signature,
    ed25519_key,
    ed25519_signature,
    sealed_at,
});

const SEAL: &str = "decision_id, pledge_id, round, check_code, content_code, statement, sm2_key, sm2_signature, \
                    ed25519_key, ed25519_signature, sealed_at";

/// The public half of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0013_seal.sql"
)]
pub struct SigningKey {
    pub id: String,
    pub algorithm: String,
    pub public_key: String,
    pub made_at: i64,
}

from_row!(SigningKey {
    id,
    algorithm,
    public_key,
    made_at
});

/// Keeps the seal of a decision.
///
/// # Errors
/// Whatever the database reports.
pub async fn add(tx: &mut Tx, organization: &str, s: &DecisionSeal) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO decision_seal (organization_id, ",
            SEAL,
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        ),
        args![
            organization,
            &s.decision_id,
            &s.pledge_id,
            s.round,
            &s.check_code,
            &s.content_code,
            &s.statement,
            &s.sm2_key,
            &s.sm2_signature,
            &s.ed25519_key,
            &s.ed25519_signature,
            s.sealed_at
        ],
    )
    .await
    .map(drop)
}

/// Takes the seal of a decision away that was taken back within seconds.
///
/// # Errors
/// Whatever the database reports.
pub async fn drop_of(tx: &mut Tx, organization: &str, decision: &str) -> Result<u64> {
    tx.execute(
        sql!("DELETE FROM decision_seal WHERE organization_id = $1 AND decision_id = $2"),
        args![organization, decision],
    )
    .await
}

/// The seals that carry a check code, of the decision or of the text.
///
/// # Errors
/// Whatever the database reports.
pub async fn by_code(tx: &mut Tx, organization: &str, code: &str) -> Result<Vec<DecisionSeal>> {
    tx.all(
        sql!(
            "SELECT ",
            SEAL,
            " FROM decision_seal WHERE organization_id = $1 AND (check_code = $2 OR content_code = $2) \
             ORDER BY sealed_at, decision_id"
        ),
        args![organization, code],
    )
    .await
}

/// The seals on a pledge, in the order in which they were set.
///
/// # Errors
/// Whatever the database reports.
pub async fn of_pledge(tx: &mut Tx, organization: &str, pledge: &str) -> Result<Vec<DecisionSeal>> {
    tx.all(
        sql!(
            "SELECT ",
            SEAL,
            " FROM decision_seal WHERE organization_id = $1 AND pledge_id = $2 ORDER BY sealed_at, decision_id"
        ),
        args![organization, pledge],
    )
    .await
}

/// The public half of a key.
///
/// # Errors
/// Whatever the database reports.
pub async fn key(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<SigningKey>> {
    tx.maybe(
        sql!(
            "SELECT id, algorithm, public_key, made_at FROM signing_key WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, id],
    )
    .await
}

/// Every public half, oldest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn keys(tx: &mut Tx, organization: &str) -> Result<Vec<SigningKey>> {
    tx.all(
        sql!(
            "SELECT id, algorithm, public_key, made_at FROM signing_key WHERE organization_id = $1 \
             ORDER BY made_at, id"
        ),
        args![organization],
    )
    .await
}

/// Keeps the public half of a key, unless another act did so meanwhile.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_key(tx: &mut Tx, organization: &str, key: &SigningKey) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO signing_key (organization_id, id, algorithm, public_key, made_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (organization_id, id) DO NOTHING"
        ),
        args![
            organization,
            &key.id,
            &key.algorithm,
            &key.public_key,
            key.made_at
        ],
    )
    .await
    .map(drop)
}
