//! Freezing the pool, taking the seed, drawing. The algorithm stands in the module's documentation.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{DrawnInspector, DrawnItem, FORMAT};
use crate::canonical::{sha256, sha256_hex};
use crate::problem::Problem;

/// An item that can be drawn.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PoolEntry {
    /// The branch it belongs to.
    pub stratum: String,
    /// The item's id.
    pub id: String,
}

/// Somebody who can be drawn to inspect.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Inspector {
    /// The inspector's own branch.
    pub unit: String,
    /// The inspector's id.
    pub id: String,
}

/// An inspector who may not check a branch, beyond his own (a superior, a relative, a declared interest).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Recusal {
    /// The branch.
    pub stratum: String,
    /// The inspector.
    pub id: String,
}

/// Everything that is fixed and hashed before the seed is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// The pool in canonical order.
    pub pool: Vec<PoolEntry>,
    /// The inspectors, sorted.
    pub inspectors: Vec<Inspector>,
    /// The recusals, sorted.
    pub recusals: Vec<Recusal>,
    /// Items to draw in all.
    pub sample: u32,
    /// At least so many of each branch, as far as it has them.
    pub minimum: u32,
    /// Inspectors to draw for each branch; at least two.
    pub inspectors_per_stratum: u32,
    /// Words that say where the seed will come from.
    pub seed_source: String,
}

impl Frozen {
    /// Brings everything into canonical order and checks that a draw of it can be carried out.
    ///
    /// # Errors
    /// `problem.draw.pool_empty`, `.twice` (arg `id`), `.text` for an id that holds white space or control
    /// characters, `.sample` when it is zero or more than the pool, `.inspectors_two`, `.inspectors_few` (arg
    /// `stratum`), `.source_missing`.
    pub fn freeze(mut self) -> Result<Self, Problem> {
        self.pool.sort();
        self.inspectors.sort();
        self.recusals.sort();
        self.recusals.dedup();
        if self.pool.is_empty() {
            return Err(Problem::invalid("problem.draw.pool_empty").on("pool"));
        }
        let words = (self.pool.iter().flat_map(|e| [&e.stratum, &e.id]))
            .chain(self.inspectors.iter().flat_map(|i| [&i.unit, &i.id]))
            .chain(self.recusals.iter().flat_map(|r| [&r.stratum, &r.id]));
        for word in words {
            if word.is_empty() || word.chars().any(|c| c.is_whitespace() || c.is_control()) {
                return Err(Problem::invalid("problem.draw.text")
                    .on("pool")
                    .with("id", word.escape_debug()));
            }
        }
        once(self.pool.iter().map(|e| &e.id), "pool")?;
        once(self.inspectors.iter().map(|i| &i.id), "inspectors")?;
        if self.sample == 0 || self.sample as usize > self.pool.len() {
            return Err(Problem::invalid("problem.draw.sample")
                .on("sample")
                .with("size", self.pool.len()));
        }
        if self.inspectors_per_stratum < 2 {
            return Err(Problem::invalid("problem.draw.inspectors_two").on("inspectors_per_stratum"));
        }
        let source = self.seed_source.trim();
        if source.is_empty() || source.contains(['\n', '\r']) || source != self.seed_source {
            return Err(Problem::invalid("problem.draw.source_missing").on("seed_source"));
        }
        for (stratum, places) in self.places() {
            let count = self.eligible(&stratum).len();
            if places > 0 && count < self.inspectors_per_stratum as usize {
                let problem = Problem::invalid("problem.draw.inspectors_few").on("inspectors");
                let problem = problem.with("stratum", stratum).with("count", count);
                return Err(problem.with("asked", self.inspectors_per_stratum));
            }
        }
        Ok(self)
    }

    /// The canonical pool text that is hashed and handed out.
    #[must_use]
    pub fn pool_text(&self) -> String {
        self.pool
            .iter()
            .map(|e| format!("{}\t{}\n", e.stratum, e.id))
            .collect()
    }

    /// The canonical text of inspectors and recusals.
    #[must_use]
    pub fn inspectors_text(&self) -> String {
        let inspectors = self
            .inspectors
            .iter()
            .map(|i| format!("inspector\t{}\t{}\n", i.unit, i.id));
        let recused = self
            .recusals
            .iter()
            .map(|r| format!("recused\t{}\t{}\n", r.stratum, r.id));
        inspectors.chain(recused).collect()
    }

    /// SHA-256 of the pool text, hexadecimal.
    #[must_use]
    pub fn pool_hash(&self) -> String {
        sha256_hex(self.pool_text().as_bytes())
    }

    /// SHA-256 of the inspectors text, hexadecimal.
    #[must_use]
    pub fn inspectors_hash(&self) -> String {
        sha256_hex(self.inspectors_text().as_bytes())
    }

    /// The commitment that is logged before the seed is known (RD-01).
    #[must_use]
    pub fn commitment(&self) -> String {
        let (pool, inspectors) = (self.pool_hash(), self.inspectors_hash());
        let numbers = format!(
            "{}\n{}\n{}\n",
            self.sample, self.minimum, self.inspectors_per_stratum
        );
        sha256_hex(format!("{FORMAT}\n{pool}\n{inspectors}\n{numbers}{}\n", self.seed_source).as_bytes())
    }

    /// How many items each stratum gives, in byte order of the strata.
    #[must_use]
    pub fn places(&self) -> BTreeMap<String, u32> {
        let mut sizes: BTreeMap<&str, u32> = BTreeMap::new();
        for entry in &self.pool {
            *sizes.entry(&entry.stratum).or_default() += 1;
        }
        let mut places: BTreeMap<&str, u32> = sizes.iter().map(|(s, n)| (*s, self.minimum.min(*n))).collect();
        let mut left = self.sample.saturating_sub(places.values().sum());
        while left > 0 {
            // The largest size / (places + 1), as exact fractions; the first by bytes wins a tie.
            let mut best: Option<(&str, u64, u64)> = None;
            for (stratum, size) in &sizes {
                let got = places.get(stratum).copied().unwrap_or(0);
                let (size, next) = (u64::from(*size), u64::from(got) + 1);
                if next <= size && best.is_none_or(|(_, s, n)| size * n > s * next) {
                    best = Some((stratum, size, next));
                }
            }
            let Some((stratum, _, _)) = best else { break };
            *places.entry(stratum).or_default() += 1;
            left -= 1;
        }
        places.into_iter().map(|(s, n)| (s.to_owned(), n)).collect()
    }

    /// Those who may inspect a stratum, sorted by id.
    #[must_use]
    pub fn eligible(&self, stratum: &str) -> Vec<&str> {
        let recused = |id: &str| self.recusals.iter().any(|r| r.stratum == stratum && r.id == id);
        let free = self
            .inspectors
            .iter()
            .filter(|i| i.unit != stratum && !recused(&i.id));
        let mut ids: Vec<&str> = free.map(|i| i.id.as_str()).collect();
        ids.sort_unstable();
        ids
    }

    /// Carries the draw out with a seed as [`normal_seed`] gives it.
    #[must_use]
    pub fn select(&self, seed: &str) -> (Vec<DrawnItem>, Vec<DrawnInspector>) {
        let key = sha256_hex(format!("{}\n{seed}\n", self.commitment()).as_bytes());
        let (mut items, mut inspectors) = (Vec::new(), Vec::new());
        for (stratum, places) in self.places() {
            if places == 0 {
                continue;
            }
            let list: Vec<&str> = self
                .pool
                .iter()
                .filter(|e| e.stratum == stratum)
                .map(|e| e.id.as_str())
                .collect();
            for (number, id) in pick(&key, "item", &stratum, &list, places) {
                items.push(DrawnItem {
                    stratum: stratum.clone(),
                    of: list.len(),
                    number,
                    id: id.to_owned(),
                });
            }
            let eligible = self.eligible(&stratum);
            for (_, id) in pick(
                &key,
                "inspector",
                &stratum,
                &eligible,
                self.inspectors_per_stratum,
            ) {
                inspectors.push(DrawnInspector {
                    stratum: stratum.clone(),
                    id: id.to_owned(),
                });
            }
        }
        (items, inspectors)
    }
}

fn once<'a>(ids: impl Iterator<Item = &'a String>, field: &str) -> Result<(), Problem> {
    let mut seen = BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(Problem::invalid("problem.draw.twice").on(field).with("id", id));
        }
    }
    Ok(())
}

/// Draws `count` of a list; gives each with its number in the full list, from 1.
fn pick<'a>(key: &str, purpose: &str, stratum: &str, list: &[&'a str], count: u32) -> Vec<(usize, &'a str)> {
    let mut left: Vec<(usize, &str)> = list.iter().enumerate().map(|(i, id)| (i + 1, *id)).collect();
    let mut drawn = Vec::new();
    for place in 1..=count {
        let Ok(m @ 1..) = u64::try_from(left.len()) else {
            break;
        };
        // 2^64 mod m values at the top would favour the first entries: they are thrown away.
        let bad = (u64::MAX % m + 1) % m;
        let x = (0u32..)
            .map(|attempt| {
                let text = format!("{key}\n{purpose}\n{stratum}\n{place}\n{attempt}\n");
                let [a, b, c, d, e, f, g, h, ..] = sha256(text.as_bytes());
                u64::from_be_bytes([a, b, c, d, e, f, g, h])
            })
            .find(|x| *x <= u64::MAX - bad);
        let Some(at) = x.and_then(|x| usize::try_from(x % m).ok()) else {
            break;
        };
        drawn.push(left.remove(at));
    }
    drawn
}

/// Fewest characters of a seed: twelve dice are 31 bits, more than any pool needs.
pub const SEED_MIN: usize = 12;
/// Most characters of a seed.
pub const SEED_MAX: usize = 512;

/// The seed as it enters the draw: white space removed, full-width forms made half-width.
///
/// # Errors
/// `problem.draw.seed_short`, `.seed_long`, or `.seed_text` for control characters.
pub fn normal_seed(typed: &str) -> Result<String, Problem> {
    let fold = |c: char| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    let seed: String = typed.chars().filter(|c| !c.is_whitespace()).map(fold).collect();
    if seed.chars().any(char::is_control) {
        return Err(Problem::invalid("problem.draw.seed_text").on("seed"));
    }
    match seed.chars().count() {
        n if n < SEED_MIN => Err(Problem::invalid("problem.draw.seed_short")
            .on("seed")
            .with("min", SEED_MIN)),
        n if n > SEED_MAX => Err(Problem::invalid("problem.draw.seed_long")
            .on("seed")
            .with("max", SEED_MAX)),
        _ => Ok(seed),
    }
}

/// Holds a seed, as [`normal_seed`] gives it, to the dice that were announced: so many digits from 1 to 6.
///
/// # Errors
/// `problem.draw.seed_dice` on `seed` (args `n`, `count`).
pub fn check_dice(seed: &str, dice: usize) -> Result<(), Problem> {
    if seed.chars().count() == dice && seed.chars().all(|c| ('1'..='6').contains(&c)) {
        return Ok(());
    }
    Err(Problem::invalid("problem.draw.seed_dice")
        .on("seed")
        .with("n", dice)
        .with("count", seed.chars().count()))
}

/// Where a draw stands. Every draw stays in the log, also a void one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DrawState {
    /// The pool is frozen and its commitment is public; the seed is not known.
    Frozen,
    /// The seed has been entered and the result is fixed.
    Drawn {
        /// The seed as it entered the draw.
        seed: String,
    },
    /// Declared void, with the reason; a result it had stays readable.
    Void {
        /// The reason.
        reason: String,
        /// The seed, if it had been entered.
        seed: Option<String>,
    },
}

/// A draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draw {
    /// What was frozen.
    pub frozen: Frozen,
    /// Where it stands.
    pub state: DrawState,
}

impl Draw {
    /// Enters the seed that the announced source gave. It can be entered once.
    ///
    /// # Errors
    /// `problem.draw.already_drawn`, `problem.draw.void`, or the refusals of [`normal_seed`].
    pub fn enter_seed(self, typed: &str) -> Result<Self, Problem> {
        match self.state {
            DrawState::Frozen => {
                let seed = normal_seed(typed)?;
                Ok(Self {
                    state: DrawState::Drawn { seed },
                    ..self
                })
            }
            DrawState::Drawn { .. } => Err(Problem::conflict("problem.draw.already_drawn")),
            DrawState::Void { .. } => Err(Problem::conflict("problem.draw.void")),
        }
    }

    /// Declares the draw void. It stays in the log with what it had.
    ///
    /// # Errors
    /// `problem.reason.missing`, or `problem.draw.void` when it is void already.
    pub fn declare_void(self, reason: &str) -> Result<Self, Problem> {
        if crate::text::is_blank(reason) {
            return Err(Problem::invalid("problem.reason.missing").on("reason"));
        }
        let seed = match self.state {
            DrawState::Frozen => None,
            DrawState::Drawn { seed } => Some(seed),
            DrawState::Void { .. } => return Err(Problem::conflict("problem.draw.void")),
        };
        Ok(Self {
            state: DrawState::Void {
                reason: reason.to_owned(),
                seed,
            },
            ..self
        })
    }
}
