//! The coverage register (N3): roster minus filed, per branch and per day. Who need not take part and does is
//! counted apart and is never in a denominator.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::template::Scope;
use crate::organization::PersonClass;
use crate::time::{Window, add_days};

/// A person of the roster, as far as the register needs him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rostered {
    /// Id.
    pub person: String,
    /// Name.
    pub name: String,
    /// Leading or party post; may be empty.
    pub title: String,
    /// His branch.
    pub unit: String,
    /// Class.
    pub class: PersonClass,
    /// Whether he is a leading cadre.
    pub leading_cadre: bool,
}

/// A person named in the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Id.
    pub person: String,
    /// Name.
    pub name: String,
    /// Why he is excused; empty where he is not.
    pub reason: String,
}

/// How a branch stands. `filed + missing = due`, always.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchCoverage {
    /// The branch.
    pub unit: String,
    /// People who shall file: the mandatory classes without those excused.
    pub due: u32,
    /// Of these, who has filed.
    pub filed: u32,
    /// Of these, who has not, in the order of the roster.
    pub missing: Vec<Named>,
    /// People of the mandatory classes who need not, with reason.
    pub excused: Vec<Named>,
    /// People who filed without having to.
    pub voluntary: u32,
}

/// The sums of a register.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// On the roster in the mandatory classes.
    pub roster: u32,
    /// Excused of these.
    pub excused: u32,
    /// Due: roster less excused.
    pub due: u32,
    /// Filed of those due.
    pub filed: u32,
    /// Filed without having to.
    pub voluntary: u32,
}

/// Who shall file, who is excused, and who has filed on which day.
#[derive(Debug, Clone, Copy)]
pub struct Register<'a> {
    /// Who takes part.
    pub scope: &'a Scope,
    /// The roster.
    pub people: &'a [Rostered],
    /// Reasons by person.
    pub excuses: &'a BTreeMap<String, String>,
    /// The day of the first filing by person.
    pub filed: &'a BTreeMap<String, Date>,
}

impl Register<'_> {
    fn shall(&self, person: &Rostered) -> bool {
        self.scope.shall(person.class, person.leading_cadre)
    }

    fn is_due(&self, person: &Rostered) -> bool {
        self.shall(person) && !self.excuses.contains_key(&person.person)
    }

    /// The branches in the order given; people of other units are left out.
    #[must_use]
    pub fn branches(&self, units: &[String]) -> Vec<BranchCoverage> {
        let mut all: Vec<BranchCoverage> = units
            .iter()
            .map(|unit| BranchCoverage {
                unit: unit.clone(),
                ..BranchCoverage::default()
            })
            .collect();
        let at: BTreeMap<&str, usize> = units.iter().enumerate().map(|(i, u)| (u.as_str(), i)).collect();
        for person in self.people {
            let Some(branch) = at.get(person.unit.as_str()).and_then(|at| all.get_mut(*at)) else {
                continue;
            };
            let filed = self.filed.contains_key(&person.person);
            let named = |reason: &str| Named {
                person: person.person.clone(),
                name: person.name.clone(),
                reason: reason.to_owned(),
            };
            if self.is_due(person) {
                branch.due += 1;
                branch.filed += u32::from(filed);
                if !filed {
                    branch.missing.push(named(""));
                }
                continue;
            }
            branch.voluntary += u32::from(filed);
            if let Some(reason) = self.excuses.get(&person.person).filter(|_| self.shall(person)) {
                branch.excused.push(named(reason));
            }
        }
        all
    }

    /// How many of those due had filed by the end of each day, from the first day of the window to its last or
    /// today, whichever comes first.
    #[must_use]
    pub fn daily(&self, window: Window, today: Date) -> Vec<(Date, u32)> {
        let end = window.ends_on.unwrap_or(today).min(today);
        let mut days: Vec<Date> = self
            .people
            .iter()
            .filter(|p| self.is_due(p))
            .filter_map(|p| self.filed.get(&p.person).copied())
            .collect();
        days.sort_unstable();
        let mut out = Vec::new();
        let mut day = window.starts_on;
        while day <= end && day < Date::MAX {
            let so_far = days.partition_point(|d| *d <= day);
            out.push((day, u32::try_from(so_far).unwrap_or(u32::MAX)));
            day = add_days(day, 1);
        }
        out
    }

    /// The leading cadres who shall file, with the day on which they did (N16).
    #[must_use]
    pub fn leaders(&self) -> Vec<(&Rostered, Option<Date>)> {
        self.people
            .iter()
            .filter(|p| p.leading_cadre && self.is_due(p))
            .map(|p| (p, self.filed.get(&p.person).copied()))
            .collect()
    }
}

/// The sums over branches.
#[must_use]
pub fn totals(branches: &[BranchCoverage]) -> Totals {
    let mut sum = Totals::default();
    for branch in branches {
        let excused = u32::try_from(branch.excused.len()).unwrap_or(u32::MAX);
        sum.excused += excused;
        sum.due += branch.due;
        sum.roster += branch.due + excused;
        sum.filed += branch.filed;
        sum.voluntary += branch.voluntary;
    }
    sum
}

/// Worst first: the smallest share filed, then the most people missing; otherwise the order stays.
pub fn worst_first(branches: &mut [BranchCoverage]) {
    branches.sort_by(|a, b| {
        // Nobody due means nothing is missing. Shares are compared by cross products, not by rounded numbers.
        let share = |x: &BranchCoverage, y: &BranchCoverage| {
            let filed = if x.due == 0 { 1 } else { u64::from(x.filed) };
            filed * u64::from(y.due.max(1))
        };
        share(a, b)
            .cmp(&share(b, a))
            .then(b.missing.len().cmp(&a.missing.len()))
    });
}

#[cfg(test)]
mod tests {
    use super::super::{parse, shipped};
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn scope() -> Scope {
        parse(shipped()[0].1).expect("shipped template").scope
    }

    fn person(n: usize, class: PersonClass, unit: &str) -> Rostered {
        Rostered {
            person: format!("p{n}"),
            name: ["王䶮", "马㛃雅", "姜𬭎", "𰻞大勇"][n % 4].into(),
            title: String::new(),
            unit: unit.into(),
            class,
            leading_cadre: n == 0,
        }
    }

    #[test]
    fn the_voluntary_and_the_excused_are_counted_apart() {
        use PersonClass::{ApplicantActivist, FullMember, NonPartyCadre, ProbationaryMember};
        let people = [
            person(0, FullMember, "a"),
            person(1, ProbationaryMember, "a"),
            person(2, FullMember, "a"),
            person(3, ApplicantActivist, "a"),
            person(4, NonPartyCadre, "a"),
            person(5, FullMember, "b"),
        ];
        let excuses = BTreeMap::from([("p2".into(), "住院".into()), ("p4".into(), "无关".into())]);
        let filed = BTreeMap::from([
            ("p0".into(), date(2010, 10, 2)),
            ("p3".into(), date(2010, 10, 3)),
            ("p2".into(), date(2010, 10, 9)),
        ]);
        let scope = scope();
        let register = Register {
            scope: &scope,
            people: &people,
            excuses: &excuses,
            filed: &filed,
        };
        let mut branches = register.branches(&["b".into(), "a".into()]);
        worst_first(&mut branches);
        assert_eq!(branches[0].unit, "b");
        let a = &branches[1];
        assert_eq!((a.due, a.filed, a.voluntary), (2, 1, 2));
        assert_eq!(a.missing[0].name, "马㛃雅");
        assert_eq!(a.excused[0].reason, "住院");
        assert_eq!(
            totals(&branches),
            Totals {
                roster: 4,
                excused: 1,
                due: 3,
                filed: 1,
                voluntary: 2
            }
        );
        let window = Window {
            starts_on: date(2010, 9, 29),
            ends_on: Some(date(2010, 10, 10)),
        };
        let daily = register.daily(window, date(2010, 10, 4));
        assert_eq!(daily.len(), 6);
        assert_eq!(daily[2].1, 0);
        assert_eq!(daily[5].1, 1);
        assert_eq!(
            register.leaders().first().map(|(p, on)| (p.person.as_str(), *on)),
            Some(("p0", Some(date(2010, 10, 2))))
        );
    }

    proptest! {
        #[test]
        fn due_is_filed_and_missing_and_never_voluntary(
            classes in proptest::collection::vec(0usize..4, 0..40),
            excused in proptest::collection::vec(any::<bool>(), 40),
            has_filed in proptest::collection::vec(any::<bool>(), 40),
        ) {
            let scope = scope();
            let people: Vec<_> = classes
                .iter()
                .enumerate()
                .map(|(n, c)| person(n, PersonClass::ALL[*c], ["a", "b", "c"][n % 3]))
                .collect();
            let on = date(2010, 10, 1);
            let named = |flags: &[bool]| -> Vec<String> {
                people.iter().zip(flags).filter(|(_, f)| **f).map(|(p, _)| p.person.clone()).collect()
            };
            let excuses = named(&excused).into_iter().map(|p| (p, "病休".to_owned())).collect();
            let filed = named(&has_filed).into_iter().map(|p| (p, on)).collect();
            let register = Register { scope: &scope, people: &people, excuses: &excuses, filed: &filed };
            let mut branches = register.branches(&["a".into(), "b".into(), "c".into()]);
            worst_first(&mut branches);
            for pair in branches.windows(2) {
                let share = |b: &BranchCoverage| if b.due == 0 { 1.0 } else { f64::from(b.filed) / f64::from(b.due) };
                prop_assert!(share(&pair[0]) <= share(&pair[1]));
            }
            let sum = totals(&branches);
            let mandatory = people.iter().filter(|p| p.class.is_member()).count();
            prop_assert_eq!(usize::try_from(sum.roster).expect("small"), mandatory);
            for branch in &branches {
                prop_assert_eq!(usize::try_from(branch.due - branch.filed).expect("small"), branch.missing.len());
            }
            let all_days = register.daily(Window { starts_on: on, ends_on: None }, on);
            prop_assert_eq!(all_days.last().map(|d| d.1), Some(sum.filed));
        }
    }
}
