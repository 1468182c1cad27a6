//! What binds a confirming decision to its text and to whoever took it (N20, N21): the statement that is signed.

use serde::{Deserialize, Serialize};

use crate::canonical::{canonical_json, sha256_hex, sm3_hex};
use crate::ids::CheckCode;
use crate::problem::Problem;

/// Minutes for which a proof of who one is holds in a session: long enough for thirty pledges, too short for a
/// screen left alone over lunch.
pub const PROVEN_MINUTES: i64 = 30;

/// How somebody proved who he is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// When, microseconds UTC.
    pub at: i64,
    /// `password` or `slip`.
    pub by: String,
}

impl Proof {
    /// Whether the proof still holds at a time in microseconds UTC.
    #[must_use]
    pub fn holds(&self, now: i64) -> bool {
        self.at > 0 && now - self.at <= PROVEN_MINUTES * 60 * 1_000_000
    }
}

/// The proof a confirming decision rests on.
///
/// # Errors
/// `problem.review.prove` when there is none or it is too old.
pub fn require_proof(proof: Option<&Proof>, now: i64) -> Result<&Proof, Problem> {
    proof.filter(|p| p.holds(now)).ok_or_else(|| {
        let missing = Problem::invalid("problem.review.prove").on("proof_password");
        missing.with("minutes", PROVEN_MINUTES)
    })
}

/// The statement over which the signatures go. It holds no account and nothing of the pledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Version of this format.
    pub format: String,
    /// The decision.
    pub decision: String,
    /// The pledge.
    pub pledge: String,
    /// The round that was decided.
    pub round: i64,
    /// The step of the route, from 0.
    pub step: i64,
    /// Identifier of the role in which it was decided.
    pub role: String,
    /// Name of who decided.
    pub decided_by: String,
    /// When, in UTC (RFC 3339).
    pub decided_at: String,
    /// `password` or `slip`.
    pub proven_by: String,
    /// When he proved who he is, in UTC (RFC 3339).
    pub proven_at: String,
    /// SHA-256 of the canonical text.
    pub content_sha256: String,
    /// SM3 of the canonical text.
    pub content_sm3: String,
}

impl Statement {
    /// Version of the format written here.
    pub const FORMAT: &'static str = "jiannuo-seal-1";

    /// The canonical bytes and the check code that stands beside the decision.
    ///
    /// # Errors
    /// Never for this content; the signature is that of every canonical text.
    pub fn seal(&self) -> Result<(String, CheckCode), Problem> {
        let text = canonical_json(self)?;
        let code = CheckCode::of(&text);
        Ok((text, code))
    }

    /// Whether a text is the one that was decided, by both hashes.
    #[must_use]
    pub fn is_about(&self, content: &str) -> bool {
        self.content_sha256 == sha256_hex(content.as_bytes())
            && self.content_sm3 == sm3_hex(content.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(content: &str) -> Statement {
        Statement {
            format: Statement::FORMAT.to_owned(),
            decision: "d".to_owned(),
            pledge: "p".to_owned(),
            round: 1,
            step: 0,
            role: "branch_secretary".to_owned(),
            decided_by: "马㛃雅".to_owned(),
            decided_at: "2010-10-12T03:00:00Z".to_owned(),
            proven_by: "password".to_owned(),
            proven_at: "2010-10-12T02:50:00Z".to_owned(),
            content_sha256: sha256_hex(content.as_bytes()),
            content_sm3: sm3_hex(content.as_bytes()),
        }
    }

    #[test]
    fn a_changed_text_or_statement_is_another() {
        let made = statement("备10套待产包");
        assert!(made.is_about("备10套待产包"));
        assert!(!made.is_about("备11套待产包"));
        let mut half = made.clone();
        half.content_sm3 = statement("备11套待产包").content_sm3;
        assert!(!half.is_about("备10套待产包"), "both hashes must agree");
        let (text, code) = made.seal().expect("canonical");
        assert!(text.starts_with(r#"{"content_sha256":"#) && text.contains("马㛃雅"));
        half = made.clone();
        half.decided_by = "王䶮".to_owned();
        assert_ne!(half.seal().expect("canonical").1, code);
        assert_eq!(serde_json::from_str::<Statement>(&text).expect("reads"), made);
    }

    #[test]
    fn a_proof_ages() {
        let minute = 60 * 1_000_000;
        let proof = Proof {
            at: 100 * minute,
            by: "slip".to_owned(),
        };
        for (now, fine) in [(100, true), (130, true), (131, false), (99, true)] {
            assert_eq!(require_proof(Some(&proof), now * minute).is_ok(), fine, "{now}");
        }
        assert_eq!(
            require_proof(None, 0).expect_err("none").key,
            "problem.review.prove"
        );
        let never = Proof {
            at: 0,
            by: String::new(),
        };
        assert!(
            !never.holds(minute),
            "a session of an older release proved nothing"
        );
    }
}
