//! Who may hold what together, who may be granted what, and whose sign-in slip may be handed out by whom
//! (AZ-07, AZ-10).

use super::{Actor, Grant, Role};
use crate::problem::Problem;

impl Role {
    /// Whether the role is always held for one unit.
    pub fn needs_unit(self) -> bool {
        matches!(self, Role::BranchSecretary | Role::LineLeader)
    }
}

/// Whether somebody who holds roles may be given one more. The three administrators are three people (三员分立).
///
/// # Errors
/// `problem.three_administrators` when an administrator would hold a second role beside that of a participant.
pub fn may_add(held: &[Role], new: Role) -> Result<(), Problem> {
    let others = held.iter().filter(|r| **r != Role::Participant && **r != new);
    let clash = new != Role::Participant
        && (others.clone().any(|r| r.is_administrator()) || new.is_administrator() && others.count() > 0);
    if clash {
        return Err(Problem::conflict("problem.three_administrators").on("role"));
    }
    Ok(())
}

/// Whether a role may be granted for this unit, or for none.
///
/// # Errors
/// `problem.grant.unit_missing`, `problem.grant.unit_needless`.
pub fn unit_fits(role: Role, unit: Option<&str>) -> Result<(), Problem> {
    match (role.needs_unit(), unit) {
        (true, None) => Err(Problem::invalid("problem.grant.unit_missing").on("unit")),
        (false, Some(_)) => Err(Problem::invalid("problem.grant.unit_needless").on("unit")),
        _ => Ok(()),
    }
}

/// Whether a role may be taken back, or an account that holds it be closed, when `left` other accounts that can
/// sign in hold it too. Without its three administrators an installation cannot be put right from inside.
///
/// # Errors
/// `problem.grant.last_administrator`.
pub fn may_remove(role: Role, left: usize) -> Result<(), Problem> {
    if role.is_administrator() && left == 0 {
        return Err(Problem::conflict("problem.grant.last_administrator").on("role"));
    }
    Ok(())
}

/// Whether the actor may hand out a sign-in slip for an account that holds these roles. A slip lets its bearer in
/// as that account, so nobody may make one that leads to more than he was trusted with: a secretary only for
/// plain participants, the system administrator for nobody who grants roles or reads the audit trail. Their
/// slips are made on the server's own command line.
pub fn may_hand_slip(actor: &Actor, roles: &[Role]) -> bool {
    if actor.machine {
        return true;
    }
    let above = |role: &Role| matches!(role, Role::SecurityAdmin | Role::AuditAdmin);
    if actor.has(Role::SystemAdmin) {
        return !roles.iter().any(above);
    }
    actor.has(Role::BranchSecretary) && roles.iter().all(|r| *r == Role::Participant)
}

/// The roles of grants.
pub fn roles_of(grants: &[Grant]) -> Vec<Role> {
    grants.iter().map(|g| g.role).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(role: Role) -> Actor {
        Actor {
            account: "a".into(),
            grants: vec![Grant { role, unit: None }],
            ..Actor::default()
        }
    }

    #[test]
    fn no_account_holds_two_when_one_is_an_administrator() {
        for old in Role::ALL {
            for new in Role::ALL {
                let plain = old == Role::Participant || new == Role::Participant || old == new;
                let fine = plain || !(old.is_administrator() || new.is_administrator());
                assert_eq!(may_add(&[old], new).is_ok(), fine, "{old:?} {new:?}");
            }
        }
        assert!(may_add(&[Role::Participant, Role::CampaignOffice], Role::AuditAdmin).is_err());
        assert!(may_add(&[], Role::SecurityAdmin).is_ok());
    }

    #[test]
    fn the_last_of_each_administrator_stays() {
        for role in Role::ALL {
            assert_eq!(may_remove(role, 0).is_err(), role.is_administrator(), "{role:?}");
            assert!(may_remove(role, 1).is_ok());
        }
    }

    #[test]
    fn secretaries_and_line_leaders_are_granted_for_a_unit_others_are_not() {
        for role in Role::ALL {
            assert_eq!(unit_fits(role, None).is_ok(), !role.needs_unit());
            assert_eq!(unit_fits(role, Some("u")).is_ok(), role.needs_unit());
        }
    }

    #[test]
    fn a_slip_never_leads_to_more_than_its_maker_was_trusted_with() {
        let table: &[(Actor, &[Role], bool)] = &[
            (actor(Role::BranchSecretary), &[Role::Participant], true),
            (actor(Role::BranchSecretary), &[], true),
            (
                actor(Role::BranchSecretary),
                &[Role::Participant, Role::CampaignOffice],
                false,
            ),
            (actor(Role::BranchSecretary), &[Role::SecurityAdmin], false),
            (actor(Role::SystemAdmin), &[Role::CampaignOffice], true),
            (
                actor(Role::SystemAdmin),
                &[Role::Participant, Role::SecurityAdmin],
                false,
            ),
            (actor(Role::SystemAdmin), &[Role::AuditAdmin], false),
            (actor(Role::SecurityAdmin), &[Role::Participant], false),
            (Actor::public(), &[Role::Participant], false),
            (Actor::machine(), &[Role::SecurityAdmin], true),
        ];
        for (actor, roles, fine) in table {
            assert_eq!(may_hand_slip(actor, roles), *fine, "{actor:?} {roles:?}");
        }
    }
}
