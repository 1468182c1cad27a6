//! One pledge with everything a decision needs.

use super::neighbours::Neighbours;
use super::{Beside, Candidate};
use crate::campaign::RunningCampaign;
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::review::guidance::{OwnGuidance, own};
use crate::review::round::{DecisionView, decisions};
use crate::review::{Desk, Matter};
use crate::texts;
use domain::access::{Permission, PersonField, Scope, may, may_see};
use domain::campaign::GatedAct;
use domain::pledge::VersionContent;
use domain::problem::Problem;
use domain::review::ReviewStep;
use std::sync::Arc;
use store::Tx;
use store::review::EarlierItem;
use store::stamped::StampedScan;

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
    /// Scans of the paper it was typed from, the last one first.
    pub papers: Vec<store::attachment::File>,
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
        let matter = Arc::new(desk.matter(row)?);
        let places = matter.places_of(ctx.actor.decider());
        let looks_on = may(&ctx.actor, Permission::ViewWorkbench, Scope::Unit(&unit));
        if (places.is_empty() && !looks_on) || matter.content.campaign.as_str() != desk.campaign.id {
            return Err(missing().into());
        }
        let branch = store::review::handed_in_of_unit(tx, org, &desk.campaign.id, &unit).await?;
        let branch = branch.into_iter().map(|row| desk.matter(row).map(Arc::new));
        let branch: Vec<Arc<Matter>> = branch.collect::<Result<_>>()?;
        texts::catch_up(ctx, tx).await?;
        let mut neighbours = Neighbours::of(ctx, &desk, &branch);
        let twin = neighbours.twin(&matter);
        let alike = neighbours.alike(ctx, tx, &matter).await?;
        let candidate = Candidate::of(ctx, &desk, matter, twin, alike);
        let guidance = own(ctx, tx).await?;
        whole(ctx, tx, &desk, candidate, &branch, &guidance).await
    }
}

/// A pledge with what helps to decide on it. `branch` holds at least what was handed in in its branch.
pub(super) async fn whole(
    ctx: &Ctx,
    tx: &mut Tx,
    desk: &Desk,
    candidate: Candidate,
    branch: &[Arc<Matter>],
    guidance: &OwnGuidance,
) -> Result<Decisions> {
    let org = &ctx.organization;
    let matter = &candidate.matter;
    let (pledge, unit) = (&matter.row.id, &matter.row.unit_id);
    let places = matter.places_of(ctx.actor.decider());
    let looks_on = may(&ctx.actor, Permission::ViewWorkbench, Scope::Unit(unit));
    let beside = Beside::of(matter, branch, looks_on);
    let versions = store::pledge::versions(tx, org, pledge).await?;
    let rounds = versions.into_iter().map(open).collect::<Result<_>>()?;
    let earlier = store::review::earlier_items(tx, org, &matter.row.pledger_id, &desk.campaign.id).await?;
    let facts = facts(ctx, tx, matter).await?;
    let route = matter.route.clone().unwrap_or_default();
    let reviewers = route
        .into_iter()
        .map(|step| (step.clone(), desk.names_of(&step)))
        .collect();
    let campaign = desk.campaign.clone();
    let gate = campaign.gate_of_pledge(GatedAct::Review, ctx.today).err();
    Ok(Decisions {
        mine: matter.waiting().is_some_and(|(at, _)| places.contains(&at)),
        closed: gate.filter(|_| matter.pledge.version == 0),
        decided: decisions(ctx, tx, pledge).await?,
        stamped: store::stamped::of_pledge(tx, org, pledge).await?,
        papers: crate::pledge::papers_of(ctx, tx, pledge).await?,
        last_meeting: last_meeting(ctx, tx, &campaign.id).await?,
        guidance: guidance.clone(),
        campaign,
        rounds,
        earlier,
        facts,
        reviewers,
        beside,
        candidate,
    })
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
