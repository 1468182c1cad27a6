//! The blocks of a document as the body of a Word file.

use std::fmt::Write as _;

use super::run::{runs, styled};
use crate::measure::width;
use crate::paper::{Block, Document, Figures, Imprint, Layout, Part, SealPicture};

/// Width of the type area of an official paper in twips (156 mm), and of one of its 28 characters.
const OFFICIAL: f64 = 8844.0;
const CHARACTER: f64 = OFFICIAL / 28.0;

/// Longest last paragraph, in bytes, that stays on the page of the signature.
const STAYS: usize = 900;

/// The body as it grows.
pub(super) struct Body {
    pub(super) out: String,
    /// How many numbered lists there are so far.
    pub(super) lists: usize,
    layout: Layout,
    /// The pictures of the document, in the order of their relations.
    pub(super) pictures: Vec<SealPicture>,
    /// How many pictures and drawings stand in the text so far.
    pub(super) drawn: usize,
    /// Whether the last thing written was a table.
    pub(super) after_table: bool,
}

/// Whether a ledger wants the larger paper.
pub(super) fn wide(part: &Part) -> bool {
    part.blocks
        .iter()
        .any(|block| matches!(block, Block::Table(figures) if figures.head.len() > 10))
}

impl Body {
    pub(super) fn new(document: &Document) -> Self {
        Self {
            out: String::new(),
            lists: 0,
            layout: document.layout,
            pictures: document.pictures(),
            drawn: 0,
            after_table: false,
        }
    }

    /// A paragraph of a style, with more properties where it needs them.
    pub(super) fn paragraph(&mut self, style: &str, properties: &str, content: &str) {
        let _ = write!(
            self.out,
            "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{properties}</w:pPr>{content}</w:p>"
        );
        self.after_table = false;
    }

    /// Closes the body: a table may not be the last thing in it.
    pub(super) fn close(&mut self) {
        if self.after_table {
            self.out.push_str(&hairline(""));
        }
    }

    /// Ends a section with a line of no height.
    pub(super) fn end_section(&mut self, section: &str) {
        self.out.push_str(&hairline(section));
        self.after_table = false;
    }

    /// The blocks of a part.
    pub(super) fn part(&mut self, part: &Part) {
        let last = part.blocks.iter().rposition(|block| {
            matches!(
                block,
                Block::Paragraph { .. } | Block::Heading { .. } | Block::Subheading { .. }
            )
        });
        let has = |wanted: fn(&Block) -> bool| part.blocks.iter().any(wanted);
        // The red line lies under the last line of the head.
        let marked = has(|b| matches!(b, Block::Mark { .. })) && !has(|b| matches!(b, Block::Issue { .. }));
        for (at, block) in part.blocks.iter().enumerate() {
            self.block(block, Some(at) == last, marked, wide(part));
        }
    }

    fn block(&mut self, block: &Block, last: bool, marked: bool, wide: bool) {
        match block {
            Block::Annex { text } => self.paragraph("Annex", "", &runs(text)),
            Block::Mark { text } => {
                // As large as the line allows, 48 points at most.
                let points = (430.0 / width(text).max(1.0)).floor().clamp(16.0, 48.0);
                let size = format!("<w:sz w:val=\"{0:.0}\"/><w:szCs w:val=\"{0:.0}\"/>", points * 2.0);
                self.paragraph("Mark", "", &styled(text, &size));
            }
            Block::Number { text } => {
                let line = match marked {
                    true => {
                        "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"13\" w:space=\"8\" w:color=\"B5121B\"/></w:pBdr><w:spacing w:before=\"0\" w:after=\"600\" w:line=\"579\" w:lineRule=\"exact\"/>"
                    }
                    false => {
                        "<w:spacing w:before=\"0\" w:after=\"350\" w:line=\"579\" w:lineRule=\"exact\"/>"
                    }
                };
                self.paragraph("Number", line, &runs(text));
            }
            Block::Issue { issuer, date } => {
                let line = "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"13\" w:space=\"8\" w:color=\"B5121B\"/></w:pBdr><w:tabs><w:tab w:val=\"right\" w:pos=\"8845\"/></w:tabs><w:spacing w:before=\"0\" w:after=\"600\" w:line=\"579\" w:lineRule=\"exact\"/><w:ind w:firstLine=\"0\"/><w:jc w:val=\"left\"/>";
                let content = format!("{}<w:r><w:tab/></w:r>{}", runs(issuer), runs(date));
                self.paragraph("Number", line, &content);
            }
            Block::Title { text } => {
                let style = match self.layout {
                    Layout::Official => "PaperTitle",
                    _ => "Title",
                };
                self.paragraph(style, "", &runs(text));
            }
            Block::Remark { text } => self.paragraph("Remark", "", &runs(text)),
            Block::Addressee { text } => self.paragraph("Addressee", "", &runs(text)),
            Block::Heading { text } => self.paragraph("Heading1", "", &runs(text)),
            Block::Subheading { text } => self.paragraph("Heading2", "", &runs(text)),
            Block::Paragraph { text } => {
                let mut lines = text.lines().filter(|line| !line.trim().is_empty()).peekable();
                while let Some(line) = lines.next() {
                    // As in the PDF: a last paragraph that is not long stays with the signature.
                    let keeps = last && lines.peek().is_none() && line.len() <= STAYS;
                    let keep = if keeps { "<w:keepNext/>" } else { "" };
                    self.paragraph("BodyText", keep, &runs(line));
                }
            }
            Block::Table(figures) => self.figures(figures, wide),
            Block::Grid(grid) => self.grid(grid),
            Block::Attachments { label, titles } => self.attachments(label, titles),
            Block::Signature { signer, date } => self.signature(signer, date),
            Block::Note { text } => self.paragraph("Note", "", &runs(text)),
            Block::Imprint(imprint) => self.imprint(imprint),
        }
    }

    /// Each title stands under the first one; only a list of several is numbered.
    fn attachments(&mut self, label: &str, titles: &[String]) {
        let lead = 2.0 * CHARACTER;
        let own = width(label) * CHARACTER;
        for (at, title) in titles.iter().enumerate() {
            let text = match titles.len() {
                1 => title.clone(),
                _ => format!("{}.{title}", at + 1),
            };
            let (before, hanging, text) = match at {
                0 => (579, own, format!("{label}{text}")),
                _ => (0, 0.0, text),
            };
            let properties = format!(
                "<w:keepNext/><w:spacing w:before=\"{before}\" w:after=\"0\" w:line=\"579\" w:lineRule=\"exact\"/><w:ind w:left=\"{:.0}\" w:hanging=\"{hanging:.0}\"/>",
                lead + own
            );
            self.paragraph("Attachments", &properties, &runs(&text));
        }
    }

    /// The date ends four characters from the right; the signer is centred on it as far as the line goes.
    fn signature(&mut self, signer: &str, date: &str) {
        let (wide, own) = (width(signer), width(date));
        let inset = (4.0 + (own - wide) / 2.0).max(0.0);
        let inset = if wide + inset > 28.0 || date.trim().is_empty() {
            0.0
        } else {
            inset
        };
        let mut before = 1158;
        for (text, inset, keep) in [(signer, inset, "<w:keepNext/>"), (date, 4.0, "")] {
            if text.trim().is_empty() {
                continue;
            }
            let properties = format!(
                "{keep}<w:spacing w:before=\"{before}\" w:after=\"0\" w:line=\"579\" w:lineRule=\"exact\"/><w:ind w:rightChars=\"{:.0}\" w:right=\"{:.0}\"/>",
                inset * 100.0,
                inset * CHARACTER
            );
            self.paragraph("Signature", &properties, &runs(text));
            before = 0;
        }
    }

    fn imprint(&mut self, imprint: &Imprint) {
        let border = |top: &str, bottom: &str| {
            let edge = |side: &str, size: &str| match size {
                "" => String::new(),
                _ => format!("<w:{side} w:val=\"single\" w:sz=\"{size}\" w:space=\"4\" w:color=\"000000\"/>"),
            };
            format!("<w:pBdr>{}{}</w:pBdr>", edge("top", top), edge("bottom", bottom))
        };
        let copies = !imprint.copies.trim().is_empty();
        if copies {
            let first = format!(
                "<w:keepNext/>{}<w:spacing w:before=\"900\" w:after=\"0\" w:line=\"420\" w:lineRule=\"exact\"/>",
                border("8", "")
            );
            self.paragraph("Imprint", &first, &runs(&imprint.copies));
        }
        let edges = if copies {
            border("6", "8")
        } else {
            border("8", "8")
        };
        let before = if copies { 0 } else { 900 };
        let properties = format!(
            "{edges}<w:spacing w:before=\"{before}\" w:after=\"0\" w:line=\"420\" w:lineRule=\"exact\"/>"
        );
        let content = format!(
            "{}<w:r><w:tab/></w:r>{}",
            runs(&imprint.printer),
            runs(&imprint.printed_on)
        );
        self.paragraph("Imprint", &properties, &content);
    }

    fn figures(&mut self, figures: &Figures, wide: bool) {
        if !figures.caption.trim().is_empty() {
            self.paragraph("Caption", "", &runs(&figures.caption));
        }
        let room = match (self.layout, wide) {
            (Layout::Ledger, true) => 22_111.0,
            (Layout::Ledger, false) => 15_138.0,
            _ => OFFICIAL,
        };
        let all: f64 = figures.widths.iter().sum();
        let columns: Vec<f64> = figures.widths.iter().map(|width| width / all * room).collect();
        self.open_table("TableGrid", room, &columns);
        self.out
            .push_str("<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
        for (head, width) in figures.head.iter().zip(&columns) {
            self.cell(*width, "TableHead", head);
        }
        self.out.push_str("</w:tr>");
        for row in &figures.rows {
            self.out.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
            for ((text, width), numeric) in row.iter().zip(&columns).zip(&figures.numeric) {
                self.cell(*width, if *numeric { "TableFigure" } else { "TableText" }, text);
            }
            self.out.push_str("</w:tr>");
        }
        self.out.push_str("</w:tbl>");
        self.after_table = true;
    }

    fn cell(&mut self, width: f64, style: &str, text: &str) {
        let _ = write!(
            self.out,
            "<w:tc><w:tcPr><w:tcW w:w=\"{width:.0}\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr><w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{}</w:p></w:tc>",
            runs(text)
        );
    }

    /// Begins a table of fixed columns; two tables in a row are kept apart.
    pub(super) fn open_table(&mut self, style: &str, room: f64, columns: &[f64]) {
        if self.after_table {
            self.out.push_str(&hairline(""));
        }
        let _ = write!(
            self.out,
            "<w:tbl><w:tblPr><w:tblStyle w:val=\"{style}\"/><w:tblW w:w=\"{room:.0}\" w:type=\"dxa\"/><w:jc w:val=\"center\"/><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>"
        );
        for width in columns {
            let _ = write!(self.out, "<w:gridCol w:w=\"{width:.0}\"/>");
        }
        self.out.push_str("</w:tblGrid>");
    }
}

/// A paragraph that is not seen.
fn hairline(section: &str) -> String {
    format!(
        "<w:p><w:pPr><w:spacing w:before=\"0\" w:after=\"0\" w:line=\"20\" w:lineRule=\"exact\"/><w:rPr><w:sz w:val=\"2\"/></w:rPr>{section}</w:pPr></w:p>"
    )
}
