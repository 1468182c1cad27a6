//! What a reviewer is shown: his queue, one pledge with its rounds, what he decided, how the round stands.

mod beside;
mod by_unit;
mod decided;
mod neighbours;
mod one;
mod waits;
pub use beside::Beside;
pub use by_unit::{FindRound, UnitRound};
pub use decided::{DecidedList, FindDecided};
pub use neighbours::Twin;
pub use one::{Decisions, FindCandidate, Open};
pub use waits::{FindWaits, Recused, Wait, Waits, Why};

use super::desk::{Desk, Matter};
use super::guidance::OwnGuidance;
use crate::campaign::RunningCampaign;
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::texts::{self, AlikeText};
use domain::access::{Permission, Scope, may};
use domain::campaign::GatedAct;
use domain::pledge::PledgeState;
use domain::problem::Problem;
use domain::review::{Flag, Reading, ReviewStep, flags, one_at_two_steps};
use domain::time::days_between;
use jiff::civil::Date;
use neighbours::Neighbours;
use std::sync::Arc;
use store::Tx;

/// A pledge that waits for this reviewer.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The pledge.
    pub matter: Arc<Matter>,
    /// Place of the step it waits for, from 0.
    pub at: usize,
    /// The step; `None` when it waits for nobody.
    pub step: Option<ReviewStep>,
    /// Name of its unit.
    pub unit_name: String,
    /// Why it is looked at one by one.
    pub flags: Vec<Flag>,
    /// The advice on each item.
    pub readings: Arc<Vec<Reading>>,
    /// The most similar text of a colleague, from 80 % on.
    pub twin: Option<Twin>,
    /// Texts nearly the same in the whole organisation and in earlier campaigns, with whose they are.
    pub alike: Vec<AlikeText>,
    /// Whole days since it was handed in; 0 once decided.
    pub waited: i32,
}

impl Candidate {
    fn of(
        ctx: &Ctx,
        desk: &Desk,
        matter: Arc<Matter>,
        twin: Option<Twin>,
        alike: Vec<AlikeText>,
    ) -> Candidate {
        let known = texts::known(&alike);
        let items = &matter.content.items;
        let readings = ctx.rules.readings(&desk.advice, &matter.row.post, items, &known);
        let again = matter.pledge.state.round() > 1;
        let leads = matter.row.leading_cadre;
        // What is declared as promised together is legitimate.
        let copied = alike.iter().filter(|a| !a.joint).map(|a| a.percent);
        let percent = copied.chain(twin.as_ref().map(|t| t.percent)).max();
        let flags = flags(leads, again, &readings, percent);
        let waiting = matter.waiting().map(|(at, step)| (at, step.clone()));
        // What is decided waits no longer, however long ago it came.
        let since = waiting.as_ref().map(|_| ctx.date_of(matter.row.submitted_at));
        let waited = since.map_or(0, |day| days_between(day, ctx.today).max(0));
        let unit_name = desk.unit_name(&matter.row.unit_id).to_owned();
        let (at, step) = waiting.map_or((0, None), |(at, step)| (at, Some(step)));
        Candidate {
            matter,
            at,
            step,
            unit_name,
            flags,
            readings,
            twin,
            alike,
            waited,
        }
    }

    /// Whether the stage of review limits it: a first version handed in by the last day of review. Amendments and
    /// immediate pledges come after that day and wait from the day they came.
    #[must_use]
    pub fn is_bound(&self, ctx: &Ctx, ends_on: Option<Date>) -> bool {
        let came = ctx.date_of(self.matter.row.submitted_at);
        self.matter.pledge.version == 0 && ends_on.is_none_or(|end| came <= end)
    }

    /// Name of the person, or of the unit whose pledge it is.
    #[must_use]
    pub fn name(&self) -> &str {
        if self.matter.row.name.is_empty() {
            &self.unit_name
        } else {
            &self.matter.row.name
        }
    }
}

/// How far a reviewer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Waiting for him.
    pub waiting: usize,
    /// Decided at his step in their last round, returned ones included.
    pub done: usize,
    /// Of these, returned and not yet back.
    pub returned: usize,
    /// Handed in, waiting at a step before his.
    pub before: usize,
}

impl Counts {
    /// Everything that came to him so far.
    #[must_use]
    pub fn total(&self) -> usize {
        self.waiting + self.done
    }
}

/// A reviewer's queue.
#[derive(Clone, Debug)]
pub struct Queue {
    /// The campaign.
    pub campaign: RunningCampaign,
    /// Why nothing can be decided today, if so (N15).
    pub closed: Option<Problem>,
    /// Last day of the stage, extensions counted.
    pub ends_on: Option<Date>,
    /// What waits and was handed in by that day, branches' pledges and those of people; the rest waits from the day it came.
    pub bound: usize,
    /// How far he is, over all units.
    pub counts: Counts,
    /// To look at one by one: leading cadres first, then the oldest.
    pub flagged: Vec<Candidate>,
    /// The clean ones, oldest first.
    pub clean: Vec<Candidate>,
    /// Units with how many wait, when there is more than one.
    pub units: Vec<(String, String, usize)>,
    /// The house's own words for the reasons of a return.
    pub guidance: OwnGuidance,
    /// The flagged one that is open, with everything a decision needs; `None` where none was asked for.
    pub expanded: Option<Decisions>,
}

impl Queue {
    /// Everything that waits, in the order of the queue.
    pub fn all(&self) -> impl Iterator<Item = &Candidate> {
        self.flagged.iter().chain(&self.clean)
    }
}

/// Whether the actor has a say in reviews at all.
fn reviewer(ctx: &Ctx) -> Result<()> {
    let by = [
        Permission::ReviewMemberPledge,
        Permission::ReviewAsLineLeader,
        Permission::CheckBranchPledge,
        Permission::DecideBranchPledge,
    ];
    if by.iter().any(|p| may(&ctx.actor, *p, Scope::Any)) {
        return Ok(());
    }
    Err(Problem::forbidden("problem.forbidden").into())
}

/// Asks for the actor's queue; `None` while no campaign runs.
#[derive(Default)]
pub struct FindQueue {
    /// Only this unit; empty = all.
    pub unit: String,
    /// Opens one of the flagged ones: the one of this id, else the first; `None` opens none.
    pub open: Option<String>,
}

/// What came to a reviewer, sorted.
#[derive(Default)]
struct Sorted {
    counts: Counts,
    /// What waits for him, with what reads alike.
    waiting: Vec<(Arc<Matter>, Option<Twin>, Vec<AlikeText>)>,
}

impl Sorted {
    async fn of(ctx: &Ctx, tx: &mut Tx, desk: &Desk, matters: &[Arc<Matter>]) -> Result<Sorted> {
        let mut neighbours = Neighbours::of(ctx, desk, matters);
        let (mut counts, mut waiting) = (Counts::default(), Vec::new());
        for matter in matters {
            let places = matter.places_of(ctx.actor.decider());
            if places.is_empty() {
                continue;
            }
            match (matter.pledge.state, matter.waiting().map(|(at, _)| at)) {
                (_, Some(at)) if places.contains(&at) => {
                    counts.waiting += 1;
                    let twin = neighbours.twin(matter);
                    let alike = neighbours.alike(ctx, tx, matter).await?;
                    waiting.push((matter.clone(), twin, alike));
                }
                (_, Some(at)) if places.iter().all(|p| *p > at) => counts.before += 1,
                (PledgeState::Draft { .. }, _) => {}
                (PledgeState::Returned { .. }, _) => {
                    counts.returned += 1;
                    counts.done += 1;
                }
                _ => counts.done += 1,
            }
        }
        Ok(Sorted { counts, waiting })
    }
}

/// Marks those of which one person confirmed two steps, or would: the reader, when he decides where he did before.
async fn mark_same(ctx: &Ctx, tx: &mut Tx, desk: &Desk, waiting: &mut [Candidate]) -> Result<()> {
    if waiting.iter().all(|c| c.at == 0) {
        return Ok(());
    }
    let steps = store::review::confirmed_steps(tx, &ctx.organization, &desk.campaign.id).await?;
    for one in waiting.iter_mut().filter(|c| c.at > 0) {
        let of = steps.iter().filter(|s| s.pledge_id == one.matter.row.id);
        let before = of.filter_map(|s| Some((u32::try_from(s.step).ok()?, s.decided_by.as_str())));
        let now = u32::try_from(one.at)
            .ok()
            .map(|at| (at, ctx.actor.account.as_str()));
        if one_at_two_steps(before.chain(now)) {
            one.flags.push(Flag::SamePerson);
        }
    }
    Ok(())
}

/// The flagged one that is open.
fn opened<'a>(flagged: &'a [Candidate], id: &str) -> Option<&'a Candidate> {
    let asked = flagged.iter().find(|c| c.matter.row.id == id);
    asked.or(flagged.first())
}

/// Units with how many wait in them, in the order of the queue.
fn units_of(waiting: &[Candidate]) -> Vec<(String, String, usize)> {
    let mut units: Vec<(String, String, usize)> = Vec::new();
    for one in waiting {
        match units.iter_mut().find(|u| u.0 == one.matter.row.unit_id) {
            Some(unit) => unit.2 += 1,
            None => units.push((one.matter.row.unit_id.clone(), one.unit_name.clone(), 1)),
        }
    }
    units
}

impl Query for FindQueue {
    type Out = Option<Queue>;

    fn needs(&self) -> Need {
        Need::SignedIn
    }

    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Option<Queue>> {
        reviewer(ctx)?;
        texts::catch_up(ctx, tx).await?;
        let Some(mut desk) = Desk::open(ctx, tx).await? else {
            return Ok(None);
        };
        let matters = desk.in_reach(ctx, tx).await?;
        let matters: Vec<Arc<Matter>> = matters.into_iter().map(Arc::new).collect();
        let Sorted { counts, waiting } = Sorted::of(ctx, tx, &desk, &matters).await?;
        let waiting = waiting.into_iter();
        let mut waiting: Vec<Candidate> = waiting
            .map(|(matter, twin, alike)| Candidate::of(ctx, &desk, matter, twin, alike))
            .collect();
        mark_same(ctx, tx, &desk, &mut waiting).await?;
        let units = units_of(&waiting);
        let ends_on = desk
            .campaign
            .window(GatedAct::Review, ctx.today)
            .and_then(|w| w.ends_on);
        let bound = waiting.iter().filter(|c| c.is_bound(ctx, ends_on)).count();
        // An amendment is decided whatever the stage: only first versions wait for its opening.
        let first = waiting.is_empty() || waiting.iter().any(|c| c.matter.pledge.version == 0);
        waiting.retain(|c| self.unit.is_empty() || c.matter.row.unit_id == self.unit);
        let (mut flagged, clean): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|c| !c.flags.is_empty());
        flagged.sort_by_key(|c| !c.matter.row.leading_cadre);
        let guidance = super::guidance::own(ctx, tx).await?;
        let expanded = match self.open.as_deref().and_then(|id| opened(&flagged, id)) {
            Some(one) => Some(one::whole(ctx, tx, &desk, one.clone(), &matters, &guidance).await?),
            None => None,
        };
        let gate = desk.campaign.gate_of_pledge(GatedAct::Review, ctx.today);
        let closed = gate.err().filter(|_| first);
        Ok(Some(Queue {
            expanded,
            campaign: desk.campaign,
            closed,
            ends_on,
            bound,
            counts,
            flagged,
            clean,
            units,
            guidance,
        }))
    }
}
