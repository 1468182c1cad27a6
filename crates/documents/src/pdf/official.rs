//! Official papers in the layout of GB/T 9704-2012: notice, brief, rectification order, summary.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::world::{Head, press};
use crate::DocumentError;

const TEMPLATE: &str = concat!(
    include_str!("../../templates/common.typ"),
    include_str!("../../templates/official.typ")
);

/// A piece of the body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Block {
    /// First level, with its number written out; set in Hei.
    Heading {
        /// The words.
        text: String,
    },
    /// Second level, with its number written out; set in Kai.
    Subheading {
        /// The words.
        text: String,
    },
    /// A paragraph, two characters in.
    Paragraph {
        /// The words.
        text: String,
    },
    /// A table of figures across the type area; heads repeat on every page.
    Table {
        /// A line above it; may be empty.
        caption: String,
        /// Column heads.
        head: Vec<String>,
        /// Rows; a short row ends in empty cells.
        rows: Vec<Vec<String>>,
    },
}

/// The block at the foot of the last page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Imprint {
    /// Copies to, with its label; may be empty.
    pub copies: String,
    /// Who printed it.
    pub printer: String,
    /// When it was printed, with its word.
    pub printed_on: String,
}

/// An official paper. Labels are part of the values, since each paper words them itself; what is empty is
/// left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Official {
    /// Language tag, for example `zh-CN`.
    pub language: String,
    /// The red mark of the issuer above the red line; without it the paper begins with its title.
    pub mark: String,
    /// The document number, with its year in angled brackets.
    pub number: String,
    /// The title.
    pub title: String,
    /// To whom, with the colon.
    pub addressee: String,
    /// The body.
    pub body: Vec<Block>,
    /// Label of the list of attachments, with the colon.
    pub attachments_label: String,
    /// Titles of the attachments.
    pub attachments: Vec<String>,
    /// Who signs.
    pub signer: String,
    /// The date, written out.
    pub date: String,
    /// A note in brackets under the date.
    pub note: String,
    /// The block at the foot of the last page.
    pub imprint: Option<Imprint>,
    /// Check line in the footer, with its label.
    pub check_line: String,
}

/// The paper as a PDF file. `date` is the date kept in the file.
///
/// # Errors
/// [`DocumentError::Empty`] without a title, [`DocumentError::TableTooLarge`] when a row of a table has
/// more cells than the table has heads, [`DocumentError::Typeset`] when the typesetter refuses.
pub fn official(paper: &Official, date: Date) -> Result<Vec<u8>, DocumentError> {
    if paper.title.trim().is_empty() {
        return Err(DocumentError::Empty);
    }
    for block in &paper.body {
        let Block::Table { head, rows, .. } = block else {
            continue;
        };
        if let Some(row) = rows.iter().position(|row| row.len() > head.len()) {
            return Err(DocumentError::TableTooLarge {
                row,
                column: head.len(),
            });
        }
    }
    press(
        TEMPLATE,
        &Head {
            language: &paper.language,
            title: &paper.title,
            date,
        },
        paper,
    )
}
