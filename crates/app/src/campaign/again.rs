//! Whether a campaign asks the same people the same things as another one of the same year: nobody is to be asked twice
//! (PRODUCT.md 3.10).

use super::{RunningCampaign, load};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::campaign::CampaignState;
use domain::campaign::burden::{Overlap, overlap};
use domain::organization::PersonClass;
use store::Tx;
use store::campaign as rows;

/// Another campaign that asks the same people the same things.
#[derive(Clone, Debug)]
pub struct AskedAgain {
    /// The other campaign.
    pub campaign: RunningCampaign,
    /// What both ask.
    pub overlap: Overlap,
    /// How many people of the roster both ask.
    pub people: usize,
}

/// A campaign closed so many days ago still counts as this year's.
const YEAR_DAYS: i64 = 365;

/// Campaigns that run, or were closed within a year, and ask the same people the same things as one that is not closed.
pub(super) async fn asked_again(ctx: &Ctx, tx: &mut Tx, own: &RunningCampaign) -> Result<Vec<AskedAgain>> {
    let mut out = Vec::new();
    if own.state == CampaignState::Closed {
        return Ok(out);
    }
    let since = ctx.now - YEAR_DAYS * 24 * 3_600_000_000;
    for row in rows::all(tx, &ctx.organization).await? {
        let draft = row.state == CampaignState::Draft.name();
        if row.id == own.id || draft || row.closed_at.is_some_and(|at| at < since) {
            continue;
        }
        let campaign = load(ctx, tx, row).await?;
        let Some(overlap) = overlap(&own.template, &campaign.template) else {
            continue;
        };
        let all = store::person::all(tx, &ctx.organization, false).await?;
        let both = |p: &&store::person::Person| {
            PersonClass::from_name(&p.class).is_some_and(|class| {
                own.template.scope.admits(class, p.leading_cadre)
                    && campaign.template.scope.admits(class, p.leading_cadre)
            })
        };
        out.push(AskedAgain {
            people: all.iter().filter(both).count(),
            overlap,
            campaign,
        });
    }
    Ok(out)
}
