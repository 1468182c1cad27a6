//! Counts by state, and the groups in which pages show them. A report and a finding are never counted as one:
//! what is only reported stands apart from what somebody checked (PRODUCT.md 3.6).

use store::public::Tally;

/// A group of states as pages show them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// Key in addresses and texts (`state.KEY`).
    pub key: &'static str,
    /// The states it holds (identifiers of `domain::progress::ItemState`).
    pub states: &'static [&'static str],
}

/// The groups, in the order of charts and legends. Together they hold every state once.
pub const GROUPS: [Group; 8] = [
    Group {
        key: "kept",
        states: &["kept"],
    },
    Group {
        key: "reported",
        states: &["reported"],
    },
    Group {
        key: "running",
        states: &["under_way", "near_due"],
    },
    Group {
        key: "partly_kept",
        states: &["partly_kept"],
    },
    Group {
        key: "rectifying",
        states: &["rectifying"],
    },
    Group {
        key: "not_kept_objective",
        states: &["not_kept_objective"],
    },
    Group {
        key: "not_kept",
        states: &["not_kept"],
    },
    Group {
        key: "overdue",
        states: &["overdue"],
    },
];

/// How many items stand in which group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts([i64; GROUPS.len()]);

impl Counts {
    /// Adds items in a state.
    pub fn add(&mut self, state: &str, n: i64) {
        for (count, group) in self.0.iter_mut().zip(&GROUPS) {
            if group.states.contains(&state) {
                *count += n;
            }
        }
    }

    /// Items in a group.
    pub fn of(&self, key: &str) -> i64 {
        self.0
            .iter()
            .zip(&GROUPS)
            .find(|(_, g)| g.key == key)
            .map_or(0, |(n, _)| *n)
    }

    /// Every item.
    pub fn total(&self) -> i64 {
        self.0.iter().sum()
    }

    /// Groups with their counts, in order.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, i64)> + '_ {
        GROUPS.iter().zip(self.0).map(|(g, n)| (g.key, n))
    }

    /// Counts every line of a tally.
    pub fn sum<'a>(tally: impl IntoIterator<Item = &'a Tally>) -> Counts {
        let mut counts = Counts::default();
        for line in tally {
            counts.add(&line.state, line.n);
        }
        counts
    }
}

/// The counts of one branch.
#[derive(Clone, Debug)]
pub struct UnitCounts {
    /// The branch.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// Its items.
    pub counts: Counts,
}

/// The counts of each branch, in the order of the tally.
pub fn by_unit(tally: &[Tally]) -> Vec<UnitCounts> {
    let mut out: Vec<UnitCounts> = Vec::new();
    for line in tally {
        match out.iter_mut().find(|u| u.unit == line.unit_id) {
            Some(unit) => unit.counts.add(&line.state, line.n),
            None => {
                let mut counts = Counts::default();
                counts.add(&line.state, line.n);
                out.push(UnitCounts {
                    unit: line.unit_id.clone(),
                    name: line.unit_name.clone(),
                    counts,
                });
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::inspection::FindingKind;
    use domain::progress::{Fulfilment, ItemFacts};
    use jiff::civil::date;

    #[test]
    fn every_state_stands_in_one_group() {
        let claims = Fulfilment::ALL.into_iter().map(Some).chain([None]);
        let verdicts = [
            None,
            Some(FindingKind::Fulfilled),
            Some(FindingKind::PartlyFulfilled),
            Some(FindingKind::NotFulfilled),
        ];
        for claim in claims {
            for verdict in verdicts {
                for rectifying in [true, false] {
                    for due_date in [date(2011, 1, 1), date(2011, 1, 20), date(2012, 1, 1)] {
                        let facts = ItemFacts {
                            due_date,
                            claim,
                            verdict,
                            rectifying,
                        };
                        let state = facts.state(date(2011, 1, 10)).name();
                        let mut counts = Counts::default();
                        counts.add(state, 3);
                        assert_eq!(counts.total(), 3, "{state}");
                    }
                }
            }
        }
    }
}
