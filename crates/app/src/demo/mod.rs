//! A synthetic hospital that lives through the campaign by the product's own acts: nothing is written past
//! the rules. The clock is set to believable days, so that the life story of a pledge reads like one.

mod appraisal;
mod bulk;
pub mod campaign;
mod dice;
mod feedback;
mod house;
mod links;
mod pen;
mod pledge;
mod publication;
mod review;
mod supervision;
mod survey;

pub use bulk::{Added, Bulk, BulkForms};
pub use dice::Dice;
pub use house::least_people;
pub use links::for_links;

use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::{App, Clock, Config};
use domain::access::{Actor, Grant, Role};
use jiff::civil::Date;
use store::organization::Unit;
use store::person::Person;
use store::{Db, Tx};

/// The step of the notice in which today shall lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the five steps of the notice (N9 to N13)")]
pub enum Step {
    Survey,
    Propose,
    Review,
    Publicise,
    Appraise,
}

impl Step {
    /// The identifier as the command line writes it.
    pub fn from_name(name: &str) -> Option<Step> {
        Some(match name {
            "survey" => Step::Survey,
            "propose" => Step::Propose,
            "review" => Step::Review,
            "publicise" => Step::Publicise,
            "appraise" => Step::Appraise,
            _ => return None,
        })
    }

    /// Its number in the notice, from 1.
    pub fn number(self) -> usize {
        self as usize + 1
    }
}

/// What the demo is made of.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where today lies.
    pub step: Step,
    /// The notice's own dates instead of moved ones.
    pub original: bool,
    /// How many people, about.
    pub people: usize,
    /// Makes the same hospital again.
    pub seed: u64,
    /// The real today, microseconds UTC.
    pub now: i64,
}

/// The hospital while it is being made.
pub struct Demo {
    /// The product, with a clock that the demo sets.
    pub app: App,
    /// Seeded randomness.
    pub dice: Dice,
    /// What was asked for.
    pub plan: Plan,
    /// The real today: no act of the demo is dated after it.
    pub today: Date,
    /// The party committee.
    pub committee: Unit,
    /// The branches, in the order of the list.
    pub branches: Vec<Unit>,
    /// Everybody on the roster.
    pub people: Vec<Person>,
    /// Accounts by role: role, unit, account.
    pub accounts: Vec<Holder>,
    /// The campaign, once it is made.
    pub campaign: String,
}

/// An account that holds a role.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The role.
    pub role: Role,
    /// The branch, where the role has one.
    pub unit: Option<String>,
    /// The account.
    pub account: String,
    /// The person.
    pub person: Option<String>,
    /// The name.
    pub name: String,
}

impl Demo {
    /// Makes organisation, people, accounts and roles in an empty database.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn begin(db: Db, config: Config, plan: Plan) -> Result<Demo> {
        house::begin(db, config, plan).await
    }

    /// Sets the clock to a day and hour (local). A day after today is today, an hour after now is now.
    pub fn at(&self, day: Date, hour: i8, minute: i8) {
        let zone = jiff::tz::TimeZone::get(&self.app.config().zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let local = day.at(hour.clamp(0, 23), minute.clamp(0, 59), 0, 0);
        let at = zone
            .to_timestamp(local)
            .map_or(self.plan.now, |t| t.as_microsecond());
        self.app.clock().set(at.min(self.plan.now));
    }

    /// The person as an actor with everything he was granted.
    pub fn actor_of(&self, person: &Person) -> Actor {
        let grants: Vec<Grant> = self
            .accounts
            .iter()
            .filter(|h| h.person.as_deref() == Some(&person.id))
            .map(|h| Grant {
                role: h.role,
                unit: h.unit.clone(),
            })
            .collect();
        let account = self
            .accounts
            .iter()
            .find(|h| h.person.as_deref() == Some(&person.id));
        Actor {
            looks_at: None,
            inherited: Vec::new(),
            account: account.map(|h| h.account.clone()).unwrap_or_default(),
            person: Some(person.id.clone()),
            name: person.name.clone(),
            unit: Some(person.unit_id.clone()),
            grants,
            machine: false,
            proof: None,
        }
    }

    /// Whoever holds a role, for a branch or at all.
    ///
    /// # Errors
    /// A mistake of ours: the demo has every role.
    pub fn holder(&self, role: Role, unit: Option<&str>) -> Result<Actor> {
        let found = self
            .accounts
            .iter()
            .find(|h| h.role == role && (unit.is_none() || h.unit.is_none() || h.unit.as_deref() == unit))
            .ok_or_else(|| Error::bug(format!("the demo has no {}", role.name())))?;
        Ok(self.actor_by(found))
    }

    pub(super) fn actor_by(&self, holder: &Holder) -> Actor {
        let grants = self.accounts.iter().filter(|h| h.account == holder.account);
        Actor {
            looks_at: None,
            inherited: Vec::new(),
            account: holder.account.clone(),
            person: holder.person.clone(),
            name: holder.name.clone(),
            unit: self
                .people
                .iter()
                .find(|p| Some(&p.id) == holder.person.as_ref())
                .map(|p| p.unit_id.clone()),
            grants: grants
                .map(|h| Grant {
                    role: h.role,
                    unit: h.unit.clone(),
                })
                .collect(),
            machine: false,
            proof: None,
        }
    }

    /// Runs an act of somebody, who comes in by a slip the moment he acts.
    ///
    /// # Errors
    /// What the act refuses.
    pub async fn act<C: UseCase>(&self, actor: &Actor, case: C) -> Result<C::Out> {
        let proof = domain::seal::Proof {
            at: self.app.clock().now(),
            by: "slip".to_owned(),
        };
        let actor = Actor {
            looks_at: None,
            proof: Some(proof),
            ..actor.clone()
        };
        self.app.execute(&actor, case).await
    }

    /// Asks as somebody.
    ///
    /// # Errors
    /// What the query refuses.
    pub async fn ask<Q: Query>(&self, actor: &Actor, query: Q) -> Result<Q::Out> {
        self.app.query(actor, query).await
    }
}

/// Makes the house and starts its campaign, so that today lies in the planned step; nobody has done anything.
///
/// # Errors
/// As [`make`].
pub async fn begin_campaign(db: Db, config: Config, plan: Plan) -> Result<Demo> {
    let mut demo = Demo::begin(db, config, plan).await?;
    campaign::start(&mut demo).await?;
    Ok(demo)
}

/// Makes the whole hospital up to the planned step.
///
/// # Errors
/// What an act refuses: the demo then shows a mistake of ours.
pub async fn make(db: Db, config: Config, plan: Plan) -> Result<Demo> {
    let mut demo = begin_campaign(db, config, plan).await?;
    campaign::seed(&mut demo).await?;
    survey::seed(&mut demo).await?;
    pledge::seed(&mut demo).await?;
    review::seed(&mut demo).await?;
    publication::seed(&mut demo).await?;
    supervision::seed(&mut demo).await?;
    appraisal::seed(&mut demo).await?;
    feedback::seed(&mut demo).await?;
    crate::sequencer::chain_audit(&demo.app)
        .await
        .map_err(Error::from)?;
    Ok(demo)
}

/// A one-time sign-in link for an account, as the demo prints them.
pub struct SlipFor(pub String);

impl UseCase for SlipFor {
    type Out = String;
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        Ok(crate::account::write_slip(ctx, tx, &self.0, "sign_in", 14)
            .await?
            .to_string())
    }
    fn event(&self, _: &String) -> Event {
        Event::new("account.issue_slip", "account", &self.0)
    }
}

/// A fixed clock for the making of a demo.
pub fn clock(now: i64) -> Clock {
    Clock::fixed(now)
}

/// The title of the running campaign; empty when none runs.
pub struct CampaignTitle;

impl Query for CampaignTitle {
    type Out = String;
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        Ok(store::campaign::running(tx, &ctx.organization)
            .await?
            .map(|c| c.title)
            .unwrap_or_default())
    }
}
