//! Screens 22 and 29: the reviewer's queue, one pledge, the committee's meeting, what was decided (N11).

mod api;
mod beside;
mod done;
mod entry;
mod guidance;
mod one;
mod queue;
mod rounds;
mod view;

use crate::gate::{Gate, Route};
use axum::http::Method;
use domain::access::Permission;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/review", Gate::SignedIn, queue::show),
        Route::post("/review/together", Gate::SignedIn, queue::together),
        Route::post("/review/prove", Gate::SignedIn, queue::prove),
        Route::post("/review/undo", Gate::SignedIn, queue::undo),
        Route::get("/review/committee", Gate::SignedIn, one::committee),
        Route::get("/review/done", Gate::SignedIn, done::show),
        Route::get(
            "/review/guidance",
            Gate::Holds(Permission::ManageCampaign),
            guidance::show,
        ),
        Route::post(
            "/review/guidance",
            Gate::Holds(Permission::ManageCampaign),
            guidance::change,
        ),
        Route::get("/review/{pledge}", Gate::SignedIn, one::show),
        Route::post("/review/{pledge}", Gate::SignedIn, one::decide),
        Route::api(Method::GET, "/api/v1/review-queue", Gate::SignedIn, api::queue),
        Route::api(
            Method::POST,
            "/api/v1/pledges/{pledge}/decisions",
            Gate::SignedIn,
            api::decide,
        ),
    ]
}

/// The address after an act, with the words it is confirmed by and the decision that can be taken back.
fn after(path: &str, said: &str, undo: &str) -> String {
    let said = said.rsplit('.').next().unwrap_or(said);
    let mut pairs = vec![("said", said)];
    if !undo.is_empty() {
        pairs.push(("undo", undo));
    }
    crate::visit::address(path, &pairs)
}
