//! Promising together (N4): whom a colleague names in an item, he finds the item beside his own form and takes it over
//! with one press.

use super::{DraftItem, Filed, Subject};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::access::{Permission, Scope, may};
use domain::pledge::{is_named, seen_by};
use store::Tx;
use store::pledge as rows;

/// An item that a colleague promises together with the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JointItem {
    /// Whose it is.
    pub name: String,
    /// The item as he handed it in, with its partners seen from the reader.
    pub item: DraftItem,
}

/// Whether the reader types, or may type, this form for a member of the unit.
fn typed_for(ctx: &Ctx, unit: &str, filed: Option<&Filed>) -> bool {
    filed.is_none_or(|f| f.row.on_behalf_by.is_some())
        && may(&ctx.actor, Permission::FileOnBehalf, Scope::Unit(unit))
}

/// What is [`asked`], while the form is written by its pledger or by whoever types it for him.
///
/// # Errors
/// Whatever the database reports.
pub(super) async fn beside(
    ctx: &Ctx,
    tx: &mut Tx,
    campaign: &str,
    subject: &Subject,
    filed: Option<&Filed>,
) -> Result<Vec<JointItem>> {
    let own = subject.person.as_ref().map(|p| &p.id) == ctx.actor.person.as_ref();
    let written = filed.is_none_or(|f| f.state.state.is_editable());
    match written && (own || typed_for(ctx, &subject.unit.id, filed)) {
        true => asked(ctx, tx, campaign, subject, filed).await,
        false => Ok(Vec::new()),
    }
}

/// What colleagues of the branch promise together with a person and he has not taken over.
///
/// # Errors
/// Whatever the database reports.
pub(super) async fn asked(
    ctx: &Ctx,
    tx: &mut Tx,
    campaign: &str,
    subject: &Subject,
    filed: Option<&Filed>,
) -> Result<Vec<JointItem>> {
    let Some(person) = &subject.person else {
        return Ok(Vec::new());
    };
    let unit = filed.map_or(subject.unit.id.as_str(), |f| f.row.unit_id.as_str());
    let forms = rows::joint_forms(tx, &ctx.organization, campaign, unit).await?;
    if forms.is_empty() {
        return Ok(Vec::new());
    }
    let people = store::person::of_unit(tx, &ctx.organization, unit).await?;
    let own = filed.map(|f| f.draft.items.as_slice()).unwrap_or_default();
    let taken = |author: &str| own.iter().any(|i| i.item.joint.contains(author));
    let mut out = Vec::new();
    for form in forms
        .iter()
        .filter(|f| f.person_id != person.id && !taken(&f.name))
    {
        let items: Vec<DraftItem> = serde_json::from_str(&form.items).map_err(Error::bug)?;
        for mut item in items {
            let others = people.iter().map(|p| p.name.as_str());
            if is_named(&item.item.joint, &person.name, others) {
                item.item.joint = seen_by(&item.item.joint, &person.name, &form.name);
                out.push(JointItem {
                    name: form.name.clone(),
                    item,
                });
            }
        }
    }
    Ok(out)
}
