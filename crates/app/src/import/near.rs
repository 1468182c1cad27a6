//! Names of branches that are nearly those of branches that are there.

use super::*;
use domain::organization::roster::{alike_branches, near_branch};

/// Reads shortened names of branches as the branches that are there, but those in `own`, which are new. What was read as
/// what: the name in the file and the branch's.
pub(super) fn with_near(
    known: &Known,
    reading: &Arc<RosterReading>,
    own: Option<&BTreeSet<String>>,
) -> Renamed {
    let mut out = Renamed {
        reading: reading.clone(),
        near: vec![],
    };
    let Some(own) = own else { return out };
    let mut changed = RosterReading::clone(reading);
    for row in &reading.branches {
        let names = known.branches.values().map(|u| u.name.as_str());
        let Some(there) = near_branch(&row.name, names) else {
            continue;
        };
        let taken = !own.contains(&row.name);
        if taken {
            changed.rename_branch(&row.name, there);
        }
        out.near.push(Near {
            name: row.name.clone(),
            there: there.to_owned(),
            taken,
        });
    }
    out.reading = Arc::new(changed);
    out
}

/// A reading, and what of it was read under another name.
pub(super) struct Renamed {
    pub(super) reading: Arc<RosterReading>,
    pub(super) near: Vec<Near>,
}

/// A name of a branch in the file that is nearly the name of one that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near {
    /// As the file has it.
    pub name: String,
    /// The branch that is there.
    pub there: String,
    /// It is read as that branch; else it is a new one.
    pub taken: bool,
}

/// New names that may mean branches that are there, but for those the office called new.
pub(super) fn alike(
    known: &Known,
    rows: &[RosterBranch],
    own: &BTreeSet<String>,
) -> Vec<(String, Vec<String>)> {
    let names = || known.branches.values().map(|u| u.name.as_str());
    let open = rows
        .iter()
        .filter(|b| !own.contains(&b.name) && near_branch(&b.name, names()).is_none());
    let all = open.map(|b| {
        (
            b.name.clone(),
            alike_branches(&b.name, names())
                .into_iter()
                .map(str::to_owned)
                .collect(),
        )
    });
    all.filter(|(_, there): &(String, Vec<String>)| !there.is_empty())
        .collect()
}
