//! Batches: what a batch would show to strangers, and making it public.

use super::release::{note_web_channel, release};
use crate::campaign::{self, RunningCampaign};
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::access::{Permission, Scope, not_own};
use domain::campaign::GatedAct;
use domain::campaign::template::{PublicField, public_post};
use domain::canonical::sha256_hex;
use domain::ids::{CampaignId, PledgeId, UnitId};
use domain::pledge::{Pledge, PledgeState, VersionContent};
use domain::problem::{Problem, ProblemKind};
use domain::publication::{
    self as rules, Candidate, Cleared, ClearedItem, NameDisplay, PrivateMark, PublicPledge, PublicationScope,
};
use domain::settings::Settings;
use domain::time::add_days;
use jiff::civil::Date;
use serde_json::json;
use std::ops::Range;
use store::Tx;
use store::publication as rows;

/// Whose pledges a batch holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Every branch's own pledge.
    Branches,
    /// The members of one branch.
    Members(String),
}

impl Target {
    /// Reads the address of a batch: `branches`, or the id of a branch.
    pub fn from_text(text: &str) -> Target {
        if text == "branches" {
            Target::Branches
        } else {
            Target::Members(text.to_owned())
        }
    }

    /// The permission it takes.
    pub fn permission(&self) -> Permission {
        match self {
            Target::Branches => Permission::PublishBranchPledges,
            Target::Members(_) => Permission::PublishMemberPledges,
        }
    }

    fn scope(&self) -> Scope<'_> {
        match self {
            Target::Branches => Scope::Organization,
            Target::Members(unit) => Scope::Unit(unit),
        }
    }
}

/// A pledge of the batch as strangers will see it.
#[derive(Clone, Debug)]
pub struct Ready {
    /// The projection.
    pub public: PublicPledge,
    /// Places in its texts that look like private data: item, range in the content, what it looks like.
    pub marks: Vec<(usize, Range<usize>, PrivateMark)>,
    /// The hash that will stand under its check code.
    pub hash: String,
}

/// A pledge that stays out of the batch.
#[derive(Clone, Debug)]
pub struct LeftOut {
    /// The pledge.
    pub pledge: String,
    /// Whose: person or branch.
    pub name: String,
    /// `draft`, `submitted`, `returned`, `withdrawn`, `no_consent`, `unconfirmed`, `taken_down`, `own` or `departed`: keys
    /// `publication.left_…`.
    pub why: &'static str,
}

impl LeftOut {
    fn of(row: &rows::Candidate, why: &'static str) -> LeftOut {
        LeftOut {
            pledge: row.id.clone(),
            name: row.person_name.clone().unwrap_or_else(|| row.unit_name.clone()),
            why,
        }
    }
}

/// Exactly what publishing would do.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The campaign.
    pub campaign: RunningCampaign,
    /// Name of the branch; empty for the branches' own pledges.
    pub unit_name: String,
    /// The numbers.
    pub numbers: rules::Preview,
    /// What strangers will see.
    pub ready: Vec<Ready>,
    /// Who is left out and why.
    pub left_out: Vec<LeftOut>,
    /// First and last day of objections when published today.
    pub objections: (Date, Date),
    /// Stands for everything above: the act refuses when it has changed meanwhile.
    pub seal: String,
    /// Why it cannot be published today, if it cannot.
    pub closed: Option<Problem>,
}

/// Asks what a batch would show.
pub struct PreviewBatch(pub Target);

impl Query for PreviewBatch {
    type Out = Preview;
    fn needs(&self) -> Need {
        Need::Permission(self.0.permission())
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Preview> {
        ctx.require(self.0.permission(), self.0.scope())?;
        let campaign = campaign::require_current(ctx, tx).await?;
        Ok(gather(ctx, tx, campaign, &self.0).await?.0)
    }
}

/// Makes every confirmed pledge of the target public: by the allow-list projection, with the pledger's consent, and
/// never one's own (PRODUCT.md 3.1–3.3).
pub struct Publish {
    /// Whose.
    pub target: Target,
    /// The seal of the preview that was looked at; `None` where nobody looks (the demo).
    pub seal: Option<String>,
}

/// What was published.
#[derive(Clone, Debug)]
pub struct Published {
    /// The batch.
    pub id: String,
    /// Pledges in it.
    pub pledges: i64,
    /// Items in them.
    pub items: i64,
}

impl UseCase for Publish {
    type Out = Published;
    fn needs(&self) -> Need {
        Need::Permission(self.target.permission())
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Published> {
        ctx.require(self.target.permission(), self.target.scope())?;
        let campaign = campaign::require_current(ctx, tx).await?;
        let (preview, rows) = gather(ctx, tx, campaign, &self.target).await?;
        if let Some(problem) = preview.closed {
            return Err(problem.into());
        }
        if self.seal.as_ref().is_some_and(|seal| *seal != preview.seal) {
            return Err(Problem::conflict("publication.changed").into());
        }
        if preview.ready.is_empty() {
            return Err(Problem::conflict("publication.nothing").into());
        }
        clock_stands(ctx, rows::newest_batch(tx, &ctx.organization).await?)?;
        let batch = batch(ctx, &self.target, &preview);
        rows::add(tx, &ctx.organization, &batch).await?;
        for ready in &preview.ready {
            let row = rows.iter().find(|r| r.id == ready.public.pledge.as_str());
            let row = row.ok_or_else(|| Error::bug("a projection without its pledge"))?;
            release(ctx, tx, &batch, row, ready).await?;
        }
        note_web_channel(ctx, tx, &preview.campaign, &batch).await?;
        Ok(Published {
            id: batch.id,
            pledges: batch.pledges,
            items: batch.items,
        })
    }
    fn event(&self, out: &Published) -> Event {
        let unit = match &self.target {
            Target::Branches => None,
            Target::Members(unit) => Some(unit),
        };
        Event::new("publication.publish", "publication", out.id.as_str())
            .with(json!({ "unit": unit, "pledges": out.pledges, "items": out.items }))
            .seen_by_all()
    }
}

/// Refuses to publish while the clock lies before what its like was published at last: nothing is ever back-dated (N1).
pub(crate) fn clock_stands(ctx: &Ctx, newest: Option<i64>) -> Result<()> {
    match newest.filter(|newest| *newest > ctx.now) {
        None => Ok(()),
        Some(newest) => {
            let problem = Problem::conflict("problem.notice.clock_back");
            Err(problem.with("last", ctx.date_of(newest)).into())
        }
    }
}

fn batch(ctx: &Ctx, target: &Target, preview: &Preview) -> rows::Publication {
    let (scope, unit_id) = match target {
        Target::Branches => (PublicationScope::Branches, None),
        Target::Members(unit) => (PublicationScope::Members, Some(unit.clone())),
    };
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    rows::Publication {
        id: ctx.id(),
        campaign_id: preview.campaign.id.clone(),
        scope: scope.name().to_owned(),
        unit_id,
        pledges: count(preview.numbers.pledges),
        items: count(preview.numbers.items),
        objections_until: preview.objections.1.to_string(),
        published_by: ctx.actor.account.clone(),
        published_name: ctx.actor.name.clone(),
        published_at: ctx.now,
    }
}

async fn candidates(ctx: &Ctx, tx: &mut Tx, campaign: &str, target: &Target) -> Result<Vec<rows::Candidate>> {
    Ok(match target {
        Target::Branches => rows::branch_candidates(tx, &ctx.organization, campaign).await?,
        Target::Members(unit) => rows::member_candidates(tx, &ctx.organization, campaign, unit).await?,
    })
}

async fn gather(
    ctx: &Ctx,
    tx: &mut Tx,
    campaign: RunningCampaign,
    target: &Target,
) -> Result<(Preview, Vec<rows::Candidate>)> {
    let found = candidates(ctx, tx, &campaign.id, target).await?;
    let unit_name = match target {
        Target::Branches => String::new(),
        Target::Members(unit) => {
            let row = store::organization::unit(tx, &ctx.organization, unit).await?;
            row.ok_or_else(|| Problem::not_found("problem.not_found"))?.name
        }
    };
    let settings = settings(ctx, tx).await?;
    let (mut ready, mut left_out, mut counted) = (Vec::new(), Vec::new(), Vec::new());
    for row in &found {
        let pledge = Pledge::from_columns(&row.state, row.step, row.round, row.version)?;
        let content = content(row);
        let own = !not_own(&ctx.actor, row.person_id.as_deref());
        let consent = consents(row);
        // Nobody is left who could keep it: whoever has left promises nothing new in public.
        if row.active == Some(false) && matches!(pledge.state, PledgeState::Confirmed { .. }) {
            left_out.push(LeftOut::of(row, "departed"));
            continue;
        }
        if matches!(pledge.state, PledgeState::Confirmed { .. }) && taken_down(ctx, tx, row).await? {
            left_out.push(LeftOut::of(row, "taken_down"));
            continue;
        }
        counted.push(Candidate {
            pledge,
            items: content.as_ref().map_or(0, |c| c.items.len()),
            consent,
            own,
        });
        let why = match pledge.state {
            PledgeState::Published { .. } => continue,
            PledgeState::Confirmed { .. } if own => "own",
            PledgeState::Confirmed { .. } if !consent => no_consent(row),
            PledgeState::Confirmed { .. } => {
                let content = content.ok_or_else(|| Error::bug("a confirmed pledge without its version"))?;
                ready.push(clear(ctx, &campaign, &settings, row, pledge, content)?);
                continue;
            }
            other => other.name(),
        };
        left_out.push(LeftOut::of(row, why));
    }
    let numbers = rules::preview(&counted);
    let days = i32::try_from(campaign.template.periods.objection_days).unwrap_or(0);
    let hashes: String = ready.iter().map(|r| r.hash.as_str()).collect();
    let closed = gate(&campaign, ctx.today, numbers.new_versions < numbers.pledges).err();
    let preview = Preview {
        unit_name,
        numbers,
        left_out,
        objections: (ctx.today, add_days(ctx.today, days)),
        seal: sha256_hex(hashes.as_bytes()),
        closed,
        campaign,
        ready,
    };
    Ok((preview, found))
}

/// First publications belong to their stage; a new version of a public text may come at any time after its beginning.
fn gate(campaign: &RunningCampaign, today: Date, first: bool) -> Result<(), Problem> {
    let refused = match campaign.gate_of_pledge(GatedAct::Publicise, today) {
        Ok(()) => return Ok(()),
        Err(refused) => refused,
    };
    let begun = campaign
        .window(GatedAct::Publicise, today)
        .is_some_and(|w| w.starts_on <= today);
    if begun && !first && matches!(refused.kind, ProblemKind::Closed(_)) {
        Ok(())
    } else {
        Err(refused)
    }
}

async fn settings(ctx: &Ctx, tx: &mut Tx) -> Result<Settings> {
    let row = store::organization::by_id(tx, &ctx.organization).await?;
    Ok(row
        .and_then(|r| serde_json::from_str(&r.settings).ok())
        .unwrap_or_default())
}

fn content(row: &rows::Candidate) -> Option<VersionContent> {
    row.content
        .as_deref()
        .and_then(|text| serde_json::from_str(text).ok())
}

/// Why a person's pledge lacks his consent: he took it back, or has still to confirm what another typed for him.
fn no_consent(row: &rows::Candidate) -> &'static str {
    match row.consent_withdrawn_at {
        Some(_) => "no_consent",
        None => "unconfirmed",
    }
}

/// It was public, was taken down by somebody over the actor, and was not put up again: a new version does not bring it back.
async fn taken_down(ctx: &Ctx, tx: &mut Tx, row: &rows::Candidate) -> Result<bool> {
    if row.version == 0 {
        return Ok(false);
    }
    let head = store::public::pledge(tx, &ctx.organization, &row.id).await?;
    let down = head.is_some_and(|h| h.taken_down_at.is_some());
    Ok(down && !super::after::may_put_up(ctx, tx, row).await?)
}

/// A person's pledge needs his consent; a branch's is the branch's own decision, made by filing it.
pub(super) fn consents(row: &rows::Candidate) -> bool {
    row.consent_withdrawn_at.is_none() && (row.person_id.is_none() || row.consent_at.is_some())
}

fn clear(
    ctx: &Ctx,
    campaign: &RunningCampaign,
    settings: &Settings,
    row: &rows::Candidate,
    pledge: Pledge,
    content: VersionContent,
) -> Result<Ready> {
    let shown = |field| campaign.template.public_fields.contains(&field);
    let if_shown = |field, text: String| if shown(field) { text } else { String::new() };
    let (title, post) = (row.title.as_deref(), row.post.as_deref());
    let post = public_post(
        &campaign.template.public_fields,
        row.leading_cadre,
        title.unwrap_or_default(),
        post.unwrap_or_default(),
    );
    let pledged_on = content.pledged_on.unwrap_or(ctx.today);
    let items = content.items.into_iter().map(|item| ClearedItem {
        id: item.id,
        kind: item.kind,
        content: item.content,
        measure: if_shown(PublicField::Measure, item.measure),
        beneficiary: if_shown(PublicField::Beneficiary, item.beneficiary),
        due_date: item.due_date.unwrap_or(pledged_on),
        demand: item.demand,
        joint: item.joint,
    });
    let cleared = Cleared {
        pledge: PledgeId::parse(row.id.as_str())?,
        campaign: CampaignId::parse(row.campaign_id.as_str())?,
        unit: UnitId::parse(row.unit_id.as_str())?,
        unit_name: row.unit_name.clone(),
        person_name: row.person_name.clone(),
        post: post.to_owned(),
        leading_cadre: row.leading_cadre,
        number: row.number.clone().unwrap_or_default(),
        pledged_on,
        confirmed_on: row.confirmed_at.map_or(ctx.today, |at| ctx.date_of(at)),
        items: items.collect(),
    };
    // Leaders answer in public with their names (N16).
    let names = if settings.mask_names && !row.leading_cadre {
        NameDisplay::Masked
    } else {
        NameDisplay::Full
    };
    let public = rules::project(pledge, cleared, names)?;
    let marks = public.items.iter().enumerate().flat_map(|(at, item)| {
        rules::private_marks(&item.content)
            .into_iter()
            .map(move |(range, mark)| (at, range, mark))
    });
    let marks = marks.collect();
    let (_, hash, _) = public.seal()?;
    Ok(Ready { marks, hash, public })
}
