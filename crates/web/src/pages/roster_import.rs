//! Screen 26: a roster read in. Upload, look, decide, confirm; nothing is written before.

mod columns;

use columns::{branches, columns};

use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, download, page, page_with, see_other};
use crate::visit::Visit;
use app::import::{ApplyRoster, Decisions, PlanRoster, Preview, Summary, read_file, summary};
use app::uploads::{self, Note, Waiting};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use documents::marked::{Mark, write_marked};
use domain::access::Permission::ManageRoster;
use domain::organization::PersonClass;
use domain::organization::raw::{RawBook, RawCell, RawSheet};
use domain::organization::roster::{
    BranchField, Change, ColumnMap, Field, RosterPerson, RosterReading, RowProblem, SheetRole, folded,
    suggest,
};
use domain::problem::{Problem, Problems};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::Arc;

pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Rows of each kind that the preview shows; the figures count all.
const SHOWN: usize = 50;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/roster/import", Gate::Holds(ManageRoster), ask),
        Route::post("/roster/import", Gate::Holds(ManageRoster), upload),
        Route::get("/roster/import/{key}", Gate::Holds(ManageRoster), preview),
        Route::post("/roster/import/{key}", Gate::Holds(ManageRoster), confirm),
        Route::post("/roster/import/{key}/columns", Gate::Holds(ManageRoster), columns),
        Route::post(
            "/roster/import/{key}/branches",
            Gate::Holds(ManageRoster),
            branches,
        ),
        Route::get("/roster/import/{key}/marked", Gate::Holds(ManageRoster), marked),
    ]
}

#[derive(Template)]
#[template(path = "roster/import.html")]
struct AskPage {
    v: Visit,
    f: Form,
}

async fn ask(v: Visit) -> Answer {
    page(&AskPage {
        v,
        f: Form::default(),
    })
}

async fn upload(v: Visit, fields: Fields) -> Answer {
    match take(&v, &fields).await {
        Ok(key) => Ok(see_other(&format!("/roster/import/{key}"))),
        Err(error) => {
            let problems = mendable(error)?;
            page_with(
                StatusCode::UNPROCESSABLE_ENTITY,
                &AskPage {
                    v,
                    f: Form::mend(fields, problems),
                },
            )
        }
    }
}

async fn take(v: &Visit, fields: &Fields) -> app::Result<String> {
    let file = fields
        .file("file")
        .ok_or_else(|| Problem::invalid("problem.import.no_file").on("file"))?;
    // A file that cannot be read at all is refused before anything is kept of it.
    read_file(file.bytes.to_vec(), &file.name, BTreeMap::new()).await?;
    let note = Note::roster(&file.name, fields.get("whole") == "1");
    uploads::keep(v.web().app(), v.actor(), &file.bytes, note)
}

/// A sheet as the column mapper shows it.
struct MapSheet {
    at: usize,
    name: String,
    role: &'static str,
    header_row: usize,
    branch: String,
    /// Class of everybody in the sheet; empty when a column says it.
    class: &'static str,
    columns: Vec<MapColumn>,
}

struct MapColumn {
    head: String,
    sample: String,
    meaning: String,
}

#[derive(Template)]
#[template(path = "roster/preview.html")]
struct PreviewPage {
    v: Visit,
    f: Form,
    key: String,
    file: String,
    whole: bool,
    figures: Summary,
    preview: Preview,
    reading: Arc<RosterReading>,
    blocking: Vec<String>,
    advice: Vec<String>,
    /// Names that the office read as branches that are there.
    meant: BTreeMap<String, String>,
    sheets: Vec<MapSheet>,
}

impl PreviewPage {
    fn nothing(&self) -> bool {
        let p = &self.preview;
        self.touched() + p.plan.unsure.len() + p.new_branches.len() + p.changed_branches.len() == 0
    }

    /// How many people the confirmation changes something of; who comes back and moves too is one person.
    fn touched(&self) -> usize {
        let plan = &self.preview.plan;
        let changed = plan.change.iter().chain(plan.moved.iter().map(|m| &m.change));
        let changed: Vec<&String> = changed.map(|c| &c.id).collect();
        let only_back = self.preview.back.iter().filter(|id| !changed.contains(id));
        plan.touched() + only_back.count()
    }

    /// Everybody of whom something changes, those who move first.
    fn changes(&self) -> Vec<&Change> {
        let plan = &self.preview.plan;
        plan.moved
            .iter()
            .map(|m| &m.change)
            .chain(&plan.change)
            .take(SHOWN)
            .collect()
    }

    /// Whether the file names secretaries or line leaders.
    fn proposes(&self) -> bool {
        self.reading
            .branches
            .iter()
            .any(|b| !b.secretary.is_empty() || !b.line_leader.is_empty())
    }

    fn place(&self, row: &RosterPerson) -> String {
        place(&self.v, &row.sheet, row.row, "")
    }

    fn known(&self, id: &str) -> String {
        let Some((name, branch)) = self.preview.names.get(id) else {
            return String::new();
        };
        format!("{name} {}", self.v.t1("ui.in_brackets", "text", branch))
    }

    fn choice(&self, row: &RosterPerson) -> String {
        self.f.get(&decision_field(&row.sheet, row.row)).to_owned()
    }

    fn field(&self, row: &RosterPerson) -> String {
        decision_field(&row.sheet, row.row)
    }

    fn value(&self, field: &str, value: &str) -> String {
        match field {
            _ if value.is_empty() => self.v.t("ui.none").to_owned(),
            "class" => self.v.t_of("person_class", value),
            "sex" => self.v.t_of("sex", value),
            "leading_cadre" => self
                .v
                .t(if value == "true" { "ui.yes" } else { "ui.no" })
                .to_owned(),
            _ => value.to_owned(),
        }
    }

    fn fields(&self, role: &str) -> Vec<(String, String)> {
        let names: Vec<String> = match role {
            "branches" => BRANCH_FIELDS.iter().map(name_of).collect(),
            _ => FIELDS.iter().map(name_of).collect(),
        };
        let label = |name: String| (name.clone(), self.v.t_of("roster_column", &name));
        names.into_iter().map(label).collect()
    }
}

const FIELDS: [Field; 15] = [
    Field::Serial,
    Field::Branch,
    Field::Above,
    Field::Name,
    Field::Sex,
    Field::Ethnicity,
    Field::Education,
    Field::BirthMonth,
    Field::JoinedMonth,
    Field::Post,
    Field::Phone,
    Field::Class,
    Field::Title,
    Field::Place,
    Field::Remark,
];
const BRANCH_FIELDS: [BranchField; 7] = [
    BranchField::BranchName,
    BranchField::Above,
    BranchField::Covers,
    BranchField::Secretary,
    BranchField::Commissioner,
    BranchField::Phone,
    BranchField::LineLeader,
];

/// The identifier of a column's meaning, as forms and the catalogue write it.
fn name_of(field: &impl serde::Serialize) -> String {
    serde_json::to_value(field)
        .ok()
        .and_then(|v| v.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn decision_field(sheet: &str, row: usize) -> String {
    format!("row.{row}.{sheet}")
}

pub(crate) fn place(v: &Visit, sheet: &str, row: usize, column: &str) -> String {
    let sheet = if sheet.is_empty() {
        String::new()
    } else {
        v.t1("import.sheet", "sheet", sheet)
    };
    let row = if row == 0 {
        String::new()
    } else {
        v.t1("import.row", "n", row)
    };
    let column = if column.is_empty() {
        String::new()
    } else {
        v.t1("import.column", "column", column)
    };
    [sheet, row, column]
        .into_iter()
        .filter(|p| !p.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn words(v: &Visit, problem: &RowProblem) -> String {
    let args: Vec<(&str, &dyn Display)> = problem
        .args
        .iter()
        .map(|(n, v)| (n.as_str(), v as &dyn Display))
        .collect();
    lang::fill(v.lang(), &problem.key, &args)
}

fn sentences<'p>(v: &Visit, own: impl Iterator<Item = &'p RowProblem>) -> Vec<String> {
    // What is said of a branch comes before what is said of single cells: a long list is cut.
    let (cells, whole): (Vec<_>, Vec<_>) = own.partition(|p| !p.column.is_empty());
    let own = whole.into_iter().chain(cells);
    let say = |p: &RowProblem| {
        let place = place(v, &p.sheet, p.row, &p.column);
        if place.is_empty() {
            words(v, p)
        } else {
            v.t2("import.at", "place", place, "text", words(v, p))
        }
    };
    own.map(say).collect()
}

/// Header row, what the sheet holds, and the meaning of its columns.
fn meanings_of(sheet: &RawSheet, map: Option<&ColumnMap>) -> (usize, &'static str, BTreeMap<usize, String>) {
    match map.map(|m| (m.header_row, &m.role)) {
        Some((row, SheetRole::People(c))) => {
            let more = map.map(|m| &m.joined).into_iter().flatten();
            let more = more.flat_map(|(f, all)| all.iter().map(move |at| (*at, name_of(f))));
            let meanings = c.iter().map(|(f, at)| (*at, name_of(f)));
            (row, "people", meanings.chain(more).collect())
        }
        Some((row, SheetRole::Branches(c))) => {
            let meanings = c.iter().map(|(f, at)| (*at, name_of(f)));
            (row, "branches", meanings.collect())
        }
        Some((row, SheetRole::Ignored)) => (row, "ignored", BTreeMap::new()),
        None => (first_full_row(sheet), "ignored", BTreeMap::new()),
    }
}

fn map_sheets(book: &RawBook, waiting: &Waiting) -> Vec<MapSheet> {
    let sheet = |(at, sheet): (usize, &RawSheet)| {
        let map = waiting
            .note
            .maps
            .get(&at)
            .cloned()
            .or_else(|| suggest(sheet).filter(|_| !sheet.hidden));
        let (header_row, role, meanings) = meanings_of(sheet, map.as_ref());
        let text = |row: usize, column: usize| {
            sheet
                .rows
                .get(row)
                .and_then(|r| r.get(column))
                .map(RawCell::text)
                .unwrap_or_default()
        };
        let width = sheet
            .rows
            .iter()
            .skip(header_row)
            .take(20)
            .map(Vec::len)
            .max()
            .unwrap_or(0);
        let column = |c: usize| MapColumn {
            head: text(header_row, c),
            sample: text(header_row + 1, c),
            meaning: meanings.get(&c).cloned().unwrap_or_default(),
        };
        MapSheet {
            at,
            name: sheet.name.clone(),
            role,
            header_row: header_row + 1,
            class: map.as_ref().and_then(|m| m.class).map_or("", PersonClass::name),
            branch: map.and_then(|m| m.branch).unwrap_or_default(),
            columns: (0..width).map(column).collect(),
        }
    };
    book.sheets.iter().enumerate().map(sheet).collect()
}

/// The first row with three filled cells: the likeliest header of a sheet that was not understood.
fn first_full_row(sheet: &RawSheet) -> usize {
    let full = |row: &Vec<RawCell>| row.iter().filter(|c| !c.is_blank()).count() >= 3;
    sheet.rows.iter().position(full).unwrap_or(0)
}

async fn open(v: &Visit, key: &str) -> app::Result<(Waiting, RawBook, Arc<RosterReading>)> {
    let waiting = uploads::find(v.web().app(), v.actor(), key)?;
    let (book, mut reading) = read_file(
        waiting.bytes.clone(),
        &waiting.note.name,
        waiting.note.maps.clone(),
    )
    .await?;
    reading.weigh(v.today());
    for (name, there) in &waiting.note.meant {
        reading.rename_branch(name, there);
    }
    Ok((waiting, book, Arc::new(reading)))
}

/// Whether a line misses a secretary where somebody is secretary already.
fn headed(waiting: &Waiting, preview: &Preview, line: &RowProblem) -> bool {
    let name = line.args.iter().find(|(name, _)| name == "branch");
    let name = name.map_or("", |(_, branch)| branch.as_str());
    let name = waiting.note.meant.get(name).map_or(name, String::as_str);
    line.key == "roster.secretary_missing" && preview.headed.contains(&folded(name))
}

async fn show(v: Visit, key: &str, f: Form) -> Answer {
    let (waiting, book, reading) = open(&v, key).await?;
    let case = PlanRoster {
        reading: reading.clone(),
        whole: waiting.note.whole,
        own_branches: Some(waiting.note.own_branches.clone()),
    };
    let preview = v.web().app().query(v.actor(), case).await?;
    let status = if f.wrong() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let headed = |p: &RowProblem| headed(&waiting, &preview, p);
    let shown = PreviewPage {
        meant: waiting.note.meant.clone(),
        key: key.to_owned(),
        file: waiting.note.name.clone(),
        whole: waiting.note.whole,
        figures: summary(&reading),
        blocking: sentences(&v, reading.problems.iter().filter(|p| p.blocking)),
        advice: sentences(&v, reading.problems.iter().filter(|p| !p.blocking && !headed(p))),
        sheets: map_sheets(&book, &waiting),
        preview,
        reading,
        f,
        v,
    };
    page_with(status, &shown)
}

async fn preview(v: Visit, Path(key): Path<String>) -> Answer {
    show(v, &key, Form::default()).await
}

fn decisions(fields: &Fields) -> Decisions {
    let mut out = Decisions::new();
    for (rest, chosen) in fields.under("row.") {
        let Some((row, sheet)) = rest.split_once('.') else {
            continue;
        };
        let (Ok(row), false) = (row.parse(), chosen.is_empty()) else {
            continue;
        };
        let who = (chosen != "new").then(|| chosen.to_owned());
        out.insert((sheet.to_owned(), row), who);
    }
    out
}

async fn confirm(v: Visit, Path(key): Path<String>, fields: Fields) -> Answer {
    let (waiting, _, reading) = open(&v, &key).await?;
    if reading.problems.iter().any(|p| p.blocking) && fields.get("leave_out") != "1" {
        let problems: Problems = Problem::invalid("problem.import.leave_out")
            .on("leave_out")
            .into();
        return show(v, &key, Form::mend(fields, problems)).await;
    }
    if reading.people.is_empty() {
        let problems: Problems = Problem::invalid("problem.import.nobody").into();
        return show(v, &key, Form::mend(fields, problems)).await;
    }
    let case = ApplyRoster {
        reading,
        whole: waiting.note.whole,
        decisions: decisions(&fields),
        own_branches: Some(waiting.note.own_branches.clone()),
        leavers: fields.get("leavers").parse().ok(),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(_) => {
            uploads::forget(v.web().app(), &waiting);
            Ok(see_other("/roster?said=imported"))
        }
        Err(error) => {
            let problems = mendable(error)?;
            show(v, &key, Form::mend(fields, problems)).await
        }
    }
}

async fn marked(v: Visit, Path(key): Path<String>) -> Answer {
    let (_, book, reading) = open(&v, &key).await?;
    let mark = |p: &RowProblem| Mark {
        sheet: p.sheet.clone(),
        row: p.row,
        column: p.column.clone(),
        text: words(&v, p),
    };
    let marks: Vec<Mark> = reading.problems.iter().map(mark).collect();
    let bytes = write_marked(&book, &marks).map_err(app::Error::bug)?;
    Ok(download(v.t("import.marked_name"), XLSX, bytes))
}
