//! What the last campaign left open becomes a demand of this one (N7).

use super::collect::id_from;
use super::{Opinion, in_reach, scope_of};
use crate::campaign::{self, RunningCampaign};
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::ledger::facts;
use domain::access::Permission;
use domain::demand::{DemandState, Source, TITLE_MAX};
use domain::problem::Problem;
use domain::progress::ItemState;
use jiff::civil::Date;
use serde_json::json;
use store::Tx;
use store::demand::{self as rows, NewDemand};

/// Something the last campaign left open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOver {
    /// `demand` or `item`.
    pub kind: &'static str,
    /// Id of the demand or item.
    pub id: String,
    /// The branch; `None` = the whole house.
    pub unit: Option<String>,
    /// Its words.
    pub words: String,
    /// Voices behind a demand, 1 for an item.
    pub voices: i64,
    /// How an item stands today; `None` for a demand.
    pub state: Option<ItemState>,
    /// When an item is due; `None` for a demand.
    pub due: Option<Date>,
    /// It is a demand of this campaign already.
    pub carried: bool,
}

impl LeftOver {
    /// Whether it is a promise that still runs: its day has not come and nobody says that it is not kept.
    #[must_use]
    pub fn runs(&self) -> bool {
        matches!(self.state, Some(ItemState::UnderWay | ItemState::NearDue))
    }
}

/// What the last campaign left open, with its title.
#[derive(Clone, Debug)]
pub struct CarryOverList {
    /// Title of the last campaign; `None` when this is the first.
    pub from: Option<String>,
    /// What is left.
    pub left: Vec<LeftOver>,
}

async fn last_campaign(
    ctx: &Ctx,
    tx: &mut Tx,
    now: &RunningCampaign,
) -> Result<Option<store::campaign::CampaignHead>> {
    let all = store::campaign::all(tx, &ctx.organization).await?;
    Ok(all
        .into_iter()
        .filter(|c| c.id != now.id && c.closed_at.is_some())
        .max_by_key(|c| c.closed_at))
}

fn left_item(i: rows::LeftItem, today: Date) -> LeftOver {
    let facts = facts(&i.due_on, i.claim.as_deref(), i.verdict.as_deref(), i.rectifying);
    LeftOver {
        kind: "item",
        id: i.id,
        unit: Some(i.unit_id),
        words: i.content,
        voices: 1,
        state: facts.map(|f| f.state(today)),
        due: facts.map(|f| f.due_date),
        carried: false,
    }
}

/// Asks for what the last campaign left open in reach of the asker.
pub struct ListLeftOver;

impl Query for ListLeftOver {
    type Out = CarryOverList;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageDemands)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<CarryOverList> {
        let now = campaign::require_current(ctx, tx).await?;
        let Some(last) = last_campaign(ctx, tx, &now).await? else {
            return Ok(CarryOverList {
                from: None,
                left: Vec::new(),
            });
        };
        let org = &ctx.organization;
        let here: Vec<String> = rows::demands(tx, org, &now.id)
            .await?
            .into_iter()
            .map(|d| d.id)
            .collect();
        let demands = rows::demands(tx, org, &last.id).await?;
        let open = demands
            .into_iter()
            .filter(|d| d.state == DemandState::Open.name());
        let mut left: Vec<LeftOver> = open
            .map(|d| LeftOver {
                kind: "demand",
                id: d.id,
                unit: d.unit_id,
                words: d.title,
                voices: d.voices,
                state: None,
                due: None,
                carried: false,
            })
            .collect();
        let items = rows::left_items(tx, org, &last.id).await?;
        left.extend(items.into_iter().map(|i| left_item(i, ctx.today)));
        left.retain(|l| in_reach(ctx, Permission::ManageDemands, l.unit.as_deref()));
        for one in &mut left {
            one.carried = here.contains(&id_from(&now.id, &one.id));
        }
        Ok(CarryOverList {
            from: Some(last.title),
            left,
        })
    }
}

/// Makes demands of this campaign from what the last one left open. What is carried over already stays as it is.
pub struct CarryOver {
    /// Ids of demands and items.
    pub ids: Vec<String>,
}

struct Old {
    campaign: String,
    unit: Option<String>,
    title: String,
    voices: i64,
    public: bool,
}

async fn old(ctx: &Ctx, tx: &mut Tx, id: &str) -> Result<Old> {
    if let Some(d) = rows::demand(tx, &ctx.organization, id).await? {
        return Ok(Old {
            campaign: d.campaign_id,
            unit: d.unit_id,
            title: d.title,
            voices: d.voices.max(1),
            public: d.public,
        });
    }
    let item = rows::item(tx, &ctx.organization, id).await?;
    let item = item.ok_or_else(|| Problem::not_found("problem.not_found"))?;
    Ok(Old {
        campaign: item.campaign_id,
        unit: Some(item.unit_id),
        title: item.content.chars().take(TITLE_MAX).collect(),
        voices: 1,
        // An item may never have been published: people decide.
        public: false,
    })
}

impl UseCase for CarryOver {
    type Out = u32;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageDemands)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<u32> {
        if self.ids.is_empty() {
            return Err(Problem::invalid("problem.demand.none_chosen").on("left").into());
        }
        let now = campaign::require_current(ctx, tx).await?;
        let mut carried = 0;
        for id in &self.ids {
            let old = old(ctx, tx, id).await?;
            ctx.require(Permission::ManageDemands, scope_of(old.unit.as_deref()))?;
            let new = id_from(&now.id, id);
            if old.campaign == now.id || rows::demand(tx, &ctx.organization, &new).await?.is_some() {
                continue;
            }
            let demand = NewDemand {
                id: &new,
                campaign: &now.id,
                unit: old.unit.as_deref(),
                title: &old.title,
                public: old.public,
            };
            rows::add_demand(tx, &ctx.organization, demand, &ctx.actor.account, ctx.now).await?;
            let opinion = Opinion {
                id: ctx.id(),
                campaign_id: now.id.clone(),
                unit_id: old.unit.clone(),
                source: Source::CarriedOver.name().to_owned(),
                words: old.title.clone(),
                voices: old.voices,
                said_on: ctx.today.to_string(),
                visit_id: None,
                demand_id: Some(new),
                set_aside: String::new(),
            };
            rows::add_opinion(tx, &ctx.organization, &opinion, Some(&ctx.actor.account), None).await?;
            carried += 1;
        }
        Ok(carried)
    }
    fn event(&self, carried: &u32) -> Event {
        Event::new("demand.carry_over", "demand", "")
            .with(json!({ "from": self.ids, "carried": carried }))
            .seen_by_all()
    }
}
