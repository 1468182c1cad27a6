//! Who had not filed by the end of a day, branch by branch (N3): to be told to a group of colleagues.

use super::{Facts, sees_all};
use crate::campaign::{self, RunningCampaign};
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Permission, Scope};
use domain::campaign::GatedAct;
use domain::campaign::coverage::{self as rules, BranchCoverage, Totals};
use domain::campaign::remind::may_remind;
use domain::time::add_days;
use jiff::civil::Date;
use store::Tx;
use store::organization::Unit;
pub use store::reminder::Reminder;

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
    /// Who reminded it today, if anybody did.
    pub reminded: Option<Reminder>,
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
    /// Who reminded the whole house today, if anybody did.
    pub reminded: Option<Reminder>,
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
        let campaign = campaign::at_hand(ctx, tx).await?;
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
        let today = ctx.today.to_string();
        let told = store::reminder::of_day(tx, &ctx.organization, &campaign.id, &today).await?;
        let of = |unit: &str| told.iter().find(|r| r.unit_id == unit).cloned();
        let lines = people.into_iter().filter_map(|people| {
            Some(MissingLine {
                unit: facts.units.iter().find(|u| u.id == people.unit)?.clone(),
                own_missing: missing.contains(&people.unit),
                reminded: of(&people.unit),
                people,
            })
        });
        Ok(Missing {
            branches: lines.collect(),
            whole: sees_all(&ctx.actor),
            reminded: of(""),
            until: window.and_then(|w| w.ends_on),
            campaign,
            day,
            days,
            totals,
        })
    }
}

/// Notes that somebody sent the list of a day to the group of a branch, or of the whole house: once a day at most, never
/// at night. The product sends nothing by itself.
pub struct Remind {
    /// The branch; empty for the whole house.
    pub unit: String,
}

impl UseCase for Remind {
    /// How many had not filed.
    type Out = u32;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ExcusePerson)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<u32> {
        let scope = match self.unit.as_str() {
            "" => Scope::Organization,
            unit => Scope::Unit(unit),
        };
        ctx.require(Permission::ExcusePerson, scope)?;
        let campaign = campaign::require_current(ctx, tx).await?;
        let facts = Facts::read(ctx, tx, &campaign).await?;
        let mut people = facts.coverage(&campaign);
        people.retain(|b| self.unit.is_empty() || b.unit == self.unit);
        let sums = rules::totals(&people);
        let own = facts.branches_missing();
        let own = own
            .iter()
            .filter(|u| self.unit.is_empty() || u.id == self.unit)
            .count();
        let missing = sums.due - sums.filed + u32::try_from(own).unwrap_or(0);
        let today = ctx.today.to_string();
        let told = store::reminder::of_day(tx, &ctx.organization, &campaign.id, &today).await?;
        let already = told.iter().any(|r| r.unit_id == self.unit);
        may_remind(ctx.hour(), missing, already)?;
        let reminder = Reminder {
            unit_id: self.unit.clone(),
            told_on: today,
            people: i64::from(missing),
            told_name: ctx.actor.name.clone(),
            told_at: ctx.now,
        };
        store::reminder::note(tx, &ctx.organization, &campaign.id, &reminder, &ctx.actor.account).await?;
        Ok(missing)
    }
    fn event(&self, people: &u32) -> Event {
        Event::new("campaign.remind", "unit", &self.unit).with(serde_json::json!({ "people": people }))
    }
}
