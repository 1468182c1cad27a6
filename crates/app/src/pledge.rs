//! Step 2: pledges are written, signed and handed in (N4 to N8, N10, N20, N21).
//!
//! One set of acts serves a member on his own form, a secretary on the branch's form and whoever types for a member
//! who cannot; [`Desk`] says which, and [`authorise`] asks for the permission that goes with it.

mod along;
mod amend;
mod begin;
mod behalf;
mod blank;
mod comment;
mod draft;
mod joint;
mod keep;
mod menu;
mod moved;
mod offered;
mod office;
mod paper;
mod read;
mod sheet;
mod standing;
mod submit;
mod told;

pub use along::{EndCoauthor, NameCoauthor};
pub use amend::GiveUpAmendment;
pub use begin::{StartPledge, Started};
pub use behalf::{
    ConfirmByPaper, ConfirmBySlip, ConfirmOwn, IssueConfirmSlip, SlipOwner, SlipView, slip_actor,
};
pub use blank::{
    BlankPrint, BlankRun, BlankRuns, BlankUnit, FreeBlank, KeyBack, KeyedBack, PrintBlanks, SheetsToPrint,
};
pub use comment::AddComment;
pub use draft::{Edit, SaveDraft, Saved, TypedItem};
pub use joint::JointItem;
pub use keep::{KeepItem, Kept, alike_kept};
pub use menu::{ClaimDemand, Menu, MenuLine, OpenMenu, ReleaseDemand};
pub(crate) use moved::settle;
pub use offered::{FindBlanks, OfferedBlanks};
pub(crate) use office::printed;
pub use office::{FaultNote, HeaderFaults, PrintSet, PrintUnit, Printable, PrintedPledge};
pub(crate) use paper::papers_of;
pub use paper::{AttachPaper, PAPERS_MAX};
pub use read::{DeskView, Filed, OpenDesk, OpenPledge, Overview, UnitFilings, UnitsToFileFor};
pub use sheet::{
    BlankSheet, Fate, ImportSheet, Imported, PlanSheet, SheetFile, SheetLine, SheetPlan, SheetPromise,
    read_sheet_file,
};
pub(crate) use standing::of as standing_of;
pub use submit::{AmendPledge, SubmitPledge, Submitted, WithdrawBeforeReview};
pub(crate) use told::excuse_of;
pub use told::{Down, EndedQueue, Excused, FindLeft, FindUndecided, Left, Told, Undecided};

use crate::campaign::RunningCampaign;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::access::{Permission, Role, Scope, may};
use domain::campaign::{Audience, GatedAct};
use domain::ids::{ChannelId, KindId};
use domain::pledge::{CommitmentItem, FormRules, KindRule, Pledge, PledgeForm, sentence};
use domain::problem::{Problem, Problems};
use domain::text::is_blank;
use domain::time::{parse_due, parse_past_date};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::Tx;
use store::organization::Unit;
use store::person::Person;
use store::pledge as rows;
pub use store::pledge::{Coauthor, LastItem};

/// Whose form lies on the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Desk {
    /// The actor's own.
    Own,
    /// That of a branch (its id).
    Branch(String),
    /// That of a person (the id) who cannot fill it in.
    Behalf(String),
    /// That of a person (the id) who asked the actor to write it along.
    Along(String),
}

/// The boxes of the paper above the items, as prefilled from the roster and completed (N20, N21).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the boxes of annex 1 and annex 2")]
pub struct Header {
    pub organization: String,
    pub unit: String,
    pub head: String,
    pub name: String,
    /// Code of GB/T 2261.1.
    pub sex: String,
    pub ethnicity: String,
    pub education: String,
    /// `YYYY-MM`.
    pub birth_month: String,
    /// `YYYY-MM`.
    pub joined_month: String,
    pub post: String,
    pub phone: String,
    /// The group of posts whose model sentences are offered.
    pub post_group: String,
    /// The pledger has looked at the boxes.
    pub checked: bool,
    /// What the pledger says is wrong in the roster.
    pub fault: String,
    /// Why a new version is written, after confirmation or publication.
    pub amendment: String,
}

/// An item while it is written: the item and what its sentence is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftItem {
    /// The item as it would be handed in.
    #[serde(flatten)]
    pub item: CommitmentItem,
    /// The date as typed.
    #[serde(default)]
    pub due_typed: String,
    /// The model sentence; empty for own words.
    #[serde(default)]
    pub sentence: String,
    /// What fills its places.
    #[serde(default)]
    pub blanks: Vec<String>,
    /// Own words, alone or behind the sentence.
    #[serde(default)]
    pub rest: String,
}

/// Content and due date of an item from what was typed (see [`DraftItem::settle`]).
#[must_use]
pub fn settled(
    pattern: &str,
    blanks: &[String],
    rest: &str,
    due_typed: &str,
    today: Date,
) -> (String, Option<Date>) {
    let content = sentence::compose(pattern, blanks, rest);
    let typed = due_typed.trim();
    if !typed.is_empty() {
        return (content, parse_due(typed, today).ok().map(|due| due.date));
    }
    // A place may hold how often (every month, Friday) or how long: that is no end.
    let mut read = blanks.iter().filter_map(|blank| parse_due(blank, today).ok());
    let blank = read.find(|due| due.every.is_none() && !due.relative);
    let due = blank
        .map(|due| due.date)
        .or_else(|| sentence::date_in(&content, today));
    (content, due)
}

impl DraftItem {
    /// Works out content and date from what was typed. A date in a place of the sentence, or written out in own
    /// words, counts as the due date when none was typed.
    pub fn settle(&mut self, today: Date) {
        let (sentence, blanks, typed) = (&self.sentence, &self.blanks, &self.due_typed);
        (self.item.content, self.item.due_date) = settled(sentence, blanks, &self.rest, typed, today);
    }

    /// Nothing has been written in it.
    pub fn is_blank(&self) -> bool {
        let texts = [&self.rest, &self.item.measure, &self.item.beneficiary];
        texts.iter().all(|t| is_blank(t)) && self.blanks.iter().all(|b| is_blank(b))
    }
}

/// The form while it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The items in the order of the form.
    pub items: Vec<DraftItem>,
    /// 完成时限 of the form.
    pub due_date: Option<Date>,
    /// 承诺日期, where it is not the day of handing in.
    pub pledged_on: Option<Date>,
    /// 公开形式.
    pub channels: Vec<String>,
}

impl Draft {
    /// Reads the stored columns.
    ///
    /// # Errors
    /// A row no version of this product can have written.
    pub fn of(row: &rows::Pledge) -> Result<Draft> {
        Ok(Draft {
            items: serde_json::from_str(&row.items).map_err(Error::bug)?,
            due_date: row.due_on.as_deref().and_then(|d| d.parse().ok()),
            pledged_on: row.pledged_on.as_deref().and_then(|d| d.parse().ok()),
            channels: serde_json::from_str(&row.channels).map_err(Error::bug)?,
        })
    }

    /// Writes the columns of a row.
    ///
    /// # Errors
    /// Never for these values.
    pub fn write(&self, row: &mut rows::Pledge) -> Result<()> {
        row.items = serde_json::to_string(&self.items).map_err(Error::bug)?;
        row.channels = serde_json::to_string(&self.channels).map_err(Error::bug)?;
        row.due_on = self.due_date.map(|d| d.to_string());
        row.pledged_on = self.pledged_on.map(|d| d.to_string());
        Ok(())
    }

    /// The form as the rules look at it.
    pub fn form(&self, signature: &str, consent: bool) -> PledgeForm {
        PledgeForm {
            items: self.items.iter().map(|i| i.item.clone()).collect(),
            due_date: self.due_date,
            pledged_on: self.pledged_on,
            channels: self
                .channels
                .iter()
                .filter_map(|c| ChannelId::parse(c.as_str()).ok())
                .collect(),
            signature: signature.to_owned(),
            consent,
        }
    }

    /// The time limit a paper form shows: its own, else the day on which the last of its items is due. The form has
    /// one box for it, and left empty it reads like a pledge without a limit (N20, N21).
    pub fn limit(&self) -> Option<Date> {
        let items = self.items.iter().filter(|i| !i.is_blank());
        self.due_date
            .or_else(|| items.filter_map(|i| i.item.due_date).max())
    }

    /// The items of a kind with their places in the form.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a DraftItem> {
        self.items.iter().filter(move |i| i.item.kind.as_str() == kind)
    }
}

/// The boxes of a stored pledge.
///
/// # Errors
/// A row no version of this product can have written.
pub fn header_of(row: &rows::Pledge) -> Result<Header> {
    serde_json::from_str(&row.header).map_err(Error::bug)
}

/// Where a stored pledge stands.
///
/// # Errors
/// `problem.pledge.state_unknown`.
pub fn state_of(row: &rows::Pledge) -> Result<Pledge> {
    Ok(Pledge::from_columns(
        &row.state,
        row.step,
        row.round,
        row.version,
    )?)
}

/// Puts a new state into a row.
pub fn put_state(row: &mut rows::Pledge, state: Pledge) {
    let (name, step, round, version) = state.columns();
    name.clone_into(&mut row.state);
    (row.step, row.round, row.version) = (step, round, version);
}

pub(crate) fn missing() -> Error {
    Problem::not_found("problem.not_found").into()
}

/// Whether the actor may write this form. What he may not know of does not exist for him (AZ-02).
///
/// # Errors
/// `problem.not_found`.
pub fn authorise(ctx: &Ctx, row: &rows::Pledge) -> Result<()> {
    let unit = row.unit_id.as_str();
    let fine = match &row.person_id {
        None => may(&ctx.actor, Permission::FileBranchPledge, Scope::Unit(unit)),
        Some(person) => {
            let own = ctx.actor.person.as_deref() == Some(person);
            own && may(&ctx.actor, Permission::FilePledge, Scope::Person { person, unit })
                || !own
                    && row.on_behalf_by.is_some()
                    && may(&ctx.actor, Permission::FileOnBehalf, Scope::Unit(unit))
        }
    };
    if fine { Ok(()) } else { Err(missing()) }
}

/// A pledge of this campaign that the actor may write.
///
/// # Errors
/// `problem.not_found`.
pub async fn load(ctx: &Ctx, tx: &mut Tx, id: &str) -> Result<rows::Pledge> {
    let row = rows::by_id(tx, &ctx.organization, id)
        .await?
        .ok_or_else(missing)?;
    let row = moved::at_hand(ctx, tx, row).await?;
    moved::may_write(ctx, tx, &row).await?;
    Ok(row)
}

/// Who pledges.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The branch the pledge belongs to.
    pub unit: Unit,
    /// The person, unless the branch itself pledges.
    pub person: Option<Person>,
}

impl Subject {
    /// The id in `pledger_id`.
    pub fn id(&self) -> &str {
        self.person.as_ref().map_or(&self.unit.id, |p| &p.id)
    }
}

/// Who pledges at a desk, after asking whether the actor may sit there.
///
/// # Errors
/// `problem.not_found`; `problem.pledge.no_person` when the account belongs to nobody on the roster.
pub async fn subject(ctx: &Ctx, tx: &mut Tx, desk: &Desk) -> Result<Subject> {
    let org = &ctx.organization;
    let person = match desk {
        Desk::Branch(_) => None,
        Desk::Behalf(person) | Desk::Along(person) => Some(person.clone()),
        Desk::Own => {
            let own = ctx.actor.person.clone();
            Some(own.ok_or_else(|| Problem::conflict("problem.pledge.no_person"))?)
        }
    };
    let person = match person {
        Some(id) => Some(store::person::by_id(tx, org, &id).await?.ok_or_else(missing)?),
        None => None,
    };
    let unit = match (&person, desk) {
        (Some(person), _) => person.unit_id.clone(),
        (None, Desk::Branch(unit)) => unit.clone(),
        (None, _) => return Err(missing()),
    };
    let fine = match desk {
        Desk::Own => {
            let person = person.as_ref().map_or("", |p| &p.id);
            may(
                &ctx.actor,
                Permission::FilePledge,
                Scope::Person { person, unit: &unit },
            )
        }
        Desk::Branch(_) => {
            may(&ctx.actor, Permission::FileBranchPledge, Scope::Unit(&unit)) || along(ctx, tx, desk).await?
        }
        Desk::Along(_) => along(ctx, tx, desk).await?,
        Desk::Behalf(_) => may(&ctx.actor, Permission::FileOnBehalf, Scope::Unit(&unit)),
    };
    let unit = store::organization::unit(tx, org, &unit)
        .await?
        .filter(|_| fine)
        .ok_or_else(missing)?;
    Ok(Subject { unit, person })
}

/// Whether the actor writes the form on this desk along in the running campaign.
async fn along(ctx: &Ctx, tx: &mut Tx, desk: &Desk) -> Result<bool> {
    match crate::campaign::current(ctx, tx).await? {
        Some(campaign) => along::writes_along(ctx, tx, &campaign.id, desk).await,
        None => Ok(false),
    }
}

/// The audience a pledger belongs to: it decides on guidance, counts and review questions (N5, N6).
///
/// # Errors
/// Whatever the database reports.
pub async fn audience(ctx: &Ctx, tx: &mut Tx, subject: &Subject) -> Result<Audience> {
    let Some(person) = &subject.person else {
        let branch = matches!(
            subject.unit.kind.as_str(),
            "party_branch" | "general_branch" | "party_committee"
        );
        return Ok(if branch {
            Audience::Branch
        } else {
            Audience::Department
        });
    };
    let account = store::account::of_person(tx, &ctx.organization, &person.id).await?;
    let grants = match account {
        Some(account) => store::account::roles(tx, &ctx.organization, &account.id).await?,
        None => Vec::new(),
    };
    let secretary = |g: &store::account::RoleGrant| {
        g.role == Role::BranchSecretary.name() && g.unit_id.as_deref() == Some(&person.unit_id)
    };
    Ok(audience_of(person, grants.iter().any(secretary)))
}

/// The audience of a person who is, or is not, secretary of his branch.
fn audience_of(person: &Person, secretary: bool) -> Audience {
    match (secretary, person.leading_cadre) {
        (true, _) => Audience::BranchSecretary,
        (false, true) => Audience::LeadingCadre,
        (false, false) => Audience::Participant,
    }
}

/// What template and campaign ask of a form of this audience.
///
/// # Errors
/// `campaign.none_running` while the campaign has no dates.
pub fn rules_for(campaign: &RunningCampaign, audience: Audience) -> Result<FormRules> {
    let window = campaign
        .template
        .window()
        .ok_or_else(|| Problem::conflict("campaign.none_running"))?;
    let mut kinds = Vec::new();
    for kind in campaign.kinds_for(audience) {
        let (min, max) = kind.count_for(audience);
        kinds.push(KindRule {
            kind: KindId::parse(kind.key.as_str())?,
            min,
            max,
            demand: !kind.demand.is_optional(),
        });
    }
    let channels = campaign
        .channels()
        .iter()
        .map(|c| ChannelId::parse(c.key.as_str()));
    Ok(FormRules {
        kinds,
        channels: channels.collect::<Result<_, Problem>>()?,
        first_day: window.starts_on,
        last_day: window.ends_on,
        standing: Vec::new(),
    })
}

/// Whether a form may be begun or handed in today: in the step of proposing, and after it where the template takes
/// immediate pledges; one that was returned also while pledges are reviewed and published; a new version of a public text
/// at any time.
///
/// # Errors
/// The stage that is not open, with its date.
pub fn gate(ctx: &Ctx, campaign: &RunningCampaign, row: Option<&rows::Pledge>) -> Result<(), Problem> {
    let propose = campaign.gate_of_pledge(GatedAct::Propose, ctx.today);
    let Some(row) = row.filter(|r| r.round > 0) else {
        return propose;
    };
    campaign.must_run()?;
    let later = [GatedAct::Review, GatedAct::Publicise];
    if propose.is_ok() || row.version > 0 || later.iter().any(|act| campaign.is_open(*act, ctx.today)) {
        return Ok(());
    }
    propose
}

/// What keeps a draft from being handed in, beyond the rules of the form: dates that cannot be read and places
/// that are still open.
pub fn unsettled(draft: &Draft, today: Date) -> Problems {
    let mut problems = Problems::new();
    for (place, item) in draft.items.iter().enumerate() {
        problems.note(sentence::check_places(place, &item.item.content));
        problems.note(typed_date(
            &format!("items.{place}.due_date"),
            &item.due_typed,
            today,
        ));
    }
    problems
}

/// The day something was said, in a field: it lies behind us. Words such as those of due dates are understood as well;
/// nothing typed is no date.
///
/// # Errors
/// `time.date_…` on the field.
pub fn typed_past_date(field: &str, typed: &str, today: Date) -> Result<Option<Date>, Problem> {
    match parse_past_date(typed, today) {
        Ok(day) => Ok(Some(day)),
        Err(_) => typed_date(field, typed, today),
    }
}

/// The date in a field; nothing typed is no date.
///
/// # Errors
/// `time.date_…` on the field.
pub fn typed_date(field: &str, typed: &str, today: Date) -> Result<Option<Date>, Problem> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let refuse = |r: domain::time::DateRefusal| Problem::invalid(r.key).with("text", r.text).on(field);
    parse_due(typed, today).map(|due| Some(due.date)).map_err(refuse)
}
