//! Dates as people type them: the day as understood, beneath every field for one (UX.md 3.3).

use crate::gate::{Gate, Route};
use crate::respond::Answer;
use crate::visit::Visit;
use axum::response::IntoResponse;

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get("/day-understood", Gate::SignedIn, show)]
}

impl Visit {
    /// The day that a typed date means, in words; empty while it is none.
    pub fn understood(&self, typed: &str) -> String {
        app::campaign::typed_date("", typed, self.today()).map_or_else(
            |_| String::new(),
            |day| self.t1("ui.day_understood", "date", self.date(day)),
        )
    }
}

/// The words alone, for the script that shows them while one types; without it they stand there after sending.
async fn show(v: Visit) -> Answer {
    Ok(v.understood(v.query("typed")).into_response())
}
