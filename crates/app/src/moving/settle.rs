//! Putting a checked archive in place: attachments first, then every row in one transaction.

use super::{Staged, file_entry};
use crate::error::{Error, Result};
use crate::files::Files;
use domain::problem::{Problem, Problems};
use std::path::PathBuf;
use store::moving::moved;
use store::{Act, Db, Tx};

/// What came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Id of the organisation.
    pub organization: String,
    /// Its name.
    pub name: String,
    /// Rows of all tables.
    pub rows: usize,
    /// Attachments.
    pub files: usize,
}

struct Fill(Staged);

impl Act for Fill {
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> store::Result<()> {
        let refuse = |problem: Problem| store::Error::refuse(Problems::from(problem));
        if let Some(there) = store::organization::first(tx).await? {
            return Err(refuse(
                Problem::conflict("problem.moving.occupied").with("name", there.name),
            ));
        }
        for table in moved() {
            for row in self.0.rows(table).map_err(refuse)? {
                table.insert(tx, &row.map_err(refuse)?).await?;
            }
        }
        Ok(())
    }
}

struct IsEmpty;

impl Act for IsEmpty {
    type Out = Option<String>;
    async fn run(&self, tx: &mut Tx) -> store::Result<Option<String>> {
        Ok(store::organization::first(tx).await?.map(|o| o.name))
    }
}

/// Takes a checked archive into a migrated database without an organisation. All of it or nothing.
///
/// # Errors
/// `problem.moving.occupied`; `problem.moving.unfit` when rows contradict each other; a full disk.
pub async fn settle(db: &Db, files: &Files, staged: Staged) -> Result<Settled> {
    if let Some(name) = db.read(IsEmpty).await? {
        return Err(Problem::conflict("problem.moving.occupied")
            .with("name", name)
            .into());
    }
    let settled = Settled {
        organization: staged.manifest.organization.clone(),
        name: staged.manifest.name.clone(),
        rows: staged.manifest.rows(),
        files: staged.attachments.len(),
    };
    let (kept, from) = (files.clone(), staged.clone());
    let put = tokio::task::spawn_blocking(move || put_files(&kept, &from));
    let new = put.await.map_err(Error::bug)?.map_err(Error::bug)?;
    let filled = db.act(Fill(staged)).await;
    if filled.is_err() {
        for path in new {
            // A file that no row speaks of harms nobody; the refusal is what matters.
            let _ = std::fs::remove_file(path);
        }
    }
    match filled {
        Ok(()) => Ok(settled),
        Err(store::Error::Duplicate(why) | store::Error::Violated(why)) => {
            Err(Problem::conflict("problem.moving.unfit").with("why", why).into())
        }
        Err(other) => Err(other.into()),
    }
}

/// Keeps the attachments and says which were not there before.
fn put_files(files: &Files, staged: &Staged) -> std::io::Result<Vec<PathBuf>> {
    let mut new = Vec::new();
    for hash in &staged.attachments {
        let entry = file_entry(hash).unwrap_or_default();
        let there = files.get(hash).is_ok();
        files.put(&std::fs::read(staged.folder.join(entry))?)?;
        if !there {
            new.push(files.path(hash));
        }
    }
    Ok(new)
}
