//! How much the public may send at once: one bucket for everybody, in memory, so that no address is looked at or
//! kept (PR-05). It slows a flood down; it does not single anybody out.

use std::sync::Mutex;

/// Seconds whose worth may come at once.
const SECONDS: i64 = 60;
const MICROS: i64 = 1_000_000;

/// A bucket that fills by itself.
pub(crate) struct Burst {
    level: Mutex<Level>,
    a_second: i64,
}

struct Level {
    /// What is left, in millionths.
    left: i64,
    /// When it was looked at, microseconds UTC.
    at: i64,
}

impl Burst {
    /// A full bucket that gets so many a second.
    pub fn of(a_second: u32) -> Burst {
        let a_second = i64::from(a_second.max(1));
        Burst {
            level: Mutex::new(Level {
                left: a_second * SECONDS * MICROS,
                at: 0,
            }),
            a_second,
        }
    }

    /// Takes one, unless there is none.
    pub fn take(&self, now: i64) -> bool {
        let Ok(mut level) = self.level.lock() else {
            return true;
        };
        let passed = now.saturating_sub(level.at).max(0);
        level.left = level
            .left
            .saturating_add(passed.saturating_mul(self.a_second))
            .min(self.a_second * SECONDS * MICROS);
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
        let burst = Burst::of(2);
        let taken = (0..200).filter(|_| burst.take(7)).count();
        assert_eq!(taken, 120);
        assert!(burst.take(7 + MICROS / 2));
        assert!(!burst.take(7 + MICROS / 2));
        // A clock that is set back gives nothing and takes nothing away.
        assert!(!burst.take(0));
        assert!(burst.take(MICROS));
    }
}
