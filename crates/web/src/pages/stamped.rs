//! Scans of forms stamped by hand: printed, stamped, scanned, attached to the decision they show.

use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::pages::pledge::print::hand_over;
use crate::papers::parts_of;
use crate::respond::{Answer, page_with, see_other, status};
use crate::visit::Visit;
use app::stamped::{AttachStamped, FindStamped, SIDE_MAX, StampedForm, StampedScan, StampedView};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::access::Permission;
use domain::attachment::BYTES_MAX;
use domain::problem::Problem;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/stamped/{pledge}", Gate::SignedIn, show),
        Route::post("/stamped/{pledge}", Gate::SignedIn, attach),
        Route::get(
            "/stamped/{pledge}/{file}",
            Gate::Holds(Permission::AttachStamped),
            form,
        ),
    ]
}

#[derive(Template)]
#[template(path = "review/stamped.html")]
struct StampedPage {
    v: Visit,
    f: Form,
    s: StampedView,
    megabytes: usize,
    side: u32,
}

/// What stands beside a decision that was stamped on paper as well.
pub(crate) fn line(v: &Visit, scan: &StampedScan) -> String {
    let when = v.moment(scan.attached_at);
    v.t2("stamped.line", "date", when, "name", &scan.attached_name)
}

async fn render(v: Visit, pledge: String, f: Form) -> Answer {
    let s = v.web().app().query(v.actor(), FindStamped(pledge)).await?;
    let code = match f.problems().first() {
        Some(problem) => status(&problem.kind),
        None => StatusCode::OK,
    };
    let sheet = StampedPage {
        megabytes: BYTES_MAX / 1024 / 1024,
        side: SIDE_MAX,
        v,
        f,
        s,
    };
    page_with(code, &sheet)
}

async fn show(v: Visit, Path(pledge): Path<String>) -> Answer {
    render(v, pledge, Form::default()).await
}

/// The form to stamp, in any of the formats: `form.pdf`.
async fn form(v: Visit, Path((pledge, file)): Path<(String, String)>) -> Answer {
    let (stem, format) = parts_of(&file)?;
    if stem != "form" {
        return Err(Problem::not_found("problem.not_found").into());
    }
    let set = v.web().app().query(v.actor(), StampedForm(pledge)).await?;
    hand_over(v, set, format).await
}

async fn try_attach(v: &Visit, pledge: &str, fields: &Fields) -> app::Result<()> {
    let app = v.web().app();
    // Who may not attach is told so before a large picture is looked into.
    let seen = app.query(v.actor(), FindStamped(pledge.to_owned())).await?;
    let scan = match fields.file("file").filter(|_| seen.attaches) {
        Some(file) => Some(app::stamped::keep(app, &file.name, &file.bytes).await?),
        None => None,
    };
    let case = AttachStamped {
        pledge: pledge.to_owned(),
        decision: fields.get("decision").to_owned(),
        scan,
    };
    app.execute(v.actor(), case).await.map(drop)
}

async fn attach(v: Visit, Path(pledge): Path<String>, fields: Fields) -> Answer {
    match try_attach(&v, &pledge, &fields).await {
        Ok(()) => Ok(see_other(&format!("/stamped/{pledge}?said=scan_attached"))),
        Err(error) => {
            let problems = mendable(error)?;
            render(v, pledge, Form::mend(fields, problems)).await
        }
    }
}
