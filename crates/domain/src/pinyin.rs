//! The order of Chinese names: by pinyin, worked out here and stored, because the databases sort by code point.

use pinyin::ToPinyin;

/// Readings of characters in names that the library does not know, being outside the standard list.
const RARE: [(char, &str); 1] = [('\u{20BB7}', "ji")];

/// How a character is read, without its tone; nothing where nobody knows.
fn reading(character: char) -> Option<&'static str> {
    let rare = RARE.iter().find(|(c, _)| *c == character).map(|(_, r)| *r);
    rare.or_else(|| character.to_pinyin().map(|reading| reading.plain()))
}

/// A Chinese character, rare ones included.
pub fn is_ideograph(c: char) -> bool {
    matches!(c,
        '\u{2E80}'..='\u{2FDF}' | '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// A Chinese character whose reading nobody here knows.
pub fn is_unread(c: char) -> bool {
    is_ideograph(c) && reading(c).is_none()
}

/// A key that sorts names as a Chinese reader expects. Characters without a reading keep their own place
/// after those that have one. Also the stem of sign-in names.
pub fn sort_key(name: &str) -> String {
    let mut key = String::new();
    for character in name.chars() {
        if !key.is_empty() {
            key.push(' ');
        }
        match reading(character) {
            Some(reading) => key.push_str(reading),
            None => key.extend(character.to_lowercase()),
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::{is_unread, sort_key};

    #[test]
    fn names_by_reading() {
        assert_eq!(sort_key("王䶮"), "wang yan");
        assert_eq!(sort_key("欧阳岚媛"), "ou yang lan yuan");
        assert!(sort_key("安萍") < sort_key("白前") && sort_key("白前") < sort_key("章茂昌"));
        assert!(!sort_key("姜𬭎").is_empty());
        assert_eq!(sort_key("𠮷明"), "ji ming");
        assert_eq!(
            ["𠮷", "\u{3FFFD}", "明", "·", "a"].map(|c| c.chars().any(is_unread)),
            [false, true, false, false, false]
        );
    }
}
