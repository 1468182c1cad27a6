//! The demo's draws and calendar: one draw void, one carried out and checked, one frozen; a symposium, a regular
//! inspection to come and one that was missed.

use super::{Data, person, turn};
use crate::demo::Demo;
use crate::draw::{DeclareVoid, EnterSeed, FreezeDraw, PlanDraw, PoolKind};
use crate::error::Result;
use crate::inspection::{FindCalendar, Held, Line, PlanInspection, RecordInspection, SayOfRecord};
use domain::access::{Actor, Role};
use domain::inspection::{Conclusion, FindingKind};
use domain::time::add_days;
use jiff::civil::Date;

pub(super) async fn seed(d: &mut Demo, data: &Data, first: Date) -> Result<()> {
    let supervisor = d.holder(Role::Supervisor, None)?;
    calendar(d, data, first).await?;
    let title = |at: usize| data.draws.get(at).cloned().unwrap_or_default();
    d.at(add_days(first, 34), 16, 30);
    let void = freeze(d, data, &supervisor, title(2), PoolKind::All, 0).await?;
    d.at(add_days(first, 34), 17, 5);
    d.act(
        &supervisor,
        DeclareVoid {
            draw: void,
            reason: data.void_reason.clone(),
        },
    )
    .await?;
    d.at(add_days(first, 38), 17, 0);
    let drawn = freeze(d, data, &supervisor, title(0), PoolKind::All, 0).await?;
    sow(d, data, &drawn, add_days(first, 40)).await?;
    check(d, data, &drawn, add_days(first, 41), mixed).await?;
    of_reported(d, data, &supervisor, title(3)).await?;
    d.at(add_days(d.today, -1), 17, 0);
    freeze(d, data, &supervisor, title(1), PoolKind::All, 8).await?;
    Ok(())
}

/// Later on, a draw among what was reported as kept: most of it is found to be so.
async fn of_reported(d: &mut Demo, data: &Data, who: &Actor, title: String) -> Result<()> {
    let day = add_days(d.today, -35);
    d.at(day, 16, 20);
    // Of a handful of people nobody may have reported anything yet: then there is nothing to draw from.
    let Ok(drawn) = freeze(d, data, who, title, PoolKind::ClaimedKept, 22).await else {
        return Ok(());
    };
    sow(d, data, &drawn, add_days(day, 2)).await?;
    check(d, data, &drawn, add_days(day, 4), as_reported).await
}

/// The dice are thrown in public.
async fn sow(d: &mut Demo, data: &Data, draw: &str, on: Date) -> Result<()> {
    let supervisor = d.holder(Role::Supervisor, None)?;
    d.at(on, 15, 20);
    let case = EnterSeed {
        draw: draw.to_owned(),
        seed: data.seed.clone(),
        check_by: add_days(on, 10).to_string(),
    };
    d.act(&supervisor, case).await.map(drop)
}

/// What is found of the n-th item of the first draw.
fn mixed(at: usize) -> FindingKind {
    match at % 5 {
        1 => FindingKind::PartlyFulfilled,
        2 => FindingKind::NotFulfilled,
        _ => FindingKind::Fulfilled,
    }
}

fn as_reported(_: usize) -> FindingKind {
    FindingKind::Fulfilled
}

async fn freeze(
    d: &Demo,
    data: &Data,
    who: &Actor,
    title: String,
    pool: PoolKind,
    more: usize,
) -> Result<String> {
    let plan = d.ask(who, PlanDraw).await?;
    let case = FreezeDraw {
        title,
        units: vec![],
        pool,
        sample: u32::try_from(plan.units.len() + more).unwrap_or(1),
        minimum: 1,
        inspectors: plan.candidates.iter().map(|(c, _)| c.person_id.clone()).collect(),
        recusals: vec![],
        seed_source: data.seed_source.clone(),
        dice: data.seed.chars().filter(char::is_ascii_digit).count().to_string(),
    };
    d.act(who, case).await
}

/// From a day on the inspectors go; two checks are forgotten.
async fn check(
    d: &Demo,
    data: &Data,
    draw: &str,
    begun: Date,
    found: fn(usize) -> FindingKind,
) -> Result<()> {
    let supervisor = d.holder(Role::Supervisor, None)?;
    let lines = d.ask(&supervisor, FindCalendar).await?.lines;
    let ours: Vec<_> = lines
        .iter()
        .filter(|l| l.row.draw_id.as_deref() == Some(draw))
        .collect();
    for (at, line) in ours.iter().enumerate() {
        let Some(inspector) = line
            .inspectors
            .first()
            .filter(|_| at + 2 < ours.len() || ours.len() < 4)
        else {
            continue;
        };
        let finding = found(at);
        let words = match finding {
            FindingKind::PartlyFulfilled => turn(&data.partly_fulfilled, at),
            FindingKind::NotFulfilled => turn(&data.not_fulfilled, at),
            _ => turn(&data.fulfilled, at),
        };
        let day = add_days(begun, i32::try_from(at % 8).unwrap_or(0));
        d.at(day, 10, 15);
        let case = RecordInspection {
            inspection: line.row.id.clone(),
            finding: concluded(line, finding, day).name().to_owned(),
            words: words.cloned().unwrap_or_default(),
            ..RecordInspection::default()
        };
        let record = d.act(&person(d, &inspector.person)?, case).await?;
        // The second one saw the same; of the last check he has not said so yet.
        if let Some(second) = line
            .inspectors
            .get(1)
            .filter(|_| at + 3 < ours.len() || ours.len() < 4)
        {
            d.at(day, 11, 5);
            let agrees = SayOfRecord {
                record,
                agrees: true,
                words: String::new(),
            };
            d.act(&person(d, &second.person)?, agrees).await?;
        }
    }
    Ok(())
}

/// What has weeks to go and nobody reported is on the way at best.
fn concluded(line: &Line, finding: FindingKind, on: Date) -> Conclusion {
    let found = Conclusion::Found(finding);
    let allowed = line.item.as_ref().is_none_or(|i| {
        let due = i.item.due_on.parse().unwrap_or(on);
        found.check(due, i.item.claim.is_some(), on).is_ok()
    });
    if allowed { found } else { Conclusion::InOrder }
}

async fn calendar(d: &Demo, data: &Data, first: Date) -> Result<()> {
    let office = d.holder(Role::CampaignOffice, None)?;
    let supervisor = d.holder(Role::Supervisor, None)?;
    let both: Vec<String> = [&office, &supervisor]
        .into_iter()
        .filter_map(|a| a.person.clone())
        .collect();
    let plan = |kind: &str, unit: String, on: Date, note: &str| PlanInspection {
        kind: kind.to_owned(),
        unit,
        planned_on: on.to_string(),
        inspectors: both.clone(),
        note: note.to_owned(),
    };
    let branch = |at: usize| d.branches.get(at).map(|b| b.id.clone()).unwrap_or_default();
    d.at(add_days(first, 8), 9, 10);
    let held = add_days(first, 16);
    let symposium = d
        .act(&office, plan("symposium", String::new(), held, &data.symposium))
        .await?;
    d.at(held, 17, 10);
    let case = RecordInspection {
        inspection: symposium,
        finding: FindingKind::Fulfilled.name().to_owned(),
        words: data.symposium_words.clone(),
        ..RecordInspection::default()
    };
    d.act(&supervisor, case).await?;
    d.at(add_days(d.today, -20), 9, 0);
    d.act(
        &office,
        plan("regular", branch(2), add_days(d.today, -12), &data.regular),
    )
    .await?;
    d.at(add_days(d.today, -3), 9, 0);
    d.act(
        &office,
        plan("regular", branch(3), add_days(d.today, 9), &data.regular),
    )
    .await?;
    Ok(())
}

/// Findings of the draw that may be criticised: the record and the branch.
pub(super) async fn bad_findings(d: &Demo) -> Result<Vec<String>> {
    let supervisor = d.holder(Role::Supervisor, None)?;
    let lines = d.ask(&supervisor, FindCalendar).await?.lines;
    let records = lines
        .iter()
        .filter(|l| l.held == Held::Kept)
        .flat_map(|l| &l.records);
    let bad = records.filter(|r| {
        r.item_id.is_some() && FindingKind::from_name(&r.finding).is_some_and(FindingKind::may_be_criticised)
    });
    Ok(bad.map(|r| r.id.clone()).collect())
}
