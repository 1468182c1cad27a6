//! Step 1: what was heard and what becomes of it (N7, N9). Opinions that say nearly the same are proposed as one
//! demand; people decide. Every demand ends in a commitment item or in a public reason why not.

mod similar;

pub use similar::{groups, nearest, similarity};

use jiff::civil::Date;

use crate::problem::{Problem, Problems};
use crate::publication::private_marks;
use crate::text::{TextRule, check_text};
use crate::time::{Window, add_days};

/// Longest opinion, in characters.
pub const OPINION_MAX: usize = 500;
/// Longest title of a demand, in characters: it stands in one line of the public list.
pub const TITLE_MAX: usize = 80;
/// The most voices one typed-in opinion may stand for: a whole ward's paper slips, not a census.
pub const VOICES_MAX: i64 = 9_999;
/// A visit may have been held so many days before the first day of the campaign.
const VISIT_EARLY_DAYS: i32 = 30;

/// Where an opinion comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// Somebody with an account, in the form for staff; who it was is not kept.
    Internal,
    /// Anybody, in the public form.
    Public,
    /// Typed in from paper slips.
    Paper,
    /// A point heard at a visit or symposium.
    Visit,
    /// An open demand of the last campaign.
    CarriedOver,
}

impl Source {
    /// All of them, in the order of the filter.
    pub const ALL: [Source; 5] = [
        Self::Public,
        Self::Internal,
        Self::Paper,
        Self::Visit,
        Self::CarriedOver,
    ];

    /// The identifier as stored and as i18n keys (`opinion_source.…`) write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Public => "public",
            Self::Paper => "paper",
            Self::Visit => "visit",
            Self::CarriedOver => "carried_over",
        }
    }
}

/// Where a demand stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemandState {
    /// Nobody has settled it.
    Open,
    /// Commitment items answer it.
    Answered,
    /// It is not taken up, for a public reason.
    Declined,
}

impl DemandState {
    /// The identifier as stored and as i18n keys (`demand_state.…`) write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Declined => "declined",
        }
    }

    /// The state of this identifier.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Open, Self::Answered, Self::Declined]
            .into_iter()
            .find(|s| s.name() == name)
    }

    /// The demand is settled by the items that answer it.
    ///
    /// # Errors
    /// `problem.demand.no_items` when none does; `problem.demand.settled` when it is settled.
    pub fn answer(self, items: i64) -> Result<Self, Problem> {
        match self {
            Self::Open if items > 0 => Ok(Self::Answered),
            Self::Open => Err(Problem::conflict("problem.demand.no_items")),
            Self::Answered | Self::Declined => Err(Problem::conflict("problem.demand.settled")),
        }
    }

    /// The demand is not taken up; the reason stands in public beside it (N7).
    ///
    /// # Errors
    /// What is wrong with the reason; `problem.demand.settled` when it is settled.
    pub fn decline(self, reason: &str) -> Result<Self, Problem> {
        if self != Self::Open {
            return Err(Problem::conflict("problem.demand.settled"));
        }
        check_public("reason", reason, TextRule::area(OPINION_MAX))?;
        Ok(Self::Declined)
    }

    /// The demand is open again.
    ///
    /// # Errors
    /// `problem.demand.not_settled` when it is.
    pub fn reopen(self) -> Result<Self, Problem> {
        match self {
            Self::Open => Err(Problem::conflict("problem.demand.not_settled")),
            Self::Answered | Self::Declined => Ok(Self::Open),
        }
    }
}

/// Checks an opinion as it was typed; it is kept as it is.
///
/// # Errors
/// What is wrong, on the fields `words` and `voices`.
pub fn check_opinion(words: &str, voices: i64) -> Result<(), Problems> {
    let mut problems = Problems::new();
    problems.note(check_text("words", words, TextRule::area(OPINION_MAX)));
    if !(1..=VOICES_MAX).contains(&voices) {
        problems.push(
            Problem::invalid("problem.demand.voices")
                .on("voices")
                .with("max", VOICES_MAX),
        );
    }
    problems.or(())
}

/// A visit or symposium as it was typed.
#[derive(Debug, Clone, Copy)]
pub struct VisitText<'a> {
    /// Where.
    pub place: &'a str,
    /// Who was met, for a symposium who attended.
    pub met: &'a str,
    /// What was said, one point a line.
    pub points: &'a str,
    /// When.
    pub held_on: Date,
}

/// Checks a visit.
///
/// # Errors
/// What is wrong, on the fields `place`, `met`, `points` and `held_on`.
pub fn check_visit(visit: VisitText<'_>, campaign: Option<Window>, today: Date) -> Result<(), Problems> {
    let mut problems = Problems::new();
    problems.note(check_text("place", visit.place, TextRule::line(60)));
    problems.note(check_text("met", visit.met, TextRule::area(300)));
    problems.note(check_text("points", visit.points, TextRule::area(4_000)));
    let first = campaign.map_or(today, |w| w.starts_on.min(today));
    let first = add_days(first, -VISIT_EARLY_DAYS);
    if visit.held_on > today || visit.held_on < first {
        problems.push(
            Problem::invalid("problem.demand.held_on")
                .on("held_on")
                .with("first", first)
                .with("today", today),
        );
    }
    problems.or(())
}

/// The points of a visit: lines that are not blank, without the number or dash people put before them.
#[must_use]
pub fn points(text: &str) -> Vec<&str> {
    let bare = |line: &str| {
        let line = line.trim();
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
        let numbered = rest.len() < line.len();
        let marks: &[char] = if numbered {
            &['.', '、', '．', ')', '）']
        } else {
            &['-', '·', '•', '*']
        };
        match rest.strip_prefix(marks) {
            Some(point) => line.len() - point.trim_start().len(),
            None => 0,
        }
    };
    text.lines()
        .filter_map(|line| {
            let line = line.trim();
            line.get(bare(line)..)
        })
        .filter(|point| !point.is_empty())
        .collect()
}

/// Checks the title of a demand: strangers read it.
///
/// # Errors
/// What is wrong with the text, `problem.demand.private` when it holds a phone or identity card number.
pub fn check_title(title: &str) -> Result<(), Problem> {
    check_public("title", title, TextRule::line(TITLE_MAX))
}

/// Checks a text that strangers will read: no phone or identity card number may stand in it.
///
/// # Errors
/// What is wrong with the text, or `problem.demand.private` with the number as `{quote}`.
pub fn check_public(field: &str, text: &str, rule: TextRule) -> Result<(), Problem> {
    check_text(field, text, rule)?;
    let marks = private_marks(text);
    let first = marks.first().and_then(|(range, _)| text.get(range.clone()));
    match first {
        None => Ok(()),
        Some(quote) => Err(Problem::invalid("problem.demand.private")
            .on(field)
            .with("quote", quote)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn a_demand_ends_in_items_or_in_a_reason() {
        assert_eq!(DemandState::Open.answer(1), Ok(DemandState::Answered));
        assert_eq!(
            DemandState::Open.answer(0).map_err(|p| p.key),
            Err("problem.demand.no_items")
        );
        assert_eq!(
            DemandState::Open.decline(" ").map_err(|p| p.key),
            Err("problem.text.missing")
        );
        assert_eq!(
            DemandState::Open.decline("请打13800001234问").map_err(|p| p.key),
            Err("problem.demand.private")
        );
        assert_eq!(
            DemandState::Open.decline("医保政策所限"),
            Ok(DemandState::Declined)
        );
        assert!(DemandState::Declined.decline("又一次").is_err());
        assert_eq!(DemandState::Declined.reopen(), Ok(DemandState::Open));
        for state in [DemandState::Open, DemandState::Answered, DemandState::Declined] {
            assert_eq!(DemandState::from_name(state.name()), Some(state));
        }
    }

    #[test]
    fn points_lose_their_numbers_and_nothing_else() {
        for (text, want) in [
            (
                "1、椅子太少\n2. 热水要等\n\n- 夜里太吵",
                vec!["椅子太少", "热水要等", "夜里太吵"],
            ),
            ("3号楼电梯慢", vec!["3号楼电梯慢"]),
            ("2010.10修的门又坏了", vec!["10修的门又坏了"]),
            ("  （一）不去掉  ", vec!["（一）不去掉"]),
            (" \r\n", vec![]),
        ] {
            assert_eq!(points(text), want, "{text}");
        }
    }

    #[test]
    fn a_visit_lies_in_the_past_and_near_the_campaign() {
        let window = Some(Window {
            starts_on: date(2010, 9, 20),
            ends_on: None,
        });
        let visit = |held_on| VisitText {
            place: "产科二病区",
            met: "马㛃雅等3人",
            points: "呼叫铃没人应",
            held_on,
        };
        let today = date(2010, 9, 25);
        for (day, fine) in [
            (date(2010, 9, 25), true),
            (date(2010, 8, 21), true),
            (date(2010, 8, 20), false),
            (date(2010, 9, 26), false),
        ] {
            assert_eq!(check_visit(visit(day), window, today).is_ok(), fine, "{day}");
        }
    }

    #[test]
    fn voices_are_counted_from_one() {
        for (voices, fine) in [(0, false), (1, true), (9_999, true), (10_000, false), (-3, false)] {
            assert_eq!(check_opinion("门诊椅子太少", voices).is_ok(), fine, "{voices}");
        }
        assert!(check_opinion("", 1).is_err());
    }

    proptest! {
        #[test]
        fn points_are_parts_of_the_text(text in "[0-9一、.\\- 椅\n]{0,40}") {
            for point in points(&text) {
                prop_assert!(text.contains(point) && !point.trim().is_empty());
            }
        }
    }
}
