//! The commitment menu of a desk, and who writes a form along.

use super::{Place, overview_again};
use crate::fields::{Fields, Form};
use crate::respond::{Answer, page, see_other};
use crate::visit::{Visit, address};
use app::pledge::{
    ClaimDemand, Desk, EndCoauthor, Menu, MenuLine, NameCoauthor, OpenDesk, OpenMenu, ReleaseDemand,
    StartPledge,
};
use askama::Template;
use domain::campaign::Audience;

#[derive(Template)]
#[template(path = "pledge/menu.html")]
struct MenuPage {
    v: Visit,
    at: Place,
    m: Menu,
    f: Form,
}

impl MenuPage {
    /// Who has taken a demand up, in one line.
    fn who(&self, line: &MenuLine) -> String {
        let names: Vec<&str> = line.claims.iter().map(|c| c.name.as_str()).collect();
        names.join(self.v.t("public.comma"))
    }

    fn place(&self, line: &MenuLine) -> &str {
        match line.demand.unit_id {
            None => self.v.t("survey.whole"),
            Some(_) => &self.m.subject.unit.name,
        }
    }

    /// Where an item that answers a demand is written.
    fn write(&self, demand: &str) -> String {
        write_address(&self.at, &self.m.kind, demand)
    }

    fn department(&self) -> bool {
        self.m.audience == Audience::Department
    }
}

fn write_address(at: &Place, kind: &str, demand: &str) -> String {
    let path = format!("{}/write/{kind}", at.base);
    address(&path, &[("item", "new"), ("demand", demand)])
}

pub(super) async fn show(v: Visit, at: Place) -> Answer {
    let desk = at.desk.clone();
    let m = v.web().app().query(v.actor(), OpenMenu { desk }).await?;
    page(&MenuPage {
        v,
        at,
        m,
        f: Form::default(),
    })
}

/// Takes a demand up and goes on to the page on which the item is written.
pub(super) async fn claim(v: Visit, at: Place, fields: Fields) -> Answer {
    let (desk, demand) = (at.desk.clone(), fields.trimmed("demand"));
    let app = v.web().app();
    let case = ClaimDemand {
        desk: desk.clone(),
        demand: demand.clone(),
    };
    if let Err(error) = app.execute(v.actor(), case).await {
        return overview_again(v, at, fields, error).await;
    }
    let found = app.query(v.actor(), OpenDesk { desk: desk.clone() }).await?;
    if found.filed.is_none() {
        // A form typed on behalf is begun with its reason, on the desk's first page.
        if matches!(desk, Desk::Behalf(_)) {
            return Ok(see_other(&at.base));
        }
        let reason = String::new();
        if let Err(error) = app.execute(v.actor(), StartPledge { desk, reason }).await {
            return overview_again(v, at, fields, error).await;
        }
    }
    Ok(see_other(&write_address(
        &at,
        found.campaign.demand_kind(found.audience),
        &demand,
    )))
}

pub(super) async fn release(v: Visit, at: Place, fields: Fields) -> Answer {
    let case = ReleaseDemand {
        desk: at.desk.clone(),
        demand: fields.trimmed("demand"),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(()) => Ok(see_other(&format!("{}/menu?said=released", at.base))),
        Err(error) => overview_again(v, at, fields, error).await,
    }
}

/// Names somebody to write along, or ends it.
pub(super) async fn coauthors(v: Visit, at: Place, fields: Fields) -> Answer {
    let (pledge, person) = (fields.trimmed("pledge"), fields.trimmed("person"));
    let app = v.web().app();
    let done = match fields.get("how") {
        "end" => app.execute(v.actor(), EndCoauthor { pledge, person }).await,
        _ => app.execute(v.actor(), NameCoauthor { pledge, person }).await,
    };
    match done {
        Ok(()) => Ok(see_other(&format!("{}?said=saved#along", at.base))),
        Err(error) => overview_again(v, at, fields, error).await,
    }
}
