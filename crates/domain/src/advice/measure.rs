//! The measured words of a text: how many, for whom, by when or how often.

use std::ops::Range;

use super::rules::Rules;
use super::{Measure, Measured, numbers};

/// A measured word and whether it is strong enough to check a promise by.
pub struct Found {
    /// The word.
    pub word: Measured,
    /// It only names a period or a kind of people.
    pub weak: bool,
}

fn found(range: Range<usize>, measure: Measure, weak: bool) -> Found {
    Found {
        word: Measured { range, measure },
        weak,
    }
}

/// Every measured word, overlapping ones too.
pub fn candidates(text: &str, rules: &Rules, clauses: &[Range<usize>]) -> Vec<Found> {
    let mut all: Vec<Found> = Vec::new();
    for number in numbers::scan(text, rules, clauses) {
        let measure = match (number.deadline, number.quantity, number.people) {
            (true, false, _) => Measure::Deadline,
            (_, _, true) => Measure::Object,
            _ => Measure::Quantity,
        };
        let end = number.range.end;
        all.push(found(number.range, measure, number.bare));
        // "12 名产妇" says how many and for whom, "3 分钟内" how many and by when: both lights, one underline.
        for (also, second) in [
            (number.quantity, Measure::Quantity),
            (number.deadline, Measure::Deadline),
        ] {
            if also && measure != second {
                all.push(found(end..end, second, false));
            }
        }
    }
    all.extend(numbers::frequencies(text, rules).map(|r| found(r, Measure::Deadline, false)));
    for list in [&rules.frequencies, &rules.deadlines] {
        all.extend(
            list.all(text)
                .map(|r| found(with_limit(text, rules, r), Measure::Deadline, false)),
        );
    }
    all.extend(events(text, rules));
    all.extend(rules.periods.all(text).map(|r| {
        let end = with_limit(text, rules, r.clone()).end;
        let weak = end == r.end;
        found(r.start..end, Measure::Deadline, weak)
    }));
    all.extend(named(text, rules).map(|r| found(r, Measure::Object, true)));
    all
}

/// For whom or about what, each name whole: the longest of the list, with a tail such as the mark of the plural. Where
/// its end would cut another word in two, a shorter one is taken.
fn named<'a>(text: &'a str, rules: &'a Rules) -> impl Iterator<Item = Range<usize>> + 'a {
    let mut next = 0;
    text.char_indices().filter_map(move |(at, _)| {
        if at < next {
            return None;
        }
        let rest = text.get(at..)?;
        let longest = rules.beneficiaries.longest(rest)?;
        let mut words = rules.beneficiaries.at(rest);
        let whole = words.find(|word| !cuts(text, at + word.len(), rules));
        let word = whole.unwrap_or(longest);
        let mut end = at + word.len();
        while let Some(tail) = tail(text, end, rules) {
            end += tail;
        }
        next = end;
        Some(at..end)
    })
}

/// Whether a name that ends here takes the first character of another word.
fn cuts(text: &str, end: usize, rules: &Rules) -> bool {
    let last = text[..end].chars().next_back().map_or(0, char::len_utf8);
    let other = text
        .get(end - last..)
        .and_then(|rest| rules.not_tails.longest(rest));
    other.is_some_and(|word| word.len() > last)
}

/// How long the tail of a name is that ends here; none where another word begins.
fn tail(text: &str, end: usize, rules: &Rules) -> Option<usize> {
    let rest = text.get(end..)?;
    let tail = rules.name_tails.longest(rest)?;
    rules.not_tails.longest(rest).is_none().then_some(tail.len())
}

/// A word of a list; 年底前 is one word with its 前.
fn with_limit(text: &str, rules: &Rules, range: Range<usize>) -> Range<usize> {
    let limit = rules.within.longest(&text[range.end..]);
    range.start..range.end + limit.map_or(0, str::len)
}

/// Named events with a limit behind them: 春节期间, “七一”前.
fn events<'a>(text: &'a str, rules: &'a Rules) -> impl Iterator<Item = Found> + 'a {
    rules.events.all(text).filter_map(|range| {
        let rest = &text[range.end..];
        let quote: usize = rest
            .chars()
            .take_while(|c| rules.numerals.quotes.contains(*c))
            .map(char::len_utf8)
            .sum();
        let limit = rules.event_limits.longest(rest.get(quote..)?)?;
        Some(found(
            range.start..range.end + quote + limit.len(),
            Measure::Deadline,
            false,
        ))
    })
}

/// What is shown: where two words overlap, the one that begins first, then the longer one, is kept.
pub fn shown(all: &[Found]) -> Vec<Measured> {
    let mut sorted: Vec<Measured> = all.iter().map(|f| f.word.clone()).collect();
    sorted.sort_by(|a, b| (a.range.start, b.range.end).cmp(&(b.range.start, a.range.end)));
    let mut out: Vec<Measured> = Vec::new();
    for one in sorted {
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
