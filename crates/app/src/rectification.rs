//! Criticism and putting right within a time limit (N18). Criticised people are heard first; criticism, reply and order
//! become public together; who has to put it right never closes it.

mod act;
mod escalate;
mod follow_up;
mod handover;
mod paper;
mod read;
mod urge;

pub(crate) use act::awaited;
pub use act::{Criticise, Extend, IssueOrder, Reply, Respond};
pub use escalate::escalate;
pub use follow_up::{FollowUp, Reopen};
pub use handover::HandOver;
pub use paper::{order_number, order_paper};
pub(crate) use read::has_left;
pub use read::{
    CriticismView, FindCriticism, FindLedger, FindSource, Ledger, LedgerLine, Light, Source, order_year,
};

pub use urge::Urge;
pub(crate) use urge::{answers_for, unanswered};

use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::inspection::answerable;
use crate::publication::{Told, tell};
use domain::ids::PersonId;
use domain::problem::Problem;
use domain::rectification::{self as rules, OrderState, RectificationOrder};
use domain::time::add_days;
use jiff::civil::Date;
use store::Tx;
use store::rectification as rows;
pub use store::rectification::{Criticism, Extension, FollowUp as FollowUpRow, Handover, Opinion, Order};

/// Days the criticised have for their reply before an order may be issued. The notice sets none: our default.
pub const REPLY_DAYS: i32 = 3;

/// The person who acts, as the rules compare people; an account without a person stands for itself.
fn actor_id(ctx: &Ctx) -> Result<PersonId> {
    let id = ctx
        .actor
        .person
        .clone()
        .unwrap_or_else(|| ctx.actor.account.clone());
    Ok(PersonId::parse(id).map_err(|_| Problem::forbidden("problem.forbidden"))?)
}

async fn person_of(ctx: &Ctx, tx: &mut Tx, account: &str) -> Result<PersonId> {
    let person = rows::person_of(tx, &ctx.organization, account).await?;
    Ok(PersonId::parse(person.unwrap_or_else(|| account.to_owned()))?)
}

async fn load(ctx: &Ctx, tx: &mut Tx, id: &str) -> Result<Criticism> {
    let row = rows::criticism(tx, &ctx.organization, id).await?;
    Ok(row.ok_or_else(|| Problem::not_found("problem.not_found"))?)
}

async fn load_order(ctx: &Ctx, tx: &mut Tx, criticism: &str) -> Result<Order> {
    let row = rows::order_of(tx, &ctx.organization, criticism).await?;
    Ok(row.ok_or_else(|| Problem::not_found("problem.not_found"))?)
}

/// Those who answer for the criticised pledge.
async fn criticised(ctx: &Ctx, tx: &mut Tx, pledge: &str, unit: &str) -> Result<Vec<(PersonId, String)>> {
    let row = store::pledge::by_id(tx, &ctx.organization, pledge).await?;
    let row = row.ok_or_else(|| Problem::not_found("problem.not_found"))?;
    answerable(ctx, tx, unit, row.person_id.as_deref()).await
}

/// Whether somebody is among those criticised: he orders and closes nothing about it.
pub(crate) async fn concerns(ctx: &Ctx, tx: &mut Tx, row: &Criticism, who: Option<&str>) -> Result<bool> {
    let people = criticised(ctx, tx, &row.pledge_id, &row.unit_id).await?;
    Ok(people.iter().any(|(id, _)| Some(id.as_str()) == who))
}

/// The last day on which a reply is awaited.
fn reply_until(ctx: &Ctx, row: &Criticism) -> Date {
    add_days(ctx.date_of(row.made_at), REPLY_DAYS)
}

/// A stored criticism as the rules look at it.
async fn criticism_of(ctx: &Ctx, tx: &mut Tx, row: &Criticism) -> Result<rules::Criticism> {
    let people = criticised(ctx, tx, &row.pledge_id, &row.unit_id).await?;
    Ok(rules::Criticism {
        answerable: people.into_iter().map(|(id, _)| id).collect(),
        made_by: person_of(ctx, tx, &row.made_by).await?,
        reply_until: reply_until(ctx, row),
        reply: row.replied_at.map(|_| row.reply.clone()),
    })
}

/// A stored order as the rules look at it.
async fn order_of(ctx: &Ctx, tx: &mut Tx, row: &Order) -> Result<RectificationOrder> {
    let day = |text: &str| text.parse::<Date>().map_err(Error::bug);
    let state = match (row.state.as_str(), &row.responded_by) {
        ("responded", Some(by)) => OrderState::Responded {
            by: person_of(ctx, tx, by).await?,
        },
        ("closed", _) => OrderState::Closed,
        _ => OrderState::Open,
    };
    Ok(RectificationOrder {
        issuer: person_of(ctx, tx, &row.issued_by).await?,
        owner: PersonId::parse(row.owner_id.as_str())?,
        first_due_on: day(&row.first_due_on)?,
        due_on: day(&row.due_on)?,
        level: u8::try_from(row.level).unwrap_or(rules::LEVEL_MAX),
        state,
    })
}

/// Puts what the rules decided into the row.
fn put(row: &mut Order, order: &RectificationOrder) {
    order.state.name().clone_into(&mut row.state);
    row.due_on = order.due_on.to_string();
    row.level = i64::from(order.level);
}

/// Says that the items are being put right, or no longer is once no order about it is open.
async fn mark(ctx: &Ctx, tx: &mut Tx, row: &Order) -> Result<()> {
    let org = &ctx.organization;
    let items = match &row.item_id {
        Some(item) => vec![item.clone()],
        // An order about the whole pledge is about every item of it but those somebody found carried out.
        None => {
            let all = store::progress::followed_of_pledge(tx, org, &row.pledge_id).await?;
            let wanting = all
                .into_iter()
                .filter(|i| i.verdict.as_deref() != Some("fulfilled") || i.rectifying);
            wanting.map(|i| i.id).collect()
        }
    };
    for item in &items {
        let open = rows::open_of_item(tx, org, item, &row.pledge_id).await? > 0;
        store::progress::set_rectifying(tx, org, item, open).await?;
        let change = store::publication::ItemChange::Rectifying(open);
        store::publication::set_item_state(tx, org, item, change, ctx.now).await?;
    }
    Ok(())
}

/// Tells the public a step.
async fn told(
    ctx: &Ctx,
    tx: &mut Tx,
    (pledge, item): (&str, Option<&str>),
    kind: &'static str,
    words: &str,
    detail: serde_json::Value,
) -> Result<()> {
    tell(
        ctx,
        tx,
        Told {
            pledge,
            item,
            on: ctx.today,
            kind,
            words,
            detail,
        },
    )
    .await
}
