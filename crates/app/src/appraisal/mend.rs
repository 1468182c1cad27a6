//! A round set by mistake is put right: its name and days until the result is frozen, its voices and the round itself
//! only while nobody has said anything in it.

use super::round::Typed;
use super::{Round, find_round};
use crate::campaign;
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::access::{Permission, Scope};
use domain::appraisal::RoundState;
use domain::problem::Problem;
use store::Tx;
use store::appraisal as rows;

/// What has come in so far, which decides what of a round can still be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Nothing, and no ballot code is printed.
    Nothing,
    /// Codes are printed, none is used: their voices stay, the round may go.
    CodesPrinted,
    /// A voice has spoken or a ballot is cast: nothing said is ever thrown away.
    Voices,
}

impl Heard {
    pub(super) fn of(entries: &[rows::Entry], codes: &[rows::CodeCount]) -> Heard {
        if !entries.is_empty() || codes.iter().any(|c| c.used > 0) {
            Heard::Voices
        } else if codes.is_empty() {
            Heard::Nothing
        } else {
            Heard::CodesPrinted
        }
    }

    async fn in_round(ctx: &Ctx, tx: &mut Tx, round: &str) -> Result<Heard> {
        let entries = rows::entries(tx, &ctx.organization, round).await?;
        let codes = rows::code_counts(tx, &ctx.organization, round).await?;
        Ok(Heard::of(&entries, &codes))
    }
}

/// The round, unless its result is frozen: a frozen result names its days and rules for ever.
async fn unfrozen(ctx: &Ctx, tx: &mut Tx, id: &str) -> Result<Round> {
    ctx.require(Permission::ManageAppraisal, Scope::Organization)?;
    let round = find_round(ctx, tx, id).await?;
    if round.state == RoundState::Frozen {
        return Err(Problem::conflict("problem.appraisal.frozen").into());
    }
    Ok(round)
}

/// Changes name and days of a round, and its voices while none has spoken.
pub struct MendRound {
    /// The round.
    pub round: String,
    /// Name, days and voices; voices are left as they are when `None`.
    pub typed: Typed,
}

impl UseCase for MendRound {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageAppraisal)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let round = unfrozen(ctx, tx, &self.round).await?;
        let (title, opens_on, closes_on) = self.typed.read(ctx.today)?;
        let mut row = round.row;
        if self.typed.voices.is_some() {
            let campaign = campaign::by_id(ctx, tx, &row.campaign_id).await?;
            let scale = self.typed.scale(&campaign, &row.cadence)?;
            let same = scale.weights.keys().eq(round.scale.weights.keys());
            if !same && Heard::in_round(ctx, tx, &self.round).await? != Heard::Nothing {
                return Err(Problem::conflict("problem.appraisal.voices_heard")
                    .on("voices")
                    .into());
            }
            if !same {
                row.scale = serde_json::to_string(&scale).map_err(Error::bug)?;
            }
        }
        (row.title, row.opens_on, row.closes_on) = (title, opens_on.to_string(), closes_on.to_string());
        match rows::mend_round(tx, &ctx.organization, &row).await? {
            0 => Err(Problem::conflict("problem.appraisal.frozen").into()),
            _ => Ok(()),
        }
    }
    fn event(&self, (): &()) -> Event {
        let days = serde_json::json!({ "title": self.typed.title.trim(),
            "opens_on": self.typed.opens_on, "closes_on": self.typed.closes_on });
        Event::new("appraisal.mend", "appraisal_round", self.round.as_str()).with(days)
    }
}

/// Takes back a round nobody has said anything in. Codes printed for it open nothing any more.
pub struct CancelRound {
    /// The round.
    pub round: String,
}

impl UseCase for CancelRound {
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageAppraisal)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        let round = unfrozen(ctx, tx, &self.round).await?;
        if Heard::in_round(ctx, tx, &self.round).await? == Heard::Voices {
            return Err(Problem::conflict("problem.appraisal.heard").into());
        }
        rows::drop_round(tx, &ctx.organization, &self.round).await?;
        Ok(round.row.title)
    }
    fn event(&self, title: &String) -> Event {
        Event::new("appraisal.cancel", "appraisal_round", self.round.as_str())
            .with(serde_json::json!({ "title": title }))
    }
}
