//! Step 1 of the demo: visits, opinions of every source, demands merged from them; some are declined with a reason,
//! one waits for an answer, a few opinions lie loose.

use super::Demo;
use crate::campaign::FindCurrent;
use crate::error::{Error, Result};
use crate::survey::{
    MergeInto, MergeOpinions, ReadDesk, RecordVisit, SetAside, Settle, SettleDemand, TypeOpinion,
    TypedOpinion, TypedVisit, WhichOpinions, say_in_public, say_inside,
};
use domain::access::{Actor, Role};
use domain::campaign::GatedAct;
use domain::time::add_days;
use jiff::civil::Date;
use serde::Deserialize;

#[derive(Deserialize)]
struct Data {
    visit: Vec<Visit>,
    demand: Vec<Demand>,
    loose: Vec<Loose>,
    aside: Vec<Loose>,
}

#[derive(Deserialize)]
struct Visit {
    branch: String,
    kind: String,
    place: String,
    met: String,
    day: i32,
    points: String,
}

#[derive(Deserialize)]
struct Demand {
    branch: String,
    title: String,
    #[serde(default)]
    deed: String,
    #[serde(default)]
    decline: String,
    opinions: Vec<Said>,
}

#[derive(Deserialize)]
struct Said {
    source: String,
    #[serde(default)]
    voices: i64,
    words: String,
}

#[derive(Deserialize)]
struct Loose {
    branch: String,
    #[serde(default)]
    reason: String,
    #[serde(flatten)]
    said: Said,
}

fn data() -> Result<Data> {
    toml::from_str(include_str!("../../data/demo/survey.toml")).map_err(Error::bug)
}

/// The model deed with which the demo's branch answers a demand, by the demand's title.
pub(super) fn deed_for(title: &str) -> Option<String> {
    let demand = data().ok()?.demand.into_iter().find(|d| d.title == title)?;
    Some(demand.deed).filter(|deed| !deed.is_empty())
}

/// The unit of a branch's name: empty for the whole house, nothing when the demo is too small for the branch.
fn unit_of(d: &Demo, branch: &str) -> Option<String> {
    if branch.is_empty() {
        return Some(String::new());
    }
    d.branches.iter().find(|u| u.name == branch).map(|u| u.id.clone())
}

fn keeper(d: &Demo, unit: &str) -> Result<Actor> {
    match unit {
        "" => d.holder(Role::CampaignOffice, None),
        unit => d.holder(Role::BranchSecretary, Some(unit)),
    }
}

/// Lives through the survey, as far as it is past.
///
/// # Errors
/// What an act refuses.
pub async fn seed(d: &mut Demo) -> Result<()> {
    let office = d.holder(Role::CampaignOffice, None)?;
    let campaign = d.ask(&office, FindCurrent).await?;
    let window = campaign.and_then(|c| c.window(GatedAct::Survey, d.today));
    let Some(first) = window.map(|w| w.starts_on) else {
        return Ok(());
    };
    let data = data()?;
    for visit in data.visit {
        record(d, visit, first).await?;
    }
    for said in data.loose.iter().chain(&data.aside) {
        let day = d.dice.below(6);
        say(d, &said.branch, &said.said, first, day).await?;
    }
    for demand in &data.demand {
        for said in &demand.opinions {
            let day = d.dice.below(7);
            say(d, &demand.branch, said, first, day).await?;
        }
    }
    set_aside(d, &data.aside, first).await?;
    for demand in &data.demand {
        merge(d, demand, first).await?;
    }
    d.at(d.today, 23, 59);
    Ok(())
}

async fn record(d: &mut Demo, visit: Visit, first: Date) -> Result<()> {
    let day = add_days(first, visit.day);
    let Some(unit) = unit_of(d, &visit.branch).filter(|_| day <= d.today) else {
        return Ok(());
    };
    d.at(day, 16, 20);
    let secretary = keeper(d, &unit)?;
    let typed = TypedVisit {
        unit,
        symposium: visit.kind == "symposium",
        place: visit.place,
        met: visit.met,
        points: visit.points,
        held_on: String::new(),
        as_opinions: true,
    };
    d.act(&secretary, RecordVisit(typed)).await.map(drop)
}

async fn say(d: &mut Demo, branch: &str, said: &Said, first: Date, day: usize) -> Result<()> {
    let day = add_days(first, i32::try_from(day).unwrap_or(0));
    let Some(unit) = unit_of(d, branch).filter(|_| day <= d.today) else {
        return Ok(());
    };
    d.at(day, 11, 40);
    let typed = TypedOpinion {
        unit: unit.clone(),
        words: said.words.clone(),
    };
    match said.source.as_str() {
        "paper" => {
            let case = TypeOpinion {
                unit: unit.clone(),
                words: said.words.clone(),
                voices: said.voices.to_string(),
                said_on: String::new(),
            };
            d.act(&keeper(d, &unit)?, case).await.map(drop)
        }
        "internal" => {
            let member = d.holder(Role::Participant, None)?;
            say_inside(&d.app, &member, &typed).await
        }
        _ => say_in_public(&d.app, &typed).await.map(drop),
    }
}

/// The ids of loose opinions of a branch, by their words.
async fn ids(d: &Demo, actor: &Actor, words: &[&str]) -> Result<Vec<String>> {
    let case = ReadDesk {
        which: WhichOpinions::Loose,
        ..ReadDesk::default()
    };
    let desk = d.ask(actor, case).await?;
    let named = |o: &crate::survey::Opinion| words.contains(&o.words.as_str());
    Ok(desk.opinions.into_iter().filter(named).map(|o| o.id).collect())
}

async fn set_aside(d: &Demo, lines: &[Loose], first: Date) -> Result<()> {
    let day = add_days(first, 7);
    if day > d.today {
        return Ok(());
    }
    d.at(day, 9, 15);
    for line in lines {
        let Some(unit) = unit_of(d, &line.branch) else {
            continue;
        };
        let keeper = keeper(d, &unit)?;
        for opinion in ids(d, &keeper, &[&line.said.words]).await? {
            let reason = Some(line.reason.clone());
            d.act(&keeper, SetAside { opinion, reason }).await?;
        }
    }
    Ok(())
}

async fn merge(d: &Demo, demand: &Demand, first: Date) -> Result<()> {
    let day = add_days(first, 8);
    let Some(unit) = unit_of(d, &demand.branch).filter(|_| day <= d.today) else {
        return Ok(());
    };
    let keeper = keeper(d, &unit)?;
    d.at(day, 15, 5);
    let words: Vec<&str> = demand.opinions.iter().map(|o| o.words.as_str()).collect();
    let case = MergeOpinions {
        opinions: ids(d, &keeper, &words).await?,
        into: MergeInto::New {
            title: demand.title.clone(),
            public: true,
        },
    };
    let id = d.act(&keeper, case).await?;
    if !demand.decline.is_empty() {
        d.at(add_days(day, 1), 10, 30);
        let how = Settle::Decline(demand.decline.clone());
        d.act(&keeper, SettleDemand { id, how }).await?;
    }
    Ok(())
}
