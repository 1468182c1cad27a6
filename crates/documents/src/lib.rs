//! Documents: values in, bytes out. No clock, no files, no network, no user-visible words of its own:
//! every label comes in with the values, so that one writer serves every language and every campaign.
//!
//! | module | makes |
//! |---|---|
//! | [`paper`] | annexes 1 and 2 (N20, N21), official papers in the layout of GB/T 9704, ledgers: one model, written as PDF, Word, OFD or HTML |
//! | [`pdf`] | wall sheets (N12) |
//! | [`xlsx`], [`csv`] | ledgers from one neutral [`table::Table`] |
//! | [`qr`], [`svg`] | codes to scan, read again before they leave; charts for pages |
//! | [`items`] | texts one by one, from a text file or a column |
//! | [`sheet_read`] | rows of cells from uploaded XLSX, CSV and TSV |
//!
//! Making the same document again from the same values gives the same bytes.

pub mod csv;
mod docx;
pub mod error;
pub mod fonts;
pub mod html;
pub mod items;
pub mod marked;
mod measure;
mod ofd;
pub mod paper;
pub mod pdf;
pub mod qr;
pub mod sheet_read;
pub mod svg;
pub mod table;
pub mod xlsx;
mod xml;

pub use error::DocumentError;
