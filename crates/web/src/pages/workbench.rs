//! Screen 21 and the office's first page: who has filed, who has not, and what to do today (N3, N14, N16).

mod missing;

use super::campaign::window_text;
use super::work::{TaskRow, task_rows};
use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page, page_with, see_other};
use crate::visit::Visit;
use app::campaign::{Excuse, Unexcuse};
use app::tasks::MyTasks;
use app::workbench::{BranchFile, BranchLine, PersonLine, ReadBranch, ReadWorkbench, StageLine, Workbench};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::access::{Permission, Scope, may, not_own};
use domain::campaign::coverage::Named;
use domain::time::{Calendar, WindowState};
use jiff::civil::Date;

/// Tasks shown on the first page; the rest stands under /work.
const SHOWN: usize = 6;

pub(crate) fn routes() -> Vec<Route> {
    let sees = Gate::Holds(Permission::ViewWorkbench);
    let excuses = Gate::Holds(Permission::ExcusePerson);
    vec![
        Route::get("/workbench", sees, show),
        Route::get("/workbench/missing", sees, missing::show),
        Route::post("/workbench/missing", excuses, missing::remind),
        Route::get("/workbench/{unit}", sees, branch),
        Route::post("/workbench/{unit}/excuse", excuses, excuse),
        Route::post("/workbench/{unit}/unexcuse", excuses, unexcuse),
    ]
}

/// The line of those who have filed by each day, in a drawing of 360 × 200.
struct Chart {
    points: String,
    last: (i64, i64),
    /// Days written under the line: place and text.
    days: Vec<(i64, String)>,
}

const LEFT: i64 = 20;
const RIGHT: i64 = 280;
const TOP: i64 = 20;
const FLOOR: i64 = 170;

fn chart(v: &Visit, w: &Workbench) -> Option<Chart> {
    let due = i64::from(w.totals.due);
    let whole = w
        .filing?
        .ends_on
        .map(|end| domain::time::days_between(w.filing.map_or(end, |f| f.starts_on), end));
    if due == 0 || w.daily.is_empty() {
        return None;
    }
    let shown = i64::try_from(w.daily.len()).unwrap_or(1) - 1;
    let steps = whole.map_or(shown, i64::from).max(shown).max(1);
    let at = |i: usize, n: u32| {
        let i = i64::try_from(i).unwrap_or(0);
        (
            LEFT + (RIGHT - LEFT) * i / steps,
            FLOOR - (FLOOR - TOP) * i64::from(n) / due,
        )
    };
    let places: Vec<(i64, i64)> = w.daily.iter().enumerate().map(|(i, (_, n))| at(i, *n)).collect();
    let points: Vec<String> = places.iter().map(|(x, y)| format!("{x},{y}")).collect();
    let text = |day: Date| lang::date_short(v.lang(), day);
    let mut days = vec![];
    let ends = [w.daily.first(), w.daily.last()];
    for (place, found) in [places.first(), places.last()].into_iter().zip(ends) {
        if let (Some((x, _)), Some((day, _))) = (place, found)
            && days
                .iter()
                .all(|(there, _): &(i64, String)| (x - there).abs() > 45)
        {
            days.push((*x, text(*day)));
        }
    }
    Some(Chart {
        points: points.join(" "),
        last: places.last().copied()?,
        days,
    })
}

#[derive(Template)]
#[template(path = "work/workbench.html")]
struct WorkbenchPage {
    v: Visit,
    w: Workbench,
    chart: Option<Chart>,
    tasks: Vec<TaskRow>,
    more: usize,
}

impl WorkbenchPage {
    /// State of a branch's own pledge in words; empty while there is none.
    fn own(&self, line: &BranchLine) -> String {
        let state = line.pledge.as_deref();
        state.map_or_else(String::new, |state| state_words(&self.v, state, &line.stood))
    }

    /// What the rows are: branches, or units of several kinds where departments pledge too.
    fn unit_word(&self) -> &'static str {
        if self.w.campaign.template.scope.has_departments() {
            "workbench.unit"
        } else {
            "workbench.branch"
        }
    }

    fn pledge_word(&self) -> &'static str {
        if self.w.campaign.template.scope.has_departments() {
            "workbench.unit_pledge"
        } else {
            "workbench.branch_pledge"
        }
    }

    fn when(&self, s: &StageLine) -> String {
        window_text(&self.v, s.window)
    }

    fn class(&self, s: &StageLine) -> &'static str {
        match s.state {
            WindowState::Upcoming => "todo",
            WindowState::Open => "now",
            WindowState::Closed => "done",
        }
    }

    /// Today, whether it is worked, and how long the stage of filing lasts.
    fn today(&self) -> String {
        let (v, day) = (&self.v, self.v.today());
        let calendar = Calendar::in_force();
        let key = match (calendar.is_working_day(day), calendar.holiday(day).is_some()) {
            (_, true) => "workbench.today_holiday",
            (true, _)
                if matches!(
                    day.weekday(),
                    jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday
                ) =>
            {
                "workbench.today_make_up"
            }
            _ => "workbench.today",
        };
        let mut out = v.t2(key, "date", v.date(day), "weekday", lang::weekday(v.lang(), day));
        let left = self.w.stages.iter().filter(|s| s.state == WindowState::Open);
        for (s, n) in left.filter_map(|s| Some((s, s.window.days_left(day)?))) {
            out.push_str(&v.t2("workbench.days_left", "stage", s.label.get(v.lang()), "n", n));
        }
        out
    }

    /// The names of those missing, ready to be pasted into a message.
    fn names(&self, line: &BranchLine) -> String {
        names(&self.v, &line.unit.name, &line.people.missing)
    }

    fn leaders_filed(&self) -> usize {
        self.w.leaders.iter().filter(|l| l.filed_on.is_some()).count()
    }

    /// Width of the filed part of a bar of 100.
    fn filed_width(&self, line: &BranchLine) -> u32 {
        match line.people.due {
            0 => 100,
            due => line.people.filed * 100 / due,
        }
    }
}

/// A state in words: of the version in force, with a mark, while a new one is under way.
fn state_words(v: &Visit, state: &str, stood: &str) -> String {
    let mark = match state {
        _ if stood.is_empty() => return v.t_of("pledge_state", state),
        "submitted" => "workbench.amendment_reviewed",
        _ => "pledge.amend_mark",
    };
    v.t1(mark, "state", v.t_of("pledge_state", stood))
}

fn names(v: &Visit, unit: &str, missing: &[Named]) -> String {
    let all: Vec<&str> = missing.iter().map(|m| m.name.as_str()).collect();
    v.t3(
        "workbench.copy",
        "unit",
        unit,
        "n",
        all.len(),
        "names",
        all.join(v.t("list.separator")),
    )
}

async fn show(v: Visit) -> Answer {
    let app = v.web().app();
    let Some(w) = app.query(v.actor(), ReadWorkbench).await? else {
        return page(&crate::respond::NoCampaignPage { v: &v });
    };
    // A secretary has one branch: its people are the page he wants, the figures stand above them.
    let mut list = app.query(v.actor(), MyTasks).await?;
    if v.looks_back().is_some() {
        // On the desk of one campaign nothing is asked for another.
        list.tasks.retain(|t| t.is_of(&w.campaign.id));
    }
    let tasks = task_rows(&v, &list.tasks);
    let more = tasks.len().saturating_sub(SHOWN);
    page(&WorkbenchPage {
        chart: chart(&v, &w),
        tasks: tasks.into_iter().take(SHOWN).collect(),
        more,
        w,
        v,
    })
}

#[derive(Template)]
#[template(path = "work/branch.html")]
struct BranchPage {
    v: Visit,
    f: Form,
    b: BranchFile,
}

impl BranchPage {
    /// The formats of the branch's ledger: ending and name.
    fn ledgers(&self) -> [(&'static str, &str); 6] {
        let v = &self.v;
        [
            ("xlsx", "Excel"),
            ("csv", "CSV"),
            ("pdf", "PDF"),
            ("docx", v.t("documents.take.docx")),
            ("ofd", v.t("documents.take.ofd")),
            ("html", v.t("documents.take.html")),
        ]
    }

    /// The branch's own state in words.
    fn own(&self) -> String {
        state_words(&self.v, &self.b.pledge, &self.b.stood)
    }

    /// The state that colour and icon show: of the version in force while a new one is written.
    fn shown<'a>(&self, state: &'a str, stood: &'a str) -> &'a str {
        match state {
            "draft" | "returned" if !stood.is_empty() => stood,
            _ => state,
        }
    }

    fn pledge_word(&self) -> &'static str {
        let kind = domain::organization::UnitKind::from_name(&self.b.unit.kind);
        if kind.is_some_and(domain::organization::UnitKind::is_branch) {
            "workbench.branch_pledge"
        } else {
            "workbench.department_pledge"
        }
    }

    fn names(&self) -> String {
        names(&self.v, &self.b.unit.name, &self.b.coverage.missing)
    }

    /// Class of the tag of a state.
    fn class(&self, state: &str) -> &'static str {
        match state {
            "published" | "confirmed" => "ok",
            "submitted" => "run",
            "returned" | "draft" => "warn",
            _ => "",
        }
    }

    /// Icon of the tag of a state.
    fn icon(&self, state: &str) -> &'static str {
        match state {
            "published" | "confirmed" => "i-ok",
            "submitted" => "i-run",
            "returned" => "i-fix",
            "draft" => "i-edit",
            _ => "i-obj",
        }
    }

    fn state(&self, line: &PersonLine) -> String {
        match (line.state.as_str(), line.excuse.is_empty()) {
            ("", false) => self.v.t("workbench.excused").to_owned(),
            ("", true) if line.must => self.v.t("workbench.not_begun").to_owned(),
            ("", true) if line.may => self.v.t("workbench.may").to_owned(),
            ("", true) => self.v.t("workbench.not_asked").to_owned(),
            (state, _) => state_words(&self.v, state, &line.stood),
        }
    }

    fn may_excuse(&self, line: &PersonLine) -> bool {
        let over_all = may(self.v.actor(), Permission::ExcusePerson, Scope::Organization);
        line.must
            && line.state.is_empty()
            && self.v.may(Permission::ExcusePerson)
            && not_own(self.v.actor(), Some(&line.person.id))
            && (over_all || !line.person.leading_cadre)
    }

    fn may_help(&self, line: &PersonLine) -> bool {
        matches!(line.state.as_str(), "" | "draft")
            && line.stood.is_empty()
            && line.excuse.is_empty()
            && (line.may || line.state == "draft")
            && self.v.may(Permission::FileOnBehalf)
    }

    fn may_review(&self, line: &PersonLine) -> bool {
        line.state == "submitted" && line.elsewhere.is_empty() && self.v.may(Permission::ReviewMemberPledge)
    }
}

async fn read(v: &Visit, unit: &str) -> Result<BranchFile, crate::Failure> {
    Ok(v.web()
        .app()
        .query(
            v.actor(),
            ReadBranch {
                unit: unit.to_owned(),
            },
        )
        .await?)
}

async fn branch(v: Visit, Path(unit): Path<String>) -> Answer {
    let b = read(&v, &unit).await?;
    page(&BranchPage {
        f: Form::default(),
        b,
        v,
    })
}

async fn settle(v: Visit, unit: &str, fields: Fields, done: app::Result<()>) -> Answer {
    match done {
        Ok(()) => Ok(see_other(&format!("/workbench/{unit}?said=saved"))),
        Err(error) => {
            let f = Form::mend(fields, mendable(error)?);
            let b = read(&v, unit).await?;
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &BranchPage { f, b, v })
        }
    }
}

async fn excuse(v: Visit, Path(unit): Path<String>, fields: Fields) -> Answer {
    let case = Excuse {
        person: fields.trimmed("person"),
        reason: fields.trimmed("reason"),
    };
    let done = v.web().app().execute(v.actor(), case).await;
    settle(v, &unit, fields, done).await
}

async fn unexcuse(v: Visit, Path(unit): Path<String>, fields: Fields) -> Answer {
    let case = Unexcuse {
        person: fields.trimmed("person"),
    };
    let done = v.web().app().execute(v.actor(), case).await;
    settle(v, &unit, fields, done).await
}
