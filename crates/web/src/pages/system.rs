//! Screen 38: the installation and its backups.

use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page_with, see_other};
use crate::visit::{Count, Visit};
use app::audit::{ChainState, ReadChainState};
use app::system::{Health, back_up, health};
use askama::Template;
use axum::http::StatusCode;
use domain::access::Permission::ManageSystem;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/system", Gate::Holds(ManageSystem), show),
        Route::post("/system/backup", Gate::Holds(ManageSystem), backup),
    ]
}

#[derive(Template)]
#[template(path = "system/health.html")]
struct SystemPage {
    v: Visit,
    f: Form,
    health: Health,
    chain: ChainState,
}

impl SystemPage {
    fn size(&self, bytes: impl Count) -> String {
        const MEGABYTE: i64 = 1024 * 1024;
        let bytes = bytes.count();
        let whole = bytes / MEGABYTE;
        if whole >= 10 {
            return self.v.t1("system.megabytes", "size", self.v.n(whole));
        }
        let tenths = bytes * 10 / MEGABYTE;
        self.v.t1(
            "system.megabytes",
            "size",
            format!("{}.{}", tenths / 10, tenths % 10),
        )
    }

    /// Less than a gigabyte free: time to act.
    fn tight(&self) -> bool {
        self.health.free.is_some_and(|free| free < 1 << 30)
    }
}

async fn with(v: Visit, f: Form) -> Answer {
    let app = v.web().app();
    let health = health(app, v.actor()).await?;
    let chain = app.query(v.actor(), ReadChainState).await?;
    let status = if f.wrong() {
        StatusCode::CONFLICT
    } else {
        StatusCode::OK
    };
    page_with(status, &SystemPage { f, health, chain, v })
}

async fn show(v: Visit) -> Answer {
    with(v, Form::default()).await
}

async fn backup(v: Visit, fields: Fields) -> Answer {
    match back_up(v.web().app(), v.actor()).await {
        Ok(_) => Ok(see_other("/system?said=backed_up")),
        Err(error) => {
            let problems = mendable(error)?;
            with(v, Form::mend(fields, problems)).await
        }
    }
}
