//! Objections of the publicity period: raised by anybody without a name, answered in public (N12).

use super::{Told, tell};
use crate::campaign;
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::access::{Actor, Permission, Scope, may, not_own};
use domain::ids::ReceiptCode;
use domain::problem::{Problem, Problems};
use domain::publication::ObjectionWindow;
use domain::text::{TextRule, check_text};
use serde_json::json;
use store::Tx;
use store::publication as rows;

/// Longest objection, in characters.
pub const WORDS_MAX: usize = 1000;
/// Longest contact, in characters.
pub const CONTACT_MAX: usize = 60;

fn missing() -> Problem {
    Problem::not_found("problem.not_found")
}

/// Raises an objection. Nothing of the person is kept but what he writes himself, and of the time only the day.
pub struct RaiseObjection {
    /// The pledge.
    pub pledge: String,
    /// What is wrong with it.
    pub words: String,
    /// A phone number or address, if an answer is wanted; never shown in public.
    pub contact: String,
}

impl UseCase for RaiseObjection {
    type Out = ReceiptCode;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<ReceiptCode> {
        let org = ctx.organization.as_str();
        let head = store::public::pledge(tx, org, &self.pledge).await?;
        let head = head.filter(|h| h.taken_down_at.is_none()).ok_or_else(missing)?;
        let batch = rows::by_id(tx, org, &head.publication_id)
            .await?
            .ok_or_else(missing)?;
        let window = ObjectionWindow {
            first: ctx.date_of(batch.published_at),
            last: batch.objections_until.parse().map_err(Error::bug)?,
        };
        window.check(ctx.today)?;
        let mut problems = Problems::new();
        problems.note(check_text("words", &self.words, TextRule::area(WORDS_MAX)));
        problems.note(check_text(
            "contact",
            &self.contact,
            TextRule::line(CONTACT_MAX).optional(),
        ));
        problems.or(())?;
        let secret = ctx.secret();
        let mut bytes = [0; ReceiptCode::BYTES];
        bytes.copy_from_slice(&secret[..ReceiptCode::BYTES]);
        let receipt = ReceiptCode::from_random(bytes);
        let row = rows::Objection {
            id: ctx.blind_id(),
            campaign_id: head.campaign_id,
            pledge_id: head.id,
            words: self.words.clone(),
            contact: self.contact.trim().to_owned(),
            said_on: ctx.today.to_string(),
            receipt_hash: receipt.stored_hash(),
            answer: String::new(),
            upheld: None,
            answered_at: None,
        };
        rows::add_objection(tx, org, &row).await?;
        Ok(receipt)
    }
    fn event(&self, _: &ReceiptCode) -> Event {
        Event::new("objection.raise", "pledge", self.pledge.as_str())
    }
}

/// Whether somebody answers the objections to a pledge: never those to his own, and those to what a branch itself promises
/// are the office's, not its secretary's, who signed it (PRODUCT.md 3.3).
pub(crate) fn answers(actor: &Actor, pledge: &rows::Candidate) -> bool {
    let scope = match &pledge.person_id {
        Some(_) => Scope::Unit(&pledge.unit_id),
        None => Scope::Organization,
    };
    not_own(actor, pledge.person_id.as_deref()) && may(actor, Permission::AnswerObjection, scope)
}

/// How many objections of a campaign wait for this actor.
pub(crate) async fn waiting_for(ctx: &Ctx, tx: &mut Tx, campaign: &str) -> Result<i64> {
    let mut n = 0;
    for row in rows::objections(tx, &ctx.organization, campaign).await? {
        if row.answered_at.is_some() {
            // Those without an answer come first.
            break;
        }
        let pledge = rows::candidate(tx, &ctx.organization, &row.pledge_id).await?;
        n += i64::from(pledge.is_some_and(|p| answers(&ctx.actor, &p)));
    }
    Ok(n)
}

/// Answers an objection; the answer goes into the life story of the pledge.
pub struct AnswerObjection {
    /// The objection.
    pub id: String,
    /// The answer; public.
    pub answer: String,
    /// Whether it was right.
    pub upheld: Option<bool>,
}

impl UseCase for AnswerObjection {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::AnswerObjection)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let org = ctx.organization.as_str();
        let row = rows::objection(tx, org, &self.id).await?.ok_or_else(missing)?;
        let pledge = rows::candidate(tx, org, &row.pledge_id)
            .await?
            .ok_or_else(missing)?;
        ctx.require(Permission::AnswerObjection, Scope::Unit(&pledge.unit_id))?;
        if !not_own(&ctx.actor, pledge.person_id.as_deref()) {
            return Err(Problem::conflict("objection.own").into());
        }
        if !answers(&ctx.actor, &pledge) {
            return Err(Problem::conflict("objection.branch_own").into());
        }
        let mut problems = Problems::new();
        problems.note(check_text("answer", &self.answer, TextRule::area(WORDS_MAX)));
        if self.upheld.is_none() {
            problems.push(Problem::invalid("objection.decide").on("upheld"));
        }
        problems.or(())?;
        let upheld = self.upheld.unwrap_or(false);
        let by = ctx.actor.account.as_str();
        if rows::answer_objection(tx, org, &self.id, (self.answer.trim(), upheld), by, ctx.now).await? == 0 {
            return Err(Problem::conflict("objection.answered").into());
        }
        let (words, on, detail) = (self.answer.trim(), ctx.today, json!({ "upheld": upheld }));
        tell(
            ctx,
            tx,
            Told {
                pledge: &pledge.id,
                item: None,
                on,
                kind: "objection",
                words,
                detail,
            },
        )
        .await
    }
    fn event(&self, (): &()) -> Event {
        Event::new("objection.answer", "objection", self.id.as_str())
            .with(json!({ "upheld": self.upheld }))
            .seen_by_all()
    }
}

/// An objection with whose pledge it is about.
#[derive(Clone, Debug)]
pub struct ObjectionView {
    /// The row.
    pub row: rows::Objection,
    /// Name on the pledge, as published.
    pub name: String,
    /// Branch.
    pub unit_name: String,
    /// Whether the reader answers it.
    pub answers: bool,
}

/// Asks for the objections in the actor's reach.
pub struct FindObjections;

impl Query for FindObjections {
    type Out = Vec<ObjectionView>;
    fn needs(&self) -> Need {
        Need::Permission(Permission::AnswerObjection)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Vec<ObjectionView>> {
        let Some(campaign) = campaign::shown(ctx, tx).await? else {
            return Ok(Vec::new());
        };
        let mut out = Vec::new();
        for row in rows::objections(tx, &ctx.organization, &campaign.id).await? {
            let head = store::public::pledge(tx, &ctx.organization, &row.pledge_id).await?;
            let Some(head) = head else { continue };
            let pledge = rows::candidate(tx, &ctx.organization, &row.pledge_id).await?;
            if may(
                &ctx.actor,
                Permission::AnswerObjection,
                Scope::Unit(&head.unit_id),
            ) {
                out.push(ObjectionView {
                    answers: pledge.is_some_and(|p| answers(&ctx.actor, &p)),
                    row,
                    name: head.name,
                    unit_name: head.unit_name,
                });
            }
        }
        Ok(out)
    }
}

/// Asks what became of an objection, by its receipt.
pub struct FindObjection(pub String);

impl Query for FindObjection {
    type Out = Option<rows::Objection>;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Option<rows::Objection>> {
        let Ok(code) = ReceiptCode::parse(&self.0) else {
            return Ok(None);
        };
        Ok(rows::objection_by_receipt(tx, &ctx.organization, &code.stored_hash()).await?)
    }
}
