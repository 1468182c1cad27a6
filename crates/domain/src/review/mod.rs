//! Review (审核确定, N11): who decides on whose pledge, what must be answered, what is looked at first, and when a
//! pledge goes back.

pub mod alike;
mod decision;
mod meeting;
mod own_words;
mod queue;
mod route;
mod twin;

pub use decision::{
    Answer, Question, REMARK_MAX, check_answers, check_remarks, check_return, one_at_two_steps, places,
};
pub use meeting::{Meeting, MeetingEntry};
pub use own_words::{Models, OwnWords};
pub use queue::{Flag, Known, Reading, TWIN_PERCENT, flags, read_items};
pub use route::{
    Audience, Holder, ReviewStep, RouteRule, StepRule, Subject, TreeUnit, may_review, recused, resolve_route,
};
pub use twin::Likeness;
