//! The publishing desk: who is ready, what went out, through which channels, and what is missing.

use super::publish::Target;
use crate::campaign::{self, RunningCampaign};
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Permission, Scope, may};
use domain::problem::{Problem, Problems};
use domain::text::{TextRule, check_text};
use jiff::civil::Date;
use serde_json::json;
use std::collections::BTreeMap;
use store::Tx;
use store::organization::Unit;
use store::publication as rows;

/// Longest place or proof of a channel, in characters.
pub const PLACE_MAX: usize = 200;

/// How the members' pledges of a branch stand.
#[derive(Clone, Debug)]
pub struct MemberRow {
    /// The branch.
    pub unit: Unit,
    /// Pledges by state.
    pub states: BTreeMap<String, i64>,
}

impl MemberRow {
    /// How many stand in a state.
    pub fn of(&self, state: &str) -> i64 {
        self.states.get(state).copied().unwrap_or(0)
    }

    /// Drafts and pledges still in review.
    pub fn waiting(&self) -> i64 {
        self.of("draft") + self.of("submitted") + self.of("returned")
    }
}

/// A batch with its ledger.
#[derive(Clone, Debug)]
pub struct BatchView {
    /// The batch.
    pub batch: rows::Publication,
    /// Name of the branch; empty for the branches' own pledges.
    pub unit_name: String,
    /// What was recorded, by channel of the template, in its order; an empty list is a gap.
    pub channels: Vec<(String, Vec<rows::Channel>)>,
}

impl BatchView {
    /// Channels nothing was recorded for.
    pub fn gaps(&self) -> usize {
        self.channels.iter().filter(|(_, lines)| lines.is_empty()).count()
    }
}

/// Everything the desk shows.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The campaign.
    pub campaign: RunningCampaign,
    /// The branches' own pledges by state; `None` when the actor does not publish them.
    pub branches: Option<BTreeMap<String, i64>>,
    /// The branches whose members the actor publishes.
    pub members: Vec<MemberRow>,
    /// What went out, newest first.
    pub batches: Vec<BatchView>,
    /// Objections that wait for an answer.
    pub objections: usize,
}

/// Asks for the desk.
pub struct FindDesk;

impl Query for FindDesk {
    type Out = Option<Desk>;
    fn needs(&self) -> Need {
        Need::Permission(Permission::RecordChannel)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Option<Desk>> {
        let org = ctx.organization.as_str();
        let Some(campaign) = campaign::shown(ctx, tx).await? else {
            return Ok(None);
        };
        let units = store::organization::all_units(tx, org).await?;
        let branches = if may(&ctx.actor, Target::Branches.permission(), Scope::Organization) {
            let mut states = BTreeMap::new();
            for row in rows::branch_candidates(tx, org, &campaign.id).await? {
                *states.entry(row.state).or_insert(0) += 1;
            }
            Some(states)
        } else {
            None
        };
        let counts = rows::member_counts(tx, org, &campaign.id).await?;
        let ended = store::organization::endings(tx, org).await?;
        let open = |unit: &str| ended.iter().all(|e| e.id != unit);
        let members = units
            .iter()
            .filter(|u| may(&ctx.actor, Permission::PublishMemberPledges, Scope::Unit(&u.id)))
            .map(|unit| MemberRow {
                states: counts
                    .iter()
                    .filter(|c| c.0 == unit.id)
                    .map(|c| (c.1.clone(), c.2))
                    .collect(),
                unit: unit.clone(),
            })
            .filter(|row| !row.states.is_empty() || row.unit.kind == "party_branch" && open(&row.unit.id));
        let members = members.collect();
        let batches = batches(ctx, tx, &campaign, &units).await?;
        let objections = rows::objections(tx, org, &campaign.id).await?;
        let objections = objections.iter().filter(|o| o.answered_at.is_none()).count();
        Ok(Some(Desk {
            campaign,
            branches,
            members,
            batches,
            objections,
        }))
    }
}

/// What went out of a campaign that the actor records channels for, newest first.
///
/// # Errors
/// Storage.
pub(crate) async fn batches_of(ctx: &Ctx, tx: &mut Tx, campaign: &RunningCampaign) -> Result<Vec<BatchView>> {
    let units = store::organization::all_units(tx, &ctx.organization).await?;
    batches(ctx, tx, campaign, &units).await
}

async fn batches(
    ctx: &Ctx,
    tx: &mut Tx,
    campaign: &RunningCampaign,
    units: &[Unit],
) -> Result<Vec<BatchView>> {
    let org = ctx.organization.as_str();
    let lines = rows::channels(tx, org, &campaign.id).await?;
    let mut out = Vec::new();
    for batch in rows::all(tx, org, &campaign.id).await? {
        // A batch of the committee is the office's to record, not every secretary's.
        let scope = batch.unit_id.as_deref().map_or(Scope::Organization, Scope::Unit);
        if !may(&ctx.actor, Permission::RecordChannel, scope) {
            continue;
        }
        let unit = units.iter().find(|u| Some(&u.id) == batch.unit_id.as_ref());
        let of = |key: &str| {
            lines
                .iter()
                .filter(|l| l.publication_id == batch.id && l.channel == key)
                .cloned()
                .collect()
        };
        out.push(BatchView {
            unit_name: unit.map(|u| u.name.clone()).unwrap_or_default(),
            channels: campaign
                .channels()
                .iter()
                .map(|c| (c.key.clone(), of(&c.key)))
                .collect(),
            batch,
        });
    }
    Ok(out)
}

/// A batch with the pledges in it.
#[derive(Clone, Debug)]
pub struct FoundBatch {
    /// The campaign.
    pub campaign: RunningCampaign,
    /// The batch and its ledger.
    pub view: BatchView,
    /// The pledges whose newest public version came with it, also those taken down since.
    pub pledges: Vec<rows::PublicPledge>,
}

/// Asks for a batch.
pub struct FindBatch(pub String);

impl Query for FindBatch {
    type Out = FoundBatch;
    fn needs(&self) -> Need {
        Need::Permission(Permission::RecordChannel)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<FoundBatch> {
        let org = ctx.organization.as_str();
        let missing = || Problem::not_found("problem.not_found");
        let batch = rows::by_id(tx, org, &self.0).await?.ok_or_else(missing)?;
        let campaign = campaign::by_id(ctx, tx, &batch.campaign_id).await?;
        let units = store::organization::all_units(tx, org).await?;
        // The reach is checked by the list: what is not in it is not there for this reader.
        let mut all = batches(ctx, tx, &campaign, &units).await?;
        let at = all
            .iter()
            .position(|b| b.batch.id == batch.id)
            .ok_or_else(missing)?;
        let pledges = store::public::pledges_of_batch(tx, org, &batch.id).await?;
        Ok(FoundBatch {
            view: all.swap_remove(at),
            campaign,
            pledges,
        })
    }
}

/// Records that a batch went out through a channel: when, where, and what proves it (N12).
pub struct RecordChannel {
    /// The batch.
    pub publication: String,
    /// Key of the channel in the template.
    pub channel: String,
    /// The day.
    pub done_on: Option<Date>,
    /// Where.
    pub place: String,
    /// What proves it: number of the minutes, who put it up.
    pub proof: String,
}

impl UseCase for RecordChannel {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::RecordChannel)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let org = ctx.organization.as_str();
        let batch = rows::by_id(tx, org, &self.publication).await?;
        let batch = batch.ok_or_else(|| Problem::not_found("problem.not_found"))?;
        let scope = batch.unit_id.as_deref().map_or(Scope::Organization, Scope::Unit);
        ctx.require(Permission::RecordChannel, scope)?;
        let campaign = campaign::by_id(ctx, tx, &batch.campaign_id).await?;
        let mut problems = Problems::new();
        if campaign.channels().iter().all(|c| c.key != self.channel) {
            problems.push(Problem::invalid("publication.channel_missing").on("channel"));
        }
        problems.note(check_text("place", &self.place, TextRule::line(PLACE_MAX)));
        problems.note(check_text(
            "proof",
            &self.proof,
            TextRule::line(PLACE_MAX).optional(),
        ));
        match self.done_on {
            None => problems.push(Problem::invalid("publication.date_missing").on("done_on")),
            Some(day) if day > ctx.today => {
                problems.push(
                    Problem::invalid("problem.progress.in_future")
                        .on("done_on")
                        .with("today", ctx.today),
                );
            }
            Some(_) => {}
        }
        problems.or(())?;
        let line = rows::Channel {
            id: ctx.id(),
            publication_id: batch.id,
            channel: self.channel.clone(),
            done_on: self.done_on.unwrap_or(ctx.today).to_string(),
            place: self.place.trim().to_owned(),
            proof: self.proof.trim().to_owned(),
            file_id: None,
            recorded_by: ctx.actor.account.clone(),
            recorded_at: ctx.now,
        };
        rows::add_channel(tx, org, &line).await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new(
            "publication.record_channel",
            "publication",
            self.publication.as_str(),
        )
        .with(json!({ "channel": self.channel }))
        .seen_by_all()
    }
}
