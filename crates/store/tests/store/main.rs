//! What a database must do to be supported. Every test runs on SQLite and on PostgreSQL; their
//! names read as the specification.
//!
//! `scripts/with-postgres cargo test -p store` brings a server. Without one the tests fail, unless
//! `JIANNUO_TEST_SQLITE_ONLY=1` says that it is meant.

mod failures;
mod load;
mod migrations;
mod network;
mod probe;
mod sqlite_file;
mod statements;
mod support;
mod values;
