//! The rectification order as an official paper.

use super::{CriticismView, Order, order_year};
use crate::App;
use crate::error::{Error, Result};
use documents::paper::{Document, Official, Passage, official};
use domain::problem::Problem;
use jiff::civil::Date;
use lang::Lang;

fn day(lang: Lang, text: &str) -> String {
    text.parse::<Date>()
        .map_or_else(|_| text.to_owned(), |day| lang::date(lang, day))
}

/// The number of an order as its paper writes it.
#[must_use]
pub fn order_number(lang: Lang, number: &str) -> String {
    let (year, n) = order_year(number);
    lang::fill(lang, "rectification.number", &[("year", &year), ("n", &n)])
}

/// What was found, what was said to it, and what is to be put right until when.
fn body(app: &App, lang: Lang, c: &CriticismView, order: &Order) -> Vec<Passage> {
    let criticism = &c.line.criticism;
    let say = |key: &'static str, args: &[(&str, &dyn std::fmt::Display)]| Passage::Paragraph {
        text: lang::fill(lang, key, args),
    };
    let item = c.line.item.as_ref().map(|item| {
        let args: [(&str, &dyn std::fmt::Display); 1] = [("text", &item.item.content)];
        say("rectification.paper_item", &args)
    });
    let found = lang::date(lang, app.date_of(criticism.made_at));
    let due = day(lang, &order.due_on);
    let mut body: Vec<Passage> = item.into_iter().collect();
    body.push(say(
        "rectification.paper_found",
        &[("date", &found), ("text", &criticism.words)],
    ));
    if !criticism.reply.is_empty() {
        body.push(say("rectification.paper_reply", &[("text", &criticism.reply)]));
    }
    body.push(say(
        "rectification.paper_order",
        &[("text", &ended(lang, &order.reason)), ("date", &due)],
    ));
    body.push(say("rectification.paper_after", &[]));
    body
}

/// What somebody wrote as a sentence: with a full stop where it has no end of its own.
fn ended(lang: Lang, text: &str) -> String {
    const ENDS: [char; 9] = [
        '\u{3002}', '\u{FF01}', '\u{FF1F}', '\u{FF1B}', '\u{2026}', '.', '!', '?', ';',
    ];
    let text = text.trim_end();
    match text.ends_with(ENDS) {
        true => text.to_owned(),
        false => format!("{text}{}", lang::text(lang, "rectification.paper_stop")),
    }
}

/// Name of the file and the paper of an order, from a house.
///
/// # Errors
/// `problem.not_found` while there is no order.
pub fn order_paper(app: &App, lang: Lang, house: &str, c: &CriticismView) -> Result<(String, Document)> {
    let order = c
        .line
        .order
        .as_ref()
        .ok_or_else(|| Problem::not_found("problem.not_found"))?;
    let number = order_number(lang, &order.number);
    let issued = app.date_of(order.issued_at);
    let body = body(app, lang, c, order);
    let paper = Official {
        language: lang.code().to_owned(),
        mark: house.to_owned(),
        number: number.clone(),
        title: lang::text(lang, "rectification.paper_title").to_owned(),
        addressee: lang::fill(
            lang,
            "rectification.paper_to",
            &[("unit", &c.line.unit_name), ("name", &order.owner_name)],
        ),
        body,
        signer: lang::fill(
            lang,
            "rectification.paper_signer",
            &[("house", &house), ("name", &order.issued_name)],
        ),
        date: lang::date(lang, issued),
        ..Official::default()
    };
    let document = official(&paper, issued).map_err(Error::bug)?;
    Ok((format!("{} {number}", paper.title), document))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_becomes_a_sentence() {
        for (text, wanted) in [
            ("候诊椅没有到位", "候诊椅没有到位。"),
            ("候诊椅没有到位。\n", "候诊椅没有到位。"),
            ("为什么？", "为什么？"),
        ] {
            assert_eq!(ended(Lang::Zh, text), wanted);
        }
        assert_eq!(ended(Lang::En, "Too late"), "Too late.");
    }
}
