//! Who decides on what: the template's routes laid over the tree of units and the roles people hold.

use crate::campaign::{RunningCampaign, current};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::access::{Permission, Role, Scope};
use domain::advice::Rules;
use domain::campaign::Audience;
use domain::ids::{ItemId, PersonId, QuestionId, UnitId};
use domain::organization::UnitKind;
use domain::pledge::{Pledge, PledgeState, VersionContent};
use domain::problem::Problem;
use domain::review::{Holder, Question, ReviewStep, RouteRule, Subject, TreeUnit, recused, resolve_route};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use store::Tx;
use store::organization::Unit;
use store::review::HandedIn;

/// The running campaign with everybody who may decide in it.
pub struct Desk {
    /// The campaign.
    pub campaign: RunningCampaign,
    units: Vec<Unit>,
    tree: Vec<TreeUnit>,
    holders: Vec<Holder>,
    holding: HashSet<String>,
    names: HashMap<String, String>,
    along: Vec<store::pledge::Along>,
    rules: [Vec<RouteRule>; 2],
    /// The rules of the advice.
    pub advice: Arc<Rules>,
    routes: HashMap<(String, Audience), Result<Vec<ReviewStep>, Problem>>,
}

/// A pledge on the desk: what was handed in, whose it is, and the way it goes.
#[derive(Clone, Debug)]
pub struct Matter {
    /// The pledge and its last round.
    pub row: HandedIn,
    /// What was handed in.
    pub content: VersionContent,
    /// Where it stands.
    pub pledge: Pledge,
    /// Whose it is.
    pub subject: Subject,
    /// As the template distinguishes pledgers.
    pub audience: Audience,
    /// The steps of its route, or why it has none.
    pub route: Result<Vec<ReviewStep>, Problem>,
}

/// Roles whose reach opens what was handed in: those that decide, and supervision.
const LOOKING: [Role; 5] = [
    Role::CampaignOffice,
    Role::PartyCommittee,
    Role::BranchSecretary,
    Role::LineLeader,
    Role::Supervisor,
];

impl Desk {
    /// Lays out the desk of the running campaign; `None` while no campaign runs.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn open(ctx: &Ctx, tx: &mut Tx) -> Result<Option<Desk>> {
        let Some(campaign) = current(ctx, tx).await? else {
            return Ok(None);
        };
        let mut units = store::organization::all_units(tx, &ctx.organization).await?;
        let endings = store::organization::endings(tx, &ctx.organization).await?;
        // What a unit that ended left is decided where it goes on.
        for unit in &mut units {
            if let Some(ended) = endings.iter().find(|e| e.id == unit.id) {
                unit.parent_id.clone_from(&ended.successor_id);
            }
        }
        let rows = store::review::role_holders(tx, &ctx.organization).await?;
        let rows = crate::units::with_heirs(rows, &endings);
        let tree = units.iter().map(tree_unit).collect::<Result<_>>()?;
        let mut holders = Vec::with_capacity(rows.len());
        let mut names = HashMap::new();
        for row in rows {
            let Some(role) = Role::from_name(&row.role) else {
                continue;
            };
            let unit = row.unit_id.map(UnitId::parse).transpose().map_err(Error::bug)?;
            let person = PersonId::parse(row.person_id.as_str()).map_err(Error::bug)?;
            names.insert(row.person_id, row.name);
            holders.push(Holder { person, role, unit });
        }
        let rules = [
            campaign.template.route_rules(false),
            campaign.template.route_rules(true),
        ];
        let along = store::pledge::all_along(tx, &ctx.organization, &campaign.id).await?;
        let holding = holders.iter().map(|h| h.person.to_string()).collect();
        Ok(Some(Desk {
            campaign,
            units,
            tree,
            holders,
            holding,
            names,
            along,
            rules,
            advice: crate::advice::rules(ctx, tx).await?,
            routes: HashMap::new(),
        }))
    }

    /// The desk of the running campaign, which must run.
    ///
    /// # Errors
    /// `campaign.none_running`.
    pub async fn required(ctx: &Ctx, tx: &mut Tx) -> Result<Desk> {
        let desk = Desk::open(ctx, tx).await?;
        Ok(desk.ok_or_else(|| Problem::conflict("campaign.none_running"))?)
    }

    /// Roles that a route of the campaign asks and nobody holds: whoever stands in decides for them.
    #[must_use]
    pub fn unheld(&self) -> Vec<Role> {
        unheld_of(&self.campaign, |role| self.holders.iter().any(|h| h.role == role))
    }

    /// A pledge with its subject and route.
    ///
    /// # Errors
    /// A mistake of ours: stored rows that do not read.
    pub fn matter(&mut self, row: HandedIn) -> Result<Matter> {
        let content: VersionContent = serde_json::from_str(&row.content).map_err(Error::bug)?;
        let pledge = Pledge::from_columns(&row.state, row.step, row.round, row.version)?;
        let (subject, departments) = self.subject(&row)?;
        let audience = match subject.audience(&self.holders) {
            domain::review::Audience::Branch if departments => Audience::Department,
            domain::review::Audience::Branch => Audience::Branch,
            domain::review::Audience::BranchSecretary => Audience::BranchSecretary,
            domain::review::Audience::LeadingCadre => Audience::LeadingCadre,
            domain::review::Audience::Participant => Audience::Participant,
        };
        let route = self.route(&row.id, &subject, audience);
        Ok(Matter {
            row,
            content,
            pledge,
            subject,
            audience,
            route,
        })
    }

    fn subject(&self, row: &HandedIn) -> Result<(Subject, bool)> {
        let unit = UnitId::parse(row.unit_id.as_str()).map_err(Error::bug)?;
        let Some(person) = &row.person_id else {
            let mut answerable: Vec<PersonId> = self
                .holders
                .iter()
                .filter(|h| h.role == Role::BranchSecretary && h.unit.as_ref() == Some(&unit))
                .map(|h| h.person.clone())
                .collect();
            // Who writes the form along would judge his own words.
            for along in self.along.iter().filter(|a| a.pledge_id == row.id) {
                answerable.push(PersonId::parse(along.person_id.as_str()).map_err(Error::bug)?);
            }
            let kind = self.unit(&row.unit_id).map_or("", |u| u.kind.as_str());
            let department = matches!(kind, "functional_department" | "clinical_department");
            return Ok((Subject::Branch { unit, answerable }, department));
        };
        let person = PersonId::parse(person.as_str()).map_err(Error::bug)?;
        Ok((
            Subject::Person {
                person,
                unit,
                leading_cadre: row.leading_cadre,
            },
            false,
        ))
    }

    /// The route of a pledge. Pledgers of one unit who hold no role themselves share theirs.
    fn route(
        &mut self,
        pledge: &str,
        subject: &Subject,
        audience: Audience,
    ) -> Result<Vec<ReviewStep>, Problem> {
        let rules = &self.rules[usize::from(audience == Audience::Department)];
        let mut along = self.along.iter().filter(|a| a.pledge_id == pledge).peekable();
        if matches!(subject, Subject::Person { .. }) && along.peek().is_some() {
            // Who wrote it along and came to decide afterwards would judge his own words.
            let along: Vec<&str> = along.map(|a| a.person_id.as_str()).collect();
            let others = self
                .holders
                .iter()
                .filter(|h| !along.contains(&h.person.as_str()));
            let others: Vec<Holder> = others.cloned().collect();
            return resolve_route(rules, &self.tree, &others, subject);
        }
        let make = || resolve_route(rules, &self.tree, &self.holders, subject);
        match subject {
            Subject::Person { person, unit, .. } if !self.holding.contains(person.as_str()) => {
                let key = (unit.to_string(), audience);
                self.routes.entry(key).or_insert_with(make).clone()
            }
            _ => make(),
        }
    }

    /// Whom the route of a matter goes round, with the role in which he decides on others.
    #[must_use]
    pub fn recused(&self, matter: &Matter) -> Vec<(PersonId, Role)> {
        let rules = &self.rules[usize::from(matter.audience == Audience::Department)];
        recused(rules, &self.tree, &self.holders, &matter.subject)
    }

    /// Whether somebody writes the form of a matter along.
    #[must_use]
    pub fn writes_along(&self, matter: &Matter, person: &PersonId) -> bool {
        let of = |a: &store::pledge::Along| a.pledge_id == matter.row.id && a.person_id == person.as_str();
        self.along.iter().any(of)
    }

    /// Name of somebody who holds a role; empty for everybody else.
    #[must_use]
    pub fn name_of(&self, person: &PersonId) -> &str {
        self.names.get(person.as_str()).map_or("", String::as_str)
    }

    /// Place of a unit in the order of the units, closed ones last.
    #[must_use]
    pub fn place_of(&self, unit: &str) -> usize {
        let place = self.units.iter().position(|u| u.id == unit);
        place.unwrap_or(self.units.len())
    }

    /// A unit, also one that ended.
    #[must_use]
    pub fn unit(&self, id: &str) -> Option<&Unit> {
        self.units.iter().find(|u| u.id == id)
    }

    /// Name of a unit.
    #[must_use]
    pub fn unit_name(&self, id: &str) -> &str {
        self.unit(id).map_or("", |u| u.name.as_str())
    }

    /// The names of a step's reviewers.
    #[must_use]
    pub fn names_of(&self, step: &ReviewStep) -> Vec<String> {
        step.reviewers
            .iter()
            .filter_map(|p| self.names.get(p.as_str()).cloned())
            .collect()
    }

    /// A unit and everything below it.
    #[must_use]
    pub fn below<'a>(&'a self, unit: &'a str) -> Vec<&'a str> {
        let mut found = vec![unit];
        let mut at = 0;
        while let Some(parent) = found.get(at).copied() {
            let below = self
                .units
                .iter()
                .filter(|u| u.parent_id.as_deref() == Some(parent));
            for unit in below.map(|u| u.id.as_str()) {
                // A circle in the tree must not turn this into an endless walk.
                if !found.contains(&unit) {
                    found.push(unit);
                }
            }
            at += 1;
        }
        found
    }

    /// What was handed in as far as the actor's roles reach, oldest first.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn in_reach(&mut self, ctx: &Ctx, tx: &mut Tx) -> Result<Vec<Matter>> {
        let roles = ctx.actor.grants.iter().filter(|g| LOOKING.contains(&g.role));
        let units: Option<Vec<&str>> = roles.map(|g| g.unit.as_deref()).collect();
        let rows = match units {
            None => store::review::handed_in(tx, &ctx.organization, &self.campaign.id).await?,
            Some(units) => {
                let mut within: Vec<String> = units
                    .iter()
                    .flat_map(|u| self.below(u))
                    .map(str::to_owned)
                    .collect();
                within.sort_unstable();
                within.dedup();
                let mut rows = Vec::new();
                for unit in &within {
                    let of = store::review::handed_in_of_unit(tx, &ctx.organization, &self.campaign.id, unit);
                    rows.extend(of.await?);
                }
                rows.sort_by(|a, b| (a.submitted_at, &a.id).cmp(&(b.submitted_at, &b.id)));
                rows
            }
        };
        rows.into_iter().map(|row| self.matter(row)).collect()
    }
}

impl Matter {
    /// The step it waits for, while it waits: its place and the step.
    #[must_use]
    pub fn waiting(&self) -> Option<(usize, &ReviewStep)> {
        let PledgeState::Submitted { step, .. } = self.pledge.state else {
            return None;
        };
        let route = self.route.as_ref().ok()?;
        // A route that grew shorter meanwhile ends with its last step.
        let at = usize::try_from(step).ok()?.min(route.len().checked_sub(1)?);
        Some((at, route.get(at)?))
    }

    /// How many steps the route has.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.route.as_ref().map_or(0, Vec::len)
    }

    /// The places of the route at which a person may decide.
    #[must_use]
    pub fn places_of(&self, person: Option<&str>) -> Vec<usize> {
        let Ok(route) = &self.route else { return Vec::new() };
        let Some(person) = person.filter(|p| !self.is_own(Some(*p))) else {
            return Vec::new();
        };
        let of = route
            .iter()
            .enumerate()
            .filter(|(_, s)| s.reviewers.iter().any(|p| p.as_str() == person));
        of.map(|(at, _)| at).collect()
    }

    /// Whether it is somebody's own matter: his pledge, or that of a branch he answers for.
    #[must_use]
    pub fn is_own(&self, person: Option<&str>) -> bool {
        let Some(person) = person else { return false };
        match &self.subject {
            Subject::Branch { answerable, .. } => answerable.iter().any(|p| p.as_str() == person),
            Subject::Person { person: p, .. } => p.as_str() == person,
        }
    }

    /// The questions asked about it (N6, N11).
    #[must_use]
    pub fn asked(&self, campaign: &RunningCampaign) -> Vec<Question> {
        let both = |q: &&domain::campaign::template::Question| {
            // A secretary who is a leading cadre as well is asked what leading cadres are asked.
            let leads = self.row.leading_cadre && q.audience.contains(&Audience::LeadingCadre);
            q.audience.is_empty() || q.audience.contains(&self.audience) || leads
        };
        let questions = campaign.template.questions.iter().filter(both);
        questions
            .filter_map(|q| {
                Some(Question {
                    id: QuestionId::parse(q.key.as_str()).ok()?,
                    per_item: q.per_item,
                })
            })
            .collect()
    }

    /// The ids of its items, in order.
    #[must_use]
    pub fn item_ids(&self) -> Vec<ItemId> {
        self.content.items.iter().map(|i| i.id.clone()).collect()
    }
}

/// Requires what the role of a step must hold, for the unit in which the step lies.
///
/// # Errors
/// A refusal; also for a role that has no say in reviews.
pub(super) fn require(ctx: &Ctx, matter: &Matter, step: &ReviewStep) -> Result<()> {
    let unit_pledge = matches!(matter.subject, Subject::Branch { .. });
    let permission = match step.role {
        Role::CampaignOffice => Permission::CheckBranchPledge,
        Role::PartyCommittee if unit_pledge => Permission::DecideBranchPledge,
        Role::PartyCommittee | Role::LineLeader => Permission::ReviewAsLineLeader,
        Role::BranchSecretary => Permission::ReviewMemberPledge,
        _ => return Err(Problem::forbidden("problem.review.not_yours").into()),
    };
    let scope = step
        .unit
        .as_ref()
        .map_or(Scope::Organization, |u| Scope::Unit(u.as_str()));
    ctx.require(permission, scope)
}

/// Roles that a route of the campaign asks and nobody holds, in the order in which they are asked.
///
/// # Errors
/// Whatever the database reports.
pub async fn unheld(ctx: &Ctx, tx: &mut Tx, campaign: &RunningCampaign) -> Result<Vec<Role>> {
    let holders = store::review::role_holders(tx, &ctx.organization).await?;
    Ok(unheld_of(campaign, |role| {
        holders.iter().any(|h| h.role == role.name())
    }))
}

fn unheld_of(campaign: &RunningCampaign, held: impl Fn(Role) -> bool) -> Vec<Role> {
    let template = &campaign.template;
    let mut rules = template.route_rules(false);
    if template.scope.admits_unit(UnitKind::FunctionalDepartment)
        || template.scope.admits_unit(UnitKind::ClinicalDepartment)
    {
        rules.extend(template.route_rules(true));
    }
    let mut found = Vec::new();
    for step in rules.iter().flat_map(|r| &r.steps) {
        if !found.contains(&step.role) && !held(step.role) {
            found.push(step.role);
        }
    }
    found
}

fn tree_unit(unit: &Unit) -> Result<TreeUnit> {
    let parent = unit
        .parent_id
        .as_deref()
        .map(UnitId::parse)
        .transpose()
        .map_err(Error::bug)?;
    Ok(TreeUnit {
        id: UnitId::parse(unit.id.as_str()).map_err(Error::bug)?,
        parent,
    })
}
