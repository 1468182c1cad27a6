//! What a text is on the whole. The marks are counted in the open: no weight is learned, each can be explained.

use std::ops::Range;

use super::measure::Found;
use super::rules::Rules;
use super::text::{four_character_chain, parallel};
use super::{Class, Measure};

/// From here on a clause can be checked.
const CHECKABLE: i32 = 3;

/// What one clause says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Marks {
    /// How well it can be checked; [`CHECKABLE`] is enough.
    pub evidence: i32,
    /// How much it is a slogan or a duty of everybody.
    pub common: i32,
    /// How much it is about something.
    pub about: i32,
}

/// Counts the marks of a clause.
pub fn marks(text: &str, clause: &Range<usize>, found: &[Found], rules: &Rules) -> Marks {
    let part = &text[clause.clone()];
    let inside = |f: &&Found| f.word.range.start >= clause.start && f.word.range.end <= clause.end;
    let of = |measure: Measure| {
        found
            .iter()
            .filter(inside)
            .filter(move |f| f.word.measure == measure)
    };
    let duty = rules.routine_duties.is_in(part) || post_duty(part, rules).is_some();
    let slogan = rules.slogans.is_in(part);
    let pair = rules.duty_verbs.is_in(part) && rules.duty_objects.is_in(part);
    let few = |n: usize, most: i32| i32::try_from(n).unwrap_or(most).min(most);
    let forbids = rules.forbids.longest(part).is_some();
    let common = 2 * i32::from(duty || forbids)
        + 2 * i32::from(slogan)
        + i32::from(pair)
        + few(rules.virtues.all(part).count(), 2);
    // Things of the post say more about a promise than people do: an attitude to people fits everybody.
    let people = i32::from(of(Measure::Object).next().is_some());
    let about = 2 * few(rules.things.all(part).count(), 2) + people;
    let strong_time = of(Measure::Deadline).any(|f| !f.weak);
    let weak_time = of(Measure::Deadline).any(|f| f.weak);
    let mut evidence = 3 * i32::from(of(Measure::Quantity).next().is_some());
    let time = if strong_time { 3 } else { 2 * i32::from(weak_time) };
    let done = rules.completed.is_in(part);
    let often = rules.how_often.is_in(part);
    let half = rules.half_acts.is_in(part);
    let vague = rules.weak.is_in(part) || comparative(part, rules).is_some() || (often && !strong_time);
    // A time alone does not make a duty or a wish checkable: 每天按时上下班, 每月加强学习.
    if time > 0 {
        let empty = 2 * i32::from(duty || slogan) + i32::from(vague && !done && !half);
        evidence += (time + i32::from(done) - empty).max(0);
    }
    if rules.acts.is_in(part) {
        evidence += 3 - i32::from(often);
    } else if half {
        evidence += 1 + i32::from(!vague) - i32::from(often);
        evidence += i32::from(rules.everyone.is_in(part));
    }
    if let Some(named) = named_person(part, rules) {
        evidence += 2 + i32::from(rules.helping.is_in(&part[..named.start]));
    }
    Marks {
        evidence,
        common,
        about,
    }
}

/// The first comparative that says something grows or shrinks. 不减少 says that it stays.
pub fn comparative(part: &str, rules: &Rules) -> Option<Range<usize>> {
    rules
        .comparatives
        .all(part)
        .find(|word| !rules.negations.ends(&part[..word.start]))
}

/// A person named with the surname only: 张某.
fn named_person(part: &str, rules: &Rules) -> Option<Range<usize>> {
    let anonymous = rules.anonymous.chars().next()?;
    let mut before: Option<(usize, char)> = None;
    for (at, c) in part.char_indices() {
        if let Some((start, _)) = before.filter(|(_, s)| c == anonymous && rules.surnames.contains(*s)) {
            return Some(start..at + c.len_utf8());
        }
        before = Some((at, c));
    }
    None
}

/// The first duty of a post, of any post.
pub fn post_duty(part: &str, rules: &Rules) -> Option<Range<usize>> {
    rules.post_duties.values().find_map(|list| list.first(part))
}

/// The class of a text from the marks of its clauses.
pub fn class(text: &str, marks: &[Marks], rules: &Rules) -> Class {
    if marks.iter().any(|m| m.evidence >= CHECKABLE) {
        return Class::Specific;
    }
    let sum = |f: fn(&Marks) -> i32| marks.iter().map(f).sum::<i32>();
    let (mut common, about) = (sum(|m| m.common), sum(|m| m.about));
    common += 2 * i32::from(four_character_chain(text).is_some());
    common += 2 * i32::from(parallel(text).is_some());
    common += 4 * i32::from(rules.copies.nearest(text).is_some());
    // Nothing in it that it is about, or only people: it fits everybody.
    if common > 0 && (common >= about || about <= 1) {
        Class::Boilerplate
    } else {
        Class::Vague
    }
}
