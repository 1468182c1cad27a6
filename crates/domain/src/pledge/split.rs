//! Several promises typed as one (N8): each is easier to follow and to keep when it stands alone. The machine proposes,
//! the writer decides; no word is lost but the numbers that told the promises apart.

use std::sync::LazyLock;

use serde::Deserialize;

/// The most promises one text is split into.
pub const MOST: usize = 9;
/// A part of fewer characters is half a sentence, not a promise.
const SHORTEST: usize = 6;
/// A text of more bytes is no form any more: it is not looked through.
const LONGEST: usize = 12_000;

#[derive(Deserialize)]
struct Counting {
    digits: String,
    ways: Vec<String>,
}

static COUNTING: LazyLock<Counting> = LazyLock::new(|| {
    // The file is compiled in and a test reads it; without it only lines and semicolons tell promises apart.
    let read: Result<Counting, _> = toml::from_str(include_str!("../../data/split.toml"));
    read.unwrap_or(Counting {
        digits: String::new(),
        ways: Vec::new(),
    })
});

/// The ways in which part `n` (from 1) is numbered.
fn ways(n: usize) -> Option<Vec<String>> {
    let digit = COUNTING.digits.chars().nth(n - 1)?;
    let code = u32::try_from(n).ok()?;
    let circled = char::from_u32(0x2460 + code - 1)?;
    let wide = char::from_u32(0xFF10 + code)?;
    let ways = COUNTING.ways.iter().map(|way| {
        way.replace("{digit}", digit.encode_utf8(&mut [0; 4]))
            .replace("{n}", &n.to_string())
            .replace("{wide}", wide.encode_utf8(&mut [0; 4]))
            .replace("{circled}", circled.encode_utf8(&mut [0; 4]))
    });
    Some(ways.collect())
}

/// The ways for each part, written out once: they are asked for at every break of every text.
static WAYS: LazyLock<Vec<Vec<String>>> =
    LazyLock::new(|| (1..=MOST).map(|n| ways(n).unwrap_or_default()).collect());

/// How many bytes at the start of a text number it as part `n` (from 1), in one of the ways people count.
fn number(text: &str, n: usize) -> Option<usize> {
    let ways = WAYS.get(n - 1)?;
    let found = ways.iter().find(|way| text.starts_with(way.as_str()))?;
    // 1.5 and 2010.12.31 are figures, not the first part.
    let behind = text.get(found.len()..)?.chars().next();
    let figure = found.ends_with('.') && behind.is_some_and(|c| c.is_ascii_digit());
    (!figure).then_some(found.len())
}

/// Where the parts of an enumeration begin: the place of the number and the place behind it.
fn enumerated(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut before = None;
    for (at, c) in text.char_indices() {
        let rest = text.get(at..).unwrap_or("");
        // A number within a sentence (in 2.5 hours, the 一是 of 统一是) counts only behind a break.
        // A number in a circle counts anywhere.
        let circled = ('\u{2460}'..='\u{2473}').contains(&c);
        let fresh = circled || before.is_none_or(|b: char| !b.is_alphanumeric());
        if fresh
            && found.len() < MOST
            && let Some(length) = number(rest, found.len() + 1)
        {
            found.push((at, at + length));
        }
        before = Some(c);
    }
    found
}

/// The promises of a text, each without the number before it; the whole text alone when it is one. What stands before
/// the first number opens the first promise.
#[must_use]
pub fn split(text: &str) -> Vec<String> {
    let text = text.trim();
    let whole = || vec![text.to_owned()];
    if text.len() > LONGEST {
        return whole();
    }
    let numbers = enumerated(text);
    let parts: Vec<String> = if numbers.len() > 1 {
        let ends = numbers.iter().skip(1).map(|n| n.0).chain([text.len()]);
        let parts = numbers.iter().zip(ends);
        let parts = parts.enumerate().map(|(at, ((from, behind), end))| {
            let lead = text.get(..*from).filter(|_| at == 0).unwrap_or("");
            format!("{}{}", lead.trim_start(), text.get(*behind..end).unwrap_or(""))
        });
        parts.collect()
    } else if text.lines().filter(|line| !line.trim().is_empty()).count() > 1 {
        text.lines().map(str::to_owned).collect()
    } else {
        text.split(['；', ';']).map(str::to_owned).collect()
    };
    let edge: &[char] = &[' ', '\u{3000}', '\t', '\r', '\n', '；', ';', '，', ',', '、'];
    let parts: Vec<String> = parts
        .iter()
        .map(|part| part.trim_matches(edge).to_owned())
        .filter(|part| !part.is_empty())
        .collect();
    let short = parts.iter().any(|part| part.chars().count() < SHORTEST);
    if parts.len() < 2 || parts.len() > MOST || short {
        return whole();
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn promises_that_are_counted_or_set_apart_are_several() {
        for (text, want) in [
            (
                "一是每月为孕妇讲课2次；二是年底前回访产妇100人。",
                vec!["每月为孕妇讲课2次", "年底前回访产妇100人。"],
            ),
            (
                "1.每月义诊一次,服务60人\n2.带教2名年轻医师",
                vec!["每月义诊一次,服务60人", "带教2名年轻医师"],
            ),
            (
                "①为产科添置哺乳枕20件②给患儿家属讲课4次",
                vec!["为产科添置哺乳枕20件", "给患儿家属讲课4次"],
            ),
            (
                "2011年6月底前：（一）更换陪护椅60把；（二）增设热水机3台；（三）每周公布一次菜谱",
                vec![
                    "2011年6月底前：更换陪护椅60把",
                    "增设热水机3台",
                    "每周公布一次菜谱",
                ],
            ),
            (
                "每周到门诊导诊2小时\n\n每月给患儿读书1次",
                vec!["每周到门诊导诊2小时", "每月给患儿读书1次"],
            ),
            (
                "每月随访产妇40人；每季度讲课1次",
                vec!["每月随访产妇40人", "每季度讲课1次"],
            ),
        ] {
            let want: Vec<String> = want.into_iter().map(str::to_owned).collect();
            assert_eq!(split(text), want, "{text}");
        }
    }

    #[test]
    fn the_ways_of_counting_read() {
        assert_eq!((COUNTING.digits.chars().count(), COUNTING.ways.len()), (10, 15));
    }

    #[test]
    fn one_promise_stays_one() {
        for text in [
            "2010.12.31前把抽血等候由2.5小时降到1.5小时",
            "每月为20名孕妇讲课一次，当场答复提问，全年不少于12次",
            "统一是按一、二级护理巡视，每2小时1次",
            "讲课；好",
            "一是每月为孕妇讲课2次",
            "",
        ] {
            assert_eq!(split(text), vec![text.to_owned()], "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_word_is_lost(text in "[一二三是、；\\n1-3.①每月讲课次人年底前]{0,60}") {
            let parts = split(&text);
            prop_assert!(!parts.is_empty() && parts.len() <= MOST);
            let letters = |t: &str| t.chars().filter(|c| "每月讲课次人年底前".contains(*c)).count();
            prop_assert_eq!(parts.iter().map(|p| letters(p)).sum::<usize>(), letters(&text));
        }
    }
}
