//! What open rounds, reports and examples ask of somebody: sources of the task list.

use super::release::result_of;
use super::round::{is_mine, is_said};
use super::view::is_low;
use super::{Round, permission_of, subjects};
use crate::campaign::RunningCampaign;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::tasks::Task;
use domain::access::{Permission, Role, Scope, may};
use domain::appraisal::{RoundState, Voice};
use domain::brief::{due_of, periods};
use store::Tx;
use store::appraisal as rows;

/// What rounds, reports and examples ask for.
pub(crate) async fn tasks(ctx: &Ctx, tx: &mut Tx, campaign: &RunningCampaign) -> Result<Vec<Task>> {
    let mut tasks = tasks_of_rounds(ctx, tx, campaign).await?;
    tasks.extend(reports(ctx, tx, campaign).await?);
    tasks.extend(consents(ctx, tx, campaign).await?);
    Ok(tasks)
}

/// Self-reports and comments of open rounds; closed rounds to freeze; low grades of which nothing came.
pub(crate) async fn tasks_of_rounds(ctx: &Ctx, tx: &mut Tx, campaign: &RunningCampaign) -> Result<Vec<Task>> {
    let mut tasks = Vec::new();
    for row in rows::rounds(tx, &ctx.organization, &campaign.id).await? {
        let round = Round::read(row, ctx.today)?;
        match round.state {
            RoundState::Open => tasks.extend(of_round(ctx, tx, &round).await?),
            RoundState::Closed if may(&ctx.actor, Permission::ManageAppraisal, Scope::Organization) => {
                let href = format!("/appraisal/{}", round.row.id);
                tasks.push(Task::new("task.freeze_round", 1, href).of(&round.row.title));
            }
            RoundState::Frozen if may(&ctx.actor, Permission::OrderRectification, Scope::Organization) => {
                tasks.extend(low_grades(ctx, tx, campaign, &round).await?);
            }
            _ => {}
        }
    }
    Ok(tasks)
}

async fn of_round(ctx: &Ctx, tx: &mut Tx, round: &Round) -> Result<Vec<Task>> {
    let asked = [
        (Voice::Own, "task.appraise_own", "self"),
        (Voice::BranchComment, "task.comment_branch", "branch"),
        (Voice::LeaderComment, "task.comment_leader", "leaders"),
    ];
    let mine: Vec<_> = asked
        .into_iter()
        .filter(|(voice, _, _)| round.hears(*voice) && may(&ctx.actor, permission_of(*voice), Scope::Any))
        .collect();
    if mine.is_empty() {
        return Ok(vec![]);
    }
    let all = subjects(ctx, tx, &round.row.campaign_id).await?;
    let entries = rows::entries(tx, &ctx.organization, &round.row.id).await?;
    let mut tasks = Vec::new();
    for (voice, key, place) in mine {
        let open = all.iter().filter(|s| {
            round.scale.asks(voice, s.standing)
                && is_mine(ctx, s, voice)
                && !is_said(&entries, &s.row.id, voice)
        });
        let n = i64::try_from(open.count()).unwrap_or(0);
        if n > 0 {
            let href = format!("/appraisal/{}/{place}", round.row.id);
            tasks.push(
                Task::new(key, n, href)
                    .of(&round.row.title)
                    .due(Some(round.closes_on)),
            );
        }
    }
    Ok(tasks)
}

/// Low grades of a frozen round of which nothing came yet: each ends in a criticism, or somebody looked and knows why not
/// (N18). One's own are for others.
async fn low_grades(ctx: &Ctx, tx: &mut Tx, campaign: &RunningCampaign, round: &Round) -> Result<Vec<Task>> {
    let n = uncriticised(ctx, tx, campaign, round).await?;
    let href = format!("/appraisal/{}", round.row.id);
    let task = (n > 0).then(|| Task::new("task.low_grades", n, href).of(&round.row.title));
    Ok(task.into_iter().collect())
}

/// How many low grades of the frozen rounds of a campaign nothing came of, those about the reader aside.
pub(crate) async fn low_grades_left(ctx: &Ctx, tx: &mut Tx, campaign: &RunningCampaign) -> Result<i64> {
    let mut n = 0;
    for row in rows::rounds(tx, &ctx.organization, &campaign.id).await? {
        let round = Round::read(row, ctx.today)?;
        if matches!(round.state, RoundState::Frozen) {
            n += uncriticised(ctx, tx, campaign, &round).await?;
        }
    }
    Ok(n)
}

async fn uncriticised(ctx: &Ctx, tx: &mut Tx, campaign: &RunningCampaign, round: &Round) -> Result<i64> {
    let low: Vec<_> = result_of(round)?
        .map(|r| r.rows)
        .unwrap_or_default()
        .into_iter()
        .filter(|r| is_low(campaign, r))
        .collect();
    if low.is_empty() {
        return Ok(0);
    }
    let criticised = store::rectification::criticisms(tx, &ctx.organization, &campaign.id, "").await?;
    let all = subjects(ctx, tx, &campaign.id).await?;
    let open = low.iter().filter(|r| {
        let pledge = r.pledge.as_str();
        let known = criticised
            .iter()
            .any(|c| c.origin == "rating" && c.origin_id == round.row.id && c.pledge_id == pledge);
        let own = all.iter().any(|s| s.row.id == pledge && s.is_own(&ctx.actor));
        !known && !own
    });
    Ok(i64::try_from(open.count()).unwrap_or(i64::MAX))
}

/// The last month's report of one's branches, until it is sent.
async fn reports(ctx: &Ctx, tx: &mut Tx, campaign: &RunningCampaign) -> Result<Vec<Task>> {
    let grants = ctx
        .actor
        .grants
        .iter()
        .filter(|g| g.role == Role::BranchSecretary);
    let units: Vec<&str> = grants.filter_map(|g| g.unit.as_deref()).collect();
    let several = units.len() > 1;
    let begins = campaign.template.starts_on.unwrap_or(ctx.today);
    let Some(period) = periods(begins, ctx.today).into_iter().nth(1) else {
        return Ok(vec![]);
    };
    let mut tasks = Vec::new();
    for unit in units {
        let sent = store::brief::report(tx, &ctx.organization, &campaign.id, unit, &period).await?;
        if sent.is_none() {
            let href = format!("/reports/{unit}/{period}");
            let mut task = Task::new("task.send_report", 1, href).due(due_of(&period));
            if several && let Some(own) = store::organization::unit(tx, &ctx.organization, unit).await? {
                task = task.of(&own.name);
            }
            tasks.push(task);
        }
    }
    Ok(tasks)
}

/// Examples about oneself that wait for consent.
async fn consents(ctx: &Ctx, tx: &mut Tx, campaign: &RunningCampaign) -> Result<Vec<Task>> {
    let Some(person) = ctx.actor.person.as_deref() else {
        return Ok(vec![]);
    };
    let Some(own) = store::pledge::of_pledger(tx, &ctx.organization, &campaign.id, person).await? else {
        return Ok(vec![]);
    };
    let all = store::brief::examples(tx, &ctx.organization, &campaign.id).await?;
    let waits = all
        .iter()
        .filter(|e| e.pledge_id == own.id && e.consented_at.is_none());
    let n = i64::try_from(waits.count()).unwrap_or(0);
    Ok(if n > 0 {
        vec![Task::new("task.example_consent", n, "/examples/desk")]
    } else {
        vec![]
    })
}
