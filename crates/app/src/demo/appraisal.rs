//! Step 5 of the demo, the words: one round that is frozen and public, one that is open, briefs, reports of most
//! branches, good examples.

use super::{Demo, Step};
use crate::appraisal::{
    BALLOT_BRANCH, CastBallot, Comment, FindRound, FreezeRound, Line, MakeCodes, OpenRound, ReleaseResults,
    RoundFile, Said, SelfReport, Typed,
};
use crate::brief::{
    ConsentExample, NominateExample, PublishExample, SendReport, VerifyExample, WriteFromFigures,
};
use crate::campaign::FindCurrent;
use crate::error::{Error, Result};
use crate::notice::PublishNotice;
use domain::access::{Actor, Role};
use domain::appraisal::{Standing, Voice};
use domain::brief::{due_of, periods};
use domain::campaign::GatedAct;
use domain::notice::DocumentKind;
use domain::time::add_days;
use jiff::civil::Date;
use lang::Lang;
use serde::Deserialize;

#[derive(Deserialize)]
struct Data {
    quarterly: String,
    half_yearly: String,
    own: Vec<String>,
    good: Vec<String>,
    medium: Vec<String>,
    poor: Vec<String>,
    leader: Vec<String>,
    report: Vec<String>,
    examples: Vec<String>,
}

/// Plays the rounds and everything written about them.
///
/// # Errors
/// What an act refuses.
pub async fn seed(d: &mut Demo) -> Result<()> {
    if d.plan.step < Step::Appraise {
        return Ok(());
    }
    let data: Data = toml::from_str(include_str!("../../data/demo/appraisal.toml")).map_err(Error::bug)?;
    let office = d.holder(Role::CampaignOffice, None)?;
    let Some(campaign) = d.ask(&office, FindCurrent).await? else {
        return Ok(());
    };
    let Some(first) = campaign.window(GatedAct::Appraise, d.today).map(|w| w.starts_on) else {
        return Ok(());
    };
    frozen_round(d, &data, &office, first).await?;
    examples(d, &data, &office).await?;
    open_round(d, &data, &office, first).await?;
    if let Some(begins) = campaign.template.starts_on {
        reports(d, &data, begins).await?;
    }
    papers(d, &office, first).await?;
    d.at(d.today, 23, 59);
    Ok(())
}

async fn open(
    d: &Demo,
    office: &Actor,
    cadence: &str,
    title: &str,
    days: (Date, Date),
    voices: &[&str],
) -> Result<String> {
    let case = OpenRound {
        cadence: cadence.to_owned(),
        typed: Typed {
            title: title.to_owned(),
            opens_on: days.0.to_string(),
            closes_on: days.1.to_string(),
            voices: (!voices.is_empty()).then(|| voices.iter().map(|v| (*v).to_owned()).collect()),
        },
    };
    d.act(office, case).await
}

async fn file(d: &Demo, office: &Actor, round: &str) -> Result<RoundFile> {
    let round = round.to_owned();
    d.ask(office, FindRound { round }).await
}

/// A round with every voice, its ballots, its result, its publication; nothing while the step is too young.
async fn frozen_round(d: &mut Demo, data: &Data, office: &Actor, first: Date) -> Result<()> {
    let (opens, closes) = (add_days(first, 1), add_days(first, 9).min(add_days(d.today, -2)));
    if closes <= opens {
        return Ok(());
    }
    d.at(opens, 9, 0);
    let voices = ["self_report", "branch_comment", "masses"];
    let round = open(d, office, "quarterly", &data.quarterly, (opens, closes), &voices).await?;
    let found = file(d, office, &round).await?;
    speak(d, data, &found, (&round, opens, 92)).await?;
    for (at, unit) in found.units.iter().enumerate() {
        d.at(opens, 10, 30);
        let case = MakeCodes {
            round: round.clone(),
            unit: unit.unit.clone(),
            voice: Voice::Ballot.name().to_owned(),
            count: 12,
        };
        let codes = d.act(office, case).await?.codes;
        // One branch stays below five: its result is not shown.
        let cast = if at == 2 { 3 } else { 7 + d.dice.below(5) };
        d.at(add_days(opens, 2).min(closes), 11, 0);
        for code in codes.iter().take(cast) {
            let answers = answers(d, &unit.lines, at);
            let case = CastBallot {
                code: code.to_string(),
                answers,
            };
            d.act(&Actor::public(), case).await?;
        }
    }
    d.at(add_days(closes, 1), 9, 30);
    d.act(office, FreezeRound { round: round.clone() }).await?;
    d.at(add_days(closes, 1), 15, 0);
    for unit in &found.units {
        let case = ReleaseResults {
            round: round.clone(),
            unit: unit.unit.clone(),
        };
        pass_over(
            d.act(office, case).await.map(drop),
            "problem.appraisal.nothing_to_show",
        )?;
    }
    Ok(())
}

/// Lets one refusal pass that the demo expects.
fn pass_over(done: Result<()>, key: &str) -> Result<()> {
    match done {
        Err(Error::Refused(problems)) if problems.0.iter().all(|p| p.key == key) => Ok(()),
        other => other,
    }
}

/// Everybody reports on himself and secretaries comment, so many of a hundred.
async fn speak(
    d: &mut Demo,
    data: &Data,
    found: &RoundFile,
    (round, opens, share): (&str, Date, usize),
) -> Result<()> {
    d.at(add_days(opens, 1).min(d.today), 12, 40);
    let people = d.people.clone();
    for line in found.units.iter().flat_map(|u| &u.lines) {
        let row = &line.subject.row;
        let actor = match &row.person_id {
            Some(id) => people.iter().find(|p| p.id == *id).map(|p| d.actor_of(p)),
            None => Some(d.holder(Role::BranchSecretary, Some(&row.unit_id))?),
        };
        let Some(actor) = actor.filter(|a| line.subject.speaks_for(a) && d.dice.percent(share)) else {
            continue;
        };
        let said = Said {
            pledge: row.id.clone(),
            words: d.dice.pick(&data.own).cloned().unwrap_or_default(),
            score: String::new(),
        };
        let round = round.to_owned();
        d.act(&actor, SelfReport { round, said }).await?;
    }
    d.at(add_days(opens, 2).min(d.today), 17, 10);
    if !found.round.hears(Voice::BranchComment) {
        return Ok(());
    }
    for (at, unit) in found.units.iter().enumerate() {
        let secretary = d.holder(Role::BranchSecretary, Some(&unit.unit))?;
        let members = unit
            .lines
            .iter()
            .filter(|l| l.subject.standing == Standing::Member);
        let members = members
            .filter(|l| !l.subject.is_own(&secretary))
            .map(|l| l.subject.row.id.clone());
        let said = members.collect::<Vec<_>>();
        let said = said
            .into_iter()
            .enumerate()
            .map(|(n, pledge)| comment(d, data, pledge, at == 4 && n == 3))
            .collect();
        let case = Comment {
            round: round.to_owned(),
            voice: Voice::BranchComment,
            said,
        };
        d.act(&secretary, case).await?;
    }
    Ok(())
}

fn comment(d: &mut Demo, data: &Data, pledge: String, poor: bool) -> Said {
    let (words, score) = match (poor, d.dice.percent(60)) {
        (true, _) => (&data.poor, 62),
        (false, true) => (&data.good, 95 + d.dice.below(5)),
        (false, false) => (&data.medium, 82 + d.dice.below(12)),
    };
    Said {
        pledge,
        words: d.dice.pick(words).cloned().unwrap_or_default(),
        score: score.to_string(),
    }
}

/// One ballot: mostly content, about many members without an opinion.
fn answers(d: &mut Demo, lines: &[Line], branch: usize) -> Vec<(String, String)> {
    let mood = [("very_satisfied", 60), ("satisfied", 32), ("fairly_satisfied", 8)];
    let worse = [
        ("satisfied", 40),
        ("fairly_satisfied", 45),
        ("very_satisfied", 15),
    ];
    let of = if branch == 4 { &worse } else { &mood };
    let pick = |d: &mut Demo| d.dice.weighted(of).map_or("satisfied", |g| *g).to_owned();
    let mut all = vec![(BALLOT_BRANCH.to_owned(), pick(d))];
    for line in lines
        .iter()
        .filter(|l| !l.subject.is_branch() && l.subject.row.state == "published")
    {
        if d.dice.percent(70) {
            all.push((line.subject.row.id.clone(), pick(d)));
        }
    }
    all
}

/// A round in the middle of it: half have reported, a leader has begun.
async fn open_round(d: &mut Demo, data: &Data, office: &Actor, first: Date) -> Result<()> {
    let opens = add_days(d.today, -3).max(first);
    d.at(opens, 8, 40);
    let days = (opens, add_days(d.today, 10));
    let round = open(d, office, "half_yearly", &data.half_yearly, days, &[]).await?;
    let found = file(d, office, &round).await?;
    speak(d, data, &found, (&round, opens, 45)).await?;
    let leader = d.holder(Role::PartyCommittee, None)?;
    let led = found.units.iter().flat_map(|u| &u.lines);
    let led = led.filter(|l| l.subject.standing == Standing::Led && !l.subject.is_own(&leader));
    let pledges: Vec<String> = led.map(|l| l.subject.row.id.clone()).take(6).collect();
    let said = pledges.into_iter().map(|pledge| Said {
        pledge,
        words: d.dice.pick(&data.leader).cloned().unwrap_or_default(),
        score: (88 + d.dice.below(10)).to_string(),
    });
    let case = Comment {
        said: said.collect(),
        voice: Voice::LeaderComment,
        round,
    };
    d.at(d.today, 8, 30);
    d.act(&leader, case).await?;
    Ok(())
}

/// Branches report month by month; one is late with the last.
async fn reports(d: &mut Demo, data: &Data, begins: Date) -> Result<()> {
    for period in periods(begins, d.today).into_iter().skip(1).take(3) {
        let Some(due) = due_of(&period) else { continue };
        for (at, unit) in d.branches.clone().iter().enumerate() {
            if at == 7 {
                continue;
            }
            d.at(add_days(due, -2).min(d.today), 9, 15);
            let secretary = d.holder(Role::BranchSecretary, Some(&unit.id))?;
            let case = SendReport {
                unit: unit.id.clone(),
                period: period.clone(),
                words: d.dice.pick(&data.report).cloned().unwrap_or_default(),
            };
            d.act(&secretary, case).await?;
        }
    }
    Ok(())
}

/// Three examples, each nominated by its secretary, verified by the office, agreed to by the person.
async fn examples(d: &mut Demo, data: &Data, office: &Actor) -> Result<()> {
    let desk = d.ask(office, crate::brief::FindExamples).await?;
    let mut candidates = desk.candidates;
    // Nobody verifies what he nominated, or himself.
    candidates.retain(|s| s.standing == Standing::Member && s.row.person_id != office.person);
    let step = (candidates.len() / data.examples.len().max(1)).max(1);
    d.at(add_days(d.today, -2), 10, 20);
    for (words, subject) in data.examples.iter().zip(candidates.iter().step_by(step)) {
        let people = d
            .people
            .iter()
            .find(|p| Some(&p.id) == subject.row.person_id.as_ref());
        let Some(person) = people.map(|p| d.actor_of(p)).filter(|a| !a.account.is_empty()) else {
            continue;
        };
        let secretary = d.holder(Role::BranchSecretary, Some(&subject.row.unit_id))?;
        let case = NominateExample {
            pledge: subject.row.id.clone(),
            words: words.clone(),
        };
        let id = d.act(&secretary, case).await?;
        let verified = d.act(office, VerifyExample { id: id.clone() }).await;
        if verified.is_err() {
            // Somebody found an item not kept meanwhile: then it is none.
            pass_over(verified, "problem.example.not_kept")?;
            continue;
        }
        d.act(&person, ConsentExample { id: id.clone() }).await?;
        d.act(office, PublishExample { id }).await?;
    }
    Ok(())
}

/// Two briefs that are out and the summary as a draft.
async fn papers(d: &mut Demo, office: &Actor, first: Date) -> Result<()> {
    let source = d
        .app
        .query(office, crate::organization::FindHouse)
        .await?
        .settings
        .sponsor;
    for day in [add_days(first, 6).min(add_days(d.today, -1)), d.today] {
        d.at(day, 16, 0);
        let case = WriteFromFigures {
            kind: DocumentKind::Brief,
            lang: Lang::Zh,
            source: source.clone(),
        };
        let id = d.act(office, case).await?;
        d.at(day, 16, 30);
        d.act(office, PublishNotice { id, typed: None }).await?;
    }
    let case = WriteFromFigures {
        kind: DocumentKind::Summary,
        lang: Lang::Zh,
        source,
    };
    d.act(office, case).await?;
    Ok(())
}
