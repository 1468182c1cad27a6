//! Whether what strangers read is what was frozen: each published text against its hash and check code, the board against
//! the text in force, the public log against its checkpoints (PRODUCT.md 3.1, 3.9).

use crate::App;
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::Actor;
use domain::canonical::{hex, sha256_hex};
use domain::ids::CheckCode;
use domain::log::{Root, leaf_hash};
use domain::publication::PublicPledge as Text;
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use store::Tx;
use store::log::{self, Checkpoint};
use store::public::{self as rows, ItemText};
use store::publication::PublicVersion;

/// Faults of a kind that are told one by one; the number of all is told beside them.
const TOLD: usize = 20;
/// Checkpoints the log is held against: the newest ones.
const CHECKPOINTS: i64 = 500;
/// Entries of the log read at once.
const STEP: i64 = 2_000;

/// Whether a frozen text still is the one its hash and its check code were made of.
pub(crate) fn text_holds(version: &PublicVersion) -> bool {
    sha256_hex(version.content.as_bytes()) == version.hash
        && CheckCode::of(&version.content).as_str() == version.check_code
}

/// Whether the items on the board say what the text says.
pub(crate) fn items_hold(content: &str, items: &[ItemText]) -> bool {
    let Ok(text) = serde_json::from_str::<Text>(content) else {
        return false;
    };
    text.items.len() == items.len()
        && text.items.iter().all(|said| {
            items.iter().any(|shown| {
                shown.id == said.id.as_str()
                    && shown.content == said.content
                    && shown.measure == said.measure
                    && shown.beneficiary == said.beneficiary
                    && shown.due_on == said.due_date.to_string()
            })
        })
}

/// What does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PublicFaultKind {
    /// A published text is not the one its check code was made of.
    TextChanged,
    /// A published text is in no entry of the public log.
    NotInLog,
    /// The board shows another text than the version in force.
    BoardDiffers,
    /// An entry of the public log is not the one its leaf was made of.
    LogEntryChanged,
    /// The public log does not lead to the root of a checkpoint.
    LogRootDiffers,
}

/// A place that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublicFault {
    /// What is wrong.
    pub kind: PublicFaultKind,
    /// The pledge; empty for the log.
    pub pledge: String,
    /// The version of the text, the position in the log, or the size of the log at the checkpoint.
    pub at: i64,
}

/// What became of the check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PublicReport {
    /// Published texts looked at.
    pub texts: usize,
    /// Entries of the public log looked at.
    pub log: i64,
    /// How many places do not fit.
    pub wrong: usize,
    /// The first of them.
    pub faults: Vec<PublicFault>,
}

impl PublicReport {
    fn add(&mut self, kind: PublicFaultKind, pledge: &str, at: i64) {
        self.wrong += 1;
        if self.faults.iter().filter(|f| f.kind == kind).count() < TOLD {
            let pledge = pledge.to_owned();
            self.faults.push(PublicFault { kind, pledge, at });
        }
    }
}

struct ReadPublic;

/// Everything strangers can read that was frozen.
struct Read {
    versions: Vec<PublicVersion>,
    shown: Vec<(String, i64, String)>,
    items: Vec<ItemText>,
    log: Vec<String>,
    leaves: Vec<String>,
    waiting: Vec<String>,
    checkpoints: Vec<Checkpoint>,
}

impl Query for ReadPublic {
    type Out = Read;
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Read> {
        let org = ctx.organization.as_str();
        let mut log: Vec<String> = Vec::new();
        loop {
            let from = i64::try_from(log.len()).unwrap_or(i64::MAX);
            let next = log::entries(tx, org, from, STEP).await?;
            if next.is_empty() {
                break;
            }
            log.extend(next.into_iter().map(|(_, entry)| entry));
        }
        let waiting = log::waiting(tx, org, i64::MAX).await?;
        Ok(Read {
            versions: rows::all_versions(tx, org).await?,
            shown: rows::shown_texts(tx, org).await?,
            items: rows::item_texts(tx, org, "").await?,
            leaves: log::leaves(tx, org).await?,
            waiting: waiting.into_iter().map(|w| w.entry).collect(),
            checkpoints: log::checkpoints(tx, org, CHECKPOINTS).await?,
            log,
        })
    }
}

/// Checks everything that was published. Used by `jiannuo verify audit`; the page of a check code checks its own text.
///
/// # Errors
/// Whatever the database reports; what does not fit is no error but a report.
pub async fn verify_public(app: &App) -> Result<PublicReport> {
    let read = app.query(&Actor::machine(), ReadPublic).await?;
    tokio::task::spawn_blocking(move || compare(read))
        .await
        .map_err(crate::Error::bug)
}

fn compare(read: Read) -> PublicReport {
    let mut report = PublicReport {
        texts: read.versions.len(),
        log: i64::try_from(read.log.len()).unwrap_or(i64::MAX),
        ..PublicReport::default()
    };
    texts(&read, &mut report);
    board(&read, &mut report);
    tree(&read, &mut report);
    report
}

/// The hashes of texts that entries of the log name.
fn logged(read: &Read) -> HashSet<String> {
    let all = read.log.iter().chain(&read.waiting);
    let hash = |entry: &String| {
        let entry: serde_json::Value = serde_json::from_str(entry).ok()?;
        Some(entry.get("sha256")?.as_str()?.to_owned())
    };
    all.filter_map(hash).collect()
}

fn texts(read: &Read, report: &mut PublicReport) {
    let logged = logged(read);
    for version in &read.versions {
        if !text_holds(version) {
            report.add(PublicFaultKind::TextChanged, &version.pledge_id, version.version);
        } else if !logged.contains(&version.hash) {
            report.add(PublicFaultKind::NotInLog, &version.pledge_id, version.version);
        }
    }
}

fn board(read: &Read, report: &mut PublicReport) {
    let frozen: HashMap<(&str, i64), &str> = read
        .versions
        .iter()
        .map(|v| ((v.pledge_id.as_str(), v.version), v.content.as_str()))
        .collect();
    let mut items: HashMap<&str, Vec<ItemText>> = HashMap::new();
    for item in &read.items {
        items
            .entry(item.pledge_id.as_str())
            .or_default()
            .push(item.clone());
    }
    for (pledge, version, content) in &read.shown {
        let same = frozen.get(&(pledge.as_str(), *version)) == Some(&content.as_str());
        let shown = items.get(pledge.as_str()).map_or(&[][..], Vec::as_slice);
        if !same || !items_hold(content, shown) {
            report.add(PublicFaultKind::BoardDiffers, pledge, *version);
        }
    }
}

fn tree(read: &Read, report: &mut PublicReport) {
    let roots: HashMap<i64, &str> = read
        .checkpoints
        .iter()
        .map(|c| (c.log_size, c.log_root.as_str()))
        .collect();
    let mut root = Root::new();
    let mut size = 0;
    let differs = |size: i64, root: &Root| roots.get(&size).is_some_and(|kept| *kept != hex(&root.hash()));
    for (entry, leaf) in read.log.iter().zip(&read.leaves) {
        let hash = leaf_hash(entry.as_bytes());
        if hex(&hash) != *leaf {
            report.add(PublicFaultKind::LogEntryChanged, "", size);
        }
        root.push(hash);
        size += 1;
        if differs(size, &root) {
            report.add(PublicFaultKind::LogRootDiffers, "", size);
        }
    }
    let longest = roots.keys().copied().max().unwrap_or(0);
    if longest > size {
        report.add(PublicFaultKind::LogRootDiffers, "", longest);
    }
}
