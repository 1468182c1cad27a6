//! Screen 26: the roster, its people and their history.

use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page, page_with, see_other};
use crate::visit::Visit;
use app::pledge::{FaultNote, HeaderFaults};
use app::roster::{
    DismissPerson, FindPerson, ListRoster, PersonPage as Known, RosterPage as Listed, SavePerson,
    TransferPerson, Unit,
};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::access::Permission::{ManageRoster, ViewRoster};
use domain::organization::entry::PersonEntry;
use domain::organization::person::{PersonClass, Sex, ethnicities, read_sex};
use domain::problem::Problem;
use jiff::civil::Date;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/roster", Gate::Holds(ViewRoster), list),
        Route::get("/roster/new", Gate::Holds(ManageRoster), new),
        Route::post("/roster/new", Gate::Holds(ManageRoster), add),
        Route::get("/roster/{id}", Gate::Holds(ViewRoster), person),
        Route::get("/roster/{id}/edit", Gate::Holds(ManageRoster), edit),
        Route::post("/roster/{id}/edit", Gate::Holds(ManageRoster), save),
        Route::post("/roster/{id}/transfer", Gate::Holds(ManageRoster), transfer),
        Route::post("/roster/{id}/leave", Gate::Holds(ManageRoster), leave),
    ]
}

#[derive(Template)]
#[template(path = "roster/list.html")]
struct ListPage {
    v: Visit,
    list: Listed,
    branches: Vec<BranchLine>,
    options: Vec<(String, String)>,
    f: Form,
    total: i64,
    next: String,
    faults: Vec<FaultNote>,
}

/// A branch with its people counted by class.
struct BranchLine {
    id: String,
    name: String,
    covers: String,
    people: i64,
    classes: [i64; 4],
}

fn branch_lines(list: &Listed) -> Vec<BranchLine> {
    let line = |u: &Unit| {
        let count = |class: PersonClass| {
            let same = list
                .counts
                .iter()
                .filter(|c| c.unit_id == u.id && c.class == class.name());
            same.map(|c| c.people).sum::<i64>()
        };
        let classes = PersonClass::ALL.map(count);
        BranchLine {
            id: u.id.clone(),
            name: u.name.clone(),
            covers: u.covers.clone(),
            people: classes.iter().sum(),
            classes,
        }
    };
    list.units.iter().map(line).collect()
}

impl ListPage {
    fn branch_of(&self, unit: &str) -> &str {
        self.list
            .units
            .iter()
            .find(|u| u.id == unit)
            .map_or("", |u| &u.name)
    }
}

async fn list(v: Visit) -> Answer {
    let case = ListRoster {
        unit: v.query("unit").to_owned(),
        text: v.query("q").to_owned(),
        left: v.query("left") == "1",
        after: v.query("after").to_owned(),
    };
    let list = v.web().app().query(v.actor(), case).await?;
    let branches = branch_lines(&list);
    let mut options: Vec<(String, String)> = list
        .units
        .iter()
        .map(|u| (u.id.clone(), u.name.clone()))
        .collect();
    if v.may(ManageRoster) {
        options.insert(0, (String::new(), v.t("roster_page.all_branches").to_owned()));
    }
    let next = match list.people.last() {
        Some(last) if list.more => v.with("after", &last.id),
        _ => String::new(),
    };
    let f = Form::fresh(&[
        ("q", v.query("q")),
        ("unit", &list.unit),
        ("left", v.query("left")),
    ]);
    let total = branches
        .iter()
        .filter(|b| list.unit.is_empty() || b.id == list.unit)
        .map(|b| b.people)
        .sum();
    let faults = match v.may(ManageRoster) {
        true => v.web().app().query(v.actor(), HeaderFaults).await?,
        false => Vec::new(),
    };
    page(&ListPage {
        faults,
        f,
        branches,
        options,
        total,
        next,
        list,
        v,
    })
}

#[derive(Template)]
#[template(path = "roster/person.html")]
struct PersonPage {
    v: Visit,
    known: Known,
    f: Form,
    options: Vec<(String, String)>,
}

impl PersonPage {
    /// What is open of him: the key of its sentence and how much; only what there is.
    fn open(&self) -> Vec<(&'static str, i64)> {
        let o = self.known.open;
        let mut all = vec![
            ("person.open_published", o.published),
            ("person.open_waiting", o.waiting),
            ("person.open_orders", o.orders),
            ("person.open_inspections", o.inspections),
        ];
        all.retain(|(_, n)| *n > 0);
        all
    }

    fn month(&self, text: &str) -> String {
        lang::month(self.v.lang(), text)
    }

    fn sex(&self) -> String {
        read_sex(&self.known.person.sex)
            .map(|s| self.v.t_of("sex", s.name()))
            .unwrap_or_default()
    }
}

async fn show(v: Visit, id: &str, f: Form) -> Answer {
    let known = v
        .web()
        .app()
        .query(
            v.actor(),
            FindPerson {
                person: id.to_owned(),
            },
        )
        .await?;
    let options = known
        .branches
        .iter()
        .filter(|u| !known.person.active || u.id != known.person.unit_id)
        .map(|u| (u.id.clone(), u.name.clone()))
        .collect();
    let status = if f.wrong() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    page_with(status, &PersonPage { known, options, f, v })
}

async fn person(v: Visit, Path(id): Path<String>) -> Answer {
    let today = v.today().to_string();
    show(v, &id, Form::fresh(&[("on", &today)])).await
}

#[derive(Template)]
#[template(path = "roster/edit.html")]
struct EditPage {
    v: Visit,
    f: Form,
    /// Empty for somebody new.
    id: String,
    units: Vec<(String, String)>,
    classes: Vec<(String, String)>,
    sexes: Vec<(String, String)>,
    ethnicities: &'static [String],
}

async fn form(v: Visit, id: String, f: Form) -> Answer {
    let case = ListRoster {
        unit: String::new(),
        text: String::new(),
        left: false,
        after: String::new(),
    };
    let listed = v.web().app().query(v.actor(), case).await?;
    let label = |table: &str, name: &str| (name.to_owned(), v.t_of(table, name));
    let mut sexes = vec![(String::new(), v.t("ui.none").to_owned())];
    sexes.extend([Sex::Female, Sex::Male].map(|s| label("sex", s.name())));
    let status = if f.wrong() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let shown = EditPage {
        units: listed
            .units
            .iter()
            .map(|u| (u.id.clone(), u.name.clone()))
            .collect(),
        classes: PersonClass::ALL
            .iter()
            .map(|c| label("person_class", c.name()))
            .collect(),
        sexes,
        ethnicities: ethnicities(),
        f,
        id,
        v,
    };
    page_with(status, &shown)
}

async fn new(v: Visit) -> Answer {
    let unit = v.query("unit").to_owned();
    form(
        v,
        String::new(),
        Form::fresh(&[("class", "full_member"), ("unit", &unit)]),
    )
    .await
}

async fn edit(v: Visit, Path(id): Path<String>) -> Answer {
    let known = v
        .web()
        .app()
        .query(v.actor(), FindPerson { person: id.clone() })
        .await?;
    let p = &known.person;
    let sex = read_sex(&p.sex).map_or("", Sex::name);
    let place = match p.place {
        0 => String::new(),
        place => place.to_string(),
    };
    let f = Form::fresh(&[
        ("name", &p.name),
        ("class", &p.class),
        ("leading_cadre", if p.leading_cadre { "1" } else { "" }),
        ("title", &p.title),
        ("post", &p.post),
        ("sex", sex),
        ("ethnicity", &p.ethnicity),
        ("education", &p.education),
        ("birth_month", &p.birth_month),
        ("joined_month", &p.joined_month),
        ("phone", &p.phone),
        ("place", &place),
    ]);
    form(v, id, f).await
}

fn entry(fields: &Fields) -> PersonEntry {
    let text = |name| fields.get(name).to_owned();
    PersonEntry {
        name: text("name"),
        class: text("class"),
        leading_cadre: fields.get("leading_cadre") == "1",
        title: text("title"),
        post: text("post"),
        sex: text("sex"),
        ethnicity: text("ethnicity"),
        education: text("education"),
        birth_month: text("birth_month"),
        joined_month: text("joined_month"),
        phone: text("phone"),
        place: text("place"),
    }
}

async fn write(v: Visit, id: Option<String>, fields: Fields) -> Answer {
    let case = SavePerson {
        person: id.clone(),
        unit: fields.get("unit").to_owned(),
        entry: entry(&fields),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(id) => Ok(see_other(&format!("/roster/{id}?said=saved"))),
        Err(error) => {
            let problems = mendable(error)?;
            form(v, id.unwrap_or_default(), Form::mend(fields, problems)).await
        }
    }
}

async fn add(v: Visit, fields: Fields) -> Answer {
    write(v, None, fields).await
}

async fn save(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    write(v, Some(id), fields).await
}

fn day(v: &Visit, fields: &Fields) -> Result<Date, app::Error> {
    domain::time::parse_past_date(fields.get("on"), v.today()).map_err(|refused| {
        Problem::invalid(refused.key)
            .on("on")
            .with("text", refused.text)
            .into()
    })
}

async fn after_change(v: Visit, id: &str, fields: Fields, done: Result<(), app::Error>) -> Answer {
    match done {
        Ok(()) => Ok(see_other(&format!("/roster/{id}?said=saved"))),
        Err(error) => {
            let problems = mendable(error)?;
            show(v, id, Form::mend(fields, problems)).await
        }
    }
}

async fn transfer(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let done = match day(&v, &fields) {
        Ok(on) => {
            let case = TransferPerson {
                person: id.clone(),
                unit: fields.get("unit").to_owned(),
                on,
                reason: fields.get("reason").to_owned(),
            };
            v.web().app().execute(v.actor(), case).await.map(drop)
        }
        Err(error) => Err(error),
    };
    after_change(v, &id, fields, done).await
}

async fn leave(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let done = match day(&v, &fields) {
        Ok(on) => {
            let case = DismissPerson {
                person: id.clone(),
                on,
                reason: fields.get("reason").to_owned(),
            };
            v.web().app().execute(v.actor(), case).await
        }
        Err(error) => Err(error),
    };
    after_change(v, &id, fields, done).await
}
