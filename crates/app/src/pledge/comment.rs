//! Remarks on a form while it is written.

use super::along::may_write;
use super::draft::WORDS_MAX;
use super::{missing, state_of};
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Permission, Role, Scope, may};
use domain::problem::Problem;
use domain::text::{TextRule, check_text};
use store::Tx;
use store::pledge as rows;

/// Says something about a form that is being written.
pub struct AddComment {
    /// The pledge.
    pub pledge: String,
    /// The words.
    pub words: String,
}

/// Who sees a form while it is written and may remark on it: its writer, the branch's secretary, and for the
/// branch's own form everybody of the branch.
pub(super) fn may_remark(ctx: &Ctx, row: &rows::Pledge) -> bool {
    let unit = row.unit_id.as_str();
    let writes = super::authorise(ctx, row).is_ok();
    let secretary = ctx.actor.has(Role::BranchSecretary)
        && may(&ctx.actor, Permission::ReviewMemberPledge, Scope::Unit(unit));
    let colleague = row.person_id.is_none()
        && ctx.actor.unit.as_deref() == Some(unit)
        && may(&ctx.actor, Permission::CommentOnDraft, Scope::Any);
    writes || secretary || colleague
}

impl UseCase for AddComment {
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::CommentOnDraft)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        let row = rows::by_id(tx, &ctx.organization, &self.pledge).await?;
        let row = super::moved::at_hand(ctx, tx, row.ok_or_else(missing)?).await?;
        let row = match may_remark(ctx, &row) {
            true => row,
            false => may_write(ctx, tx, row).await?,
        };
        check_text("words", &self.words, TextRule::area(WORDS_MAX))?;
        if !state_of(&row)?.state.is_editable() {
            return Err(Problem::conflict("problem.pledge.not_editable")
                .with("state", row.state)
                .into());
        }
        let comment = rows::PledgeComment {
            id: ctx.id(),
            pledge_id: row.id,
            words: self.words.trim().to_owned(),
            said_by: ctx.actor.account.clone(),
            said_name: ctx.actor.name.clone(),
            said_at: ctx.now,
        };
        rows::add_comment(tx, &ctx.organization, &comment).await?;
        Ok(comment.id)
    }
    fn event(&self, _: &String) -> Event {
        Event::new("pledge.comment", "pledge", &self.pledge)
    }
}
