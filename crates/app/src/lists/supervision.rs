//! Supervision and its results: the calendar (N17), criticism and rectification (N18), appraisal (N13). They stand in the
//! order of their pages; nobody is ranked.

use super::{Words, day};
use crate::appraisal::{Line, RoundFile, UnitLine};
use crate::inspection::{self, stands};
use crate::progress::Silent;
use crate::rectification::{Ledger, LedgerLine, Order, order_number};
use documents::table::{Cell, Table};
use domain::appraisal::Voice;

/// The calendar of supervision with what came of each line.
pub fn inspections(words: Words<'_>, lines: &[inspection::Line]) -> Table {
    words
        .sheet(words.t("inspection.title"), "", lines)
        .column("list.planned_on", |l: &inspection::Line| day(&l.row.planned_on))
        .column("list.form", |l| {
            words.t(&format!("inspection.kind_{}", l.row.kind)).to_owned()
        })
        .column("list.unit", |l| match l.unit_name.as_str() {
            "" => words.t("inspection.whole"),
            name => name,
        })
        .column("list.about", |l| match &l.item {
            Some(item) => item.item.content.as_str(),
            None => l.row.note.as_str(),
        })
        .column("list.inspectors", |l| {
            words.joined(l.inspectors.iter().map(|a| a.name.as_str()))
        })
        .column("list.state", |l| {
            words.t(&format!("inspection.held_{}", l.held.name())).to_owned()
        })
        .column("list.finding", |l| {
            let agreed = l.records.iter().filter(|r| stands(r));
            let found: Vec<String> = agreed
                .map(|r| words.t(&format!("supervision.finding_{}", r.finding)).to_owned())
                .collect();
            found.join("\n")
        })
        .column("list.seen", |l| {
            let agreed = l.records.iter().filter(|r| stands(r));
            agreed.map(|r| r.words.as_str()).collect::<Vec<_>>().join("\n")
        })
        .done()
}

/// The ledger of criticism and rectification.
pub fn rectifications(words: Words<'_>, ledger: &Ledger) -> Table {
    let order = |l: &LedgerLine, of: fn(&Order) -> &str| l.order.as_ref().map(|o| of(o).to_owned());
    words
        .sheet(words.t("rectification.title"), "", &ledger.lines)
        .column("list.unit", |l: &LedgerLine| l.unit_name.as_str())
        .column("list.who", |l| l.name.as_str())
        .column("list.criticised_on", |l| words.day_of(l.criticism.made_at))
        .column("list.criticism", |l| l.criticism.words.as_str())
        .column("list.origin", |l| {
            words
                .t(&format!("rectification.origin_{}", l.criticism.origin))
                .to_owned()
        })
        .column("list.reply", |l| l.criticism.reply.as_str())
        .column("list.number", |l| {
            l.order.as_ref().map(|o| order_number(words.lang, &o.number))
        })
        .column("list.owner", |l| order(l, |o| &o.owner_name))
        .column("list.reason", |l| order(l, |o| &o.reason))
        .column("list.due_on", |l| l.order.as_ref().map(|o| day(&o.due_on)))
        .column("list.light", |l| {
            words
                .t(&format!("rectification.light_{}", l.light.name()))
                .to_owned()
        })
        .column("list.state", |l| {
            words.t(&format!("rectification.stand_{}", l.stand())).to_owned()
        })
        .column("list.response", |l| order(l, |o| &o.response))
        .column("list.closed_on", |l| {
            l.order
                .as_ref()
                .and_then(|o| o.closed_at)
                .map(|at| words.day_of(at))
        })
        .done()
}

/// The results of a round, branch by branch: what each said, and once it is frozen the ballots, the score and the grade. Of
/// fewer than five ballots nothing but their number is known.
pub fn appraisal(words: Words<'_>, file: &RoundFile) -> Table {
    let labels = file.campaign.labels(words.lang);
    let rows: Vec<(&UnitLine, &Line)> = file
        .units
        .iter()
        .flat_map(|unit| unit.lines.iter().map(move |line| (unit, line)))
        .collect();
    let state = words.t_of("round_state", file.round.state.name());
    let result = |l: &Line| l.result.clone();
    let ballot = |l: &Line| l.result.as_ref().and_then(|r| r.ballot.clone());
    let mut sheet = words
        .sheet(&file.round.row.title, &state, rows.iter())
        .column("list.unit", |(unit, _)| unit.name.as_str())
        .column("list.who", |(_, l)| match l.subject.is_branch() {
            true => words.t("appraisal.the_branch"),
            false => l.subject.name(),
        })
        .column("list.post", |(_, l)| l.subject.row.post.as_str());
    for voice in [Voice::Own, Voice::BranchComment, Voice::LeaderComment] {
        if !file.round.hears(voice) {
            continue;
        }
        let name = words.t_of("entry_voice", voice.name());
        if file.round.weighs(voice) {
            let head = lang::fill(words.lang, "list.points_of", &[("what", &name)]);
            sheet = sheet.named(head, |(_, l)| l.said(voice).and_then(|e| e.score));
        }
        sheet = sheet.named(name, |(_, l)| l.said(voice).map(|e| e.words.as_str()));
    }
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    sheet
        .column("list.ballots", |(_, l)| ballot(l).map(|b| count(b.ballots)))
        .column("list.eligible", |(_, l)| ballot(l).map(|b| count(b.eligible)))
        .column("list.ballot_mean", |(_, l)| match ballot(l) {
            Some(b) if b.ballots > 0 && b.is_suppressed() => Cell::from(words.t("appraisal.suppressed")),
            Some(b) => b.mean.map(|m| Cell::Hundredths(m.into())).into(),
            None => Cell::Empty,
        })
        .column("list.score", |(_, l)| {
            result(l)
                .and_then(|r| r.score)
                .map(|s| Cell::Hundredths(s.into()))
        })
        .column("list.appraised", |(_, l)| {
            let grade = result(l).and_then(|r| r.grade);
            grade.map(|g| labels.grade(g.as_str()).to_owned())
        })
        .column("list.public", |(_, l)| words.yes_or_no(l.released))
        .done()
}

/// Items that are due or nearly due and that nobody has reported on, the longest first (N13).
pub fn silent(words: Words<'_>, found: &Silent) -> Table {
    let labels = found.campaign.labels(words.lang);
    let unit = found.units.iter().find(|u| u.id == found.unit);
    words
        .sheet(
            words.t("progress.silent_title"),
            unit.map_or("", |u| u.name.as_str()),
            &found.items,
        )
        .column("list.unit", |i| i.item.unit_name.as_str())
        .column("list.who", |i| i.item.name.as_str())
        .column("ledger.kind", |i| labels.kind(&i.item.kind).to_owned())
        .column("ledger.content", |i| i.item.content.as_str())
        .column("ledger.due", |i| day(&i.item.due_on))
        .column("list.state", |i| {
            words
                .t(&format!("supervision.state_{}", i.state.name()))
                .to_owned()
        })
        .column("list.last_report", |i| i.item.last_report_on.as_deref().map(day))
        .done()
}
