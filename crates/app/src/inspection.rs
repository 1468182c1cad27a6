//! The supervision calendar and what inspectors find (N17). A finding stands beside the self-report and never
//! replaces it; nobody checks his own matter.

use crate::attachment::{Attachment, Subject, attach};
use crate::campaign::{RunningCampaign, require_current, typed_date};
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::draw::grouped;
use crate::error::{Error, Result};
use crate::progress::{ItemView, check_private, followed};
use crate::publication::{Told, tell};
use domain::access::{Permission, Scope, may};
use domain::ids::{PersonId, UnitId};
use domain::inspection::{Checker, FindingKind, Inspected, InspectionKind, check_record, may_inspect};
use domain::problem::{Problem, Problems};
use domain::text::{TextRule, check_text};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Tx;
use store::inspection as rows;
pub use store::inspection::{Candidate, Inspection, Record};
use store::organization::Unit;
use store::progress::{Followed, set_verdict};
use store::publication::{ItemChange, set_item_state};

/// Longest note of a planned inspection, in characters.
const NOTE_MAX: usize = 300;

/// Somebody who is to inspect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assigned {
    /// The person.
    pub person: String,
    /// The name.
    pub name: String,
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
        held: match (records.is_empty(), past) {
            (false, _) => Held::Kept,
            (true, true) => Held::Missed,
            (true, false) => Held::Planned,
        },
        mine: is_assigned(ctx, &inspectors),
        unit_name: unit.map(|u| u.name).unwrap_or_default(),
        item: item.map(|i| ItemView::of(i, ctx.today)),
        inspectors,
        records,
        row,
    })
}

fn is_assigned(ctx: &Ctx, inspectors: &[Assigned]) -> bool {
    inspectors
        .iter()
        .any(|i| Some(&i.person) == ctx.actor.person.as_ref())
}

/// The supervision calendar.
pub struct FindCalendar;

impl Query for FindCalendar {
    type Out = Vec<Line>;
    fn needs(&self) -> Need {
        Need::Permission(Permission::RecordInspection)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Vec<Line>> {
        let campaign = require_current(ctx, tx).await?;
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
        Ok(out)
    }
}

/// What the form of a new line offers.
#[derive(Clone, Debug)]
pub struct CalendarPlan {
    /// The branches.
    pub units: Vec<Unit>,
    /// Who can be asked to inspect, with his roles.
    pub candidates: Vec<(Candidate, Vec<String>)>,
}

/// Opens the form of a new line.
pub struct PlanCalendar;

impl Query for PlanCalendar {
    type Out = CalendarPlan;
    fn needs(&self) -> Need {
        Need::Permission(Permission::PlanInspection)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<CalendarPlan> {
        Ok(CalendarPlan {
            units: store::organization::units_of_kind(tx, &ctx.organization, "party_branch").await?,
            candidates: grouped(rows::candidates(tx, &ctx.organization).await?),
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

impl UseCase for PlanInspection {
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::PlanInspection)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        ctx.require(Permission::PlanInspection, Scope::Organization)?;
        let campaign = require_current(ctx, tx).await?;
        let mut who: Vec<Assigned> = Vec::new();
        for c in rows::candidates(tx, &ctx.organization).await? {
            if self.inspectors.contains(&c.person_id) && who.iter().all(|w| w.person != c.person_id) {
                who.push(Assigned {
                    person: c.person_id,
                    name: c.name,
                });
            }
        }
        let (kind, day) = self.check(ctx.today, who.len())?;
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
    /// The reader may criticise what was found.
    pub may_criticise: bool,
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
        let recorded = line.row.item_id.is_some() && !line.records.is_empty();
        Ok(CheckView {
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

/// Records what was found.
#[derive(Clone, Debug, Default)]
pub struct RecordInspection {
    /// The line of the calendar.
    pub inspection: String,
    /// The item, where the line is about a branch; empty for the whole.
    pub item: String,
    /// Identifier of [`FindingKind`].
    pub finding: String,
    /// What was seen.
    pub words: String,
    /// A photograph.
    pub file: Option<Attachment>,
}

/// Who answers for a pledge: the pledger, or the secretaries for the branch's own.
pub(crate) async fn answerable(
    ctx: &Ctx,
    tx: &mut Tx,
    unit: &str,
    person: Option<&str>,
) -> Result<Vec<(PersonId, String)>> {
    if let Some(person) = person {
        let row = store::person::by_id(tx, &ctx.organization, person).await?;
        return Ok(vec![(
            PersonId::parse(person)?,
            row.map(|p| p.name).unwrap_or_default(),
        )]);
    }
    let holders = store::account::holders(tx, &ctx.organization, "branch_secretary", Some(unit)).await?;
    let people = holders
        .into_iter()
        .filter_map(|a| Some((PersonId::parse(a.person_id?).ok()?, a.name)));
    Ok(people.collect())
}

impl RecordInspection {
    fn check(&self, kind: InspectionKind, who: &[Assigned], today: Date) -> Result<FindingKind, Problems> {
        let mut problems = Problems::new();
        let finding = FindingKind::from_name(&self.finding);
        let finding = problems
            .note(finding.ok_or_else(|| Problem::invalid("inspection.finding_missing").on("finding")));
        let ids: Vec<PersonId> = who
            .iter()
            .filter_map(|a| PersonId::parse(a.person.as_str()).ok())
            .collect();
        problems.absorb(check_record(kind, &ids, self.words.trim(), today, today));
        problems.note(check_private("words", &self.words));
        problems.or(())?;
        finding.ok_or_else(Problems::new)
    }

    /// The item that is checked, if the reader may check it.
    async fn item(&self, ctx: &Ctx, tx: &mut Tx, row: &Inspection) -> Result<Option<Followed>> {
        let id = row
            .item_id
            .as_deref()
            .or(Some(self.item.as_str()).filter(|i| !i.is_empty()));
        let Some(id) = id else { return Ok(None) };
        let item = followed(ctx, tx, id).await?;
        if row.unit_id.as_ref().is_some_and(|unit| *unit != item.unit_id) {
            return Err(Problem::not_found("problem.not_found").into());
        }
        let people = answerable(ctx, tx, &item.unit_id, item.person_id.as_deref()).await?;
        let pledge = Inspected {
            answerable: people.into_iter().map(|(id, _)| id).collect(),
            unit: UnitId::parse(item.unit_id.as_str())?,
        };
        let checker = Checker {
            person: PersonId::parse(ctx.actor.person.clone().unwrap_or_default())?,
            unit: ctx.actor.unit.clone().and_then(|u| UnitId::parse(u).ok()),
            recused: false,
        };
        // A finding about one item is an independent verdict: the rule of spot checks holds for all of them.
        may_inspect(InspectionKind::SpotCheck, &checker, &pledge)?;
        Ok(Some(item))
    }

    async fn show(&self, ctx: &Ctx, tx: &mut Tx, item: &Followed, finding: FindingKind) -> Result<()> {
        let (words, on) = (self.words.trim(), ctx.today.to_string());
        set_verdict(tx, &ctx.organization, &item.id, finding.name(), &on).await?;
        let change = ItemChange::Finding {
            verdict: finding.name(),
            words,
            on: &on,
        };
        set_item_state(tx, &ctx.organization, &item.id, change, ctx.now).await?;
        let told = Told {
            pledge: &item.pledge_id,
            item: Some(&item.id),
            on: ctx.today,
            kind: "inspection",
            words,
            detail: json!({ "finding": finding.name() }),
        };
        tell(ctx, tx, told).await
    }
}

impl UseCase for RecordInspection {
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::RecordInspection)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        let row = load(ctx, tx, &self.inspection).await?;
        let who = assigned(&row);
        if !is_assigned(ctx, &who) {
            return Err(Problem::forbidden("inspection.not_assigned").into());
        }
        let item = self.item(ctx, tx, &row).await?;
        let kind = InspectionKind::from_name(&row.kind).unwrap_or(InspectionKind::Regular);
        let finding = self.check(kind, &who, ctx.today)?;
        let before = rows::records(tx, &ctx.organization, &row.id).await?;
        if before
            .iter()
            .any(|r| r.item_id == item.as_ref().map(|i| i.id.clone()))
        {
            return Err(Problem::conflict("inspection.recorded").into());
        }
        let pledge = item.as_ref().map(|i| i.pledge_id.clone());
        let unit = item
            .as_ref()
            .map(|i| i.unit_id.clone())
            .or_else(|| row.unit_id.clone())
            .unwrap_or_default();
        let subject = Subject {
            kind: "inspection",
            pledge: pledge.as_deref().unwrap_or(""),
            unit: &unit,
        };
        let record = Record {
            id: ctx.id(),
            inspection_id: row.id.clone(),
            item_id: item.as_ref().map(|i| i.id.clone()),
            pledge_id: pledge.clone(),
            finding: finding.name().to_owned(),
            words: self.words.trim().to_owned(),
            file_id: attach(ctx, tx, self.file.as_ref(), subject).await?,
            recorded_by: ctx.actor.account.clone(),
            recorded_name: who.iter().map(|a| a.name.as_str()).collect::<Vec<_>>().join(" "),
            recorded_on: ctx.today.to_string(),
            recorded_at: ctx.now,
        };
        rows::add_record(tx, &ctx.organization, &record).await?;
        if let Some(item) = &item {
            self.show(ctx, tx, item, finding).await?;
        }
        Ok(record.id)
    }
    fn event(&self, record: &String) -> Event {
        let detail = json!({ "finding": self.finding, "record": record });
        Event::new("inspection.record", "inspection", &self.inspection)
            .with(detail)
            .seen_by_all()
    }
}
