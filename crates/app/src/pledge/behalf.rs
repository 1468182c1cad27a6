//! Forms typed for members who cannot (N10): marked, and confirmed by the member himself, by a one-time code or by a
//! signed paper that the branch keeps.

use super::moved::types_for;
use super::{load, missing};
use crate::account::write_slip;
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Actor, Permission};
use domain::ids::ReceiptCode;
use domain::problem::{Problem, ProblemKind, Problems};
use domain::text::{TextRule, check_text};
use store::Tx;
use store::pledge as rows;

/// Days a confirmation code is good.
const CONFIRM_DAYS: i64 = 30;

/// Notes that the member signed the paper: where it lies, and when it was signed.
pub struct ConfirmByPaper {
    /// The pledge.
    pub pledge: String,
    /// Where the signed paper lies.
    pub note: String,
    /// The paper says, in the member's own hand, that he consents to publication: nobody consents for him.
    pub consent: bool,
}

fn unconfirmed(row: &rows::Pledge) -> Result<(), Problem> {
    if row.on_behalf_by.is_none() {
        return Err(Problem::conflict("problem.pledge.not_on_behalf"));
    }
    if row.submitted_at.is_none() {
        return Err(Problem::conflict("problem.pledge.not_submitted").with("state", &row.state));
    }
    Ok(())
}

impl UseCase for ConfirmByPaper {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::FileOnBehalf)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let row = load(ctx, tx, &self.pledge).await?;
        types_for(ctx, tx, &row).await?;
        unconfirmed(&row)?;
        let mut problems = Problems::new();
        problems.note(check_text("note", &self.note, TextRule::line(200)));
        if !self.consent {
            problems.push(Problem::invalid("problem.pledge.paper_consent").on("consent"));
        }
        problems.or(())?;
        let reason = [row.on_behalf_reason.as_str(), self.note.trim()].join("; ");
        rows::confirm_on_behalf(tx, &ctx.organization, &row.id, &reason, ctx.now).await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new("pledge.confirm_on_behalf", "pledge", &self.pledge)
            .with(serde_json::json!({ "by": "paper", "note": self.note, "consent": self.consent }))
    }
}

/// Writes a code with which the member looks at what was typed for him and confirms it.
pub struct IssueConfirmSlip {
    /// The pledge.
    pub pledge: String,
}

impl UseCase for IssueConfirmSlip {
    type Out = ReceiptCode;
    fn needs(&self) -> Need {
        Need::Permission(Permission::FileOnBehalf)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<ReceiptCode> {
        let row = load(ctx, tx, &self.pledge).await?;
        types_for(ctx, tx, &row).await?;
        unconfirmed(&row)?;
        let person = row.person_id.as_deref().ok_or_else(missing)?;
        let account = store::account::of_person(tx, &ctx.organization, person).await?;
        let account = account.ok_or_else(|| Problem::conflict("problem.pledge.no_account"))?;
        write_slip(ctx, tx, &account.id, "confirm", CONFIRM_DAYS).await
    }
    fn event(&self, _: &ReceiptCode) -> Event {
        Event::new("account.issue_slip", "pledge", &self.pledge)
            .with(serde_json::json!({ "purpose": "confirm" }))
    }
}

/// What a confirmation code opens.
#[derive(Clone, Debug)]
pub struct SlipView {
    /// The member's account.
    pub account: String,
    /// The member.
    pub person: String,
    /// His name.
    pub name: String,
    /// His branch.
    pub unit: String,
    /// Who typed it for him.
    pub typed_by: String,
    /// What was handed in for him.
    pub pledge: rows::Pledge,
}

/// Looks up what a confirmation code is for, without using it.
pub struct SlipOwner {
    /// The code as typed.
    pub code: String,
}

fn unknown() -> Problem {
    Problem::new(ProblemKind::Gone, "problem.confirm_unknown").on("code")
}

async fn look_up(ctx: &Ctx, tx: &mut Tx, code: &str) -> Result<SlipView> {
    let org = &ctx.organization;
    let hash = ReceiptCode::parse(code).map_err(|_| unknown())?.stored_hash();
    let slip = store::account::slip(tx, org, &hash).await?.ok_or_else(unknown)?;
    if slip.purpose != "confirm" || slip.ends_at < ctx.now || slip.used_at.is_some() {
        return Err(unknown().into());
    }
    let account = store::account::by_id(tx, org, &slip.account_id)
        .await?
        .ok_or_else(unknown)?;
    let person = account.person_id.clone().ok_or_else(unknown)?;
    let campaign = crate::campaign::require_current(ctx, tx).await?;
    let pledge = rows::of_pledger(tx, org, &campaign.id, &person)
        .await?
        .ok_or_else(unknown)?;
    let pledge = super::moved::at_hand(ctx, tx, pledge).await?;
    let unit = store::organization::unit(tx, org, &pledge.unit_id).await?;
    let typed_by = match &pledge.on_behalf_by {
        Some(by) => store::account::by_id(tx, org, by).await?.map(|a| a.name),
        None => None,
    };
    Ok(SlipView {
        unit: unit.map(|u| u.name).unwrap_or_default(),
        typed_by: typed_by.unwrap_or_default(),
        account: account.id,
        person,
        name: account.name,
        pledge,
    })
}

impl Query for SlipOwner {
    type Out = SlipView;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<SlipView> {
        look_up(ctx, tx, &self.code).await
    }
}

/// The member as an actor with nothing but his name: the confirmation is his act in the audit trail.
pub fn slip_actor(view: &SlipView) -> Actor {
    Actor {
        account: view.account.clone(),
        person: Some(view.person.clone()),
        name: view.name.clone(),
        ..Actor::default()
    }
}

/// The member stands by what was typed for him, and by its publication; the code is used up.
pub struct ConfirmBySlip {
    /// The code as typed.
    pub code: String,
    /// Consent to publication, ticked with the text in view.
    pub consent: bool,
}

impl UseCase for ConfirmBySlip {
    type Out = String;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        let view = look_up(ctx, tx, &self.code).await?;
        if view.account != ctx.actor.account {
            return Err(unknown().into());
        }
        if !self.consent {
            return Err(Problem::invalid("problem.pledge.consent_missing")
                .on("consent")
                .into());
        }
        let hash = ReceiptCode::parse(self.code.as_str())
            .map_err(|_| unknown())?
            .stored_hash();
        if !store::account::use_slip(tx, &ctx.organization, &hash, ctx.now).await? {
            return Err(unknown().into());
        }
        let row = view.pledge;
        unconfirmed(&row)?;
        rows::confirm_on_behalf(tx, &ctx.organization, &row.id, &row.on_behalf_reason, ctx.now).await?;
        Ok(row.id)
    }
    fn event(&self, pledge: &String) -> Event {
        Event::new("pledge.confirm_on_behalf", "pledge", pledge).with(serde_json::json!({ "by": "slip" }))
    }
}

/// The member, signed in as himself, stands by what was typed for him and by its publication. No code is needed: a code
/// only says who somebody is.
pub struct ConfirmOwn {
    /// The pledge.
    pub pledge: String,
    /// Consent to publication, ticked with the text in view.
    pub consent: bool,
}

impl UseCase for ConfirmOwn {
    type Out = ();
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let row = load(ctx, tx, &self.pledge).await?;
        if row.person_id.is_none() || row.person_id != ctx.actor.person {
            return Err(missing());
        }
        unconfirmed(&row)?;
        if !self.consent {
            let problem = Problem::invalid("problem.pledge.consent_missing");
            return Err(problem.on("consent").into());
        }
        rows::confirm_on_behalf(tx, &ctx.organization, &row.id, &row.on_behalf_reason, ctx.now).await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new("pledge.confirm_on_behalf", "pledge", &self.pledge)
            .with(serde_json::json!({ "by": "self" }))
    }
}
