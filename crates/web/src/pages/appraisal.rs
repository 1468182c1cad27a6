//! Screen 36: rounds of appraisal, self-report, comments, results, ballot codes (N13).

mod ballots;
mod mend;
mod summary;
use ballots::{ballots, make_codes};
use summary::summary;

use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page, page_with, see_other};
use crate::visit::Visit;
use app::appraisal::{
    CodeSheet, Comment, CommentRow, FindComments, FindRound, FindSelf, FindTurnout, FreezeRound, ListRounds,
    MakeCodes, OpenRound, ReleaseResults, Round, RoundFile, Rounds, Said, SelfFile, SelfReport, Turnout,
    Typed,
};
use app::campaign::{Labels, RunningCampaign};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::access::Permission;
use domain::appraisal::{RoundState, Voice};

pub(crate) fn routes() -> Vec<Route> {
    let manages = Gate::Holds(Permission::ManageAppraisal);
    let own = Gate::Holds(Permission::AppraiseOwn);
    let branch = Gate::Holds(Permission::CommentAsBranch);
    let leader = Gate::Holds(Permission::CommentAsLeader);
    vec![
        Route::get("/appraisal", Gate::SignedIn, list),
        Route::post("/appraisal", manages, open),
        Route::get("/appraisal/{round}", Gate::SignedIn, round),
        Route::get("/appraisal/{round}/mend", manages, mend::form),
        Route::post("/appraisal/{round}/mend", manages, mend::mend),
        Route::post("/appraisal/{round}/cancel", manages, mend::cancel),
        Route::post("/appraisal/{round}/freeze", manages, freeze),
        Route::post("/appraisal/{round}/release", manages, release),
        Route::get("/appraisal/{round}/self", own, own_report),
        Route::post("/appraisal/{round}/self", own, say_own),
        Route::get("/appraisal/{round}/branch", branch, branch_list),
        Route::post("/appraisal/{round}/branch", branch, branch_say),
        Route::get("/appraisal/{round}/leaders", leader, leader_list),
        Route::post("/appraisal/{round}/leaders", leader, leader_say),
        Route::get("/appraisal/{round}/files/{file}", Gate::SignedIn, summary),
        Route::get("/appraisal/{round}/ballots", manages, ballots),
        Route::post("/appraisal/{round}/ballots", manages, make_codes),
    ]
}

/// The template's key of a voice, for its label.
fn voice_key(voice: Voice) -> &'static str {
    match voice {
        Voice::Own => "self_report",
        Voice::Ballot => "masses",
        other => other.name(),
    }
}

/// Points with at most two decimals, from hundredths.
pub(crate) fn points(hundredths: u32) -> String {
    let (whole, part) = (hundredths / 100, hundredths % 100);
    match part {
        0 => whole.to_string(),
        p if p % 10 == 0 => format!("{whole}.{}", p / 10),
        p => format!("{whole}.{p:02}"),
    }
}

#[derive(Template)]
#[template(path = "appraisal/list.html")]
struct ListPage {
    v: Visit,
    f: Form,
    all: Rounds,
}

impl ListPage {
    fn labels(&self) -> Option<Labels> {
        self.all.campaign.as_ref().map(|c| c.labels(self.v.lang()))
    }

    fn voice(&self, voice: &Voice) -> &'static str {
        voice_key(*voice)
    }

    /// The cadence chosen: the one in the address, else the one typed, else the first.
    fn chosen(&self) -> Option<&app::appraisal::Proposal> {
        let wanted = match self.f.get("cadence") {
            "" => self.v.query("cadence"),
            typed => typed,
        };
        let found = self.all.proposals.iter().find(|p| p.cadence == wanted);
        found.or_else(|| self.all.proposals.first())
    }
}

async fn list(v: Visit) -> Answer {
    let all = v.web().app().query(v.actor(), ListRounds).await?;
    list_page(v, all, None, StatusCode::OK)
}

fn list_page(v: Visit, all: Rounds, typed: Option<Form>, status: StatusCode) -> Answer {
    let mut page = ListPage {
        f: Form::default(),
        all,
        v,
    };
    page.f = typed.unwrap_or_else(|| {
        let Some(p) = page.chosen() else {
            return Form::default();
        };
        let title = page.v.t2(
            "appraisal.title_of",
            "month",
            lang::month(page.v.lang(), &p.closes_on.strftime("%Y-%m").to_string()),
            "cadence",
            p.label.get(page.v.lang()),
        );
        let mut texts = vec![
            ("cadence".to_owned(), p.cadence.clone()),
            ("title".to_owned(), title),
            ("opens_on".to_owned(), p.opens_on.to_string()),
            ("closes_on".to_owned(), p.closes_on.to_string()),
        ];
        texts.extend(p.voices.iter().map(|voice| ("voices".to_owned(), voice.clone())));
        Form::mend(Fields::of(texts), domain::problem::Problems::default())
    });
    page_with(status, &page)
}

/// What the form of a round says. No box ticked is an answer of its own, not the template's.
fn typed(fields: &Fields) -> Typed {
    Typed {
        title: fields.trimmed("title"),
        opens_on: fields.trimmed("opens_on"),
        closes_on: fields.trimmed("closes_on"),
        voices: Some(fields.all("voices").into_iter().map(str::to_owned).collect()),
    }
}

async fn open(v: Visit, fields: Fields) -> Answer {
    let case = OpenRound {
        cadence: fields.trimmed("cadence"),
        typed: typed(&fields),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(id) => Ok(see_other(&format!("/appraisal/{id}?said=round_opened"))),
        Err(error) => {
            let form = Form::mend(fields, mendable(error)?);
            let all = v.web().app().query(v.actor(), ListRounds).await?;
            list_page(v, all, Some(form), StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

#[derive(Template)]
#[template(path = "appraisal/round.html")]
struct RoundPage {
    v: Visit,
    f: Form,
    file: RoundFile,
    labels: Labels,
}

impl RoundPage {
    fn voice(&self, voice: &Voice) -> &str {
        self.labels.voice(voice_key(*voice))
    }

    fn points(&self, hundredths: &u32) -> String {
        points(*hundredths)
    }

    fn frozen(&self) -> bool {
        self.file.round.state == RoundState::Frozen
    }

    fn is_closed(&self) -> bool {
        self.file.round.state == RoundState::Closed
    }

    fn is_open(&self) -> bool {
        self.file.round.state == RoundState::Open
    }

    fn has_ballots(&self) -> bool {
        self.file.round.hears(Voice::Ballot) || self.file.round.hears(Voice::Peers)
    }

    /// The places where the reader himself has something to write: address and voice.
    fn places(&self) -> Vec<(String, &str)> {
        let all = [
            (Permission::AppraiseOwn, Voice::Own, "self"),
            (Permission::CommentAsBranch, Voice::BranchComment, "branch"),
            (Permission::CommentAsLeader, Voice::LeaderComment, "leaders"),
        ];
        let mine = all
            .iter()
            .filter(|(permission, voice, _)| self.v.may(*permission) && self.file.round.hears(*voice));
        mine.map(|(_, voice, place)| {
            let href = format!("/appraisal/{}/{place}", self.file.round.row.id);
            (href, self.labels.voice(voice_key(*voice)))
        })
        .collect()
    }
}

async fn round_page(v: Visit, id: &str, f: Form, status: StatusCode) -> Answer {
    let case = FindRound { round: id.to_owned() };
    let file = v.web().app().query(v.actor(), case).await?;
    let labels = file.campaign.labels(v.lang());
    page_with(status, &RoundPage { v, f, file, labels })
}

async fn round(v: Visit, Path(id): Path<String>) -> Answer {
    round_page(v, &id, Form::default(), StatusCode::OK).await
}

async fn settle<T>(v: Visit, id: &str, fields: Fields, done: app::Result<T>, said: &str) -> Answer {
    match done {
        Ok(_) => Ok(see_other(&format!("/appraisal/{id}?said={said}"))),
        Err(error) => {
            let problems = mendable(error)?;
            let status = problems
                .0
                .first()
                .map_or(StatusCode::CONFLICT, |p| crate::respond::status(&p.kind));
            round_page(v, id, Form::mend(fields, problems), status).await
        }
    }
}

async fn freeze(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = FreezeRound { round: id.clone() };
    let done = v.web().app().execute(v.actor(), case).await;
    settle(v, &id, fields, done, "round_frozen").await
}

async fn release(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = ReleaseResults {
        round: id.clone(),
        unit: fields.trimmed("unit"),
    };
    let done = v.web().app().execute(v.actor(), case).await;
    settle(v, &id, fields, done, "round_released").await
}

#[derive(Template)]
#[template(path = "appraisal/self.html")]
struct SelfPage {
    v: Visit,
    f: Form,
    file: SelfFile,
    labels: Labels,
}

impl SelfPage {
    fn is_open(&self) -> bool {
        self.file.round.state == RoundState::Open
    }

    fn weighs(&self) -> bool {
        self.file.round.weighs(Voice::Own)
    }
}

/// A report to begin with, one line an item: what was promised and what was reported about it.
fn prefilled(v: &Visit, file: &SelfFile) -> String {
    let lines = file.items.iter().enumerate().map(|(at, item)| {
        let claim = match item.claim.as_deref() {
            Some(claim) => v.t_of("claim", claim),
            None => v.t("appraisal.not_reported").to_owned(),
        };
        v.t3(
            "appraisal.prefilled_line",
            "n",
            at + 1,
            "content",
            item.content.trim(),
            "claim",
            claim,
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

async fn self_file(v: &Visit, round: &str, pledge: &str) -> Result<SelfFile, crate::Failure> {
    let case = FindSelf {
        round: round.to_owned(),
        pledge: pledge.to_owned(),
    };
    Ok(v.web().app().query(v.actor(), case).await?)
}

async fn own_report(v: Visit, Path(id): Path<String>) -> Answer {
    let file = self_file(&v, &id, v.query("pledge")).await?;
    let words = match &file.said {
        Some(said) => said.words.clone(),
        None => prefilled(&v, &file),
    };
    let score = file.said.as_ref().and_then(|s| s.score).map(|s| s.to_string());
    let f = Form::fresh(&[("words", &words), ("score", score.as_deref().unwrap_or(""))]);
    let labels = file.campaign.labels(v.lang());
    page(&SelfPage { v, f, file, labels })
}

async fn say_own(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let said = Said {
        pledge: fields.trimmed("pledge"),
        words: fields.get("words").to_owned(),
        score: fields.get("score").to_owned(),
    };
    let pledge = said.pledge.clone();
    let case = SelfReport {
        round: id.clone(),
        said,
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(()) => Ok(see_other(&format!(
            "/appraisal/{id}/self?said=saved&pledge={pledge}"
        ))),
        Err(error) => {
            let f = Form::mend(fields, mendable(error)?);
            let file = self_file(&v, &id, &pledge).await?;
            let labels = file.campaign.labels(v.lang());
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &SelfPage { v, f, file, labels })
        }
    }
}

#[derive(Template)]
#[template(path = "appraisal/comments.html")]
struct CommentsPage {
    v: Visit,
    f: Form,
    round: Round,
    campaign: RunningCampaign,
    labels: Labels,
    voice: Voice,
    rows: Vec<CommentRow>,
}

impl CommentsPage {
    fn title(&self) -> &str {
        self.labels.voice(voice_key(self.voice))
    }

    fn action(&self) -> String {
        let place = if self.voice == Voice::BranchComment {
            "branch"
        } else {
            "leaders"
        };
        format!("/appraisal/{}/{place}", self.round.row.id)
    }

    fn is_open(&self) -> bool {
        self.round.state == RoundState::Open
    }

    fn weighs(&self) -> bool {
        self.round.weighs(self.voice)
    }

    fn said(&self) -> usize {
        self.rows.iter().filter(|r| r.said.is_some()).count()
    }

    /// The name of a field of one row.
    fn field(&self, name: &str, row: &CommentRow) -> String {
        format!("{name}.{}", row.subject.row.id)
    }

    /// What stands in a field: what was typed, else what was said before.
    fn value(&self, name: &str, row: &CommentRow) -> String {
        if self.f.wrong() {
            return self.f.get(&self.field(name, row)).to_owned();
        }
        match (&row.said, name) {
            (Some(said), "words") => said.words.clone(),
            (Some(said), _) => said.score.map(|s| s.to_string()).unwrap_or_default(),
            (None, _) => String::new(),
        }
    }
}

async fn comments_page(v: Visit, id: &str, voice: Voice, f: Form, status: StatusCode) -> Answer {
    let case = FindComments {
        round: id.to_owned(),
        voice,
    };
    let (round, campaign, rows) = v.web().app().query(v.actor(), case).await?;
    let labels = campaign.labels(v.lang());
    let page = CommentsPage {
        v,
        f,
        round,
        campaign,
        labels,
        voice,
        rows,
    };
    page_with(status, &page)
}

async fn say(v: Visit, id: String, voice: Voice, fields: Fields) -> Answer {
    let said = fields.under("words.").map(|(pledge, words)| Said {
        pledge: pledge.to_owned(),
        words: words.to_owned(),
        score: fields.get(&format!("score.{pledge}")).to_owned(),
    });
    let case = Comment {
        round: id.clone(),
        voice,
        said: said.collect(),
    };
    let place = if voice == Voice::BranchComment {
        "branch"
    } else {
        "leaders"
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(_) => Ok(see_other(&format!("/appraisal/{id}/{place}?said=saved"))),
        Err(error) => {
            let f = Form::mend(fields, mendable(error)?);
            comments_page(v, &id, voice, f, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

async fn branch_list(v: Visit, Path(id): Path<String>) -> Answer {
    comments_page(v, &id, Voice::BranchComment, Form::default(), StatusCode::OK).await
}

async fn branch_say(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    say(v, id, Voice::BranchComment, fields).await
}

async fn leader_list(v: Visit, Path(id): Path<String>) -> Answer {
    comments_page(v, &id, Voice::LeaderComment, Form::default(), StatusCode::OK).await
}

async fn leader_say(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    say(v, id, Voice::LeaderComment, fields).await
}
