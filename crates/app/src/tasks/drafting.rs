//! Tasks on the way from what people ask for to what is promised.

use super::{Asking, Task, some};
use crate::error::Result;
use domain::access::{Permission, Scope};
use domain::campaign::GatedAct;
use store::Tx;

/// Whether a version is in force while a new one is written.
pub(super) fn amends(pledge: Option<&store::pledge::Pledge>) -> bool {
    pledge.is_some_and(|p| p.confirmed_at.is_some())
}

/// The forms that somebody was asked to write along: the branch's, a colleague's (N10).
pub(super) async fn writing_along(x: &Asking<'_>, tx: &mut Tx) -> Result<Vec<Task>> {
    let Some(person) = x.ctx.actor.person.as_deref() else {
        return Ok(vec![]);
    };
    let all = store::pledge::writes_along(tx, x.organization(), &x.campaign.id, person).await?;
    let mut tasks = vec![];
    for pledge in all
        .iter()
        .filter(|p| matches!(p.state.as_str(), "draft" | "returned"))
    {
        let (href, name) = match &pledge.person_id {
            Some(id) => {
                let person = store::person::by_id(tx, x.organization(), id).await?;
                (format!("/pledge-along/{id}"), person.map(|p| p.name))
            }
            None => {
                let unit = store::organization::unit(tx, x.organization(), &pledge.unit_id).await?;
                (format!("/branch-pledge/{}", pledge.unit_id), unit.map(|u| u.name))
            }
        };
        let (name, due) = (
            name.unwrap_or_default(),
            x.campaign.due(GatedAct::Propose, false, x.today()),
        );
        tasks.push(Task::new("task.branch_along", 1, href).of(&name).due(due));
    }
    Ok(tasks)
}

/// The pledge somebody typed for the actor waits for his own word (N10).
pub(super) async fn typed_for_me(x: &Asking<'_>, tx: &mut Tx) -> Result<Vec<Task>> {
    let Some(person) = x.ctx.actor.person.as_deref() else {
        return Ok(vec![]);
    };
    let own = store::pledge::of_pledger(tx, x.organization(), &x.campaign.id, person).await?;
    let waits = |p: &store::pledge::Pledge| {
        p.on_behalf_by.is_some() && p.on_behalf_confirmed_at.is_none() && p.submitted_at.is_some()
    };
    let waiting = own
        .filter(waits)
        .map(|_| Task::new("task.confirm_own", 1, "/my-pledge"));
    Ok(waiting.into_iter().collect())
}

/// Demands nobody answers, from the day on which commitments are proposed: they end in an item or in a reason (N7).
pub(super) async fn demands(x: &Asking<'_>, tx: &mut Tx) -> Result<Vec<Task>> {
    let proposed = x.campaign.window(GatedAct::Propose, x.today());
    let begun = x.campaign.is_ended() || proposed.is_some_and(|w| w.starts_on <= x.today());
    if !begun || !x.may(Permission::ManageDemands, Scope::Any) {
        return Ok(vec![]);
    }
    let all = store::demand::demands(tx, x.organization(), &x.campaign.id).await?;
    let mine = all.iter().filter(|d| match d.unit_id.as_deref() {
        Some(unit) => x.may(Permission::ManageDemands, Scope::Unit(unit)),
        None => x.may(Permission::ManageDemands, Scope::Organization),
    });
    let n = mine.filter(|d| d.state == "open" && d.items == 0).count();
    let due = x.campaign.due(GatedAct::Publicise, false, x.today());
    Ok(some(i64::try_from(n).unwrap_or(0), |n| {
        Task::new("task.demands", n, x.at("/survey/unanswered")).due(due)
    }))
}
