//! What a decision form sends, and its refusals in the template's words.

use crate::fields::Fields;
use crate::visit::Visit;
use app::campaign::Labels;
use app::review::{Answers, Decide, Verdict};
use domain::ids::{ItemId, QuestionId};
use domain::problem::{Problem, Problems};
use domain::review::{Answer, MeetingEntry};

/// Reads a decision. What does not read counts as not shown: the act refuses it.
pub(super) fn decision(pledge: &str, fields: &Fields) -> Decide {
    let number = |name: &str| fields.get(name).trim().parse().unwrap_or(u32::MAX);
    let reasons = || fields.all("reasons").into_iter().map(str::to_owned).collect();
    let meeting = fields.has("meeting.held_on").then(|| MeetingEntry {
        held_on: fields.trimmed("meeting.held_on"),
        entitled: fields.trimmed("meeting.entitled"),
        present: fields.trimmed("meeting.present"),
        result: fields.trimmed("meeting.result"),
        few: fields.get("meeting.few") == "1",
    });
    let verdict = match fields.get("verdict") {
        "return" => Verdict::Return { reasons: reasons() },
        _ => Verdict::Confirm,
    };
    // An untouched meeting says nothing about a return.
    let meeting = meeting.filter(|m| verdict == Verdict::Confirm || !m.result.is_empty());
    Decide {
        pledge: pledge.to_owned(),
        round: number("round"),
        step: number("step"),
        revision: fields.get("revision").trim().parse().unwrap_or(-1),
        answers: if fields.get("all") == "yes" {
            Answers::AllYes
        } else {
            Answers::Each(answers(fields))
        },
        message: match verdict {
            Verdict::Confirm => fields.get("remark").to_owned(),
            Verdict::Return { .. } => fields.get("message").to_owned(),
        },
        verdict,
        meeting,
    }
}

fn answers(fields: &Fields) -> Vec<Answer> {
    let mut all: Vec<Answer> = Vec::new();
    let given = fields
        .under("answers.")
        .map(|(place, text)| (place, Some(text == "yes"), ""));
    let remarks = fields.under("remarks.").map(|(place, text)| (place, None, text));
    for (place, yes, remark) in given.chain(remarks) {
        let (question, item) = place.split_once('.').map_or((place, None), |(q, i)| (q, Some(i)));
        let Ok(question) = QuestionId::parse(question) else {
            continue;
        };
        let Ok(item) = item.map(ItemId::parse).transpose() else {
            continue;
        };
        if yes.is_none() && remark.trim().is_empty() {
            continue;
        }
        match all.iter_mut().find(|a| a.question == question && a.item == item) {
            Some(answer) => {
                answer.yes = yes.or(answer.yes);
                answer.remark.push_str(remark.trim());
            }
            None => all.push(Answer {
                question,
                item,
                yes,
                remark: remark.trim().to_owned(),
            }),
        }
    }
    all
}

/// The refusals with the template's words in place of its keys.
pub(super) fn in_words(v: &Visit, labels: &Labels, problems: Problems) -> Problems {
    let word = |problem: Problem| {
        let args = problem.args.into_iter().map(|(name, value)| {
            let shown = match name {
                "question" => labels.question(&value).to_owned(),
                "reason" => labels.return_reason(&value).to_owned(),
                "role" => lang::text(v.lang(), &format!("role.{value}")).to_owned(),
                "from" | "to" => v.iso(&value),
                _ => value,
            };
            (name, shown)
        });
        Problem {
            args: args.collect(),
            ..problem
        }
    };
    Problems(problems.0.into_iter().map(word).collect())
}
