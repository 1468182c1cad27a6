//! The port for digital signatures, with two makers: SM2 with SM3 (GB/T 32918, the usual user id) and Ed25519.
//!
//! A key belongs to one data directory. Its private half is a PKCS#8 file of mode 0600 there and nowhere else: not
//! in the database, not in a backup, not in a moved campaign. Its public half is kept in the database for ever.

use crate::case::fill_random;
use crate::error::{Error, Result};
use domain::canonical::sha256_hex;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use sm2::dsa::signature::{Signer as _, Verifier as _};
use sm2::dsa::{Signature, SigningKey, VerifyingKey};
use sm2::elliptic_curve::sec1::ToSec1Point;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

mod certificate;
mod der;

pub use certificate::certificate;

/// The user id of GM/T 0009 that everybody takes who agreed on no other.
pub const USER_ID: &str = "1234567812345678";

/// A way of signing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// SM2 with SM3; signatures in DER.
    Sm2,
    /// Ed25519 (RFC 8032).
    Ed25519,
}

impl Algorithm {
    /// Both, in the order in which they are shown.
    pub const ALL: [Algorithm; 2] = [Algorithm::Sm2, Algorithm::Ed25519];

    /// Its identifier.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Sm2 => "sm2",
            Algorithm::Ed25519 => "ed25519",
        }
    }

    /// Reads an identifier.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Algorithm> {
        Algorithm::ALL.into_iter().find(|a| a.name() == name)
    }
}

/// Something that signs.
pub trait Signer: Send + Sync {
    /// How.
    fn algorithm(&self) -> Algorithm;
    /// The public key as PEM, as OpenSSL reads it.
    fn public_pem(&self) -> String;
    /// Signs bytes; the same bytes give the same signature.
    ///
    /// # Errors
    /// A mistake of ours.
    fn sign(&self, text: &[u8]) -> Result<Vec<u8>>;
    /// Name of the key: the first sixteen digits of the SHA-256 of its public half.
    fn id(&self) -> String {
        key_id(&self.public_pem())
    }
}

/// Name of a key by its public half.
#[must_use]
pub fn key_id(public_pem: &str) -> String {
    let bytes = der::from_pem(public_pem).unwrap_or_default();
    sha256_hex(&bytes).chars().take(16).collect()
}

struct Sm2Signer(SigningKey);

impl Signer for Sm2Signer {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Sm2
    }

    fn public_pem(&self) -> String {
        let key = self.0.verifying_key().to_sec1_point(false);
        der::public(Algorithm::Sm2, key.as_bytes())
    }

    fn sign(&self, text: &[u8]) -> Result<Vec<u8>> {
        let made: Signature = self.0.try_sign(text).map_err(Error::bug)?;
        Ok(der::pair(&made.to_bytes()))
    }
}

struct Ed25519Signer(Ed25519KeyPair);

impl Signer for Ed25519Signer {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Ed25519
    }

    fn public_pem(&self) -> String {
        der::public(Algorithm::Ed25519, self.0.public_key().as_ref())
    }

    fn sign(&self, text: &[u8]) -> Result<Vec<u8>> {
        Ok(self.0.sign(text).as_ref().to_vec())
    }
}

/// A signer over a private key of 32 bytes; `None` when they are none.
fn signer(algorithm: Algorithm, secret: &[u8]) -> Option<Box<dyn Signer>> {
    Some(match algorithm {
        Algorithm::Sm2 => Box::new(Sm2Signer(SigningKey::from_slice(USER_ID, secret).ok()?)),
        Algorithm::Ed25519 => Box::new(Ed25519Signer(Ed25519KeyPair::from_seed_unchecked(secret).ok()?)),
    })
}

/// Whether a signature over a text was made by the owner of a public key. Anything that does not read is no
/// signature.
#[must_use]
pub fn verify(algorithm: Algorithm, public_pem: &str, text: &[u8], signature: &[u8]) -> bool {
    let Some(key) = der::read_public(algorithm, public_pem) else {
        return false;
    };
    match algorithm {
        Algorithm::Ed25519 => UnparsedPublicKey::new(&ED25519, key)
            .verify(text, signature)
            .is_ok(),
        Algorithm::Sm2 => {
            let key = VerifyingKey::from_sec1_bytes(USER_ID, &key);
            let made = der::read_pair(signature).and_then(|raw| Signature::from_slice(&raw).ok());
            matches!((key, made), (Ok(key), Some(made)) if key.verify(text, &made).is_ok())
        }
    }
}

/// The signers of one data directory; their keys are made when something is signed for the first time.
#[derive(Default)]
pub struct Signers {
    folder: PathBuf,
    made: OnceLock<std::result::Result<[Box<dyn Signer>; 2], String>>,
}

impl std::fmt::Debug for Signers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signers({})", self.folder.display())
    }
}

impl Signers {
    /// Signers whose keys lie in a folder.
    #[must_use]
    pub fn new(folder: PathBuf) -> Signers {
        Signers {
            folder,
            made: OnceLock::new(),
        }
    }

    /// Both signers, SM2 first.
    ///
    /// # Errors
    /// When the keys can neither be read nor made.
    pub fn all(&self) -> Result<&[Box<dyn Signer>; 2]> {
        let open = |algorithm: Algorithm| {
            let path = self.folder.join(format!("{}.pem", algorithm.name()));
            open(&path, algorithm).map_err(|e| format!("{}: {e}", path.display()))
        };
        let made = self
            .made
            .get_or_init(|| Ok([open(Algorithm::Sm2)?, open(Algorithm::Ed25519)?]));
        made.as_ref().map_err(Error::bug)
    }
}

/// Reads a private key, or makes one where there is none.
fn open(path: &Path, algorithm: Algorithm) -> std::io::Result<Box<dyn Signer>> {
    let unreadable = || std::io::Error::other("not a private key as Jiannuo writes it");
    match std::fs::read_to_string(path) {
        Ok(text) => der::read_private(algorithm, &text)
            .and_then(|secret| signer(algorithm, &secret))
            .ok_or_else(unreadable),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut secret = [0; 32];
            // A number beyond the order of the curve is no key; that comes once in 2^32 tries.
            let made = loop {
                fill_random(&mut secret);
                if let Some(made) = signer(algorithm, &secret) {
                    break made;
                }
            };
            keep(path, &der::private(algorithm, &secret))?;
            Ok(made)
        }
        Err(error) => Err(error),
    }
}

/// Writes a private key so that nobody else can read it, not even for a moment.
fn keep(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    let mut folders = std::fs::DirBuilder::new();
    folders.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        options.mode(0o600);
        folders.mode(0o700);
    }
    folders.create(path.parent().unwrap_or(Path::new(".")))?;
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests;
