//! Single cells: what they mean, or why they are not taken.

use std::borrow::Cow;

use super::columns::WORDS;
use crate::organization::person::NAME_MAX;
use crate::organization::raw::RawCell;
use crate::pinyin::{PLACE_MAX, is_ideograph};
use crate::text::{TextRule, check_text};
use crate::time::{Month, parse_month};

/// Full-width letters, digits and signs to their plain forms; white space and invisible marks dropped. For
/// comparing only.
#[must_use]
pub fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{200B}' | '\u{FEFF}' | '\u{FE00}'..='\u{FE0F}'))
        .map(|c| match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            other => other,
        })
        .collect()
}

/// A place among the leaders; nothing written is 0, and what is no place is `None`.
pub(super) fn place(cell: Option<&RawCell>) -> Option<u32> {
    let text = folded(&plain(cell));
    match text.parse() {
        _ if text.is_empty() => Some(0),
        Ok(place @ 1..=PLACE_MAX) => Some(place),
        _ => None,
    }
}

/// A line under the list: it begins with who filled it in, who checked it, or a remark, and a colon.
pub(super) fn is_note(row: &[RawCell]) -> bool {
    let mut filled = row.iter().filter(|c| !c.is_blank());
    let first = filled.next().map(|c| folded(&c.text())).unwrap_or_default();
    let says = |word: &String| {
        first
            .strip_prefix(word.as_str())
            .is_some_and(|rest| rest.starts_with(':'))
    };
    filled.count() <= NOTE_CELLS && WORDS.note_words.iter().any(says)
}

/// Further cells such a line has at most.
const NOTE_CELLS: usize = 4;

/// The text of a cell; words that mean "nothing" are nothing, errors of the spreadsheet too.
pub(super) fn plain(cell: Option<&RawCell>) -> String {
    let text = cell
        .filter(|c| !is_fault(c))
        .map(RawCell::text)
        .unwrap_or_default();
    if WORDS.empty_words.contains(&text) {
        String::new()
    } else {
        text
    }
}

/// A name without blank edges. Between ideographs blanks only pad it to the width of a column and go, with marks that are
/// never seen; in any other script they part its words, and one of them stays.
#[must_use]
pub fn tidy_name(typed: &str) -> String {
    let unseen = |c: char| matches!(c, '\u{200B}' | '\u{FEFF}' | '\u{2060}');
    let words: String = typed.chars().filter(|c| !unseen(*c)).collect();
    if words.chars().any(|c| c.is_alphabetic() && !is_ideograph(c)) {
        let parts: Vec<&str> = words.split_whitespace().collect();
        parts.join(" ")
    } else {
        let joiner = |c: &char| matches!(c, '\u{200C}' | '\u{200D}');
        words
            .chars()
            .filter(|c| !c.is_whitespace() && !joiner(c))
            .collect()
    }
}

/// More than one name in a cell: two parts of at least two characters each.
fn several(typed: &str) -> bool {
    let between = |c: char| c == '\n' || WORDS.name_separators.contains(c);
    let parts = typed.split(between).filter(|p| p.trim().chars().count() > 1);
    parts.count() > 1
}

/// An error of the spreadsheet, kept as such or written out as text (`#N/A`), or a formula never worked out.
pub(super) fn is_fault(cell: &RawCell) -> bool {
    match cell {
        RawCell::Fault(_) | RawCell::Formula(_) => true,
        RawCell::Text(text) => WORDS.fault_words.contains(&folded(text).to_uppercase()),
        _ => false,
    }
}

/// How a fault is told; one in a field that nobody can do without keeps the row out.
pub(super) fn fault_key(cell: &RawCell, needed: bool) -> &'static str {
    match (cell, needed) {
        (RawCell::Formula(_), true) => "roster.cell_formula",
        (RawCell::Formula(_), false) => "roster.cell_formula_empty",
        (_, true) => "roster.cell_fault",
        (_, false) => "roster.cell_fault_empty",
    }
}

/// Whether a key is one of [`fault_key`].
pub(super) fn is_fault_key(key: &str) -> bool {
    [RawCell::Fault(String::new()), RawCell::Formula(String::new())]
        .iter()
        .any(|cell| [true, false].iter().any(|needed| fault_key(cell, *needed) == key))
}

/// A name: padding between ideographs is dropped, the characters stay as they are.
pub(super) fn name(cell: Option<&RawCell>) -> Result<String, &'static str> {
    let typed = plain(cell);
    if several(&typed) {
        return Err("roster.name_several");
    }
    let name = tidy_name(&typed);
    if name.is_empty() {
        return Err("roster.name_missing");
    }
    if name.chars().any(|c| WORDS.lost_characters.contains(c)) {
        return Err("roster.name_lost_character");
    }
    check_text("name", &name, TextRule::line(NAME_MAX)).map_err(|_| "roster.name_form")?;
    Ok(name)
}

/// A name holds characters of a private font: they look right on one machine only.
pub(super) fn has_private_use(name: &str) -> bool {
    name.chars().any(
        |c| matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}'),
    )
}

/// A month; `None` for an empty cell or one with an error, which is told apart.
pub(super) fn month(cell: Option<&RawCell>) -> Result<Option<Month>, &'static str> {
    let text = plain(cell);
    if text.is_empty() {
        return Ok(None);
    }
    // As a number 1960.10 has become 1960.1: January or October, nobody can tell.
    if matches!(cell, Some(RawCell::Number(_))) && text.split_once('.').is_some_and(|(_, m)| m == "1") {
        return Err("roster.month_ambiguous");
    }
    parse_month(&text)
        .map(Some)
        .map_err(|_| "roster.month_unreadable")
}

/// A phone: digits and hyphens. `Err` gives back the text as typed.
pub(super) fn phone(cell: Option<&RawCell>) -> Result<String, String> {
    let typed = plain(cell);
    let text = folded(&typed);
    let body = text.strip_prefix('+').unwrap_or(&text);
    let digits = body.bytes().filter(u8::is_ascii_digit).count();
    let good = body.is_empty()
        || ((7..=15).contains(&digits)
            && body
                .bytes()
                .all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'(' | b')'))
            && body.ends_with(|c: char| c.is_ascii_digit()));
    if good { Ok(text) } else { Err(typed) }
}

/// The words of a remark.
pub(super) fn words(remark: &str) -> impl Iterator<Item = Cow<'_, str>> {
    crate::organization::unit::covered(remark)
        .flat_map(|part| part.split([' ', '/', '\u{3002}']))
        .filter(|w| !w.is_empty())
        .map(Cow::Borrowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_pad_ideographs_and_part_the_words_of_other_scripts() {
        for (typed, name) in [
            ("张　三", "张三"),
            (" 姜 𬭎 ", "姜𬭎"),
            ("赵\u{200B}钱\u{200D}孙", "赵钱孙"),
            ("مەھمەت  تۇرسۇن ", "مەھمەت تۇرسۇن"),
            ("שלום\u{A0}محمد", "שלום محمد"),
            ("Li  Ming", "Li Ming"),
            ("阿卜杜热西提·买买提", "阿卜杜热西提·买买提"),
            ("བསྟན་འཛིན་ རྒྱ་མཚོ", "བསྟན་འཛིན་ རྒྱ་མཚོ"),
        ] {
            assert_eq!(tidy_name(typed), name);
        }
        let cell = |n: usize| RawCell::Text("名".repeat(n));
        assert!(name(Some(&cell(60))).is_ok());
        assert_eq!(name(Some(&cell(61))), Err("roster.name_form"));
    }
}
