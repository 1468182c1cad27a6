//! Step 1: visits, opinions, and the demands they become (N7, N9).
//!
//! Whoever gives an opinion is not kept, with an account or without: such acts run as the public, so that the audit
//! trail has no line of them, and the row has a day and an id that tells nothing.

mod carry;
mod collect;
mod demand;
mod read;

pub use carry::{CarryOver, CarryOverList, LeftOver, ListLeftOver};
pub use collect::{OpinionsFromVisit, RecordVisit, SetAside, TypeOpinion, TypedVisit};
pub use demand::{MergeInto, MergeOpinions, Settle, SettleDemand, TakeOut, WriteDemand};
pub use read::{
    Count, DemandFilter, DemandPage, Desk, FateRow, ListDemands, ListVisits, Proposal, ProposeMerge,
    PublicDemands, ReadDemand, ReadDesk, ReadOpinions, ReadPublicDemands, ReadUnanswered, ReadVisit, Tally,
    Unanswered, VisitPage, WaitingDemand, WhichOpinions,
};
pub use store::demand::{Answer, Demand, DemandClaim, Opinion, Visit};

use crate::App;
use crate::campaign::{self, RunningCampaign};
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Actor, Permission, Scope, may};
use domain::campaign::GatedAct;
use domain::demand::{Source, check_opinion};
use domain::ids::ReceiptCode;
use domain::problem::{Problem, Problems};
use store::Tx;
use store::organization::Unit;

/// A branch to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The unit.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// The branches a campaign is about, in the order of the list.
pub(crate) fn places(campaign: &RunningCampaign, units: Vec<Unit>) -> Vec<Place> {
    let scope = &campaign.template.scope;
    let meant = |unit: &Unit| {
        let mut kinds = scope.must_units.iter().chain(&scope.may_units);
        kinds.any(|kind| kind.name() == unit.kind)
    };
    units
        .into_iter()
        .filter(meant)
        .map(|u| Place {
            id: u.id,
            name: u.name,
        })
        .collect()
}

/// The scope a demand or opinion lies in: its branch, or the whole house.
pub(crate) fn scope_of(unit: Option<&str>) -> Scope<'_> {
    unit.map_or(Scope::Organization, Scope::Unit)
}

fn in_reach(ctx: &Ctx, permission: Permission, unit: Option<&str>) -> bool {
    may(&ctx.actor, permission, scope_of(unit))
}

/// What a public form needs: the campaign and the branches.
#[derive(Clone, Debug)]
pub struct Survey {
    /// The campaign.
    pub campaign: RunningCampaign,
    /// The branches.
    pub places: Vec<Place>,
    /// Units that ended and those that go on in their place: posters of the former still hang.
    pub heirs: Vec<(String, String)>,
}

impl Survey {
    fn unit(&self, typed: &str) -> Result<Option<String>, Problem> {
        match typed {
            "" => Ok(None),
            id if self.places.iter().any(|p| p.id == id) => Ok(Some(id.to_owned())),
            _ => Err(Problem::invalid("problem.demand.unit").on("unit")),
        }
    }
}

/// Asks for the campaign strangers are shown and its branches; opinions stay welcome when it is over.
pub struct FindSurvey;

impl Query for FindSurvey {
    type Out = Survey;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Survey> {
        let shown = campaign::shown(ctx, tx).await?;
        let campaign = shown.ok_or_else(|| Problem::conflict("campaign.none_running"))?;
        let units = store::organization::units(tx, &ctx.organization).await?;
        let places = places(&campaign, units);
        let endings = store::organization::endings(tx, &ctx.organization).await?;
        let heir = |id: &String| crate::units::ending_of(&endings, id)?.successor_id;
        let ended = endings.iter().map(|e| &e.id);
        let heirs = ended.filter_map(|id| Some((id.clone(), heir(id)?))).collect();
        Ok(Survey {
            campaign,
            places,
            heirs,
        })
    }
}

/// Asks for the same as somebody on the roster, who may speak while the survey is open.
pub struct FindOwnSurvey;

impl Query for FindOwnSurvey {
    type Out = Survey;
    fn needs(&self) -> Need {
        Need::Permission(Permission::GiveOpinion)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Survey> {
        let campaign = campaign::require_current(ctx, tx).await?;
        let units = store::organization::units(tx, &ctx.organization).await?;
        let places = places(&campaign, units);
        Ok(Survey {
            campaign,
            places,
            heirs: Vec::new(),
        })
    }
}

/// An opinion as a form sends it.
#[derive(Clone, Debug, Default)]
pub struct TypedOpinion {
    /// The branch; empty for the whole house.
    pub unit: String,
    /// The words.
    pub words: String,
}

struct GiveOpinion {
    campaign: String,
    unit: Option<String>,
    source: Source,
    words: String,
    /// Whether a receipt is made.
    receipt: bool,
}

impl UseCase for GiveOpinion {
    type Out = Option<String>;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Option<String>> {
        let code = self.receipt.then(|| new_receipt(ctx));
        let opinion = Opinion {
            id: ctx.blind_id(),
            campaign_id: self.campaign.clone(),
            unit_id: self.unit.clone(),
            source: self.source.name().to_owned(),
            words: self.words.clone(),
            voices: 1,
            said_on: ctx.today.to_string(),
            visit_id: None,
            demand_id: None,
            set_aside: String::new(),
        };
        let hash = code.as_ref().map(ReceiptCode::stored_hash);
        store::demand::add_opinion(tx, &ctx.organization, &opinion, None, hash.as_deref()).await?;
        Ok(code.map(|c| c.to_string()))
    }
    fn event(&self, _: &Option<String>) -> Event {
        Event::new("opinion.give", "opinion", "")
    }
}

/// A new receipt for something said without a name.
pub(crate) fn new_receipt(ctx: &Ctx) -> ReceiptCode {
    let secret = ctx.secret();
    let mut bytes = [0; ReceiptCode::BYTES];
    bytes.copy_from_slice(&secret[..ReceiptCode::BYTES]);
    ReceiptCode::from_random(bytes)
}

fn checked(survey: &Survey, typed: &TypedOpinion) -> Result<Option<String>, Problems> {
    let mut problems = Problems::new();
    let unit = problems.note(survey.unit(typed.unit.trim()));
    problems.absorb(check_opinion(&typed.words, 1));
    problems.or(unit.flatten())
}

/// Takes an opinion from outside; gives the receipt, which is kept nowhere.
///
/// # Errors
/// What is wrong with the words; `campaign.none_running` when there never was a campaign.
pub async fn say_in_public(app: &App, typed: &TypedOpinion) -> Result<String> {
    let survey = app.query(&Actor::public(), FindSurvey).await?;
    let unit = checked(&survey, typed)?;
    let case = GiveOpinion {
        campaign: survey.campaign.id,
        unit,
        source: Source::Public,
        words: typed.words.trim().to_owned(),
        receipt: true,
    };
    let code = app.execute(&Actor::public(), case).await?;
    Ok(code.unwrap_or_default())
}

/// Takes an opinion of somebody on the roster. Who it was is looked at, and then forgotten: the act itself runs as
/// the public.
///
/// # Errors
/// What is wrong with the words; that the survey is not open; that the account takes no part.
pub async fn say_inside(app: &App, actor: &Actor, typed: &TypedOpinion) -> Result<()> {
    let survey = app.query(actor, FindOwnSurvey).await?;
    survey
        .campaign
        .gate(GatedAct::Survey, app.date_of(app.clock().now()))?;
    let unit = checked(&survey, typed)?;
    let case = GiveOpinion {
        campaign: survey.campaign.id,
        unit,
        source: Source::Internal,
        words: typed.words.trim().to_owned(),
        receipt: false,
    };
    app.execute(&Actor::public(), case).await.map(drop)
}
