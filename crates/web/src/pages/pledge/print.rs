//! The forms of the campaign as files (N20, N21): filled and blank, one and a whole branch.

use crate::gate::{Gate, Route};
use crate::papers::{deliver, parts_of};
use crate::respond::Answer;
use crate::visit::Visit;
use app::forms::{form_name, form_of, who};
use app::pledge::{Desk, OfferedBlanks, OpenDesk, PrintSet, PrintUnit, Printable};
use axum::extract::Path;
use documents::paper::Format;
use domain::access::Permission;
use domain::campaign::Audience;
use domain::campaign::template::Template;
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
    hand_over(v, set, format).await
}

/// What the files of blank forms are called, by whose form it is.
const BLANKS: [(&str, Audience); 5] = [
    ("blank-branch", Audience::Branch),
    ("blank-department", Audience::Department),
    ("blank-person", Audience::Participant),
    ("blank-leader", Audience::LeadingCadre),
    ("blank-secretary", Audience::BranchSecretary),
];

/// Whose blank form a name of a file asks for.
fn blank_of(stem: &str) -> Option<Audience> {
    BLANKS.iter().find(|(name, _)| *name == stem).map(|(_, of)| *of)
}

/// The blank forms of a unit: where each is taken away, and what the template calls it.
pub(crate) fn blank_links(v: &Visit, template: &Template, offered: &OfferedBlanks) -> Vec<(String, String)> {
    let all = offered.unit.iter().chain(&offered.people);
    all.filter_map(|audience| {
        let (stem, _) = BLANKS.iter().find(|(_, of)| of == audience)?;
        let name = form_name(template, *audience, v.lang());
        Some((
            format!("/forms/{stem}.pdf"),
            v.t1("pledge.blank_form", "name", name),
        ))
    })
    .collect()
}

/// `ID.pdf`, or a blank form, e.g. `blank-branch.pdf`.
async fn one(v: Visit, Path(file): Path<String>) -> Answer {
    let (stem, format) = parts_of(&file)?;
    let blank = blank_of(stem);
    let pledge = match blank {
        Some(_) => String::new(),
        None => stem.to_owned(),
    };
    let set = v.web().app().query(v.actor(), Printable { pledge }).await?;
    let Some(audience) = blank else {
        return hand_over(v, set, format).await;
    };
    let form = form_of(&set.campaign.template, audience);
    let form = form.ok_or_else(|| Problem::not_found("problem.not_found"))?;
    let document = app::forms::blank(v.web().app(), v.lang(), &set.campaign, form);
    deliver(document, v.t("pledge.file_blank"), format).await
}

async fn of_branch(v: Visit, Path(file): Path<String>) -> Answer {
    let (unit, format) = parts_of(&file)?;
    let unit = unit.to_owned();
    let set = v.web().app().query(v.actor(), PrintUnit { unit }).await?;
    if set.forms.is_empty() {
        return Err(Problem::conflict("pledge.nothing_to_print").into());
    }
    hand_over(v, set, format).await
}

/// A set of forms as a file to take away, named after whom it is about.
pub(crate) async fn hand_over(v: Visit, set: PrintSet, format: Format) -> Answer {
    let name = match set.forms.as_slice() {
        [] => v.t("pledge.file_blank").to_owned(),
        [one] => v.t1("pledge.file_one", "name", who(one)),
        [first, ..] => v.t1("pledge.file_unit", "name", &first.subject.unit.name),
    };
    let document = app::forms::document(v.web().app(), v.lang(), &set);
    deliver(document, &name, format).await
}
