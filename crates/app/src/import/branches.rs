//! Branches of a roster taken over: what is new, what changes, and what stands above them.

use super::*;

/// The unit above that a row names and that is there already; `None` where the row says nothing of it, or the only
/// thing known is its name.
pub(super) fn above<'a>(known: &'a Known, row: &RosterBranch) -> Option<&'a Unit> {
    let name = folded(&row.above);
    if name.is_empty() {
        return None;
    }
    let general = known.branches.get(&name);
    if let Some(general) = general.filter(|u| u.kind == UnitKind::GeneralBranch.name()) {
        return Some(general);
    }
    let mut committees = known
        .units
        .iter()
        .filter(|u| u.kind == UnitKind::PartyCommittee.name());
    let named = committees.clone().find(|u| folded(&u.name) == name);
    // A house with one committee calls it by more than one name.
    let general = UnitKind::of_branch(&row.above) == UnitKind::GeneralBranch;
    named.or_else(|| match (general, committees.next(), committees.next()) {
        (false, Some(only), None) => Some(only),
        _ => None,
    })
}

/// The id of a branch of that name that ended.
pub(super) fn ended(known: &Known, name: &str) -> Option<String> {
    let kind = UnitKind::of_branch(name).name();
    let same = |e: &&units::Ending| e.kind == kind && e.name == name;
    known.ended.iter().find(same).map(|e| e.id.clone())
}

/// Whether a branch that is there may stand below: its kind need not be what its name says.
fn fits(branch: &Unit, above: &Unit) -> bool {
    let kind = UnitKind::from_name(&branch.kind);
    kind.is_some_and(|kind| kind.may_stand_under(UnitKind::from_name(&above.kind)))
}

/// A branch as it is after the import: `None` when nothing of it changes.
pub(super) fn branch_after(known: &Known, row: &RosterBranch) -> Option<Unit> {
    let old = known.branches.get(&folded(&row.name))?;
    let keep = |old: &str, new: &str| {
        if new.is_empty() {
            old.to_owned()
        } else {
            new.to_owned()
        }
    };
    let new = Unit {
        covers: keep(&old.covers, &row.covers),
        phone: keep(&old.phone, &row.phone),
        parent_id: above(known, row)
            .filter(|u| fits(old, u))
            .map_or_else(|| old.parent_id.clone(), |u| Some(u.id.clone())),
        ..old.clone()
    };
    (new != *old).then_some(new)
}

/// The branches that stand under another unit afterwards than they do now, by the name of that unit; new ones too.
pub(super) fn placed(known: &Known, rows: &[RosterBranch]) -> Vec<(String, Vec<String>)> {
    let mut out: Vec<(String, Vec<String>)> = Vec::new();
    for row in rows.iter().filter(|r| !r.above.is_empty()) {
        let there = above(known, row);
        let now = known
            .branches
            .get(&folded(&row.name))
            .and_then(|u| u.parent_id.as_deref());
        let old = known.branches.get(&folded(&row.name));
        let stays = |u: &Unit| now == Some(u.id.as_str()) || old.is_some_and(|old| !fits(old, u));
        if there.is_some_and(stays) {
            continue;
        }
        let name = there.map_or(&row.above, |u| &u.name);
        match out.iter_mut().find(|(above, _)| folded(above) == folded(name)) {
            Some((_, below)) => below.push(row.name.clone()),
            None => out.push((name.clone(), vec![row.name.clone()])),
        }
    }
    out
}

pub(super) async fn take_branches(
    ctx: &Ctx,
    tx: &mut Tx,
    known: &mut Known,
    rows: &[RosterBranch],
    out: &mut Outcome,
) -> Result<()> {
    let top = known
        .units
        .iter()
        .find(|u| u.kind == UnitKind::PartyCommittee.name())
        .map(|u| u.id.clone());
    let mut position = known.units.iter().map(|u| u.position).max().unwrap_or(0);
    // A general branch first: those below it need its id.
    let general = |row: &&RosterBranch| UnitKind::of_branch(&row.name) == UnitKind::GeneralBranch;
    let (first, then): (Vec<_>, Vec<_>) = rows.iter().partition(general);
    for row in first.into_iter().chain(then) {
        let changed = branch_after(known, row);
        if let Some(old) = known.branches.get_mut(&folded(&row.name)) {
            if let Some(changed) = changed {
                units::update_unit(tx, &ctx.organization, &changed).await?;
                *old = changed;
                out.branches_changed += 1;
            }
        } else {
            position += 1;
            let unit = Unit {
                id: ctx.id(),
                parent_id: above(known, row).map(|u| u.id.clone()).or_else(|| top.clone()),
                kind: UnitKind::of_branch(&row.name).name().to_owned(),
                name: row.name.clone(),
                covers: row.covers.clone(),
                phone: row.phone.clone(),
                position,
            };
            match ended(known, &row.name) {
                // One that ended comes back with its history: a name stands once for each kind.
                Some(id) => {
                    let unit = Unit { id, ..unit.clone() };
                    units::close_unit(tx, &ctx.organization, &unit.id, None).await?;
                    units::update_unit(tx, &ctx.organization, &unit).await?;
                    known.branches.insert(folded(&row.name), unit);
                }
                None => {
                    units::add_unit(tx, &ctx.organization, &unit, ctx.now).await?;
                    known.branches.insert(folded(&row.name), unit);
                }
            }
            out.branches_added += 1;
        }
    }
    Ok(())
}

pub(super) fn branch_id(known: &Known, name: &str) -> Result<String> {
    let found = known.branches.get(&folded(name));
    // Every branch that people name is among the branches of the reading.
    Ok(found
        .ok_or_else(|| Error::bug("a person of a branch that was not read"))?
        .id
        .clone())
}
