//! What a form must hold before it is kept as a draft and before it is handed in (N4, N8, N10).
//!
//! Field names in refusals: `items`, `items.N.content`, `items.N.measure`, `items.N.beneficiary`,
//! `items.N.joint`, `items.N.demand`, `items.N.due_date`, `items.N.kind`, `due_date`, `pledged_on`, `signature`, `consent`, `channels` (N from 0).

use super::standing::{Standing, check_standing};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::{ChannelId, DemandId, ItemId, KindId};
use crate::problem::{Problem, Problems};
use crate::text::{TextRule, check_text, is_blank, same_name, seen};

/// Longest content of an item, in characters.
pub const CONTENT_MAX: usize = 500;
/// Longest measure of an item, in characters.
pub const MEASURE_MAX: usize = 200;
/// Longest beneficiary of an item, in characters.
pub const BENEFICIARY_MAX: usize = 100;
/// Longest note on who promises the same together, in characters.
pub const JOINT_MAX: usize = 100;
/// Longest typed signature, in characters.
pub const SIGNATURE_MAX: usize = crate::organization::person::NAME_MAX;
/// Most items one form may hold, whatever its template says.
pub const ITEMS_MAX: usize = 50;

/// One promise (承诺事项).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitmentItem {
    /// Stays the same through rounds and versions.
    pub id: ItemId,
    /// Kind as the template names it.
    pub kind: KindId,
    /// What will be done.
    pub content: String,
    /// Measure or target; empty when the content says it.
    #[serde(default)]
    pub measure: String,
    /// For whom; empty when the content says it.
    #[serde(default)]
    pub beneficiary: String,
    /// By when; the form's date holds where none is given.
    #[serde(default)]
    pub due_date: Option<Date>,
    /// The demand it answers (N7).
    #[serde(default)]
    pub demand: Option<DemandId>,
    /// With whom it is promised together; empty = alone. A declared joint item may read like another's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub joint: String,
}

impl CommitmentItem {
    /// Nothing has been written in it; such a row of the form is left out.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        [&self.content, &self.measure, &self.beneficiary]
            .iter()
            .all(|t| is_blank(t))
    }
}

/// The pledger's own part of annex 1 or 2.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PledgeForm {
    /// The items in the order of the form.
    pub items: Vec<CommitmentItem>,
    /// 完成时限 of the form, for items without their own.
    #[serde(default)]
    pub due_date: Option<Date>,
    /// 承诺日期.
    #[serde(default)]
    pub pledged_on: Option<Date>,
    /// 公开形式 chosen.
    #[serde(default)]
    pub channels: Vec<ChannelId>,
    /// The name typed as signature.
    #[serde(default)]
    pub signature: String,
    /// Consent to publication, given with the preview.
    #[serde(default)]
    pub consent: bool,
}

impl PledgeForm {
    /// The date by which an item is due: its own, else the form's.
    #[must_use]
    pub fn due_date_of(&self, item: &CommitmentItem) -> Option<Date> {
        item.due_date.or(self.due_date)
    }
}

/// How many items of a kind the template asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindRule {
    /// The kind.
    pub kind: KindId,
    /// At least so many.
    pub min: u32,
    /// At most so many; `None` = no limit of its own.
    pub max: Option<u32>,
    /// An item of this kind claims a demand and names it (N7).
    #[serde(default)]
    pub demand: bool,
}

/// What the template and the campaign say about a form of one audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormRules {
    /// The kinds that may stand in the form.
    pub kinds: Vec<KindRule>,
    /// Channels that may be chosen; at least one must be when this is not empty.
    pub channels: Vec<ChannelId>,
    /// First day an item may be due: the first day of the campaign.
    pub first_day: Date,
    /// Last day an item may be due; `None` while the campaign has no end.
    pub last_day: Option<Date>,
    /// The items in force that a new version begins from; none for a first one.
    pub standing: Vec<Standing>,
}

/// Checks what may be kept as a draft: an unfinished form is fine, unsafe or over-long text is not.
///
/// # Errors
/// Every refusal of text or size, each on its field.
pub fn check_draft(form: &PledgeForm) -> Result<(), Problems> {
    let mut problems = Problems::new();
    check_texts(form, &mut problems);
    problems.or(())
}

/// Checks a form that is handed in: everything of the draft, and what the form requires. A length outside the
/// hint of 30–120 characters never refuses, nor does any advice.
///
/// # Errors
/// All refusals at once, each on its field.
pub fn check_submission(form: &PledgeForm, rules: &FormRules, name: &str) -> Result<(), Problems> {
    let mut problems = Problems::new();
    check_texts(form, &mut problems);
    check_counts(form, rules, &mut problems);
    for (place, item) in form.items.iter().enumerate() {
        check_item(form, rules, place, item, &mut problems);
    }
    // The day of the whole form stands for items without their own: where those keep theirs, so does it.
    let shared = form
        .items
        .iter()
        .filter(|i| i.due_date.is_none() && !i.is_blank());
    if !shared.clone().all(|i| rules.keeps_its_day(form, i)) || shared.count() == 0 {
        problems.note(check_date("due_date", form.due_date, form.pledged_on, rules));
    }
    check_standing(form, rules, &mut problems);
    if form.pledged_on.is_none() {
        problems.push(Problem::invalid("problem.pledge.date_missing").on("pledged_on"));
    }
    if !rules.channels.is_empty() && form.channels.is_empty() {
        problems.push(Problem::invalid("problem.pledge.channel_missing").on("channels"));
    }
    if let Some(channel) = form.channels.iter().find(|c| !rules.channels.contains(c)) {
        problems.push(
            Problem::invalid("problem.pledge.channel_unknown")
                .on("channels")
                .with("channel", channel),
        );
    }
    if is_blank(&form.signature) {
        problems.push(
            Problem::invalid("problem.pledge.signature_missing")
                .on("signature")
                .with("name", name),
        );
    } else if !same_name(&form.signature, name) {
        problems.push(
            Problem::invalid("problem.pledge.signature_differs")
                .on("signature")
                .with("name", name),
        );
    }
    if !form.consent {
        problems.push(Problem::invalid("problem.pledge.consent_missing").on("consent"));
    }
    problems.or(())
}

fn check_texts(form: &PledgeForm, problems: &mut Problems) {
    if form.items.len() > ITEMS_MAX {
        problems.push(
            Problem::invalid("problem.pledge.items_too_many")
                .on("items")
                .with("max", ITEMS_MAX),
        );
    }
    for (place, item) in form.items.iter().enumerate() {
        let field = |name: &str| format!("items.{place}.{name}");
        problems.note(check_text(
            &field("content"),
            &item.content,
            TextRule::area(CONTENT_MAX).optional(),
        ));
        problems.note(check_text(
            &field("measure"),
            &item.measure,
            TextRule::area(MEASURE_MAX).optional(),
        ));
        let line = |max| TextRule::line(max).optional();
        problems.note(check_text(
            &field("beneficiary"),
            &item.beneficiary,
            line(BENEFICIARY_MAX),
        ));
        problems.note(check_text(&field("joint"), &item.joint, line(JOINT_MAX)));
    }
    problems.note(check_text(
        "signature",
        &form.signature,
        TextRule::line(SIGNATURE_MAX).optional(),
    ));
}

fn check_counts(form: &PledgeForm, rules: &FormRules, problems: &mut Problems) {
    let written = form.items.iter().filter(|item| !item.is_blank());
    if written.clone().next().is_none() {
        problems.push(Problem::invalid("problem.pledge.no_item").on("items"));
        return;
    }
    for rule in &rules.kinds {
        let count = written.clone().filter(|item| item.kind == rule.kind).count();
        let (key, limit) = match rule.max {
            _ if count < rule.min as usize => ("problem.pledge.kind_too_few", rule.min),
            Some(max) if count > max as usize => ("problem.pledge.kind_too_many", max),
            _ => continue,
        };
        let problem = Problem::invalid(key)
            .on("items")
            .with("kind", &rule.kind)
            .with("limit", limit);
        problems.push(problem.with("count", count));
    }
}

fn check_item(
    form: &PledgeForm,
    rules: &FormRules,
    place: usize,
    item: &CommitmentItem,
    problems: &mut Problems,
) {
    if item.is_blank() {
        return;
    }
    let number = place + 1;
    if !rules.kinds.iter().any(|rule| rule.kind == item.kind) {
        let problem = Problem::invalid("problem.pledge.kind_unknown").on(format!("items.{place}.kind"));
        problems.push(problem.with("number", number).with("kind", &item.kind));
    }
    if !seen(&item.content).chars().any(char::is_alphanumeric) {
        let problem = Problem::invalid("problem.pledge.content_missing").on(format!("items.{place}.content"));
        problems.push(problem.with("number", number));
    }
    if let Some(fault) = demand_missing(rules, place, item) {
        problems.push(fault);
    }
    let field = format!("items.{place}.due_date");
    if form.due_date_of(item).is_none() {
        problems.push(
            Problem::invalid("problem.pledge.due_date_missing")
                .on(field)
                .with("number", number),
        );
    } else if !rules.keeps_its_day(form, item) {
        let fault = check_date(&field, item.due_date, form.pledged_on, rules);
        problems.note(fault.map_err(|p| p.with("number", number)));
    }
}

/// The refusal of an item that claims a demand by its kind and names none.
#[must_use]
pub fn demand_missing(rules: &FormRules, place: usize, item: &CommitmentItem) -> Option<Problem> {
    let claims = rules
        .kinds
        .iter()
        .any(|rule| rule.demand && rule.kind == item.kind);
    (claims && item.demand.is_none() && !item.is_blank()).then(|| {
        Problem::invalid("problem.pledge.demand_missing")
            .on(format!("items.{place}.demand"))
            .with("number", place + 1)
            .with("kind", &item.kind)
    })
}

/// A due date lies in the campaign and not before the day of the promise: nobody promises what is overdue at birth.
fn check_date(
    field: &str,
    date: Option<Date>,
    pledged_on: Option<Date>,
    rules: &FormRules,
) -> Result<(), Problem> {
    let Some(date) = date else { return Ok(()) };
    if date < rules.first_day {
        let problem = Problem::invalid("problem.pledge.due_date_early").on(field);
        return Err(problem.with("date", date).with("first", rules.first_day));
    }
    if let Some(day) = pledged_on.filter(|day| date < *day) {
        let problem = Problem::invalid("problem.pledge.due_date_past").on(field);
        return Err(problem.with("date", date).with("day", day));
    }
    match rules.last_day {
        Some(last) if date > last => Err(Problem::invalid("problem.pledge.due_date_late")
            .on(field)
            .with("date", date)
            .with("last", last)),
        _ => Ok(()),
    }
}

/// Whether a content is shorter or longer than what usually reads well. A hint, never a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LengthHint {
    /// Nothing written yet.
    Empty,
    /// Under 30 characters: fine if it says enough.
    Short,
    /// 30–120 characters.
    Usual,
    /// Over 120 characters.
    Long,
}

/// Counts the characters of a content without white space and places the count.
#[must_use]
pub fn length_hint(content: &str) -> (usize, LengthHint) {
    let count = content.chars().filter(|c| !c.is_whitespace()).count();
    let hint = match count {
        0 => LengthHint::Empty,
        1..30 => LengthHint::Short,
        30..=120 => LengthHint::Usual,
        _ => LengthHint::Long,
    };
    (count, hint)
}

#[cfg(test)]
mod tests;
