//! The house itself: its tree of units, accounts and roles. No password and no code of a slip is in them.

use super::Words;
use crate::accounts::AccountLine;
use crate::roles::{Granted, Proposal};
use crate::slips::Member;
use crate::units::{TreeLine, UnitTree};
use documents::table::Table;
use store::account::GrantLine;

/// The tree of units, from the top.
pub fn units(words: Words<'_>, tree: &UnitTree) -> Table {
    let above = |line: &TreeLine| {
        let parent = line.unit.parent_id.as_deref()?;
        let found = tree.lines.iter().find(|l| l.unit.id == parent)?;
        Some(found.unit.name.clone())
    };
    words
        .sheet(words.t("unit.title"), "", &tree.lines)
        .column("unit.name", |l: &TreeLine| l.unit.name.as_str())
        .column("unit.kind", |l| words.t_of("unit_kind", &l.unit.kind))
        .column("unit.parent", above)
        .column("roster_page.count", |l| l.people)
        .column("unit.covers", |l| l.unit.covers.as_str())
        .column("unit.phone", |l| l.unit.phone.as_str())
        .done()
}

/// Accounts with what they were granted.
pub fn accounts(words: Words<'_>, lines: &[AccountLine], chosen: &str) -> Table {
    words
        .sheet(words.t("menu.accounts"), chosen, lines)
        .column("sign_in.login", |l: &AccountLine| l.account.login.as_str())
        .column("person.name", |l| l.account.name.as_str())
        .column("me.roles", |l| {
            let roles: Vec<String> = l.roles.iter().map(|r| words.t_of("role", r.name())).collect();
            words.joined(roles.iter().map(String::as_str))
        })
        .column("accounts.state", |l| {
            match (l.account.disabled, &l.account.password_hash) {
                (true, _) => words.t("accounts.closed"),
                (false, Some(_)) => words.t("accounts.password"),
                (false, None) => words.t("accounts.slip_only"),
            }
        })
        .done()
}

/// Roles in force, and those a roster proposes.
pub fn roles(words: Words<'_>, granted: &Granted) -> Table {
    let in_force = granted.grants.iter().map(|g| (Some(g), None));
    let proposed = granted.proposals.iter().map(|p| (None, Some(p)));
    let rows: Vec<(Option<&GrantLine>, Option<&Proposal>)> = in_force.chain(proposed).collect();
    let either = |g: Option<String>, p: Option<String>| g.or(p);
    words
        .sheet(words.t("menu.roles"), "", rows.iter())
        .column("roles.role", |(g, p)| {
            either(
                g.map(|g| words.t_of("role", &g.role)),
                p.map(|p| words.t_of("role", p.role.name())),
            )
        })
        .column("person.name", |(g, p)| {
            either(g.map(|g| g.name.clone()), p.map(|p| p.name.clone()))
        })
        .column("sign_in.login", |(g, _)| g.map(|g| g.login.clone()))
        .column("roles.unit", |(g, p)| {
            let whole = || words.t("roles.whole").to_owned();
            either(
                g.map(|g| g.unit_name.clone().unwrap_or_else(whole)),
                p.map(|p| p.unit_name.clone()),
            )
        })
        .column("roles.since", |(g, _)| g.map(|g| words.day_of(g.granted_at)))
        .column("list.state", |(g, _)| match g {
            Some(g) if g.disabled => words.t("accounts.closed"),
            Some(_) => words.t("list.in_force"),
            None => words.t("list.proposed"),
        })
        .done()
}

/// Who of a branch comes in how. The codes of the slips were shown once and are nowhere.
pub fn slips(words: Words<'_>, members: &[Member], unit: &str) -> Table {
    let state = |key: &'static str, at: i64| {
        let day = lang::date(words.lang, words.app.date_of(at));
        lang::fill(words.lang, key, &[("date", &day)])
    };
    words
        .sheet(words.t("slips.title"), unit, members)
        .column("person.name", |m| m.name.as_str())
        .column("sign_in.login", |m| m.login.as_str())
        .column("slips.state", |m| {
            match (m.has_password, m.used_at, m.issued_at) {
                (true, ..) => words.t("slips.has_password").to_owned(),
                (_, Some(at), _) => state("slips.used", at),
                (_, None, Some(at)) => state("slips.issued", at),
                (_, None, None) => words.t("slips.never").to_owned(),
            }
        })
        .done()
}
