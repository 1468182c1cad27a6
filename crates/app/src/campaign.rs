//! The campaign as every act needs it: its template, its extensions, and what is open today (N15).
//!
//! Stages are computed from dates at every request. Reading the TOML of a template is the costly part, so parsed
//! templates are kept in memory; what is kept counts only while its mark is that of the text in the database.

mod acts;
mod again;
mod discard;
mod editor;
mod file;

pub use acts::*;
pub use again::AskedAgain;
pub use discard::DiscardCampaign;
pub use editor::{SaveTemplate, TEMPLATE_MAX, fault_said, plain_template, read_template, template_mark};
pub use file::{CampaignFile, Gaps, ReadCampaign};

use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::campaign::template::{Choice, Immediate, Kind, Question};
use domain::campaign::{self as rules, Audience, Extension, GatedAct, StageState, Template, Text};
use domain::problem::Problem;
use domain::time::{Window, WindowState, add_days};
use jiff::civil::Date;
use lang::Lang;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, RwLock};
use store::Tx;
use store::campaign as rows;

/// A campaign with everything its notice fixes. Cheap to clone.
#[derive(Clone, Debug)]
pub struct RunningCampaign {
    /// Id.
    pub id: String,
    /// Title as the office wrote it.
    pub title: String,
    /// Where it stands.
    pub state: rules::CampaignState,
    /// The template as the campaign keeps it, with its own dates.
    pub template: Arc<Template>,
    /// Extensions of stages, oldest first.
    pub extensions: Vec<Extension>,
    /// Microseconds UTC; `None` while it is a draft.
    pub started_at: Option<i64>,
    /// Microseconds UTC; `None` until it is closed.
    pub closed_at: Option<i64>,
}

impl RunningCampaign {
    /// The title in the reader's language: the template's where the office left it as it was.
    pub fn title_in(&self, lang: Lang) -> &str {
        if self.title == self.template.title.zh {
            self.template.title.get(lang)
        } else {
            &self.title
        }
    }

    /// Whether it has ended: what was promised stays owed, nothing new is filed.
    pub fn is_ended(&self) -> bool {
        self.state == rules::CampaignState::Closed
    }

    /// The stages on a day, in order (N15).
    pub fn stages(&self, today: Date) -> Vec<StageState<'_>> {
        let mut all = rules::stages(&self.template, &self.extensions, today);
        if self.state == rules::CampaignState::Closed {
            // Whatever its days say: with the campaign its steps are over.
            all.iter_mut().for_each(|s| s.state = WindowState::Closed);
        }
        all
    }

    /// The stages open on a day; several may be, and none.
    pub fn open_stages(&self, today: Date) -> Vec<StageState<'_>> {
        rules::open_stages(&self.template, &self.extensions, today)
    }

    /// Refuses unless the act's stage is open and the campaign runs.
    ///
    /// # Errors
    /// A problem of kind `Closed` with the stage and its date, or of kind `Conflict` when the campaign does not run.
    pub fn gate(&self, act: GatedAct, today: Date) -> Result<(), Problem> {
        self.must_run()?;
        rules::gate(&self.template, &self.extensions, act, today)
            .map(drop)
            .map_err(Problem::from)
    }

    pub(crate) fn must_run(&self) -> Result<(), Problem> {
        if self.state == rules::CampaignState::Running {
            return Ok(());
        }
        Err(Problem::conflict("campaign.not_running"))
    }

    /// As [`RunningCampaign::gate`] for one pledge on its way: where the template takes immediate pledges (即时承诺), its
    /// steps stay open once they were.
    ///
    /// # Errors
    /// As [`RunningCampaign::gate`].
    pub fn gate_of_pledge(&self, act: GatedAct, today: Date) -> Result<(), Problem> {
        self.must_run()?;
        rules::gate_of_pledge(&self.template, &self.extensions, act, today).map_err(Problem::from)
    }

    /// The words on immediate pledges, if one dated so is one: after the last day of proposing.
    pub fn immediate(&self, pledged_on: Date, today: Date) -> Option<&Immediate> {
        rules::immediate(&self.template, &self.extensions, pledged_on, today)
    }

    /// Whether the act is possible on a day.
    pub fn is_open(&self, act: GatedAct, today: Date) -> bool {
        self.gate(act, today).is_ok()
    }

    /// From the first day any stage opens the act to the last, extensions counted; `None` when no stage does.
    pub fn window(&self, act: GatedAct, today: Date) -> Option<Window> {
        rules::act_window(&self.template, &self.extensions, act, today)
    }

    /// The day on which an act is due: the end of its window; leaders file earlier (N16).
    pub fn due(&self, act: GatedAct, leading: bool, today: Date) -> Option<Date> {
        let window = self.window(act, today)?;
        let end = window.ends_on?;
        let ahead = i32::try_from(self.template.periods.leaders_ahead_days).unwrap_or(0);
        let early = if leading && act == GatedAct::Propose {
            add_days(end, -ahead)
        } else {
            end
        };
        Some(early.max(window.starts_on))
    }

    /// The day it opened: when it was started or its first stage began, whichever came first.
    pub fn opened_on(&self, ctx: &Ctx) -> Option<Date> {
        let started = self.started_at.map(|at| ctx.date_of(at));
        started.into_iter().chain(self.template.starts_on).min()
    }

    /// The stage the reader is most likely to mean: the last one open, else the next, else the last.
    pub fn stage_now(&self, today: Date) -> Option<StageState<'_>> {
        let mut all = self.stages(today);
        let open = all.iter().rposition(|s| s.state == WindowState::Open);
        let at = open.or_else(|| all.iter().position(|s| s.state == WindowState::Upcoming));
        let at = at.or_else(|| all.len().checked_sub(1))?;
        Some(all.swap_remove(at))
    }

    /// The kinds of commitment, in order (N4).
    pub fn kinds(&self) -> &[Kind] {
        &self.template.kinds
    }

    /// The kinds an audience may choose, in order.
    pub fn kinds_for(&self, audience: Audience) -> Vec<&Kind> {
        self.template.kinds_for(audience)
    }

    /// Key of the kind in which an audience answers a demand it claims.
    pub fn demand_kind(&self, audience: Audience) -> &str {
        self.template.demand_kind(audience).map_or("", |k| k.key.as_str())
    }

    /// The channels of publicity (N12).
    pub fn channels(&self) -> &[Choice] {
        &self.template.channels
    }

    /// The review questions; leading cadres are asked some more (N6, N11).
    pub fn review_questions(&self, leading: bool) -> Vec<&Question> {
        let audience = if leading {
            Audience::LeadingCadre
        } else {
            Audience::Participant
        };
        self.template.questions_for(audience).collect()
    }

    /// The template's words by their keys, in the reader's language.
    pub fn labels(&self, lang: Lang) -> Labels {
        Labels {
            template: self.template.clone(),
            lang,
        }
    }
}

/// The template's words by their keys. A key nobody knows shows itself.
#[derive(Clone, Debug)]
pub struct Labels {
    template: Arc<Template>,
    lang: Lang,
}

impl Labels {
    fn find<'a>(&'a self, key: &'a str, mut all: impl Iterator<Item = (&'a str, &'a Text)>) -> &'a str {
        all.find(|(k, _)| *k == key)
            .map_or(key, |(_, label)| label.get(self.lang))
    }

    /// A text of the template.
    pub fn text<'a>(&self, text: &'a Text) -> &'a str {
        text.get(self.lang)
    }

    /// A kind of commitment.
    pub fn kind<'a>(&'a self, key: &'a str) -> &'a str {
        self.find(
            key,
            self.template.kinds.iter().map(|k| (k.key.as_str(), &k.label)),
        )
    }

    /// A stage.
    pub fn stage<'a>(&'a self, key: &'a str) -> &'a str {
        self.find(
            key,
            self.template.stages.iter().map(|s| (s.key.as_str(), &s.label)),
        )
    }

    /// A review question.
    pub fn question<'a>(&'a self, key: &'a str) -> &'a str {
        self.find(
            key,
            self.template.questions.iter().map(|q| (q.key.as_str(), &q.label)),
        )
    }

    /// A reason for returning a pledge.
    pub fn return_reason<'a>(&'a self, key: &'a str) -> &'a str {
        self.choice(key, &self.template.return_reasons)
    }

    /// A channel of publicity.
    pub fn channel<'a>(&'a self, key: &'a str) -> &'a str {
        self.choice(key, &self.template.channels)
    }

    /// A means of supervision.
    pub fn supervision<'a>(&'a self, key: &'a str) -> &'a str {
        self.choice(key, &self.template.supervision)
    }

    /// A group of posts.
    pub fn post<'a>(&'a self, key: &'a str) -> &'a str {
        self.choice(key, &self.template.posts)
    }

    /// A grade of the appraisal.
    pub fn grade<'a>(&'a self, key: &'a str) -> &'a str {
        self.find(
            key,
            self.template
                .appraisal
                .grades
                .iter()
                .map(|g| (g.key.as_str(), &g.label)),
        )
    }

    /// Who speaks in an appraisal.
    pub fn voice<'a>(&'a self, key: &'a str) -> &'a str {
        self.find(
            key,
            self.template
                .appraisal
                .voices
                .iter()
                .map(|v| (v.key.as_str(), &v.label)),
        )
    }

    /// A grade of the satisfaction scale.
    pub fn satisfaction<'a>(&'a self, key: &'a str) -> &'a str {
        self.find(
            key,
            self.template
                .satisfaction
                .iter()
                .map(|s| (s.key.as_str(), &s.label)),
        )
    }

    /// A reason tapped with a satisfaction grade.
    pub fn satisfaction_reason<'a>(&'a self, key: &'a str) -> &'a str {
        let all = self.template.satisfaction.iter().flat_map(|s| &s.reasons);
        self.find(key, all.map(|r| (r.key.as_str(), &r.label)))
    }

    fn choice<'a>(&'a self, key: &'a str, list: &'a [Choice]) -> &'a str {
        self.find(key, list.iter().map(|c| (c.key.as_str(), &c.label)))
    }
}

type Parsed = HashMap<String, (String, Arc<Template>)>;

/// Parsed templates by campaign; past this many the memory begins anew.
const KEPT: usize = 64;
static TEMPLATES: LazyLock<RwLock<Parsed>> = LazyLock::new(RwLock::default);

/// The template read last of a campaign, if it is the text with this mark.
fn remembered(campaign: &str, mark: &str) -> Option<Arc<Template>> {
    let kept = TEMPLATES.read().ok()?;
    let (same, template) = kept.get(campaign)?;
    (same == mark && !mark.is_empty()).then(|| template.clone())
}

async fn template(ctx: &Ctx, tx: &mut Tx, campaign: &rows::CampaignHead) -> Result<Arc<Template>> {
    if let Some(known) = remembered(&campaign.id, &campaign.template_mark) {
        return Ok(known);
    }
    let text = rows::template(tx, &ctx.organization, &campaign.id).await?;
    // A campaign from before there were marks is known by its whole text.
    let mark = match campaign.template_mark.as_str() {
        "" => text.as_str(),
        mark => mark,
    };
    if let Some(known) = remembered(&campaign.id, mark) {
        return Ok(known);
    }
    // It was checked before it was kept: a fault here is ours, not the reader's.
    let parsed = rules::parse(&text).map_err(|faults| {
        let first = faults
            .first()
            .map_or_else(String::new, |f| format!("{} {}", f.path, f.key));
        Error::bug(format!(
            "the template of campaign {} does not read: {first}",
            campaign.id
        ))
    })?;
    let parsed = Arc::new(parsed);
    if let Ok(mut kept) = TEMPLATES.write() {
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(campaign.id.clone(), (mark.to_owned(), parsed.clone()));
    }
    Ok(parsed)
}

async fn load(ctx: &Ctx, tx: &mut Tx, row: rows::CampaignHead) -> Result<RunningCampaign> {
    let template = template(ctx, tx, &row).await?;
    let extensions = rows::extensions(tx, &ctx.organization, &row.id).await?;
    let extensions = extensions.into_iter().filter_map(|e| {
        Some(Extension {
            old_ends_on: e.old_ends_on.parse().ok()?,
            new_ends_on: e.new_ends_on.parse().ok()?,
            stage: e.stage,
            reason: e.reason,
        })
    });
    Ok(RunningCampaign {
        extensions: extensions.collect(),
        state: rules::CampaignState::from_name(&row.state).unwrap_or(rules::CampaignState::Draft),
        id: row.id,
        title: row.title,
        template,
        started_at: row.started_at,
        closed_at: row.closed_at,
    })
}

/// The campaign that runs, if one does.
///
/// # Errors
/// Whatever the database reports.
pub async fn current(ctx: &Ctx, tx: &mut Tx) -> Result<Option<RunningCampaign>> {
    match rows::running(tx, &ctx.organization).await? {
        Some(row) => Ok(Some(load(ctx, tx, row).await?)),
        None => Ok(None),
    }
}

/// Id and template of the campaign that runs, where its dates are not asked about.
///
/// # Errors
/// `campaign.none_running` when none does.
pub(crate) async fn require_template(ctx: &Ctx, tx: &mut Tx) -> Result<(String, Arc<Template>)> {
    let row = rows::running(tx, &ctx.organization).await?;
    let row = row.ok_or_else(|| Problem::conflict("campaign.none_running"))?;
    let template = template(ctx, tx, &row).await?;
    Ok((row.id, template))
}

/// The campaign that runs.
///
/// # Errors
/// `campaign.none_running` when none does.
pub async fn require_current(ctx: &Ctx, tx: &mut Tx) -> Result<RunningCampaign> {
    Ok(current(ctx, tx)
        .await?
        .ok_or_else(|| Problem::conflict("campaign.none_running"))?)
}

/// The campaign strangers are shown: the one the reader looks back at, the running one, else the one closed last.
///
/// # Errors
/// Whatever the database reports; `problem.not_found` for a campaign that does not exist or never began.
pub async fn shown(ctx: &Ctx, tx: &mut Tx) -> Result<Option<RunningCampaign>> {
    if let Some(id) = &ctx.actor.looks_at {
        let asked = by_id(ctx, tx, id).await?;
        // What was never started is nobody's but the office's.
        let public = asked.started_at.is_some();
        return Ok(Some(
            public
                .then_some(asked)
                .ok_or_else(|| Problem::not_found("problem.not_found"))?,
        ));
    }
    if let Some(running) = current(ctx, tx).await? {
        return Ok(Some(running));
    }
    match rows::last_closed(tx, &ctx.organization).await? {
        Some(row) => Ok(Some(load(ctx, tx, row).await?)),
        None => Ok(None),
    }
}

/// The campaign a page of the staff is about: as [`shown`], so that nothing is out of reach once it has ended.
///
/// # Errors
/// `campaign.none_running` when there never was one; else as [`shown`].
pub async fn at_hand(ctx: &Ctx, tx: &mut Tx) -> Result<RunningCampaign> {
    Ok(shown(ctx, tx)
        .await?
        .ok_or_else(|| Problem::conflict("campaign.none_running"))?)
}

/// How many ended campaigns are still worked on at most: whatever was left open in an older one is history.
const ENDED_FOLLOWED: usize = 12;

/// The campaigns that have ended, the newest first: what was promised and ordered in them is still owed.
///
/// # Errors
/// Whatever the database reports.
pub async fn ended(ctx: &Ctx, tx: &mut Tx) -> Result<Vec<RunningCampaign>> {
    let mut heads = rows::all(tx, &ctx.organization).await?;
    heads.retain(|h| h.state == rules::CampaignState::Closed.name());
    heads.sort_by_key(|h| std::cmp::Reverse(h.closed_at));
    let mut out = Vec::new();
    for head in heads.into_iter().take(ENDED_FOLLOWED) {
        out.push(load(ctx, tx, head).await?);
    }
    Ok(out)
}

/// A campaign by its id, in whatever state.
///
/// # Errors
/// `problem.not_found`.
pub async fn by_id(ctx: &Ctx, tx: &mut Tx, id: &str) -> Result<RunningCampaign> {
    let row = rows::head(tx, &ctx.organization, id).await?;
    let row = row.ok_or_else(|| Problem::not_found("problem.not_found"))?;
    load(ctx, tx, row).await
}

/// Asks for the campaign that runs.
pub struct FindCurrent;

impl Query for FindCurrent {
    type Out = Option<RunningCampaign>;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        current(ctx, tx).await
    }
}

/// Asks for the campaign strangers are shown.
pub struct FindShown;

impl Query for FindShown {
    type Out = Option<RunningCampaign>;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        shown(ctx, tx).await
    }
}
