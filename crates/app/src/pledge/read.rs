//! What the pages of step 2 show.

use super::along::decides;
use super::comment::may_remark;
use super::submit::subject_of;
use super::{
    Desk, Draft, DraftItem, Header, JointItem, Subject, gate, header_of, missing, state_of, subject,
};
use crate::campaign::{RunningCampaign, at_hand, current};
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::stamped::holding;
use crate::texts::{self, AlikeText, AtHand, Author};
use domain::access::{Permission, Scope, may};
use domain::campaign::Audience;
use domain::pledge::{Ink, Pledge, PledgeState, Standing, VersionContent};
use domain::problem::Problem;
use store::Tx;
use store::person::Person;
use store::pledge as rows;
use store::stamped::StampedScan;

/// How many opinions of the survey lie beside the form at most.
const OPINIONS: i64 = 12;

/// A pledge with everything that happened to it so far.
#[derive(Clone, Debug)]
pub struct Filed {
    /// The row.
    pub row: rows::Pledge,
    /// The boxes.
    pub header: Header,
    /// The form as it is being written.
    pub draft: Draft,
    /// Where it stands.
    pub state: Pledge,
    /// What was handed in, first round first.
    pub versions: Vec<rows::PledgeVersion>,
    /// What reviewers decided.
    pub decisions: Vec<rows::ReviewDecision>,
    /// Remarks on the draft.
    pub comments: Vec<rows::PledgeComment>,
    /// What was drawn as signature of the round that was handed in last.
    pub drawn: Option<Ink>,
    /// Where it stood before the new version that is being written or reviewed; `None` where none is.
    pub amended: Option<PledgeState>,
    /// What the new version finds in force; empty where none is under way.
    pub standing: Vec<Standing>,
    /// The scan of the form stamped on paper that holds for its confirming decision.
    pub stamped: Option<StampedScan>,
}

/// A drawing, if it is the one the frozen text was signed with.
pub(super) fn signed_ink(row: &rows::DrawnSignature) -> Option<Ink> {
    let content: VersionContent = serde_json::from_str(&row.content).ok()?;
    let ink = content.ink(&row.strokes);
    if ink.is_none() {
        tracing::warn!(
            row.pledge_id,
            row.round,
            "a drawn signature is not the one that was signed"
        );
    }
    ink
}

impl Filed {
    pub(super) async fn of(ctx: &Ctx, tx: &mut Tx, row: rows::Pledge) -> Result<Filed> {
        let org = &ctx.organization;
        let decisions = rows::decisions(tx, org, &row.id).await?;
        let versions = rows::versions(tx, org, &row.id).await?;
        let comments = rows::comments(tx, org, &row.id).await?;
        let drawn = rows::signature(tx, org, &row.id, row.round).await?;
        let scans = store::stamped::of_pledge(tx, org, &row.id).await?;
        let amended = super::amend::amended(ctx, tx, &row).await?;
        let standing = match amended {
            Some(_) => super::standing::standing(ctx, tx, &row.id).await?,
            None => Vec::new(),
        };
        let bare = Filed::bare(row, decisions)?;
        Ok(Filed {
            versions,
            comments,
            drawn: drawn.as_ref().and_then(signed_ink),
            stamped: holding(&scans, &bare),
            amended,
            standing,
            ..bare
        })
    }

    /// Without versions and remarks, which paper does not show.
    pub(crate) fn bare(row: rows::Pledge, decisions: Vec<rows::ReviewDecision>) -> Result<Filed> {
        Ok(Filed {
            header: header_of(&row)?,
            draft: Draft::of(&row)?,
            state: state_of(&row)?,
            versions: Vec::new(),
            decisions,
            comments: Vec::new(),
            drawn: None,
            amended: None,
            standing: Vec::new(),
            stamped: None,
            row,
        })
    }

    /// What is in force of an item that a new version may not change; `None` where it may.
    pub fn held(&self, item: &str) -> Option<&Standing> {
        self.standing.iter().find(|s| s.settled && s.id.as_str() == item)
    }

    /// Items in force that a new version has to carry on and does not.
    pub fn gone(&self) -> impl Iterator<Item = &Standing> {
        let here = |s: &Standing| {
            self.draft
                .items
                .iter()
                .any(|i| i.item.id == s.id && !i.is_blank())
        };
        self.standing.iter().filter(move |s| s.settled && !here(s))
    }

    /// Whether an item says what is in force of it.
    pub fn as_in_force(&self, item: &DraftItem, before: &Standing) -> bool {
        before.same(&self.draft.form("", false), &item.item)
    }

    /// The decision that sent it back last, while it is being revised.
    pub fn sent_back(&self) -> Option<&rows::ReviewDecision> {
        let round = self.row.round;
        let returned = self
            .decisions
            .iter()
            .rev()
            .find(|d| d.verdict == "return" && d.round == round);
        returned.filter(|_| self.row.state == "returned")
    }

    /// The last confirming decision of the round, once the pledge is confirmed as a whole: what stands in the seal line
    /// (N20).
    pub fn confirming(&self) -> Option<&rows::ReviewDecision> {
        let whole = matches!(self.row.state.as_str(), "confirmed" | "published");
        let round = self.row.round;
        let mut decided = self.decisions.iter().rev();
        let last = decided.find(|d| d.verdict == "confirm" && d.round == round);
        last.filter(|_| whole)
    }

    /// Somebody else typed it and the person has not confirmed it yet.
    pub fn waits_for_person(&self) -> bool {
        self.row.on_behalf_by.is_some() && self.row.on_behalf_confirmed_at.is_none()
    }
}

/// A form on a desk, with what lies beside it.
#[derive(Clone, Debug)]
pub struct DeskView {
    /// The campaign.
    pub campaign: RunningCampaign,
    /// Who pledges.
    pub subject: Subject,
    /// Which guidance and counts hold.
    pub audience: Audience,
    /// The pledge, once it is begun.
    pub filed: Option<Filed>,
    /// Why nothing can be begun or handed in today, if so.
    pub closed: Option<Problem>,
    /// The campaign asks no form of him or of this unit (N3); `closed` says so.
    pub asks_nothing: bool,
    /// Open demands it may answer (N7).
    pub demands: Vec<rows::OpenDemand>,
    /// What was heard about the branch in the survey (N9).
    pub opinions: Vec<rows::HeardOpinion>,
    /// Who decides next, while it waits for review.
    pub reviewers: Vec<String>,
    /// Texts nearly the same as the items, without names.
    pub alike: Vec<AlikeText>,
    /// What the pledger promised last time, with what became of it.
    pub last: Vec<rows::LastItem>,
    /// What colleagues promise together with the reader, on his own desk while he writes.
    pub joint: Vec<JointItem>,
    /// Who writes the form along, while it is written.
    pub coauthors: Vec<rows::Coauthor>,
    /// Whom the reader may name to write along: id and name; empty for whoever may name nobody.
    pub colleagues: Vec<(String, String)>,
    /// The reader may hand the form in, not only write it along.
    pub hands_in: bool,
    /// The blank forms of the unit, for whoever types for others there.
    pub blanks: super::OfferedBlanks,
    /// The numbers of the blank forms it was typed from.
    pub sheets: Vec<String>,
    /// Scans of the paper it is typed from, the last one first; for those who may hand it in.
    pub papers: Vec<store::attachment::File>,
    /// What is said beside it: an excuse, a taking down, what ended campaigns left.
    pub told: super::Told,
}

/// Opens a desk: in the campaign that runs, else in the one that ended last, whose promises run on and stay the
/// pledger's to report, print and withdraw.
pub struct OpenDesk {
    /// Whose form.
    pub desk: Desk,
}

impl Query for OpenDesk {
    type Out = DeskView;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<DeskView> {
        let subject = subject(ctx, tx, &self.desk).await?;
        let campaign = at_hand(ctx, tx).await?;
        let row = rows::of_pledger(tx, &ctx.organization, &campaign.id, subject.id()).await?;
        let row = match row {
            Some(row) => Some(super::moved::at_hand(ctx, tx, row).await?),
            None => None,
        };
        view(ctx, tx, campaign, subject, row).await
    }
}

/// A form as it lies on the desk; while it is written its boxes are those of the roster.
async fn filed_of(
    ctx: &Ctx,
    tx: &mut Tx,
    campaign: &RunningCampaign,
    subject: &Subject,
    mut row: rows::Pledge,
) -> Result<Filed> {
    if state_of(&row)?.state.is_editable() && !campaign.is_ended() {
        super::begin::follow_roster(ctx, tx, &campaign.template, subject, &mut row).await?;
    }
    Filed::of(ctx, tx, row).await
}

async fn view(
    ctx: &Ctx,
    tx: &mut Tx,
    campaign: RunningCampaign,
    subject: Subject,
    row: Option<rows::Pledge>,
) -> Result<DeskView> {
    let org = &ctx.organization;
    let unit = subject.unit.id.as_str();
    let outside = match row {
        None => super::begin::in_scope(&campaign.template, &subject).err(),
        Some(_) => None,
    };
    let asks_nothing = outside.is_some();
    let closed = outside.or_else(|| gate(ctx, &campaign, row.as_ref()).err());
    let filed = match row {
        Some(row) => Some(filed_of(ctx, tx, &campaign, &subject, row).await?),
        None => None,
    };
    let (alike, coauthors) = match &filed {
        Some(filed) if filed.state.state.is_editable() => (
            alike(ctx, tx, &campaign, &subject, filed).await?,
            rows::coauthors(tx, org, &filed.row.id).await?,
        ),
        _ => (Vec::new(), Vec::new()),
    };
    let sheets = match &filed {
        Some(filed) => rows::blanks_of_pledge(tx, org, &filed.row.id).await?,
        None => Vec::new(),
    };
    let own = subject.person.as_ref().map(|p| &p.id) == ctx.actor.person.as_ref();
    let joint = match closed {
        None => super::joint::beside(ctx, tx, &campaign.id, &subject, filed.as_ref()).await?,
        Some(_) => Vec::new(),
    };
    let hands_in = hands_in(ctx, tx, filed.as_ref()).await;
    let blanks = match own || !hands_in {
        true => super::OfferedBlanks::default(),
        false => super::OfferedBlanks::of(ctx, tx, &campaign.template, &subject.unit).await?,
    };
    let papers = match &filed {
        Some(filed) if hands_in => super::papers_of(ctx, tx, &filed.row.id).await?,
        _ => Vec::new(),
    };
    Ok(DeskView {
        told: super::told::told(ctx, tx, &campaign, &subject, filed.as_ref()).await?,
        papers,
        reviewers: reviewers(ctx, tx, filed.as_ref()).await?,
        alike,
        joint,
        last: last_time(rows::last_items(tx, org, &campaign.id, subject.id()).await?),
        colleagues: colleagues(ctx, tx, &subject, &coauthors).await?,
        coauthors,
        hands_in,
        blanks,
        sheets: sheets.into_iter().map(|s| s.number).collect(),
        audience: super::audience(ctx, tx, &subject).await?,
        closed,
        asks_nothing,
        demands: rows::open_demands(tx, org, &campaign.id, unit).await?,
        opinions: rows::heard_opinions(tx, org, &campaign.id, unit, OPINIONS).await?,
        filed,
        campaign,
        subject,
    })
}

/// Whether the reader may hand the form in, not only write it along.
async fn hands_in(ctx: &Ctx, tx: &mut Tx, filed: Option<&Filed>) -> bool {
    match filed {
        Some(filed) => super::moved::may_write(ctx, tx, &filed.row).await.is_ok(),
        None => true,
    }
}

/// Of the items of all earlier campaigns, those of the last.
fn last_time(mut items: Vec<rows::LastItem>) -> Vec<rows::LastItem> {
    let last = items.first().map(|i| i.campaign_id.clone());
    items.retain(|i| Some(&i.campaign_id) == last.as_ref());
    items
}

/// Whom of the branch the secretary may ask to write its form along, or a member his own.
async fn colleagues(
    ctx: &Ctx,
    tx: &mut Tx,
    subject: &Subject,
    along: &[rows::Coauthor],
) -> Result<Vec<(String, String)>> {
    let unit = subject.unit.id.as_str();
    let (fine, holders) = match &subject.person {
        None => (
            may(&ctx.actor, Permission::FileBranchPledge, Scope::Unit(unit)),
            Vec::new(),
        ),
        Some(person) if ctx.actor.person.as_ref() == Some(&person.id) => {
            (true, store::review::role_holders(tx, &ctx.organization).await?)
        }
        Some(_) => (false, Vec::new()),
    };
    if !fine {
        return Ok(Vec::new());
    }
    let mut people = store::person::of_unit(tx, &ctx.organization, unit).await?;
    people.retain(|p| !decides(&holders, &p.id));
    let free = people.into_iter().filter(|p| {
        p.active && Some(&p.id) != ctx.actor.person.as_ref() && along.iter().all(|c| c.person_id != p.id)
    });
    Ok(free.map(|p| (p.id, p.name)).collect())
}

/// The names of those who decide next.
async fn reviewers(ctx: &Ctx, tx: &mut Tx, filed: Option<&Filed>) -> Result<Vec<String>> {
    let Some(filed) = filed.filter(|f| f.row.state == "submitted") else {
        return Ok(Vec::new());
    };
    let Some(mut desk) = crate::review::Desk::open(ctx, tx).await? else {
        return Ok(Vec::new());
    };
    let Some(row) = store::review::handed_in_one(tx, &ctx.organization, &filed.row.id).await? else {
        return Ok(Vec::new());
    };
    let matter = desk.matter(row)?;
    let next = matter.waiting().map(|(_, step)| desk.names_of(step));
    Ok(next.unwrap_or_default())
}

/// What reads like the items being written; whose it is stays with the reviewer.
async fn alike(
    ctx: &Ctx,
    tx: &mut Tx,
    campaign: &RunningCampaign,
    subject: &Subject,
    filed: &Filed,
) -> Result<Vec<AlikeText>> {
    texts::catch_up(ctx, tx).await?;
    let author = Author {
        pledge: &filed.row.id,
        pledger: subject.id(),
        unit: &subject.unit.id,
        campaign: &campaign.id,
    };
    let items = filed.draft.items.iter();
    let items: Vec<(&str, bool)> = items
        .map(|i| (i.item.content.as_str(), !i.item.joint.trim().is_empty()))
        .collect();
    let mut found = texts::alike(
        ctx,
        tx,
        &ctx.texts.words(&campaign.template),
        author,
        &items,
        &mut AtHand::default(),
    )
    .await?;
    for other in &mut found {
        other.name.clear();
    }
    Ok(found)
}

/// Opens one pledge for somebody who may write it or remark on it.
pub struct OpenPledge {
    /// The pledge.
    pub id: String,
}

impl Query for OpenPledge {
    type Out = DeskView;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<DeskView> {
        let row = rows::by_id(tx, &ctx.organization, &self.id)
            .await?
            .ok_or_else(missing)?;
        let row = super::moved::at_hand(ctx, tx, row).await?;
        let writes = super::moved::may_write(ctx, tx, &row).await.is_ok();
        if !writes && !may_remark(ctx, &row) {
            return Err(missing());
        }
        let campaign = crate::campaign::by_id(ctx, tx, &row.campaign_id).await?;
        let subject = subject_of(ctx, tx, &row).await?;
        view(ctx, tx, campaign, subject, Some(row)).await
    }
}

/// A person of a branch and his pledge, for the list from which somebody files on behalf.
#[derive(Clone, Debug)]
pub struct Overview {
    /// The person.
    pub person: Person,
    /// His pledge, once begun.
    pub pledge: Option<rows::Pledge>,
    /// The campaign asks, or lets, him write one.
    pub asked: bool,
}

/// Who of a branch has filed what.
pub struct UnitFilings {
    /// The branch.
    pub unit: String,
}

impl Query for UnitFilings {
    type Out = Vec<Overview>;
    fn needs(&self) -> Need {
        Need::Permission(Permission::FileOnBehalf)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        if !may(&ctx.actor, Permission::FileOnBehalf, Scope::Unit(&self.unit)) {
            return Err(missing());
        }
        let people = store::person::of_unit(tx, &ctx.organization, &self.unit).await?;
        let unit = store::organization::unit(tx, &ctx.organization, &self.unit).await?;
        let campaign = current(ctx, tx).await?;
        let asked = |person: &Person| match (&campaign, &unit) {
            (Some(campaign), Some(unit)) => super::offered::asks(&campaign.template, unit, person),
            _ => true,
        };
        let mut pledges = match &campaign {
            // Who came from another branch with a pledge of this campaign has one: it stays where he made it.
            Some(campaign) => rows::of_people(tx, &ctx.organization, &campaign.id, &self.unit).await?,
            None => Vec::new(),
        };
        let rows = people.into_iter().map(|person| {
            let at = pledges
                .iter()
                .position(|p| p.person_id.as_deref() == Some(person.id.as_str()));
            Overview {
                pledge: at.map(|at| pledges.swap_remove(at)),
                asked: asked(&person),
                person,
            }
        });
        Ok(rows.collect())
    }
}

/// The branches for which the actor may type forms.
pub struct UnitsToFileFor;

impl Query for UnitsToFileFor {
    type Out = Vec<store::organization::Unit>;
    fn needs(&self) -> Need {
        Need::Permission(Permission::FileOnBehalf)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        let mut units = store::organization::units_of_kind(tx, &ctx.organization, "party_branch").await?;
        units.retain(|u| may(&ctx.actor, Permission::FileOnBehalf, Scope::Unit(&u.id)));
        Ok(units)
    }
}
