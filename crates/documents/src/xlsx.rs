//! Ledgers as XLSX: title, note, heads that stay in view and filter, text that stays text, real dates.

mod book;

pub use book::{Choice, write_book};
use rust_xlsxwriter::{
    Color, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::DocumentError;
use crate::table::{Cell, Table};

const MAX_ROWS: usize = 1_048_576 - 3;
const MAX_COLUMNS: usize = 16_384;
/// Excel counts UTF-16 units.
const MAX_TEXT: usize = 32_767;
const MAX_NAME: usize = 31;
/// The largest whole number a cell holds to its last figure.
const EXACT: u64 = (1 << 53) - 1;
/// Widths chosen by themselves stay between these, in Latin characters.
const WIDTHS: (usize, usize) = (8, 48);
/// Height of a line of text, and the most a row may have, in points.
const LINE: f64 = 15.6;
const HIGHEST: f64 = 409.0;

struct Formats {
    title: Format,
    note: Format,
    head: Format,
    text: Format,
    number: Format,
    share: Format,
    hundredths: Format,
    date: Format,
}

impl Formats {
    fn new() -> Self {
        let line = Color::RGB(0x00B8_AFA0);
        let cell = Format::new()
            .set_border(FormatBorder::Thin)
            .set_border_color(line);
        let cell = cell.set_align(FormatAlign::Top);
        Self {
            title: Format::new()
                .set_bold()
                .set_font_size(16)
                .set_align(FormatAlign::VerticalCenter),
            note: Format::new().set_font_color(Color::RGB(0x0059_5959)),
            head: cell
                .clone()
                .set_bold()
                .set_text_wrap()
                .set_background_color(Color::RGB(0x00F5_EFE5))
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter),
            // The number format "@" keeps a text a text even after somebody edits the cell.
            text: cell.clone().set_num_format("@").set_text_wrap(),
            number: cell.clone().set_num_format("#,##0"),
            share: cell.clone().set_num_format("0.00%"),
            hundredths: cell.clone().set_num_format("0.00"),
            date: cell.set_num_format("yyyy-mm-dd").set_align(FormatAlign::Center),
        }
    }
}

/// The table as an XLSX file with one sheet.
///
/// # Errors
/// [`DocumentError::Empty`] when the table has no columns, [`DocumentError::TableTooLarge`] when rows,
/// columns or a text are more than a sheet holds, [`DocumentError::Spreadsheet`] when the writer refuses.
pub fn write_table(table: &Table) -> Result<Vec<u8>, DocumentError> {
    check(table)?;
    write(table).map_err(|error| refused(&error))
}

fn refused(error: &XlsxError) -> DocumentError {
    DocumentError::Spreadsheet {
        cause: error.to_string(),
    }
}

fn check(table: &Table) -> Result<(), DocumentError> {
    if table.columns.is_empty() {
        return Err(DocumentError::Empty);
    }
    if table.rows.len() > MAX_ROWS || table.columns.len() > MAX_COLUMNS {
        return Err(DocumentError::TableTooLarge {
            row: table.rows.len(),
            column: table.columns.len(),
        });
    }
    for (number, row) in table.rows.iter().enumerate() {
        if row.len() > table.columns.len() {
            return Err(DocumentError::TableTooLarge {
                row: number,
                column: table.columns.len(),
            });
        }
        let long = |cell: &Cell| matches!(cell, Cell::Text(text) if text.encode_utf16().count() > MAX_TEXT);
        if let Some(column) = row.iter().position(long) {
            return Err(DocumentError::TableTooLarge { row: number, column });
        }
    }
    Ok(())
}

fn write(table: &Table) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    book.set_properties(&book::properties(table)?);
    let sheet = book.add_worksheet();
    sheet.set_name(sheet_name(&table.title))?;
    let first = fill(sheet, table, &Formats::new())?;
    sheet.set_freeze_panes(first, 0)?;
    book.save_to_buffer()
}

/// Writes a whole table with its filter and how it is printed; returns the row after the heads.
fn fill(sheet: &mut Worksheet, table: &Table, formats: &Formats) -> Result<u32, XlsxError> {
    let widths = widths(table);
    let first = heads(sheet, table, &widths, formats)?;
    for (row, cells) in (first..).zip(&table.rows) {
        // Not every program makes a row as high as its text when it opens the file.
        let lines = lines(cells, &widths);
        if lines > 1 {
            sheet.set_row_height(row, (f64::from(lines) * LINE).min(HIGHEST))?;
        }
        // A short row still gets its grid lines.
        let cells = cells.iter().chain(std::iter::repeat(&Cell::Empty));
        for ((column, _), cell) in (0u16..).zip(&table.columns).zip(cells) {
            put(sheet, row, column, cell, formats)?;
        }
    }
    let last_column = u16::try_from(table.columns.len() - 1).unwrap_or(u16::MAX);
    let last_row = first + u32::try_from(table.rows.len()).unwrap_or(0);
    sheet.autofilter(first - 1, 0, (last_row.max(first + 1)) - 1, last_column)?;
    // A wide list prints on A3 (8), any other on A4 (9); on A4 nobody could read it.
    let paper = if table.columns.len() > 10 { 8 } else { 9 };
    sheet
        .set_landscape()
        .set_paper_size(paper)
        .set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(first - 1, first - 1)?;
    Ok(first)
}

/// Writes title, note and heads; returns the row after them.
fn heads(sheet: &mut Worksheet, table: &Table, widths: &[f64], formats: &Formats) -> Result<u32, XlsxError> {
    sheet.write_string_with_format(0, 0, &table.title, &formats.title)?;
    sheet.set_row_height(0, 28)?;
    let mut row = 1;
    if !table.note.is_empty() {
        sheet.write_string_with_format(row, 0, &table.note, &formats.note)?;
        row += 1;
    }
    for ((column, field), width) in (0u16..).zip(&table.columns).zip(widths) {
        sheet.write_string_with_format(row, column, &field.head, &formats.head)?;
        sheet.set_column_width(column, *width)?;
    }
    sheet.set_row_height(row, 22)?;
    Ok(row + 1)
}

fn put(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    formats: &Formats,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => sheet.write_blank(row, column, &formats.text)?,
        // `write_string` never makes a formula, whatever the text begins with.
        Cell::Text(text) => sheet.write_string_with_format(row, column, text, &formats.text)?,
        // A spreadsheet knows only floating numbers: a longer one would lose its last figures.
        Cell::Number(number) if number.unsigned_abs() > EXACT => {
            sheet.write_string_with_format(row, column, number.to_string(), &formats.text)?
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "no longer than a floating number holds"
        )]
        Cell::Number(number) => {
            sheet.write_number_with_format(row, column, *number as f64, &formats.number)?
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "a spreadsheet knows only floating numbers"
        )]
        Cell::Share(points) => {
            sheet.write_number_with_format(row, column, *points as f64 / 10_000.0, &formats.share)?
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "a spreadsheet knows only floating numbers"
        )]
        Cell::Hundredths(hundredths) => {
            sheet.write_number_with_format(row, column, *hundredths as f64 / 100.0, &formats.hundredths)?
        }
        Cell::Date(date) => match excel_date(*date) {
            Some(day) => sheet.write_datetime_with_format(row, column, &day, &formats.date)?,
            // Excel knows no day before 1900.
            None => sheet.write_string_with_format(row, column, date.to_string(), &formats.text)?,
        },
    };
    Ok(())
}

fn excel_date(date: jiff::civil::Date) -> Option<ExcelDateTime> {
    let year = u16::try_from(date.year()).ok().filter(|year| *year >= 1900)?;
    ExcelDateTime::from_ymd(
        year,
        u8::try_from(date.month()).ok()?,
        u8::try_from(date.day()).ok()?,
    )
    .ok()
}

/// A sheet name Excel takes: no `[]:*?/\`, no apostrophe at either end, at most 31 UTF-16 units, not empty.
fn sheet_name(title: &str) -> String {
    let mut name = String::new();
    for c in title
        .chars()
        .filter(|c| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') && !c.is_control())
    {
        if name.encode_utf16().count() + c.len_utf16() > MAX_NAME {
            break;
        }
        name.push(c);
    }
    let name = name.trim().trim_matches('\'').trim();
    // "History" is taken by Excel itself.
    if name.is_empty() || name.eq_ignore_ascii_case("history") {
        "Sheet1".to_owned()
    } else {
        name.to_owned()
    }
}

/// The width of each column, in Latin characters.
fn widths(table: &Table) -> Vec<f64> {
    let columns = table.columns.iter().enumerate();
    columns
        .map(|(at, field)| field.width.unwrap_or_else(|| width(table, at)))
        .collect()
}

/// How many lines the longest text of a row takes; the margins of a cell take a character.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a text of a cell has at most 32,767 characters"
)]
fn lines(cells: &[Cell], widths: &[f64]) -> u32 {
    let of = |(cell, width): (&Cell, &f64)| match cell {
        // No text is wider than it is long in bytes.
        Cell::Text(text) if text.len() as f64 > width - 1.0 || text.contains('\n') => text
            .split('\n')
            .map(|line| (text_width(line) as f64 / (width - 1.0).max(1.0)).ceil().max(1.0) as u32)
            .sum(),
        _ => 1,
    };
    cells.iter().zip(widths).map(of).max().unwrap_or(1)
}

#[expect(clippy::cast_precision_loss, reason = "at most 48")]
fn width(table: &Table, column: usize) -> f64 {
    let head = table
        .columns
        .get(column)
        .map_or(0, |field| text_width(&field.head) + 3);
    let body = table
        .rows
        .iter()
        .take(200)
        .filter_map(|row| row.get(column))
        .map(|cell| match cell {
            Cell::Text(text) => text.lines().map(text_width).max().unwrap_or(0) + 1,
            Cell::Number(_) | Cell::Share(_) | Cell::Hundredths(_) => 10,
            Cell::Date(_) => 12,
            Cell::Empty => 0,
        });
    body.max().unwrap_or(0).max(head).clamp(WIDTHS.0, WIDTHS.1) as f64
}

fn text_width(text: &str) -> usize {
    text.chars()
        .map(|c| if u32::from(c) < 0x1100 { 1 } else { 2 })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;
    use calamine::{Data, Reader, Xlsx};
    use jiff::civil::date;
    use std::io::Cursor;

    fn ledger() -> Table {
        Table {
            title: "践诺台账[2010]".to_owned(),
            note: "截至 2010-10-20".to_owned(),
            columns: ["姓名", "电话", "承诺", "到期", "次数", "兑现率", "得分"]
                .map(Column::new)
                .to_vec(),
            rows: vec![
                vec![
                    "王䶮".into(),
                    "013800000000".into(),
                    "=cmd|'/c calc'!A1".into(),
                    date(2010, 12, 31).into(),
                    Cell::Number(184),
                    Cell::Share(9_876),
                    Cell::Hundredths(8_840),
                ],
                vec!["𰻞".into(), "+86".into()],
            ],
            date: date(2010, 10, 20),
        }
    }

    #[test]
    fn read_back_by_calamine() {
        let bytes = write_table(&ledger()).expect("a sheet");
        let mut book = Xlsx::new(Cursor::new(bytes)).expect("readable");
        assert_eq!(book.sheet_names(), ["践诺台账2010"]);
        let range = book.worksheet_range("践诺台账2010").expect("the sheet");
        let cell = |row, column| range.get_value((row, column)).cloned().unwrap_or_default();
        assert_eq!(cell(0, 0), Data::String("践诺台账[2010]".into()));
        assert_eq!(cell(1, 0), Data::String("截至 2010-10-20".into()));
        assert_eq!(cell(2, 5), Data::String("兑现率".into()));
        assert_eq!(cell(3, 0), Data::String("王䶮".into()));
        assert_eq!(cell(3, 1), Data::String("013800000000".into()));
        assert_eq!(cell(3, 2), Data::String("=cmd|'/c calc'!A1".into()));
        assert!(
            matches!(cell(3, 3), Data::DateTime(day) if day.as_f64() == 40_543.0),
            "{:?}",
            cell(3, 3)
        );
        assert_eq!(cell(3, 4), Data::Float(184.0));
        assert_eq!(cell(3, 5), Data::Float(0.9876));
        assert_eq!(cell(3, 6), Data::Float(88.4));
        assert_eq!(cell(4, 0), Data::String("𰻞".into()));
        assert_eq!(cell(4, 1), Data::String("+86".into()));
        let formulas = book.worksheet_formula("践诺台账2010").expect("formulas");
        assert!(formulas.used_cells().all(|(_, _, formula)| formula.is_empty()));
    }

    #[test]
    fn the_same_table_gives_the_same_bytes() {
        assert_eq!(write_table(&ledger()), write_table(&ledger()));
    }

    #[test]
    fn a_row_is_as_high_as_its_longest_text() {
        let cells = |text: &str| [Cell::from(text), Cell::Number(1)];
        for (text, wanted) in [
            ("", 1),
            ("short", 1),
            ("a\nb\nc", 3),
            (&"x".repeat(19), 1),
            (&"x".repeat(20), 2),
            (&"\u{5B57}".repeat(19), 2),
            (&"\u{5B57}".repeat(20), 3),
        ] {
            assert_eq!(lines(&cells(text), &[20.0, 8.0]), wanted, "{text}");
        }
    }

    #[test]
    fn bad_tables_are_refused_with_the_place() {
        let mut table = ledger();
        table
            .rows
            .push(vec![Cell::Empty, Cell::Text("字".repeat(32_768))]);
        assert_eq!(
            write_table(&table),
            Err(DocumentError::TableTooLarge { row: 2, column: 1 })
        );
        assert_eq!(write_table(&Table::default()), Err(DocumentError::Empty));
    }

    #[test]
    fn every_title_makes_a_sheet_name() {
        for title in [
            "",
            "'x'",
            "[]:*?/\\",
            "History",
            "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三",
            "𰻞𰻞",
        ] {
            let table = Table {
                title: title.to_owned(),
                ..ledger()
            };
            assert!(write_table(&table).is_ok(), "{title}");
        }
    }
}
