//! What a new version of a pledge finds in force.

use super::draft::Edit;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::ids::{DemandId, ItemId, KindId};
use domain::pledge::Standing;
use domain::problem::Problem;
use jiff::civil::Date;
use store::Tx;
use store::pledge::Item;

/// The items in force of a pledge; none before the first confirmation.
pub(crate) async fn standing(ctx: &Ctx, tx: &mut Tx, pledge: &str) -> Result<Vec<Standing>> {
    let items = store::pledge::items(tx, &ctx.organization, pledge).await?;
    items.into_iter().map(|item| of(item, ctx.today)).collect()
}

/// Refuses to take an item out of a draft that has a result: once gone it could not come back as the same.
pub(super) async fn stays(ctx: &Ctx, tx: &mut Tx, pledge: &str, edit: &Edit) -> Result<()> {
    let all = standing(ctx, tx, pledge).await?;
    match all.iter().find(|s| s.settled && edit.removes(s.id.as_str())) {
        None => Ok(()),
        Some(kept) => Err(Problem::conflict("problem.pledge.settled_kept")
            .with("text", &kept.content)
            .into()),
    }
}

/// An item in force as the rules see it.
pub(crate) fn of(item: Item, today: Date) -> Result<Standing> {
    let due_date: Date = item.due_on.parse().map_err(Error::bug)?;
    let known = item.claim.is_some() || item.verdict.is_some() || item.rectifying;
    Ok(Standing {
        id: ItemId::parse(item.id)?,
        kind: KindId::parse(item.kind)?,
        content: item.content,
        measure: item.measure,
        beneficiary: item.beneficiary,
        demand: item.demand_id.map(DemandId::parse).transpose()?,
        settled: known || due_date < today,
        due_date,
    })
}
