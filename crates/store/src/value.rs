//! What goes into a statement and what comes out of a row; both drivers are taught it once.

use crate::{Error, Result};
use bytes::BytesMut;
use jiff::{Timestamp, civil::Date};
use rusqlite::types::{ToSqlOutput, ValueRef};
use std::borrow::Cow;
use std::cell::Cell as Place;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

/// A value of a column. There are no others: no floats, no dates of the database, no arrays.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// NULL.
    Null,
    /// BOOLEAN.
    Bool(bool),
    /// BIGINT and the smaller ones.
    Int(i64),
    /// TEXT.
    Text(Cow<'a, str>),
    /// BYTEA; a BLOB on SQLite.
    Bytes(&'a [u8]),
}

impl Value<'_> {
    /// The kind in one word: error messages never quote what somebody wrote.
    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Bool(_) => "a flag",
            Self::Int(_) => "a number",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
        }
    }
}

/// A Rust type that can be an argument of a statement. Domain types implement it beside their feature.
pub trait AsValue {
    /// The value as the database stores it.
    fn as_value(&self) -> Value<'_>;
}

impl<T: AsValue + ?Sized> AsValue for &T {
    fn as_value(&self) -> Value<'_> {
        (**self).as_value()
    }
}
impl<T: AsValue> AsValue for Option<T> {
    fn as_value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, AsValue::as_value)
    }
}
impl AsValue for bool {
    fn as_value(&self) -> Value<'_> {
        Value::Bool(*self)
    }
}
impl AsValue for str {
    fn as_value(&self) -> Value<'_> {
        Value::Text(Cow::Borrowed(self))
    }
}
impl AsValue for String {
    fn as_value(&self) -> Value<'_> {
        self.as_str().as_value()
    }
}
impl AsValue for [u8] {
    fn as_value(&self) -> Value<'_> {
        Value::Bytes(self)
    }
}
impl<const N: usize> AsValue for [u8; N] {
    fn as_value(&self) -> Value<'_> {
        Value::Bytes(self)
    }
}
impl AsValue for Vec<u8> {
    fn as_value(&self) -> Value<'_> {
        Value::Bytes(self)
    }
}
/// A local date is ISO text: it sorts, it is read by people, and no database moves it between zones.
impl AsValue for Date {
    fn as_value(&self) -> Value<'_> {
        Value::Text(Cow::Owned(self.to_string()))
    }
}
/// A moment is BIGINT: microseconds since 1970 in UTC.
impl AsValue for Timestamp {
    fn as_value(&self) -> Value<'_> {
        Value::Int(self.as_microsecond())
    }
}

/// The arguments of a statement, in the order of `$1`, `$2` …
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::AsValue::as_value(&$value)),*] };
}

/// A Rust type that a column can be read as. Domain types implement it beside their feature.
pub trait Cell: Sized {
    /// `None` when the value is of another kind, or not one this type can hold.
    fn cell(value: Value<'_>) -> Option<Self>;
}

impl Cell for bool {
    fn cell(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Bool(flag) => Some(flag),
            // SQLite has no flags of its own.
            Value::Int(number @ 0..=1) => Some(number == 1),
            _ => None,
        }
    }
}
impl Cell for String {
    fn cell(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.into_owned()),
            _ => None,
        }
    }
}
impl Cell for Vec<u8> {
    fn cell(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Bytes(bytes) => Some(bytes.into()),
            _ => None,
        }
    }
}
impl Cell for Date {
    fn cell(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Text(text) => text.parse().ok(),
            _ => None,
        }
    }
}
impl Cell for Timestamp {
    fn cell(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Int(number) => Timestamp::from_microsecond(number).ok(),
            _ => None,
        }
    }
}
impl<T: Cell> Cell for Option<T> {
    fn cell(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::cell(value).map(Some),
        }
    }
}

/// Whole numbers: all go in as BIGINT; those that are narrower are checked on the way out.
macro_rules! whole_numbers {
    ($($number:ty),+) => { $(
        impl AsValue for $number {
            fn as_value(&self) -> Value<'_> { Value::Int(i64::from(*self)) }
        }
        impl Cell for $number {
            fn cell(value: Value<'_>) -> Option<Self> {
                match value {
                    Value::Int(number) => Self::try_from(number).ok(),
                    _ => None,
                }
            }
        }
    )+ };
}
whole_numbers!(i64, i32, u32, i16, u16, u8);

/// One row of an answer.
pub struct Row<'a> {
    source: Source<'a>,
    /// Where the next column is expected: rows are mostly read in the order they were asked for, and looking a
    /// name up among thirty is the dearer part of reading a row.
    next: Place<usize>,
}

enum Source<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

impl<'a> From<&'a rusqlite::Row<'a>> for Row<'a> {
    fn from(row: &'a rusqlite::Row<'a>) -> Self {
        let (source, next) = (Source::Sqlite(row), Place::new(0));
        Row { source, next }
    }
}

impl<'a> From<&'a tokio_postgres::Row> for Row<'a> {
    fn from(row: &'a tokio_postgres::Row) -> Self {
        let (source, next) = (Source::Postgres(row), Place::new(0));
        Row { source, next }
    }
}

impl Row<'_> {
    /// The column of that name.
    ///
    /// # Errors
    /// [`Error::Bug`] when there is no such column or it holds something else than a `T`.
    pub fn get<T: Cell>(&self, column: &str) -> Result<T> {
        let index = self
            .index(column)
            .ok_or_else(|| Error::Bug(format!("no column {column}")))?;
        self.next.set(index + 1);
        self.read(index)
            .map_err(|what| Error::Bug(format!("column {column}: {what}")))
    }

    fn index(&self, column: &str) -> Option<usize> {
        let next = self.next.get();
        match self.source {
            Source::Sqlite(row) => {
                let columns = row.as_ref();
                match columns.column_name(next) {
                    Ok(name) if name == column => Some(next),
                    _ => columns.column_index(column).ok(),
                }
            }
            Source::Postgres(row) => {
                let columns = row.columns();
                match columns.get(next) {
                    Some(found) if found.name() == column => Some(next),
                    _ => columns.iter().position(|c| c.name() == column),
                }
            }
        }
    }

    /// How many columns there are.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "no answer has rows without columns")]
    pub fn len(&self) -> usize {
        match self.source {
            Source::Sqlite(row) => row.as_ref().column_count(),
            Source::Postgres(row) => row.len(),
        }
    }

    /// The column at that place, counted from 0.
    ///
    /// # Errors
    /// As [`Row::get`].
    pub fn at<T: Cell>(&self, index: usize) -> Result<T> {
        self.read(index)
            .map_err(|what| Error::Bug(format!("column {index}: {what}")))
    }

    fn read<T: Cell>(&self, index: usize) -> Result<T, String> {
        let value = self.value(index)?;
        let kind = value.kind();
        T::cell(value).ok_or_else(|| format!("{kind} that is no {}", std::any::type_name::<T>()))
    }

    fn value(&self, index: usize) -> Result<Value<'_>, String> {
        match self.source {
            Source::Sqlite(row) => Ok(match row.get_ref(index).map_err(|e| e.to_string())? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => Value::Int(number),
                ValueRef::Text(text) => {
                    Value::Text(std::str::from_utf8(text).map_err(|e| e.to_string())?.into())
                }
                ValueRef::Blob(bytes) => Value::Bytes(bytes),
                ValueRef::Real(_) => return Err("a fraction, which no table may hold".into()),
            }),
            Source::Postgres(row) => row.try_get(index).map_err(|e| e.to_string()),
        }
    }
}

/// A Rust value made of a whole row.
pub trait FromRow: Sized + Send {
    /// Reads the row.
    ///
    /// # Errors
    /// [`Error::Bug`] when statement and type do not fit each other.
    fn from_row(row: &Row<'_>) -> Result<Self>;
}

/// A statement with one column can be read as that column's type.
impl<T: Cell + Send> FromRow for T {
    fn from_row(row: &Row<'_>) -> Result<T> {
        row.at(0)
    }
}

/// A few columns can be read as a tuple, by place.
macro_rules! tuples {
    ($(($($name:ident $index:tt),+))+) => { $(
        impl<$($name: Cell + Send),+> FromRow for ($($name,)+) {
            fn from_row(row: &Row<'_>) -> Result<Self> { Ok(($(row.at::<$name>($index)?,)+)) }
        }
    )+ };
}
tuples! {
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
}

/// `from_row!(Entry { id, campaign_id, created_at })`: reads a plain struct by the names of its fields.
#[macro_export]
macro_rules! from_row {
    ($type:ty { $($field:ident),+ $(,)? }) => {
        impl $crate::FromRow for $type {
            fn from_row(row: &$crate::Row<'_>) -> $crate::Result<Self> {
                Ok(Self { $($field: row.get(stringify!($field))?),+ })
            }
        }
    };
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Bool(flag) => ValueRef::Integer((*flag).into()),
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// What the PostgreSQL driver reports when a value cannot be sent or read.
type Unsent = Box<dyn std::error::Error + Sync + Send>;

impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Unsent> {
        match (self, ty) {
            (Value::Null, _) => Ok(IsNull::Yes),
            (Value::Bool(flag), &Type::BOOL) => flag.to_sql(ty, out),
            (Value::Int(number), &Type::INT8) => number.to_sql(ty, out),
            (Value::Int(number), &Type::INT4) => i32::try_from(*number)?.to_sql(ty, out),
            (Value::Int(number), &Type::INT2) => i16::try_from(*number)?.to_sql(ty, out),
            (Value::Text(text), &Type::TEXT | &Type::VARCHAR) => text.as_ref().to_sql(ty, out),
            (Value::Bytes(bytes), &Type::BYTEA) => bytes.to_sql(ty, out),
            _ => Err(format!("{} for a parameter of type {ty}", self.kind()).into()),
        }
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Unsent> {
        Ok(match *ty {
            Type::BOOL => Value::Bool(bool::from_sql(ty, raw)?),
            Type::INT8 => Value::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Value::Int(i32::from_sql(ty, raw)?.into()),
            Type::INT2 => Value::Int(i16::from_sql(ty, raw)?.into()),
            Type::BYTEA => Value::Bytes(raw),
            _ => Value::Text(std::str::from_utf8(raw)?.into()),
        })
    }
    fn from_sql_null(_: &Type) -> Result<Self, Unsent> {
        Ok(Value::Null)
    }
    fn accepts(ty: &Type) -> bool {
        crate::dialect::readable(ty)
    }
}
