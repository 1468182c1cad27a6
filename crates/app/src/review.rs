//! Review (审核确定, N11): the queue of each reviewer, one decision at a time, and what was decided.

mod decide;
mod desk;
mod guidance;
mod queue;
mod round;

pub use decide::{Answers, Decide, Decided, UNDO_SECONDS, UndoDecision, Verdict};
pub use desk::{Desk, Matter, unheld};
pub use guidance::{
    ChangeGuidance, FindGuidance, GUIDANCE_MAX, GuidanceLine, GuidanceWords, NewGuidance, OwnGuidance,
};
pub use queue::{
    Beside, Candidate, Counts, DecidedList, Decisions, FindCandidate, FindDecided, FindQueue, FindRound,
    FindWaits, Open, Queue, Recused, Twin, UnitRound, Wait, Waits, Why,
};
pub use round::{DecisionView, FindNext, NextStep, Seal, decisions, seals};
pub use store::review::EarlierItem;
