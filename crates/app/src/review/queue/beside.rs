//! What the members of a branch promise, to be read beside the pledge of a leading cadre: his standard is above theirs
//! (N6). Nothing is counted or compared by the machine.

use crate::review::Matter;
use domain::pledge::{PledgeState, VersionItem};
use std::sync::Arc;

/// The items of a branch's members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// How many members have handed in.
    pub members: usize,
    /// Name and item, in the order they were handed in.
    pub items: Vec<(String, VersionItem)>,
}

impl Beside {
    /// What stands beside a matter: nothing where it is no leading cadre's, or the reader's roles do not reach over the
    /// branch. What its author took back is left out.
    pub(super) fn of(matter: &Matter, branch: &[Arc<Matter>], reaches: bool) -> Option<Beside> {
        if !matter.row.leading_cadre || matter.row.person_id.is_none() || !reaches {
            return None;
        }
        let of_members = branch.iter().filter(|m| {
            let drafted = matches!(m.pledge.state, PledgeState::Draft { .. });
            let here = m.row.unit_id == matter.row.unit_id;
            here && m.row.person_id.is_some() && !m.row.leading_cadre && !drafted && m.row.id != matter.row.id
        });
        let mut beside = Beside::default();
        for member in of_members {
            beside.members += 1;
            let items = member.content.items.iter().cloned();
            beside.items.extend(items.map(|i| (member.row.name.clone(), i)));
        }
        Some(beside)
    }
}
