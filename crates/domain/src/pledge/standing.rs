//! What a new version finds in force. An item of which something is known already stays as it was: who reported, checked or
//! ordered spoke of that sentence and that day (PRODUCT.md 3.1, 3.5, 3.9).

use super::{CommitmentItem, FormRules, PledgeForm, VersionContent};
use crate::ids::{ChannelId, DemandId, ItemId, KindId};
use crate::problem::{Problem, Problems};
use jiff::civil::Date;
use std::collections::BTreeSet;

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

/// Whether a form says nothing but what is in force: the same items, made public in the same ways, and no other day on it.
/// There is nothing to review about it.
#[must_use]
pub fn says_what_holds(form: &PledgeForm, standing: &[Standing], in_force: &VersionContent) -> bool {
    let joint = |before: &Standing| in_force.items.iter().any(|i| i.id == before.id && i.joint);
    // By their words: in another order, or typed anew, they promise the same.
    let mut left: Vec<&Standing> = standing.iter().collect();
    let all_kept = form.items.iter().filter(|i| !i.is_blank()).all(|item| {
        let at = left
            .iter()
            .position(|s| s.same(form, item) && joint(s) != item.joint.trim().is_empty());
        at.map(|at| left.swap_remove(at)).is_some()
    });
    let ways = |all: &[ChannelId]| all.iter().cloned().collect::<BTreeSet<_>>();
    all_kept
        && left.is_empty()
        && ways(&form.channels) == ways(&in_force.channels)
        && (form.pledged_on.is_none() || form.pledged_on == in_force.pledged_on)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{CampaignId, PledgeId};
    use jiff::civil::date;

    fn item(n: u8, content: &str) -> CommitmentItem {
        CommitmentItem {
            id: ItemId::parse(format!("01932b6e-7c1a-7f00-8000-0000000000{n:02}")).expect("uuid"),
            kind: KindId::parse("practical_deed").expect("word"),
            content: content.to_owned(),
            measure: String::new(),
            beneficiary: String::new(),
            due_date: Some(date(2010, 12, 31)),
            demand: None,
            joint: String::new(),
        }
    }

    fn form() -> PledgeForm {
        PledgeForm {
            items: vec![item(1, "修好北门坡道"), item(2, "每月义诊2次")],
            due_date: None,
            pledged_on: Some(date(2010, 10, 1)),
            channels: ["network", "notice_board"]
                .map(|c| ChannelId::parse(c).expect("word"))
                .to_vec(),
            signature: String::new(),
            consent: false,
        }
    }

    /// Whether a form changed so says what is in force.
    fn same(change: fn(&mut PledgeForm)) -> bool {
        let old = form();
        let standing: Vec<Standing> = old
            .items
            .iter()
            .map(|i| Standing {
                id: i.id.clone(),
                kind: i.kind.clone(),
                content: i.content.clone(),
                measure: String::new(),
                beneficiary: String::new(),
                due_date: date(2010, 12, 31),
                demand: None,
                settled: false,
                reported: false,
            })
            .collect();
        let id = "01932b6e-7c1a-7f00-8000-000000000099";
        let (campaign, pledge) = (CampaignId::parse(id), PledgeId::parse(id));
        let content = VersionContent::freeze(campaign.expect("uuid"), pledge.expect("uuid"), 1, &old);
        let mut new = old;
        change(&mut new);
        says_what_holds(&new, &standing, &content)
    }

    #[test]
    fn order_blanks_and_ids_are_no_change_words_days_and_ways_are() {
        assert!(same(|_| {}));
        assert!(same(|f| f.items.reverse()));
        assert!(same(|f| f.items.push(item(3, " "))));
        assert!(same(|f| f.items[0] = item(4, " 修好北门坡道")));
        assert!(same(|f| f.channels.reverse()));
        assert!(same(|f| f.pledged_on = None), "the day of handing in");
        assert!(!same(|f| f.items[0].content.push('段')));
        assert!(!same(|f| f.items[0].due_date = Some(date(2010, 12, 30))));
        assert!(!same(|f| f.items[0].joint = "第二党支部".to_owned()));
        assert!(!same(|f| f.items.truncate(1)));
        assert!(!same(|f| f.items.push(item(3, "修好北门坡道"))));
        assert!(!same(|f| f.channels.truncate(1)));
        assert!(!same(|f| f.pledged_on = Some(date(2010, 10, 2))));
    }
}
