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

/// The last place among leaders that can be given.
pub const PLACE_MAX: u32 = 999;

/// A key that sorts the people of a list: leaders with a place among themselves first, in that order, as the
/// organisation names them; everybody else by reading. Place 0 is none. Digits sort before every reading.
pub fn list_key(name: &str, place: u32) -> String {
    match place {
        0 => sort_key(name),
        _ => format!("{place:03} {}", sort_key(name)),
    }
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
    use super::{is_unread, list_key, sort_key};

    #[test]
    fn leaders_stand_by_place_before_everybody_else() {
        let mut people = [("安萍", 0), ("章茂昌", 1), ("白前", 10), ("王䶮", 2), ("阿里", 0)];
        people.sort_by_key(|(name, place)| list_key(name, *place));
        assert_eq!(
            people.map(|(name, _)| name),
            ["章茂昌", "王䶮", "白前", "阿里", "安萍"]
        );
        assert_eq!(list_key("白前", 0), sort_key("白前"));
    }

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
