//! What publishing makes: sheets for the wall, a list to read aloud, code for another web site. All of it comes from
//! the projection: nothing can be printed that is not public.

use crate::gate::{Gate, Route};
use crate::pages::public::view::{base, escape, grouped};
use crate::respond::{Answer, download, page};
use crate::visit::Visit;
use app::campaign::Labels;
use app::public::{BranchView, FindBranch, FindEverything, Line};
use askama::Template;
use documents::pdf::{Paper, Run, SealLine, SheetText, WallRow, WallSheet, wall_sheets};
use domain::access::Permission;
use domain::problem::Problem;
use std::fmt::Write as _;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/publication/sheets", Gate::Holds(Permission::PrintForms), sheets),
        Route::get("/publication/papers", Gate::Holds(Permission::PrintForms), papers),
    ]
}

/// The branches asked for: one, or all that have anything public.
async fn asked(v: &Visit) -> Result<Vec<BranchView>, crate::Failure> {
    let app = v.web().app();
    let unit = v.query("unit");
    let units = match unit {
        "" | "all" => {
            let all = app
                .query(
                    v.actor(),
                    FindEverything {
                        limit: 1,
                        offset: 0,
                        recent: false,
                    },
                )
                .await?;
            all.units.into_iter().map(|u| u.id).collect()
        }
        one => vec![one.to_owned()],
    };
    let mut out = Vec::new();
    for unit in units {
        let view = app.query(v.actor(), FindBranch(unit)).await?;
        if !view.lines.is_empty() {
            out.push(view);
        }
    }
    if out.is_empty() {
        return Err(Problem::conflict("documents.error.empty").into());
    }
    Ok(out)
}

/// A promise as the printer draws it: measured words strong.
fn runs(v: &Visit, text: &str) -> Vec<Run> {
    let mut out = Vec::new();
    let mut at = 0;
    let mut push = |text: Option<&str>, strong| {
        if let Some(text) = text.filter(|t| !t.is_empty()) {
            out.push(Run {
                text: text.to_owned(),
                strong,
            });
        }
    };
    for measured in domain::advice::measured(text, &v.house().rules) {
        push(text.get(at..measured.range.start), false);
        push(text.get(measured.range.clone()), true);
        at = measured.range.end;
    }
    push(text.get(at..), false);
    out
}

fn sheet(v: &Visit, b: &BranchView, labels: &Labels, campaign: &str) -> WallSheet {
    let code = |line: &Line| {
        let pledge = b.pledges.iter().find(|p| p.id == line.item.pledge_id);
        pledge.map(|p| grouped(&p.check_code)).unwrap_or_default()
    };
    let phone = &v.house().settings.office_phone;
    let first = b.pledges.iter().map(|p| p.published_at).min();
    let address = format!("{}/branches/{}", base(v), b.unit.id);
    let own = b
        .pledges
        .iter()
        .find(|p| p.pledger == "branch")
        .or(b.pledges.first());
    let mut lines = vec![v.t("sheet.line_scan").to_owned()];
    if !phone.is_empty() {
        lines.push(v.t1("sheet.line_phone", "phone", phone));
    }
    let seal = |key| SealLine {
        label: v.t(key).to_owned(),
        decision: String::new(),
    };
    WallSheet {
        above: v.t2(
            "sheet.above",
            "organization",
            &v.house().name,
            "campaign",
            campaign,
        ),
        title: v.t1("sheet.title", "name", &b.unit.name),
        left: v.t1(
            "sheet.members",
            "n",
            b.pledges.iter().filter(|p| p.pledger == "person").count(),
        ),
        right: first
            .map(|at| v.t1("sheet.period", "date", v.day_of(at)))
            .unwrap_or_default(),
        rows: b
            .lines
            .iter()
            .map(|line| WallRow {
                kind: labels.kind(&line.item.kind).to_owned(),
                promise: runs(v, &line.item.content),
                due: line.item.due_on.replace('-', "."),
                person: format!("{} {}", line.name, code(line)),
            })
            .collect(),
        qr: address.clone(),
        call: v.t("sheet.call").to_owned(),
        lines,
        check_code: own.map(|p| grouped(&p.check_code)).unwrap_or_default(),
        address,
        seals: vec![seal("sheet.seal_branch"), seal("sheet.seal_committee")],
    }
}

async fn sheets(v: Visit) -> Answer {
    let branches = asked(&v).await?;
    let mut sheets = Vec::new();
    for b in &branches {
        let Some(campaign) = &b.campaign else { continue };
        sheets.push(sheet(
            &v,
            b,
            &campaign.labels(v.lang()),
            campaign.title_in(v.lang()),
        ));
    }
    let paper = if v.query("paper") == "a3" {
        Paper::A3
    } else {
        Paper::A4
    };
    let (text, day) = (SheetText::of(v.lang()), v.today());
    // Typesetting is work for a core, not for the thread that answers.
    let made = tokio::task::spawn_blocking(move || wall_sheets(&sheets, &text, paper, day)).await;
    let bytes = made.map_err(app::Error::bug)?.map_err(app::Error::bug)?;
    Ok(download(
        &format!("{}-{day}.pdf", v.t("publication.sheets")),
        "application/pdf",
        bytes,
    ))
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
    let branches = asked(&v).await?;
    let read = |b: &BranchView| {
        let intro = v.t2("sheet.read_intro", "name", &b.unit.name, "n", b.lines.len());
        let line = |l: &Line| {
            let due = v.iso(&l.item.due_on);
            v.t3(
                "sheet.read_line",
                "who",
                &l.name,
                "text",
                l.item.content.trim_end_matches(['。', '.']),
                "due",
                due,
            )
        };
        (intro, b.lines.iter().map(line).collect())
    };
    let spoken = branches.iter().map(read).collect();
    let (unit, code) = (v.query("unit").to_owned(), paste(&v, &branches));
    page(&PapersPage {
        unit,
        spoken,
        code,
        v,
    })
}

/// Plain HTML without classes, for the editor of an old content system.
fn paste(v: &Visit, branches: &[BranchView]) -> String {
    let mut out = String::new();
    for b in branches {
        let address = format!("{}/branches/{}", base(v), b.unit.id);
        let _ = writeln!(
            out,
            "<h3>{}</h3>\n<ol>",
            escape(&v.t1("sheet.title", "name", &b.unit.name))
        );
        for line in &b.lines {
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
