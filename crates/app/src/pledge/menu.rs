//! The commitment menu (承诺菜单): the demands of the branch and of the whole house, for somebody to take up (N7).

use super::{Desk, Subject, gate, missing, subject};
use crate::campaign::{RunningCampaign, require_current};
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::campaign::{Audience, GatedAct};
use domain::demand::DemandState;
use domain::problem::Problem;
use serde_json::json;
use store::Tx;
use store::demand::{self as demands, Demand, DemandClaim, NewClaim};
use store::pledge as rows;

/// A demand on the menu.
#[derive(Clone, Debug)]
pub struct MenuLine {
    /// The demand.
    pub demand: Demand,
    /// Who has taken it up.
    pub claims: Vec<DemandClaim>,
    /// The one who looks at the menu is among them.
    pub mine: bool,
}

/// The menu of a desk.
#[derive(Clone, Debug)]
pub struct Menu {
    /// The campaign.
    pub campaign: RunningCampaign,
    /// Who looks.
    pub subject: Subject,
    /// Which kinds he writes.
    pub audience: Audience,
    /// Key of the kind in which what is taken up is answered.
    pub kind: String,
    /// Why nothing can be taken up today, if so.
    pub closed: Option<Problem>,
    /// Open demands: those nobody has taken up first, then those of most voices.
    pub lines: Vec<MenuLine>,
}

/// Whether a demand may be taken up at a desk: it is about its branch, or about the whole house.
fn reaches(demand: &Demand, subject: &Subject) -> bool {
    demand
        .unit_id
        .as_deref()
        .is_none_or(|unit| unit == subject.unit.id)
}

/// Why a demand cannot be taken up today: a form that may still be written is what claims are for.
async fn closed(ctx: &Ctx, tx: &mut Tx, now: &RunningCampaign, subject: &Subject) -> Result<Option<Problem>> {
    let row = rows::of_pledger(tx, &ctx.organization, &now.id, subject.id()).await?;
    if let Some(row) = row.as_ref() {
        let state = super::state_of(row)?.state;
        if !state.is_editable() {
            return Ok(Some(
                Problem::conflict("problem.pledge.not_editable").with("state", state.name()),
            ));
        }
    }
    Ok(gate(ctx, now, row.as_ref()).err())
}

/// Opens the menu of a desk.
pub struct OpenMenu {
    /// Whose.
    pub desk: Desk,
}

impl Query for OpenMenu {
    type Out = Menu;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Menu> {
        let subject = subject(ctx, tx, &self.desk).await?;
        let campaign = require_current(ctx, tx).await?;
        let org = &ctx.organization;
        let all = demands::demands(tx, org, &campaign.id).await?;
        let claims = demands::claims(tx, org, &campaign.id).await?;
        let open = |d: &Demand| d.state == DemandState::Open.name() && reaches(d, &subject);
        let mut lines: Vec<MenuLine> = all
            .into_iter()
            .filter(open)
            .map(|demand| {
                let of = claims.iter().filter(|c| c.demand_id == demand.id);
                let claims: Vec<DemandClaim> = of.cloned().collect();
                MenuLine {
                    mine: claims.iter().any(|c| c.pledger_id == subject.id()),
                    claims,
                    demand,
                }
            })
            .collect();
        lines.sort_by_key(|l| (l.demand.items > 0, !l.claims.is_empty(), -l.demand.voices));
        let audience = super::audience(ctx, tx, &subject).await?;
        Ok(Menu {
            kind: campaign.demand_kind(audience).to_owned(),
            closed: closed(ctx, tx, &campaign, &subject).await?,
            audience,
            campaign,
            subject,
            lines,
        })
    }
}

/// Takes a demand up: it is to be answered by an item of this desk's form. Taken up twice it is once.
pub struct ClaimDemand {
    /// Whose form.
    pub desk: Desk,
    /// The demand.
    pub demand: String,
}

impl UseCase for ClaimDemand {
    type Out = ();
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let subject = subject(ctx, tx, &self.desk).await?;
        let campaign = require_current(ctx, tx).await?;
        let demand = demands::demand(tx, &ctx.organization, &self.demand).await?;
        let demand = demand.filter(|d| d.campaign_id == campaign.id && reaches(d, &subject));
        let demand = demand.ok_or_else(missing)?;
        if demand.state != DemandState::Open.name() {
            return Err(Problem::conflict("problem.demand.settled").into());
        }
        if let Some(problem) = closed(ctx, tx, &campaign, &subject).await? {
            return Err(problem.into());
        }
        claim(ctx, tx, &subject, &campaign.id, &self.demand).await
    }
    fn event(&self, (): &()) -> Event {
        Event::new("demand.claim", "demand", &self.demand).seen_by_all()
    }
}

async fn claim(ctx: &Ctx, tx: &mut Tx, subject: &Subject, campaign: &str, demand: &str) -> Result<()> {
    let new = NewClaim {
        demand,
        campaign,
        pledger: if subject.person.is_some() {
            "person"
        } else {
            "branch"
        },
        pledger_id: subject.id(),
        unit: &subject.unit.id,
    };
    demands::claim(tx, &ctx.organization, new, &ctx.actor.account, ctx.now).await?;
    Ok(())
}

/// The demands that the items of a form answer count as taken up from the day it is handed in; gives how many.
pub(super) async fn claim_answered(
    ctx: &Ctx,
    tx: &mut Tx,
    subject: &Subject,
    campaign: &str,
    draft: &super::Draft,
) -> Result<usize> {
    let mut claims = 0;
    for item in &draft.items {
        let Some(demand) = item.item.demand.as_ref().map(|d| d.as_str()) else {
            continue;
        };
        let found = demands::demand(tx, &ctx.organization, demand).await?;
        if found.is_some_and(|d| d.campaign_id == campaign) {
            claim(ctx, tx, subject, campaign, demand).await?;
            claims += 1;
        }
    }
    Ok(claims)
}

/// Gives a demand back, so that others see that it waits again.
pub struct ReleaseDemand {
    /// Whose claim.
    pub desk: Desk,
    /// The demand.
    pub demand: String,
}

impl UseCase for ReleaseDemand {
    type Out = ();
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let subject = subject(ctx, tx, &self.desk).await?;
        let campaign = require_current(ctx, tx).await?;
        campaign.gate(GatedAct::Propose, ctx.today).or_else(|closed| {
            // A form that came back may still drop what it took up.
            let later = [GatedAct::Review, GatedAct::Publicise];
            let fine = later.iter().any(|act| campaign.is_open(*act, ctx.today));
            if fine { Ok(()) } else { Err(closed) }
        })?;
        let org = &ctx.organization;
        demands::release(tx, org, &self.demand, subject.id(), ctx.now).await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new("demand.release", "demand", &self.demand)
            .with(json!({}))
            .seen_by_all()
    }
}
