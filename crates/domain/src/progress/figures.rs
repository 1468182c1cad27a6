//! Figures rolled up from items (PRODUCT.md 3.5): counted, never typed; a missing value is not a zero.

use jiff::civil::Date;
use serde::Serialize;

use super::{Due, Fulfilment, ItemFacts, ItemState, due};
use crate::inspection::FindingKind;

/// A share that is always shown as "n of m", with what is missing beside it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    /// So many are.
    pub n: u64,
    /// Of so many whose value is known.
    pub of: u64,
    /// So many more have no value yet.
    pub missing: u64,
}

impl Share {
    /// A share of known values.
    #[must_use]
    pub fn new(n: u64, of: u64) -> Self {
        Self { n, of, missing: 0 }
    }

    /// The share of all in per mille, rounded half up. Refused (`None`) while a value is missing or there is nothing
    /// to divide: a percentage of an unknown whole would be an invented figure.
    #[must_use]
    pub fn per_mille(self) -> Option<u64> {
        if self.missing > 0 || self.of == 0 {
            return None;
        }
        let of = u128::from(self.of);
        u64::try_from((u128::from(self.n) * 2000 + of) / (2 * of)).ok()
    }

    /// The share of the known in per mille; to be shown only beside "n of m" and the number missing.
    #[must_use]
    pub fn per_mille_of_known(self) -> Option<u64> {
        Self { missing: 0, ..self }.per_mille()
    }

    /// Two shares of disjoint groups together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            n: self.n + other.n,
            of: self.of + other.of,
            missing: self.missing + other.missing,
        }
    }
}

/// The figures of a set of items on a day. Every number opens down to the items it counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// All items.
    pub items: u64,
    /// Items whose due date has passed.
    pub past_due: u64,
    /// Past due without any report or finding.
    pub overdue: u64,
    /// Due within fourteen days without report or finding.
    pub near_due: u64,
    /// Under a rectification order.
    pub rectifying: u64,
    /// Reported kept by their pledgers.
    pub claimed_kept: u64,
    /// Reported in part.
    pub claimed_partly: u64,
    /// Reported not kept, objective reason.
    pub claimed_not_objective: u64,
    /// Reported not kept, subjective reason.
    pub claimed_not_subjective: u64,
    /// Found fulfilled.
    pub found_fulfilled: u64,
    /// Found fulfilled in part.
    pub found_partly: u64,
    /// Found not fulfilled.
    pub found_not: u64,
    /// Report and finding contradict each other.
    pub contradictions: u64,
}

impl Figures {
    /// Counts items on a day.
    #[must_use]
    pub fn of<'a>(items: impl IntoIterator<Item = &'a ItemFacts>, today: Date) -> Self {
        let mut f = Self::default();
        for item in items {
            f.items += 1;
            f.past_due += u64::from(due(item.due_date, today) == Due::Past);
            f.rectifying += u64::from(item.rectifying);
            f.contradictions += u64::from(item.contradicts());
            let state = ItemFacts {
                rectifying: false,
                ..*item
            }
            .state(today);
            f.overdue += u64::from(state == ItemState::Overdue);
            f.near_due += u64::from(state == ItemState::NearDue);
            match item.claim {
                Some(Fulfilment::Kept) => f.claimed_kept += 1,
                Some(Fulfilment::PartlyKept) => f.claimed_partly += 1,
                Some(Fulfilment::NotKeptObjective) => f.claimed_not_objective += 1,
                Some(Fulfilment::NotKeptSubjective) => f.claimed_not_subjective += 1,
                None => {}
            }
            match item.verdict {
                Some(FindingKind::Fulfilled) => f.found_fulfilled += 1,
                Some(FindingKind::PartlyFulfilled) => f.found_partly += 1,
                Some(FindingKind::NotFulfilled) => f.found_not += 1,
                None => {}
            }
        }
        f
    }

    /// Two disjoint sets together.
    #[must_use]
    pub fn plus(self, o: Self) -> Self {
        Self {
            items: self.items + o.items,
            past_due: self.past_due + o.past_due,
            overdue: self.overdue + o.overdue,
            near_due: self.near_due + o.near_due,
            rectifying: self.rectifying + o.rectifying,
            claimed_kept: self.claimed_kept + o.claimed_kept,
            claimed_partly: self.claimed_partly + o.claimed_partly,
            claimed_not_objective: self.claimed_not_objective + o.claimed_not_objective,
            claimed_not_subjective: self.claimed_not_subjective + o.claimed_not_subjective,
            found_fulfilled: self.found_fulfilled + o.found_fulfilled,
            found_partly: self.found_partly + o.found_partly,
            found_not: self.found_not + o.found_not,
            contradictions: self.contradictions + o.contradictions,
        }
    }

    /// Kept by their pledgers' own report, of all that have reported; the rest is missing, not failed.
    #[must_use]
    pub fn claimed(self) -> Share {
        let of = self.claimed_kept
            + self.claimed_partly
            + self.claimed_not_objective
            + self.claimed_not_subjective;
        Share {
            n: self.claimed_kept,
            of,
            missing: self.items - of,
        }
    }

    /// Found fulfilled, of all that were checked independently.
    #[must_use]
    pub fn found(self) -> Share {
        let of = self.found_fulfilled + self.found_partly + self.found_not;
        Share {
            n: self.found_fulfilled,
            of,
            missing: self.items - of,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn a_percentage_refuses_missing_values() {
        assert_eq!(Share::new(713, 1000).per_mille(), Some(713));
        assert_eq!(Share::new(1, 3).per_mille(), Some(333));
        assert_eq!(Share::new(2, 3).per_mille(), Some(667));
        assert_eq!(Share::new(0, 0).per_mille(), None);
        assert_eq!(Share::new(u64::MAX, u64::MAX).per_mille(), Some(1000));
        let open = Share {
            n: 3,
            of: 4,
            missing: 1,
        };
        assert_eq!((open.per_mille(), open.per_mille_of_known()), (None, Some(750)));
    }

    fn facts() -> impl Strategy<Value = ItemFacts> {
        let claim = proptest::option::of(proptest::sample::select(Fulfilment::ALL.to_vec()));
        let found = vec![
            FindingKind::Fulfilled,
            FindingKind::PartlyFulfilled,
            FindingKind::NotFulfilled,
        ];
        (
            1i8..=28,
            claim,
            proptest::option::of(proptest::sample::select(found)),
            any::<bool>(),
        )
            .prop_map(|(day, claim, verdict, rectifying)| ItemFacts {
                due_date: date(2011, 6, day),
                claim,
                verdict,
                rectifying,
            })
    }

    proptest! {
        #[test]
        fn figures_add_up(a in proptest::collection::vec(facts(), 0..20), b in proptest::collection::vec(facts(), 0..20)) {
            let today = date(2011, 6, 14);
            let both = Figures::of(a.iter().chain(&b), today);
            prop_assert_eq!(Figures::of(&a, today).plus(Figures::of(&b, today)), both);
            for share in [both.claimed(), both.found()] {
                prop_assert_eq!(share.of + share.missing, both.items);
                prop_assert!(share.n <= share.of);
                prop_assert!(share.missing == 0 || share.per_mille().is_none());
            }
            let silent = a.iter().chain(&b).filter(|i| i.claim.is_none() && i.verdict.is_none() && i.due_date < today);
            prop_assert_eq!(both.overdue, silent.count() as u64);
        }
    }
}
