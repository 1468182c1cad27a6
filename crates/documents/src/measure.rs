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

/// Signs among which a line does not break by itself: letters, figures, and what stands with them.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || c > '\u{24FF}')
}

/// How many signs the longest piece has that would stand on one line whatever its width.
pub(crate) fn longest_run(text: &str) -> f64 {
    runs(text).map(|run| run.chars().count()).max().unwrap_or(0) as f64
}

/// Width in ems of the widest piece that stands on one line: a hyphen ends one.
pub(crate) fn widest_piece(text: &str) -> f64 {
    runs(text)
        .flat_map(|run| run.split_inclusive('-'))
        .map(width)
        .fold(0.0, f64::max)
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

/// Words so wide, in ems, are better not broken.
const SHORT: f64 = 4.0;

/// The same proportions for so many ems of room, so that no column is narrower than what cannot be broken in it: a date
/// printed over its neighbour is no date. Where there is not room enough for that, they stay as they are.
pub(crate) fn fitted(widths: &[f64], head: &[String], rows: &[Vec<String>], room: f64) -> Vec<f64> {
    let least = |short: f64| -> Vec<f64> {
        let own = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            let run = |text: &String| widest_run(text).max(width(text).min(short));
            // A head breaks between its characters; half of it is enough.
            let name = head.get(column).map_or(0.0, |text| width(text) * 0.5);
            cells.map(run).fold(name, f64::max).max(2.0) + 0.3
        };
        (0..widths.len()).map(own).collect()
    };
    let all: f64 = widths.iter().sum();
    // Words of a few characters stay on a line too, where there is room.
    let found = [SHORT, 0.0].into_iter().map(least);
    let fits = |least: &Vec<f64>| all > 0.0 && least.iter().sum::<f64>() <= room;
    let Some(least) = found.into_iter().find(fits) else {
        return widths.to_vec();
    };
    let mut out: Vec<f64> = widths.iter().map(|width| width / all * room).collect();
    for _ in 0..widths.len() {
        let short: f64 = out
            .iter()
            .zip(&least)
            .map(|(own, least)| (least - own).max(0.0))
            .sum();
        if short < 0.01 {
            break;
        }
        let spare: f64 = out
            .iter()
            .zip(&least)
            .map(|(own, least)| (own - least).max(0.0))
            .sum();
        for (own, least) in out.iter_mut().zip(&least) {
            *own = match *own > *least {
                true => *own - (*own - *least) * (short / spare).min(1.0),
                false => *least,
            };
        }
    }
    out
}

/// Width in ems of the widest run that a line does not break in; of a long one, the part that is never broken.
fn widest_run(text: &str) -> f64 {
    let part = |run: &str| width(&run.chars().take(24).collect::<String>());
    runs(text).map(part).fold(0.0, f64::max)
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
