//! Whose session a cookie belongs to: asked before a request, or by the act itself in the transaction that writes.

use super::{MINUTE, SignedIn, token_hash};
use crate::App;
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Actor, Grant, Role};
use domain::problem::{Problem, ProblemKind};
use domain::seal::Proof;
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use store::Tx;
use store::account as rows;

/// Finds who a cookie belongs to; idle and absolute ends hold on the server (AU-12).
pub struct FindSession {
    /// SHA-256 of the cookie.
    pub token_hash: String,
    /// Minutes without a request after which it is over.
    pub idle_minutes: i64,
}

impl Query for FindSession {
    type Out = Option<(SignedIn, bool)>;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        let Some(session) = rows::session(tx, &ctx.organization, &self.token_hash).await? else {
            return Ok(None);
        };
        let idle = session.seen_at + self.idle_minutes * MINUTE < ctx.now;
        if session.disabled || session.ends_at < ctx.now || idle {
            return Ok(None);
        }
        let grants = rows::roles(tx, &ctx.organization, &session.account_id).await?;
        let endings = store::organization::endings(tx, &ctx.organization).await?;
        let mut actor = Actor {
            looks_at: None,
            inherited: Vec::new(),
            account: session.account_id,
            person: session.person_id,
            name: session.name,
            unit: session.unit_id,
            grants: grants
                .into_iter()
                .filter_map(|g| {
                    Some(Grant {
                        role: Role::from_name(&g.role)?,
                        unit: g.unit_id,
                    })
                })
                .collect(),
            machine: false,
            proof: Some(Proof {
                at: session.proven_at,
                by: session.proven_by,
            }),
        };
        let endings: Vec<_> = endings.into_iter().map(|e| (e.id, e.successor_id)).collect();
        actor.inherit(&endings);
        // One write a minute keeps the idle limit honest without a write for every request.
        let touch = session.seen_at + MINUTE < ctx.now;
        Ok(Some((
            SignedIn {
                actor,
                csrf: session.csrf,
                token_hash: self.token_hash.clone(),
            },
            touch,
        )))
    }
}

struct TouchSession {
    organization: String,
    token_hash: String,
    now: i64,
}

impl store::Act for TouchSession {
    type Out = ();
    async fn run(&self, tx: &mut Tx) -> store::Result<()> {
        rows::touch_session(tx, &self.organization, &self.token_hash, self.now).await
    }
}

/// Who a cookie belongs to, if the session lives.
///
/// # Errors
/// Whatever the database reports.
pub async fn session(app: &App, token: &str) -> Result<Option<SignedIn>> {
    by_hash(app, &token_hash(token)).await
}

/// As [`session`], by the hash of the cookie.
///
/// # Errors
/// Whatever the database reports.
pub async fn by_hash(app: &App, hash: &str) -> Result<Option<SignedIn>> {
    let find = FindSession {
        token_hash: hash.to_owned(),
        idle_minutes: app.config().session_idle_minutes,
    };
    let Some((signed_in, touch)) = app.query(&Actor::public(), find).await? else {
        return Ok(None);
    };
    if touch {
        // A read that moved its own session's clock is no act: it leaves no audit entry.
        let act = TouchSession {
            organization: app.organization().to_owned(),
            token_hash: hash.to_owned(),
            now: app.clock().now(),
        };
        if let Err(error) = app.db().act(act).await {
            tracing::warn!(%error, "a session could not be touched");
        }
    }
    Ok(Some(signed_in))
}

/// Sessions remembered at most; past this many the memory begins anew.
const LATELY: usize = 20_000;

/// Who wrote lately, by the hash of his cookie. It only says as whom an act is tried: the act asks the database in the
/// transaction that writes whether the session lives and what its owner may (see [`Confirming`]).
#[derive(Debug, Default)]
pub(crate) struct Lately(RwLock<HashMap<String, SignedIn>>);

/// The session of a cookie as it was when it was last asked for. Good for trying an act that confirms it, for nothing
/// else: it may have ended meanwhile.
pub fn recall(app: &App, token: &str) -> Option<SignedIn> {
    let known = app.lately().0.read().unwrap_or_else(PoisonError::into_inner);
    known.get(&token_hash(token)).cloned()
}

/// Remembers a session for [`recall`].
pub fn remember(app: &App, signed_in: &SignedIn) {
    let mut known = app.lately().0.write().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= LATELY {
        known.clear();
    }
    known.insert(signed_in.token_hash.clone(), signed_in.clone());
}

/// The session an act is done in, to be confirmed where it writes: one journey to the database in place of two, and
/// nothing is done in a session that ended a moment ago.
pub(crate) struct Confirming {
    pub(crate) token_hash: String,
    pub(crate) idle_minutes: i64,
}

impl Confirming {
    /// The actor as the database knows him now.
    ///
    /// # Errors
    /// `problem.sign_in` when the session is over.
    pub(crate) async fn actor(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Actor> {
        let find = FindSession {
            token_hash: self.token_hash.clone(),
            idle_minutes: self.idle_minutes,
        };
        let Some((found, touch)) = find.run(ctx, tx).await? else {
            return Err(Problem::new(ProblemKind::SignInNeeded, "problem.sign_in").into());
        };
        if touch {
            rows::touch_session(tx, &ctx.organization, &self.token_hash, ctx.now).await?;
        }
        let mut actor = found.actor;
        actor.looks_at.clone_from(&ctx.actor.looks_at);
        Ok(actor)
    }
}
