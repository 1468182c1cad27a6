//! What changed between two texts or two versions, for display (N11, PRODUCT.md 3.1).
//!
//! Chinese has no spaces, so the unit is the single ideograph; runs of Latin letters or digits stay whole.
//! Longest common subsequence over these units, after cutting the common beginning and end. A lone unit that
//! stayed the same between two changes is drawn into the change: "把三改成五" reads better in whole words.

use serde::Serialize;

use super::canonical::VersionItem;

/// What happened to a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SpanKind {
    /// In both texts.
    Same,
    /// Only in the old text.
    Removed,
    /// Only in the new text.
    Added,
}

/// A piece of text and what happened to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    /// What happened.
    pub kind: SpanKind,
    /// The text of the piece.
    pub text: String,
}

/// Above this many table cells a changed middle is shown as removed and added whole.
const CELLS_MAX: usize = 4_000_000;

/// The spans that lead from `old` to `new`: `Same` and `Removed` joined give `old`, `Same` and `Added` give `new`.
#[must_use]
pub fn difference(old: &str, new: &str) -> Vec<Span> {
    let (a, b) = (units(old), units(new));
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let tail = a[head..]
        .iter()
        .rev()
        .zip(b[head..].iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let (mid_a, mid_b) = (&a[head..a.len() - tail], &b[head..b.len() - tail]);
    let mut steps: Vec<(SpanKind, &str)> = a[..head].iter().map(|u| (SpanKind::Same, *u)).collect();
    let middle = if (mid_a.len() + 1).saturating_mul(mid_b.len() + 1) > CELLS_MAX {
        let removed = mid_a.iter().map(|u| (SpanKind::Removed, *u));
        removed
            .chain(mid_b.iter().map(|u| (SpanKind::Added, *u)))
            .collect()
    } else {
        draw_in_islands(common_subsequence(mid_a, mid_b))
    };
    steps.extend(middle);
    steps.extend(a[a.len() - tail..].iter().map(|u| (SpanKind::Same, *u)));
    join(&steps)
}

/// Splits into units: a run of ASCII letters, a run of digits, or one character with its combining followers.
fn units(text: &str) -> Vec<&str> {
    let class = |c: char| match c {
        _ if c.is_ascii_alphabetic() => 1,
        _ if c.is_ascii_digit() => 2,
        '\u{300}'..='\u{36F}' | '\u{FE00}'..='\u{FE0F}' | '\u{200D}' | '\u{E0100}'..='\u{E01EF}' => 3,
        _ => 0,
    };
    let mut out = Vec::new();
    let mut start = 0;
    let mut last = None;
    for (at, c) in text.char_indices() {
        let now = class(c);
        let joined = now == 3 || (now != 0 && last == Some(now));
        if at > 0 && !joined {
            out.push(&text[start..at]);
            start = at;
        }
        last = Some(now);
    }
    if start < text.len() {
        out.push(&text[start..]);
    }
    out
}

fn common_subsequence<'a>(a: &[&'a str], b: &[&'a str]) -> Vec<(SpanKind, &'a str)> {
    let width = b.len() + 1;
    // table[i * width + j]: length of the longest common subsequence of a[i..] and b[j..].
    let mut table = vec![0u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            table[i * width + j] = if a[i] == b[j] {
                table[(i + 1) * width + j + 1] + 1
            } else {
                table[(i + 1) * width + j].max(table[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut out = Vec::with_capacity(a.len() + b.len());
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            out.push((SpanKind::Same, a[i]));
            (i, j) = (i + 1, j + 1);
        } else if table[(i + 1) * width + j] >= table[i * width + j + 1] {
            out.push((SpanKind::Removed, a[i]));
            i += 1;
        } else {
            out.push((SpanKind::Added, b[j]));
            j += 1;
        }
    }
    out.extend(a[i..].iter().map(|u| (SpanKind::Removed, *u)));
    out.extend(b[j..].iter().map(|u| (SpanKind::Added, *u)));
    out
}

/// Turns a single unchanged unit between two changes into removed + added.
fn draw_in_islands(steps: Vec<(SpanKind, &str)>) -> Vec<(SpanKind, &str)> {
    let same = |at: Option<usize>| {
        at.and_then(|i| steps.get(i))
            .is_none_or(|s| s.0 == SpanKind::Same)
    };
    let mut out = Vec::with_capacity(steps.len());
    for (i, step) in steps.iter().enumerate() {
        if step.0 == SpanKind::Same && !same(i.checked_sub(1)) && !same(Some(i + 1)) {
            out.push((SpanKind::Removed, step.1));
            out.push((SpanKind::Added, step.1));
        } else {
            out.push(*step);
        }
    }
    out
}

/// Joins steps into spans; within one change the removed text stands before the added.
fn join(steps: &[(SpanKind, &str)]) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    let (mut removed, mut added) = (String::new(), String::new());
    let flush = |removed: &mut String, added: &mut String, out: &mut Vec<Span>| {
        for (kind, text) in [
            (SpanKind::Removed, std::mem::take(removed)),
            (SpanKind::Added, std::mem::take(added)),
        ] {
            if !text.is_empty() {
                out.push(Span { kind, text });
            }
        }
    };
    for (kind, text) in steps {
        match kind {
            SpanKind::Removed => removed.push_str(text),
            SpanKind::Added => added.push_str(text),
            SpanKind::Same => {
                flush(&mut removed, &mut added, &mut out);
                match out.last_mut() {
                    Some(span) if span.kind == SpanKind::Same => span.text.push_str(text),
                    _ => out.push(Span {
                        kind: SpanKind::Same,
                        text: (*text).to_owned(),
                    }),
                }
            }
        }
    }
    flush(&mut removed, &mut added, &mut out);
    out
}

/// What became of one item between two versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemChange<'a> {
    /// Word for word the same.
    Same(&'a VersionItem),
    /// New in the later version.
    Added(&'a VersionItem),
    /// Gone from the later version.
    Removed(&'a VersionItem),
    /// Changed; compare the fields with [`difference`].
    Changed(&'a VersionItem, &'a VersionItem),
}

/// Matches the items of two versions by id: first those of the new version in its order, then those removed.
#[must_use]
pub fn item_changes<'a>(old: &'a [VersionItem], new: &'a [VersionItem]) -> Vec<ItemChange<'a>> {
    let kept = new
        .iter()
        .map(|item| match old.iter().find(|before| before.id == item.id) {
            None => ItemChange::Added(item),
            Some(before) if before == item => ItemChange::Same(item),
            Some(before) => ItemChange::Changed(before, item),
        });
    let gone = old
        .iter()
        .filter(|item| !new.iter().any(|now| now.id == item.id))
        .map(ItemChange::Removed);
    kept.chain(gone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(old: &str, new: &str) -> String {
        difference(old, new)
            .iter()
            .fold(String::new(), |out, span| match span.kind {
                SpanKind::Same => out + &span.text,
                SpanKind::Removed => out + "[-" + &span.text + "-]",
                SpanKind::Added => out + "[+" + &span.text + "+]",
            })
    }

    #[test]
    fn reads_as_people_would_mark_it() {
        for (old, new, want) in [
            ("", "", ""),
            ("每月读一篇", "每月读一篇", "每月读一篇"),
            ("", "新", "[+新+]"),
            ("为产妇讲解10次", "为产妇讲解12次", "为产妇讲解[-10-][+12+]次"),
            ("让产妇满意", "让产妇和家属满意", "让产妇[+和家属+]满意"),
            (
                "进一步提高服务水平。",
                "满意率达95%。",
                "[-进一步提高服务水平-][+满意率达95%+]。",
            ),
        ] {
            assert_eq!(shown(old, new), want);
        }
    }

    #[test]
    fn islands_are_drawn_in() {
        assert_eq!(shown("甲乙丙", "丁乙戊"), "[-甲乙丙-][+丁乙戊+]");
        assert_eq!(shown("甲乙乙丙", "丁乙乙戊"), "[-甲-][+丁+]乙乙[-丙-][+戊+]");
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_back(old in "[甲乙丙丁0-9a-c。]{0,60}", new in "[甲乙丙丁0-9a-c。]{0,60}") {
            let spans = difference(&old, &new);
            let pick = |not: SpanKind| spans.iter().filter(|s| s.kind != not).map(|s| s.text.as_str()).collect::<String>();
            prop_assert_eq!(pick(SpanKind::Added), old.clone());
            prop_assert_eq!(pick(SpanKind::Removed), new.clone());
            prop_assert!(spans.iter().all(|s| !s.text.is_empty()));
            prop_assert!(spans.windows(2).all(|w| w[0].kind != w[1].kind));
            if old == new {
                prop_assert!(spans.iter().all(|s| s.kind == SpanKind::Same));
            }
        }

        #[test]
        fn any_text_at_all(old in any::<String>(), new in any::<String>()) {
            let spans = difference(&old, &new);
            let pick = |not: SpanKind| spans.iter().filter(|s| s.kind != not).map(|s| s.text.as_str()).collect::<String>();
            prop_assert_eq!(pick(SpanKind::Added), old);
            prop_assert_eq!(pick(SpanKind::Removed), new);
        }
    }
}
