//! PDF files: tagged, PDF/A-2a and PDF/UA-1, fonts embedded.
//!
//! typst is used as a library with a world of its own: one template, two or more fonts, and the values as
//! JSON. Text of users is data for the template and never markup; a `#` in a pledge prints as a `#`.

mod clean;
mod fit;
mod forms;
mod official;
mod sheet;
mod words;
mod world;

pub use forms::{
    BranchForm, BranchLabels, Decision, FormText, PersonForm, PersonLabels, PledgeGroup, PledgeItem, annex1,
    annex2,
};
pub use official::{Block, Imprint, Official, official};
pub use sheet::{Paper, Run, SealLine, SheetText, WallRow, WallSheet, emphasize, wall_sheet, wall_sheets};

pub(crate) use clean::printable;
