//! Official papers in the layout of GB/T 9704-2012: notice, brief, rectification order, summary.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Block, Document, Figures, Furniture, Layout, Part};
use crate::DocumentError;
use crate::measure::{columns, width};

/// A piece of the body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Passage {
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
    /// Who issues a brief and when, above the red line; both empty for any other paper.
    pub issue: (String, String),
    /// The title.
    pub title: String,
    /// To whom, with the colon.
    pub addressee: String,
    /// The body.
    pub body: Vec<Passage>,
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

/// What a line of a title holds, in characters of its size.
const TITLE_LINE: f64 = 20.0;
/// A line of a title may end behind these: of, and, with, and signs that close.
const ENDS: [char; 11] = [
    '\u{7684}', '\u{548C}', '\u{4E0E}', '\u{53CA}', '\u{66A8}', '\u{3001}', '\u{FF0C}', '\u{300B}',
    '\u{FF09}', '\u{FF1A}', ' ',
];
/// And before these, which open.
const BEGINS: [char; 2] = ['\u{300A}', '\u{FF08}'];
/// How much longer one line may be than the other.
const UNEVEN: f64 = 12.0;

/// A title of two lines broken where its words allow it (GB/T 9704-2012, 7.3.1); one that gives no such place, or is
/// written in lines already, stays as it is.
fn balanced(title: &str) -> String {
    let whole = width(title);
    if title.contains('\n') || whole <= TITLE_LINE || whole > 2.0 * TITLE_LINE {
        return title.to_owned();
    }
    let place = |(at, next): (usize, char)| {
        let (first, rest) = title.split_at(at);
        let last = first.chars().next_back()?;
        let (one, two) = (width(first.trim_end()), width(rest));
        let good = (ENDS.contains(&last) && !ENDS.contains(&next)) || BEGINS.contains(&next);
        let fits = one <= TITLE_LINE && two <= TITLE_LINE && (one - two).abs() <= UNEVEN;
        (good && fits).then(|| ((one - two).abs(), at))
    };
    let places = title.char_indices().filter_map(place);
    match places.min_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((_, at)) => {
            let (first, rest) = title.split_at(at);
            format!("{}\n{rest}", first.trim_end())
        }
        None => title.to_owned(),
    }
}

/// The paper put together. `date` is the date kept in the file.
///
/// # Errors
/// [`DocumentError::Empty`] without a title, [`DocumentError::TableTooLarge`] when a row of a table has
/// more cells than the table has heads.
pub fn official(paper: &Official, date: Date) -> Result<Document, DocumentError> {
    if paper.title.trim().is_empty() {
        return Err(DocumentError::Empty);
    }
    let words = |text: &String| Some(text.clone()).filter(|text| !text.trim().is_empty());
    let mut blocks = Vec::new();
    blocks.extend(words(&paper.mark).map(|text| Block::Mark { text }));
    blocks.extend(words(&paper.number).map(|text| Block::Number { text }));
    if words(&paper.issue.0).or(words(&paper.issue.1)).is_some() {
        let (issuer, date) = paper.issue.clone();
        blocks.push(Block::Issue { issuer, date });
    }
    blocks.push(Block::Title {
        text: balanced(&paper.title),
    });
    blocks.extend(words(&paper.addressee).map(|text| Block::Addressee { text }));
    for passage in &paper.body {
        blocks.extend(block(passage)?);
    }
    if !paper.attachments.is_empty() {
        blocks.push(Block::Attachments {
            label: paper.attachments_label.clone(),
            titles: paper.attachments.clone(),
        });
    }
    if words(&paper.signer).or(words(&paper.date)).is_some() {
        blocks.push(Block::Signature {
            signer: paper.signer.clone(),
            date: paper.date.clone(),
        });
    }
    blocks.extend(words(&paper.note).map(|text| Block::Note { text }));
    blocks.extend(paper.imprint.clone().map(Block::Imprint));
    let furniture = Furniture {
        left: paper.check_line.clone(),
        ..Furniture::default()
    };
    Ok(Document {
        language: paper.language.clone(),
        title: paper.title.clone(),
        date,
        layout: Layout::Official,
        parts: vec![Part { blocks, furniture }],
    })
}

/// A passage of the body; a table without columns is nothing.
fn block(passage: &Passage) -> Result<Option<Block>, DocumentError> {
    let text = |text: &String| text.clone();
    Ok(Some(match passage {
        Passage::Heading { text: words } => Block::Heading { text: text(words) },
        Passage::Subheading { text: words } => Block::Subheading { text: text(words) },
        Passage::Paragraph { text: words } => Block::Paragraph { text: text(words) },
        Passage::Table { caption, head, rows } => {
            if let Some(row) = rows.iter().position(|row| row.len() > head.len()) {
                return Err(DocumentError::TableTooLarge {
                    row,
                    column: head.len(),
                });
            }
            if head.is_empty() {
                return Ok(None);
            }
            Block::Table(figures(caption, head.clone(), rows.clone()))
        }
    }))
}

/// A table with its rows filled up and its columns measured.
pub(super) fn figures(caption: &str, head: Vec<String>, mut rows: Vec<Vec<String>>) -> Figures {
    for row in &mut rows {
        row.resize(head.len(), String::new());
    }
    let (widths, numeric) = columns(&head, &rows);
    Figures {
        caption: caption.to_owned(),
        head,
        rows,
        widths,
        numeric,
    }
}
