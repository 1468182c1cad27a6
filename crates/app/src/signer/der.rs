//! Keys and signatures in the forms that OpenSSL reads: PKCS#8, SubjectPublicKeyInfo, ECDSA-Sig-Value.

use super::Algorithm;

/// Everything before the 32 bytes of a private key.
fn private_head(algorithm: Algorithm) -> &'static [u8] {
    match algorithm {
        Algorithm::Ed25519 => &[
            0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
        ],
        Algorithm::Sm2 => &[
            0x30, 0x41, 2, 1, 0, 0x30, 0x13, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x81,
            0x1c, 0xcf, 0x55, 1, 0x82, 0x2d, 4, 0x27, 0x30, 0x25, 2, 1, 1, 4, 0x20,
        ],
    }
}

/// Everything before a public key, and its length.
fn public_head(algorithm: Algorithm) -> (&'static [u8], usize) {
    match algorithm {
        Algorithm::Ed25519 => (&[0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0], 32),
        Algorithm::Sm2 => (
            &[
                0x30, 0x59, 0x30, 0x13, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x81, 0x1c,
                0xcf, 0x55, 1, 0x82, 0x2d, 3, 0x42, 0,
            ],
            65,
        ),
    }
}

/// A private key as PKCS#8.
pub(super) fn private(algorithm: Algorithm, secret: &[u8]) -> String {
    pem("PRIVATE KEY", &[private_head(algorithm), secret].concat())
}

/// The 32 bytes of a private key.
pub(super) fn read_private(algorithm: Algorithm, text: &str) -> Option<Vec<u8>> {
    let bytes = from_pem(text)?;
    let secret = bytes.strip_prefix(private_head(algorithm))?;
    (secret.len() == 32).then(|| secret.to_vec())
}

/// A public key as SubjectPublicKeyInfo.
pub(super) fn public(algorithm: Algorithm, key: &[u8]) -> String {
    pem("PUBLIC KEY", &[public_head(algorithm).0, key].concat())
}

/// The bytes of a public key.
pub(super) fn read_public(algorithm: Algorithm, text: &str) -> Option<Vec<u8>> {
    let bytes = from_pem(text)?;
    let (head, length) = public_head(algorithm);
    let key = bytes.strip_prefix(head)?;
    (key.len() == length).then(|| key.to_vec())
}

/// Two numbers of 32 bytes each as a DER sequence.
pub(super) fn pair(raw: &[u8]) -> Vec<u8> {
    let mut out = vec![0x30, 0];
    for number in raw.chunks(32) {
        let zeros = number
            .iter()
            .take_while(|b| **b == 0)
            .count()
            .min(number.len() - 1);
        let number = &number[zeros..];
        let sign = u8::from(number[0] >= 0x80);
        // At most 33 bytes: a length of one byte.
        out.extend([2, sign + u8::try_from(number.len()).unwrap_or(32)]);
        out.extend(std::iter::repeat_n(0, usize::from(sign)));
        out.extend(number);
    }
    out[1] = u8::try_from(out.len() - 2).unwrap_or(70);
    out
}

/// The two numbers of a DER sequence as 64 bytes.
pub(super) fn read_pair(bytes: &[u8]) -> Option<Vec<u8>> {
    let [0x30, length, rest @ ..] = bytes else {
        return None;
    };
    if usize::from(*length) != rest.len() {
        return None;
    }
    let (first, rest) = read_number(rest)?;
    let (second, rest) = read_number(rest)?;
    rest.is_empty().then(|| [first, second].concat())
}

fn read_number(bytes: &[u8]) -> Option<([u8; 32], &[u8])> {
    let [2, length, rest @ ..] = bytes else {
        return None;
    };
    let (number, rest) = rest.split_at_checked(usize::from(*length))?;
    let number = number.strip_prefix(&[0]).unwrap_or(number);
    let mut out = [0; 32];
    let at = out.len().checked_sub(number.len())?;
    out.get_mut(at..)?.copy_from_slice(number);
    Some((out, rest))
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(super) fn pem(label: &str, bytes: &[u8]) -> String {
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let joined = group.iter().fold(0u32, |all, b| all << 8 | u32::from(*b)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let index = joined >> (18 - 6 * place) & 63;
            let sign = BASE64
                .get(usize::try_from(index).unwrap_or(0))
                .map_or('=', |b| char::from(*b));
            text.push(if place <= group.len() { sign } else { '=' });
        }
    }
    let mut out = format!("-----BEGIN {label}-----\n");
    for (n, c) in text.chars().enumerate() {
        if n > 0 && n % 64 == 0 {
            out.push('\n');
        }
        out.push(c);
    }
    out + &format!("\n-----END {label}-----\n")
}

/// The bytes of a PEM text with one block.
pub(super) fn from_pem(text: &str) -> Option<Vec<u8>> {
    let (_, rest) = text.split_once("-----BEGIN ")?;
    let (_, rest) = rest.split_once("-----")?;
    let (body, _) = rest.split_once("-----END ")?;
    let (mut out, mut held, mut bits) = (Vec::new(), 0u32, 0);
    for c in body.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b'=') {
        let value = BASE64.iter().position(|b| *b == c)?;
        held = (held << 6 | u32::try_from(value).ok()?) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from(held >> bits & 255).ok()?);
        }
    }
    Some(out)
}
