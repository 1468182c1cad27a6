//! Stories over HTTP, each told on both databases: what people do, and what must not happen to them.

#![expect(clippy::too_many_lines, reason = "a story is told in one go")]

mod api;
mod review;
mod import;
mod office;
mod permissions;
mod setup;
mod campaign;
mod appraisal;
mod pledge;
mod sign_in;
mod voices;
mod publication;
mod supervision;
