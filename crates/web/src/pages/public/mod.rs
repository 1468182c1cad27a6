//! The public side: screens 1 to 4 and 8 to 12 of UX.md. No script, no session, kept in memory until something
//! public changes.

mod board;
mod branch;
mod data;
mod furniture;
mod home;
mod pledge;
mod story;
mod trust;
pub(crate) mod view;

use crate::gate::Route;

pub(crate) fn routes() -> Vec<Route> {
    let mut all = home::routes();
    all.extend(board::routes());
    all.extend(pledge::routes());
    all.extend(branch::routes());
    all.extend(trust::routes());
    all.extend(data::routes());
    all.extend(furniture::routes());
    all
}
