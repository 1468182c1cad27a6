//! Identifiers. Every kind of object has its own type, so that a person's id cannot be passed for a unit's.
//! Ids are UUIDv7 text made by the outer layers; here they are only parsed and compared.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::canonical::sha256;
use crate::problem::Problem;

/// Implements a text newtype whose `parse` runs a check; reading it from JSON runs the same check.
macro_rules! text_newtype {
    ($(#[$doc:meta])* $name:ident, $check:path, $key:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks and takes the text.
            ///
            /// # Errors
            /// A `Problem` of kind `Invalid` when the text does not have the form of this identifier.
            pub fn parse(text: impl Into<String>) -> Result<Self, Problem> {
                let text = text.into();
                if $check(&text) { Ok(Self(text)) } else { Err(Problem::invalid($key)) }
            }

            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = Problem;
            fn try_from(text: String) -> Result<Self, Problem> {
                Self::parse(text)
            }
        }

        impl std::str::FromStr for $name {
            type Err = Problem;
            fn from_str(text: &str) -> Result<Self, Problem> {
                Self::parse(text)
            }
        }
    };
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => { $(text_newtype!($(#[$doc])* $name, is_uuid, "problem.id.malformed");)* };
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident;)*) => { $(text_newtype!($(#[$doc])* $name, is_word, "problem.id.word");)* };
}

ids! {
    /// An organisation (单位) of this deployment.
    OrganizationId;
    /// A unit of the organisation tree.
    UnitId;
    /// A person on the roster.
    PersonId;
    /// An account that signs in.
    AccountId;
    /// A campaign (活动).
    CampaignId;
    /// A stage (步骤) of a campaign.
    StageId;
    /// A notice (通知).
    NoticeId;
    /// An opinion (意见) as it was given.
    OpinionId;
    /// A demand (诉求) merged from opinions.
    DemandId;
    /// A visit (走访).
    VisitId;
    /// A symposium (座谈会).
    SymposiumId;
    /// A pledge (承诺书): one per pledger and campaign.
    PledgeId;
    /// A commitment item (承诺事项).
    ItemId;
    /// One decision of a reviewer.
    ReviewId;
    /// A publication batch.
    PublicationId;
    /// An objection raised during publicity.
    ObjectionId;
    /// A progress update (践诺记录).
    ProgressId;
    /// An appraisal round.
    AppraisalRoundId;
    /// A ballot (测评票).
    BallotId;
    /// An inspection or spot check.
    InspectionId;
    /// A draw (抽取).
    DrawId;
    /// A finding of an inspection.
    FindingId;
    /// A criticism (批评).
    CriticismId;
    /// A rectification order (限期整改).
    RectificationId;
    /// A brief (简报).
    BriefId;
    /// A stored file.
    FileId;
    /// An audit entry.
    AuditEntryId;
    /// A follow-up job.
    JobId;
    /// A session.
    SessionId;
}

words! {
    /// A kind of commitment, as the template names it (`common_commitment`, `practical_deed` …; N4).
    KindId;
    /// A review question, as the template names it (N11).
    QuestionId;
    /// A reason for returning a pledge, as the template names it.
    ReasonId;
    /// A grade of a scale, as the template names it (N13).
    GradeId;
    /// A channel of publicity, as the template names it (N12).
    ChannelId;
    /// A role, by its identifier (`branch_secretary`, `line_leader` …).
    RoleId;
}

/// A UUID in its usual text form, lower case: 8-4-4-4-12 hexadecimal digits.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(i, b)| match i {
            8 | 13 | 18 | 23 => b == b'-',
            _ => matches!(b, b'0'..=b'9' | b'a'..=b'f'),
        })
}

/// A template identifier: a lower-case letter, then letters, digits and underscores, at most 64 in all.
fn is_word(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

/// Letters and digits that are not mistaken for each other on paper (no 0 O 1 I L U, Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The 5-bit symbol at a place of the bit stream.
fn symbol(bytes: &[u8], place: usize) -> Option<char> {
    let mut value = 0usize;
    for bit in place * 5..place * 5 + 5 {
        let byte = bytes.get(bit / 8)?;
        value = value << 1 | usize::from(byte >> (7 - bit % 8) & 1);
    }
    ALPHABET.get(value).map(|b| char::from(*b))
}

/// What people type instead of the right symbol: full-width forms, lower case, and the look-alikes O, I, L.
fn fold_symbol(c: char) -> Option<char> {
    let c = match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0)?,
        _ => c,
    };
    let c = match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    u8::try_from(c)
        .ok()
        .filter(|b| ALPHABET.contains(b))
        .map(char::from)
}

/// Reads symbols, skipping the separators people type; `None` on anything else or a wrong count.
fn read_symbols(typed: &str, count: usize) -> Option<String> {
    let mut out = String::with_capacity(count);
    for c in typed.chars() {
        if c.is_whitespace()
            || matches!(
                c,
                '-' | '_' | '.' | '\u{2010}'..='\u{2015}' | '\u{FF0D}' | '\u{2212}'
            )
        {
            continue;
        }
        out.push(fold_symbol(c)?);
    }
    (out.len() == count).then_some(out)
}

/// Writes symbols in groups of four with hyphens between.
fn grouped(symbols: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (i, c) in symbols.chars().enumerate() {
        if i > 0 && i % 4 == 0 {
            f.write_str("-")?;
        }
        write!(f, "{c}")?;
    }
    Ok(())
}

/// The eight-character code printed on a sheet: the first 40 bits of the SHA-256 of the canonical content.
///
/// It lets a reader compare a sheet with the public log; it is a check, not a secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CheckCode(String);

impl CheckCode {
    /// The code of a canonical content.
    #[must_use]
    pub fn of(canonical: &str) -> Self {
        let hash = sha256(canonical.as_bytes());
        Self((0..8).filter_map(|place| symbol(&hash, place)).collect())
    }

    /// Reads a code as typed from paper: case, width, separators and look-alikes do not matter.
    ///
    /// # Errors
    /// `problem.code.malformed` when it is not eight symbols of the alphabet.
    pub fn parse(typed: &str) -> Result<Self, Problem> {
        read_symbols(typed, 8)
            .map(Self)
            .ok_or_else(|| Problem::invalid("problem.code.malformed").with("count", 8))
    }

    /// The eight symbols without separator, as stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CheckCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        grouped(&self.0, f)
    }
}

impl From<CheckCode> for String {
    fn from(code: CheckCode) -> String {
        code.0
    }
}

impl TryFrom<String> for CheckCode {
    type Error = Problem;
    fn try_from(text: String) -> Result<Self, Problem> {
        Self::parse(&text)
    }
}

/// A receipt with which the author of an anonymous opinion asks for the answer (PR-05): twelve symbols, 60 bits.
///
/// It is a secret: stores keep only [`ReceiptCode::stored_hash`], and it does not print in debug output.
#[derive(Clone, PartialEq, Eq)]
pub struct ReceiptCode(String);

impl ReceiptCode {
    /// Random bytes needed for one receipt.
    pub const BYTES: usize = 8;

    /// Makes a receipt from eight random bytes (the last four bits are not used).
    #[must_use]
    pub fn from_random(bytes: [u8; Self::BYTES]) -> Self {
        Self((0..12).filter_map(|place| symbol(&bytes, place)).collect())
    }

    /// Reads a receipt as typed: case, width, separators and look-alikes do not matter.
    ///
    /// # Errors
    /// `problem.code.malformed` when it is not twelve symbols of the alphabet.
    pub fn parse(typed: &str) -> Result<Self, Problem> {
        read_symbols(typed, 12)
            .map(Self)
            .ok_or_else(|| Problem::invalid("problem.code.malformed").with("count", 12))
    }

    /// What the store keeps in place of the receipt: SHA-256 in hexadecimal, bound to its purpose.
    #[must_use]
    pub fn stored_hash(&self) -> String {
        crate::canonical::sha256_hex(format!("jiannuo-receipt-1\n{}\n", self.0).as_bytes())
    }
}

impl fmt::Display for ReceiptCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        grouped(&self.0, f)
    }
}

impl fmt::Debug for ReceiptCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReceiptCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ids_are_checked_also_from_json() {
        let good = "01932b6e-7c1a-7f00-8000-0123456789ab";
        assert_eq!(UnitId::parse(good).expect("uuid").to_string(), good);
        for bad in [
            "",
            "x",
            "01932B6E-7C1A-7F00-8000-0123456789AB",
            "01932b6e-7c1a-7f00-8000-0123456789a",
            "../../etc",
        ] {
            assert!(UnitId::parse(bad).is_err(), "{bad}");
            assert!(
                serde_json::from_str::<UnitId>(&format!("\"{bad}\"")).is_err(),
                "{bad}"
            );
        }
        assert!(KindId::parse("practical_deed").is_ok());
        for bad in ["", "1a", "Practical", "a-b", "实事"] {
            assert!(KindId::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn check_code_is_fixed_and_forgiving() {
        // First 40 bits of SHA-256("abc") are ba7816bf8f.
        let code = CheckCode::of("abc");
        assert_eq!(code.as_str(), "Q9W1DFWF");
        assert_eq!(code.to_string(), "Q9W1-DFWF");
        for typed in ["q9w1dfwf", " Q9WI-DFWF ", "ｑ９ｗ１－ｄｆｗｆ", "Q9WL DFWF"] {
            assert_eq!(CheckCode::parse(typed).expect(typed), code, "{typed}");
        }
        for bad in ["", "Q9W1DFW", "Q9W1DFWFF", "U9W1DFWF", "Q9W1DFW诺"] {
            assert!(CheckCode::parse(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn receipt_survives_being_typed(bytes: [u8; 8]) {
            let receipt = ReceiptCode::from_random(bytes);
            let shown = receipt.to_string();
            prop_assert_eq!(shown.len(), 14);
            let again = ReceiptCode::parse(&shown.to_lowercase()).expect("own form");
            prop_assert_eq!(again.stored_hash(), receipt.stored_hash());
            let debug = format!("{receipt:?}");
            prop_assert!(!debug.contains(&shown));
        }

        #[test]
        fn receipts_keep_sixty_bits(bytes: [u8; 8], bit in 0usize..60) {
            let mut other = bytes;
            other[bit / 8] ^= 1 << (7 - bit % 8);
            prop_assert!(ReceiptCode::from_random(bytes) != ReceiptCode::from_random(other));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".*") {
            let _ = CheckCode::parse(&text);
            let _ = ReceiptCode::parse(&text);
        }
    }
}
