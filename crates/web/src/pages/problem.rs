//! What is not there.

use crate::respond::{self, Answer};
use crate::visit::Visit;
use domain::problem::Problem;

/// No page at this address.
pub async fn not_found() -> Answer {
    Err(Problem::not_found("problem.no_page").into())
}

/// The address only takes what a form sends, and somebody opened it: after a reload, or from history.
pub async fn form_only(v: Visit) -> Answer {
    if v.path().starts_with("/api/") {
        return Err(Problem::not_found(respond::METHOD).into());
    }
    Err(Problem::not_found(respond::FORM_ONLY).into())
}
