//! The commitment forms, laid out from the list of fields a template gives (N20, N21): in its order, with its labels, and
//! nothing it does not name.

use std::mem::discriminant;
use std::sync::Arc;

use domain::attachment::{MediaType, picture_size};
use domain::pledge::Ink;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use typst::foundations::Bytes;
use typst::visualize::{ExchangeFormat, RasterImage};

use super::annexes::{BranchLabels, PersonLabels};
use super::{Block, Cell, Content, Document, Furniture, Grid, Group, Layout, Part, Promise, Promises};

/// Every word a form prints by itself. It comes from the campaign template and the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormText {
    /// Language tag of the labels, for example `zh-CN`.
    pub language: String,
    /// Labels of annex 1.
    pub branch: BranchLabels,
    /// Labels of annex 2.
    pub person: PersonLabels,
    /// Heading of the pledge block; may be empty, as on the paper of 2010.
    pub pledge: String,
    /// Label before the measure of an item.
    pub measure: String,
    /// Label before the beneficiaries of an item.
    pub beneficiary: String,
    /// Label before the due date of an item.
    pub due: String,
    /// Sign between such a label and its value.
    pub colon: String,
    /// Label of the date of the pledge.
    pub pledged_on: String,
    /// Label of the time limit.
    pub due_by: String,
    /// Label of the form of publicity.
    pub publicity: String,
    /// The empty date to fill in by hand, for example three words with room between.
    pub blank_date: String,
    /// Mark behind the title on the second and later pages.
    pub continued: String,
    /// Label of the reference number in the footer.
    pub reference: String,
    /// Label of the check code in the footer.
    pub check_code: String,
    /// Page line, with `{page}` and `{pages}`.
    pub page_of: String,
}

/// One kind of pledges (common, post, deed) with its items. A group without items prints as room to write.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PledgeGroup {
    /// The name of the kind, with its number.
    pub label: String,
    /// The items.
    pub items: Vec<PledgeItem>,
}

/// One thing promised.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PledgeItem {
    /// The promise.
    pub text: String,
    /// How it is measured; may be empty.
    pub measure: String,
    /// For whom; may be empty.
    pub beneficiary: String,
    /// Until when, written out; may be empty.
    pub due: String,
    /// With whom it is promised together, as a sentence; may be empty.
    pub joint: String,
}

/// A decision that stands in for a seal: who decided, as what, when. Empty fields are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Decision {
    /// What was decided, in a word or two.
    pub words: String,
    /// The role in which it was decided.
    pub role: String,
    /// The name of the person.
    pub name: String,
    /// The date, written out.
    pub date: String,
    /// The picture of a seal above it.
    pub picture: Option<SealPicture>,
    /// A signature drawn by hand above it, as lines.
    pub drawn: Option<Ink>,
    /// That the form was stamped on paper and its scan kept; may be empty.
    pub stamped: String,
}

/// The picture of a seal, with what is said of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SealPicture {
    /// A name that no other picture has, with the ending of its format, for example `/seal/1f.png`.
    pub path: String,
    /// PNG or JPEG.
    #[serde(skip)]
    pub bytes: Arc<[u8]>,
    /// Stands under it: what it is, and what counts instead.
    pub label: String,
    /// What is read out in its place.
    pub alt: String,
}

impl SealPicture {
    /// The longest side on paper, in millimetres.
    const SIDE: f64 = 24.0;

    /// What it is.
    pub(crate) fn kind(&self) -> MediaType {
        if self.path.ends_with(".png") {
            MediaType::Png
        } else {
            MediaType::Jpeg
        }
    }

    /// Width and height on paper in millimetres.
    pub(crate) fn size(&self) -> (f64, f64) {
        let (wide, high) = picture_size(self.kind(), &self.bytes).unwrap_or((1, 1));
        let longest = f64::from(wide.max(high).max(1));
        let side = |pixels: u32| Self::SIDE * f64::from(pixels) / longest;
        (side(wide), side(high))
    }

    /// Whether bytes are a whole PNG (otherwise JPEG) picture: they are decoded to the last row.
    pub fn is_whole(bytes: &[u8], png: bool) -> bool {
        Self::ink(bytes, png).is_some()
    }

    /// How much of the picture is seen on white paper, in thousandths of its pixels: 0 for one that is white or
    /// transparent all over. `None` when it cannot be decoded.
    pub fn ink(bytes: &[u8], png: bool) -> Option<u64> {
        let format = match png {
            true => ExchangeFormat::Png,
            false => ExchangeFormat::Jpg,
        };
        let image = RasterImage::plain(Bytes::new(bytes.to_vec()), format).ok()?;
        let picture = image.dynamic().to_rgba8();
        let all = u64::from(picture.width()) * u64::from(picture.height());
        let seen = |[red, green, blue, alpha]: [u8; 4]| {
            // What is left of white under the colour; less than nine tenths of it is seen.
            let darkest = red.min(green).min(blue);
            (u32::from(255 - darkest) * u32::from(alpha)) / 255 > 25
        };
        let ink = picture.pixels().filter(|pixel| seen(pixel.0)).count();
        Some(u64::try_from(ink).ok()? * 1_000 / all.max(1))
    }
}

/// Width and height of a drawn signature on paper and the width of its lines, in millimetres: a unit of the pad is 0.03.
pub(crate) const DRAWN: (f64, f64, f64) = (27.0, 9.0, 0.3);

/// How much room a box of the head of a form asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// A word or a month: sex, ethnicity, date of joining.
    Small,
    /// A name, a telephone number.
    Usual,
    /// A unit, a post: it may be long.
    Wide,
}

/// What stands in a field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A box of the head, with its words.
    Box(String, Room),
    /// The promises by kind; without items, room to write.
    Items(Vec<PledgeGroup>),
    /// A date, written out.
    Date(String),
    /// A line of its own, set to the left.
    Line(String),
    /// Room for a seal or signature, with the decision that stands in for it when there is one.
    Seal(Option<Box<Decision>>),
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its label; the heading of the block for [`Entry::Items`], where it may be empty.
    pub label: String,
    /// What stands in it.
    pub entry: Entry,
}

/// A form: its fields in the order of the paper. For internal use: what never leaves the house stands on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The mark above the form; may be empty.
    pub annex: String,
    /// The title.
    pub title: String,
    /// Whose it is, in the head of later pages.
    pub subject: String,
    /// The fields.
    pub fields: Vec<Field>,
    /// Reference number for the footer.
    pub reference: Option<String>,
    /// Check code for the footer.
    pub check_code: Option<String>,
}

/// The forms, one part for each: a person, a branch or the whole house. One file for many is the fast way, since fonts
/// are cut once for each file. `date` is the date kept in the file.
pub fn sheets(forms: &[Sheet], text: &FormText, date: Date) -> Document {
    let title = forms.first().map_or("", |form| form.title.as_str());
    document(
        text,
        title,
        date,
        forms.iter().map(|form| form.part(text)).collect(),
    )
}

/// Columns of a form without small boxes: two fields a row.
const TWO_A_ROW: [f64; 4] = [30.0, 53.0, 30.0, 53.0];
/// Columns of a form with small boxes: three fields a row, wide where the longest label, a month and a telephone number
/// stand on one line, narrow where a name and 硕士研究生 do.
const THREE_A_ROW: [f64; 6] = [33.5, 0.87 * WIDE, 23.0, 1.1 * WIDE, 21.0, 1.08 * WIDE];
const WIDE: f64 = 88.5 / 3.05;

impl Sheet {
    fn part(&self, text: &FormText) -> Part {
        let small = |field: &Field| matches!(field.entry, Entry::Box(_, Room::Small));
        let columns = match self.fields.iter().any(small) {
            true => THREE_A_ROW.to_vec(),
            false => TWO_A_ROW.to_vec(),
        };
        let (mut rows, mut head, mut open) = (Vec::new(), 0, 0);
        let alike = |a: &Field, b: &Field| discriminant(&a.entry) == discriminant(&b.entry);
        for run in self.fields.chunk_by(alike) {
            let leads = head == rows.len() && run.iter().all(|f| matches!(f.entry, Entry::Box(..)));
            for row in broken(run, columns.len() / 2) {
                open = match row {
                    [one] if matches!(one.entry, Entry::Items(_)) => rows.len(),
                    _ => open,
                };
                rows.push(cells(row, columns.len(), text));
            }
            head = if leads { rows.len() } else { head };
        }
        let grid = Grid {
            columns,
            head,
            open,
            rows,
        };
        Part {
            blocks: blocks(&self.annex, &self.title, grid),
            furniture: furniture(
                text,
                &self.title,
                &self.subject,
                &self.reference,
                &self.check_code,
            ),
        }
    }
}

/// Fields of one sort as rows of so many places: boxes side by side, dates and seals two a row, the rest alone.
fn broken(run: &[Field], places: usize) -> Vec<&[Field]> {
    let wide = |field: &Field| matches!(field.entry, Entry::Box(_, Room::Wide));
    // One of an odd number stands alone in rows of two: a long one where the others then pair up, else the last.
    let odd = places == 2 && run.len() % 2 == 1;
    let lone = run
        .iter()
        .step_by(2)
        .position(wide)
        .filter(|_| odd)
        .map(|at| at * 2);
    let share = |at: usize, field: &Field| match &field.entry {
        _ if Some(at) == lone => places,
        Entry::Box(_, Room::Wide) if places > 2 => 2,
        Entry::Box(..) => 1,
        Entry::Date(_) | Entry::Seal(_) => places.div_ceil(2),
        Entry::Items(_) | Entry::Line(_) => places,
    };
    let limit = match run.first().map(|field| &field.entry) {
        // Two of them share the row whatever its number of places.
        Some(Entry::Date(_) | Entry::Seal(_)) => places.div_ceil(2) * 2,
        _ => places,
    };
    let (mut rows, mut from, mut used) = (Vec::new(), 0, 0);
    for (at, field) in run.iter().enumerate() {
        let own = share(at, field);
        if used + own > limit && at > from {
            rows.extend(run.get(from..at));
            (from, used) = (at, 0);
        }
        used += own;
    }
    rows.extend(run.get(from..));
    rows
}

/// The cells of a row; the last value takes what is left of it.
fn cells(row: &[Field], columns: usize, text: &FormText) -> Vec<Cell> {
    let (mut out, mut used) = (Vec::new(), 0);
    for (at, field) in row.iter().enumerate() {
        if let Entry::Items(groups) = &field.entry {
            out.push(promises(&field.label, groups, text, columns));
            continue;
        }
        let own = match &field.entry {
            Entry::Box(_, Room::Wide) if columns > 4 => 4,
            Entry::Date(_) | Entry::Seal(_) => columns / 2,
            _ => 2,
        };
        let own = if at + 1 == row.len() { columns - used } else { own };
        used += own;
        // A seal needs room under its label, more of it where it is the wider cell.
        let least = match (&field.entry, at, columns) {
            (Entry::Seal(_), 0, 4) => 29.0,
            (Entry::Seal(_), 0, _) => 23.0,
            _ => 0.0,
        };
        out.push(label(&field.label, least));
        let content = match &field.entry {
            Entry::Seal(decision) => Content::Seal {
                decision: decision.clone(),
                blank: text.blank_date.clone(),
            },
            Entry::Line(words) => filled(words.clone(), true),
            Entry::Box(words, _) | Entry::Date(words) => filled(words.clone(), false),
            Entry::Items(_) => continue,
        };
        out.push(Cell {
            span: own - 1,
            content,
        });
    }
    out
}

fn label(text: &str, least: f64) -> Cell {
    let text = text.to_owned();
    Cell {
        span: 1,
        content: Content::Label { text, least },
    }
}

/// What was filled in, its size still to be settled.
fn filled(text: String, left: bool) -> Content {
    Content::Value {
        text,
        left,
        size: 0.0,
        letters: 0.0,
    }
}

fn promises(heading: &str, groups: &[PledgeGroup], text: &FormText, span: usize) -> Cell {
    let promise = |item: &PledgeItem| {
        let facts = [
            (&text.measure, &item.measure),
            (&text.beneficiary, &item.beneficiary),
            (&text.due, &item.due),
        ];
        let said = |(_, words): &(&String, &String)| !words.trim().is_empty();
        let labelled = |(label, words): (&String, &String)| (format!("{label}{}", text.colon), words.clone());
        let mut facts: Vec<_> = facts.into_iter().filter(said).map(labelled).collect();
        // With whom is a sentence of its own.
        facts.extend((!item.joint.trim().is_empty()).then(|| (String::new(), item.joint.clone())));
        Promise {
            text: item.text.clone(),
            facts,
        }
    };
    let group = |group: &PledgeGroup| Group {
        label: group.label.clone(),
        items: group.items.iter().map(promise).collect(),
    };
    Cell {
        span,
        content: Content::Promises(Promises {
            heading: heading.to_owned(),
            groups: groups.iter().map(group).collect(),
        }),
    }
}

fn blocks(annex: &str, title: &str, grid: Grid) -> Vec<Block> {
    let text = annex.to_owned();
    let mark = (!text.trim().is_empty()).then_some(Block::Annex { text });
    let title = Block::Title {
        text: title.to_owned(),
    };
    mark.into_iter()
        .chain([title, Block::Grid(grid.settled())])
        .collect()
}

fn furniture(
    text: &FormText,
    title: &str,
    subject: &str,
    reference: &Option<String>,
    code: &Option<String>,
) -> Furniture {
    let said = |label: &str, words: &Option<String>| match words.as_deref().map(str::trim) {
        Some(words) if !words.is_empty() => format!("{label}{}{words}", text.colon),
        _ => String::new(),
    };
    Furniture {
        running: format!("{title}{}", text.continued),
        subject: subject.to_owned(),
        left: said(&text.reference, reference),
        right: said(&text.check_code, code),
        page_of: text.page_of.clone(),
        ..Furniture::default()
    }
}

fn document(text: &FormText, title: &str, date: Date, parts: Vec<Part>) -> Document {
    Document {
        language: text.language.clone(),
        title: title.to_owned(),
        date,
        layout: Layout::Form,
        parts,
    }
}
