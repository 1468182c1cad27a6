//! A certificate of a key that signs here (X.509 v3; for SM2 as GB/T 20518 has it), signed by the key itself: other
//! tools take keys in this form. That the key is the house's own it proves no more than the bare key does.

use super::{Algorithm, Signer, der};
use crate::error::{Error, Result};
use jiff::civil::Date;
use sha2::{Digest, Sha256};

const INTEGER: u8 = 0x02;
const BITS: u8 = 0x03;
const OCTETS: u8 = 0x04;
const OBJECT: u8 = 0x06;
const UTF8: u8 = 0x0c;
const UTC_TIME: u8 = 0x17;
const LONG_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;

/// X.520 takes no longer name of an organisation or a subject, in characters.
const NAME_MAX: usize = 64;
/// RFC 5280: no end is known.
const NO_END: &[u8] = b"99991231235959Z";

const ORGANIZATION: &[u8] = &[0x55, 4, 10];
const COMMON_NAME: &[u8] = &[0x55, 4, 3];
const SUBJECT_KEY: &[u8] = &[0x55, 0x1d, 14];
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 15];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 19];

/// Tag, length, content.
fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let short: Vec<u8> = length.iter().copied().skip_while(|b| *b == 0).collect();
    let mut out = vec![tag];
    match content.len() {
        n @ 0..=127 => out.push(u8::try_from(n).unwrap_or(127)),
        _ => {
            out.push(0x80 | u8::try_from(short.len()).unwrap_or(8));
            out.extend(short);
        }
    }
    out.extend(content);
    out
}

fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(SEQUENCE, &parts.concat())
}

/// SM2 with SM3 (1.2.156.10197.1.501) or Ed25519 (1.3.101.112).
fn algorithm_of(algorithm: Algorithm) -> Vec<u8> {
    let object: &[u8] = match algorithm {
        Algorithm::Sm2 => &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x83, 0x75],
        Algorithm::Ed25519 => &[0x2b, 0x65, 0x70],
    };
    sequence(&[tlv(OBJECT, object)])
}

fn name(house: &str, key: &str) -> Vec<u8> {
    let part = |object: &[u8], text: &str| {
        let cut: String = text.chars().take(NAME_MAX).collect();
        tlv(SET, &sequence(&[tlv(OBJECT, object), tlv(UTF8, cut.as_bytes())]))
    };
    let key = part(COMMON_NAME, &format!("jiannuo {key}"));
    match house.trim() {
        "" => sequence(&[key]),
        house => sequence(&[part(ORGANIZATION, house), key]),
    }
}

fn from_day(day: Date) -> Vec<u8> {
    let text = format!("{:04}{:02}{:02}000000Z", day.year(), day.month(), day.day());
    // The short form has two figures for the years 1950 to 2049.
    match (1950..2050).contains(&day.year()) {
        true => tlv(UTC_TIME, text.get(2..).unwrap_or("").as_bytes()),
        false => tlv(LONG_TIME, text.as_bytes()),
    }
}

fn extension(object: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let mut parts = vec![tlv(OBJECT, object)];
    if critical {
        parts.push(vec![1, 1, 0xff]);
    }
    parts.push(tlv(OCTETS, value));
    sequence(&parts)
}

/// The certificate of a signer as PEM: in the name of the house, from a day on, without an end. The same key, house and
/// day give the same number.
///
/// # Errors
/// A key that cannot sign.
pub fn certificate(signer: &dyn Signer, house: &str, from: Date) -> Result<String> {
    let algorithm = signer.algorithm();
    let key = der::from_pem(&signer.public_pem()).ok_or_else(|| Error::bug("a public key that is none"))?;
    let print = Sha256::digest(&key);
    let (mut number, mark) = (print.to_vec(), print.to_vec());
    number.truncate(16);
    // A positive number without needless zeros in front.
    if let Some(first) = number.first_mut() {
        *first = (*first & 0x7f) | 0x40;
    }
    let who = name(house, &signer.id());
    let extensions = sequence(&[
        extension(BASIC_CONSTRAINTS, true, &sequence(&[])),
        // Digital signature and commitment to content.
        extension(KEY_USAGE, true, &[BITS, 2, 6, 0xc0]),
        extension(SUBJECT_KEY, false, &tlv(OCTETS, mark.get(..20).unwrap_or(&mark))),
    ]);
    let signed = sequence(&[
        tlv(0xa0, &tlv(INTEGER, &[2])),
        tlv(INTEGER, &number),
        algorithm_of(algorithm),
        who.clone(),
        sequence(&[from_day(from), tlv(LONG_TIME, NO_END)]),
        who,
        key,
        tlv(0xa3, &extensions),
    ]);
    let signature = [&[0], signer.sign(&signed)?.as_slice()].concat();
    let whole = sequence(&[signed, algorithm_of(algorithm), tlv(BITS, &signature)]);
    Ok(der::pem("CERTIFICATE", &whole))
}
