//! Sheets for the wall (N12): one branch, red title, promises large, a code to scan.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::world::{Head, press};
use crate::{DocumentError, svg};

const TEMPLATE: &str = concat!(
    include_str!("../../templates/common.typ"),
    include_str!("../../templates/sheet.typ")
);

/// Paper of a wall sheet, upright.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Paper {
    /// 210 × 297 mm.
    #[default]
    A4,
    /// 297 × 420 mm; everything is drawn larger by the same factor.
    A3,
}

/// A piece of a promise; the parts that can be counted are drawn strong with a gold line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Run {
    /// The piece.
    pub text: String,
    /// Whether it is drawn strong.
    pub strong: bool,
}

/// Cuts `text` into runs; the first place of each of `parts`, from left to right, is strong. Parts that do
/// not occur are passed over, so the text is always printed whole.
pub fn emphasize(text: &str, parts: &[&str]) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut rest = text;
    for part in parts.iter().filter(|part| !part.is_empty()) {
        let Some((before, after)) = rest.split_once(part) else {
            continue;
        };
        if !before.is_empty() {
            runs.push(Run {
                text: before.to_owned(),
                strong: false,
            });
        }
        runs.push(Run {
            text: (*part).to_owned(),
            strong: true,
        });
        rest = after;
    }
    if !rest.is_empty() {
        runs.push(Run {
            text: rest.to_owned(),
            strong: false,
        });
    }
    runs
}

/// The words of a wall sheet that are the same for every branch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetText {
    /// Language tag, for example `zh-CN`.
    pub language: String,
    /// Title of the file.
    pub title: String,
    /// Column heads: kind, promise, time limit, person in charge.
    pub columns: [String; 4],
    /// Mark behind the title on the second and later pages.
    pub continued: String,
    /// What the code to scan is, for those who cannot see it.
    pub qr_alt: String,
    /// Label of the check code.
    pub check_code: String,
    /// Label of the address.
    pub address: String,
}

/// One promise on a wall sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WallRow {
    /// The kind.
    pub kind: String,
    /// The promise, see [`emphasize`].
    pub promise: Vec<Run>,
    /// Time limit, written out.
    pub due: String,
    /// Person in charge.
    pub person: String,
}

/// The place of a seal at the foot of a sheet, with the named and dated decision under it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SealLine {
    /// Whose seal.
    pub label: String,
    /// Name, role and date of the decision; may be empty.
    pub decision: String,
}

/// The sheet of one branch. Only what is public belongs here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WallSheet {
    /// Line above the title: organisation and campaign.
    pub above: String,
    /// The title, for example the branch and what it is.
    pub title: String,
    /// Left of the line under the title: head, number of members.
    pub left: String,
    /// Right of it: the period of publicity.
    pub right: String,
    /// The promises.
    pub rows: Vec<WallRow>,
    /// What the code to scan holds: a full address.
    pub qr: String,
    /// The invitation beside the code, in large letters.
    pub call: String,
    /// Lines under it: how to rate, and how without a phone that scans.
    pub lines: Vec<String>,
    /// The check code, 8 characters.
    pub check_code: String,
    /// The address in short, for those who type.
    pub address: String,
    /// The places of the seals.
    pub seals: Vec<SealLine>,
}

#[derive(Serialize)]
struct Sheets<'a> {
    paper: Paper,
    text: &'a SheetText,
    sheets: &'a [WallSheet],
    /// The codes to scan, as SVG, in the order of the sheets.
    codes: Vec<String>,
}

/// The wall sheet of one branch. `date` is the date kept in the file.
///
/// # Errors
/// As [`wall_sheets`].
pub fn wall_sheet(
    sheet: &WallSheet,
    text: &SheetText,
    paper: Paper,
    date: Date,
) -> Result<Vec<u8>, DocumentError> {
    wall_sheets(std::slice::from_ref(sheet), text, paper, date)
}

/// The wall sheets of several branches in one file, each on a page of its own (long ones flow on).
///
/// # Errors
/// [`DocumentError::Empty`] without a sheet, [`DocumentError::QrTooLong`] when an address does not fit in a
/// code, [`DocumentError::Typeset`] when the typesetter refuses.
pub fn wall_sheets(
    sheets: &[WallSheet],
    text: &SheetText,
    paper: Paper,
    date: Date,
) -> Result<Vec<u8>, DocumentError> {
    if sheets.is_empty() {
        return Err(DocumentError::Empty);
    }
    let code = |sheet: &WallSheet| svg::qr(&sheet.qr, &text.qr_alt);
    let codes = sheets.iter().map(code).collect::<Result<Vec<_>, _>>()?;
    let head = Head {
        language: &text.language,
        title: &text.title,
        date,
    };
    press(
        TEMPLATE,
        &head,
        &Sheets {
            paper,
            text,
            sheets,
            codes,
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emphasis_keeps_every_character() {
        let text = "每月公布1次，每次1小时";
        let runs = emphasize(text, &["每月", "没有", "1次", "", "1小时"]);
        let all: String = runs.iter().map(|run| run.text.as_str()).collect();
        assert_eq!(all, text);
        let strong: Vec<&str> = runs
            .iter()
            .filter(|r| r.strong)
            .map(|r| r.text.as_str())
            .collect();
        assert_eq!(strong, ["每月", "1次", "1小时"]);
    }
}
