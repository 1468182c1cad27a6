//! Reading and proving the audit trail (screen 39; PRODUCT.md 3.8).

use crate::App;
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::sequencer::canonical;
use domain::access::{Actor, Permission};
use domain::audit::{AuditEntry, AuditFault, AuditResult, ChainRow, Checkpoint, verify};
use serde::Serialize;
use store::Tx;
use store::audit as rows;
pub use store::audit::{Filter, Link};

/// How many entries a page shows.
pub const PAGE: i64 = 50;
/// How many entries one file takes away at most.
pub const EXPORT: i64 = 100_000;
/// The sequencer chains within seconds; an entry that waits longer than this, while later ones were chained, was left
/// out, microseconds.
const SETTLED: i64 = 60 * 1_000_000;
const STEP: i64 = 2_000;

/// Reads entries, newest first.
pub struct ListAudit {
    /// Which.
    pub filter: Filter,
    /// How many at most.
    pub limit: i64,
}

impl Query for ListAudit {
    /// The entries, and whether there are more.
    type Out = (Vec<Link>, bool);
    fn needs(&self) -> Need {
        Need::Permission(Permission::ReadAudit)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        let mut found = rows::list(tx, &ctx.organization, &self.filter, self.limit + 1).await?;
        let more = i64::try_from(found.len()).unwrap_or(i64::MAX) > self.limit;
        found.truncate(usize::try_from(self.limit).unwrap_or(0));
        Ok((found, more))
    }
}

/// Takes entries away as a file; that is an act and stands in the trail itself (AL-01).
pub struct ExportAudit {
    /// Which.
    pub filter: Filter,
}

impl UseCase for ExportAudit {
    type Out = Vec<Link>;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ReadAudit)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Vec<Link>> {
        Ok(rows::list(tx, &ctx.organization, &self.filter, EXPORT).await?)
    }
    fn event(&self, out: &Vec<Link>) -> Event {
        Event::new("audit.export", "audit", "").with(serde_json::json!({ "entries": out.len() }))
    }
}

/// How many entries there are, stand in the chain, and wait for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChainState {
    /// Entries.
    pub entries: i64,
    /// Of these in the chain.
    pub chained: i64,
    /// Waiting for the sequencer.
    pub waiting: i64,
}

/// What became of a verification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditReport {
    /// Whether everything fits.
    pub ok: bool,
    /// Entries in the chain that fit.
    pub chained: i64,
    /// Young entries that the sequencer has not reached yet.
    pub waiting: usize,
    /// Hash at the end of the chain, hexadecimal.
    pub hash: String,
    /// The first bad place.
    pub fault: Option<AuditFault>,
    /// How many entries stand from the first bad place on: none of them can be trusted.
    pub doubtful: i64,
}

/// The sizes of trail and chain.
pub struct ReadChainState;

impl Query for ReadChainState {
    type Out = ChainState;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<ChainState> {
        let (entries, chained, waiting) = rows::counts(tx, &ctx.organization).await?;
        Ok(ChainState {
            entries,
            chained,
            waiting,
        })
    }
}

/// An entry as the chain's hash covers it. Details that somebody made unreadable are taken as plain text: the
/// hash then differs, and the entry is named instead of the check failing.
pub(crate) fn readable(entry: &rows::Entry) -> AuditEntry {
    canonical(entry).unwrap_or_else(|_| AuditEntry {
        id: entry.id.clone(),
        organization_id: entry.organization_id.clone(),
        acted_at: entry.acted_at,
        account_id: entry.account_id.clone(),
        actor: entry.actor.clone(),
        role: entry.role.clone(),
        act: entry.act.clone(),
        object_kind: entry.object_kind.clone(),
        object_id: entry.object_id.clone(),
        result: AuditResult::Refused,
        detail: serde_json::Value::String(entry.detail.clone()),
    })
}

struct ReadTrail;

struct Trail {
    entries: Vec<rows::Entry>,
    chain: Vec<ChainRow>,
    checkpoints: Vec<Checkpoint>,
}

impl Trail {
    /// The time before which every entry must be chained, microseconds UTC. What came last may still wait: the server
    /// was stopped, or killed, before its sequencer got there.
    fn settled(&self, now: i64) -> i64 {
        let last = self.chain.last().map(|c| c.entry_id.as_str());
        let newest = self.entries.iter().rev().find(|e| Some(e.id.as_str()) == last);
        newest
            .map_or(i64::MIN, |e| e.acted_at.min(now))
            .saturating_sub(SETTLED)
    }
}

impl Query for ReadTrail {
    type Out = Trail;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Trail> {
        let org = &ctx.organization;
        let (mut entries, mut chain): (Vec<rows::Entry>, Vec<ChainRow>) = (Vec::new(), Vec::new());
        loop {
            let after = entries.last().map_or(String::new(), |e| e.id.clone());
            let next = rows::entries_after(tx, org, &after, STEP).await?;
            if next.is_empty() {
                break;
            }
            entries.extend(next);
        }
        loop {
            let after = chain.last().map_or(i64::MIN, |c| c.position);
            let next = rows::places_after(tx, org, after, STEP).await?;
            if next.is_empty() {
                break;
            }
            let row = |p: rows::Place| ChainRow {
                position: p.position,
                entry_id: p.entry_id,
                hash: p.hash,
            };
            chain.extend(next.into_iter().map(row));
        }
        let kept = rows::checkpoints(tx, org).await?;
        let checkpoints = kept
            .into_iter()
            .map(|(position, hash)| Checkpoint { position, hash })
            .collect();
        Ok(Trail {
            entries,
            chain,
            checkpoints,
        })
    }
}

/// Checks the whole trail: every entry against the chain, the chain against the checkpoints kept here and those
/// handed in from outside. Used by the page and by `jiannuo verify audit`.
///
/// # Errors
/// Whatever the database reports; a trail that does not fit is no error but a report.
pub async fn verify_audit(app: &App, outside: &[Checkpoint]) -> Result<AuditReport> {
    let trail = app.query(&Actor::machine(), ReadTrail).await?;
    let organization = app.organization().to_owned();
    let settled = trail.settled(app.clock().now());
    let mut checkpoints = trail.checkpoints;
    checkpoints.extend_from_slice(outside);
    let check = move || {
        let mut entries = Vec::with_capacity(trail.entries.len());
        for entry in &trail.entries {
            entries.push(readable(entry));
        }
        let length = i64::try_from(trail.chain.len()).unwrap_or(i64::MAX);
        match verify(&organization, &entries, &trail.chain, &checkpoints, settled) {
            Ok(fine) => AuditReport {
                ok: true,
                chained: fine.chained,
                waiting: fine.waiting,
                hash: fine.hash,
                fault: None,
                doubtful: 0,
            },
            Err(fault) => AuditReport {
                ok: false,
                chained: fault.position - 1,
                waiting: 0,
                hash: String::new(),
                doubtful: (length - fault.position + 1).max(0),
                fault: Some(fault),
            },
        }
    };
    tokio::task::spawn_blocking(check)
        .await
        .map_err(crate::Error::bug)
}
