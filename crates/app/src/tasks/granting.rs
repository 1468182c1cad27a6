//! Tasks about who is who: roles to grant, roles nobody holds, faults of the roster.

use super::*;
use crate::pledge::HeaderFaults;

/// Roles that a roster proposes: the security administrator grants them, campaign or not.
pub(super) async fn proposed(ctx: &Ctx, tx: &mut Tx) -> Result<Vec<Task>> {
    if !may(&ctx.actor, Permission::GrantRoles, Scope::Organization) {
        return Ok(vec![]);
    }
    let open = crate::roles::open_proposals(ctx, tx).await?;
    let n = i64::try_from(open.len()).unwrap_or(i64::MAX);
    Ok(some(n, |n| Task::new("task.roles_proposed", n, "/roles")))
}

/// What a new house still lacks before its first campaign: people, roles, the campaign.
pub(super) async fn first_steps(ctx: &Ctx, tx: &mut Tx) -> Result<Vec<Task>> {
    let has = |permission| may(&ctx.actor, permission, Scope::Organization);
    let org = ctx.organization.as_str();
    if !has(Permission::ManageCampaign) || !store::campaign::all(tx, org).await?.is_empty() {
        return Ok(vec![]);
    }
    if store::person::all(tx, org, false).await?.is_empty() {
        let import =
            has(Permission::ManageRoster).then(|| Task::new("task.first_roster", 1, "/roster/import"));
        return Ok(import.into_iter().collect());
    }
    let waiting = crate::roles::open_proposals(ctx, tx).await?.len();
    let waiting = i64::try_from(waiting).unwrap_or(i64::MAX);
    let mut steps = some(waiting, |n| Task::new("task.first_roles", n, "/roster"));
    steps.push(Task::new("task.first_campaign", 1, "/campaigns"));
    Ok(steps)
}

/// Roles that a review route asks and nobody holds (N11): said to who grants them and to who runs the campaign.
pub(super) async fn unheld(x: &Asking<'_>, tx: &mut Tx) -> Result<Vec<Task>> {
    let href = match (
        x.may(Permission::GrantRoles, Scope::Organization),
        x.may(Permission::ManageCampaign, Scope::Organization),
    ) {
        (true, _) => "/roles",
        (_, true) => "/review/done#unheld",
        _ => return Ok(vec![]),
    };
    let unheld = crate::review::unheld(x.ctx, tx, x.campaign).await?;
    let n = i64::try_from(unheld.len()).unwrap_or(i64::MAX);
    Ok(some(n, |n| Task::new("task.roles_unheld", n, href)))
}

/// People who say on their form that the roster has them wrong (N19, N20).
pub(super) async fn roster_faults(x: &Asking<'_>, tx: &mut Tx) -> Result<Vec<Task>> {
    if !x.may(Permission::ManageRoster, Scope::Organization) {
        return Ok(vec![]);
    }
    let notes = HeaderFaults.run(x.ctx, tx).await?;
    let n = i64::try_from(notes.len()).unwrap_or(i64::MAX);
    Ok(some(n, |n| Task::new("task.roster_faults", n, "/roster")))
}

/// Public pledges whose pledger has left: nobody can report on them any more (N13). The office takes them down with a
/// reason or finds who goes on.
pub(super) async fn owner_left(x: &Asking<'_>, tx: &mut Tx) -> Result<Vec<Task>> {
    if !x.may(Permission::TakeDown, Scope::Organization) {
        return Ok(vec![]);
    }
    let left = rows::owners_left(tx, x.organization(), &x.campaign.id).await?;
    let n = i64::try_from(left.len()).unwrap_or(i64::MAX);
    let first = left.first();
    Ok(first
        .map(|id| Task::new("task.owner_left", n, format!("/publication/pledge/{id}")))
        .into_iter()
        .collect())
}
