//! The pledge (承诺书): one form per pledger and campaign, its items, its states, its frozen versions and the
//! difference between two of them (N8, N10, N11; PRODUCT.md 3.1).

mod blank;
mod canonical;
mod difference;
mod form;
mod ink;
mod joint;
pub mod sentence;
mod sheet;
mod split;
mod standing;
mod state;

pub use blank::blank_number;
pub use canonical::{VersionContent, VersionItem};
pub use difference::{ItemChange, Span, SpanKind, difference, item_changes};
pub use form::{
    CommitmentItem, FormRules, KindRule, LengthHint, PledgeForm, check_draft, check_submission,
    demand_missing, length_hint,
};
pub use ink::{Ink, PAD_HIGH, PAD_WIDE, POINTS_MAX as INK_POINTS_MAX, STROKES_MAX as INK_STROKES_MAX};
pub use joint::{is_named, seen_by};
pub use sheet::{SheetColumn, SheetForm, SheetItem, SheetLayout, SheetReading, read_sheet};
pub use split::{MOST as SPLIT_MOST, split};
pub use standing::{Standing, first_changed, says_what_holds};
pub use state::{Pledge, PledgeState};
