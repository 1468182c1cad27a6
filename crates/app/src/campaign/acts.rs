//! Making, starting, extending and closing a campaign; excusing people from it (N3, N15).

use super::{RunningCampaign, by_id, load, require_current};
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::access::{Permission, Scope};
use domain::campaign::template::{PublicField, Template};
use domain::campaign::{self as rules, CampaignState, TemplateFault};
use domain::notice::DocumentKind;
use domain::organization::PersonClass;
use domain::problem::{Problem, Problems};
use domain::settings::Settings;
use domain::text::{TextRule, check_text};
use domain::time::{DateRefusal, Window, parse_date, parse_past_date};
use jiff::civil::Date;
use store::Tx;
use store::campaign::{self as rows, StageExtension};

const TITLE: TextRule = TextRule::line(80);

/// Reads a date somebody typed and says on which field it went wrong.
///
/// # Errors
/// `time.date_…` on the field.
pub fn typed_date(field: &str, typed: &str, today: Date) -> Result<Date, Problem> {
    parse_date(typed, today).map_err(on(field))
}

/// Reads the day of something that has happened: without year it is the last such day.
///
/// # Errors
/// `time.date_…` on the field.
pub fn typed_past_date(field: &str, typed: &str, today: Date) -> Result<Date, Problem> {
    parse_past_date(typed, today).map_err(on(field))
}

fn on(field: &str) -> impl Fn(DateRefusal) -> Problem {
    move |r| Problem::invalid(r.key).on(field).with("text", r.text)
}

pub(super) fn fault(fault: TemplateFault) -> Problem {
    let mut problem = Problem::invalid(fault.key).on("toml");
    problem.args = fault.args;
    if let Some(line) = fault.line {
        problem = problem.with("line", line);
    }
    problem
}

/// Where the template of a new campaign comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// One that ships with the product, by its key.
    Shipped(String),
    /// A TOML text of the organisation's own.
    Own(String),
}

impl Source {
    /// Its text.
    fn text(&self) -> Result<&str, Problem> {
        match self {
            Source::Shipped(key) => {
                let found = rules::shipped().iter().find(|(k, _)| k == key);
                let unknown = || Problem::invalid("campaign.template_unknown").on("template");
                found.map(|(_, text)| *text).ok_or_else(unknown)
            }
            Source::Own(text) => Ok(text),
        }
    }

    /// The template, checked.
    ///
    /// # Errors
    /// `campaign.template_unknown` on `template`; every fault of an own text on `toml`, with its line.
    pub fn read(&self) -> Result<Template, Problems> {
        rules::parse(self.text()?).map_err(|faults| Problems(faults.into_iter().map(fault).collect()))
    }
}

/// Makes a campaign as a draft: the template's dates move to a new first day.
pub struct CreateCampaign {
    /// The template.
    pub source: Source,
    /// Title; empty = the template's.
    pub title: String,
    /// First day, as typed.
    pub starts_on: String,
}

impl UseCase for CreateCampaign {
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageCampaign)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        ctx.require(Permission::ManageCampaign, Scope::Organization)?;
        let mut problems = Problems::new();
        let template = problems.absorb(self.source.read());
        let first = problems.note(typed_date("starts_on", &self.starts_on, ctx.today));
        problems.note(check_text("title", &self.title, TITLE.optional()));
        let (Some(template), Some(first), true) = (template, first, problems.is_empty()) else {
            return Err(problems.into());
        };
        let mut moved = template.shift(first);
        if template.starts_on != Some(first)
            && let Some(notice) = &mut moved.notice
        {
            // The date an original page carried belongs to the original campaign alone.
            notice.original_published_on = None;
        }
        let title = if self.title.trim().is_empty() {
            &moved.title.zh
        } else {
            self.title.trim()
        };
        let row = rows::Campaign {
            id: ctx.id(),
            template_key: moved.key.clone(),
            title: title.to_owned(),
            state: CampaignState::Draft.name().to_owned(),
            template: moved
                .rewritten(&template, self.source.text()?)
                .map_err(Error::bug)?,
            created_at: ctx.now,
            started_at: None,
            closed_at: None,
        };
        rows::add(tx, &ctx.organization, &row, &ctx.actor.account).await?;
        Ok(row.id)
    }
    fn event(&self, id: &String) -> Event {
        Event::new("campaign.create", "campaign", id)
    }
}

/// The window of one stage, as typed; an empty end stays open.
#[derive(Clone, Debug)]
pub struct TypedWindow {
    /// Key of the stage.
    pub stage: String,
    /// First day.
    pub starts_on: String,
    /// Last day; empty = open.
    pub ends_on: String,
}

/// Changes a draft: title, the windows of its stages, what becomes public.
pub struct EditCampaign {
    /// The campaign.
    pub id: String,
    /// Title.
    pub title: String,
    /// A new first day for the whole campaign, as typed; empty = the windows below count.
    pub shift_to: String,
    /// The windows of the stages.
    pub windows: Vec<TypedWindow>,
    /// Fields that become public; content and unit always do.
    pub public_fields: Vec<PublicField>,
}

impl EditCampaign {
    fn windows(&self, template: &Template, today: Date) -> Result<Template, Problems> {
        let mut problems = Problems::new();
        let mut changed = template.clone();
        for typed in &self.windows {
            let (start, end) = (format!("starts_{}", typed.stage), format!("ends_{}", typed.stage));
            let starts_on = problems.note(typed_date(&start, &typed.starts_on, today));
            let ends_on = match typed.ends_on.trim() {
                "" => None,
                text => problems.note(typed_date(&end, text, today)),
            };
            let Some(starts_on) = starts_on else { continue };
            if ends_on.is_some_and(|end| end < starts_on) {
                problems.push(Problem::invalid("campaign.template.stage_order").on(end));
                continue;
            }
            changed = changed.with_window(&typed.stage, Window { starts_on, ends_on });
        }
        problems.or(changed)
    }

    fn changed(&self, template: &Template, today: Date) -> Result<Template, Problems> {
        let mut problems = Problems::new();
        problems.note(check_text("title", &self.title, TITLE));
        let moved = match self.shift_to.trim() {
            "" => problems.absorb(self.windows(template, today)),
            text => problems
                .note(typed_date("shift_to", text, today))
                .map(|day| template.shift(day)),
        };
        let Some(mut moved) = moved else {
            return Err(problems);
        };
        moved.public_fields = self.public_fields.clone();
        for needed in PublicField::ALL.into_iter().filter(|f| f.is_always_public()) {
            if !moved.public_fields.contains(&needed) {
                moved.public_fields.push(needed);
            }
        }
        problems.0.extend(moved.faults().into_iter().map(fault));
        problems.or(moved)
    }
}

impl UseCase for EditCampaign {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageCampaign)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        ctx.require(Permission::ManageCampaign, Scope::Organization)?;
        let campaign = by_id(ctx, tx, &self.id).await?;
        if campaign.state != CampaignState::Draft {
            return Err(Problem::conflict("campaign.not_draft").into());
        }
        let changed = self.changed(&campaign.template, ctx.today)?;
        let mut row = row(ctx, tx, &self.id).await?;
        self.title.trim().clone_into(&mut row.title);
        row.template = changed
            .rewritten(&campaign.template, &row.template)
            .map_err(Error::bug)?;
        rows::update(tx, &ctx.organization, &row).await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new("campaign.edit", "campaign", &self.id)
    }
}

pub(super) async fn row(ctx: &Ctx, tx: &mut Tx, id: &str) -> Result<rows::Campaign> {
    let row = rows::by_id(tx, &ctx.organization, id).await?;
    Ok(row.ok_or_else(|| Problem::not_found("problem.not_found"))?)
}

/// Starts a campaign and drafts its notice from the body the template carries (N1).
pub struct StartCampaign {
    /// The campaign.
    pub id: String,
}

impl UseCase for StartCampaign {
    /// The draft of the notice, where the template has one.
    type Out = Option<String>;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageCampaign)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Option<String>> {
        ctx.require(Permission::ManageCampaign, Scope::Organization)?;
        let mut row = row(ctx, tx, &self.id).await?;
        let state = CampaignState::from_name(&row.state)
            .unwrap_or(CampaignState::Closed)
            .start()?;
        if rows::running(tx, &ctx.organization).await?.is_some() {
            return Err(Problem::conflict("campaign.other_running").into());
        }
        state.name().clone_into(&mut row.state);
        row.started_at = Some(ctx.now);
        rows::update(tx, &ctx.organization, &row).await?;
        let campaign = by_id(ctx, tx, &self.id).await?;
        draft_notice(ctx, tx, &campaign).await
    }
    fn event(&self, notice: &Option<String>) -> Event {
        Event::new("campaign.start", "campaign", &self.id)
            .with(serde_json::json!({ "notice": notice }))
            .seen_by_all()
    }
}

async fn draft_notice(ctx: &Ctx, tx: &mut Tx, campaign: &RunningCampaign) -> Result<Option<String>> {
    let Some(document) = &campaign.template.notice else {
        return Ok(None);
    };
    let organization = store::organization::by_id(tx, &ctx.organization).await?;
    let settings = organization.map(|o| serde_json::from_str::<Settings>(&o.settings).unwrap_or_default());
    let notice = store::notice::Notice {
        id: ctx.id(),
        campaign_id: campaign.id.clone(),
        kind: DocumentKind::Notice.name().to_owned(),
        number: document.number.clone(),
        title: document.title.clone(),
        body: document.body_text(),
        source: settings.map(|s| s.sponsor).unwrap_or_default(),
        dated_on: document.dated_on.map(|d| d.to_string()),
        // A page that is not there yet is not reprinted.
        original_published_on: document
            .original_published_on
            .filter(|day| *day <= ctx.today)
            .map(|d| d.to_string()),
        published_at: None,
        created_at: ctx.now,
        updated_at: ctx.now,
        revision: 1,
    };
    store::notice::add(tx, &ctx.organization, &notice, &ctx.actor.account).await?;
    Ok(Some(notice.id))
}

/// Extends a stage: only forward, with a reason; the old end stays shown (N15).
pub struct ExtendStage {
    /// The campaign.
    pub id: String,
    /// Key of the stage.
    pub stage: String,
    /// The new last day, as typed.
    pub ends_on: String,
    /// Why.
    pub reason: String,
}

impl UseCase for ExtendStage {
    type Out = rules::Extension;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageCampaign)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<rules::Extension> {
        ctx.require(Permission::ManageCampaign, Scope::Organization)?;
        let campaign = by_id(ctx, tx, &self.id).await?;
        if campaign.state != CampaignState::Running {
            return Err(Problem::conflict("campaign.not_running").into());
        }
        let mut problems = Problems::new();
        let to = problems.note(typed_date("ends_on", &self.ends_on, ctx.today));
        let (template, before) = (&campaign.template, &campaign.extensions);
        let checked = rules::extend(template, before, &self.stage, to, &self.reason, ctx.today);
        let extension = problems.absorb(checked);
        let (Some(extension), true) = (extension, problems.is_empty()) else {
            return Err(problems.into());
        };
        let row = StageExtension {
            id: ctx.id(),
            stage: extension.stage.clone(),
            old_ends_on: extension.old_ends_on.to_string(),
            new_ends_on: extension.new_ends_on.to_string(),
            reason: extension.reason.clone(),
            extended_by: ctx.actor.name.clone(),
            extended_at: ctx.now,
        };
        rows::add_extension(tx, &ctx.organization, &self.id, &row).await?;
        Ok(extension)
    }
    fn event(&self, e: &rules::Extension) -> Event {
        Event::new("campaign.extend_stage", "campaign", &self.id)
            .with(serde_json::json!({
                "stage": e.stage, "old": e.old_ends_on, "new": e.new_ends_on, "reason": e.reason,
            }))
            .seen_by_all()
    }
}

/// Closes a campaign: what is public stays readable, nothing changes any more.
pub struct CloseCampaign {
    /// The campaign.
    pub id: String,
}

impl UseCase for CloseCampaign {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageCampaign)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        ctx.require(Permission::ManageCampaign, Scope::Organization)?;
        let mut row = row(ctx, tx, &self.id).await?;
        let state = CampaignState::from_name(&row.state)
            .unwrap_or(CampaignState::Draft)
            .close()?;
        state.name().clone_into(&mut row.state);
        row.closed_at = Some(ctx.now);
        rows::update(tx, &ctx.organization, &row).await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new("campaign.close", "campaign", &self.id).seen_by_all()
    }
}

/// Excuses a person of a mandatory class from the running campaign, with a reason (N3).
pub struct Excuse {
    /// Who.
    pub person: String,
    /// Why; it stands in the register.
    pub reason: String,
}

impl UseCase for Excuse {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::ExcusePerson)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let person = reach(ctx, tx, &self.person).await?;
        let campaign = require_current(ctx, tx).await?;
        let must = PersonClass::from_name(&person.class)
            .is_some_and(|c| campaign.template.scope.shall(c, person.leading_cadre));
        if !must {
            return Err(Problem::conflict("campaign.excuse_voluntary").on("person").into());
        }
        let filed = store::pledge::of_pledger(tx, &ctx.organization, &campaign.id, &person.id).await?;
        if filed.is_some_and(|p| p.submitted_at.is_some()) {
            return Err(Problem::conflict("campaign.excuse_filed").on("person").into());
        }
        // Nobody lets himself off, and leaders go ahead of the others: whether one of them stays away is the office's to say
        // (N16).
        if !domain::access::not_own(&ctx.actor, Some(&person.id)) {
            return Err(Problem::conflict("campaign.excuse_own").on("person").into());
        }
        let over_all = domain::access::may(&ctx.actor, Permission::ExcusePerson, Scope::Organization);
        if person.leading_cadre && !over_all {
            return Err(Problem::conflict("campaign.excuse_leader").on("person").into());
        }
        if let Some(stands) = crate::pledge::excuse_of(ctx, tx, &campaign.id, &person.id).await? {
            // What somebody else registered is not replaced by a page that did not show it.
            let told = Problem::conflict("campaign.excuse_twice")
                .with("name", &stands.by)
                .with("date", ctx.date_of(stands.at))
                .with("reason", &stands.reason);
            return Err(told.on("person").into());
        }
        check_text("reason", &self.reason, TextRule::line(rules::REASON_MAX))?;
        let excuse = rows::Excuse {
            person_id: person.id,
            reason: self.reason.trim().to_owned(),
        };
        rows::excuse(
            tx,
            &ctx.organization,
            &campaign.id,
            &excuse,
            &ctx.actor.account,
            ctx.now,
        )
        .await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new("campaign.excuse", "person", &self.person)
            .with(serde_json::json!({ "reason": self.reason }))
    }
}

/// Takes an excuse back.
pub struct Unexcuse {
    /// Who.
    pub person: String,
}

impl UseCase for Unexcuse {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::ExcusePerson)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let person = reach(ctx, tx, &self.person).await?;
        let campaign = require_current(ctx, tx).await?;
        rows::unexcuse(tx, &ctx.organization, &campaign.id, &person.id).await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new("campaign.unexcuse", "person", &self.person)
    }
}

async fn reach(ctx: &Ctx, tx: &mut Tx, person: &str) -> Result<store::person::Person> {
    let found = store::person::by_id(tx, &ctx.organization, person).await?;
    let found = found.ok_or_else(|| Problem::not_found("problem.not_found"))?;
    ctx.require(Permission::ExcusePerson, Scope::Unit(&found.unit_id))?;
    Ok(found)
}

/// Every campaign, newest first.
pub struct ListCampaigns;

impl Query for ListCampaigns {
    type Out = Vec<RunningCampaign>;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageCampaign)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        let mut all = Vec::new();
        for row in rows::all(tx, &ctx.organization).await? {
            all.push(load(ctx, tx, row).await?);
        }
        Ok(all)
    }
}
