//! Sessions that are only remembered: what a page sends by itself every few seconds is not asked for twice. The act looks
//! in its own transaction whose session it is; whoever's is over is told as everywhere else.

use super::Visit;
use crate::respond::Failure;
use app::account::{SignedIn, by_hash, recall, remember, session};
use app::case::UseCase;
use domain::problem::{Problem, ProblemKind};
use std::sync::Arc;

/// Whose session it is, and whether that is only remembered; why it could not be asked is noted.
pub(super) async fn user(
    app: &app::App,
    token: &str,
    by_act: bool,
    trouble: &mut Option<app::Error>,
) -> (Option<SignedIn>, bool) {
    if let Some(known) = by_act.then(|| recall(app, token)).flatten() {
        return (Some(known), true);
    }
    match session(app, token).await {
        Ok(user) => {
            if let Some(user) = user.as_ref().filter(|_| by_act) {
                remember(app, user);
            }
            (user, false)
        }
        Err(why) => {
            *trouble = Some(why);
            (None, false)
        }
    }
}

impl Visit {
    /// Does an act as the reader; a session that is only remembered is confirmed in the act's transaction.
    pub(crate) async fn execute<C: UseCase>(&self, case: C) -> app::Result<C::Out> {
        let app = self.web().app();
        match self.user().filter(|_| self.0.remembered) {
            Some(user) => app.execute_in(&user.actor, &user.token_hash, case).await,
            None => app.execute(self.actor(), case).await,
        }
    }

    /// The same visit with the session as it is now, where it was only remembered.
    pub(crate) async fn asked_for(self) -> Result<Visit, Failure> {
        let Some(known) = self.user().filter(|_| self.0.remembered) else {
            return Ok(self);
        };
        let found = by_hash(self.web().app(), &known.token_hash).await?;
        let mut found = found.ok_or_else(|| Problem::new(ProblemKind::SignInNeeded, "problem.sign_in"))?;
        found.actor.looks_at.clone_from(&known.actor.looks_at);
        remember(self.web().app(), &found);
        let mut inner = (*self.0).clone();
        (inner.user, inner.remembered) = (Some(found), false);
        Ok(Visit(Arc::new(inner)))
    }

    /// The visit as the page about a failure sees it: a remembered session that turned out to be over is nobody's.
    pub(crate) fn after(&self, failure: &Failure) -> Visit {
        if !self.0.remembered || failure.0.kind() != Some(ProblemKind::SignInNeeded) {
            return self.clone();
        }
        let mut inner = (*self.0).clone();
        inner.user = None;
        Visit(Arc::new(inner))
    }
}
