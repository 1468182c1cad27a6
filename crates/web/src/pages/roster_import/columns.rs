//! What the office says of a file before it is taken over: the meaning of the columns, and which branches are new.

use super::{name_of, show};
use crate::fields::{Fields, Form};
use crate::respond::{Answer, see_other};
use crate::visit::Visit;
use app::uploads;
use axum::extract::Path;
use domain::organization::PersonClass;
use domain::organization::roster::{BranchField, ColumnMap, Field, Joined, SheetRole};
use domain::problem::{Problem, Problems};
use std::collections::BTreeMap;

/// The columns of one sheet as the form gives them, from the first: `meaning.<column>` holds a field's identifier.
fn chosen<F: serde::de::DeserializeOwned + Ord>(fields: &Fields) -> BTreeMap<F, Vec<usize>> {
    let mut out: BTreeMap<F, Vec<usize>> = BTreeMap::new();
    for (column, meaning) in fields.under("meaning.") {
        let field = serde_json::from_value(serde_json::Value::String(meaning.to_owned()));
        if let (Ok(column), Ok(field)) = (column.parse(), field) {
            out.entry(field).or_default().push(column);
        }
    }
    out.values_mut().for_each(|all| all.sort_unstable());
    out
}

/// The first column of each meaning.
fn first_of<F: Ord + Copy>(all: &BTreeMap<F, Vec<usize>>) -> BTreeMap<F, usize> {
    let first = all.iter().filter_map(|(f, at)| Some((*f, *at.first()?)));
    first.collect()
}

/// What the form says a sheet holds; two columns of one meaning are joined, where it can be said in parts.
fn role_of(v: &Visit, fields: &Fields) -> Result<(SheetRole, Joined), Problem> {
    let twice = |name: String| {
        let meaning = v.t_of("roster_column", &name);
        Problem::invalid("problem.import.meaning_twice").with("meaning", meaning)
    };
    match fields.get("role") {
        "people" => {
            let all = chosen::<Field>(fields);
            let more = all.iter().filter(|(_, at)| at.len() > 1);
            let joined: Joined = more
                .map(|(f, at)| (*f, at.iter().skip(1).copied().collect()))
                .collect();
            match joined
                .keys()
                .find(|f| f.joint().is_none() && **f != Field::Serial)
            {
                Some(field) => Err(twice(name_of(field))),
                None => Ok((SheetRole::People(first_of(&all)), joined)),
            }
        }
        "branches" => {
            let all = chosen::<BranchField>(fields);
            match all.iter().find(|(_, at)| at.len() > 1) {
                Some((field, _)) => Err(twice(name_of(field))),
                None => Ok((SheetRole::Branches(first_of(&all)), Joined::new())),
            }
        }
        _ => Ok((SheetRole::Ignored, Joined::new())),
    }
}

/// The office says that a name is a new branch after all, or is not.
pub(super) async fn branches(v: Visit, Path(key): Path<String>, fields: Fields) -> Answer {
    let mut waiting = uploads::find(v.web().app(), v.actor(), &key)?;
    let (new, known) = (fields.get("new"), fields.get("known"));
    if !new.is_empty() {
        waiting.note.own_branches.insert(new.to_owned());
    }
    waiting.note.own_branches.remove(known);
    let (name, there) = (fields.get("means"), fields.get("there"));
    if !name.is_empty() && !there.is_empty() {
        waiting.note.meant.insert(name.to_owned(), there.to_owned());
    }
    waiting.note.meant.remove(fields.get("as_written"));
    uploads::change(v.web().app(), &waiting)?;
    Ok(see_other(&format!("/roster/import/{key}#near")))
}

pub(super) async fn columns(v: Visit, Path(key): Path<String>, fields: Fields) -> Answer {
    let mut waiting = uploads::find(v.web().app(), v.actor(), &key)?;
    let header = fields
        .get("header_row")
        .trim()
        .parse::<usize>()
        .ok()
        .and_then(|row| row.checked_sub(1));
    let (Ok(sheet), Some(header_row)) = (fields.get("sheet").parse::<usize>(), header) else {
        let problems: Problems = Problem::invalid("problem.import.header_row")
            .on("header_row")
            .into();
        return show(v, &key, Form::mend(fields, problems)).await;
    };
    let (role, joined) = match role_of(&v, &fields) {
        Ok(found) => found,
        Err(problem) => {
            let problems: Problems = problem.into();
            return show(v, &key, Form::mend(fields, problems)).await;
        }
    };
    let branch = Some(fields.trimmed("branch")).filter(|name| !name.is_empty());
    let map = ColumnMap {
        header_row,
        role,
        branch,
        class: PersonClass::from_name(fields.get("class")),
        joined,
    };
    waiting.note.maps.insert(sheet, map);
    uploads::change(v.web().app(), &waiting)?;
    Ok(see_other(&format!("/roster/import/{key}#columns-{sheet}")))
}
