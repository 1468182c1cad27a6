//! Text advice while a commitment is written (N6, N8): are how many, for whom and by when there, and which words say
//! too little. Advice never blocks and never scores a person.
//!
//! All ranges are byte ranges of the text as given and lie on character borders. The word lists are data
//! (`data/advice.toml`). Full-width digits and punctuation count as half-width ones; the text is not changed.

mod numbers;
mod words;

use std::ops::Range;

use serde::Serialize;

use numbers::Number;
use words::{WORDS, Words};

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

/// What a remark says; the sentence is `advice.NAME` in the catalogue, with the quoted words as argument `quote`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RemarkKind {
    /// A slogan or a chain of four-character phrases.
    Slogan,
    /// A duty everybody has anyway (N6).
    RoutineDuty,
    /// More, less, better, without a number.
    Comparative,
    /// 定期, 及时, 经常 without how often.
    HowOften,
    /// A verb that says nothing alone.
    WeakVerb,
    /// Several promises in one text, which would be clearer as several items.
    Split,
}

impl RemarkKind {
    /// The key of the sentence.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Slogan => "advice.slogan",
            Self::RoutineDuty => "advice.routine_duty",
            Self::Comparative => "advice.comparative",
            Self::HowOften => "advice.how_often",
            Self::WeakVerb => "advice.weak_verb",
            Self::Split => "advice.split",
        }
    }
}

/// One piece of advice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// What it says.
    pub kind: RemarkKind,
    /// The words it is about.
    pub quote: Range<usize>,
    /// The clause in which they stand.
    pub clause: Range<usize>,
}

/// The advice on one text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Advice {
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
}

impl Advice {
    /// It can be checked whether this was done: there is a quantity or a time.
    #[must_use]
    pub fn is_checkable(&self) -> bool {
        self.quantity || self.deadline
    }
}

/// Gives advice on a text.
#[must_use]
pub fn advise(text: &str) -> Advice {
    let words = &*WORDS;
    let clauses = clauses(text);
    let measured = measured(text, words, &clauses);
    let has = |measure| measured.iter().any(|m: &Measured| m.measure == measure);
    let mut remarks: Vec<Remark> = Vec::new();
    for clause in &clauses {
        remark_clause(text, words, clause, &measured, &mut remarks);
    }
    if let Some(chain) = four_character_chain(text) {
        remarks.retain(|r| {
            r.kind != RemarkKind::WeakVerb || r.quote.start < chain.start || r.quote.end > chain.end
        });
        if !remarks.iter().any(|r| r.kind == RemarkKind::Slogan) {
            remarks.push(Remark {
                kind: RemarkKind::Slogan,
                quote: chain.clone(),
                clause: chain,
            });
        }
    }
    if let Some(rest) = several_promises(text, &measured) {
        remarks.push(Remark {
            kind: RemarkKind::Split,
            quote: rest.clone(),
            clause: rest,
        });
    }
    remarks.sort_by_key(|r| (r.clause.start, r.quote.start, r.kind));
    Advice {
        quantity: has(Measure::Quantity),
        object: has(Measure::Object),
        deadline: has(Measure::Deadline),
        remarks,
        measured,
    }
}

/// Half-width form of a full-width character, and the comma and semicolon of either width as one.
fn fold(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3002}' | '\u{FF61}' => '.',
        '\u{3000}' => ' ',
        _ => c,
    }
}

/// The clauses of a text: between commas, semicolons, stops, colons and line ends; without white space around.
fn clauses(text: &str) -> Vec<Range<usize>> {
    let is_end = |at: usize, c: char| match fold(c) {
        ';' | '!' | '?' | '\n' => true,
        // 7:30, 1,000 and 1.5 are numbers, not the ends of clauses.
        ',' | ':' => !between_digits(text, at, c),
        '.' => c != '.' || !between_digits(text, at, c),
        _ => false,
    };
    split(text, is_end)
}

fn between_digits(text: &str, at: usize, c: char) -> bool {
    let before = text[..at].chars().next_back().map(fold);
    let after = text[at + c.len_utf8()..].chars().next().map(fold);
    before.is_some_and(|c| c.is_ascii_digit()) && after.is_some_and(|c| c.is_ascii_digit())
}

fn split(text: &str, is_end: impl Fn(usize, char) -> bool) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut keep = |from: usize, to: usize| {
        let part = &text[from..to];
        let lead = part.len() - part.trim_start().len();
        let body = part.trim();
        if !body.is_empty() {
            out.push(from + lead..from + lead + body.len());
        }
    };
    for (at, c) in text.char_indices() {
        if is_end(at, c) {
            keep(start, at);
            start = at + c.len_utf8();
        }
    }
    keep(start, text.len());
    out
}

/// A word of a list; 年底前 is one word with its 前.
fn with_limit(text: &str, words: &Words, range: Range<usize>, measure: Measure) -> Measured {
    let limit = words::longest(&text[range.end..], &words.within).filter(|_| measure == Measure::Deadline);
    Measured {
        range: range.start..range.end + limit.map_or(0, str::len),
        measure,
    }
}

/// Every measured word; where two overlap, the one that begins first, then the longer one, is kept.
fn measured(text: &str, words: &Words, clauses: &[Range<usize>]) -> Vec<Measured> {
    let mut found: Vec<Measured> = Vec::new();
    for number in numbers::scan(text, words, clauses) {
        let Number {
            range,
            quantity,
            deadline,
            people,
        } = number;
        let measure = match (deadline, quantity, people) {
            (true, false, _) => Measure::Deadline,
            (_, _, true) => Measure::Object,
            _ => Measure::Quantity,
        };
        found.push(Measured {
            range: range.clone(),
            measure,
        });
        // "12 名产妇" says how many and for whom, "3 分钟内" how many and by when: both lights, one underline.
        for (also, second) in [(quantity, Measure::Quantity), (deadline, Measure::Deadline)] {
            if also && measure != second {
                found.push(Measured {
                    range: range.end..range.end,
                    measure: second,
                });
            }
        }
    }
    for (list, measure) in [
        (&words.deadlines, Measure::Deadline),
        (&words.beneficiaries, Measure::Object),
    ] {
        found.extend(words::all(text, list).map(|range| with_limit(text, words, range, measure)));
    }
    found.extend(numbers::frequencies(text, words).map(|range| Measured {
        range,
        measure: Measure::Deadline,
    }));
    found.sort_by(|a, b| (a.range.start, b.range.end).cmp(&(b.range.start, a.range.end)));
    let mut out: Vec<Measured> = Vec::new();
    for one in found {
        let overlaps = out
            .iter()
            .rev()
            .find(|m| !m.range.is_empty())
            .is_some_and(|m| m.range.end > one.range.start);
        if one.range.is_empty() || !overlaps {
            out.push(one);
        } else if out.iter().all(|m| m.measure != one.measure) {
            // The word lies inside another, but it lights a lamp of its own.
            out.push(Measured {
                range: one.range.end..one.range.end,
                measure: one.measure,
            });
        }
    }
    out
}

fn remark_clause(
    text: &str,
    words: &Words,
    clause: &Range<usize>,
    measured: &[Measured],
    out: &mut Vec<Remark>,
) {
    let within = |m: &&Measured| m.range.start >= clause.start && m.range.end <= clause.end;
    let quantity = measured
        .iter()
        .filter(within)
        .any(|m| m.measure == Measure::Quantity);
    let deadline = measured
        .iter()
        .filter(within)
        .any(|m| m.measure == Measure::Deadline);
    let part = &text[clause.clone()];
    let first = |list: &[String]| {
        words::all(part, list)
            .next()
            .map(|r| clause.start + r.start..clause.start + r.end)
    };
    let mut say = |kind, quote: Option<Range<usize>>| {
        if let Some(quote) = quote {
            out.push(Remark {
                kind,
                quote,
                clause: clause.clone(),
            });
        }
    };
    let slogan = first(&words.slogans);
    let duty = first(&words.routine_duties);
    let stronger = slogan.is_some() || duty.is_some();
    if !quantity {
        say(RemarkKind::Slogan, slogan);
    }
    say(RemarkKind::RoutineDuty, duty);
    let comparative = if quantity {
        None
    } else {
        first(&words.comparatives)
    };
    let how_often = if quantity || deadline {
        None
    } else {
        first(&words.how_often)
    };
    let pointed = stronger || comparative.is_some() || how_often.is_some();
    say(RemarkKind::Comparative, comparative);
    say(RemarkKind::HowOften, how_often);
    // One remark on a clause is enough to make its author think; the weakest one comes only alone.
    if !(quantity || deadline || pointed) {
        say(RemarkKind::WeakVerb, first(&words.weak));
    }
}

/// Three or more four-character phrases in a row.
fn four_character_chain(text: &str) -> Option<Range<usize>> {
    let parts = split(text, |_, c| matches!(fold(c), ',' | ';' | '.' | '\u{3001}' | '!'));
    let is_four = |r: &&Range<usize>| {
        let part = &text[(**r).clone()];
        part.chars().count() == 4 && part.chars().all(|c| c.is_alphabetic() && !c.is_ascii())
    };
    let mut run: Option<(Range<usize>, usize)> = None;
    for part in &parts {
        run = match run {
            Some((whole, n)) if is_four(&part) => Some((whole.start..part.end, n + 1)),
            None if is_four(&part) => Some((part.clone(), 1)),
            Some((whole, n)) if n >= 3 => return Some(whole),
            _ => None,
        };
    }
    run.filter(|(_, n)| *n >= 3).map(|(whole, _)| whole)
}

/// Two or more parts between semicolons that each have a quantity: the second part on.
fn several_promises(text: &str, measured: &[Measured]) -> Option<Range<usize>> {
    let parts = split(text, |_, c| matches!(fold(c), ';' | '\n'));
    let counted = |r: &&Range<usize>| {
        let inside = |m: &&Measured| m.range.start >= r.start && m.range.end <= r.end;
        measured
            .iter()
            .filter(inside)
            .any(|m| m.measure == Measure::Quantity)
    };
    parts.iter().filter(counted).nth(1).cloned()
}

#[cfg(test)]
mod tests;
