//! What is read and pasted: the list to read aloud on the screen, and code for another web site. All of it comes
//! from the projection: nothing can be read out that is not public.

use super::wall::{intro, spoken};
use crate::gate::{Gate, Route};
use crate::pages::public::view::{base, escape};
use crate::respond::{Answer, page};
use crate::visit::Visit;
use app::public::{FindPrints, PrintBranch};
use askama::Template;
use domain::access::Permission;
use std::fmt::Write as _;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(
        "/publication/papers",
        Gate::Holds(Permission::PrintForms),
        papers,
    )]
}

#[derive(Template)]
#[template(path = "publication/papers.html")]
struct PapersPage {
    v: Visit,
    unit: String,
    spoken: Vec<(String, Vec<String>)>,
    code: String,
}

async fn papers(v: Visit) -> Answer {
    let unit = match v.query("unit") {
        "" | "all" => None,
        one => Some(one.to_owned()),
    };
    let prints = v
        .web()
        .app()
        .query(v.actor(), FindPrints { unit, kinds: 1 })
        .await?;
    let read = |b: &PrintBranch| (intro(&v, b), b.lines().map(|line| spoken(&v, line)).collect());
    let said = prints.branches.iter().map(read).collect();
    let (unit, code) = (v.query("unit").to_owned(), paste(&v, &prints.branches));
    page(&PapersPage {
        unit,
        spoken: said,
        code,
        v,
    })
}

/// Plain HTML without classes, for the editor of an old content system.
fn paste(v: &Visit, branches: &[PrintBranch]) -> String {
    let mut out = String::new();
    for b in branches {
        let address = format!("{}/branches/{}", base(v), b.unit.id);
        let _ = writeln!(
            out,
            "<h3>{}</h3>\n<ol>",
            escape(&v.t1("sheet.title", "name", &b.unit.name))
        );
        for line in b.lines() {
            let _ = writeln!(
                out,
                "<li>{} <em>{} · {}</em></li>",
                escape(&line.item.content),
                escape(&line.name),
                escape(&line.item.due_on)
            );
        }
        let _ = writeln!(out, "</ol>\n<p><a href=\"{0}\">{0}</a></p>", escape(&address));
    }
    out
}
