//! How much the public may send at once: one bucket for everybody, in memory, so that no address is looked at or
//! kept (PR-05). It slows a flood down; it does not single anybody out.

use std::sync::Mutex;

/// Sent at once at most.
const FULL: i64 = 120;
/// Sent a second in the long run.
const A_SECOND: i64 = 20;
const MICROS: i64 = 1_000_000;

/// A bucket that fills by itself.
pub(crate) struct Burst(Mutex<Level>);

struct Level {
    /// What is left, in millionths.
    left: i64,
    /// When it was looked at, microseconds UTC.
    at: i64,
}

impl Default for Burst {
    fn default() -> Burst {
        Burst(Mutex::new(Level {
            left: FULL * MICROS,
            at: 0,
        }))
    }
}

impl Burst {
    /// Takes one, unless there is none.
    pub fn take(&self, now: i64) -> bool {
        let Ok(mut level) = self.0.lock() else {
            return true;
        };
        let passed = now.saturating_sub(level.at).max(0);
        level.left = level
            .left
            .saturating_add(passed.saturating_mul(A_SECOND))
            .min(FULL * MICROS);
        level.at = now;
        if level.left < MICROS {
            return false;
        }
        level.left -= MICROS;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_slowed_and_ends_by_itself() {
        let burst = Burst::default();
        let taken = (0..FULL + 10).filter(|_| burst.take(7)).count();
        assert_eq!(taken, 120);
        assert!(burst.take(7 + MICROS / A_SECOND));
        assert!(!burst.take(7 + MICROS / A_SECOND));
        // A clock that is set back gives nothing and takes nothing away.
        assert!(!burst.take(0));
        assert!(burst.take(MICROS));
    }
}
