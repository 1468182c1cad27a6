//! CSV and TSV in UTF-8 (with or without mark), UTF-16 with mark, or GB18030/GBK. Bytes that fit no single
//! encoding are refused: a wrong guess would spoil names.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use domain::organization::raw::{RawBook, RawCell, RawSheet};
use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

use super::{COLUMNS_MAX, ROWS_MAX, SheetError};

pub(super) fn read(bytes: &[u8]) -> Result<RawBook, SheetError> {
    let text = decode(bytes).ok_or_else(|| SheetError::new("sheet.encoding_unknown"))?;
    Ok(RawBook {
        sheets: vec![RawSheet {
            rows: rows(&text)?,
            ..RawSheet::default()
        }],
    })
}

fn strict(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .map(|text| text.into_owned())
}

fn decode(bytes: &[u8]) -> Option<String> {
    let odd = |c: char| (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || c == '\u{FFFD}';
    unchecked(bytes).filter(|text| !text.chars().any(odd))
}

/// As [`decode`], with control characters as spaces; a zero byte is no text.
pub(super) fn lenient(bytes: &[u8]) -> Option<String> {
    let text = unchecked(bytes).filter(|text| !text.contains('\0'))?;
    let plain = |c: char| match c {
        '\n' | '\r' | '\t' => c,
        c if c.is_control() => ' ',
        c => c,
    };
    Some(text.chars().map(plain).collect())
}

fn unchecked(bytes: &[u8]) -> Option<String> {
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) if encoding == UTF_8 || encoding == UTF_16LE || encoding == UTF_16BE => {
            strict(encoding, bytes.get(mark..)?)?
        }
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => chinese(bytes)?,
        },
    };
    Some(text)
}

fn chinese(bytes: &[u8]) -> Option<String> {
    // Two files pasted together: some lines are plainly UTF-8, and yet the whole is not.
    if bytes.split(|b| *b == b'\n').any(is_ideographic_utf8) {
        return None;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(Some(b"cn"), Utf8Detection::Deny);
    if guess != GBK && guess != GB18030 {
        return None;
    }
    strict(GB18030, bytes)
}

/// The line is UTF-8 and all that is not ASCII in it are ideographs and their punctuation, at least two: GBK
/// bytes do not read like that by chance.
fn is_ideographic_utf8(line: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(line) else {
        return false;
    };
    let mut count = 0;
    for c in text.chars().filter(|c| !c.is_ascii()) {
        if !matches!(c, '\u{3000}'..='\u{303F}' | '\u{3400}'..='\u{9FFF}' | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}')
        {
            return false;
        }
        count += 1;
    }
    count >= 2
}

/// The sign that parts the cells: the commonest of the first lines.
pub(crate) fn delimiter(text: &str) -> u8 {
    let count = |sign: u8| {
        text.lines()
            .take(30)
            .flat_map(str::bytes)
            .filter(|b| *b == sign)
            .count()
    };
    [b',', b'\t', b';']
        .into_iter()
        .rev()
        .max_by_key(|sign| count(*sign))
        .unwrap_or(b',')
}

/// How many empty lines stand at a place of the text.
pub(crate) fn empty_lines(text: &str, byte: u64) -> u64 {
    let rest = usize::try_from(byte)
        .ok()
        .and_then(|at| text.as_bytes().get(at..))
        .unwrap_or(&[]);
    let lines = rest
        .iter()
        .take_while(|b| matches!(b, b'\n' | b'\r'))
        .filter(|b| **b == b'\n')
        .count();
    u64::try_from(lines).unwrap_or(0)
}

fn rows(text: &str) -> Result<Vec<Vec<RawCell>>, SheetError> {
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut rows: Vec<Vec<RawCell>> = Vec::new();
    let mut next_line = 1;
    for record in reader.records() {
        let record = record.map_err(|_| SheetError::new("sheet.damaged"))?;
        // The reader leaves out empty lines and says where it began to look; the row numbers people see count
        // the empty ones.
        let line = record
            .position()
            .map_or(next_line, |at| at.line() + empty_lines(text, at.byte()));
        while next_line < line && rows.len() < ROWS_MAX {
            rows.push(Vec::new());
            next_line += 1;
        }
        if rows.len() >= ROWS_MAX {
            return Err(SheetError::new("sheet.too_many_rows").with("sheet", ""));
        }
        if record.len() > COLUMNS_MAX && record.iter().skip(COLUMNS_MAX).any(|f| !f.trim().is_empty()) {
            return Err(SheetError::new("sheet.too_many_columns").with("sheet", ""));
        }
        let inner: usize = record.iter().map(|f| f.matches('\n').count()).sum();
        next_line = line + 1 + u64::try_from(inner).unwrap_or(0);
        rows.push(record.iter().take(COLUMNS_MAX).map(cell).collect());
    }
    Ok(rows)
}

/// A field with every space of it; `="138"`, which spreadsheets write to keep leading zeros, is the text inside, and
/// the apostrophe with which this product keeps a text from being a formula is taken off.
fn cell(field: &str) -> RawCell {
    let inner = field
        .trim()
        .strip_prefix("=\"")
        .and_then(|f| f.strip_suffix('"'))
        .unwrap_or_else(|| crate::csv::unescape(field));
    if inner.trim().is_empty() {
        RawCell::Empty
    } else {
        RawCell::Text(inner.to_owned())
    }
}
