//! What can go wrong while a document is made.

use thiserror::Error;

/// A document that could not be made. It carries a message key; the sentence behind the key says what to
/// do next. The cause is for the log only.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", self.key())]
pub enum DocumentError {
    /// The typesetter refused. The cause is its own (English) diagnosis, for the log.
    Typeset {
        /// The diagnosis, one line for each problem.
        cause: String,
    },
    /// Font files handed in could not be read as OpenType, or are not whole.
    Font {
        /// The places of the files in the list handed in, counted from 0.
        files: Vec<usize>,
    },
    /// Fonts were handed in after the first document had been made.
    FontsTooLate,
    /// The text is too long for a QR code (more than about 2,300 bytes at the error correction used here).
    QrTooLong {
        /// The length of the text in bytes.
        bytes: usize,
    },
    /// A code to scan was drawn but does not read back; it must not be printed.
    QrUnreadable,
    /// A table has more rows, columns or characters in a cell than a spreadsheet can hold.
    TableTooLarge {
        /// The row, counted from 0; 0 when the table as a whole is too large.
        row: usize,
        /// The column, counted from 0.
        column: usize,
    },
    /// The writer of spreadsheets refused. The cause is its own (English) diagnosis, for the log.
    Spreadsheet {
        /// The diagnosis.
        cause: String,
    },
    /// A document without any form, row or page was asked for.
    Empty,
}

impl DocumentError {
    /// The key of the sentence to show, in the catalogue `documents`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Typeset { .. } => "documents.error.typeset",
            Self::Font { .. } => "documents.error.font",
            Self::FontsTooLate => "documents.error.fonts_too_late",
            Self::QrTooLong { .. } => "documents.error.qr_too_long",
            Self::QrUnreadable => "documents.error.qr_unreadable",
            Self::TableTooLarge { .. } => "documents.error.table_too_large",
            Self::Spreadsheet { .. } => "documents.error.spreadsheet",
            Self::Empty => "documents.error.empty",
        }
    }

    /// What to write to the log beside the key, when there is more to say.
    pub fn cause(&self) -> Option<&str> {
        match self {
            Self::Typeset { cause } | Self::Spreadsheet { cause } => Some(cause),
            _ => None,
        }
    }
}
