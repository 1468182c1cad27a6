//! The rules and word lists: data, read from a text, versioned, and made ready for looking up.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use rustc_hash::FxHashMap;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::copies::Library;

/// Words to be found at a place of a text, in a time that does not grow with the length of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Vec<String>")]
pub struct WordList {
    by_first: FxHashMap<char, Vec<String>>,
    firsts: Bits,
}

/// A bit for the last ten bits of each character of a set: nearly every place of a text is passed over by it.
#[derive(Debug, Default)]
struct Bits([u64; 16]);

impl Bits {
    /// In which word a character has its bit, and there which.
    fn place(c: char) -> (usize, u64) {
        let low = u32::from(c) as usize % 1024;
        (low / 64, 1 << (low % 64))
    }

    fn set(&mut self, c: char) {
        let (at, bit) = Self::place(c);
        self.0[at] |= bit;
    }

    /// Whether the character may be one of the set.
    fn may_hold(&self, c: char) -> bool {
        let (at, bit) = Self::place(c);
        self.0[at] & bit != 0
    }
}

impl From<Vec<String>> for WordList {
    fn from(words: Vec<String>) -> Self {
        let (mut by_first, mut firsts) = (FxHashMap::<char, Vec<String>>::default(), Bits::default());
        for word in words {
            if let Some(first) = word.chars().next() {
                firsts.set(first);
                by_first.entry(first).or_default().push(word);
            }
        }
        for list in by_first.values_mut() {
            list.sort_by_key(|word| std::cmp::Reverse(word.len()));
            list.dedup();
        }
        Self { by_first, firsts }
    }
}

impl WordList {
    /// The longest word of the list at the beginning of a text.
    #[must_use]
    pub fn longest<'a>(&'a self, text: &str) -> Option<&'a str> {
        let first = text.chars().next()?;
        if !self.firsts.may_hold(first) {
            return None;
        }
        let list = self.by_first.get(&first)?;
        list.iter()
            .find(|word| text.starts_with(word.as_str()))
            .map(String::as_str)
    }

    /// The words of the list at the beginning of a text, the longest first.
    pub fn at<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        let list = text.chars().next().and_then(|first| self.by_first.get(&first));
        let words = list.into_iter().flatten().map(String::as_str);
        words.filter(move |word| text.starts_with(word))
    }

    /// Every place of a word, the longest at each place, not overlapping.
    pub fn all<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        let mut next = 0;
        text.char_indices().filter_map(move |(at, _)| {
            if at < next {
                return None;
            }
            let word = self.longest(text.get(at..)?)?;
            next = at + word.len();
            Some(at..next)
        })
    }

    /// The first place of a word.
    #[must_use]
    pub fn first(&self, text: &str) -> Option<Range<usize>> {
        self.all(text).next()
    }

    /// Whether a word of the list stands in the text.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        self.first(text).is_some()
    }

    /// Whether the text ends with a word of the list.
    #[must_use]
    pub fn ends(&self, text: &str) -> bool {
        let words = self.by_first.values().flatten();
        words.into_iter().any(|word| text.ends_with(word.as_str()))
    }
}

/// Single characters. Every place of a text is asked for them, so most are passed over by one bit.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "String")]
pub struct Signs {
    all: Vec<char>,
    bits: Bits,
}

impl From<String> for Signs {
    fn from(text: String) -> Self {
        let mut bits = Bits::default();
        text.chars().for_each(|c| bits.set(c));
        Self {
            all: text.chars().collect(),
            bits,
        }
    }
}

impl Signs {
    /// Whether it is one of them.
    #[must_use]
    pub fn contains(&self, c: char) -> bool {
        self.bits.may_hold(c) && self.all.contains(&c)
    }
}

/// Number words.
#[derive(Debug, Default, Deserialize)]
pub struct Numerals {
    pub digits: Signs,
    pub one: String,
    pub clock: String,
    pub clock_before: WordList,
    pub percent_of: String,
    pub ordinal: String,
    pub every: Signs,
    pub between: Signs,
    pub quotes: Signs,
    pub about: WordList,
    pub dates: WordList,
    pub tails: WordList,
    #[serde(default)]
    pub on_days: String,
}

#[derive(Debug, Default, Deserialize)]
struct LibraryText {
    sentences: Vec<String>,
}

/// The rules of the advice. What each list is for stands in the file that ships, `data/advice.toml`.
#[derive(Debug, Default, Deserialize)]
pub struct Rules {
    version: String,
    pub(super) set_phrases: WordList,
    pub(super) figurative_after: WordList,
    pub(super) units: WordList,
    pub(super) weak_units: WordList,
    pub(super) at_least: WordList,
    pub(super) at_most_after: WordList,
    pub(super) counting_verbs: WordList,
    pub(super) long_times: WordList,
    pub(super) short_times: WordList,
    pub(super) within: WordList,
    pub(super) every: WordList,
    pub(super) frequencies: WordList,
    pub(super) deadlines: WordList,
    pub(super) events: WordList,
    pub(super) event_limits: WordList,
    pub(super) periods: WordList,
    pub(super) acts: WordList,
    pub(super) half_acts: WordList,
    pub(super) everyone: WordList,
    pub(super) completed: WordList,
    pub(super) helping: WordList,
    pub(super) surnames: String,
    pub(super) anonymous: String,
    pub(super) beneficiaries: WordList,
    pub(super) name_tails: WordList,
    pub(super) not_tails: WordList,
    pub(super) things: WordList,
    pub(super) people_units: WordList,
    pub(super) weak: WordList,
    pub(super) comparatives: WordList,
    #[serde(default)]
    pub(super) negations: WordList,
    #[serde(default)]
    pub(super) baselines: WordList,
    #[serde(default)]
    pub(super) yardsticks: WordList,
    pub(super) how_often: WordList,
    pub(super) slogans: WordList,
    pub(super) routine_duties: WordList,
    pub(super) virtues: WordList,
    pub(super) forbids: WordList,
    pub(super) duty_verbs: WordList,
    pub(super) duty_objects: WordList,
    pub(super) post_duties: HashMap<String, WordList>,
    pub(super) numerals: Numerals,
    library: LibraryText,
    #[serde(skip)]
    pub(super) copies: Library,
}

/// Why a file of rules was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RulesProblem {
    /// What is wrong, with line and column.
    pub message: String,
}

/// The rules as they ship.
pub(super) const SHIPPED_TEXT: &str = include_str!("../../data/advice.toml");

/// The rules that ship. A test reads them; unreadable ones would only silence the advice.
static SHIPPED: LazyLock<Arc<Rules>> =
    LazyLock::new(|| Arc::new(Rules::read(SHIPPED_TEXT).unwrap_or_default()));

impl Rules {
    /// Reads rules from TOML.
    ///
    /// # Errors
    /// What is missing or misspelt, with its line.
    pub fn read(text: &str) -> Result<Self, RulesProblem> {
        let mut rules: Self = toml::from_str(text).map_err(|e| RulesProblem {
            message: e.to_string(),
        })?;
        let hash = Sha256::digest(text.as_bytes());
        rules.version.push('-');
        for byte in hash.iter().take(4) {
            let _ = write!(rules.version, "{byte:02x}");
        }
        rules.copies = Library::of(&rules.library.sentences);
        Ok(rules)
    }

    /// The rules that ship with the product.
    #[must_use]
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// The same, for whoever keeps either these or an organisation's own.
    #[must_use]
    pub fn shipped_shared() -> Arc<Self> {
        SHIPPED.clone()
    }

    /// The groups of posts whose duties are known, in order.
    #[must_use]
    pub fn posts(&self) -> Vec<&str> {
        let mut posts: Vec<&str> = self.post_duties.keys().map(String::as_str).collect();
        posts.sort_unstable();
        posts
    }

    /// The version as written in the file and eight hexadecimal digits of its hash: what stands with a verdict.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }
}
