//! The organisation: its units, its people, and the reading of rosters.

pub mod entry;
pub mod login;
pub mod person;
pub mod raw;
pub mod roster;
pub mod unit;

pub use person::{PersonClass, Sex};
pub use unit::{Unit, UnitKind, covered};
