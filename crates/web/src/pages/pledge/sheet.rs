//! The sheet a branch fills in off-line for members without a computer (N10): taken away, sent back, looked at,
//! confirmed; nothing is written before.

use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::pages::roster_import::{XLSX, place};
use crate::respond::{Answer, download, page, page_with, see_other, status};
use crate::visit::{Visit, address};
use app::pledge::{
    BlankSheet, Fate, ImportSheet, PlanSheet, SheetLine, SheetPlan, SheetPromise, UnitsToFileFor,
    read_sheet_file,
};
use app::uploads::{self, Note, Waiting};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use documents::marked::{Mark, write_marked};
use domain::access::{Permission, Role};
use domain::organization::raw::RawBook;
use domain::organization::roster::RowProblem;
use domain::problem::Problem;
use std::sync::Arc;

pub(crate) fn routes() -> Vec<Route> {
    let gate = Gate::Holds(Permission::FileOnBehalf);
    vec![
        Route::get("/forms/sheets/{file}", gate, take),
        Route::get("/pledge-sheets", gate, ask),
        Route::post("/pledge-sheets", gate, upload),
        Route::get("/pledge-sheets/{key}", gate, preview),
        Route::post("/pledge-sheets/{key}", gate, confirm),
        Route::get("/pledge-sheets/{key}/marked", gate, marked),
    ]
}

#[derive(Template)]
#[template(path = "pledge/sheet.html")]
struct AskPage {
    v: Visit,
    f: Form,
    unit: String,
    units: Vec<(String, String)>,
    people: usize,
    closed: Option<Problem>,
}

/// The sheet of a branch as a file.
async fn take(v: Visit, Path(file): Path<String>) -> Answer {
    let missing = || Problem::not_found("problem.not_found");
    let (unit, ending) = file.rsplit_once('.').ok_or_else(missing)?;
    let case = BlankSheet {
        unit: unit.to_owned(),
        lang: v.lang(),
    };
    let sheet = v.web().app().query(v.actor(), case).await?;
    let name = format!("{} {}.{ending}", sheet.title(), v.today());
    match ending {
        "xlsx" => Ok(download(&name, XLSX, sheet.xlsx()?)),
        "csv" => Ok(download(&name, "text/csv; charset=utf-8", sheet.csv()?)),
        _ => Err(missing().into()),
    }
}

async fn ask(v: Visit) -> Answer {
    let own = v.actor().units(Role::BranchSecretary).unwrap_or_default();
    let asked = match v.query("unit") {
        "" => own.first().copied().unwrap_or(""),
        asked => asked,
    };
    let unit = asked.to_owned();
    shown(v, unit, Form::default(), StatusCode::OK).await
}

async fn shown(v: Visit, unit: String, f: Form, code: StatusCode) -> Answer {
    let app = v.web().app();
    let units: Vec<(String, String)> = app
        .query(v.actor(), UnitsToFileFor)
        .await?
        .into_iter()
        .map(|u| (u.id, u.name))
        .collect();
    let unit = match units.first() {
        Some((first, _)) if unit.is_empty() => first.clone(),
        _ => unit,
    };
    let case = BlankSheet {
        unit: unit.clone(),
        lang: v.lang(),
    };
    let sheet = app.query(v.actor(), case).await?;
    let asked = AskPage {
        f,
        unit,
        units,
        people: sheet.people,
        closed: sheet.closed,
        v,
    };
    page_with(code, &asked)
}

async fn upload(v: Visit, fields: Fields) -> Answer {
    match keep(&v, &fields).await {
        Ok(key) => Ok(see_other(&format!("/pledge-sheets/{key}"))),
        Err(error) => {
            let problems = mendable(error)?;
            let unit = fields.trimmed("unit");
            let code = problems
                .0
                .first()
                .map_or(StatusCode::UNPROCESSABLE_ENTITY, |p| status(&p.kind));
            shown(v, unit, Form::mend(fields, problems), code).await
        }
    }
}

async fn keep(v: &Visit, fields: &Fields) -> app::Result<String> {
    let app = v.web().app();
    let unit = fields.trimmed("unit");
    let case = BlankSheet {
        unit: unit.clone(),
        lang: v.lang(),
    };
    if let Some(closed) = app.query(v.actor(), case).await?.closed {
        return Err(closed.into());
    }
    let none = match fields.chose_empty("file") {
        true => "problem.form_sheet.empty_file",
        false => "problem.form_sheet.no_file",
    };
    let file = fields
        .file("file")
        .ok_or_else(|| Problem::invalid(none).on("file"))?;
    // A file that cannot be read at all is refused before anything is kept of it.
    let book = read_sheet_file(file.bytes.to_vec(), &file.name).await?;
    let case = PlanSheet {
        unit: unit.clone(),
        book: Arc::new(book),
        lang: v.lang(),
    };
    app.query(v.actor(), case).await?;
    let note = Note::sheet(&file.name, &unit);
    uploads::keep(app, v.actor(), &file.bytes, note)
}

#[derive(Template)]
#[template(path = "pledge/sheet_preview.html")]
struct PreviewPage {
    v: Visit,
    f: Form,
    key: String,
    file: String,
    plan: SheetPlan,
}

impl PreviewPage {
    fn count(&self, fate: &str) -> usize {
        self.plan.lines.iter().filter(|l| l.fate.name() == fate).count()
    }

    fn kind(&self, promise: &SheetPromise) -> String {
        self.plan
            .campaign
            .labels(self.v.lang())
            .kind(&promise.kind)
            .to_owned()
    }

    /// What else will be written: measure, for whom, and the day as it was understood, with the words it was typed in.
    fn more(&self, promise: &SheetPromise) -> String {
        let v = &self.v;
        let due = match (promise.due, promise.typed.trim()) {
            (Some(day), typed) if !typed.is_empty() && typed != v.date(day) && typed != day.to_string() => v
                .t2(
                    "form_sheet.due_read",
                    "date",
                    read_as(v, day, typed),
                    "text",
                    typed,
                ),
            (Some(day), _) => v.t1("form_sheet.due_is", "date", v.date(day)),
            (None, "") => String::new(),
            (None, typed) => v.t1("form_sheet.due_unread", "text", typed),
        };
        let parts = [promise.measure.clone(), promise.beneficiary.clone(), due];
        let parts: Vec<String> = parts.into_iter().filter(|t| !t.trim().is_empty()).collect();
        parts.join(" · ")
    }

    fn sentences(&self, line: &SheetLine) -> Vec<String> {
        line.problems.iter().map(|p| self.sentence(p)).collect()
    }

    fn sentence(&self, problem: &RowProblem) -> String {
        let text = self.plan.say(self.v.lang(), problem);
        let at = place(&self.v, &problem.sheet, problem.row, &problem.column);
        match at.is_empty() {
            true => text,
            false => self.v.t2("import.at", "place", at, "text", text),
        }
    }

    /// The colour of what happens; its words say the same.
    fn tone(&self, fate: &Fate) -> &'static str {
        match fate {
            Fate::File => "ok",
            Fate::Draft => "run",
            Fate::Unchanged => "",
            Fate::Refused => "bad",
        }
    }

    fn written(&self) -> usize {
        self.plan.count(Fate::File) + self.plan.count(Fate::Draft)
    }

    fn left_out(&self) -> usize {
        self.plan.count(Fate::Refused) + self.plan.loose.len()
    }
}

/// The file of a key, read again; one that is no branch's sheet is not here.
async fn open(v: &Visit, key: &str) -> app::Result<(Waiting, Arc<RawBook>)> {
    let waiting = uploads::find(v.web().app(), v.actor(), key)?;
    if waiting.note.unit.is_empty() {
        return Err(Problem::not_found("problem.not_found").into());
    }
    let book = read_sheet_file(waiting.bytes.clone(), &waiting.note.name).await?;
    Ok((waiting, Arc::new(book)))
}

async fn plan(v: &Visit, waiting: &Waiting, book: &Arc<RawBook>) -> app::Result<SheetPlan> {
    let case = PlanSheet {
        unit: waiting.note.unit.clone(),
        book: book.clone(),
        lang: v.lang(),
    };
    v.web().app().query(v.actor(), case).await
}

async fn preview(v: Visit, Path(key): Path<String>) -> Answer {
    let (waiting, book) = open(&v, &key).await?;
    let plan = plan(&v, &waiting, &book).await?;
    let f = Form::fresh(&[("reason", v.t("form_sheet.reason_text"))]);
    page(&PreviewPage {
        file: waiting.note.name.clone(),
        key,
        plan,
        f,
        v,
    })
}

async fn confirm(v: Visit, Path(key): Path<String>, fields: Fields) -> Answer {
    let (waiting, book) = open(&v, &key).await?;
    let case = ImportSheet {
        unit: waiting.note.unit.clone(),
        book: book.clone(),
        lang: v.lang(),
        seen: fields.get("seen").to_owned(),
        leave_out: fields.get("leave_out") == "1",
        reason: fields.trimmed("reason"),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(_) => {
            uploads::forget(v.web().app(), &waiting);
            let unit = waiting.note.unit.as_str();
            let query = [("unit", unit), ("said", "sheet_imported")];
            Ok(see_other(&address("/branch-pledge/on-behalf", &query)))
        }
        Err(error) => {
            let problems = mendable(error)?;
            let first = problems.0.first();
            let code = first.map_or(StatusCode::UNPROCESSABLE_ENTITY, |p| status(&p.kind));
            let plan = plan(&v, &waiting, &book).await?;
            let shown = PreviewPage {
                file: waiting.note.name.clone(),
                key,
                plan,
                f: Form::mend(fields, problems),
                v,
            };
            page_with(code, &shown)
        }
    }
}

/// The file as it was sent, with what is wrong beside each row.
async fn marked(v: Visit, Path(key): Path<String>) -> Answer {
    let (waiting, book) = open(&v, &key).await?;
    let plan = plan(&v, &waiting, &book).await?;
    let told = plan.lines.iter().flat_map(|l| &l.problems).chain(&plan.loose);
    let marks: Vec<Mark> = told
        .map(|p| Mark {
            sheet: p.sheet.clone(),
            row: p.row,
            column: p.column.clone(),
            text: plan.say(v.lang(), p),
        })
        .collect();
    let bytes = write_marked(&book, &marks).map_err(app::Error::bug)?;
    Ok(download(v.t("form_sheet.marked_name"), XLSX, bytes))
}

/// A day as the words that were typed for it are understood: with how often and the first time, where it comes again.
fn read_as(v: &Visit, day: jiff::civil::Date, typed: &str) -> String {
    match domain::time::parse_due(typed, v.today()) {
        Ok(due) if due.date == day => super::show::due_words(v, &due),
        _ => v.date(day),
    }
}
