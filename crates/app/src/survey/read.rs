//! What the survey's pages show.

mod public;
mod unanswered;
pub use public::{FateRow, PublicDemands, ReadPublicDemands};
pub use unanswered::{ReadUnanswered, Tally, Unanswered, WaitingDemand};

use super::collect::id_from;
use super::{Answer, Demand, Opinion, Place, Visit, in_reach, places, scope_of};
use crate::campaign::{self, RunningCampaign};
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::Permission;
use domain::campaign::GatedAct;
use domain::demand::{groups, nearest, points};
use domain::problem::Problem;
use store::Tx;
use store::demand as rows;

/// More opinions than this are not compared at once: the proposal shall come within a breath.
const COMPARED: usize = 800;

/// Which opinions a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WhichOpinions {
    /// All that count.
    #[default]
    Counted,
    /// Those in no demand yet.
    Loose,
    /// Those in a demand.
    Merged,
    /// Those set aside.
    SetAside,
}

impl WhichOpinions {
    /// All of them, in the order of the filter, with their names in addresses and i18n keys.
    pub const ALL: [(&'static str, WhichOpinions); 4] = [
        ("counted", Self::Counted),
        ("loose", Self::Loose),
        ("merged", Self::Merged),
        ("aside", Self::SetAside),
    ];

    /// The filter of this name; all that count when there is none.
    pub fn from_name(name: &str) -> WhichOpinions {
        Self::ALL
            .iter()
            .find(|(n, _)| *n == name)
            .map_or(Self::Counted, |(_, which)| *which)
    }

    fn takes(self, o: &Opinion) -> bool {
        let aside = !o.set_aside.is_empty();
        match self {
            Self::Counted => !aside,
            Self::Loose => !aside && o.demand_id.is_none(),
            Self::Merged => !aside && o.demand_id.is_some(),
            Self::SetAside => aside,
        }
    }
}

/// What was heard in one branch, or about the whole house.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// The branch; `None` = the whole house.
    pub unit: Option<String>,
    /// Visits and symposiums.
    pub visits: usize,
    /// Opinions that count.
    pub opinions: usize,
    /// Their voices.
    pub voices: i64,
    /// Opinions in no demand yet.
    pub loose: usize,
    /// Demands.
    pub demands: usize,
    /// Demands that are open and that no item answers.
    pub unanswered: usize,
}

/// The survey as somebody works with it.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The campaign.
    pub campaign: RunningCampaign,
    /// The survey's stage is open today.
    pub open: bool,
    /// The branches in reach.
    pub places: Vec<Place>,
    /// The whole house is in reach.
    pub whole: bool,
    /// Counts, by branch.
    pub counts: Vec<Count>,
    /// The opinions asked for.
    pub opinions: Vec<Opinion>,
    /// The demands in reach.
    pub demands: Vec<Demand>,
}

impl Desk {
    /// The name of a branch; empty for the whole house.
    pub fn place(&self, unit: Option<&str>) -> &str {
        unit.and_then(|id| self.places.iter().find(|p| p.id == id))
            .map_or("", |p| p.name.as_str())
    }

    /// The title of a demand.
    pub fn demand(&self, id: &str) -> &str {
        self.demands
            .iter()
            .find(|d| d.id == id)
            .map_or("", |d| d.title.as_str())
    }
}

/// Asks for the survey: opinions of a branch (all in reach when empty), from a source, of a sort.
#[derive(Default)]
pub struct ReadDesk {
    /// Branch; empty for all in reach.
    pub unit: String,
    /// Source; empty for all.
    pub source: String,
    /// Which.
    pub which: WhichOpinions,
}

impl Query for ReadDesk {
    type Out = Desk;
    fn needs(&self) -> Need {
        Need::Permission(Permission::CollectOpinions)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Desk> {
        let campaign = campaign::at_hand(ctx, tx).await?;
        let org = &ctx.organization;
        let mut places = places(&campaign, store::organization::all_units(tx, org).await?);
        let ended = store::organization::endings(tx, org).await?;
        places.retain(|p| in_reach(ctx, Permission::CollectOpinions, Some(&p.id)));
        let whole = in_reach(ctx, Permission::CollectOpinions, None);
        let reach = |unit: Option<&str>| in_reach(ctx, Permission::CollectOpinions, unit);
        let mut opinions = rows::opinions(tx, org, &campaign.id).await?;
        opinions.retain(|o| reach(o.unit_id.as_deref()));
        let mut demands = rows::demands(tx, org, &campaign.id).await?;
        demands.retain(|d| reach(d.unit_id.as_deref()));
        let mut visits = rows::visits(tx, org, &campaign.id).await?;
        visits.retain(|v| reach(Some(&v.unit_id)));
        // A unit that ended stays on the desk with what it left.
        places.retain(|p| {
            let own = |unit: Option<&str>| unit == Some(p.id.as_str());
            ended.iter().all(|e| e.id != p.id)
                || visits.iter().any(|v| own(Some(&v.unit_id)))
                || opinions.iter().any(|o| own(o.unit_id.as_deref()))
                || demands.iter().any(|d| own(d.unit_id.as_deref()))
        });
        let units = places.iter().map(|p| Some(p.id.as_str()));
        let units = units.chain(whole.then_some(None));
        let counts = units
            .map(|unit| count(unit, &visits, &opinions, &demands))
            .collect();
        opinions.retain(|o| {
            self.which.takes(o)
                && (self.unit.is_empty() || o.unit_id.as_deref() == Some(&self.unit))
                && (self.source.is_empty() || o.source == self.source)
        });
        Ok(Desk {
            open: campaign.is_open(GatedAct::Survey, ctx.today),
            campaign,
            places,
            whole,
            counts,
            opinions,
            demands,
        })
    }
}

fn count(unit: Option<&str>, visits: &[Visit], opinions: &[Opinion], demands: &[Demand]) -> Count {
    let counted = opinions
        .iter()
        .filter(|o| o.unit_id.as_deref() == unit && o.set_aside.is_empty());
    let own = demands.iter().filter(|d| d.unit_id.as_deref() == unit);
    Count {
        unit: unit.map(str::to_owned),
        visits: visits.iter().filter(|v| Some(v.unit_id.as_str()) == unit).count(),
        opinions: counted.clone().count(),
        voices: counted.clone().map(|o| o.voices).sum(),
        loose: counted.filter(|o| o.demand_id.is_none()).count(),
        demands: own.clone().count(),
        unanswered: own.filter(|d| DemandFilter::Unanswered.takes(d)).count(),
    }
}

/// Asks for the visits in reach, newest first.
pub struct ListVisits;

impl Query for ListVisits {
    type Out = (Vec<Visit>, Vec<Place>);
    fn needs(&self) -> Need {
        Need::Permission(Permission::CollectOpinions)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        let campaign = campaign::at_hand(ctx, tx).await?;
        let mut visits = rows::visits(tx, &ctx.organization, &campaign.id).await?;
        visits.retain(|v| in_reach(ctx, Permission::CollectOpinions, Some(&v.unit_id)));
        let places = places(
            &campaign,
            store::organization::all_units(tx, &ctx.organization).await?,
        );
        Ok((visits, places))
    }
}

/// A visit with its points.
#[derive(Clone, Debug)]
pub struct VisitPage {
    /// The visit.
    pub visit: Visit,
    /// Name of the branch.
    pub place: String,
    /// Its points, and whether each is an opinion already.
    pub points: Vec<(String, bool)>,
}

/// Asks for a visit.
pub struct ReadVisit {
    /// Which.
    pub id: String,
}

impl Query for ReadVisit {
    type Out = VisitPage;
    fn needs(&self) -> Need {
        Need::Permission(Permission::CollectOpinions)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<VisitPage> {
        let visit = rows::visit(tx, &ctx.organization, &self.id).await?;
        let visit = visit.ok_or_else(|| Problem::not_found("problem.not_found"))?;
        ctx.require(Permission::CollectOpinions, scope_of(Some(&visit.unit_id)))?;
        let unit = store::organization::unit(tx, &ctx.organization, &visit.unit_id).await?;
        let mut found = Vec::new();
        for point in points(&visit.points) {
            let id = id_from(&visit.id, point);
            let taken = rows::opinion(tx, &ctx.organization, &id).await?.is_some();
            found.push((point.to_owned(), taken));
        }
        Ok(VisitPage {
            place: unit.map(|u| u.name).unwrap_or_default(),
            points: found,
            visit,
        })
    }
}

/// Opinions that seem to say the same, for people to confirm.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The branches in reach.
    pub places: Vec<Place>,
    /// Groups of opinions that are near each other.
    pub groups: Vec<Vec<Opinion>>,
    /// Opinions that are near none.
    pub alone: Vec<Opinion>,
    /// Open demands they could be put into.
    pub demands: Vec<Demand>,
    /// How many opinions were left out of the comparison.
    pub left_out: usize,
}

/// Asks for a proposal over the loose opinions of a branch; empty for all in reach.
pub struct ProposeMerge {
    /// The branch; empty for all in reach.
    pub unit: String,
}

impl Query for ProposeMerge {
    type Out = Proposal;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageDemands)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Proposal> {
        let desk = ReadDesk {
            unit: self.unit.clone(),
            which: WhichOpinions::Loose,
            ..ReadDesk::default()
        };
        let mut desk = desk.run(ctx, tx).await?;
        let left_out = desk.opinions.len().saturating_sub(COMPARED);
        desk.opinions.truncate(COMPARED);
        let texts: Vec<&str> = desk.opinions.iter().map(|o| o.words.as_str()).collect();
        let found = groups(&texts);
        let take = |at: &usize| desk.opinions.get(*at).cloned();
        let grouped: Vec<Vec<Opinion>> = found
            .iter()
            .map(|g| g.iter().filter_map(take).collect())
            .collect();
        let in_group = found.concat();
        let alone = (0..desk.opinions.len()).filter(|at| !in_group.contains(at));
        let alone = alone.filter_map(|at| take(&at)).collect();
        let open = |d: &Demand| {
            d.state == "open" && (self.unit.is_empty() || d.unit_id.as_deref() == Some(&self.unit))
        };
        Ok(Proposal {
            groups: grouped,
            alone,
            left_out,
            demands: desk.demands.iter().filter(|d| open(d)).cloned().collect(),
            places: desk.places,
        })
    }
}

/// Which demands a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DemandFilter {
    /// All of them.
    #[default]
    All,
    /// Open ones that no confirmed item answers: what the office has to press for (N7).
    Unanswered,
    /// Those items answer.
    Answered,
    /// Those not taken up.
    Declined,
}

impl DemandFilter {
    /// All of them, in the order of the filter, with their names in addresses and i18n keys.
    pub const ALL: [(&'static str, DemandFilter); 4] = [
        ("all", Self::All),
        ("unanswered", Self::Unanswered),
        ("answered", Self::Answered),
        ("declined", Self::Declined),
    ];

    /// The filter of this name; all when there is none.
    pub fn from_name(name: &str) -> DemandFilter {
        Self::ALL
            .iter()
            .find(|(n, _)| *n == name)
            .map_or(Self::All, |(_, filter)| *filter)
    }

    /// Whether a demand is one of these.
    pub fn takes(self, d: &Demand) -> bool {
        let declined = d.state == "declined";
        let answered = !declined && (d.items > 0 || d.state == "answered");
        match self {
            Self::All => true,
            Self::Unanswered => !declined && !answered,
            Self::Answered => answered,
            Self::Declined => declined,
        }
    }
}

/// Asks for the demands in reach.
pub struct ListDemands {
    /// The branch; empty for all in reach.
    pub unit: String,
    /// Which.
    pub filter: DemandFilter,
}

impl Query for ListDemands {
    type Out = Desk;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageDemands)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Desk> {
        let mut desk = ReadDesk::default().run(ctx, tx).await?;
        desk.demands.retain(|d| {
            self.filter.takes(d) && (self.unit.is_empty() || d.unit_id.as_deref() == Some(&self.unit))
        });
        Ok(desk)
    }
}

/// A demand with the words behind it and the items before it.
#[derive(Clone, Debug)]
pub struct DemandPage {
    /// The demand.
    pub demand: Demand,
    /// Name of the branch; empty for the whole house.
    pub place: String,
    /// The branches, for names.
    pub places: Vec<Place>,
    /// The opinions merged into it.
    pub opinions: Vec<Opinion>,
    /// The items that answer it.
    pub answers: Vec<Answer>,
    /// Loose opinions that seem to say the same.
    pub near: Vec<Opinion>,
}

/// Asks for a demand.
pub struct ReadDemand {
    /// Which.
    pub id: String,
}

impl Query for ReadDemand {
    type Out = DemandPage;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageDemands)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<DemandPage> {
        let org = &ctx.organization;
        let demand = rows::demand(tx, org, &self.id).await?;
        let demand = demand.ok_or_else(|| Problem::not_found("problem.not_found"))?;
        ctx.require(Permission::ManageDemands, scope_of(demand.unit_id.as_deref()))?;
        let campaign = campaign::by_id(ctx, tx, &demand.campaign_id).await?;
        let places = places(&campaign, store::organization::all_units(tx, org).await?);
        let mut loose = rows::opinions(tx, org, &demand.campaign_id).await?;
        loose.retain(|o| {
            WhichOpinions::Loose.takes(o)
                && in_reach(ctx, Permission::ManageDemands, o.unit_id.as_deref())
                && (demand.unit_id.is_none() || o.unit_id == demand.unit_id)
        });
        loose.truncate(COMPARED);
        let texts: Vec<&str> = loose.iter().map(|o| o.words.as_str()).collect();
        let near = nearest(&demand.title, &texts, 8);
        let near = near.into_iter().filter_map(|at| loose.get(at).cloned()).collect();
        let place = demand.unit_id.as_deref();
        let place = place.and_then(|id| places.iter().find(|p| p.id == id));
        Ok(DemandPage {
            place: place.map(|p| p.name.clone()).unwrap_or_default(),
            opinions: rows::opinions_of(tx, org, &self.id).await?,
            answers: rows::answers(tx, org, &self.id).await?,
            near,
            places,
            demand,
        })
    }
}

/// Asks for opinions by id, for a page that asks what to do with them.
pub struct ReadOpinions {
    /// Which; those that are not there are left out.
    pub ids: Vec<String>,
}

impl Query for ReadOpinions {
    type Out = Vec<Opinion>;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageDemands)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Vec<Opinion>> {
        let mut found = Vec::new();
        for id in &self.ids {
            if let Some(opinion) = rows::opinion(tx, &ctx.organization, id).await? {
                ctx.require(Permission::ManageDemands, scope_of(opinion.unit_id.as_deref()))?;
                found.push(opinion);
            }
        }
        Ok(found)
    }
}
