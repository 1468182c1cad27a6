//! The public opinion form, suggestions about the product or the pledges, and what became of demands (N7, N9). The
//! forms read no cookie, need no script, and tell only the receipt.

use super::public::view::{Tag, tag};
use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page, page_with, status};
use crate::visit::Visit;
use app::Error;
use app::campaign::FindCurrent;
use app::survey::{self, DemandFilter, FateRow, FindSurvey, PublicDemands, ReadPublicDemands, TypedOpinion};
use askama::Template;
use axum::http::StatusCode;
use domain::demand::DemandState;
use domain::inspection::FindingKind;
use domain::problem::Problems;
use domain::progress::{Fulfilment, ItemFacts};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/opinions/new", Gate::Anonymous, show),
        Route::post("/opinions/new", Gate::Anonymous, send),
        Route::get("/suggest", Gate::Anonymous, show_suggestion),
        Route::post("/suggest", Gate::Anonymous, send_suggestion),
        Route::get("/demands", Gate::Public, demands),
    ]
}

/// The status of a form that has to be mended.
pub(crate) fn mending(problems: &Problems) -> StatusCode {
    problems
        .0
        .first()
        .map_or(StatusCode::UNPROCESSABLE_ENTITY, |p| status(&p.kind))
}

/// Refuses robots that fill the hidden field, and a flood.
pub(crate) fn fair(v: &Visit, fields: &Fields) -> app::Result<()> {
    if !fields.get("website").is_empty() {
        return Err(Error::Refused(app::feedback::robot()));
    }
    Ok(v.web().calm(v.network())?)
}

#[derive(Template)]
#[template(path = "voices/opinion.html")]
struct OpinionPage {
    v: Visit,
    f: Form,
    /// A campaign runs, so that somebody will read it.
    running: bool,
    /// About the product or the pledges as such: no branch is asked for.
    suggestion: bool,
    /// Branches to choose: id and name.
    places: Vec<(String, String)>,
}

impl OpinionPage {
    fn action(&self) -> String {
        let path = if self.suggestion {
            "/suggest"
        } else {
            "/opinions/new"
        };
        format!("{path}{}", self.v.carried())
    }

    fn word(&self, key: &str) -> String {
        self.v
            .t_of(if self.suggestion { "suggest" } else { "opinion" }, key)
    }
}

#[derive(Template)]
#[template(path = "voices/opinion_done.html")]
struct DonePage {
    v: Visit,
    code: String,
}

async fn running(v: &Visit) -> app::Result<bool> {
    Ok(v.web().app().query(v.actor(), FindCurrent).await?.is_some())
}

async fn places(v: &Visit) -> app::Result<Vec<(String, String)>> {
    let survey = v.web().app().query(v.actor(), FindSurvey).await?;
    let whole = (String::new(), v.t("opinion.whole").to_owned());
    let all = survey.places.into_iter().map(|p| (p.id, p.name));
    Ok(std::iter::once(whole).chain(all).collect())
}

/// The branch of the poster that was scanned; of one that ended, the one that goes on in its place.
async fn asked(v: &Visit) -> app::Result<String> {
    let unit = v.query("unit").to_owned();
    if unit.is_empty() || !running(v).await? {
        return Ok(unit);
    }
    let survey = v.web().app().query(v.actor(), FindSurvey).await?;
    let heir = survey.heirs.into_iter().find(|(ended, _)| *ended == unit);
    Ok(heir.map_or(unit, |(_, heir)| heir))
}

async fn show(v: Visit) -> Answer {
    let running = running(&v).await?;
    let places = if running { places(&v).await? } else { Vec::new() };
    let f = Form::fresh(&[("unit", &asked(&v).await?)]);
    page(&OpinionPage {
        running,
        f,
        suggestion: false,
        places,
        v,
    })
}

async fn show_suggestion(v: Visit) -> Answer {
    page(&OpinionPage {
        running: running(&v).await?,
        f: Form::default(),
        suggestion: true,
        places: Vec::new(),
        v,
    })
}

async fn send(v: Visit, fields: Fields) -> Answer {
    take(v, fields, false).await
}

async fn send_suggestion(v: Visit, fields: Fields) -> Answer {
    take(v, fields, true).await
}

async fn take(v: Visit, fields: Fields, suggestion: bool) -> Answer {
    let typed = TypedOpinion {
        unit: if suggestion {
            String::new()
        } else {
            fields.trimmed("unit")
        },
        words: fields.get("words").to_owned(),
    };
    let taken = v
        .web()
        .once(fields.get("once"), async {
            fair(&v, &fields)?;
            let code = survey::say_in_public(v.web().app(), &typed).await?;
            Ok(app::feedback::Given { code, due_on: None })
        })
        .await;
    match taken {
        // The code is in no address: addresses are kept in logs and histories.
        Ok(given) => page(&DonePage { v, code: given.code }),
        Err(error) => {
            let problems = mendable(error)?;
            let places = if suggestion { Vec::new() } else { places(&v).await? };
            let code = mending(&problems);
            let f = Form::mend(fields, problems);
            page_with(
                code,
                &OpinionPage {
                    running: true,
                    f,
                    suggestion,
                    places,
                    v,
                },
            )
        }
    }
}

/// The state of an item that answers a demand.
pub(crate) fn answer_tag(v: &Visit, answer: &survey::Answer) -> Tag {
    let facts = ItemFacts {
        due_date: answer.due_on.parse().unwrap_or(v.today()),
        claim: answer.claim.as_deref().and_then(Fulfilment::from_name),
        verdict: answer.verdict.as_deref().and_then(FindingKind::from_name),
        rectifying: answer.rectifying,
    };
    tag(v, facts.state(v.today()).name())
}

#[derive(Template)]
#[template(path = "voices/demands.html")]
struct DemandsPage {
    v: Visit,
    found: PublicDemands,
}

impl DemandsPage {
    /// Answered, declined, and neither.
    fn counts(&self) -> (usize, usize, usize) {
        let declined = self.found.rows.iter().filter(|r| self.declined(r)).count();
        let answered = self.found.rows.iter().filter(|r| self.answered(r)).count();
        (answered, declined, self.found.rows.len() - answered - declined)
    }

    fn filters(&self) -> [&'static str; 4] {
        DemandFilter::ALL.map(|(name, _)| name)
    }

    fn chosen(&self) -> &str {
        let asked = self.v.query("state");
        let known = self.filters().into_iter().find(|name| *name == asked);
        known.unwrap_or("all")
    }

    fn is_chosen(&self, name: &str) -> bool {
        self.chosen() == name
    }

    fn rows(&self) -> Vec<&FateRow> {
        let shown = |r: &&FateRow| match self.chosen() {
            "answered" => self.answered(r),
            "declined" => self.declined(r),
            "unanswered" => !self.answered(r) && !self.declined(r),
            _ => true,
        };
        self.found.rows.iter().filter(shown).collect()
    }

    /// The branches that have taken a demand up.
    fn taken_up(&self, row: &FateRow) -> String {
        row.taken_up.join(self.v.t("public.comma"))
    }

    fn declined(&self, row: &FateRow) -> bool {
        row.demand.state == DemandState::Declined.name()
    }

    fn answered(&self, row: &FateRow) -> bool {
        !self.declined(row) && (!row.answers.is_empty() || row.demand.state == DemandState::Answered.name())
    }

    fn tag(&self, answer: &survey::Answer) -> Tag {
        answer_tag(&self.v, answer)
    }
}

async fn demands(v: Visit) -> Answer {
    let found = v.web().app().query(v.actor(), ReadPublicDemands).await?;
    page(&DemandsPage { found, v })
}
