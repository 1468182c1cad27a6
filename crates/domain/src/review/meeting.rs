//! A decision taken by a meeting (会议定诺): when, with whom, with what result.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::decision::REMARK_MAX;
use crate::problem::{Problem, Problems};
use crate::text::{TextRule, check_text};
use crate::time::parse_date;

/// What is recorded of the meeting that decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// The day it was held.
    pub held_on: Date,
    /// How many should have come.
    pub entitled: u32,
    /// How many came.
    pub present: u32,
    /// What it resolved, in its own words.
    pub result: String,
}

/// The same as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MeetingEntry {
    /// A date in any of the forms people write.
    pub held_on: String,
    /// A number.
    pub entitled: String,
    /// A number.
    pub present: String,
    /// Words.
    pub result: String,
    /// It counts though fewer than half came: whoever records it says so.
    pub few: bool,
}

impl MeetingEntry {
    /// Reads and checks what was typed. The meeting lies between the day the pledge was handed in and today.
    ///
    /// # Errors
    /// `problem.review.meeting_date`, `.meeting_date_range`, `.meeting_number`, `.meeting_present`,
    /// `problem.text.…`, on `meeting.held_on`, `meeting.entitled`, `meeting.present`, `meeting.result`.
    pub fn read(&self, handed_in: Date, today: Date) -> Result<Meeting, Problems> {
        let mut problems = Problems::new();
        let held_on = parse_date(&self.held_on, handed_in)
            .map_err(|_| Problem::invalid("problem.review.meeting_date").on("meeting.held_on"))
            .and_then(|day| {
                let problem = Problem::invalid("problem.review.meeting_date_range").on("meeting.held_on");
                let problem = problem.with("from", handed_in).with("to", today);
                if (handed_in..=today).contains(&day) {
                    Ok(day)
                } else {
                    Err(problem)
                }
            });
        let held_on = problems.note(held_on);
        let entitled = problems.note(number(&self.entitled, "meeting.entitled"));
        let present = problems.note(number(&self.present, "meeting.present"));
        if let (Some(entitled), Some(present)) = (entitled, present)
            && present > entitled
        {
            let problem = Problem::invalid("problem.review.meeting_present").on("meeting.present");
            problems.push(problem.with("present", present).with("entitled", entitled));
        }
        if let (Some(entitled), Some(present)) = (entitled, present)
            && is_few(entitled, present)
            && !self.few
        {
            let problem = Problem::invalid("problem.review.meeting_few").on("meeting.few");
            problems.push(problem.with("present", present).with("entitled", entitled));
        }
        problems.note(check_text(
            "meeting.result",
            &self.result,
            TextRule::area(REMARK_MAX),
        ));
        match (held_on, entitled, present) {
            (Some(held_on), Some(entitled), Some(present)) if problems.is_empty() => {
                let result = self.result.trim().to_owned();
                Ok(Meeting {
                    held_on,
                    entitled,
                    present,
                    result,
                })
            }
            _ => Err(problems),
        }
    }
}

impl From<&Meeting> for MeetingEntry {
    fn from(meeting: &Meeting) -> Self {
        Self {
            held_on: meeting.held_on.to_string(),
            entitled: meeting.entitled.to_string(),
            present: meeting.present.to_string(),
            result: meeting.result.clone(),
            few: meeting.is_few(),
        }
    }
}

impl Meeting {
    /// Whether fewer than half of those entitled came.
    #[must_use]
    pub fn is_few(&self) -> bool {
        is_few(self.entitled, self.present)
    }
}

fn is_few(entitled: u32, present: u32) -> bool {
    u64::from(present) * 2 < u64::from(entitled)
}

/// A number of people, full-width figures too.
fn number(typed: &str, field: &str) -> Result<u32, Problem> {
    let plain: String = typed
        .trim()
        .chars()
        .map(|c| match c {
            '\u{FF10}'..='\u{FF19}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            _ => c,
        })
        .collect();
    match plain.parse() {
        Ok(n) if n > 0 => Ok(n),
        _ => Err(Problem::invalid("problem.review.meeting_number").on(field)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_meeting_is_whole_or_refused() {
        let (from, today) = (date(2010, 10, 8), date(2010, 10, 14));
        let entry = |held_on: &str, entitled: &str, present: &str, result: &str| MeetingEntry {
            held_on: held_on.into(),
            entitled: entitled.into(),
            present: present.into(),
            result: result.into(),
            few: false,
        };
        let good = entry("2010.10.12", "９", "7", " 同意王䶮同志的承诺 ")
            .read(from, today)
            .expect("whole");
        assert_eq!(
            (good.held_on, good.entitled, good.present),
            (date(2010, 10, 12), 9, 7)
        );
        assert_eq!(good.result, "同意王䶮同志的承诺");
        assert_eq!(MeetingEntry::from(&good).read(from, today), Ok(good));
        // Fewer than half: said once more, then recorded; exactly half is enough.
        let few = entry("2010.10.12", "9", "4", "同意");
        let refused = few.read(from, today).expect_err("asked first");
        assert_eq!(
            (refused.0.len(), refused.0[0].key),
            (1, "problem.review.meeting_few")
        );
        let sure = MeetingEntry { few: true, ..few };
        let kept = sure.read(from, today).expect("meant");
        assert!(kept.is_few());
        assert_eq!(MeetingEntry::from(&kept).read(from, today), Ok(kept));
        assert!(
            entry("2010.10.12", "8", "4", "同意")
                .read(from, today)
                .is_ok_and(|m| !m.is_few())
        );
        for (entry, keys) in [
            (entry("", "9", "7", "同意"), vec!["problem.review.meeting_date"]),
            (
                entry("2010-10-07", "9", "7", "同意"),
                vec!["problem.review.meeting_date_range"],
            ),
            (
                entry("2010-10-15", "9", "7", "同意"),
                vec!["problem.review.meeting_date_range"],
            ),
            (
                entry("2010-10-12", "9", "10", "同意"),
                vec!["problem.review.meeting_present"],
            ),
            (
                entry("2010-10-12", "-1", "0", ""),
                vec![
                    "problem.review.meeting_number",
                    "problem.review.meeting_number",
                    "problem.text.missing",
                ],
            ),
        ] {
            let got = entry.read(from, today).expect_err("refused");
            assert_eq!(got.0.iter().map(|p| p.key).collect::<Vec<_>>(), keys, "{entry:?}");
        }
    }
}
