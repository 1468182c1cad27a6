//! The grid of a form as a Word table.

use std::fmt::Write as _;

use super::blocks::Body;
use super::run::{runs, styled};
use crate::measure::{lines, widest_piece, width};
use crate::paper::{Cell, Content, Grid, Promises};
use crate::pdf::room;

/// Twips to a millimetre and to a point.
const MM: f64 = 1440.0 / 25.4;
const POINT: f64 = 20.0;

/// What is kept free on the page: another program measures its lines its own way.
const RESERVE: f64 = 26.0;

/// The usual size of promises in points, the share of it that facts get, and lines in sizes.
const SIZE: f64 = 14.0;
const FACT: f64 = 0.86;
const LEADING: f64 = 1.53;

/// Width of a line of promises in points, indents taken off.
const WIDE: f64 = 425.0;

/// The size of what was filled in, as its style has it.
const VALUE: f64 = 13.0;
/// A face that stands in for the one named may be so much wider: with 0.64 of its size for a figure.
const STAND_IN: f64 = 1.16;

/// The largest size, from the one settled down, at which the widest piece stays whole in so many points.
fn value_size(text: &str, settled: f64, points: f64) -> f64 {
    let piece = widest_piece(text) * STAND_IN;
    let sizes = [settled, 11.5, 10.0, 9.0];
    let fits = |size: &f64| *size <= settled && piece * size <= points;
    sizes.into_iter().find(fits).unwrap_or(settled.min(9.0))
}

impl Body {
    /// The table; its heads repeat, only the open row may break.
    pub(super) fn grid(&mut self, grid: &Grid) {
        let columns: Vec<f64> = grid.columns.iter().map(|width| width * MM).collect();
        self.open_table("FormGrid", columns.iter().sum(), &columns);
        let room = (room(grid) - RESERVE).max(0.0);
        let (size, fits) = grid
            .rows
            .iter()
            .flatten()
            .find_map(|cell| match &cell.content {
                Content::Promises(promises) => Some(size(promises, room)),
                _ => None,
            })
            .unwrap_or((SIZE, true));
        // A row that flows on may not claim a height: it would move to the next page whole.
        let open = if fits { room * POINT } else { 0.0 };
        for (at, row) in grid.rows.iter().enumerate() {
            self.out.push_str("<w:tr><w:trPr>");
            if at == grid.open && fits {
                let _ = write!(self.out, "<w:trHeight w:val=\"{open:.0}\" w:hRule=\"atLeast\"/>");
            } else if at != grid.open {
                self.out.push_str("<w:cantSplit/>");
                if let Some(least) = least(row) {
                    let height = least * MM + 19.0 * POINT;
                    let _ = write!(
                        self.out,
                        "<w:trHeight w:val=\"{height:.0}\" w:hRule=\"atLeast\"/>"
                    );
                }
            }
            if at < grid.head {
                self.out.push_str("<w:tblHeader/>");
            }
            self.out.push_str("</w:trPr>");
            let mut from = 0;
            for cell in row {
                let width: f64 = columns.iter().skip(from).take(cell.span).sum();
                from += cell.span;
                self.field(cell, width, open, size);
            }
            self.out.push_str("</w:tr>");
        }
        self.out.push_str("</w:tbl>");
        self.after_table = true;
    }

    fn field(&mut self, cell: &Cell, width: f64, open: f64, size: f64) {
        let place = match &cell.content {
            Content::Label { .. } | Content::Value { .. } => "center",
            Content::Seal { .. } => "bottom",
            Content::Promises(_) => "top",
        };
        let _ = write!(
            self.out,
            "<w:tc><w:tcPr><w:tcW w:w=\"{width:.0}\" w:type=\"dxa\"/>"
        );
        if cell.span > 1 {
            let _ = write!(self.out, "<w:gridSpan w:val=\"{}\"/>", cell.span);
        }
        let _ = write!(self.out, "<w:vAlign w:val=\"{place}\"/></w:tcPr>");
        match &cell.content {
            Content::Label { text, .. } => self.paragraph("FieldName", "", &runs(text)),
            Content::Value { text, left, size, .. } => {
                let style = if *left { "FieldText" } else { "FieldValue" };
                let points = value_size(text, *size, width / POINT - 6.0);
                let own = format!("<w:sz w:val=\"{0:.0}\"/><w:szCs w:val=\"{0:.0}\"/>", points * 2.0);
                let smaller = if points < VALUE { own.as_str() } else { "" };
                self.paragraph(style, "", &styled(text, smaller));
            }
            Content::Seal { decision, blank } => {
                if let Some(made) = decision {
                    self.pictured(made);
                }
                let said = decision.as_ref().map_or_else(Vec::new, |made| made.lines());
                if said.is_empty() {
                    self.paragraph("Seal", "", &runs(blank));
                }
                for line in said {
                    self.paragraph("Seal", "", &runs(&line));
                }
            }
            Content::Promises(promises) => self.promises(promises, open, size),
        }
        self.out.push_str("</w:tc>");
    }

    fn promises(&mut self, promises: &Promises, open: f64, size: f64) {
        let face = Face { size };
        if !promises.heading.trim().is_empty() {
            self.paragraph("PromiseHead", "", &runs(&promises.heading));
        }
        let blank = promises.groups.iter().all(|group| group.items.is_empty());
        // Groups of a blank form share the room.
        let share = open / (promises.groups.len().max(1) as f64) - 34.0 * POINT;
        for (at, group) in promises.groups.iter().enumerate() {
            let after = if blank { share.max(60.0) } else { 60.0 };
            // The first line of a row that breaks must not hold on to the next: LibreOffice moves the whole row.
            let keep = if at == 0 { "" } else { "<w:keepNext/>" };
            let properties = format!("{keep}{}", face.spacing(1.0, 120.0, after));
            self.paragraph("PromiseKind", &properties, &face.text(&group.label, 1.0));
            if group.items.is_empty() {
                continue;
            }
            self.lists += 1;
            for item in &group.items {
                let number = format!(
                    "<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"{}\"/></w:numPr>{}",
                    self.lists,
                    face.spacing(1.0, 0.0, 0.0)
                );
                self.paragraph("Promise", &number, &face.text(&item.text, 1.0));
                if !item.facts.is_empty() {
                    let spacing = face.spacing(FACT, 0.0, 90.0);
                    self.paragraph("PromiseFacts", &spacing, &face.facts(&item.facts));
                }
            }
        }
        if promises.groups.is_empty() {
            self.paragraph("Promise", "", "");
        }
    }
}

/// Promises in one size, all of them and their facts.
struct Face {
    size: f64,
}

impl Face {
    fn properties(&self, share: f64) -> String {
        let half = (self.size * share * 2.0).round();
        format!("<w:sz w:val=\"{half}\"/><w:szCs w:val=\"{half}\"/>")
    }

    fn text(&self, text: &str, share: f64) -> String {
        styled(text, &self.properties(share))
    }

    /// Lines of a fixed height, so that another face in place of the one named changes nothing.
    fn spacing(&self, share: f64, before: f64, after: f64) -> String {
        let line = (self.size * share * LEADING * POINT).round();
        format!(
            "<w:spacing w:before=\"{before}\" w:after=\"{after:.0}\" w:line=\"{line}\" w:lineRule=\"exact\"/>"
        )
    }

    /// The facts of a promise. One that would break at the end of a line goes whole to the next.
    fn facts(&self, all: &[(String, String)]) -> String {
        let mut out = String::new();
        let mut used = 0.0;
        let named = format!("<w:rStyle w:val=\"FactName\"/>{}", self.properties(FACT));
        for (label, words) in all {
            let own = width(label) + width(words);
            if used > 0.0 {
                let fits = used + 1.0 + own <= WIDE / (self.size * FACT);
                out.push_str(&self.text(if fits { "\u{3000}" } else { "\n" }, FACT));
                used = if fits { used + 1.0 } else { 0.0 };
            }
            if !label.is_empty() {
                out.push_str(&styled(label, &named));
            }
            out.push_str(&self.text(words, FACT));
            used += own;
        }
        out
    }
}

/// The largest size at which the promises fit in so many points, and whether they do at all.
fn size(promises: &Promises, room: f64) -> (f64, bool) {
    let fitting = [14.0, 13.0, 12.0, 11.0, 10.5];
    match fitting.into_iter().find(|size| height(promises, *size) <= room) {
        Some(size) => (size, true),
        None => (12.0, false),
    }
}

fn height(promises: &Promises, size: f64) -> f64 {
    let line = size * LEADING;
    let mut points = if promises.heading.trim().is_empty() {
        12.0
    } else {
        12.0 + 30.0
    };
    for group in &promises.groups {
        points += 9.0 + line * lines(&group.label, WIDE / size);
        for item in &group.items {
            points += line * lines(&item.text, WIDE / size);
            let mut used = f64::INFINITY;
            for (label, words) in &item.facts {
                let own = width(label) + width(words);
                let all = WIDE / (size * FACT);
                let fits = used + 1.0 + own <= all;
                if !fits {
                    points += line * FACT * lines(words, all);
                    used = 0.0;
                }
                used += own;
            }
            points += 4.5;
        }
    }
    points
}

fn least(row: &[Cell]) -> Option<f64> {
    let least = row.iter().filter_map(|cell| match &cell.content {
        Content::Label { least, .. } if *least > 0.0 => Some(*least),
        _ => None,
    });
    least.reduce(f64::max)
}
