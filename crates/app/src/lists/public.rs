//! Publicity and what is told upwards: channels (N12), objections, reports of branches and good examples (N19).

use super::{Words, day};
use crate::brief::{Example, ExampleDesk, PublicExample, ReportCell, ReportLine, Reports, UnitFigures};
use crate::campaign::RunningCampaign;
use crate::notice::Listed;
use crate::publication::{BatchView, ObjectionView};
use documents::table::Table;
use store::brief::Report;
use store::publication::Channel;

/// The ledger of publicity: a row for each line of a batch; a channel of the template without a line is a gap and says so.
pub fn channels(words: Words<'_>, campaign: &RunningCampaign, batches: &[BatchView]) -> Table {
    let labels = campaign.labels(words.lang);
    let rows: Vec<(&BatchView, &str, Option<&Channel>)> = batches
        .iter()
        .flat_map(|b| {
            b.channels
                .iter()
                .map(move |(key, lines)| (b, key.as_str(), lines))
        })
        .flat_map(|(b, key, lines)| {
            let gap = lines.is_empty().then_some((b, key, None));
            gap.into_iter()
                .chain(lines.iter().map(move |line| (b, key, Some(line))))
        })
        .collect();
    words
        .sheet(
            words.t("publication.channels"),
            campaign.title_in(words.lang),
            rows.iter(),
        )
        .column("list.published_on", |(b, ..)| words.day_of(b.batch.published_at))
        .column("list.what", |(b, ..)| match b.unit_name.as_str() {
            "" => words.t("publication.branches").to_owned(),
            name => lang::fill(words.lang, "publication.members_of", &[("name", &name)]),
        })
        .column("list.pledges", |(b, ..)| b.batch.pledges)
        .column("list.items", |(b, ..)| b.batch.items)
        .column("list.published_by", |(b, ..)| b.batch.published_name.as_str())
        .column("list.objections_until", |(b, ..)| day(&b.batch.objections_until))
        .column("list.channel", |(_, key, _)| labels.channel(key).to_owned())
        .column("list.done_on", |(.., line)| line.map(|l| day(&l.done_on)))
        .column("list.place", |(.., line)| match line {
            Some(line) => line.place.as_str(),
            None => words.t("publication.gap"),
        })
        .column("list.proof", |(.., line)| line.map(|l| l.proof.as_str()))
        .done()
}

/// Objections with their answers. Whoever raised one stays unknown, and so does the contact he left.
pub fn objections(words: Words<'_>, all: &[ObjectionView]) -> Table {
    words
        .sheet(words.t("publication.objections"), "", all)
        .column("list.said_on", |o: &ObjectionView| day(&o.row.said_on))
        .column("list.unit", |o| o.unit_name.as_str())
        .column("list.about", |o| o.name.as_str())
        .column("list.words", |o| o.row.words.as_str())
        .column("list.state", |o| match (o.row.answered_at, o.row.upheld) {
            (None, _) => words.t("list.waits"),
            (Some(_), Some(true)) => words.t("public.objection_upheld"),
            (Some(_), _) => words.t("public.objection_not"),
        })
        .column("list.answer", |o| o.row.answer.as_str())
        .column("list.answered_on", |o| {
            o.row.answered_at.map(|at| words.day_of(at))
        })
        .done()
}

/// The reports of branches, a row for each branch and month.
pub fn reports(words: Words<'_>, all: &Reports) -> Table {
    let rows: Vec<(&ReportLine, &ReportCell)> = all
        .lines
        .iter()
        .flat_map(|line| line.cells.iter().map(move |cell| (line, cell)))
        .collect();
    words
        .sheet(words.t("report.title"), "", rows.iter())
        .column("list.unit", |(line, _)| line.unit.name.as_str())
        .column("list.month", |(_, c)| lang::month(words.lang, &c.period))
        .column("list.state", |(_, c)| words.t_of("report_state", c.state.name()))
        .column("list.sent_on", |(_, c)| {
            c.report.as_ref().map(|r| words.day_of(r.sent_at))
        })
        .column("list.sent_by", |(_, c)| {
            c.report.as_ref().map(|r| r.sent_name.as_str())
        })
        .column("list.words", |(_, c)| c.report.as_ref().map(|r| r.words.as_str()))
        .done()
}

/// Good examples and how far each has come.
pub fn examples(words: Words<'_>, desk: &ExampleDesk) -> Table {
    words
        .sheet(words.t("example.title"), "", &desk.examples)
        .column("list.unit", |e: &Example| e.subject.row.unit_name.as_str())
        .column("list.who", |e| e.subject.name())
        .column("list.post", |e| e.subject.row.post.as_str())
        .column("list.nominated_on", |e| words.day_of(e.row.nominated_at))
        .column("list.words", |e| e.row.words.as_str())
        .column("list.state", |e| words.t_of("example_state", e.steps.name()))
        .column("list.published_on", |e| {
            e.row.published_at.map(|at| words.day_of(at))
        })
        .done()
}

/// Every report that was sent, with the name of its branch and its figures as they were.
pub fn sent_reports(words: Words<'_>, all: &[(String, Report)]) -> Table {
    let rows: Vec<(&str, &Report, UnitFigures)> = all
        .iter()
        .map(|(unit, report)| {
            let figures = serde_json::from_str(&report.figures).unwrap_or_default();
            (unit.as_str(), report, figures)
        })
        .collect();
    let mut sheet = words
        .sheet(words.t("report.title"), "", rows.iter())
        .column("list.unit", |(unit, ..)| *unit)
        .column("list.month", |(_, r, _)| lang::month(words.lang, &r.period))
        .column("list.sent_on", |(_, r, _)| words.day_of(r.sent_at))
        .column("list.sent_by", |(_, r, _)| r.sent_name.as_str());
    type Figure = (&'static str, fn(&UnitFigures) -> i64);
    let figures: [Figure; 8] = [
        ("workbench.due", |f| f.due),
        ("figure.filed", |f| f.filed),
        ("figure.items", |f| f.items),
        ("figure.claimed_kept", |f| f.claimed_kept),
        ("figure.found_fulfilled", |f| f.found_fulfilled),
        ("figure.overdue", |f| f.overdue),
        ("figure.rectifying", |f| f.rectifying),
        ("figure.answered", |f| f.answered),
    ];
    for (head, of) in figures {
        sheet = sheet.column(head, |(.., f)| of(f));
    }
    sheet.column("list.words", |(_, r, _)| r.words.as_str()).done()
}

/// The good examples that are public.
pub fn published_examples(words: Words<'_>, all: &[PublicExample]) -> Table {
    words
        .sheet(words.t("example.title"), "", all)
        .column("list.unit", |e: &PublicExample| e.unit_name.as_str())
        .column("list.who", |e| e.name.as_str())
        .column("list.post", |e| e.post.as_str())
        .column("list.words", |e| e.words.as_str())
        .column("list.published_on", |e| words.day_of(e.published_at))
        .done()
}

/// The office's documents, with how many units have signed for each (N1).
pub fn documents(words: Words<'_>, all: &[Listed], units: usize) -> Table {
    words
        .sheet(words.t("document.title"), "", all)
        .column("document.kind", |d| words.t_of("document_kind", &d.notice.kind))
        .column("document.number_label", |d| d.notice.number.as_str())
        .column("document.title_label", |d| d.notice.title.as_str())
        .column("document.source_label", |d| d.notice.source.as_str())
        .column("document.dated_label", |d| d.notice.dated_on.as_deref().map(day))
        .column("list.state", |d| match d.notice.published_at {
            Some(_) => words.t("document.published"),
            None => words.t("document.draft"),
        })
        .column("list.published_on", |d| {
            d.notice.published_at.map(|at| words.moment(at))
        })
        .column("list.signed", |d| d.notice.published_at.map(|_| d.signed))
        .column("list.to_sign", |d| d.notice.published_at.map(|_| units))
        .done()
}
