//! Advice while somebody types: the lights, the date as understood, the remarks. It reads nothing and keeps nothing, so
//! that it may be asked after every pause; what others wrote is told with each save.

use super::show::{AdviceView, Looked};
use super::write::json;
use crate::fields::Fields;
use crate::gate::{Gate, Route};
use crate::respond::{Answer, Failure};
use crate::visit::Visit;
use app::pledge::settled;
use askama::Template;
use axum::http::StatusCode;
use domain::pledge::sentence::{Piece, pieces};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::post("/pledge-advice", Gate::SignedIn, advise)]
}

#[derive(Template)]
#[template(path = "pledge/lights.html")]
struct LightsPart<'a> {
    v: &'a Visit,
    advice: &'a AdviceView,
}

#[derive(Template)]
#[template(path = "pledge/due.html")]
struct DuePart<'a> {
    v: &'a Visit,
    advice: &'a AdviceView,
}

#[derive(Template)]
#[template(path = "pledge/advice.html")]
struct AdvicePart<'a> {
    v: &'a Visit,
    advice: &'a AdviceView,
}

#[derive(Template)]
#[template(path = "pledge/alike.html")]
struct AlikePart<'a> {
    v: &'a Visit,
    advice: &'a AdviceView,
}

/// The parts of the page that advice changes, by the place where they stand.
pub(super) fn parts(v: Visit, advice: AdviceView, saved: bool) -> Result<serde_json::Value, Failure> {
    let (v, advice) = (&v, &advice);
    let mut parts = serde_json::json!({
        "lights": LightsPart { v, advice }.render().map_err(app::Error::bug)?,
        "due": DuePart { v, advice }.render().map_err(app::Error::bug)?,
        "advice": AdvicePart { v, advice }.render().map_err(app::Error::bug)?,
    });
    if let Some(all) = parts.as_object_mut().filter(|_| saved) {
        let alike = AlikePart { v, advice }.render().map_err(app::Error::bug)?;
        all.insert("alike".to_owned(), alike.into());
    }
    Ok(parts)
}

async fn advise(v: Visit, fields: Fields) -> Answer {
    v.web().unhurried(&v.actor().account)?;
    let pattern = fields.get("pattern");
    let places = pieces(pattern)
        .into_iter()
        .filter(|p| matches!(p, Piece::Place(_)));
    let chosen = fields.get("sentence");
    let blanks: Vec<String> = (0..places.count())
        .map(|place| fields.trimmed(&format!("b.{chosen}.{place}")))
        .collect();
    let rest = fields.get(if pattern.is_empty() { "own" } else { "rest" });
    let due_typed = fields.get("due_date");
    let (content, due_date) = settled(pattern, &blanks, rest, due_typed, v.today());
    let advice = AdviceView::look(
        &v,
        &Looked {
            content: &content,
            own_words: pattern.is_empty(),
            measure: fields.get("measure"),
            beneficiary: fields.get("beneficiary"),
            due_typed,
            due_date,
            joint: "",
            post: fields.get("post_group"),
            alike: &[],
        },
    );
    Ok(json(StatusCode::OK, &parts(v, advice, false)?))
}
