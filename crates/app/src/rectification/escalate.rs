//! Overdue orders go one level up by themselves, once a day.

use super::{order_of, put, told};
use crate::App;
use crate::campaign::{current, ended};
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::Actor;
use domain::rectification::LEVEL_MAX;
use domain::time::add_days;
use serde_json::json;
use store::Tx;
use store::rectification as rows;

/// Days the next level has before the order goes up again.
const DAYS: i32 = 7;

/// Orders past their limit that can go up, of the campaign that runs and of those that have ended: the end of a campaign
/// lets nobody off.
async fn late(ctx: &Ctx, tx: &mut Tx) -> Result<Vec<rows::Order>> {
    let today = ctx.today.to_string();
    let running = current(ctx, tx).await?;
    let mut out = Vec::new();
    for campaign in running.into_iter().chain(ended(ctx, tx).await?) {
        out.extend(rows::overdue(tx, &ctx.organization, &campaign.id, &today, i64::from(LEVEL_MAX)).await?);
    }
    Ok(out)
}

struct Escalate;

impl UseCase for Escalate {
    type Out = usize;
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<usize> {
        let late = late(ctx, tx).await?;
        let count = late.len();
        for mut row in late {
            let order = order_of(ctx, tx, &row)
                .await?
                .escalate(add_days(ctx.today, DAYS), ctx.today)?;
            // An empty reason and the product's own name: the page words it, the record shows it.
            let moved = rows::Extension {
                id: ctx.id(),
                order_id: row.id.clone(),
                old_due_on: row.due_on.clone(),
                new_due_on: order.due_on.to_string(),
                reason: String::new(),
                extended_by: ctx.actor.account.clone(),
                extended_at: ctx.now,
            };
            rows::add_extension(tx, &ctx.organization, &moved).await?;
            put(&mut row, &order);
            rows::set_state(tx, &ctx.organization, &row).await?;
            let about = (row.pledge_id.as_str(), row.item_id.as_deref());
            let detail = json!({ "level": row.level, "due": row.due_on, "was": moved.old_due_on });
            told(ctx, tx, about, "rectification", "", detail).await?;
        }
        Ok(count)
    }
    fn event(&self, count: &usize) -> Event {
        Event::new("rectification.escalate", "campaign", "")
            .with(json!({ "orders": count }))
            .seen_by_all()
    }
}

struct AnyLate;

impl crate::case::Query for AnyLate {
    type Out = bool;
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<bool> {
        Ok(!late(ctx, tx).await?.is_empty())
    }
}

/// Sends every order past its limit one level up (N18): branch, office, committee. Running it twice on a day changes
/// nothing more, since the limit moves with the level; without a late order it leaves no trace.
///
/// # Errors
/// Whatever the database reports.
pub async fn escalate(app: &App) -> Result<usize> {
    let machine = Actor::machine();
    if !app.query(&machine, AnyLate).await? {
        return Ok(0);
    }
    app.execute(&machine, Escalate).await
}
