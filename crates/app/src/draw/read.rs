//! What draws show: the list, one draw for strangers, the form of a new one, the replay of a file.

use super::{Inspectors, PoolKind, draw_of, load};
use crate::campaign::{self, RunningCampaign, require_current};
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::access::Permission;
use domain::draw::{DrawFile, DrawState, Replay, replay};
use domain::problem::Problem;
use std::collections::BTreeMap;
use store::Tx;
use store::inspection as rows;
pub use store::inspection::Candidate;
pub use store::organization::Unit;

/// A draw in the list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The row.
    pub row: rows::Draw,
    /// Items in the pool.
    pub pool: usize,
}

/// Lists the draws of the campaign, void ones too.
pub struct ListDraws;

impl Query for ListDraws {
    type Out = Vec<Listed>;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Vec<Listed>> {
        let Some(campaign) = campaign::shown(ctx, tx).await? else {
            return Ok(vec![]);
        };
        let all = rows::draws(tx, &ctx.organization, &campaign.id).await?;
        Ok(all
            .into_iter()
            .map(|row| Listed {
                pool: row.pool.lines().count(),
                row,
            })
            .collect())
    }
}

/// A drawn item as strangers see it; what was taken down since shows its id alone.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The item.
    pub id: String,
    /// Its branch.
    pub unit: String,
    /// How many items of the branch were in the pool, and its number among them.
    pub place: (usize, usize),
    /// The pledge and the words, while they are public.
    pub public: Option<(String, String)>,
    /// Names of the inspectors drawn.
    pub inspectors: Vec<String>,
    /// Names of those who may not check this branch although they are in the pool.
    pub excused: Vec<String>,
    /// What was found, once it is recorded.
    pub finding: Option<String>,
    /// The check in the calendar.
    pub inspection: Option<String>,
}

/// A draw as strangers see it.
#[derive(Clone, Debug)]
pub struct DrawView {
    /// The row.
    pub row: rows::Draw,
    /// Everything anybody needs to carry it out again.
    pub file: DrawFile,
    /// Where it stands.
    pub state: DrawState,
    /// Names of branches by id.
    pub units: BTreeMap<String, String>,
    /// Items of the pool by branch.
    pub strata: BTreeMap<String, usize>,
    /// The pool of inspectors.
    pub inspectors: Inspectors,
    /// What was drawn.
    pub drawn: Vec<Shown>,
}

impl DrawView {
    /// The name of a branch.
    pub fn unit(&self, id: &str) -> String {
        self.units.get(id).cloned().unwrap_or_else(|| id.to_owned())
    }
}

/// Opens a draw. What is frozen is public from the first moment (RD-01).
pub struct FindDraw(pub String);

impl Query for FindDraw {
    type Out = DrawView;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<DrawView> {
        let org = ctx.organization.as_str();
        let row = load(ctx, tx, &self.0).await?;
        let (draw, inspectors) = draw_of(&row)?;
        let units = store::organization::all_units(tx, org).await?;
        let units: BTreeMap<String, String> = units.into_iter().map(|u| (u.id, u.name)).collect();
        let mut strata = BTreeMap::new();
        for entry in &draw.frozen.pool {
            *strata.entry(entry.stratum.clone()).or_insert(0) += 1;
        }
        let checks = rows::of_draw(tx, org, &row.id).await?;
        let file = DrawFile::of(&draw);
        let mut drawn = Vec::new();
        for item in &file.items {
            let public = store::progress::followed(tx, org, &item.id).await?;
            let public = match public {
                Some(f) => store::public::pledge(tx, org, &f.pledge_id)
                    .await?
                    .filter(|p| p.taken_down_at.is_none())
                    .map(|p| (p.id, f.content)),
                None => None,
            };
            let check = checks.iter().find(|c| c.item_id.as_deref() == Some(&item.id));
            let finding = match check {
                Some(c) => {
                    let mut records = rows::records(tx, org, &c.id).await?;
                    records.retain(crate::inspection::stands);
                    records.pop().map(|r| r.finding)
                }
                None => None,
            };
            drawn.push(Shown {
                id: item.id.clone(),
                unit: item.stratum.clone(),
                place: (item.of, item.number),
                public,
                inspectors: names(&inspectors, |id| {
                    file.drawn_inspectors
                        .iter()
                        .any(|d| d.stratum == item.stratum && d.id == id)
                }),
                excused: names(&inspectors, |id| {
                    !draw.frozen.eligible(&item.stratum).contains(&id)
                }),
                finding,
                inspection: check.map(|c| c.id.clone()),
            });
        }
        Ok(DrawView {
            row,
            file,
            state: draw.state,
            units,
            strata,
            inspectors,
            drawn,
        })
    }
}

fn names(pool: &Inspectors, mut chosen: impl FnMut(&str) -> bool) -> Vec<String> {
    pool.inspectors
        .iter()
        .filter(|i| chosen(&i.id))
        .map(|i| i.name.clone())
        .collect()
}

/// What the form of a new draw offers.
#[derive(Clone, Debug)]
pub struct DrawPlan {
    /// The campaign.
    pub campaign: RunningCampaign,
    /// The branches with their public items.
    pub units: Vec<(Unit, usize)>,
    /// Public items by kind of pool.
    pub pools: Vec<(PoolKind, usize)>,
    /// Who can be asked to inspect: each person once, with his roles.
    pub candidates: Vec<(Candidate, Vec<String>)>,
}

/// Opens the form of a new draw.
pub struct PlanDraw;

impl Query for PlanDraw {
    type Out = DrawPlan;
    fn needs(&self) -> Need {
        Need::Permission(Permission::DrawSample)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<DrawPlan> {
        let campaign = require_current(ctx, tx).await?;
        let items = rows::poolable(tx, &ctx.organization, &campaign.id).await?;
        let units = store::organization::units_of_kind(tx, &ctx.organization, "party_branch").await?;
        let today = ctx.today.to_string();
        let count = |unit: &Unit| items.iter().filter(|i| i.unit_id == unit.id).count();
        let pools = PoolKind::ALL.map(|k| (k, items.iter().filter(|i| k.holds(i, &today)).count()));
        Ok(DrawPlan {
            units: units
                .into_iter()
                .map(|u| (count(&u), u))
                .map(|(n, u)| (u, n))
                .filter(|(_, n)| *n > 0)
                .collect(),
            pools: pools.to_vec(),
            candidates: grouped(rows::candidates(tx, &ctx.organization).await?),
            campaign,
        })
    }
}

/// Each person once, with all his roles.
pub(crate) fn grouped(all: Vec<Candidate>) -> Vec<(Candidate, Vec<String>)> {
    let mut out: Vec<(Candidate, Vec<String>)> = Vec::new();
    for c in all {
        match out.iter_mut().find(|(known, _)| known.person_id == c.person_id) {
            Some((_, roles)) => roles.push(c.role),
            None => out.push((c.clone(), vec![c.role])),
        }
    }
    out.sort_by(|(a, x), (b, y)| {
        (rank(x), &a.unit_id, &a.person_id).cmp(&(rank(y), &b.unit_id, &b.person_id))
    });
    out
}

/// Supervisors first, then the office, leaders, secretaries.
fn rank(roles: &[String]) -> usize {
    let order = [
        "supervisor",
        "campaign_office",
        "party_committee",
        "branch_secretary",
    ];
    let place = |role: &String| order.iter().position(|o| o == role).unwrap_or(order.len());
    roles.iter().map(place).min().unwrap_or(order.len())
}

/// A file carried out again, with the file.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// What the file says.
    pub file: DrawFile,
    /// What carrying it out again gives.
    pub replay: Replay,
}

/// Carries a draw out again from the bytes of its file: for the command line, which trusts no server.
///
/// # Errors
/// `problem.draw.file`, and the refusals of [`replay`].
pub fn replay_file(bytes: &[u8]) -> Result<Replayed> {
    let text =
        std::str::from_utf8(bytes).map_err(|_| Problem::invalid("problem.draw.file").with("line", 1))?;
    replayed(DrawFile::read(text)?)
}

/// Carries a draw out again.
///
/// # Errors
/// The refusals of [`replay`].
pub fn replayed(file: DrawFile) -> Result<Replayed> {
    let replay = replay(&file, None).map_err(Error::from)?;
    Ok(Replayed { file, replay })
}
