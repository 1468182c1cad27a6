//! The same thing asked by two campaigns, one that runs and one that ended: done in one place it is one task, else each
//! says which campaign it is about.

use super::Task;
use crate::campaign::RunningCampaign;
use domain::campaign::Text;

/// The campaign a task is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    id: String,
    /// Its title.
    pub title: Text,
    /// It has ended.
    pub ended: bool,
}

impl About {
    /// Whether it is this campaign.
    pub(super) fn is(&self, campaign: &str) -> bool {
        self.id == campaign
    }

    fn of(campaign: &RunningCampaign) -> About {
        let title = |lang| campaign.title_in(lang).to_owned();
        About {
            id: campaign.id.clone(),
            title: Text {
                zh: title(lang::Lang::Zh),
                en: title(lang::Lang::En),
            },
            ended: campaign.is_ended(),
        }
    }
}

/// Tasks of a campaign.
pub(super) fn about(tasks: Vec<Task>, campaign: &RunningCampaign) -> Vec<Task> {
    let of = About::of(campaign);
    let named = tasks.into_iter().map(|task| Task {
        campaign: Some(of.clone()),
        ..task
    });
    named.collect()
}

/// Every task once. What is done on one page for several campaigns is added up; the campaign is named where another one
/// asks for the same elsewhere, and where it has ended while another runs.
pub(super) fn once(tasks: Vec<Task>, running: bool) -> Vec<Task> {
    let mut all: Vec<Task> = Vec::new();
    for task in tasks {
        let same = |t: &&mut Task| (t.key, &t.name, &t.href) == (task.key, &task.name, &task.href);
        match all.iter_mut().find(same) {
            Some(before) => {
                before.n += task.n;
                before.due = [before.due, task.due].into_iter().flatten().min();
                if before.campaign != task.campaign {
                    before.campaign = None;
                }
            }
            None => all.push(task),
        }
    }
    let asked: Vec<(&'static str, Option<About>)> = all.iter().map(|t| (t.key, t.campaign.clone())).collect();
    for task in &mut all {
        let ended = running && task.campaign.as_ref().is_some_and(|c| c.ended);
        let twice = asked
            .iter()
            .any(|(key, of)| *key == task.key && *of != task.campaign);
        task.campaign = task.campaign.take().filter(|_| ended || twice);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn task(key: &'static str, n: i64, href: &str, campaign: &str, ended: bool) -> Task {
        let title = Text {
            zh: "same title".to_owned(),
            en: String::new(),
        };
        Task {
            campaign: Some(About {
                id: campaign.to_owned(),
                title,
                ended,
            }),
            ..Task::new(key, n, href)
        }
    }

    #[test]
    fn what_is_done_on_one_page_is_one_task() {
        let late = task("task.report_due", 2, "/my-pledge/items", "new", false).due(Some(date(2026, 12, 9)));
        let later = task("task.report_due", 1, "/my-pledge/items", "old", true).due(Some(date(2026, 12, 1)));
        let all = once(vec![late, later], true);
        let [one] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!(
            (one.n, one.due, &one.campaign),
            (3, Some(date(2026, 12, 1)), &None)
        );
    }

    #[test]
    fn the_same_elsewhere_names_its_campaign_and_what_nobody_else_asks_does_not() {
        let all = once(
            vec![
                task("task.channels", 1, "/publication", "new", false),
                task("task.review_members", 1, "/review", "new", false),
                task("task.channels", 1, "/publication?campaign=old", "old", true),
            ],
            true,
        );
        let named: Vec<Option<bool>> = all.iter().map(|t| t.campaign.as_ref().map(|c| c.ended)).collect();
        assert_eq!(named, [Some(false), None, Some(true)]);
        let alone = once(
            vec![task("task.channels", 1, "/publication?campaign=old", "old", true)],
            false,
        );
        assert!(
            alone.iter().all(|t| t.campaign.is_none()),
            "no other campaign runs"
        );
    }
}
