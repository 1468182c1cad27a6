//! How much the public may send at once: one bucket for everybody and one for each network, in memory, gone at a
//! restart (PR-05). Of an address a salted hash alone is remembered, and only while its bucket is not full.

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

/// One bucket for each account or network.
pub(crate) struct Bursts {
    levels: Mutex<HashMap<String, Level>>,
    a_minute: i64,
    at_once: i64,
}

impl Bursts {
    /// Accounts or networks remembered; beyond, those whose bucket is full again are forgotten.
    const KNOWN: usize = 4_096;

    fn of(a_minute: i64, at_once: i64) -> Bursts {
        Bursts {
            levels: Mutex::default(),
            a_minute,
            at_once,
        }
    }

    /// For what costs a little and is asked while somebody types: more than pauses of a third of a second between
    /// keys can ask for, and at once a form filled from a pasted page, a page opened again and again.
    pub fn typing() -> Bursts {
        Bursts::of(240, 120)
    }

    /// For what people say without an account: a waiting room behind one address, not a program that fills in the
    /// same sheet for ever (UX J4).
    pub fn saying() -> Bursts {
        Bursts::of(12, 40)
    }

    /// Takes one for an account or network, unless it has none left.
    pub fn take(&self, account: &str, now: i64) -> bool {
        let Ok(mut levels) = self.levels.lock() else {
            return true;
        };
        let filled = |level: &Level| {
            let passed = now.saturating_sub(level.at).max(0);
            let more = passed.saturating_mul(self.a_minute) / 60;
            level.left.saturating_add(more).min(self.at_once * MICROS)
        };
        if levels.len() >= Self::KNOWN && !levels.contains_key(account) {
            levels.retain(|_, level| filled(level) < self.at_once * MICROS);
            // More come at once than are remembered: nobody is kept from it.
            if levels.len() >= Self::KNOWN {
                return true;
            }
        }
        let level = levels.entry(account.to_owned()).or_insert(Level {
            left: self.at_once * MICROS,
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
        let bursts = Bursts::typing();
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
        assert!(bursts.levels.lock().expect("whole").len() <= Bursts::KNOWN);
        let said = Bursts::saying();
        assert_eq!((0..400).filter(|_| said.take("one network", 7)).count(), 40);
        assert!(said.take("another", 7));
        assert!(!said.take("one network", 7 + MICROS) && said.take("one network", 7 + 6 * MICROS));
    }
}
