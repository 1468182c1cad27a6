//! Sign-in slips: the secretary's paper for people without a password. Codes are shown once.

use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page, page_with};
use crate::visit::Visit;
use app::slips::{IssueSlips, Issued, SlipBranches, SlipList};
use askama::Template;
use axum::http::{HeaderMap, StatusCode};
use domain::access::Permission::IssueSlip;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/slips", Gate::Holds(IssueSlip), choose),
        Route::post("/slips", Gate::Holds(IssueSlip), issue),
    ]
}

#[derive(Template)]
#[template(path = "accounts/slips.html")]
struct SlipsPage {
    v: Visit,
    f: Form,
    branches: Vec<(String, String)>,
    unit: String,
    members: Vec<app::slips::Member>,
}

/// The unit asked for, else the first branch: slips are handed out in branches; the other units stand in the list too.
pub(super) fn meant<'u>(units: &'u [app::slips::Unit], asked: &'u str) -> &'u str {
    let first = units.iter().find(|u| u.kind == "party_branch").or(units.first());
    match asked {
        "" => first.map_or("", |u| u.id.as_str()),
        asked => asked,
    }
}

async fn show(v: Visit, unit: &str, f: Form) -> Answer {
    let app = v.web().app();
    let units = app.query(v.actor(), SlipBranches).await?;
    let unit = meant(&units, unit).to_owned();
    let branches: Vec<(String, String)> = units.into_iter().map(|u| (u.id, u.name)).collect();
    let members = match unit.as_str() {
        "" => Vec::new(),
        unit => {
            app.query(
                v.actor(),
                SlipList {
                    unit: unit.to_owned(),
                },
            )
            .await?
        }
    };
    let status = if f.wrong() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    page_with(
        status,
        &SlipsPage {
            f,
            branches,
            unit,
            members,
            v,
        },
    )
}

async fn choose(v: Visit) -> Answer {
    let unit = v.query("unit").to_owned();
    let f = Form::fresh(&[("unit", &unit)]);
    show(v, &unit, f).await
}

/// A slip as it is printed.
pub(crate) struct Printed {
    /// What stands above the name, e.g. a role; may be empty.
    pub what: String,
    /// Name.
    pub name: String,
    /// Login.
    pub login: String,
    /// The code in groups of four.
    pub code: String,
    /// The address behind the QR code.
    pub address: String,
    /// The QR code as SVG.
    pub qr: String,
}

impl Printed {
    /// Puts a slip together for the address people type.
    pub(crate) fn new(
        v: &Visit,
        base: &str,
        what: String,
        name: &str,
        login: &str,
        code: &str,
    ) -> app::Result<Printed> {
        let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
        let address = format!("{base}/s/{plain}");
        let qr = documents::svg::qr(&address, v.t("slips.qr")).map_err(app::Error::bug)?;
        Ok(Printed {
            what,
            name: name.to_owned(),
            login: login.to_owned(),
            code: code.to_owned(),
            address,
            qr,
        })
    }
}

#[derive(Template)]
#[template(path = "accounts/printed.html")]
pub(crate) struct PrintedPage {
    pub v: Visit,
    pub title: String,
    pub slips: Vec<Printed>,
    pub withheld: Vec<String>,
    pub until: String,
    pub back: String,
}

/// The address people type: the configured one, else the one this request came to.
pub(crate) fn base(v: &Visit, headers: &HeaderMap) -> String {
    let config = v.web().app().config();
    if !config.public_url.is_empty() {
        return config.public_url.trim_end_matches('/').to_owned();
    }
    let host = headers
        .get("host")
        .and_then(|h| h.to_str().ok())
        .unwrap_or(&config.listen);
    format!("http://{host}")
}

async fn issue(v: Visit, headers: HeaderMap, fields: Fields) -> Answer {
    let accounts = fields.all("account").into_iter().map(str::to_owned).collect();
    let case = IssueSlips {
        unit: fields.get("unit").to_owned(),
        accounts,
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(out) => {
            let base = base(&v, &headers);
            let print =
                |s: &Issued| Printed::new(&v, &base, String::new(), &s.name, &s.login, &s.code.to_string());
            let slips = out.slips.iter().map(print).collect::<app::Result<Vec<_>>>()?;
            let back = format!("/slips?unit={}", fields.get("unit"));
            let (title, until) = (v.t("slips.printed").to_owned(), v.day_of(out.ends_at));
            page(&PrintedPage {
                title,
                slips,
                withheld: out.withheld,
                until,
                back,
                v,
            })
        }
        Err(error) => {
            let problems = mendable(error)?;
            let unit = fields.get("unit").to_owned();
            show(v, &unit, Form::mend(fields, problems)).await
        }
    }
}
