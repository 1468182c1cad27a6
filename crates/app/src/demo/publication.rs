//! Step 4 of the demo: the office publishes the branches, branches their members, the office what a secretary may not
//! publish himself; sheets go up; somebody objects and gets an answer.

use super::{Demo, Step};
use crate::campaign::FindCurrent;
use crate::error::{Error, Result};
use crate::publication::{AnswerObjection, FindObjections, Publish, RaiseObjection, RecordChannel, Target};
use domain::access::{Actor, Role};
use domain::campaign::GatedAct;
use domain::time::add_days;
use jiff::civil::Date;
use serde::Deserialize;

#[derive(Deserialize)]
struct Data {
    channels: Vec<Line>,
    objection: Objection,
}

#[derive(Deserialize)]
struct Line {
    channel: String,
    place: String,
    proof: String,
}

#[derive(Deserialize)]
struct Objection {
    words: String,
    answer: String,
    upheld: bool,
}

/// Publishes what is confirmed; a batch with nothing in it is passed over.
async fn publish(d: &Demo, actor: &Actor, target: Target) -> Result<Option<String>> {
    match d.act(actor, Publish { target, seal: None }).await {
        Ok(out) => Ok(Some(out.id)),
        Err(Error::Refused(problems)) if problems.0.iter().all(|p| p.key == "publication.nothing") => {
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

/// While the step lasts, the last branches still wait for their secretaries.
const WAITING: usize = 3;

/// Publishes on the first days of the step; nothing before it.
///
/// # Errors
/// What an act refuses.
pub async fn seed(d: &mut Demo) -> Result<()> {
    if d.plan.step < Step::Publicise {
        return Ok(());
    }
    let data: Data = toml::from_str(include_str!("../../data/demo/publication.toml"))
        .map_err(|e| Error::bug(e.to_string()))?;
    let office = d.holder(Role::CampaignOffice, None)?;
    let campaign = d.ask(&office, FindCurrent).await?;
    let window = campaign.and_then(|c| c.window(GatedAct::Publicise, d.today));
    let Some(first) = window.map(|w| w.starts_on) else {
        return Ok(());
    };
    let mut batches = Vec::new();
    d.at(first, 9, 5);
    batches.extend(publish(d, &office, Target::Branches).await?);
    let mut branches = d.branches.clone();
    if d.plan.step == Step::Publicise {
        branches.truncate(branches.len().saturating_sub(WAITING).max(1));
    }
    for (minute, branch) in (0..).zip(&branches) {
        let secretary = d.holder(Role::BranchSecretary, Some(&branch.id))?;
        d.at(first, 10, minute);
        batches.extend(publish(d, &secretary, Target::Members(branch.id.clone())).await?);
    }
    for (minute, branch) in (0..).zip(branches) {
        d.at(first, 16, minute);
        batches.extend(publish(d, &office, Target::Members(branch.id)).await?);
    }
    ledger(d, &office, &data, &batches, first).await?;
    object(d, &office, &data, first).await?;
    d.at(d.today, 23, 59);
    Ok(())
}

/// The ledger is nearly whole: one batch still waits for its notice board.
async fn ledger(d: &Demo, office: &Actor, data: &Data, batches: &[String], first: Date) -> Result<()> {
    d.at(add_days(first, 1), 15, 0);
    let on = add_days(first, 1).min(d.today);
    for (at, batch) in batches.iter().enumerate() {
        for line in &data.channels {
            if at + 1 == batches.len() && line.channel == "notice_board" {
                continue;
            }
            let case = RecordChannel {
                publication: batch.clone(),
                channel: line.channel.clone(),
                done_on: Some(on),
                place: line.place.clone(),
                proof: line.proof.clone(),
            };
            d.act(office, case).await?;
        }
    }
    Ok(())
}

async fn object(d: &Demo, office: &Actor, data: &Data, first: Date) -> Result<()> {
    d.at(add_days(first, 2), 11, 0);
    let home = d.ask(&Actor::public(), crate::public::FindHome).await?;
    let Some(line) = home
        .recent
        .iter()
        .find(|l| l.pledger == "branch")
        .or(home.recent.last())
    else {
        return Ok(());
    };
    let case = RaiseObjection {
        pledge: line.item.pledge_id.clone(),
        words: data.objection.words.clone(),
        contact: String::new(),
    };
    d.act(&Actor::public(), case).await?;
    d.at(add_days(first, 3), 9, 40);
    for objection in d.ask(office, FindObjections).await? {
        let case = AnswerObjection {
            id: objection.row.id,
            answer: data.objection.answer.clone(),
            upheld: Some(data.objection.upheld),
        };
        d.act(office, case).await?;
    }
    Ok(())
}
