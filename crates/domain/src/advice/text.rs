//! Cutting a text into clauses; full-width and half-width forms as one.

use std::ops::Range;

/// Half-width form of a full-width character, and the stop of either width as one.
pub fn fold(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3002}' | '\u{FF61}' => '.',
        '\u{3000}' => ' ',
        _ => c,
    }
}

/// The clauses of a text: between commas, semicolons, stops, colons and line ends; without white space around.
pub fn clauses(text: &str) -> Vec<Range<usize>> {
    let is_end = |at: usize, c: char| match fold(c) {
        ';' | '!' | '?' | '\n' => true,
        // 7:30, 1,000 and 1.5 are numbers, not the ends of clauses.
        ',' | ':' => !between_digits(text, at, c),
        '.' => c != '.' || !between_digits(text, at, c),
        _ => false,
    };
    split(text, is_end)
}

fn between_digits(text: &str, at: usize, c: char) -> bool {
    let before = text[..at].chars().next_back().map(fold);
    let after = text[at + c.len_utf8()..].chars().next().map(fold);
    before.is_some_and(|c| c.is_ascii_digit()) && after.is_some_and(|c| c.is_ascii_digit())
}

/// The parts between the characters that end one, trimmed, empty ones left out.
pub fn split(text: &str, is_end: impl Fn(usize, char) -> bool) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut keep = |from: usize, to: usize| {
        let part = &text[from..to];
        let lead = part.len() - part.trim_start().len();
        let body = part.trim();
        if !body.is_empty() {
            out.push(from + lead..from + lead + body.len());
        }
    };
    for (at, c) in text.char_indices() {
        if is_end(at, c) {
            keep(start, at);
            start = at + c.len_utf8();
        }
    }
    keep(start, text.len());
    out
}

/// The parts between commas, semicolons, stops and the listing comma.
fn short_parts(text: &str) -> Vec<Range<usize>> {
    split(text, |_, c| matches!(fold(c), ',' | ';' | '.' | '\u{3001}' | '!'))
}

/// Three or more phrases of four characters in a row.
pub fn four_character_chain(text: &str) -> Option<Range<usize>> {
    let is_four = |r: &&Range<usize>| {
        let part = &text[(**r).clone()];
        part.chars().count() == 4 && part.chars().all(|c| c.is_alphabetic() && !c.is_ascii())
    };
    let mut run: Option<(Range<usize>, usize)> = None;
    for part in &short_parts(text) {
        run = match run {
            Some((whole, n)) if is_four(&part) => Some((whole.start..part.end, n + 1)),
            None if is_four(&part) => Some((part.clone(), 1)),
            Some((whole, n)) if n >= 3 => return Some(whole),
            _ => None,
        };
    }
    run.filter(|(_, n)| *n >= 3).map(|(whole, _)| whole)
}

/// Three or more parts that begin alike (为了…，为了…，为了…): a parallel, as speeches have it.
pub fn parallel(text: &str) -> Option<Range<usize>> {
    let parts = short_parts(text);
    let head = |r: &Range<usize>| text[r.clone()].chars().take(1).collect::<String>();
    let mut best: Option<Range<usize>> = None;
    for window in parts.windows(3) {
        if let [a, b, c] = window {
            let same = head(a) == head(b) && head(b) == head(c);
            let like = text[a.clone()]
                .chars()
                .count()
                .abs_diff(text[c.clone()].chars().count())
                <= 2;
            if same && like && head(a).chars().all(|c| c.is_alphabetic() && !c.is_ascii()) {
                best = Some(best.map_or(a.start, |b| b.start)..c.end);
            }
        }
    }
    best
}
