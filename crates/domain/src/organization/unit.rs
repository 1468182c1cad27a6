//! Units (单位内设组织) and their tree.

use serde::{Deserialize, Serialize};

/// What a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// 党委.
    PartyCommittee,
    /// 党总支.
    GeneralBranch,
    /// 党支部.
    PartyBranch,
    /// 职能部门.
    FunctionalDepartment,
    /// 业务科室.
    ClinicalDepartment,
}

/// The last two characters of the name of every general branch.
const GENERAL: &str = "\u{603B}\u{652F}";

impl UnitKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [
        Self::PartyCommittee,
        Self::GeneralBranch,
        Self::PartyBranch,
        Self::FunctionalDepartment,
        Self::ClinicalDepartment,
    ];

    /// The identifier as databases, JSON and i18n keys (`unit_kind.…`) write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PartyCommittee => "party_committee",
            Self::GeneralBranch => "general_branch",
            Self::PartyBranch => "party_branch",
            Self::FunctionalDepartment => "functional_department",
            Self::ClinicalDepartment => "clinical_department",
        }
    }

    /// The kind of this identifier.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether a unit of this kind may stand below one of that kind; at the top stands a committee alone.
    #[must_use]
    pub fn may_stand_under(self, above: Option<Self>) -> bool {
        match (self, above) {
            (Self::PartyCommittee, None | Some(Self::PartyCommittee)) => true,
            (_, None) => false,
            (Self::GeneralBranch, Some(above)) => above == Self::PartyCommittee,
            (Self::PartyBranch, Some(above)) => {
                matches!(above, Self::PartyCommittee | Self::GeneralBranch)
            }
            (Self::FunctionalDepartment | Self::ClinicalDepartment, Some(_)) => true,
            (Self::PartyCommittee, Some(_)) => false,
        }
    }

    /// The kind of a branch by its name: a roster says 党总支 in the name and nowhere else.
    #[must_use]
    pub fn of_branch(name: &str) -> Self {
        // "zong zhi" at the end of a name; a branch that stands below one is written behind a stroke.
        if name.trim_end().ends_with(GENERAL) {
            Self::GeneralBranch
        } else {
            Self::PartyBranch
        }
    }

    /// A unit of this kind has party members of its own.
    #[must_use]
    pub fn is_branch(self) -> bool {
        matches!(self, Self::PartyBranch | Self::GeneralBranch)
    }
}

/// A unit of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Id.
    pub id: String,
    /// The unit above; `None` at the top.
    pub parent: Option<String>,
    /// Kind.
    pub kind: UnitKind,
    /// Name.
    pub name: String,
    /// Departments a branch covers, as people write them.
    #[serde(default)]
    pub covers: String,
}

/// The units above a unit, nearest first. A ring in the data ends the list instead of running on.
#[must_use]
pub fn ancestors<'a>(units: &'a [Unit], id: &str) -> Vec<&'a Unit> {
    let find = |id: &str| units.iter().find(|u| u.id == id);
    let mut out: Vec<&Unit> = Vec::new();
    let mut next = find(id).and_then(|u| u.parent.as_deref());
    while let Some(above) = next.and_then(find) {
        if above.id == id || out.iter().any(|u| u.id == above.id) {
            break;
        }
        out.push(above);
        next = above.parent.as_deref();
    }
    out
}

/// The unit and everything below it, in the order of the list.
#[must_use]
pub fn subtree<'a>(units: &'a [Unit], id: &str) -> Vec<&'a Unit> {
    units
        .iter()
        .filter(|u| u.id == id || ancestors(units, &u.id).iter().any(|a| a.id == id))
        .collect()
}

/// The branch a unit belongs to: itself or the nearest above that is one, else the one that names the department
/// among those it covers.
#[must_use]
pub fn branch_of<'a>(units: &'a [Unit], id: &str) -> Option<&'a Unit> {
    let own = units.iter().find(|u| u.id == id)?;
    if own.kind.is_branch() {
        return Some(own);
    }
    let above = ancestors(units, id).into_iter().find(|u| u.kind.is_branch());
    above.or_else(|| {
        units
            .iter()
            .find(|u| u.kind.is_branch() && covered(&u.covers).any(|name| name == own.name))
    })
}

/// The single departments of a list as people write it.
pub fn covered(list: &str) -> impl Iterator<Item = &str> {
    // Ideographic comma, full-width comma and semicolon, then their plain forms.
    list.split(['\u{3001}', '\u{FF0C}', '\u{FF1B}', ',', ';', '\n'])
        .map(str::trim)
        .filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(id: &str, parent: Option<&str>, kind: UnitKind, name: &str, covers: &str) -> Unit {
        Unit {
            id: id.into(),
            parent: parent.map(Into::into),
            kind,
            name: name.into(),
            covers: covers.into(),
        }
    }

    #[test]
    fn a_committee_stands_alone_and_branches_under_it() {
        use UnitKind::{
            ClinicalDepartment, FunctionalDepartment, GeneralBranch, PartyBranch, PartyCommittee,
        };
        let under = |kind: UnitKind| -> Vec<Option<UnitKind>> {
            let all = std::iter::once(None).chain(UnitKind::ALL.map(Some));
            all.filter(|above| kind.may_stand_under(*above)).collect()
        };
        assert_eq!(under(PartyCommittee), [None, Some(PartyCommittee)]);
        assert_eq!(under(GeneralBranch), [Some(PartyCommittee)]);
        assert_eq!(under(PartyBranch), [Some(PartyCommittee), Some(GeneralBranch)]);
        assert_eq!(under(FunctionalDepartment), UnitKind::ALL.map(Some));
        assert_eq!(under(ClinicalDepartment), UnitKind::ALL.map(Some));
        assert_eq!(UnitKind::of_branch("退休党总支"), GeneralBranch);
        assert_eq!(UnitKind::of_branch("儿科总支"), GeneralBranch);
        assert_eq!(UnitKind::of_branch("总支办公室党支部"), PartyBranch);
    }

    #[test]
    fn the_tree_is_walked_both_ways() {
        let units = [
            unit("c", None, UnitKind::PartyCommittee, "院党委", ""),
            unit(
                "b",
                Some("c"),
                UnitKind::PartyBranch,
                "产科党支部",
                "产科一病区、产房",
            ),
            unit("d", Some("c"), UnitKind::ClinicalDepartment, "产房", ""),
            unit("e", Some("b"), UnitKind::ClinicalDepartment, "产科二病区", ""),
        ];
        let names = |list: Vec<&Unit>| list.iter().map(|u| u.id.clone()).collect::<Vec<_>>();
        assert_eq!(names(ancestors(&units, "e")), ["b", "c"]);
        assert_eq!(names(subtree(&units, "b")), ["b", "e"]);
        for (id, branch) in [
            ("b", Some("b")),
            ("d", Some("b")),
            ("e", Some("b")),
            ("c", None),
            ("x", None),
        ] {
            assert_eq!(branch_of(&units, id).map(|u| u.id.as_str()), branch, "{id}");
        }
        let ring = [
            unit("a", Some("z"), UnitKind::PartyBranch, "", ""),
            unit("z", Some("a"), UnitKind::PartyBranch, "", ""),
        ];
        assert_eq!(names(ancestors(&ring, "a")), ["z"]);
    }
}
