//! Reading an archive: everything is checked before a database is opened.

use super::{FORMAT, MANIFEST, Manifest, SUMS, altered, file_entry, schema, table_entry};
use crate::files::hex;
use domain::audit::{AuditEntry, ChainRow, Checkpoint, verify};
use domain::problem::{Problem, ProblemKind};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use store::moving::{Held, Table, moved};
use zip::ZipArchive;

/// Longest manifest and list of checksums that is read, in bytes.
const LONGEST: u64 = 256 * 1024 * 1024;

/// An archive that was read to its end and found right, unpacked in a folder.
#[derive(Clone, Debug)]
pub struct Staged {
    /// What it says of itself.
    pub manifest: Manifest,
    pub(super) folder: PathBuf,
    pub(super) attachments: BTreeSet<String>,
}

type Archive = ZipArchive<BufReader<File>>;

/// Unpacks an archive into an empty folder and checks it: every checksum, every row against its table, every
/// attachment, the audit chain.
///
/// # Errors
/// `problem.moving.…`: one sentence about the first thing that is wrong.
pub fn stage(file: &Path, folder: &Path) -> Result<Staged, Problem> {
    let opened = File::open(file).map_err(|why| unreadable(&why))?;
    let mut archive: Archive =
        ZipArchive::new(BufReader::new(opened)).map_err(|_| Problem::conflict("problem.moving.not_ours"))?;
    let manifest = manifest(&mut archive)?;
    let sums = sums(&mut archive)?;
    let mut attachments = BTreeSet::new();
    // A name that is no text is none of ours.
    let names = archive.file_names();
    let names: BTreeSet<String> = names.map(|n| n.map(String::from).unwrap_or_default()).collect();
    let expected: BTreeSet<String> = sums.keys().cloned().chain([SUMS.to_owned()]).collect();
    if let Some(odd) = names.symmetric_difference(&expected).next() {
        return Err(altered(odd));
    }
    for (name, sum) in &sums {
        let hash = name.rsplit('/').next().unwrap_or_default();
        let is_file = file_entry(hash).as_deref() == Some(name.as_str());
        let is_table = manifest.tables.iter().any(|t| table_entry(&t.name) == *name);
        if !(is_file || is_table || name == MANIFEST) {
            return Err(altered(name));
        }
        if unpack(&mut archive, name, folder)? != *sum || (is_file && sum != hash) {
            return Err(altered(name));
        }
        if is_file {
            attachments.insert(hash.to_owned());
        }
    }
    if attachments.len() != manifest.files {
        return Err(altered(MANIFEST));
    }
    let staged = Staged {
        manifest,
        folder: folder.to_owned(),
        attachments,
    };
    staged.check()?;
    Ok(staged)
}

fn unreadable(why: &dyn std::fmt::Display) -> Problem {
    Problem::new(ProblemKind::Unavailable, "problem.moving.unreadable").with("why", why)
}

fn text_of(archive: &mut Archive, name: &str) -> Result<Vec<u8>, Problem> {
    let not_ours = || Problem::conflict("problem.moving.not_ours");
    let mut entry = archive.by_name(name).map_err(|_| not_ours())?;
    let mut bytes = Vec::new();
    let read = entry.by_ref().take(LONGEST).read_to_end(&mut bytes);
    read.map_err(|_| altered(name))?;
    Ok(bytes)
}

fn manifest(archive: &mut Archive) -> Result<Manifest, Problem> {
    let bytes = text_of(archive, MANIFEST)?;
    // What a newer format looks like is not known; its name and version are.
    let loose: serde_json::Value = serde_json::from_slice(&bytes).map_err(|_| altered(MANIFEST))?;
    let word = |name: &str| loose.get(name).and_then(|v| v.as_str()).unwrap_or_default();
    let found = loose
        .get("schema")
        .and_then(serde_json::Value::as_i64)
        .unwrap_or(0);
    let ours = word("format").starts_with("jiannuo-campaign-");
    let other = |key| {
        let problem = Problem::conflict(key).with("program", word("program"));
        problem.with("found", found).with("known", schema())
    };
    match (ours, word("format") == FORMAT) {
        (false, _) => return Err(Problem::conflict("problem.moving.not_ours")),
        (true, false) => return Err(other("problem.moving.newer")),
        (true, true) => {}
    }
    match found.cmp(&schema()) {
        std::cmp::Ordering::Greater => Err(other("problem.moving.newer")),
        std::cmp::Ordering::Less => Err(other("problem.moving.older")),
        std::cmp::Ordering::Equal => serde_json::from_value(loose).map_err(|_| altered(MANIFEST)),
    }
}

/// Name and checksum of every entry but the list itself.
fn sums(archive: &mut Archive) -> Result<BTreeMap<String, String>, Problem> {
    let text = String::from_utf8(text_of(archive, SUMS)?).map_err(|_| altered(SUMS))?;
    let mut sums = BTreeMap::new();
    for line in text.lines() {
        let (sum, name) = line.split_once("  ").ok_or_else(|| altered(SUMS))?;
        if sums.insert(name.to_owned(), sum.to_owned()).is_some() {
            return Err(altered(SUMS));
        }
    }
    Ok(sums)
}

/// Unpacks one entry whose name was checked, and gives its checksum.
fn unpack(archive: &mut Archive, name: &str, folder: &Path) -> Result<String, Problem> {
    let mut entry = archive.by_name(name).map_err(|_| altered(name))?;
    let path = folder.join(name);
    let mut out = private(&path).map_err(|why| unreadable(&why))?;
    let (mut sum, mut piece) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        // What cannot be unpacked was cut or altered; what cannot be written is the disk's fault.
        let read = entry.read(&mut piece).map_err(|_| altered(name))?;
        let got = piece.get(..read).unwrap_or_default();
        if got.is_empty() {
            return Ok(hex(&sum.finalize()));
        }
        sum.update(got);
        out.write_all(got).map_err(|why| unreadable(&why))?;
    }
}

fn private(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut how = OpenOptions::new();
    how.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut how, 0o600);
    how.open(path)
}

/// A row of the archive as the table takes it.
fn row(table: &Table, line: &str) -> Option<Vec<Held>> {
    let serde_json::Value::Object(mut object) = serde_json::from_str(line).ok()? else {
        return None;
    };
    let mut out = Vec::with_capacity(table.columns.len());
    for column in table.columns {
        let held = match object.remove(column.name)? {
            serde_json::Value::Null => Held::Nothing,
            serde_json::Value::Bool(flag) => Held::Flag(flag),
            serde_json::Value::Number(number) => Held::Number(number.as_i64()?),
            serde_json::Value::String(text) => Held::Text(text),
            _ => return None,
        };
        if !held.fits(column.kind) {
            return None;
        }
        out.push(held);
    }
    object.is_empty().then_some(out)
}

impl Staged {
    /// The rows of a table, one by one.
    pub(super) fn rows<'a>(
        &self,
        table: &'a Table,
    ) -> Result<impl Iterator<Item = Result<Vec<Held>, Problem>> + use<'a>, Problem> {
        let entry = table_entry(table.name);
        let file = File::open(self.folder.join(&entry)).map_err(|_| altered(&entry))?;
        let rows = BufReader::new(file).lines().enumerate().map(move |(at, line)| {
            let wrong = || {
                let problem = Problem::conflict("problem.moving.row").with("line", at + 1);
                problem.with("entry", table_entry(table.name))
            };
            row(table, &line.map_err(|_| wrong())?).ok_or_else(wrong)
        });
        Ok(rows)
    }

    /// The tables are this program's, in its order; every row belongs to the organisation; nothing is missing.
    fn check(&self) -> Result<(), Problem> {
        let named: Vec<&str> = self.manifest.tables.iter().map(|t| t.name.as_str()).collect();
        if named != moved().map(|t| t.name).collect::<Vec<_>>() {
            return Err(altered(MANIFEST));
        }
        let mut trail = Trail::default();
        for (table, told) in moved().zip(&self.manifest.tables) {
            let owner = match table.name {
                "organization" => "id",
                _ => "organization_id",
            };
            let owner = table.columns.iter().position(|c| c.name == owner);
            let mut count = 0;
            for row in self.rows(table)? {
                let row = row?;
                count += 1;
                let whose = owner.and_then(|at| row.get(at));
                let ours = matches!(whose, Some(Held::Text(id)) if *id == self.manifest.organization);
                let lost = table.name == "file" && !self.has_file(table, &row);
                if !ours || lost {
                    let problem = Problem::conflict("problem.moving.row").with("line", count);
                    return Err(problem.with("entry", table_entry(table.name)));
                }
                trail.note(table, row)?;
            }
            if count != told.rows || (table.name == "organization" && count != 1) {
                return Err(altered(&table_entry(table.name)));
            }
        }
        trail.check(&self.manifest.organization)
    }

    fn has_file(&self, table: &Table, row: &[Held]) -> bool {
        let at = table.columns.iter().position(|c| c.name == "sha256");
        match at.and_then(|at| row.get(at)) {
            Some(Held::Text(hash)) => self.attachments.contains(hash) || self.manifest.missing.contains(hash),
            _ => false,
        }
    }
}

/// The audit trail of an archive.
#[derive(Default)]
struct Trail {
    entries: Vec<AuditEntry>,
    chain: Vec<ChainRow>,
    checkpoints: Vec<Checkpoint>,
}

impl Trail {
    fn note(&mut self, table: &Table, row: Vec<Held>) -> Result<(), Problem> {
        let cell = |name: &str| {
            let at = table.columns.iter().position(|c| c.name == name);
            at.and_then(|at| row.get(at)).cloned().unwrap_or(Held::Nothing)
        };
        let text = |name: &str| match cell(name) {
            Held::Text(text) => text,
            _ => String::new(),
        };
        let number = |name: &str| match cell(name) {
            Held::Number(number) => number,
            _ => 0,
        };
        match table.name {
            "audit_entry" => {
                let account = Some(text("account_id")).filter(|_| cell("account_id") != Held::Nothing);
                let entry = store::audit::Entry {
                    organization_id: text("organization_id"),
                    id: text("id"),
                    acted_at: number("acted_at"),
                    account_id: account,
                    actor: text("actor"),
                    role: text("role"),
                    act: text("act"),
                    object_kind: text("object_kind"),
                    object_id: text("object_id"),
                    result: text("result"),
                    detail: text("detail"),
                };
                self.entries.push(crate::audit::readable(&entry));
            }
            "audit_chain" => self.chain.push(ChainRow {
                position: number("position"),
                entry_id: text("entry_id"),
                hash: text("hash"),
            }),
            "audit_checkpoint" => self.checkpoints.push(Checkpoint {
                position: number("position"),
                hash: text("hash"),
            }),
            _ => {}
        }
        Ok(())
    }

    fn check(&self, organization: &str) -> Result<(), Problem> {
        // Entries that wait for the sequencer are as good here as there.
        verify(
            organization,
            &self.entries,
            &self.chain,
            &self.checkpoints,
            i64::MIN,
        )
        .map(drop)
        .map_err(|fault| Problem::conflict("problem.moving.trail").with("position", fault.position))
    }
}
