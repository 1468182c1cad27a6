//! After publication: take down, put up again, take consent back. The log and the list of corrections keep that it
//! was there; search, feeds, counts and pages no longer have it.

use super::publish::consents;
use super::release::put_items;
use super::{Told, tell};
use crate::campaign;
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::access::{Permission, Scope, may, not_own};
use domain::pledge::{Pledge, PledgeState};
use domain::problem::Problem;
use domain::text::{TextRule, check_text};
use serde_json::json;
use store::Tx;
use store::publication as rows;

/// Longest reason of a take-down, in characters.
pub const REASON_MAX: usize = 300;
/// The reason kept when the pledger takes his consent back without a word; pages say it in their own language.
pub const CONSENT_WITHDRAWN: &str = "consent_withdrawn";

fn missing() -> Problem {
    Problem::not_found("problem.not_found")
}

async fn pair(ctx: &Ctx, tx: &mut Tx, pledge: &str) -> Result<(rows::Candidate, rows::PublicPledge)> {
    let row = rows::candidate(tx, &ctx.organization, pledge)
        .await?
        .ok_or_else(missing)?;
    let head = store::public::pledge(tx, &ctx.organization, pledge).await?;
    let head = head.ok_or_else(|| Problem::conflict("problem.publication.not_public"))?;
    Ok((row, head))
}

async fn correct(ctx: &Ctx, tx: &mut Tx, row: &rows::Candidate, kind: &str, reason: &str) -> Result<()> {
    let correction = rows::Correction {
        id: ctx.id(),
        campaign_id: row.campaign_id.clone(),
        pledge_id: row.id.clone(),
        kind: kind.to_owned(),
        reason: reason.to_owned(),
        made_by: ctx.actor.name.clone(),
        made_at: ctx.now,
    };
    Ok(rows::add_correction(tx, &ctx.organization, &correction).await?)
}

/// Orders of rectification about a pledge that are not closed: they go on, whatever strangers see.
async fn open_orders(ctx: &Ctx, tx: &mut Tx, row: &rows::Candidate) -> Result<usize> {
    let all = store::rectification::orders(tx, &ctx.organization, &row.campaign_id, "").await?;
    let open = |o: &&store::rectification::Order| o.pledge_id == row.id && o.state != "closed";
    Ok(all.iter().filter(open).count())
}

/// Asks what taking a pledge down, or putting it up again, would mean: who may, and the open orders about it.
pub struct FindStanding(pub String);

impl Query for FindStanding {
    type Out = (Option<Problem>, usize);
    fn needs(&self) -> Need {
        Need::Permission(Permission::TakeDown)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        let (row, head) = pair(ctx, tx, &self.0).await?;
        ctx.require(Permission::TakeDown, Scope::Unit(&row.unit_id))?;
        let orders = open_orders(ctx, tx, &row).await?;
        let down = head.taken_down_at.is_some();
        let refused = match others(ctx, &row) {
            Err(Error::Refused(problems)) => problems.0.into_iter().next(),
            Err(other) => return Err(other),
            Ok(()) if down && !may_put_up(ctx, tx, &row).await? => {
                Some(Problem::forbidden("problem.publication.others_took_down"))
            }
            Ok(()) if !down && orders > 0 && !over_all(ctx) => {
                Some(Problem::conflict("problem.publication.under_order"))
            }
            Ok(()) => None,
        };
        Ok((refused, orders))
    }
}

async fn take_down(ctx: &Ctx, tx: &mut Tx, row: &rows::Candidate, reason: &str) -> Result<()> {
    let org = ctx.organization.as_str();
    let pledge = Pledge::from_columns(&row.state, row.step, row.round, row.version)?;
    // While a next version is being written the public one is taken down and the draft stays on the desk.
    if matches!(pledge.state, PledgeState::Published { .. }) {
        let down = pledge.take_down(reason)?;
        rows::set_pledge_state(tx, org, &row.id, down.columns(), ctx.now).await?;
    }
    rows::set_taken_down(tx, org, &row.id, Some(ctx.now), reason).await?;
    for item in rows::item_ids(tx, org, &row.id).await? {
        rows::drop_item(tx, org, &item).await?;
    }
    correct(ctx, tx, row, "taken_down", reason).await?;
    let detail = json!({});
    let on = ctx.today;
    tell(
        ctx,
        tx,
        Told {
            pledge: &row.id,
            item: None,
            on,
            kind: "taken_down",
            words: reason,
            detail,
        },
    )
    .await
}

/// What is one's own is taken down and put up by others: else one would decide alone whether one's promise is seen
/// (PRODUCT.md 3.3). Who wants his own gone takes his consent back. What a branch itself promises was published for the
/// committee: its secretary does not decide whether it is seen (N12).
pub(super) fn others(ctx: &Ctx, row: &rows::Candidate) -> Result<()> {
    if !not_own(&ctx.actor, row.person_id.as_deref()) {
        return Err(Problem::forbidden("problem.publication.own_visible").into());
    }
    if row.person_id.is_none() && !over_all(ctx) {
        return Err(Problem::forbidden("problem.publication.branch_visible").into());
    }
    Ok(())
}

fn over_all(ctx: &Ctx) -> bool {
    may(&ctx.actor, Permission::TakeDown, Scope::Organization)
}

/// What was taken down is put up again by whoever took it down, or above him: a branch does not undo what the office did.
/// Where the pledger took his consent back, his new consent is enough.
pub(super) async fn may_put_up(ctx: &Ctx, tx: &mut Tx, row: &rows::Candidate) -> Result<bool> {
    if over_all(ctx) {
        return Ok(true);
    }
    let by = rows::taken_down_by(tx, &ctx.organization, &row.id).await?;
    let allowed = |by: &String| *by == ctx.actor.name || Some(by) == row.person_name.as_ref();
    Ok(by.as_ref().is_none_or(allowed))
}

/// Takes a public pledge down, with a reason that everybody can read.
pub struct TakeDown {
    /// The pledge.
    pub pledge: String,
    /// Why; public.
    pub reason: String,
}

impl UseCase for TakeDown {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::TakeDown)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let (row, head) = pair(ctx, tx, &self.pledge).await?;
        ctx.require(Permission::TakeDown, Scope::Unit(&row.unit_id))?;
        others(ctx, &row)?;
        if head.taken_down_at.is_some() {
            return Err(Problem::conflict("problem.publication.not_public").into());
        }
        if !over_all(ctx) && open_orders(ctx, tx, &row).await? > 0 {
            return Err(Problem::conflict("problem.publication.under_order").into());
        }
        check_text("reason", &self.reason, TextRule::area(REASON_MAX))?;
        take_down(ctx, tx, &row, self.reason.trim()).await
    }
    fn event(&self, (): &()) -> Event {
        Event::new("publication.take_down", "pledge", self.pledge.as_str())
            .with(json!({ "reason": self.reason }))
            .seen_by_all()
    }
}

/// Puts a pledge that was taken down up again, as the same version.
pub struct Restore {
    /// The pledge.
    pub pledge: String,
    /// Why; public.
    pub reason: String,
}

impl UseCase for Restore {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::TakeDown)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let org = ctx.organization.as_str();
        let (row, head) = pair(ctx, tx, &self.pledge).await?;
        ctx.require(Permission::TakeDown, Scope::Unit(&row.unit_id))?;
        others(ctx, &row)?;
        check_text("reason", &self.reason, TextRule::area(REASON_MAX))?;
        if head.taken_down_at.is_none() {
            return Err(Problem::conflict("problem.publication.not_taken_down").into());
        }
        if !may_put_up(ctx, tx, &row).await? {
            return Err(Problem::forbidden("problem.publication.others_took_down").into());
        }
        let pledge = Pledge::from_columns(&row.state, row.step, row.round, row.version)?;
        // The public text comes back as it was; a next version on the desk goes on as it is.
        if matches!(pledge.state, PledgeState::Withdrawn { .. }) {
            let up = pledge.restore(consents(&row), &self.reason)?;
            rows::set_pledge_state(tx, org, &row.id, up.columns(), ctx.now).await?;
        } else if !consents(&row) {
            return Err(Problem::conflict("problem.publication.no_consent").into());
        }
        rows::set_taken_down(tx, org, &row.id, None, "").await?;
        let public = serde_json::from_str(&head.content).map_err(Error::bug)?;
        put_items(ctx, tx, &head, &public).await?;
        correct(ctx, tx, &row, "restored", self.reason.trim()).await?;
        let (words, detail, on) = (self.reason.trim(), json!({ "restored": true }), ctx.today);
        tell(
            ctx,
            tx,
            Told {
                pledge: &row.id,
                item: None,
                on,
                kind: "correction",
                words,
                detail,
            },
        )
        .await
    }
    fn event(&self, (): &()) -> Event {
        Event::new("publication.restore", "pledge", self.pledge.as_str())
            .with(json!({ "reason": self.reason }))
            .seen_by_all()
    }
}

/// A person takes back his consent to publication; what is public of it comes down at once (PRODUCT.md 3.2).
pub struct WithdrawConsent {
    /// The pledge, of whatever campaign; empty = one's own of the campaign that is shown.
    pub pledge: String,
    /// Why; public, may be empty.
    pub reason: String,
}

/// One's own pledges that strangers see or will see, of every campaign: id and title of the campaign.
pub struct FindConsents;

impl Query for FindConsents {
    type Out = Vec<(String, String)>;
    fn needs(&self) -> Need {
        Need::Permission(Permission::WithdrawConsent)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        let Some(person) = &ctx.actor.person else {
            return Ok(vec![]);
        };
        let running = campaign::current(ctx, tx).await?;
        let mut out = Vec::new();
        for campaign in running.into_iter().chain(campaign::ended(ctx, tx).await?) {
            let own = store::pledge::of_pledger(tx, &ctx.organization, &campaign.id, person).await?;
            let agreed = own.filter(|p| p.consent_at.is_some() && p.consent_withdrawn_at.is_none());
            out.extend(agreed.map(|p| (p.id, campaign.title.clone())));
        }
        Ok(out)
    }
}

impl UseCase for WithdrawConsent {
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::WithdrawConsent)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        let org = ctx.organization.as_str();
        let person = ctx.actor.person.clone().ok_or_else(missing)?;
        let unit = ctx.actor.unit.clone().unwrap_or_default();
        ctx.require(
            Permission::WithdrawConsent,
            Scope::Person {
                person: &person,
                unit: &unit,
            },
        )?;
        check_text("reason", &self.reason, TextRule::area(REASON_MAX).optional())?;
        let id = match self.pledge.as_str() {
            "" => {
                let campaign = campaign::shown(ctx, tx).await?.ok_or_else(missing)?;
                rows::own_pledge(tx, org, &campaign.id, &person).await?
            }
            id => {
                let row = store::pledge::by_id(tx, org, id).await?;
                row.filter(|p| p.person_id.as_ref() == Some(&person))
                    .map(|p| p.id)
            }
        };
        let id = id.ok_or_else(missing)?;
        let row = rows::candidate(tx, org, &id).await?.ok_or_else(missing)?;
        if row.consent_at.is_none() || row.consent_withdrawn_at.is_some() {
            return Err(Problem::conflict("publication.no_consent_given").into());
        }
        rows::set_consent_withdrawn(tx, org, &id, Some(ctx.now)).await?;
        let head = store::public::pledge(tx, org, &id).await?;
        if head.is_some_and(|h| h.taken_down_at.is_none()) {
            let reason = self.reason.trim();
            let reason = if reason.is_empty() {
                CONSENT_WITHDRAWN
            } else {
                reason
            };
            take_down(ctx, tx, &row, reason).await?;
        }
        Ok(id)
    }
    fn event(&self, out: &String) -> Event {
        Event::new("publication.withdraw_consent", "pledge", out.as_str()).seen_by_all()
    }
}
