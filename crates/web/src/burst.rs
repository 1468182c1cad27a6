//! How much the public may send at once: one bucket for everybody, in memory, so that no address is looked at or
//! kept (PR-05). It slows a flood down; it does not single anybody out.

use std::collections::HashMap;
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

/// One bucket for each account, for what costs a little and is asked while somebody types.
#[derive(Default)]
pub(crate) struct Bursts {
    levels: Mutex<HashMap<String, Level>>,
}

impl Bursts {
    /// So many a second for ever: more than pauses of a third of a second between keys can ask for.
    const A_SECOND: i64 = 4;
    /// So many at once: a form filled from a pasted page, a page opened again and again.
    const AT_ONCE: i64 = 120;
    /// Accounts remembered; beyond, those whose bucket is full again are forgotten.
    const ACCOUNTS: usize = 4_096;

    /// Takes one for an account, unless it has none left.
    pub fn take(&self, account: &str, now: i64) -> bool {
        let Ok(mut levels) = self.levels.lock() else {
            return true;
        };
        let filled = |level: &Level| {
            let passed = now.saturating_sub(level.at).max(0);
            let more = passed.saturating_mul(Self::A_SECOND);
            level.left.saturating_add(more).min(Self::AT_ONCE * MICROS)
        };
        if levels.len() >= Self::ACCOUNTS && !levels.contains_key(account) {
            levels.retain(|_, level| filled(level) < Self::AT_ONCE * MICROS);
            // More people type at once than are remembered: nobody is kept from it.
            if levels.len() >= Self::ACCOUNTS {
                return true;
            }
        }
        let level = levels.entry(account.to_owned()).or_insert(Level {
            left: Self::AT_ONCE * MICROS,
            at: now,
        });
        level.left = filled(level);
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

    #[test]
    fn somebody_who_types_never_meets_the_limit_and_a_program_does() {
        let bursts = Bursts::default();
        // An hour of typing with a pause of a third of a second after every key.
        let all = (0..10_800).all(|n| bursts.take("typist", n * MICROS / 3));
        assert!(all);
        let taken = (0..1_000).filter(|_| bursts.take("program", 7)).count();
        assert_eq!(taken, 120);
        assert!(bursts.take("typist", 7), "one account does not slow another");
        assert!(bursts.take("program", 7 + MICROS / 4), "it ends by itself");
        // Memory is bounded, and whoever comes is served.
        for n in 0..9_000 {
            assert!(bursts.take(&n.to_string(), 7));
        }
        assert!(bursts.levels.lock().expect("whole").len() <= Bursts::ACCOUNTS);
    }
}
