//! The rectification order as an official paper.

use super::number_of;
use crate::visit::Visit;
use app::rectification::CriticismView;
use documents::paper::{Document, Official, Passage, official};
use domain::problem::Problem;

fn paragraph(text: String) -> Passage {
    Passage::Paragraph { text }
}

/// Name of the file and the paper.
///
/// # Errors
/// `problem.not_found` while there is no order.
pub(super) fn order(v: &Visit, c: &CriticismView) -> Result<(String, Document), app::Error> {
    let order = c
        .line
        .order
        .as_ref()
        .ok_or_else(|| Problem::not_found("problem.not_found"))?;
    let number = number_of(v, &order.number);
    let issued = v.web().app().date_of(order.issued_at);
    let mut body = vec![paragraph(v.t2(
        "rectification.paper_found",
        "date",
        v.day_of(c.line.criticism.made_at),
        "text",
        &c.line.criticism.words,
    ))];
    if let Some(item) = &c.line.item {
        body.insert(
            0,
            paragraph(v.t1("rectification.paper_item", "text", &item.item.content)),
        );
    }
    if !c.line.criticism.reply.is_empty() {
        body.push(paragraph(v.t1(
            "rectification.paper_reply",
            "text",
            &c.line.criticism.reply,
        )));
    }
    body.push(paragraph(v.t2(
        "rectification.paper_order",
        "text",
        &order.reason,
        "date",
        v.iso(&order.due_on),
    )));
    body.push(paragraph(v.t("rectification.paper_after").to_owned()));
    let paper = Official {
        language: v.code().to_owned(),
        mark: v.house().name.clone(),
        number: number.clone(),
        title: v.t("rectification.paper_title").to_owned(),
        addressee: v.t2(
            "rectification.paper_to",
            "unit",
            &c.line.unit_name,
            "name",
            &order.owner_name,
        ),
        body,
        signer: v.t2(
            "rectification.paper_signer",
            "house",
            &v.house().name,
            "name",
            &order.issued_name,
        ),
        date: v.date(issued),
        ..Official::default()
    };
    let document = official(&paper, issued).map_err(app::Error::bug)?;
    Ok((format!("{} {number}", paper.title), document))
}
