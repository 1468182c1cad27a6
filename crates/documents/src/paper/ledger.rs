//! A ledger as a document to print or file: the same table that becomes a workbook.

use super::official::figures;
use super::{Block, Document, Furniture, Layout, Part};
use crate::DocumentError;
use crate::csv::plain;
use crate::measure::fitted;
use crate::table::{Cell, Table};

/// Room for the words of all columns, in ems of the type the template sets: paper and margins less the insets.
fn room(columns: usize) -> f64 {
    let (paper, size) = match columns > 10 {
        true => (420.0, 10.0),
        false => (297.0, 10.5),
    };
    let points = (paper - 30.0) * 72.0 / 25.4 - 8.0 * columns as f64;
    points / size
}

/// Whether a column holds nothing but identifiers (RFC 9562), with or without hyphens.
fn is_of_marks(rows: &[Vec<String>], column: usize) -> bool {
    let mark = |text: &String| {
        let bare = text.len() == 32 || (text.len() == 36 && text.matches('-').count() == 4);
        bare && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
    };
    let mut cells = rows.iter().filter_map(|row| row.get(column)).peekable();
    cells.peek().is_some() && cells.all(mark)
}

/// The ledger put together. `language` is a language tag, `page_of` the page line with `{page}` and
/// `{pages}`.
///
/// # Errors
/// [`DocumentError::Empty`] without a column, [`DocumentError::TableTooLarge`] when a row has more cells
/// than there are columns.
pub fn ledger(table: &Table, language: &str, page_of: &str) -> Result<Document, DocumentError> {
    let head: Vec<String> = table.columns.iter().map(|column| column.head.clone()).collect();
    if head.is_empty() {
        return Err(DocumentError::Empty);
    }
    if let Some(row) = table.rows.iter().position(|row| row.len() > head.len()) {
        let column = head.len();
        return Err(DocumentError::TableTooLarge { row, column });
    }
    let rows: Vec<Vec<String>> = table
        .rows
        .iter()
        .map(|row| row.iter().map(plain).collect())
        .collect();
    // What only a program reads again has no place on paper; it stands in the workbook.
    let shown: Vec<usize> = (0..head.len()).filter(|at| !is_of_marks(&rows, *at)).collect();
    let pick = |row: &Vec<String>| -> Vec<String> {
        let cells = shown.iter().map(|at| row.get(*at).cloned().unwrap_or_default());
        cells.collect()
    };
    let (head, rows): (Vec<String>, Vec<Vec<String>>) = (pick(&head), rows.iter().map(pick).collect());
    let mut blocks = vec![Block::Title {
        text: table.title.clone(),
    }];
    if !table.note.trim().is_empty() {
        blocks.push(Block::Remark {
            text: table.note.clone(),
        });
    }
    let mut figures = figures("", head, rows);
    figures.widths = fitted(
        &figures.widths,
        &figures.head,
        &figures.rows,
        room(figures.head.len()),
    );
    // What a cell is, not how it looks: a telephone number is text.
    for (column, numeric) in shown.iter().zip(figures.numeric.iter_mut()) {
        let cells = || table.rows.iter().filter_map(|row| row.get(*column));
        let figure = |cell: &Cell| matches!(cell, Cell::Number(_) | Cell::Share(_) | Cell::Hundredths(_));
        // A dash for a figure that is not shown, or none at all, leaves the others in their line.
        let gap = |cell: &Cell| match cell {
            Cell::Empty => true,
            Cell::Text(text) => text == "\u{2014}",
            _ => false,
        };
        *numeric = cells().any(figure) && cells().all(|cell| figure(cell) || gap(cell));
    }
    blocks.push(Block::Table(figures));
    Ok(Document {
        language: language.to_owned(),
        title: table.title.clone(),
        date: table.date,
        layout: Layout::Ledger,
        parts: vec![Part {
            blocks,
            furniture: Furniture {
                page_of: page_of.to_owned(),
                ..Furniture::default()
            },
        }],
    })
}
