//! Writing a form together (N10): the secretary names people of the branch for its form, a member for his own. They write
//! and remark; whoever's form it is alone hands it in.

use super::{Desk, load, missing, state_of};
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Permission, Role, Scope};
use domain::problem::Problem;
use store::Tx;
use store::pledge as rows;
use store::review::RoleHolder;

/// The most people who write a form along.
const MOST: usize = 8;

/// Whoever decides on a member's pledge would judge his own words, and could be kept from deciding by being named: the
/// roles whose holders do not write a member's form along. They may remark on it.
const DECIDING: [Role; 4] = [
    Role::BranchSecretary,
    Role::LineLeader,
    Role::PartyCommittee,
    Role::CampaignOffice,
];

/// Whether somebody decides on members' pledges.
pub(super) fn decides(holders: &[RoleHolder], person: &str) -> bool {
    let deciding = |h: &&RoleHolder| DECIDING.iter().any(|role| role.name() == h.role);
    let mut of = holders.iter().filter(|h| h.person_id == person);
    of.any(|h| deciding(&h))
}

/// Whether the actor writes the form on a desk along, in this campaign.
pub(super) async fn writes_along(ctx: &Ctx, tx: &mut Tx, campaign: &str, desk: &Desk) -> Result<bool> {
    let Some(person) = ctx.actor.person.as_deref() else {
        return Ok(false);
    };
    let all = rows::writes_along(tx, &ctx.organization, campaign, person).await?;
    Ok(all.iter().any(|p| match desk {
        Desk::Branch(unit) => p.person_id.is_none() && p.unit_id == *unit,
        Desk::Along(person) => p.person_id.as_ref() == Some(person),
        Desk::Own | Desk::Behalf(_) => false,
    }))
}

/// A pledge the actor may write, alone or along with others.
///
/// # Errors
/// `problem.not_found`.
pub(super) async fn load_to_write(ctx: &Ctx, tx: &mut Tx, id: &str) -> Result<rows::Pledge> {
    let row = rows::by_id(tx, &ctx.organization, id)
        .await?
        .ok_or_else(missing)?;
    let row = super::moved::at_hand(ctx, tx, row).await?;
    may_write(ctx, tx, row).await
}

/// The pledge, if the actor may write it, alone or along with others.
///
/// # Errors
/// `problem.not_found`.
pub(super) async fn may_write(ctx: &Ctx, tx: &mut Tx, row: rows::Pledge) -> Result<rows::Pledge> {
    if super::moved::may_write(ctx, tx, &row).await.is_ok() {
        return Ok(row);
    }
    let person = ctx.actor.person.as_deref().ok_or_else(missing)?;
    let along = rows::coauthors(tx, &ctx.organization, &row.id).await?;
    let named = along.iter().any(|c| c.person_id == person);
    if named { Ok(row) } else { Err(missing()) }
}

/// Whoever hands a form in says who writes it along, while it is written: afterwards it would change who decides on it.
fn require_naming(ctx: &Ctx, row: &rows::Pledge) -> Result<()> {
    let unit = row.unit_id.as_str();
    match row.person_id.as_deref() {
        None => ctx.require(Permission::FileBranchPledge, Scope::Unit(unit))?,
        Some(person) => ctx.require(Permission::FilePledge, Scope::Person { person, unit })?,
    }
    if state_of(row)?.state.is_editable() {
        return Ok(());
    }
    let state = row.state.clone();
    Err(Problem::conflict("problem.pledge.not_editable")
        .with("state", state)
        .into())
}

/// Names somebody of the branch to write a form along.
pub struct NameCoauthor {
    /// The pledge: the branch's or the actor's own.
    pub pledge: String,
    /// The person; empty when none was chosen.
    pub person: String,
}

impl NameCoauthor {
    /// The person, if he may write this form along.
    async fn person(&self, ctx: &Ctx, tx: &mut Tx, row: &rows::Pledge) -> Result<String> {
        let org = &ctx.organization;
        let found = store::person::by_id(tx, org, &self.person).await?;
        let found = found.filter(|p| p.unit_id == row.unit_id && p.active);
        let found = found.filter(|p| Some(&p.id) != row.person_id.as_ref());
        let person =
            found.ok_or_else(|| Problem::invalid("problem.pledge.coauthor_of_branch").on("person"))?;
        if row.person_id.is_some() && decides(&store::review::role_holders(tx, org).await?, &person.id) {
            let decides = Problem::invalid("problem.pledge.coauthor_decides").on("person");
            return Err(decides.with("name", person.name).into());
        }
        Ok(person.id)
    }
}

impl UseCase for NameCoauthor {
    type Out = ();
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let org = &ctx.organization;
        let row = load(ctx, tx, &self.pledge).await?;
        require_naming(ctx, &row)?;
        let person = self.person(ctx, tx, &row).await?;
        let along = rows::coauthors(tx, org, &row.id).await?;
        if along.len() >= MOST && along.iter().all(|c| c.person_id != person) {
            return Err(Problem::invalid("problem.pledge.coauthors_many")
                .on("person")
                .with("max", MOST)
                .into());
        }
        rows::name_coauthor(tx, org, &row.id, &person, &ctx.actor.account, ctx.now).await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new("pledge.name_coauthor", "pledge", &self.pledge)
            .with(serde_json::json!({ "person": self.person }))
    }
}

/// Ends writing along.
pub struct EndCoauthor {
    /// The pledge: the branch's or the actor's own.
    pub pledge: String,
    /// The person.
    pub person: String,
}

impl UseCase for EndCoauthor {
    type Out = ();
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let row = load(ctx, tx, &self.pledge).await?;
        require_naming(ctx, &row)?;
        rows::end_coauthor(tx, &ctx.organization, &row.id, &self.person, ctx.now).await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new("pledge.end_coauthor", "pledge", &self.pledge)
            .with(serde_json::json!({ "person": self.person }))
    }
}
