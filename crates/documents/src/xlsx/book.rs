//! A workbook to fill in: a table whose cells offer a list to choose from, and further sheets that explain it.

use std::ops::Range;

use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Formula, Workbook, Worksheet,
    XlsxError,
};

use super::{Formats, check, fill, refused, sheet_name};
use crate::DocumentError;
use crate::table::Table;

/// Rows below the table that offer the same lists, for whatever is added by hand.
const SPARE_ROWS: u32 = 200;
/// Excel shows so many characters of a title and of a message beside a cell.
const TITLE_MAX: usize = 32;
const MESSAGE_MAX: usize = 250;

/// A list that the cells of a column offer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// The column of the first sheet.
    pub column: usize,
    /// The sheet that holds the list, from 0.
    pub sheet: usize,
    /// Its column there.
    pub list_column: usize,
    /// Its rows there, counted from the first row of the table.
    pub rows: Range<usize>,
    /// Title of what is told about a wrong entry.
    pub title: String,
    /// What is told about a wrong entry.
    pub message: String,
    /// Other words are refused while typing; else only warned of.
    pub strict: bool,
}

/// Several tables as the sheets of one workbook. The first is to be filled in: every cell of it is text, so that what
/// people type stays as typed, and its first columns stay in view.
///
/// # Errors
/// Those of [`super::write_table`], for every table.
pub fn write_book(
    sheets: &[Table],
    choices: &[Choice],
    fixed_columns: u16,
) -> Result<Vec<u8>, DocumentError> {
    if sheets.is_empty() {
        return Err(DocumentError::Empty);
    }
    sheets.iter().try_for_each(check)?;
    write(sheets, choices, fixed_columns).map_err(|error| refused(&error))
}

fn write(sheets: &[Table], choices: &[Choice], fixed: u16) -> Result<Vec<u8>, XlsxError> {
    let formats = Formats::new();
    let mut book = Workbook::new();
    let names = names(sheets);
    for (number, table) in sheets.iter().enumerate() {
        let sheet = book.add_worksheet();
        sheet.set_name(names.get(number).map_or("", String::as_str))?;
        if number == 0 {
            for column in (0u16..).zip(&table.columns).map(|(at, _)| at) {
                sheet.set_column_format(column, &formats.text)?;
            }
        }
        let first = fill(sheet, table, &formats)?;
        if number == 0 {
            sheet.set_freeze_panes(first, fixed)?;
            for choice in choices {
                offer(sheet, first, sheets, &names, choice)?;
            }
        }
    }
    if let Some(first) = sheets.first() {
        book.set_properties(&properties(first)?);
    }
    book.save_to_buffer()
}

pub(super) fn properties(table: &Table) -> Result<DocProperties, XlsxError> {
    let created = ExcelDateTime::from_ymd(
        u16::try_from(table.date.year()).unwrap_or(1900).max(1900),
        u8::try_from(table.date.month()).unwrap_or(1),
        u8::try_from(table.date.day()).unwrap_or(1),
    )?;
    Ok(DocProperties::new()
        .set_title(&table.title)
        .set_creation_datetime(&created))
}

/// Names of the sheets: Excel wants them different, whatever their case.
fn names(sheets: &[Table]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for (number, table) in sheets.iter().enumerate() {
        let name = sheet_name(&table.title);
        let taken = out.iter().any(|n| n.to_lowercase() == name.to_lowercase());
        out.push(if taken {
            format!("Sheet{}", number + 1)
        } else {
            name
        });
    }
    out
}

fn offer(
    sheet: &mut Worksheet,
    first: u32,
    sheets: &[Table],
    names: &[String],
    choice: &Choice,
) -> Result<(), XlsxError> {
    let (Some(list), Some(name), Some(own)) =
        (sheets.get(choice.sheet), names.get(choice.sheet), sheets.first())
    else {
        return Ok(());
    };
    if choice.rows.is_empty() {
        return Ok(());
    }
    let top = 2 + usize::from(!list.note.is_empty());
    let letter = column_letters(choice.list_column);
    let (from, until) = (top + choice.rows.start + 1, top + choice.rows.end);
    let quoted = name.replace('\'', "''");
    let range = format!("='{quoted}'!${letter}${from}:${letter}${until}");
    let style = match choice.strict {
        true => DataValidationErrorStyle::Stop,
        false => DataValidationErrorStyle::Warning,
    };
    let rule = DataValidation::new()
        .allow_list_formula(Formula::new(range))
        .ignore_blank(true)
        .set_error_style(style)
        .set_error_title(cut(&choice.title, TITLE_MAX))?
        .set_error_message(cut(&choice.message, MESSAGE_MAX))?;
    let column = u16::try_from(choice.column).unwrap_or(u16::MAX);
    let last = first + u32::try_from(own.rows.len()).unwrap_or(0) + SPARE_ROWS;
    sheet.add_data_validation(first, column, last, column, &rule)?;
    Ok(())
}

/// `A` for 0, `AA` for 26.
fn column_letters(mut column: usize) -> String {
    let mut letters = String::new();
    loop {
        let at = u8::try_from(column % 26).unwrap_or(0);
        letters.insert(0, char::from(b'A' + at));
        if column < 26 {
            return letters;
        }
        column = column / 26 - 1;
    }
}

/// So many UTF-16 units, as Excel counts.
fn cut(text: &str, max: usize) -> String {
    let mut out = String::new();
    let mut left = max;
    for c in text.chars() {
        if c.len_utf16() > left {
            break;
        }
        left -= c.len_utf16();
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;
    use std::io::{Cursor, Read};

    #[test]
    fn columns_have_the_letters_excel_gives_them() {
        for (at, letters) in [
            (0, "A"),
            (25, "Z"),
            (26, "AA"),
            (51, "AZ"),
            (52, "BA"),
            (701, "ZZ"),
            (702, "AAA"),
        ] {
            assert_eq!(column_letters(at), letters);
        }
    }

    #[test]
    fn a_list_is_offered_where_it_is_typed() {
        let table = |title: &str, rows: Vec<Vec<crate::table::Cell>>| Table {
            title: title.to_owned(),
            note: "说明".to_owned(),
            columns: ["甲", "乙"].map(Column::new).to_vec(),
            rows,
            ..Table::default()
        };
        let sheets = [
            table("填报", vec![vec!["007".into()]]),
            table(
                "填报",
                vec![
                    vec!["x".into(), "岗位".into()],
                    vec!["x".into(), "事实, 好".into()],
                ],
            ),
        ];
        let choice = Choice {
            column: 1,
            sheet: 1,
            list_column: 1,
            rows: 0..2,
            title: "字".repeat(40),
            message: "字".repeat(400),
            strict: true,
        };
        let bytes = write_book(&sheets, &[choice], 2).expect("a workbook");
        let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).expect("a container");
        let mut part = String::new();
        archive
            .by_name("xl/worksheets/sheet1.xml")
            .expect("the sheet")
            .read_to_string(&mut part)
            .expect("text");
        assert!(part.contains("<formula1>'Sheet2'!$B$4:$B$5</formula1>"), "{part}");
        assert!(part.contains("sqref=\"B4:B205\""), "{part}");
        assert!(
            part.contains("state=\"frozen\"") && part.contains("autoFilter"),
            "{part}"
        );
        assert_eq!(write_book(&[], &[], 0), Err(DocumentError::Empty));
    }
}
