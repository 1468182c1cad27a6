//! Screens 4 and 8: a branch, and the state of the whole campaign by branch.

use super::board::Pager;
use super::view::{Bar, Part, Row, bar, lead_key, legend, planned, rows};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page};
use crate::visit::Visit;
use app::public::{BranchView, Counts, FindBranch, FindProgress, GROUPS, by_unit};
use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use documents::svg::{self, BarChart, Series};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/branches/{unit}", Gate::Public, branch),
        Route::get("/progress", Gate::Public, progress),
        Route::get("/progress/chart.svg", Gate::Public, drawing),
    ]
}

struct Group {
    title: String,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "public/branch.html")]
struct BranchPage {
    v: Visit,
    b: BranchView,
    bar: Bar,
    legend: Vec<Part>,
    groups: Vec<Group>,
    pager: Pager,
    members: i64,
    planned: String,
}

async fn branch(v: Visit, Path(unit): Path<String>) -> Answer {
    let page_no = v.query("page").parse().unwrap_or(1);
    let asked = FindBranch { unit, page: page_no };
    let b = v.web().app().query(v.actor(), asked).await?;
    let mut groups = Vec::new();
    if let Some(campaign) = &b.campaign {
        let labels = campaign.labels(v.lang());
        let own: Vec<_> = b
            .lines
            .iter()
            .filter(|l| l.pledger == "branch")
            .cloned()
            .collect();
        let of_leaders = b
            .lines
            .iter()
            .filter(|l| l.pledger != "branch" && l.leading_cadre);
        let others = b
            .lines
            .iter()
            .filter(|l| l.pledger != "branch" && !l.leading_cadre);
        for (key, lines) in [
            ("public.leaders_first", of_leaders.cloned().collect::<Vec<_>>()),
            ("public.branch_own", own),
            ("public.members", others.cloned().collect()),
        ] {
            if !lines.is_empty() {
                groups.push(Group {
                    title: v.t(key).to_owned(),
                    rows: rows(&v, &labels, &lines),
                });
            }
        }
    }
    let members = b.pledges.iter().filter(|p| p.pledger == "person").count();
    let page_data = BranchPage {
        bar: bar(&v, &b.counts),
        legend: legend(&v, &b.counts),
        groups,
        pager: Pager::at(b.page, b.pages),
        members: i64::try_from(members).unwrap_or(0),
        planned: planned(&v, b.campaign.as_ref()),
        b,
        v,
    };
    page(&page_data)
}

struct UnitRow {
    unit: String,
    name: String,
    figures: Vec<(String, &'static str, i64)>,
    total: i64,
    kept: i64,
}

#[derive(Template)]
#[template(path = "public/progress.html")]
struct ProgressPage {
    v: Visit,
    bar: Bar,
    legend: Vec<Part>,
    heads: Vec<String>,
    units: Vec<UnitRow>,
    pager: Pager,
    /// There is something to draw.
    chart: bool,
    lead: String,
    planned: String,
    leaders: Bar,
}

/// The colours of the groups on the chart: the same as in the style sheet, written out because a drawing may be taken
/// away as a file.
const COLORS: [&str; 8] = [
    "#1B6E3A", "#7FB48F", "#6C90AC", "#C9B26B", "#B9770E", "#8C857B", "#5E2140", "#8E1B4E",
];

/// Whether there is anything to draw, and few enough bars to read.
fn drawable(branches: usize, used: &[usize]) -> bool {
    (1..=60).contains(&branches) && !used.is_empty()
}

/// The items of each branch by state, drawn; empty with nothing to draw or too many bars to read.
fn chart(v: &Visit, branches: &[app::public::UnitCounts], used: &[usize]) -> String {
    if !drawable(branches.len(), used) {
        return String::new();
    }
    let figure = |n: i64| u64::try_from(n).unwrap_or(0);
    svg::bars(&BarChart {
        title: v.t("public.chart_title").to_owned(),
        series: used
            .iter()
            .map(|i| Series {
                label: v.t_of("state", GROUPS[*i].key),
                color: COLORS[*i].to_owned(),
            })
            .collect(),
        bars: branches
            .iter()
            .map(|u| svg::Bar {
                label: super::view::short(&u.name, 10),
                figures: used.iter().map(|i| figure(u.counts.of(GROUPS[*i].key))).collect(),
            })
            .collect(),
    })
}

/// The groups that hold any item at all.
fn used(counts: &Counts) -> Vec<usize> {
    (0..GROUPS.len())
        .filter(|i| counts.of(GROUPS[*i].key) > 0)
        .collect()
}

/// The chart as its own picture: the page stays small, and a phone that does not show it does not fetch it.
async fn drawing(v: Visit) -> Answer {
    let view = v.web().app().query(v.actor(), FindProgress).await?;
    let svg = chart(&v, &by_unit(&view.tally), &used(&Counts::sum(&view.tally)));
    if svg.is_empty() {
        return Err(domain::problem::Problem::not_found("problem.not_found").into());
    }
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response())
}

/// Branches on a page of the table: each takes a kilobyte with its links.
const BRANCHES: usize = 15;

async fn progress(v: Visit) -> Answer {
    let view = v.web().app().query(v.actor(), FindProgress).await?;
    let counts = Counts::sum(&view.tally);
    let used = used(&counts);
    let word = |i: &usize| v.t_of("state", GROUPS[*i].key);
    let branches = by_unit(&view.tally);
    let row = |u: &app::public::UnitCounts| UnitRow {
        unit: u.unit.clone(),
        name: u.name.clone(),
        figures: used
            .iter()
            .map(|i| (word(i), GROUPS[*i].key, u.counts.of(GROUPS[*i].key)))
            .collect(),
        total: u.counts.total(),
        kept: u.counts.of("kept"),
    };
    let pages = branches.len().div_ceil(BRANCHES).max(1);
    let page_no = v.query("page").parse::<usize>().unwrap_or(1).clamp(1, pages);
    let number = |n: usize| i64::try_from(n).unwrap_or(1);
    let shown = branches.iter().skip((page_no - 1) * BRANCHES).take(BRANCHES);
    let page_data = ProgressPage {
        bar: bar(&v, &counts),
        legend: legend(&v, &counts),
        heads: used.iter().map(word).collect(),
        units: shown.map(row).collect(),
        pager: Pager::at(number(page_no), number(pages)),
        chart: drawable(branches.len(), &used),
        lead: v.t3(
            lead_key(view.campaign.as_ref(), view.heads.branches),
            "branches",
            v.n(view.heads.branches),
            "people",
            v.n(view.heads.persons),
            "items",
            v.n(counts.total()),
        ),
        planned: planned(&v, view.campaign.as_ref()),
        leaders: bar(&v, &Counts::sum(view.tally.iter().filter(|t| t.rank <= 0))),
        v,
    };
    page(&page_data)
}
