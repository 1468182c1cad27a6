//! Which opinions say nearly the same: a proposal for people to confirm, never a decision.

use serde::Deserialize;
use std::sync::LazyLock;

/// Opinions at least so alike, in percent, are proposed as one demand.
const NEAR: u32 = 36;

#[derive(Deserialize)]
struct Fillers {
    fillers: Vec<String>,
}

static FILLERS: LazyLock<Vec<String>> = LazyLock::new(|| {
    // The file is compiled in and a test reads it; without it opinions only seem a little less alike.
    let read: Result<Fillers, _> = toml::from_str(include_str!("../../data/demand.toml"));
    read.map(|f| f.fillers).unwrap_or_default()
});

/// What of a text is compared: its letters and signs, and its pairs of neighbours, each once and in order.
struct Marks {
    single: Vec<char>,
    pairs: Vec<(char, char)>,
}

impl Marks {
    fn of(text: &str) -> Marks {
        let mut folded: String = text
            .chars()
            .map(|c| match c {
                '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
                _ => c,
            })
            .flat_map(char::to_lowercase)
            .collect();
        for filler in FILLERS.iter() {
            // A space keeps what stood before and behind from becoming neighbours.
            folded = folded.replace(filler.as_str(), " ");
        }
        let mut single: Vec<char> = folded.chars().filter(|c| c.is_alphanumeric()).collect();
        let words = folded.split(|c: char| !c.is_alphanumeric());
        let mut pairs: Vec<(char, char)> = words
            .flat_map(|word| word.chars().zip(word.chars().skip(1)))
            .collect();
        single.sort_unstable();
        single.dedup();
        pairs.sort_unstable();
        pairs.dedup();
        Marks { single, pairs }
    }

    fn like(&self, other: &Marks) -> u32 {
        let both = dice(&self.single, &other.single) + dice(&self.pairs, &other.pairs);
        both / 2
    }
}

/// Dice's coefficient of two sorted lists without repetition, in percent.
fn dice<T: Ord>(a: &[T], b: &[T]) -> u32 {
    if a.is_empty() && b.is_empty() {
        return 0;
    }
    let common = a.iter().filter(|x| b.binary_search(x).is_ok()).count();
    u32::try_from(common * 200 / (a.len() + b.len())).unwrap_or(0)
}

/// How alike two texts are, in percent: the mean of Dice's coefficient over characters and over pairs of them. The
/// order of words and what merely asks ("I hope that …") count little.
#[must_use]
pub fn similarity(a: &str, b: &str) -> u32 {
    Marks::of(a).like(&Marks::of(b))
}

/// Proposes groups of texts that say nearly the same, by their places; the largest first, texts alone left out.
/// A text joins the group whose first text it is most like.
#[must_use]
pub fn groups(texts: &[&str]) -> Vec<Vec<usize>> {
    let marks: Vec<Marks> = texts.iter().map(|text| Marks::of(text)).collect();
    let mut found: Vec<Vec<usize>> = Vec::new();
    for (at, mark) in marks.iter().enumerate() {
        let near = found
            .iter()
            .enumerate()
            .filter_map(|(group, members)| {
                let first = members.first().and_then(|m| marks.get(*m))?;
                Some((group, mark.like(first)))
            })
            .filter(|(_, likeness)| *likeness >= NEAR)
            .max_by_key(|(_, likeness)| *likeness);
        match near.and_then(|(group, _)| found.get_mut(group)) {
            Some(members) => members.push(at),
            None => found.push(vec![at]),
        }
    }
    found.retain(|members| members.len() > 1);
    found.sort_by_key(|members| std::cmp::Reverse(members.len()));
    found
}

/// The places of the texts nearest to one, nearest first, `most` of them.
#[must_use]
pub fn nearest(to: &str, texts: &[&str], most: usize) -> Vec<usize> {
    let to = Marks::of(to);
    let mut likeness: Vec<(usize, u32)> = texts
        .iter()
        .enumerate()
        .map(|(at, text)| (at, Marks::of(text).like(&to)))
        .filter(|(_, likeness)| *likeness * 2 >= NEAR)
        .collect();
    likeness.sort_by_key(|(_, likeness)| std::cmp::Reverse(*likeness));
    likeness.into_iter().take(most).map(|(at, _)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_word_list_reads() {
        assert!(FILLERS.len() > 5);
    }

    #[test]
    fn the_same_wish_in_other_words_is_near_and_another_wish_is_not() {
        for (a, b, near) in [
            ("希望门诊多放几把椅子", "门诊候诊的椅子太少", true),
            ("产科夜里呼叫铃没人应", "呼叫铃响了没人应，产科晚上", true),
            ("门诊椅子太少", "ＭＲＩ排队太久", false),
            ("儿科夜间急诊要等两小时", "食堂菜太咸", false),
            ("希望", "建议", false),
            ("WiFi 太慢", "ｗｉｆｉ太慢了", true),
        ] {
            assert_eq!(similarity(a, b) >= NEAR, near, "{a} {b} {}", similarity(a, b));
        }
    }

    #[test]
    fn groups_hold_what_belongs_together() {
        let texts = [
            "门诊椅子太少",
            "夜间急诊等太久",
            "希望门诊多放几把椅子",
            "门诊的椅子少",
            "急诊夜间等得太久",
            "食堂菜太咸",
        ];
        assert_eq!(groups(&texts), vec![vec![0, 2, 3], vec![1, 4]]);
        assert_eq!(nearest("门诊候诊椅子", &texts, 2).len(), 2);
    }

    proptest! {
        #[test]
        fn every_text_stands_in_one_group_at_most(texts in proptest::collection::vec("[门诊椅子少慢]{0,6}", 0..20)) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let mut seen: Vec<usize> = groups(&texts).concat();
            let count = seen.len();
            seen.sort_unstable();
            seen.dedup();
            prop_assert_eq!(seen.len(), count);
            prop_assert!(seen.iter().all(|at| *at < texts.len()));
        }

        #[test]
        fn likeness_has_no_direction_and_ends_at_a_hundred(a in ".{0,20}", b in ".{0,20}") {
            prop_assert_eq!(similarity(&a, &b), similarity(&b, &a));
            prop_assert!(similarity(&a, &b) <= 100);
        }
    }
}
