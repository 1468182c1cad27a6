//! Cells that stand for several rows.

use super::{RawSheet, value};
use std::collections::HashMap;

/// The value of each row that lies in a merged cell of a column.
pub(super) fn merged(sheet: &RawSheet, header_row: usize, column: Option<&usize>) -> HashMap<usize, String> {
    let mut out = HashMap::new();
    let Some(&column) = column else { return out };
    let own = sheet
        .merged
        .iter()
        .filter(|m| m.left <= column && column <= m.right && m.top > header_row);
    for area in own {
        let value = value::plain(sheet.rows.get(area.top).and_then(|row| row.get(area.left)));
        for row in area.top..=area.bottom.min(sheet.rows.len()) {
            out.insert(row, value.clone());
        }
    }
    out
}

/// The unit above that a row names: its own cell, or the merged cell it lies in.
pub(super) fn above_of(typed: String, merged: &HashMap<usize, String>, row: usize) -> String {
    let value = match typed.is_empty() {
        true => merged.get(&row).cloned().unwrap_or_default(),
        false => typed,
    };
    value.split_whitespace().collect()
}
