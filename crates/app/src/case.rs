//! Acts as values, and the one function that runs them.

use crate::account::{Confirming, Lately, Strangers};
use crate::advice::HouseRules;
use crate::chance::Chance;
use crate::changes::Changes;
use crate::clock::Clock;
use crate::config::Config;
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::files::Files;
use crate::signer::Signers;
use crate::texts::Texts;
use domain::access::{Actor, Permission, Scope, may};
use domain::problem::{Problem, ProblemKind};
use jiff::tz::TimeZone;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use store::{Db, Tx};

mod running;

use running::{Execution, NoteRefusal, Reading};

/// What somebody must hold to run a case at all. The case itself checks how far it reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A permission, in whatever reach; `run` requires it for the very object.
    Permission(Permission),
    /// Anybody signed in.
    SignedIn,
    /// Anybody at all: opinions, ballots, what is public.
    Anybody,
    /// The product itself: jobs and the command line on the server's own machine.
    Machine,
}

/// What goes into the audit entry. Anonymous acts leave none (PRODUCT.md 3.7).
#[derive(Clone, Debug)]
pub struct Event {
    /// What was done, e.g. `pledge.submit`.
    pub act: &'static str,
    /// The kind of thing, e.g. `pledge`.
    pub object_kind: &'static str,
    /// Its id.
    pub object_id: String,
    /// Small facts, as JSON. No secrets, no personal data beyond names.
    pub detail: serde_json::Value,
    /// Whether strangers see something new: moves the generation of cached pages.
    pub public: bool,
    /// Account and name of somebody who was nobody before the act: who signs in by slip.
    pub became: Option<(String, String)>,
    /// Pledges it handed in: their texts are compared with others from now on.
    pub handed_in: Vec<String>,
}

impl Event {
    /// An event about one object.
    pub fn new(act: &'static str, object_kind: &'static str, object_id: impl Into<String>) -> Event {
        Event {
            act,
            object_kind,
            object_id: object_id.into(),
            detail: serde_json::Value::Null,
            public: false,
            became: None,
            handed_in: Vec::new(),
        }
    }

    /// Says who the public turned out to be, so that the entry names him (AL-01).
    #[must_use]
    pub fn by(mut self, account: &str, name: &str) -> Event {
        self.became = Some((account.to_owned(), name.to_owned()));
        self
    }

    /// Adds facts.
    #[must_use]
    pub fn with(mut self, detail: serde_json::Value) -> Event {
        self.detail = detail;
        self
    }

    /// Names the pledges it handed in.
    #[must_use]
    pub fn hands_in<'a>(mut self, pledges: impl IntoIterator<Item = &'a str>) -> Event {
        self.handed_in = pledges.into_iter().map(str::to_owned).collect();
        self
    }

    /// Says that public pages have to be made anew.
    #[must_use]
    pub fn seen_by_all(mut self) -> Event {
        self.public = true;
        self
    }
}

/// One thing the product does: it changes something and leaves an audit entry.
pub trait UseCase: Send + Sync + 'static {
    /// What it answers.
    type Out: Send + 'static;
    /// What somebody must hold to try.
    fn needs(&self) -> Need;
    /// Does it. May be run again by the database: nothing but database work belongs inside.
    fn run(&self, ctx: &Ctx, tx: &mut Tx) -> impl Future<Output = Result<Self::Out>> + Send;
    /// What the audit entry says.
    fn event(&self, out: &Self::Out) -> Event;
}

/// One thing the product can tell: reads one snapshot, changes nothing.
pub trait Query: Send + Sync + 'static {
    /// What it answers.
    type Out: Send + 'static;
    /// What somebody must hold to ask.
    fn needs(&self) -> Need;
    /// Reads it.
    fn run(&self, ctx: &Ctx, tx: &mut Tx) -> impl Future<Output = Result<Self::Out>> + Send;
}

/// The product: a database, a clock, a place for files. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Clock,
    chance: Chance,
    files: Files,
    config: Config,
    zone: TimeZone,
    organization: String,
    generation: AtomicU64,
    changes: Changes,
    strangers: Strangers,
    lately: Lately,
    texts: Arc<Texts>,
    rules: Arc<HouseRules>,
    signers: Arc<Signers>,
    /// When an act was last refused for want of disk; 0 = the last act was kept.
    full_at: AtomicI64,
}

/// So long after a refusal for want of disk the server calls itself not ready, unless an act is kept meanwhile. Then
/// it has to be tried again: whoever stopped sending acts would never see that there is room.
const FULL_FOR: i64 = 60_000_000;

impl App {
    /// Puts the product together for one organisation (its id).
    pub fn new(db: Db, clock: Clock, config: Config, organization: &str) -> App {
        App::with(db, clock, config, organization, Chance::System)
    }

    /// As [`App::new`], with ids and codes that come out the same for the same seed: for making a demo, never for
    /// serving people.
    pub(crate) fn seeded(db: Db, clock: Clock, config: Config, organization: &str, seed: u64) -> App {
        App::with(db, clock, config, organization, Chance::seeded(seed))
    }

    fn with(db: Db, clock: Clock, config: Config, organization: &str, chance: Chance) -> App {
        let zone = TimeZone::get(&config.zone).unwrap_or(TimeZone::UTC);
        let files = Files::new(config.data.join("files"));
        let signers = Arc::new(Signers::new(config.data.join("keys")));
        App(Arc::new(Inner {
            db,
            clock,
            chance,
            files,
            zone,
            config,
            organization: organization.to_owned(),
            generation: AtomicU64::new(1),
            full_at: AtomicI64::new(0),
            changes: Changes::default(),
            strangers: Strangers::default(),
            lately: Lately::default(),
            texts: Arc::default(),
            rules: Arc::default(),
            signers,
        }))
    }

    /// The configuration in force.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The database, for health checks and backups.
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// Where files lie.
    pub fn files(&self) -> &Files {
        &self.0.files
    }

    /// What signs.
    pub fn signers(&self) -> &Signers {
        &self.0.signers
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The id of the organisation this App serves.
    pub fn organization(&self) -> &str {
        &self.0.organization
    }

    /// The generation of public pages: moves with everything strangers may see.
    pub fn generation(&self) -> u64 {
        self.0.generation.load(Ordering::Acquire)
    }

    /// The public changes this process knows of.
    pub(crate) fn changes(&self) -> &Changes {
        &self.0.changes
    }

    /// The wrong tries with logins nobody has.
    pub(crate) fn strangers(&self) -> &Strangers {
        &self.0.strangers
    }

    /// What was promised, for finding what reads alike.
    pub(crate) fn texts(&self) -> &Texts {
        &self.0.texts
    }

    /// The sessions used lately.
    pub(crate) fn lately(&self) -> &Lately {
        &self.0.lately
    }

    /// Makes every cached public page old.
    pub fn move_generation(&self) {
        self.0.generation.fetch_add(1, Ordering::AcqRel);
    }

    /// Time and randomness for an actor, fixed now.
    pub fn ctx(&self, actor: Actor) -> Ctx {
        let seed = self.0.chance.next();
        let (now, zone) = (self.0.clock.now(), self.0.zone.clone());
        let mut ctx = Ctx::new(&self.0.organization, actor, now, zone, seed);
        ctx.texts = self.0.texts.clone();
        ctx.rules = self.0.rules.clone();
        ctx.signers = self.0.signers.clone();
        ctx
    }

    /// Runs an act durably: permission, transaction, audit entry, in one place. Run again when the database
    /// asks; ends even when the caller goes away, once it has begun.
    pub async fn execute<C: UseCase>(&self, actor: &Actor, case: C) -> Result<C::Out> {
        self.carry_out(actor, None, case).await
    }

    /// As [`App::execute`], in a session that was only remembered (`account::recall`): the act's own transaction asks
    /// first whether it lives (by the hash of its cookie), and acts for its owner as he is now.
    ///
    /// # Errors
    /// `problem.sign_in` when the session is over; whatever the act refuses.
    pub async fn execute_in<C: UseCase>(&self, actor: &Actor, token_hash: &str, case: C) -> Result<C::Out> {
        let session = Confirming {
            token_hash: token_hash.to_owned(),
            idle_minutes: self.config().session_idle_minutes,
        };
        self.carry_out(actor, Some(session), case).await
    }

    async fn carry_out<C: UseCase>(
        &self,
        actor: &Actor,
        session: Option<Confirming>,
        case: C,
    ) -> Result<C::Out> {
        let ctx = self.ctx(actor.clone());
        if let Err(refused) = admit(&ctx, case.needs()) {
            self.note_refusal(actor, std::any::type_name::<C>()).await;
            return Err(refused);
        }
        let now = ctx.now;
        let out = self.0.db.act(Execution { case, ctx, session }).await;
        self.note_room(out.as_ref().err(), now);
        let (out, event, change) = out.map_err(Error::from)?;
        if let Some(change) = change {
            self.0.changes.note(change);
        }
        if event.public {
            self.move_generation();
        }
        for pledge in &event.handed_in {
            self.0.texts.note(pledge);
        }
        Ok(out)
    }

    fn note_room(&self, refused: Option<&store::Error>, now: i64) {
        match refused {
            None => self.0.full_at.store(0, Ordering::Relaxed),
            Some(store::Error::Full) => self.0.full_at.store(now, Ordering::Relaxed),
            Some(_) => {}
        }
    }

    /// Whether the disk was full when somebody last wanted to keep something.
    pub fn is_full(&self) -> bool {
        let at = self.0.full_at.load(Ordering::Relaxed);
        at > 0 && self.0.clock.now() - at < FULL_FOR
    }

    /// The local date of a time in microseconds UTC.
    pub fn date_of(&self, at: i64) -> jiff::civil::Date {
        crate::ctx::local_date(at, &self.0.zone)
    }

    /// The first moment of a local day, microseconds UTC.
    pub fn start_of(&self, day: jiff::civil::Date) -> i64 {
        self.0
            .zone
            .to_timestamp(day.at(0, 0, 0, 0))
            .map_or(i64::MIN, jiff::Timestamp::as_microsecond)
    }

    /// The local date and time of a time in microseconds UTC.
    pub fn local(&self, at: i64) -> jiff::civil::DateTime {
        let stamp = jiff::Timestamp::from_microsecond(at).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        self.0.zone.to_datetime(stamp)
    }

    /// A time in microseconds UTC as programs read it: local, to the second, with its distance from UTC (RFC 3339).
    pub fn rfc3339(&self, at: i64) -> String {
        let stamp = jiff::Timestamp::from_microsecond(at).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let east = self.0.zone.to_offset(stamp).seconds() / 60;
        let sign = if east < 0 { '-' } else { '+' };
        let (hours, minutes) = (east.abs() / 60, east.abs() % 60);
        let there = self.local(at).strftime("%Y-%m-%dT%H:%M:%S");
        format!("{there}{sign}{hours:02}:{minutes:02}")
    }

    /// Reads on one snapshot.
    pub async fn query<Q: Query>(&self, actor: &Actor, query: Q) -> Result<Q::Out> {
        let ctx = self.ctx(actor.clone());
        admit(&ctx, query.needs())?;
        self.0.db.read(Reading { query, ctx }).await.map_err(Error::from)
    }

    async fn note_refusal(&self, actor: &Actor, case: &'static str) {
        if !actor.account.is_empty() {
            self.note_attempt(actor, case.rsplit("::").next().unwrap_or(case))
                .await;
        }
    }

    /// Puts into the trail that somebody tried what he may not: the name of the act, or the address (PRODUCT.md 3.8).
    pub async fn note_attempt(&self, actor: &Actor, what: &str) {
        let act = what.chars().take(200).collect();
        let ctx = self.ctx(actor.clone());
        if let Err(error) = self.0.db.act(NoteRefusal { ctx, act }).await {
            tracing::warn!(%error, "a refusal could not be noted");
        }
    }
}

/// Whether the database answers.
pub struct Ready;

impl Query for Ready {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        store::organization::by_id(tx, &ctx.organization).await?;
        Ok(())
    }
}

/// Fills a buffer from the system's randomness; without it nothing may go on.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that asks the system for randomness"
)]
pub fn fill_random(buffer: &mut [u8]) {
    if let Err(error) = getrandom::fill(buffer) {
        // Ids and secrets that could be guessed are worse than a server that stops.
        panic!("the system gives no randomness: {error}");
    }
}

fn admit(ctx: &Ctx, need: Need) -> Result<()> {
    let signed_in = !ctx.actor.account.is_empty();
    let fine = match need {
        Need::Anybody => true,
        Need::SignedIn => signed_in,
        Need::Machine => ctx.actor.machine,
        Need::Permission(permission) => may(&ctx.actor, permission, Scope::Any),
    };
    if fine {
        return Ok(());
    }
    let (kind, key) = match signed_in {
        true => (ProblemKind::Forbidden, "problem.forbidden"),
        false => (ProblemKind::SignInNeeded, "problem.sign_in"),
    };
    Err(Problem::new(kind, key).into())
}
