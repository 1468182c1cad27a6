//! Changing a round that was set, or taking it back.

use super::{settle, typed, voice_key};
use crate::fields::{Fields, Form, mendable};
use crate::respond::{Answer, page_with, see_other};
use crate::visit::Visit;
use app::appraisal::{CancelRound, FindRound, Heard, MendRound, RoundFile};
use app::campaign::Labels;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;

#[derive(Template)]
#[template(path = "appraisal/mend.html")]
struct MendPage {
    v: Visit,
    f: Form,
    file: RoundFile,
    labels: Labels,
}

impl MendPage {
    fn voices_fixed(&self) -> bool {
        self.file.heard != Heard::Nothing
    }

    fn can_go(&self) -> bool {
        self.file.heard != Heard::Voices
    }
}

async fn show(v: Visit, id: &str, typed: Option<Form>, status: StatusCode) -> Answer {
    let case = FindRound { round: id.to_owned() };
    let file = v.web().app().query(v.actor(), case).await?;
    let f = typed.unwrap_or_else(|| as_set(&file));
    let labels = file.campaign.labels(v.lang());
    page_with(status, &MendPage { v, f, file, labels })
}

/// The form as the round stands.
fn as_set(file: &RoundFile) -> Form {
    let round = &file.round;
    let mut texts = vec![
        ("title".to_owned(), round.row.title.clone()),
        ("opens_on".to_owned(), round.opens_on.to_string()),
        ("closes_on".to_owned(), round.closes_on.to_string()),
    ];
    let voices = round.voices().into_iter().map(voice_key);
    texts.extend(voices.map(|key| ("voices".to_owned(), key.to_owned())));
    Form::mend(Fields::of(texts), domain::problem::Problems::default())
}

pub(super) async fn form(v: Visit, Path(id): Path<String>) -> Answer {
    show(v, &id, None, StatusCode::OK).await
}

pub(super) async fn mend(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let mut typed = typed(&fields);
    // The page leaves the boxes out once somebody has spoken.
    if !fields.has("voices_asked") {
        typed.voices = None;
    }
    let case = MendRound {
        round: id.clone(),
        typed,
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(()) => Ok(see_other(&format!("/appraisal/{id}?said=round_mended"))),
        Err(error) => {
            let form = Form::mend(fields, mendable(error)?);
            show(v, &id, Some(form), StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

pub(super) async fn cancel(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = CancelRound { round: id.clone() };
    match v.web().app().execute(v.actor(), case).await {
        Ok(_) => Ok(see_other("/appraisal?said=round_cancelled")),
        refused => settle(v, &id, fields, refused, "").await,
    }
}
