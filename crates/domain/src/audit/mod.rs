//! The audit trail: the canonical form of an entry, the hash chain over entries, and the check that finds the
//! first bad one (PRODUCT.md 3.8, AL-01, AL-02).
//!
//! Chain, so that another program can redo it: `hash(0)` = SHA-256 of the bytes
//! `jiannuo-audit-1` LF organisation-id LF; `hash(n)` = SHA-256(`hash(n-1)` ‖ canonical JSON of entry n), n from 1.
//! Hashes enter as 32 raw bytes and are written as 64 hexadecimal digits. Cutting the tail would leave a shorter
//! valid chain; that is why checkpoints (position and hash) leave the machine and are given to [`verify`].

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::canonical::{canonical_json, hash_from_hex, hex, sha256};
use crate::problem::Problem;

/// How an act ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditResult {
    /// It was done.
    Done,
    /// It was refused.
    Refused,
}

/// One act of an account. Anonymous acts carry no account, no actor and no origin (PR-03).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Id of the entry.
    pub id: String,
    /// The organisation; part of the hash, so that a row cannot be moved to another one.
    pub organization_id: String,
    /// When, microseconds since 1970 UTC.
    pub acted_at: i64,
    /// The account, if one acted.
    pub account_id: Option<String>,
    /// The actor's name at the time; empty for the public and for jobs.
    pub actor: String,
    /// The role in which it was done.
    pub role: String,
    /// The act's identifier.
    pub act: String,
    /// Kind of the object.
    pub object_kind: String,
    /// Id of the object.
    pub object_id: String,
    /// How it ended.
    pub result: AuditResult,
    /// Further facts; whole numbers only.
    pub detail: Value,
}

/// One row of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainRow {
    /// Place in the chain, from 1.
    pub position: i64,
    /// The entry chained there.
    pub entry_id: String,
    /// The chain's hash after it, hexadecimal.
    pub hash: String,
}

/// A place of the chain that is known from outside the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Place in the chain; 0 = before the first entry.
    pub position: i64,
    /// The chain's hash there, hexadecimal.
    pub hash: String,
}

/// The hash before the first entry of an organisation.
#[must_use]
pub fn genesis(organization_id: &str) -> [u8; 32] {
    sha256(format!("jiannuo-audit-1\n{organization_id}\n").as_bytes())
}

/// The hash after an entry.
///
/// # Errors
/// `problem.canonical.number` when the detail holds a fraction.
pub fn chain_hash(previous: &[u8; 32], entry: &AuditEntry) -> Result<[u8; 32], Problem> {
    let mut bytes = previous.to_vec();
    bytes.extend_from_slice(canonical_json(entry)?.as_bytes());
    Ok(sha256(&bytes))
}

/// Continues a chain from its last row (`None` = from the beginning) with entries in order.
///
/// # Errors
/// `problem.audit.chain_unreadable` when the last row's hash is not one; see [`chain_hash`].
pub fn extend_chain(
    organization_id: &str,
    last: Option<&ChainRow>,
    entries: &[AuditEntry],
) -> Result<Vec<ChainRow>, Problem> {
    let (mut position, mut hash) = match last {
        None => (0, genesis(organization_id)),
        Some(row) => {
            let hash = hash_from_hex(&row.hash)
                .ok_or_else(|| Problem::conflict("problem.audit.chain_unreadable"))?;
            (row.position, hash)
        }
    };
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        hash = chain_hash(&hash, entry)?;
        position += 1;
        rows.push(ChainRow {
            position,
            entry_id: entry.id.clone(),
            hash: hex(&hash),
        });
    }
    Ok(rows)
}

/// What is wrong at a place of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditFaultKind {
    /// A row of the chain is missing: the positions do not follow each other.
    ChainRowMissing,
    /// The chain names an entry that is not there: it was cut out.
    EntryMissing,
    /// The entry does not give the hash: it, its place or the hash was changed, moved or inserted.
    HashDiffers,
    /// One entry stands in the chain twice.
    EntryTwice,
    /// An entry belongs to another organisation.
    Foreign,
    /// The chain is shorter than a checkpoint that left the machine: its tail was cut.
    TailCut,
    /// The chain has another hash at a checkpoint: it was rewritten.
    CheckpointDiffers,
    /// An entry older than chained ones is in no chain: it was inserted, or left out.
    Unchained,
}

/// The first bad place of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditFault {
    /// Place in the chain, from 1; for [`AuditFaultKind::Unchained`] the place after the last.
    pub position: i64,
    /// The entry concerned, where one is known.
    pub entry_id: Option<String>,
    /// What is wrong.
    pub kind: AuditFaultKind,
}

/// A chain without fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Entries chained.
    pub chained: i64,
    /// Young entries the sequencer has not reached yet.
    pub waiting: usize,
    /// The chain's hash at its end, hexadecimal.
    pub hash: String,
}

/// Checks stored entries against the stored chain and the checkpoints known from outside.
///
/// Entries may come in any order. `settled_before` (microseconds UTC) is the time before which every entry must be
/// chained: that of the newest chained entry less the minute the sequencer is given, since what came last may still wait
/// for it while no server runs.
///
/// # Errors
/// The first fault by position.
pub fn verify(
    organization_id: &str,
    entries: &[AuditEntry],
    chain: &[ChainRow],
    checkpoints: &[Checkpoint],
    settled_before: i64,
) -> Result<Verified, AuditFault> {
    let by_id: BTreeMap<&str, &AuditEntry> = entries.iter().map(|e| (e.id.as_str(), e)).collect();
    let rows = in_order(chain);
    let known: BTreeMap<i64, &Checkpoint> = checkpoints.iter().map(|c| (c.position, c)).collect();
    let mut hash = genesis(organization_id);
    let mut seen = BTreeSet::new();
    check_point(&known, 0, &hash)?;
    for (row, position) in rows.iter().zip(1i64..) {
        let fault = |kind| AuditFault {
            position,
            entry_id: Some(row.entry_id.clone()),
            kind,
        };
        if row.position != position {
            return Err(AuditFault {
                position,
                entry_id: None,
                kind: AuditFaultKind::ChainRowMissing,
            });
        }
        if !seen.insert(row.entry_id.as_str()) {
            return Err(fault(AuditFaultKind::EntryTwice));
        }
        let entry = by_id
            .get(row.entry_id.as_str())
            .ok_or_else(|| fault(AuditFaultKind::EntryMissing))?;
        if entry.organization_id != organization_id {
            return Err(fault(AuditFaultKind::Foreign));
        }
        hash = chain_hash(&hash, entry).map_err(|_| fault(AuditFaultKind::HashDiffers))?;
        if hex(&hash) != row.hash {
            return Err(fault(AuditFaultKind::HashDiffers));
        }
        check_point(&known, position, &hash)?;
    }
    let end = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    if let Some((_, cut)) = known.range(end + 1..).next() {
        return Err(AuditFault {
            position: cut.position,
            entry_id: None,
            kind: AuditFaultKind::TailCut,
        });
    }
    let waiting = || entries.iter().filter(|e| !seen.contains(e.id.as_str()));
    match waiting()
        .filter(|e| e.acted_at < settled_before)
        .min_by_key(|e| e.acted_at)
    {
        Some(late) => Err(AuditFault {
            position: end + 1,
            entry_id: Some(late.id.clone()),
            kind: AuditFaultKind::Unchained,
        }),
        None => Ok(Verified {
            chained: end,
            waiting: waiting().count(),
            hash: hex(&hash),
        }),
    }
}

fn in_order(chain: &[ChainRow]) -> Vec<&ChainRow> {
    let mut rows: Vec<&ChainRow> = chain.iter().collect();
    rows.sort_by_key(|row| row.position);
    rows
}

fn check_point(known: &BTreeMap<i64, &Checkpoint>, position: i64, hash: &[u8; 32]) -> Result<(), AuditFault> {
    match known.get(&position) {
        Some(point) if !point.hash.eq_ignore_ascii_case(&hex(hash)) => Err(AuditFault {
            position,
            entry_id: None,
            kind: AuditFaultKind::CheckpointDiffers,
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn entry(n: i64) -> AuditEntry {
        AuditEntry {
            id: format!("e{n}"),
            organization_id: "o1".to_owned(),
            acted_at: n * 1_000_000,
            account_id: (n % 2 == 0).then(|| "a1".to_owned()),
            actor: "王䶮".to_owned(),
            role: "branch_secretary".to_owned(),
            act: "confirm_pledge".to_owned(),
            object_kind: "pledge".to_owned(),
            object_id: format!("p{n}"),
            result: AuditResult::Done,
            detail: json!({"round": n}),
        }
    }

    fn log(n: i64) -> (Vec<AuditEntry>, Vec<ChainRow>) {
        let entries: Vec<_> = (1..=n).map(entry).collect();
        let chain = extend_chain("o1", None, &entries).expect("chain");
        (entries, chain)
    }

    fn point(row: &ChainRow) -> Checkpoint {
        Checkpoint {
            position: row.position,
            hash: row.hash.clone(),
        }
    }

    #[test]
    fn first_hash_is_that_of_another_program() {
        // python: h=sha256(b"jiannuo-audit-1\no1\n").digest(); sha256(h + json.dumps(entry, sort_keys=True,
        // separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()
        let (_, chain) = log(2);
        assert_eq!(
            chain[0].hash,
            "f7da0476d99f86328f7ae762087570495f9c785532e6cf20a9e09f575b405c66"
        );
        assert_eq!(
            chain[1].hash,
            "dd13e428593739d790e686e9bd466f9fe3656066599d56ea664f02a00b99b1b9"
        );
    }

    #[test]
    fn a_clean_chain_passes_in_any_order_of_rows() {
        let (mut entries, mut chain) = log(6);
        let points = [point(&chain[2]), point(&chain[5])];
        entries.reverse();
        chain.swap(0, 4);
        entries.push(entry(7));
        let good = verify("o1", &entries, &chain, &points, 7_000_000).expect("clean");
        assert_eq!((good.chained, good.waiting), (6, 1));
        let whole = log(6).1;
        let (first, more) = (log(4).1, &log(6).0[4..]);
        assert_eq!(extend_chain("o1", first.last(), more).expect("rest"), whole[4..]);
    }

    /// AL-02: each sort of tampering, with the place and kind that is reported.
    #[test]
    #[expect(clippy::too_many_lines, reason = "one table of cases, read as a whole")]
    fn twelve_sorts_of_tampering_are_found() {
        use AuditFaultKind::*;
        type Tamper = fn(&mut Vec<AuditEntry>, &mut Vec<ChainRow>);
        let table: &[(&str, Tamper, i64, AuditFaultKind)] = &[
            ("actor edited", |e, _| e[2].actor = "王龑".into(), 3, HashDiffers),
            ("time edited", |e, _| e[2].acted_at += 1, 3, HashDiffers),
            (
                "result edited",
                |e, _| e[3].result = AuditResult::Refused,
                4,
                HashDiffers,
            ),
            (
                "detail edited",
                |e, _| e[0].detail = json!({"round": 9}),
                1,
                HashDiffers,
            ),
            (
                "entry cut out",
                |e, _| {
                    e.remove(1);
                },
                2,
                EntryMissing,
            ),
            (
                "entry and row cut out",
                |e, c| {
                    e.remove(1);
                    c.remove(1);
                },
                2,
                ChainRowMissing,
            ),
            (
                "cut out and renumbered",
                |e, c| {
                    e.remove(1);
                    c.remove(1);
                    for r in &mut c[1..] {
                        r.position -= 1
                    }
                },
                2,
                HashDiffers,
            ),
            (
                "two swapped",
                |_, c| {
                    let id = c[1].entry_id.clone();
                    c[1].entry_id = c[2].entry_id.clone();
                    c[2].entry_id = id;
                },
                2,
                HashDiffers,
            ),
            (
                "inserted with a guessed hash",
                |e, c| {
                    let mut new = entry(3);
                    new.id = "x".into();
                    e.push(new);
                    for r in &mut c[2..] {
                        r.position += 1
                    }
                    c.push(ChainRow {
                        position: 3,
                        entry_id: "x".into(),
                        hash: "00".repeat(32),
                    });
                },
                3,
                HashDiffers,
            ),
            (
                "inserted beside the chain",
                |e, _| {
                    let mut new = entry(2);
                    new.id = "x".into();
                    e.push(new)
                },
                7,
                Unchained,
            ),
            (
                "tail cut",
                |e, c| {
                    e.truncate(4);
                    c.truncate(4)
                },
                6,
                TailCut,
            ),
            (
                "rewritten from the third on",
                |e, c| {
                    e[2].actor = "王龑".into();
                    *c = extend_chain("o1", None, e).expect("chain");
                },
                6,
                CheckpointDiffers,
            ),
            (
                "everything gone",
                |e, c| {
                    e.clear();
                    c.clear()
                },
                6,
                TailCut,
            ),
            (
                "moved to another organisation",
                |e, _| e[4].organization_id = "o2".into(),
                5,
                Foreign,
            ),
            (
                "one entry twice",
                |_, c| c[3].entry_id = "e1".into(),
                4,
                EntryTwice,
            ),
        ];
        for (name, tamper, position, kind) in table {
            let (mut entries, mut chain) = log(6);
            let points = [point(&chain[5])];
            tamper(&mut entries, &mut chain);
            let fault = verify("o1", &entries, &chain, &points, 100_000_000).expect_err(name);
            assert_eq!((fault.position, fault.kind), (*position, *kind), "{name}");
        }
        let (entries, chain) = log(2);
        assert!(
            verify("o2", &entries, &chain, &[], 0).is_err(),
            "another organisation's chain"
        );
    }

    proptest! {
        #[test]
        fn any_flipped_hash_digit_is_found(n in 1i64..12, at: u16, digit in 0usize..64) {
            let (entries, mut chain) = log(n);
            let row = at as usize % chain.len();
            let mut hash = chain[row].hash.clone().into_bytes();
            hash[digit] = if hash[digit] == b'0' { b'1' } else { b'0' };
            chain[row].hash = String::from_utf8(hash).expect("ascii");
            let fault = verify("o1", &entries, &chain, &[], 0).expect_err("flipped");
            prop_assert_eq!(fault.position, chain[row].position);
        }
    }
}
