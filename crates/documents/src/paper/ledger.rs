//! A ledger as a document to print or file: the same table that becomes a workbook.

use super::official::figures;
use super::{Block, Document, Furniture, Layout, Part};
use crate::DocumentError;
use crate::csv::plain;
use crate::table::{Cell, Table};

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
    let rows = table.rows.iter().map(|row| row.iter().map(plain).collect());
    let mut blocks = vec![Block::Title {
        text: table.title.clone(),
    }];
    if !table.note.trim().is_empty() {
        blocks.push(Block::Remark {
            text: table.note.clone(),
        });
    }
    let mut figures = figures("", head, rows.collect());
    // What a cell is, not how it looks: a telephone number is text.
    for (column, numeric) in figures.numeric.iter_mut().enumerate() {
        *numeric = table
            .rows
            .iter()
            .filter_map(|row| row.get(column))
            .all(|cell| matches!(cell, Cell::Number(_) | Cell::Share(_)));
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
