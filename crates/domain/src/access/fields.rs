//! Which fields of a person each role sees (PRODUCT.md 3.2, N21): allow-lists, deny by default.

use super::{Actor, Role};
use serde::Serialize;

/// A field of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the field of the form it is named after")]
pub enum PersonField {
    Name,
    Unit,
    Post,
    Title,
    Class,
    LeadingCadre,
    Sex,
    Ethnicity,
    Education,
    BirthMonth,
    JoinedMonth,
    Phone,
}

use PersonField::*;

/// Field × roles that see it of people in their reach. The public is not a role: it sees the projection.
/// One's own fields are always one's own to see.
pub const FIELDS: &[(PersonField, &[Role])] = &[
    (
        Name,
        &[
            Role::CampaignOffice,
            Role::PartyCommittee,
            Role::BranchSecretary,
            Role::LineLeader,
            Role::Supervisor,
            Role::Publisher,
            Role::SystemAdmin,
            Role::SecurityAdmin,
        ],
    ),
    (
        Unit,
        &[
            Role::CampaignOffice,
            Role::PartyCommittee,
            Role::BranchSecretary,
            Role::LineLeader,
            Role::Supervisor,
            Role::Publisher,
            Role::SystemAdmin,
            Role::SecurityAdmin,
        ],
    ),
    (
        Post,
        &[
            Role::CampaignOffice,
            Role::PartyCommittee,
            Role::BranchSecretary,
            Role::LineLeader,
            Role::Supervisor,
        ],
    ),
    (
        Title,
        &[
            Role::CampaignOffice,
            Role::PartyCommittee,
            Role::BranchSecretary,
            Role::LineLeader,
            Role::Supervisor,
        ],
    ),
    (
        Class,
        &[
            Role::CampaignOffice,
            Role::PartyCommittee,
            Role::BranchSecretary,
            Role::LineLeader,
        ],
    ),
    (
        LeadingCadre,
        &[
            Role::CampaignOffice,
            Role::PartyCommittee,
            Role::BranchSecretary,
            Role::LineLeader,
            Role::Supervisor,
        ],
    ),
    (Sex, &[Role::CampaignOffice, Role::BranchSecretary]),
    (Ethnicity, &[Role::CampaignOffice, Role::BranchSecretary]),
    (Education, &[Role::CampaignOffice, Role::BranchSecretary]),
    (BirthMonth, &[Role::CampaignOffice, Role::BranchSecretary]),
    (JoinedMonth, &[Role::CampaignOffice, Role::BranchSecretary]),
    (Phone, &[Role::CampaignOffice, Role::BranchSecretary]),
];

/// Whether the actor sees a field of a person who belongs to `unit`.
pub fn may_see(actor: &Actor, field: PersonField, person: &str, unit: &str) -> bool {
    if actor.machine || actor.person.as_deref() == Some(person) {
        return true;
    }
    let Some((_, roles)) = FIELDS.iter().find(|(f, _)| *f == field) else {
        return false;
    };
    actor
        .grants
        .iter()
        .any(|g| roles.contains(&g.role) && (g.unit.is_none() || g.unit.as_deref() == Some(unit)))
}

#[cfg(test)]
mod tests {
    use super::super::Grant;
    use super::*;

    #[test]
    fn a_secretary_sees_phones_of_his_branch_only_and_a_line_leader_none() {
        let with = |role| Actor {
            grants: vec![Grant {
                role,
                unit: Some("u".into()),
            }],
            ..Actor::default()
        };
        assert!(may_see(&with(Role::BranchSecretary), Phone, "p", "u"));
        assert!(!may_see(&with(Role::BranchSecretary), Phone, "p", "v"));
        assert!(!may_see(&with(Role::LineLeader), Phone, "p", "u"));
        assert!(may_see(&with(Role::LineLeader), Name, "p", "u"));
        assert!(!may_see(&Actor::public(), Name, "p", "u"));
    }
}
