//! Review (审核确定, N11): who decides on whose pledge, what must be answered, and when a pledge goes back.

mod decision;
mod route;

pub use decision::{Answer, Question, check_answers, check_return};
pub use route::{
    Audience, Holder, ReviewStep, RouteRule, StepRule, Subject, TreeUnit, may_review, resolve_route,
};
