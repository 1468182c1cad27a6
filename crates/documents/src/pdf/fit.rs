//! Which forms surely fit on one page. Trying costs a second layout of the form, so the many ordinary ones
//! are recognised by counting; the few others are measured by the template. The count errs towards "no".
//!
//! Lengths are in points; widths of text in ems of its own size. They mirror `templates/form.typ`.

use crate::measure::{lines, longest_run, width};
use crate::paper::{Block, Cell, Content, Decision, Grid, Part, Promises};

/// Height of the type area.
const AREA: f64 = 711.0;
/// Mark and title above the grid.
const TITLE: f64 = 68.0;
/// A row of one line, and each further line.
const ROW: f64 = 29.0;
const LINE: f64 = 21.5;
const LABEL_LINE: f64 = 19.8;
const FACT_LINE: f64 = 19.0;
/// Points to a millimetre.
const MM: f64 = 72.0 / 25.4;
/// What is kept free, since all of this is counted and not measured.
const RESERVE: f64 = 16.0;

/// Whether a form surely fits on one page at full size.
pub(super) fn fits(part: &Part) -> bool {
    let Some(grid) = part.blocks.iter().find_map(grid_of) else {
        return false;
    };
    let mut height = TITLE + RESERVE;
    for row in &grid.rows {
        let (own, sure) = row_height(grid, row);
        if !sure {
            return false;
        }
        height += own;
    }
    height <= AREA
}

/// The height that is left for the open row when the others are as high as counted.
pub(crate) fn room(grid: &Grid) -> f64 {
    let rows = grid.rows.iter().enumerate().filter(|(at, _)| *at != grid.open);
    let used: f64 = rows.map(|(_, row)| row_height(grid, row).0).sum();
    (AREA - TITLE - used).max(0.0)
}

/// The height of a row, and whether that is sure.
fn row_height(grid: &Grid, row: &[Cell]) -> (f64, bool) {
    let mut from = 0;
    let (mut tallest, mut all_sure) = (ROW, true);
    for cell in row {
        let columns = grid.columns.iter().skip(from).take(cell.span);
        let (own, sure) = cell_height(cell, columns.sum::<f64>() * MM);
        tallest = own.max(tallest);
        all_sure &= sure;
        from += cell.span;
    }
    (tallest, all_sure)
}

fn grid_of(block: &Block) -> Option<&Grid> {
    match block {
        Block::Grid(grid) => Some(grid),
        _ => None,
    }
}

/// The height of a cell so many points wide, and whether that is sure: what is not has to be measured.
fn cell_height(cell: &Cell, points: f64) -> (f64, bool) {
    match &cell.content {
        Content::Label { text, least } => {
            let ems = (points - 10.0) / 12.0 - 0.1;
            let narrow = text.lines().count() <= 3 && text.lines().all(|line| edged(line) <= ems);
            let own = LABEL_LINE * lines(text, ems) + 10.0;
            (own.max(least * MM + 19.0), narrow)
        }
        Content::Value {
            text,
            left,
            size,
            letters,
        } => {
            let inset = if *left { 22.0 } else { 10.0 };
            let count = lines(text, (points - inset) / size * 0.92);
            // Words of letters leave their lines half empty: of many lines nobody can tell by counting.
            let broken = longest_run(text) > *letters || (count > 3.0 && text.contains(' '));
            (ROW + LINE * size / 13.0 * (count - 1.0), !broken)
        }
        Content::Promises(promises) => pledges(promises).map_or((0.0, false), |own| (own, true)),
        Content::Seal { decision, .. } => {
            let pictured = decision.as_ref().is_some_and(|d| d.picture.is_some());
            let drawn = decision.as_ref().is_some_and(|d| d.drawn.is_some());
            let above = 80.0 * f64::from(u8::from(pictured)) + 32.0 * f64::from(u8::from(drawn));
            (84.0 + above, small(decision.as_deref()))
        }
    }
}

/// The width of a line whose brackets at its edges are set half as wide.
fn edged(line: &str) -> f64 {
    let opens = line.starts_with('\u{FF08}');
    let closes = line.ends_with('\u{FF09}');
    width(line) - 0.5 * f64::from(u8::from(opens) + u8::from(closes))
}

/// A decision of at most three short lines stays within the room of its seal.
fn small(seal: Option<&Decision>) -> bool {
    seal.is_none_or(|seal| {
        let who = width(&seal.role) + width(&seal.name) + 1.0;
        width(&seal.words) <= 9.0
            && who <= 9.0
            && width(&seal.date) <= 9.0
            && seal.stamped.is_empty()
            && ![&seal.words, &seal.role, &seal.name, &seal.date]
                .iter()
                .any(|text| text.contains('\n'))
    })
}

/// The height of the pledge block; `None` when nothing is in it, since empty groups share the room.
fn pledges(promises: &Promises) -> Option<f64> {
    if promises.groups.iter().all(|group| group.items.is_empty()) {
        return None;
    }
    let mut height = 26.0;
    if !promises.heading.is_empty() {
        height += 40.0;
    }
    for group in &promises.groups {
        height += 28.0 + LINE * (lines(&group.label, 28.0) - 1.0);
        for item in &group.items {
            let facts = item.facts.iter().map(|(label, value)| {
                // A fact with a line end of its own is counted as two full lines.
                width(label) + width(value) + 2.2 + 66.0 * f64::from(u8::from(value.contains('\n')))
            });
            height += 25.0 + LINE * (lines(&item.text, 29.5) - 1.0) + FACT_LINE * packed(facts);
        }
    }
    Some(height)
}

/// Lines that pieces of these widths need when each goes whole to the next line unless it fits.
fn packed(pieces: impl IntoIterator<Item = f64>) -> f64 {
    let full = 34.0;
    let (mut count, mut used) = (0.0, full);
    for piece in pieces {
        if used + piece > full {
            count += (piece / full).ceil();
            used = piece % full;
        } else {
            used += piece;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paper::{FormText, PersonForm, PledgeGroup, PledgeItem, annex2};

    fn person(form: &PersonForm, text: &FormText) -> bool {
        let day = jiff::civil::date(2010, 10, 10);
        annex2(std::slice::from_ref(form), text, day)
            .parts
            .iter()
            .all(fits)
    }

    #[test]
    fn an_ordinary_form_is_short_and_a_long_or_odd_one_is_not() {
        let text = FormText::of(lang::Lang::Zh);
        let item = |words: &str| PledgeItem {
            text: words.to_owned(),
            due: "2011年9月30日".to_owned(),
            ..PledgeItem::default()
        };
        let form = |items: Vec<PledgeItem>| PersonForm {
            groups: vec![PledgeGroup {
                label: "一、共性承诺".to_owned(),
                items,
            }],
            ..PersonForm::default()
        };
        assert!(person(&form(vec![item("每月参加支部学习不少于1次"); 4]), &text));
        assert!(!person(&form(vec![item("每月参加支部学习不少于1次"); 14]), &text));
        assert!(!person(&form(vec![item(&"字".repeat(1_000))]), &text));
        assert!(!person(&form(vec![item(&"\n".repeat(40))]), &text));
        assert!(
            !person(&PersonForm::default(), &text),
            "a blank form shares its room"
        );
        let mut long = form(vec![item("短")]);
        long.post = "字".repeat(1_600);
        assert!(!person(&long, &text));
        assert!(
            !person(&form(vec![item("短")]), &FormText::of(lang::Lang::En)),
            "labels that wrap are measured"
        );
    }

    #[test]
    fn pieces_are_packed_greedily() {
        assert_eq!(packed([]), 0.0);
        assert_eq!(packed([10.0, 10.0, 10.0]), 1.0);
        assert_eq!(packed([20.0, 20.0, 20.0]), 3.0);
        assert_eq!(packed([70.0]), 3.0);
    }
}
