//! Seals of decisions: made in the very act that decides, checked by anybody who holds the printed form.

use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::files::hex;
use crate::signer::{Algorithm, Signer, verify};
use domain::canonical::{from_hex, sha256_hex, sm3_hex};
use domain::ids::CheckCode;
use domain::problem::Problem;
use domain::seal::{Proof, Statement, require_proof};
use store::Tx;
use store::pledge::ReviewDecision;
use store::seal::{self as rows, DecisionSeal, SigningKey};

/// A time in microseconds UTC as the statement writes it.
fn written(at: i64) -> String {
    jiff::Timestamp::from_microsecond(at).map_or_else(|_| String::new(), |t| t.to_string())
}

/// The proof a confirming decision of the actor rests on now.
///
/// # Errors
/// `problem.review.prove`.
pub(crate) fn proof(ctx: &Ctx) -> Result<&Proof> {
    Ok(require_proof(ctx.actor.proof.as_ref(), ctx.now)?)
}

/// Seals a confirming decision over the very text that was decided, inside its act, and returns the check code.
///
/// # Errors
/// `problem.review.prove`; a mistake of ours.
pub(crate) async fn set(ctx: &Ctx, tx: &mut Tx, decision: &ReviewDecision, content: &str) -> Result<String> {
    let proof = proof(ctx)?;
    let statement = Statement {
        format: Statement::FORMAT.to_owned(),
        decision: decision.id.clone(),
        pledge: decision.pledge_id.clone(),
        round: decision.round,
        step: decision.step,
        role: decision.role.clone(),
        decided_by: decision.decided_name.clone(),
        decided_at: written(decision.decided_at),
        proven_by: proof.by.clone(),
        proven_at: written(proof.at),
        content_sha256: sha256_hex(content.as_bytes()),
        content_sm3: sm3_hex(content.as_bytes()),
    };
    let (text, code) = statement.seal()?;
    let [sm2, ed25519] = ctx.signers.all()?;
    let row = DecisionSeal {
        decision_id: decision.id.clone(),
        pledge_id: decision.pledge_id.clone(),
        round: decision.round,
        check_code: code.as_str().to_owned(),
        content_code: CheckCode::of(content).as_str().to_owned(),
        sm2_key: known(ctx, tx, sm2.as_ref()).await?,
        sm2_signature: hex(&sm2.sign(text.as_bytes())?),
        ed25519_key: known(ctx, tx, ed25519.as_ref()).await?,
        ed25519_signature: hex(&ed25519.sign(text.as_bytes())?),
        statement: text,
        sealed_at: ctx.now,
    };
    rows::add(tx, &ctx.organization, &row).await?;
    Ok(row.check_code)
}

/// The id of a signer's key, whose public half is kept the first time it signs.
pub(crate) async fn known(ctx: &Ctx, tx: &mut Tx, signer: &dyn Signer) -> Result<String> {
    let id = signer.id();
    if rows::key(tx, &ctx.organization, &id).await?.is_none() {
        let key = SigningKey {
            id: id.clone(),
            algorithm: signer.algorithm().name().to_owned(),
            public_key: signer.public_pem(),
            made_at: ctx.now,
        };
        rows::add_key(tx, &ctx.organization, &key).await?;
    }
    Ok(id)
}

/// A seal, checked.
#[derive(Clone, Debug)]
pub struct SealView {
    /// What was signed, read.
    pub statement: Statement,
    /// What was signed, byte by byte.
    pub text: String,
    /// The code of the decision.
    pub code: String,
    /// The code of the text.
    pub content_code: String,
    /// When, microseconds UTC.
    pub at: i64,
    /// Whether the text kept here is still the one that was decided.
    pub same: bool,
    /// The signatures.
    pub signatures: Vec<SignatureView>,
    /// The public page, where the pledge is public.
    pub public: Option<String>,
}

/// A signature, checked.
#[derive(Clone, Debug)]
pub struct SignatureView {
    /// How it was made.
    pub algorithm: Algorithm,
    /// Name of the key.
    pub key: String,
    /// The public key as PEM; empty when it is not known here.
    pub public_key: String,
    /// The signature in hexadecimal.
    pub signature: String,
    /// Whether it holds over the statement.
    pub holds: bool,
}

impl SealView {
    /// Whether everything that can be checked here holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.same && self.signatures.iter().all(|s| s.holds)
    }

    /// Reads a seal and checks it against the text that is kept.
    pub(crate) async fn of(ctx: &Ctx, tx: &mut Tx, row: DecisionSeal) -> Result<SealView> {
        let org = ctx.organization.as_str();
        let statement: Statement = serde_json::from_str(&row.statement).map_err(Error::bug)?;
        let version = store::pledge::version(tx, org, &row.pledge_id, row.round).await?;
        let mine = statement.pledge == row.pledge_id && statement.decision == row.decision_id;
        let same = mine && version.is_some_and(|v| statement.is_about(&v.content));
        let mut signatures = Vec::new();
        for (algorithm, key, signature) in [
            (Algorithm::Sm2, row.sm2_key, row.sm2_signature),
            (Algorithm::Ed25519, row.ed25519_key, row.ed25519_signature),
        ] {
            let public_key = rows::key(tx, org, &key)
                .await?
                .map(|k| k.public_key)
                .unwrap_or_default();
            let bytes = from_hex(&signature).unwrap_or_default();
            signatures.push(SignatureView {
                holds: verify(algorithm, &public_key, row.statement.as_bytes(), &bytes),
                algorithm,
                key,
                public_key,
                signature,
            });
        }
        let public = store::public::pledge(tx, org, &row.pledge_id).await?;
        Ok(SealView {
            statement,
            code: row.check_code,
            content_code: row.content_code,
            at: row.sealed_at,
            same,
            signatures,
            public: public.filter(|p| p.taken_down_at.is_none()).map(|p| p.id),
            text: row.statement,
        })
    }
}

/// Asks for the seals behind a check code: of a decision, or of the text at the foot of a printed form. The text
/// itself is not told: whoever asks holds the paper.
pub struct FindSeals(pub String);

impl Query for FindSeals {
    type Out = Vec<SealView>;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Vec<SealView>> {
        let code = CheckCode::parse(&self.0).map_err(|p| p.on("code"))?;
        let mut out = Vec::new();
        for row in rows::by_code(tx, &ctx.organization, code.as_str()).await? {
            out.push(SealView::of(ctx, tx, row).await?);
        }
        match out.is_empty() {
            true => Err(Problem::invalid("verify.unknown").on("code").into()),
            false => Ok(out),
        }
    }
}

/// Asks for the public halves of every key that ever signed here.
pub struct FindKeys;

impl Query for FindKeys {
    type Out = Vec<SigningKey>;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Vec<SigningKey>> {
        Ok(rows::keys(tx, &ctx.organization).await?)
    }
}
