//! The ballot summary of a frozen round as a paper: what was given out, what came back, what was said, in the
//! order of the organisation and never by score. What five people would not hide is not in it (PRODUCT.md 3.7).

use super::*;
use app::appraisal::{Line, UnitLine};
use documents::paper::ledger;
use documents::table::{Cell, Column, Table};
use domain::problem::Problem;

/// What stands for a figure that is not shown.
const HIDDEN: &str = "\u{2014}";

pub(super) async fn summary(v: Visit, Path((id, file)): Path<(String, String)>) -> Answer {
    let (stem, format) = crate::papers::parts_of(&file)?;
    if stem != "summary" {
        return Err(Problem::not_found("problem.not_found").into());
    }
    let round = v.web().app().query(v.actor(), FindRound { round: id }).await?;
    // Who sees his own line only has the page; the paper is for those who answer for others.
    if !round.wide {
        return Err(Problem::forbidden("problem.forbidden").into());
    }
    if round.round.state != RoundState::Frozen {
        return Err(Problem::conflict("summary.not_frozen").into());
    }
    let table = table(&v, &round);
    let document = ledger(&table, v.code(), v.t("documents.form.page_of")).map_err(app::Error::bug)?;
    crate::papers::deliver(document, &table.title, format).await
}

fn table(v: &Visit, file: &RoundFile) -> Table {
    let labels = file.campaign.labels(v.lang());
    let choices: Vec<&str> = file
        .round
        .scale
        .choices
        .iter()
        .map(|c| c.grade.as_str())
        .collect();
    let mut heads = vec![
        v.t("summary.unit").to_owned(),
        v.t("appraisal.pledger").to_owned(),
        v.t("summary.codes").to_owned(),
        v.t("summary.ballots").to_owned(),
    ];
    heads.extend(
        choices
            .iter()
            .map(|choice| labels.satisfaction(choice).to_owned()),
    );
    heads.extend(
        [
            "summary.mean",
            "appraisal.score",
            "appraisal.grade",
            "summary.note",
        ]
        .map(|key| v.t(key).to_owned()),
    );
    let lines = file
        .units
        .iter()
        .flat_map(|u| u.lines.iter().map(move |line| (u, line)));
    Table {
        title: v.t1("summary.title", "round", &file.round.row.title),
        note: note(v, file),
        columns: heads.into_iter().map(Column::new).collect(),
        rows: lines
            .map(|(unit, line)| row(v, &labels, &choices, unit, line))
            .collect(),
        date: file
            .round
            .row
            .frozen_at
            .map_or(file.round.closes_on, |at| v.web().app().date_of(at)),
    }
}

/// When, frozen when, the hash that the figures can be checked against, and what the dash means.
fn note(v: &Visit, file: &RoundFile) -> String {
    let row = &file.round.row;
    let frozen = row.frozen_at.map(|at| v.moment(at)).unwrap_or_default();
    let from_to = v.t2(
        "appraisal.from_to",
        "from",
        v.date(file.round.opens_on),
        "to",
        v.date(file.round.closes_on),
    );
    let sealed = v.t2(
        "summary.sealed",
        "at",
        frozen,
        "hash",
        row.hash.as_deref().unwrap_or_default(),
    );
    [from_to, sealed, v.t("summary.hidden").to_owned()].join("\n")
}

fn row(v: &Visit, labels: &Labels, choices: &[&str], unit: &UnitLine, line: &Line) -> Vec<Cell> {
    let name = match line.subject.is_branch() {
        true => v.t("appraisal.the_branch").to_owned(),
        false => line.subject.name().to_owned(),
    };
    let result = line.result.as_ref();
    let ballot = result.and_then(|r| r.ballot.as_ref());
    let number = |n: u64| Cell::Number(i64::try_from(n).unwrap_or(i64::MAX));
    let mut cells = vec![
        Cell::from(unit.name.as_str()),
        Cell::from(name),
        ballot.map_or(Cell::Empty, |b| number(b.eligible)),
        ballot.map_or(Cell::Empty, |b| number(b.ballots)),
    ];
    let counts = ballot.and_then(|b| b.counts.as_ref());
    cells.extend(choices.iter().map(|choice| match (ballot, counts) {
        (None, _) => Cell::Empty,
        (Some(_), None) => Cell::from(HIDDEN),
        (Some(_), Some(counts)) => {
            let found = counts.iter().find(|(key, _)| key.as_str() == *choice);
            number(found.map_or(0, |(_, n)| *n))
        }
    }));
    let shown = |score: Option<u32>| score.map_or(Cell::Empty, |s| Cell::from(points(s)));
    cells.push(match ballot {
        Some(b) if b.is_suppressed() => Cell::from(HIDDEN),
        other => shown(other.and_then(|b| b.mean)),
    });
    cells.push(shown(result.and_then(|r| r.score)));
    let grade = result.and_then(|r| r.grade.as_ref());
    cells.push(Cell::from(
        grade
            .map(|g| labels.grade(g.as_str()).to_owned())
            .unwrap_or_default(),
    ));
    cells.push(Cell::from(remarks(v, labels, line)));
    cells
}

/// Why a figure is not there.
fn remarks(v: &Visit, labels: &Labels, line: &Line) -> String {
    let Some(result) = &line.result else {
        return String::new();
    };
    let hidden = result.ballot.as_ref().is_some_and(|b| b.is_suppressed());
    let suppressed = hidden.then(|| v.t("appraisal.suppressed").to_owned());
    let missing = result
        .missing
        .iter()
        .filter(|m| !(hidden && **m == Voice::Ballot));
    let missing = missing.map(|m| v.t1("appraisal.silent", "who", labels.voice(voice_key(*m))));
    suppressed
        .into_iter()
        .chain(missing)
        .collect::<Vec<_>>()
        .join("\n")
}
