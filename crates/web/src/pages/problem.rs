//! What is not there.

use crate::respond::Answer;
use domain::problem::Problem;

/// No page at this address.
pub async fn not_found() -> Answer {
    Err(Problem::not_found("problem.no_page").into())
}
