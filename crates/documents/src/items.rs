//! Reading texts one by one: a text file with one item a line, or one column of a table. Every item keeps the number of
//! its line in the file, counted from 1, header and blank lines included; in a workbook it is the row.

use domain::organization::raw::{RawCell, RawSheet};

use crate::sheet_read::{FILE_MAX, SheetError, decode_text, delimiter, empty_lines, read_book};

/// Names of the column that holds the texts, the likeliest first.
const COLUMNS: &str = include_str!("../data/item-columns.txt");

/// A text and where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextItem {
    /// Line of the file, or row of the sheet, from 1.
    pub line: usize,
    /// The text, without white space around it.
    pub text: String,
}

/// Reads the items of a file; blank ones are left out.
///
/// A workbook is told by its first bytes; `.csv`, `.tsv` and `.tab` by the name. Any other file is text with one item a
/// line, unless its first line has tabs and names a column. `column` is the name of the column; empty: a usual one.
///
/// # Errors
/// `sheet.…` for a file that cannot be read, `advise.column_missing` with the columns there are.
pub fn read_items(bytes: &[u8], name: &str, column: &str) -> Result<Vec<TextItem>, SheetError> {
    if bytes.len() > FILE_MAX {
        return Err(SheetError::too_large(bytes.len()));
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(SheetError::new("advise.empty"));
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        let book = read_book(bytes, "book.xlsx")?;
        let mut shown = book.sheets.iter().filter(|s| !s.hidden);
        let filled = shown.find(|s| s.rows.iter().flatten().any(|c| !c.is_blank()));
        return of_rows(&filled.map(sheet_rows).unwrap_or_default(), column);
    }
    let ending = name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase());
    if matches!(ending.as_deref(), Some("xlsx" | "xlsm" | "xls")) {
        return Err(SheetError::new("sheet.not_a_sheet"));
    }
    if ending.as_deref() == Some("csv") {
        return of_rows(&csv_rows(&decode_text(bytes)?)?, column);
    }
    let text = decode_text(bytes)?;
    let tabs = matches!(ending.as_deref(), Some("tsv" | "tab"));
    of_lines(&text, tabs, column)
}

/// The place of the column among the names of a header.
fn place(header: &[String], column: &str) -> Option<usize> {
    let named = |wanted: &str| {
        header
            .iter()
            .position(|cell| cell.trim().to_lowercase() == wanted.trim().to_lowercase())
    };
    if column.is_empty() {
        COLUMNS.lines().filter(|l| !l.is_empty()).find_map(named)
    } else {
        named(column)
    }
}

fn missing(header: &[String]) -> SheetError {
    let filled: Vec<&str> = header
        .iter()
        .map(String::as_str)
        .filter(|c| !c.is_empty())
        .collect();
    SheetError::new("advise.column_missing").with("columns", filled.join(" | "))
}

fn keep(line: usize, text: &str) -> Option<TextItem> {
    let text = text.trim();
    (!text.is_empty()).then(|| TextItem {
        line,
        text: text.to_owned(),
    })
}

/// A row and its number.
type Row = (usize, Vec<String>);

fn sheet_rows(sheet: &RawSheet) -> Vec<Row> {
    let row = |(at, row): (usize, &Vec<RawCell>)| (at + 1, row.iter().map(RawCell::text).collect());
    sheet.rows.iter().enumerate().map(row).collect()
}

/// The records of a CSV file with the lines on which they begin.
fn csv_rows(text: &str) -> Result<Vec<Row>, SheetError> {
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| SheetError::new("sheet.damaged"))?;
        // The reader says where it began to look for the record: blank lines may stand before it.
        let line = record
            .position()
            .map_or(0, |at| at.line() + empty_lines(text, at.byte()));
        let cells = record.iter().map(|c| c.trim().to_owned()).collect();
        rows.push((usize::try_from(line).unwrap_or(0), cells));
    }
    Ok(rows)
}

/// The rows of a table: the header is the first row that names the column, within the first twenty (titles stand above
/// it). A sheet of one column needs no header.
fn of_rows(rows: &[Row], column: &str) -> Result<Vec<TextItem>, SheetError> {
    let header = rows
        .iter()
        .take(20)
        .enumerate()
        .find_map(|(at, (_, row))| place(row, column).map(|place| (at, place)));
    let widest = rows.iter().map(|(_, row)| row.len()).max().unwrap_or(0);
    let (first, place) = match header {
        Some((at, place)) => (at + 1, place),
        None if widest <= 1 && column.is_empty() => (0, 0),
        None => {
            let named = rows.iter().find(|(_, row)| row.iter().any(|c| !c.is_empty()));
            return Err(missing(named.map_or(&[], |(_, row)| row.as_slice())));
        }
    };
    let width = header
        .and_then(|(at, _)| rows.get(at))
        .map_or(1, |(_, row)| row.len());
    let item = |(line, row): &Row| {
        // A comma in an unquoted last cell cuts it: the pieces are one text.
        let text = if place + 1 == width {
            row.get(place..)?.join(",")
        } else {
            row.get(place)?.clone()
        };
        keep(*line, text.trim_end_matches(','))
    };
    Ok(rows.iter().skip(first).filter_map(item).collect())
}

/// A cell of a tab-separated line; quotation marks round the whole of it are not part of it.
fn cell(text: &str) -> String {
    let inner = text.trim().strip_prefix('"').and_then(|t| t.strip_suffix('"'));
    inner.map_or_else(|| text.trim().to_owned(), |t| t.replace("\"\"", "\""))
}

fn of_lines(text: &str, tabs: bool, column: &str) -> Result<Vec<TextItem>, SheetError> {
    let lines: Vec<&str> = text.lines().collect();
    let Some(first) = lines.iter().position(|l| !l.trim().is_empty()) else {
        return Err(SheetError::new("advise.empty"));
    };
    let header: Vec<String> = lines.get(first).map_or("", |l| l).split('\t').map(cell).collect();
    let whole = |from: usize| {
        let rest = lines.iter().enumerate().skip(from);
        rest.filter_map(|(at, line)| keep(at + 1, line)).collect()
    };
    match place(&header, column) {
        Some(place) => Ok(lines
            .iter()
            .enumerate()
            .skip(first + 1)
            .filter_map(|(at, line)| keep(at + 1, &cell(line.split('\t').nth(place)?)))
            .collect()),
        None if !column.is_empty() || (tabs && header.len() > 1) => Err(missing(&header)),
        None => Ok(whole(first)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], name: &str, column: &str) -> Result<Vec<(usize, String)>, String> {
        read_items(bytes, name, column)
            .map(|items| items.into_iter().map(|i| (i.line, i.text)).collect())
            .map_err(|e| format!("{} {:?}", e.key, e.args))
    }

    fn items(list: &[(usize, &str)]) -> Result<Vec<(usize, String)>, String> {
        Ok(list.iter().map(|(n, t)| (*n, (*t).to_owned())).collect())
    }

    #[test]
    fn every_kind_of_file_keeps_its_line_numbers() {
        let two = items(&[(2, "每月巡查一次"), (4, "微笑服务")]);
        for (file, name) in [
            ("text\n每月巡查一次\n\n微笑服务\n", "a.txt"),
            ("kind\ttext\n共性\t每月巡查一次\n共性\t\n岗位\t微笑服务", "a.tsv"),
            (
                "kind\ttext\r\n共性\t每月巡查一次\r\n\r\n岗位\t\"微笑服务\"\r\n",
                "a.TSV",
            ),
            (
                "\u{feff}kind,承诺内容,x\n共性,每月巡查一次,\n,,\n岗位,\"微笑服务\",1\n",
                "a.csv",
            ),
            (
                "承诺事项\t完成时限\n每月巡查一次\t年底\n\t年底\n微笑服务\t\n",
                "no-ending",
            ),
        ] {
            assert_eq!(read(file.as_bytes(), name, ""), two, "{file}");
        }
        let plain = items(&[(1, "每月巡查一次"), (3, "微笑服务，\t热情")]);
        assert_eq!(
            read("每月巡查一次\n \n微笑服务，\t热情".as_bytes(), "-", ""),
            plain
        );
        let (gb, _, _) = encoding_rs::GB18030.encode("text\n每月巡查一次，记入台账\n\n微笑服务，热情周到\n");
        let want = items(&[(2, "每月巡查一次，记入台账"), (4, "微笑服务，热情周到")]);
        assert_eq!(read(&gb, "a.txt", ""), want);
    }

    #[test]
    fn a_cell_keeps_its_commas_and_quotation_marks() {
        let csv = "kind,text\na,\"第一，\n第二\"\nb,每月一次,共三次\n";
        let want = items(&[(2, "第一，\n第二"), (4, "每月一次,共三次")]);
        assert_eq!(read(csv.as_bytes(), "a.csv", ""), want);
        let tsv = "text\n\"三亮\"活动\n\"说\"\"好\"\"\"\n";
        assert_eq!(
            read(tsv.as_bytes(), "a.tsv", ""),
            items(&[(2, "\"三亮\"活动"), (3, "说\"好\"")])
        );
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let key = |bytes: &[u8], name: &str, column: &str| {
            let told = read(bytes, name, column).expect_err("refused");
            told.split(' ').next().unwrap_or_default().to_owned()
        };
        assert_eq!(key(b"", "a.txt", ""), "advise.empty");
        assert_eq!(key(b" \n\t\n", "a.tsv", ""), "advise.empty");
        assert_eq!(key(b"a\tb\n1\t2\n", "a.tsv", ""), "advise.column_missing");
        assert_eq!(key(b"a,b\n1,2\n", "a.csv", ""), "advise.column_missing");
        assert_eq!(key(b"text\nx\n", "a.txt", "other"), "advise.column_missing");
        assert_eq!(
            key(b"\x89PNG\r\n\x1a\n\0\0\0", "a.png", ""),
            "sheet.encoding_unknown"
        );
        assert_eq!(key(b"text\n", "a.xlsx", ""), "sheet.not_a_sheet");
        assert_eq!(key(b"PK\x03\x04rubbish", "a.xlsx", ""), "sheet.damaged");
        let told = read(b"a\tb\n1\t2\n", "a.tsv", "text").expect_err("no such column");
        assert!(told.contains("a | b"), "{told}");
    }
}
