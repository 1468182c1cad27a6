//! Inspection (督查, N17): what was found, and who may check whom.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::{PersonId, UnitId};
use crate::problem::{Problem, Problems};
use crate::text::{TextRule, check_text};

/// Longest words of a record, in characters.
pub const WORDS_MAX: usize = 1000;

/// How it came to the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InspectionKind {
    /// 座谈会.
    Symposium,
    /// 经常性督查.
    Regular,
    /// 随机抽查, by a draw.
    SpotCheck,
}

impl InspectionKind {
    /// All, in the order of forms.
    pub const ALL: [Self; 3] = [Self::Symposium, Self::Regular, Self::SpotCheck];

    /// The identifier as stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Symposium => "symposium",
            Self::Regular => "regular",
            Self::SpotCheck => "spot_check",
        }
    }

    /// Reads an identifier.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }

    /// Fewest inspectors for it.
    #[must_use]
    pub fn inspectors_min(self) -> usize {
        if self == Self::SpotCheck { 2 } else { 1 }
    }
}

/// What an inspector found about an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// As promised.
    Fulfilled,
    /// In part.
    PartlyFulfilled,
    /// Not as promised.
    NotFulfilled,
}

impl FindingKind {
    /// All, in the order of forms.
    pub const ALL: [Self; 3] = [Self::Fulfilled, Self::PartlyFulfilled, Self::NotFulfilled];

    /// The identifier as stored and as used in message keys.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fulfilled => "fulfilled",
            Self::PartlyFulfilled => "partly_fulfilled",
            Self::NotFulfilled => "not_fulfilled",
        }
    }

    /// Reads an identifier.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }

    /// A criticism may follow from it (N18).
    #[must_use]
    pub fn may_be_criticised(self) -> bool {
        self != Self::Fulfilled
    }
}

/// What an inspector concludes: a verdict on the item, or before its due date that it is on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Conclusion {
    /// Under way, in order so far. It is no verdict: whether the promise is kept stays open.
    InOrder,
    /// A verdict.
    Found(FindingKind),
}

impl Conclusion {
    /// All, in the order of forms.
    pub const ALL: [Self; 4] = [
        Self::InOrder,
        Self::Found(FindingKind::Fulfilled),
        Self::Found(FindingKind::PartlyFulfilled),
        Self::Found(FindingKind::NotFulfilled),
    ];

    /// The identifier as stored and as used in message keys.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InOrder => "in_order",
            Self::Found(kind) => kind.name(),
        }
    }

    /// Reads an identifier.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.name() == name)
    }

    /// A criticism may follow from it (N18).
    #[must_use]
    pub fn may_be_criticised(self) -> bool {
        matches!(self, Self::Found(kind) if kind.may_be_criticised())
    }

    /// Whether an item can be found so today. Fulfilled takes its pledger's report or its due date: what has weeks to
    /// go and nobody reported is on the way at best. On the way ends with the due date.
    ///
    /// # Errors
    /// `problem.inspection.too_early`, `.too_late`, each on `finding` (arg `due`).
    pub fn check(self, due_date: Date, reported: bool, today: Date) -> Result<(), Problem> {
        let key = match self {
            Self::Found(FindingKind::Fulfilled) if today < due_date && !reported => {
                "problem.inspection.too_early"
            }
            Self::InOrder if today > due_date => "problem.inspection.too_late",
            _ => return Ok(()),
        };
        Err(Problem::invalid(key).on("finding").with("due", due_date))
    }
}

/// Where a record stands between those who inspect together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It waits for the word of a second inspector.
    Awaits,
    /// As many found it as its kind asks for.
    Agreed,
    /// A second inspector saw it otherwise: it is no finding, and they look again.
    Disputed,
}

impl Standing {
    /// Where a record stands when one inspector has written it: a spot check needs a second (N17).
    #[must_use]
    pub fn first(kind: InspectionKind) -> Self {
        if kind.inspectors_min() > 1 {
            Self::Awaits
        } else {
            Self::Agreed
        }
    }

    /// Where it stands when a second has spoken.
    #[must_use]
    pub fn after(agrees: bool) -> Self {
        if agrees { Self::Agreed } else { Self::Disputed }
    }

    /// The identifier as stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Awaits => "awaits",
            Self::Agreed => "agreed",
            Self::Disputed => "disputed",
        }
    }
}

/// The pledge that is checked, as far as the right to check depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    /// The pledger and everybody who answers for a branch's pledge.
    pub answerable: Vec<PersonId>,
    /// The branch it belongs to.
    pub unit: UnitId,
}

/// Somebody who checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checker {
    /// The person.
    pub person: PersonId,
    /// The branches the person belongs to: as a member, and those led from outside.
    pub units: Vec<UnitId>,
    /// Recused from this pledge or branch.
    pub recused: bool,
}

/// Whether somebody may check a branch. A symposium is held with the branch; everything else is checked by others
/// (PRODUCT.md 3.3).
///
/// # Errors
/// `problem.inspection.same_branch`.
pub fn may_inspect_branch(kind: InspectionKind, units: &[UnitId], branch: &UnitId) -> Result<(), Problem> {
    if kind != InspectionKind::Symposium && units.contains(branch) {
        return Err(Problem::forbidden("problem.inspection.same_branch"));
    }
    Ok(())
}

/// Whether somebody may check a pledge: not his own, not recused, and not of his own branch.
///
/// # Errors
/// `problem.inspection.own`, `.recused`, `.same_branch`.
pub fn may_inspect(kind: InspectionKind, checker: &Checker, pledge: &Inspected) -> Result<(), Problem> {
    if pledge.answerable.contains(&checker.person) {
        return Err(Problem::forbidden("problem.inspection.own"));
    }
    if checker.recused {
        return Err(Problem::forbidden("problem.inspection.recused"));
    }
    may_inspect_branch(kind, &checker.units, &pledge.unit)
}

/// Checks a record before it is kept: enough different inspectors, words, a day that is not in the future.
///
/// # Errors
/// `problem.inspection.inspectors_few` on `inspectors` (args `min`, `count`), `.in_future` on `recorded_on`,
/// refusals of text on `words`.
pub fn check_record(
    kind: InspectionKind,
    inspectors: &[PersonId],
    words: &str,
    recorded_on: Date,
    today: Date,
) -> Result<(), Problems> {
    let mut problems = Problems::new();
    let different = inspectors.iter().collect::<BTreeSet<_>>().len();
    if different < kind.inspectors_min() {
        let problem = Problem::invalid("problem.inspection.inspectors_few").on("inspectors");
        problems.push(
            problem
                .with("min", kind.inspectors_min())
                .with("count", different),
        );
    }
    problems.note(check_text("words", words, TextRule::area(WORDS_MAX)));
    if recorded_on > today {
        problems.push(
            Problem::invalid("problem.inspection.in_future")
                .on("recorded_on")
                .with("today", today),
        );
    }
    problems.or(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn person(n: u8) -> PersonId {
        PersonId::parse(format!("01932b6e-7c1a-7f00-8000-0000000002{n:02}")).expect("uuid")
    }

    fn unit(n: u8) -> UnitId {
        UnitId::parse(format!("01932b6e-7c1a-7f00-8000-0000000001{n:02}")).expect("uuid")
    }

    #[test]
    fn nobody_checks_his_own_matter() {
        let pledge = Inspected {
            answerable: vec![person(1)],
            unit: unit(1),
        };
        let checker = |p, u, recused| Checker {
            person: person(p),
            units: vec![unit(u)],
            recused,
        };
        use InspectionKind::*;
        for (kind, who, want) in [
            (SpotCheck, checker(2, 2, false), None),
            (SpotCheck, checker(1, 2, false), Some("problem.inspection.own")),
            (Regular, checker(1, 2, false), Some("problem.inspection.own")),
            (
                SpotCheck,
                checker(2, 1, false),
                Some("problem.inspection.same_branch"),
            ),
            (
                Regular,
                checker(2, 1, false),
                Some("problem.inspection.same_branch"),
            ),
            (Symposium, checker(2, 1, false), None),
            (Symposium, checker(2, 2, true), Some("problem.inspection.recused")),
        ] {
            assert_eq!(
                may_inspect(kind, &who, &pledge).err().map(|p| p.key),
                want,
                "{kind:?} {who:?}"
            );
        }
    }

    #[test]
    fn who_leads_a_branch_from_outside_is_of_it() {
        use InspectionKind::*;
        let own = [unit(1), unit(2)];
        for (kind, branch, may) in [
            (Regular, 1, false),
            (Regular, 2, false),
            (SpotCheck, 2, false),
            (Symposium, 2, true),
            (Regular, 3, true),
        ] {
            assert_eq!(
                may_inspect_branch(kind, &own, &unit(branch)).is_ok(),
                may,
                "{kind:?} {branch}"
            );
        }
    }

    #[test]
    fn kept_takes_a_report_or_the_due_date() {
        let due = date(2011, 2, 14);
        let of = |name, reported, day| {
            let c = Conclusion::from_name(name).expect("known");
            c.check(due, reported, date(2011, 2, day)).err().map(|p| p.key)
        };
        for (name, reported, day, want) in [
            ("fulfilled", false, 13, Some("problem.inspection.too_early")),
            ("fulfilled", true, 1, None),
            ("fulfilled", false, 14, None),
            ("in_order", false, 1, None),
            ("in_order", true, 14, None),
            ("in_order", true, 15, Some("problem.inspection.too_late")),
            ("not_fulfilled", false, 1, None),
            ("partly_fulfilled", false, 1, None),
        ] {
            assert_eq!(of(name, reported, day), want, "{name} {reported} {day}");
        }
        for c in Conclusion::ALL {
            assert_eq!(Conclusion::from_name(c.name()), Some(c));
        }
        assert!(!Conclusion::InOrder.may_be_criticised());
    }

    #[test]
    fn a_spot_check_stands_when_two_say_so() {
        assert_eq!(Standing::first(InspectionKind::SpotCheck), Standing::Awaits);
        assert_eq!(Standing::first(InspectionKind::Regular), Standing::Agreed);
        assert_eq!(Standing::after(true), Standing::Agreed);
        assert_eq!(Standing::after(false), Standing::Disputed);
    }

    #[test]
    fn a_spot_check_needs_two_people() {
        let keys = |kind, people: &[PersonId], words: &str, day| {
            let got = check_record(kind, people, words, date(2011, 2, day), date(2011, 2, 14));
            got.map_or_else(|p| p.0, |()| vec![])
                .iter()
                .map(|p| p.key)
                .collect::<Vec<_>>()
        };
        use InspectionKind::*;
        assert!(keys(SpotCheck, &[person(1), person(2)], "属实", 14).is_empty());
        assert_eq!(
            keys(SpotCheck, &[person(1), person(1)], "属实", 14),
            ["problem.inspection.inspectors_few"]
        );
        assert!(keys(Regular, &[person(1)], "属实", 14).is_empty());
        assert_eq!(
            keys(Regular, &[person(1)], "", 15),
            ["problem.text.missing", "problem.inspection.in_future"]
        );
        for kind in FindingKind::ALL {
            assert_eq!(FindingKind::from_name(kind.name()), Some(kind));
        }
        for kind in InspectionKind::ALL {
            assert_eq!(InspectionKind::from_name(kind.name()), Some(kind));
        }
    }
}
