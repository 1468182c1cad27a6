//! What hangs on walls, stands at counters and is read aloud (N12): sheets, a large-print edition, cards, a
//! list for the meeting and posters, of one branch or many, in one file. Only what is public belongs here.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::world::{Head, press};
use crate::{DocumentError, qr};

const TEMPLATE: &str = concat!(
    include_str!("../../templates/common.typ"),
    include_str!("../../templates/wall/common.typ"),
    include_str!("../../templates/wall/sheet.typ"),
    include_str!("../../templates/wall/badges.typ"),
    include_str!("../../templates/wall/aloud.typ"),
    include_str!("../../templates/wall/poster.typ"),
    include_str!("../../templates/wall/main.typ"),
);

/// A kind of paper for the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Piece {
    /// The promises of a branch on A4 for reading at 1.5 m: nothing that is promised below 18 points.
    SheetA4,
    /// The same on A3, from 26 points.
    SheetA3,
    /// A4 for weak eyes: not a letter below 20 points.
    Large,
    /// Cards of 90 by 54 mm for service windows, ten on A4 with lines to cut along.
    Badges,
    /// The list to read aloud at the meeting.
    Aloud,
    /// An invitation to say something about the branch, A4.
    PosterA4,
    /// The same on A3.
    PosterA3,
}

impl Piece {
    /// All of them, in the order in which they stand in a file.
    pub const ALL: [Self; 7] = [
        Self::SheetA4,
        Self::SheetA3,
        Self::Large,
        Self::Badges,
        Self::Aloud,
        Self::PosterA4,
        Self::PosterA3,
    ];

    /// The name in addresses and texts.
    pub fn key(self) -> &'static str {
        match self {
            Self::SheetA4 => "sheet_a4",
            Self::SheetA3 => "sheet_a3",
            Self::Large => "large",
            Self::Badges => "badges",
            Self::Aloud => "aloud",
            Self::PosterA4 => "poster_a4",
            Self::PosterA3 => "poster_a3",
        }
    }

    /// The piece with this name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|piece| piece.key() == key)
    }
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

/// The words that are the same for every branch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WallText {
    /// Language tag, for example `zh-CN`.
    pub language: String,
    /// Title of the file.
    pub title: String,
    /// Organisation and campaign, above every title.
    pub above: String,
    /// The organisation alone, on cards.
    pub organization: String,
    /// What the branch's own promises are headed with.
    pub own: String,
    /// Label of a time limit.
    pub due: String,
    /// Label of the check code.
    pub check_code: String,
    /// Label of the address.
    pub address: String,
    /// Mark behind the name on the second and later pages.
    pub continued: String,
    /// Page line, with `{page}` and `{pages}`.
    pub page_of: String,
    /// What a code to scan is, for those who cannot see it; `{name}` is whose.
    pub qr_alt: String,
    /// The invitation beside the code, in large letters.
    pub call: String,
    /// Lines under it: how to rate, and how without a telephone that scans.
    pub lines: Vec<String>,
    /// The places of the seals.
    pub seals: Vec<String>,
    /// Mark on a card.
    pub badge: String,
    /// Under the code of a card.
    pub badge_scan: String,
    /// Mark of the list to read aloud, behind the name of the branch.
    pub aloud: String,
    /// The invitation of the posters, in each language.
    pub posters: Vec<PosterText>,
}

/// The invitation of a poster in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PosterText {
    /// Primary language subtag, `zh` or `en`.
    pub lang: String,
    /// The invitation.
    pub call: String,
    /// What happens after scanning.
    pub line: String,
}

/// What of a branch is public.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WallBranch {
    /// Its name.
    pub name: String,
    /// The title of its sheet.
    pub title: String,
    /// Left of the line under the title: number of members.
    pub left: String,
    /// Right of it: since when it is public.
    pub right: String,
    /// Its own pledge and those of its members, in the order of the board.
    pub pledges: Vec<WallPledge>,
    /// Full address of its page.
    pub address: String,
    /// Full address of the form for opinions about it.
    pub opinion: String,
    /// The sentence that opens the list to read aloud.
    pub intro: String,
}

/// A pledge as it is printed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WallPledge {
    /// The branch's own.
    pub own: bool,
    /// Whose, as published.
    pub name: String,
    /// Post, as published.
    pub post: String,
    /// Check code in groups.
    pub check_code: String,
    /// Full address of its page.
    pub address: String,
    /// Its promises.
    pub promises: Vec<WallPromise>,
    /// The line on the card.
    pub line: String,
}

/// A promise as it is printed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WallPromise {
    /// The kind.
    pub kind: String,
    /// The promise.
    pub text: Vec<Run>,
    /// Time limit, written out.
    pub due: String,
    /// The sentence to read aloud.
    pub spoken: String,
}

/// A branch with its codes to scan, as SVG.
#[derive(Serialize)]
struct Coded<'a> {
    #[serde(flatten)]
    branch: &'a WallBranch,
    /// Opens its page.
    page: String,
    /// Opens the form for opinions.
    form: String,
    /// Opens each pledge, in order.
    codes: Vec<String>,
}

#[derive(Serialize)]
struct Wall<'a> {
    text: &'a WallText,
    pieces: &'a [Piece],
    branches: Vec<Coded<'a>>,
}

/// The pieces asked for, of every branch, in one file: by piece, since each goes to another tray of the
/// printer, then by branch. `date` is the date kept in the file.
///
/// # Errors
/// [`DocumentError::Empty`] when nothing would stand in it, [`DocumentError::QrTooLong`] when an address does
/// not fit in a code, [`DocumentError::QrUnreadable`] when a code does not read back,
/// [`DocumentError::Typeset`] when the typesetter refuses.
pub fn wall(
    branches: &[WallBranch],
    pieces: &[Piece],
    text: &WallText,
    date: Date,
) -> Result<Vec<u8>, DocumentError> {
    let cards = branches.iter().any(|b| b.pledges.iter().any(|p| !p.own));
    if branches.is_empty() || pieces.is_empty() || (pieces == [Piece::Badges] && !cards) {
        return Err(DocumentError::Empty);
    }
    let head = Head {
        language: &text.language,
        title: &text.title,
        date,
        pictures: Vec::new(),
    };
    let coded = |branch| coded(branch, text);
    let branches = branches.iter().map(coded).collect::<Result<_, _>>()?;
    press(
        TEMPLATE,
        &head,
        &Wall {
            text,
            pieces,
            branches,
        },
    )
}

fn coded<'a>(branch: &'a WallBranch, text: &WallText) -> Result<Coded<'a>, DocumentError> {
    let code = |address: &str, name: &str| qr::qr(address, &text.qr_alt.replace("{name}", name));
    Ok(Coded {
        page: code(&branch.address, &branch.name)?,
        form: code(&branch.opinion, &branch.name)?,
        codes: branch
            .pledges
            .iter()
            .map(|pledge| code(&pledge.address, &pledge.name))
            .collect::<Result<_, _>>()?,
        branch,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_is_found_by_its_name_and_templates_know_the_same_name() {
        for piece in Piece::ALL {
            assert_eq!(Piece::from_key(piece.key()), Some(piece));
            let name = serde_json::to_value(piece).expect("a name");
            assert_eq!(name, piece.key());
        }
        assert_eq!(Piece::from_key("a5"), None);
    }
}
