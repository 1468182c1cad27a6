//! What the public says of pledges and branches (N13, 好差评): five grades, reasons to tap, words. A good grade may
//! stand alone, a bad one needs a reason, so that somebody can look into it.

use jiff::civil::Date;

use crate::campaign::Template;
use crate::demand::check_public;
use crate::problem::{Problem, Problems};
use crate::publication::private_marks;
use crate::text::{TextRule, check_text};
use crate::time::{Calendar, due_in_working_days};

/// Longest words, in characters.
pub const WORDS_MAX: usize = 500;
/// Longest reply, in characters.
pub const REPLY_MAX: usize = 1_000;
/// Grades up to this one are bad.
pub const BAD_UP_TO: i64 = 2;
/// Fewer voices than this are never counted in public (PRODUCT.md 3.7).
pub const SHOWN_FROM: i64 = 5;

/// What somebody sent.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// 5 very satisfied … 1 very dissatisfied; `None` when no face was tapped.
    pub grade: Option<i64>,
    /// Keys of the reasons tapped.
    pub reasons: &'a [String],
    /// Words; may be empty.
    pub words: &'a str,
    /// How to be reached; may be empty.
    pub contact: &'a str,
}

impl Said<'_> {
    /// Checks it against the template's scale; gives the grade and the reasons that belong to it. Reasons of
    /// another grade are dropped: they were tapped before the face was changed.
    ///
    /// # Errors
    /// `problem.feedback.grade`, `problem.feedback.reason`, and what is wrong with the texts.
    pub fn check(&self, template: &Template) -> Result<(i64, Vec<String>), Problems> {
        let mut problems = Problems::new();
        problems.note(check_text(
            "words",
            self.words,
            TextRule::area(WORDS_MAX).optional(),
        ));
        problems.note(check_text("contact", self.contact, TextRule::line(60).optional()));
        let scale = &template.satisfaction;
        let chosen = scale.iter().find(|s| Some(i64::from(s.score)) == self.grade);
        let Some(chosen) = chosen else {
            problems.push(Problem::invalid("problem.feedback.grade").on("grade"));
            return Err(problems);
        };
        let known = |key: &&String| chosen.reasons.iter().any(|r| r.key == **key);
        let reasons: Vec<String> = self.reasons.iter().filter(known).cloned().collect();
        let grade = i64::from(chosen.score);
        if grade <= BAD_UP_TO && reasons.is_empty() && crate::text::is_blank(self.words) {
            problems.push(Problem::invalid("problem.feedback.reason").on("reason"));
        }
        problems.or((grade, reasons))
    }
}

/// Whether somebody has to answer: a good grade without words is counted and asks for nothing.
#[must_use]
pub fn needs_answer(grade: i64, words: &str) -> bool {
    grade <= BAD_UP_TO || !crate::text::is_blank(words)
}

/// The day until which it is answered, by the working-day calendar (N15).
#[must_use]
pub fn due_on(template: &Template, said_on: Date) -> Date {
    due_in_working_days(Calendar::in_force(), said_on, template.periods.reply_working_days)
}

/// Where a feedback stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedbackState {
    /// Nobody has answered.
    New,
    /// Answered.
    Answered,
    /// Hidden, with a reason; the original is kept.
    Hidden,
}

impl FeedbackState {
    /// The identifier as stored and as i18n keys (`feedback_state.…`) write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Answered => "answered",
            Self::Hidden => "hidden",
        }
    }

    /// The state of this identifier.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::New, Self::Answered, Self::Hidden]
            .into_iter()
            .find(|s| s.name() == name)
    }

    /// It is answered, or the answer is bettered.
    ///
    /// # Errors
    /// What is wrong with the reply on field `reply`; a public one may hold no phone or card number.
    /// `problem.feedback.hidden` when it is hidden.
    pub fn reply(self, reply: &str, public: bool) -> Result<Self, Problem> {
        if self == Self::Hidden {
            return Err(Problem::conflict("problem.feedback.hidden"));
        }
        let rule = TextRule::area(REPLY_MAX);
        if public {
            check_public("reply", reply, rule)?;
        } else {
            check_text("reply", reply, rule)?;
        }
        Ok(Self::Answered)
    }

    /// It is hidden: abuse, private matters of others, advertising.
    ///
    /// # Errors
    /// What is wrong with the reason on field `hidden_reason`; `problem.feedback.hidden` when it is hidden.
    pub fn hide(self, reason: &str) -> Result<Self, Problem> {
        if self == Self::Hidden {
            return Err(Problem::conflict("problem.feedback.hidden"));
        }
        check_text("hidden_reason", reason, TextRule::line(200))?;
        Ok(Self::Hidden)
    }

    /// It is shown again; answered when there is a reply.
    ///
    /// # Errors
    /// `problem.feedback.not_hidden`.
    pub fn show(self, answered: bool) -> Result<Self, Problem> {
        match (self, answered) {
            (Self::Hidden, true) => Ok(Self::Answered),
            (Self::Hidden, false) => Ok(Self::New),
            _ => Err(Problem::conflict("problem.feedback.not_hidden")),
        }
    }
}

/// The words with phone and identity card numbers starred, as they may be published. The original is kept.
#[must_use]
pub fn masked(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    let mut from = 0;
    for (range, _) in private_marks(words) {
        out.push_str(words.get(from..range.start).unwrap_or(""));
        let count = words.get(range.clone()).map_or(0, |text| text.chars().count());
        out.extend(std::iter::repeat_n('*', count));
        from = range.end;
    }
    out.push_str(words.get(from..).unwrap_or(""));
    out
}

/// Counts by grade as strangers may see them: nothing when fewer than [`SHOWN_FROM`] people spoke.
#[must_use]
pub fn shown(counts: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    let all: i64 = counts.iter().map(|(_, n)| n).sum();
    if all < SHOWN_FROM { Vec::new() } else { counts }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn template() -> Template {
        let (_, text) = crate::campaign::shipped()
            .iter()
            .find(|(key, _)| *key == "notice_2010")
            .expect("shipped");
        crate::campaign::parse(text).expect("reads")
    }

    #[test]
    fn good_grades_stand_alone_and_bad_ones_need_a_reason() {
        let template = template();
        let not_done = vec!["not_done".to_owned()];
        let warm = vec!["warm_service".to_owned()];
        type Case<'a> = (Option<i64>, &'a [String], &'a str, Option<&'a str>);
        let table: &[Case] = &[
            (Some(5), &[], "", None),
            (Some(3), &[], "", None),
            (Some(2), &[], "", Some("problem.feedback.reason")),
            (Some(2), &not_done, "", None),
            (Some(2), &[], "椅子又坏了", None),
            (Some(2), &warm, "", Some("problem.feedback.reason")),
            (Some(1), &[], " ", Some("problem.feedback.reason")),
            (Some(0), &[], "", Some("problem.feedback.grade")),
            (Some(6), &[], "", Some("problem.feedback.grade")),
            (None, &[], "好", Some("problem.feedback.grade")),
        ];
        for (grade, reasons, words, want) in table {
            let said = Said {
                grade: *grade,
                reasons,
                words,
                contact: "",
            };
            let got = said
                .check(&template)
                .err()
                .and_then(|p| p.0.first().map(|p| p.key));
            assert_eq!(got, *want, "{said:?}");
        }
        let kept = Said {
            grade: Some(5),
            reasons: &[warm[0].clone(), not_done[0].clone()],
            words: "",
            contact: "",
        };
        assert_eq!(kept.check(&template).map(|(_, r)| r), Ok(warm));
    }

    #[test]
    fn taps_of_the_content_ask_for_nothing() {
        for (grade, words, answer) in [(5, "", false), (3, " ", false), (5, "谢谢", true), (2, "", true)] {
            assert_eq!(needs_answer(grade, words), answer, "{grade} {words}");
        }
    }

    #[test]
    fn the_answer_is_due_in_working_days() {
        // The holiday of 2010 lies between; 9 October, a Saturday, is worked.
        assert_eq!(due_on(&template(), date(2010, 9, 30)), date(2010, 10, 13));
    }

    #[test]
    fn numbers_are_starred_and_small_groups_are_not_counted() {
        assert_eq!(masked("打13800001234找我"), "打***********找我");
        assert_eq!(masked("没有号码"), "没有号码");
        assert!(shown(vec![(5, 2), (1, 2)]).is_empty());
        assert_eq!(shown(vec![(5, 4), (1, 1)]).len(), 2);
    }

    #[test]
    fn states_move_as_they_should() {
        use FeedbackState::{Answered, Hidden, New};
        assert_eq!(New.reply("已加座", true), Ok(Answered));
        assert_eq!(Answered.reply("已再加座", false), Ok(Answered));
        assert!(New.reply("打13800001234", true).is_err());
        assert!(New.reply("打13800001234", false).is_ok());
        assert!(Hidden.reply("x", false).is_err());
        assert_eq!(New.hide("辱骂"), Ok(Hidden));
        assert!(New.hide("").is_err());
        assert_eq!(Hidden.show(false), Ok(New));
        assert!(New.show(true).is_err());
    }

    proptest! {
        #[test]
        fn nothing_private_is_left_in_masked_words(words in "[0-9０-９Xx诺 -]{0,60}") {
            prop_assert!(private_marks(&masked(&words)).is_empty());
            prop_assert_eq!(masked(&words).chars().count(), words.chars().count());
        }
    }
}
