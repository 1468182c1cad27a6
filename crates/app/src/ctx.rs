//! What is fixed before an act runs and stays the same when the database asks to run it again.

use crate::advice::HouseRules;
use crate::error::Result;
use crate::signer::Signers;
use crate::texts::Texts;
use domain::access::{Actor, Permission, Scope, may};
use domain::problem::{Problem, ProblemKind};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Time, randomness and who acts.
#[derive(Debug)]
pub struct Ctx {
    /// The organisation everything is about.
    pub organization: String,
    /// Who acts.
    pub actor: Actor,
    /// Microseconds UTC.
    pub now: i64,
    /// The local date at `now`.
    pub today: Date,
    /// The organisation's time zone.
    pub zone: TimeZone,
    /// What was promised, for finding what reads alike.
    pub texts: Arc<Texts>,
    /// The rules of the advice made last.
    pub rules: Arc<HouseRules>,
    /// What signs decisions.
    pub signers: Arc<Signers>,
    seed: [u8; 32],
    drawn: AtomicU64,
}

impl Ctx {
    /// Fixes time and randomness.
    pub fn new(organization: &str, actor: Actor, now: i64, zone: TimeZone, seed: [u8; 32]) -> Ctx {
        let today = local_date(now, &zone);
        Ctx {
            organization: organization.to_owned(),
            actor,
            now,
            today,
            zone,
            texts: Arc::default(),
            rules: Arc::default(),
            signers: Arc::default(),
            seed,
            drawn: AtomicU64::new(0),
        }
    }

    /// The same moment and randomness for another actor, from their beginning.
    pub(crate) fn acting(&self, actor: Actor) -> Ctx {
        Ctx {
            organization: self.organization.clone(),
            actor,
            now: self.now,
            today: self.today,
            zone: self.zone.clone(),
            texts: self.texts.clone(),
            rules: self.rules.clone(),
            signers: self.signers.clone(),
            seed: self.seed,
            drawn: AtomicU64::new(0),
        }
    }

    /// Begins the same stream of random values again: a re-run makes the same ids.
    pub(crate) fn rewind(&self) {
        self.drawn.store(0, Ordering::Relaxed);
    }

    /// 32 bytes that nobody can guess.
    pub fn secret(&self) -> [u8; 32] {
        let n = self.drawn.fetch_add(1, Ordering::Relaxed);
        let mut hash = Sha256::new();
        hash.update(self.seed);
        hash.update(n.to_be_bytes());
        hash.finalize().into()
    }

    /// A new id that sorts by time (UUIDv7).
    pub fn id(&self) -> String {
        let secret = self.secret();
        let mut tail = [0; 10];
        tail.copy_from_slice(&secret[..10]);
        let millis = u64::try_from(self.now / 1000).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &tail)
            .into_uuid()
            .to_string()
    }

    /// A new id that tells nothing, not even when: for ballots and opinions without a name.
    pub fn blind_id(&self) -> String {
        let secret = self.secret();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&secret[..16]);
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }

    /// Refuses unless the actor may do this here. The refusal tells nothing of the object.
    pub fn require(&self, permission: Permission, scope: Scope<'_>) -> Result<()> {
        if may(&self.actor, permission, scope) {
            return Ok(());
        }
        Err(Problem::new(ProblemKind::Forbidden, "problem.forbidden").into())
    }

    /// The local hour of now, 0 to 23.
    pub fn hour(&self) -> i8 {
        let stamp = jiff::Timestamp::from_microsecond(self.now).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        self.zone.to_datetime(stamp).hour()
    }

    /// The local date of a time in microseconds UTC.
    pub fn date_of(&self, at: i64) -> Date {
        local_date(at, &self.zone)
    }
}

/// The local date of a time in microseconds UTC; times nobody can mean fall on the epoch.
pub fn local_date(at: i64, zone: &TimeZone) -> Date {
    let stamp = jiff::Timestamp::from_microsecond(at).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    zone.to_datetime(stamp).date()
}
