//! Every table of an organisation, row by row, for moving a whole campaign to another installation.
//!
//! The list is made from the migrations when compiling: a table or column added later moves as well, unless it is
//! named in [`LEFT_BEHIND`] or [`BLANKED`].

use crate::value::{AsValue, Cell};
use crate::{FromRow, Result, Row, Sql, Tx, Value, args, sql};
use std::borrow::Cow;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Number,
    /// True or false; SQLite keeps it as a number.
    Flag,
}

/// A column.
#[derive(Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
}

/// A table.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns in their order.
    pub columns: &'static [Column],
    select: &'static Sql,
    insert: &'static Sql,
}

/// Every table, each after those its rows refer to.
pub static TABLES: &[Table] = include!(concat!(env!("OUT_DIR"), "/tables.rs"));

/// Tables that belong to a running installation and never leave it: who is signed in, paper slips that let somebody
/// in, what waits to be done there, which pages have to be made anew.
pub const LEFT_BEHIND: &[&str] = &["session", "slip", "replay", "job", "public_change"];

/// Columns that leave as NULL: a password is set anew where the account arrives.
pub const BLANKED: &[(&str, &str)] = &[("account", "password_hash")];

/// The tables that move, in the order in which they can be filled.
pub fn moved() -> impl Iterator<Item = &'static Table> {
    TABLES.iter().filter(|table| !LEFT_BEHIND.contains(&table.name))
}

/// What stands in one column of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// NULL.
    Nothing,
    /// A flag.
    Flag(bool),
    /// A number.
    Number(i64),
    /// Text.
    Text(String),
}

impl Held {
    /// Whether a column may hold it, as far as its type says.
    pub fn fits(&self, kind: Kind) -> bool {
        matches!(
            (self, kind),
            (Held::Nothing, _)
                | (Held::Flag(_), Kind::Flag)
                | (Held::Number(_), Kind::Number)
                | (Held::Text(_), Kind::Text)
        )
    }

    /// A flag that SQLite kept as a number is a flag again.
    fn typed(self, kind: Kind) -> Held {
        match (self, kind) {
            (Held::Number(n), Kind::Flag) => Held::Flag(n != 0),
            (other, _) => other,
        }
    }
}

impl Cell for Held {
    fn cell(value: Value<'_>) -> Option<Held> {
        match value {
            Value::Null => Some(Held::Nothing),
            Value::Bool(flag) => Some(Held::Flag(flag)),
            Value::Int(number) => Some(Held::Number(number)),
            Value::Text(text) => Some(Held::Text(text.into_owned())),
            Value::Bytes(_) => None,
        }
    }
}

impl AsValue for Held {
    fn as_value(&self) -> Value<'_> {
        match self {
            Held::Nothing => Value::Null,
            Held::Flag(flag) => Value::Bool(*flag),
            Held::Number(number) => Value::Int(*number),
            Held::Text(text) => Value::Text(Cow::Borrowed(text)),
        }
    }
}

struct Whole(Vec<Held>);

impl FromRow for Whole {
    fn from_row(row: &Row<'_>) -> Result<Whole> {
        (0..row.len())
            .map(|at| row.at(at))
            .collect::<Result<_>>()
            .map(Whole)
    }
}

impl Table {
    /// Rows of an organisation in the order of their key, as the columns say; what is blanked is NULL.
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn rows(
        &self,
        tx: &mut Tx,
        organization: &str,
        from: i64,
        limit: i64,
    ) -> Result<Vec<Vec<Held>>> {
        let rows: Vec<Whole> = tx.all(self.select, args![organization, limit, from]).await?;
        let typed = |row: Whole| {
            let cells = row.0.into_iter().zip(self.columns);
            cells
                .map(
                    |(held, column)| match BLANKED.contains(&(self.name, column.name)) {
                        true => Held::Nothing,
                        false => held.typed(column.kind),
                    },
                )
                .collect()
        };
        Ok(rows.into_iter().map(typed).collect())
    }

    /// Adds a row with all its columns.
    ///
    /// # Errors
    /// Whatever the database reports; [`crate::Error::Duplicate`] and [`crate::Error::Violated`] when the rows do not
    /// fit each other.
    pub async fn insert(&self, tx: &mut Tx, row: &[Held]) -> Result<()> {
        let values: Vec<Value<'_>> = row.iter().map(AsValue::as_value).collect();
        tx.execute(self.insert, &values).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_there_after_those_it_refers_to() {
        let at = |name: &str| TABLES.iter().position(|t| t.name == name);
        assert!(at("organization") < at("unit") && at("unit") < at("person"));
        assert!(at("pledge") < at("commitment_item") && at("account") < at("role_grant"));
        let said = |words: &str| {
            let counts = crate::MIGRATIONS.iter().map(|m| m.sqlite.matches(words).count());
            counts.sum::<usize>()
        };
        assert_eq!(TABLES.len(), said("CREATE TABLE ") - said("DROP TABLE "));
        for name in LEFT_BEHIND {
            assert!(at(name).is_some(), "{name}");
        }
        let flags = TABLES
            .iter()
            .flat_map(|t| t.columns)
            .filter(|c| c.kind == Kind::Flag);
        assert!(flags.count() > 8);
    }

    /// Whoever adds a secret to a table has to say here what becomes of it.
    #[test]
    fn no_secret_moves_unnoticed() {
        let known = [
            "account.password_hash", // blanked
            "pledge_version.hash",   // of a text
            "public_pledge.hash",
            "public_version.hash",
            "public_log.leaf_hash",
            "draw.pool_hash",
            "draw.inspectors_hash",
            "appraisal_round.hash",
            "audit_chain.hash",
            "audit_checkpoint.hash",
            "opinion.receipt_hash", // lets its author follow up at the new place, by his own paper
            "objection.receipt_hash",
            "feedback.receipt_hash",
            "ballot_code.code_hash", // a round that is open stays open; the codes are on paper
        ];
        let secret = |name: &str| {
            ["hash", "secret", "token", "password", "private", "key_"]
                .iter()
                .any(|w| name.contains(w))
        };
        for table in moved() {
            for column in table.columns.iter().filter(|c| secret(c.name)) {
                let name = format!("{}.{}", table.name, column.name);
                assert!(known.contains(&name.as_str()), "does {name} hold a secret?");
            }
        }
    }
}
