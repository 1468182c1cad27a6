//! The order of Chinese names: by pinyin, worked out here and stored, because the databases sort by code point.

use pinyin::ToPinyin;

/// A key that sorts names as a Chinese reader expects. Characters without a reading keep their own place
/// after those that have one. Also the stem of sign-in names.
pub fn sort_key(name: &str) -> String {
    let mut key = String::new();
    for character in name.chars() {
        if !key.is_empty() {
            key.push(' ');
        }
        match character.to_pinyin() {
            Some(reading) => key.push_str(reading.plain()),
            None => key.extend(character.to_lowercase()),
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::sort_key;

    #[test]
    fn names_by_reading() {
        assert_eq!(sort_key("王䶮"), "wang yan");
        assert_eq!(sort_key("欧阳岚媛"), "ou yang lan yuan");
        assert!(sort_key("安萍") < sort_key("白前") && sort_key("白前") < sort_key("章茂昌"));
        assert!(!sort_key("姜𬭎").is_empty());
    }
}
