//! One neutral document and the files it can become. Forms and official papers are put together here once,
//! block by block; the writers of PDF, OFD, Word and HTML draw these blocks and add no word of their own.

mod annexes;
mod forms;
mod ledger;
mod official;
mod words;

use jiff::civil::Date;
use serde::Serialize;

use crate::fonts::unprintable;
use crate::measure::lines;
use crate::{DocumentError, docx, html, ofd, pdf, qr};

pub use annexes::{BranchForm, BranchLabels, PersonForm, PersonLabels, annex1, annex2};
pub(crate) use forms::DRAWN;
pub use forms::{
    Decision, Entry, Field, FormText, PledgeGroup, PledgeItem, Room, SealPicture, Sheet, sheets,
};
pub use ledger::ledger;
pub use official::{Imprint, Official, Passage, official};

/// A document: what it is, and its parts, each beginning on a page of its own.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// Language tag, for example `zh-CN`.
    pub language: String,
    /// The title of the file.
    pub title: String,
    /// The date kept in the file; the same document made again gives the same bytes.
    #[serde(skip)]
    pub date: Date,
    /// How its pages are set.
    pub layout: Layout,
    /// The parts, for example one for each form.
    pub parts: Vec<Part>,
}

/// The ways of setting a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// A form on A4 upright: mark, title and one grid.
    Form,
    /// An official paper by GB/T 9704-2012: type area 156 by 225 mm, 22 lines of 28 characters.
    Official,
    /// A ledger: a wide table on paper across, A4 or (with many columns) A3.
    Ledger,
}

/// One part of a document.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Part {
    /// What stands on the page, in the order of reading.
    pub blocks: Vec<Block>,
    /// What stands around it.
    pub furniture: Furniture,
}

/// What stands in the margins of the pages of a part. What is empty is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Furniture {
    /// Left in the head of the second and later pages.
    pub running: String,
    /// Right in the head of the second and later pages.
    pub subject: String,
    /// Left in the foot.
    pub left: String,
    /// Right in the foot.
    pub right: String,
    /// The page line, with `{page}` and `{pages}`; an official paper has its number between dashes instead.
    pub page_of: String,
    /// Beside the code to scan in the head of a form.
    pub mark: String,
    /// Under the mark, small.
    pub hint: String,
    /// A code to scan in the head of every page of a form, as SVG; PDF and OFD draw it.
    pub code: String,
}

/// What one sheet among many bears in its head, so that it is known again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mark {
    /// In letters; it stands in the foot as well, in every format.
    pub text: String,
    /// What its code to scan says.
    pub address: String,
}

/// A block.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Block {
    /// The mark above a form, at the left.
    Annex {
        /// The words.
        text: String,
    },
    /// The red mark of the issuer above a red line.
    Mark {
        /// The words.
        text: String,
    },
    /// The document number; it stands above the red line when there is a mark.
    Number {
        /// The number, its year in angled brackets.
        text: String,
    },
    /// Who issues a brief, at the left, and when, at the right; under its number and above the red line.
    Issue {
        /// Who.
        issuer: String,
        /// When, written out.
        date: String,
    },
    /// The title.
    Title {
        /// The words.
        text: String,
    },
    /// A line under the title of a ledger.
    Remark {
        /// The words.
        text: String,
    },
    /// To whom.
    Addressee {
        /// The words, with the colon.
        text: String,
    },
    /// A heading of the first level.
    Heading {
        /// The words, with their number.
        text: String,
    },
    /// A heading of the second level.
    Subheading {
        /// The words, with their number.
        text: String,
    },
    /// A paragraph of the body.
    Paragraph {
        /// The words; each line is a paragraph.
        text: String,
    },
    /// A table of figures with one row of heads, repeated on every page.
    Table(Figures),
    /// The grid of a form.
    Grid(Grid),
    /// The list of attachments; several are numbered.
    Attachments {
        /// The label, with the colon.
        label: String,
        /// The titles.
        titles: Vec<String>,
    },
    /// Who signs, and when; kept together with a line of text above.
    Signature {
        /// Who.
        signer: String,
        /// The date, written out.
        date: String,
    },
    /// A note under the date.
    Note {
        /// The words.
        text: String,
    },
    /// The last lines of an official paper.
    Imprint(Imprint),
}

/// A table of figures.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Figures {
    /// A line above; may be empty.
    pub caption: String,
    /// Heads of the columns.
    pub head: Vec<String>,
    /// Rows, each as long as the heads.
    pub rows: Vec<Vec<String>>,
    /// Widths of the columns in proportion.
    pub widths: Vec<f64>,
    /// Whether a column holds figures only and is set to the right.
    pub numeric: Vec<bool>,
}

/// The grid of a form: rows of cells that span columns.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Grid {
    /// Widths of the columns in millimetres.
    pub columns: Vec<f64>,
    /// How many rows at the top are repeated on later pages.
    pub head: usize,
    /// The row that takes the room left on the page and may break.
    pub open: usize,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

/// Points to a millimetre.
const MM: f64 = 72.0 / 25.4;
/// Sizes of what was filled in, each with the most lines it may take; at the last any number.
const SIZES: [(f64, f64); 4] = [(13.0, 3.0), (11.5, 4.0), (10.0, 5.0), (9.0, f64::INFINITY)];

impl Grid {
    /// The grid with the sizes of its values: a long name in a narrow cell must not push the form off its page.
    pub(crate) fn settled(mut self) -> Self {
        for row in &mut self.rows {
            let mut from = 0;
            for cell in row {
                let columns = self.columns.iter().skip(from).take(cell.span);
                let points = columns.sum::<f64>() * MM;
                from += cell.span;
                cell.content.settle(points);
            }
        }
        self
    }
}

impl Content {
    fn settle(&mut self, points: f64) {
        if let Self::Value {
            text,
            left,
            size,
            letters,
        } = self
        {
            let room = points - if *left { 22.0 } else { 10.0 };
            let fits = |(own, most): &(f64, f64)| *left || lines(text, room / own * 0.92) <= *most;
            *size = SIZES.into_iter().find(fits).map_or(9.0, |(own, _)| own);
            // Figures and common letters take a little more than half of their size.
            *letters = (room / (*size * 0.58)).floor().max(1.0);
        }
    }
}

/// A cell of a [`Grid`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cell {
    /// How many columns it covers.
    pub span: usize,
    /// What stands in it.
    #[serde(flatten)]
    pub content: Content,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Content {
    /// The name of the field to the right.
    Label {
        /// The words.
        text: String,
        /// Least height in millimetres, 0 when the words decide.
        least: f64,
    },
    /// What was filled in.
    Value {
        /// The words; may be empty.
        text: String,
        /// Set to the left instead of the middle.
        left: bool,
        /// Size in points, smaller where the words are many for the room; set by [`Grid::settled`].
        size: f64,
        /// So many letters without a gap stand on one line; a longer run is broken. Set by [`Grid::settled`].
        letters: f64,
    },
    /// The promises.
    Promises(Promises),
    /// Room for a seal or signature.
    Seal {
        /// The decision that stands in for it.
        decision: Option<Box<Decision>>,
        /// What stands there without a decision: an empty date.
        blank: String,
    },
}

/// The promises of a form by kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Promises {
    /// Heading of the block; may be empty.
    pub heading: String,
    /// The kinds; one without promises prints as room to write.
    pub groups: Vec<Group>,
}

/// The promises of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The kind, with its number.
    pub label: String,
    /// The promises, numbered from 1.
    pub items: Vec<Promise>,
}

/// A promise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Promise {
    /// What is promised.
    pub text: String,
    /// What else is said of it: label with its colon, and words.
    pub facts: Vec<(String, String)>,
}

impl Decision {
    /// The lines that stand in a seal: what, who, when, and that it was stamped on paper. What is empty is left out.
    pub fn lines(&self) -> Vec<String> {
        let filled = |text: &&String| !text.trim().is_empty();
        let who: Vec<&str> = [&self.role, &self.name]
            .into_iter()
            .filter(filled)
            .map(String::as_str)
            .collect();
        let lines = [
            self.words.clone(),
            who.join("\u{3000}"),
            self.date.clone(),
            self.stamped.clone(),
        ];
        lines.into_iter().filter(|line| filled(&line)).collect()
    }
}

/// The kinds of files a document can become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Tagged PDF/A-2a and PDF/UA-1.
    Pdf,
    /// Word, to be worked on.
    Docx,
    /// OFD by GB/T 33190-2016, the same pages as the PDF.
    Ofd,
    /// HTML with styles in place, to be pasted into an old content system.
    Html,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Pdf, Self::Docx, Self::Ofd, Self::Html];

    /// The ending of the file name, without its dot.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Ofd => "ofd",
            Self::Html => "html",
        }
    }

    /// The format with this ending.
    pub fn from_ending(ending: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.ending() == ending)
    }

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Ofd => "application/ofd",
            Self::Html => "text/html; charset=utf-8",
        }
    }
}

impl Document {
    /// The pictures its forms bear, each once.
    pub(crate) fn pictures(&self) -> Vec<SealPicture> {
        let blocks = self.parts.iter().flat_map(|part| &part.blocks);
        let cells = blocks.flat_map(|block| match block {
            Block::Grid(grid) => grid.rows.as_slice(),
            _ => &[],
        });
        let mut found: Vec<SealPicture> = Vec::new();
        for cell in cells.flatten() {
            if let Content::Seal {
                decision: Some(decision),
                ..
            } = &cell.content
                && let Some(picture) = &decision.picture
                && found.iter().all(|known| known.path != picture.path)
            {
                found.push(picture.clone());
            }
        }
        found
    }

    /// The characters of its text that no font can print: PDF and OFD show an empty box for each.
    pub fn unprintable(&self) -> Vec<char> {
        serde_json::to_string(self).map_or_else(|_| Vec::new(), |text| unprintable(&text))
    }

    /// The document with a mark on each part, in order. `hint` stands under each, small.
    ///
    /// # Errors
    /// [`DocumentError::QrTooLong`] when an address does not fit in a code, [`DocumentError::QrUnreadable`] when a
    /// code does not read back.
    pub fn marked(mut self, marks: Vec<Mark>, hint: &str) -> Result<Self, DocumentError> {
        for (part, mark) in self.parts.iter_mut().zip(marks) {
            part.furniture.code = qr::qr(&mark.address, &mark.text)?;
            part.furniture.left.clone_from(&mark.text);
            part.furniture.mark = mark.text;
            hint.clone_into(&mut part.furniture.hint);
        }
        Ok(self)
    }

    /// The document as a file.
    ///
    /// # Errors
    /// [`DocumentError::Empty`] without a part, [`DocumentError::Typeset`] when the typesetter or the writer
    /// refuses.
    pub fn write(&self, format: Format) -> Result<Vec<u8>, DocumentError> {
        if self.parts.is_empty() {
            return Err(DocumentError::Empty);
        }
        match format {
            Format::Pdf => pdf::write(self),
            Format::Docx => docx::write(self),
            Format::Ofd => ofd::write(self),
            Format::Html => Ok(html::write(self).into_bytes()),
        }
    }
}
