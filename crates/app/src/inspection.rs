//! The supervision calendar and what inspectors find (N17). A finding stands beside the self-report and never
//! replaces it; nobody checks his own matter.

mod record;
mod replace;

pub(crate) use record::answerable;
pub use record::{RecordInspection, SayOfRecord};
pub use replace::ReplaceInspector;

use crate::campaign::{RunningCampaign, at_hand, require_current, typed_date};
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::draw::grouped;
use crate::error::{Error, Result};
use crate::progress::ItemView;
use domain::access::{Permission, Role, Scope, may};
use domain::ids::UnitId;
use domain::inspection::{InspectionKind, Standing, may_inspect_branch};
use domain::problem::{Problem, Problems};
use domain::text::{TextRule, check_text};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Tx;
use store::inspection as rows;
pub use store::inspection::{Candidate, Inspection, Record, Word};
use store::organization::Unit;

/// Longest note of a planned inspection, in characters.
const NOTE_MAX: usize = 300;

/// Somebody who is to inspect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assigned {
    /// The person.
    pub person: String,
    /// The name.
    pub name: String,
    /// Who was to inspect before him; empty when he was chosen from the first.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub instead_of: String,
    /// Why the other one does not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

impl Assigned {
    /// Somebody chosen from the first.
    pub fn first(person: String, name: String) -> Assigned {
        Assigned {
            person,
            name,
            instead_of: String::new(),
            reason: String::new(),
        }
    }
}

/// The inspectors of a line of the calendar.
pub fn assigned(row: &Inspection) -> Vec<Assigned> {
    serde_json::from_str(&row.inspectors).unwrap_or_default()
}

/// Where a line of the calendar stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Its day has not passed.
    Planned,
    /// Something was recorded.
    Kept,
    /// Its day has passed and nothing was recorded.
    Missed,
}

impl Held {
    /// The identifier used in message keys.
    pub fn name(self) -> &'static str {
        match self {
            Held::Planned => "planned",
            Held::Kept => "kept",
            Held::Missed => "missed",
        }
    }
}

/// A line of the calendar with what came of it.
#[derive(Clone, Debug)]
pub struct Line {
    /// The row.
    pub row: Inspection,
    /// Who inspects.
    pub inspectors: Vec<Assigned>,
    /// Name of the branch; empty for the whole organisation.
    pub unit_name: String,
    /// The item, where it is about one.
    pub item: Option<ItemView>,
    /// What was found.
    pub records: Vec<Record>,
    /// Where it stands.
    pub held: Held,
    /// The reader is one of the inspectors.
    pub mine: bool,
}

async fn line(ctx: &Ctx, tx: &mut Tx, row: Inspection, records: Vec<Record>) -> Result<Line> {
    let unit = match &row.unit_id {
        Some(unit) => store::organization::unit(tx, &ctx.organization, unit).await?,
        None => None,
    };
    let item = match &row.item_id {
        Some(item) => store::progress::followed(tx, &ctx.organization, item).await?,
        None => None,
    };
    let inspectors = assigned(&row);
    let past = row.planned_on.parse::<Date>().is_ok_and(|day| day < ctx.today);
    Ok(Line {
        // What one of two has recorded in time was not missed: it waits for the other's word.
        held: match (records.iter().any(stands), past && records.is_empty()) {
            (true, _) => Held::Kept,
            (false, true) => Held::Missed,
            (false, false) => Held::Planned,
        },
        mine: is_assigned(ctx, &inspectors),
        unit_name: unit.map(|u| u.name).unwrap_or_default(),
        item: item.map(|i| ItemView::of(i, ctx.today)),
        inspectors,
        records,
        row,
    })
}

/// Whether as many found it as its kind asks for.
pub(crate) fn stands(record: &Record) -> bool {
    record.standing == Standing::Agreed.name()
}

fn is_assigned(ctx: &Ctx, inspectors: &[Assigned]) -> bool {
    inspectors
        .iter()
        .any(|i| Some(&i.person) == ctx.actor.person.as_ref())
}

/// The supervision calendar of a campaign.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// Its lines, as far as the reader sees them.
    pub lines: Vec<Line>,
    /// Whether the campaign runs: afterwards what was planned is recorded, and nothing new planned.
    pub runs: bool,
}

/// Asks for the supervision calendar.
pub struct FindCalendar;

impl Query for FindCalendar {
    type Out = Calendar;
    fn needs(&self) -> Need {
        Need::Permission(Permission::RecordInspection)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Calendar> {
        let campaign = at_hand(ctx, tx).await?;
        let all = rows::all(tx, &ctx.organization, &campaign.id).await?;
        let records = rows::records_of_campaign(tx, &ctx.organization, &campaign.id).await?;
        let whole = may(&ctx.actor, Permission::PlanInspection, Scope::Organization)
            || may(&ctx.actor, Permission::ViewWorkbench, Scope::Organization);
        let mut out = Vec::new();
        for row in all {
            let found = records
                .iter()
                .filter(|r| r.inspection_id == row.id)
                .cloned()
                .collect();
            let line = line(ctx, tx, row, found).await?;
            if whole || line.mine {
                out.push(line);
            }
        }
        Ok(Calendar {
            lines: out,
            runs: !campaign.is_ended(),
        })
    }
}

/// What the form of a new line offers.
#[derive(Clone, Debug)]
pub struct CalendarPlan {
    /// The branches.
    pub units: Vec<Unit>,
    /// Who can be asked to inspect, with his roles.
    pub candidates: Vec<(Candidate, Vec<String>)>,
    /// The branches each of them steps aside for: the person and the name of a branch.
    pub aside: Vec<(String, String)>,
}

/// Opens the form of a new line.
pub struct PlanCalendar;

impl Query for PlanCalendar {
    type Out = CalendarPlan;
    fn needs(&self) -> Need {
        Need::Permission(Permission::PlanInspection)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<CalendarPlan> {
        let units = store::organization::units_of_kind(tx, &ctx.organization, "party_branch").await?;
        let rows = rows::candidates(tx, &ctx.organization).await?;
        let candidates = grouped(rows.clone());
        let mut aside = Vec::new();
        for (who, _) in &candidates {
            let own = own_units(&rows, &who.person_id);
            let of = |u: &&Unit| own.iter().any(|o| o.as_str() == u.id);
            let of_his = units.iter().filter(of);
            aside.extend(of_his.map(|u| (who.person_id.clone(), u.name.clone())));
        }
        Ok(CalendarPlan {
            units,
            candidates,
            aside,
        })
    }
}

/// Plans a symposium or a regular inspection. Spot checks come from draws alone.
#[derive(Clone, Debug, Default)]
pub struct PlanInspection {
    /// `symposium` or `regular`.
    pub kind: String,
    /// The branch; empty for the whole organisation.
    pub unit: String,
    /// The day, as typed.
    pub planned_on: String,
    /// Persons who inspect.
    pub inspectors: Vec<String>,
    /// What is looked at.
    pub note: String,
}

impl PlanInspection {
    fn check(&self, today: Date, chosen: usize) -> Result<(InspectionKind, Date), Problems> {
        let mut problems = Problems::new();
        let kind = InspectionKind::from_name(&self.kind).filter(|k| *k != InspectionKind::SpotCheck);
        let kind = problems.note(kind.ok_or_else(|| Problem::invalid("inspection.kind_missing").on("kind")));
        let day = problems.note(typed_date("planned_on", &self.planned_on, today));
        if day.is_some_and(|d| d < today) {
            problems.push(
                Problem::invalid("inspection.planned_past")
                    .on("planned_on")
                    .with("today", today),
            );
        }
        if chosen == 0 {
            problems.push(Problem::invalid("inspection.inspectors_missing").on("inspectors"));
        }
        problems.note(check_text(
            "note",
            self.note.trim(),
            TextRule::area(NOTE_MAX).optional(),
        ));
        problems.or(())?;
        Ok((kind.unwrap_or(InspectionKind::Regular), day.unwrap_or(today)))
    }
}

/// The branches a candidate belongs to: his own, and those he leads while his membership is in another.
fn own_units(rows: &[Candidate], who: &str) -> Vec<UnitId> {
    let mine = rows.iter().filter(|c| c.person_id == who);
    let led = |c: &Candidate| match c.role == Role::BranchSecretary.name() {
        true => c.granted_unit.clone(),
        false => None,
    };
    let units = mine.flat_map(|c| [Some(c.unit_id.clone()), led(c)]);
    let mut units: Vec<UnitId> = units.flatten().filter_map(|u| UnitId::parse(u).ok()).collect();
    units.sort();
    units.dedup();
    units
}

/// Whether two lines plan the same.
fn same(one: &Inspection, other: &Inspection) -> bool {
    let planned = |r: &Inspection| {
        let words = [&r.kind, &r.planned_on, &r.inspectors, &r.note, &r.made_by].map(String::clone);
        (words, r.unit_id.clone())
    };
    planned(one) == planned(other)
}

impl UseCase for PlanInspection {
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::PlanInspection)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        ctx.require(Permission::PlanInspection, Scope::Organization)?;
        let campaign = require_current(ctx, tx).await?;
        let candidates = rows::candidates(tx, &ctx.organization).await?;
        let mut who: Vec<Assigned> = Vec::new();
        for c in &candidates {
            if self.inspectors.contains(&c.person_id) && who.iter().all(|w| w.person != c.person_id) {
                who.push(Assigned::first(c.person_id.clone(), c.name.clone()));
            }
        }
        let (kind, day) = self.check(ctx.today, who.len())?;
        let branch = UnitId::parse(self.unit.as_str()).ok();
        let aside = |a: &&Assigned| {
            let units = own_units(&candidates, &a.person);
            branch
                .as_ref()
                .is_some_and(|b| may_inspect_branch(kind, &units, b).is_err())
        };
        let own: Vec<&str> = who.iter().filter(aside).map(|a| a.name.as_str()).collect();
        if !own.is_empty() {
            let problem = Problem::invalid("inspection.inspectors_own").on("inspectors");
            return Err(problem.with("names", own.join("、")).into());
        }
        let unit = match self.unit.as_str() {
            "" => None,
            id => store::organization::unit(tx, &ctx.organization, id)
                .await?
                .map(|u| u.id),
        };
        if kind == InspectionKind::Regular && unit.is_none() {
            return Err(Problem::invalid("inspection.unit_missing").on("unit").into());
        }
        let row = Inspection {
            id: ctx.id(),
            campaign_id: campaign.id,
            kind: kind.name().to_owned(),
            unit_id: unit,
            planned_on: day.to_string(),
            inspectors: serde_json::to_string(&who).map_err(Error::bug)?,
            note: self.note.trim().to_owned(),
            made_by: ctx.actor.account.clone(),
            made_at: ctx.now,
            ..Inspection::default()
        };
        // Sent twice it is the same.
        let known = rows::all(tx, &ctx.organization, &row.campaign_id).await?;
        if let Some(known) = known.into_iter().find(|r| same(r, &row)) {
            return Ok(known.id);
        }
        rows::add(tx, &ctx.organization, &row).await?;
        Ok(row.id)
    }
    fn event(&self, id: &String) -> Event {
        Event::new("inspection.plan", "inspection", id)
            .with(json!({ "kind": self.kind, "on": self.planned_on }))
    }
}

/// A line of the calendar on the phone of who inspects.
#[derive(Clone, Debug)]
pub struct CheckView {
    /// The line.
    pub line: Line,
    /// The campaign, for the words of its kinds.
    pub campaign: RunningCampaign,
    /// The items that may be checked, where the line is about a branch.
    pub items: Vec<ItemView>,
    /// The reader may record something now.
    pub may_record: bool,
    /// What second inspectors said of the records.
    pub words: Vec<Word>,
    /// The records of which the reader is to say whether he saw the same.
    pub to_say: Vec<String>,
    /// The reader may criticise what was found.
    pub may_criticise: bool,
    /// The inspectors in whose place the reader may put somebody; empty when there is nobody or he may not.
    pub replaceable: Vec<Assigned>,
    /// Whom he may put there, with their roles.
    pub candidates: Vec<(Candidate, Vec<String>)>,
}

/// Opens a line of the calendar.
pub struct OpenInspection(pub String);

impl Query for OpenInspection {
    type Out = CheckView;
    fn needs(&self) -> Need {
        Need::Permission(Permission::RecordInspection)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<CheckView> {
        let row = load(ctx, tx, &self.0).await?;
        let records = rows::records(tx, &ctx.organization, &row.id).await?;
        let line = line(ctx, tx, row, records).await?;
        let sees = line.mine || may(&ctx.actor, Permission::ViewWorkbench, Scope::Organization);
        if !sees {
            return Err(Problem::not_found("problem.not_found").into());
        }
        let items = match (&line.row.item_id, &line.row.unit_id) {
            (None, Some(unit)) if line.mine => {
                let org = &ctx.organization;
                store::progress::followed_of_unit(tx, org, &line.row.campaign_id, unit).await?
            }
            _ => vec![],
        };
        let counts = |r: &&Record| r.standing != Standing::Disputed.name();
        let recorded = line.row.item_id.is_some() && line.records.iter().any(|r| counts(&r));
        let plans = may(&ctx.actor, Permission::PlanInspection, Scope::Organization);
        let replaceable = match plans && line.held != Held::Kept {
            true => replace::silent(ctx, tx, &line.row).await?,
            false => vec![],
        };
        let candidates = match replaceable.is_empty() {
            true => vec![],
            false => replace::may_join(ctx, tx, &line).await?,
        };
        let awaits = |r: &&Record| {
            line.mine && r.standing == Standing::Awaits.name() && r.recorded_by != ctx.actor.account
        };
        let to_say = line.records.iter().filter(awaits).map(|r| r.id.clone()).collect();
        Ok(CheckView {
            words: rows::words(tx, &ctx.organization, &line.row.id).await?,
            to_say,
            replaceable,
            candidates,
            may_record: line.mine && !recorded,
            may_criticise: may(&ctx.actor, Permission::OrderRectification, Scope::Organization),
            campaign: crate::campaign::by_id(ctx, tx, &line.row.campaign_id).await?,
            items: items.into_iter().map(|i| ItemView::of(i, ctx.today)).collect(),
            line,
        })
    }
}

async fn load(ctx: &Ctx, tx: &mut Tx, id: &str) -> Result<Inspection> {
    let row = rows::by_id(tx, &ctx.organization, id).await?;
    Ok(row.ok_or_else(|| Problem::not_found("problem.not_found"))?)
}
