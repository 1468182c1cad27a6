//! Text advice while a commitment is written (N6, N8): are how many, for whom and by when there, which words say too
//! little, and could anyone see afterwards that it was done. Advice never blocks and never scores a person.
//!
//! All ranges are byte ranges of the text as given and lie on character borders. The rules are data ([`Rules`], shipped
//! as `data/advice.toml`). Full-width digits and punctuation count as half-width ones; the text is not changed.

mod copies;
mod house_words;
mod judge;
mod measure;
mod numbers;
mod other_due;
mod remark;
mod rules;
mod text;

use std::ops::Range;

use jiff::civil::Date;
use serde::Serialize;

pub use house_words::{HouseWords, ListChange, editable_lists, shipped_words};
pub use remark::{Remark, RemarkKind, Source};
pub use rules::{Rules, RulesProblem};

/// What a measured word measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// How many.
    Quantity,
    /// For whom or what.
    Object,
    /// By when, or how often.
    Deadline,
}

/// A word that can be checked afterwards, for underlining.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Measured {
    /// Where it stands.
    pub range: Range<usize>,
    /// What it measures.
    pub measure: Measure,
}

/// What a text is on the whole. A hint for its author and reviewer, never a mark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// It can be checked: a number, a time, or an act that can be answered with yes or no.
    Specific,
    /// It is about something, but nobody could say when it is done.
    #[default]
    Vague,
    /// It fits everybody: a slogan, a virtue, a duty of law, discipline or the post.
    Boilerplate,
}

impl Class {
    /// The identifier (`advice.class_…` in the catalogue).
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Specific => "specific",
            Self::Vague => "vague",
            Self::Boilerplate => "boilerplate",
        }
    }
}

/// The advice on one text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Advice {
    /// What it is on the whole.
    pub class: Class,
    /// 数量: a number that counts or measures.
    pub quantity: bool,
    /// 对象: for whom or what.
    pub object: bool,
    /// 时限: a deadline, a period or a frequency.
    pub deadline: bool,
    /// At most one of each kind and clause, in the order of the text.
    pub remarks: Vec<Remark>,
    /// Measured words in the order of the text, not overlapping.
    pub measured: Vec<Measured>,
    /// Version of the rules that said so.
    pub version: String,
}

/// What is known besides the text.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The rules.
    pub rules: &'a Rules,
    /// Group of posts of the author, as the campaign template names it; empty when unknown.
    pub post: &'a str,
    /// Texts it could have been copied from.
    pub known: &'a [(Source, &'a str)],
    /// The due date beside the text, when there is one.
    pub due: Option<Date>,
}

impl Default for Context<'_> {
    fn default() -> Self {
        Self {
            rules: Rules::shipped(),
            post: "",
            known: &[],
            due: None,
        }
    }
}

/// Gives advice on a text by the rules that ship.
#[must_use]
pub fn advise(text: &str) -> Advice {
    advise_in(text, &Context::default())
}

/// Characters of a text that are read. Nobody promises in more; what somebody pasted must not make the house wait.
pub const READ_MAX: usize = 4_000;

fn read_part(text: &str) -> &str {
    text.char_indices()
        .nth(READ_MAX)
        .map_or(text, |(end, _)| &text[..end])
}

/// The measured words alone: what a public page underlines, without the cost of advice.
#[must_use]
pub fn measured(text: &str, rules: &Rules) -> Vec<Measured> {
    let text = read_part(text);
    measure::shown(&measure::candidates(text, rules, &text::clauses(text)))
}

/// Gives advice on a text, on its first [`READ_MAX`] characters.
#[must_use]
pub fn advise_in(text: &str, context: &Context<'_>) -> Advice {
    let text = read_part(text);
    let rules = context.rules;
    let clauses = text::clauses(text);
    let found = measure::candidates(text, rules, &clauses);
    let measured = measure::shown(&found);
    let marks: Vec<judge::Marks> = clauses
        .iter()
        .map(|clause| judge::marks(text, clause, &found, rules))
        .collect();
    let class = judge::class(text, &marks, rules);
    let has = |measure| measured.iter().any(|m: &Measured| m.measure == measure);
    Advice {
        class,
        quantity: has(Measure::Quantity),
        object: has(Measure::Object),
        deadline: has(Measure::Deadline),
        remarks: remark::remarks(text, context, &clauses, &measured, class),
        version: rules.version().to_owned(),
        measured,
    }
}

/// The figures and Chinese numerals of a text in order.
pub fn number_letters(text: &str) -> impl Iterator<Item = char> + '_ {
    let digits = &Rules::shipped().numerals.digits;
    text.chars()
        .map(text::fold)
        .filter(move |c| c.is_ascii_digit() || digits.contains(*c))
}

#[cfg(test)]
mod figures;
#[cfg(test)]
mod tests;
