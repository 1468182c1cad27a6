//! How a name stands in public, and marks of private data in free text that nobody may publish.

use std::ops::Range;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// How names stand in public, as the campaign decides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameDisplay {
    /// The whole name.
    #[default]
    Full,
    /// The family name and a mark for each further character.
    Masked,
}

#[derive(Deserialize)]
struct NameWords {
    mark: String,
    compound_surnames: Vec<String>,
}

static WORDS: LazyLock<NameWords> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/names.toml"))
        // The file is compiled in and a test reads it; an unreadable one masks everything but the first character.
        .unwrap_or_else(|_| NameWords {
            mark: "*".to_owned(),
            compound_surnames: Vec::new(),
        })
});

/// The name as the public sees it.
///
/// Masked: a compound surname stays whole, else the first character; each further character becomes the mark.
/// A name with middle dots keeps its first character and the dots. A Latin name keeps its first letter.
#[must_use]
pub fn display_name(name: &str, display: NameDisplay) -> String {
    if display == NameDisplay::Full {
        return name.to_owned();
    }
    let words = &*WORDS;
    let name: String = name.trim().to_owned();
    let compound = words
        .compound_surnames
        .iter()
        .find(|s| name.starts_with(s.as_str()) && name.len() > s.len());
    let keep = compound.map_or(1, |s| s.chars().count());
    let is_mark_kept = |c: char| c.is_whitespace() || matches!(c, '\u{B7}' | '\u{2022}' | '\u{30FB}' | '-');
    let is_follower =
        |c: char| matches!(c, '\u{300}'..='\u{36F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}');
    let mut out = String::new();
    let mut seen = 0;
    for c in name.chars() {
        if is_follower(c) {
            // A variation selector belongs to the character before: it goes where that one went.
            if seen <= keep {
                out.push(c);
            }
            continue;
        }
        seen += 1;
        if seen <= keep || is_mark_kept(c) {
            out.push(c);
        } else {
            out.push_str(&words.mark);
        }
    }
    // A name of one character would stand unmasked.
    if seen == 1 {
        out.push_str(&words.mark);
    }
    out
}

/// What sort of private data a piece of text looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PrivateMark {
    /// A mobile phone number.
    Phone,
    /// A number of the resident identity card.
    IdNumber,
}

/// Places in a free text that look like a phone or identity card number (byte ranges), shown before publishing:
/// the private data of a beneficiary does not belong on the board.
#[must_use]
pub fn private_marks(text: &str) -> Vec<(Range<usize>, PrivateMark)> {
    let digit = |c: char| match c {
        '0'..='9' => Some(c),
        '\u{FF10}'..='\u{FF19}' => char::from_u32(u32::from(c) - 0xFEE0),
        _ => None,
    };
    let mut out = Vec::new();
    let mut run = String::new();
    let mut start = 0;
    let mut end = 0;
    // A space at the end closes the last run.
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if let Some(d) = digit(c) {
            if run.is_empty() {
                start = at;
            }
            run.push(d);
            end = at + c.len_utf8();
            continue;
        }
        let separator = matches!(c, '-' | ' ' | '\u{FF0D}') && !run.is_empty() && at < text.len();
        let next_is_digit = text
            .get(at + c.len_utf8()..)
            .and_then(|t| t.chars().next())
            .is_some_and(|n| digit(n).is_some());
        if separator && next_is_digit {
            continue;
        }
        if run.len() == 17 && matches!(c, 'x' | 'X' | '\u{FF38}' | '\u{FF58}') {
            out.push((start..at + c.len_utf8(), PrivateMark::IdNumber));
        } else if run.len() == 18 {
            out.push((start..end, PrivateMark::IdNumber));
        } else if run.len() == 11
            && run.starts_with('1')
            && !matches!(run.as_bytes().get(1), Some(b'0'..=b'2'))
        {
            out.push((start..end, PrivateMark::Phone));
        }
        run.clear();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_masked_as_usual() {
        for (name, want) in [
            ("张伟", "张某"),
            ("张晓明", "张某某"),
            ("欧阳娜娜", "欧阳某某"),
            ("司马光", "司马某"),
            ("欧阳", "欧某"),
            ("王䶮", "王某"),
            ("𰻞𬭎", "𰻞某"),
            ("阿卜杜拉·买买提", "阿某某某·某某某"),
            ("王\u{E0100}䶮\u{E0101}", "王\u{E0100}某"),
            ("王", "王某"),
        ] {
            assert_eq!(display_name(name, NameDisplay::Masked), want);
            assert_eq!(display_name(name, NameDisplay::Full), name);
        }
    }

    #[test]
    fn phone_and_card_numbers_are_pointed_out() {
        for (text, want) in [
            ("联系电话13800001234。", vec![(12..23, PrivateMark::Phone)]),
            ("138-0000-1234", vec![(0..13, PrivateMark::Phone)]),
            ("１３８００００１２３４", vec![(0..33, PrivateMark::Phone)]),
            ("证号42010119700101123X", vec![(6..24, PrivateMark::IdNumber)]),
            ("420101197001011234", vec![(0..18, PrivateMark::IdNumber)]),
            ("投入10000000000元", vec![]),
            ("12345热线，2011-06-30前答复1380000123次", vec![]),
        ] {
            assert_eq!(private_marks(text), want, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_masked_name_never_shows_the_given_name(name in "[张王李赵][䶮㛃𬭎娜伟]{1,3}") {
            let shown = display_name(&name, NameDisplay::Masked);
            prop_assert_eq!(shown.chars().count(), name.chars().count());
            prop_assert!(name.chars().skip(1).all(|c| !shown.contains(c)));
        }

        #[test]
        fn ranges_lie_on_characters(text in "[0-9０-９xX诺 -]{0,60}") {
            for (range, _) in private_marks(&text) {
                prop_assert!(text.get(range).is_some());
            }
        }
    }
}
