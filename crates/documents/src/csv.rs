//! CSV that office programs open rightly: UTF-8 with a byte-order mark, CRLF, safe against formulas.
//!
//! # Escaping
//! A text that a spreadsheet would take for a formula, that is one beginning with `=`, `+`, `-`, `@`, their
//! full-width forms, a tab or a line end, gets an apostrophe in front; so does a text that begins with an
//! apostrophe itself. A reader takes the rule back by removing the apostrophe before such a beginning, see
//! [`unescape`]; the reader of this product does so itself.
//! Numbers and dates are never escaped.

use crate::DocumentError;
use crate::table::{Cell, Table};

const MARK: char = '\'';

/// The table as CSV: one row of heads, then the rows. Title and note are left out, so that a program finds
/// heads in the first row.
///
/// # Errors
/// [`DocumentError::Empty`] when the table has no columns, [`DocumentError::TableTooLarge`] when a row is
/// longer than the heads.
pub fn write_table(table: &Table) -> Result<Vec<u8>, DocumentError> {
    if table.columns.is_empty() {
        return Err(DocumentError::Empty);
    }
    let mut bytes = "\u{FEFF}".as_bytes().to_vec();
    {
        let mut writer = ::csv::WriterBuilder::new()
            .terminator(::csv::Terminator::CRLF)
            .from_writer(&mut bytes);
        let failed = |error: ::csv::Error| DocumentError::Spreadsheet {
            cause: error.to_string(),
        };
        writer
            .write_record(table.columns.iter().map(|column| escape(&column.head)))
            .map_err(failed)?;
        for (number, row) in table.rows.iter().enumerate() {
            if row.len() > table.columns.len() {
                return Err(DocumentError::TableTooLarge {
                    row: number,
                    column: table.columns.len(),
                });
            }
            let missing = table.columns.len() - row.len();
            let cells = row
                .iter()
                .map(text)
                .chain(std::iter::repeat_n(String::new(), missing));
            writer.write_record(cells).map_err(failed)?;
        }
        writer.flush().map_err(|error| DocumentError::Spreadsheet {
            cause: error.to_string(),
        })?;
    }
    Ok(bytes)
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => escape(text),
        other => plain(other),
    }
}

/// A cell as it is read.
pub(crate) fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        Cell::Share(points) => format!("{}%", hundredths(*points)),
        Cell::Hundredths(number) => hundredths(*number),
        Cell::Date(date) => date.to_string(),
    }
}

/// Hundredths of one with two decimals.
fn hundredths(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let number = number.unsigned_abs();
    format!("{sign}{}.{:02}", number / 100, number % 100)
}

/// Makes a text safe against formulas; see the rule above.
pub fn escape(text: &str) -> String {
    if text.starts_with(risky) {
        format!("{MARK}{text}")
    } else {
        text.to_owned()
    }
}

/// Takes [`escape`] back. An apostrophe that guards nothing is the writer's own and stays.
pub fn unescape(text: &str) -> &str {
    match text.strip_prefix(MARK) {
        Some(rest) if rest.starts_with(risky) => rest,
        _ => text,
    }
}

fn risky(first: char) -> bool {
    matches!(
        first,
        '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | MARK | '\u{FF1D}' | '\u{FF0B}' | '\u{FF0D}' | '\u{FF20}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;
    use jiff::civil::date;

    #[test]
    fn escaping_is_taken_back() {
        for text in [
            "", "=1+1", "+86", "-", "@x", "'", "''", "'=1", "王䶮", "\t", "＝1", "a=b", "𰻞",
        ] {
            let escaped = escape(text);
            assert_eq!(unescape(&escaped), text);
            assert!(
                !escaped.starts_with(['=', '+', '-', '@', '\t', '＝']),
                "{escaped:?}"
            );
        }
    }

    #[test]
    fn excel_finds_mark_crlf_and_no_formula() {
        let table = Table {
            columns: vec![
                Column::new("姓名"),
                Column::new("数"),
                Column::new("日期"),
                Column::new("率"),
            ],
            rows: vec![
                vec![
                    "=HYPERLINK(\"x\")".into(),
                    Cell::Number(-5),
                    date(2010, 10, 8).into(),
                    Cell::Share(9_876),
                ],
                vec!["马㛃雅, \"主任\"".into()],
            ],
            ..Table::default()
        };
        let bytes = write_table(&table).expect("a table");
        let text = String::from_utf8(bytes).expect("UTF-8");
        assert_eq!(
            text,
            "\u{FEFF}姓名,数,日期,率\r\n\"'=HYPERLINK(\"\"x\"\")\",-5,2010-10-08,98.76%\r\n\"马㛃雅, \"\"主任\"\"\",,,\r\n"
        );
    }

    #[test]
    fn a_row_longer_than_the_heads_is_refused() {
        let table = Table {
            columns: vec![Column::new("a")],
            rows: vec![vec![], vec![Cell::Number(1), Cell::Number(2)]],
            ..Table::default()
        };
        assert_eq!(
            write_table(&table),
            Err(DocumentError::TableTooLarge { row: 1, column: 1 })
        );
    }
}
