//! A whole campaign out and in: every table of the organisation and its attachments in one open file, for another
//! installation and the other database. `docs/campaign-archive.md` describes the file for other programs.
//!
//! The same data gives the same bytes, so two installations can be compared by their archives.

mod pack;
mod settle;
mod stage;

pub use pack::{Packed, pack};
pub use settle::{Settled, settle};
pub use stage::{Staged, stage};

use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::Permission;
use domain::problem::Problem;
use serde::{Deserialize, Serialize};
use store::Tx;

/// Says that a file is one of ours.
pub const FORMAT: &str = "jiannuo-campaign-1";
/// The entry that holds the [`Manifest`].
pub const MANIFEST: &str = "campaign.json";
/// The entry with the checksum of every other one, as `sha256sum -c` reads it.
pub const SUMS: &str = "SHA256SUMS";

/// What an archive says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Always [`FORMAT`].
    pub format: String,
    /// Version of the program that wrote it.
    pub program: String,
    /// Number of the newest migration: which columns the rows have.
    pub schema: i64,
    /// Id of the organisation; it stays the same, for the audit chain begins with it.
    pub organization: String,
    /// Its name, for people.
    pub name: String,
    /// The tables in the order in which they can be filled.
    pub tables: Vec<TableCount>,
    /// How many attachments.
    pub files: usize,
    /// Attachments that rows speak of and that were lost before the export.
    pub missing: Vec<String>,
    /// Tables that do not leave an installation.
    pub left_behind: Vec<String>,
}

/// A table and how many rows it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableCount {
    /// Its name; the rows are in `tables/NAME.jsonl`.
    pub name: String,
    /// How many.
    pub rows: usize,
}

impl Manifest {
    /// All rows together.
    pub fn rows(&self) -> usize {
        self.tables.iter().map(|t| t.rows).sum()
    }
}

/// The newest migration this program knows.
fn schema() -> i64 {
    store::MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0)
}

/// The entry of a table.
fn table_entry(name: &str) -> String {
    format!("tables/{name}.jsonl")
}

/// The entry of an attachment; a name that is no hash has none.
fn file_entry(hash: &str) -> Option<String> {
    let digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    let fine = hash.len() == 64 && hash.bytes().all(digit);
    fine.then(|| format!("files/{}/{hash}", hash.get(..2).unwrap_or_default()))
}

/// An entry that does not fit what the archive says of it.
fn altered(entry: &str) -> Problem {
    Problem::conflict("problem.moving.altered").with("entry", entry)
}

/// Leaves word in the trail that a campaign was taken away, or came here.
pub struct NoteMoving {
    /// Whether it came.
    pub came: bool,
    /// Name of the archive, without its folder.
    pub name: String,
    /// SHA-256 of the archive, hexadecimal.
    pub sha256: String,
}

impl UseCase for NoteMoving {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageSystem)
    }
    async fn run(&self, _: &Ctx, _: &mut Tx) -> Result<()> {
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        let act = if self.came {
            "moving.import"
        } else {
            "moving.export"
        };
        Event::new(act, "archive", &self.name).with(serde_json::json!({ "sha256": self.sha256 }))
    }
}
