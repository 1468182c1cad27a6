//! The answers to the review questions and the words of a return.

use serde::{Deserialize, Serialize};

use crate::ids::{QuestionId, ReasonId};
use crate::problem::{Problem, Problems};
use crate::text::{TextRule, check_text};

/// Longest remark or return message, in characters.
pub const REMARK_MAX: usize = 500;

/// A review question of the template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// As the template names it.
    pub id: QuestionId,
    /// Asked only of leading cadres, whose standard is higher (N6).
    #[serde(default)]
    pub leaders_only: bool,
}

/// A reviewer's answer to one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The question.
    pub question: QuestionId,
    /// Yes or no; `None` while it is open.
    pub yes: Option<bool>,
    /// Words of the reviewer; may be empty.
    #[serde(default)]
    pub remark: String,
}

/// Whether a pledge can be confirmed with these answers: every question that applies is answered yes.
///
/// # Errors
/// `problem.review.question_open` or `.question_no` on `answers.QUESTION`, `.question_unknown` for an answer to a
/// question that was not asked, and refusals of remark text on `remarks.QUESTION`.
pub fn check_answers(
    questions: &[Question],
    leading_cadre: bool,
    answers: &[Answer],
) -> Result<(), Problems> {
    let mut problems = Problems::new();
    let asked = || questions.iter().filter(|q| leading_cadre || !q.leaders_only);
    for question in asked() {
        let given: Vec<bool> = answers
            .iter()
            .filter(|a| a.question == question.id)
            .filter_map(|a| a.yes)
            .collect();
        let key = match given.as_slice() {
            [] => "problem.review.question_open",
            all if all.contains(&false) => "problem.review.question_no",
            _ => continue,
        };
        problems.push(
            Problem::invalid(key)
                .on(format!("answers.{}", question.id))
                .with("question", &question.id),
        );
    }
    for answer in answers {
        if !asked().any(|q| q.id == answer.question) {
            let problem = Problem::invalid("problem.review.question_unknown").on("answers");
            problems.push(problem.with("question", &answer.question));
        }
        let field = format!("remarks.{}", answer.question);
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
    if message.trim().is_empty() {
        problems.push(Problem::invalid("problem.review.message_missing").on("message"));
    } else {
        problems.note(check_text("message", message, TextRule::area(REMARK_MAX)));
    }
    problems.or(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(id: &str, leaders_only: bool) -> Question {
        Question {
            id: QuestionId::parse(id).expect("word"),
            leaders_only,
        }
    }

    fn answer(id: &str, yes: Option<bool>) -> Answer {
        Answer {
            question: QuestionId::parse(id).expect("word"),
            yes,
            remark: String::new(),
        }
    }

    #[test]
    fn no_confirmation_with_an_open_question_or_a_no() {
        let questions = [
            question("advanced", false),
            question("feasible", false),
            question("above_members", true),
        ];
        type Row<'a> = (bool, &'a [(&'a str, Option<bool>)], &'a [&'a str]);
        let table: &[Row] = &[
            (false, &[("advanced", Some(true)), ("feasible", Some(true))], &[]),
            (
                false,
                &[("advanced", Some(true))],
                &["problem.review.question_open"],
            ),
            (
                false,
                &[("advanced", Some(true)), ("feasible", None)],
                &["problem.review.question_open"],
            ),
            (
                false,
                &[("advanced", Some(true)), ("feasible", Some(false))],
                &["problem.review.question_no"],
            ),
            (
                true,
                &[("advanced", Some(true)), ("feasible", Some(true))],
                &["problem.review.question_open"],
            ),
            (
                true,
                &[
                    ("advanced", Some(true)),
                    ("feasible", Some(true)),
                    ("above_members", Some(true)),
                ],
                &[],
            ),
            (
                false,
                &[
                    ("advanced", Some(true)),
                    ("feasible", Some(true)),
                    ("above_members", Some(true)),
                ],
                &["problem.review.question_unknown"],
            ),
            // Two answers to one question: the no counts.
            (
                false,
                &[
                    ("advanced", Some(true)),
                    ("advanced", Some(false)),
                    ("feasible", Some(true)),
                ],
                &["problem.review.question_no"],
            ),
        ];
        for (leader, given, want) in table {
            let answers: Vec<_> = given.iter().map(|(id, yes)| answer(id, *yes)).collect();
            let got = check_answers(&questions, *leader, &answers).map_or_else(|p| p.0, |()| vec![]);
            assert_eq!(got.iter().map(|p| p.key).collect::<Vec<_>>(), *want, "{given:?}");
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
