//! Step 5 of the demo: reports on the promises, draws and their checks, a symposium, criticism in every state.

mod criticism;
mod draws;

use super::{Demo, Step};
use crate::campaign::FindCurrent;
use crate::error::{Error, Result};
use crate::progress::{ItemView, MyItems, ReportProgress};
use domain::access::{Actor, Role};
use domain::campaign::GatedAct;
use domain::progress::Fulfilment;
use domain::time::{add_days, days_between};
use jiff::civil::Date;
use serde::Deserialize;

/// Days the step must have lasted before there is enough to draw from and to criticise.
const RIPE: i32 = 90;

#[derive(Clone, Deserialize)]
struct Said {
    amount: String,
    words: String,
    reason: String,
}

#[derive(Deserialize)]
struct Data {
    kept: Vec<Said>,
    partly: Vec<Said>,
    objective: Vec<Said>,
    subjective: Vec<Said>,
    under_way: Vec<Said>,
    fulfilled: Vec<String>,
    partly_fulfilled: Vec<String>,
    not_fulfilled: Vec<String>,
    criticisms: Vec<String>,
    replies: Vec<String>,
    orders: Vec<String>,
    responses: Vec<String>,
    passed: String,
    failed: String,
    extension: String,
    draws: Vec<String>,
    seed_source: String,
    seed: String,
    void_reason: String,
    symposium: String,
    symposium_words: String,
    regular: String,
}

/// Lives through the step; nothing before it.
///
/// # Errors
/// What an act refuses.
pub async fn seed(d: &mut Demo) -> Result<()> {
    if d.plan.step < Step::Appraise {
        return Ok(());
    }
    let data: Data = toml::from_str(include_str!("../../data/demo/supervision.toml")).map_err(Error::bug)?;
    let office = d.holder(Role::CampaignOffice, None)?;
    let campaign = d.ask(&office, FindCurrent).await?;
    let Some(first) = campaign
        .and_then(|c| c.window(GatedAct::Appraise, d.today))
        .map(|w| w.starts_on)
    else {
        return Ok(());
    };
    report(d, &data, first).await?;
    if days_between(first, d.today) >= RIPE {
        draws::seed(d, &data, first).await?;
        criticism::seed(d, &data, first).await?;
    }
    d.at(d.today, 23, 59);
    Ok(())
}

/// A report somebody will make.
struct Planned {
    on: Date,
    who: Actor,
    case: ReportProgress,
}

/// Most people report, some late, some not at all; in the order of the days.
async fn report(d: &mut Demo, data: &Data, first: Date) -> Result<()> {
    d.at(d.today, 8, 0);
    let mut planned = Vec::new();
    for person in d.people.clone() {
        let who = d.actor_of(&person);
        if who.account.is_empty() {
            continue;
        }
        for view in d.ask(&who, MyItems).await? {
            planned.extend(plan(d, data, first, &who, &view));
        }
    }
    planned.sort_by_key(|p| p.on);
    for p in planned {
        let (hour, minute) = (8 + d.dice.below(10), d.dice.below(60));
        d.at(
            p.on,
            i8::try_from(hour).unwrap_or(9),
            i8::try_from(minute).unwrap_or(0),
        );
        d.act(&p.who, p.case).await?;
    }
    Ok(())
}

fn plan(d: &mut Demo, data: &Data, first: Date, who: &Actor, view: &ItemView) -> Option<Planned> {
    let due: Date = view.item.due_on.parse().ok()?;
    let past = due < d.today;
    let (claim, said) = match (past, d.dice.below(100)) {
        (true, 0..70) | (false, 0..6) => (Some(Fulfilment::Kept), &data.kept),
        (true, 70..81) => (Some(Fulfilment::PartlyKept), &data.partly),
        (true, 81..86) => (Some(Fulfilment::NotKeptObjective), &data.objective),
        (true, 86..89) => (Some(Fulfilment::NotKeptSubjective), &data.subjective),
        (false, 6..52) => (None, &data.under_way),
        _ => return None,
    };
    let said = d.dice.pick(said)?.clone();
    let last = if past { due } else { d.today };
    let span = usize::try_from(days_between(first, last))
        .unwrap_or(0)
        .clamp(1, 60);
    let on = add_days(last, -i32::try_from(d.dice.below(span)).unwrap_or(0))
        .max(first)
        .min(d.today);
    let case = ReportProgress {
        item: view.item.id.clone(),
        amount: said.amount,
        words: said.words,
        claim: claim.map(|c| c.name().to_owned()).unwrap_or_default(),
        reason: said.reason,
        file: None,
    };
    Some(Planned {
        on,
        who: who.clone(),
        case,
    })
}

/// One of a list, by turns.
fn turn<T>(list: &[T], at: usize) -> Option<&T> {
    list.get(at % list.len().max(1))
}

/// A person of the roster as an actor.
fn person(d: &Demo, id: &str) -> Result<Actor> {
    let found = d.people.iter().find(|p| p.id == id);
    Ok(d.actor_of(found.ok_or_else(|| Error::bug("a person who is not on the demo's roster"))?))
}
