//! The seals of decisions in a package, each checked by itself: the text is the one that was decided, the check code
//! is that of the statement, and the signatures hold by the keys the package carries.

use super::Fault;
use crate::signer::{Algorithm, key_id, verify};
use domain::canonical::from_hex;
use domain::ids::CheckCode;
use domain::seal::Statement;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What came of the seals.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct SealsChecked {
    /// Seals whose text, code and both signatures hold.
    pub hold: usize,
    /// Seals whose text and code agree, and for a signature of which the package has no key.
    pub without_key: usize,
    /// Confirming decisions without a seal: decided before seals were set.
    pub unsealed: usize,
    /// Names of the keys whose signatures hold.
    pub keys: Vec<String>,
}

/// A decision as the package tells it.
#[derive(Deserialize)]
pub(super) struct DecisionLine {
    pledge: String,
    #[serde(default)]
    number: String,
    round: i64,
    step: i64,
    role: String,
    verdict: String,
    decided_by: String,
    decided_at: i64,
    seal: Option<SealLine>,
}

#[derive(Deserialize)]
struct SealLine {
    check_code: String,
    content_code: String,
    statement: String,
    signatures: Vec<SignatureLine>,
    content: String,
}

#[derive(Deserialize)]
struct SignatureLine {
    algorithm: String,
    key: String,
    signature: String,
}

/// Checks seals by the keys a package carries.
#[derive(Default)]
pub(super) struct Seals {
    keys: BTreeMap<String, String>,
    /// What came of it.
    pub out: SealsChecked,
}

impl Seals {
    /// Takes a key; its name is worked out from the key itself, whatever the file is called.
    pub fn key(&mut self, pem: String) {
        self.keys.insert(key_id(&pem), pem);
    }

    /// Checks one decision.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&mut self, path: &str, line: &DecisionLine) -> Result<(), Fault> {
        let wrong = |key| {
            let fault = Fault::of(key, path).with("number", &line.number);
            fault.with("round", line.round).with("step", line.step + 1)
        };
        let Some(seal) = &line.seal else {
            self.out.unsealed += usize::from(line.verdict == "confirm");
            return Ok(());
        };
        let statement: Statement =
            serde_json::from_str(&seal.statement).map_err(|_| wrong("package_fault.seal_statement"))?;
        let at = jiff::Timestamp::from_microsecond(line.decided_at).map(|t| t.to_string());
        let same = statement.format == Statement::FORMAT
            && statement.pledge == line.pledge
            && (statement.round, statement.step) == (line.round, line.step)
            && statement.role == line.role
            && statement.decided_by == line.decided_by
            && at.is_ok_and(|at| at == statement.decided_at)
            && line.verdict == "confirm";
        if !same {
            return Err(wrong("package_fault.seal_statement"));
        }
        let code = |text: &str| CheckCode::of(text).as_str().to_owned();
        let codes = code(&seal.statement) == seal.check_code && code(&seal.content) == seal.content_code;
        if !statement.is_about(&seal.content) || !codes {
            return Err(wrong("package_fault.seal_text"));
        }
        let mut missing = Algorithm::ALL.into_iter().any(|algorithm| {
            let mut all = seal.signatures.iter();
            all.all(|s| s.algorithm != algorithm.name())
        });
        if missing {
            return Err(wrong("package_fault.seal_unsigned"));
        }
        for one in &seal.signatures {
            let Some(algorithm) = Algorithm::from_name(&one.algorithm) else {
                return Err(wrong("package_fault.seal_signature").with("algorithm", &one.algorithm));
            };
            let Some(pem) = self.keys.get(&one.key) else {
                missing = true;
                continue;
            };
            let bytes = from_hex(&one.signature).unwrap_or_default();
            if !verify(algorithm, pem, seal.statement.as_bytes(), &bytes) {
                let fault = wrong("package_fault.seal_signature");
                return Err(fault.with("algorithm", one.algorithm.to_uppercase()));
            }
            if !self.out.keys.contains(&one.key) {
                self.out.keys.push(one.key.clone());
            }
        }
        match missing {
            true => self.out.without_key += 1,
            false => self.out.hold += 1,
        }
        Ok(())
    }
}
