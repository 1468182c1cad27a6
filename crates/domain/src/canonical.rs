//! Canonical JSON (RFC 8785 for values without fractions) and SHA-256, shared by everything that is hashed:
//! pledge versions, appraisal results, audit entries, log entries, draws.
//!
//! Rules: object keys sorted by their UTF-16 code units, no white space, strings escaped as RFC 8785 says,
//! whole numbers only. Another program gets the same bytes from the same values.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sm3::Sm3;

use crate::problem::Problem;

/// The canonical text of a value.
///
/// # Errors
/// `problem.canonical.number` when the value holds a fraction or cannot be written as JSON: fractions print
/// differently from one program to the next, so nothing that is hashed may hold one.
pub fn canonical_json<T: Serialize>(value: &T) -> Result<String, Problem> {
    let value = serde_json::to_value(value).map_err(|_| Problem::invalid("problem.canonical.number"))?;
    let mut out = String::new();
    write_value(&value, &mut out)?;
    Ok(out)
}

/// SHA-256 of bytes.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// SHA-256 of bytes as 64 lower-case hexadecimal digits.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&sha256(bytes))
}

/// SM3 (GB/T 32905) of bytes as 64 lower-case hexadecimal digits.
#[must_use]
pub fn sm3_hex(bytes: &[u8]) -> String {
    hex(&Sm3::digest(bytes))
}

/// Bytes as lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    out
}

/// Reads hexadecimal digits of either case; `None` for an odd count or another character.
#[must_use]
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return None;
    }
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    text.as_bytes()
        .chunks_exact(2)
        .map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?))
        .collect()
}

/// Reads a 32-byte hash from 64 hexadecimal digits.
#[must_use]
pub fn hash_from_hex(text: &str) -> Option<[u8; 32]> {
    from_hex(text)?.try_into().ok()
}

fn write_value(value: &Value, out: &mut String) -> Result<(), Problem> {
    match value {
        Value::Null | Value::Bool(_) | Value::String(_) => out.push_str(&value.to_string()),
        Value::Number(n) if n.is_i64() || n.is_u64() => out.push_str(&n.to_string()),
        Value::Number(_) => return Err(Problem::invalid("problem.canonical.number")),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_value(item, out)?;
            }
            out.push(']');
        }
        Value::Object(map) => {
            // Sorted here and not left to the map: a feature of the JSON crate switched on by any other
            // crate of the workspace would change its order.
            let mut entries: Vec<(&String, &Value)> = map.iter().collect();
            entries.sort_by(|a, b| a.0.encode_utf16().cmp(b.0.encode_utf16()));
            out.push('{');
            for (i, (key, item)) in entries.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                write_value(item, out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn sorts_escapes_and_refuses_fractions() {
        let value = json!({"b": [1, -2, null, true], "a": {"z": "王䶮\n\"\u{1}", "A": ""}});
        assert_eq!(
            canonical_json(&value).expect("whole numbers"),
            "{\"a\":{\"A\":\"\",\"z\":\"王䶮\\n\\\"\\u0001\"},\"b\":[1,-2,null,true]}"
        );
        assert_eq!(
            canonical_json(&json!([1.5])).expect_err("fraction").key,
            "problem.canonical.number"
        );
    }

    #[test]
    fn hex_both_ways() {
        assert_eq!(
            sha256_hex(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        // The example of GB/T 32905-2016, A.1.
        assert_eq!(
            sm3_hex(b"abc"),
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
        );
        assert_eq!(from_hex("00fFa5"), Some(vec![0, 255, 165]));
        for bad in ["0", "0g", "é0"] {
            assert_eq!(from_hex(bad), None, "{bad}");
        }
        assert_eq!(hash_from_hex("00"), None);
    }
}
