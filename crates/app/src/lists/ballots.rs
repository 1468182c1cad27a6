//! The ballot summary of a frozen round: what was given out, what came back, what was said, in the order of the organisation
//! and never by score. What five people would not hide is not in it (PRODUCT.md 3.7).

use super::Words;
use crate::appraisal::{Line, RoundFile, UnitLine};
use crate::campaign::Labels;
use documents::table::{Cell, Column, Table};
use domain::appraisal::Voice;

/// What stands for a figure that is not shown.
const HIDDEN: &str = "\u{2014}";

/// The summary as a table.
pub fn ballot_summary(words: Words<'_>, file: &RoundFile) -> Table {
    let labels = file.campaign.labels(words.lang);
    let choices = file.round.scale.choices.iter();
    let choices: Vec<&str> = choices.map(|c| c.grade.as_str()).collect();
    let key = |key: &&str| words.t(key).to_owned();
    let before = [
        "summary.unit",
        "appraisal.pledger",
        "summary.codes",
        "summary.ballots",
    ];
    let after = [
        "summary.mean",
        "appraisal.score",
        "appraisal.grade",
        "summary.note",
    ];
    let mut heads: Vec<String> = before.iter().map(key).collect();
    heads.extend(
        choices
            .iter()
            .map(|choice| labels.satisfaction(choice).to_owned()),
    );
    heads.extend(after.iter().map(key));
    let lines = file
        .units
        .iter()
        .flat_map(|unit| unit.lines.iter().map(move |line| (unit, line)));
    let frozen = file.round.row.frozen_at;
    Table {
        title: lang::fill(words.lang, "summary.title", &[("round", &file.round.row.title)]),
        note: note(words, file),
        columns: heads.into_iter().map(Column::new).collect(),
        rows: lines
            .map(|(unit, line)| row(words, &labels, &choices, unit, line))
            .collect(),
        date: frozen.map_or(file.round.closes_on, |at| words.app.date_of(at)),
    }
}

/// When, frozen when, the hash that the figures can be checked against, and what the dash means.
fn note(words: Words<'_>, file: &RoundFile) -> String {
    let (row, lang) = (&file.round.row, words.lang);
    let frozen = row.frozen_at.map(|at| words.told(at)).unwrap_or_default();
    let (from, to) = (
        lang::date(lang, file.round.opens_on),
        lang::date(lang, file.round.closes_on),
    );
    let hash = row.hash.as_deref().unwrap_or_default();
    [
        lang::fill(lang, "appraisal.from_to", &[("from", &from), ("to", &to)]),
        lang::fill(lang, "summary.sealed", &[("at", &frozen), ("hash", &hash)]),
        words.t("summary.hidden").to_owned(),
    ]
    .join("\n")
}

fn row(words: Words<'_>, labels: &Labels, choices: &[&str], unit: &UnitLine, line: &Line) -> Vec<Cell> {
    let name = match line.subject.is_branch() {
        true => words.t("appraisal.the_branch"),
        false => line.subject.name(),
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
    let shown = |score: Option<u32>| Cell::from(score.map(|s| Cell::Hundredths(s.into())));
    cells.push(match ballot {
        Some(b) if b.is_suppressed() => Cell::from(HIDDEN),
        other => shown(other.and_then(|b| b.mean)),
    });
    cells.push(shown(result.and_then(|r| r.score)));
    let grade = result.and_then(|r| r.grade.as_ref());
    cells.push(Cell::from(grade.map(|g| labels.grade(g.as_str()).to_owned())));
    cells.push(Cell::from(remarks(words, labels, line)));
    cells
}

/// Why a figure is not there.
fn remarks(words: Words<'_>, labels: &Labels, line: &Line) -> String {
    let Some(result) = &line.result else {
        return String::new();
    };
    let hidden = result.ballot.as_ref().is_some_and(|b| b.is_suppressed());
    let suppressed = hidden.then(|| words.t("appraisal.suppressed").to_owned());
    let missing = result
        .missing
        .iter()
        .filter(|m| !(hidden && **m == Voice::Ballot));
    let missing = missing.map(|m| {
        // As templates name the voices.
        let key = match m {
            Voice::Own => "self_report",
            Voice::Ballot => "masses",
            other => other.name(),
        };
        lang::fill(words.lang, "appraisal.silent", &[("who", &labels.voice(key))])
    });
    let all: Vec<String> = suppressed.into_iter().chain(missing).collect();
    all.join("\n")
}
