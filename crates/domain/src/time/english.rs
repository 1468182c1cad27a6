//! Dates in the words of the English pages (`31 December 2026`), and as English readers write them.

use std::sync::LazyLock;

static MONTHS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    include_str!("../../data/date-words.txt")
        .lines()
        .find_map(|line| line.strip_prefix("months"))
        .map(|words| words.split_whitespace().collect())
        .unwrap_or_default()
});

/// What a text with one month by its name says: year, month and day as figures, each as far as it is said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// Four figures, or nothing.
    pub year: String,
    /// One or two figures.
    pub month: String,
    /// One or two figures, or nothing.
    pub day: String,
}

/// Runs of figures and of letters, in lower case; signs and spaces between them are dropped.
fn runs(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut before = None;
    for c in text.chars() {
        let sort = (c.is_ascii_digit(), c.is_alphabetic());
        if (sort.0 || sort.1) && before == Some(sort) {
            if let Some(run) = out.last_mut() {
                run.extend(c.to_lowercase());
            }
        } else if sort.0 || sort.1 {
            out.push(c.to_lowercase().collect());
        }
        before = Some(sort);
    }
    out
}

/// The number of a month by its name or its beginning of at least three letters.
fn month(word: &str) -> Option<usize> {
    let at = MONTHS.iter().position(|m| word.len() >= 3 && m.starts_with(word));
    at.map(|at| at + 1)
}

/// Reads `31 December 2026`, `Dec 31, 2026`, `31st of December`, `January 1974`; `None` for anything else.
pub(super) fn read(text: &str) -> Option<Said> {
    let mut said = Said::default();
    for run in runs(text) {
        let slot = if let Some(number) = month(&run) {
            (&mut said.month, number.to_string())
        } else if matches!(run.as_str(), "st" | "nd" | "rd" | "th" | "of") {
            continue;
        } else if run.len() == 4 && run.bytes().all(|b| b.is_ascii_digit()) {
            (&mut said.year, run)
        } else if run.len() <= 2 && run.bytes().all(|b| b.is_ascii_digit()) {
            (&mut said.day, run)
        } else {
            return None;
        };
        // Two months or two years are no date.
        if !slot.0.is_empty() {
            return None;
        }
        *slot.0 = slot.1;
    }
    (!said.month.is_empty()).then_some(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_dates_are_read_in_any_order() {
        for (text, year, month, day) in [
            ("31 December 2026", "2026", "12", "31"),
            ("December 31, 2026", "2026", "12", "31"),
            ("31 Dec. 2026", "2026", "12", "31"),
            ("31st of december", "", "12", "31"),
            ("31-Dec-2026", "2026", "12", "31"),
            ("1May2027", "2027", "5", "1"),
            ("Sept 3", "", "9", "3"),
            ("January 1974", "1974", "1", ""),
        ] {
            let said = read(text).expect(text);
            assert_eq!(
                (&*said.year, &*said.month, &*said.day),
                (year, month, day),
                "{text}"
            );
        }
        for text in [
            "",
            "2026",
            "31 2026",
            "De 31",
            "31 December 2026 2027",
            "May June 2026",
            "every May",
            "123 May",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
