//! Makes any text printable: what the fonts cannot show becomes an empty box, marks that only steer
//! rendering go away. PDF/A refuses a file with missing glyphs, and a typed emoji must not stop a form.

use serde_json::Value;

use crate::fonts::Fonts;

const BOX: char = '\u{25A1}';

/// What is printed for a character: itself, a space, an empty box, or nothing.
pub(crate) fn printable(c: char) -> Option<char> {
    match c {
        '\n' => Some('\n'),
        '\t' | '\u{2028}' | '\u{2029}' | '\u{0B}' | '\u{0C}' => Some(' '),
        _ if c.is_control() || is_unseen(c) => None,
        _ if is_private(c) => Some(BOX),
        _ if Fonts::get().has(c) => Some(c),
        _ if c.is_whitespace() => Some(' '),
        _ => Some(BOX),
    }
}

/// Marks without a shape of their own: direction marks, joiners, variation selectors, tags, soft hyphen.
/// Direction marks could make a printed promise read otherwise than the stored one.
pub(crate) fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}' | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0000}'..='\u{E0FFF}')
}

fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}

fn clean_text(text: &str) -> String {
    let text = text
        .replace("\r\n", "\n")
        .replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    text.chars().filter_map(printable).collect()
}

/// Cleans every string of the values handed to a template.
pub(super) fn clean(value: &mut Value) {
    match value {
        Value::String(text) => {
            if !text.bytes().all(|b| matches!(b, b' '..=b'~')) {
                *text = clean_text(text);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(clean),
        Value::Object(fields) => fields.values_mut().for_each(clean),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_names_stay_and_the_rest_becomes_a_box_or_nothing() {
        for name in [
            "王䶮",
            "马㛃雅",
            "姜𬭎",
            "𰻞",
            "阿依古丽·买买提",
            "①②③〔〕“”—…℃㎡",
        ] {
            assert_eq!(clean_text(name), name);
        }
        assert_eq!(clean_text("好\u{1F44D}\u{1F3FD}的"), "好□的");
        assert_eq!(clean_text("a\u{202E}b\u{200D}c\u{0000}d"), "abcd");
        assert_eq!(clean_text("一\r\n二\r三"), "一\n二\n三");
        assert_eq!(clean_text("\u{E001}"), "□");
    }
}
