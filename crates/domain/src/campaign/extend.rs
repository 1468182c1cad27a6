//! Moving dates: the extension of a stage while the campaign runs (N15), and the dates inside the notice when a
//! campaign is moved to another start.

use jiff::civil::Date;

use super::stage::{Extension, stages};
use super::template::{Stage, Template};
use crate::problem::{Problem, Problems};
use crate::text::{TextRule, check_text};

/// Longest reason, in characters.
pub const REASON_MAX: usize = 200;

/// Checks an extension: only a stage with an end, only forward, never into the past, never without a reason.
///
/// # Errors
/// `campaign.stage_unknown`, `campaign.stage_open_end`, `campaign.extend_forward` (`{old}`), `campaign.extend_past`
/// on `ends_on`; what [`check_text`] finds on `reason`.
pub fn extend(
    template: &Template,
    extensions: &[Extension],
    stage: &str,
    ends_on: Option<Date>,
    reason: &str,
    today: Date,
) -> Result<Extension, Problems> {
    let mut problems = Problems::new();
    problems.note(check_text("reason", reason, TextRule::line(REASON_MAX)));
    let found = stages(template, extensions, today)
        .into_iter()
        .find(|s| s.stage.key == stage);
    let old = match found.map(|s| s.window.ends_on) {
        None => Err(Problem::invalid("campaign.stage_unknown").on("stage")),
        Some(None) => Err(Problem::invalid("campaign.stage_open_end").on("stage")),
        Some(Some(old)) => Ok(old),
    };
    let old = problems.note(old);
    if let (Some(old), Some(new)) = (old, ends_on) {
        if new <= old {
            problems.push(
                Problem::invalid("campaign.extend_forward")
                    .on("ends_on")
                    .with("old", old),
            );
        } else if new < today {
            problems.push(Problem::invalid("campaign.extend_past").on("ends_on"));
        }
    }
    let (Some(old_ends_on), Some(new_ends_on), true) = (old, ends_on, problems.is_empty()) else {
        return Err(problems);
    };
    Ok(Extension {
        stage: stage.to_owned(),
        old_ends_on,
        new_ends_on,
        reason: reason.trim().to_owned(),
    })
}

/// A window as the notice of 2010 writes it: `2010.9.20-9.29`, `2010.12.20-2011.1.3`, `2010.10.20`.
fn written(stage: &Stage) -> Option<String> {
    let from = stage.starts_on?;
    let mut text = format!("{}.{}.{}", from.year(), from.month(), from.day());
    if let Some(to) = stage.ends_on {
        text.push('-');
        if to.year() != from.year() {
            text.push_str(&format!("{}.", to.year()));
        }
        text.push_str(&format!("{}.{}", to.month(), to.day()));
    }
    Some(text)
}

/// Writes the dates of the moved stages into the body of the notice where it gave the old ones, in its own way
/// of writing. A paragraph speaks of one stage at most.
pub(super) fn redate_notice(old: &Template, moved: &mut Template) {
    let pairs: Vec<(String, String)> = old
        .stages
        .iter()
        .zip(&moved.stages)
        .filter_map(|(a, b)| Some((written(a)?, written(b)?)))
        .collect();
    let Some(notice) = &mut moved.notice else { return };
    for block in &mut notice.body {
        // A digit behind the text would make it part of a longer date.
        let found = pairs.iter().find(|(from, _)| {
            block.text.split_once(from.as_str()).is_some_and(|(_, rest)| {
                !rest.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.')
            })
        });
        if let Some((from, to)) = found {
            block.text = block.text.replacen(from, to, 1);
        }
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
    fn an_extension_goes_forward_only_and_says_why() {
        let template = seed();
        let today = date(2010, 10, 9);
        let first = extend(
            &template,
            &[],
            "propose",
            Some(date(2010, 10, 12)),
            "国庆长假",
            today,
        )
        .expect("forward");
        assert_eq!(first.old_ends_on, date(2010, 10, 10));
        let all = [first];
        for (stage, to, reason, key) in [
            ("propose", date(2010, 10, 12), "再延", "campaign.extend_forward"),
            ("propose", date(2010, 10, 11), "提前", "campaign.extend_forward"),
            ("survey", date(2010, 10, 1), "补走访", "campaign.extend_past"),
            ("appraise", date(2011, 1, 1), "延长", "campaign.stage_open_end"),
            ("elsewhere", date(2011, 1, 1), "延长", "campaign.stage_unknown"),
            ("propose", date(2010, 10, 20), "  ", "problem.text.missing"),
        ] {
            let refused = extend(&template, &all, stage, Some(to), reason, today).expect_err(key);
            assert_eq!(refused.0[0].key, key, "{stage} {to}");
        }
        let second = extend(
            &template,
            &all,
            "propose",
            Some(date(2010, 10, 14)),
            "补填",
            today,
        )
        .expect("again");
        assert_eq!(second.old_ends_on, date(2010, 10, 12));
    }

    #[test]
    fn the_notice_speaks_of_the_new_dates() {
        let moved = seed().shift(date(2026, 12, 14));
        let body = moved.notice.as_ref().expect("a notice").body_text();
        for text in [
            "1、调研走访（2026.12.14-12.23）",
            "2、提出承诺（2026.12.23-2027.1.3）",
            "3、审核确定（2027.1.3-1.8）",
            "5、组织点评（2027.1.13开始）",
        ] {
            assert!(body.contains(text), "{text}");
        }
        assert!(!body.contains("2010.9") && !body.contains("2010.10"));
        assert!(body.contains("鄂卫党[2010]140号"), "numbers of documents stay");
    }

    proptest! {
        #[test]
        fn moving_there_and_back_changes_no_letter(ahead in -3000i32..3000) {
            let template = seed();
            let there = template.shift(crate::time::add_days(date(2010, 9, 20), ahead));
            prop_assert_eq!(there.shift(date(2010, 9, 20)), template);
        }
    }
}
