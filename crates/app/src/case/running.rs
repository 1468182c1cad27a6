//! How acts and questions run inside the database: whose session it is, the act, its audit entry, in one transaction.

use super::{Event, Need, Query, UseCase, admit};
use crate::account::Confirming;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::problem::Problems;
use store::{Act, Refusal, Tx};

pub(super) struct Execution<C> {
    pub(super) case: C,
    pub(super) ctx: Ctx,
    pub(super) session: Option<Confirming>,
}

impl<C: UseCase> Execution<C> {
    /// The same for whom the session belongs to now; `None` where he was asked before.
    async fn confirmed(&self, tx: &mut Tx) -> Result<Option<Ctx>> {
        let Some(session) = &self.session else {
            return Ok(None);
        };
        let ctx = self.ctx.acting(session.actor(&self.ctx, tx).await?);
        admit(&ctx, self.case.needs())?;
        Ok(Some(ctx))
    }
}

impl<C: UseCase> Act for Execution<C> {
    /// What came of it, what is to be noted, and the id of the change that other processes learn of.
    type Out = (C::Out, Event, Option<String>);

    async fn run(&self, tx: &mut Tx) -> store::Result<Self::Out> {
        self.ctx.rewind();
        let confirmed = self.confirmed(tx).await.map_err(into_store)?;
        let ctx = confirmed.as_ref().unwrap_or(&self.ctx);
        let out = self.case.run(ctx, tx).await.map_err(into_store)?;
        let event = self.case.event(&out);
        let mut change = None;
        if !ctx.actor.account.is_empty() || event.became.is_some() {
            let role = match self.case.needs() {
                Need::Permission(permission) => ctx.actor.role_for(permission),
                _ if ctx.actor.machine => "system",
                _ => "",
            };
            store::audit::add(tx, &entry(ctx, role, &event, "done")).await?;
            // An anonymous act leaves no moment behind (PRODUCT.md 3.7), and none of them is seen by all.
            if event.public {
                let id = ctx.id();
                store::public::add_change(tx, &ctx.organization, &id).await?;
                change = Some(id);
            }
        }
        Ok((out, event, change))
    }
}

pub(super) struct Reading<Q> {
    pub(super) query: Q,
    pub(super) ctx: Ctx,
}

impl<Q: Query> Act for Reading<Q> {
    type Out = Q::Out;

    async fn run(&self, tx: &mut Tx) -> store::Result<Q::Out> {
        self.ctx.rewind();
        self.query.run(&self.ctx, tx).await.map_err(into_store)
    }
}

pub(super) struct NoteRefusal {
    pub(super) ctx: Ctx,
    pub(super) act: String,
}

impl Act for NoteRefusal {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> store::Result<()> {
        self.ctx.rewind();
        let detail = serde_json::json!({ "case": self.act });
        let event = Event::new("access.refused", "act", "").with(detail);
        store::audit::add(tx, &entry(&self.ctx, "", &event, "refused")).await
    }
}

fn entry(ctx: &Ctx, role: &str, event: &Event, result: &'static str) -> store::audit::Entry {
    let (account, actor) = match &event.became {
        Some((account, name)) => (account.clone(), name.clone()),
        None => (ctx.actor.account.clone(), ctx.actor.name.clone()),
    };
    let detail = if event.detail.is_null() {
        "{}".to_owned()
    } else {
        event.detail.to_string()
    };
    store::audit::Entry {
        organization_id: ctx.organization.clone(),
        id: ctx.id(),
        acted_at: ctx.now,
        account_id: Some(account),
        actor,
        role: role.to_owned(),
        act: event.act.to_owned(),
        object_kind: event.object_kind.to_owned(),
        object_id: event.object_id.clone(),
        result: result.to_owned(),
        detail,
    }
}

fn into_store(error: Error) -> store::Error {
    match error {
        Error::Store(error) => error,
        Error::Refused(problems) => store::Error::Refused(Refusal::new::<Problems>(problems)),
    }
}
