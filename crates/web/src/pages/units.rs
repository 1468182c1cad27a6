//! The tree of units: branches and departments, kept by the office (N1, N3).

use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page_with, see_other};
use crate::visit::Visit;
use app::units::{CloseUnit, EndUnit, KeepUnit, ListUnits, MakeDepartments, UnitTree};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::access::Permission;
use domain::organization::UnitKind;
use domain::problem::Problem;

pub(crate) fn routes() -> Vec<Route> {
    let gate = Gate::Holds(Permission::ManageRoster);
    vec![
        Route::get("/units", gate, list),
        Route::post("/units", gate, add),
        Route::post("/units/departments", gate, departments),
        Route::get("/units/{id}", gate, edit),
        Route::post("/units/{id}", gate, change),
        Route::post("/units/{id}/close", gate, close),
        Route::post("/units/{id}/end", gate, end),
    ]
}

type Choices = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "roster/units.html")]
struct UnitsPage {
    v: Visit,
    f: Form,
    tree: UnitTree,
    kinds: Choices,
    departments: Choices,
    parents: Choices,
    /// The unit that is changed; `None` where one is added.
    own: Option<(String, String)>,
    /// The units under which it may go on when it ends, and how many people it has; nothing of what cannot end.
    heirs: Option<(Choices, i64)>,
}

impl UnitsPage {
    /// The branch drawn before the name of a unit that stands below another.
    fn twig(&self, depth: &usize) -> String {
        match depth {
            0 => String::new(),
            deep => format!("{}\u{2514} ", "\u{3000}".repeat(deep.min(&4) - 1)),
        }
    }
}

fn kinds(v: &Visit, all: impl IntoIterator<Item = UnitKind>) -> Choices {
    let choice = |k: UnitKind| (k.name().to_owned(), v.t_of("unit_kind", k.name()));
    all.into_iter().map(choice).collect()
}

async fn show(v: Visit, f: Form, own: Option<String>) -> Answer {
    let tree = v.web().app().query(v.actor(), ListUnits).await?;
    let own = match own {
        None => None,
        Some(id) => {
            let line = tree.lines.iter().find(|l| l.unit.id == id);
            let line = line.ok_or_else(|| app::Error::from(Problem::not_found("problem.not_found")))?;
            Some((id, line.unit.name.clone()))
        }
    };
    let heirs = own.as_ref().and_then(|(id, _)| heirs(&v, &tree, id));
    let f = match &own {
        Some((id, _)) => filled(&tree, id, f),
        None => f,
    };
    let mut parents = vec![(String::new(), v.t("unit.top").to_owned())];
    let others = tree
        .lines
        .iter()
        .filter(|l| own.as_ref().is_none_or(|(id, _)| l.unit.id != *id));
    parents.extend(others.map(|l| (l.unit.id.clone(), l.unit.name.clone())));
    let status = match f.problems().first() {
        Some(problem) => crate::respond::status(&problem.kind),
        None => StatusCode::OK,
    };
    page_with(
        status,
        &UnitsPage {
            kinds: kinds(&v, UnitKind::ALL),
            departments: kinds(&v, [UnitKind::ClinicalDepartment, UnitKind::FunctionalDepartment]),
            parents,
            tree,
            own,
            heirs,
            f,
            v,
        },
    )
}

fn heirs(v: &Visit, tree: &UnitTree, id: &str) -> Option<(Choices, i64)> {
    let own = tree.lines.iter().find(|l| l.unit.id == id)?;
    let kind = |kind: &str| UnitKind::from_name(kind);
    let branch = |l: &&app::units::TreeLine| kind(&l.unit.kind).is_some_and(UnitKind::is_branch);
    if kind(&own.unit.kind) == Some(UnitKind::PartyCommittee) {
        return None;
    }
    let committee = |l: &&app::units::TreeLine| kind(&l.unit.kind) == Some(UnitKind::PartyCommittee);
    let others = tree
        .lines
        .iter()
        .filter(|l| l.unit.id != id && !committee(l) && branch(l) == branch(&own));
    let mut choices = vec![(String::new(), v.t("unit.end_nobody").to_owned())];
    choices.extend(others.map(|l| (l.unit.id.clone(), l.unit.name.clone())));
    Some((choices, own.people))
}

fn filled(tree: &UnitTree, id: &str, f: Form) -> Form {
    let Some(line) = tree.lines.iter().find(|l| l.unit.id == id) else {
        return f;
    };
    let unit = &line.unit;
    f.over(&[
        ("kind", &unit.kind),
        ("name", &unit.name),
        ("parent", unit.parent_id.as_deref().unwrap_or("")),
        ("covers", &unit.covers),
        ("phone", &unit.phone),
    ])
}

async fn list(v: Visit) -> Answer {
    show(v, Form::default(), None).await
}

async fn edit(v: Visit, Path(id): Path<String>) -> Answer {
    show(v, Form::default(), Some(id)).await
}

async fn keep(v: Visit, fields: Fields, own: Option<String>) -> Answer {
    let case = KeepUnit {
        unit: own.clone(),
        kind: fields.get("kind").to_owned(),
        name: fields.trimmed("name"),
        parent: fields.get("parent").to_owned(),
        covers: fields.get("covers").to_owned(),
        phone: fields.trimmed("phone"),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(_) => Ok(see_other("/units?said=saved")),
        Err(error) => {
            let problems = mendable(error)?;
            show(v, Form::mend(fields, problems), own).await
        }
    }
}

async fn add(v: Visit, fields: Fields) -> Answer {
    keep(v, fields, None).await
}

async fn change(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    keep(v, fields, Some(id)).await
}

async fn departments(v: Visit, fields: Fields) -> Answer {
    let case = MakeDepartments {
        kind: fields.get("department_kind").to_owned(),
        names: fields.all("department").into_iter().map(str::to_owned).collect(),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(_) => Ok(see_other("/units?said=saved")),
        Err(error) => {
            let problems = mendable(error)?;
            show(v, Form::mend(fields, problems), None).await
        }
    }
}

async fn end(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = EndUnit {
        unit: id.clone(),
        into: fields.get("into").to_owned(),
        reason: fields.trimmed("reason"),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(_) => Ok(see_other("/units?said=saved")),
        Err(error) => {
            let problems = mendable(error)?;
            show(v, Form::mend(fields, problems), Some(id)).await
        }
    }
}

async fn close(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    match v.web().app().execute(v.actor(), CloseUnit { unit: id }).await {
        Ok(()) => Ok(see_other("/units?said=saved")),
        Err(error) => {
            let problems = mendable(error)?;
            show(v, Form::mend(fields, problems), None).await
        }
    }
}
