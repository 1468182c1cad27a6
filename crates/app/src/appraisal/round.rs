//! Rounds: proposed by the cadence, opened by the office.

use super::{Round, Subject, subjects};
use crate::campaign::{self, RunningCampaign};
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::access::{Permission, Scope, may};
use domain::appraisal::{Scale, Voice, check_days, propose, within};
use domain::campaign::{GatedAct, Text};
use domain::problem::{Problem, Problems};
use domain::text::{TextRule, check_text};
use jiff::civil::Date;
use store::Tx;
use store::appraisal::{self as rows, Entry};

/// A round the cadence asks for next.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The cadence.
    pub cadence: String,
    /// Its label.
    pub label: Text,
    /// First day.
    pub opens_on: Date,
    /// Last day.
    pub closes_on: Date,
    /// The voices it hears, by the template's keys.
    pub voices: Vec<String>,
}

/// A round of the list.
#[derive(Clone, Debug)]
pub struct RoundLine {
    /// The round.
    pub round: Round,
    /// Things the reader himself has to say: voice, how many, how many said.
    pub mine: Vec<(Voice, usize, usize)>,
    /// Things said of all that have to be said; only for those who run the round.
    pub said: Option<(usize, usize)>,
}

/// The page of rounds.
#[derive(Clone, Debug)]
pub struct Rounds {
    /// The running campaign; `None` when none runs.
    pub campaign: Option<RunningCampaign>,
    /// Its rounds, newest first.
    pub rounds: Vec<RoundLine>,
    /// What the cadence asks for next.
    pub proposals: Vec<Proposal>,
    /// Whether a round can be opened today.
    pub open: bool,
}

/// Asks for the rounds of the running campaign.
pub struct ListRounds;

impl Query for ListRounds {
    type Out = Rounds;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Rounds> {
        let Some(campaign) = campaign::shown(ctx, tx).await? else {
            return Ok(Rounds {
                campaign: None,
                rounds: vec![],
                proposals: vec![],
                open: false,
            });
        };
        let all = subjects(ctx, tx, &campaign.id).await?;
        let mut rounds = Vec::new();
        for row in rows::rounds(tx, &ctx.organization, &campaign.id).await? {
            let round = Round::read(row, ctx.today)?;
            let entries = rows::entries(tx, &ctx.organization, &round.row.id).await?;
            rounds.push(line(ctx, round, &all, &entries));
        }
        let begins = campaign
            .window(GatedAct::Appraise, ctx.today)
            .map(|w| w.starts_on);
        let begins = begins.or(campaign.template.starts_on).unwrap_or(ctx.today);
        let ends = campaign
            .window(GatedAct::Appraise, ctx.today)
            .and_then(|w| w.ends_on);
        let proposals = campaign.template.appraisal.cadence.iter().filter_map(|c| {
            let held = rounds.iter().filter(|r| r.round.row.cadence == c.key);
            let last = held.map(|r| r.round.closes_on).max();
            let days = propose(begins, c.every_months, last, ctx.today);
            let (opens_on, closes_on) = within(days, begins, ends, last.is_some())?;
            Some(Proposal {
                cadence: c.key.clone(),
                label: c.label.clone(),
                opens_on,
                closes_on,
                voices: c.voices.clone(),
            })
        });
        Ok(Rounds {
            proposals: proposals.collect(),
            open: campaign.is_open(GatedAct::Appraise, ctx.today),
            campaign: Some(campaign),
            rounds,
        })
    }
}

/// The voices that are written, not cast.
pub(super) const WRITTEN: [Voice; 3] = [Voice::Own, Voice::BranchComment, Voice::LeaderComment];

/// Whether the actor is the one who has to say this.
pub(super) fn is_mine(ctx: &Ctx, subject: &Subject, voice: Voice) -> bool {
    match voice {
        Voice::Own => subject.speaks_for(&ctx.actor),
        _ => {
            let scope = Scope::Unit(&subject.row.unit_id);
            may(&ctx.actor, super::permission_of(voice), scope) && !subject.is_own(&ctx.actor)
        }
    }
}

/// Whether it has been said.
pub(super) fn is_said(entries: &[Entry], pledge: &str, voice: Voice) -> bool {
    entries
        .iter()
        .any(|e| e.pledge_id == pledge && e.voice == voice.name())
}

fn line(ctx: &Ctx, round: Round, all: &[Subject], entries: &[Entry]) -> RoundLine {
    let (mut mine, mut asked, mut said) = (Vec::new(), 0, 0);
    for voice in WRITTEN {
        let (mut own, mut own_said) = (0, 0);
        for subject in all.iter().filter(|s| round.scale.asks(voice, s.standing)) {
            let done = is_said(entries, &subject.row.id, voice);
            asked += 1;
            said += usize::from(done);
            if is_mine(ctx, subject, voice) {
                own += 1;
                own_said += usize::from(done);
            }
        }
        if own > 0 {
            mine.push((voice, own, own_said));
        }
    }
    let whole = may(&ctx.actor, Permission::ManageAppraisal, Scope::Organization)
        || may(&ctx.actor, Permission::CommentAsLeader, Scope::Organization);
    RoundLine {
        round,
        mine,
        said: whole.then_some((said, asked)),
    }
}

/// Name and days of a round, as typed.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// Title, e.g. the quarter.
    pub title: String,
    /// First day.
    pub opens_on: String,
    /// Last day.
    pub closes_on: String,
    /// The voices to hear, by the template's keys; `None` = those of the cadence.
    pub voices: Option<Vec<String>>,
}

impl Typed {
    /// Title, first and last day, checked together, so that every mistake is told at once.
    pub(super) fn read(&self, today: Date) -> Result<(String, Date, Date)> {
        let mut problems = Problems::new();
        problems.note(check_text("title", &self.title, TextRule::line(40)));
        let day = |field: &str, text: &str| campaign::typed_date(field, text, today);
        let opens_on = problems.note(day("opens_on", &self.opens_on));
        let closes_on = problems.note(day("closes_on", &self.closes_on));
        if self.voices.as_ref().is_some_and(Vec::is_empty) {
            problems.note::<()>(Err(Problem::invalid("problem.appraisal.voices").on("voices")));
        }
        let (Some(opens_on), Some(closes_on)) = (opens_on, closes_on) else {
            return Err(problems.into());
        };
        problems.note(check_days(opens_on, closes_on, today));
        problems.or(())?;
        Ok((self.title.trim().to_owned(), opens_on, closes_on))
    }

    /// The rules of the campaign's template for this cadence and these voices.
    pub(super) fn scale(&self, campaign: &RunningCampaign, cadence: &str) -> Result<Scale> {
        let Some(voices) = &self.voices else {
            return Ok(Scale::of_template(&campaign.template, cadence)?);
        };
        let mut template = (*campaign.template).clone();
        let mut cadences = template.appraisal.cadence.iter_mut();
        if let Some(found) = cadences.find(|c| c.key == cadence) {
            found.voices.clone_from(voices);
        }
        Scale::of_template(&template, cadence).map_err(|problems| {
            // Whoever chose the voices can mend the choice; the template is not his.
            let weighs = problems.0.iter().any(|p| p.arg("what") == Some("weights"));
            match weighs {
                true => Problem::invalid("problem.appraisal.voices").on("voices").into(),
                false => problems.into(),
            }
        })
    }
}

/// Opens a round: the rules are copied into it, so that old verdicts are never judged by new ones.
pub struct OpenRound {
    /// The cadence of the template.
    pub cadence: String,
    /// Name, days and voices.
    pub typed: Typed,
}

impl UseCase for OpenRound {
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageAppraisal)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        ctx.require(Permission::ManageAppraisal, Scope::Organization)?;
        let campaign = campaign::require_current(ctx, tx).await?;
        campaign.gate(GatedAct::Appraise, ctx.today)?;
        let (title, opens_on, closes_on) = self.typed.read(ctx.today)?;
        let scale = self.typed.scale(&campaign, &self.cadence)?;
        let round = rows::Round {
            id: ctx.id(),
            campaign_id: campaign.id,
            title,
            cadence: self.cadence.clone(),
            opens_on: opens_on.to_string(),
            closes_on: closes_on.to_string(),
            scale: serde_json::to_string(&scale).map_err(Error::bug)?,
            opened_by: ctx.actor.account.clone(),
            opened_at: ctx.now,
            frozen_at: None,
            frozen_by: None,
            result: None,
            hash: None,
        };
        rows::add_round(tx, &ctx.organization, &round).await?;
        Ok(round.id)
    }
    fn event(&self, id: &String) -> Event {
        Event::new("appraisal.open", "appraisal_round", id)
            .with(serde_json::json!({ "title": self.typed.title.trim() }))
    }
}
