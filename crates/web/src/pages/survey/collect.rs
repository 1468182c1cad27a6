//! The desk of the survey, visits, paper slips, the form for staff, the poster.

use super::super::opinion::mending;
use super::{options, place_name};
use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page, page_with, see_other};
use crate::visit::{Visit, address};
use app::survey::{
    self as acts, Desk, FindOwnSurvey, ListVisits, OpinionsFromVisit, Place, ReadDesk, ReadOpinions,
    ReadVisit, RecordVisit, SetAside, TypeOpinion, TypedOpinion, TypedVisit, VisitPage, WhichOpinions,
};
use askama::Template;
use axum::extract::Path;
use domain::access::Permission;
use domain::demand::Source;
use domain::problem::Problem;

const GATE: Gate = Gate::Holds(Permission::CollectOpinions);
/// Opinions on one page of the desk.
const PER_PAGE: usize = 50;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/survey", GATE, desk),
        Route::get("/survey/visits", GATE, visits),
        Route::get("/survey/visits/new", GATE, new_visit),
        Route::post("/survey/visits/new", GATE, record_visit),
        Route::get("/survey/visits/{id}", GATE, show_visit),
        Route::post("/survey/visits/{id}/opinions", GATE, take_points),
        Route::get("/survey/paper", GATE, new_paper),
        Route::post("/survey/paper", GATE, type_paper),
        Route::get(
            "/survey/opinions/{id}",
            Gate::Holds(Permission::ManageDemands),
            aside,
        ),
        Route::post(
            "/survey/opinions/{id}",
            Gate::Holds(Permission::ManageDemands),
            set_aside,
        ),
        Route::get("/survey/say", Gate::Holds(Permission::GiveOpinion), new_say),
        Route::post("/survey/say", Gate::Holds(Permission::GiveOpinion), say),
        Route::get("/survey/poster/{unit}", GATE, poster),
    ]
}

#[derive(Template)]
#[template(path = "survey/desk.html")]
struct DeskPage {
    v: Visit,
    d: Desk,
    page: usize,
    pages: usize,
    total: usize,
}

impl DeskPage {
    fn place(&self, unit: &Option<String>) -> String {
        place_name(&self.v, &self.d.places, unit.as_deref())
    }

    fn sources(&self) -> [Source; 5] {
        Source::ALL
    }

    fn whiches(&self) -> [&'static str; 4] {
        WhichOpinions::ALL.map(|(name, _)| name)
    }

    /// Where the poster of this desk's branch is.
    fn poster_unit(&self) -> &str {
        match (self.d.whole, self.d.places.first()) {
            (false, Some(place)) => &place.id,
            _ => "all",
        }
    }

    fn which(&self, name: &str) -> bool {
        self.v.query("which") == name
    }

    fn filtered(&self) -> bool {
        ["unit", "source", "which"]
            .iter()
            .any(|name| !self.v.query(name).is_empty())
    }
}

async fn desk(v: Visit) -> Answer {
    let case = ReadDesk {
        unit: v.query("unit").to_owned(),
        source: v.query("source").to_owned(),
        which: WhichOpinions::from_name(v.query("which")),
    };
    let mut d = v.web().app().query(v.actor(), case).await?;
    let total = d.opinions.len();
    let pages = total.div_ceil(PER_PAGE).max(1);
    let page_no = v.query("page").parse().unwrap_or(1).clamp(1, pages);
    d.opinions = d
        .opinions
        .into_iter()
        .skip((page_no - 1) * PER_PAGE)
        .take(PER_PAGE)
        .collect();
    page(&DeskPage {
        v,
        d,
        page: page_no,
        pages,
        total,
    })
}

#[derive(Template)]
#[template(path = "survey/visits.html")]
struct VisitsPage {
    v: Visit,
    all: Vec<acts::Visit>,
    places: Vec<Place>,
}

impl VisitsPage {
    fn place(&self, unit: &str) -> String {
        place_name(&self.v, &self.places, Some(unit))
    }
}

async fn visits(v: Visit) -> Answer {
    let (all, places) = v.web().app().query(v.actor(), ListVisits).await?;
    page(&VisitsPage { v, all, places })
}

#[derive(Template)]
#[template(path = "survey/visit_new.html")]
struct NewVisitPage {
    v: Visit,
    f: Form,
    places: Vec<(String, String)>,
}

/// The branches somebody collects for; the own one comes first.
async fn own_places(v: &Visit) -> app::Result<(Vec<Place>, bool)> {
    let mut desk = v.web().app().query(v.actor(), ReadDesk::default()).await?;
    let own = v.actor().unit.clone();
    desk.places.sort_by_key(|p| Some(&p.id) != own.as_ref());
    Ok((desk.places, desk.whole))
}

async fn new_visit(v: Visit) -> Answer {
    let (places, _) = own_places(&v).await?;
    let f = Form::fresh(&[("kind", "visit"), ("as_opinions", "1"), ("unit", v.query("unit"))]);
    page(&NewVisitPage {
        f,
        places: options(&places, None),
        v,
    })
}

async fn record_visit(v: Visit, fields: Fields) -> Answer {
    let typed = TypedVisit {
        unit: fields.trimmed("unit"),
        symposium: fields.get("kind") == "symposium",
        place: fields.get("place").to_owned(),
        met: fields.get("met").to_owned(),
        points: fields.get("points").to_owned(),
        held_on: fields.get("held_on").to_owned(),
        as_opinions: fields.has("as_opinions"),
    };
    match v.web().app().execute(v.actor(), RecordVisit(typed)).await {
        Ok(id) => Ok(see_other(&format!("/survey/visits/{id}?said=visit"))),
        Err(error) => {
            let problems = mendable(error)?;
            let (places, _) = own_places(&v).await?;
            let code = mending(&problems);
            let f = Form::mend(fields, problems);
            let places = options(&places, None);
            page_with(code, &NewVisitPage { v, f, places })
        }
    }
}

#[derive(Template)]
#[template(path = "survey/visit.html")]
struct OneVisitPage {
    v: Visit,
    f: Form,
    p: VisitPage,
}

impl OneVisitPage {
    fn all_taken(&self) -> bool {
        self.p.points.iter().all(|(_, taken)| *taken)
    }
}

async fn show_visit(v: Visit, Path(id): Path<String>) -> Answer {
    let p = v.web().app().query(v.actor(), ReadVisit { id }).await?;
    page(&OneVisitPage {
        v,
        f: Form::default(),
        p,
    })
}

async fn take_points(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = OpinionsFromVisit {
        visit: id.clone(),
        points: fields
            .all("point")
            .iter()
            .filter_map(|p| p.parse().ok())
            .collect(),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(_) => Ok(see_other(&format!("/survey/visits/{id}?said=opinions"))),
        Err(error) => {
            let problems = mendable(error)?;
            let p = v.web().app().query(v.actor(), ReadVisit { id }).await?;
            let code = mending(&problems);
            let f = Form::mend(fields, problems);
            page_with(code, &OneVisitPage { v, f, p })
        }
    }
}

#[derive(Template)]
#[template(path = "survey/paper.html")]
struct PaperPage {
    v: Visit,
    f: Form,
    places: Vec<(String, String)>,
}

async fn paper_page(v: Visit, f: Form) -> app::Result<PaperPage> {
    let (places, whole) = own_places(&v).await?;
    let first = whole.then(|| v.t("survey.whole").to_owned());
    Ok(PaperPage {
        places: options(&places, first.as_deref()),
        f,
        v,
    })
}

async fn new_paper(v: Visit) -> Answer {
    let f = Form::fresh(&[
        ("unit", v.query("unit")),
        ("voices", "1"),
        ("said_on", v.query("said_on")),
    ]);
    page(&paper_page(v, f).await?)
}

async fn type_paper(v: Visit, fields: Fields) -> Answer {
    let case = TypeOpinion {
        unit: fields.trimmed("unit"),
        words: fields.get("words").to_owned(),
        voices: fields.get("voices").to_owned(),
        said_on: fields.get("said_on").to_owned(),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(_) => {
            // The next slip is of the same pile: branch and day stay.
            let kept = [
                ("said", "typed"),
                ("unit", fields.get("unit")),
                ("said_on", fields.get("said_on")),
            ];
            Ok(see_other(&address("/survey/paper", &kept)))
        }
        Err(error) => {
            let problems = mendable(error)?;
            let code = mending(&problems);
            page_with(code, &paper_page(v, Form::mend(fields, problems)).await?)
        }
    }
}

#[derive(Template)]
#[template(path = "survey/aside.html")]
struct AsidePage {
    v: Visit,
    f: Form,
    o: acts::Opinion,
}

async fn opinion(v: &Visit, id: String) -> app::Result<acts::Opinion> {
    let found = v
        .web()
        .app()
        .query(v.actor(), ReadOpinions { ids: vec![id] })
        .await?;
    let found = found.into_iter().next();
    Ok(found.ok_or_else(|| Problem::not_found("problem.not_found"))?)
}

async fn aside(v: Visit, Path(id): Path<String>) -> Answer {
    let o = opinion(&v, id).await?;
    page(&AsidePage {
        v,
        f: Form::default(),
        o,
    })
}

async fn set_aside(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let reason = (!fields.has("again")).then(|| fields.get("aside").to_owned());
    let case = SetAside {
        opinion: id.clone(),
        reason,
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(()) => Ok(see_other("/survey?said=saved")),
        Err(error) => {
            let problems = mendable(error)?;
            let o = opinion(&v, id).await?;
            let code = mending(&problems);
            let f = Form::mend(fields, problems);
            page_with(code, &AsidePage { v, f, o })
        }
    }
}

#[derive(Template)]
#[template(path = "survey/say.html")]
struct SayPage {
    v: Visit,
    f: Form,
    open: bool,
    done: bool,
    places: Vec<(String, String)>,
}

async fn say_page(v: Visit, f: Form) -> app::Result<SayPage> {
    let survey = v.web().app().query(v.actor(), FindOwnSurvey).await?;
    let open = survey
        .campaign
        .is_open(domain::campaign::GatedAct::Survey, v.today());
    Ok(SayPage {
        places: options(&survey.places, Some(v.t("opinion.whole"))),
        done: v.query("done") == "1",
        open,
        f,
        v,
    })
}

async fn new_say(v: Visit) -> Answer {
    let own = v.actor().unit.clone().unwrap_or_default();
    page(&say_page(v, Form::fresh(&[("unit", &own)])).await?)
}

async fn say(v: Visit, fields: Fields) -> Answer {
    let typed = TypedOpinion {
        unit: fields.trimmed("unit"),
        words: fields.get("words").to_owned(),
    };
    match acts::say_inside(v.web().app(), v.actor(), &typed).await {
        Ok(()) => Ok(see_other("/survey/say?done=1")),
        Err(error) => {
            let problems = mendable(error)?;
            let code = mending(&problems);
            page_with(code, &say_page(v, Form::mend(fields, problems)).await?)
        }
    }
}

#[derive(Template)]
#[template(path = "survey/poster.html")]
struct PosterPage {
    v: Visit,
    unit: String,
    name: String,
    feedback: bool,
    address: String,
    qr: String,
}

async fn poster(v: Visit, Path(unit): Path<String>) -> Answer {
    let (places, _) = own_places(&v).await?;
    let feedback = v.query("for") == "feedback";
    let all = unit == "all";
    let name = match places.iter().find(|p| p.id == unit) {
        Some(place) => place.name.clone(),
        None if all => v.house().name.clone(),
        None => return Err(Problem::not_found("problem.not_found").into()),
    };
    let path = match (feedback, all) {
        (true, true) => "/feedback".to_owned(),
        (true, false) => format!("/feedback/{unit}"),
        (false, true) => "/opinions/new".to_owned(),
        (false, false) => address("/opinions/new", &[("unit", &unit)]),
    };
    let base = crate::pages::public::view::base(&v);
    let link = format!("{base}{path}");
    let qr = documents::svg::qr(&link, v.t("poster.qr")).map_err(|e| app::Error::bug(e.to_string()))?;
    page(&PosterPage {
        v,
        unit,
        name,
        feedback,
        address: link,
        qr,
    })
}
