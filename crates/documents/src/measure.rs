//! Widths of text by counting, for writers that do not set type themselves.

/// Width in ems, rather too much: a change between Chinese and Latin adds a quarter.
pub(crate) fn width(text: &str) -> f64 {
    let mut ems = 0.0;
    let mut latin = None;
    for c in text.chars() {
        let now = c.is_ascii();
        ems += match c {
            'i' | 'l' | 'j' | '.' | ',' | ':' | ' ' => 0.35,
            'm' | 'w' | 'M' | 'W' | '@' | '%' => 1.0,
            _ if c.is_ascii_uppercase() => 0.75,
            '0'..='9' => 0.55,
            _ if now => 0.6,
            _ => 1.0,
        };
        if latin.is_some_and(|before| before != now) {
            ems += 0.25;
        }
        latin = Some(now);
    }
    ems
}

/// Lines that the text needs in a column of so many ems.
pub(crate) fn lines(text: &str, ems: f64) -> f64 {
    text.lines()
        .map(|line| (width(line) / ems).ceil().max(1.0))
        .sum::<f64>()
        .max(1.0)
}

/// Proportions of the columns of a table, and which of them hold figures only. A column of long texts gets
/// more room than one of short words, though not as much more as it is longer.
pub(crate) fn columns(head: &[String], rows: &[Vec<String>]) -> (Vec<f64>, Vec<bool>) {
    let cells = |column: usize| rows.iter().filter_map(move |row| row.get(column));
    let room = |(column, head): (usize, &String)| {
        let widest = cells(column).flat_map(|text| text.lines()).map(width);
        let all = widest.fold(width(head) * 0.9, f64::max);
        // Beyond eight ems a text may break; every further line costs height only.
        if all <= 8.0 {
            all.max(2.2)
        } else {
            8.0 + (all - 8.0).sqrt() * 2.5
        }
    };
    let numeric =
        |column: usize| column > 0 && !rows.is_empty() && cells(column).all(|text| figure(text.trim()));
    (
        head.iter().enumerate().map(room).collect(),
        (0..head.len()).map(numeric).collect(),
    )
}

/// Whether a cell is a number, a share, or nothing.
fn figure(text: &str) -> bool {
    let bare = text.strip_prefix(['-', '+']).unwrap_or(text);
    let bare = bare.strip_suffix('%').unwrap_or(bare);
    text.is_empty()
        || (bare.starts_with(|c: char| c.is_ascii_digit())
            && bare.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ','))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_told_from_words() {
        for text in ["", "12", "-5", "28.13%", "1,024"] {
            assert!(figure(text), "{text}");
        }
        for text in ["12次", "-", "%", "2010年", "一"] {
            assert!(!figure(text), "{text}");
        }
    }

    #[test]
    fn a_long_column_is_wider_but_leaves_room_for_the_others() {
        let head = ["序".to_owned(), "承诺".to_owned()];
        let rows = [vec!["1".to_owned(), "字".repeat(200)]];
        let (widths, _) = columns(&head, &rows);
        assert!(widths[1] > 8.0 && widths[1] < 30.0 * widths[0], "{widths:?}");
    }
}
