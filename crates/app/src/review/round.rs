//! What was decided on one pledge: for its reviewers, its author and the seal lines of the printed form.

use super::desk::{Desk, Matter};
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::pledge::standing_of;
use domain::access::Role;
use domain::pledge::{Standing, VersionContent, first_changed};
use domain::problem::Problem;
use domain::review::{Answer, Meeting};
use jiff::civil::Date;
use store::Tx;
use store::pledge::{Item, ReviewDecision};
use store::review::HandedIn;

/// One decision, read.
#[derive(Clone, Debug)]
pub struct DecisionView {
    /// The decision's id.
    pub id: String,
    /// The round it was about.
    pub round: u32,
    /// The step at which it was taken, from 0.
    pub step: u32,
    /// Identifier of the role that decided.
    pub role: String,
    /// Confirmed, or returned for revision.
    pub confirmed: bool,
    /// The questions and their answers.
    pub answers: Vec<Answer>,
    /// Keys of the reasons for a return.
    pub reasons: Vec<String>,
    /// Words to the pledger.
    pub message: String,
    /// The meeting that decided, if one did.
    pub meeting: Option<Meeting>,
    /// Account that decided.
    pub by: String,
    /// Name of who decided.
    pub name: String,
    /// When, microseconds UTC.
    pub at: i64,
    /// Version of the rules by which the text was advised on then; empty for decisions of older releases.
    pub advice_rules: String,
    /// Check code of its seal; empty for returns and for decisions of older releases.
    pub seal_code: String,
}

impl DecisionView {
    pub(super) fn read(row: ReviewDecision) -> Result<DecisionView> {
        let meeting = match row.meeting.as_str() {
            "" => None,
            text => Some(serde_json::from_str(text).map_err(Error::bug)?),
        };
        Ok(DecisionView {
            round: u32::try_from(row.round).map_err(Error::bug)?,
            step: u32::try_from(row.step).map_err(Error::bug)?,
            confirmed: row.verdict == "confirm",
            answers: serde_json::from_str(&row.answers).map_err(Error::bug)?,
            reasons: serde_json::from_str(&row.reasons).map_err(Error::bug)?,
            id: row.id,
            role: row.role,
            message: row.message,
            meeting,
            by: row.decided_by,
            name: row.decided_name,
            at: row.decided_at,
            advice_rules: row.advice_rules,
            seal_code: row.seal_code,
        })
    }
}

/// The decisions on a pledge, in the order they were taken: reasons and words of a return for its author.
///
/// # Errors
/// Whatever the database reports.
pub async fn decisions(ctx: &Ctx, tx: &mut Tx, pledge: &str) -> Result<Vec<DecisionView>> {
    let rows = store::pledge::decisions(tx, &ctx.organization, pledge).await?;
    rows.into_iter().map(DecisionView::read).collect()
}

/// A named, dated decision as it stands on a seal line of the annex (N20, N21).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// Identifier of the role.
    pub role: String,
    /// Who.
    pub name: String,
    /// On which local date; that of the meeting where one decided.
    pub on: Date,
}

/// The seal lines of a round: every step that confirmed it, in order.
#[must_use]
pub fn seals(ctx: &Ctx, round: u32, decisions: &[DecisionView]) -> Vec<Seal> {
    let of = decisions.iter().filter(|d| d.round == round && d.confirmed);
    of.map(|d| Seal {
        role: d.role.clone(),
        name: d.name.clone(),
        on: d
            .meeting
            .as_ref()
            .map_or_else(|| ctx.date_of(d.at), |m| m.held_on),
    })
    .collect()
}

/// Something may have been reported, checked or ordered while the new version was reviewed: then the old sentence stays,
/// and the version goes back to its writer.
fn unchanged(ctx: &Ctx, before: &[Item], content: &VersionContent) -> Result<()> {
    let mut held = Vec::new();
    for item in before {
        // Its day being over binds the writer, not the reviewer; how it goes on binds the sentence to the form only.
        let settled = item.claim.is_some() || item.verdict.is_some() || item.rectifying;
        held.push(Standing {
            settled,
            ..standing_of(item.clone(), ctx.today)?
        });
    }
    match first_changed(held.iter().filter(|s| s.must_stay()), content) {
        None => Ok(()),
        Some(old) => {
            let problem = Problem::conflict("problem.pledge.settled_meanwhile");
            Err(problem.with("text", &old.content).into())
        }
    }
}

/// Makes the items of a confirmed version those that are followed. What was reported about an item of an earlier
/// version stays with it; an item that is gone is followed no longer.
pub(super) async fn freeze_items(ctx: &Ctx, tx: &mut Tx, matter: &Matter) -> Result<()> {
    let content: &VersionContent = &matter.content;
    let before = store::pledge::items(tx, &ctx.organization, &matter.row.id).await?;
    unchanged(ctx, &before, content)?;
    for (place, item) in content.items.iter().enumerate() {
        let due = item.due_date.ok_or_else(|| {
            let missing = Problem::conflict("problem.pledge.due_date_missing");
            missing.with("number", place + 1)
        })?;
        let row = Item {
            id: item.id.to_string(),
            pledge_id: matter.row.id.clone(),
            campaign_id: content.campaign.to_string(),
            unit_id: matter.row.unit_id.clone(),
            position: i64::try_from(place).map_err(Error::bug)?,
            kind: item.kind.to_string(),
            content: item.content.clone(),
            measure: item.measure.clone(),
            beneficiary: item.beneficiary.clone(),
            due_on: due.to_string(),
            demand_id: item.demand.as_ref().map(ToString::to_string),
            claim: None,
            claimed_on: None,
            verdict: None,
            verdict_on: None,
            rectifying: false,
            last_report_on: None,
        };
        store::pledge::put_item(tx, &ctx.organization, &row).await?;
    }
    for old in &before {
        let now = content.items.iter().find(|i| i.id.as_str() == old.id);
        if now.is_none() {
            store::pledge::drop_item(tx, &ctx.organization, &old.id).await?;
        }
        let demand = now.and_then(|i| i.demand.as_ref()).map(ToString::to_string);
        if demand != old.demand_id {
            let_go(ctx, tx, &matter.row, old.demand_id.as_deref()).await?;
        }
    }
    Ok(())
}

/// A demand whose item was struck out is nobody's again: it is given back, and open unless other items answer it (N7).
async fn let_go(ctx: &Ctx, tx: &mut Tx, pledge: &HandedIn, demand: Option<&str>) -> Result<()> {
    let Some(demand) = demand else { return Ok(()) };
    let org = &ctx.organization;
    let still = store::demand::answers(tx, org, demand).await?;
    if still.iter().all(|answer| answer.pledge_id != pledge.id) {
        store::demand::release(tx, org, demand, &pledge.pledger_id, ctx.now).await?;
    }
    if still.is_empty() {
        store::demand::open_again(tx, org, demand).await?;
    }
    Ok(())
}

/// Who looks at a pledge next.
#[derive(Clone, Debug)]
pub struct NextStep {
    /// The role that decides.
    pub role: Role,
    /// Who may; any one of them decides.
    pub names: Vec<String>,
}

/// Asks who looks at a pledge next; `None` while it waits for nobody.
pub struct FindNext(pub String);

impl Query for FindNext {
    type Out = Option<NextStep>;

    fn needs(&self) -> Need {
        Need::SignedIn
    }

    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Option<NextStep>> {
        let row = store::review::handed_in_one(tx, &ctx.organization, &self.0).await?;
        let (Some(row), Some(mut desk)) = (row, Desk::open(ctx, tx).await?) else {
            return Ok(None);
        };
        let matter = desk.matter(row)?;
        Ok(matter.waiting().map(|(_, step)| NextStep {
            role: step.role,
            names: desk.names_of(step),
        }))
    }
}
