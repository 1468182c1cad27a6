//! Tasks of criticism and putting right (N18).

use super::*;
use crate::rectification::awaited;
use store::rectification::{criticisms, orders};

/// Findings nothing came of yet; criticism that was heard and has no order; rectification answered and waiting for
/// the follow-up of somebody else.
pub(super) async fn all(x: &Asking<'_>, tx: &mut Tx) -> Result<Vec<Task>> {
    let mut tasks = went_up(x, tx).await?;
    tasks.extend(ending::orders_left(x, tx).await?);
    let may_order = x.may(Permission::OrderRectification, Scope::Organization);
    let may_look = x.may(Permission::FollowUp, Scope::Organization);
    if may_order {
        let open = rows::findings_open(tx, x.organization(), &x.campaign.id).await?;
        if let Some(first) = open.first() {
            let n = i64::try_from(open.len()).unwrap_or(i64::MAX);
            let href = format!("/rectification/new?finding={first}");
            tasks.push(Task::new("task.findings_open", n, href));
        }
        let denied = rows::contradicted(tx, x.organization(), &x.campaign.id).await?;
        if let Some(first) = denied.first() {
            let n = i64::try_from(denied.len()).unwrap_or(i64::MAX);
            let href = format!("/rectification/new?item={first}");
            tasks.push(Task::new("task.contradicted", n, href));
        }
    }
    if !may_order && !may_look {
        return Ok(tasks);
    }
    let orders = orders(tx, x.organization(), &x.campaign.id, "").await?;
    if may_order {
        let mut waiting = Vec::new();
        for c in criticisms(tx, x.organization(), &x.campaign.id, "").await? {
            let heard = awaited(x.ctx, &c).is_none() && orders.iter().all(|o| o.criticism_id != c.id);
            let own = x.ctx.actor.decider();
            if heard && !crate::rectification::concerns(x.ctx, tx, &c, own).await? {
                waiting.push(c.id);
            }
        }
        tasks.extend(one_or_list("task.order_due", &waiting));
    }
    if may_look {
        let mine = |o: &&store::rectification::Order| {
            o.issued_by != x.ctx.actor.account && Some(o.owner_id.as_str()) != x.ctx.actor.decider()
        };
        let answered = orders.iter().filter(|o| o.state == "responded").filter(mine);
        let answered: Vec<String> = answered.map(|o| o.criticism_id.clone()).collect();
        tasks.extend(one_or_list("task.follow_up", &answered));
    }
    Ok(tasks)
}

/// Overdue orders that went up to the actor's level, until he has said something to each.
async fn went_up(x: &Asking<'_>, tx: &mut Tx) -> Result<Vec<Task>> {
    if !x.has(Role::CampaignOffice) && !x.has(Role::PartyCommittee) {
        return Ok(vec![]);
    }
    let mut waiting = Vec::new();
    for order in orders(tx, x.organization(), &x.campaign.id, "").await? {
        if crate::rectification::answers_for(&x.ctx.actor, &order) {
            let moved = store::rectification::extensions(tx, x.organization(), &order.id).await?;
            if crate::rectification::unanswered(&moved) {
                waiting.push(order.criticism_id);
            }
        }
    }
    Ok(one_or_list("task.order_went_up", &waiting))
}

/// One matter is opened at once, several in the ledger.
pub(super) fn one_or_list(key: &'static str, matters: &[String]) -> Vec<Task> {
    let href = match matters {
        [one] => format!("/rectification/{one}"),
        _ => "/rectification".to_owned(),
    };
    let n = i64::try_from(matters.len()).unwrap_or(i64::MAX);
    some(n, |n| Task::new(key, n, href))
}
