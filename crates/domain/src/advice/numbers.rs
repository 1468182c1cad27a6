//! Numbers in Arabic and Chinese figures with their units, ranges, percentages, times and frequencies.

use std::ops::Range;

use super::rules::Rules;
use super::text::fold;

/// What a number with its unit tells.
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
    /// It only names a year or a period: 2010年, 三年.
    pub bare: bool,
}

/// Every number with a unit that says something; figures inside set phrases are left out.
pub fn scan(text: &str, rules: &Rules, clauses: &[Range<usize>]) -> Vec<Number> {
    let mut phrases: Vec<Range<usize>> = rules.set_phrases.all(text).chain(quoted(text, rules)).collect();
    phrases.sort_by_key(|p| p.start);
    let mut next = phrases.iter().peekable();
    let mut out = Vec::new();
    let mut at = 0;
    while at < text.len() {
        while next.next_if(|p| p.end <= at).is_some() {}
        if let Some(phrase) = next.peek().filter(|p| p.contains(&at)) {
            at = phrase.end;
            continue;
        }
        let rest = &text[at..];
        let Some(figures) = figures_end(rest, rules) else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        let end = at + figures;
        let number = if text[..at].ends_with(rules.numerals.ordinal.as_str()) {
            None
        } else {
            with_unit(text, at..end, rules, clauses)
        };
        at = number.as_ref().map_or(end, |n| n.range.end.max(end));
        out.extend(number);
    }
    out
}

/// Chinese numerals at the beginning of a quotation of a few characters are a slogan's name: “五个好”, “三好一满意”.
fn quoted<'a>(text: &'a str, rules: &'a Rules) -> impl Iterator<Item = Range<usize>> + 'a {
    let is_quote = |c: char| rules.numerals.quotes.contains(c);
    text.char_indices().filter_map(move |(at, c)| {
        let start = at + c.len_utf8();
        let inside = text.get(start..)?;
        let first = inside.chars().next()?;
        if !is_quote(c) || !rules.numerals.digits.contains(first) {
            return None;
        }
        let end = inside.char_indices().take(9).find(|(_, c)| is_quote(*c))?.0;
        Some(start..start + end)
    })
}

/// Every frequency in words: 每 with a period, with a number between if there is one (每 3 个月), and 逢 with the days of a
/// market or a shift (逢五逢十).
pub fn frequencies<'a>(text: &'a str, rules: &'a Rules) -> impl Iterator<Item = Range<usize>> + 'a {
    every(text, rules).chain(on_days(text, rules))
}

fn on_days<'a>(text: &'a str, rules: &'a Rules) -> impl Iterator<Item = Range<usize>> + 'a {
    let on = rules.numerals.on_days.as_str();
    let places = text.match_indices(on).filter(move |_| !on.is_empty());
    places.filter_map(move |(at, on)| {
        let start = at + on.len();
        figures_end(&text[start..], rules).map(|figures| at..start + figures)
    })
}

fn every<'a>(text: &'a str, rules: &'a Rules) -> impl Iterator<Item = Range<usize>> + 'a {
    text.char_indices()
        .filter(|(_, c)| rules.numerals.every.contains(*c))
        .filter_map(|(at, c)| {
            let mut end = at + c.len_utf8();
            if rules.set_phrases.longest(&text[at..]).is_some() {
                return None;
            }
            if let Some(unit) = rules.every.longest(&text[end..]) {
                return Some(at..end + unit.len());
            }
            end += figures_end(&text[end..], rules)?;
            rules.every.longest(&text[end..]).map(|unit| at..end + unit.len())
        })
}

/// The end of the figures at the beginning of a text: one number, or two with a dash between.
fn figures_end(text: &str, rules: &Rules) -> Option<usize> {
    let mut end = one_number(text, rules)?;
    let mut rest = text[end..].chars();
    if rest.next().is_some_and(|c| rules.numerals.between.contains(c)) {
        let after = end + (text[end..].len() - rest.as_str().len());
        if let Some(second) = one_number(&text[after..], rules) {
            end = after + second;
        }
    }
    Some(end)
}

/// The end of one number: 百分之…, Arabic figures with separators, or Chinese numerals.
fn one_number(text: &str, rules: &Rules) -> Option<usize> {
    let lead = if text.starts_with(rules.numerals.percent_of.as_str()) {
        rules.numerals.percent_of.len()
    } else {
        0
    };
    let body = &text[lead..];
    let first = body.chars().next()?;
    let arabic = fold(first).is_ascii_digit();
    // Nearly every place of a text is none: no more is asked of it.
    if !arabic && !rules.numerals.digits.contains(first) {
        return None;
    }
    let mut end = 0;
    for (at, c) in body.char_indices() {
        let after = body[at + c.len_utf8()..].chars().next().map(fold);
        let taken = if arabic {
            fold(c).is_ascii_digit()
                || (matches!(fold(c), '.' | ',' | ':')
                    && c != '\u{3002}'
                    && after.is_some_and(|d| d.is_ascii_digit()))
        } else {
            rules.numerals.digits.contains(c)
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
            .take_while(|c| rules.numerals.digits.contains(*c))
            .map(char::len_utf8)
            .sum::<usize>();
    }
    (end > 0).then_some(lead + end)
}

/// Reads the unit after figures and decides what the number says.
fn with_unit(text: &str, figures: Range<usize>, rules: &Rules, clauses: &[Range<usize>]) -> Option<Number> {
    let said = &text[figures.clone()];
    let number = |end, quantity, deadline, people| Number {
        range: figures.start..end,
        quantity,
        deadline,
        people,
        bare: false,
    };
    if said.starts_with(rules.numerals.percent_of.as_str()) {
        return Some(number(figures.end, true, false, false));
    }
    // 7:30 is a time of day: it can be checked as a quantity and it limits.
    if said.chars().map(fold).any(|c| c == ':') {
        return Some(number(figures.end, true, true, false));
    }
    let mut at = figures.end;
    at += text[at..].chars().take_while(|c| *c == ' ').count();
    if let Some(about) = rules.numerals.about.longest(&text[at..]) {
        at += about.len();
    }
    let rest = &text[at..];
    let sign = rest.chars().next();
    if let Some(sign) = sign.filter(|c| fold(*c) == '%' || *c == '\u{2030}') {
        return Some(number(at + sign.len_utf8(), true, false, false));
    }
    let length = |w: Option<&str>| w.map_or(0, str::len);
    let unit = rules.units.longest(rest);
    let time = length(rules.short_times.longest(rest));
    let long = length(rules.long_times.longest(rest));
    if long > 0 && long >= length(unit).max(time) {
        let (end, limits) = date_end(text, at + long, rules);
        return Some(Number {
            bare: !limits,
            ..number(end, false, true, false)
        });
    }
    if time > 0 && time >= length(unit) {
        let end = at + time;
        // 12日, 20号 are dates when a month stands before them.
        let is_date = length(rules.numerals.dates.longest(rest)) == time;
        let limit = rules.within.longest(&text[end..]);
        let end = end + limit.map_or(0, str::len);
        return Some(number(end, !is_date, is_date || limit.is_some(), false));
    }
    let before = text[..figures.start].trim_end();
    if rest.starts_with(rules.numerals.clock.as_str()) && rules.numerals.clock_before.ends(before) {
        return Some(number(at + rules.numerals.clock.len(), true, true, false));
    }
    let clause = clauses.iter().find(|c| c.contains(&figures.start));
    let (end, people) = counted(text, &figures, at, rules, clause)?;
    Some(number(end, true, false, people))
}

/// Where a number with a unit that counts ends, and whether it counts people; `None` for ways of speaking.
fn counted(
    text: &str,
    figures: &Range<usize>,
    at: usize,
    rules: &Rules,
    clause: Option<&Range<usize>>,
) -> Option<(usize, bool)> {
    let (said, rest) = (&text[figures.clone()], &text[at..]);
    let before = text[..figures.start].trim_end();
    // 不超过十桌: what is limited is counted, whatever it is.
    let Some(unit) = rules.units.longest(rest) else {
        return rules.at_least.ends(before).then_some((figures.end, false));
    };
    let end = at + unit.len();
    if rules.figurative_after.longest(&text[end..]).is_some()
        && !said.chars().any(|c| c.is_ascii_digit() && said.len() > 2)
    {
        return None;
    }
    // 每一台 says every one of them, not how many.
    if said == rules.numerals.one && before.ends_with(|c: char| rules.numerals.every.contains(c)) {
        return None;
    }
    let weak = said == rules.numerals.one && rules.weak_units.longest(rest) == Some(unit);
    if weak && !one_counts(text, figures.start..end, rules, clause) {
        return None;
    }
    Some((end, rules.people_units.longest(unit) == Some(unit)))
}

/// Whether 一 with a weak unit counts: at the end of a clause, asked for by 至少, said of each, or after a verb that
/// makes it count.
fn one_counts(text: &str, number: Range<usize>, rules: &Rules, clause: Option<&Range<usize>>) -> bool {
    let (from, to) = clause.map_or((0, text.len()), |c| (c.start, c.end));
    let before = text[from..number.start].trim_end();
    // "每名党员联系一名" counts for each; "每一位" does not count anything.
    let every = |c: char| rules.numerals.every.contains(c);
    number.end == to
        || rules.at_most_after.longest(&text[number.end..]).is_some()
        || rules.at_least.ends(before)
        || rules.counting_verbs.ends(before)
        || before.contains(every)
}

/// Goes on over the rest of a date (2011年6月30日前); whether it limits or only names a period.
fn date_end(text: &str, mut end: usize, rules: &Rules) -> (usize, bool) {
    let mut limits = false;
    while let Some(figures) = one_number(&text[end..], rules) {
        let Some(unit) = rules.numerals.dates.longest(&text[end + figures..]) else {
            break;
        };
        end += figures + unit.len();
        limits = true;
    }
    for list in [&rules.numerals.tails, &rules.within] {
        if let Some(word) = list.longest(&text[end..]) {
            end += word.len();
            limits = true;
        }
    }
    (end, limits)
}
