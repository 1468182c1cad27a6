//! What a new version of a pledge finds in force.

use super::draft::Edit;
use super::{Draft, DraftItem};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::ids::{DemandId, ItemId, KindId};
use domain::pledge::{CommitmentItem, Standing};
use domain::problem::Problem;
use jiff::civil::Date;
use store::Tx;
use store::pledge::{Item, Pledge};

/// The items in force of a pledge; none before the first confirmation.
pub(crate) async fn standing(ctx: &Ctx, tx: &mut Tx, pledge: &str) -> Result<Vec<Standing>> {
    let items = store::pledge::items(tx, &ctx.organization, pledge).await?;
    items.into_iter().map(|item| of(item, ctx.today)).collect()
}

/// Refuses to take an item out of a draft that has a result: once gone it could not come back as the same.
pub(super) async fn stays(ctx: &Ctx, tx: &mut Tx, pledge: &str, edit: &Edit) -> Result<()> {
    let all = standing(ctx, tx, pledge).await?;
    match all.iter().find(|s| s.must_stay() && edit.removes(s.id.as_str())) {
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
        reported: item.last_report_on.is_some(),
        due_date,
    })
}

/// Puts an item back into a draft as it is in force, in its place where the draft still has it.
pub(super) async fn put_back(
    ctx: &Ctx,
    tx: &mut Tx,
    row: &mut Pledge,
    item: &str,
) -> Result<(String, Draft)> {
    let all = standing(ctx, tx, &row.id).await?;
    let mut draft = Draft::of(row)?;
    let Some(before) = all.iter().find(|s| s.id.as_str() == item) else {
        return Err(Problem::not_found("problem.not_found").into());
    };
    let old = as_it_was(&draft, before);
    match draft.items.iter_mut().find(|i| i.item.id == before.id) {
        Some(now) => *now = old,
        None => draft.items.push(old),
    }
    draft.write(row)?;
    Ok((item.to_owned(), draft))
}

/// An item as it is in force. What the draft knows beside the text (the model sentence, with whom) stays where the text is
/// the same.
pub(super) fn as_it_was(draft: &Draft, before: &Standing) -> DraftItem {
    let now = draft.items.iter().find(|i| i.item.id == before.id);
    let form = draft.form("", false);
    if let Some(now) = now.filter(|i| before.same(&form, &i.item)) {
        return DraftItem {
            item: CommitmentItem {
                due_date: Some(before.due_date),
                ..now.item.clone()
            },
            due_typed: before.due_date.to_string(),
            ..now.clone()
        };
    }
    DraftItem {
        item: CommitmentItem {
            id: before.id.clone(),
            kind: before.kind.clone(),
            content: before.content.clone(),
            measure: before.measure.clone(),
            beneficiary: before.beneficiary.clone(),
            due_date: Some(before.due_date),
            demand: before.demand.clone(),
            joint: now.map(|i| i.item.joint.clone()).unwrap_or_default(),
        },
        due_typed: before.due_date.to_string(),
        sentence: String::new(),
        blanks: vec![],
        rest: before.content.clone(),
    }
}
