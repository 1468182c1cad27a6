//! The words of due dates.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
pub struct Ahead {
    pub days: Vec<String>,
    pub working_days: Vec<String>,
    pub weeks: Vec<String>,
    pub months: Vec<String>,
    pub years: Vec<String>,
    pub half_year: Vec<String>,
    pub half_month: Vec<String>,
    pub today: Vec<String>,
    pub tomorrow: Vec<String>,
    pub after_tomorrow: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
pub struct Periods {
    pub day: Vec<String>,
    pub week: Vec<String>,
    pub month: Vec<String>,
    pub quarter: Vec<String>,
    pub half_year: Vec<String>,
    pub year: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
pub struct Numerals {
    pub digits: String,
    pub zero: String,
    pub two: String,
    pub ten: String,
}

/// The words of `data/due-words.toml`.
#[derive(Debug, Default, Deserialize)]
pub struct Words {
    pub limits: Vec<String>,
    pub within: Vec<String>,
    pub leads: Vec<String>,
    pub year: String,
    pub month: String,
    pub days: Vec<String>,
    pub this_year: Vec<String>,
    pub next_year: Vec<String>,
    pub year_ends: Vec<String>,
    pub month_ends: Vec<String>,
    pub month_begins: Vec<String>,
    pub month_middles: Vec<String>,
    pub month_seconds: Vec<String>,
    pub first_half: Vec<String>,
    pub second_half: Vec<String>,
    pub this_month: Vec<String>,
    pub next_month: Vec<String>,
    pub this_quarter: Vec<String>,
    pub next_quarter: Vec<String>,
    pub quarter: Vec<String>,
    pub quarter_ends: Vec<String>,
    pub ordinal: String,
    pub this_week: Vec<String>,
    pub next_week: Vec<String>,
    pub week: Vec<String>,
    pub weekdays: Vec<String>,
    pub sundays: Vec<String>,
    pub every: Vec<String>,
    pub ahead: Ahead,
    pub periods: Periods,
    pub numerals: Numerals,
    pub fixed: BTreeMap<String, (i8, i8)>,
    pub lunar: BTreeMap<String, Vec<Date>>,
}

/// The words, read once. A test reads the file; without it only plain dates are understood.
pub static WORDS: LazyLock<Words> =
    LazyLock::new(|| toml::from_str(include_str!("../../../data/due-words.toml")).unwrap_or_default());
