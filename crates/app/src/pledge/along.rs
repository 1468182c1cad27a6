//! Writing a branch's form together (N10): the secretary names people of the branch, who write and remark; he alone
//! hands it in.

use super::{authorise, load, missing};
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Permission, Scope};
use domain::problem::Problem;
use store::Tx;
use store::pledge as rows;

/// The most people who write a form along.
const MOST: usize = 8;

/// Whether the actor writes the form of this branch along, in this campaign.
pub(super) async fn writes_along(ctx: &Ctx, tx: &mut Tx, campaign: &str, unit: &str) -> Result<bool> {
    let Some(person) = ctx.actor.person.as_deref() else {
        return Ok(false);
    };
    let all = rows::writes_along(tx, &ctx.organization, campaign, person).await?;
    Ok(all.iter().any(|p| p.person_id.is_none() && p.unit_id == unit))
}

/// A pledge the actor may write, alone or along with others.
///
/// # Errors
/// `problem.not_found`.
pub(super) async fn load_to_write(ctx: &Ctx, tx: &mut Tx, id: &str) -> Result<rows::Pledge> {
    let row = rows::by_id(tx, &ctx.organization, id)
        .await?
        .ok_or_else(missing)?;
    may_write(ctx, tx, row).await
}

/// The pledge, if the actor may write it, alone or along with others.
///
/// # Errors
/// `problem.not_found`.
pub(super) async fn may_write(ctx: &Ctx, tx: &mut Tx, row: rows::Pledge) -> Result<rows::Pledge> {
    if authorise(ctx, &row).is_ok() {
        return Ok(row);
    }
    let person = ctx.actor.person.as_deref().ok_or_else(missing)?;
    let along = rows::coauthors(tx, &ctx.organization, &row.id).await?;
    let named = row.person_id.is_none() && along.iter().any(|c| c.person_id == person);
    if named { Ok(row) } else { Err(missing()) }
}

/// Names somebody of the branch to write its form along.
pub struct NameCoauthor {
    /// The branch's pledge.
    pub pledge: String,
    /// The person; empty when none was chosen.
    pub person: String,
}

impl UseCase for NameCoauthor {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::FileBranchPledge)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let org = &ctx.organization;
        let row = load(ctx, tx, &self.pledge).await?;
        ctx.require(Permission::FileBranchPledge, Scope::Unit(&row.unit_id))?;
        let person = store::person::by_id(tx, org, &self.person).await?;
        let person = person.filter(|p| row.person_id.is_none() && p.unit_id == row.unit_id && p.active);
        let person =
            person.ok_or_else(|| Problem::invalid("problem.pledge.coauthor_of_branch").on("person"))?;
        let along = rows::coauthors(tx, org, &row.id).await?;
        if along.len() >= MOST && along.iter().all(|c| c.person_id != person.id) {
            return Err(Problem::invalid("problem.pledge.coauthors_many")
                .on("person")
                .with("max", MOST)
                .into());
        }
        rows::name_coauthor(tx, org, &row.id, &person.id, &ctx.actor.account, ctx.now).await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new("pledge.name_coauthor", "pledge", &self.pledge)
            .with(serde_json::json!({ "person": self.person }))
    }
}

/// Ends writing along.
pub struct EndCoauthor {
    /// The branch's pledge.
    pub pledge: String,
    /// The person.
    pub person: String,
}

impl UseCase for EndCoauthor {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::FileBranchPledge)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let row = load(ctx, tx, &self.pledge).await?;
        ctx.require(Permission::FileBranchPledge, Scope::Unit(&row.unit_id))?;
        rows::end_coauthor(tx, &ctx.organization, &row.id, &self.person, ctx.now).await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new("pledge.end_coauthor", "pledge", &self.pledge)
            .with(serde_json::json!({ "person": self.person }))
    }
}
