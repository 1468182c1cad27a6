//! Statements on one SQLite connection.

use crate::dialect::{sqlite_error as error, sqlite_parameter};
use crate::{Error, FromRow, Result, Row, Value};
use rusqlite::{Connection, Statement};

pub(crate) fn all<T: FromRow>(connection: &Connection, text: &str, args: &[Value<'_>]) -> Result<Vec<T>> {
    let mut statement = connection.prepare_cached(text).map_err(error)?;
    bind(&mut statement, args)?;
    let mut rows = statement.raw_query();
    let mut out = Vec::new();
    while let Some(row) = rows.next().map_err(error)? {
        out.push(T::from_row(&Row::from(row))?);
    }
    Ok(out)
}

pub(crate) fn execute(connection: &Connection, text: &str, args: &[Value<'_>]) -> Result<u64> {
    let mut statement = connection.prepare_cached(text).map_err(error)?;
    bind(&mut statement, args)?;
    let changed = statement.raw_execute().map_err(error)?;
    u64::try_from(changed).map_err(Error::bug)
}

fn bind(statement: &mut Statement<'_>, args: &[Value<'_>]) -> Result<()> {
    let count = statement.parameter_count();
    if count != args.len() {
        return Err(Error::Bug(format!(
            "{} arguments for {count} parameters",
            args.len()
        )));
    }
    for index in 1..=count {
        let number = sqlite_parameter(statement.parameter_name(index), index);
        let value = number.checked_sub(1).and_then(|place| args.get(place));
        let value = value.ok_or_else(|| Error::Bug(format!("no argument for ${number}")))?;
        statement.raw_bind_parameter(index, value).map_err(error)?;
    }
    Ok(())
}
