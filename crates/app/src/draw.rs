//! Random draws anyone can carry out again (N17): freeze and announce, then enter the public seed, then check.

mod act;
mod read;

pub use act::{DeclareVoid, EnterSeed, FreezeDraw};
pub(crate) use read::grouped;
pub use read::{
    Candidate, DrawPlan, DrawView, FindDraw, ListDraws, Listed, PlanDraw, Replayed, Shown, Unit, replay_file,
    replayed,
};

use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::draw::{Draw, DrawState, Frozen, Inspector, PoolEntry, Recusal};
use domain::problem::Problem;
use serde::{Deserialize, Serialize};
use store::Tx;
use store::inspection as rows;

/// Which public items make the pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PoolKind {
    /// Every public item.
    #[default]
    All,
    /// Reported kept by their pledgers.
    ClaimedKept,
    /// Past due and nothing reported.
    Overdue,
    /// Never checked.
    Unchecked,
}

impl PoolKind {
    /// All, in the order of the form.
    pub const ALL: [PoolKind; 4] = [Self::All, Self::ClaimedKept, Self::Overdue, Self::Unchecked];

    /// The identifier forms use.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::ClaimedKept => "claimed_kept",
            Self::Overdue => "overdue",
            Self::Unchecked => "unchecked",
        }
    }

    /// Reads an identifier; what is unknown means every item.
    pub fn from_name(name: &str) -> PoolKind {
        Self::ALL
            .into_iter()
            .find(|k| k.name() == name)
            .unwrap_or_default()
    }

    fn holds(self, item: &rows::Poolable, today: &str) -> bool {
        match self {
            Self::All => true,
            Self::ClaimedKept => item.claim.as_deref() == Some("kept"),
            Self::Overdue => item.claim.is_none() && item.verdict.is_none() && item.due_on.as_str() < today,
            Self::Unchecked => item.verdict.is_none(),
        }
    }
}

/// An inspector as a draw keeps him: with the name that is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedInspector {
    /// The person.
    pub id: String,
    /// The person's branch.
    pub unit: String,
    /// The name.
    pub name: String,
}

/// What the column `inspectors` holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspectors {
    /// Who can be drawn.
    pub inspectors: Vec<NamedInspector>,
    /// Who may not check which branch, beyond his own.
    pub recusals: Vec<Recusal>,
}

/// A stored draw as the rules look at it.
pub(crate) fn draw_of(row: &rows::Draw) -> Result<(Draw, Inspectors)> {
    let kept: Inspectors = serde_json::from_str(&row.inspectors).map_err(Error::bug)?;
    let number = |n: i64| u32::try_from(n).map_err(Error::bug);
    let entry = |line: &str| {
        line.split_once('\t').map(|(stratum, id)| PoolEntry {
            stratum: stratum.to_owned(),
            id: id.to_owned(),
        })
    };
    let frozen = Frozen {
        pool: row.pool.lines().filter_map(entry).collect(),
        inspectors: kept
            .inspectors
            .iter()
            .map(|i| Inspector {
                unit: i.unit.clone(),
                id: i.id.clone(),
            })
            .collect(),
        recusals: kept.recusals.clone(),
        sample: number(row.sample)?,
        minimum: number(row.minimum)?,
        inspectors_per_stratum: number(row.inspector_count)?,
        seed_source: row.seed_source.clone(),
    };
    let mut frozen = frozen;
    frozen.inspectors.sort();
    let state = match (&row.seed, row.void_reason.as_str()) {
        (None, "") => DrawState::Frozen,
        (Some(seed), "") => DrawState::Drawn { seed: seed.clone() },
        (seed, reason) => DrawState::Void {
            reason: reason.to_owned(),
            seed: seed.clone(),
        },
    };
    Ok((Draw { frozen, state }, kept))
}

async fn load(ctx: &Ctx, tx: &mut Tx, id: &str) -> Result<rows::Draw> {
    let row = rows::draw(tx, &ctx.organization, id).await?;
    Ok(row.ok_or_else(|| Problem::not_found("problem.not_found"))?)
}
