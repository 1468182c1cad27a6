//! The first page of office, committee and secretary: who has filed, who has not, what each stage still waits for
//! (N3, N14, N16). Every figure is computed from rows and opens down to names.

mod branch;
mod missing;
mod then;
pub use branch::{BranchFile, PersonLine, ReadBranch};
pub use missing::{Missing, MissingLine, ReadMissing, Remind, Reminder};

use crate::campaign::{self, RunningCampaign};
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Actor, Permission, Role, Scope, may};
use domain::campaign::coverage::{self as rules, BranchCoverage, Register, Rostered, Totals};
use domain::campaign::template::Responsible;
use domain::campaign::{GatedAct, Text};
use domain::organization::{PersonClass, UnitKind};
use domain::time::{Window, WindowState};
use jiff::civil::Date;
use std::collections::BTreeMap;
use store::Tx;
use store::organization::Unit;
use store::person::Person;
use store::task::{self as rows, Filing, Waiting};

/// A branch of the register.
#[derive(Clone, Debug)]
pub struct BranchLine {
    /// The branch.
    pub unit: Unit,
    /// Its people.
    pub people: BranchCoverage,
    /// Its own pledge: the state, `None` while there is none.
    pub pledge: Option<String>,
    /// While a new version of it is under way, the state of the one in force; else empty.
    pub stood: String,
    /// Whether it shall or may pledge itself; else only its people do.
    pub pledges: bool,
}

/// A leading cadre and the day he filed.
#[derive(Clone, Debug)]
pub struct LeaderLine {
    /// Name.
    pub name: String,
    /// Post.
    pub title: String,
    /// The day; `None` while he has not.
    pub filed_on: Option<Date>,
}

impl LeaderLine {
    /// Days behind the day leaders are due: after it was missed, or by which he was late.
    pub fn late(&self, due: Option<Date>, today: Date) -> i32 {
        let days = due.map_or(0, |due| {
            domain::time::days_between(due, self.filed_on.unwrap_or(today))
        });
        days.max(0)
    }
}

/// What a stage still waits for from one of those responsible.
#[derive(Clone, Debug)]
pub struct Duty {
    /// Who, as the notice words it.
    pub label: Text,
    /// How many things are left; `None` where nothing can be counted.
    pub left: Option<i64>,
    /// Where it is done; empty where nothing is to be opened.
    pub href: &'static str,
}

/// A stage with its duties.
#[derive(Clone, Debug)]
pub struct StageLine {
    /// Its place, from 1.
    pub number: usize,
    /// Label.
    pub label: Text,
    /// Its window, extensions counted.
    pub window: Window,
    /// The end before the first extension.
    pub old_end: Option<Date>,
    /// Where today lies.
    pub state: WindowState,
    /// Those responsible.
    pub duties: Vec<Duty>,
}

/// The first page.
#[derive(Clone, Debug)]
pub struct Workbench {
    /// The campaign.
    pub campaign: RunningCampaign,
    /// Whether the reader sees the whole organisation.
    pub whole: bool,
    /// Its stages and what they wait for.
    pub stages: Vec<StageLine>,
    /// Branches the reader sees, worst first.
    pub branches: Vec<BranchLine>,
    /// The sums over these.
    pub totals: Totals,
    /// Filed by the end of each day.
    pub daily: Vec<(Date, u32)>,
    /// Leading cadres of these branches.
    pub leaders: Vec<LeaderLine>,
    /// The day leaders are due.
    pub leaders_due: Option<Date>,
    /// The window of filing.
    pub filing: Option<Window>,
}

/// Everything the register is computed from.
pub(crate) struct Facts {
    pub(crate) units: Vec<Unit>,
    /// Names of all units, those out of reach too.
    names: BTreeMap<String, String>,
    people: Vec<Person>,
    rostered: Vec<Rostered>,
    excuses: BTreeMap<String, String>,
    pub(crate) filings: Vec<Filing>,
    filed: BTreeMap<String, Date>,
    must_units: Vec<UnitKind>,
    pledging: Vec<UnitKind>,
}

impl Facts {
    pub(crate) async fn read(ctx: &Ctx, tx: &mut Tx, campaign: &RunningCampaign) -> Result<Facts> {
        let organization = &ctx.organization;
        let branches = then::units(ctx, tx, campaign).await?;
        // Branches, and whatever else of the tree pledges: departments, where the template lets them (N4).
        let scope = &campaign.template.scope;
        let listed = |kind: UnitKind| kind.is_branch() || scope.admits_unit(kind);
        let sees = |unit: &Unit| {
            UnitKind::from_name(&unit.kind).is_some_and(listed)
                && may(&ctx.actor, Permission::ViewWorkbench, Scope::Unit(&unit.id))
        };
        let names = branches.iter().map(|u| (u.id.clone(), u.name.clone())).collect();
        let units: Vec<Unit> = branches.into_iter().filter(sees).collect();
        let people = then::people(ctx, tx, campaign, &units).await?;
        let excuses = store::campaign::excuses(tx, organization, &campaign.id).await?;
        let filings = rows::filings(tx, organization, &campaign.id).await?;
        let filed = filings
            .iter()
            .filter_map(|f| Some((f.pledger_id.clone(), ctx.date_of(f.filed_at?))));
        let seen = |unit: &str| units.iter().any(|u| u.id == unit);
        Ok(Facts {
            // Every figure and every day counts the same units.
            rostered: people
                .iter()
                .filter(|p| seen(&p.unit_id))
                .filter_map(rostered)
                .collect(),
            excuses: excuses.into_iter().map(|e| (e.person_id, e.reason)).collect(),
            filed: filed.collect(),
            filings,
            people,
            units,
            names,
            must_units: scope.must_units.clone(),
            pledging: [scope.must_units.as_slice(), &scope.may_units].concat(),
        })
    }

    fn register<'a>(&'a self, campaign: &'a RunningCampaign) -> Register<'a> {
        Register {
            scope: &campaign.template.scope,
            people: &self.rostered,
            excuses: &self.excuses,
            filed: &self.filed,
        }
    }

    pub(crate) fn coverage(&self, campaign: &RunningCampaign) -> Vec<BranchCoverage> {
        let ids: Vec<String> = self.units.iter().map(|u| u.id.clone()).collect();
        self.register(campaign).branches(&ids)
    }

    fn sees(&self, unit: &str) -> bool {
        self.units.iter().any(|u| u.id == unit)
    }

    fn count(&self, pledger: &str, state: &str) -> i64 {
        let found = self
            .filings
            .iter()
            .filter(|f| f.pledger == pledger && f.state == state && self.sees(&f.unit_id));
        i64::try_from(found.count()).unwrap_or(i64::MAX)
    }

    fn pledge_of(&self, pledger: &str) -> Option<&Filing> {
        self.filings.iter().find(|f| f.pledger_id == pledger)
    }

    /// The state in force of a pledger's pledge while a new version is under way; else empty.
    fn stood(&self, pledger: &str) -> String {
        self.pledge_of(pledger)
            .map(|f| f.stood.clone())
            .unwrap_or_default()
    }

    /// Units that shall hand in a pledge of their own and have not.
    pub(crate) fn branches_missing(&self) -> Vec<&Unit> {
        let missing = self.units.iter().filter(|u| !self.filed.contains_key(&u.id));
        missing.filter(|u| self.shall_pledge(u)).collect()
    }

    /// Whether the campaign takes a pledge of the unit itself, wanted or not.
    fn may_pledge(&self, unit: &Unit) -> bool {
        UnitKind::from_name(&unit.kind).is_some_and(|kind| self.pledging.contains(&kind))
    }

    /// Whether the campaign asks anything of a unit: of itself, or of somebody in it.
    fn takes_part(&self, unit: &Unit, campaign: &RunningCampaign) -> bool {
        let scope = &campaign.template.scope;
        let people = &mut self.rostered.iter().filter(|p| p.unit == unit.id);
        self.may_pledge(unit)
            || people.any(|p| scope.admits(p.class, p.leading_cadre))
            || self.filings.iter().any(|f| f.unit_id == unit.id)
    }

    /// Whether the campaign wants a pledge of the unit itself.
    pub(crate) fn shall_pledge(&self, unit: &Unit) -> bool {
        UnitKind::from_name(&unit.kind).is_some_and(|k| self.must_units.contains(&k))
    }
}

fn rostered(person: &Person) -> Option<Rostered> {
    Some(Rostered {
        person: person.id.clone(),
        name: person.name.clone(),
        title: person.title.clone(),
        unit: person.unit_id.clone(),
        class: PersonClass::from_name(&person.class)?,
        leading_cadre: person.leading_cadre,
    })
}

/// What has been gathered elsewhere, by unit.
struct Gathered {
    visits: Vec<Waiting>,
    feedback: Vec<Waiting>,
    objections: Vec<Waiting>,
    /// The campaign has ended: only what is still answered after its end is left.
    ended: bool,
}

impl Gathered {
    async fn read(ctx: &Ctx, tx: &mut Tx, campaign: &RunningCampaign) -> Result<Gathered> {
        let (ended, campaign) = (campaign.is_ended(), campaign.id.as_str());
        Ok(Gathered {
            ended,
            visits: rows::visits(tx, &ctx.organization, campaign).await?,
            feedback: rows::feedback_new(tx, &ctx.organization, campaign).await?,
            objections: rows::objections_new(tx, &ctx.organization, campaign).await?,
        })
    }
}

fn sum(facts: &Facts, waiting: &[Waiting]) -> i64 {
    waiting
        .iter()
        .filter(|w| facts.sees(&w.unit_id))
        .map(|w| w.n)
        .sum()
}

fn length(list: &[impl Sized]) -> i64 {
    i64::try_from(list.len()).unwrap_or(i64::MAX)
}

/// What is left of a stage for a role: the first role of a responsible party that has something to count.
fn left(
    act: GatedAct,
    role: Role,
    asked: &[UnitKind],
    facts: &Facts,
    totals: Totals,
    gathered: &Gathered,
) -> Option<(i64, &'static str)> {
    use GatedAct::{Appraise, Propose, Publicise, Review, Survey};
    if gathered.ended && act != Appraise && role != Role::Supervisor {
        return None;
    }
    Some(match (act, role) {
        (Survey, Role::BranchSecretary) => {
            let unseen = |u: &&Unit| gathered.visits.iter().all(|w| w.unit_id != u.id);
            let asks = |u: &&Unit| UnitKind::from_name(&u.kind).is_some_and(|k| asked.contains(&k));
            let waiting = facts.units.iter().filter(asks).filter(unseen);
            (i64::try_from(waiting.count()).unwrap_or(i64::MAX), "/survey")
        }
        (Propose, Role::BranchSecretary) => (length(&facts.branches_missing()), "/workbench"),
        (Propose, Role::Participant) => (i64::from(totals.due - totals.filed), "/workbench"),
        (Review, Role::CampaignOffice | Role::PartyCommittee) => {
            (facts.count("branch", "submitted"), "/review")
        }
        (Review, Role::BranchSecretary) => (facts.count("person", "submitted"), "/review"),
        (Publicise, Role::CampaignOffice | Role::Publisher) => {
            (facts.count("branch", "confirmed"), "/publication")
        }
        (Publicise, Role::BranchSecretary) => (facts.count("person", "confirmed"), "/publication"),
        (Publicise, Role::Supervisor) => (sum(facts, &gathered.objections), "/publication"),
        (Appraise, Role::CampaignOffice | Role::PartyCommittee | Role::BranchSecretary) => {
            (sum(facts, &gathered.feedback), "/feedback-desk")
        }
        _ => return None,
    })
}

fn duty(party: &Responsible, acts: &[GatedAct], facts: &Facts, totals: Totals, gathered: &Gathered) -> Duty {
    // Where the party names no kinds of units, it means those that pledge.
    let asked = match party.units.as_slice() {
        [] => facts.pledging.as_slice(),
        named => named,
    };
    let found = acts.iter().find_map(|act| {
        let of = |role: &Role| left(*act, *role, asked, facts, totals, gathered);
        party.roles.iter().find_map(of)
    });
    Duty {
        label: party.label.clone(),
        left: found.map(|(n, _)| n),
        href: found.map_or("", |(_, href)| href),
    }
}

fn stage_lines(
    campaign: &RunningCampaign,
    facts: &Facts,
    totals: Totals,
    gathered: &Gathered,
    today: Date,
) -> Vec<StageLine> {
    let line = |s: domain::campaign::StageState<'_>| StageLine {
        number: s.number,
        label: s.stage.label.clone(),
        window: s.window,
        old_end: s.extensions.first().map(|e| e.old_ends_on),
        state: s.state,
        duties: s
            .stage
            .responsible
            .iter()
            .map(|party| match s.state {
                WindowState::Upcoming => Duty {
                    label: party.label.clone(),
                    left: None,
                    href: "",
                },
                _ => duty(party, &s.stage.acts, facts, totals, gathered),
            })
            .collect(),
    };
    campaign.stages(today).into_iter().map(line).collect()
}

/// Asks for the first page; `None` while there never was a campaign.
pub struct ReadWorkbench;

impl Query for ReadWorkbench {
    type Out = Option<Workbench>;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ViewWorkbench)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Option<Workbench>> {
        let Some(campaign) = campaign::shown(ctx, tx).await? else {
            return Ok(None);
        };
        let facts = Facts::read(ctx, tx, &campaign).await?;
        let gathered = Gathered::read(ctx, tx, &campaign).await?;
        let mut people = facts.coverage(&campaign);
        let totals = rules::totals(&people);
        rules::worst_first(&mut people);
        let filing = campaign.window(GatedAct::Propose, ctx.today);
        let register = facts.register(&campaign);
        let leaders = register
            .leaders()
            .into_iter()
            .filter(|(p, _)| facts.sees(&p.unit));
        let leaders = leaders.map(|(p, filed_on)| LeaderLine {
            name: p.name.clone(),
            title: p.title.clone(),
            filed_on,
        });
        let branches = people.into_iter().filter_map(|people| {
            let unit = facts.units.iter().find(|u| u.id == people.unit)?;
            facts.takes_part(unit, &campaign).then(|| BranchLine {
                unit: unit.clone(),
                pledges: facts.may_pledge(unit),
                pledge: facts.pledge_of(&people.unit).map(|f| f.state.clone()),
                stood: facts.stood(&people.unit),
                people,
            })
        });
        Ok(Some(Workbench {
            whole: sees_all(&ctx.actor),
            stages: stage_lines(&campaign, &facts, totals, &gathered, ctx.today),
            branches: branches.collect(),
            daily: filing.map(|w| register.daily(w, ctx.today)).unwrap_or_default(),
            leaders: leaders.collect(),
            leaders_due: campaign.due(GatedAct::Propose, true, ctx.today),
            filing,
            totals,
            campaign,
        }))
    }
}

/// Whether the workbench shows the whole organisation.
pub fn sees_all(actor: &Actor) -> bool {
    may(actor, Permission::ViewWorkbench, Scope::Organization)
}
