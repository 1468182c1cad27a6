//! Passwords: argon2id, compared whole, never cut or folded (RELIABILITY AU-01, AU-07).

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::problem::{Problem, ProblemKind};

/// The shortest password, in characters.
pub const MINIMUM: usize = 12;
/// The longest password that is hashed at all, in bytes: longer ones cost time and gain nothing.
pub const MAXIMUM: usize = 1024;

/// Words that people here make passwords of and that lists from elsewhere do not hold (RELIABILITY AU-02).
const PINYIN: [&str; 16] = [
    "woaini",
    "1314",
    "520",
    "5201314",
    "dangyuan",
    "dangzhibu",
    "gongchandang",
    "zhongguo",
    "nihao",
    "mima",
    "jiannuo",
    "chengnuo",
    "yiyuan",
    "fubao",
    "beijing",
    "yisheng",
];

fn hasher() -> Argon2<'static> {
    // OWASP's minimum for argon2id: 19 MiB, two passes, one lane.
    let params = Params::new(19 * 1024, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Whether a new password may be used. `context` are words it must not be: login, names, the product.
pub fn check(password: &str, context: &[&str]) -> Result<(), Problem> {
    let refuse = |key| Err(Problem::new(ProblemKind::Invalid, key).on("password"));
    if password.chars().count() < MINIMUM {
        return refuse("problem.password_short");
    }
    if password.len() > MAXIMUM {
        return refuse("problem.password_long");
    }
    let folded = password.to_lowercase();
    let plain: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    let known = context.iter().any(|w| {
        let word = w.to_lowercase();
        word.chars().count() >= 3 && plain.replace(&word, "").chars().count() < 6 && plain.contains(&word)
    });
    // Lists of leaked passwords, names and words in several spellings, rows of keys, repeats, dates.
    let words: Vec<&str> = context.iter().copied().chain(PINYIN).collect();
    // Signs between the same words make them no harder to guess.
    let guessed = [password, &plain]
        .iter()
        .any(|text| zxcvbn::zxcvbn(text, &words).score() < zxcvbn::Score::Three);
    if known || guessed {
        refuse("problem.password_common")
    } else {
        Ok(())
    }
}

/// Hashes a password with a salt.
pub fn hash(password: &str, salt: &[u8; 32]) -> String {
    hasher()
        .hash_password_with_salt(password.as_bytes(), &salt[..16])
        .map(|h| h.to_string())
        .unwrap_or_default()
}

/// Whether the password is the one behind the hash. Without a hash the same work is done, so that the time
/// does not tell whether an account exists.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    if password.len() > MAXIMUM {
        return false;
    }
    let text = hash.filter(|h| !h.is_empty()).unwrap_or(NOBODY);
    let Ok(parsed) = PasswordHash::new(text) else {
        return false;
    };
    hasher().verify_password(password.as_bytes(), &parsed).is_ok() && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_characters_compared_whole() {
        let phrase = "王䶮 的 患者 都会 记得 🍵";
        let kept = hash(phrase, &[7; 32]);
        assert!(kept.starts_with("$argon2id$"));
        assert!(verify(phrase, Some(&kept)));
        assert!(!verify(&phrase[..phrase.len() - 4], Some(&kept)));
        assert!(!verify(phrase, None));
    }

    #[test]
    fn weak_ones_are_refused() {
        for weak in [
            "short",
            "aaaaaaaaaaaaaa",
            "123456789012",
            "dangqunban2026",
            "Abcdefghijkl",
            "password12345",
            "P@ssw0rd1234",
            "iloveyou1314520",
            "qwertyuiop[]",
            "1qaz2wsx3edc",
            "19491001 19491001",
            "dangyuan2026",
        ] {
            assert!(check(weak, &["dangqunban"]).is_err(), "{weak}");
        }
        assert!(
            check("每天早上七点半查房一次", &["admin"]).is_err(),
            "eleven characters"
        );
        assert!(check("每天早上七点半查房一次。", &["admin"]).is_ok());
        assert!(check("产房-灯-三更-不灭-2027", &["admin"]).is_ok());
        assert!(check("mo7gu-deng%xiang", &["admin"]).is_ok());
        assert!(check(&"x1".repeat(513), &[]).is_err());
    }
}
