//! A ledger file held against the product: what somebody typed into the copy, and what happened since it was taken.

use super::{COLUMNS, texts};
use documents::table::Table;
use std::collections::HashMap;

/// The place of the column that tells an item from every other.
const ID: usize = COLUMNS.len() - 1;
/// The place of the state, which moves with the day and is nobody's entry.
const STATE: usize = 9;

/// One cell that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Row of the file, counted from 1 below the heads.
    pub row: usize,
    /// Number of the pledge.
    pub number: String,
    /// Key of the head of the column.
    pub column: &'static str,
    /// What the file says.
    pub file: String,
    /// What the product says.
    pub here: String,
}

/// What a file and the product say differently.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Rows that are the same.
    pub unchanged: usize,
    /// Cells that differ.
    pub differences: Vec<Difference>,
    /// Rows of the file whose item is not here, with the number of the pledge.
    pub unknown: Vec<(usize, String)>,
    /// Items that are not in the file.
    pub missing: usize,
}

impl Comparison {
    /// Whether both say the same.
    pub fn is_same(&self) -> bool {
        self.differences.is_empty() && self.unknown.is_empty() && self.missing == 0
    }

    /// How many cells and rows differ.
    pub fn count(&self) -> usize {
        self.differences.len() + self.unknown.len() + self.missing
    }
}

/// Compares the rows of a file (as [`super::read_back`] gives them) with the ledger.
pub fn compare(file: &[Vec<String>], ledger: &Table) -> Comparison {
    let here = texts(ledger);
    let id = |row: &[String]| row.get(ID).cloned().unwrap_or_default();
    let mut known: HashMap<String, &Vec<String>> = here.iter().map(|row| (id(row), row)).collect();
    let mut out = Comparison::default();
    for (at, row) in file.iter().enumerate() {
        let number = row.first().cloned().unwrap_or_default();
        let Some(own) = known.remove(&id(row)) else {
            out.unknown.push((at + 1, number));
            continue;
        };
        let before = out.differences.len();
        for (place, column) in COLUMNS.iter().enumerate().filter(|(place, _)| *place != STATE) {
            let cell = |row: &[String]| row.get(place).cloned().unwrap_or_default();
            let (file, here) = (cell(row), cell(own));
            if file != here {
                out.differences.push(Difference {
                    row: at + 1,
                    number: number.clone(),
                    column,
                    file,
                    here,
                });
            }
        }
        out.unchanged += usize::from(before == out.differences.len());
    }
    out.missing = known.len();
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use documents::table::Cell;

    fn row(id: &str, content: &str) -> Vec<Cell> {
        let mut cells: Vec<Cell> = (0..COLUMNS.len()).map(|_| Cell::Empty).collect();
        cells[0] = Cell::from("N1");
        cells[5] = Cell::from(content);
        cells[STATE] = Cell::from("running");
        cells[ID] = Cell::from(id);
        cells
    }

    #[test]
    fn every_cell_but_the_computed_state_counts() {
        let ledger = Table {
            rows: vec![row("a", "x"), row("b", "y"), row("c", "z")],
            ..Table::default()
        };
        let mut file = texts(&ledger);
        assert!(compare(&file, &ledger).is_same());
        file[0][STATE] = "overdue".to_owned();
        file[1][5] = "yy".to_owned();
        file[2][ID] = "d".to_owned();
        let found = compare(&file, &ledger);
        assert_eq!((found.unchanged, found.missing, found.count()), (1, 1, 3));
        assert_eq!(found.unknown, [(3, "N1".to_owned())]);
        let cell = &found.differences[0];
        assert_eq!(
            (cell.row, cell.column, cell.file.as_str(), cell.here.as_str()),
            (2, "ledger.content", "yy", "y")
        );
        // The same row twice: the second is of no item that is left.
        file[2] = file[0].clone();
        assert_eq!(compare(&file, &ledger).unknown.len(), 1);
    }
}
