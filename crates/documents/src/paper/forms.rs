//! Annex 1 and annex 2 of the notice: the commitment forms of a party branch (N20) and a member (N21).

use std::sync::Arc;

use domain::attachment::{MediaType, picture_size};
use domain::pledge::Ink;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use typst::foundations::Bytes;
use typst::visualize::{ExchangeFormat, RasterImage};

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

/// Labels that only annex 1 has, in the order of the notice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BranchLabels {
    /// The mark above the form; may be empty.
    pub annex: String,
    /// The title.
    pub title: String,
    /// Unit.
    pub unit: String,
    /// Name of the branch.
    pub branch_name: String,
    /// Head of the branch.
    pub head: String,
    /// Telephone.
    pub phone: String,
    /// Seal of the pledging branch.
    pub branch_seal: String,
    /// Seal of the committee.
    pub committee_seal: String,
}

/// Labels that only annex 2 has, in the order of the notice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PersonLabels {
    /// The mark above the form; may be empty.
    pub annex: String,
    /// The title.
    pub title: String,
    /// Name of the member.
    pub name: String,
    /// Sex.
    pub sex: String,
    /// Ethnicity.
    pub ethnicity: String,
    /// Education.
    pub education: String,
    /// Month of birth.
    pub birth_month: String,
    /// Date of joining.
    pub joined: String,
    /// Unit and post.
    pub post: String,
    /// Telephone.
    pub phone: String,
    /// Signature of the member.
    pub signature: String,
    /// Seal of the branch secretary or line leader.
    pub secretary_seal: String,
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

/// Annex 1, the form of a branch (N20). The default value is the blank form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BranchForm {
    /// Unit.
    pub unit: String,
    /// Name of the branch.
    pub branch_name: String,
    /// Head of the branch.
    pub head: String,
    /// Telephone.
    pub phone: String,
    /// What is promised, by kind.
    pub groups: Vec<PledgeGroup>,
    /// Date of the pledge, written out.
    pub pledged_on: String,
    /// Time limit, written out.
    pub due_by: String,
    /// Form of publicity.
    pub publicity: String,
    /// The decision of the branch, when there is one.
    pub branch_seal: Option<Decision>,
    /// The decision of the committee, when there is one.
    pub committee_seal: Option<Decision>,
    /// Reference number for the footer.
    pub reference: Option<String>,
    /// Check code for the footer.
    pub check_code: Option<String>,
}

/// Annex 2, the form of a member (N21). For internal use: it shows sex, ethnicity, birth, education, phone
/// and joining date, which never leave the internal form. The default value is the blank form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PersonForm {
    /// Name.
    pub name: String,
    /// Sex.
    pub sex: String,
    /// Ethnicity.
    pub ethnicity: String,
    /// Education.
    pub education: String,
    /// Month of birth, written out.
    pub birth_month: String,
    /// Date of joining, written out.
    pub joined: String,
    /// Unit and post.
    pub post: String,
    /// Telephone.
    pub phone: String,
    /// What is promised, by kind.
    pub groups: Vec<PledgeGroup>,
    /// Date of the pledge, written out.
    pub pledged_on: String,
    /// Time limit, written out.
    pub due_by: String,
    /// Form of publicity.
    pub publicity: String,
    /// The member's own signing, when it was done here.
    pub signature: Option<Decision>,
    /// The decision of the secretary or line leader, when there is one.
    pub secretary_seal: Option<Decision>,
    /// Reference number for the footer.
    pub reference: Option<String>,
    /// Check code for the footer.
    pub check_code: Option<String>,
}

/// The branch forms (annex 1), one part for each. `date` is the date kept in the file.
pub fn annex1(forms: &[BranchForm], text: &FormText, date: Date) -> Document {
    let labels = &text.branch;
    let part = |form: &BranchForm| {
        let name = |text: &str| label(text, 0.0);
        let rows = vec![
            vec![
                name(&labels.unit),
                value(&form.unit, 1),
                name(&labels.branch_name),
                value(&form.branch_name, 1),
            ],
            vec![
                name(&labels.head),
                value(&form.head, 1),
                name(&labels.phone),
                value(&form.phone, 1),
            ],
            vec![promises(&form.groups, text, 4)],
            dates(text, &form.pledged_on, &form.due_by, 1),
            publicity(text, &form.publicity, 3),
            vec![
                label(&labels.branch_seal, 29.0),
                seal(form.branch_seal.as_ref(), text, 1),
                name(&labels.committee_seal),
                seal(form.committee_seal.as_ref(), text, 1),
            ],
        ];
        let grid = Grid {
            columns: vec![30.0, 53.0, 30.0, 53.0],
            head: 2,
            open: 2,
            rows,
        };
        Part {
            blocks: blocks(&labels.annex, &labels.title, grid),
            furniture: furniture(
                text,
                &labels.title,
                &form.branch_name,
                &form.reference,
                &form.check_code,
            ),
        }
    };
    document(text, &labels.title, date, forms.iter().map(part).collect())
}

/// The member forms (annex 2), one part for each: a person, a branch or the whole house. One file for many
/// is the fast way, since fonts are cut once for each file.
pub fn annex2(forms: &[PersonForm], text: &FormText, date: Date) -> Document {
    let labels = &text.person;
    // Wide where the longest label, a month and a telephone number stand on one line, narrow where a name does.
    let wide = 88.5 / 3.05;
    let part = |form: &PersonForm| Part {
        blocks: blocks(
            &labels.annex,
            &labels.title,
            Grid {
                columns: vec![33.5, 0.8 * wide, 23.0, 1.1 * wide, 21.0, 1.15 * wide],
                head: 3,
                open: 3,
                rows: person_rows(form, text),
            },
        ),
        furniture: furniture(text, &labels.title, &form.name, &form.reference, &form.check_code),
    };
    document(text, &labels.title, date, forms.iter().map(part).collect())
}

fn person_rows(form: &PersonForm, text: &FormText) -> Vec<Vec<Cell>> {
    let labels = &text.person;
    let pair = |name: &str, words: &str| [label(name, 0.0), value(words, 1)];
    let mut third = pair(&labels.post, &form.post);
    third[1].span = 3;
    vec![
        [
            pair(&labels.name, &form.name),
            pair(&labels.sex, &form.sex),
            pair(&labels.ethnicity, &form.ethnicity),
        ]
        .concat(),
        [
            pair(&labels.education, &form.education),
            pair(&labels.birth_month, &form.birth_month),
            pair(&labels.joined, &form.joined),
        ]
        .concat(),
        [third, pair(&labels.phone, &form.phone)].concat(),
        vec![promises(&form.groups, text, 6)],
        dates(text, &form.pledged_on, &form.due_by, 2),
        publicity(text, &form.publicity, 5),
        vec![
            label(&labels.signature, 23.0),
            seal(form.signature.as_ref(), text, 2),
            label(&labels.secretary_seal, 0.0),
            seal(form.secretary_seal.as_ref(), text, 2),
        ],
    ]
}

fn label(text: &str, least: f64) -> Cell {
    let text = text.to_owned();
    Cell {
        span: 1,
        content: Content::Label { text, least },
    }
}

fn value(text: &str, span: usize) -> Cell {
    let text = text.to_owned();
    Cell {
        span,
        content: filled(text, false),
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

fn seal(decision: Option<&Decision>, text: &FormText, span: usize) -> Cell {
    Cell {
        span,
        content: Content::Seal {
            decision: decision.cloned().map(Box::new),
            blank: text.blank_date.clone(),
        },
    }
}

fn dates(text: &FormText, pledged_on: &str, due_by: &str, span: usize) -> Vec<Cell> {
    vec![
        label(&text.pledged_on, 0.0),
        value(pledged_on, span),
        label(&text.due_by, 0.0),
        value(due_by, span),
    ]
}

fn publicity(text: &FormText, channels: &str, span: usize) -> Vec<Cell> {
    let content = filled(channels.to_owned(), true);
    vec![label(&text.publicity, 0.0), Cell { span, content }]
}

fn promises(groups: &[PledgeGroup], text: &FormText, span: usize) -> Cell {
    let promise = |item: &PledgeItem| {
        let facts = [
            (&text.measure, &item.measure),
            (&text.beneficiary, &item.beneficiary),
            (&text.due, &item.due),
        ];
        let said = facts.into_iter().filter(|(_, words)| !words.trim().is_empty());
        Promise {
            text: item.text.clone(),
            facts: said
                .map(|(label, words)| (format!("{label}{}", text.colon), words.clone()))
                .collect(),
        }
    };
    let group = |group: &PledgeGroup| Group {
        label: group.label.clone(),
        items: group.items.iter().map(promise).collect(),
    };
    Cell {
        span,
        content: Content::Promises(Promises {
            heading: text.pledge.clone(),
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
