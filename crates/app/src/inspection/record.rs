//! Recording what was found, and the word of a second inspector: a spot check is found by two or not at all (N17).

use super::{Assigned, assigned, is_assigned, load};
use crate::attachment::{Attachment, Subject, attach};
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::progress::{check_private, followed};
use crate::publication::{Told, tell};
use domain::access::{Grant, Permission, Role};
use domain::ids::{PersonId, UnitId};
use domain::inspection::{
    Checker, Conclusion, Inspected, InspectionKind, Standing, WORDS_MAX, check_record, may_inspect,
    may_inspect_branch,
};
use domain::problem::{Problem, Problems};
use domain::text::{TextRule, check_text};
use jiff::civil::Date;
use serde_json::json;
use store::Tx;
use store::inspection::{self as rows, Inspection, Record, Word};
use store::progress::{Followed, set_verdict};
use store::publication::{ItemChange, set_item_state};

/// Records what was found.
#[derive(Clone, Debug, Default)]
pub struct RecordInspection {
    /// The line of the calendar.
    pub inspection: String,
    /// The item, where the line is about a branch; empty for the whole.
    pub item: String,
    /// Identifier of [`Conclusion`].
    pub finding: String,
    /// What was seen.
    pub words: String,
    /// A photograph.
    pub file: Option<Attachment>,
}

/// Who answers for a pledge: the pledger, or the secretaries for the branch's own and for that of somebody who has left.
pub(crate) async fn answerable(
    ctx: &Ctx,
    tx: &mut Tx,
    unit: &str,
    person: Option<&str>,
) -> Result<Vec<(PersonId, String)>> {
    if let Some(person) = person {
        let row = store::person::by_id(tx, &ctx.organization, person).await?;
        if row.as_ref().is_none_or(|p| p.active) {
            return Ok(vec![(
                PersonId::parse(person)?,
                row.map(|p| p.name).unwrap_or_default(),
            )]);
        }
    }
    let holders =
        store::account::holders(tx, &ctx.organization, Role::BranchSecretary.name(), Some(unit)).await?;
    let people = holders
        .into_iter()
        .filter_map(|a| Some((PersonId::parse(a.person_id?).ok()?, a.name)));
    let people: Vec<_> = people.collect();
    if !people.is_empty() {
        return Ok(people);
    }
    // Of a branch that ended: who leads the one it goes on under.
    let endings = store::organization::endings(tx, &ctx.organization).await?;
    let all = store::review::role_holders(tx, &ctx.organization).await?;
    let heirs = crate::units::with_heirs(all, &endings).into_iter();
    let heirs =
        heirs.filter(|h| h.role == Role::BranchSecretary.name() && h.unit_id.as_deref() == Some(unit));
    Ok(heirs
        .filter_map(|h| Some((PersonId::parse(h.person_id).ok()?, h.name)))
        .collect())
}

/// Who answers for an item and where it belongs: what decides who may not check it.
pub(super) async fn inspected(ctx: &Ctx, tx: &mut Tx, item: &Followed) -> Result<Inspected> {
    let people = answerable(ctx, tx, &item.unit_id, item.person_id.as_deref()).await?;
    Ok(Inspected {
        answerable: people.into_iter().map(|(id, _)| id).collect(),
        unit: UnitId::parse(item.unit_id.as_str())?,
    })
}

/// The branches the reader belongs to: his own and those he leads.
fn own_units(ctx: &Ctx) -> Vec<UnitId> {
    let actor = &ctx.actor;
    let leads = |g: &&Grant| g.role == Role::BranchSecretary;
    let led = actor.grants.iter().chain(&actor.inherited).filter(leads);
    let units = actor.unit.iter().chain(led.filter_map(|g| g.unit.as_ref()));
    units.filter_map(|u| UnitId::parse(u.as_str()).ok()).collect()
}

/// The item that is checked, if the reader may check it.
async fn checked(ctx: &Ctx, tx: &mut Tx, row: &Inspection, id: Option<&str>) -> Result<Option<Followed>> {
    let Some(id) = id else {
        let unit = row.unit_id.clone().and_then(|u| UnitId::parse(u).ok());
        let kind = InspectionKind::from_name(&row.kind).unwrap_or(InspectionKind::Regular);
        // The whole of one's own branch is no more one's to judge than a promise of it (PRODUCT.md 3.3).
        return match unit.is_some_and(|unit| may_inspect_branch(kind, &own_units(ctx), &unit).is_err()) {
            true => Err(Problem::invalid("inspection.own_branch").on("item").into()),
            false => Ok(None),
        };
    };
    let item = followed(ctx, tx, id).await?;
    if row.unit_id.as_ref().is_some_and(|unit| *unit != item.unit_id) {
        return Err(Problem::not_found("problem.not_found").into());
    }
    let pledge = inspected(ctx, tx, &item).await?;
    let checker = Checker {
        person: PersonId::parse(ctx.actor.person.clone().unwrap_or_default())?,
        units: own_units(ctx),
        recused: false,
    };
    // A finding about one item is an independent verdict: the rule of spot checks holds for all of them.
    may_inspect(InspectionKind::SpotCheck, &checker, &pledge).map_err(|refused| match row.draw_id {
        Some(_) => refused,
        // Chosen by himself in a form: said beside it, and what he wrote stays.
        None => Problem::invalid("inspection.own_branch").on("item"),
    })?;
    Ok(Some(item))
}

/// Shows what was found: the verdict beside the item, a line in the life story.
async fn show(ctx: &Ctx, tx: &mut Tx, item: &Followed, found: Conclusion, words: &str) -> Result<()> {
    let on = ctx.today.to_string();
    let change = match found {
        Conclusion::Found(kind) => {
            set_verdict(tx, &ctx.organization, &item.id, kind.name(), &on).await?;
            ItemChange::Finding {
                verdict: kind.name(),
                words,
                on: &on,
            }
        }
        Conclusion::InOrder => ItemChange::InOrder { words, on: &on },
    };
    set_item_state(tx, &ctx.organization, &item.id, change, ctx.now).await?;
    let told = Told {
        pledge: &item.pledge_id,
        item: Some(&item.id),
        on: ctx.today,
        kind: "inspection",
        words,
        detail: json!({ "finding": found.name() }),
    };
    tell(ctx, tx, told).await
}

impl RecordInspection {
    fn check(
        &self,
        kind: InspectionKind,
        who: &[Assigned],
        item: Option<&Followed>,
        today: Date,
    ) -> Result<Conclusion, Problems> {
        let mut problems = Problems::new();
        let found = Conclusion::from_name(&self.finding);
        let found =
            problems.note(found.ok_or_else(|| Problem::invalid("inspection.finding_missing").on("finding")));
        if let (Some(found), Some(item)) = (found, item) {
            let due = item.due_on.parse().unwrap_or(today);
            problems.note(found.check(due, item.claim.is_some(), today));
        }
        let ids: Vec<PersonId> = who
            .iter()
            .filter_map(|a| PersonId::parse(a.person.as_str()).ok())
            .collect();
        problems.absorb(check_record(kind, &ids, self.words.trim(), today, today));
        problems.note(check_private("words", &self.words));
        problems.or(())?;
        found.ok_or_else(Problems::new)
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
        let chosen = Some(self.item.as_str()).filter(|i| !i.is_empty());
        let item = checked(ctx, tx, &row, row.item_id.as_deref().or(chosen)).await?;
        let kind = InspectionKind::from_name(&row.kind).unwrap_or(InspectionKind::Regular);
        let found = self.check(kind, &who, item.as_ref(), ctx.today)?;
        let about = item.as_ref().map(|i| i.id.clone());
        let before = rows::records(tx, &ctx.organization, &row.id).await?;
        let counts = |r: &Record| r.standing != Standing::Disputed.name();
        if before.iter().any(|r| r.item_id == about && counts(r)) {
            return Err(Problem::conflict("inspection.recorded").into());
        }
        let pledge = item.as_ref().map(|i| i.pledge_id.clone());
        let unit = item.as_ref().map(|i| i.unit_id.clone()).or(row.unit_id.clone());
        let unit = unit.unwrap_or_default();
        let subject = Subject {
            kind: "inspection",
            pledge: pledge.as_deref().unwrap_or(""),
            unit: &unit,
        };
        let standing = Standing::first(kind);
        let record = Record {
            id: ctx.id(),
            inspection_id: row.id.clone(),
            item_id: about,
            pledge_id: pledge.clone(),
            finding: found.name().to_owned(),
            words: self.words.trim().to_owned(),
            file_id: attach(ctx, tx, self.file.as_ref(), subject).await?,
            recorded_by: ctx.actor.account.clone(),
            recorded_name: ctx.actor.name.clone(),
            recorded_on: ctx.today.to_string(),
            recorded_at: ctx.now,
            standing: standing.name().to_owned(),
        };
        rows::add_record(tx, &ctx.organization, &record).await?;
        if let Some(item) = item.as_ref().filter(|_| standing == Standing::Agreed) {
            show(ctx, tx, item, found, &record.words).await?;
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

/// A second inspector says whether he found the same. What he agrees to stands, under both names; else it is no
/// finding and they look again.
#[derive(Clone, Debug, Default)]
pub struct SayOfRecord {
    /// The record.
    pub record: String,
    /// He found the same.
    pub agrees: bool,
    /// What he saw otherwise; a dissent needs it.
    pub words: String,
}

impl UseCase for SayOfRecord {
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::RecordInspection)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        let missing = || Problem::not_found("problem.not_found");
        let record = rows::record(tx, &ctx.organization, &self.record).await?;
        let record = record.ok_or_else(missing)?;
        let row = load(ctx, tx, &record.inspection_id).await?;
        if !is_assigned(ctx, &assigned(&row)) {
            return Err(Problem::forbidden("inspection.not_assigned").into());
        }
        if record.recorded_by == ctx.actor.account {
            return Err(Problem::forbidden("inspection.own_word").into());
        }
        let item = checked(ctx, tx, &row, record.item_id.as_deref()).await?;
        let mut rule = TextRule::area(WORDS_MAX);
        if self.agrees {
            rule = rule.optional();
        }
        check_text("dissent", self.words.trim(), rule)?;
        check_private("dissent", &self.words)?;
        let names = match self.agrees {
            true => format!("{} {}", record.recorded_name, ctx.actor.name),
            false => record.recorded_name.clone(),
        };
        let standing = Standing::after(self.agrees).name();
        if rows::set_standing(tx, &ctx.organization, &record.id, standing, &names).await? == 0 {
            return Err(Problem::conflict("inspection.said").into());
        }
        let word = Word {
            record_id: record.id.clone(),
            said_by: ctx.actor.account.clone(),
            inspection_id: row.id.clone(),
            said_name: ctx.actor.name.clone(),
            agrees: self.agrees,
            words: self.words.trim().to_owned(),
            said_at: ctx.now,
        };
        rows::add_word(tx, &ctx.organization, &word).await?;
        let found = Conclusion::from_name(&record.finding).filter(|_| self.agrees);
        if let (Some(item), Some(found)) = (&item, found) {
            show(ctx, tx, item, found, &record.words).await?;
        }
        Ok(row.id)
    }
    fn event(&self, inspection: &String) -> Event {
        Event::new("inspection.say", "inspection", inspection)
            .with(json!({ "record": self.record, "agrees": self.agrees }))
            .seen_by_all()
    }
}
