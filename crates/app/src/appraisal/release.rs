//! Freezing a round and showing its results to the public.

use super::{BALLOT_BRANCH, Round, Subject, find_round, subjects};
use crate::campaign::{self, RunningCampaign};
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::publication::{Told, tell};
use domain::access::{Permission, Scope, not_own};
use domain::appraisal::{ResultRow, RoundResult, RoundState, Tally, Voice, tally};
use domain::campaign::template::PublicField;
use domain::ids::{AppraisalRoundId, CampaignId, GradeId, PledgeId};
use domain::problem::Problem;
use serde_json::json;
use std::collections::BTreeMap;
use store::Tx;
use store::appraisal::{self as rows, Ballot, CodeCount, Entry, Release};

/// Freezes a round: every voice is counted once, the result is sealed and compared from now on, never computed anew.
pub struct FreezeRound {
    /// The round.
    pub round: String,
}

impl UseCase for FreezeRound {
    /// The hash of the result.
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageAppraisal)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        ctx.require(Permission::ManageAppraisal, Scope::Organization)?;
        let round = find_round(ctx, tx, &self.round).await?;
        match round.state {
            RoundState::Closed => {}
            RoundState::Frozen => return Err(Problem::conflict("problem.appraisal.frozen").into()),
            RoundState::Open | RoundState::Upcoming => {
                let problem = Problem::conflict("problem.appraisal.still_open");
                return Err(problem.with("until", round.closes_on).into());
            }
        }
        let campaign = campaign::by_id(ctx, tx, &round.row.campaign_id).await?;
        let result = count(ctx, tx, &round, &campaign).await?;
        let (text, hash) = result.seal()?;
        let by = &ctx.actor.account;
        if rows::freeze(tx, &ctx.organization, &self.round, (&text, &hash), by, ctx.now).await? == 0 {
            return Err(Problem::conflict("problem.appraisal.frozen").into());
        }
        Ok(hash)
    }
    fn event(&self, hash: &String) -> Event {
        Event::new("appraisal.freeze", "appraisal_round", self.round.as_str()).with(json!({ "hash": hash }))
    }
}

/// Everything a count is made of.
struct Urn {
    entries: Vec<Entry>,
    ballots: Vec<(Ballot, BTreeMap<String, GradeId>)>,
    codes: Vec<CodeCount>,
}

impl Urn {
    async fn open(ctx: &Ctx, tx: &mut Tx, round: &str) -> Result<Urn> {
        let mut ballots = Vec::new();
        for ballot in rows::ballots(tx, &ctx.organization, round).await? {
            let answers = serde_json::from_str(&ballot.answers).map_err(Error::bug)?;
            ballots.push((ballot, answers));
        }
        Ok(Urn {
            entries: rows::entries(tx, &ctx.organization, round).await?,
            codes: rows::code_counts(tx, &ctx.organization, round).await?,
            ballots,
        })
    }

    fn tally(&self, round: &Round, subject: &Subject, voice: Voice) -> Result<Tally> {
        let unit = &subject.row.unit_id;
        let key = if subject.is_branch() {
            BALLOT_BRANCH
        } else {
            &subject.row.id
        };
        let here = |u: &str, v: &str| u == unit && v == voice.name();
        let mine = self.ballots.iter().filter(|(b, _)| here(&b.unit_id, &b.voice));
        let answers = mine.filter_map(|(_, answers)| answers.get(key));
        let codes = self.codes.iter().find(|c| here(&c.unit_id, &c.voice));
        let eligible = codes.and_then(|c| u64::try_from(c.codes).ok()).unwrap_or(0);
        Ok(tally(&round.scale, answers, eligible)?)
    }

    fn row(&self, round: &Round, campaign: &RunningCampaign, subject: &Subject) -> Result<ResultRow> {
        let mut scores = BTreeMap::new();
        for entry in self.entries.iter().filter(|e| e.pledge_id == subject.row.id) {
            let voice = super::round::WRITTEN
                .into_iter()
                .find(|v| v.name() == entry.voice);
            let points = entry.score.and_then(|s| u32::try_from(s).ok());
            if let (Some(voice), Some(points)) = (voice, points) {
                scores.insert(voice, points.saturating_mul(100));
            }
        }
        if round.hears(Voice::Peers)
            && let Some(mean) = self.tally(round, subject, Voice::Peers)?.mean
        {
            scores.insert(Voice::Peers, mean);
        }
        let ballot = match round.hears(Voice::Ballot) {
            true => Some(self.tally(round, subject, Voice::Ballot)?),
            false => None,
        };
        let scale = round.scale.about(subject.standing);
        let pledge = PledgeId::parse(subject.row.id.as_str())?;
        let mut row = ResultRow::of(&scale, pledge, scores, ballot);
        if !subject.is_graded(&campaign.template.appraisal.ungraded) {
            row.grade = None;
        }
        Ok(row)
    }
}

async fn count(ctx: &Ctx, tx: &mut Tx, round: &Round, campaign: &RunningCampaign) -> Result<RoundResult> {
    let found = Urn::open(ctx, tx, &round.row.id).await?;
    let all = subjects(ctx, tx, &campaign.id).await?;
    let lines: Result<Vec<_>> = all.iter().map(|s| found.row(round, campaign, s)).collect();
    Ok(RoundResult {
        format: RoundResult::FORMAT.to_owned(),
        round: AppraisalRoundId::parse(round.row.id.as_str())?,
        campaign: CampaignId::parse(campaign.id.as_str())?,
        opens_on: round.opens_on,
        closes_on: round.closes_on,
        scale: round.scale.clone(),
        rows: lines?,
    })
}

/// Shows the grades of a branch to the public, as lines in the life stories of its public pledges. One's own is left
/// for somebody else, and so is what has no grade.
pub struct ReleaseResults {
    /// The round.
    pub round: String,
    /// The branch.
    pub unit: String,
}

/// What was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Released {
    /// Pledges whose grade is public now.
    pub shown: usize,
    /// Own ones, left for somebody else.
    pub own: usize,
}

impl UseCase for ReleaseResults {
    type Out = Released;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageAppraisal)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Released> {
        ctx.require(Permission::ManageAppraisal, Scope::Unit(&self.unit))?;
        let round = find_round(ctx, tx, &self.round).await?;
        let campaign = campaign::by_id(ctx, tx, &round.row.campaign_id).await?;
        if !campaign.template.public_fields.contains(&PublicField::Rating) {
            return Err(Problem::conflict("problem.appraisal.not_public").into());
        }
        let result = result_of(&round)?.ok_or_else(|| Problem::conflict("problem.appraisal.not_frozen"))?;
        let mut out = Released { shown: 0, own: 0 };
        for subject in subjects(ctx, tx, &campaign.id).await? {
            let row = result.rows.iter().find(|r| r.pledge.as_str() == subject.row.id);
            let grade = row.and_then(|r| r.grade.as_ref());
            let (Some(grade), true) = (grade, subject.row.unit_id == self.unit) else {
                continue;
            };
            if subject.row.state != "published" {
                continue;
            }
            if !not_own(&ctx.actor, subject.row.person_id.as_deref()) {
                out.own += 1;
                continue;
            }
            out.shown += usize::from(show(ctx, tx, &round, &campaign, &subject, grade).await?);
        }
        if out.shown == 0 {
            return Err(Problem::conflict("problem.appraisal.nothing_to_show").into());
        }
        Ok(out)
    }
    fn event(&self, out: &Released) -> Event {
        Event::new("appraisal.release", "appraisal_round", self.round.as_str())
            .with(json!({ "unit": self.unit, "shown": out.shown, "own": out.own }))
            .seen_by_all()
    }
}

async fn show(
    ctx: &Ctx,
    tx: &mut Tx,
    round: &Round,
    campaign: &RunningCampaign,
    subject: &Subject,
    grade: &GradeId,
) -> Result<bool> {
    let release = Release {
        pledge_id: subject.row.id.clone(),
        released_at: ctx.now,
    };
    let by = &ctx.actor.account;
    if rows::add_release(tx, &ctx.organization, &round.row.id, &release, by).await? == 0 {
        return Ok(false);
    }
    let label = |lang| campaign.labels(lang).grade(grade.as_str()).to_owned();
    let told = Told {
        pledge: &subject.row.id,
        item: None,
        on: ctx.today,
        kind: "appraisal",
        words: "",
        detail: json!({
            "round": round.row.title, "grade": grade.as_str(), "hash": round.row.hash,
            "label": label(lang::Lang::Zh), "label_en": label(lang::Lang::En),
        }),
    };
    tell(ctx, tx, told).await?;
    Ok(true)
}

/// The frozen result of a round.
pub(super) fn result_of(round: &Round) -> Result<Option<RoundResult>> {
    match &round.row.result {
        None => Ok(None),
        Some(text) => Ok(Some(serde_json::from_str(text).map_err(Error::bug)?)),
    }
}
