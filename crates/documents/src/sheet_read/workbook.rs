//! XLSX: first the container is measured by unpacking it into nothing, then its cells are read one by one.

use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxFormulaMetadata};
use domain::organization::raw::{Merged, RawBook, RawCell, RawSheet};
use zip::ZipArchive;

use super::{COLUMNS_MAX, PARTS_MAX, ROWS_MAX, SheetError, UNPACKED_MAX};

pub(super) fn read(bytes: &[u8]) -> Result<RawBook, SheetError> {
    measure(bytes, UNPACKED_MAX)?;
    // The parser of a foreign crate meets files made by anybody: its panic must not be ours.
    catch_unwind(AssertUnwindSafe(|| parse(bytes))).unwrap_or_else(|_| Err(damaged()))
}

fn damaged() -> SheetError {
    SheetError::new("sheet.damaged")
}

/// Refuses what is no workbook, has too many parts or unpacks to too much. The sizes that the container states
/// are not believed: everything is unpacked, and the counting stops at the limit.
pub(super) fn measure(bytes: &[u8], limit: u64) -> Result<(), SheetError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    if archive.len() > PARTS_MAX {
        return Err(SheetError::new("sheet.too_many_parts"));
    }
    let names: Vec<_> = archive.file_names().filter_map(Result::ok).collect();
    if names.iter().any(|n| n == "word/document.xml") {
        return Err(SheetError::new("sheet.word_document"));
    }
    let workbook = |n: &str| n.trim_start_matches('/').eq_ignore_ascii_case("xl/workbook.xml");
    if !names.iter().any(|n| workbook(n)) {
        return Err(SheetError::new("sheet.not_a_sheet"));
    }
    let mut left = limit;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|_| damaged())?;
        let got = std::io::copy(&mut part.take(left.saturating_add(1)), &mut std::io::sink())
            .map_err(|_| damaged())?;
        left = left
            .checked_sub(got)
            .ok_or_else(|| SheetError::new("sheet.too_large_unpacked"))?;
    }
    Ok(())
}

fn parse(bytes: &[u8]) -> Result<RawBook, SheetError> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let sheets = book.sheets_metadata().to_vec();
    let mut out = RawBook::default();
    for sheet in sheets.iter().filter(|s| s.typ == SheetType::WorkSheet) {
        let merged = book
            .merge_cells_by_sheet_name(&sheet.name)
            .map_err(|_| damaged())?;
        let merged = merged.iter().filter_map(|d| {
            let area = Merged {
                top: usize::try_from(d.start.0).ok()?,
                left: usize::try_from(d.start.1).ok()?,
                bottom: usize::try_from(d.end.0).ok()?.min(ROWS_MAX),
                right: usize::try_from(d.end.1).ok()?.min(COLUMNS_MAX),
            };
            (area.top <= area.bottom && area.left <= area.right).then_some(area)
        });
        out.sheets.push(RawSheet {
            name: sheet.name.clone(),
            hidden: sheet.visible != SheetVisible::Visible,
            merged: merged.collect(),
            rows: rows(&mut book, &sheet.name)?,
        });
    }
    Ok(out)
}

/// The cells one by one: a single cell far out must not reserve a whole sheet of memory.
fn rows(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Vec<Vec<RawCell>>, SheetError> {
    let mut rows: Vec<Vec<RawCell>> = Vec::new();
    let mut reader = book.worksheet_cells_reader(name).map_err(|_| damaged())?;
    while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(|_| damaged())? {
        let value = match (&cell.value, &cell.formula) {
            // Written by a program that does not calculate: the cell is not empty, its value is not known.
            (DataRef::Empty, Some(formula)) => RawCell::Formula(shown(formula)),
            (value, _) => raw(value),
        };
        if value.is_blank() {
            continue;
        }
        let (row, column) = cell.pos;
        let (row, column) = (row as usize, column as usize);
        if row >= ROWS_MAX {
            return Err(SheetError::new("sheet.too_many_rows").with("sheet", name));
        }
        if column >= COLUMNS_MAX {
            return Err(SheetError::new("sheet.too_many_columns").with("sheet", name));
        }
        if rows.len() <= row {
            rows.resize_with(row + 1, Vec::new);
        }
        if let Some(cells) = rows.get_mut(row) {
            if cells.len() <= column {
                cells.resize(column + 1, RawCell::Empty);
            }
            if let Some(slot) = cells.get_mut(column) {
                *slot = value;
            }
        }
    }
    Ok(rows)
}

/// Most characters of a formula that are shown, to find the cell by.
const FORMULA_SHOWN: usize = 60;

fn shown(formula: &XlsxFormulaMetadata) -> String {
    let text = match formula {
        XlsxFormulaMetadata::Normal { formula } | XlsxFormulaMetadata::Shared { formula, .. } => formula,
        // Of those that share the formula above, only that one has its text.
        _ => "\u{2026}",
    };
    let short: String = text.chars().take(FORMULA_SHOWN).collect();
    format!("={short}")
}

fn raw(value: &DataRef<'_>) -> RawCell {
    match value {
        // Whole numbers of a sheet fit a double by the format's own definition.
        DataRef::Int(n) => RawCell::Text(n.to_string()),
        DataRef::Float(n) => RawCell::Number(*n),
        DataRef::String(text) => RawCell::Text(text.clone()),
        DataRef::SharedString(text) => RawCell::Text((*text).to_owned()),
        DataRef::Bool(flag) => RawCell::Flag(*flag),
        DataRef::DateTime(at) => date(*at),
        DataRef::DateTimeIso(text) => RawCell::Date(text.clone()),
        DataRef::DurationIso(text) => RawCell::Text(text.clone()),
        DataRef::Error(fault) => RawCell::Fault(fault.to_string()),
        DataRef::Empty => RawCell::Empty,
    }
}

/// A serial day as ISO text; a mere time of day or a duration stays a number.
fn date(at: ExcelDateTime) -> RawCell {
    if at.is_duration() || at.as_f64() < 1.0 {
        return RawCell::Number(at.as_f64());
    }
    let (year, month, day, ..) = at.to_ymd_hms_milli();
    RawCell::Date(format!("{year:04}-{month:02}-{day:02}"))
}
