//! The tree of units: committee, general branches, branches, functional and clinical departments (N1, N3). Branches
//! come with the roster; the rest is kept here, and notices go to all of them.

mod end;
pub use end::EndUnit;
pub(crate) use end::{ending_of, with_heirs};

use crate::campaign;
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Permission, Scope};
use domain::organization::{UnitKind, covered};
use domain::problem::{Problem, Problems};
use domain::text::{TextRule, check_text};
use serde_json::json;
use store::Tx;
use store::organization::{self as rows, Unit};

/// Characters of a name, of the list of departments, of a phone.
const LIMITS: (usize, usize, usize) = (60, 2_000, 40);

/// A line of the tree.
#[derive(Clone, Debug)]
pub struct TreeLine {
    /// The unit.
    pub unit: Unit,
    /// How deep it stands; 0 at the top.
    pub depth: usize,
    /// People of the roster in it.
    pub people: i64,
    /// Whether nothing keeps it from being closed, as far as the tree tells.
    pub closable: bool,
}

/// A department that a branch says it covers and that is no unit yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uncovered {
    /// The branch.
    pub branch: String,
    /// Its name.
    pub branch_name: String,
    /// The department.
    pub name: String,
}

/// The tree with what is missing in it.
#[derive(Clone, Debug, Default)]
pub struct UnitTree {
    /// Its lines from the top.
    pub lines: Vec<TreeLine>,
    /// Departments that are only named.
    pub uncovered: Vec<Uncovered>,
    /// Units that ended, the last first.
    pub ended: Vec<rows::Ending>,
}

/// Asks for the tree.
pub struct ListUnits;

impl Query for ListUnits {
    type Out = UnitTree;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageRoster)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<UnitTree> {
        ctx.require(Permission::ManageRoster, Scope::Organization)?;
        let units = rows::units(tx, &ctx.organization).await?;
        let counts = store::person::counts(tx, &ctx.organization).await?;
        let people = |id: &str| counts.iter().filter(|c| c.unit_id == id).map(|c| c.people).sum();
        let lines = ordered(&units)
            .into_iter()
            .map(|(depth, unit)| {
                let people: i64 = people(&unit.id);
                let below = units.iter().any(|u| u.parent_id.as_deref() == Some(&unit.id));
                TreeLine {
                    closable: people == 0 && !below && unit.kind != UnitKind::PartyCommittee.name(),
                    unit: unit.clone(),
                    depth,
                    people,
                }
            })
            .collect();
        Ok(UnitTree {
            ended: rows::endings(tx, &ctx.organization).await?,
            lines,
            uncovered: uncovered(&units),
        })
    }
}

/// Every unit once, each below the one it belongs to. What hangs in a ring or below a closed unit stands at the top.
fn ordered(units: &[Unit]) -> Vec<(usize, &Unit)> {
    fn below<'a>(units: &'a [Unit], above: &str, depth: usize, out: &mut Vec<(usize, &'a Unit)>) {
        for unit in units.iter().filter(|u| u.parent_id.as_deref() == Some(above)) {
            if out.iter().all(|(_, known)| known.id != unit.id) {
                out.push((depth, unit));
                below(units, &unit.id, depth + 1, out);
            }
        }
    }
    let mut out = Vec::new();
    let known = |id: &str| units.iter().any(|u| u.id == id);
    for top in units
        .iter()
        .filter(|u| !u.parent_id.as_deref().is_some_and(known))
    {
        out.push((0, top));
        below(units, &top.id, 1, &mut out);
    }
    for unit in units {
        if out.iter().all(|(_, known)| known.id != unit.id) {
            out.push((0, unit));
        }
    }
    out
}

fn uncovered(units: &[Unit]) -> Vec<Uncovered> {
    let is_branch = |u: &&Unit| UnitKind::from_name(&u.kind).is_some_and(UnitKind::is_branch);
    let mut out: Vec<Uncovered> = Vec::new();
    for branch in units.iter().filter(is_branch) {
        for name in covered(&branch.covers) {
            let new = units.iter().all(|u| u.name != name) && out.iter().all(|o| o.name != name);
            if new && name.chars().count() <= LIMITS.0 {
                out.push(Uncovered {
                    branch: branch.id.clone(),
                    branch_name: branch.name.clone(),
                    name: name.to_owned(),
                });
            }
        }
    }
    out
}

/// Adds a unit, or changes one; its kind stays.
#[derive(Clone, Debug, Default)]
pub struct KeepUnit {
    /// Which; `None` for a new one.
    pub unit: Option<String>,
    /// Identifier of the kind of a new one.
    pub kind: String,
    /// Name.
    pub name: String,
    /// The unit above; empty at the top.
    pub parent: String,
    /// Departments a branch covers, as people write them.
    pub covers: String,
    /// Phone.
    pub phone: String,
}

impl UseCase for KeepUnit {
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageRoster)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        ctx.require(Permission::ManageRoster, Scope::Organization)?;
        let all = rows::units(tx, &ctx.organization).await?;
        let old = match &self.unit {
            Some(id) => Some(
                all.iter()
                    .find(|u| u.id == *id)
                    .cloned()
                    .ok_or_else(|| Problem::not_found("problem.not_found"))?,
            ),
            None => None,
        };
        let unit = self.check(ctx, old.as_ref(), &all)?;
        if old.is_some() {
            rows::update_unit(tx, &ctx.organization, &unit).await?;
            return Ok(unit.id);
        }
        // One that was closed comes back with its history: a name stands once for each kind.
        if let Some(closed) = rows::closed_unit(tx, &ctx.organization, &unit.kind, &unit.name).await? {
            let unit = Unit {
                id: closed.id,
                ..unit
            };
            rows::close_unit(tx, &ctx.organization, &unit.id, None).await?;
            rows::update_unit(tx, &ctx.organization, &unit).await?;
            return Ok(unit.id);
        }
        rows::add_unit(tx, &ctx.organization, &unit, ctx.now).await?;
        Ok(unit.id)
    }
    fn event(&self, id: &String) -> Event {
        let act = if self.unit.is_some() {
            "unit.change"
        } else {
            "unit.add"
        };
        Event::new(act, "unit", id)
            .with(json!({ "name": self.name.trim() }))
            .seen_by_all()
    }
}

impl KeepUnit {
    fn check(&self, ctx: &Ctx, old: Option<&Unit>, all: &[Unit]) -> Result<Unit, Problems> {
        let mut problems = Problems::new();
        let (name, parent) = (self.name.trim(), self.parent.as_str());
        problems.note(check_text("name", name, TextRule::line(LIMITS.0)));
        problems.note(check_text(
            "covers",
            &self.covers,
            TextRule::area(LIMITS.1).optional(),
        ));
        problems.note(check_text(
            "phone",
            &self.phone,
            TextRule::line(LIMITS.2).optional(),
        ));
        let kind = UnitKind::from_name(old.map_or(self.kind.as_str(), |u| u.kind.as_str()));
        if kind.is_none() {
            problems.push(Problem::invalid("unit.kind_missing").on("kind"));
        }
        let id = old.map_or_else(|| ctx.id(), |u| u.id.clone());
        let above = all.iter().find(|u| u.id == parent);
        let above_kind = above.and_then(|u| UnitKind::from_name(&u.kind));
        if above.is_none() && !parent.is_empty() || below_itself(all, &id, parent) {
            problems.push(Problem::invalid("unit.ring").on("parent"));
        } else if kind.is_some_and(|kind| !kind.may_stand_under(above_kind)) {
            problems.push(Problem::invalid("unit.wrong_place").on("parent"));
        }
        let same = |u: &&Unit| kind.is_some_and(|k| k.name() == u.kind) && u.name == name && u.id != id;
        if all.iter().any(|u| same(&u)) {
            problems.push(Problem::conflict("unit.twice").on("name").with("name", name));
        }
        let last = all.iter().map(|u| u.position).max().unwrap_or(0);
        problems.or(Unit {
            id,
            parent_id: Some(parent.to_owned()).filter(|p| !p.is_empty()),
            kind: kind.map_or_else(String::new, |k| k.name().to_owned()),
            name: name.to_owned(),
            covers: self.covers.trim().replace("\r\n", "\n"),
            phone: self.phone.trim().to_owned(),
            position: old.map_or(last + 1, |u| u.position),
        })
    }
}

/// Whether a place lies at or below a unit.
fn below_itself(all: &[Unit], id: &str, place: &str) -> bool {
    let mut next = Some(place);
    for _ in 0..=all.len() {
        match next {
            Some(at) if at == id => return true,
            Some(at) => {
                next = all
                    .iter()
                    .find(|u| u.id == at)
                    .and_then(|u| u.parent_id.as_deref())
            }
            None => return false,
        }
    }
    true
}

/// Makes units of departments that branches say they cover, each below its branch.
pub struct MakeDepartments {
    /// `functional_department` or `clinical_department`.
    pub kind: String,
    /// Names of the departments, as the tree told them.
    pub names: Vec<String>,
}

impl UseCase for MakeDepartments {
    type Out = usize;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageRoster)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<usize> {
        ctx.require(Permission::ManageRoster, Scope::Organization)?;
        let kind = UnitKind::from_name(&self.kind)
            .filter(|k| matches!(k, UnitKind::FunctionalDepartment | UnitKind::ClinicalDepartment))
            .ok_or_else(|| Problem::invalid("unit.kind_missing").on("kind"))?;
        let open = uncovered(&rows::units(tx, &ctx.organization).await?);
        let chosen: Vec<_> = open
            .into_iter()
            .filter(|o| self.names.contains(&o.name))
            .collect();
        if chosen.is_empty() {
            return Err(Problem::invalid("unit.none_chosen").on("department").into());
        }
        for found in &chosen {
            let keep = KeepUnit {
                kind: kind.name().to_owned(),
                name: found.name.clone(),
                parent: found.branch.clone(),
                ..KeepUnit::default()
            };
            keep.run(ctx, tx).await?;
        }
        Ok(chosen.len())
    }
    fn event(&self, n: &usize) -> Event {
        Event::new("unit.add", "unit", "")
            .with(json!({ "n": n }))
            .seen_by_all()
    }
}

/// Closes a unit nobody belongs to; its history stays.
pub struct CloseUnit {
    /// Which.
    pub unit: String,
}

impl UseCase for CloseUnit {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageRoster)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let tree = ListUnits.run(ctx, tx).await?;
        let line = tree.lines.iter().find(|l| l.unit.id == self.unit);
        let line = line.ok_or_else(|| Problem::not_found("problem.not_found"))?;
        if !line.closable {
            return Err(Problem::conflict("unit.not_empty")
                .with("name", &line.unit.name)
                .into());
        }
        let heir = |e: &rows::Ending| e.successor_id.as_deref() == Some(self.unit.as_str());
        // What it promised or took over would be nobody's.
        if tree.ended.iter().any(heir) || rows::ever_pledged(tx, &ctx.organization, &self.unit).await? {
            return Err(Problem::conflict("unit.has_pledge")
                .with("name", &line.unit.name)
                .into());
        }
        rows::close_unit(tx, &ctx.organization, &self.unit, Some(ctx.now)).await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new("unit.close", "unit", self.unit.as_str()).seen_by_all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(id: &str, parent: Option<&str>, kind: UnitKind, covers: &str) -> Unit {
        Unit {
            id: id.to_owned(),
            parent_id: parent.map(str::to_owned),
            kind: kind.name().to_owned(),
            name: id.to_owned(),
            covers: covers.to_owned(),
            phone: String::new(),
            position: 0,
        }
    }

    #[test]
    fn every_unit_stands_once_in_the_tree_even_in_a_ring() {
        let units = [
            unit("b", Some("c"), UnitKind::PartyBranch, "d、e、e"),
            unit("c", None, UnitKind::PartyCommittee, ""),
            unit("d", Some("b"), UnitKind::ClinicalDepartment, ""),
            unit("x", Some("y"), UnitKind::PartyBranch, ""),
            unit("y", Some("x"), UnitKind::GeneralBranch, ""),
        ];
        let tree = ordered(&units);
        let told: Vec<_> = tree.iter().map(|(depth, u)| (*depth, u.id.as_str())).collect();
        assert_eq!(told, [(0, "c"), (1, "b"), (2, "d"), (0, "x"), (0, "y")]);
        let named: Vec<_> = uncovered(&units)
            .into_iter()
            .map(|u| (u.branch, u.name))
            .collect();
        assert_eq!(named, [("b".to_owned(), "e".to_owned())]);
        assert!(below_itself(&units, "c", "d") && below_itself(&units, "d", "d"));
        assert!(!below_itself(&units, "d", "c") && below_itself(&units, "q", "x"));
    }
}
