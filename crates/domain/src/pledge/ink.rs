//! A signature drawn with finger, pen or mouse beside the typed name (N20, N21): strokes of whole numbers, never a
//! picture that somebody uploads. The typed name stays what counts; the drawing is personal data of the form.

use serde::{Deserialize, Serialize};

use crate::canonical::sha256_hex;
use crate::problem::Problem;

/// Width of the pad in its own units.
pub const PAD_WIDE: u16 = 900;
/// Height of the pad in its own units.
pub const PAD_HIGH: u16 = 300;
/// Most strokes: four characters of the richest kind stay below half of it.
pub const STROKES_MAX: usize = 200;
/// Most points of all strokes together.
pub const POINTS_MAX: usize = 3_000;
/// Longest text that is looked into at all, in bytes: more than the most points need.
const BYTES_MAX: usize = 64 * 1024;
/// What is smaller both ways is a slip of the finger.
const SMALLEST: u16 = 30;

/// The field it is sent in.
const FIELD: &str = "drawn";

/// What was drawn: strokes, each a list of points `[x, y]` from the upper left corner of the pad.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ink(Vec<Vec<[u16; 2]>>);

impl Ink {
    /// Reads what the page sent: `[[[x,y],…],…]`. Nothing sent is nothing drawn.
    ///
    /// # Errors
    /// On `drawn`: `problem.pledge.drawn_unreadable`, `problem.pledge.drawn_too_much` (args `strokes`, `points`),
    /// `problem.pledge.drawn_outside`, `problem.pledge.drawn_too_little`.
    pub fn parse(text: &str) -> Result<Option<Ink>, Problem> {
        let text = text.trim();
        let refuse = |key: &'static str| Problem::invalid(key).on(FIELD);
        let too_much = || {
            let problem = refuse("problem.pledge.drawn_too_much");
            problem.with("strokes", STROKES_MAX).with("points", POINTS_MAX)
        };
        if text.is_empty() {
            return Ok(None);
        }
        if text.len() > BYTES_MAX {
            return Err(too_much());
        }
        let read: Vec<Vec<[i64; 2]>> =
            serde_json::from_str(text).map_err(|_| refuse("problem.pledge.drawn_unreadable"))?;
        if read.len() > STROKES_MAX || read.iter().map(Vec::len).sum::<usize>() > POINTS_MAX {
            return Err(too_much());
        }
        let within = |value: i64, max: u16| u16::try_from(value).ok().filter(|v| *v <= max);
        let point = |[x, y]: [i64; 2]| Some([within(x, PAD_WIDE)?, within(y, PAD_HIGH)?]);
        let strokes: Option<Vec<Vec<[u16; 2]>>> = read
            .into_iter()
            .filter(|stroke| !stroke.is_empty())
            .map(|stroke| stroke.into_iter().map(point).collect())
            .collect();
        let ink = Ink(strokes.ok_or_else(|| refuse("problem.pledge.drawn_outside"))?);
        match ink.extent() {
            None => Ok(None),
            Some([wide, high]) if wide.max(high) < SMALLEST => Err(refuse("problem.pledge.drawn_too_little")),
            Some(_) => Ok(Some(ink)),
        }
    }

    /// The text it is kept as: the same strokes always give the same text.
    #[must_use]
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// SHA-256 of its text, which the frozen version of the form holds: another drawing is another version.
    #[must_use]
    pub fn sha256(&self) -> String {
        sha256_hex(self.text().as_bytes())
    }

    /// The strokes.
    #[must_use]
    pub fn strokes(&self) -> &[Vec<[u16; 2]>] {
        &self.0
    }

    /// As path data of SVG, in units of the pad. A point by itself is a line of no length, which round ends show.
    #[must_use]
    pub fn path(&self) -> String {
        let mut out = String::new();
        for stroke in &self.0 {
            let first = stroke.first().into_iter();
            for (at, [x, y]) in first
                .chain(stroke.get(1..).filter(|r| !r.is_empty()).unwrap_or(stroke))
                .enumerate()
            {
                out.push_str(if at == 0 { "M" } else { "L" });
                out.push_str(&format!("{x} {y}"));
            }
        }
        out
    }

    /// Width and height of what is drawn; `None` without a point.
    fn extent(&self) -> Option<[u16; 2]> {
        let all = || self.0.iter().flatten();
        let side = |at: usize| {
            let values = || all().filter_map(|p| p.get(at).copied());
            Some(values().max()? - values().min()?)
        };
        Some([side(0)?, side(1)?])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_comes_back_and_odd_input_is_named() {
        let good = "[[[10,20],[200,120]],[[300,40]]]";
        let ink = Ink::parse(&format!(" {good} ")).expect("fine").expect("drawn");
        assert_eq!(ink.text(), good);
        assert_eq!(ink.path(), "M10 20L200 120M300 40L300 40");
        assert_eq!(
            Ink::parse("[[],[[10,20],[200,120]],[[300,40]]]").expect("fine"),
            Some(ink)
        );
        for nothing in ["", "  ", "[]", "[[],[]]"] {
            assert_eq!(
                Ink::parse(nothing).expect("nothing is drawn"),
                None,
                "{nothing:?}"
            );
        }
        let many = |strokes: usize, points: usize| {
            let stroke = format!("[{}]", vec!["[1,1]"; points].join(","));
            format!("[{}]", vec![stroke; strokes].join(","))
        };
        let odd = [
            ("[[[10,20],[200,NaN]]]".to_owned(), "unreadable"),
            ("[[[10,20],[200,1.5]]]".to_owned(), "unreadable"),
            ("[[[10,20],[200,1e400]]]".to_owned(), "unreadable"),
            ("[[[10,20,30]]]".to_owned(), "unreadable"),
            ("\0".to_owned(), "unreadable"),
            ("<svg onload=alert(1)>".to_owned(), "unreadable"),
            ("[".repeat(10_000), "unreadable"),
            ("[[[10,-1],[200,20]]]".to_owned(), "outside"),
            ("[[[10,1],[901,20]]]".to_owned(), "outside"),
            ("[[[10,1],[99999999999,20]]]".to_owned(), "outside"),
            (many(201, 1), "too_much"),
            (many(1, 3_001), "too_much"),
            (many(1, 100_000), "too_much"),
            ("[[[10,10],[12,14]]]".to_owned(), "too_little"),
        ];
        for (text, key) in odd {
            let problem = Ink::parse(&text).expect_err("refused");
            let begin = text.chars().take(40).collect::<String>();
            assert!(problem.key.ends_with(key), "{begin}: {}", problem.key);
            assert_eq!(problem.field.as_deref(), Some("drawn"));
        }
        assert!(many(1, POINTS_MAX).len() < BYTES_MAX && 10 * POINTS_MAX < BYTES_MAX);
    }
}
