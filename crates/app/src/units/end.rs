//! A unit ends: dissolved, or merged into another under which its people and matters go on.

use super::*;
use crate::roster::relocate;
use store::account as accounts;
use store::organization::Ending;
use store::review::RoleHolder;

/// Characters of the reason.
const REASON_MAX: usize = 200;

/// Ends a unit. Its people move, its pledges stay where they were made, its history stays.
#[derive(Clone, Debug, Default)]
pub struct EndUnit {
    /// Which.
    pub unit: String,
    /// The unit under which everything goes on; empty where there is nothing to go on.
    pub into: String,
    /// Why.
    pub reason: String,
}

/// What ended.
#[derive(Clone, Debug, Default)]
pub struct UnitEnded {
    /// Name of the unit.
    pub name: String,
    /// Name of the one it goes on under; empty for none.
    pub into: String,
    /// How many people moved.
    pub people: usize,
}

impl UseCase for EndUnit {
    type Out = UnitEnded;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageRoster)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<UnitEnded> {
        ctx.require(Permission::ManageRoster, Scope::Organization)?;
        let org = &ctx.organization;
        let all = rows::units(tx, org).await?;
        let unit = all.iter().find(|u| u.id == self.unit);
        let unit = unit.ok_or_else(|| Problem::not_found("problem.not_found"))?;
        let mut people = store::person::of_unit(tx, org, &unit.id).await?;
        people.retain(|p| p.active);
        let into = self.check(ctx, tx, unit, &all, people.len()).await?;
        let reason = self.reason.trim();
        if let Some(into) = into {
            for person in &mut people {
                relocate(ctx, tx, person, &into.id, ctx.today, reason).await?;
            }
            rows::move_drafts(tx, org, &unit.id, &into.id).await?;
            if let Some(wider) = with_covers(into, unit) {
                rows::update_unit(tx, org, &wider).await?;
            }
        }
        // Who held something for it holds it no more: its matters are those of the officers where it goes on.
        for grant in accounts::all_roles(tx, org).await? {
            if grant.unit_id.as_deref() == Some(&unit.id) {
                accounts::revoke(tx, org, &grant.id, ctx.now).await?;
            }
        }
        rows::end_unit(tx, org, &unit.id, ctx.now, reason, into.map(|u| u.id.as_str())).await?;
        Ok(UnitEnded {
            name: unit.name.clone(),
            into: into.map(|u| u.name.clone()).unwrap_or_default(),
            people: people.len(),
        })
    }
    fn event(&self, out: &UnitEnded) -> Event {
        let told = json!({
            "name": out.name, "into": out.into, "into_id": self.into, "people": out.people,
            "reason": self.reason.trim(),
        });
        Event::new("unit.end", "unit", self.unit.as_str())
            .with(told)
            .seen_by_all()
    }
}

impl EndUnit {
    /// What stands in the way, all at once; else the unit to go on under.
    async fn check<'a>(
        &self,
        ctx: &Ctx,
        tx: &mut Tx,
        unit: &Unit,
        all: &'a [Unit],
        people: usize,
    ) -> Result<Option<&'a Unit>> {
        let org = &ctx.organization;
        let mut problems = Problems::new();
        problems.note(check_text("reason", &self.reason, TextRule::line(REASON_MAX)));
        let kind = UnitKind::from_name(&unit.kind);
        if kind == Some(UnitKind::PartyCommittee) {
            problems.push(Problem::conflict("unit.end_committee"));
        }
        let below = all.iter().filter(|u| u.parent_id.as_deref() == Some(&unit.id));
        let below: Vec<&str> = below.map(|u| u.name.as_str()).collect();
        if !below.is_empty() {
            let names = below.join("\u{3001}");
            problems.push(Problem::conflict("unit.end_below").with("names", names));
        }
        let pledges = match campaign::current(ctx, tx).await? {
            Some(campaign) => store::pledge::of_unit(tx, org, &campaign.id, &unit.id).await?,
            None => vec![],
        };
        let mut waiting = 0;
        for pledge in pledges.iter().filter(|p| p.state == "submitted") {
            // A new version of somebody who is in another branch now is reviewed there.
            let here = store::pledge::home(tx, org, &pledge.id).await?;
            waiting += usize::from(here.as_ref() == Some(&unit.id));
        }
        if waiting > 0 {
            let found = Problem::conflict("unit.end_under_review").with("name", &unit.name);
            problems.push(found.with("n", waiting));
        }
        let into = all.iter().find(|u| u.id == self.into);
        let left = rows::endings(tx, org).await?;
        let heir = left.iter().any(|e| e.successor_id.as_deref() == Some(&unit.id));
        if into.is_none() && self.into.is_empty() {
            if people > 0 || heir || rows::ever_pledged(tx, org, &unit.id).await? {
                problems.push(
                    Problem::invalid("unit.end_needs")
                        .on("into")
                        .with("name", &unit.name),
                );
            }
        } else if !into.is_some_and(|into| takes_over(into, unit)) {
            problems.push(Problem::invalid("unit.end_wrong").on("into"));
        }
        problems.or(())?;
        Ok(into)
    }
}

/// The unit with the departments that the ended one covered; nothing where it has them all.
fn with_covers(into: &Unit, unit: &Unit) -> Option<Unit> {
    let mut all: Vec<&str> = covered(&into.covers).collect();
    let before = all.len();
    for name in covered(&unit.covers) {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    let covers = all.join("\u{3001}");
    let fits = all.len() > before && covers.chars().count() <= LIMITS.1;
    fits.then(|| Unit {
        covers,
        ..into.clone()
    })
}

/// Whether a unit may go on under another: branches under branches, departments under departments.
fn takes_over(into: &Unit, unit: &Unit) -> bool {
    let branch = |u: &Unit| UnitKind::from_name(&u.kind).is_some_and(UnitKind::is_branch);
    let committee = into.kind == UnitKind::PartyCommittee.name();
    into.id != unit.id && !committee && branch(into) == branch(unit)
}

/// How a unit ended and which unit goes on today: where its heir ended as well, that one's heir.
pub(crate) fn ending_of(all: &[Ending], id: &str) -> Option<Ending> {
    let mut found = all.iter().find(|e| e.id == id)?.clone();
    for _ in all {
        let heir = found.successor_id.as_ref();
        let Some(next) = heir.and_then(|heir| all.iter().find(|e| e.id == *heir)) else {
            break;
        };
        found.successor_id.clone_from(&next.successor_id);
        found.successor_name.clone_from(&next.successor_name);
    }
    Some(found)
}

/// Holders of roles with those who hold them where an ended unit goes on.
pub(crate) fn with_heirs(mut holders: Vec<RoleHolder>, endings: &[Ending]) -> Vec<RoleHolder> {
    // The last first: a unit that ended into one that ended later finds its holders there.
    for ended in endings {
        let Some(into) = &ended.successor_id else { continue };
        let heirs = holders.iter().filter(|h| h.unit_id.as_ref() == Some(into));
        let heirs: Vec<RoleHolder> = heirs
            .map(|h| RoleHolder {
                unit_id: Some(ended.id.clone()),
                ..h.clone()
            })
            .collect();
        holders.extend(heirs);
    }
    holders
}
