//! The stages of a campaign, computed from dates at every request (N15; PRODUCT.md 3.4), and their gates.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::extend::redate_notice;
use super::template::{GatedAct, Stage, Template};
use crate::problem::{Problem, ProblemKind};
use crate::time::{Window, WindowState, add_days, days_between};

/// An extension of a stage; the old end stays known and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// Key of the stage.
    pub stage: String,
    /// The end it replaced.
    pub old_ends_on: Date,
    /// The end from then on.
    pub new_ends_on: Date,
    /// Why.
    pub reason: String,
}

/// A stage on a given day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageState<'a> {
    /// The stage in the template.
    pub stage: &'a Stage,
    /// Its place, from 1.
    pub number: usize,
    /// Its window, extensions counted.
    pub window: Window,
    /// Where today lies.
    pub state: WindowState,
    /// Its extensions, oldest first; the first one carries the original end.
    pub extensions: Vec<&'a Extension>,
}

/// Why an act is not possible today.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}")]
pub struct GateRefusal {
    /// Message key: `campaign.gate_upcoming` (`{stage}`, `{date}`), `campaign.gate_closed` (`{stage}`, `{date}`),
    /// `campaign.gate_missing`.
    pub key: &'static str,
    /// Key of the stage in question; empty when the template has none for the act.
    pub stage: String,
    /// Chinese and English label of the stage.
    pub label: super::Text,
    /// First day of an upcoming stage, last day of a closed one.
    pub date: Option<Date>,
}

impl From<GateRefusal> for Problem {
    /// `{stage}` in Chinese with `stage_en` beside it, `{date}` as ISO text: whoever shows it writes them in the
    /// reader's language.
    fn from(refusal: GateRefusal) -> Self {
        let mut problem = Problem::new(ProblemKind::Closed(refusal.stage), refusal.key)
            .with("stage", &refusal.label.zh)
            .with("stage_en", refusal.label.get(lang::Lang::En));
        if let Some(date) = refusal.date {
            problem = problem.with("date", date);
        }
        problem
    }
}

/// Where a campaign stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CampaignState {
    /// Being set up: everything may change.
    Draft,
    /// Under way: dates move by extension only.
    Running,
    /// Over: nothing changes any more.
    Closed,
}

impl CampaignState {
    /// The identifier as stored and as i18n keys (`campaign_state.…`) write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Running => "running",
            Self::Closed => "closed",
        }
    }

    /// The state of this identifier.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Draft, Self::Running, Self::Closed]
            .into_iter()
            .find(|s| s.name() == name)
    }

    /// The campaign begins.
    ///
    /// # Errors
    /// `campaign.not_draft` when it has begun before.
    pub fn start(self) -> Result<Self, Problem> {
        match self {
            Self::Draft => Ok(Self::Running),
            Self::Running | Self::Closed => Err(Problem::conflict("campaign.not_draft")),
        }
    }

    /// The campaign is thrown away before anybody was asked anything.
    ///
    /// # Errors
    /// `campaign.not_draft` when it has begun: what has begun is ended, and stays on record.
    pub fn discard(self) -> Result<(), Problem> {
        self.start().map(|_| ())
    }

    /// The campaign ends.
    ///
    /// # Errors
    /// `campaign.not_running` when it does not run.
    pub fn close(self) -> Result<Self, Problem> {
        match self {
            Self::Running => Ok(Self::Closed),
            Self::Draft | Self::Closed => Err(Problem::conflict("campaign.not_running")),
        }
    }
}

/// The stages on a day, in the order of the template. Stages without dates are left out: the campaign has not
/// been dated yet.
#[must_use]
pub fn stages<'a>(template: &'a Template, extensions: &'a [Extension], today: Date) -> Vec<StageState<'a>> {
    let dated = template.stages.iter().enumerate().filter_map(|(at, stage)| {
        let own: Vec<&Extension> = extensions.iter().filter(|e| e.stage == stage.key).collect();
        let ends_on = own.last().map(|e| e.new_ends_on).or(stage.ends_on);
        let window = Window {
            starts_on: stage.starts_on?,
            ends_on,
        };
        Some(StageState {
            stage,
            number: at + 1,
            window,
            state: window.state(today),
            extensions: own,
        })
    });
    dated.collect()
}

/// The stages open on a day; several may be, and none.
#[must_use]
pub fn open_stages<'a>(
    template: &'a Template,
    extensions: &'a [Extension],
    today: Date,
) -> Vec<StageState<'a>> {
    let mut all = stages(template, extensions, today);
    all.retain(|s| s.state == WindowState::Open);
    all
}

/// Whether an act is possible today; gives the stage that allows it.
///
/// # Errors
/// The next stage that will open it, else the last one that did, so that the page can say when.
pub fn gate<'a>(
    template: &'a Template,
    extensions: &'a [Extension],
    act: GatedAct,
    today: Date,
) -> Result<StageState<'a>, GateRefusal> {
    let mut with_act = stages(template, extensions, today);
    with_act.retain(|s| s.stage.acts.contains(&act));
    if let Some(at) = with_act.iter().position(|s| s.state == WindowState::Open) {
        return Ok(with_act.swap_remove(at));
    }
    let next = with_act
        .iter()
        .filter(|s| s.state == WindowState::Upcoming)
        .min_by_key(|s| s.window.starts_on);
    let last = with_act
        .iter()
        .filter(|s| s.state == WindowState::Closed)
        .max_by_key(|s| s.window.ends_on);
    Err(match (next, last) {
        (Some(s), _) => refusal("campaign.gate_upcoming", s, Some(s.window.starts_on)),
        (None, Some(s)) => refusal("campaign.gate_closed", s, s.window.ends_on),
        (None, None) => GateRefusal {
            key: "campaign.gate_missing",
            stage: String::new(),
            label: super::Text::default(),
            date: None,
        },
    })
}

fn refusal(key: &'static str, state: &StageState<'_>, date: Option<Date>) -> GateRefusal {
    GateRefusal {
        key,
        stage: state.stage.key.clone(),
        label: state.stage.label.clone(),
        date,
    }
}

impl Template {
    /// The template with all dates moved so that the campaign begins on `starts_on`; distances are kept. This
    /// also dates a template that had no dates.
    #[must_use]
    pub fn shift(&self, starts_on: Date) -> Self {
        let mut moved = self.clone();
        moved.starts_on = Some(starts_on);
        for stage in &mut moved.stages {
            stage.starts_on = Some(add_days(starts_on, stage.start_day));
            stage.ends_on = stage.end_day.map(|day| add_days(starts_on, day));
        }
        redate_notice(self, &mut moved);
        moved
    }

    /// The template moved so that `today` lies in the stage `number` (from 1): in the middle of it, or a hundred days
    /// into one without end, when much has been kept and some is late. `None` when there is no such stage.
    #[must_use]
    pub fn shift_into_stage(&self, number: usize, today: Date) -> Option<Self> {
        let stage = self.stages.get(number.checked_sub(1)?)?;
        let inside = stage
            .end_day
            .map_or(stage.start_day + 100, |end| i32::midpoint(stage.start_day, end));
        Some(self.shift(add_days(today, -inside)))
    }

    /// The template with its stage dates set one by one by the office; the day numbers follow.
    #[must_use]
    pub fn with_window(&self, stage: &str, window: Window) -> Self {
        let mut changed = self.clone();
        if let Some(s) = changed.stages.iter_mut().find(|s| s.key == stage) {
            s.starts_on = Some(window.starts_on);
            s.ends_on = window.ends_on;
        }
        let first = changed.stages.iter().filter_map(|s| s.starts_on).min();
        changed.starts_on = first.or(changed.starts_on);
        if let Some(first) = changed.starts_on {
            for s in &mut changed.stages {
                s.start_day = s.starts_on.map_or(s.start_day, |d| days_between(first, d));
                s.end_day = s.ends_on.map(|d| days_between(first, d));
            }
        }
        redate_notice(self, &mut changed);
        changed
    }

    /// First day of the campaign and its last, if every stage has one.
    #[must_use]
    pub fn window(&self) -> Option<Window> {
        let starts_on = self.stages.iter().filter_map(|s| s.starts_on).min()?;
        let open = self.stages.iter().any(|s| s.ends_on.is_none());
        let ends_on = if open {
            None
        } else {
            self.stages.iter().filter_map(|s| s.ends_on).max()
        };
        Some(Window { starts_on, ends_on })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{parse, shipped};
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn seed() -> Template {
        parse(shipped()[0].1).expect("shipped template")
    }

    #[test]
    fn shared_days_belong_to_both_stages_and_the_last_never_ends() {
        let template = seed();
        for (day, open) in [
            (date(2010, 9, 19), vec![]),
            (date(2010, 9, 20), vec!["survey"]),
            (date(2010, 9, 29), vec!["survey", "propose"]),
            (date(2010, 10, 10), vec!["propose", "review"]),
            (date(2010, 10, 15), vec!["review", "publicise"]),
            (date(2010, 10, 20), vec!["publicise", "appraise"]),
            (date(2014, 5, 24), vec!["appraise"]),
        ] {
            let got: Vec<&str> = open_stages(&template, &[], day)
                .iter()
                .map(|s| s.stage.key.as_str())
                .collect();
            assert_eq!(got, open, "{day}");
        }
        assert_eq!(
            template.window(),
            Some(Window {
                starts_on: date(2010, 9, 20),
                ends_on: None
            })
        );
    }

    #[test]
    fn an_extension_opens_the_gate_and_keeps_the_old_date() {
        let template = seed();
        let day = date(2010, 10, 12);
        let refused = gate(&template, &[], GatedAct::Propose, day).expect_err("closed");
        assert_eq!(
            (refused.key, refused.date),
            ("campaign.gate_closed", Some(date(2010, 10, 10)))
        );
        let extension = Extension {
            stage: "propose".into(),
            old_ends_on: date(2010, 10, 10),
            new_ends_on: date(2010, 10, 12),
            reason: "国庆长假".into(),
        };
        let all = [extension];
        let open = gate(&template, &all, GatedAct::Propose, day).expect("extended");
        assert_eq!(open.extensions[0].old_ends_on, date(2010, 10, 10));
        assert!(gate(&template, &all, GatedAct::Propose, date(2010, 10, 13)).is_err());
        let early = gate(&template, &[], GatedAct::Appraise, day).expect_err("upcoming");
        assert_eq!(
            (early.key, early.date),
            ("campaign.gate_upcoming", Some(date(2010, 10, 20)))
        );
    }

    #[test]
    fn every_stage_of_every_template_can_hold_today() {
        let today = date(2026, 11, 24);
        for (key, text) in shipped() {
            let template = parse(text).expect("shipped");
            for number in 1..=template.stages.len() {
                let moved = template.shift_into_stage(number, today).expect("a stage");
                let open = open_stages(&moved, &[], today);
                assert!(open.iter().any(|s| s.number == number), "{key} {number}");
            }
            assert!(template.shift_into_stage(0, today).is_none());
            assert!(template.shift_into_stage(99, today).is_none());
        }
    }

    #[test]
    fn one_stage_set_by_hand_moves_the_day_numbers() {
        let moved = seed().with_window(
            "survey",
            Window {
                starts_on: date(2010, 9, 18),
                ends_on: Some(date(2010, 9, 29)),
            },
        );
        assert_eq!(
            (moved.starts_on, moved.stages[0].start_day),
            (Some(date(2010, 9, 18)), 0)
        );
        assert_eq!(
            (moved.stages[1].start_day, moved.stages[1].end_day),
            (11, Some(22))
        );
        assert_eq!(moved.shift(date(2010, 9, 18)), moved);
    }

    proptest! {
        #[test]
        fn moving_keeps_distances(ahead in -20_000i32..20_000) {
            let template = seed();
            let moved = template.shift(add_days(date(2010, 9, 20), ahead));
            for (old, new) in template.stages.iter().zip(&moved.stages) {
                prop_assert_eq!(old.starts_on.map(|d| add_days(d, ahead)), new.starts_on);
                prop_assert_eq!(old.ends_on.map(|d| add_days(d, ahead)), new.ends_on);
            }
            prop_assert_eq!(moved.shift(date(2010, 9, 20)), template);
        }
    }
}
