//! Units and people as they stood when a campaign ended: who leaves, moves or merges afterwards changes none of its
//! figures (N3, PRODUCT.md 3.5).

use crate::campaign::RunningCampaign;
use crate::ctx::Ctx;
use crate::error::Result;
use store::Tx;
use store::organization::Unit;
use store::person::Person;

/// The units that are there; of an ended campaign those that were there when it ended.
pub(super) async fn units(ctx: &Ctx, tx: &mut Tx, campaign: &RunningCampaign) -> Result<Vec<Unit>> {
    let org = &ctx.organization;
    let Some(closed) = campaign.closed_at else {
        return Ok(store::organization::units(tx, org).await?);
    };
    let mut all = store::organization::all_units(tx, org).await?;
    let endings = store::organization::endings(tx, org).await?;
    all.retain(|unit| {
        let ended = endings.iter().find(|e| e.id == unit.id);
        ended.is_none_or(|e| e.closed_at > closed)
    });
    Ok(all)
}

/// The people that are there, those of one unit where it is named; of an ended campaign those of its last day, each in the
/// unit he was in.
pub(super) async fn people(
    ctx: &Ctx,
    tx: &mut Tx,
    campaign: &RunningCampaign,
    units: &[Unit],
) -> Result<Vec<Person>> {
    let org = &ctx.organization;
    match (campaign.closed_at, units) {
        (Some(closed), _) => {
            let last = ctx.date_of(closed).to_string();
            Ok(store::person::as_of(tx, org, &last).await?)
        }
        (None, [one]) => Ok(store::person::of_unit(tx, org, &one.id).await?),
        (None, _) => Ok(store::person::all(tx, org, false).await?),
    }
}
