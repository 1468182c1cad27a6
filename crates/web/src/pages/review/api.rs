//! The reviewer's acts for programs: the queue, one decision.

use crate::fields::Fields;
use crate::respond::{Answer, Beside, Failure};
use crate::visit::Visit;
use app::campaign::Labels;
use app::review::{Answers, Candidate, Decide, Decisions, FindCandidate, FindQueue, Verdict};
use axum::Json;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::problem::{Problem, ProblemKind};
use domain::review;
use serde::{Deserialize, Serialize};

/// What waits for the caller.
#[derive(Serialize)]
struct QueueBody<'a> {
    campaign: &'a str,
    waiting: usize,
    done: usize,
    returned: usize,
    reasons: Vec<Choice<'a>>,
    pledges: Vec<Waiting<'a>>,
}

/// A pledge that waits; `round`, `step` and `revision` go back with the decision.
#[derive(Serialize)]
struct Waiting<'a> {
    id: &'a str,
    name: &'a str,
    unit: &'a str,
    round: u32,
    step: usize,
    revision: i64,
    meeting: bool,
    waited_days: i32,
    flags: &'a [review::Flag],
    items: &'a [domain::pledge::VersionItem],
    questions: Vec<Asked>,
}

/// A question with the words in which a reviewer reads it.
#[derive(Serialize)]
struct Asked {
    id: String,
    label: String,
    per_item: bool,
}

/// A key of the template with its words.
#[derive(Serialize)]
struct Choice<'a> {
    id: &'a str,
    label: String,
}

/// The answer to a question, with its words.
#[derive(Serialize)]
struct Answered<'a> {
    #[serde(flatten)]
    answer: &'a review::Answer,
    label: String,
}

fn waiting<'a>(
    one: &'a Candidate,
    campaign: &app::campaign::RunningCampaign,
    labels: &Labels,
) -> Waiting<'a> {
    let asked = one.matter.asked(campaign).into_iter().map(|q| Asked {
        label: labels.question(q.id.as_str()).to_owned(),
        id: q.id.to_string(),
        per_item: q.per_item,
    });
    Waiting {
        id: &one.matter.row.id,
        name: one.name(),
        unit: &one.unit_name,
        round: one.matter.pledge.state.round(),
        step: one.at,
        revision: one.matter.row.revision,
        meeting: one.step.as_ref().is_some_and(|s| s.meeting),
        waited_days: one.waited,
        flags: &one.flags,
        items: &one.matter.content.items,
        questions: asked.collect(),
    }
}

pub(super) async fn queue(v: Visit) -> Answer {
    let found = v
        .web()
        .app()
        .query(
            v.actor(),
            FindQueue {
                unit: v.query("unit").to_owned(),
                open: None,
            },
        )
        .await?;
    let found = found.ok_or_else(|| Problem::conflict("campaign.none_running"))?;
    let labels = found.campaign.labels(v.lang());
    let reasons = found.campaign.template.return_reasons.iter().map(|r| Choice {
        id: &r.key,
        label: labels.return_reason(&r.key).to_owned(),
    });
    let body = QueueBody {
        reasons: reasons.collect(),
        campaign: &found.campaign.id,
        waiting: found.counts.waiting,
        done: found.counts.done,
        returned: found.counts.returned,
        pledges: found
            .all()
            .map(|one| waiting(one, &found.campaign, &labels))
            .collect(),
    };
    Ok(Json(body).into_response())
}

/// A meeting as sent: numbers as numbers, or as they are typed on the page.
#[derive(Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
struct MeetingBody {
    held_on: String,
    entitled: Figure,
    present: Figure,
    result: String,
    few: bool,
}

/// A number, or the words of one.
#[derive(Deserialize, Serialize)]
#[serde(untagged)]
enum Figure {
    Number(u32),
    Words(String),
}

impl Default for Figure {
    fn default() -> Self {
        Self::Words(String::new())
    }
}

impl Figure {
    fn typed(self) -> String {
        match self {
            Self::Number(n) => n.to_string(),
            Self::Words(words) => words,
        }
    }
}

impl From<MeetingBody> for review::MeetingEntry {
    fn from(sent: MeetingBody) -> Self {
        Self {
            held_on: sent.held_on,
            entitled: sent.entitled.typed(),
            present: sent.present.typed(),
            result: sent.result,
            few: sent.few,
        }
    }
}

/// A decision as sent.
#[derive(Deserialize, Serialize)]
struct DecisionBody {
    round: u32,
    step: u32,
    revision: i64,
    verdict: String,
    #[serde(default)]
    answers: Vec<review::Answer>,
    #[serde(default)]
    reasons: Vec<String>,
    #[serde(default)]
    message: String,
    /// Where a meeting decides: what the page asks of it.
    #[serde(default)]
    meeting: Option<MeetingBody>,
    /// Password or slip code typed again, when the last proof is too old.
    #[serde(default, skip_serializing)]
    proof: String,
}

/// What stands now: the text, where it is on its route, and what was decided on it by whom.
fn stands(v: &Visit, found: &Decisions) -> serde_json::Value {
    let matter = &found.candidate.matter;
    let labels = found.campaign.labels(v.lang());
    let decisions = found.decided.iter().map(|d| {
        let answers = d.answers.iter().map(|answer| Answered {
            label: labels.question(answer.question.as_str()).to_owned(),
            answer,
        });
        serde_json::json!({
            "round": d.round,
            "step": d.step,
            "role": d.role,
            "name": d.name,
            "verdict": if d.confirmed { "confirm" } else { "return" },
            "answers": answers.collect::<Vec<_>>(),
            "meeting": d.meeting,
            "reasons": d.reasons,
            "message": d.message,
            "decided_at": v.web().app().rfc3339(d.at),
        })
    });
    serde_json::json!({
        "state": matter.row.state,
        "round": matter.pledge.state.round(),
        "step": matter.waiting().map(|(at, _)| at),
        "revision": matter.row.revision,
        "items": matter.content.items,
        "decisions": decisions.collect::<Vec<_>>(),
    })
}

pub(super) async fn decide(v: Visit, Path(pledge): Path<String>, body: Bytes) -> Answer {
    // A cookie alone is no proof of intent; the token in a header is.
    if !v.by_bearer() {
        return Err(Problem::forbidden("problem.form_expired").into());
    }
    let sent: DecisionBody = crate::api::body::read(&body)?;
    let said = serde_json::to_value(&sent).map_err(app::Error::bug)?;
    let verdict = match sent.verdict.as_str() {
        "confirm" => Verdict::Confirm,
        "return" => Verdict::Return {
            reasons: sent.reasons,
        },
        _ => {
            return Err(Problem::invalid("problem.review.verdict_unknown")
                .on("verdict")
                .into());
        }
    };
    let case = Decide {
        pledge: pledge.clone(),
        round: sent.round,
        step: sent.step,
        revision: sent.revision,
        verdict,
        answers: Answers::Each(sent.answers),
        message: sent.message,
        meeting: sent.meeting.map(review::MeetingEntry::from),
    };
    let proof = Fields::of(vec![(crate::visit::proof::FIELD.to_owned(), sent.proof)]);
    let actor = v.proving(&proof).await?;
    let done = match v.web().app().execute(&actor, case).await {
        Ok(done) => done,
        Err(error) if error.kind() == Some(ProblemKind::Conflict) => {
            let found = v.web().app().query(v.actor(), FindCandidate { pledge }).await;
            let current = found.map_or(serde_json::Value::Null, |found| stands(&v, &found));
            return Ok(Failure(error).beside(Beside { sent: said, current }));
        }
        Err(error) => return Err(error.into()),
    };
    let body = serde_json::json!({ "decision": done.id, "state": done.state.name() });
    Ok((StatusCode::CREATED, Json(body)).into_response())
}
