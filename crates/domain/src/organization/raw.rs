//! A sheet as it was read from a file: rows of cells, nothing interpreted.

/// A cell. Numbers are kept apart from text: `1960.1` as a number may have been October.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum RawCell {
    /// Nothing.
    #[default]
    Empty,
    /// Text as it stands.
    Text(String),
    /// A number.
    Number(f64),
    /// A date or date and time, as ISO text.
    Date(String),
    /// True or false.
    Flag(bool),
    /// An error of the spreadsheet (`#REF!`).
    Fault(String),
    /// A formula whose value the file does not hold: the program that wrote it never worked it out. Its text, with
    /// the sign in front.
    Formula(String),
}

impl RawCell {
    /// The cell as text: numbers without a needless fraction, so that a phone given as a number is whole.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Date(text) | Self::Fault(text) | Self::Formula(text) => {
                text.trim().to_owned()
            }
            Self::Number(n) => format!("{n}"),
            Self::Flag(flag) => flag.to_string(),
        }
    }

    /// The day a plain number stands for where a day is meant: a date whose cell was set to show numbers is the count of
    /// days since the end of 1899 (ECMA-376 part 1, 18.17.4.1). Of the years 2000 to 2099, as ISO text.
    #[must_use]
    pub fn day(&self) -> Option<String> {
        let Self::Number(n) = self else {
            return None;
        };
        let days = format!("{n}").parse::<i64>().ok()?;
        let days = Some(days).filter(|days| (36_526..=73_050).contains(days))?;
        let start = jiff::civil::date(1899, 12, 30);
        Some(start.saturating_add(jiff::Span::new().days(days)).to_string())
    }

    /// Nothing but white space.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }
}

/// A rectangle of merged cells; rows and columns count from 0, both ends included. The value is in its first cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merged {
    /// First row.
    pub top: usize,
    /// First column.
    pub left: usize,
    /// Last row.
    pub bottom: usize,
    /// Last column.
    pub right: usize,
}

/// A sheet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RawSheet {
    /// Name; empty for text files.
    pub name: String,
    /// The spreadsheet hides it.
    pub hidden: bool,
    /// Rows from the first of the sheet; row 0 is what the spreadsheet calls 1.
    pub rows: Vec<Vec<RawCell>>,
    /// Merged rectangles.
    pub merged: Vec<Merged>,
}

/// A file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RawBook {
    /// Its sheets in order.
    pub sheets: Vec<RawSheet>,
}
