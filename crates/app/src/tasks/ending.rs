//! Tasks of a stage or campaign that is over while something in it is not.

use super::*;
use domain::time::WindowState;

/// Confirmed pledges whose days of publication are over: without more time nobody ever sees them (N12, N14).
pub(super) async fn missed_publication(x: &Asking<'_>, tx: &mut Tx) -> Result<Vec<Task>> {
    let over = x.campaign.window(GatedAct::Publicise, x.today());
    let over = over.and_then(|w| w.ends_on).filter(|end| *end < x.today());
    if over.is_none() || !x.may(Permission::ManageCampaign, Scope::Organization) {
        return Ok(vec![]);
    }
    let mut n = 0;
    for pledger in ["person", "branch"] {
        let waiting = rows::pledges_in(tx, x.organization(), &x.campaign.id, pledger, "confirmed").await?;
        n += waiting.iter().map(|w| w.n).sum::<i64>();
    }
    let href = format!("/campaigns/{}#extend", x.campaign.id);
    Ok(some(n, |n| Task::new("task.publish_missed", n, href).due(over)))
}

/// The last stage is over: whoever runs the campaign ends it, or gives it more time.
pub(super) fn all_over(x: &Asking<'_>) -> Vec<Task> {
    let stages = x.campaign.stages(x.today());
    let over = !stages.is_empty() && stages.iter().all(|s| s.state == WindowState::Closed);
    if !over || !x.may(Permission::ManageCampaign, Scope::Organization) {
        return vec![];
    }
    let href = format!("/campaigns/{}", x.campaign.id);
    vec![Task::new("task.close_campaign", 1, href)]
}

/// Open orders whose owner has left: nobody can answer them until somebody else is named (N18).
pub(super) async fn orders_left(x: &Asking<'_>, tx: &mut Tx) -> Result<Vec<Task>> {
    if !x.may(Permission::OrderRectification, Scope::Organization) {
        return Ok(vec![]);
    }
    let mut left = Vec::new();
    for order in store::rectification::orders(tx, x.organization(), &x.campaign.id, "").await? {
        if order.state == "open" && crate::rectification::has_left(x.ctx, tx, &order.owner_id).await? {
            left.push(order.criticism_id);
        }
    }
    Ok(putting_right::one_or_list("task.order_owner_left", &left))
}
