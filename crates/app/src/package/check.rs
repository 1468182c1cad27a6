//! Checks a package that came from elsewhere: no database, no server, nothing but the folder. Whoever wrote the lists
//! is not trusted: a path that leaves the folder and a link are refused unread.

mod seals;

pub use seals::SealsChecked;
use seals::{DecisionLine, Seals};

use super::{METADATA, SHA256SUMS, SM3SUMS, key_file, signature_of};
use crate::files::hex;
use crate::signer::{Algorithm, key_id, verify};
use domain::audit::{AuditEntry, chain_hash, genesis};
use domain::canonical::hash_from_hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sm3::Sm3;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// Longest list, key, signature and metadata that is read, in bytes.
const LONGEST: u64 = 256 * 1024 * 1024;

/// Something that is wrong, with the key of its sentence and what is filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Key of the sentence: `package_fault.…`.
    pub key: &'static str,
    /// Named values for the sentence.
    pub args: Vec<(&'static str, String)>,
}

impl Fault {
    fn new(key: &'static str) -> Fault {
        Fault { key, args: vec![] }
    }

    fn with(mut self, name: &'static str, value: impl std::fmt::Display) -> Fault {
        self.args.push((name, value.to_string()));
        self
    }

    fn of(key: &'static str, path: &str) -> Fault {
        Fault::new(key).with("path", path)
    }
}

/// What came of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Files that are as both lists say.
    pub files: usize,
    /// Algorithm and name of the keys whose signatures hold.
    pub keys: Vec<(&'static str, String)>,
    /// Audit entries that stand in the chain as the package tells it.
    pub entries: usize,
    /// The seals of the decisions, each checked by itself.
    pub seals: SealsChecked,
    /// Everything that is wrong.
    pub faults: Vec<Fault>,
}

struct Check<'a> {
    root: &'a Path,
    out: Checked,
}

/// Sums of one list, by path.
type Sums = BTreeMap<String, String>;

/// Checks a package; `key` is the name of a key that must be among those that signed.
///
/// # Errors
/// A folder that cannot be read at all. What is wrong inside is no error but a fault.
pub fn check(root: &Path, key: Option<&str>) -> io::Result<Checked> {
    let mut found = Found::default();
    walk(root, "", &mut found)?;
    let mut check = Check {
        root,
        out: Checked::default(),
    };
    for path in &found.links {
        check.fault(Fault::of("package_fault.link", path));
    }
    if let Some(fault) = no_package(&found) {
        check.fault(fault);
        return Ok(check.out);
    }
    let (sha256, sm3) = (check.list(SHA256SUMS), check.list(SM3SUMS));
    let (Some((sha256, sha256_text)), Some((sm3, sm3_text))) = (sha256, sm3) else {
        return Ok(check.out);
    };
    if sha256.is_empty() && sm3.is_empty() {
        check.fault(Fault::new("package_fault.empty_lists"));
    }
    check.signatures(&[(SHA256SUMS, sha256_text), (SM3SUMS, sm3_text)], key);
    check.files(&sha256, &sm3, &found);
    check.trail(&sha256);
    check.seals(&sha256);
    Ok(check.out)
}

/// What lies in the folder.
#[derive(Default)]
struct Found {
    files: BTreeSet<String>,
    /// Links and what is neither file nor folder.
    links: Vec<String>,
}

fn walk(folder: &Path, before: &str, found: &mut Found) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{before}{}", entry.file_name().to_string_lossy());
        // Of the entry itself: a link is not followed.
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(&entry.path(), &format!("{path}/"), found)?;
        } else if kind.is_file() {
            found.files.insert(path);
        } else {
            found.links.push(path);
        }
    }
    Ok(())
}

/// Why a folder is no package at all, and what to do: it is empty, lists are missing, or the package lies further down.
fn no_package(found: &Found) -> Option<Fault> {
    let lists = [SHA256SUMS, SM3SUMS];
    let missing: Vec<&str> = lists.into_iter().filter(|l| !found.files.contains(*l)).collect();
    let inside = |path: &String| {
        let (folder, _) = path.rsplit_once('/').filter(|(_, name)| *name == SHA256SUMS)?;
        found
            .files
            .contains(&format!("{folder}/{SM3SUMS}"))
            .then(|| folder.to_owned())
    };
    match missing.as_slice() {
        [] => None,
        _ if found.files.is_empty() => Some(Fault::new("package_fault.empty_folder")),
        [one] => Some(Fault::new("package_fault.list_missing").with("list", one)),
        _ => Some(match found.files.iter().find_map(inside) {
            Some(folder) => Fault::of("package_fault.further_down", &folder),
            None => Fault::new("package_fault.not_a_package"),
        }),
    }
}

/// Whether a path of a list stays in the folder, on every system.
fn stays(path: &str) -> bool {
    let part = |p: &str| !p.is_empty() && p != "." && p != "..";
    !path.contains(['\\', ':', '\0']) && path.split('/').all(part)
}

fn read(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(LONGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// SHA-256 and SM3 of a file.
fn sums(file: &Path) -> io::Result<(String, String)> {
    let (mut sha256, mut sm3, mut piece) = (Sha256::new(), Sm3::new(), vec![0; 1 << 16]);
    let mut from = File::open(file)?;
    loop {
        let read = from.read(&mut piece)?;
        let got = piece.get(..read).unwrap_or_default();
        if got.is_empty() {
            return Ok((hex(&sha256.finalize()), hex(&sm3.finalize())));
        }
        sha256.update(got);
        sm3.update(got);
    }
}

impl Check<'_> {
    fn fault(&mut self, fault: Fault) {
        self.out.faults.push(fault);
    }

    fn read(&mut self, path: &str) -> Option<Vec<u8>> {
        match read(&self.root.join(path)) {
            Ok(bytes) => Some(bytes),
            Err(why) => {
                self.fault(Fault::of("package_fault.unreadable", path).with("why", why));
                None
            }
        }
    }

    /// A list with its sums. A line that makes no sense or leaves the folder is told and left out.
    fn list(&mut self, list: &'static str) -> Option<(Sums, Vec<u8>)> {
        let bytes = self.read(list)?;
        let mut out = Sums::new();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for (at, line) in text.lines().enumerate() {
            let told = |key| Fault::new(key).with("list", list).with("line", at + 1);
            let hash = |s: &str| hash_from_hex(s).is_some();
            let Some((sum, path)) = line.split_once("  ").filter(|(sum, _)| hash(sum)) else {
                self.fault(told("package_fault.list_line"));
                continue;
            };
            if !stays(path) {
                self.fault(told("package_fault.list_path").with("path", path));
            } else if out.insert(path.to_owned(), sum.to_ascii_lowercase()).is_some() {
                self.fault(told("package_fault.list_twice").with("path", path));
            }
        }
        Some((out, bytes))
    }

    /// Both signatures over both lists, by the keys that lie in the package.
    fn signatures(&mut self, lists: &[(&'static str, Vec<u8>); 2], wanted: Option<&str>) {
        let mut found = Vec::new();
        for algorithm in Algorithm::ALL {
            let name = algorithm.name();
            let file = key_file(name);
            let Some(pem) = self.read(&file).and_then(|b| String::from_utf8(b).ok()) else {
                continue;
            };
            if !pem.contains("BEGIN PUBLIC KEY") {
                self.fault(Fault::of("package_fault.key_bad", &file));
                continue;
            }
            let mut holds = true;
            for (list, text) in lists {
                let path = signature_of(list, name);
                let signature = read(&self.root.join(&path));
                let Ok(signature) = signature else {
                    holds = false;
                    self.fault(Fault::of("package_fault.signature_missing", &path));
                    continue;
                };
                if !verify(algorithm, &pem, text, &signature) {
                    holds = false;
                    let fault = Fault::new("package_fault.signature_bad").with("list", list);
                    self.fault(fault.with("algorithm", name.to_uppercase()));
                }
            }
            let id = key_id(&pem);
            if holds {
                self.out.keys.push((name, id.clone()));
            }
            found.push(id);
        }
        if let Some(wanted) = wanted.filter(|w| !found.iter().any(|f| f.eq_ignore_ascii_case(w))) {
            let fault = Fault::new("package_fault.key_other").with("wanted", wanted);
            self.fault(fault.with("found", found.join(", ")));
        }
    }

    /// Every file against both lists, and what lies there unlisted.
    fn files(&mut self, sha256: &Sums, sm3: &Sums, found: &Found) {
        for path in sha256.keys().chain(sm3.keys()).collect::<BTreeSet<_>>() {
            let (Some(first), Some(second)) = (sha256.get(path), sm3.get(path)) else {
                self.fault(Fault::of("package_fault.lists_differ", path));
                continue;
            };
            if !found.files.contains(path) {
                // A link was told already.
                if !found.links.contains(path) {
                    self.fault(Fault::of("package_fault.missing", path));
                }
                continue;
            }
            match sums(&self.root.join(path)) {
                Ok((one, two)) if one == *first && two == *second => self.out.files += 1,
                Ok(_) => self.fault(Fault::of("package_fault.changed", path)),
                Err(why) => self.fault(Fault::of("package_fault.unreadable", path).with("why", why)),
            }
        }
        let lists = [SHA256SUMS, SM3SUMS];
        let signed = lists.map(|l| Algorithm::ALL.map(|a| signature_of(l, a.name())));
        for path in &found.files {
            let own = lists.contains(&path.as_str()) || signed.iter().flatten().any(|s| s == path);
            if !own && !sha256.contains_key(path) && !sm3.contains_key(path) {
                self.fault(Fault::of("package_fault.extra", path));
            }
        }
    }

    /// Every audit entry that is told in full, against the hash before it and its own.
    fn trail(&mut self, listed: &Sums) {
        let Some(organization) = self.organization(listed) else {
            return;
        };
        let trails = listed.keys().filter(|p| p.ends_with(".jsonl"));
        for path in trails {
            let Ok(file) = File::open(self.root.join(path)) else {
                continue;
            };
            let (mut before, mut at) = (genesis(&organization), 0);
            for line in BufReader::new(file).lines().map_while(Result::ok) {
                // The other lists of rows have neither place nor hash.
                let Ok(link) = serde_json::from_str::<TrailLine>(&line) else {
                    break;
                };
                let told = hash_from_hex(&link.hash);
                at += 1;
                let holds = match (&link.entry, told) {
                    (Some(entry), Some(hash)) => chain_hash(&before, entry).is_ok_and(|made| made == hash),
                    (None, Some(_)) => true,
                    (_, None) => false,
                };
                if !holds || link.position != at {
                    let fault = Fault::new("package_fault.trail");
                    self.fault(fault.with("position", link.position));
                    break;
                }
                self.out.entries += usize::from(link.entry.is_some());
                before = told.unwrap_or(before);
            }
        }
    }

    /// The seal of every decision that is told, by the keys that lie in the package.
    fn seals(&mut self, listed: &Sums) {
        let mut seals = Seals::default();
        let pem = |path: &&String| path.starts_with("keys/") && path.ends_with(".pem");
        for path in listed.keys().filter(pem) {
            let bytes = read(&self.root.join(path)).unwrap_or_default();
            seals.key(String::from_utf8_lossy(&bytes).into_owned());
        }
        for path in listed.keys().filter(|p| p.ends_with(".jsonl")) {
            let Ok(file) = File::open(self.root.join(path)) else {
                continue;
            };
            let mut told = false;
            for (at, line) in BufReader::new(file).lines().map_while(Result::ok).enumerate() {
                match serde_json::from_str::<DecisionLine>(&line) {
                    Ok(decision) => {
                        told = true;
                        if let Err(fault) = seals.check(path, &decision) {
                            self.fault(fault);
                        }
                    }
                    Err(_) if told => {
                        self.fault(Fault::of("package_fault.decision_line", path).with("line", at + 1));
                    }
                    // The other lists of rows hold no decisions.
                    Err(_) => break,
                }
            }
        }
        self.out.seals = seals.out;
    }

    /// Id of the organisation, with which the chain begins.
    fn organization(&mut self, listed: &Sums) -> Option<String> {
        listed.get(METADATA)?;
        let bytes = read(&self.root.join(METADATA)).ok()?;
        let all: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
        Some(all.get("organization")?.as_str()?.to_owned())
    }
}

/// A line of the audit extract.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrailLine {
    position: i64,
    hash: String,
    entry: Option<AuditEntry>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leaves_the_folder() {
        for path in ["a", "a/b c.pdf", "2010/001 产科/永久/王.pdf", "a..b", "..."] {
            assert!(stays(path), "{path}");
        }
        for path in [
            "",
            "/etc/passwd",
            "../a",
            "a/../../b",
            "a//b",
            "a/",
            "./a",
            "C:\\a",
            "C:a",
            "a\\..\\b",
            "a\0b",
        ] {
            assert!(!stays(path), "{path}");
        }
    }
}
