//! How the processes on one database learn that public pages have to be made anew: a server beside the command
//! line, several servers beside each other. Each keeps its own pages (DESIGN.md section 5).

use crate::App;
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::Actor;
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use store::{Act, Tx};

/// How far back a change is looked for, microseconds: longer than any act runs and clocks differ.
const BACK: i64 = 15 * 60 * 1_000_000;
/// After how long a change is forgotten, microseconds.
const KEPT: i64 = 24 * 60 * 60 * 1_000_000;

/// The changes a process made itself or has seen.
#[derive(Debug, Default)]
pub struct Changes(Mutex<HashSet<String>>);

impl Changes {
    /// Takes note of an own change: its pages are made anew already.
    pub(crate) fn note(&self, id: String) {
        self.known().insert(id);
    }

    /// Takes note of what the database holds; says whether any of it was new.
    fn learn(&self, found: Vec<String>, from: &str) -> bool {
        let mut known = self.known();
        known.retain(|id| id.as_str() >= from);
        let before = known.len();
        known.extend(found);
        known.len() > before
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        // A set of ids is whole whatever happened to another thread.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first id of a moment, microseconds UTC.
fn first_id(at: i64) -> String {
    let millis = u64::try_from(at / 1000).unwrap_or(0);
    let id = uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]);
    id.into_uuid().to_string()
}

struct Since(String);

impl Query for Since {
    type Out = Vec<String>;
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Vec<String>> {
        Ok(store::public::changes(tx, &ctx.organization, &self.0).await?)
    }
}

struct Forget {
    organization: String,
    before: String,
}

impl Act for Forget {
    type Out = u64;

    async fn run(&self, tx: &mut Tx) -> store::Result<u64> {
        store::public::forget_changes(tx, &self.organization, &self.before).await
    }
}

/// Looks whether another process changed what strangers see, and makes the kept pages old if so.
///
/// # Errors
/// Whatever the database reports.
pub async fn look(app: &App) -> Result<bool> {
    let from = first_id(app.clock().now() - BACK);
    let found = app.query(&Actor::machine(), Since(from.clone())).await?;
    let new = app.changes().learn(found, &from);
    if new {
        app.move_generation();
    }
    Ok(new)
}

/// Drops the changes that every process has seen long ago.
///
/// # Errors
/// Whatever the database reports.
pub async fn forget(app: &App) -> store::Result<u64> {
    let act = Forget {
        organization: app.organization().to_owned(),
        before: first_id(app.clock().now() - KEPT),
    };
    app.db().act(act).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_changes_of_others_are_new_and_each_once() {
        let changes = Changes::default();
        let id = |minute: i64| first_id((1_000_000 + minute * 60) * 1_000_000);
        changes.note(id(1));
        assert!(!changes.learn(vec![id(1)], &id(0)));
        assert!(changes.learn(vec![id(1), id(2)], &id(0)));
        assert!(!changes.learn(vec![id(1), id(2)], &id(0)));
        // One that was made earlier and committed later counts as well.
        assert!(changes.learn(vec![id(0), id(1), id(2)], &id(0)));
        // What lies too far back is not kept.
        assert!(!changes.learn(vec![id(2)], &id(2)));
        assert_eq!(changes.known().len(), 1);
    }
}
