//! Pledges of people who changed the branch: what was handed in goes its way where it was handed in, what is in force stays
//! where it was made, and a new version of it is written, reviewed and published where the person is now.

use super::{authorise, header_of, missing};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::access::{Permission, Scope, may};
use store::Tx;
use store::pledge as rows;

/// A stored pledge in the branch to which its text at hand belongs.
///
/// # Errors
/// Whatever the database reports.
pub(super) async fn at_hand(ctx: &Ctx, tx: &mut Tx, mut row: rows::Pledge) -> Result<rows::Pledge> {
    // Without a version in force nothing has moved: the way to the database is saved for drafts that are being written.
    if row.person_id.is_some() && row.confirmed_at.is_some() {
        let home = rows::home(tx, &ctx.organization, &row.id).await?;
        row.unit_id = home.unwrap_or(row.unit_id);
    }
    Ok(row)
}

/// Whether the actor may type for the person whose form it is: that is a matter of the branch in which the person is now,
/// wherever the form was handed in.
///
/// # Errors
/// `problem.not_found`.
pub(super) async fn types_for(ctx: &Ctx, tx: &mut Tx, row: &rows::Pledge) -> Result<()> {
    let person = match row.person_id.as_deref() {
        Some(person) => store::person::by_id(tx, &ctx.organization, person).await?,
        None => None,
    };
    let unit = person.map_or(row.unit_id.clone(), |p| p.unit_id);
    match may(&ctx.actor, Permission::FileOnBehalf, Scope::Unit(&unit)) {
        true => Ok(()),
        false => Err(missing()),
    }
}

/// Whether the actor may write this form, as [`authorise`] says, or types it for the person.
///
/// # Errors
/// `problem.not_found`.
pub(super) async fn may_write(ctx: &Ctx, tx: &mut Tx, row: &rows::Pledge) -> Result<()> {
    match row.on_behalf_by.is_some() && row.person_id != ctx.actor.person {
        true => types_for(ctx, tx, row).await,
        false => authorise(ctx, row),
    }
}

/// The version that is being confirmed is that of the branch in which it was reviewed: the pledge stands there from now
/// on, and its paper names that branch.
///
/// # Errors
/// Whatever the database reports.
pub(crate) async fn settle(ctx: &Ctx, tx: &mut Tx, row: &mut rows::Pledge, unit: &str) -> Result<()> {
    if row.unit_id == unit {
        return Ok(());
    }
    let found = store::organization::unit(tx, &ctx.organization, unit).await?;
    unit.clone_into(&mut row.unit_id);
    let mut header = header_of(row)?;
    header.unit = found.map_or(header.unit, |u| u.name);
    row.header = serde_json::to_string(&header).map_err(Error::bug)?;
    Ok(rows::settle_in(tx, &ctx.organization, row).await?)
}
