//! How alike two texts are (雷同): pairs of neighbouring characters they share, as in "copied from a colleague".

/// A text prepared for comparing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likeness {
    /// Its pairs of neighbouring letters and digits, sorted.
    pairs: Vec<(char, char)>,
    /// A bit for each pair, for a look that costs next to nothing.
    bits: [u64; 4],
}

/// The bits of pairs: equal pairs have the same bit.
fn bits_of(pairs: &[(char, char)]) -> [u64; 4] {
    let mut bits = [0; 4];
    for (a, b) in pairs {
        let mixed = u32::from(*a).wrapping_mul(0x9E37_79B1) ^ u32::from(*b).wrapping_mul(0x85EB_CA6B);
        let place = mixed >> 24;
        if let Some(word) = bits.get_mut((place >> 6) as usize) {
            *word |= 1_u64 << (place & 63);
        }
    }
    bits
}

/// The letters and digits of a text. Punctuation, spaces and case say nothing about who wrote it.
fn letters(text: &str) -> Vec<char> {
    let mut letters = Vec::with_capacity(text.len() / 3);
    for c in text.chars() {
        match c {
            // Nearly every character of a promise: a letter that has no case.
            '\u{4E00}'..='\u{9FFF}' => letters.push(c),
            c if c.is_alphanumeric() => letters.extend(c.to_lowercase()),
            _ => {}
        }
    }
    letters
}

impl Likeness {
    /// Pairs a text must have: a shorter one is too short to tell.
    pub const LEAST: usize = 6;

    /// Prepares a text. Punctuation, spaces and case say nothing about who wrote it.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self::of_letters(&letters(text))
    }

    /// As [`Likeness::of`], unless by its length alone the text can reach none of the others.
    #[must_use]
    pub fn of_reaching(text: &str, others: &[Self], percent: u32) -> Option<Self> {
        let letters = letters(text);
        let own = letters.len().saturating_sub(1);
        let near = |other: &Self| {
            let theirs = other.pairs.len();
            200 * own.min(theirs) >= percent as usize * (own + theirs)
        };
        others.iter().any(near).then(|| Self::of_letters(&letters))
    }

    fn of_letters(letters: &[char]) -> Self {
        let mut pairs: Vec<_> = letters
            .windows(2)
            .filter_map(|w| Some((*w.first()?, *w.get(1)?)))
            .collect();
        pairs.sort_unstable();
        let bits = bits_of(&pairs);
        Self { pairs, bits }
    }

    /// Shared pairs of all pairs (Dice), in percent, rounded down; 0 for texts too short to tell.
    #[must_use]
    pub fn percent(&self, other: &Self) -> u32 {
        let (a, b) = (&self.pairs, &other.pairs);
        let sum = a.len() + b.len();
        if a.len() < Self::LEAST || b.len() < Self::LEAST {
            return 0;
        }
        let (mut i, mut j, mut shared) = (0, 0, 0usize);
        while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
            match x.cmp(y) {
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
                std::cmp::Ordering::Equal => (i, j, shared) = (i + 1, j + 1, shared + 1),
            }
        }
        u32::try_from(200 * shared / sum).unwrap_or(100)
    }

    /// The two cannot be so alike: a cheap look before [`Likeness::percent`]. Never more pairs are shared than the
    /// shorter text has, nor than are left of a text without those whose bit the other one lacks.
    #[must_use]
    pub fn cannot_reach(&self, other: &Self, percent: u32) -> bool {
        let missing = |a: &Self, b: &Self| -> usize {
            let lacking = a.bits.iter().zip(&b.bits).map(|(a, b)| (a & !b).count_ones());
            lacking.sum::<u32>() as usize
        };
        let (a, b) = (self.pairs.len(), other.pairs.len());
        let shared = (a.saturating_sub(missing(self, other))).min(b.saturating_sub(missing(other, self)));
        200 * shared < percent as usize * (a + b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn copies_are_found_and_neighbours_are_not() {
        let percent = |a: &str, b: &str| Likeness::of(a).percent(&Likeness::of(b));
        assert_eq!(
            percent("进一步提高服务水平，让产妇满意", "进一步提高服务水平让产妇满意。"),
            100
        );
        assert!(
            percent(
                "进一步提高门诊服务水平，让每位产妇满意",
                "进一步提高门诊服务水平，让每位产妇放心"
            ) >= 80
        );
        assert!(percent("每月为高危孕妇电话随访一次", "全年带教两名基层医师") < 20);
        // Too short to tell.
        assert_eq!(percent("微笑服务", "微笑服务"), 0);
        // Of two strangers of one length the cheap look tells already that they are none.
        let strangers = ["每月为高危孕妇电话随访二十人次", "全年带教两名基层医师完成手术"].map(Likeness::of);
        assert!(strangers[0].cannot_reach(&strangers[1], 80));
    }

    proptest! {
        #[test]
        fn alike_both_ways_and_never_above_a_hundred(a in "[一-丩0-9，。]{0,40}", b in "[一-丩0-9，。]{0,40}") {
            let (x, y) = (Likeness::of(&a), Likeness::of(&b));
            prop_assert_eq!(x.percent(&y), y.percent(&x));
            prop_assert!(x.percent(&y) <= 100);
            prop_assert!(!x.cannot_reach(&y, x.percent(&y)));
            let percent = x.percent(&y).max(1);
            prop_assert_eq!(Likeness::of_reaching(&a, std::slice::from_ref(&y), percent).is_some(), {
                let (n, m) = (x.pairs.len(), y.pairs.len());
                200 * n.min(m) >= percent as usize * (n + m)
            });
            if x.percent(&y) > 0 {
                prop_assert_eq!(Likeness::of_reaching(&a, std::slice::from_ref(&y), percent), Some(x));
            }
        }
    }
}
