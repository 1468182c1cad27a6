//! The word lists and how they are found.

use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

/// The lists of `data/advice.toml`; what each is for stands there.
#[derive(Debug, Default, Deserialize)]
pub struct Words {
    pub set_phrases: Vec<String>,
    pub units: Vec<String>,
    pub weak_units: Vec<String>,
    pub at_least: Vec<String>,
    pub long_times: Vec<String>,
    pub short_times: Vec<String>,
    pub within: Vec<String>,
    pub every: Vec<String>,
    pub deadlines: Vec<String>,
    pub beneficiaries: Vec<String>,
    pub people_units: Vec<String>,
    pub weak: Vec<String>,
    pub comparatives: Vec<String>,
    pub how_often: Vec<String>,
    pub slogans: Vec<String>,
    pub routine_duties: Vec<String>,
    pub numerals: Numerals,
}

/// Number words.
#[derive(Debug, Default, Deserialize)]
pub struct Numerals {
    pub digits: String,
    pub one: String,
    pub percent_of: String,
    pub every: String,
    pub between: String,
    pub about: Vec<String>,
    pub dates: Vec<String>,
    pub tails: Vec<String>,
}

/// The lists, read once. A test reads the file; an unreadable one would only silence the advice.
pub static WORDS: LazyLock<Words> =
    LazyLock::new(|| toml::from_str(include_str!("../../data/advice.toml")).unwrap_or_default());

/// The longest word of the list at the beginning of a text.
pub fn longest<'a>(text: &str, list: &'a [String]) -> Option<&'a str> {
    let fits = list
        .iter()
        .filter(|word| !word.is_empty() && text.starts_with(word.as_str()));
    fits.max_by_key(|word| word.len()).map(String::as_str)
}

/// Every place of a word of the list, the longest at each place, not overlapping.
pub fn all<'a>(text: &'a str, list: &'a [String]) -> impl Iterator<Item = Range<usize>> + 'a {
    let mut next = 0;
    text.char_indices().filter_map(move |(at, _)| {
        if at < next {
            return None;
        }
        let word = longest(&text[at..], list)?;
        next = at + word.len();
        Some(at..next)
    })
}
