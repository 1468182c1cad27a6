//! The level an overdue order went up to presses for it in public (N18): a step up that nobody answers for would only be
//! a label.

use super::{load_order, told};
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::progress::check_private;
use domain::access::{Actor, Role};
use domain::problem::{Problem, Problems};
use domain::text::{TextRule, check_text};
use serde_json::json;
use store::Tx;
use store::rectification::{self as rows, Extension, Order};

/// Longest words of the level, in characters.
const WORDS_MAX: usize = 300;

/// Whose turn it is at a level; `None` below the first.
fn role_of(level: i64) -> Option<Role> {
    match level {
        1 => Some(Role::CampaignOffice),
        2 => Some(Role::PartyCommittee),
        _ => None,
    }
}

/// Whether the actor answers for an order that went up, and does not have to put it right himself.
pub(crate) fn answers_for(actor: &Actor, order: &Order) -> bool {
    order.state == "open"
        && role_of(order.level).is_some_and(|role| actor.has(role))
        && actor.decider() != Some(order.owner_id.as_str())
}

/// Whether the level has said nothing since the order came to it: the step up stands as a moved limit without words.
pub(crate) fn unanswered(moved: &[Extension]) -> bool {
    let came = moved
        .iter()
        .filter(|m| m.reason.is_empty())
        .map(|m| m.extended_at)
        .max();
    let said = |at: i64| {
        let urged = |m: &&Extension| m.old_due_on == m.new_due_on && m.extended_at >= at;
        moved.iter().any(|m| urged(&m))
    };
    came.is_some_and(|at| !said(at))
}

/// What the level says: who has to do what. It is public.
pub struct Urge {
    /// The criticism the order belongs to.
    pub criticism: String,
    /// The words.
    pub words: String,
}

impl UseCase for Urge {
    type Out = ();
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let row = load_order(ctx, tx, &self.criticism).await?;
        if !answers_for(&ctx.actor, &row) {
            return Err(Problem::forbidden("rectification.not_level").into());
        }
        let mut problems = Problems::new();
        problems.note(check_text("urge", self.words.trim(), TextRule::area(WORDS_MAX)));
        problems.note(check_private("urge", &self.words));
        problems.or(())?;
        let said = Extension {
            id: ctx.id(),
            order_id: row.id.clone(),
            old_due_on: row.due_on.clone(),
            new_due_on: row.due_on.clone(),
            reason: self.words.trim().to_owned(),
            extended_by: ctx.actor.account.clone(),
            extended_at: ctx.now,
        };
        rows::add_extension(tx, &ctx.organization, &said).await?;
        let about = (row.pledge_id.as_str(), row.item_id.as_deref());
        let detail = json!({ "urged": row.level, "due": row.due_on });
        told(ctx, tx, about, "rectification", &said.reason, detail).await
    }
    fn event(&self, (): &()) -> Event {
        Event::new("rectification.urge", "criticism", &self.criticism).seen_by_all()
    }
}
