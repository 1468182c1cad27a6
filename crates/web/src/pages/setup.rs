//! The first start: one form behind a one-time link, then the slips of the first four accounts, shown once.

use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::pages::slips::{Printed, PrintedPage, base};
use crate::respond::{Answer, page, page_with};
use crate::visit::Visit;
use app::setup::{FirstSlip, Founding, found, opens};
use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use domain::problem::Problem;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/setup/{secret}", Gate::Fresh, ask),
        Route::post("/setup/{secret}", Gate::Fresh, answer),
    ]
}

#[derive(Template)]
#[template(path = "system/setup.html")]
struct SetupPage {
    v: Visit,
    f: Form,
    secret: String,
}

async fn ask(v: Visit, Path(secret): Path<String>) -> Answer {
    if !opens(v.web().app(), &secret) {
        return Err(Problem::gone("problem.setup.gone").into());
    }
    let f = Form::fresh(&[
        ("committee", v.t("setup.committee_default")),
        ("office", v.t("setup.office_default")),
    ]);
    page(&SetupPage { v, f, secret })
}

fn founding(fields: &Fields) -> Founding {
    let text = |name| fields.trimmed(name);
    Founding {
        name: text("name"),
        short_name: text("short_name"),
        committee: text("committee"),
        office: text("office"),
        office_phone: text("office_phone"),
        system_admin: text("system_admin"),
        security_admin: text("security_admin"),
        audit_admin: text("audit_admin"),
        campaign_office: text("campaign_office"),
    }
}

async fn answer(v: Visit, headers: HeaderMap, Path(secret): Path<String>, fields: Fields) -> Answer {
    match found(v.web().app(), &secret, founding(&fields)).await {
        Ok(slips) => {
            // The house has its name only now: the slips bear it.
            let v = v.anew().await;
            let base = base(&v, &headers);
            let print = |s: &FirstSlip| {
                let role = v.t_of("role", s.role.name());
                Printed::new(&v, &base, role, &s.name, &s.login, &s.code.to_string())
            };
            let printed = slips.iter().map(print).collect::<app::Result<Vec<_>>>()?;
            let ends = v.web().app().clock().now() + app::setup::DAYS * 24 * 60 * 60 * 1_000_000;
            let (title, until) = (v.t("setup.done").to_owned(), v.day_of(ends));
            page(&PrintedPage {
                title,
                slips: printed,
                withheld: Vec::new(),
                until,
                back: "/sign-in".to_owned(),
                v,
            })
        }
        Err(error) => {
            // A used or wrong secret is no form to mend.
            if error.kind() == Some(domain::problem::ProblemKind::Gone) {
                return Err(error.into());
            }
            let problems = mendable(error)?;
            page_with(
                StatusCode::UNPROCESSABLE_ENTITY,
                &SetupPage {
                    v,
                    f: Form::mend(fields, problems),
                    secret,
                },
            )
        }
    }
}
