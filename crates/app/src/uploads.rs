//! A roster or a branch's sheet between two requests: the uploaded file waits in `imports/` of the data directory, under a name that
//! nobody can guess, for the account that sent it and for nobody else. It is gone after a day.

use crate::App;
use crate::case::fill_random;
use crate::error::{Error, Result};
use crate::files::hex;
use crate::import::Maps;
use domain::access::Actor;
use domain::problem::Problem;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// A day, microseconds.
const KEPT: i64 = 24 * 60 * 60 * 1_000_000;

/// What is kept beside the bytes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Note {
    account: String,
    /// The name as sent.
    pub name: String,
    /// The file is the whole roster.
    pub whole: bool,
    /// Columns as the user set them.
    pub maps: Maps,
    /// Names of branches that are new though they are nearly those of others, as the user said.
    #[serde(default)]
    pub own_branches: BTreeSet<String>,
    /// Names of branches that mean one that is there, as the user said.
    #[serde(default)]
    pub meant: BTreeMap<String, String>,
    /// The branch whose forms the file holds; empty for a roster.
    #[serde(default)]
    pub unit: String,
}

impl Note {
    /// What is kept beside a roster.
    pub fn roster(name: &str, whole: bool) -> Note {
        Note {
            name: name.to_owned(),
            whole,
            ..Note::default()
        }
    }

    /// What is kept beside the sheet of a branch (its id).
    pub fn sheet(name: &str, unit: &str) -> Note {
        Note {
            name: name.to_owned(),
            unit: unit.to_owned(),
            ..Note::default()
        }
    }
}

/// An uploaded file.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Its key, for addresses.
    pub key: String,
    /// What is kept beside it.
    pub note: Note,
    /// The bytes.
    pub bytes: Vec<u8>,
}

fn folder(app: &App) -> PathBuf {
    app.config().data.join("imports")
}

fn gone() -> Problem {
    Problem::not_found("problem.import.gone")
}

fn is_key(key: &str) -> bool {
    key.len() == 32 && key.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Removes what has waited too long: people's data is not left lying about. `now` is in microseconds UTC.
fn sweep(folder: &Path, now: i64) {
    let written = |m: std::fs::Metadata| m.modified().ok()?.duration_since(UNIX_EPOCH).ok();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let at = entry
            .metadata()
            .ok()
            .and_then(written)
            .and_then(|d| i64::try_from(d.as_micros()).ok());
        if at.is_some_and(|at| now - at > KEPT) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(bytes)
}

fn write_note(folder: &Path, key: &str, note: &Note) -> Result<()> {
    let text = serde_json::to_vec(note).map_err(Error::bug)?;
    write(&folder.join(format!("{key}.json")), &text).map_err(|e| Error::disk(&e))
}

/// Keeps a file for the actor and returns its key; `note` says what it is.
///
/// # Errors
/// When the directory cannot be written.
pub fn keep(app: &App, actor: &Actor, bytes: &[u8], note: Note) -> Result<String> {
    let folder = folder(app);
    std::fs::create_dir_all(&folder).map_err(|e| Error::disk(&e))?;
    sweep(&folder, app.clock().now());
    let mut random = [0; 16];
    fill_random(&mut random);
    let key = hex(&random);
    if let Err(why) = write(&folder.join(format!("{key}.bin")), bytes) {
        // Half a file is of no use and keeps the room it took.
        let _ = std::fs::remove_file(folder.join(format!("{key}.bin")));
        return Err(Error::disk(&why));
    }
    let note = Note {
        account: actor.account.clone(),
        ..note
    };
    write_note(&folder, &key, &note)?;
    Ok(key)
}

/// Takes a kept file up again.
///
/// # Errors
/// `problem.import.gone` when it is not there or somebody else's.
pub fn find(app: &App, actor: &Actor, key: &str) -> Result<Waiting> {
    if !is_key(key) {
        return Err(gone().into());
    }
    let folder = folder(app);
    let text = std::fs::read(folder.join(format!("{key}.json"))).map_err(|_| gone())?;
    let note: Note = serde_json::from_slice(&text).map_err(|_| gone())?;
    if note.account != actor.account {
        return Err(gone().into());
    }
    let bytes = std::fs::read(folder.join(format!("{key}.bin"))).map_err(|_| gone())?;
    Ok(Waiting {
        key: key.to_owned(),
        note,
        bytes,
    })
}

/// Changes what is kept beside a file.
///
/// # Errors
/// When the directory cannot be written.
pub fn change(app: &App, waiting: &Waiting) -> Result<()> {
    write_note(&folder(app), &waiting.key, &waiting.note)
}

/// Removes a file that was taken over or is not wanted.
pub fn forget(app: &App, waiting: &Waiting) {
    for end in ["bin", "json"] {
        let _ = std::fs::remove_file(folder(app).join(format!("{}.{end}", waiting.key)));
    }
}
