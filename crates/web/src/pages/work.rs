//! Screen 14: my tasks.

use crate::gate::{Gate, Route};
use crate::respond::{Answer, page};
use crate::visit::Visit;
use app::tasks::{MyTasks, Task, TaskList};
use askama::Template;

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get("/work", Gate::SignedIn, show)]
}

/// A task as pages show it.
pub(crate) struct TaskRow {
    /// What, in words.
    pub words: String,
    /// Until when, in words; empty without a day.
    pub when: String,
    /// Class of the tag beside it.
    pub class: &'static str,
    /// What the link says.
    pub act: String,
    /// Where it leads.
    pub href: String,
}

/// Tasks in the reader's words.
pub(crate) fn task_rows(v: &Visit, tasks: &[Task]) -> Vec<TaskRow> {
    tasks.iter().map(|t| task_row(v, t)).collect()
}

fn task_row(v: &Visit, task: &Task) -> TaskRow {
    let today = v.today();
    let days = task.due.map(|due| domain::time::days_between(today, due));
    let (when, class) = match (task.due, days) {
        (Some(due), Some(n)) if n < 0 => (v.t2("work.late", "date", v.date(due), "n", -n), "bad"),
        (Some(_), Some(0)) => (v.t("work.today").to_owned(), "warn"),
        (Some(due), Some(n)) if n <= 3 => (v.t2("work.soon", "date", v.date(due), "n", n), "warn"),
        (Some(due), _) => (v.t1("work.until", "date", v.date(due)), ""),
        (None, _) => (String::new(), ""),
    };
    let words = v.t2(task.key, "n", task.n, "name", &task.name);
    let words = match &task.campaign {
        Some(about) => {
            let key = match about.ended {
                true => "work.of_ended",
                false => "work.of_campaign",
            };
            v.t2(key, "task", &words, "campaign", about.title.get(v.lang()))
        }
        None => words,
    };
    let name = task.key.rsplit('.').next().unwrap_or(task.key);
    TaskRow {
        words,
        when,
        class,
        act: v.t_of("task_act", name),
        href: task.href.clone(),
    }
}

#[derive(Template)]
#[template(path = "work/tasks.html")]
struct WorkPage {
    v: Visit,
    list: TaskList,
    rows: Vec<TaskRow>,
    /// Pledges that ended campaigns left without effect.
    left: Vec<app::pledge::Left>,
}

async fn show(v: Visit) -> Answer {
    let list = v.web().app().query(v.actor(), MyTasks).await?;
    let left = v.web().app().query(v.actor(), app::pledge::FindLeft).await?;
    page(&WorkPage {
        left,
        rows: task_rows(&v, &list.tasks),
        list,
        v,
    })
}
