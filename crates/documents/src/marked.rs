//! An uploaded book given back as it was, with what is wrong in a red column of its own beside each row (screen 26).

use std::collections::BTreeMap;

use domain::organization::raw::{RawBook, RawCell, RawSheet};
use rust_xlsxwriter::{Color, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::DocumentError;

/// What is said of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Name of the sheet.
    pub sheet: String,
    /// Row as the spreadsheet counts, from 1; 0 = the sheet as a whole, told in its first row.
    pub row: usize,
    /// The column concerned as the user sees it; its cell turns red too where the text of the head is found.
    pub column: String,
    /// The words.
    pub text: String,
}

/// Writes the book with its marks. Cells keep their kind; nothing becomes a formula.
///
/// # Errors
/// [`DocumentError::Spreadsheet`] when the writer refuses.
pub fn write_marked(book: &RawBook, marks: &[Mark]) -> Result<Vec<u8>, DocumentError> {
    let mut out = Workbook::new();
    for (number, sheet) in book.sheets.iter().enumerate() {
        let own: Vec<&Mark> = marks.iter().filter(|m| m.sheet == sheet.name).collect();
        let page = out.add_worksheet();
        put_sheet(page, number, sheet, &own).map_err(|e| refused(&e))?;
    }
    out.save_to_buffer().map_err(|e| refused(&e))
}

fn refused(error: &XlsxError) -> DocumentError {
    DocumentError::Spreadsheet {
        cause: error.to_string(),
    }
}

fn put_sheet(
    page: &mut Worksheet,
    number: usize,
    sheet: &RawSheet,
    marks: &[&Mark],
) -> Result<(), XlsxError> {
    let name = if sheet.name.is_empty() {
        format!("Sheet{}", number + 1)
    } else {
        sheet.name.clone()
    };
    page.set_name(name)?;
    let red = Format::new()
        .set_font_color(Color::RGB(0x00B0_0020))
        .set_background_color(Color::RGB(0x00FD_ECEA));
    let words = red.clone().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    let plain = Format::new();
    let width = sheet.rows.iter().map(Vec::len).max().unwrap_or(0);
    let last = u16::try_from(width).unwrap_or(u16::MAX);
    let mut by_row: BTreeMap<usize, Vec<&Mark>> = BTreeMap::new();
    for mark in marks {
        by_row.entry(mark.row.saturating_sub(1)).or_default().push(mark);
    }
    // Columns by the text that stands above: a mark names its column by its head.
    let place = |head: &str| {
        let rows = sheet.rows.iter().take(30);
        rows.filter_map(|row| {
            row.iter()
                .position(|cell| !head.is_empty() && cell.text() == head)
        })
        .next()
    };
    let reddened: Vec<(usize, usize)> = marks
        .iter()
        .filter_map(|m| Some((m.row.checked_sub(1)?, place(&m.column)?)))
        .collect();
    for (at, row) in sheet.rows.iter().enumerate() {
        let line = u32::try_from(at).unwrap_or(u32::MAX);
        for (column, cell) in row.iter().enumerate() {
            let format = if reddened.contains(&(at, column)) {
                &red
            } else {
                &plain
            };
            put(
                page,
                line,
                u16::try_from(column).unwrap_or(u16::MAX),
                cell,
                format,
            )?;
        }
        if let Some(own) = by_row.get(&at) {
            let said: Vec<&str> = own.iter().map(|m| m.text.as_str()).collect();
            page.write_string_with_format(line, last, said.join("\n"), &words)?;
        }
    }
    if !marks.is_empty() {
        page.set_column_width(last, 60)?;
    }
    if sheet.hidden {
        page.set_hidden(true);
    }
    Ok(())
}

fn put(
    page: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &RawCell,
    format: &Format,
) -> Result<(), XlsxError> {
    match cell {
        RawCell::Empty => page.write_blank(row, column, format)?,
        RawCell::Number(number) if number.is_finite() => {
            page.write_number_with_format(row, column, *number, format)?
        }
        RawCell::Flag(flag) => page.write_boolean_with_format(row, column, *flag, format)?,
        other => page.write_string_with_format(row, column, other.text(), format)?,
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{Data, Reader, Xlsx};
    use std::io::Cursor;

    #[test]
    fn the_sheet_comes_back_with_a_column_more() {
        let text = |t: &str| RawCell::Text(t.to_owned());
        let sheet = RawSheet {
            name: "名册".to_owned(),
            rows: vec![
                vec![text("姓名"), text("出生年月")],
                vec![text("王䶮"), RawCell::Number(1960.1)],
                vec![text("=1+1"), RawCell::Empty],
            ],
            ..RawSheet::default()
        };
        let mark = |row, column: &str, text: &str| Mark {
            sheet: "名册".to_owned(),
            row,
            column: column.to_owned(),
            text: text.to_owned(),
        };
        let marks = [
            mark(2, "出生年月", "一月还是十月？"),
            mark(2, "", "请核对"),
            mark(0, "", "整页"),
        ];
        let bytes = write_marked(&RawBook { sheets: vec![sheet] }, &marks).expect("written");
        let mut read: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).expect("opens");
        let range = read.worksheet_range("名册").expect("the sheet");
        let cell = |row, column| range.get_value((row, column)).cloned().unwrap_or_default();
        assert_eq!(cell(1, 0), Data::String("王䶮".to_owned()));
        assert_eq!(cell(1, 1), Data::Float(1960.1));
        assert_eq!(cell(1, 2), Data::String("一月还是十月？\n请核对".to_owned()));
        assert_eq!(cell(0, 2), Data::String("整页".to_owned()));
        assert_eq!(cell(2, 0), Data::String("=1+1".to_owned()), "no formula");
    }
}
