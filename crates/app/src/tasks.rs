//! My tasks (screen 14): computed from how things stand, never written down, so that nothing has to be ticked off.
//! One small function is one source; a feature adds its own and one line in [`MyTasks`].

mod chasing;
mod drafting;
mod ending;
mod granting;
mod merged;
mod notices;
mod own;
mod putting_right;
pub use merged::About;

use crate::campaign::{self, RunningCampaign};
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Permission, Role, Scope, may};
use domain::campaign::{GatedAct, Text};
use domain::organization::{PersonClass, UnitKind};
use domain::time::add_days;
use jiff::civil::Date;
use std::collections::BTreeSet;
use store::Tx;
use store::task::{self as rows, Waiting};

/// Days ahead in which a report, or an inspection one was drawn for, shows up before it is due.
const AHEAD: i32 = 7;

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Key of its sentence under `task.…`; `{n}` and `{name}` are set in.
    pub key: &'static str,
    /// How many things.
    pub n: i64,
    /// A name in the sentence; may be empty.
    pub name: String,
    /// Until when.
    pub due: Option<Date>,
    /// Where it is done.
    pub href: String,
    /// The campaign it is about, where that has to be said: another asks for the same.
    pub campaign: Option<About>,
}

impl Task {
    /// A task without name and day.
    pub fn new(key: &'static str, n: i64, href: impl Into<String>) -> Task {
        Task {
            key,
            n,
            name: String::new(),
            due: None,
            href: href.into(),
            campaign: None,
        }
    }

    /// Sets the day.
    #[must_use]
    pub fn due(mut self, due: Option<Date>) -> Task {
        self.due = due;
        self
    }

    /// Sets the name.
    #[must_use]
    pub fn of(mut self, name: &str) -> Task {
        name.clone_into(&mut self.name);
        self
    }

    /// Whether it is about this campaign, and about it alone.
    pub fn is_of(&self, campaign: &str) -> bool {
        self.campaign.as_ref().is_some_and(|about| about.is(campaign))
    }

    /// Whether its day is over.
    pub fn is_late(&self, today: Date) -> bool {
        self.due.is_some_and(|due| due < today)
    }
}

/// Who asks, and about which campaign.
pub struct Asking<'a> {
    /// Time and actor.
    pub ctx: &'a Ctx,
    /// The running campaign.
    pub campaign: &'a RunningCampaign,
}

impl Asking<'_> {
    fn organization(&self) -> &str {
        &self.ctx.organization
    }

    fn today(&self) -> Date {
        self.ctx.today
    }

    /// The address of a page that shows one campaign: this one.
    fn at(&self, page: &str) -> String {
        match self.campaign.is_ended() {
            true => format!("{page}?campaign={}", self.campaign.id),
            false => page.to_owned(),
        }
    }

    fn may(&self, permission: Permission, scope: Scope<'_>) -> bool {
        may(&self.ctx.actor, permission, scope)
    }

    fn has(&self, role: Role) -> bool {
        self.ctx.actor.has(role)
    }

    /// The branches a role was granted for.
    fn units(&self, role: Role) -> BTreeSet<&str> {
        let grants = self.ctx.actor.grants.iter().filter(|g| g.role == role);
        grants.filter_map(|g| g.unit.as_deref()).collect()
    }

    /// Adds up what waits in the units the actor has this permission for.
    fn gather(&self, waiting: &[Waiting], permission: Permission) -> (i64, Option<Date>) {
        let mine: Vec<_> = waiting
            .iter()
            .filter(|w| self.may(permission, Scope::Unit(&w.unit_id)))
            .collect();
        let due = mine
            .iter()
            .filter_map(|w| w.due_on.as_deref()?.parse().ok())
            .min();
        (mine.iter().map(|w| w.n).sum(), due)
    }
}

fn some(n: i64, task: impl FnOnce(i64) -> Task) -> Vec<Task> {
    if n > 0 { vec![task(n)] } else { vec![] }
}

/// What somebody has to do, and what comes next when there is nothing.
#[derive(Clone, Debug, Default)]
pub struct TaskList {
    /// Tasks: those late or due first.
    pub tasks: Vec<Task>,
    /// The next stage and its first day.
    pub next: Option<(Text, Date)>,
    /// The stages open today, with their last day.
    pub open: Vec<(Text, Option<Date>)>,
    /// Whether a campaign runs.
    pub running: bool,
}

/// Asks for the actor's own tasks.
pub struct MyTasks;

impl Query for MyTasks {
    type Out = TaskList;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<TaskList> {
        let proposed = granting::proposed(ctx, tx).await?;
        let owed = still_owed(ctx, tx).await?;
        let Some(campaign) = campaign::current(ctx, tx).await? else {
            let first = granting::first_steps(ctx, tx).await?;
            return Ok(TaskList {
                tasks: merged::once(owed, false)
                    .into_iter()
                    .chain(first)
                    .chain(proposed)
                    .collect(),
                ..TaskList::default()
            });
        };
        let asking = Asking {
            ctx,
            campaign: &campaign,
        };
        let mut tasks = of_running(&asking, tx).await?;
        tasks.extend(owed);
        tasks = merged::once(tasks, true);
        tasks.extend(proposed);
        tasks.sort_by_key(|t| (t.due.is_none(), t.due));
        let stages = campaign.stages(ctx.today);
        let next = stages
            .iter()
            .filter(|s| s.window.starts_on > ctx.today)
            .min_by_key(|s| s.window.starts_on);
        let open = campaign.open_stages(ctx.today);
        Ok(TaskList {
            tasks,
            next: next.map(|s| (s.stage.label.clone(), s.window.starts_on)),
            open: open
                .iter()
                .map(|s| (s.stage.label.clone(), s.window.ends_on))
                .collect(),
            running: true,
        })
    }
}

/// What the running campaign asks of the actor.
async fn of_running(asking: &Asking<'_>, tx: &mut Tx) -> Result<Vec<Task>> {
    let mut tasks = own::own_pledge(asking, tx).await?;
    tasks.extend(own::own_matters(asking, tx).await?);
    tasks.extend(own::branch_pledge(asking, tx).await?);
    tasks.extend(drafting::writing_along(asking, tx).await?);
    tasks.extend(drafting::typed_for_me(asking, tx).await?);
    tasks.extend(drafting::demands(asking, tx).await?);
    tasks.extend(reviews(asking, tx).await?);
    tasks.extend(publications(asking, tx).await?);
    tasks.extend(ending::missed_publication(asking, tx).await?);
    tasks.extend(ending::all_over(asking));
    tasks.extend(channels(asking, tx).await?);
    tasks.extend(feedback(asking, tx).await?);
    tasks.extend(objections(asking, tx).await?);
    tasks.extend(notices::receipts(asking, tx).await?);
    tasks.extend(granting::owner_left(asking, tx).await?);
    tasks.extend(inspections(asking, tx).await?);
    tasks.extend(putting_right::all(asking, tx).await?);
    tasks.extend(chasing::chasing(asking, tx).await?);
    tasks.extend(granting::roster_faults(asking, tx).await?);
    tasks.extend(granting::unheld(asking, tx).await?);
    tasks.extend(crate::appraisal::tasks(asking.ctx, tx, asking.campaign).await?);
    Ok(merged::about(tasks, asking.campaign))
}

/// What is still to be done in campaigns that have ended: promises to report on, opinions, objections and demands to answer,
/// orders to carry out, to follow up, to press for, inspections to record, rounds to finish. The end of a campaign lets
/// nobody off.
async fn still_owed(ctx: &Ctx, tx: &mut Tx) -> Result<Vec<Task>> {
    let mut all = vec![];
    for campaign in campaign::ended(ctx, tx).await? {
        let campaign = &campaign;
        let asking = Asking { ctx, campaign };
        let mut tasks = own::own_matters(&asking, tx).await?;
        tasks.extend(granting::owner_left(&asking, tx).await?);
        tasks.extend(feedback(&asking, tx).await?);
        tasks.extend(objections(&asking, tx).await?);
        tasks.extend(putting_right::all(&asking, tx).await?);
        tasks.extend(drafting::demands(&asking, tx).await?);
        tasks.extend(channels(&asking, tx).await?);
        tasks.extend(inspections(&asking, tx).await?);
        tasks.extend(crate::appraisal::tasks_of_rounds(ctx, tx, campaign).await?);
        all.extend(merged::about(tasks, campaign));
    }
    all.sort_by_key(|t| (t.due.is_none(), t.due));
    Ok(all)
}

/// Pledges handed in that wait for this reader's decision (N11).
async fn reviews(x: &Asking<'_>, tx: &mut Tx) -> Result<Vec<Task>> {
    let decides = [
        Permission::ReviewMemberPledge,
        Permission::ReviewAsLineLeader,
        Permission::CheckBranchPledge,
        Permission::DecideBranchPledge,
    ];
    if !decides.iter().any(|p| x.may(*p, Scope::Any)) {
        return Ok(vec![]);
    }
    // The queue itself tells: what waits at another step of the route, or is one's own, is not in it.
    let Some(queue) = crate::review::FindQueue::default().run(x.ctx, tx).await? else {
        return Ok(vec![]);
    };
    // What came after the last day of review waits from the day it came: it is late by no day of the stage.
    let due = x.campaign.due(GatedAct::Review, false, x.today());
    let due_of = |branches: bool| {
        let mut all = queue
            .all()
            .filter(|c| c.matter.row.person_id.is_none() == branches);
        due.filter(|_| all.any(|c| c.is_bound(x.ctx, queue.ends_on)))
    };
    let all = i64::try_from(queue.all().count()).unwrap_or(i64::MAX);
    let branches = queue.all().filter(|c| c.matter.row.person_id.is_none()).count();
    let branches = i64::try_from(branches).unwrap_or(i64::MAX);
    let mut tasks = some(all - branches, |n| {
        Task::new("task.review_members", n, "/review").due(due_of(false))
    });
    tasks.extend(some(branches, |n| {
        Task::new("task.review_branches", n, "/review").due(due_of(true))
    }));
    Ok(tasks)
}

/// Confirmed pledges that are not public yet (N12).
async fn publications(x: &Asking<'_>, tx: &mut Tx) -> Result<Vec<Task>> {
    if !x.campaign.is_open(GatedAct::Publicise, x.today()) {
        return Ok(vec![]);
    }
    let due = x.campaign.due(GatedAct::Publicise, false, x.today());
    let mut tasks = vec![];
    let people = rows::pledges_in(tx, x.organization(), &x.campaign.id, "person", "confirmed").await?;
    let (mut n, _) = x.gather(&people, Permission::PublishMemberPledges);
    n -= own_confirmed(x, tx).await?;
    tasks.extend(some(n, |n| {
        Task::new("task.publish_members", n, "/publication").due(due)
    }));
    if x.may(Permission::PublishBranchPledges, Scope::Organization) {
        let branches = rows::pledges_in(tx, x.organization(), &x.campaign.id, "branch", "confirmed").await?;
        let n = branches.iter().map(|w| w.n).sum();
        tasks.extend(some(n, |n| {
            Task::new("task.publish_branches", n, "/publication").due(due)
        }));
    }
    Ok(tasks)
}

/// 1 when the actor's own pledge is among those he could publish but for being his own: the office does that.
async fn own_confirmed(x: &Asking<'_>, tx: &mut Tx) -> Result<i64> {
    let Some(person) = x.ctx.actor.person.as_deref() else {
        return Ok(0);
    };
    let own = store::pledge::of_pledger(tx, x.organization(), &x.campaign.id, person).await?;
    let mine = own
        .filter(|p| p.state == "confirmed")
        .is_some_and(|p| x.may(Permission::PublishMemberPledges, Scope::Unit(&p.unit_id)));
    Ok(i64::from(mine))
}

/// Batches that a channel of the template was not recorded for yet, to those who record them (N12).
async fn channels(x: &Asking<'_>, tx: &mut Tx) -> Result<Vec<Task>> {
    if !x.may(Permission::RecordChannel, Scope::Any) {
        return Ok(vec![]);
    }
    let batches = crate::publication::batches_of(x.ctx, tx, x.campaign).await?;
    let n = batches.iter().filter(|b| b.gaps() > 0).count();
    let due = x.campaign.due(GatedAct::Publicise, false, x.today());
    Ok(some(i64::try_from(n).unwrap_or(i64::MAX), |n| {
        Task::new("task.channels", n, x.at("/publication")).due(due)
    }))
}

/// Public opinions to answer within their working days (N13).
async fn feedback(x: &Asking<'_>, tx: &mut Tx) -> Result<Vec<Task>> {
    let waiting = rows::feedback_new(tx, x.organization(), &x.campaign.id).await?;
    let (n, due) = x.gather(&waiting, Permission::HandleFeedback);
    Ok(some(n, |n| {
        Task::new("task.feedback", n, "/feedback-desk").due(due)
    }))
}

/// Objections to publications (N12).
async fn objections(x: &Asking<'_>, tx: &mut Tx) -> Result<Vec<Task>> {
    if !x.may(Permission::AnswerObjection, Scope::Any) {
        return Ok(vec![]);
    }
    let n = crate::publication::waiting_for(x.ctx, tx, &x.campaign.id).await?;
    Ok(some(n, |n| {
        Task::new("task.objections", n, x.at("/publication/objections"))
    }))
}

/// Inspections whose day has come or comes soon and that have no record (N17): whoever was drawn keeps the day free.
async fn inspections(x: &Asking<'_>, tx: &mut Tx) -> Result<Vec<Task>> {
    let Some(person) = x.ctx.actor.person.as_deref() else {
        return Ok(vec![]);
    };
    if !x.may(Permission::RecordInspection, Scope::Any) {
        return Ok(vec![]);
    }
    let until = add_days(x.today(), AHEAD).to_string();
    let who = format!("%\"{person}\"%");
    let waiting = rows::inspections_due(tx, x.organization(), &x.campaign.id, &until, &who).await?;
    let due = waiting.first().and_then(|w| w.due_on.as_deref()?.parse().ok());
    let n = waiting.iter().map(|w| w.n).sum();
    let mut tasks = some(n, |n| {
        Task::new("task.inspections", n, x.at("/inspection")).due(due)
    });
    let account = &x.ctx.actor.account;
    let awaiting = rows::records_awaiting(tx, x.organization(), &x.campaign.id, &who, account).await?;
    tasks.extend(awaiting.first().map(|first| {
        let n = i64::try_from(awaiting.len()).unwrap_or(i64::MAX);
        Task::new("task.inspection_word", n, format!("/inspection/{first}"))
    }));
    Ok(tasks)
}
