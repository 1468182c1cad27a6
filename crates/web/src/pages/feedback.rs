//! Screens 5 and 6: three taps without a name, and what became of them (J4). No cookie, no script, no session.

use super::opinion::{fair, mending};
use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page, page_with};
use crate::visit::Visit;
use app::Error;
use app::feedback::{Around, AskReceipt, FindAround, FindGround, Found, Ground, TypedFeedback, give};
use app::survey::{FindSurvey, Place};
use askama::Template;
use axum::extract::Path;
use domain::campaign::Template as Rules;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/feedback", Gate::Public, choose),
        Route::get("/feedback/{unit}", Gate::Anonymous, about_unit),
        Route::post("/feedback/{unit}", Gate::Anonymous, send_about_unit),
        Route::get("/feedback/{unit}/{pledge}", Gate::Anonymous, about_pledge),
        Route::post("/feedback/{unit}/{pledge}", Gate::Anonymous, send_about_pledge),
        Route::get("/receipt", Gate::Anonymous, receipt),
        Route::post("/receipt", Gate::Anonymous, ask_receipt),
    ]
}

#[derive(Template)]
#[template(path = "voices/choose.html")]
struct ChoosePage {
    v: Visit,
    places: Vec<Place>,
}

async fn choose(v: Visit) -> Answer {
    let places = match v.web().app().query(v.actor(), FindSurvey).await {
        Ok(survey) => survey.places,
        // Before the first campaign there is nothing to speak about; the page says so.
        Err(Error::Refused(_)) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    page(&ChoosePage { v, places })
}

/// A face of the scale, best first.
pub(crate) struct Face {
    /// 5 … 1.
    pub score: u32,
    /// Icon.
    pub icon: &'static str,
    /// Its name.
    pub label: String,
    /// Reasons to tap: key and words.
    pub reasons: Vec<(String, String)>,
}

/// The scale of a template as faces.
pub(crate) fn faces(v: &Visit, template: &Rules) -> Vec<Face> {
    let icon = |score: u32| match score {
        5 => "i-f0",
        4 => "i-f1",
        3 => "i-f2",
        2 => "i-f3",
        _ => "i-f4",
    };
    let face = |s: &domain::campaign::template::Satisfaction| Face {
        score: s.score,
        icon: icon(s.score),
        label: s.label.get(v.lang()).to_owned(),
        reasons: s
            .reasons
            .iter()
            .map(|r| (r.key.clone(), r.label.get(v.lang()).to_owned()))
            .collect(),
    };
    let mut faces: Vec<Face> = template.satisfaction.iter().map(face).collect();
    faces.sort_by_key(|f| std::cmp::Reverse(f.score));
    faces
}

#[derive(Template)]
#[template(path = "voices/feedback.html")]
struct FeedbackPage {
    v: Visit,
    f: Form,
    g: Ground,
    around: Around,
    faces: Vec<Face>,
    days: u32,
}

impl FeedbackPage {
    async fn new(v: Visit, f: Form, g: Ground) -> app::Result<FeedbackPage> {
        let around = v.web().app().query(v.actor(), FindAround::of(&g)).await?;
        Ok(FeedbackPage {
            around,
            faces: faces(&v, &g.campaign.template),
            days: g.campaign.template.periods.reply_working_days,
            v: v.about(&g.campaign.id),
            f,
            g,
        })
    }

    fn action(&self) -> String {
        let pledge = self.g.subject.as_ref().map(|s| format!("/{}", s.id));
        let past = self.v.looks_back().map(|c| format!("&campaign={}", c.id));
        format!(
            "/feedback/{}{}{}{}",
            self.g.place.id,
            pledge.unwrap_or_default(),
            self.v.carried(),
            past.unwrap_or_default()
        )
    }

    /// The folded part is open once something was typed into it or is wrong with it.
    fn unfolded(&self) -> bool {
        ["words", "contact"]
            .iter()
            .any(|name| !self.f.get(name).is_empty() || self.f.bad(name))
            || self.f.bad("reason")
    }

    fn face(&self, score: &i64) -> &str {
        let face = self.faces.iter().find(|f| i64::from(f.score) == *score);
        face.map_or("", |f| f.label.as_str())
    }
}

#[derive(Template)]
#[template(path = "voices/feedback_done.html")]
struct DonePage {
    v: Visit,
    code: String,
    due: String,
}

async fn ground(v: &Visit, unit: String, pledge: Option<String>) -> app::Result<Ground> {
    v.web().app().query(v.actor(), FindGround { unit, pledge }).await
}

async fn about_unit(v: Visit, Path(unit): Path<String>) -> Answer {
    let g = ground(&v, unit, None).await?;
    page(&FeedbackPage::new(v, Form::default(), g).await?)
}

async fn about_pledge(v: Visit, Path((unit, pledge)): Path<(String, String)>) -> Answer {
    let g = ground(&v, unit, Some(pledge)).await?;
    page(&FeedbackPage::new(v, Form::default(), g).await?)
}

async fn send_about_unit(v: Visit, Path(unit): Path<String>, fields: Fields) -> Answer {
    let g = ground(&v, unit, None).await?;
    send(v, g, fields).await
}

async fn send_about_pledge(v: Visit, Path((unit, pledge)): Path<(String, String)>, fields: Fields) -> Answer {
    let g = ground(&v, unit, Some(pledge)).await?;
    send(v, g, fields).await
}

async fn send(v: Visit, g: Ground, fields: Fields) -> Answer {
    let typed = TypedFeedback {
        grade: fields.trimmed("grade"),
        reasons: fields.all("reason").into_iter().map(str::to_owned).collect(),
        words: fields.get("words").to_owned(),
        contact: fields.get("contact").to_owned(),
    };
    let given = v
        .web()
        .once(fields.get("once"), async {
            fair(&v, &fields)?;
            give(v.web().app(), &g, &typed).await
        })
        .await;
    match given {
        Ok(given) => page(&DonePage {
            code: given.code,
            due: given.due_on.map(|due| v.date(due)).unwrap_or_default(),
            v,
        }),
        Err(error) => {
            let problems = mendable(error)?;
            let code = mending(&problems);
            page_with(
                code,
                &FeedbackPage::new(v, Form::mend(fields, problems), g).await?,
            )
        }
    }
}

#[derive(Template)]
#[template(path = "voices/receipt.html")]
struct ReceiptPage {
    v: Visit,
    f: Form,
    found: Option<Found>,
}

async fn receipt(v: Visit) -> Answer {
    page(&ReceiptPage {
        v,
        f: Form::default(),
        found: None,
    })
}

async fn ask_receipt(v: Visit, fields: Fields) -> Answer {
    let code = fields.get("code").to_owned();
    let found = match v.web().calm(v.network()) {
        Ok(()) => v.web().app().query(v.actor(), AskReceipt { code }).await,
        Err(problem) => Err(problem.into()),
    };
    match found {
        Ok(found) => page(&ReceiptPage {
            v,
            f: Form::default(),
            found: Some(found),
        }),
        Err(error) => {
            let problems = mendable(error)?;
            let code = mending(&problems);
            let f = Form::mend(fields, problems);
            page_with(code, &ReceiptPage { v, f, found: None })
        }
    }
}
