//! Campaigns that have ended: they stay public, and everybody finds them.

use super::{Counts, DayTexts};
use crate::campaign::{self, RunningCampaign};
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::campaign::CampaignState;
use store::Tx;
use store::public as rows;

/// An ended campaign with what became of it.
#[derive(Clone, Debug)]
pub struct PastCampaign {
    /// The campaign.
    pub campaign: RunningCampaign,
    /// Its items by state.
    pub counts: Counts,
}

/// Asks for the ended campaigns, the newest first.
pub struct FindPast;

impl Query for FindPast {
    type Out = Vec<PastCampaign>;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        let org = ctx.organization.as_str();
        let texts = DayTexts::of(ctx.today);
        let mut heads = store::campaign::all(tx, org).await?;
        heads.retain(|h| h.state == CampaignState::Closed.name());
        heads.sort_by_key(|h| std::cmp::Reverse(h.closed_at));
        let mut out = Vec::new();
        for head in heads {
            let tally = rows::tally(tx, org, &head.id, texts.days()).await?;
            out.push(PastCampaign {
                counts: Counts::sum(&tally),
                campaign: campaign::by_id(ctx, tx, &head.id).await?,
            });
        }
        Ok(out)
    }
}
