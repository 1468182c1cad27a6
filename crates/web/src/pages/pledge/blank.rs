//! Blank forms with a running number (N20, N21): the list on which a branch types for others also gives out numbers and
//! takes the sheets back.

use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::papers::{deliver, parts_of, press};
use crate::respond::{Answer, page, page_with, see_other, status};
use crate::visit::Visit;
use app::pledge::{
    BlankPrint, BlankRun, BlankRuns, BlankUnit, Desk, FindBlanks, FreeBlank, KeyBack, Overview, PrintBlanks,
    UnitFilings,
};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use documents::paper::Format;
use domain::access::{Permission, Role, Scope, may};
use domain::campaign::Audience;
use domain::problem::Problem;

pub(crate) fn routes() -> Vec<Route> {
    let gate = Gate::Holds(Permission::FileOnBehalf);
    vec![
        Route::get("/branch-pledge/on-behalf", gate, list),
        Route::post("/branch-pledge/on-behalf", gate, key_back),
        Route::post("/forms/numbered", gate, print),
        Route::get("/forms/numbered/{file}", gate, file),
        Route::post("/branch-pledge/on-behalf/free", gate, free),
    ]
}

/// What the list of members holds for the branch itself.
const BRANCH: &str = "branch";

#[derive(Template)]
#[template(path = "pledge/behalf_list.html")]
struct ListPage {
    v: Visit,
    unit: String,
    units: Vec<(String, String)>,
    people: Vec<Overview>,
    runs: Vec<BlankRun>,
    f: Form,
    /// The reader may type the branch's own form.
    branch: bool,
    /// What the forms of the branch and of its people are called, with those that may be printed.
    forms: Forms,
    /// Whose form would have boxes on paper, and for which characters.
    lost: Vec<(String, String)>,
}

/// The forms of a branch as the template names them.
#[derive(Default)]
struct Forms {
    /// The branch's own; empty where nothing is asked of it.
    unit: String,
    /// That of its people; empty where nothing is asked of any of them.
    people: String,
    /// Those to print blank: address and name.
    blanks: Vec<(String, String)>,
    /// What either is called in the list of those printed.
    names: (String, String),
}

async fn forms(v: &Visit, unit: &str) -> Result<Forms, crate::Failure> {
    let find = FindBlanks {
        unit: unit.to_owned(),
    };
    let Some((campaign, own, offered)) = v.web().app().query(v.actor(), find).await? else {
        return Ok(Forms::default());
    };
    let name = |audience| app::forms::form_name(&campaign.template, audience, v.lang());
    let names = (name(own), name(Audience::Participant));
    Ok(Forms {
        unit: offered.unit.map(name).unwrap_or_default(),
        people: match offered.people.is_empty() {
            true => String::new(),
            false => names.1.clone(),
        },
        blanks: super::print::blank_links(v, &campaign.template, &offered),
        names,
    })
}

#[derive(Template)]
#[template(path = "pledge/behalf_ended.html")]
struct EndedPage {
    v: Visit,
    title: String,
    campaign: String,
    unit: String,
    running: bool,
    now: String,
}

/// Of an ended campaign nothing is typed any more.
fn ended(v: Visit, unit: String) -> Option<Answer> {
    let of = v.looks_back()?;
    let (title, campaign) = (of.title_in(v.lang()).to_owned(), of.id.clone());
    let running = v.house().now.clone();
    let now = running.as_deref().unwrap_or_default();
    Some(page(&EndedPage {
        now: crate::visit::address("/branch-pledge/on-behalf", &[("unit", &unit), ("campaign", now)]),
        running: running.is_some(),
        title,
        campaign,
        unit,
        v,
    }))
}

/// Names of a branch with the characters of their forms that no font has; nothing where no forms may be printed.
async fn lost(v: &Visit, unit: &str) -> Result<Vec<(String, String)>, crate::Failure> {
    if unit.is_empty() || !may(v.actor(), Permission::PrintForms, Scope::Unit(unit)) {
        return Ok(Vec::new());
    }
    let case = app::pledge::PrintUnit {
        unit: unit.to_owned(),
    };
    let set = match v.web().app().query(v.actor(), case).await {
        Ok(set) => set,
        Err(error) => return mendable(error).map(|_| Vec::new()),
    };
    let all = set.forms.iter().map(|form| {
        let header = &form.filed.header;
        let mut words = format!("{}{}", header.name, header.post);
        for written in &form.filed.draft.items {
            let item = &written.item;
            words.extend([item.content.as_str(), &item.measure, &item.beneficiary]);
        }
        (header.name.as_str(), words)
    });
    Ok(crate::papers::lost(v, all))
}

impl ListPage {
    /// The numbers given out a moment ago.
    fn taken(&self) -> Option<&BlankRun> {
        let print = self.v.query("print");
        self.runs.iter().find(|r| r.print == print)
    }

    /// What a printed form is called.
    fn form(&self, run: &BlankRun) -> &str {
        match run.annex.as_str() {
            "annex1" => &self.forms.names.0,
            _ => &self.forms.names.1,
        }
    }

    /// Whose words a sheet may hold: who is asked, and who wrote already.
    fn writers(&self) -> impl Iterator<Item = &Overview> {
        self.people.iter().filter(|p| p.asked || p.pledge.is_some())
    }

    fn printed(&self) -> usize {
        self.runs.iter().map(|r| r.printed).sum()
    }

    fn used(&self) -> usize {
        self.runs.iter().map(|r| r.used).sum()
    }

    fn out(&self) -> usize {
        self.runs.iter().map(BlankRun::out).sum()
    }
}

async fn shown(v: Visit, unit: String, f: Form, code: StatusCode) -> Answer {
    let app = v.web().app();
    let people = app.query(v.actor(), UnitFilings { unit: unit.clone() }).await?;
    let runs = app.query(v.actor(), BlankRuns { unit: unit.clone() }).await?;
    let all = app.query(v.actor(), app::pledge::UnitsToFileFor).await?;
    let branch = may(v.actor(), Permission::FileBranchPledge, Scope::Unit(&unit));
    let list = ListPage {
        lost: lost(&v, &unit).await?,
        forms: forms(&v, &unit).await?,
        units: all.into_iter().map(|u| (u.id, u.name)).collect(),
        people,
        runs,
        unit,
        f,
        branch,
        v,
    };
    page_with(code, &list)
}

/// The list; opened by the code of a sheet it is that of the sheet's branch, with the number in its place.
async fn list(v: Visit) -> Answer {
    let number = v.query("number").to_owned();
    let of_sheet = if number.is_empty() {
        None
    } else {
        let typed = number.clone();
        v.web().app().query(v.actor(), BlankUnit { typed }).await?
    };
    let asked = v.query("unit");
    let own = v.actor().units(Role::BranchSecretary).unwrap_or_default();
    let unit = match of_sheet {
        Some(unit) => unit,
        None if asked.is_empty() => {
            let own = own.first().copied().or(v.actor().unit.as_deref());
            own.unwrap_or("").to_owned()
        }
        None => asked.to_owned(),
    };
    if v.looks_back().is_some() {
        return ended(v, unit).unwrap_or_else(|| Err(Problem::not_found("problem.not_found").into()));
    }
    let f = Form::fresh(&[("number", &number), ("copies", "10")]);
    shown(v, unit, f, StatusCode::OK).await
}

async fn again(v: Visit, fields: Fields, error: app::Error) -> Answer {
    let problems = mendable(error)?;
    let first = problems.0.first();
    let code = first.map_or(StatusCode::UNPROCESSABLE_ENTITY, |p| status(&p.kind));
    let unit = fields.trimmed("unit");
    shown(v, unit, Form::mend(fields, problems), code).await
}

async fn key_back(v: Visit, fields: Fields) -> Answer {
    let person = fields.trimmed("person");
    let (desk, base) = if person == BRANCH {
        let unit = fields.trimmed("unit");
        let base = format!("/branch-pledge/{unit}");
        (Desk::Branch(unit), base)
    } else {
        let base = format!("/branch-pledge/on-behalf/{person}");
        (Desk::Behalf(person), base)
    };
    let typed = fields.trimmed("number");
    let shown = domain::pledge::blank_number(&typed).unwrap_or_default();
    let case = KeyBack {
        reason: v.t1("blank.reason", "number", shown),
        typed,
        desk,
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(_) => Ok(see_other(&format!("{base}?said=blank_keyed"))),
        Err(error) => again(v, fields, error).await,
    }
}

/// Takes a number off the form it was typed in for by mistake.
async fn free(v: Visit, fields: Fields) -> Answer {
    let unit = fields.trimmed("unit");
    let case = FreeBlank {
        unit: unit.clone(),
        typed: fields.trimmed("free_number"),
        reason: fields.trimmed("free_reason"),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(_) => Ok(see_other(&crate::visit::address(
            "/branch-pledge/on-behalf",
            &[("unit", &unit), ("said", "blank_freed")],
        ))),
        Err(error) => again(v, fields, error).await,
    }
}

async fn print(v: Visit, fields: Fields) -> Answer {
    let unit = fields.trimmed("unit");
    let copies = domain::text::narrow(fields.get("copies")).trim().parse().ok();
    let case = PrintBlanks {
        unit: unit.clone(),
        branch: fields.get("annex") == "annex1",
        copies,
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(run) => Ok(see_other(&crate::visit::address(
            "/branch-pledge/on-behalf",
            &[("unit", &unit), ("print", &run.print)],
        ))),
        Err(error) => again(v, fields, error).await,
    }
}

/// The sheets of one printing as a PDF; printed again they bear the same numbers.
async fn file(v: Visit, Path(file): Path<String>) -> Answer {
    let (print, format) = parts_of(&file)?;
    if format != Format::Pdf {
        return Err(Problem::not_found("problem.not_found").into());
    }
    let print = print.to_owned();
    let sheets = v.web().app().query(v.actor(), BlankPrint { print }).await?;
    let ends = [sheets.numbers.first(), sheets.numbers.last()];
    let ends: Vec<&str> = ends.into_iter().flatten().map(String::as_str).collect();
    let name = [v.t("blank.file"), &ends.join("_")].join(" ");
    let (app, lang, base) = (
        v.web().app().clone(),
        v.lang(),
        crate::pages::public::view::base(&v),
    );
    let document = press(move || app::forms::numbered(&app, lang, &sheets, &base)).await??;
    deliver(document, &name, format).await
}
