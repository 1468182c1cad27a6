//! Who had not filed by the end of a day, branch by branch (N3): to be told to a group of colleagues.

use super::{Facts, sees_all};
use crate::campaign::{self, RunningCampaign};
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::Permission;
use domain::campaign::GatedAct;
use domain::campaign::coverage::{self as rules, BranchCoverage, Totals};
use domain::time::add_days;
use jiff::civil::Date;
use store::Tx;
use store::organization::Unit;

/// The most days a list of days shows.
const DAYS: i32 = 60;

/// A branch at the end of a day.
#[derive(Clone, Debug)]
pub struct MissingLine {
    /// The branch.
    pub unit: Unit,
    /// Who has filed and who has not.
    pub people: BranchCoverage,
    /// It shall hand in a pledge of its own and had not.
    pub own_missing: bool,
}

/// The register at the end of a day.
#[derive(Clone, Debug)]
pub struct Missing {
    /// The campaign.
    pub campaign: RunningCampaign,
    /// The whole organisation is seen.
    pub whole: bool,
    /// The day.
    pub day: Date,
    /// The days that can be looked at, the latest last.
    pub days: Vec<Date>,
    /// The last day of filing.
    pub until: Option<Date>,
    /// Branches, those furthest behind first.
    pub branches: Vec<MissingLine>,
    /// The sums.
    pub totals: Totals,
}

/// Asks for the register at the end of a day.
pub struct ReadMissing {
    /// The day; today when it is none of those that can be looked at.
    pub day: Option<Date>,
}

impl Query for ReadMissing {
    type Out = Missing;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ViewWorkbench)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Missing> {
        let campaign = campaign::require_current(ctx, tx).await?;
        let window = campaign.window(GatedAct::Propose, ctx.today);
        let first = window.map_or(ctx.today, |w| w.starts_on);
        let last = window.and_then(|w| w.ends_on).unwrap_or(ctx.today).min(ctx.today);
        let days: Vec<Date> = (0..DAYS)
            .map(|n| add_days(last, n + 1 - DAYS))
            .filter(|day| *day >= first)
            .collect();
        let day = self.day.filter(|day| days.contains(day)).unwrap_or(ctx.today);
        let mut facts = Facts::read(ctx, tx, &campaign).await?;
        facts.filed.retain(|_, filed| *filed <= day);
        let mut people = facts.coverage(&campaign);
        let totals = rules::totals(&people);
        rules::worst_first(&mut people);
        let missing: Vec<String> = facts.branches_missing().iter().map(|u| u.id.clone()).collect();
        let lines = people.into_iter().filter_map(|people| {
            Some(MissingLine {
                unit: facts.units.iter().find(|u| u.id == people.unit)?.clone(),
                own_missing: missing.contains(&people.unit),
                people,
            })
        });
        Ok(Missing {
            branches: lines.collect(),
            whole: sees_all(&ctx.actor),
            until: window.and_then(|w| w.ends_on),
            campaign,
            day,
            days,
            totals,
        })
    }
}
