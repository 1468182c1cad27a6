//! One pledge: its rounds, its decisions, and the decision to take; also in the large type of a meeting.

use super::after;
use super::beside::{BesideView, beside};
use super::entry::{decision, in_words};
use super::guidance::added;
use super::rounds::{RoundView, rounds};
use super::view::{Card, EarlierView, PastView, earlier, fact, past};
use crate::fields::{Fields, Form, mendable};
use crate::respond::{Answer, page_with, see_other, status};
use crate::visit::Visit;
use app::review::{Decisions, FindCandidate, FindQueue, Verdict};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::problem::{Problem, ProblemKind, Problems};
use domain::review::{MeetingEntry, one_at_two_steps};

/// A step of the route with those who decide it.
pub(super) struct StepView {
    pub number: usize,
    pub role: String,
    pub names: String,
    pub meeting: bool,
    /// `done`, `now` or `todo`.
    pub state: &'static str,
}

#[derive(Template)]
#[template(path = "review/one.html")]
struct OnePage {
    v: Visit,
    f: Form,
    card: Card,
    state: String,
    /// What is said where one person stands at two steps of the route.
    same: Option<&'static str>,
    mine: bool,
    closed: String,
    steps: Vec<StepView>,
    no_route: String,
    facts: Vec<(String, String)>,
    earlier: Vec<EarlierView>,
    past: Vec<PastView>,
    /// Scans of the paper it was typed from: address and words.
    papers: Vec<(String, String)>,
    /// Confirmed, so that a stamped scan can lie beside it.
    stampable: bool,
    rounds: Vec<RoundView>,
    beside: Option<BesideView>,
    number: String,
    /// In a meeting: place, how many, the one before and the one after.
    place: Option<Place>,
}

/// Where one stands in a meeting's list.
struct Place {
    at: usize,
    of: usize,
    before: String,
    next: String,
}

pub(super) async fn show(v: Visit, Path(pledge): Path<String>) -> Answer {
    let found = v.web().app().query(v.actor(), FindCandidate { pledge }).await?;
    let f = fresh(&v, &found);
    render(v, found, f, None, StatusCode::OK)
}

/// The meeting fields as the actor filled them last: one meeting decides on many pledges.
fn fresh(v: &Visit, found: &Decisions) -> Form {
    let handed_in = found.candidate.matter.row.submitted_at;
    let since = v.web().app().date_of(handed_in);
    let meeting = found.last_meeting.as_ref().filter(|m| m.held_on >= since);
    let meeting = meeting.map(MeetingEntry::from).unwrap_or_default();
    Form::fresh(&[
        ("meeting.held_on", &meeting.held_on),
        ("meeting.entitled", &meeting.entitled),
        ("meeting.present", &meeting.present),
        ("meeting.result", &meeting.result),
        ("meeting.few", if meeting.few { "1" } else { "" }),
    ])
}

#[derive(Template)]
#[template(path = "review/no_meeting.html")]
struct NoMeetingPage {
    v: Visit,
}

/// The meeting mode: one pledge after the other in large type, with the remark of the office's check.
pub(super) async fn committee(v: Visit) -> Answer {
    let queue = v.web().app().query(v.actor(), FindQueue::default()).await?;
    let list: Vec<String> = queue
        .iter()
        .flat_map(|q| q.all().map(|c| c.matter.row.id.clone()))
        .collect();
    let at = list.iter().position(|id| id == v.query("at")).unwrap_or(0);
    let Some(pledge) = list.get(at).cloned() else {
        return page_with(StatusCode::OK, &NoMeetingPage { v });
    };
    let found = v.web().app().query(v.actor(), FindCandidate { pledge }).await?;
    let beside = |at: Option<usize>| at.and_then(|i| list.get(i)).cloned().unwrap_or_default();
    let place = Place {
        at: at + 1,
        of: list.len(),
        before: beside(at.checked_sub(1)),
        next: beside(Some(at + 1)),
    };
    let f = fresh(&v, &found);
    render(v, found, f, Some(place), StatusCode::OK)
}

fn render(v: Visit, found: Decisions, f: Form, place: Option<Place>, code: StatusCode) -> Answer {
    let labels = found.campaign.labels(v.lang());
    let one = &found.candidate;
    let waiting = one.matter.waiting().map(|(at, _)| at);
    let role = |role: domain::access::Role| lang::text(v.lang(), &format!("role.{}", role.name())).to_owned();
    let over = !matches!(one.matter.row.state.as_str(), "submitted" | "returned" | "draft");
    let steps = found
        .reviewers
        .iter()
        .enumerate()
        .map(|(at, (step, names))| StepView {
            number: at + 1,
            role: role(step.role),
            names: names.join(v.t("review.names_pause")),
            meeting: step.meeting,
            state: match waiting {
                Some(now) if at == now => "now",
                Some(now) if at < now => "done",
                None if over => "done",
                _ => "todo",
            },
        });
    let stamped = |d: &app::review::DecisionView| {
        let scan = found.stamped.iter().find(|s| s.decision_id == d.id);
        PastView {
            stamped: scan
                .map(|s| crate::pages::stamped::line(&v, s))
                .unwrap_or_default(),
            ..past(&v, &labels, d)
        }
    };
    let no_route = one.matter.route.as_ref().err();
    let sheet = OnePage {
        card: Card::of(&v, &found.campaign, &found.guidance, one),
        state: in_state(&v, &one.matter.row.state),
        same: same_person(&v, &found),
        mine: found.mine,
        closed: found.closed.as_ref().map(|p| v.say(p)).unwrap_or_default(),
        steps: steps.collect(),
        no_route: no_route.map(|p| v.say(p)).unwrap_or_default(),
        facts: found
            .facts
            .iter()
            .map(|(field, text)| fact(&v, *field, text))
            .collect(),
        earlier: found.earlier.iter().map(|e| earlier(&v, e)).collect(),
        papers: papers(&v, &found.papers),
        stampable: over,
        past: found.decided.iter().rev().map(stamped).collect(),
        rounds: rounds(&v, &labels, &found),
        beside: beside(&v, &labels, &found),
        number: one.matter.row.number.clone().unwrap_or_default(),
        place,
        f,
        v,
    };
    page_with(code, &sheet)
}

/// Where the scans of the paper open, and their words.
fn papers(v: &Visit, files: &[app::attachment::File]) -> Vec<(String, String)> {
    let shown = |s: &app::attachment::File| {
        let words = v.t2("paper_scan.of", "name", &s.name, "date", v.moment(s.added_at));
        (format!("/files/{}/view", s.id), words)
    };
    files.iter().map(shown).collect()
}

fn in_state(v: &Visit, state: &str) -> String {
    lang::text(v.lang(), &format!("review.state_{state}")).to_owned()
}

/// What is said where the reader decided at a step before already, or where one person decided at two.
fn same_person(v: &Visit, found: &Decisions) -> Option<&'static str> {
    let round = found.candidate.matter.pledge.state.round();
    let of_round = found.decided.iter().filter(|d| d.round == round && d.confirmed);
    let decided: Vec<(u32, &str)> = of_round.map(|d| (d.step, d.by.as_str())).collect();
    let at = u32::try_from(found.candidate.at).unwrap_or(u32::MAX);
    let now = found.mine.then_some((at, v.actor().account.as_str()));
    if one_at_two_steps(decided.iter().copied()) {
        return Some("review.same_done");
    }
    one_at_two_steps(decided.into_iter().chain(now)).then_some("review.same_now")
}

/// The same page with the words of the chosen reasons added to the message; nothing is decided yet.
async fn offer(v: Visit, pledge: String, fields: &Fields) -> Answer {
    let found = v.web().app().query(v.actor(), FindCandidate { pledge }).await?;
    let labels = found.campaign.labels(v.lang());
    let reasons = fields.all("reasons");
    let message = added(&v, &found.guidance, &labels, &reasons, fields.get("message"));
    let kept = fields
        .under("")
        .filter(|(name, _)| !matches!(*name, "message" | "verdict"));
    let mut texts: Vec<(String, String)> = kept.map(|(n, t)| (n.to_owned(), t.to_owned())).collect();
    texts.push(("message".to_owned(), message));
    texts.push(("verdict".to_owned(), "return".to_owned()));
    let f = Form::mend(Fields::of(texts), Problems::new());
    render(v, found, f, None, StatusCode::OK)
}

pub(super) async fn decide(v: Visit, Path(pledge): Path<String>, fields: Fields) -> Answer {
    if fields.get("verdict") == "offer" {
        return offer(v, pledge, &fields).await;
    }
    // Nothing is confirmed because a form said neither.
    if !matches!(fields.get("verdict"), "confirm" | "return") {
        let found = v.web().app().query(v.actor(), FindCandidate { pledge }).await?;
        let problem = Problem::invalid("problem.review.verdict_unknown").on("verdict");
        return refuse(v, found, fields, problem.into());
    }
    let case = decision(&pledge, &fields);
    let said = match case.verdict {
        Verdict::Confirm => "said.review_confirmed",
        Verdict::Return { .. } => "said.review_returned",
    };
    let done = match v.proving(&fields).await {
        Ok(actor) => v.web().app().execute(&actor, case).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(done) => {
            let back = if fields.get("back") == "committee" {
                "/review/committee"
            } else {
                "/review"
            };
            Ok(see_other(&after(back, said, &done.id)))
        }
        Err(error) => {
            let problems = mendable(error)?;
            let found = v.web().app().query(v.actor(), FindCandidate { pledge }).await?;
            refuse(v, found, fields, problems)
        }
    }
}

/// The same page with everything typed; where somebody was faster, his decision stands beside it.
fn refuse(v: Visit, found: Decisions, fields: Fields, mut problems: Problems) -> Answer {
    let code = problems
        .0
        .first()
        .map_or(StatusCode::UNPROCESSABLE_ENTITY, |p| status(&p.kind));
    let shown = |d: &&app::review::DecisionView| {
        Some((d.round, d.step))
            == fields
                .get("round")
                .parse()
                .ok()
                .zip(fields.get("step").parse().ok())
    };
    let faster = found
        .decided
        .iter()
        .find(shown)
        .filter(|d| d.by != v.actor().account);
    if let Some(faster) = faster.filter(|_| code == StatusCode::CONFLICT) {
        let verdict = v.t(if faster.confirmed {
            "review.confirmed"
        } else {
            "review.returned"
        });
        let problem = Problem::new(ProblemKind::Conflict, "problem.review.decided");
        problems = problem.with("name", &faster.name).with("verdict", verdict).into();
    }
    let problems = in_words(&v, &found.campaign.labels(v.lang()), problems);
    render(v, found, Form::mend(fields, problems), None, code)
}
