//! What a new version finds in force. An item of which something is known already stays as it was: who reported, checked or
//! ordered spoke of that sentence and that day (PRODUCT.md 3.1, 3.5, 3.9).

use super::{CommitmentItem, FormRules, PledgeForm, VersionContent};
use crate::ids::{DemandId, ItemId, KindId};
use crate::problem::{Problem, Problems};
use jiff::civil::Date;

/// An item in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its id, the same in every version.
    pub id: ItemId,
    /// Its kind.
    pub kind: KindId,
    /// What will be done.
    pub content: String,
    /// Measure or target.
    pub measure: String,
    /// For whom.
    pub beneficiary: String,
    /// By when.
    pub due_date: Date,
    /// The demand it answers.
    pub demand: Option<DemandId>,
    /// It was reported or checked, is under rectification, or its day is over.
    pub settled: bool,
    /// Something was reported about it, if only how it goes on: strangers read that, so it cannot be taken out.
    pub reported: bool,
}

impl Standing {
    /// A new version has to carry it on.
    #[must_use]
    pub fn must_stay(&self) -> bool {
        self.settled || self.reported
    }

    /// Whether an item of a form says what is in force, word for word and day for day.
    #[must_use]
    pub fn same(&self, form: &PledgeForm, item: &CommitmentItem) -> bool {
        let text = |a: &str, b: &str| a.trim() == b.trim();
        self.kind == item.kind
            && text(&self.content, &item.content)
            && text(&self.measure, &item.measure)
            && text(&self.beneficiary, &item.beneficiary)
            && form.due_date_of(item) == Some(self.due_date)
            && self.demand == item.demand
    }
}

/// The first of these items in force that a version would take out or, where it is settled, change.
#[must_use]
pub fn first_changed<'a>(
    before: impl IntoIterator<Item = &'a Standing>,
    content: &VersionContent,
) -> Option<&'a Standing> {
    let kept = |old: &Standing| {
        let now = content.items.iter().find(|i| i.id == old.id);
        now.is_some_and(|i| {
            !old.settled
                || [&i.content, &i.measure, &i.beneficiary] == [&old.content, &old.measure, &old.beneficiary]
                    && i.due_date == Some(old.due_date)
                    && i.demand == old.demand
                    && i.kind == old.kind
        })
    };
    before.into_iter().find(|old| !kept(old))
}

impl FormRules {
    /// Whether an item keeps the day it had in force: that day may be over by now.
    pub(super) fn keeps_its_day(&self, form: &PledgeForm, item: &CommitmentItem) -> bool {
        let before = self.standing.iter().find(|s| s.id == item.id);
        before.is_some_and(|s| form.due_date_of(item) == Some(s.due_date))
    }
}

/// Refuses a version in which an item with a result is changed or gone.
pub(super) fn check_standing(form: &PledgeForm, rules: &FormRules, problems: &mut Problems) {
    for before in rules.standing.iter().filter(|s| s.must_stay()) {
        let now = form
            .items
            .iter()
            .position(|item| item.id == before.id && !item.is_blank());
        let (key, field) = match now.and_then(|at| Some((at, form.items.get(at)?))) {
            Some((_, item)) if !before.settled || before.same(form, item) => continue,
            Some((at, _)) => ("problem.pledge.settled_changed", format!("items.{at}.content")),
            None => ("problem.pledge.settled_gone", "items".to_owned()),
        };
        problems.push(
            Problem::invalid(key)
                .on(field)
                .with("text", before.content.trim())
                .with("date", before.due_date),
        );
    }
}
