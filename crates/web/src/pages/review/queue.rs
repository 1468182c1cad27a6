//! The queue: what is looked at one by one, then the clean ones three on a screen.

use super::after;
use super::beside::{BesideView, beside};
use super::entry::in_words;
use super::rounds::{RoundView, rounds};
use super::view::{Card, EarlierView, PastView, earlier, flag, past};
use crate::fields::{Fields, Form, mendable};
use crate::respond::{Answer, page, page_with, see_other, status};
use crate::visit::Visit;
use app::review::{Answers, Counts, Decide, FindQueue, Queue, UndoDecision, Verdict};
use askama::Template;
use axum::http::StatusCode;
use domain::problem::{Problem, Problems};

/// Clean ones on one screen: as many as can be read without scrolling.
const TOGETHER: usize = 3;

/// A flagged one that is not open: a line that opens it.
pub(super) struct Line {
    pub id: String,
    pub name: String,
    pub flags: Vec<String>,
    pub now: bool,
}

/// The flagged one that is open, with what helps to decide.
pub(super) struct Expanded {
    pub card: Card,
    pub earlier: Vec<EarlierView>,
    pub past: Vec<PastView>,
    pub rounds: Vec<RoundView>,
    pub beside: Option<BesideView>,
    /// The next flagged one, for "later".
    pub later: String,
}

#[derive(Template)]
#[template(path = "review/queue.html")]
struct QueuePage {
    v: Visit,
    f: Form,
    counts: Counts,
    closed: String,
    /// What should have been decided by the last day of the stage.
    overdue: usize,
    /// What came after that day and waits from the day it came.
    own_wait: usize,
    ends_on: String,
    left_days: i32,
    flagged: Vec<Line>,
    expanded: Option<Expanded>,
    clean: Vec<Card>,
    clean_left: usize,
    units: Vec<(String, String, usize)>,
    unit: String,
    undo: String,
    meeting: bool,
}

#[derive(Template)]
#[template(path = "review/ended.html")]
struct EndedPage {
    v: Visit,
    q: app::pledge::EndedQueue,
}

#[derive(Template)]
#[template(path = "review/none.html")]
struct NoCampaignPage {
    v: Visit,
}

pub(super) async fn show(v: Visit) -> Answer {
    render(v, Form::default(), StatusCode::OK).await
}

impl QueuePage {
    /// Of how many reasons a return takes one or more.
    fn reasons(&self) -> usize {
        let open = self.expanded.as_ref().map(|e| &e.card);
        open.or(self.clean.first()).map_or(0, |card| card.reasons.len())
    }
}

async fn render(v: Visit, f: Form, code: StatusCode) -> Answer {
    // What an ended campaign left open is not mixed with the queue of the one that runs.
    if let Some(q) = v.web().app().query(v.actor(), app::pledge::FindUndecided).await? {
        return page_with(code, &EndedPage { v, q });
    }
    let unit = v.query("unit").to_owned();
    let find = FindQueue {
        unit: unit.clone(),
        open: Some(v.query("at").to_owned()),
    };
    let Some(queue) = v.web().app().query(v.actor(), find).await? else {
        return page(&NoCampaignPage { v });
    };
    let open = queue
        .expanded
        .as_ref()
        .map(|d| d.candidate.matter.row.id.as_str());
    let at = queue
        .flagged
        .iter()
        .position(|c| Some(c.matter.row.id.as_str()) == open);
    let expanded = at.and_then(|at| expand(&v, &queue, at));
    let lines = queue.flagged.iter().enumerate().map(|(i, c)| Line {
        id: c.matter.row.id.clone(),
        name: c.name().to_owned(),
        flags: c.flags.iter().map(|f| flag(&v, *f)).collect(),
        now: Some(i) == at,
    });
    let flagged = lines.collect();
    let clean: Vec<Card> = queue
        .clean
        .iter()
        .take(TOGETHER)
        .map(|c| Card::of(&v, &queue.campaign, &queue.guidance, c))
        .collect();
    let left_days = left_days(&v, &queue);
    let sheet = QueuePage {
        f,
        counts: queue.counts,
        overdue: overdue(&queue, left_days),
        own_wait: queue.counts.waiting.saturating_sub(queue.bound),
        closed: queue.closed.as_ref().map(|p| v.say(p)).unwrap_or_default(),
        ends_on: queue.ends_on.map(|d| v.date(d)).unwrap_or_default(),
        left_days,
        flagged,
        expanded,
        meeting: meets(&queue),
        clean,
        clean_left: queue.clean.len(),
        units: queue.units,
        unit,
        undo: v.query("undo").to_owned(),
        v,
    };
    page_with(code, &sheet)
}

/// Days to the last day of the step; negative once it is past.
fn left_days(v: &Visit, queue: &Queue) -> i32 {
    let end = queue.ends_on;
    end.map_or(0, |end| domain::time::days_between(v.today(), end))
}

/// What should have been decided by the last day of the step, once it is over and not still to come.
fn overdue(queue: &Queue, left_days: i32) -> usize {
    let upcoming = |p: &domain::problem::Problem| p.key == "campaign.gate_upcoming";
    let over = left_days < 0 || queue.closed.as_ref().is_some_and(|p| !upcoming(p));
    if over { queue.bound } else { 0 }
}

/// Whether anything waits that a meeting decides.
fn meets(queue: &Queue) -> bool {
    let in_meeting = |s: &domain::review::ReviewStep| s.meeting;
    let mut all = queue.all();
    all.any(|c| c.step.as_ref().is_some_and(in_meeting) || c.matter.row.person_id.is_none())
}

fn expand(v: &Visit, queue: &Queue, at: usize) -> Option<Expanded> {
    let found = queue.expanded.as_ref()?;
    let labels = queue.campaign.labels(v.lang());
    let next = queue.flagged.get((at + 1) % queue.flagged.len().max(1));
    Some(Expanded {
        card: Card::of(v, &queue.campaign, &queue.guidance, &found.candidate),
        earlier: found.earlier.iter().map(|e| earlier(v, e)).collect(),
        past: found.decided.iter().rev().map(|d| past(v, &labels, d)).collect(),
        rounds: rounds(v, &labels, found),
        beside: beside(v, &labels, found),
        later: next.map(|c| c.matter.row.id.clone()).unwrap_or_default(),
    })
}

/// The clean ones that were on the screen, together: each is decided at the round and revision shown, by itself.
pub(super) async fn together(v: Visit, fields: Fields) -> Answer {
    let app = v.web().app();
    let mut refused = Problems::new();
    for shown in fields.all("shown").into_iter().take(TOGETHER) {
        let mut parts = shown.split('.');
        let mut number = |last: &str| parts.next().unwrap_or(last).to_owned();
        let (pledge, round, step, revision) = (number(""), number(""), number(""), number(""));
        let decide = Decide {
            pledge,
            round: round.parse().unwrap_or(u32::MAX),
            step: step.parse().unwrap_or(u32::MAX),
            revision: revision.parse().unwrap_or(-1),
            verdict: Verdict::Confirm,
            answers: Answers::AllYes,
            message: String::new(),
            meeting: None,
        };
        if let Err(error) = app.execute(v.actor(), decide).await {
            refused.0.extend(mendable(error)?.0);
        }
    }
    if fields.all("shown").is_empty() {
        // Another window decided on all of them meanwhile, or nothing was shown: nothing is said to be done.
        return Ok(see_other("/review"));
    }
    if refused.is_empty() {
        return Ok(see_other(&after("/review", "said.review_confirmed", "")));
    }
    refused.0.dedup();
    again(v, fields, refused).await
}

async fn again(v: Visit, fields: Fields, problems: Problems) -> Answer {
    let code = problems
        .0
        .first()
        .map_or(StatusCode::UNPROCESSABLE_ENTITY, |p: &Problem| status(&p.kind));
    let campaign = v.web().app().query(v.actor(), app::campaign::FindCurrent).await?;
    let problems = match &campaign {
        Some(campaign) => in_words(&v, &campaign.labels(v.lang()), problems),
        None => problems,
    };
    render(v, Form::mend(fields, problems), code).await
}

/// Proves once more who one is, before anything is typed.
pub(super) async fn prove(v: Visit, fields: Fields) -> Answer {
    match v.proving(&fields).await {
        Ok(_) => Ok(see_other("/review")),
        Err(error) => again(v, fields, mendable(error)?).await,
    }
}

pub(super) async fn undo(v: Visit, fields: Fields) -> Answer {
    let case = UndoDecision {
        decision: fields.trimmed("decision"),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(pledge) => Ok(see_other(&after(
            &format!("/review/{pledge}"),
            "said.review_undone",
            "",
        ))),
        Err(error) => again(v, fields, mendable(error)?).await,
    }
}
