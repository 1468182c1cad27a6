//! Immediate pledges (即时承诺): what comes up after the last day of proposing, where the template takes it.

use jiff::civil::Date;

use super::stage::{Extension, GateRefusal, gate, stages};
use super::template::{GatedAct, Immediate, Template};
use crate::time::Window;

/// From the first day any stage opens an act to the last, extensions counted; `None` when no stage does.
#[must_use]
pub fn act_window(
    template: &Template,
    extensions: &[Extension],
    act: GatedAct,
    today: Date,
) -> Option<Window> {
    let mut all = stages(template, extensions, today);
    all.retain(|s| s.stage.acts.contains(&act));
    let starts_on = all.iter().map(|s| s.window.starts_on).min()?;
    let open = all.iter().any(|s| s.window.ends_on.is_none());
    let ends_on = all.iter().filter_map(|s| s.window.ends_on).max();
    Some(Window {
        starts_on,
        ends_on: ends_on.filter(|_| !open),
    })
}

/// Whether an act is possible today for one pledge on its way: where the template takes immediate pledges, the steps of a
/// pledge stay open once they were.
///
/// # Errors
/// As [`gate`].
pub fn gate_of_pledge(
    template: &Template,
    extensions: &[Extension],
    act: GatedAct,
    today: Date,
) -> Result<(), GateRefusal> {
    gate(template, extensions, act, today)
        .map(drop)
        .or_else(|refused| {
            let begun = act_window(template, extensions, act, today).is_some_and(|w| w.starts_on <= today);
            let stays = template.immediate.is_some() && begun;
            if stays { Ok(()) } else { Err(refused) }
        })
}

/// The template's words on immediate pledges, if one dated so is one: after the last day of proposing, extensions
/// counted.
#[must_use]
pub fn immediate<'a>(
    template: &'a Template,
    extensions: &[Extension],
    pledged_on: Date,
    today: Date,
) -> Option<&'a Immediate> {
    let ended = act_window(template, extensions, GatedAct::Propose, today)?.ends_on?;
    template.immediate.as_ref().filter(|_| pledged_on > ended)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::{parse, shipped};

    /// The yearly cycle, which takes immediate pledges, and the notice's own campaign, which does not; both begin on
    /// the same day.
    fn templates() -> [Template; 2] {
        let first = Date::constant(2026, 1, 5);
        ["yearly_pledge", "notice_2010"].map(|key| {
            let (_, text) = shipped().iter().find(|(k, _)| *k == key).expect("it ships");
            parse(text).expect("it reads").shift(first)
        })
    }

    fn last(template: &Template, act: GatedAct) -> Date {
        let window = act_window(template, &[], act, Date::constant(2026, 1, 5));
        window.and_then(|w| w.ends_on).expect("it ends")
    }

    #[test]
    fn a_step_stays_open_once_it_was_where_the_template_says_so() {
        let day = crate::time::add_days;
        for template in templates() {
            let takes = template.immediate.is_some();
            let first = template.starts_on.expect("dated");
            for act in [GatedAct::Propose, GatedAct::Review, GatedAct::Publicise] {
                let window = act_window(&template, &[], act, first).expect("a stage");
                let open = |on: Date| gate_of_pledge(&template, &[], act, on).is_ok();
                let table = [
                    ("the day before it begins", day(window.starts_on, -1), false),
                    ("its first day", window.starts_on, true),
                    ("its last day", window.ends_on.expect("it ends"), true),
                    ("the day after", day(window.ends_on.expect("it ends"), 1), takes),
                    ("months later", day(window.ends_on.expect("it ends"), 90), takes),
                ];
                for (when, on, want) in table {
                    assert_eq!(open(on), want, "{} {act:?}: {when}", template.key);
                }
            }
        }
    }

    #[test]
    fn a_pledge_is_immediate_by_its_date_and_an_extension_counts() {
        let [takes, takes_none] = templates();
        let ended = last(&takes, GatedAct::Propose);
        let after = crate::time::add_days(ended, 1);
        let stage = takes.stages.iter().find(|s| s.acts.contains(&GatedAct::Propose));
        let longer = Extension {
            stage: stage.expect("a stage").key.clone(),
            old_ends_on: ended,
            new_ends_on: crate::time::add_days(ended, 10),
            reason: "暴雨".to_owned(),
        };
        let none: &[Extension] = &[];
        let longer = std::slice::from_ref(&longer);
        let table = [
            ("dated on the last day", &takes, none, ended, false),
            ("dated the day after", &takes, none, after, true),
            ("while the step is extended", &takes, longer, after, false),
            (
                "after the extension",
                &takes,
                longer,
                crate::time::add_days(ended, 11),
                true,
            ),
            (
                "where none are taken",
                &takes_none,
                none,
                Date::constant(2026, 12, 1),
                false,
            ),
        ];
        for (what, template, extensions, dated, want) in table {
            // What it is does not depend on the day on which one looks.
            for today in [dated, crate::time::add_days(dated, 200)] {
                let found = immediate(template, extensions, dated, today).is_some();
                assert_eq!(found, want, "{what}");
            }
        }
        // A template whose stages have no dates yet knows no last day.
        let mut undated = takes;
        for stage in &mut undated.stages {
            stage.starts_on = None;
        }
        assert!(immediate(&undated, &[], after, after).is_none());
    }
}
