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
fn an_office_that_nobody_holds_makes_no_committee_decide_twice() {
    let branch = Subject::Branch {
        unit: unit(1),
        answerable: vec![person(1)],
    };
    let mut without = holders();
    without.retain(|h| h.role != Role::CampaignOffice);
    let route = |rules: &[RouteRule], holders: &[Holder]| {
        let route = resolve_route(rules, &tree(), holders, &branch).expect("route");
        let of = |s: ReviewStep| (s.role, s.stands_in_for, s.meeting);
        route.into_iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(route(&rules(), &without), [(Role::PartyCommittee, None, false)]);
    // The other way round, and with a meeting at the step that is stood in for.
    let mut turned = rules();
    turned[0].steps = vec![
        step(Role::PartyCommittee, &[]),
        StepRule {
            meeting: true,
            ..step(Role::CampaignOffice, &[])
        },
    ];
    assert_eq!(route(&turned, &without), [(Role::PartyCommittee, None, true)]);
    // Two roles that one person holds are two steps all the same.
    let mut both = holders();
    both.retain(|h| h.person != person(5));
    both[4].person = person(4);
    assert_eq!(route(&rules(), &both).len(), 2);
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
