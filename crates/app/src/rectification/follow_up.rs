//! The follow-up of somebody else (回头看), and opening again what has come back (N18).

use super::{actor_id, criticised, load_order, mark, order_of, put, told};
use crate::attachment::{Attachment, Subject, attach};
use crate::campaign::typed_date;
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::progress::check_private;
use domain::access::{Permission, Scope};
use domain::ids::PersonId;
use domain::inspection::{Conclusion, FindingKind};
use domain::problem::Problem;
use serde_json::json;
use store::Tx;
use store::publication::{ItemChange, set_item_state};
use store::rectification::{self as rows, Order};

/// Somebody else looks again (回头看): closed, or open again with a new limit.
#[derive(Clone, Debug, Default)]
pub struct FollowUp {
    /// The criticism the order belongs to.
    pub criticism: String,
    /// What was seen.
    pub words: String,
    /// It is put right.
    pub passed: bool,
    /// How the item is found now, with a passed follow-up; empty leaves the earlier finding.
    pub finding: String,
    /// The new limit when it did not pass, as typed; empty keeps the old one.
    pub due_on: String,
    /// What was seen there, as a picture or a paper.
    pub file: Option<Attachment>,
}

impl FollowUp {
    /// Nothing is closed on words alone (N18): there is a file of who put it right, one of who looked, or a record of
    /// an inspection after the order.
    async fn evidence(&self, ctx: &Ctx, tx: &mut Tx, row: &Order) -> Result<()> {
        let mut there = self.file.is_some() || row.file_id.is_some();
        if let Some(item) = row.item_id.as_deref().filter(|_| !there) {
            let records = store::inspection::records_of_item(tx, &ctx.organization, item).await?;
            there = records.iter().any(|r| r.recorded_at > row.issued_at);
        }
        if there || !self.passed {
            return Ok(());
        }
        Err(Problem::invalid("rectification.evidence_missing")
            .on("file")
            .into())
    }

    /// The file of who looked, kept with the matter.
    async fn seen(&self, ctx: &Ctx, tx: &mut Tx, row: &Order) -> Result<Option<String>> {
        let subject = Subject {
            kind: "rectification",
            pledge: &row.pledge_id,
            unit: &row.unit_id,
        };
        attach(ctx, tx, self.file.as_ref(), subject).await
    }

    /// A passed follow-up may find the item anew; the first finding stays in the life story.
    async fn find(&self, ctx: &Ctx, tx: &mut Tx, row: &Order) -> Result<()> {
        let (Some(item), Some(finding)) = (&row.item_id, FindingKind::from_name(&self.finding)) else {
            return Ok(());
        };
        let found = crate::progress::followed(ctx, tx, item).await?;
        let due = found.due_on.parse().unwrap_or(ctx.today);
        Conclusion::Found(finding).check(due, found.claim.is_some(), ctx.today)?;
        let (words, on) = (self.words.trim(), ctx.today.to_string());
        store::progress::set_verdict(tx, &ctx.organization, item, finding.name(), &on).await?;
        let change = ItemChange::Finding {
            verdict: finding.name(),
            words,
            on: &on,
        };
        set_item_state(tx, &ctx.organization, item, change, ctx.now).await?;
        Ok(())
    }
}

impl UseCase for FollowUp {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::FollowUp)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        ctx.require(Permission::FollowUp, Scope::Organization)?;
        let mut row = load_order(ctx, tx, &self.criticism).await?;
        let reviewer = actor_id(ctx)?;
        not_criticised(ctx, tx, &row, &reviewer).await?;
        check_private("words", &self.words)?;
        let due = match self.due_on.trim() {
            "" => None,
            typed => Some(typed_date("due_on", typed, ctx.today)?),
        };
        let order = order_of(ctx, tx, &row).await?;
        let order = order.follow_up(&reviewer, self.words.trim(), self.passed, due, ctx.today)?;
        self.evidence(ctx, tx, &row).await?;
        let before = row.due_on.clone();
        put(&mut row, &order);
        row.closed_at = self.passed.then_some(ctx.now);
        rows::set_state(tx, &ctx.organization, &row).await?;
        let look = rows::FollowUp {
            id: ctx.id(),
            order_id: row.id.clone(),
            passed: self.passed,
            words: self.words.trim().to_owned(),
            reviewed_by: ctx.actor.account.clone(),
            reviewed_name: ctx.actor.name.clone(),
            reviewed_at: ctx.now,
            file_id: self.seen(ctx, tx, &row).await?,
        };
        rows::add_follow_up(tx, &ctx.organization, &look).await?;
        let about = (row.pledge_id.as_str(), row.item_id.as_deref());
        told(
            ctx,
            tx,
            about,
            "follow_up",
            &look.words,
            match row.due_on == before {
                true => json!({ "passed": self.passed }),
                false => json!({ "passed": self.passed, "was": before, "due": row.due_on }),
            },
        )
        .await?;
        if self.passed {
            self.find(ctx, tx, &row).await?;
            told(ctx, tx, about, "closed", "", json!({ "number": row.number })).await?;
        }
        mark(ctx, tx, &row).await
    }
    fn event(&self, (): &()) -> Event {
        Event::new("rectification.follow_up", "criticism", &self.criticism)
            .with(json!({ "passed": self.passed }))
            .seen_by_all()
    }
}

/// Whoever answers for the pledge closes nothing about it, even when somebody else owns the order.
async fn not_criticised(ctx: &Ctx, tx: &mut Tx, row: &Order, who: &PersonId) -> Result<()> {
    let people = criticised(ctx, tx, &row.pledge_id, &row.unit_id).await?;
    if people.iter().any(|(id, _)| id == who) {
        return Err(Problem::forbidden("problem.rectification.own").into());
    }
    Ok(())
}

/// Opens a closed order again: it has come back.
#[derive(Clone, Debug, Default)]
pub struct Reopen {
    /// The criticism the order belongs to.
    pub criticism: String,
    /// Why.
    pub reason: String,
    /// The new limit, as typed.
    pub due_on: String,
}

impl UseCase for Reopen {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::FollowUp)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        ctx.require(Permission::FollowUp, Scope::Organization)?;
        let mut row = load_order(ctx, tx, &self.criticism).await?;
        let who = actor_id(ctx)?;
        not_criticised(ctx, tx, &row, &who).await?;
        check_private("reason", &self.reason)?;
        let due = typed_date("due_on", &self.due_on, ctx.today)?;
        let order = order_of(ctx, tx, &row)
            .await?
            .reopen(&who, self.reason.trim(), due, ctx.today)?;
        put(&mut row, &order);
        row.closed_at = None;
        rows::set_state(tx, &ctx.organization, &row).await?;
        let about = (row.pledge_id.as_str(), row.item_id.as_deref());
        let detail = json!({ "number": row.number, "due": row.due_on });
        told(ctx, tx, about, "rectification", self.reason.trim(), detail).await?;
        mark(ctx, tx, &row).await
    }
    fn event(&self, (): &()) -> Event {
        Event::new("rectification.reopen", "criticism", &self.criticism).seen_by_all()
    }
}
