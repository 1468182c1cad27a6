//! What people of the demo write. Whoever is asked for a promise of his own does not write a colleague's again: a sentence
//! that reads like one written before is thought over.

use super::Dice;
use crate::error::{Error, Result};
use domain::review::alike::Alike;
use domain::time::add_days;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::HashMap;

/// So alike, in percent, two sentences of different people are not: a little less than what is shown as alike.
const APART: u32 = 56;
/// How often somebody thinks a sentence over.
const THOUGHTS: usize = 24;

/// The sentences people of the demo choose from.
#[derive(Deserialize)]
pub(super) struct Data {
    pub on_behalf: Vec<String>,
    pub paper: Vec<String>,
    pub copied: Vec<String>,
    vague: (Vec<String>, Vec<String>),
    tail: Vec<String>,
    words: HashMap<String, Words>,
    pub common: Common,
    pub leading: Leading,
    pub post: HashMap<String, Vec<String>>,
    pub deed: HashMap<String, Vec<String>>,
    pub branch: Branch,
}

/// Whom a branch looks after, and where.
#[derive(Clone, Default, Deserialize)]
struct Words {
    who: Vec<String>,
    #[serde(rename = "where")]
    places: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Common {
    pub list: Vec<String>,
    pub leading: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Leading {
    pub post: Vec<String>,
    pub deed: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Branch {
    pub common: Vec<String>,
    pub post: Vec<String>,
    pub deed: Vec<String>,
}

/// Writes the demo's sentences.
pub(super) struct Pen {
    /// What is chosen from.
    pub data: Data,
    /// First day of the campaign.
    pub first: Date,
    written: Alike,
    branch: Words,
}

impl Pen {
    /// A pen nobody has written with.
    ///
    /// # Errors
    /// A mistake in the demo's data.
    pub fn new(first: Date) -> Result<Pen> {
        Ok(Pen {
            data: toml::from_str(include_str!("../../data/demo/pledge.toml")).map_err(Error::bug)?,
            first,
            written: Alike::default(),
            branch: Words::default(),
        })
    }

    /// Goes on writing for a branch.
    pub fn of_branch(&mut self, name: &str) {
        let words = &self.data.words;
        // Whoever belongs to no branch of the list is taken for the first.
        let first = || words.iter().min_by_key(|(name, _)| name.as_str()).map(|(_, w)| w);
        self.branch = words.get(name).or_else(first).cloned().unwrap_or_default();
    }

    /// A sentence of the list as nobody has written it yet, where that can be.
    pub fn own(&mut self, dice: &mut Dice, list: &[String]) -> Option<String> {
        let mut text = String::new();
        for _ in 0..THOUGHTS {
            let sentence = dice.pick(list)?.clone();
            text = self.fill(dice, &sentence);
            if self.written.near(&text, APART).is_empty() {
                break;
            }
        }
        self.written.add(&text);
        Some(text)
    }

    /// A promise nobody can check.
    pub fn vague(&mut self, dice: &mut Dice) -> Option<String> {
        let (begin, end) = &self.data.vague;
        let comma = lang::text(lang::Lang::Zh, "public.comma");
        let all = begin
            .iter()
            .flat_map(|b| end.iter().map(move |e| [b.as_str(), comma, e].concat()));
        let all: Vec<String> = all.collect();
        self.own(dice, &all)
    }

    /// A sentence with its numbers, places and date.
    pub fn fill(&self, dice: &mut Dice, sentence: &str) -> String {
        let mut out = String::new();
        let tail = dice.pick(&self.data.tail).cloned().unwrap_or_default();
        let whole = sentence.replace("{tail}", &tail);
        let mut rest = whole.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let (place, behind) = after.split_once('}').unwrap_or((after, ""));
            match (place, place.split_once('-')) {
                ("who", _) => out.push_str(dice.pick(&self.branch.who).map_or("", String::as_str)),
                ("where", _) => out.push_str(dice.pick(&self.branch.places).map_or("", String::as_str)),
                (_, Some((low, high))) => {
                    let (low, high): (usize, usize) = (low.parse().unwrap_or(1), high.parse().unwrap_or(1));
                    out.push_str(&(low + dice.below(high.saturating_sub(low) + 1)).to_string());
                }
                (_, None) => out.push_str(&lang::date(lang::Lang::Zh, self.due(dice))),
            }
            rest = behind;
        }
        out.push_str(rest);
        out
    }

    /// A day on which something may be due: the end of a month between two and thirteen months after the beginning.
    pub fn due(&self, dice: &mut Dice) -> Date {
        let day = add_days(self.first, 60 + i32::try_from(dice.below(330)).unwrap_or(0));
        day.last_of_month()
    }
}
