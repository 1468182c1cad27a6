//! The steps from criticism to closing.

use super::{actor_id, criticised, criticism_of, load, load_order, mark, order_of, put, reply_until, told};
use crate::attachment::{Attachment, Subject, attach};
use crate::campaign::{by_id, typed_date};
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::progress::check_private;
use domain::access::{Permission, Scope, may};
use domain::canonical::sha256_hex;
use domain::problem::{Problem, Problems};
use domain::rectification as rules;
use domain::time::add_days;
use jiff::civil::Date;
use serde_json::json;
use store::Tx;
use store::rectification::{self as rows, Criticism, Order};

/// Criticises what was found, said or left undone.
#[derive(Clone, Debug, Default)]
pub struct Criticise {
    /// `finding`, `rating`, `feedback` or `overdue`.
    pub origin: String,
    /// The record, the round and the pledge joined by a colon, the opinion or the item.
    pub origin_id: String,
    /// The criticism.
    pub words: String,
}

impl UseCase for Criticise {
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::OrderRectification)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        ctx.require(Permission::OrderRectification, Scope::Organization)?;
        let source = super::read::source(ctx, tx, &self.origin, &self.origin_id).await?;
        if let Some(known) = &source.criticism {
            return Ok(known.clone());
        }
        let pledge = store::pledge::by_id(tx, &ctx.organization, &source.pledge).await?;
        let pledge = pledge.ok_or_else(|| Problem::not_found("problem.not_found"))?;
        let people = criticised(ctx, tx, &source.pledge, &source.unit).await?;
        let mut problems = Problems::new();
        problems.note(check_private("words", &self.words));
        let ids = people.into_iter().map(|(id, _)| id).collect();
        let until = add_days(ctx.today, super::REPLY_DAYS);
        problems.absorb(rules::Criticism::make(
            ids,
            actor_id(ctx)?,
            self.words.trim(),
            until,
        ));
        problems.or(())?;
        let row = Criticism {
            id: ctx.id(),
            // The campaign of the promise, which may have ended: it is owed all the same.
            campaign_id: pledge.campaign_id,
            pledge_id: source.pledge,
            item_id: source.item.map(|i| i.item.id),
            unit_id: source.unit,
            origin: self.origin.clone(),
            origin_id: self.origin_id.clone(),
            words: self.words.trim().to_owned(),
            made_by: ctx.actor.account.clone(),
            made_name: ctx.actor.name.clone(),
            made_at: ctx.now,
            ..Criticism::default()
        };
        rows::add_criticism(tx, &ctx.organization, &row).await?;
        Ok(row.id)
    }
    fn event(&self, id: &String) -> Event {
        Event::new("rectification.criticise", "criticism", id).with(json!({ "origin": self.origin }))
    }
}

/// The criticised are heard, once.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The criticism.
    pub criticism: String,
    /// What they say.
    pub words: String,
}

/// Tells the public a reply: it stands with its criticism, and its hash in the public log. One that comes after the
/// criticism was published joins it there.
async fn heard(ctx: &Ctx, tx: &mut Tx, row: &Criticism, reply: &str) -> Result<()> {
    if let Some(at) = row.published_at {
        let line = (row.pledge_id.as_str(), "criticism", at);
        let detail = json!({ "reply": reply }).to_string();
        store::publication::set_event_detail(tx, &ctx.organization, line, &detail).await?;
    }
    let public = store::public::pledge(tx, &ctx.organization, &row.pledge_id).await?;
    if public.is_none_or(|p| p.taken_down_at.is_some()) {
        return Ok(());
    }
    let entry = json!({
        "act": "reply",
        "item": row.item_id,
        "pledge": row.pledge_id,
        "words_sha256": sha256_hex(reply.as_bytes()),
    });
    crate::publication::log(ctx, tx, ctx.today, entry).await
}

impl UseCase for Reply {
    /// Whether strangers can read it now.
    type Out = bool;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ReplyToCriticism)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<bool> {
        let row = load(ctx, tx, &self.criticism).await?;
        let criticism = criticism_of(ctx, tx, &row).await?;
        check_private("reply", &self.words)?;
        criticism.reply(&actor_id(ctx)?, self.words.trim())?;
        if rows::set_reply(tx, &ctx.organization, &row.id, self.words.trim(), ctx.now).await? == 0 {
            return Err(Problem::conflict("problem.rectification.replied_already").into());
        }
        let public = row.published_at.is_some();
        if public {
            heard(ctx, tx, &row, self.words.trim()).await?;
        }
        Ok(public)
    }
    fn event(&self, public: &bool) -> Event {
        let event = Event::new("rectification.reply", "criticism", &self.criticism);
        if *public { event.seen_by_all() } else { event }
    }
}

/// Orders that it be put right: number, reason, owner, limit. Criticism and reply become public with it.
#[derive(Clone, Debug, Default)]
pub struct IssueOrder {
    /// The criticism.
    pub criticism: String,
    /// The person who has to put it right; empty chooses the first who answers for the pledge.
    pub owner: String,
    /// Why and what.
    pub reason: String,
    /// The limit, as typed; empty takes the template's days.
    pub due_on: String,
}

impl IssueOrder {
    async fn number(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        let year = ctx.today.year();
        let (from, until) = (format!("{year}-"), format!("{}-", year + 1));
        let last = rows::last_number(tx, &ctx.organization, &from, &until).await?;
        let last = last
            .and_then(|n| n.rsplit_once('-').and_then(|(_, n)| n.parse::<u32>().ok()))
            .unwrap_or(0);
        Ok(format!("{year}-{:04}", last + 1))
    }

    fn due(&self, today: Date, days: u32) -> Result<Date, Problem> {
        match self.due_on.trim() {
            "" => Ok(add_days(today, i32::try_from(days).unwrap_or(30))),
            typed => typed_date("due_on", typed, today),
        }
    }
}

impl UseCase for IssueOrder {
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::OrderRectification)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        ctx.require(Permission::OrderRectification, Scope::Organization)?;
        let row = load(ctx, tx, &self.criticism).await?;
        let campaign = by_id(ctx, tx, &row.campaign_id).await?;
        if rows::order_of(tx, &ctx.organization, &row.id).await?.is_some() {
            return Err(Problem::conflict("rectification.ordered").into());
        }
        let people = criticised(ctx, tx, &row.pledge_id, &row.unit_id).await?;
        let owner = people
            .iter()
            .find(|(id, _)| self.owner.is_empty() || id.as_str() == self.owner);
        let (owner, owner_name) = owner
            .cloned()
            .ok_or_else(|| Problem::invalid("rectification.owner_missing").on("owner"))?;
        let due = self.due(ctx.today, campaign.template.periods.rectification_days)?;
        check_private("reason", &self.reason)?;
        let criticism = criticism_of(ctx, tx, &row).await?;
        let order = criticism.order(&actor_id(ctx)?, owner, self.reason.trim(), due, ctx.today)?;
        let kept = Order {
            id: ctx.id(),
            campaign_id: row.campaign_id.clone(),
            criticism_id: row.id.clone(),
            pledge_id: row.pledge_id.clone(),
            item_id: row.item_id.clone(),
            unit_id: row.unit_id.clone(),
            number: self.number(ctx, tx).await?,
            owner_id: order.owner.as_str().to_owned(),
            owner_name,
            reason: self.reason.trim().to_owned(),
            first_due_on: order.first_due_on.to_string(),
            due_on: order.due_on.to_string(),
            state: order.state.name().to_owned(),
            issued_by: ctx.actor.account.clone(),
            issued_name: ctx.actor.name.clone(),
            issued_at: ctx.now,
            ..Order::default()
        };
        rows::add_order(tx, &ctx.organization, &kept).await?;
        rows::set_published(tx, &ctx.organization, &row.id, ctx.now).await?;
        let about = (row.pledge_id.as_str(), row.item_id.as_deref());
        told(
            ctx,
            tx,
            about,
            "criticism",
            &row.words,
            json!({ "reply": row.reply }),
        )
        .await?;
        if !row.reply.is_empty() {
            heard(ctx, tx, &row, &row.reply).await?;
        }
        let detail = json!({ "number": kept.number, "due": kept.due_on });
        told(ctx, tx, about, "rectification", &kept.reason, detail).await?;
        mark(ctx, tx, &kept).await?;
        Ok(kept.number)
    }
    fn event(&self, number: &String) -> Event {
        Event::new("rectification.order", "criticism", &self.criticism)
            .with(json!({ "number": number }))
            .seen_by_all()
    }
}

/// The owner says what was put right.
#[derive(Clone, Debug, Default)]
pub struct Respond {
    /// The criticism the order belongs to.
    pub criticism: String,
    /// What was done.
    pub words: String,
    /// Evidence.
    pub file: Option<Attachment>,
}

impl UseCase for Respond {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::AnswerRectification)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let mut row = load_order(ctx, tx, &self.criticism).await?;
        check_private("response", &self.words)?;
        let order = order_of(ctx, tx, &row)
            .await?
            .respond(&actor_id(ctx)?, self.words.trim())?;
        let subject = Subject {
            kind: "rectification",
            pledge: &row.pledge_id,
            unit: &row.unit_id,
        };
        let file = attach(ctx, tx, self.file.as_ref(), subject).await?;
        put(&mut row, &order);
        self.words.trim().clone_into(&mut row.response);
        (row.responded_by, row.responded_at) = (Some(ctx.actor.account.clone()), Some(ctx.now));
        row.file_id = file.or(row.file_id);
        rows::set_response(tx, &ctx.organization, &row).await?;
        let about = (row.pledge_id.as_str(), row.item_id.as_deref());
        told(
            ctx,
            tx,
            about,
            "rectification",
            &row.response,
            json!({ "step": "response" }),
        )
        .await
    }
    fn event(&self, (): &()) -> Event {
        Event::new("rectification.respond", "criticism", &self.criticism).seen_by_all()
    }
}

/// Gives more time. Only who issued the order may; the first limit and every change stay visible.
#[derive(Clone, Debug, Default)]
pub struct Extend {
    /// The criticism the order belongs to.
    pub criticism: String,
    /// Why.
    pub reason: String,
    /// The new limit, as typed.
    pub due_on: String,
}

impl UseCase for Extend {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::OrderRectification)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let mut row = load_order(ctx, tx, &self.criticism).await?;
        if row.issued_by != ctx.actor.account
            || !may(&ctx.actor, Permission::OrderRectification, Scope::Organization)
        {
            return Err(Problem::forbidden("rectification.not_issuer").into());
        }
        check_private("reason", &self.reason)?;
        let due = typed_date("due_on", &self.due_on, ctx.today)?;
        let order = order_of(ctx, tx, &row).await?;
        let order = order.extend(&actor_id(ctx)?, self.reason.trim(), due, ctx.today)?;
        let moved = rows::Extension {
            id: ctx.id(),
            order_id: row.id.clone(),
            old_due_on: row.due_on.clone(),
            new_due_on: order.due_on.to_string(),
            reason: self.reason.trim().to_owned(),
            extended_by: ctx.actor.account.clone(),
            extended_at: ctx.now,
        };
        rows::add_extension(tx, &ctx.organization, &moved).await?;
        put(&mut row, &order);
        rows::set_state(tx, &ctx.organization, &row).await?;
        let about = (row.pledge_id.as_str(), row.item_id.as_deref());
        let detail = json!({ "moved": true, "due": row.due_on, "was": moved.old_due_on });
        told(ctx, tx, about, "rectification", &moved.reason, detail).await
    }
    fn event(&self, (): &()) -> Event {
        Event::new("rectification.extend", "criticism", &self.criticism)
            .with(json!({ "due_on": self.due_on, "reason": self.reason }))
            .seen_by_all()
    }
}

/// Until when the criticised may reply, for pages.
pub(crate) fn awaited(ctx: &Ctx, row: &Criticism) -> Option<Date> {
    let until = reply_until(ctx, row);
    (row.replied_at.is_none() && ctx.today <= until).then_some(until)
}
