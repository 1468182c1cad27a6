//! The two annexes as files (N20, N21): filled and blank, one and a whole branch.

use crate::gate::{Gate, Route};
use crate::papers::{deliver, parts_of};
use crate::respond::Answer;
use crate::visit::Visit;
use app::forms::who;
use app::pledge::{Desk, OpenDesk, PrintSet, PrintUnit, Printable};
use axum::extract::Path;
use documents::paper::Format;
use domain::access::Permission;
use domain::problem::Problem;

pub(crate) fn routes() -> Vec<Route> {
    let gate = Gate::Holds(Permission::PrintForms);
    let files = Gate::Holds(Permission::FilePledge);
    vec![
        Route::get("/my-pledge/files/{file}", files, own),
        Route::get("/forms/branch/{file}", gate, of_branch),
        Route::get("/forms/{file}", gate, one),
    ]
}

async fn own(v: Visit, Path(file): Path<String>) -> Answer {
    let (stem, format) = parts_of(&file)?;
    if stem != "form" {
        return Err(Problem::not_found("problem.not_found").into());
    }
    let desk = v
        .web()
        .app()
        .query(v.actor(), OpenDesk { desk: Desk::Own })
        .await?;
    let pledge = desk.filed.map(|f| f.row.id).unwrap_or_default();
    let set = v.web().app().query(v.actor(), Printable { pledge }).await?;
    hand_over(v, set, false, format).await
}

/// `ID.pdf`, or the blank form `blank-branch.pdf` and `blank-person.pdf`.
async fn one(v: Visit, Path(file): Path<String>) -> Answer {
    let (stem, format) = parts_of(&file)?;
    let blank = matches!(stem, "blank-branch" | "blank-person");
    let pledge = if blank { String::new() } else { stem.to_owned() };
    let set = v.web().app().query(v.actor(), Printable { pledge }).await?;
    let branch = stem == "blank-branch" || set.forms.iter().any(|f| f.filed.row.person_id.is_none());
    hand_over(v, set, branch, format).await
}

async fn of_branch(v: Visit, Path(file): Path<String>) -> Answer {
    let (unit, format) = parts_of(&file)?;
    let unit = unit.to_owned();
    let set = v.web().app().query(v.actor(), PrintUnit { unit }).await?;
    if set.forms.is_empty() {
        return Err(Problem::conflict("pledge.nothing_to_print").into());
    }
    hand_over(v, set, false, format).await
}

/// A set of forms as a file to take away, named after whom it is about.
pub(crate) async fn hand_over(v: Visit, set: PrintSet, branch: bool, format: Format) -> Answer {
    let name = match set.forms.as_slice() {
        [] => v.t("pledge.file_blank").to_owned(),
        [one] => v.t1("pledge.file_one", "name", who(one)),
        [first, ..] => v.t1("pledge.file_unit", "name", &first.subject.unit.name),
    };
    let document = app::forms::document(v.web().app(), v.lang(), &set, branch);
    deliver(document, &name, format).await
}
