//! New versions of what is confirmed or public: what they leave in force, and giving one up (PRODUCT.md 3.1).

use super::standing::{as_it_was, standing};
use super::submit::came_back_unchanged;
use super::{Draft, header_of, load, put_state, state_of};
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::ids::DemandId;
use domain::pledge::{PledgeState, Standing, VersionContent, says_what_holds};
use domain::problem::Problem;
use domain::text::{TextRule, check_text};
use store::Tx;
use store::pledge as rows;

/// Longest reason, in characters.
const REASON_MAX: usize = 500;

/// Where a pledge stood before the new version that is being written, and the round that holds there; `None` where none is
/// in force.
async fn stood(
    ctx: &Ctx,
    tx: &mut Tx,
    row: &rows::Pledge,
) -> Result<Option<(PledgeState, rows::PledgeVersion)>> {
    let Some(confirmed) = row.confirmed_at else {
        return Ok(None);
    };
    let org = &ctx.organization;
    let (versions, decisions) = (
        rows::versions(tx, org, &row.id).await?,
        rows::decisions(tx, org, &row.id).await?,
    );
    // A round whose last word was a confirmation was confirmed as a whole, but one that still waits for its next step.
    let open = |round| row.state == "submitted" && round == row.round;
    let last = |round| decisions.iter().rfind(|d| d.round == round);
    let whole =
        |v: &rows::PledgeVersion| !open(v.round) && last(v.round).is_some_and(|d| d.verdict == "confirm");
    let Some(version) = versions.into_iter().filter(whole).max_by_key(|v| v.round) else {
        return Ok(None);
    };
    let round = u32::try_from(version.round).map_err(Error::bug)?;
    let public = store::public::pledge(tx, &ctx.organization, &row.id).await?;
    let state = match public {
        // The public text may be of an earlier round than the confirmed one.
        Some(p) if p.published_at < confirmed => PledgeState::Confirmed { round },
        Some(p) if p.taken_down_at.is_some() => PledgeState::Withdrawn { round },
        Some(_) => PledgeState::Published { round },
        None => PledgeState::Confirmed { round },
    };
    Ok(Some((state, version)))
}

/// Where a pledge stood before the new version that is being written or reviewed; `None` where no version is in force or
/// no new one is under way.
pub(super) async fn amended(ctx: &Ctx, tx: &mut Tx, row: &rows::Pledge) -> Result<Option<PledgeState>> {
    if !matches!(row.state.as_str(), "draft" | "returned" | "submitted") {
        return Ok(None);
    }
    Ok(stood(ctx, tx, row).await?.map(|(state, _)| state))
}

/// Whether a new version that is handed in says nothing but what is in force. What was taken down, or may no longer be
/// public, is handed in as it is to become public again.
async fn says_nothing_new(ctx: &Ctx, tx: &mut Tx, row: &rows::Pledge, draft: &Draft) -> Result<bool> {
    if row.consent_withdrawn_at.is_some() {
        return Ok(false);
    }
    let Some((before, version)) = stood(ctx, tx, row).await? else {
        return Ok(false);
    };
    if matches!(before, PledgeState::Withdrawn { .. }) {
        return Ok(false);
    }
    let content: VersionContent = serde_json::from_str(&version.content).map_err(Error::bug)?;
    let all = standing(ctx, tx, &row.id).await?;
    Ok(says_what_holds(&draft.form("", false), &all, &content))
}

/// Why a form is not handed in as it lies: an amendment that changes nothing, or a form that came back and was not changed,
/// unless its writer says that he means it.
pub(super) async fn not_changed(
    ctx: &Ctx,
    tx: &mut Tx,
    row: &rows::Pledge,
    draft: &Draft,
    meant: bool,
) -> Result<Option<Problem>> {
    if says_nothing_new(ctx, tx, row, draft).await? {
        return Ok(Some(
            Problem::invalid("problem.pledge.amends_nothing").on("items"),
        ));
    }
    if !meant && came_back_unchanged(ctx, tx, row, draft).await? {
        return Ok(Some(Problem::invalid("problem.pledge.unchanged").on("unchanged")));
    }
    Ok(None)
}

/// Gives up a new version while it is written or was returned: the pledge is again as it was.
pub struct GiveUpAmendment {
    /// The pledge.
    pub pledge: String,
    /// Why; may be empty.
    pub reason: String,
}

impl UseCase for GiveUpAmendment {
    type Out = ();
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let mut row = load(ctx, tx, &self.pledge).await?;
        check_text("reason", &self.reason, TextRule::area(REASON_MAX).optional())?;
        let now = state_of(&row)?;
        let Some((before, version)) = stood(ctx, tx, &row).await? else {
            return Err(Problem::conflict("problem.pledge.not_given_up").into());
        };
        let state = now.give_up(before)?;
        let all = standing(ctx, tx, &row.id).await?;
        let handed_in = row.round > version.round;
        let answered = restore(&mut row, &version, &all)?;
        if handed_in {
            let org = &ctx.organization;
            for demand in answered {
                store::demand::release(tx, org, demand.as_str(), &row.pledger_id, ctx.now).await?;
            }
            row.consent_at = row
                .consent_at
                .and(row.on_behalf_confirmed_at.or(Some(version.submitted_at)));
            // The consent was given to a text that will not be public; what was taken down stays down.
            if matches!(before, PledgeState::Withdrawn { .. }) {
                row.consent_withdrawn_at = Some(ctx.now);
            }
        }
        row.updated_at = ctx.now;
        let revision = row.revision;
        rows::write_draft(tx, &ctx.organization, &row, revision).await?;
        put_state(&mut row, state);
        row.submitted_at = Some(version.submitted_at);
        Ok(rows::write_state(tx, &ctx.organization, &row).await?)
    }
    fn event(&self, (): &()) -> Event {
        Event::new("pledge.give_up_amendment", "pledge", &self.pledge)
            .with(serde_json::json!({ "reason": self.reason.trim() }))
    }
}

/// Puts the text in force back into a row; gives the demands that only the new version answered.
fn restore(row: &mut rows::Pledge, version: &rows::PledgeVersion, all: &[Standing]) -> Result<Vec<DemandId>> {
    let content: VersionContent = serde_json::from_str(&version.content).map_err(Error::bug)?;
    let mut draft = Draft::of(row)?;
    let demands = draft.items.iter().filter_map(|i| i.item.demand.clone());
    let only_new = demands.filter(|d| all.iter().all(|s| s.demand.as_ref() != Some(d)));
    let only_new: Vec<DemandId> = only_new.collect();
    draft.items = all.iter().map(|s| as_it_was(&draft, s)).collect();
    // The box of the form was the last of its days, or none.
    draft.due_date = draft
        .due_date
        .filter(|day| all.iter().map(|s| s.due_date).max() == Some(*day));
    draft.pledged_on = content.pledged_on;
    draft.channels = content.channels.iter().map(ToString::to_string).collect();
    draft.write(row)?;
    row.signed_name.clone_from(&version.signed_name);
    let mut header = header_of(row)?;
    header.amendment.clear();
    row.header = serde_json::to_string(&header).map_err(Error::bug)?;
    Ok(only_new)
}
