//! What the product does: one struct per act, run by [`App::execute`] alone.
//!
//! Pages, JSON API, command line and jobs all execute the same values, so there is one permission check, one
//! transaction and one audit entry per act (DESIGN.md section 2).

#![forbid(unsafe_code)]

pub mod account;
pub mod accounts;
pub mod advice;
pub mod appraisal;
pub mod attachment;
pub mod audit;
pub mod brief;
pub mod campaign;
pub mod case;
mod chance;
pub mod changes;
pub mod clock;
pub mod config;
pub mod ctx;
pub mod demo;
pub mod draw;
pub mod error;
pub mod feedback;
pub mod files;
pub mod forms;
pub mod import;
pub mod inspection;
pub mod ledger;
pub mod lists;
pub mod moving;
pub mod names;
pub mod notice;
pub mod organization;
pub mod package;
pub mod password;
pub mod pledge;
pub mod progress;
pub mod public;
pub mod publication;
pub mod rectification;
pub mod review;
pub mod roles;
pub mod roster;
pub mod roster_table;
pub mod seal;
pub mod seal_image;
pub mod sequencer;
pub mod setup;
pub mod signer;
pub mod slips;
pub mod stamped;
pub mod survey;
pub mod system;
pub mod tasks;
pub mod texts;
pub mod units;
pub mod uploads;
pub mod workbench;

pub use case::{App, Event, Need, Query, UseCase};
pub use clock::Clock;
pub use config::Config;
pub use ctx::Ctx;
pub use error::{Error, Result, Trouble};
