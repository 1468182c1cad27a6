//! The answers to the review questions and the words of a return.

use serde::{Deserialize, Serialize};

use crate::ids::{ItemId, QuestionId, ReasonId};
use crate::problem::{Problem, Problems};
use crate::text::{TextRule, check_text};

/// Longest remark or return message, in characters.
pub const REMARK_MAX: usize = 500;

/// A review question that is asked about a pledge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// As the template names it.
    pub id: QuestionId,
    /// Answered for each item, not once for the pledge (N11).
    #[serde(default)]
    pub per_item: bool,
}

/// A reviewer's answer to one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The question.
    pub question: QuestionId,
    /// The item it is about, for a question that is answered for each item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    /// Yes or no; `None` while it is open.
    pub yes: Option<bool>,
    /// Words of the reviewer; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remark: String,
}

impl Answer {
    /// The end of the field's name: `QUESTION` or `QUESTION.ITEM`.
    #[must_use]
    pub fn place(&self) -> String {
        place(&self.question, self.item.as_ref())
    }
}

fn place(question: &QuestionId, item: Option<&ItemId>) -> String {
    item.map_or_else(|| question.to_string(), |item| format!("{question}.{item}"))
}

/// Everything that has to be answered: each question once, or once for each item.
#[must_use]
pub fn places(asked: &[Question], items: &[ItemId]) -> Vec<(QuestionId, Option<ItemId>)> {
    let mut all = Vec::new();
    for question in asked {
        if question.per_item {
            all.extend(items.iter().map(|item| (question.id.clone(), Some(item.clone()))));
        } else {
            all.push((question.id.clone(), None));
        }
    }
    all
}

/// Whether a pledge can be confirmed with these answers: every question asked about it and its items is answered yes.
///
/// # Errors
/// `problem.review.question_open` or `.question_no` on `answers.QUESTION` or `answers.QUESTION.ITEM`, and those of
/// [`check_remarks`].
pub fn check_answers(asked: &[Question], items: &[ItemId], answers: &[Answer]) -> Result<(), Problems> {
    let mut problems = Problems::new();
    for (question, item) in places(asked, items) {
        let given: Vec<bool> = answers
            .iter()
            .filter(|a| a.question == question && a.item == item)
            .filter_map(|a| a.yes)
            .collect();
        let key = match given.as_slice() {
            [] => "problem.review.question_open",
            all if all.contains(&false) => "problem.review.question_no",
            _ => continue,
        };
        problems.push(
            Problem::invalid(key)
                .on(format!("answers.{}", place(&question, item.as_ref())))
                .with("question", &question),
        );
    }
    problems.absorb(check_remarks(asked, items, answers));
    problems.or(())
}

/// Whether answers may be kept with a decision, whatever they say.
///
/// # Errors
/// `problem.review.question_unknown` for an answer to something that was not asked, refusals of remark text on
/// `remarks.QUESTION`.
pub fn check_remarks(asked: &[Question], items: &[ItemId], answers: &[Answer]) -> Result<(), Problems> {
    let mut problems = Problems::new();
    let known = places(asked, items);
    for answer in answers {
        if !known
            .iter()
            .any(|(q, item)| *q == answer.question && *item == answer.item)
        {
            let problem = Problem::invalid("problem.review.question_unknown").on("answers");
            problems.push(problem.with("question", &answer.question));
        }
        let field = format!("remarks.{}", answer.place());
        problems.note(check_text(
            &field,
            &answer.remark,
            TextRule::area(REMARK_MAX).optional(),
        ));
    }
    problems.or(())
}

/// Whether a pledge can be returned: at least one reason the template knows, and words to the pledger.
///
/// # Errors
/// `problem.review.reason_missing` or `.reason_unknown` on `reasons`, refusals of text on `message`.
pub fn check_return(known: &[ReasonId], reasons: &[ReasonId], message: &str) -> Result<(), Problems> {
    let mut problems = Problems::new();
    if reasons.is_empty() {
        problems.push(Problem::invalid("problem.review.reason_missing").on("reasons"));
    }
    if let Some(reason) = reasons.iter().find(|r| !known.contains(r)) {
        problems.push(
            Problem::invalid("problem.review.reason_unknown")
                .on("reasons")
                .with("reason", reason),
        );
    }
    if crate::text::is_blank(message) {
        problems.push(Problem::invalid("problem.review.message_missing").on("message"));
    } else {
        problems.note(check_text("message", message, TextRule::area(REMARK_MAX)));
    }
    problems.or(())
}

/// Whether one account stands at two different steps of a round: each tier is there so that another looks.
pub fn one_at_two_steps<'a>(decided: impl IntoIterator<Item = (u32, &'a str)>) -> bool {
    let all: Vec<(u32, &str)> = decided.into_iter().collect();
    let again = |(step, by): &(u32, &str)| all.iter().any(|(s, b)| b == by && s != step);
    all.iter().any(again)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(id: &str, per_item: bool) -> Question {
        Question {
            id: QuestionId::parse(id).expect("word"),
            per_item,
        }
    }

    fn item(n: u8) -> ItemId {
        ItemId::parse(format!("01932b6e-7c1a-7f00-8000-0000000003{n:02}")).expect("uuid")
    }

    fn answer(id: &str, item: Option<ItemId>, yes: Option<bool>) -> Answer {
        Answer {
            question: QuestionId::parse(id).expect("word"),
            item,
            yes,
            remark: String::new(),
        }
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "one table of cases, read as a whole")]
    fn no_confirmation_with_an_open_question_or_a_no() {
        const OPEN: &str = "problem.review.question_open";
        const NO: &str = "problem.review.question_no";
        let asked = [question("vanguard", false), question("feasible", true)];
        let items = [item(1), item(2)];
        type Row<'a> = (&'a [(&'a str, Option<u8>, Option<bool>)], &'a [&'a str]);
        let yes = Some(true);
        let table: &[Row] = &[
            (
                &[
                    ("vanguard", None, yes),
                    ("feasible", Some(1), yes),
                    ("feasible", Some(2), yes),
                ],
                &[],
            ),
            (&[("vanguard", None, yes)], &[OPEN, OPEN]),
            (
                &[
                    ("vanguard", None, None),
                    ("feasible", Some(1), yes),
                    ("feasible", Some(2), yes),
                ],
                &[OPEN],
            ),
            (
                &[
                    ("vanguard", None, yes),
                    ("feasible", Some(1), yes),
                    ("feasible", Some(2), Some(false)),
                ],
                &[NO],
            ),
            // One answer for the whole pledge is none for its items.
            (
                &[("vanguard", None, yes), ("feasible", None, yes)],
                &[OPEN, OPEN, "problem.review.question_unknown"],
            ),
            (
                &[
                    ("vanguard", None, yes),
                    ("feasible", Some(1), yes),
                    ("feasible", Some(3), yes),
                ],
                &[OPEN, "problem.review.question_unknown"],
            ),
            // Two answers to one question: the no counts.
            (
                &[
                    ("vanguard", None, yes),
                    ("vanguard", None, Some(false)),
                    ("feasible", Some(1), yes),
                    ("feasible", Some(2), yes),
                ],
                &[NO],
            ),
        ];
        for (given, want) in table {
            let answers: Vec<_> = given
                .iter()
                .map(|(id, at, yes)| answer(id, at.map(item), *yes))
                .collect();
            let got = check_answers(&asked, &items, &answers).map_or_else(|p| p.0, |()| vec![]);
            assert_eq!(got.iter().map(|p| p.key).collect::<Vec<_>>(), *want, "{given:?}");
        }
        let field = check_answers(&asked, &items[..1], &[answer("vanguard", None, yes)])
            .expect_err("open")
            .0[0]
            .field
            .clone();
        assert_eq!(field, Some(format!("answers.feasible.{}", item(1))));
    }

    #[test]
    fn one_person_at_two_steps_is_seen() {
        for (decided, seen) in [
            (&[][..], false),
            (&[(0, "a")], false),
            (&[(0, "a"), (1, "b"), (2, "c")], false),
            (&[(0, "a"), (1, "a")], true),
            (&[(0, "a"), (1, "b"), (2, "a")], true),
            // The same step taken back and decided again is one step.
            (&[(0, "a"), (0, "a")], false),
        ] {
            assert_eq!(one_at_two_steps(decided.iter().copied()), seen, "{decided:?}");
        }
    }

    #[test]
    fn a_return_needs_a_reason_and_words() {
        let known = [ReasonId::parse("feasible").expect("word")];
        let keys = |reasons: &[ReasonId], words: &str| {
            check_return(&known, reasons, words)
                .map_or_else(|p| p.0, |()| vec![])
                .iter()
                .map(|p| p.key)
                .collect::<Vec<_>>()
        };
        assert_eq!(keys(&known, "第2件请写清数量"), Vec::<&str>::new());
        assert_eq!(
            keys(&[], " "),
            ["problem.review.reason_missing", "problem.review.message_missing"]
        );
        assert_eq!(
            keys(&[ReasonId::parse("other").expect("word")], "x"),
            ["problem.review.reason_unknown"]
        );
        assert_eq!(keys(&known, "x\u{202E}"), ["problem.text.bidi"]);
    }
}
