//! The neutral table that [`crate::xlsx`] and [`crate::csv`] write.

use jiff::civil::Date;

/// A ledger: title, heads, rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// The title: first row of the sheet, its name, and the title in the properties of the file.
    pub title: String,
    /// A line under the title, for example what was chosen and as of when; may be empty.
    pub note: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows; a short row ends in empty cells.
    pub rows: Vec<Vec<Cell>>,
    /// The date kept in the file, so that the same table gives the same bytes.
    pub date: Date,
}

/// A column of a [`Table`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Column {
    /// The head.
    pub head: String,
    /// Its width in Latin characters (a Chinese one counts two); chosen from the contents when absent.
    pub width: Option<f64>,
}

/// One cell.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Text, and only text: telephone and identity numbers keep their zeros, a leading `=` stays a sign.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A share, kept in basis points (1/10,000) and shown as a percentage with two decimals.
    Share(i64),
    /// A number in hundredths, shown with two decimals: points.
    Hundredths(i64),
    /// A date.
    Date(Date),
}

impl Column {
    /// A column whose width is chosen from its contents.
    pub fn new(head: impl Into<String>) -> Self {
        Self {
            head: head.into(),
            width: None,
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        if text.is_empty() {
            Self::Empty
        } else {
            Self::Text(text.to_owned())
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        if text.is_empty() {
            Self::Empty
        } else {
            Self::Text(text)
        }
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<usize> for Cell {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// Nothing is an empty cell.
impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

impl From<Date> for Cell {
    fn from(date: Date) -> Self {
        Self::Date(date)
    }
}
