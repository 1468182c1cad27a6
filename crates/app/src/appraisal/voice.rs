//! What is said in words and points: by the pledger, by the branch, by leaders.

use super::{Round, Subject, find_round, find_subject, permission_of, secretaries, subjects};
use crate::campaign::{self, RunningCampaign};
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Permission, Scope, may};
use domain::appraisal::{Voice, may_rate};
use domain::problem::{Problem, Problems};
use domain::text::{TextRule, check_text};
use store::Tx;
use store::appraisal::{self as rows, Entry};
use store::pledge::Item;

/// Most characters of a comment or self-report.
const WORDS: usize = 1000;

/// What is said about one pledge; points as typed.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// The pledge.
    pub pledge: String,
    /// The words.
    pub words: String,
    /// The points; empty where the voice gives none.
    pub score: String,
}

impl Said {
    fn is_empty(&self) -> bool {
        self.words.trim().is_empty() && self.score.trim().is_empty()
    }

    /// Checks it and makes the row; `None` when it stands there already.
    async fn keep(&self, ctx: &Ctx, tx: &mut Tx, round: &Round, voice: Voice) -> Result<Option<Entry>> {
        let words = self.words.trim().replace("\r\n", "\n");
        check_text("words", &words, TextRule::area(WORDS).optional())?;
        let points = self.score.trim().parse::<i64>().ok();
        let score = round.scale.check_said(voice, points, &words)?.map(i64::from);
        let old = rows::entry(tx, &ctx.organization, &round.row.id, &self.pledge, voice.name()).await?;
        if old.is_some_and(|e| e.words == words && e.score == score) {
            return Ok(None);
        }
        let entry = Entry {
            round_id: round.row.id.clone(),
            pledge_id: self.pledge.clone(),
            voice: voice.name().to_owned(),
            words,
            score,
            said_by: ctx.actor.account.clone(),
            said_name: ctx.actor.name.clone(),
            said_at: ctx.now,
        };
        Ok(Some(entry))
    }
}

/// Says how one's own pledge went (自评, 述诺).
pub struct SelfReport {
    /// The round.
    pub round: String,
    /// What is said.
    pub said: Said,
}

impl UseCase for SelfReport {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::AppraiseOwn)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let round = find_round(ctx, tx, &self.round).await?;
        round.state.require_open()?;
        let secretaries = secretaries(ctx, tx).await?;
        let subject = find_subject(ctx, tx, &round, &secretaries, &self.said.pledge).await?;
        may_rate(Voice::Own, subject.speaks_for(&ctx.actor))?;
        if !round.scale.asks(Voice::Own, subject.standing) {
            return Err(Problem::conflict("problem.appraisal.not_asked").into());
        }
        if let Some(entry) = self.said.keep(ctx, tx, &round, Voice::Own).await? {
            rows::put_entry(tx, &ctx.organization, &entry).await?;
        }
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new("appraisal.self_report", "pledge", self.said.pledge.as_str())
            .with(serde_json::json!({ "round": self.round }))
    }
}

/// Comments on several pledges at once, as the branch or as a leader; what was left empty is left alone.
pub struct Comment {
    /// The round.
    pub round: String,
    /// [`Voice::BranchComment`] or [`Voice::LeaderComment`].
    pub voice: Voice,
    /// What is said.
    pub said: Vec<Said>,
}

impl UseCase for Comment {
    /// How many were new or changed.
    type Out = usize;
    fn needs(&self) -> Need {
        Need::Permission(permission_of(self.voice))
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<usize> {
        let round = find_round(ctx, tx, &self.round).await?;
        round.state.require_open()?;
        if !matches!(self.voice, Voice::BranchComment | Voice::LeaderComment) {
            return Err(Problem::conflict("problem.appraisal.not_asked").into());
        }
        let secretaries = secretaries(ctx, tx).await?;
        let (mut problems, mut entries) = (Problems::new(), Vec::new());
        for said in self.said.iter().filter(|s| !s.is_empty()) {
            let subject = find_subject(ctx, tx, &round, &secretaries, &said.pledge).await?;
            ctx.require(permission_of(self.voice), Scope::Unit(&subject.row.unit_id))?;
            may_rate(self.voice, subject.is_own(&ctx.actor))?;
            if !round.scale.asks(self.voice, subject.standing) {
                return Err(Problem::conflict("problem.appraisal.not_asked").into());
            }
            let voice = self.voice.name();
            let before = rows::entry(tx, &ctx.organization, &round.row.id, &said.pledge, voice).await?;
            let other = before.filter(|e| e.said_by != ctx.actor.account);
            match said.keep(ctx, tx, &round, self.voice).await {
                Ok(Some(_)) if other.is_some() => {
                    let name = other.map(|e| e.said_name).unwrap_or_default();
                    let problem = Problem::conflict("problem.appraisal.said_by_other").with("name", name);
                    problems.push(problem.on(format!("words.{}", said.pledge)));
                }
                Ok(entry) => entries.extend(entry),
                Err(crate::Error::Refused(refused)) => problems.0.extend(refused.0.into_iter().map(|p| {
                    let field = format!("{}.{}", p.field.as_deref().unwrap_or("words"), said.pledge);
                    p.on(field)
                })),
                Err(other) => return Err(other),
            }
        }
        problems.or(())?;
        for entry in &entries {
            rows::put_entry(tx, &ctx.organization, entry).await?;
        }
        Ok(entries.len())
    }
    fn event(&self, n: &usize) -> Event {
        Event::new("appraisal.comment", "appraisal_round", self.round.as_str())
            .with(serde_json::json!({ "voice": self.voice.name(), "changed": n }))
    }
}

/// One's own pledge in a round.
#[derive(Clone, Debug)]
pub struct SelfFile {
    /// The round.
    pub round: Round,
    /// The campaign.
    pub campaign: RunningCampaign,
    /// The pledges the reader speaks for.
    pub subjects: Vec<Subject>,
    /// The one asked for; `None` when the reader speaks for none.
    pub subject: Option<Subject>,
    /// Its items, to write the report from.
    pub items: Vec<Item>,
    /// What was said already.
    pub said: Option<Entry>,
}

/// Asks for the page of the self-report.
pub struct FindSelf {
    /// The round.
    pub round: String,
    /// The pledge; empty = the first one the reader speaks for.
    pub pledge: String,
}

impl Query for FindSelf {
    type Out = SelfFile;
    fn needs(&self) -> Need {
        Need::Permission(Permission::AppraiseOwn)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<SelfFile> {
        let round = find_round(ctx, tx, &self.round).await?;
        let mut all = subjects(ctx, tx, &round.row.campaign_id).await?;
        all.retain(|s| s.speaks_for(&ctx.actor));
        // One's own before the branch's.
        all.sort_by_key(Subject::is_branch);
        let wanted = all.iter().find(|s| s.row.id == self.pledge).or_else(|| {
            let any = self.pledge.is_empty();
            all.first().filter(|_| any)
        });
        let subject = wanted.cloned();
        let (items, said) = match &subject {
            None => (vec![], None),
            Some(s) => {
                let items = store::pledge::items(tx, &ctx.organization, &s.row.id).await?;
                let voice = Voice::Own.name();
                let said = rows::entry(tx, &ctx.organization, &round.row.id, &s.row.id, voice).await?;
                (items, said)
            }
        };
        Ok(SelfFile {
            campaign: campaign::by_id(ctx, tx, &round.row.campaign_id).await?,
            round,
            subjects: all,
            subject,
            items,
            said,
        })
    }
}

/// A pledge to comment on.
#[derive(Clone, Debug)]
pub struct CommentRow {
    /// The pledge.
    pub subject: Subject,
    /// Its items.
    pub items: Vec<Item>,
    /// What its pledger says.
    pub own: Option<Entry>,
    /// What was said with this voice.
    pub said: Option<Entry>,
    /// Whether it is the reader's own: somebody else comments.
    pub is_own: bool,
    /// Whether somebody else has commented: a judgement with a name is changed by nobody but its author.
    pub by_other: bool,
}

/// Asks for the list of pledges to comment on.
pub struct FindComments {
    /// The round.
    pub round: String,
    /// [`Voice::BranchComment`] or [`Voice::LeaderComment`].
    pub voice: Voice,
}

impl Query for FindComments {
    type Out = (Round, RunningCampaign, Vec<CommentRow>);
    fn needs(&self) -> Need {
        Need::Permission(permission_of(self.voice))
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        let round = find_round(ctx, tx, &self.round).await?;
        let campaign = campaign::by_id(ctx, tx, &round.row.campaign_id).await?;
        let permission = permission_of(self.voice);
        let entries = rows::entries(tx, &ctx.organization, &round.row.id).await?;
        let items = rows::items(tx, &ctx.organization, &round.row.campaign_id).await?;
        let find = |pledge: &str, voice: Voice| {
            let mut all = entries.iter();
            all.find(|e| e.pledge_id == pledge && e.voice == voice.name())
                .cloned()
        };
        let mut list = Vec::new();
        for subject in subjects(ctx, tx, &round.row.campaign_id).await? {
            let mine = may(&ctx.actor, permission, Scope::Unit(&subject.row.unit_id));
            if !mine || !round.scale.asks(self.voice, subject.standing) {
                continue;
            }
            let id = subject.row.id.as_str();
            let said = find(id, self.voice);
            list.push(CommentRow {
                by_other: said.as_ref().is_some_and(|e| e.said_by != ctx.actor.account),
                items: items.iter().filter(|i| i.pledge_id == id).cloned().collect(),
                own: find(id, Voice::Own),
                said,
                is_own: subject.is_own(&ctx.actor),
                subject,
            });
        }
        Ok((round, campaign, list))
    }
}
