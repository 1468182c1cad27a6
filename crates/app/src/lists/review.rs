//! What was decided, how the round stands in the branches, how long pledges wait, and who may not decide on what. The lists
//! stand in the order of the branches: nobody is ranked.

use super::Words;
use crate::review::{Recused, UnitRound, Wait, Waits};
use documents::table::{Cell, Table};
use store::review::Decided;

/// What somebody decided himself, newest first.
pub fn decided(words: Words<'_>, own: &[(Decided, String)]) -> Table {
    words
        .sheet(words.t("review.own"), "", own)
        .column("list.decided_at", |(d, _): &(Decided, String)| {
            words.moment(d.decided_at)
        })
        .column("list.who", |(_, name)| name.as_str())
        .column("list.version", |(d, _)| d.round)
        .column("list.verdict", |(d, _)| match d.verdict.as_str() {
            "confirm" => words.t("review.confirmed"),
            _ => words.t("review.returned"),
        })
        .column("list.message", |(d, _)| d.message.as_str())
        .column("list.state", |(d, _)| {
            words.t(&format!("review.state_{}", d.state)).to_owned()
        })
        .done()
}

fn unit_or_branches<'a>(words: Words<'a>, unit: &str, name: &'a str) -> &'a str {
    match unit {
        "" => lang::find(words.lang, "review.branch_pledges").unwrap_or_default(),
        _ => name,
    }
}

/// How the round stands, branch by branch.
pub fn rounds(words: Words<'_>, units: &[UnitRound]) -> Table {
    words
        .sheet(words.t("review.by_branch"), "", units)
        .column("review.col_unit", |u: &UnitRound| {
            unit_or_branches(words, &u.unit, &u.name)
        })
        .column("list.handed_in", |u| u.handed_in)
        .column("list.confirmed", |u| u.confirmed)
        .column("review.col_waiting", |u| u.waiting)
        .column("list.oldest_days", |u| match u.waiting {
            0 => Cell::Empty,
            _ => Cell::Number(u.oldest.into()),
        })
        .column("list.decisions", |u| u.decided)
        .column("list.returns", |u| u.returns)
        .column("list.hours", |u| match u.decided {
            0 => Cell::Empty,
            _ => Cell::Number(u.hours),
        })
        .column("review.col_now", |u| {
            words.joined(u.reviewers.iter().map(String::as_str))
        })
        .done()
}

/// How long pledges wait with whom.
pub fn waits(words: Words<'_>, all: &Waits) -> Table {
    words
        .sheet(words.t("review.waits"), "", &all.waits)
        .column("review.col_unit", |w: &Wait| {
            unit_or_branches(words, &w.unit, &w.unit)
        })
        .column("list.role", |w| words.t_of("role", &w.role))
        .column("review.col_now", |w| {
            words.joined(w.reviewers.iter().map(String::as_str))
        })
        .column("review.col_waiting", |w| w.days.len())
        .column("list.median_days", |w| {
            Cell::Hundredths(i64::from(w.median_halves()) * 50)
        })
        .column("list.oldest_days", |w| Cell::Number(w.longest().into()))
        .done()
}

/// Who may not decide on what, why, and who does.
pub fn recused(words: Words<'_>, all: &Waits) -> Table {
    words
        .sheet(words.t("review.recused"), "", &all.recused)
        .column("review.col_recused", |r: &Recused| r.name.as_str())
        .column("list.role", |r| {
            let roles: Vec<String> = r.roles.iter().map(|role| words.t_of("role", role)).collect();
            words.joined(roles.iter().map(String::as_str))
        })
        .column("review.col_from", |r| {
            lang::fill(words.lang, "review.pledge_of", &[("name", &r.whose)])
        })
        .column("list.unit", |r| r.unit.as_str())
        .column("review.col_why", |r| {
            words.t(&format!("review.why_{}", r.why.name())).to_owned()
        })
        .column("review.col_instead", |r| match r.instead.is_empty() {
            true => words.t("review.instead_nobody").to_owned(),
            false => words.joined(r.instead.iter().map(String::as_str)),
        })
        .done()
}
