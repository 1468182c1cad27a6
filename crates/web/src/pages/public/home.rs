//! Screens 1, 11 and 12: the first page, the one for old people, the one for the hall.

use super::view::{Bar, Part, Row, StageView, bar, lead_key, legend, planned, rows, stages};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page};
use crate::visit::Visit;
use app::public::{Counts, Demand, FindHome, HomeView, NoticeHead};
use askama::Template;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/", Gate::Public, home),
        Route::get("/elder", Gate::Public, elder),
        Route::get("/screen", Gate::Public, screen),
    ]
}

#[derive(Template)]
#[template(path = "public/home.html")]
struct HomePage {
    v: Visit,
    title: String,
    lead: String,
    has_campaign: bool,
    bar: Bar,
    legend: Vec<Part>,
    stages: Vec<StageView>,
    leaders: Vec<Row>,
    leaders_total: String,
    recent: Vec<Row>,
    demands: Vec<Demand>,
    notices: Vec<NoticeHead>,
    planned: String,
}

/// One item of each leader: people look for the person, the board has the rest.
fn one_each(home: &HomeView) -> Vec<app::public::Line> {
    let mut lines: Vec<app::public::Line> = Vec::new();
    for line in &home.leaders {
        if lines.iter().all(|l| l.item.pledge_id != line.item.pledge_id) {
            lines.push(line.clone());
        }
    }
    lines.sort_by_key(|line| line.item.rank);
    lines.truncate(6);
    lines
}

fn lead(v: &Visit, home: &HomeView, items: i64) -> String {
    if items == 0 {
        return planned(v, home.campaign.as_ref());
    }
    v.t3(
        lead_key(home.campaign.as_ref(), home.heads.branches),
        "branches",
        v.n(home.heads.branches),
        "people",
        v.n(home.heads.persons),
        "items",
        v.n(items),
    )
}

async fn home(v: Visit) -> Answer {
    let home = v.web().app().query(v.actor(), FindHome).await?;
    let counts = Counts::sum(&home.tally);
    let mut page_data = HomePage {
        title: v.t("public.home_title").to_owned(),
        lead: lead(&v, &home, counts.total()),
        has_campaign: home.campaign.is_some(),
        bar: bar(&v, &counts),
        legend: legend(&v, &counts),
        stages: Vec::new(),
        leaders: Vec::new(),
        leaders_total: v.t2(
            "public.leaders_total",
            "n",
            v.n(home.heads.leaders),
            "items",
            v.n(home
                .tally
                .iter()
                .filter(|t| t.rank <= 0)
                .map(|t| t.n)
                .sum::<i64>()),
        ),
        recent: Vec::new(),
        demands: home.demands.clone(),
        notices: home.notices.clone(),
        planned: planned(&v, home.campaign.as_ref()),
        v,
    };
    let v = &page_data.v;
    if let Some(campaign) = &home.campaign {
        let labels = campaign.labels(v.lang());
        let title = campaign.title_in(v.lang()).to_owned();
        let stages = stages(v, campaign);
        let leaders = rows(v, &labels, &one_each(&home));
        let recent = rows(v, &labels, &home.recent);
        (
            page_data.title,
            page_data.stages,
            page_data.leaders,
            page_data.recent,
        ) = (title, stages, leaders, recent);
    }
    page(&page_data)
}

#[derive(Template)]
#[template(path = "public/elder.html")]
struct ElderPage {
    v: Visit,
    today: Option<Row>,
}

async fn elder(v: Visit) -> Answer {
    let home = v.web().app().query(v.actor(), FindHome).await?;
    let today = home.campaign.as_ref().and_then(|campaign| {
        let labels = campaign.labels(v.lang());
        // One good thing that somebody checked, else whatever moved last.
        let kept = home
            .recent
            .iter()
            .chain(&home.leaders)
            .find(|l| l.state == "kept");
        let line = kept.or_else(|| home.recent.first())?;
        rows(&v, &labels, std::slice::from_ref(line)).pop()
    });
    page(&ElderPage { today, v })
}

#[derive(Template)]
#[template(path = "public/screen.html")]
struct ScreenPage {
    v: Visit,
    title: String,
    lead: String,
    bar: Bar,
    legend: Vec<Part>,
    row: Option<Row>,
    stages: Vec<StageView>,
    next: usize,
}

/// The hall screen turns by itself: each picture names the next, and asks for it after half a minute.
async fn screen(v: Visit) -> Answer {
    let home = v.web().app().query(v.actor(), FindHome).await?;
    let counts = Counts::sum(&home.tally);
    let mut lines = one_each(&home);
    lines.extend(home.recent.iter().cloned());
    let at: usize = v.query("at").parse().unwrap_or(0);
    let at = if lines.is_empty() { 0 } else { at % lines.len() };
    let next = if lines.is_empty() {
        0
    } else {
        (at + 1) % lines.len()
    };
    let (mut row, mut steps, mut title) = (None, Vec::new(), v.t("public.home_title").to_owned());
    if let Some(campaign) = &home.campaign {
        let labels = campaign.labels(v.lang());
        row = lines
            .get(at)
            .and_then(|line| rows(&v, &labels, std::slice::from_ref(line)).pop());
        steps = stages(&v, campaign);
        title = campaign.title_in(v.lang()).to_owned();
    }
    let (bar, legend, lead) = (
        bar(&v, &counts),
        legend(&v, &counts),
        lead(&v, &home, counts.total()),
    );
    page(&ScreenPage {
        title,
        lead,
        bar,
        legend,
        row,
        stages: steps,
        next,
        v,
    })
}
