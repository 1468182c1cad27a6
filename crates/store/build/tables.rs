//! Reads the tables out of the migrations, so that what moves a whole campaign can forget none.

use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A table as the migrations leave it.
#[derive(Default)]
struct Table {
    name: String,
    /// Name and type.
    columns: Vec<(String, String)>,
    key: Vec<String>,
    /// Tables its rows refer to.
    after: BTreeSet<String>,
}

/// The Rust source of the list of tables, each after those it refers to.
pub fn list(migrations: &[String]) -> Result<String, String> {
    let mut tables: Vec<Table> = Vec::new();
    for text in migrations {
        let bare: String = text
            .lines()
            .map(|line| line.split("--").next().unwrap_or_default())
            .fold(String::new(), |all, line| all + line + "\n");
        for statement in bare.split(';').map(str::trim).filter(|s| !s.is_empty()) {
            apply(&mut tables, statement)?;
        }
    }
    let mut source = String::from("&[\n");
    for table in in_order(tables)? {
        write_table(&mut source, &table).map_err(|e| e.to_string())?;
    }
    source.push(']');
    Ok(source)
}

fn apply(tables: &mut Vec<Table>, statement: &str) -> Result<(), String> {
    let words: Vec<&str> = statement.split_whitespace().collect();
    match words.as_slice() {
        ["CREATE", "TABLE", name, ..] => tables.push(created(name, statement)?),
        ["ALTER", "TABLE", name, "ADD", "COLUMN", column, kind, ..] => {
            let table = tables.iter_mut().find(|t| t.name == *name);
            let table = table.ok_or_else(|| format!("no table {name} to alter"))?;
            table.columns.push(((*column).to_owned(), (*kind).to_owned()));
        }
        // A table made anew under another name, as SQLite wants what it cannot alter.
        ["ALTER", "TABLE", name, "RENAME", "TO", other] => {
            let table = tables.iter_mut().find(|t| t.name == *name);
            let table = table.ok_or_else(|| format!("no table {name} to rename"))?;
            (*other).clone_into(&mut table.name);
        }
        ["DROP", "TABLE", name] => tables.retain(|t| t.name != *name),
        ["ALTER", ..] => return Err(format!("not understood: {statement}")),
        // Indexes and copied rows do not change what a table holds.
        _ => {}
    }
    Ok(())
}

fn created(name: &str, statement: &str) -> Result<Table, String> {
    let inside = statement
        .split_once('(')
        .and_then(|(_, rest)| rest.rsplit_once(')'));
    let (inside, _) = inside.ok_or_else(|| format!("{name}: no columns"))?;
    let mut table = Table {
        name: name.to_owned(),
        ..Table::default()
    };
    for part in parts(inside) {
        let words: Vec<&str> = part.split_whitespace().collect();
        if let Some(at) = words.iter().position(|w| *w == "REFERENCES") {
            let other = words.get(at + 1).unwrap_or(&"");
            table
                .after
                .insert(other.split('(').next().unwrap_or_default().to_owned());
        }
        match words.as_slice() {
            ["PRIMARY", "KEY", ..] => table.key = listed(&part),
            ["UNIQUE" | "FOREIGN" | "CHECK" | "CONSTRAINT", ..] => {}
            [column, kind, rest @ ..] => {
                table.columns.push(((*column).to_owned(), (*kind).to_owned()));
                if rest.windows(2).any(|pair| pair == ["PRIMARY", "KEY"]) {
                    table.key = vec![(*column).to_owned()];
                }
            }
            _ => return Err(format!("{name}: not understood: {part}")),
        }
    }
    table.after.remove(name);
    match table.key.is_empty() {
        true => Err(format!("{name}: no primary key")),
        false => Ok(table),
    }
}

/// Splits at the commas that stand in no parentheses.
fn parts(text: &str) -> Vec<String> {
    let (mut out, mut depth) = (vec![String::new()], 0);
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        match (c, depth, out.last_mut()) {
            (',', 0, _) => out.push(String::new()),
            (_, _, Some(last)) => last.push(c),
            _ => {}
        }
    }
    out.into_iter().map(|p| p.trim().to_owned()).collect()
}

/// The names in the first parentheses.
fn listed(text: &str) -> Vec<String> {
    let inside = text.split_once('(').map_or("", |(_, rest)| rest);
    let inside = inside.split(')').next().unwrap_or_default();
    inside.split(',').map(|n| n.trim().to_owned()).collect()
}

fn in_order(mut tables: Vec<Table>) -> Result<Vec<Table>, String> {
    let mut out: Vec<Table> = Vec::new();
    while !tables.is_empty() {
        let there = |t: &Table| t.after.iter().all(|name| out.iter().any(|o| o.name == *name));
        let next = tables.iter().position(there);
        let next = next.ok_or_else(|| format!("{} refers to itself in a circle", tables[0].name))?;
        out.push(tables.remove(next));
    }
    Ok(out)
}

fn write_table(source: &mut String, table: &Table) -> std::fmt::Result {
    let name = &table.name;
    let owner = match name.as_str() {
        "organization" => "id",
        _ => "organization_id",
    };
    let names: Vec<&str> = table.columns.iter().map(|(n, _)| n.as_str()).collect();
    let places: Vec<String> = (1..=names.len()).map(|n| format!("${n}")).collect();
    let (names, places, key) = (names.join(", "), places.join(", "), table.key.join(", "));
    write!(source, "Table {{ name: {name:?}, columns: &[")?;
    for (column, kind) in &table.columns {
        let kind = match kind.as_str() {
            "TEXT" => "Text",
            "BIGINT" => "Number",
            "BOOLEAN" => "Flag",
            // Stops the build with the name of the type in the message.
            other => other,
        };
        write!(source, "Column {{ name: {column:?}, kind: Kind::{kind} }}, ")?;
    }
    // One line each: a statement is known by file and line.
    writeln!(
        source,
        "],\n select: sql!(\"SELECT {names} FROM {name} WHERE {owner} = $1 ORDER BY {key} LIMIT $2 OFFSET $3\"),\n \
         insert: sql!(\"INSERT INTO {name} ({names}) VALUES ({places})\") }},"
    )
}
