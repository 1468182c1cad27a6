//! Review routes, derived from the unit tree and the template's rules.
//!
//! A rule names an audience and the roles that decide, in order. A role is looked for from the pledger's own
//! unit upwards; the first unit that has a holder who is not judging himself decides. Where a role has no such
//! holder, its stand-ins are tried in the order the template gives them, and then the party committee of the
//! tree: the next one up. A route in which nobody is left is refused, so that no pledge waits for nobody.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::access::Role;
use crate::ids::{PersonId, UnitId};
use crate::problem::Problem;

/// Whose pledge it is, as the template distinguishes them. The first match in this order holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// A branch or another unit.
    Branch,
    /// The secretary of the branch, with his own pledge.
    BranchSecretary,
    /// A leading cadre.
    LeadingCadre,
    /// Everybody else.
    Participant,
}

/// One step of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRule {
    /// Who decides.
    pub role: Role,
    /// Who decides when no holder of the role may.
    #[serde(default)]
    pub stand_in: Vec<Role>,
    /// The decision is taken by a meeting; its date and result are recorded with it.
    #[serde(default)]
    pub meeting: bool,
}

/// The steps for some audiences, one to three of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteRule {
    /// For whom the rule holds.
    pub audience: Vec<Audience>,
    /// The steps in order.
    pub steps: Vec<StepRule>,
}

/// Somebody who holds a role for a unit; `unit` is `None` where the role reaches over the organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The person.
    pub person: PersonId,
    /// The role.
    pub role: Role,
    /// The unit it is held for.
    pub unit: Option<UnitId>,
}

/// A unit with the one above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeUnit {
    /// The unit.
    pub id: UnitId,
    /// The unit above; `None` at the top.
    pub parent: Option<UnitId>,
}

/// The pledger, as far as the route depends on him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A unit's pledge: `answerable` are those who file it and answer for it (its secretary, its author).
    Branch {
        /// The unit.
        unit: UnitId,
        /// Those who would judge themselves.
        answerable: Vec<PersonId>,
    },
    /// A person's pledge.
    Person {
        /// The person.
        person: PersonId,
        /// The branch the person belongs to.
        unit: UnitId,
        /// Whether the person is a leading cadre.
        leading_cadre: bool,
    },
}

impl Subject {
    /// The unit from which the route climbs.
    #[must_use]
    pub fn unit(&self) -> &UnitId {
        match self {
            Self::Branch { unit, .. } | Self::Person { unit, .. } => unit,
        }
    }

    fn own(&self) -> BTreeSet<&PersonId> {
        match self {
            Self::Branch { answerable, .. } => answerable.iter().collect(),
            Self::Person { person, .. } => BTreeSet::from([person]),
        }
    }

    /// Which audience the pledger is.
    #[must_use]
    pub fn audience(&self, holders: &[Holder]) -> Audience {
        match self {
            Self::Branch { .. } => Audience::Branch,
            Self::Person {
                person,
                unit,
                leading_cadre,
            } => {
                let is_secretary = holders.iter().any(|h| {
                    h.role == Role::BranchSecretary && h.person == *person && h.unit.as_ref() == Some(unit)
                });
                match (is_secretary, leading_cadre) {
                    (true, _) => Audience::BranchSecretary,
                    (false, true) => Audience::LeadingCadre,
                    (false, false) => Audience::Participant,
                }
            }
        }
    }
}

/// A step with the people who may decide it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewStep {
    /// The role that decides here.
    pub role: Role,
    /// The unit for which it is held; `None` = the organisation.
    pub unit: Option<UnitId>,
    /// Any one of them decides.
    pub reviewers: Vec<PersonId>,
    /// The role the rule named, when somebody stands in for it.
    pub stands_in_for: Option<Role>,
    /// A meeting decides.
    pub meeting: bool,
}

/// The route of a pledge.
///
/// # Errors
/// `problem.review.no_rule` when the template has no rule for the audience, `problem.review.nobody` (arg `role`)
/// when a step has nobody but the pledger, also after its stand-ins.
pub fn resolve_route(
    rules: &[RouteRule],
    tree: &[TreeUnit],
    holders: &[Holder],
    subject: &Subject,
) -> Result<Vec<ReviewStep>, Problem> {
    let audience = subject.audience(holders);
    let rule = rules
        .iter()
        .find(|r| r.audience.contains(&audience) && !r.steps.is_empty());
    let rule = rule.ok_or_else(|| Problem::conflict("problem.review.no_rule"))?;
    let chain = chain_up(tree, subject.unit());
    let own = subject.own();
    let mut steps: Vec<ReviewStep> = Vec::new();
    for step in &rule.steps {
        let mut roles: Vec<Role> = vec![step.role];
        roles.extend(step.stand_in.iter().copied().chain([Role::PartyCommittee]));
        let found = roles
            .iter()
            .find_map(|role| seat(*role, &chain, holders, &own).map(|s| (*role, s)));
        let Some((role, (unit, reviewers))) = found else {
            return Err(Problem::conflict("problem.review.nobody").with("role", step.role.name()));
        };
        // When a stand-in is already the step before, asking the same people twice adds nothing.
        if role != step.role && steps.last().is_some_and(|last| last.reviewers == reviewers) {
            continue;
        }
        let stands_in_for = (role != step.role).then_some(step.role);
        steps.push(ReviewStep {
            role,
            unit,
            reviewers,
            stands_in_for,
            meeting: step.meeting,
        });
    }
    Ok(steps)
}

/// Whom the route goes round because the pledge is his own (PRODUCT.md 3.3), each with the role in which he decides on
/// others: the secretary of the branch, and who would sit at a step of the route.
#[must_use]
pub fn recused(
    rules: &[RouteRule],
    tree: &[TreeUnit],
    holders: &[Holder],
    subject: &Subject,
) -> Vec<(PersonId, Role)> {
    let audience = subject.audience(holders);
    let rule = rules.iter().find(|r| r.audience.contains(&audience));
    let chain = chain_up(tree, subject.unit());
    let own = subject.own();
    let secretary = |h: &&Holder| {
        h.role == Role::BranchSecretary && h.unit.as_ref() == Some(subject.unit()) && own.contains(&h.person)
    };
    let secretaries = holders.iter().filter(secretary);
    let mut found: Vec<(PersonId, Role)> = secretaries.map(|h| (h.person.clone(), h.role)).collect();
    for step in rule.iter().flat_map(|r| &r.steps) {
        let mut roles = vec![step.role];
        roles.extend(step.stand_in.iter().copied().chain([Role::PartyCommittee]));
        // Everybody who would be asked before the one who is asked now, and those beside him.
        for role in roles {
            let all = seat(role, &chain, holders, &BTreeSet::new()).map_or(Vec::new(), |s| s.1);
            let goes_round = all.iter().filter(|p| own.contains(p)).map(|p| (p.clone(), role));
            for one in goes_round {
                if !found.contains(&one) {
                    found.push(one);
                }
            }
            if all.iter().any(|p| !own.contains(p)) {
                break;
            }
        }
    }
    found
}

/// Whether somebody may decide on this step: he is one of its reviewers and not the pledger.
///
/// # Errors
/// `problem.review.own` for one's own pledge (PRODUCT.md 3.3), `problem.review.not_yours` for everybody else.
pub fn may_review(reviewer: &PersonId, subject: &Subject, step: &ReviewStep) -> Result<(), Problem> {
    if subject.own().contains(reviewer) {
        return Err(Problem::forbidden("problem.review.own"));
    }
    if step.reviewers.contains(reviewer) {
        return Ok(());
    }
    Err(Problem::forbidden("problem.review.not_yours"))
}

/// The unit, the one above it, and so on to the top; a circle in the data ends the climb.
fn chain_up<'a>(tree: &'a [TreeUnit], from: &'a UnitId) -> Vec<&'a UnitId> {
    let mut chain = vec![from];
    let mut at = from;
    while let Some(parent) = tree.iter().find(|u| u.id == *at).and_then(|u| u.parent.as_ref()) {
        if chain.contains(&parent) {
            break;
        }
        chain.push(parent);
        at = parent;
    }
    chain
}

type Seat = (Option<UnitId>, Vec<PersonId>);

/// The nearest holders of a role who do not judge themselves: unit by unit upwards, then organisation-wide.
fn seat(role: Role, chain: &[&UnitId], holders: &[Holder], own: &BTreeSet<&PersonId>) -> Option<Seat> {
    let places = chain.iter().map(|unit| Some(*unit)).chain([None]);
    for place in places {
        let mut found: Vec<PersonId> = holders
            .iter()
            .filter(|h| h.role == role && h.unit.as_ref() == place && !own.contains(&h.person))
            .map(|h| h.person.clone())
            .collect();
        found.sort();
        found.dedup();
        if !found.is_empty() {
            return Some((place.cloned(), found));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn unit(n: u8) -> UnitId {
        UnitId::parse(format!("01932b6e-7c1a-7f00-8000-0000000001{n:02}")).expect("uuid")
    }

    fn person(n: u8) -> PersonId {
        PersonId::parse(format!("01932b6e-7c1a-7f00-8000-0000000002{n:02}")).expect("uuid")
    }

    fn step(role: Role, stand_in: &[Role]) -> StepRule {
        StepRule {
            role,
            stand_in: stand_in.to_vec(),
            meeting: false,
        }
    }

    /// The notice's routes.
    fn rules() -> Vec<RouteRule> {
        vec![
            RouteRule {
                audience: vec![Audience::Branch],
                steps: vec![step(Role::CampaignOffice, &[]), step(Role::PartyCommittee, &[])],
            },
            RouteRule {
                audience: vec![Audience::BranchSecretary, Audience::LeadingCadre],
                steps: vec![step(Role::LineLeader, &[])],
            },
            RouteRule {
                audience: vec![Audience::Participant],
                steps: vec![step(Role::BranchSecretary, &[Role::LineLeader])],
            },
        ]
    }

    /// Committee 0 over branches 1 and 2. People: 1 and 2 secretaries, 3 line leader of branch 1 (and a member of
    /// branch 2), 4 and 5 committee, 6 office.
    fn tree() -> Vec<TreeUnit> {
        let mut tree = vec![TreeUnit {
            id: unit(0),
            parent: None,
        }];
        tree.extend([1, 2].map(|n| TreeUnit {
            id: unit(n),
            parent: Some(unit(0)),
        }));
        tree
    }

    fn holders() -> Vec<Holder> {
        let holder = |n, role, u: Option<u8>| Holder {
            person: person(n),
            role,
            unit: u.map(unit),
        };
        vec![
            holder(1, Role::BranchSecretary, Some(1)),
            holder(2, Role::BranchSecretary, Some(2)),
            holder(3, Role::LineLeader, Some(1)),
            holder(4, Role::PartyCommittee, Some(0)),
            holder(5, Role::PartyCommittee, Some(0)),
            holder(6, Role::CampaignOffice, None),
        ]
    }

    fn who(subject: &Subject) -> Vec<(Role, Vec<PersonId>)> {
        let route = resolve_route(&rules(), &tree(), &holders(), subject).expect("route");
        route.into_iter().map(|s| (s.role, s.reviewers)).collect()
    }

    fn of(n: u8, branch: u8, leading_cadre: bool) -> Subject {
        Subject::Person {
            person: person(n),
            unit: unit(branch),
            leading_cadre,
        }
    }

    #[test]
    fn the_routes_of_the_notice() {
        let branch = Subject::Branch {
            unit: unit(1),
            answerable: vec![person(1)],
        };
        assert_eq!(
            who(&branch),
            [
                (Role::CampaignOffice, vec![person(6)]),
                (Role::PartyCommittee, vec![person(4), person(5)])
            ]
        );
        assert_eq!(who(&of(20, 1, false)), [(Role::BranchSecretary, vec![person(1)])]);
        assert_eq!(who(&of(1, 1, false)), [(Role::LineLeader, vec![person(3)])]);
        assert_eq!(who(&of(20, 1, true)), [(Role::LineLeader, vec![person(3)])]);
    }

    #[test]
    fn nobody_judges_himself_the_next_one_up_stands_in() {
        // The line leader of branch 1, himself a leading cadre of branch 1: the committee.
        assert_eq!(
            who(&of(3, 1, true)),
            [(Role::PartyCommittee, vec![person(4), person(5)])]
        );
        // Branch 2 has no line leader: its secretary's own pledge goes to the committee.
        let subject = of(2, 2, false);
        let route = resolve_route(&rules(), &tree(), &holders(), &subject).expect("route");
        assert_eq!(route[0].stands_in_for, Some(Role::LineLeader));
        assert_eq!(
            may_review(&person(2), &subject, &route[0]).expect_err("own").key,
            "problem.review.own"
        );
        assert_eq!(
            may_review(&person(6), &subject, &route[0])
                .expect_err("other")
                .key,
            "problem.review.not_yours"
        );
        assert!(may_review(&person(4), &subject, &route[0]).is_ok());
        // A committee member who answers for a branch does not decide on it.
        let branch = Subject::Branch {
            unit: unit(1),
            answerable: vec![person(1), person(4)],
        };
        assert_eq!(who(&branch)[1], (Role::PartyCommittee, vec![person(5)]));
    }

    #[test]
    fn whom_the_route_goes_round_is_told_with_his_role() {
        let of_route = |subject: &Subject| recused(&rules(), &tree(), &holders(), subject);
        // A member's pledge goes round nobody; a line leader's own round himself, a branch's round its author.
        assert_eq!(of_route(&of(20, 1, false)), []);
        assert_eq!(of_route(&of(1, 1, false)), [(person(1), Role::BranchSecretary)]);
        assert_eq!(of_route(&of(3, 1, true)), [(person(3), Role::LineLeader)]);
        let branch = |answerable: Vec<PersonId>| Subject::Branch {
            unit: unit(1),
            answerable,
        };
        let secretary = (person(1), Role::BranchSecretary);
        assert_eq!(
            of_route(&branch(vec![person(1)])),
            std::slice::from_ref(&secretary)
        );
        assert_eq!(
            of_route(&branch(vec![person(1), person(4)])),
            [secretary, (person(4), Role::PartyCommittee)]
        );
    }

    #[test]
    fn a_route_to_nobody_is_refused() {
        let only = vec![Holder {
            person: person(1),
            role: Role::BranchSecretary,
            unit: Some(unit(1)),
        }];
        let got = resolve_route(&rules(), &tree(), &only, &of(1, 1, false)).expect_err("nobody left");
        assert_eq!(
            (got.key, got.arg("role")),
            ("problem.review.nobody", Some("line_leader"))
        );
        assert_eq!(
            resolve_route(&[], &tree(), &only, &of(9, 1, false))
                .expect_err("rule")
                .key,
            "problem.review.no_rule"
        );
        let circle = vec![
            TreeUnit {
                id: unit(1),
                parent: Some(unit(2)),
            },
            TreeUnit {
                id: unit(2),
                parent: Some(unit(1)),
            },
        ];
        assert!(resolve_route(&rules(), &circle, &holders(), &of(3, 1, true)).is_err());
    }

    proptest! {
        #[test]
        fn no_step_of_any_route_holds_the_pledger(
            seats in proptest::collection::vec((0u8..8, 0usize..5, 0u8..4), 0..20),
            who in 0u8..8, branch in 1u8..3, leader: bool,
        ) {
            let roles = [Role::BranchSecretary, Role::LineLeader, Role::PartyCommittee, Role::CampaignOffice, Role::Supervisor];
            let holders: Vec<Holder> = seats.into_iter().map(|(p, r, u)| Holder {
                person: person(p), role: roles[r], unit: (u < 3).then(|| unit(u)),
            }).collect();
            let subject = of(who, branch, leader);
            if let Ok(route) = resolve_route(&rules(), &tree(), &holders, &subject) {
                prop_assert!(!route.is_empty());
                for step in &route {
                    prop_assert!(!step.reviewers.is_empty() && !step.reviewers.contains(&person(who)));
                    prop_assert!(may_review(&person(who), &subject, step).is_err());
                }
            }
        }
    }
}
