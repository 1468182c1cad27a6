//! Opinions merged into demands, demands settled, what the last campaign left open.

use super::super::opinion::{answer_tag, mending};
use super::super::public::view::Tag;
use super::place_name;
use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page, page_with, see_other};
use crate::visit::Visit;
use app::survey::{
    self as acts, CarryOver, CarryOverList, Demand, DemandFilter, DemandPage, Desk, LeftOver, ListDemands,
    ListLeftOver, MergeInto, MergeOpinions, Opinion, Proposal, ProposeMerge, ReadDemand, ReadOpinions,
    ReadUnanswered, Settle, SettleDemand, TakeOut, Unanswered, WaitingDemand, WriteDemand,
};
use askama::Template;
use axum::extract::Path;
use domain::access::Permission;
use domain::demand::TITLE_MAX;

const GATE: Gate = Gate::Holds(Permission::ManageDemands);

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/survey/merge", GATE, propose),
        Route::post("/survey/merge", GATE, merge),
        Route::get("/survey/demands", GATE, list),
        Route::get("/survey/demands/{id}", GATE, show),
        Route::post("/survey/demands/{id}", GATE, write),
        Route::post("/survey/demands/{id}/opinions", GATE, add),
        Route::post("/survey/demands/{id}/take-out", GATE, take_out),
        Route::post("/survey/demands/{id}/settle", GATE, settle),
        Route::get("/survey/unanswered", GATE, unanswered),
        Route::get("/survey/carry-over", GATE, left_over),
        Route::post("/survey/carry-over", GATE, carry_over),
    ]
}

#[derive(Template)]
#[template(path = "survey/merge.html")]
struct MergePage {
    v: Visit,
    p: Proposal,
}

impl MergePage {
    /// The shortest words of a group: a start for its one line.
    fn title(&self, group: &[Opinion]) -> String {
        let shortest = group.iter().min_by_key(|o| o.words.chars().count());
        let words = shortest.map_or("", |o| o.words.as_str());
        words
            .lines()
            .next()
            .unwrap_or("")
            .chars()
            .take(TITLE_MAX)
            .collect()
    }

    fn voices(&self, group: &[Opinion]) -> i64 {
        group.iter().map(|o| o.voices).sum()
    }

    fn place(&self, o: &Opinion) -> String {
        place_name(&self.v, &self.p.places, o.unit_id.as_deref())
    }
}

async fn propose(v: Visit) -> Answer {
    let unit = v.query("unit").to_owned();
    let p = v.web().app().query(v.actor(), ProposeMerge { unit }).await?;
    page(&MergePage { v, p })
}

#[derive(Template)]
#[template(path = "survey/merge_one.html")]
struct MergeOnePage {
    v: Visit,
    f: Form,
    opinions: Vec<Opinion>,
    demands: Vec<Demand>,
}

async fn merge(v: Visit, fields: Fields) -> Answer {
    let opinions: Vec<String> = fields.all("opinion").into_iter().map(str::to_owned).collect();
    let into = match fields.get("into") {
        "" => MergeInto::New {
            title: fields.get("title").to_owned(),
            public: fields.has("public"),
        },
        id => MergeInto::Demand(id.to_owned()),
    };
    // Those shown before, so that what was unticked by mistake can be ticked again.
    let mut shown: Vec<String> = fields.all("shown").into_iter().map(str::to_owned).collect();
    shown.extend(
        opinions
            .iter()
            .filter(|o| !fields.all("shown").contains(&o.as_str()))
            .cloned(),
    );
    let case = MergeOpinions { opinions, into };
    match v.web().app().execute(v.actor(), case).await {
        Ok(id) => Ok(see_other(&format!("/survey/demands/{id}?said=merged"))),
        Err(error) => {
            let problems = mendable(error)?;
            let app = v.web().app();
            let opinions = app.query(v.actor(), ReadOpinions { ids: shown }).await?;
            let unit = String::new();
            let demands = app.query(v.actor(), ProposeMerge { unit }).await?.demands;
            let code = mending(&problems);
            let f = Form::mend(fields, problems);
            page_with(
                code,
                &MergeOnePage {
                    v,
                    f,
                    opinions,
                    demands,
                },
            )
        }
    }
}

#[derive(Template)]
#[template(path = "survey/demands.html")]
struct ListPage {
    v: Visit,
    d: Desk,
    filter: DemandFilter,
}

impl ListPage {
    fn filters(&self) -> [(&'static str, DemandFilter); 4] {
        DemandFilter::ALL
    }

    fn look(&self, d: &Demand) -> (&'static str, &'static str, &'static str) {
        look(d)
    }

    fn place(&self, d: &Demand) -> String {
        place_name(&self.v, &self.d.places, d.unit_id.as_deref())
    }
}

async fn list(v: Visit) -> Answer {
    let filter = DemandFilter::from_name(v.query("state"));
    let unit = v.query("unit").to_owned();
    let d = v
        .web()
        .app()
        .query(v.actor(), ListDemands { unit, filter })
        .await?;
    page(&ListPage { v, d, filter })
}

/// State of a demand as icon and colour: answered, declined, neither.
fn look(d: &Demand) -> (&'static str, &'static str, &'static str) {
    if DemandFilter::Declined.takes(d) {
        ("", "i-obj", "declined")
    } else if DemandFilter::Answered.takes(d) {
        ("ok", "i-ok", "answered")
    } else {
        ("warn", "i-warn", "open")
    }
}

#[derive(Template)]
#[template(path = "survey/demand.html")]
struct OnePage {
    v: Visit,
    f: Form,
    p: DemandPage,
}

impl OnePage {
    fn tag(&self, a: &acts::Answer) -> Tag {
        answer_tag(&self.v, a)
    }

    fn look(&self, d: &Demand) -> (&'static str, &'static str, &'static str) {
        look(d)
    }

    fn place(&self, unit: &str) -> String {
        place_name(&self.v, &self.p.places, Some(unit))
    }

    fn open(&self) -> bool {
        self.p.demand.state == "open"
    }
}

async fn one(v: Visit, id: String, mend: Option<Form>) -> app::Result<OnePage> {
    let p = v.web().app().query(v.actor(), ReadDemand { id }).await?;
    let public = if p.demand.public { "1" } else { "" };
    let f = mend.unwrap_or_else(|| Form::fresh(&[("title", &p.demand.title), ("public", public)]));
    Ok(OnePage { v, f, p })
}

async fn show(v: Visit, Path(id): Path<String>) -> Answer {
    page(&one(v, id, None).await?)
}

async fn answer<C: app::UseCase>(v: Visit, id: String, case: C, mut fields: Fields) -> Answer {
    match v.web().app().execute(v.actor(), case).await {
        Ok(_) => Ok(see_other(&format!("/survey/demands/{id}?said=saved"))),
        Err(error) => {
            let problems = mendable(error)?;
            let code = mending(&problems);
            if !fields.has("title") {
                // The form that was sent is not the one that names the demand: that one shows what is kept.
                let d = v
                    .web()
                    .app()
                    .query(v.actor(), ReadDemand { id: id.clone() })
                    .await?
                    .demand;
                let mut texts = vec![("title".to_owned(), d.title)];
                if d.public {
                    texts.push(("public".to_owned(), "1".to_owned()));
                }
                texts.extend(fields.under("").map(|(n, v)| (n.to_owned(), v.to_owned())));
                fields = Fields::of(texts);
            }
            page_with(code, &one(v, id, Some(Form::mend(fields, problems))).await?)
        }
    }
}

async fn write(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = WriteDemand {
        id: id.clone(),
        title: fields.get("title").to_owned(),
        public: fields.has("public"),
    };
    answer(v, id, case, fields).await
}

async fn add(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = MergeOpinions {
        opinions: fields.all("opinion").into_iter().map(str::to_owned).collect(),
        into: MergeInto::Demand(id.clone()),
    };
    answer(v, id, case, fields).await
}

async fn take_out(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = TakeOut {
        opinion: fields.get("opinion").to_owned(),
    };
    answer(v, id, case, fields).await
}

async fn settle(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let how = match fields.get("how") {
        "answer" => Settle::Answer,
        "reopen" => Settle::Reopen,
        _ => Settle::Decline(fields.get("reason").to_owned()),
    };
    answer(v, id.clone(), SettleDemand { id, how }, fields).await
}

#[derive(Template)]
#[template(path = "survey/unanswered.html")]
struct UnansweredPage {
    v: Visit,
    u: Unanswered,
}

impl UnansweredPage {
    fn place<'a>(&'a self, line: &'a WaitingDemand) -> &'a str {
        match line.place.as_str() {
            "" => self.v.t("survey.whole"),
            place => place,
        }
    }
}

/// What still waits: nothing that was heard gets lost (N7).
async fn unanswered(v: Visit) -> Answer {
    let u = v.web().app().query(v.actor(), ReadUnanswered).await?;
    page(&UnansweredPage { v, u })
}

#[derive(Template)]
#[template(path = "survey/carry_over.html")]
struct CarryPage {
    v: Visit,
    f: Form,
    list: CarryOverList,
    places: Vec<acts::Place>,
}

/// So many of a part stand on a page; by branch one finds the rest.
const SHOWN: usize = 200;

/// What the list of things left open is parted into, in the order of the page.
const PARTS: [&str; 3] = ["demand", "unkept", "running"];

impl CarryPage {
    /// The part something left open belongs to.
    fn part_of(x: &LeftOver) -> &'static str {
        match (x.kind, x.runs()) {
            ("demand", _) => "demand",
            (_, true) => "running",
            _ => "unkept",
        }
    }

    fn asked(&self, name: &str, value: &str) -> bool {
        self.v.query(name) == value
    }

    /// The parts that hold something of what was asked for, with as much of it as a page shows and how much more there is.
    fn parts(&self) -> Vec<(&'static str, Vec<&LeftOver>, usize)> {
        let (part, unit) = (self.v.query("part"), self.v.query("unit"));
        let shown = |x: &&LeftOver| unit.is_empty() || x.unit.as_deref() == Some(unit);
        let parts = PARTS.into_iter().filter(|p| part.is_empty() || *p == part);
        let parts = parts.map(|p| {
            let of_part = self.list.left.iter().filter(|x| Self::part_of(x) == p);
            let mut left: Vec<&LeftOver> = of_part.filter(shown).collect();
            let rest = left.len().saturating_sub(SHOWN);
            left.truncate(SHOWN);
            (p, left, rest)
        });
        parts.filter(|(_, left, _)| !left.is_empty()).collect()
    }

    /// Branches of which something is left open.
    fn units(&self) -> Vec<&acts::Place> {
        let has = |p: &&acts::Place| {
            self.list
                .left
                .iter()
                .any(|x| x.unit.as_deref() == Some(p.id.as_str()))
        };
        self.places.iter().filter(has).collect()
    }

    /// How an item stands, in words.
    fn state(&self, x: &LeftOver) -> String {
        x.state
            .map_or_else(String::new, |s| self.v.t_of("state", s.name()))
    }

    fn due(&self, x: &LeftOver) -> String {
        x.due.map_or_else(String::new, |d| self.v.date(d))
    }

    fn place(&self, unit: &Option<String>) -> String {
        place_name(&self.v, &self.places, unit.as_deref())
    }
}

async fn carry_page(v: Visit, f: Form) -> app::Result<CarryPage> {
    let app = v.web().app();
    let list = app.query(v.actor(), ListLeftOver).await?;
    let places = app.query(v.actor(), acts::FindSurvey).await?.places;
    Ok(CarryPage { v, f, list, places })
}

async fn left_over(v: Visit) -> Answer {
    page(&carry_page(v, Form::default()).await?)
}

async fn carry_over(v: Visit, fields: Fields) -> Answer {
    let ids = fields.all("left").into_iter().map(str::to_owned).collect();
    match v.web().app().execute(v.actor(), CarryOver { ids }).await {
        Ok(_) => Ok(see_other("/survey/demands?said=carried")),
        Err(error) => {
            let problems = mendable(error)?;
            let code = mending(&problems);
            page_with(code, &carry_page(v, Form::mend(fields, problems)).await?)
        }
    }
}
