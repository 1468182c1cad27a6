//! Reading what people upload: XLSX, CSV and TSV, as rows of cells. Everything is limited before it is parsed.
//!
//! The kind of a file is decided by its first bytes; its name only decides whether text may be a sheet at all.

mod text;
mod workbook;

use domain::organization::raw::{RawBook, RawCell};
pub(crate) use text::{delimiter, empty_lines};
use thiserror::Error;

/// Largest file, in bytes.
pub const FILE_MAX: usize = 20 * 1024 * 1024;
/// Most parts inside a workbook.
pub const PARTS_MAX: usize = 2_000;
/// Largest workbook unpacked, in bytes, counted while unpacking.
pub const UNPACKED_MAX: u64 = 200 * 1024 * 1024;
/// Most rows of a sheet.
pub const ROWS_MAX: usize = 200_000;
/// Most columns of a sheet.
pub const COLUMNS_MAX: usize = 200;

/// Why a file is not read. The key names a sentence that says what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{key}")]
pub struct SheetError {
    /// Message key (`sheet.…`).
    pub key: &'static str,
    /// Named values for the sentence.
    pub args: Vec<(&'static str, String)>,
}

impl SheetError {
    /// A file of so many bytes is more than [`FILE_MAX`].
    pub(crate) fn too_large(bytes: usize) -> Self {
        let tenths = bytes * 10 / (1024 * 1024);
        Self::new("sheet.too_large").with("size", format!("{}.{} MB", tenths / 10, tenths % 10))
    }

    pub(crate) fn new(key: &'static str) -> Self {
        Self { key, args: vec![] }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args.push((name, value.into()));
        self
    }
}

/// Reads a file. `name` is the file's name as uploaded.
///
/// # Errors
/// One [`SheetError`]: too large, empty, an old or other format, damaged, too many rows, unclear encoding.
pub fn read_book(bytes: &[u8], name: &str) -> Result<RawBook, SheetError> {
    if bytes.len() > FILE_MAX {
        return Err(SheetError::too_large(bytes.len()));
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(SheetError::new("sheet.empty"));
    }
    let book = if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        workbook::read(bytes)?
    } else if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(SheetError::new(ole_key(bytes)));
    } else if is_text_name(name) {
        text::read(bytes)?
    } else {
        return Err(SheetError::new("sheet.not_a_sheet"));
    };
    let filled = |sheet: &domain::organization::raw::RawSheet| {
        sheet.rows.iter().flatten().any(|c| !RawCell::is_blank(c))
    };
    if book.sheets.iter().any(filled) {
        Ok(book)
    } else {
        Err(SheetError::new("sheet.empty"))
    }
}

/// The text of a file in UTF-8, UTF-16 with mark, or GB18030. Control characters, as pasted from a word processor, are
/// spaces.
///
/// # Errors
/// `sheet.encoding_unknown` for bytes that fit no single encoding, or that are no text at all.
pub fn decode_text(bytes: &[u8]) -> Result<String, SheetError> {
    text::lenient(bytes).ok_or_else(|| SheetError::new("sheet.encoding_unknown"))
}

fn is_text_name(name: &str) -> bool {
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    matches!(ending.as_deref(), Some("csv" | "tsv" | "tab" | "txt"))
}

/// An old container: a workbook with a password has a part of this name, anything else is an old workbook.
fn ole_key(bytes: &[u8]) -> &'static str {
    let mark: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    if bytes.windows(mark.len()).any(|w| w == mark) {
        "sheet.encrypted"
    } else {
        "sheet.old_excel"
    }
}
