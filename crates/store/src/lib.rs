//! The only crate that speaks to a database.
//!
//! One SQL text serves SQLite and PostgreSQL. An [`Act`] is a value that runs inside one
//! transaction; [`Db::act`] makes it durable, [`Db::read`] shows it one unchanging picture.
//!
//! Where to look: [`db`] what an act sees, [`sql`] how statements are written and registered,
//! [`value`] what goes in and comes out, [`dialect`] the full list of differences between the two
//! databases, [`migrate`] how the tables come about. Features have one file each beside these.

pub mod account;
pub mod advice;
pub mod appraisal;
pub mod attachment;
pub mod audit;
pub mod brief;
pub mod campaign;
pub mod db;
pub mod demand;
pub mod dialect;
pub mod error;
pub mod feedback;
mod ids;
pub mod inspection;
pub mod ledger;
pub mod log;
pub mod migrate;
pub mod moving;
pub mod notice;
pub mod organization;
pub mod person;
pub mod pledge;
mod postgres;
pub mod progress;
pub mod public;
pub mod publication;
pub mod rectification;
pub mod reminder;
pub mod review;
pub mod seal;
pub mod seal_image;
pub mod setting;
pub mod sql;
mod sqlite;
pub mod stamped;
pub mod task;
pub mod value;

pub use db::{Act, DatabaseKind, Db, Options, Prepared, Tx};
pub use error::{Error, Refusal, Result, Unfit};
/// For the expansion of [`sql!`]; not meant to be named elsewhere.
#[doc(hidden)]
pub use linkme;
pub use migrate::{MIGRATIONS, Migration, Standing};
pub use sql::{STATEMENTS, Sql};
pub use value::{AsValue, Cell, FromRow, Row, Value};
