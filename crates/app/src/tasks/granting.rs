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
