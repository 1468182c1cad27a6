//! Keeping the promise (践诺): what the pledger reports, what an inspector found, and what a reader sees of both.
//! A self-report and an independent verdict are two facts and are never merged (PRODUCT.md 3.6).

mod figures;

pub use figures::{Figures, Share};

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::inspection::FindingKind;
use crate::problem::{Problem, Problems};
use crate::text::{TextRule, check_text};

/// Days before the due date from which an item counts as nearly due.
pub const NEAR_DUE_DAYS: i64 = 14;
/// Longest words of a progress update, in characters.
pub const WORDS_MAX: usize = 1000;

/// What became of an item, as its pledger reports it (兑现).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fulfilment {
    /// Kept.
    Kept,
    /// Kept in part.
    PartlyKept,
    /// Not kept, for reasons outside the pledger's power; they must be explained to the masses.
    NotKeptObjective,
    /// Not kept, for reasons within the pledger's power.
    NotKeptSubjective,
}

impl Fulfilment {
    /// All, in the order of forms.
    pub const ALL: [Self; 4] = [
        Self::Kept,
        Self::PartlyKept,
        Self::NotKeptObjective,
        Self::NotKeptSubjective,
    ];

    /// The identifier as stored and as used in message keys.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::PartlyKept => "partly_kept",
            Self::NotKeptObjective => "not_kept_objective",
            Self::NotKeptSubjective => "not_kept_subjective",
        }
    }

    /// Reads an identifier.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.name() == name)
    }

    /// An explanation is required with it.
    #[must_use]
    pub fn needs_reason(self) -> bool {
        self != Self::Kept
    }
}

/// Checks a progress update: words are required, and a reason with everything but a kept promise.
///
/// # Errors
/// `problem.text.…` on `words`, `problem.progress.reason_missing` on `reason`,
/// `problem.progress.in_future` on `reported_on`.
pub fn check_update(
    words: &str,
    claim: Option<Fulfilment>,
    reason: &str,
    reported_on: Date,
    today: Date,
) -> Result<(), Problems> {
    let mut problems = Problems::new();
    problems.note(check_text("words", words, TextRule::area(WORDS_MAX)));
    problems.note(check_text("reason", reason, TextRule::area(WORDS_MAX).optional()));
    if claim.is_some_and(Fulfilment::needs_reason) && crate::text::is_blank(reason) {
        problems.push(Problem::invalid("problem.progress.reason_missing").on("reason"));
    }
    if reported_on > today {
        problems.push(
            Problem::invalid("problem.progress.in_future")
                .on("reported_on")
                .with("today", today),
        );
    }
    problems.or(())
}

/// How an item stands to its due date today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// More than fourteen days left.
    Ahead,
    /// Due today or within fourteen days.
    Near,
    /// The due date has passed.
    Past,
}

/// Places a due date against today; the due day itself is still in time.
#[must_use]
pub fn due(due_date: Date, today: Date) -> Due {
    // Beyond the calendar's end nothing is near.
    let near_from = due_date.checked_sub(NEAR_DUE_DAYS.days()).unwrap_or(due_date);
    match today {
        day if day > due_date => Due::Past,
        day if day >= near_from => Due::Near,
        _ => Due::Ahead,
    }
}

/// The facts about an item that its state is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemFacts {
    /// When it is due.
    pub due_date: Date,
    /// The pledger's last report on the result.
    pub claim: Option<Fulfilment>,
    /// The last independent finding.
    pub verdict: Option<FindingKind>,
    /// A rectification order about it is open.
    pub rectifying: bool,
}

/// The one word shown beside an item. Report and finding stand beside it, each on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// Being put right under an order.
    Rectifying,
    /// Not reported and past its due date.
    Overdue,
    /// Not reported and due within fourteen days.
    NearDue,
    /// Under way.
    UnderWay,
    /// Reported kept; nobody has checked it.
    Reported,
    /// An inspector found it fulfilled.
    Kept,
    /// Kept in part, by report or finding.
    PartlyKept,
    /// Not kept, with an accepted reason outside the pledger's power.
    NotKeptObjective,
    /// Not kept, by report or finding.
    NotKept,
}

impl ItemState {
    /// The identifier used in message keys.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rectifying => "rectifying",
            Self::Overdue => "overdue",
            Self::NearDue => "near_due",
            Self::UnderWay => "under_way",
            Self::Reported => "reported",
            Self::Kept => "kept",
            Self::PartlyKept => "partly_kept",
            Self::NotKeptObjective => "not_kept_objective",
            Self::NotKept => "not_kept",
        }
    }
}

impl ItemFacts {
    /// The state shown today. An independent finding goes before a report; an open order before both.
    #[must_use]
    pub fn state(self, today: Date) -> ItemState {
        if self.rectifying {
            return ItemState::Rectifying;
        }
        match (self.verdict, self.claim) {
            (Some(FindingKind::Fulfilled), _) => ItemState::Kept,
            (Some(FindingKind::PartlyFulfilled), _) => ItemState::PartlyKept,
            (Some(FindingKind::NotFulfilled), Some(Fulfilment::NotKeptObjective)) => {
                ItemState::NotKeptObjective
            }
            (Some(FindingKind::NotFulfilled), _) => ItemState::NotKept,
            (None, Some(Fulfilment::Kept)) => ItemState::Reported,
            (None, Some(Fulfilment::PartlyKept)) => ItemState::PartlyKept,
            (None, Some(Fulfilment::NotKeptObjective)) => ItemState::NotKeptObjective,
            (None, Some(Fulfilment::NotKeptSubjective)) => ItemState::NotKept,
            (None, None) => match due(self.due_date, today) {
                Due::Past => ItemState::Overdue,
                Due::Near => ItemState::NearDue,
                Due::Ahead => ItemState::UnderWay,
            },
        }
    }

    /// Report and finding contradict each other: the pledger says kept, the inspector found otherwise.
    #[must_use]
    pub fn contradicts(self) -> bool {
        match (self.claim, self.verdict) {
            (Some(Fulfilment::Kept), Some(found)) => found != FindingKind::Fulfilled,
            (Some(Fulfilment::PartlyKept), Some(found)) => found == FindingKind::NotFulfilled,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    #[expect(clippy::too_many_lines, reason = "one table of cases, read as a whole")]
    fn state_is_computed_from_facts_and_today() {
        use FindingKind::*;
        type Row = (Option<Fulfilment>, Option<FindingKind>, bool, Date, ItemState);
        let table: &[Row] = &[
            (None, None, false, date(2011, 6, 15), ItemState::UnderWay),
            (None, None, false, date(2011, 6, 16), ItemState::NearDue),
            (None, None, false, date(2011, 6, 30), ItemState::NearDue),
            (None, None, false, date(2011, 7, 1), ItemState::Overdue),
            (
                Some(Fulfilment::Kept),
                None,
                false,
                date(2011, 7, 1),
                ItemState::Reported,
            ),
            (
                Some(Fulfilment::Kept),
                Some(NotFulfilled),
                false,
                date(2011, 7, 1),
                ItemState::NotKept,
            ),
            (
                Some(Fulfilment::Kept),
                Some(Fulfilled),
                false,
                date(2011, 7, 1),
                ItemState::Kept,
            ),
            (
                None,
                Some(PartlyFulfilled),
                false,
                date(2011, 7, 1),
                ItemState::PartlyKept,
            ),
            (
                Some(Fulfilment::NotKeptObjective),
                None,
                false,
                date(2011, 7, 1),
                ItemState::NotKeptObjective,
            ),
            (
                Some(Fulfilment::NotKeptSubjective),
                None,
                false,
                date(2011, 7, 1),
                ItemState::NotKept,
            ),
            (
                Some(Fulfilment::Kept),
                Some(NotFulfilled),
                true,
                date(2011, 7, 1),
                ItemState::Rectifying,
            ),
        ];
        for (claim, verdict, rectifying, today, want) in table {
            let facts = ItemFacts {
                due_date: date(2011, 6, 30),
                claim: *claim,
                verdict: *verdict,
                rectifying: *rectifying,
            };
            assert_eq!(facts.state(*today), *want, "{facts:?} {today}");
        }
        let facts = ItemFacts {
            due_date: date(2011, 6, 30),
            claim: Some(Fulfilment::Kept),
            verdict: Some(NotFulfilled),
            rectifying: false,
        };
        assert!(
            facts.contradicts()
                && !ItemFacts {
                    verdict: None,
                    ..facts
                }
                .contradicts()
        );
        assert_eq!(due(Date::MIN, Date::MIN), Due::Near);
    }

    #[test]
    fn an_update_needs_words_and_a_failure_its_reason() {
        let today = date(2011, 7, 1);
        let keys = |words: &str, claim, reason: &str, on| {
            let got = check_update(words, claim, reason, on, today).map_or_else(|p| p.0, |()| vec![]);
            got.iter().map(|p| p.key).collect::<Vec<_>>()
        };
        assert!(keys("讲解46位", Some(Fulfilment::Kept), "", today).is_empty());
        assert!(keys("讲解6位", None, "", today).is_empty());
        assert_eq!(keys("", None, "", today), ["problem.text.missing"]);
        for claim in [
            Fulfilment::PartlyKept,
            Fulfilment::NotKeptObjective,
            Fulfilment::NotKeptSubjective,
        ] {
            assert_eq!(
                keys("没做完", Some(claim), " ", today),
                ["problem.progress.reason_missing"]
            );
        }
        assert_eq!(
            keys("x", None, "", date(2011, 7, 2)),
            ["problem.progress.in_future"]
        );
        assert_eq!(Fulfilment::from_name("partly_kept"), Some(Fulfilment::PartlyKept));
        assert_eq!(Fulfilment::from_name("Kept"), None);
    }
}
