//! Pictures of seals, kept by the security administrator. Nobody else opens them; printed forms bear them.

use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page_with, see_other};
use crate::visit::Visit;
use app::seal_image::{BYTES_MAX, KeepSeal, ListSeals, SIDE_MAX, UnitSeals, WithdrawSeal};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::access::Permission;

pub(crate) fn routes() -> Vec<Route> {
    let gate = Gate::Holds(Permission::KeepSeals);
    vec![
        Route::get("/seals", gate, list),
        Route::post("/seals", gate, keep),
        Route::post("/seals/{id}/withdraw", gate, withdraw),
    ]
}

#[derive(Template)]
#[template(path = "accounts/seals.html")]
struct SealsPage {
    v: Visit,
    f: Form,
    lines: Vec<UnitSeals>,
    /// Units to choose from.
    units: Vec<(String, String)>,
    megabytes: usize,
    side: u32,
}

async fn show(v: Visit, f: Form) -> Answer {
    let lines = v.web().app().query(v.actor(), ListSeals).await?;
    let units = lines.iter().map(|l| (l.unit.id.clone(), l.unit.name.clone()));
    let status = match f.problems().first() {
        Some(problem) => crate::respond::status(&problem.kind),
        None => StatusCode::OK,
    };
    page_with(
        status,
        &SealsPage {
            units: units.collect(),
            megabytes: BYTES_MAX / 1024 / 1024,
            side: SIDE_MAX,
            lines,
            f,
            v,
        },
    )
}

async fn list(v: Visit) -> Answer {
    show(v, Form::default()).await
}

async fn try_keep(v: &Visit, fields: &Fields) -> app::Result<()> {
    let app = v.web().app();
    let picture = match fields.file("file") {
        Some(file) => Some(app::seal_image::keep(app, &file.name, &file.bytes).await?),
        None => None,
    };
    let case = KeepSeal {
        unit: fields.get("unit").to_owned(),
        name: fields.trimmed("name"),
        picture,
    };
    app.execute(v.actor(), case).await.map(drop)
}

async fn keep(v: Visit, fields: Fields) -> Answer {
    match try_keep(&v, &fields).await {
        Ok(()) => Ok(see_other("/seals?said=saved")),
        Err(error) => {
            let problems = mendable(error)?;
            show(v, Form::mend(fields, problems)).await
        }
    }
}

async fn withdraw(v: Visit, Path(id): Path<String>, _: Fields) -> Answer {
    v.web()
        .app()
        .execute(v.actor(), WithdrawSeal { seal: id })
        .await?;
    Ok(see_other("/seals?said=saved"))
}
