//! What is not there.

use crate::respond::Answer;
use domain::problem::Problem;

/// No page at this address.
pub async fn not_found() -> Answer {
    Err(Problem::not_found("problem.no_page").into())
}

/// The address only takes what a form sends, and somebody opened it: after a reload, or from history.
pub async fn form_only() -> Answer {
    Err(Problem::not_found("problem.form_only").into())
}
