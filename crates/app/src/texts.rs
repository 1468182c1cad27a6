//! The index of what was promised (雷同): every item of the last round of every pledge, this campaign's and earlier ones,
//! so that an author learns that his text is alike, and a reviewer with whose.
//!
//! It lies in memory and is made from the database alone, so it needs no table and survives nothing: at start, or at the
//! first question, it reads everything, afterwards what is new. What this process hands in is noted by
//! [`Texts::note`]; what another process on the same database hands in is found by time, every half-minute.

mod compare;
mod kept;

pub use compare::{AlikeText, AtHand, Words, alike, known};
pub(crate) use kept::Kept;

use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::advice::Source;
use domain::campaign::Template;
use domain::pledge::VersionContent;
use domain::review::alike::{Alike, NEAR_PERCENT, Near};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use store::Tx;
use store::review::{self as rows, Indexed};

/// Rows read at once while the index is made.
const PAGE: i64 = 4_000;
/// Microseconds after which other processes' pledges are looked for again.
const LOOK_AGAIN: i64 = 30_000_000;
/// Microseconds looked back: clocks of two servers differ, and an act that began earlier may end later.
const LOOK_BACK: i64 = 120_000_000;
/// Replaced texts are taken out of the index once there are so many …
const OLD_LEAST: usize = 64;
/// … and they are at least one in so many.
const OLD_SHARE: usize = 4;
/// Texts shown as alike to one item at most.
const SHOWN: usize = 3;
/// Texts whose neighbours are kept in memory.
const NEAR_KEPT: usize = 4_000;
/// Campaigns whose model sentences are kept ready.
const CAMPAIGNS_KEPT: usize = 4;

/// One item in the index.
#[derive(Debug)]
struct Entry {
    pledge: Arc<str>,
    pledger: Arc<str>,
    unit: Arc<str>,
    campaign: Arc<str>,
    /// Its place in the form, from 0.
    item: usize,
    /// A later round took its place.
    old: bool,
}

#[derive(Debug, Default)]
struct Held {
    index: Alike,
    entries: Vec<Entry>,
    /// The round that is indexed and its places, by pledge.
    rounds: HashMap<Arc<str>, (i64, Vec<usize>)>,
    /// Entries a later round took the place of, still in the index.
    old: usize,
    /// Names of units and campaigns, each once.
    words: HashMap<String, Arc<str>>,
    /// Up to when everything is read; `None` before the first reading.
    read_to: Option<i64>,
    looked_at: i64,
    /// Counts every change of the index: what was found before holds no longer.
    changes: u64,
}

impl Held {
    fn word(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.words.get(text) {
            return known.clone();
        }
        let word: Arc<str> = text.into();
        self.words.insert(text.to_owned(), word.clone());
        word
    }

    /// Takes what later rounds replaced out of the index: it never holds many more texts than there are.
    fn sweep(&mut self) {
        let Held { index, entries, .. } = self;
        index.retain(|place| entries.get(place as usize).is_some_and(|e| !e.old));
        entries.retain(|e| !e.old);
        self.old = 0;
        for (_, places) in self.rounds.values_mut() {
            places.clear();
        }
        for (place, entry) in self.entries.iter().enumerate() {
            if let Some((_, places)) = self.rounds.get_mut(&entry.pledge) {
                places.push(place);
            }
        }
    }

    /// Takes a round in; one that is known, or older than the one known, changes nothing.
    fn take(&mut self, row: &Indexed) -> Result<()> {
        let known = self.rounds.get(row.pledge_id.as_str());
        if known.is_some_and(|(round, _)| *round >= row.round) {
            return Ok(());
        }
        let content: VersionContent = serde_json::from_str(&row.content).map_err(Error::bug)?;
        let pledge: Arc<str> = row.pledge_id.as_str().into();
        if let Some((_, places)) = self.rounds.remove(&pledge) {
            for place in places {
                if let Some(entry) = self.entries.get_mut(place) {
                    entry.old = true;
                    self.old += 1;
                }
            }
        }
        if self.old >= OLD_LEAST && self.old * OLD_SHARE >= self.entries.len() {
            self.sweep();
        }
        let (unit, campaign) = (self.word(&row.unit_id), self.word(&row.campaign_id));
        let pledger: Arc<str> = row.pledger_id.as_str().into();
        let mut places = Vec::with_capacity(content.items.len());
        for (item, text) in content.items.iter().enumerate() {
            self.index.add(&text.content);
            places.push(self.entries.len());
            self.entries.push(Entry {
                pledge: pledge.clone(),
                pledger: pledger.clone(),
                unit: unit.clone(),
                campaign: campaign.clone(),
                item,
                old: false,
            });
        }
        self.rounds.insert(pledge, (row.round, places));
        self.changes += 1;
        Ok(())
    }
}

/// Whose text is compared: his own pledge is left out, and where the other one lies is told from his place.
#[derive(Clone, Copy, Debug)]
pub struct Author<'a> {
    /// The pledge.
    pub pledge: &'a str,
    /// The person or unit.
    pub pledger: &'a str,
    /// The branch.
    pub unit: &'a str,
    /// The campaign.
    pub campaign: &'a str,
}

/// A place in the index that reads alike.
#[derive(Clone, Debug)]
struct Hit {
    pledge: Arc<str>,
    item: usize,
    source: Source,
}

/// What the index found near a text, at which count of its changes.
type Found = (u64, Arc<[Near]>);

/// The index of an App. Cheap to share.
#[derive(Debug)]
pub struct Texts {
    held: RwLock<Held>,
    near: Kept<Found>,
    /// The model sentences of the campaigns asked for last.
    words: Mutex<Vec<(Arc<Template>, Arc<Words>)>>,
    /// Pledges handed in since the last reading.
    noted: Mutex<Vec<String>>,
    reading: AtomicBool,
}

impl Default for Texts {
    fn default() -> Self {
        Self {
            held: RwLock::default(),
            near: Kept::new(NEAR_KEPT),
            words: Mutex::default(),
            noted: Mutex::default(),
            reading: AtomicBool::default(),
        }
    }
}

/// Lets the next one read, however this one ends.
struct Turn<'a>(&'a AtomicBool);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl Texts {
    /// Notes that a pledge was handed in: the next reading takes it in.
    pub fn note(&self, pledge: &str) {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        noted.push(pledge.to_owned());
    }

    /// How many texts it holds.
    pub fn len(&self) -> usize {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.entries.iter().filter(|e| !e.old).count()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn write<T>(&self, change: impl FnOnce(&mut Held) -> Result<T>) -> Result<T> {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        change(&mut held)
    }

    /// The model sentences of a campaign with what was compared by them. A template that was read anew is another one.
    pub fn words(&self, template: &Arc<Template>) -> Arc<Words> {
        let mut all = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, words)) = all.iter().find(|(of, _)| Arc::ptr_eq(of, template)) {
            return words.clone();
        }
        let words = Arc::new(Words::of(template));
        if all.len() >= CAMPAIGNS_KEPT {
            all.remove(0);
        }
        all.push((template.clone(), words.clone()));
        words
    }

    /// Whether the database has to be asked before the index may be: something was handed in, or it was long ago.
    pub fn is_behind(&self, now: i64) -> bool {
        let noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        !noted.is_empty() || held.read_to.is_none() || (now - held.looked_at).abs() >= LOOK_AGAIN
    }

    /// Whether anything in the index reads like a text.
    pub fn knows_alike(&self, author: Author<'_>, text: &str) -> bool {
        !self.near(author, text).is_empty()
    }

    fn found(&self, held: &Held, text: &str) -> Arc<[Near]> {
        if let Some((changes, found)) = self.near.get(text)
            && changes == held.changes
        {
            return found;
        }
        let found: Arc<[Near]> = held.index.near(text, NEAR_PERCENT).into();
        self.near.put(text.to_owned(), (held.changes, found.clone()));
        found
    }

    fn near(&self, author: Author<'_>, text: &str) -> Vec<Hit> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let hit = |near: &Near| {
            let entry = held.entries.get(near.place as usize)?;
            let own = *entry.pledge == *author.pledge;
            let here = *entry.campaign == *author.campaign;
            let source = match (
                &*entry.pledger == author.pledger,
                here && *entry.unit == *author.unit,
            ) {
                (true, _) => Source::LastYear,
                (false, true) => Source::Branch,
                (false, false) => Source::Organization,
            };
            (!own && !entry.old).then(|| Hit {
                pledge: entry.pledge.clone(),
                item: entry.item,
                source,
            })
        };
        let found = self.found(&held, text);
        found.iter().filter_map(hit).take(SHOWN).collect()
    }
}

/// Brings the index up to what the database holds. While somebody else does, what is there will do.
///
/// # Errors
/// Whatever the database reports.
pub async fn catch_up(ctx: &Ctx, tx: &mut Tx) -> Result<()> {
    let texts = &ctx.texts;
    if texts.reading.swap(true, Ordering::AcqRel) {
        return Ok(());
    }
    let _turn = Turn(&texts.reading);
    let noted = std::mem::take(&mut *texts.noted.lock().unwrap_or_else(PoisonError::into_inner));
    let (read_to, looked_at) = texts.write(|held| Ok((held.read_to, held.looked_at)))?;
    if let Some(read_to) = read_to {
        for pledge in &noted {
            if let Some(row) = rows::indexed_one(tx, &ctx.organization, pledge).await? {
                texts.write(|held| held.take(&row))?;
            }
        }
        if (ctx.now - looked_at).abs() < LOOK_AGAIN {
            return Ok(());
        }
        return read_from(ctx, tx, read_to.saturating_sub(LOOK_BACK)).await;
    }
    read_from(ctx, tx, i64::MIN).await
}

async fn read_from(ctx: &Ctx, tx: &mut Tx, since: i64) -> Result<()> {
    let (mut at, mut last) = (since, String::new());
    loop {
        let page = rows::indexed(tx, &ctx.organization, at, &last, PAGE).await?;
        let whole = i64::try_from(page.len()).is_ok_and(|n| n == PAGE);
        ctx.texts
            .write(|held| page.iter().try_for_each(|row| held.take(row)))?;
        if let Some(row) = page.last() {
            (at, last) = (row.submitted_at, row.pledge_id.clone());
        }
        if !whole {
            break;
        }
    }
    ctx.texts.write(|held| {
        held.read_to = Some(held.read_to.unwrap_or(i64::MIN).max(at));
        held.looked_at = ctx.now;
        Ok(())
    })
}

/// Reads the whole index in, as a server does when it starts; answers how many texts it holds.
pub struct WarmTexts;

impl Query for WarmTexts {
    type Out = usize;
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<usize> {
        catch_up(ctx, tx).await?;
        Ok(ctx.texts.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(pledge: usize, round: i64, text: &str) -> Indexed {
        let id = |n: usize| format!("01932b6e-7c1a-7f00-8000-{n:012}");
        let item = serde_json::json!({
            "id": id(900_000 + pledge), "kind": "practical_deed", "content": text, "measure": "",
            "beneficiary": "", "due_date": "2011-06-30", "demand": null, "joint": false,
        });
        let content = serde_json::json!({
            "format": "jiannuo-pledge-1", "campaign": id(1), "pledge": id(pledge), "round": round,
            "pledged_on": "2010-10-01", "channels": [], "items": [item], "signature": "王䶮",
        });
        Indexed {
            pledge_id: id(pledge),
            pledger_id: id(10_000 + pledge),
            unit_id: id(3),
            campaign_id: id(1),
            round,
            submitted_at: round,
            content: content.to_string(),
        }
    }

    #[test]
    fn what_is_handed_in_later_is_found_by_a_text_looked_up_before() {
        let texts = Texts::default();
        let id = |n: usize| format!("01932b6e-7c1a-7f00-8000-{n:012}");
        let (own, unit, campaign) = (id(77_777), id(3), id(1));
        let author = Author {
            pledge: &own,
            pledger: &own,
            unit: &unit,
            campaign: &campaign,
        };
        let words = "每月为第三病区的产妇讲课两次，并把讲义写上公告栏";
        assert!(texts.near(author, words).is_empty());
        texts.write(|held| held.take(&row(1, 1, words))).expect("read");
        assert_eq!(texts.near(author, words).len(), 1);
        assert_eq!(texts.near(author, words).len(), 1, "from memory");
        // The next round says something else.
        let other = "夜间呼叫铃响后三分钟内到床边，每月抽查并公布";
        texts.write(|held| held.take(&row(1, 2, other))).expect("read");
        assert!(texts.near(author, words).is_empty());
    }

    #[test]
    fn rounds_that_were_replaced_do_not_gather() {
        let texts = Texts::default();
        let words = |pledge: usize, round: i64| {
            format!(
                "每月为第{pledge}病区的产妇讲课{round}次，并把{}写上公告栏",
                pledge * 37
            )
        };
        for round in 1..=40 {
            for pledge in 0..20 {
                let row = row(pledge, round, &words(pledge, round));
                texts.write(|held| held.take(&row)).expect("read");
            }
        }
        assert_eq!(texts.len(), 20);
        let held = texts.held.read().expect("whole");
        assert!(held.entries.len() <= 20 + OLD_LEAST, "{}", held.entries.len());
        assert_eq!(held.entries.len(), held.index.len());
        drop(held);
        // What is left is found at its own place, and the last round of each alone.
        let id = |n: usize| format!("01932b6e-7c1a-7f00-8000-{n:012}");
        for pledge in 0..20 {
            let (own, unit, campaign) = (id(77_777), id(3), id(1));
            let author = Author {
                pledge: &own,
                pledger: &own,
                unit: &unit,
                campaign: &campaign,
            };
            let near = texts.near(author, &words(pledge, 40));
            assert!(
                near.iter().any(|hit| *hit.pledge == *id(pledge) && hit.item == 0),
                "{pledge}"
            );
        }
    }
}
