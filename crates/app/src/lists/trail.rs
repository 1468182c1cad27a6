//! The audit trail in words: acts, roles and results as the page names them, facts with their names.

use super::Words;
use documents::table::{Cell, Table};
use serde_json::Value;
use store::audit::{Entry, Link};

/// The trail, newest first, as it was chosen. An act or a kind without a name of its own shows its identifier.
pub fn trail(words: Words<'_>, links: &[Link]) -> Table {
    let named = |table: &str, name: &str| {
        let key = format!("{table}.{}", name.replace('.', "_"));
        lang::find(words.lang, &key).unwrap_or(name).to_owned()
    };
    let machine = |e: &Entry| e.account_id.as_deref() == Some("system") || e.role == "system";
    words
        .sheet(words.t("audit.title"), "", links)
        .column("audit_column.position", |l: &Link| l.position)
        .column("audit_column.when", |l| words.moment(l.entry.acted_at))
        .column("audit_column.who", |l| match l.entry.actor.as_str() {
            "" if machine(&l.entry) => words.t("audit.machine"),
            name => name,
        })
        .column("audit_column.role", |l| match l.entry.role.as_str() {
            "system" => words.t("audit.machine").to_owned(),
            role => named("role", role),
        })
        .column("audit_column.act", |l| named("audit_act", &l.entry.act))
        .column("audit_column.object", |l| {
            named("audit_kind", &l.entry.object_kind)
        })
        .column("audit_column.object_id", |l| l.entry.object_id.as_str())
        .column("audit_column.result", |l| match l.entry.result.as_str() {
            "refused" => words.t("audit.refused"),
            _ => words.t("audit.done"),
        })
        .column("audit_column.detail", |l| facts(words, &l.entry.detail))
        .column("audit_column.hash", |l| l.hash.as_deref())
        .done()
}

/// The facts of an entry, one a line: the name, a colon, the value.
fn facts(words: Words<'_>, detail: &str) -> Cell {
    let Ok(Value::Object(all)) = serde_json::from_str::<Value>(detail) else {
        return match detail {
            "null" => Cell::Empty,
            other => Cell::from(other),
        };
    };
    let lines: Vec<String> = all
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| {
            let label = lang::find(words.lang, &format!("audit_detail.{name}")).unwrap_or(name);
            format!("{label}{}{}", words.t("public.colon"), said(words, name, value))
        })
        .collect();
    Cell::from(lines.join("\n"))
}

fn said(words: Words<'_>, name: &str, value: &Value) -> String {
    match value {
        Value::Bool(yes) => words.yes_or_no(*yes).to_owned(),
        Value::String(text) => {
            let known = match name {
                "role" => lang::find(words.lang, &format!("role.{text}")),
                "claim" => lang::find(words.lang, &format!("claim.{text}")),
                "finding" => lang::find(words.lang, &format!("finding.{text}")),
                _ => None,
            };
            known.unwrap_or(text).to_owned()
        }
        Value::Array(all) => {
            let parts: Vec<String> = all.iter().map(|one| said(words, name, one)).collect();
            words.joined(parts.iter().map(String::as_str))
        }
        other => other.to_string(),
    }
}
