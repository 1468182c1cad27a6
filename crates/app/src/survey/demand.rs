//! Opinions merged into demands; demands named, settled, opened again (N7).

use super::{Demand, scope_of};
use crate::campaign;
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::Permission;
use domain::demand::{DemandState, check_title};
use domain::problem::Problem;
use serde_json::json;
use store::Tx;
use store::demand::{self as rows, NewDemand, Settled};

/// Where opinions are merged to.
#[derive(Clone, Debug)]
pub enum MergeInto {
    /// A demand that is made now.
    New {
        /// What is asked for, in one line.
        title: String,
        /// Strangers may read it.
        public: bool,
    },
    /// A demand that is there.
    Demand(String),
}

/// Merges opinions into a demand: every opinion stays as it was said, its voices count in the demand.
pub struct MergeOpinions {
    /// The opinions people ticked.
    pub opinions: Vec<String>,
    /// Where to.
    pub into: MergeInto,
}

async fn find(ctx: &Ctx, tx: &mut Tx, id: &str) -> Result<Demand> {
    let demand = rows::demand(tx, &ctx.organization, id).await?;
    Ok(demand.ok_or_else(|| Problem::not_found("problem.not_found"))?)
}

async fn find_own(ctx: &Ctx, tx: &mut Tx, id: &str) -> Result<Demand> {
    let demand = find(ctx, tx, id).await?;
    ctx.require(Permission::ManageDemands, scope_of(demand.unit_id.as_deref()))?;
    Ok(demand)
}

impl MergeOpinions {
    /// The branch all the opinions are about; the whole house when they are about several.
    async fn common_unit(&self, ctx: &Ctx, tx: &mut Tx, campaign: &str) -> Result<Option<String>> {
        let mut units: Vec<Option<String>> = Vec::new();
        for id in &self.opinions {
            let opinion = rows::opinion(tx, &ctx.organization, id).await?;
            let opinion = opinion.ok_or_else(|| Problem::not_found("problem.not_found"))?;
            ctx.require(Permission::ManageDemands, scope_of(opinion.unit_id.as_deref()))?;
            if opinion.campaign_id != campaign {
                return Err(Problem::conflict("problem.demand.other_campaign").into());
            }
            if opinion.demand_id.is_some() || !opinion.set_aside.is_empty() {
                return Err(Problem::conflict("problem.demand.merged_meanwhile").into());
            }
            units.push(opinion.unit_id);
        }
        units.dedup();
        Ok(if units.len() == 1 {
            units.pop().flatten()
        } else {
            None
        })
    }
}

impl UseCase for MergeOpinions {
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageDemands)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        if self.opinions.is_empty() {
            return Err(Problem::invalid("problem.demand.none_chosen")
                .on("opinion")
                .into());
        }
        let campaign = campaign::require_current(ctx, tx).await?;
        let unit = self.common_unit(ctx, tx, &campaign.id).await?;
        let demand = match &self.into {
            MergeInto::Demand(id) => {
                let demand = find_own(ctx, tx, id).await?;
                if demand.campaign_id != campaign.id {
                    return Err(Problem::conflict("problem.demand.other_campaign").into());
                }
                demand.id
            }
            MergeInto::New { title, public } => {
                ctx.require(Permission::ManageDemands, scope_of(unit.as_deref()))?;
                let title = title.trim();
                check_title(title)?;
                let id = ctx.id();
                let new = NewDemand {
                    id: &id,
                    campaign: &campaign.id,
                    unit: unit.as_deref(),
                    title,
                    public: *public,
                };
                rows::add_demand(tx, &ctx.organization, new, &ctx.actor.account, ctx.now).await?;
                id
            }
        };
        for opinion in &self.opinions {
            rows::place_opinion(tx, &ctx.organization, opinion, Some(&demand)).await?;
        }
        Ok(demand)
    }
    fn event(&self, id: &String) -> Event {
        Event::new("demand.merge", "demand", id)
            .with(json!({ "opinions": self.opinions }))
            .seen_by_all()
    }
}

/// Takes an opinion out of its demand.
pub struct TakeOut {
    /// The opinion.
    pub opinion: String,
}

impl UseCase for TakeOut {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageDemands)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let opinion = rows::opinion(tx, &ctx.organization, &self.opinion).await?;
        let opinion = opinion.ok_or_else(|| Problem::not_found("problem.not_found"))?;
        ctx.require(Permission::ManageDemands, scope_of(opinion.unit_id.as_deref()))?;
        rows::place_opinion(tx, &ctx.organization, &self.opinion, None).await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new("demand.take_out", "opinion", &self.opinion).seen_by_all()
    }
}

/// Names a demand anew, shows or hides it.
pub struct WriteDemand {
    /// The demand.
    pub id: String,
    /// What is asked for, in one line.
    pub title: String,
    /// Strangers may read it.
    pub public: bool,
}

impl UseCase for WriteDemand {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageDemands)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let demand = find_own(ctx, tx, &self.id).await?;
        let title = self.title.trim();
        check_title(title)?;
        // A declined demand stands in public with its reason (N7).
        if !self.public && demand.state == DemandState::Declined.name() {
            return Err(Problem::conflict("problem.demand.declined_is_public")
                .on("public")
                .into());
        }
        rows::write_demand(tx, &ctx.organization, &self.id, title, self.public).await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new("demand.write", "demand", &self.id)
            .with(json!({ "title": self.title.trim(), "public": self.public }))
            .seen_by_all()
    }
}

/// How a demand is settled.
#[derive(Clone, Debug)]
pub enum Settle {
    /// The items that answer it settle it.
    Answer,
    /// It is not taken up; the reason is public.
    Decline(String),
    /// It is open again.
    Reopen,
}

/// Settles a demand.
pub struct SettleDemand {
    /// The demand.
    pub id: String,
    /// How.
    pub how: Settle,
}

impl UseCase for SettleDemand {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageDemands)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let demand = find_own(ctx, tx, &self.id).await?;
        let before = DemandState::from_name(&demand.state).unwrap_or(DemandState::Open);
        let (after, reason, public) = match &self.how {
            Settle::Answer => (before.answer(demand.items)?, "", demand.public),
            Settle::Decline(reason) => (before.decline(reason)?, reason.trim(), true),
            Settle::Reopen => (before.reopen()?, "", demand.public),
        };
        let settled = Settled {
            state: after.name(),
            reason,
            public,
        };
        rows::settle(
            tx,
            &ctx.organization,
            &self.id,
            settled,
            &ctx.actor.account,
            ctx.now,
        )
        .await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        let (act, reason) = match &self.how {
            Settle::Answer => ("demand.answer", ""),
            Settle::Decline(reason) => ("demand.decline", reason.as_str()),
            Settle::Reopen => ("demand.reopen", ""),
        };
        Event::new(act, "demand", &self.id)
            .with(json!({ "reason": reason }))
            .seen_by_all()
    }
}
