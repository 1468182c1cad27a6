//! The one writer of the audit chain and of the public log: acts only add rows of their own and never fight
//! over the end of a chain (DESIGN.md section 7).

use crate::App;
use domain::audit::{AuditEntry, AuditResult, chain_hash, genesis};
use domain::canonical::{hash_from_hex, hex};
use store::{Act, Tx};

/// How many entries one step chains.
const STEP: i64 = 500;

struct Chain {
    organization: String,
}

/// The entry in the form that the chain's hash covers.
///
/// # Errors
/// A row that no version of this product can have written.
pub fn canonical(entry: &store::audit::Entry) -> store::Result<AuditEntry> {
    let broken = || store::Error::Bug(format!("audit entry {} cannot be read", entry.id));
    Ok(AuditEntry {
        id: entry.id.clone(),
        organization_id: entry.organization_id.clone(),
        acted_at: entry.acted_at,
        account_id: entry.account_id.clone(),
        actor: entry.actor.clone(),
        role: entry.role.clone(),
        act: entry.act.clone(),
        object_kind: entry.object_kind.clone(),
        object_id: entry.object_id.clone(),
        result: if entry.result == "done" {
            AuditResult::Done
        } else {
            AuditResult::Refused
        },
        detail: serde_json::from_str(&entry.detail).map_err(|_| broken())?,
    })
}

impl Act for Chain {
    type Out = i64;

    async fn run(&self, tx: &mut Tx) -> store::Result<i64> {
        let waiting = store::audit::pending(tx, &self.organization, STEP).await?;
        if waiting.is_empty() {
            return Ok(0);
        }
        let broken = || store::Error::Bug("the end of the audit chain cannot be read".to_owned());
        let last = store::audit::last(tx, &self.organization).await?;
        let (mut position, mut hash) = match last {
            Some((position, hash)) => (position, hash_from_hex(&hash).ok_or_else(broken)?),
            None => (0, genesis(&self.organization)),
        };
        let count = i64::try_from(waiting.len()).unwrap_or(STEP);
        for entry in waiting {
            position += 1;
            hash = chain_hash(&hash, &canonical(&entry)?).map_err(|_| broken())?;
            store::audit::chain(tx, &self.organization, position, &entry.id, &hex(&hash)).await?;
        }
        Ok(count)
    }
}

/// Appends what waits to the public log, and leaves a checkpoint of both chains when either grew.
struct Append {
    organization: String,
    now: i64,
}

impl Act for Append {
    type Out = i64;

    async fn run(&self, tx: &mut Tx) -> store::Result<i64> {
        let org = self.organization.as_str();
        let waiting = store::log::waiting(tx, org, STEP).await?;
        let size = store::log::size(tx, org).await?;
        for (position, entry) in (size..).zip(&waiting) {
            let leaf = hex(&domain::log::leaf_hash(entry.entry.as_bytes()));
            store::log::append(tx, org, position, entry, &leaf).await?;
        }
        let Some((position, hash)) = store::audit::last(tx, org).await? else {
            return Ok(0);
        };
        let known = store::log::checkpoints(tx, org, 1).await?.pop();
        let count = i64::try_from(waiting.len()).unwrap_or(STEP);
        if known.as_ref().is_some_and(|k| k.position == position) {
            return Ok(count);
        }
        // The whole tree is read only when it grew.
        let log_root = match known.filter(|k| k.log_size == size + count) {
            Some(known) => known.log_root,
            None => root_of(&store::log::leaves(tx, org).await?)?,
        };
        let checkpoint = store::log::Checkpoint {
            position,
            hash,
            log_size: size + count,
            log_root,
            made_at: self.now,
        };
        store::log::add_checkpoint(tx, org, &checkpoint).await?;
        Ok(count)
    }
}

fn root_of(leaves: &[String]) -> store::Result<String> {
    let broken = || store::Error::Bug("a leaf of the public log cannot be read".to_owned());
    let mut root = domain::log::Root::new();
    for leaf in leaves {
        root.push(hash_from_hex(leaf).ok_or_else(broken)?);
    }
    Ok(hex(&root.hash()))
}

/// Chains what waits and appends to the public log, until nothing waits.
///
/// # Errors
/// Whatever the database reports; another node that was quicker is no error.
pub async fn chain_audit(app: &App) -> store::Result<()> {
    let organization = app.organization().to_owned();
    run(app, || Chain {
        organization: organization.clone(),
    })
    .await?;
    run(app, || Append {
        organization: organization.clone(),
        now: app.clock().now(),
    })
    .await
}

async fn run<A: Act<Out = i64>>(app: &App, step: impl Fn() -> A) -> store::Result<()> {
    loop {
        match app.db().act(step()).await {
            Ok(STEP) => {}
            Ok(_) | Err(store::Error::Duplicate(_)) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}
