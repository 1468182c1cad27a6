//! Screen 32: what the public said, the earliest answer due first; answered in public or to the author alone.

use super::feedback::{Face, faces};
use super::opinion::mending;
use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page, page_with, see_other};
use crate::visit::Visit;
use app::feedback::{Desk, FeedbackPage, HandleFeedback, Handling, ReadDesk, ReadFeedback};
use askama::Template;
use axum::extract::Path;
use domain::access::Permission;
use domain::feedback::{BAD_UP_TO, FeedbackState};

const GATE: Gate = Gate::Holds(Permission::HandleFeedback);

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/feedback-desk", GATE, desk),
        Route::get("/feedback-desk/{id}", GATE, show),
        Route::post("/feedback-desk/{id}/reply", GATE, reply),
        Route::post("/feedback-desk/{id}/hide", GATE, hide),
        Route::post("/feedback-desk/{id}/show", GATE, unhide),
    ]
}

#[derive(Template)]
#[template(path = "voices/desk.html")]
struct DeskPage {
    v: Visit,
    d: Desk,
    faces: Vec<Face>,
    state: FeedbackState,
    tabs: Vec<(FeedbackState, i64)>,
}

impl DeskPage {
    fn face(&self, score: &i64) -> &str {
        let face = self.faces.iter().find(|f| i64::from(f.score) == *score);
        face.map_or("", |f| f.label.as_str())
    }

    /// Once for the whole list, for the first deadline it concerns.
    fn holidays_unknown(&self) -> String {
        let open = self
            .d
            .rows
            .iter()
            .filter(|r| r.feedback.state == FeedbackState::New.name());
        let said = open.map(|r| self.v.holidays_unknown(&r.feedback.due_on));
        said.into_iter()
            .find(|words| !words.is_empty())
            .unwrap_or_default()
    }

    fn bad(&self, score: &i64) -> bool {
        *score <= BAD_UP_TO
    }
}

async fn desk(v: Visit) -> Answer {
    let state = FeedbackState::from_name(v.query("state")).unwrap_or(FeedbackState::New);
    let unit = v.query("unit").to_owned();
    let d = v.web().app().query(v.actor(), ReadDesk { state, unit }).await?;
    let [new, answered, hidden] = d.counts;
    page(&DeskPage {
        faces: faces(&v, &d.campaign.template),
        tabs: vec![
            (FeedbackState::New, new),
            (FeedbackState::Answered, answered),
            (FeedbackState::Hidden, hidden),
        ],
        state,
        d,
        v,
    })
}

#[derive(Template)]
#[template(path = "voices/one.html")]
struct OnePage {
    v: Visit,
    f: Form,
    p: FeedbackPage,
    face: String,
    reasons: Vec<String>,
}

impl OnePage {
    fn is(&self, state: &str) -> bool {
        self.p.row.feedback.state == state
    }

    fn bad(&self) -> bool {
        self.p.row.feedback.grade <= BAD_UP_TO
    }
}

async fn one(v: Visit, id: String, f: Option<Form>) -> app::Result<OnePage> {
    let p = v.web().app().query(v.actor(), ReadFeedback { id }).await?;
    let labels = p.campaign.labels(v.lang());
    let face = faces(&v, &p.campaign.template)
        .into_iter()
        .find(|f| i64::from(f.score) == p.row.feedback.grade)
        .map(|f| f.label)
        .unwrap_or_default();
    let reasons = p.reasons.iter().map(|r| labels.satisfaction_reason(r).to_owned());
    let public = if p.row.feedback.reply_public || p.row.feedback.reply.is_empty() {
        "1"
    } else {
        ""
    };
    Ok(OnePage {
        f: f.unwrap_or_else(|| Form::fresh(&[("reply", &p.row.feedback.reply), ("public", public)])),
        reasons: reasons.collect(),
        face,
        p,
        v,
    })
}

async fn show(v: Visit, Path(id): Path<String>) -> Answer {
    page(&one(v, id, None).await?)
}

async fn handle(v: Visit, id: String, how: Handling, fields: Fields) -> Answer {
    let case = HandleFeedback { id: id.clone(), how };
    match v.web().app().execute(v.actor(), case).await {
        Ok(()) => Ok(see_other(&format!("/feedback-desk/{id}?said=saved"))),
        Err(error) => {
            let problems = mendable(error)?;
            let code = mending(&problems);
            page_with(code, &one(v, id, Some(Form::mend(fields, problems))).await?)
        }
    }
}

async fn reply(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let how = Handling::Reply {
        reply: fields.get("reply").to_owned(),
        public: fields.has("public"),
    };
    handle(v, id, how, fields).await
}

async fn hide(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let how = Handling::Hide {
        reason: fields.get("hidden_reason").to_owned(),
    };
    handle(v, id, how, fields).await
}

async fn unhide(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    handle(v, id, Handling::Show, fields).await
}
