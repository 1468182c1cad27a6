//! Publication (公示公开, N12): what strangers see, who may publish whose pledge, the numbers of the preview, the
//! days of objection. What the public sees is built from an allow-list (PRODUCT.md 3.2): the types here have no
//! place for a phone number, a birth date or any other field of the internal form.

mod mask;
mod projection;
mod story;

pub use mask::{NameDisplay, PrivateMark, display_name, private_marks};
pub use projection::{Cleared, ClearedItem, Pledger, PublicItem, PublicPledge, board_rank, project};
pub use story::story_sort;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::access::Role;
use crate::ids::{PersonId, UnitId};
use crate::pledge::{Pledge, PledgeState};
use crate::problem::Problem;

/// Whose pledges a batch holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublicationScope {
    /// Branches' pledges: the party committee publishes them.
    Branches,
    /// The members' pledges of one branch: the branch publishes them.
    Members,
}

impl PublicationScope {
    /// The identifier as stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Branches => "branches",
            Self::Members => "members",
        }
    }
}

/// A pledge that is to be published, as far as the right to publish depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matter {
    /// A branch's pledge.
    Branch {
        /// The branch.
        unit: UnitId,
    },
    /// A person's pledge.
    Member {
        /// The person.
        person: PersonId,
        /// The branch the person belongs to.
        unit: UnitId,
    },
}

/// A role somebody publishes in; `unit` is `None` where it reaches over the organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublisherSeat {
    /// The role.
    pub role: Role,
    /// The unit it is held for.
    pub unit: Option<UnitId>,
}

/// Whether somebody may publish this pledge: the committee (or the office acting for it) publishes branches, a
/// branch its members, and nobody his own.
///
/// `above` are the units above the pledger's unit, which the committee's seat may be held for.
///
/// # Errors
/// `problem.publication.own` for one's own pledge; a secretary's own is published by the office or the committee.
/// `problem.publication.not_yours` otherwise.
pub fn may_publish(
    who: &PersonId,
    seat: &PublisherSeat,
    matter: &Matter,
    above: &[UnitId],
) -> Result<(), Problem> {
    let over = |unit: &UnitId| match &seat.unit {
        None => true,
        Some(held) => held == unit || above.contains(held),
    };
    let allowed = match (matter, seat.role) {
        (Matter::Member { person, .. }, _) if person == who => {
            return Err(Problem::forbidden("problem.publication.own"));
        }
        (
            Matter::Branch { unit } | Matter::Member { unit, .. },
            Role::PartyCommittee | Role::CampaignOffice,
        ) => over(unit),
        (Matter::Member { unit, .. }, Role::BranchSecretary) => seat.unit.as_ref() == Some(unit),
        _ => false,
    };
    if allowed {
        Ok(())
    } else {
        Err(Problem::forbidden("problem.publication.not_yours"))
    }
}

/// One pledge of a branch or committee that might go into a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Where it stands.
    pub pledge: Pledge,
    /// Items in it.
    pub items: usize,
    /// The pledger consents to publication.
    pub consent: bool,
    /// It is the publisher's own; somebody else publishes it.
    pub own: bool,
}

/// The numbers that stand in the confirmation of a batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// Pledges that will become public.
    pub pledges: usize,
    /// Items in them.
    pub items: usize,
    /// Of them, new versions of a public text.
    pub new_versions: usize,
    /// Left out: not confirmed yet.
    pub not_confirmed: usize,
    /// Left out: no consent.
    pub no_consent: usize,
    /// Left out: the publisher's own.
    pub own: usize,
    /// Public already.
    pub public: usize,
}

/// Counts what a batch would do.
#[must_use]
pub fn preview(candidates: &[Candidate]) -> Preview {
    let mut numbers = Preview::default();
    for candidate in candidates {
        match candidate.pledge.state {
            PledgeState::Published { .. } => numbers.public += 1,
            PledgeState::Confirmed { .. } if candidate.own => numbers.own += 1,
            PledgeState::Confirmed { .. } if !candidate.consent => numbers.no_consent += 1,
            PledgeState::Confirmed { .. } => {
                numbers.pledges += 1;
                numbers.items += candidate.items;
                numbers.new_versions += usize::from(candidate.pledge.version > 0);
            }
            _ => numbers.not_confirmed += 1,
        }
    }
    numbers
}

/// The days on which objections to a publication are taken; both ends count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectionWindow {
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
}

impl ObjectionWindow {
    /// Whether an objection can be raised today.
    ///
    /// # Errors
    /// `problem.publication.objection_early` or `.objection_over` (args `first`, `last`).
    pub fn check(self, today: Date) -> Result<(), Problem> {
        let key = match today {
            day if day < self.first => "problem.publication.objection_early",
            day if day > self.last => "problem.publication.objection_over",
            _ => return Ok(()),
        };
        Err(Problem::closed("publicise", key)
            .with("first", self.first)
            .with("last", self.last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn unit(n: u8) -> UnitId {
        UnitId::parse(format!("01932b6e-7c1a-7f00-8000-0000000001{n:02}")).expect("uuid")
    }

    fn person(n: u8) -> PersonId {
        PersonId::parse(format!("01932b6e-7c1a-7f00-8000-0000000002{n:02}")).expect("uuid")
    }

    #[test]
    fn committee_publishes_branches_branch_its_members_nobody_himself() {
        let seat = |role, n: Option<u8>| PublisherSeat {
            role,
            unit: n.map(unit),
        };
        let branch = Matter::Branch { unit: unit(1) };
        let member = |p, u| Matter::Member {
            person: person(p),
            unit: unit(u),
        };
        let secretary = seat(Role::BranchSecretary, Some(1));
        let table: &[(&PublisherSeat, Matter, Option<&str>)] = &[
            (&secretary, member(9, 1), None),
            (&secretary, member(9, 2), Some("problem.publication.not_yours")),
            (&secretary, member(1, 1), Some("problem.publication.own")),
            (&secretary, branch.clone(), Some("problem.publication.not_yours")),
            (&seat(Role::PartyCommittee, Some(0)), branch.clone(), None),
            (
                &seat(Role::PartyCommittee, Some(5)),
                branch.clone(),
                Some("problem.publication.not_yours"),
            ),
            (&seat(Role::CampaignOffice, None), branch.clone(), None),
            (
                &seat(Role::CampaignOffice, None),
                member(1, 1),
                Some("problem.publication.own"),
            ),
            (
                &seat(Role::Supervisor, None),
                branch,
                Some("problem.publication.not_yours"),
            ),
            (
                &seat(Role::SystemAdmin, None),
                member(9, 1),
                Some("problem.publication.not_yours"),
            ),
        ];
        for (seat, matter, want) in table {
            let got = may_publish(&person(1), seat, matter, &[unit(0)])
                .err()
                .map(|p| p.key);
            assert_eq!(got, *want, "{seat:?} {matter:?}");
        }
    }

    #[test]
    fn preview_counts_what_will_happen() {
        let confirmed = Pledge::new()
            .submit()
            .and_then(|p| p.confirm(1, 0, 1))
            .expect("confirmed");
        let published = confirmed.publish(true).expect("public");
        let again = published
            .amend("x")
            .and_then(Pledge::submit)
            .and_then(|p| p.confirm(2, 0, 1))
            .expect("again");
        let of = |pledge, consent, own| Candidate {
            pledge,
            items: 3,
            consent,
            own,
        };
        let numbers = preview(&[
            of(confirmed, true, false),
            of(again, true, false),
            of(confirmed, false, false),
            of(confirmed, true, true),
            of(published, true, false),
            of(Pledge::new(), true, false),
        ]);
        let want = Preview {
            pledges: 2,
            items: 6,
            new_versions: 1,
            not_confirmed: 1,
            no_consent: 1,
            own: 1,
            public: 1,
        };
        assert_eq!(numbers, want);
    }

    #[test]
    fn objections_count_both_ends() {
        let window = ObjectionWindow {
            first: date(2010, 10, 15),
            last: date(2010, 10, 20),
        };
        for (day, ok) in [(14, false), (15, true), (20, true), (21, false)] {
            assert_eq!(window.check(date(2010, 10, day)).is_ok(), ok, "{day}");
        }
    }
}
