//! Step 3 of the demo: secretaries, line leaders and the committee decide. In the middle of the step half is done;
//! later nearly all is confirmed, about one in ten went back once, and a few were never confirmed.

use super::pen::{group_of, groups, parts};
use super::{Demo, Step};
use crate::campaign::{FindCurrent, RunningCampaign};
use crate::error::{Error, Result};
use crate::pledge::{Draft, Edit, OpenPledge, SaveDraft, SubmitPledge, TypedItem};
use crate::review::{Answers, Candidate, Decide, FindCandidate, FindQueue, Verdict};
use domain::access::{Actor, Role};
use domain::campaign::GatedAct;
use domain::review::Flag;
use domain::time::{add_days, days_between};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Data {
    returned: Vec<String>,
    reasons: Vec<String>,
    remarks: Vec<String>,
    better: BTreeMap<String, Vec<String>>,
}

/// How far the round goes, and on which days.
struct Round {
    first: Date,
    /// Days of the stage so far.
    days: usize,
    /// Today lies in the step: half of everything still waits.
    half: bool,
    data: Data,
    /// The template's groups of posts, in its order.
    groups: Vec<String>,
}

impl Round {
    /// The day and hour of the n-th of so many decisions.
    fn set(&self, d: &Demo, n: usize, of: usize, late: bool) {
        let day = n * self.days.saturating_sub(1) / of.max(1) + usize::from(late);
        let day = day.min(self.days.saturating_sub(1));
        let hour = 8 + n % 4 + if late { 7 } else { 0 };
        let small = |n: usize| i8::try_from(n).unwrap_or(0);
        d.at(
            add_days(self.first, i32::try_from(day).unwrap_or(0)),
            small(hour),
            small(n * 7 % 60),
        );
    }
}

/// Reviews what was handed in.
///
/// # Errors
/// What an act refuses.
pub async fn seed(d: &mut Demo) -> Result<()> {
    if d.plan.step < Step::Review {
        return Ok(());
    }
    let data: Data = toml::from_str(include_str!("../../data/demo/review.toml")).map_err(Error::bug)?;
    let office = d.holder(Role::CampaignOffice, None)?;
    let campaign = d.ask(&office, FindCurrent).await?;
    let window = |c: RunningCampaign| Some((c.window(GatedAct::Review, d.today)?, c));
    let Some((window, campaign)) = campaign.and_then(window) else {
        return Ok(());
    };
    let last = window.ends_on.unwrap_or(d.today).min(d.today);
    let days = usize::try_from(days_between(window.starts_on, last) + 1).unwrap_or(1);
    let round = Round {
        first: window.starts_on,
        days,
        half: d.plan.step == Step::Review,
        data,
        groups: groups(&campaign.template),
    };
    let first = d.holder(Role::PartyCommittee, None)?;
    let (mut returned, mut left) = (0, 0);
    for reviewer in reviewers(d) {
        d.at(last, 7, 50);
        let mut list = queue_of(d, &reviewer).await?;
        // In the middle of the step one of the committee has decided on half of the branches; the rest waits for it.
        if round.half && [&office, &first].iter().all(|a| a.account != reviewer.account) {
            list.retain(|one| one.matter.row.person_id.is_some());
        }
        let mut stop = list.len();
        if round.half {
            stop = stop.div_ceil(2);
            keep_for_visitors(&mut list);
        }
        for (n, one) in list.iter().take(stop).enumerate() {
            let doubtful = is_doubtful(one);
            let typed_by_another =
                one.matter.row.on_behalf_by.is_some() || one.matter.row.person_id.is_none();
            round.set(d, n, stop, false);
            if !round.half && left < 3 && doubtful && returned % 9 == 8 {
                // A few stay with their authors: returned and never handed in again.
                left += 1;
                returned += 1;
                send_back(d, &round, &reviewer, one, returned).await?;
                continue;
            }
            if doubtful && !typed_by_another && d.dice.percent(60) {
                returned += 1;
                send_back(d, &round, &reviewer, one, returned).await?;
                if round.half && returned % 2 == 0 {
                    continue;
                }
                mend(d, &round, one, returned).await?;
                round.set(d, n, stop, true);
            }
            confirm(d, &round, &reviewer, &one.matter.row.id, n).await?;
        }
    }
    d.at(d.today, 23, 59);
    Ok(())
}

/// The last of those that ask for a look stay undecided, so that whoever opens the queue sees how they come first: half
/// of them, one to three. A queue of nothing else is halved anyway.
fn keep_for_visitors(list: &mut Vec<Candidate>) {
    let flagged = list.iter().filter(|one| !one.flags.is_empty()).count();
    if flagged < list.len() {
        list.drain(flagged - (flagged / 2).clamp(flagged.min(1), 3)..flagged);
    }
}

async fn queue_of(d: &Demo, reviewer: &Actor) -> Result<Vec<Candidate>> {
    let queue = d.ask(reviewer, FindQueue::default()).await?;
    Ok(queue.iter().flat_map(|q| q.all().cloned()).collect())
}

/// Everybody who decides: secretaries, the office that checks, the first of the committee, line leaders, the rest of
/// the committee.
fn reviewers(d: &Demo) -> Vec<Actor> {
    let of = |role: Role| d.accounts.iter().filter(move |h| h.role == role);
    let order = of(Role::BranchSecretary)
        .chain(of(Role::CampaignOffice).take(1))
        .chain(of(Role::PartyCommittee).take(1))
        .chain(of(Role::LineLeader))
        .chain(of(Role::PartyCommittee));
    let mut seen: Vec<&str> = Vec::new();
    let mut out = Vec::new();
    for holder in order {
        if !seen.contains(&holder.account.as_str()) {
            seen.push(&holder.account);
            out.push(d.actor_by(holder));
        }
    }
    out
}

async fn confirm(d: &Demo, round: &Round, reviewer: &Actor, pledge: &str, n: usize) -> Result<()> {
    let found = d
        .ask(
            reviewer,
            FindCandidate {
                pledge: pledge.to_owned(),
            },
        )
        .await?;
    let remark = round.data.remarks.get(n % round.data.remarks.len().max(1));
    let decide = shown(
        &found.candidate,
        Verdict::Confirm,
        remark.cloned().unwrap_or_default(),
    )?;
    d.act(reviewer, decide).await.map(drop)
}

async fn send_back(d: &Demo, round: &Round, reviewer: &Actor, one: &Candidate, n: usize) -> Result<()> {
    let words = round
        .data
        .returned
        .get(n % round.data.returned.len().max(1))
        .cloned()
        .unwrap_or_default();
    let reason = round
        .data
        .reasons
        .get(n % round.data.reasons.len().max(1))
        .cloned()
        .unwrap_or_default();
    let words = words.replace("{n}", &(doubtful_item(one) + 1).to_string());
    let decide = shown(
        one,
        Verdict::Return {
            reasons: vec![reason],
        },
        words,
    )?;
    d.act(reviewer, decide).await.map(drop)
}

/// The decision about what was on the reviewer's screen.
fn shown(one: &Candidate, verdict: Verdict, message: String) -> Result<Decide> {
    Ok(Decide {
        pledge: one.matter.row.id.clone(),
        round: one.matter.pledge.state.round(),
        step: u32::try_from(one.at).map_err(Error::bug)?,
        revision: one.matter.row.revision,
        answers: match verdict {
            Verdict::Confirm => Answers::AllYes,
            Verdict::Return { .. } => Answers::Each(Vec::new()),
        },
        verdict,
        message,
        meeting: None,
    })
}

/// Nobody can check all of it.
fn is_doubtful(one: &Candidate) -> bool {
    let doubts = |f: &Flag| matches!(f, Flag::NoQuantity | Flag::Vague | Flag::TwoDueDates);
    one.flags.iter().any(doubts)
}

/// Place of the item the reviewer doubts.
fn doubtful_item(one: &Candidate) -> usize {
    let bad = one
        .readings
        .iter()
        .position(|r| r.is_vague() || !r.has_quantity());
    bad.or_else(|| one.twin.as_ref().map(|t| t.item)).unwrap_or(0)
}

/// The author writes the doubted item anew and hands it in again.
async fn mend(d: &Demo, round: &Round, one: &Candidate, n: usize) -> Result<()> {
    let person = d
        .people
        .iter()
        .find(|p| Some(&p.id) == one.matter.row.person_id.as_ref());
    let Some(person) = person else { return Ok(()) };
    let author = d.actor_of(person);
    let pledge = one.matter.row.id.clone();
    let desk = d.ask(&author, OpenPledge { id: pledge.clone() }).await?;
    let Some(filed) = desk.filed else { return Ok(()) };
    let draft = Draft::of(&filed.row)?;
    let Some(item) = draft.items.get(doubtful_item(one)) else {
        return Ok(());
    };
    let due = item.item.due_date.or(draft.due_date);
    let better = round.data.better.get(group_of(&person.post, &round.groups));
    let better = better.and_then(|list| list.get(n % list.len().max(1)));
    let (content, whom) = parts(better.map_or("", String::as_str));
    let typed = TypedItem {
        kind: item.item.kind.to_string(),
        content: content.to_owned(),
        measure: item.item.measure.clone(),
        beneficiary: whom.to_owned(),
        due_date: due.map(|day| day.to_string()).unwrap_or_default(),
        demand: item
            .item
            .demand
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        ..TypedItem::default()
    };
    let edit = Edit::Item {
        id: item.item.id.to_string(),
        typed: Box::new(typed),
    };
    let save = SaveDraft {
        pledge: pledge.clone(),
        revision: filed.row.revision,
        edit,
    };
    let saved = d.act(&author, save).await?;
    let signature = person.name.clone();
    let submit = SubmitPledge {
        pledge,
        revision: saved.revision,
        closing: None,
        signature,
        drawn: String::new(),
        consent: true,
        unchanged: false,
    };
    d.act(&author, submit).await.map(drop)
}
