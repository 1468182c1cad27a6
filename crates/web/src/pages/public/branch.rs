//! Screens 4 and 8: a branch, and the state of the whole campaign by branch.

use super::view::{Bar, Part, Row, bar, legend, planned, rows};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page};
use crate::visit::Visit;
use app::public::{BranchView, Counts, FindBranch, FindProgress, GROUPS, by_unit};
use askama::Template;
use axum::extract::Path;
use documents::svg::{self, BarChart, Series};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/branches/{unit}", Gate::Public, branch),
        Route::get("/progress", Gate::Public, progress),
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
    members: i64,
    planned: String,
}

async fn branch(v: Visit, Path(unit): Path<String>) -> Answer {
    let b = v.web().app().query(v.actor(), FindBranch(unit)).await?;
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
    chart: String,
    lead: String,
    planned: String,
    leaders: Bar,
}

/// The colours of the groups on the chart: the same as in the style sheet, written out because a drawing may be taken
/// away as a file.
const COLORS: [&str; 8] = [
    "#1B6E3A", "#7FB48F", "#6C90AC", "#C9B26B", "#B9770E", "#8C857B", "#5E2140", "#8E1B4E",
];

/// The items of each branch by state, drawn; empty with nothing to draw or too many bars to read.
fn chart(v: &Visit, branches: &[app::public::UnitCounts], used: &[usize]) -> String {
    if branches.is_empty() || branches.len() > 60 || used.is_empty() {
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

async fn progress(v: Visit) -> Answer {
    let view = v.web().app().query(v.actor(), FindProgress).await?;
    let counts = Counts::sum(&view.tally);
    let used: Vec<usize> = (0..GROUPS.len())
        .filter(|i| counts.of(GROUPS[*i].key) > 0)
        .collect();
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
    let page_data = ProgressPage {
        bar: bar(&v, &counts),
        legend: legend(&v, &counts),
        heads: used.iter().map(word).collect(),
        units: branches.iter().map(row).collect(),
        chart: chart(&v, &branches, &used),
        lead: v.t3(
            "public.lead",
            "branches",
            v.n(view.heads.branches),
            "people",
            v.n(view.heads.persons),
            "items",
            v.n(counts.total()),
        ),
        planned: planned(&v, view.campaign.as_ref()),
        leaders: bar(&v, &Counts::sum(view.tally.iter().filter(|t| t.rank == 0))),
        v,
    };
    page(&page_data)
}
