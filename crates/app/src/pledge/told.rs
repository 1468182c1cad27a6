//! What a pledger is told on his desk beside his form: that he is excused, that it was taken down, what an ended campaign
//! left of him.

use super::{Draft, Filed, Subject};
use crate::campaign::RunningCampaign;
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Permission, Role, Scope, may};
use domain::campaign::Text;
use lang::Lang;
use store::Tx;
use store::organization::Unit;
use store::pledge as rows;

/// What is said to the pledger beside his form.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// He is excused from the campaign.
    pub excused: Option<Excused>,
    /// What was public of the form was taken down.
    pub down: Option<Down>,
    /// What other campaigns left of him without effect.
    pub left: Vec<Left>,
}

/// An excuse, as it is told to the person and to whoever would register another.
#[derive(Clone, Debug)]
pub struct Excused {
    /// Why.
    pub reason: String,
    /// Who registered it; empty where the account is gone.
    pub by: String,
    /// When, microseconds UTC.
    pub at: i64,
}

/// How a pledge came down.
#[derive(Clone, Debug)]
pub struct Down {
    /// When, microseconds UTC.
    pub at: i64,
    /// Why, as strangers read it.
    pub reason: String,
    /// Who.
    pub by: String,
    /// The pledger himself, who took his consent back.
    pub own: bool,
}

/// A pledge that never took effect, because its campaign ended before.
#[derive(Clone, Debug)]
pub struct Left {
    /// Its campaign.
    pub campaign: String,
    /// Title of the campaign.
    pub title: Text,
    /// The state it stayed in.
    pub state: String,
    /// The unit whose form it is; `None` for the reader's own.
    pub unit: Option<(String, String)>,
}

impl Left {
    /// The page that shows it.
    #[must_use]
    pub fn href(&self) -> String {
        let base = match &self.unit {
            Some((id, _)) => format!("/branch-pledge/{id}"),
            None => "/my-pledge".to_owned(),
        };
        format!("{base}?campaign={}", self.campaign)
    }
}

/// Whether anything was written in it.
fn has_words(row: &rows::Pledge) -> Result<bool> {
    Ok(row.state != "draft" || Draft::of(row)?.items.iter().any(|i| !i.is_blank()))
}

async fn left_of(ctx: &Ctx, tx: &mut Tx, pledger: &str, unit: Option<&Unit>) -> Result<Vec<Left>> {
    let mut all = Vec::new();
    for row in rows::left_of(tx, &ctx.organization, pledger).await? {
        if !has_words(&row)? {
            continue;
        }
        let campaign = crate::campaign::by_id(ctx, tx, &row.campaign_id).await?;
        let title = |lang| campaign.title_in(lang).to_owned();
        all.push(Left {
            title: Text {
                zh: title(Lang::Zh),
                en: title(Lang::En),
            },
            campaign: campaign.id.clone(),
            state: row.state,
            unit: unit.map(|u| (u.id.clone(), u.name.clone())),
        });
    }
    Ok(all)
}

/// Asks for the reader's own pledges, and those of the units he writes for, that ended campaigns left without effect.
pub struct FindLeft;

impl Query for FindLeft {
    type Out = Vec<Left>;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Vec<Left>> {
        let mut all = Vec::new();
        if let Some(person) = ctx.actor.person.clone() {
            all.extend(left_of(ctx, tx, &person, None).await?);
        }
        for id in ctx.actor.units(Role::BranchSecretary).unwrap_or_default() {
            let Some(unit) = store::organization::unit(tx, &ctx.organization, id).await? else {
                continue;
            };
            all.extend(left_of(ctx, tx, id, Some(&unit)).await?);
        }
        Ok(all)
    }
}

/// The excuse of a person.
pub(crate) async fn excuse_of(
    ctx: &Ctx,
    tx: &mut Tx,
    campaign: &str,
    person: &str,
) -> Result<Option<Excused>> {
    let found = store::campaign::excuse_of(tx, &ctx.organization, campaign, person).await?;
    let Some(found) = found else {
        return Ok(None);
    };
    let by = store::account::by_id(tx, &ctx.organization, &found.excused_by).await?;
    Ok(Some(Excused {
        reason: found.reason,
        by: by.map(|account| account.name).unwrap_or_default(),
        at: found.excused_at,
    }))
}

async fn down_of(ctx: &Ctx, tx: &mut Tx, row: &rows::Pledge) -> Result<Option<Down>> {
    let public = store::public::pledge(tx, &ctx.organization, &row.id).await?;
    let Some((public, at)) = public.and_then(|p| p.taken_down_at.map(|at| (p, at))) else {
        return Ok(None);
    };
    let by = store::publication::taken_down_by(tx, &ctx.organization, &row.id).await?;
    Ok(Some(Down {
        at,
        reason: public.taken_down_reason,
        by: by.unwrap_or_default(),
        own: row.consent_withdrawn_at.is_some(),
    }))
}

/// Everything there is to be said.
pub(super) async fn told(
    ctx: &Ctx,
    tx: &mut Tx,
    campaign: &RunningCampaign,
    subject: &Subject,
    filed: Option<&Filed>,
) -> Result<Told> {
    let excused = match &subject.person {
        Some(person) => excuse_of(ctx, tx, &campaign.id, &person.id).await?,
        None => None,
    };
    let down = match filed {
        Some(filed) => down_of(ctx, tx, &filed.row).await?,
        None => None,
    };
    let mut left = left_of(
        ctx,
        tx,
        subject.id(),
        subject.person.is_none().then_some(&subject.unit),
    )
    .await?;
    left.retain(|l| l.campaign != campaign.id);
    let own = subject.person.as_ref().map(|p| &p.id) == ctx.actor.person.as_ref();
    // Whoever types for somebody else reads that one's form of this campaign and no older one.
    if subject.person.is_some() && !own {
        left.clear();
    }
    Ok(Told { excused, down, left })
}

/// A pledge of an ended campaign that nobody can decide any more.
#[derive(Clone, Debug)]
pub struct Undecided {
    /// Whose: name of the person, or of the unit.
    pub name: String,
    /// Name of the unit.
    pub unit: String,
    /// The state it stayed in.
    pub state: String,
    /// When it was handed in last, microseconds UTC.
    pub submitted_at: Option<i64>,
}

/// What the reviewer of an ended campaign is shown.
#[derive(Clone, Debug)]
pub struct EndedQueue {
    /// The campaign.
    pub campaign: RunningCampaign,
    /// Handed in or sent back and never decided, within the reader's reach.
    pub undecided: Vec<Undecided>,
}

/// Asks for what an ended campaign left undecided; `None` where the campaign at hand runs, or there never was one.
pub struct FindUndecided;

/// Permissions that open what somebody decides on, each within its reach.
const DECIDES: [Permission; 4] = [
    Permission::ReviewMemberPledge,
    Permission::ReviewAsLineLeader,
    Permission::CheckBranchPledge,
    Permission::DecideBranchPledge,
];

impl Query for FindUndecided {
    type Out = Option<EndedQueue>;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        let org = &ctx.organization;
        let campaign = crate::campaign::shown(ctx, tx).await?;
        let Some(campaign) = campaign.filter(RunningCampaign::is_ended) else {
            return Ok(None);
        };
        let reach = |unit: &str| DECIDES.iter().any(|p| may(&ctx.actor, *p, Scope::Unit(unit)));
        let mut undecided = Vec::new();
        for row in rows::of_campaign(tx, org, &campaign.id).await? {
            let open = matches!(row.state.as_str(), "submitted" | "returned");
            if !open || row.confirmed_at.is_some() || !reach(&row.unit_id) {
                continue;
            }
            let unit = store::organization::unit(tx, org, &row.unit_id).await?;
            let unit = unit.map(|u| u.name).unwrap_or_default();
            let person = match &row.person_id {
                Some(id) => store::person::by_id(tx, org, id).await?,
                None => None,
            };
            undecided.push(Undecided {
                name: person.map_or_else(|| unit.clone(), |p| p.name),
                unit,
                state: row.state,
                submitted_at: row.submitted_at,
            });
        }
        Ok(Some(EndedQueue { campaign, undecided }))
    }
}
