//! The demo's criticism: heard, replied, ordered, overdue and gone up a level, answered, looked at again, closed.

use super::draws::bad_findings;
use super::{Data, person, turn};
use crate::attachment::{Attachment, keep};
use crate::demo::Demo;
use crate::error::Result;
use crate::progress::ListSilent;
use crate::rectification::{
    Criticise, Extend, FindCriticism, FindSource, FollowUp, IssueOrder, Reply, Respond, escalate,
};
use domain::access::{Actor, Role};
use domain::time::add_days;
use jiff::civil::Date;

/// One matter as it goes: days are counted from the first day of the story or, when negative, back from today.
struct Matter {
    made: Date,
    reply: bool,
    /// Day of the order and its limit.
    order: Option<(Date, Date)>,
    /// Day of a longer limit and that limit.
    extended: Option<(Date, Date)>,
    response: Option<Date>,
    /// Day of the follow-up, whether it passed.
    look: Option<(Date, bool)>,
}

fn matters(first: Date, today: Date) -> Vec<Matter> {
    let from = |n: i32| add_days(first, 52 + n);
    let ago = |n: i32| add_days(today, -n);
    let none = Matter {
        made: today,
        reply: false,
        order: None,
        extended: None,
        response: None,
        look: None,
    };
    vec![
        Matter {
            made: from(0),
            reply: true,
            order: Some((from(4), from(25))),
            response: Some(from(18)),
            look: Some((from(22), true)),
            ..none
        },
        Matter {
            made: from(1),
            order: Some((from(5), from(20))),
            response: Some(from(15)),
            look: Some((from(18), false)),
            ..none
        },
        // Nobody answered: on the day after its limit it goes up a level.
        Matter {
            made: from(3),
            order: Some((from(8), ago(9))),
            ..none
        },
        Matter {
            made: ago(20),
            reply: true,
            order: Some((ago(16), ago(-5))),
            response: Some(ago(3)),
            ..none
        },
        Matter {
            made: ago(15),
            reply: true,
            order: Some((ago(10), ago(-4))),
            extended: Some((ago(2), ago(-14))),
            ..none
        },
        Matter {
            made: ago(4),
            reply: true,
            ..none
        },
        Matter { made: ago(1), ..none },
    ]
}

pub(super) async fn seed(d: &Demo, data: &Data, first: Date) -> Result<()> {
    let people = d
        .accounts
        .iter()
        .filter(|h| h.role == Role::Supervisor)
        .filter_map(|h| h.person.clone());
    let supervisors = people.map(|p| person(d, &p)).collect::<Result<Vec<Actor>>>()?;
    let (Some(supervisor), Some(other)) = (supervisors.first().cloned(), supervisors.last().cloned()) else {
        return Ok(());
    };
    d.at(d.today, 8, 0);
    let found = bad_findings(d).await?.into_iter().map(|id| ("finding", id));
    let silent = d.ask(&supervisor, ListSilent { unit: String::new() }).await?;
    let late = silent.items.iter().filter(|i| i.state.name() == "overdue");
    let late = late.map(|i| ("overdue", i.item.id.clone()));
    let mut sources = Vec::new();
    for (origin, id) in found.take(4).chain(late.take(12)) {
        let source = d
            .ask(
                &supervisor,
                FindSource {
                    origin: origin.to_owned(),
                    id: id.clone(),
                },
            )
            .await?;
        let whose = source.item.and_then(|i| i.item.person_id);
        // Nobody criticises or closes his own matter, nor that of the branch he answers for.
        if whose.is_some_and(|p| supervisors.iter().all(|s| s.person.as_ref() != Some(&p))) {
            sources.push((origin, id));
        }
    }
    for (at, (matter, (origin, id))) in matters(first, d.today).iter().zip(sources).enumerate() {
        d.at(matter.made, 9, 20);
        let words = turn(&data.criticisms, at).cloned().unwrap_or_default();
        let case = Criticise {
            origin: origin.to_owned(),
            origin_id: id,
            words,
        };
        let criticism = d.act(&supervisor, case).await?;
        live(d, data, (&supervisor, &other), matter, (at, criticism)).await?;
    }
    d.at(add_days(d.today, -8), 0, 30);
    escalate(&d.app).await?;
    Ok(())
}

#[expect(
    clippy::too_many_lines,
    reason = "one order lives through its steps in their order"
)]
async fn live(
    d: &Demo,
    data: &Data,
    (supervisor, other): (&Actor, &Actor),
    m: &Matter,
    (at, criticism): (usize, String),
) -> Result<()> {
    let found = d.ask(supervisor, FindCriticism(criticism.clone())).await?;
    let Some((owner, _)) = found.answerable.first() else {
        return Ok(());
    };
    let owner = person(d, owner)?;
    let text = |list: &[String]| turn(list, at).cloned().unwrap_or_default();
    if m.reply {
        d.at(add_days(m.made, 1), 15, 10);
        d.act(
            &owner,
            Reply {
                criticism: criticism.clone(),
                words: text(&data.replies),
            },
        )
        .await?;
    }
    let Some((on, due)) = m.order else {
        return Ok(());
    };
    d.at(on, 10, 0);
    let case = IssueOrder {
        criticism: criticism.clone(),
        owner: String::new(),
        reason: text(&data.orders),
        due_on: due.to_string(),
    };
    d.act(supervisor, case).await?;
    if let Some((on, due)) = m.extended {
        d.at(on, 11, 0);
        let case = Extend {
            criticism: criticism.clone(),
            reason: data.extension.clone(),
            due_on: due.to_string(),
        };
        d.act(supervisor, case).await?;
    }
    if let Some(on) = m.response {
        d.at(on, 16, 40);
        d.act(
            &owner,
            Respond {
                criticism: criticism.clone(),
                words: text(&data.responses),
                file: Some(note(d, on).await?),
            },
        )
        .await?;
    }
    if let Some((on, passed)) = m.look {
        d.at(on, 14, 0);
        let case = FollowUp {
            criticism,
            words: if passed {
                data.passed.clone()
            } else {
                data.failed.clone()
            },
            passed,
            finding: if passed && found.line.item.as_ref().is_some_and(|i| ripe(i, on)) {
                "fulfilled".to_owned()
            } else {
                String::new()
            },
            due_on: if passed {
                String::new()
            } else {
                add_days(d.today, 10).to_string()
            },
            file: None,
        };
        d.act(other, case).await?;
    }
    Ok(())
}

/// A page that stands for the paper people hand in with their response: written by hand as the smallest PDF, so that
/// the demo needs neither a picture nor the typesetter.
async fn note(d: &Demo, on: Date) -> Result<Attachment> {
    let words = format!("BT /F1 14 Tf 72 720 Td (Rectification record, {on}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{words}\nendstream", words.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let (mut pdf, mut places) = ("%PDF-1.4\n".to_owned(), String::new());
    for (at, object) in objects.iter().enumerate() {
        places.push_str(&format!("{:010} 00000 n \n", pdf.len()));
        pdf.push_str(&format!("{} 0 obj\n{object}\nendobj\n", at + 1));
    }
    let (table, size) = (pdf.len(), objects.len() + 1);
    pdf.push_str(&format!(
        "xref\n0 {size}\n0000000000 65535 f \n{places}trailer\n<< /Size {size} /Root 1 0 R >>\n\
         startxref\n{table}\n%%EOF\n"
    ));
    keep(&d.app, "file", "rectification.pdf", pdf.as_bytes()).await
}

/// Whether an item can be found fulfilled on a day: it is due by then, or reported.
fn ripe(item: &crate::progress::ItemView, on: Date) -> bool {
    item.item.claim.is_some() || item.item.due_on.parse::<Date>().is_ok_and(|due| due <= on)
}
