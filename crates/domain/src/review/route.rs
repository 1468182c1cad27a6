//! Review routes, derived from the unit tree and the template's rules.
//!
//! A rule names an audience and the roles that decide, in order. A role is looked for from the pledger's own
//! unit upwards; the first unit that has a holder who is not judging himself decides. Where a role has no such
//! holder, its stand-ins are tried in the order the template gives them, and then the party committee of the
//! tree: the next one up. Where that is who decides before or after anyway, the two steps are one: nobody is asked
//! the same twice. A route in which nobody is left is refused, so that no pledge waits for nobody.

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
    /// The person; the id of the account where nobody of the roster stands behind it ([`crate::access::Actor::decider`]).
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
        let stands_in_for = (role != step.role).then_some(step.role);
        steps.push(ReviewStep {
            role,
            unit,
            reviewers,
            stands_in_for,
            meeting: step.meeting,
        });
    }
    Ok(once(steps))
}

/// Makes one of two steps in a row that the same people decide because one of them stands in for somebody: the step
/// in their own role stays, and a meeting that either asks for is held.
fn once(steps: Vec<ReviewStep>) -> Vec<ReviewStep> {
    let mut out: Vec<ReviewStep> = Vec::with_capacity(steps.len());
    for step in steps {
        let stands_in = |s: &ReviewStep| s.stands_in_for.is_some();
        match out.last_mut() {
            Some(last) if last.reviewers == step.reviewers && (stands_in(last) || stands_in(&step)) => {
                let meeting = last.meeting || step.meeting;
                if stands_in(last) {
                    *last = step;
                }
                last.meeting = meeting;
            }
            _ => out.push(step),
        }
    }
    out
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
mod tests;
