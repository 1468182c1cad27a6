//! What a reviewer is shown: his queue, one pledge with its rounds, what he decided, how the round stands.

mod beside;
mod by_unit;
mod decided;
mod waits;
pub use beside::Beside;
pub use by_unit::{FindRound, UnitRound};
pub use decided::{DecidedList, FindDecided};
pub use waits::{FindWaits, Recused, Wait, Waits, Why};

use super::desk::{Desk, Matter};
use super::guidance::OwnGuidance;
use super::round::{DecisionView, decisions};
use crate::campaign::RunningCampaign;
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::texts::{self, AlikeText, Author};
use domain::access::{Permission, PersonField, Scope, may, may_see};
use domain::campaign::GatedAct;
use domain::pledge::sentence::post_group;
use domain::pledge::{PledgeState, VersionContent};
use domain::problem::Problem;
use domain::review::{Flag, Models, OwnWords, Reading, ReviewStep, TWIN_PERCENT, flags, read_items};
use domain::time::days_between;
use jiff::civil::Date;
use std::collections::HashMap;
use store::Tx;
use store::review::EarlierItem;
use store::stamped::StampedScan;

/// A colleague's item that reads alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twin {
    /// How alike, in percent.
    pub percent: u32,
    /// Place of one's own item.
    pub item: usize,
    /// Whose it is.
    pub name: String,
    /// His text.
    pub text: String,
}

/// A pledge that waits for this reviewer.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The pledge.
    pub matter: Matter,
    /// Place of the step it waits for, from 0.
    pub at: usize,
    /// The step; `None` when it waits for nobody.
    pub step: Option<ReviewStep>,
    /// Name of its unit.
    pub unit_name: String,
    /// Why it is looked at one by one.
    pub flags: Vec<Flag>,
    /// The advice on each item.
    pub readings: Vec<Reading>,
    /// The most similar text of a colleague, from 80 % on.
    pub twin: Option<Twin>,
    /// Texts nearly the same in the whole organisation and in earlier campaigns, with whose they are.
    pub alike: Vec<AlikeText>,
    /// Whole days since it was handed in; 0 once decided.
    pub waited: i32,
}

impl Candidate {
    fn of(ctx: &Ctx, desk: &Desk, matter: Matter, twin: Option<Twin>, alike: Vec<AlikeText>) -> Candidate {
        let posts = desk.advice.posts();
        let post = post_group(&matter.row.post, &posts).unwrap_or_default();
        let readings = read_items(&desk.advice, &matter.content.items, post, &texts::known(&alike));
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

/// The items of a unit prepared for comparing. The words of the campaign's model sentences are nobody's own.
struct Neighbours {
    models: Models,
    by_unit: HashMap<String, Vec<(String, String, String, OwnWords)>>,
}

impl Neighbours {
    fn of(desk: &Desk, matters: &[Matter]) -> Neighbours {
        let models = texts::models(&desk.campaign.template);
        let mut by_unit: HashMap<String, Vec<_>> = HashMap::new();
        for matter in matters {
            let name = match matter.row.name.as_str() {
                "" => desk.unit_name(&matter.row.unit_id),
                name => name,
            };
            let list = by_unit.entry(matter.row.unit_id.clone()).or_default();
            for item in matter.content.items.iter().filter(|i| !i.joint) {
                list.push((
                    matter.row.id.clone(),
                    name.to_owned(),
                    item.content.clone(),
                    models.own(&item.content),
                ));
            }
        }
        Neighbours { models, by_unit }
    }

    fn twin(&self, matter: &Matter) -> Option<Twin> {
        let list = self.by_unit.get(&matter.row.unit_id)?;
        let mut best: Option<Twin> = None;
        let alone = matter.content.items.iter().enumerate();
        for (place, item) in alone.filter(|(_, i)| !i.joint) {
            let own = self.models.own(&item.content);
            for (pledge, name, text, other) in list {
                if *pledge == matter.row.id || own.cannot_reach(other, TWIN_PERCENT) {
                    continue;
                }
                let percent = own.percent(other);
                if percent >= TWIN_PERCENT && best.as_ref().is_none_or(|b| percent > b.percent) {
                    best = Some(Twin {
                        percent,
                        item: place,
                        name: name.clone(),
                        text: text.clone(),
                    });
                }
            }
        }
        best
    }
}

/// What reads like the items of a matter.
async fn alike(
    ctx: &Ctx,
    tx: &mut Tx,
    desk: &Desk,
    models: &Models,
    matter: &Matter,
) -> Result<Vec<AlikeText>> {
    let author = Author {
        pledge: &matter.row.id,
        pledger: &matter.row.pledger_id,
        unit: &matter.row.unit_id,
        campaign: matter.content.campaign.as_str(),
    };
    let items = matter.content.items.iter();
    let items: Vec<(&str, bool)> = items.map(|i| (i.content.as_str(), i.joint)).collect();
    let mut found = texts::alike(ctx, tx, models, author, &items).await?;
    for other in &mut found {
        desk.unit_name(&other.unit).clone_into(&mut other.unit_name);
    }
    Ok(found)
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
        let neighbours = Neighbours::of(&desk, &matters);
        let (mut counts, mut waiting) = (Counts::default(), Vec::new());
        for matter in matters {
            let places = matter.places_of(ctx.actor.person.as_deref());
            if places.is_empty() {
                continue;
            }
            match (matter.pledge.state, matter.waiting().map(|(at, _)| at)) {
                (_, Some(at)) if places.contains(&at) => {
                    counts.waiting += 1;
                    let twin = neighbours.twin(&matter);
                    let alike = alike(ctx, tx, &desk, &neighbours.models, &matter).await?;
                    waiting.push(Candidate::of(ctx, &desk, matter, twin, alike));
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
        let mut units: Vec<(String, String, usize)> = Vec::new();
        for one in &waiting {
            match units.iter_mut().find(|u| u.0 == one.matter.row.unit_id) {
                Some(unit) => unit.2 += 1,
                None => units.push((one.matter.row.unit_id.clone(), one.unit_name.clone(), 1)),
            }
        }
        waiting.retain(|c| self.unit.is_empty() || c.matter.row.unit_id == self.unit);
        let (mut flagged, clean): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|c| !c.flags.is_empty());
        flagged.sort_by_key(|c| !c.matter.row.leading_cadre);
        let closed = desk.campaign.gate_of_pledge(GatedAct::Review, ctx.today).err();
        let ends_on = desk
            .campaign
            .window(GatedAct::Review, ctx.today)
            .and_then(|w| w.ends_on);
        Ok(Some(Queue {
            campaign: desk.campaign,
            closed,
            ends_on,
            counts,
            flagged,
            clean,
            units,
            guidance: super::guidance::own(ctx, tx).await?,
        }))
    }
}

/// One round as it was handed in.
#[derive(Clone, Debug)]
pub struct Open {
    /// From 1.
    pub round: u32,
    /// What was handed in.
    pub content: VersionContent,
    /// When, microseconds UTC.
    pub at: i64,
    /// Why there is a new version, once published.
    pub reason: String,
}

/// One pledge with everything a decision needs.
#[derive(Clone, Debug)]
pub struct Decisions {
    /// The campaign.
    pub campaign: RunningCampaign,
    /// The pledge, its flags and its twin.
    pub candidate: Candidate,
    /// Whether the actor decides now.
    pub mine: bool,
    /// Why nothing can be decided today, if so.
    pub closed: Option<Problem>,
    /// Every round, first one first.
    pub rounds: Vec<Open>,
    /// Every decision, first one first.
    pub decided: Vec<DecisionView>,
    /// Scans of forms stamped on paper, the last one first.
    pub stamped: Vec<StampedScan>,
    /// What the pledger promised in earlier campaigns.
    pub earlier: Vec<EarlierItem>,
    /// The person's fields that the actor may see, where they are filled.
    pub facts: Vec<(PersonField, String)>,
    /// The names of those who decide at each step of the route.
    pub reviewers: Vec<(ReviewStep, Vec<String>)>,
    /// The meeting the actor recorded last: one meeting decides on many.
    pub last_meeting: Option<domain::review::Meeting>,
    /// What the members of his branch promise, beside a leading cadre's pledge.
    pub beside: Option<Beside>,
    /// The house's own words for the reasons of a return.
    pub guidance: OwnGuidance,
}

/// Asks for one pledge.
pub struct FindCandidate {
    /// The pledge.
    pub pledge: String,
}

impl Query for FindCandidate {
    type Out = Decisions;

    fn needs(&self) -> Need {
        Need::SignedIn
    }

    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Decisions> {
        let missing = || Problem::not_found("problem.not_found");
        let org = &ctx.organization;
        let mut desk = Desk::required(ctx, tx).await?;
        let row = store::review::handed_in_one(tx, org, &self.pledge)
            .await?
            .ok_or_else(missing)?;
        let unit = row.unit_id.clone();
        let matter = desk.matter(row)?;
        let places = matter.places_of(ctx.actor.person.as_deref());
        let looks_on = may(&ctx.actor, Permission::ViewWorkbench, Scope::Unit(&unit));
        if (places.is_empty() && !looks_on) || matter.content.campaign.as_str() != desk.campaign.id {
            return Err(missing().into());
        }
        let beside = store::review::handed_in_of_unit(tx, org, &desk.campaign.id, &unit).await?;
        let beside: Vec<Matter> = beside
            .into_iter()
            .map(|r| desk.matter(r))
            .collect::<Result<_>>()?;
        let neighbours = Neighbours::of(&desk, &beside);
        let twin = neighbours.twin(&matter);
        let beside = Beside::of(&matter, &beside, looks_on);
        texts::catch_up(ctx, tx).await?;
        let alike = alike(ctx, tx, &desk, &neighbours.models, &matter).await?;
        let versions = store::pledge::versions(tx, org, &self.pledge).await?;
        let rounds = versions.into_iter().map(open).collect::<Result<_>>()?;
        let earlier =
            store::review::earlier_items(tx, org, &matter.row.pledger_id, &desk.campaign.id).await?;
        let facts = facts(ctx, tx, &matter).await?;
        let route = matter.route.clone().unwrap_or_default();
        let reviewers = route
            .into_iter()
            .map(|step| (step.clone(), desk.names_of(&step)))
            .collect();
        let mine = matter.waiting().is_some_and(|(at, _)| places.contains(&at));
        let campaign = desk.campaign.clone();
        let gate = campaign.gate_of_pledge(GatedAct::Review, ctx.today).err();
        let closed = gate.filter(|_| matter.pledge.version == 0);
        let last_meeting = last_meeting(ctx, tx, &campaign.id).await?;
        let decided = decisions(ctx, tx, &self.pledge).await?;
        let candidate = Candidate::of(ctx, &desk, matter, twin, alike);
        Ok(Decisions {
            campaign,
            candidate,
            mine,
            closed,
            rounds,
            decided,
            stamped: store::stamped::of_pledge(tx, org, &self.pledge).await?,
            earlier,
            facts,
            reviewers,
            last_meeting,
            beside,
            guidance: super::guidance::own(ctx, tx).await?,
        })
    }
}

fn open(version: store::pledge::PledgeVersion) -> Result<Open> {
    Ok(Open {
        round: u32::try_from(version.round).map_err(Error::bug)?,
        content: serde_json::from_str(&version.content).map_err(Error::bug)?,
        at: version.submitted_at,
        reason: version.reason,
    })
}

async fn facts(ctx: &Ctx, tx: &mut Tx, matter: &Matter) -> Result<Vec<(PersonField, String)>> {
    let Some(id) = &matter.row.person_id else {
        return Ok(Vec::new());
    };
    let Some(p) = store::person::by_id(tx, &ctx.organization, id).await? else {
        return Ok(Vec::new());
    };
    let all = [
        (PersonField::Class, p.class),
        (PersonField::Title, p.title),
        (PersonField::Post, p.post),
        (PersonField::Sex, p.sex),
        (PersonField::Ethnicity, p.ethnicity),
        (PersonField::Education, p.education),
        (PersonField::BirthMonth, p.birth_month),
        (PersonField::JoinedMonth, p.joined_month),
        (PersonField::Phone, p.phone),
    ];
    let seen = all.into_iter().filter(|(_, text)| !text.is_empty());
    Ok(seen
        .filter(|(field, _)| may_see(&ctx.actor, *field, id, &matter.row.unit_id))
        .collect())
}

async fn last_meeting(ctx: &Ctx, tx: &mut Tx, campaign: &str) -> Result<Option<domain::review::Meeting>> {
    let own = store::review::decided_by(tx, &ctx.organization, campaign, &ctx.actor.account, 20, 0).await?;
    Ok(own.iter().find_map(|d| serde_json::from_str(&d.meeting).ok()))
}
