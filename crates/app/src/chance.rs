//! Where ids, codes and salts come from: the system's randomness, or a seed while a demo is being made.

use crate::case::fill_random;
use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicU64, Ordering};

/// Gives every act the seed of its own random values.
#[derive(Debug, Default)]
pub(crate) enum Chance {
    /// Nobody can guess it.
    #[default]
    System,
    /// The same again for the same number, one act after the other. Only for invented people: who knows the number knows
    /// every code that was given out.
    Seeded(u64, AtomicU64),
}

impl Chance {
    /// Chance that comes out the same for the same number.
    pub(crate) fn seeded(number: u64) -> Chance {
        Chance::Seeded(number, AtomicU64::new(0))
    }

    /// The seed of the next act.
    pub(crate) fn next(&self) -> [u8; 32] {
        match self {
            Chance::System => {
                let mut seed = [0; 32];
                fill_random(&mut seed);
                seed
            }
            Chance::Seeded(number, drawn) => {
                let n = drawn.fetch_add(1, Ordering::Relaxed);
                let mut hash = Sha256::new();
                hash.update(b"jiannuo-demo-1");
                hash.update(number.to_be_bytes());
                hash.update(n.to_be_bytes());
                hash.finalize().into()
            }
        }
    }
}
