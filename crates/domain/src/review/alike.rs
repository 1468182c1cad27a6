//! Near-duplicates among very many texts (雷同): an index that takes one text at a time and finds what is alike.
//!
//! Each text is a set of pairs of neighbouring letters. Of the set [`BANDS`] short signatures are kept (MinHash, one
//! permutation in bins); two texts that share one signature are candidates, and a candidate is compared letter by
//! letter. Nothing depends on the order in which texts came, and the index can be built again from the texts at any
//! time: it is not stored.

use super::twin::Likeness;

/// Two texts of 40 to 100 characters with one to four small edits between them are at least so alike, in percent.
pub const NEAR_PERCENT: u32 = 66;
/// Signatures of a text.
const BANDS: usize = 12;
/// Bins of pairs per signature.
const ROWS: usize = 3;
const BINS: usize = BANDS * ROWS;
/// Candidates looked at per signature. Where more texts share one, they share a phrase everybody writes; the other
/// signatures tell them apart.
const LOOK_AT: usize = 64;
/// No text.
const NONE: u32 = u32::MAX;

fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 31)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let x = (x ^ (x >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x ^ (x >> 32)
}

/// Letters and digits of a text, in lower case; full-width forms as half-width ones.
fn letters(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars()
        .map(|c| match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            c => c,
        })
        // Ideographs are most of it: the tables for the rest are asked only where they matter.
        .filter(|c| matches!(c, '\u{4E00}'..='\u{9FFF}') || c.is_alphanumeric())
        .map(|c| c.to_ascii_lowercase())
}

/// The pairs of a text as hashes of sixteen bits, and its signatures; `None` for a text too short to tell.
fn sketch(text: &str, pairs: &mut Vec<u16>) -> Option<[u32; BANDS]> {
    pairs.clear();
    let mut bins = [u32::MAX; BINS];
    let mut before: Option<char> = None;
    for c in letters(text) {
        if let Some(b) = before {
            let hash = mix((u64::from(u32::from(b)) << 32) | u64::from(u32::from(c)));
            let (high, low) = ((hash >> 32) as u32, hash as u32);
            let bin = ((u64::from(high) * BINS as u64) >> 32) as usize;
            if let Some(least) = bins.get_mut(bin) {
                *least = (*least).min(low);
            }
            pairs.push((low >> 16) as u16);
        }
        before = Some(c);
    }
    (pairs.len() >= Likeness::LEAST).then(|| signatures(&bins))
}

/// Empty bins take the value of the next full one, marked by how far it is; then every [`ROWS`] bins are a signature.
fn signatures(full: &[u32; BINS]) -> [u32; BANDS] {
    let mut bins = *full;
    let (mut value, mut distance) = (u32::MAX, 0_u32);
    // Twice round from the end: the first round finds the value for the last bins.
    for at in (0..BINS).rev().chain((0..BINS).rev()) {
        let own = full.get(at).copied().unwrap_or(u32::MAX);
        if own == u32::MAX {
            distance = distance.wrapping_add(1);
            if let Some(bin) = bins.get_mut(at) {
                *bin = value.wrapping_add(distance.wrapping_mul(0x9E37_79B1));
            }
        } else {
            (value, distance) = (own, 0);
        }
    }
    let mut out = [0; BANDS];
    for (band, (signature, rows)) in out.iter_mut().zip(bins.chunks_exact(ROWS)).enumerate() {
        let all = rows.iter().fold(band as u64 + 1, |h, r| mix(h ^ u64::from(*r)));
        *signature = (all >> 32) as u32;
    }
    out
}

/// A text that is alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Near {
    /// Its place: the texts count from 0 in the order in which they were added.
    pub place: u32,
    /// How alike, in percent: shared pairs of all pairs (Dice).
    pub percent: u32,
}

/// The index. About 230 bytes a text.
#[derive(Debug, Default)]
pub struct Alike {
    /// Pairs of all texts, one text behind the other, and where each ends.
    pairs: Vec<u16>,
    ends: Vec<u32>,
    signatures: Vec<[u32; BANDS]>,
    /// For each signature the text added before that falls into the same slot.
    earlier: Vec<[u32; BANDS]>,
    /// The newest text of each slot, the slots of one band behind those of the other.
    newest: Vec<u32>,
    /// Slots of a band, a power of two.
    slots: usize,
    scratch: Vec<u16>,
}

impl Alike {
    /// An empty index for about so many texts; it grows beyond.
    #[must_use]
    pub fn with_capacity(texts: usize) -> Self {
        let mut index = Self::default();
        index.ends.reserve(texts);
        index.signatures.reserve(texts);
        index.earlier.reserve(texts);
        index.pairs.reserve(texts.saturating_mul(64));
        index.resize(texts.next_power_of_two().max(1024));
        index
    }

    /// How many texts it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// It holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn resize(&mut self, slots: usize) {
        self.slots = slots;
        self.newest = vec![NONE; slots * BANDS];
        let signatures = std::mem::take(&mut self.signatures);
        self.earlier.clear();
        for (place, signature) in signatures.iter().enumerate() {
            self.link(place as u32, signature);
        }
        self.signatures = signatures;
    }

    fn slot(&self, band: usize, signature: u32) -> usize {
        band * self.slots + (signature as usize & (self.slots - 1))
    }

    fn link(&mut self, place: u32, signature: &[u32; BANDS]) {
        let mut earlier = [NONE; BANDS];
        // All zero is a text too short to tell: it is in no slot.
        if signature.iter().any(|s| *s != 0) {
            for (band, (before, one)) in earlier.iter_mut().zip(signature).enumerate() {
                let slot = self.slot(band, *one);
                if let Some(newest) = self.newest.get_mut(slot) {
                    *before = std::mem::replace(newest, place);
                }
            }
        }
        self.earlier.push(earlier);
    }

    /// Adds a text and gives its place. Texts too short to tell have a place and are never alike.
    pub fn add(&mut self, text: &str) -> u32 {
        if self.len() >= self.slots {
            self.resize((self.slots * 2).max(1024));
        }
        let place = self.ends.len() as u32;
        let mut scratch = std::mem::take(&mut self.scratch);
        let signature = sketch(text, &mut scratch).unwrap_or([0; BANDS]);
        self.link(place, &signature);
        self.signatures.push(signature);
        self.pairs.extend_from_slice(&scratch);
        self.ends.push(self.pairs.len() as u32);
        self.scratch = scratch;
        place
    }

    /// Keeps the texts of these places alone, in their order: they count from 0 again. What is left out costs nothing
    /// any more.
    pub fn retain(&mut self, mut keep: impl FnMut(u32) -> bool) {
        let mut kept = Self::default();
        for (place, signature) in self.signatures.iter().enumerate() {
            let place = place as u32;
            if keep(place) {
                kept.signatures.push(*signature);
                kept.pairs.extend_from_slice(self.pairs_of(place));
                kept.ends.push(kept.pairs.len() as u32);
            }
        }
        kept.resize(kept.len().next_power_of_two().max(1024));
        *self = kept;
    }

    fn pairs_of(&self, place: u32) -> &[u16] {
        let at = place as usize;
        let end = self.ends.get(at).map_or(0, |e| *e as usize);
        let start = at
            .checked_sub(1)
            .and_then(|b| self.ends.get(b))
            .map_or(0, |e| *e as usize);
        self.pairs.get(start..end).unwrap_or(&[])
    }

    /// The texts that are at least so alike, the most alike first.
    #[must_use]
    pub fn near(&self, text: &str, percent: u32) -> Vec<Near> {
        let mut own = Vec::new();
        let Some(signature) = sketch(text, &mut own).filter(|_| self.slots > 0) else {
            return Vec::new();
        };
        let mut there = vec![0_u64; 1024];
        for pair in &own {
            if let Some(word) = there.get_mut(usize::from(pair >> 6)) {
                *word |= 1 << (pair & 63);
            }
        }
        let is_there = |pair: &&u16| {
            there
                .get(usize::from(**pair >> 6))
                .is_some_and(|word| (word >> (**pair & 63)) & 1 == 1)
        };
        let near = self.candidates(&signature).into_iter().filter_map(|place| {
            let other = self.pairs_of(place);
            let shared = other.iter().filter(is_there).count().min(own.len());
            let alike = (200 * shared / (own.len() + other.len()).max(1)) as u32;
            (alike >= percent).then_some(Near {
                place,
                percent: alike,
            })
        });
        let mut near: Vec<Near> = near.collect();
        near.sort_by_key(|n| (std::cmp::Reverse(n.percent), n.place));
        near
    }

    /// Texts that share a signature, each once.
    fn candidates(&self, signature: &[u32; BANDS]) -> Vec<u32> {
        let mut out = Vec::new();
        for (band, one) in signature.iter().enumerate() {
            let mut place = self.newest.get(self.slot(band, *one)).copied().unwrap_or(NONE);
            for _ in 0..LOOK_AT {
                let at = place as usize;
                let (Some(theirs), Some(earlier)) = (self.signatures.get(at), self.earlier.get(at)) else {
                    break;
                };
                if theirs.get(band) == Some(one) {
                    out.push(place);
                }
                place = earlier.get(band).copied().unwrap_or(NONE);
            }
        }
        out.sort_unstable();
        out.dedup();
        out
    }
}

#[cfg(test)]
mod tests;
