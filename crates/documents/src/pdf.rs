//! PDF files: tagged, PDF/A-2a and PDF/UA-1, fonts embedded.
//!
//! typst is used as a library with a world of its own: one template, two or more fonts, and the values as
//! JSON. Text of users is data for the template and never markup; a `#` in a pledge prints as a `#`.

mod clean;
mod fit;
mod wall;
mod world;

use serde::Serialize;
use typst_layout::PagedDocument;

use crate::DocumentError;
use crate::paper::{Document, Layout};
use world::Head;

pub use wall::{Piece, PosterText, Run, WallBranch, WallPledge, WallPromise, WallText, wall};

pub(crate) use clean::{is_unseen, printable};
pub(crate) use fit::room;

const FORM: &str = concat!(
    include_str!("../templates/common.typ"),
    include_str!("../templates/form.typ")
);
const OFFICIAL: &str = concat!(
    include_str!("../templates/common.typ"),
    include_str!("../templates/official.typ")
);
const LEDGER: &str = concat!(
    include_str!("../templates/common.typ"),
    include_str!("../templates/ledger.typ")
);

/// The document as the templates get it.
#[derive(Serialize)]
struct Pressed<'a> {
    #[serde(flatten)]
    document: &'a Document,
    /// Of each part, whether it fits on one page without trying, see [`fit`].
    short: Vec<bool>,
}

fn source(layout: Layout) -> &'static str {
    match layout {
        Layout::Form => FORM,
        Layout::Official => OFFICIAL,
        Layout::Ledger => LEDGER,
    }
}

fn head(document: &Document) -> Head<'_> {
    Head {
        language: &document.language,
        title: &document.title,
        date: document.date,
        pictures: document.pictures(),
    }
}

fn pressed(document: &Document) -> Pressed<'_> {
    Pressed {
        document,
        short: document.parts.iter().map(fit::fits).collect(),
    }
}

/// The document as a PDF file.
pub(crate) fn write(document: &Document) -> Result<Vec<u8>, DocumentError> {
    world::press(source(document.layout), &head(document), &pressed(document))
}

/// The document set into pages, handed to `draw`.
pub(crate) fn pages<T>(
    document: &Document,
    draw: impl FnOnce(&PagedDocument) -> Result<T, DocumentError>,
) -> Result<T, DocumentError> {
    let drawn = world::set(source(document.layout), &head(document), &pressed(document))
        .and_then(|pages| draw(&pages));
    world::forget(document.parts.len() > 12);
    drawn
}
