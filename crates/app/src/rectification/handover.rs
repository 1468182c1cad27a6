//! An order goes on to somebody else (N18): nobody can answer in the place of who has left.

use super::{actor_id, criticised, load_order, order_of};
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::progress::check_private;
use domain::access::{Permission, Scope};
use domain::problem::{Problem, Problems};
use serde_json::json;
use store::Tx;
use store::rectification as rows;

/// Names who has to put it right from now on, one of those who answer for the pledge.
#[derive(Clone, Debug, Default)]
pub struct HandOver {
    /// The criticism the order belongs to.
    pub criticism: String,
    /// The person.
    pub owner: String,
    /// Why.
    pub reason: String,
}

impl UseCase for HandOver {
    /// From whom to whom, by name.
    type Out = (String, String);
    fn needs(&self) -> Need {
        Need::Permission(Permission::OrderRectification)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        ctx.require(Permission::OrderRectification, Scope::Organization)?;
        let row = load_order(ctx, tx, &self.criticism).await?;
        let people = criticised(ctx, tx, &row.pledge_id, &row.unit_id).await?;
        let chosen = people.into_iter().find(|(id, _)| id.as_str() == self.owner);
        let mut problems = Problems::new();
        problems.note(check_private("reason", &self.reason));
        let chosen =
            problems.note(chosen.ok_or_else(|| Problem::invalid("rectification.owner_missing").on("owner")));
        problems.or(())?;
        let Some((to, name)) = chosen else {
            return Err(Problem::invalid("rectification.owner_missing").into());
        };
        let order = order_of(ctx, tx, &row).await?;
        let order = order.hand_over(&actor_id(ctx)?, to, self.reason.trim())?;
        let change = rows::Handover {
            id: ctx.id(),
            order_id: row.id,
            old_owner_id: row.owner_id,
            old_owner_name: row.owner_name,
            new_owner_id: order.owner.as_str().to_owned(),
            new_owner_name: name,
            reason: self.reason.trim().to_owned(),
            handed_by: ctx.actor.account.clone(),
            handed_name: ctx.actor.name.clone(),
            handed_at: ctx.now,
        };
        if rows::hand_over(tx, &ctx.organization, &change).await? == 0 {
            return Err(Problem::conflict("rectification.changed").into());
        }
        Ok((change.old_owner_name, change.new_owner_name))
    }
    fn event(&self, (from, to): &Self::Out) -> Event {
        Event::new("rectification.hand_over", "criticism", &self.criticism)
            .with(json!({ "from": from, "to": to, "reason": self.reason }))
    }
}
