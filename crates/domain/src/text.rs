//! What text people may enter (IN-08): it is kept byte for byte as typed, or refused with a reason.
//!
//! Nothing is normalised: a rare ideograph, a private-use character of an old name font or a decomposed
//! letter comes back exactly as it was typed. Refused are characters that no page, sheet or spreadsheet can
//! show safely: control characters, bidirectional controls (they make a line read other than it is) and the
//! two code points that XML cannot hold.

use crate::problem::Problem;

/// The form of a text field. Lengths count characters (Unicode scalar values).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextRule {
    /// Longest text accepted.
    pub max: usize,
    /// An empty or blank text is refused.
    pub required: bool,
    /// Line ends and tabs are accepted.
    pub multi_line: bool,
}

impl TextRule {
    /// A required single line.
    #[must_use]
    pub const fn line(max: usize) -> Self {
        Self {
            max,
            required: true,
            multi_line: false,
        }
    }

    /// A required text of several lines.
    #[must_use]
    pub const fn area(max: usize) -> Self {
        Self {
            max,
            required: true,
            multi_line: true,
        }
    }

    /// The same field, but it may stay empty.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.required = false;
        self
    }
}

/// Checks a text against its rule; the text itself is never changed.
///
/// # Errors
/// `problem.text.missing`, `.too_long` (args `max`, `count`), `.control`, `.bidi`, `.line_end`; `field` is set.
pub fn check_text(field: &str, text: &str, rule: TextRule) -> Result<(), Problem> {
    if let Some(key) = text.chars().find_map(|c| refused_character(c, rule.multi_line)) {
        return Err(Problem::invalid(key).on(field));
    }
    let count = text.chars().count();
    if count > rule.max {
        return Err(Problem::invalid("problem.text.too_long")
            .on(field)
            .with("max", rule.max)
            .with("count", count));
    }
    if rule.required && is_blank(text) {
        return Err(Problem::invalid("problem.text.missing").on(field));
    }
    Ok(())
}

fn refused_character(c: char, multi_line: bool) -> Option<&'static str> {
    match c {
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' if multi_line => None,
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => Some("problem.text.line_end"),
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}' => {
            Some("problem.text.bidi")
        }
        '\u{FFFE}' | '\u{FFFF}' => Some("problem.text.control"),
        c if c.is_control() => Some("problem.text.control"),
        _ => None,
    }
}

/// Whether nothing of a text is seen: it is empty, or there are only white space and characters without width or form in
/// it. Such a text says nothing, however many characters it has; everywhere a text is required it counts as none.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_unseen(c))
}

/// The text without blank edges; nothing where nobody would see anything of it.
#[must_use]
pub fn seen(text: &str) -> &str {
    if is_blank(text) { "" } else { text.trim() }
}

/// Characters that show nothing where they stand alone: joiners, fillers, selectors, tags.
fn is_unseen(c: char) -> bool {
    is_thin(c)
        || matches!(
            c,
            '\u{AD}' | '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'
                ..='\u{180F}'
        )
        || matches!(
            c,
            '\u{200C}' | '\u{200D}' | '\u{2061}'..='\u{2064}' | '\u{2800}' | '\u{3164}' | '\u{FFA0}'
        )
        || matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Whether nobody sees a character of a text of several lines: what is refused, and spaces without width.
fn is_hidden(c: char) -> bool {
    refused_character(c, true).is_some() || is_thin(c)
}

fn is_thin(c: char) -> bool {
    matches!(c, '\u{200B}' | '\u{2060}' | '\u{FEFF}')
}

/// The characters of a text that nobody sees, in the order they first stand, each with how often.
#[must_use]
pub fn hidden(text: &str) -> Vec<(char, usize)> {
    let mut found: Vec<(char, usize)> = Vec::new();
    for c in text.chars().filter(|c| is_hidden(*c)) {
        match found.iter_mut().find(|(known, _)| *known == c) {
            Some((_, n)) => *n += 1,
            None => found.push((c, 1)),
        }
    }
    found
}

/// What a hidden character does, as the texts name it (`unkept_char.…`): `direction`, `space` or `control`.
#[must_use]
pub fn hidden_name(c: char) -> &'static str {
    match refused_character(c, true) {
        Some("problem.text.bidi") => "direction",
        _ if is_thin(c) => "space",
        _ => "control",
    }
}

/// The text without the characters that nobody sees; everything else stays as it was typed.
#[must_use]
pub fn without_hidden(text: &str) -> String {
    text.chars().filter(|c| !is_hidden(*c)).collect()
}

/// Whether a typed name is the person's name: white space, the form of the middle dot and variation selectors
/// do not matter, everything else does.
#[must_use]
pub fn same_name(typed: &str, name: &str) -> bool {
    let fold = |text: &str| -> String {
        text.chars()
            .filter(|c| {
                !c.is_whitespace()
                    && !matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' | '\u{200B}')
            })
            .map(|c| {
                if matches!(c, '\u{2022}' | '\u{30FB}' | '\u{2027}' | '\u{22C5}' | '\u{FF65}') {
                    '\u{B7}'
                } else {
                    c
                }
            })
            .flat_map(char::to_lowercase)
            .collect()
    };
    let typed = fold(typed);
    !typed.is_empty() && typed == fold(name)
}

/// The text with letters, digits and signs of full width as those of half width (0xFEE0 before them).
#[must_use]
pub fn narrow(text: &str) -> String {
    let narrow = |c| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    text.chars().map(narrow).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hidden_characters_are_named_and_taken_out() {
        let text = "每月\u{202E}义诊\u{200B}2次\u{202E}\n👩\u{200D}⚕\u{FE0F}\u{0}";
        let found = hidden(text);
        assert_eq!(found, [('\u{202E}', 2), ('\u{200B}', 1), ('\0', 1)]);
        let names: Vec<_> = found.iter().map(|(c, _)| hidden_name(*c)).collect();
        assert_eq!(names, ["direction", "space", "control"]);
        let clean = without_hidden(text);
        assert_eq!(clean, "每月义诊2次\n👩\u{200D}⚕\u{FE0F}");
        assert!(check_text("own", &clean, TextRule::area(100)).is_ok() && hidden(&clean).is_empty());
    }

    #[test]
    fn rare_names_pass_and_hidden_characters_do_not() {
        let table: &[(&str, Option<&str>)] = &[
            ("王䶮", None),
            ("马㛃雅", None),
            ("姜𬭎", None),
            ("𰻞", None),
            ("阿卜杜拉·买买提", None),
            ("\u{E863}\u{F0000}", None),
            ("e\u{301}", None),
            ("👩\u{200D}⚕\u{FE0F}", None),
            ("a\0b", Some("problem.text.control")),
            ("a\u{7f}", Some("problem.text.control")),
            ("a\u{85}", Some("problem.text.control")),
            ("a\u{FFFF}", Some("problem.text.control")),
            ("a\u{202E}b", Some("problem.text.bidi")),
            ("a\u{2066}b", Some("problem.text.bidi")),
            ("a\nb", Some("problem.text.line_end")),
            ("\u{3000} ", Some("problem.text.missing")),
        ];
        for (text, want) in table {
            let got = check_text("name", text, TextRule::line(50)).err().map(|p| p.key);
            assert_eq!(got, *want, "{text:?}");
        }
        assert!(check_text("c", "一行\r\n二行\t", TextRule::area(50)).is_ok());
        assert!(check_text("c", "", TextRule::line(5).optional()).is_ok());
    }

    #[test]
    fn what_nobody_sees_is_no_text() {
        for (text, want) in [
            ("\u{200B}", ""),
            (" \u{FEFF}\u{2060}\u{3000}\n", ""),
            ("\u{3164}\u{115F}", ""),
            ("\u{200D}\u{FE0F}\u{2800}\u{AD}", ""),
            ("", ""),
            (" 每月\u{200B}一次 ", "每月\u{200B}一次"),
            ("👩\u{200D}⚕\u{FE0F}", "👩\u{200D}⚕\u{FE0F}"),
            ("e\u{301}", "e\u{301}"),
            ("。", "。"),
        ] {
            assert_eq!(seen(text), want, "{text:?}");
            assert_eq!(is_blank(text), want.is_empty(), "{text:?}");
            let required = check_text("x", text, TextRule::area(50)).err().map(|p| p.key);
            assert_eq!(
                required == Some("problem.text.missing"),
                want.is_empty(),
                "{text:?}"
            );
        }
    }

    #[test]
    fn counts_characters_not_bytes() {
        assert!(check_text("n", "𰻞𰻞𰻞", TextRule::line(3)).is_ok());
        let problem = check_text("n", "𰻞𰻞𰻞𰻞", TextRule::line(3)).expect_err("four");
        assert_eq!((problem.arg("max"), problem.arg("count")), (Some("3"), Some("4")));
    }

    #[test]
    fn names_compare_as_people_write_them() {
        for (typed, name, same) in [
            (" 王 䶮 ", "王䶮", true),
            ("阿卜杜拉•买买提", "阿卜杜拉·买买提", true),
            ("王䶮\u{E0100}", "王䶮", true),
            ("王龑", "王䶮", false),
            ("", "", false),
            ("王", "王䶮", false),
        ] {
            assert_eq!(same_name(typed, name), same, "{typed} {name}");
        }
    }

    proptest! {
        #[test]
        fn every_text_is_taken_or_refused(text in any::<String>()) {
            let ok = check_text("x", &text, TextRule::area(10_000).optional()).is_ok();
            let bad = text.chars().any(|c| (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
                || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{FFFE}' | '\u{FFFF}'));
            prop_assert_eq!(ok, !bad);
        }
    }
}
