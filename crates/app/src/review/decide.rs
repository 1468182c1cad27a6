//! One decision: confirm or return one pledge, at the round, step and revision that were on the screen.

use super::desk::{Desk, Matter, require};
use super::round::freeze_items;
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::campaign::GatedAct;
use domain::ids::{PersonId, ReasonId};
use domain::pledge::PledgeState;
use domain::problem::{Problem, ProblemKind, Problems};
use domain::review::{
    Answer, Meeting, MeetingEntry, REMARK_MAX, ReviewStep, check_answers, check_remarks, check_return,
    may_review, places,
};
use domain::text::{TextRule, check_text};
use store::Tx;
use store::pledge::ReviewDecision;

/// Seconds in which one's own last decision can be taken back.
pub const UNDO_SECONDS: i64 = 10;
/// The way there and back over a slow line is not the reader's fault.
const GRACE_SECONDS: i64 = 5;

/// What a reviewer decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// 通过: every question is answered yes.
    Confirm,
    /// 退回修改.
    Return {
        /// Keys of the template's reasons, at least one.
        reasons: Vec<String>,
    },
}

/// What the reviewer answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answers {
    /// Yes to every question about the pledge and each of its items, said in one word.
    AllYes,
    /// One by one; with a return they may be incomplete.
    Each(Vec<Answer>),
}

/// Confirms or returns one pledge (N11). `round`, `step` and `revision` are those that were shown: nothing is
/// decided that was not on the screen.
#[derive(Clone, Debug)]
pub struct Decide {
    /// The pledge.
    pub pledge: String,
    /// The round shown.
    pub round: u32,
    /// The step shown.
    pub step: u32,
    /// The revision shown.
    pub revision: i64,
    /// The decision.
    pub verdict: Verdict,
    /// The answers to the review questions.
    pub answers: Answers,
    /// Words to the pledger and to whoever decides next; a return needs them.
    pub message: String,
    /// The meeting, where the step is decided by one.
    pub meeting: Option<MeetingEntry>,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The decision's id: it can be taken back for a few seconds.
    pub id: String,
    /// The state it left.
    pub state: PledgeState,
    /// Whose pledge it is: name of the person or of the unit.
    pub name: String,
    /// Identifier of the role in which it was decided.
    pub role: String,
}

impl Decide {
    fn word(&self) -> &'static str {
        match self.verdict {
            Verdict::Confirm => "confirm",
            Verdict::Return { .. } => "return",
        }
    }

    /// Everything the reviewer wrote, checked at once.
    fn check(&self, ctx: &Ctx, desk: &Desk, matter: &Matter, step: &ReviewStep) -> Result<Checked> {
        let (asked, items) = (matter.asked(&desk.campaign), matter.item_ids());
        let mut problems = Problems::new();
        let answers = match &self.answers {
            Answers::Each(answers) => answers.clone(),
            Answers::AllYes => places(&asked, &items)
                .into_iter()
                .map(|(question, item)| Answer {
                    question,
                    item,
                    yes: Some(true),
                    remark: String::new(),
                })
                .collect(),
        };
        match &self.verdict {
            Verdict::Confirm => {
                problems.absorb(check_answers(&asked, &items, &answers));
                problems.note(check_text(
                    "message",
                    &self.message,
                    TextRule::area(REMARK_MAX).optional(),
                ));
            }
            Verdict::Return { reasons } => {
                let known: Vec<ReasonId> = desk
                    .campaign
                    .template
                    .return_reasons
                    .iter()
                    .filter_map(|c| ReasonId::parse(c.key.as_str()).ok())
                    .collect();
                let chosen: Result<Vec<_>, _> = reasons.iter().map(|r| ReasonId::parse(r.as_str())).collect();
                let chosen = chosen.map_err(|p| p.on("reasons"));
                if let Some(chosen) = problems.note(chosen) {
                    problems.absorb(check_return(&known, &chosen, &self.message));
                }
                problems.absorb(check_remarks(&asked, &items, &answers));
            }
        }
        let mut meeting = None;
        // A meeting that returns a pledge is recorded when its facts are given; one that confirms must give them.
        if step.meeting {
            let handed_in = ctx.date_of(matter.row.submitted_at);
            match &self.meeting {
                Some(entry) => meeting = problems.absorb(entry.read(handed_in, ctx.today)),
                None if self.verdict == Verdict::Confirm => {
                    problems.push(Problem::invalid("problem.review.meeting_missing").on("meeting.held_on"));
                }
                None => {}
            }
        }
        Ok(problems.or(Checked { answers, meeting })?)
    }
}

/// What is kept with the decision.
struct Checked {
    answers: Vec<Answer>,
    meeting: Option<Meeting>,
}

impl UseCase for Decide {
    type Out = Decided;

    fn needs(&self) -> Need {
        Need::SignedIn
    }

    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Decided> {
        let mut desk = Desk::required(ctx, tx).await?;
        let (matter, step) = admit(ctx, tx, &mut desk, &self.pledge).await?;
        // A text that is public already is changed at any time; a first one has its stage (N15).
        if matter.pledge.version == 0 {
            desk.campaign.gate_of_pledge(GatedAct::Review, ctx.today)?;
        }
        if matter.row.revision != self.revision {
            return Err(Problem::conflict("problem.pledge.moved_on").into());
        }
        let Some((_, step)) = step else {
            return Err(Problem::conflict("problem.pledge.not_submitted").into());
        };
        let steps = u32::try_from(matter.steps()).map_err(Error::bug)?;
        let pledge = match self.verdict {
            Verdict::Confirm => matter.pledge.confirm(self.round, self.step, steps),
            Verdict::Return { .. } => matter.pledge.return_for_revision(self.round, self.step),
        }?;
        let checked = self.check(ctx, &desk, &matter, &step)?;
        let id = self.keep(ctx, tx, &matter, &step, &checked).await?;
        let (state, at, round, version) = pledge.columns();
        let row = store::pledge::by_id(tx, &ctx.organization, &self.pledge).await?;
        let mut row = row.ok_or_else(|| Problem::not_found("problem.not_found"))?;
        (row.state, row.step, row.round, row.version) = (state.to_owned(), at, round, version);
        row.updated_at = ctx.now;
        if let PledgeState::Confirmed { .. } = pledge.state {
            row.confirmed_at = Some(ctx.now);
            freeze_items(ctx, tx, &matter).await?;
            crate::pledge::settle(ctx, tx, &mut row, &matter.row.unit_id).await?;
        }
        store::pledge::write_state(tx, &ctx.organization, &row).await?;
        let name = match matter.row.name.as_str() {
            "" => desk.unit_name(&matter.row.unit_id).to_owned(),
            name => name.to_owned(),
        };
        Ok(Decided {
            id,
            state: pledge.state,
            name,
            role: step.role.name().to_owned(),
        })
    }

    fn event(&self, out: &Decided) -> Event {
        let act = match self.verdict {
            Verdict::Confirm => "review.confirm",
            Verdict::Return { .. } => "review.return",
        };
        Event::new(act, "pledge", &self.pledge).with(serde_json::json!({
            "round": self.round, "step": self.step, "role": out.role, "state": out.state.name(),
        }))
    }
}

impl Decide {
    /// Keeps the decision and, when it confirms, its seal over the very text that was on the desk.
    async fn keep(
        &self,
        ctx: &Ctx,
        tx: &mut Tx,
        matter: &Matter,
        step: &ReviewStep,
        checked: &Checked,
    ) -> Result<String> {
        let json = |value: serde_json::Result<String>| value.map_err(Error::bug);
        let reasons = match &self.verdict {
            Verdict::Confirm => &[][..],
            Verdict::Return { reasons } => reasons,
        };
        let mut row = ReviewDecision {
            id: ctx.id(),
            pledge_id: self.pledge.clone(),
            round: i64::from(self.round),
            step: i64::from(self.step),
            role: step.role.name().to_owned(),
            verdict: self.word().to_owned(),
            answers: json(serde_json::to_string(&checked.answers))?,
            reasons: json(serde_json::to_string(reasons))?,
            message: self.message.trim().to_owned(),
            meeting: checked
                .meeting
                .as_ref()
                .map_or(Ok(String::new()), |m| json(serde_json::to_string(m)))?,
            decided_by: ctx.actor.account.clone(),
            decided_name: ctx.actor.name.clone(),
            decided_at: ctx.now,
            advice_rules: crate::advice::rules(ctx, tx).await?.version().to_owned(),
            seal_code: String::new(),
        };
        if self.verdict == Verdict::Confirm {
            row.seal_code = crate::seal::set(ctx, tx, &row, &matter.row.content).await?;
        }
        store::pledge::add_decision(tx, &ctx.organization, &row).await?;
        Ok(row.id)
    }
}

/// The matter, and the step at which the actor may decide it now. Who has no part in it learns nothing of it.
///
/// # Errors
/// `problem.review.own`, `problem.not_found`, `problem.review.not_yours` (another step's turn).
async fn admit(
    ctx: &Ctx,
    tx: &mut Tx,
    desk: &mut Desk,
    pledge: &str,
) -> Result<(Matter, Option<(usize, ReviewStep)>)> {
    let missing = || Problem::not_found("problem.not_found");
    let row = store::review::handed_in_one(tx, &ctx.organization, pledge)
        .await?
        .ok_or_else(missing)?;
    let matter = desk.matter(row)?;
    if matter.content.campaign.as_str() != desk.campaign.id {
        return Err(missing().into());
    }
    let route = matter.route.clone()?;
    let person = ctx
        .actor
        .decider()
        .and_then(|p| PersonId::parse(p).ok())
        .ok_or_else(missing)?;
    let waiting = matter.waiting().map(|(at, step)| (at, step.clone()));
    let step = waiting
        .as_ref()
        .map(|(_, s)| s)
        .or(route.last())
        .ok_or_else(missing)?;
    match may_review(&person, &matter.subject, step) {
        Ok(()) => require(ctx, &matter, step)?,
        Err(own) if own.key == "problem.review.own" => return Err(own.into()),
        Err(other) if matter.places_of(Some(person.as_str())).is_empty() => {
            debug_assert_eq!(other.kind, ProblemKind::Forbidden);
            return Err(missing().into());
        }
        // One of his steps, but not the one whose turn it is.
        Err(_) if waiting.is_some() => return Err(Problem::conflict("problem.pledge.moved_on").into()),
        Err(_) => {}
    }
    Ok((matter, waiting))
}

/// Takes one's own last decision back, within seconds and while nothing has followed from it.
pub struct UndoDecision {
    /// The decision.
    pub decision: String,
}

impl UseCase for UndoDecision {
    type Out = String;

    fn needs(&self) -> Need {
        Need::SignedIn
    }

    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        let missing = || Problem::not_found("problem.not_found");
        let moved = || Problem::conflict("problem.review.undo_moved");
        let decision = store::review::decision(tx, &ctx.organization, &self.decision)
            .await?
            .ok_or_else(missing)?;
        if decision.decided_by != ctx.actor.account {
            return Err(missing().into());
        }
        if ctx.now - decision.decided_at > (UNDO_SECONDS + GRACE_SECONDS) * 1_000_000 {
            let late = Problem::conflict("problem.review.undo_late").with("seconds", UNDO_SECONDS);
            return Err(late.into());
        }
        let row = store::pledge::by_id(tx, &ctx.organization, &decision.pledge_id).await?;
        let mut row = row.ok_or_else(missing)?;
        // Every later act on the pledge moves its time; the decision and what it left carry the same one.
        let followed = row.updated_at != decision.decided_at || row.round != decision.round;
        if followed || !matches!(row.state.as_str(), "submitted" | "returned" | "confirmed") {
            return Err(moved().into());
        }
        if row.state == "confirmed" {
            // The items of an earlier public version were merged with these and cannot be told apart again.
            if row.version > 0 {
                return Err(moved().into());
            }
            for item in store::pledge::items(tx, &ctx.organization, &row.id).await? {
                store::pledge::drop_item(tx, &ctx.organization, &item.id).await?;
            }
            row.confirmed_at = None;
        }
        store::seal::drop_of(tx, &ctx.organization, &decision.id).await?;
        store::review::undo_decision(tx, &ctx.organization, &decision.id).await?;
        (row.state, row.step, row.updated_at) = ("submitted".to_owned(), decision.step, ctx.now);
        store::pledge::write_state(tx, &ctx.organization, &row).await?;
        Ok(row.id)
    }

    fn event(&self, pledge: &String) -> Event {
        Event::new("review.undo", "pledge", pledge).with(serde_json::json!({ "decision": self.decision }))
    }
}
