//! What the public says of branches and pledges, and what it is answered (N13).
//!
//! Giving feedback reads nothing inside its transaction: everything is looked up and checked before, on a snapshot,
//! and the act itself is one insert.

mod ground;

pub use ground::{Around, FindAround, FindGround, Ground};

use crate::App;
use crate::campaign::{self, RunningCampaign};
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::survey::{Demand, Place, new_receipt, places};
use domain::access::{Actor, Grant, Permission, Role, Scope, may, not_own};
use domain::feedback::{self as rules, FeedbackState, Said};
use domain::ids::ReceiptCode;
use domain::problem::{Problem, Problems};
use jiff::civil::Date;
use serde_json::json;
use store::Tx;
use store::feedback as rows;
pub use store::feedback::{Feedback, PublicFeedback, Subject};

/// What a form sent.
#[derive(Clone, Debug, Default)]
pub struct TypedFeedback {
    /// 5 … 1 as text; empty when no face was tapped.
    pub grade: String,
    /// Keys of reasons.
    pub reasons: Vec<String>,
    /// Words.
    pub words: String,
    /// How to be reached.
    pub contact: String,
}

/// What the author takes away.
#[derive(Clone, Debug)]
pub struct Given {
    /// The receipt, kept nowhere.
    pub code: String,
    /// Until when it is answered; `None` when it asks for no answer.
    pub due_on: Option<Date>,
}

struct GiveFeedback {
    row: Feedback,
}

impl UseCase for GiveFeedback {
    type Out = ReceiptCode;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<ReceiptCode> {
        let code = new_receipt(ctx);
        let row = Feedback {
            id: ctx.blind_id(),
            ..self.row.clone()
        };
        rows::add(tx, &ctx.organization, &row, &code.stored_hash()).await?;
        Ok(code)
    }
    fn event(&self, _: &ReceiptCode) -> Event {
        Event::new("feedback.give", "feedback", "")
    }
}

/// Takes a feedback about a branch or a pledge found before.
///
/// # Errors
/// What is wrong with what was typed.
pub async fn give(app: &App, ground: &Ground, typed: &TypedFeedback) -> Result<Given> {
    let said = Said {
        grade: typed.grade.parse().ok(),
        reasons: &typed.reasons,
        words: &typed.words,
        contact: &typed.contact,
    };
    let (grade, reasons) = said.check(&ground.campaign.template)?;
    let today = app.date_of(app.clock().now());
    let due_on = rules::due_on(&ground.campaign.template, today);
    let waits = rules::needs_answer(grade, &typed.words);
    let row = Feedback {
        id: String::new(),
        campaign_id: ground.campaign.id.clone(),
        unit_id: ground.place.id.clone(),
        pledge_id: ground.subject.as_ref().map(|s| s.id.clone()),
        grade,
        reasons: serde_json::to_string(&reasons).map_err(Error::bug)?,
        words: typed.words.trim().replace("\r\n", "\n"),
        contact: typed.contact.trim().to_owned(),
        said_on: today.to_string(),
        due_on: due_on.to_string(),
        state: if waits {
            FeedbackState::New
        } else {
            FeedbackState::Answered
        }
        .name()
        .to_owned(),
        reply: String::new(),
        reply_public: false,
        hidden_reason: String::new(),
        handled_at: None,
    };
    let code = app.execute(&Actor::public(), GiveFeedback { row }).await?;
    Ok(Given {
        code: code.to_string(),
        due_on: waits.then_some(due_on),
    })
}

/// What a receipt leads to.
#[derive(Clone, Debug)]
pub enum Found {
    /// A feedback; its reply is shown to its author also when it is not public.
    Feedback(Feedback),
    /// An opinion of the survey.
    Opinion {
        /// The day it was given.
        said_on: String,
        /// Its words.
        words: String,
        /// Why it was set aside; empty while it counts.
        set_aside: String,
        /// The public demand it was merged into.
        demand: Option<Demand>,
        /// It lies in a demand, public or not.
        merged: bool,
    },
}

/// Asks with a receipt as typed.
pub struct AskReceipt {
    /// The code.
    pub code: String,
}

impl Query for AskReceipt {
    type Out = Found;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Found> {
        // Malformed and unknown codes get one answer, which says where to look.
        let wrong = || Error::from(Problem::invalid("problem.feedback.receipt").on("code"));
        let hash = ReceiptCode::parse(&self.code).map_err(|_| wrong())?.stored_hash();
        if let Some(feedback) = rows::by_receipt(tx, &ctx.organization, &hash).await? {
            return Ok(Found::Feedback(feedback));
        }
        let opinion = store::demand::opinion_by_receipt(tx, &ctx.organization, &hash).await?;
        let opinion = opinion.ok_or_else(wrong)?;
        let demand = match &opinion.demand_id {
            Some(id) => store::demand::demand(tx, &ctx.organization, id).await?,
            None => None,
        };
        Ok(Found::Opinion {
            merged: opinion.demand_id.is_some(),
            said_on: opinion.said_on,
            words: opinion.words,
            set_aside: opinion.set_aside,
            demand: demand.filter(|d| d.public),
        })
    }
}

/// A feedback on the desk.
#[derive(Clone, Debug)]
pub struct DeskRow {
    /// The feedback.
    pub feedback: Feedback,
    /// Name of the branch.
    pub place: String,
    /// Name on the pledge; empty when the branch as such is meant or the pledge is not public.
    pub subject: String,
    /// The answer is overdue.
    pub overdue: bool,
}

/// The desk.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The campaign.
    pub campaign: RunningCampaign,
    /// The branches in reach.
    pub places: Vec<Place>,
    /// The rows asked for, the earliest answer due first.
    pub rows: Vec<DeskRow>,
    /// How many are in each state, all branches in reach: new, answered, hidden.
    pub counts: [i64; 3],
}

/// Asks for the desk: one state, one branch or all in reach.
pub struct ReadDesk {
    /// State.
    pub state: FeedbackState,
    /// Branch; empty for all in reach.
    pub unit: String,
}

fn reach(ctx: &Ctx, unit: &str) -> bool {
    may(&ctx.actor, Permission::HandleFeedback, Scope::Unit(unit))
}

impl Query for ReadDesk {
    type Out = Desk;
    fn needs(&self) -> Need {
        Need::Permission(Permission::HandleFeedback)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Desk> {
        let org = &ctx.organization;
        let shown = campaign::shown(ctx, tx).await?;
        let campaign = shown.ok_or_else(|| Problem::conflict("campaign.none_running"))?;
        let mut places = places(&campaign, store::organization::all_units(tx, org).await?);
        places.retain(|p| reach(ctx, &p.id));
        let mut names = rows::names(tx, org, &campaign.id).await?;
        let mut found = rows::in_state(tx, org, &campaign.id, self.state.name()).await?;
        let mut all = rows::counts(tx, org, &campaign.id).await?;
        // Somebody was promised an answer, whatever began since.
        let new = FeedbackState::New.name();
        for past in campaign::ended(ctx, tx)
            .await?
            .iter()
            .filter(|c| c.id != campaign.id)
        {
            let waiting = rows::in_state(tx, org, &past.id, new).await?;
            all.extend(waiting.iter().map(|f| (f.unit_id.clone(), new.to_owned(), 1)));
            if self.state == FeedbackState::New {
                names.extend(rows::names(tx, org, &past.id).await?);
                found.extend(waiting);
            }
        }
        let ended = store::organization::endings(tx, org).await?;
        places.retain(|p| ended.iter().all(|e| e.id != p.id) || all.iter().any(|(unit, _, _)| *unit == p.id));
        found.retain(|f| reach(ctx, &f.unit_id) && (self.unit.is_empty() || f.unit_id == self.unit));
        let today = ctx.today.to_string();
        let row = |f: Feedback| DeskRow {
            place: name_of(&places, &f.unit_id),
            subject: subject_name(&names, f.pledge_id.as_deref()),
            overdue: f.state == FeedbackState::New.name() && f.due_on < today,
            feedback: f,
        };
        let listed = found.into_iter().map(row).collect();
        let mut counts = [0; 3];
        for (unit, state, n) in all {
            let at = match FeedbackState::from_name(&state) {
                Some(FeedbackState::New) => 0,
                Some(FeedbackState::Answered) => 1,
                _ => 2,
            };
            if reach(ctx, &unit) {
                counts[at] += n;
            }
        }
        Ok(Desk {
            campaign,
            places,
            rows: listed,
            counts,
        })
    }
}

fn name_of(places: &[Place], unit: &str) -> String {
    places
        .iter()
        .find(|p| p.id == unit)
        .map(|p| p.name.clone())
        .unwrap_or_default()
}

fn subject_name(names: &[(String, String)], pledge: Option<&str>) -> String {
    names
        .iter()
        .find(|(id, _)| Some(id.as_str()) == pledge)
        .map(|(_, name)| name.clone())
        .unwrap_or_default()
}

/// One feedback as those see it who answer.
#[derive(Clone, Debug)]
pub struct FeedbackPage {
    /// The row.
    pub row: DeskRow,
    /// The campaign, for the words of the scale.
    pub campaign: RunningCampaign,
    /// Keys of the reasons tapped.
    pub reasons: Vec<String>,
    /// The words as they would be published.
    pub masked: String,
    /// It is about the reader's own pledge: somebody else answers.
    pub own: bool,
    /// The reader may hide it: of what is said about his own branch the office decides.
    pub may_hide: bool,
}

/// Asks for one feedback.
pub struct ReadFeedback {
    /// Which.
    pub id: String,
}

async fn find(ctx: &Ctx, tx: &mut Tx, id: &str) -> Result<Feedback> {
    let feedback = rows::by_id(tx, &ctx.organization, id).await?;
    let feedback = feedback.ok_or_else(|| Problem::not_found("problem.not_found"))?;
    ctx.require(Permission::HandleFeedback, Scope::Unit(&feedback.unit_id))?;
    Ok(feedback)
}

async fn is_own(ctx: &Ctx, tx: &mut Tx, feedback: &Feedback) -> Result<bool> {
    let Some(pledge) = &feedback.pledge_id else {
        return Ok(false);
    };
    let owner = rows::owner(tx, &ctx.organization, pledge).await?;
    Ok(!not_own(&ctx.actor, owner.as_deref()))
}

/// A secretary answers what is said about his branch and hides none of it (PRODUCT.md 3.3).
fn may_hide(ctx: &Ctx, feedback: &Feedback) -> bool {
    let own = |g: &Grant| g.role == Role::BranchSecretary && g.unit.as_deref() == Some(&feedback.unit_id);
    let office = may(&ctx.actor, Permission::HandleFeedback, Scope::Organization);
    let all = ctx.actor.grants.iter().chain(&ctx.actor.inherited);
    office || !all.into_iter().any(own)
}

impl Query for ReadFeedback {
    type Out = FeedbackPage;
    fn needs(&self) -> Need {
        Need::Permission(Permission::HandleFeedback)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<FeedbackPage> {
        let feedback = find(ctx, tx, &self.id).await?;
        let campaign = campaign::by_id(ctx, tx, &feedback.campaign_id).await?;
        let unit = store::organization::unit(tx, &ctx.organization, &feedback.unit_id).await?;
        let names = rows::names(tx, &ctx.organization, &campaign.id).await?;
        Ok(FeedbackPage {
            own: is_own(ctx, tx, &feedback).await?,
            may_hide: may_hide(ctx, &feedback),
            reasons: serde_json::from_str(&feedback.reasons).unwrap_or_default(),
            masked: rules::masked(&feedback.words),
            row: DeskRow {
                place: unit.map(|u| u.name).unwrap_or_default(),
                subject: subject_name(&names, feedback.pledge_id.as_deref()),
                overdue: feedback.state == FeedbackState::New.name()
                    && feedback.due_on < ctx.today.to_string(),
                feedback,
            },
            campaign,
        })
    }
}

/// What is done with a feedback.
#[derive(Clone, Debug)]
pub enum Handling {
    /// It is answered: to its author by the receipt, and in public with the words when wished.
    Reply {
        /// The reply.
        reply: String,
        /// Words and reply are published.
        public: bool,
    },
    /// It is hidden; the original is kept.
    Hide {
        /// Why.
        reason: String,
    },
    /// It is shown again.
    Show,
}

/// Handles a feedback.
pub struct HandleFeedback {
    /// Which.
    pub id: String,
    /// How.
    pub how: Handling,
}

impl UseCase for HandleFeedback {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::HandleFeedback)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let mut feedback = find(ctx, tx, &self.id).await?;
        if is_own(ctx, tx, &feedback).await? {
            return Err(Problem::forbidden("problem.feedback.own").into());
        }
        let before = FeedbackState::from_name(&feedback.state).unwrap_or(FeedbackState::New);
        let after = match &self.how {
            Handling::Reply { reply, public } => {
                let reply = reply.trim();
                let after = before.reply(reply, *public)?;
                reply.clone_into(&mut feedback.reply);
                feedback.reply_public = *public;
                after
            }
            Handling::Hide { reason } => {
                if !may_hide(ctx, &feedback) {
                    return Err(Problem::forbidden("problem.feedback.hide_own").into());
                }
                let after = before.hide(reason)?;
                reason.trim().clone_into(&mut feedback.hidden_reason);
                feedback.reply_public = false;
                after
            }
            Handling::Show => {
                let after = before.show(!feedback.reply.is_empty())?;
                feedback.hidden_reason.clear();
                after
            }
        };
        after.name().clone_into(&mut feedback.state);
        rows::handle(tx, &ctx.organization, &feedback, &ctx.actor.account, ctx.now).await?;
        if feedback.reply_public {
            rows::publish(tx, &ctx.organization, &public_of(&feedback, ctx.today)).await?;
        } else {
            rows::unpublish(tx, &ctx.organization, &feedback.id).await?;
        }
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        let (act, detail) = match &self.how {
            Handling::Reply { public, .. } => ("feedback.reply", json!({ "public": public })),
            Handling::Hide { reason } => ("feedback.hide", json!({ "reason": reason.trim() })),
            Handling::Show => ("feedback.show", json!({})),
        };
        Event::new(act, "feedback", &self.id).with(detail).seen_by_all()
    }
}

fn public_of(f: &Feedback, today: Date) -> PublicFeedback {
    PublicFeedback {
        id: f.id.clone(),
        campaign_id: f.campaign_id.clone(),
        unit_id: f.unit_id.clone(),
        pledge_id: f.pledge_id.clone(),
        grade: f.grade,
        words: rules::masked(&f.words),
        said_on: f.said_on.clone(),
        reply: f.reply.clone(),
        replied_on: today.to_string(),
    }
}

/// The refusal of a form whose hidden field was filled: a robot, or a browser that fills too much.
pub fn robot() -> Problems {
    Problem::invalid("problem.feedback.robot").on("website").into()
}
