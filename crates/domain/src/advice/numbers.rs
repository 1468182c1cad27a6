//! Numbers in Arabic and Chinese figures with their units, ranges, percentages, times and frequencies.

use std::ops::Range;

use super::fold;
use super::words::{Words, all, longest};

/// A number with its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// From the first figure to the end of the unit.
    pub range: Range<usize>,
    /// It counts or measures.
    pub quantity: bool,
    /// It is a date, or a length of time that limits.
    pub deadline: bool,
    /// It counts people or households.
    pub people: bool,
}

/// Every number with a unit that says something; figures inside set phrases are left out.
pub fn scan(text: &str, words: &Words, clauses: &[Range<usize>]) -> Vec<Number> {
    let phrases: Vec<Range<usize>> = all(text, &words.set_phrases).collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if let Some(phrase) = phrases.iter().find(|p| p.contains(&at)) {
            at = phrase.end;
            continue;
        }
        let rest = &text[at..];
        let Some(figures) = figures_end(rest, words) else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        let end = at + figures;
        let number = with_unit(text, at..end, words, clauses);
        at = number.as_ref().map_or(end, |n| n.range.end.max(end));
        out.extend(number);
    }
    out
}

/// Every frequency in words: 每 or 逐 with a period, with a number between if there is one (每 3 个月).
pub fn frequencies<'a>(text: &'a str, words: &'a Words) -> impl Iterator<Item = Range<usize>> + 'a {
    text.char_indices()
        .filter(|(_, c)| words.numerals.every.contains(*c))
        .filter_map(|(at, c)| {
            let mut end = at + c.len_utf8();
            if let Some(unit) = longest(&text[end..], &words.every) {
                return Some(at..end + unit.len());
            }
            end += figures_end(&text[end..], words)?;
            longest(&text[end..], &words.every).map(|unit| at..end + unit.len())
        })
}

/// The end of the figures at the beginning of a text: one number, or two with a dash between.
fn figures_end(text: &str, words: &Words) -> Option<usize> {
    let mut end = one_number(text, words)?;
    let mut rest = text[end..].chars();
    if rest.next().is_some_and(|c| words.numerals.between.contains(c)) {
        let after = end + (text[end..].len() - rest.as_str().len());
        if let Some(second) = one_number(&text[after..], words) {
            end = after + second;
        }
    }
    Some(end)
}

/// The end of one number: 百分之…, Arabic figures with separators, or Chinese numerals.
fn one_number(text: &str, words: &Words) -> Option<usize> {
    let lead = if text.starts_with(words.numerals.percent_of.as_str()) {
        words.numerals.percent_of.len()
    } else {
        0
    };
    let body = &text[lead..];
    let mut end = 0;
    let arabic = fold(body.chars().next()?).is_ascii_digit();
    for (at, c) in body.char_indices() {
        let after = body[at + c.len_utf8()..].chars().next().map(fold);
        let taken = if arabic {
            fold(c).is_ascii_digit()
                || (matches!(fold(c), '.' | ',' | ':')
                    && c != '\u{3002}'
                    && after.is_some_and(|d| d.is_ascii_digit()))
        } else {
            words.numerals.digits.contains(c)
        };
        if !taken {
            break;
        }
        end = at + c.len_utf8();
    }
    // Arabic figures may go on with a Chinese power: 3万, 2千.
    if arabic {
        end += body[end..]
            .chars()
            .take_while(|c| words.numerals.digits.contains(*c))
            .map(char::len_utf8)
            .sum::<usize>();
    }
    (end > 0).then_some(lead + end)
}

/// Reads the unit after figures and decides what the number says.
fn with_unit(text: &str, figures: Range<usize>, words: &Words, clauses: &[Range<usize>]) -> Option<Number> {
    let said = &text[figures.clone()];
    let clause = clauses.iter().find(|c| c.contains(&figures.start));
    let clause_end = clause.map_or(text.len(), |c| c.end);
    let number = |end, quantity, deadline, people| {
        Some(Number {
            range: figures.start..end,
            quantity,
            deadline,
            people,
        })
    };
    if said.starts_with(words.numerals.percent_of.as_str()) {
        return number(figures.end, true, false, false);
    }
    // 7:30 is a time of day: it can be checked as a quantity and it limits.
    let clock = said.chars().map(fold).any(|c| c == ':');
    if clock {
        return number(figures.end, true, true, false);
    }
    let mut at = figures.end;
    at += text[at..].chars().take_while(|c| *c == ' ').count();
    if let Some(about) = longest(&text[at..], &words.numerals.about) {
        at += about.len();
    }
    let rest = &text[at..];
    if let Some(sign) = rest
        .chars()
        .next()
        .filter(|c| matches!(fold(*c), '%') || *c == '\u{2030}')
    {
        return number(at + sign.len_utf8(), true, false, false);
    }
    let unit = longest(rest, &words.units);
    let time = longest(rest, &words.short_times);
    let long = longest(rest, &words.long_times);
    let length = |w: Option<&str>| w.map_or(0, str::len);
    if length(long) > 0 && length(long) >= length(unit).max(length(time)) {
        return number(date_end(text, at + length(long), words), false, true, false);
    }
    if length(time) > 0 && length(time) >= length(unit) {
        let end = at + length(time);
        // 12日, 20号 are dates when a month stands before them.
        let is_date = longest(rest, &words.numerals.dates).is_some_and(|d| d.len() == length(time));
        let limit = longest(&text[end..], &words.within);
        let end = end + limit.map_or(0, str::len);
        return number(end, !is_date, is_date || limit.is_some(), false);
    }
    let unit = unit?;
    let end = at + unit.len();
    if said == words.numerals.one && words.weak_units.iter().any(|w| w == unit) {
        let before = &text[clause.map_or(0, |c| c.start)..figures.start];
        let asked = words
            .at_least
            .iter()
            .any(|w| before.trim_end().ends_with(w.as_str()));
        // "每名党员联系一名" counts for each; "每一位" does not count anything.
        let every = |c: char| words.numerals.every.contains(c);
        let counted = before.contains(every) && !before.ends_with(every);
        if !(end == clause_end || asked || counted) {
            return None;
        }
    }
    number(end, true, false, words.people_units.iter().any(|p| p == unit))
}

/// Goes on over the rest of a date: 2011年6月30日前.
fn date_end(text: &str, mut end: usize, words: &Words) -> usize {
    while let Some(figures) = one_number(&text[end..], words) {
        let Some(unit) = longest(&text[end + figures..], &words.numerals.dates) else {
            break;
        };
        end += figures + unit.len();
    }
    end += longest(&text[end..], &words.numerals.tails).map_or(0, str::len);
    end + longest(&text[end..], &words.within).map_or(0, str::len)
}
