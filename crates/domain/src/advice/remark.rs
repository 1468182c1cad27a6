//! What the advice says, word by word.

use std::ops::Range;

use serde::Serialize;

use super::other_due::other_due;
use super::rules::Rules;
use super::text::{fold, four_character_chain, split};
use super::{Class, Context, Measure, Measured, judge};
use crate::review::{Likeness, TWIN_PERCENT};

/// Where a text was copied from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A sentence that goes round from form to form.
    Library,
    /// Somebody of the same branch.
    Branch,
    /// Somebody of the organisation.
    Organization,
    /// The pledger's own of the last campaign.
    LastYear,
}

/// What a remark says. The sentences are in the catalogue: why ([`RemarkKind::key`], with the quoted words as argument
/// `quote`) and a way to make it concrete ([`RemarkKind::way_key`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RemarkKind {
    /// A slogan or a chain of four-character phrases.
    Slogan,
    /// A duty everybody has anyway (N6).
    RoutineDuty,
    /// A duty of the author's post (N6).
    PostDuty,
    /// More, less, better, without a number.
    Comparative,
    /// 定期, 及时, 经常 without how often.
    HowOften,
    /// A verb that says nothing alone.
    WeakVerb,
    /// Nobody could see that it was done.
    Unseen,
    /// Nearly the same as another text.
    Copied(Source),
    /// The text names another last day than the due date beside it: the public would see two.
    OtherDue,
    /// Several promises in one text, which would be clearer as several items.
    Split,
}

impl RemarkKind {
    /// The identifier.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.key().strip_prefix("advice.").unwrap_or_default()
    }

    /// The key of the sentence that says why.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Slogan => "advice.slogan",
            Self::RoutineDuty => "advice.routine_duty",
            Self::PostDuty => "advice.post_duty",
            Self::Comparative => "advice.comparative",
            Self::HowOften => "advice.how_often",
            Self::WeakVerb => "advice.weak_verb",
            Self::Unseen => "advice.unseen",
            Self::Copied(Source::Library) => "advice.copied_library",
            Self::Copied(Source::Branch) => "advice.copied_branch",
            Self::Copied(Source::Organization) => "advice.copied_organization",
            Self::Copied(Source::LastYear) => "advice.copied_last_year",
            Self::OtherDue => "advice.other_due",
            Self::Split => "advice.split",
        }
    }

    /// The key of the sentence that offers a way to make it concrete.
    #[must_use]
    pub fn way_key(self) -> &'static str {
        match self {
            Self::Slogan => "advice.way_slogan",
            Self::RoutineDuty | Self::PostDuty => "advice.way_duty",
            Self::Comparative => "advice.way_comparative",
            Self::HowOften => "advice.way_how_often",
            Self::WeakVerb => "advice.way_weak_verb",
            Self::Unseen => "advice.way_unseen",
            Self::Copied(_) => "advice.way_copied",
            Self::OtherDue => "advice.way_other_due",
            Self::Split => "advice.way_split",
        }
    }

    /// The clause of the reference notice it rests on.
    #[must_use]
    pub fn clause(self) -> &'static str {
        match self {
            Self::RoutineDuty | Self::PostDuty => "N6",
            _ => "N8",
        }
    }

    /// It is about the quoted words, not about the text as a whole: they can be marked in it.
    #[must_use]
    pub fn is_about_words(self) -> bool {
        !matches!(self, Self::Split | Self::Unseen | Self::Copied(_))
    }
}

/// One piece of advice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// What it says.
    pub kind: RemarkKind,
    /// The words it is about.
    pub quote: Range<usize>,
    /// The clause of the text in which they stand.
    pub clause: Range<usize>,
}

/// Every remark on a text, in its order.
pub fn remarks(
    text: &str,
    context: &Context<'_>,
    clauses: &[Range<usize>],
    measured: &[Measured],
    class: Class,
) -> Vec<Remark> {
    let mut out: Vec<Remark> = Vec::new();
    for (at, clause) in clauses.iter().enumerate() {
        let beside = [at.checked_sub(1), at.checked_add(1)];
        let mut beside = beside.into_iter().flatten().filter_map(|n| clauses.get(n));
        let based = beside.any(|c| says_how_far(text, c, measured, context.rules));
        of_clause(text, context, (clause, based), measured, &mut out);
    }
    if let Some(chain) = four_character_chain(text) {
        // The chain is one slogan, whatever stands in it.
        let stays = |r: &Remark| {
            !matches!(r.kind, RemarkKind::WeakVerb | RemarkKind::Slogan)
                || r.quote.start < chain.start
                || r.quote.end > chain.end
        };
        out.retain(stays);
        out.push(whole(RemarkKind::Slogan, chain));
    }
    let (Some(first), Some(last)) = (clauses.first(), clauses.last()) else {
        return out;
    };
    let all = first.start..last.end;
    let yardstick = clauses
        .iter()
        .any(|c| context.rules.yardsticks.is_in(&text[c.clone()]));
    if class != Class::Specific && out.is_empty() && !yardstick {
        let rule = |c: &&Range<usize>| context.rules.forbids.longest(&text[(*c).clone()]).is_some();
        let rule = clauses.iter().find(rule).filter(|_| class == Class::Boilerplate);
        // A general rule is what made it so: it is named.
        let (kind, words) = match rule {
            Some(rule) => (RemarkKind::RoutineDuty, rule),
            None => (RemarkKind::Unseen, &all),
        };
        out.push(whole(kind, words.clone()));
    }
    if let Some(source) = copied(text, context) {
        out.push(whole(RemarkKind::Copied(source), all));
    }
    if let Some(day) = context.due.and_then(|due| other_due(text, measured, due)) {
        out.push(whole(RemarkKind::OtherDue, day));
    }
    if let Some(rest) = several_promises(text, measured) {
        out.push(whole(RemarkKind::Split, rest));
    }
    out.sort_by_key(|r| (r.clause.start, r.quote.start, r.kind));
    out
}

fn whole(kind: RemarkKind, range: Range<usize>) -> Remark {
    Remark {
        kind,
        quote: range.clone(),
        clause: range,
    }
}

/// Whether a clause tells from where to where, or how far, for the comparative beside it: 由20分钟降到10分钟.
fn says_how_far(text: &str, clause: &Range<usize>, measured: &[Measured], rules: &Rules) -> bool {
    let counts = |m: &Measured| m.measure == Measure::Quantity && clause.contains(&m.range.start);
    rules.baselines.is_in(&text[clause.clone()]) && measured.iter().any(counts)
}

/// The remarks on one clause; `based` when the clause beside it says how far something grows or shrinks.
fn of_clause(
    text: &str,
    context: &Context<'_>,
    (clause, based): (&Range<usize>, bool),
    measured: &[Measured],
    out: &mut Vec<Remark>,
) {
    let rules: &Rules = context.rules;
    let within = |m: &&Measured| m.range.start >= clause.start && m.range.end <= clause.end;
    let has = |measure| measured.iter().filter(within).any(|m| m.measure == measure);
    let (quantity, deadline) = (has(Measure::Quantity), has(Measure::Deadline));
    let part = &text[clause.clone()];
    let there = |r: Range<usize>| clause.start + r.start..clause.start + r.end;
    let mut say = |kind, quote: Option<Range<usize>>| {
        let said = quote.is_some();
        out.extend(quote.map(|r| Remark {
            kind,
            quote: there(r),
            clause: clause.clone(),
        }));
        said
    };
    let mut pointed = !quantity && say(RemarkKind::Slogan, rules.slogans.first(part));
    let own = rules
        .post_duties
        .get(context.post)
        .and_then(|list| list.first(part));
    pointed |= match own {
        Some(own) => say(RemarkKind::PostDuty, Some(own)),
        None => say(RemarkKind::RoutineDuty, duty(part, rules)),
    };
    if !(quantity || based) {
        pointed |= say(RemarkKind::Comparative, judge::comparative(part, rules));
    }
    if !(quantity || deadline) {
        pointed |= say(RemarkKind::HowOften, rules.how_often.first(part));
    }
    // One remark on a clause is enough to make its author think; the weakest one comes only alone.
    let told = pointed || rules.yardsticks.is_in(part) || rules.acts.is_in(part);
    if !(quantity || deadline || told) {
        say(RemarkKind::WeakVerb, rules.weak.first(part));
    }
}

/// The words that name a duty: one of the list, or a verb such as 遵守 with a law or rule behind it.
fn duty(part: &str, rules: &Rules) -> Option<Range<usize>> {
    let listed = rules.routine_duties.first(part);
    listed.or_else(|| judge::post_duty(part, rules)).or_else(|| {
        let verb = rules.duty_verbs.first(part)?;
        let object = rules.duty_objects.all(part).find(|o| o.start >= verb.end)?;
        Some(verb.start..object.end)
    })
}

/// What the text was copied from: the nearest of the known texts, else the library.
fn copied(text: &str, context: &Context<'_>) -> Option<Source> {
    let library = || context.rules.copies.nearest(text).map(|_| Source::Library);
    if context.known.is_empty() {
        return library();
    }
    let own = Likeness::of(text);
    let near = context
        .known
        .iter()
        .map(|(source, other)| (own.percent(&Likeness::of(other)), *source));
    let best = near
        .filter(|(percent, _)| *percent >= TWIN_PERCENT)
        .max_by_key(|(p, _)| *p);
    best.map(|(_, source)| source).or_else(library)
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
