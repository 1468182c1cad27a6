//! Reading dates and months as people type them. What is not one date is refused with a reason.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{add_days, english};

/// Why a typed date or month was not taken; `key` is a message key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}")]
pub struct DateRefusal {
    /// Message key (`time.…`).
    pub key: &'static str,
    /// The text as typed, for the sentence (`{text}`).
    pub text: String,
}

/// A month of a year, as 出生年月 and 入党时间 give it. Written `YYYY-MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month {
    /// Year, 1850–2200.
    pub year: i16,
    /// Month, 1–12.
    pub month: i8,
}

impl Month {
    /// A month; `None` when it is not one a living person's papers could carry.
    #[must_use]
    pub fn new(year: i16, month: i8) -> Option<Self> {
        ((1850..=2200).contains(&year) && (1..=12).contains(&month)).then_some(Self { year, month })
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl From<Month> for String {
    fn from(month: Month) -> String {
        month.to_string()
    }
}

impl TryFrom<String> for Month {
    type Error = DateRefusal;
    fn try_from(text: String) -> Result<Self, DateRefusal> {
        parse_month(&text)
    }
}

/// Full-width digits and signs to their plain forms; white space, zero-width marks dropped.
pub(super) fn folded(typed: &str) -> String {
    let plain = |c: char| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3002}' | '\u{30FB}' | '\u{B7}' => '.',
        '\u{2014}' | '\u{2013}' | '\u{2212}' => '-',
        other => other,
    };
    typed
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{200B}' | '\u{FEFF}'))
        .map(plain)
        .collect()
}

/// The unit signs of a Chinese date, given by code point: year, month, day and the other word for day.
const YEAR: char = '\u{5E74}';
const MONTH: char = '\u{6708}';
const DAY: [char; 2] = ['\u{65E5}', '\u{53F7}'];

/// The numbers of a text of digits and date separators; `None` when anything else stands in it.
fn numbers(text: &str) -> Option<Vec<&str>> {
    let body = text.trim_end_matches(DAY).trim_end_matches([MONTH, '.']);
    let parts: Vec<&str> = body.split(['.', '-', '/', YEAR, MONTH]).collect();
    parts
        .iter()
        .all(|p| !p.is_empty() && p.len() <= 8 && p.bytes().all(|b| b.is_ascii_digit()))
        .then_some(parts)
}

fn as_date(year: &str, month: &str, day: &str) -> Option<Date> {
    if year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Reads one date: `2010.12.31`, `2010-12-31`, `2010/12/31`, `20101231`, the Chinese and the English forms with and
/// without year; without year it is the next such day from `today` on.
///
/// # Errors
/// `time.date_missing`, `time.date_recurring` (every quarter …), `time.date_vague` (by the end of the year …),
/// `time.date_unreadable`, `time.date_impossible` (31 June).
pub fn parse_date(typed: &str, today: Date) -> Result<Date, DateRefusal> {
    read_date(typed, |month, day| next_such_day(month, day, today))
}

/// Reads the day of something that has happened: as [`parse_date`], but without year it is the last such day up to
/// `today`. Whether a day with a year lies in the future is for the caller to say.
///
/// # Errors
/// As [`parse_date`].
pub fn parse_past_date(typed: &str, today: Date) -> Result<Date, DateRefusal> {
    read_date(typed, |month, day| last_such_day(month, day, today))
}

fn read_date(typed: &str, without_year: impl Fn(&str, &str) -> Option<Date>) -> Result<Date, DateRefusal> {
    let refuse = |key| {
        Err(DateRefusal {
            key,
            text: typed.trim().to_owned(),
        })
    };
    let text = folded(typed);
    if text.is_empty() {
        return refuse("time.date_missing");
    }
    let whole = text.split_once('T').map_or(text.as_str(), |(date, _)| date);
    let Some(parts) = numbers(whole) else {
        let said = english::read(typed).filter(|said| !said.day.is_empty());
        let Some(said) = said else {
            return refuse(words_key(&text));
        };
        let read = match said.year.as_str() {
            "" => without_year(&said.month, &said.day),
            year => as_date(year, &said.month, &said.day),
        };
        return read.map_or_else(|| refuse("time.date_impossible"), Ok);
    };
    let has_month_sign = text.contains(MONTH);
    let read = match parts.as_slice() {
        [y, m, d] => as_date(y, m, d),
        [one] if one.len() == 8 => match (one.get(..4), one.get(4..6), one.get(6..)) {
            (Some(y), Some(m), Some(d)) => as_date(y, m, d),
            _ => None,
        },
        [m, d] if m.len() <= 2 && (has_month_sign || !text.contains(YEAR)) => without_year(m, d),
        _ => return refuse("time.date_unreadable"),
    };
    read.map_or_else(|| refuse("time.date_impossible"), Ok)
}

/// This year's such day if it is still to come, else next year's; 29 February waits for a leap year.
fn next_such_day(month: &str, day: &str, today: Date) -> Option<Date> {
    (0..=8)
        .filter_map(|ahead| as_date(&format!("{:04}", today.year() + ahead), month, day))
        .find(|d| *d >= today)
}

/// This year's such day if it has come, else last year's; 29 February goes back to a leap year.
fn last_such_day(month: &str, day: &str, today: Date) -> Option<Date> {
    (0..=8)
        .filter_map(|back| as_date(&format!("{:04}", today.year() - back), month, day))
        .find(|d| *d <= today)
}

/// A list of words by its name.
fn list(name: &str) -> Vec<&'static str> {
    include_str!("../../data/date-words.txt")
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .map(|words| words.split_whitespace().collect())
        .unwrap_or_default()
}

/// The refusal for a text in words: recurring, vague or simply not a date. The words lie in data.
fn words_key(text: &str) -> &'static str {
    if list("recurring").iter().any(|w| text.contains(w)) {
        "time.date_recurring"
    } else if list("vague").iter().any(|w| text.contains(w)) {
        "time.date_vague"
    } else {
        "time.date_unreadable"
    }
}

/// Reads a month: `1974.01`, `1974-1`, `1974/1`, `197401`, the Chinese and the English form, a whole date (its
/// month counts), or the serial number of an Excel date (five digits).
///
/// # Errors
/// `time.month_missing`, `time.month_unreadable`, `time.month_impossible`.
pub fn parse_month(typed: &str) -> Result<Month, DateRefusal> {
    let refuse = |key| {
        Err(DateRefusal {
            key,
            text: typed.trim().to_owned(),
        })
    };
    let text = folded(typed);
    if text.is_empty() {
        return refuse("time.month_missing");
    }
    let whole = text.split_once('T').map_or(text.as_str(), |(date, _)| date);
    let spelt = in_figures(whole);
    let whole = spelt.as_deref().unwrap_or(whole);
    let named = english::read(typed).filter(|said| !said.year.is_empty());
    let parts = match (numbers(whole), &named) {
        (Some(parts), _) => parts,
        (None, Some(said)) => vec![said.year.as_str(), said.month.as_str()],
        (None, None) => return refuse("time.month_unreadable"),
    };
    let month = |y: &str, m: &str| -> Option<Month> {
        let year: i16 = y.parse().ok()?;
        let year = match y.len() {
            4 => year,
            // Nobody on a roster was born before 1930 or joined after this year's thirty.
            2 if year > 30 => 1900 + year,
            2 => 2000 + year,
            _ => return None,
        };
        if m.len() > 2 {
            return None;
        }
        Month::new(year, m.parse().ok()?)
    };
    let read = match parts.as_slice() {
        [y, m] => month(y, m),
        [y, m, d] => as_date(y, m, d).and_then(|_| month(y, m)),
        [one] => match (one.len(), one.get(..4), one.get(4..6), one.get(6..)) {
            (6, Some(y), Some(m), _) => month(y, m),
            (8, Some(y), Some(m), Some(d)) => as_date(y, m, d).and_then(|_| month(y, m)),
            (5, ..) => one.parse().ok().and_then(from_serial),
            _ => return refuse("time.month_unreadable"),
        },
        _ => return refuse("time.month_unreadable"),
    };
    read.map_or_else(|| refuse("time.month_impossible"), Ok)
}

/// A month spelt in Chinese numerals, or called by its own name, in figures; `None` for what is in figures already.
fn in_figures(text: &str) -> Option<String> {
    let mut out = text.to_owned();
    for word in list("first_month") {
        out = out.replace(word, &format!("1{MONTH}"));
    }
    if numbers(&out).is_none() {
        out = super::due::figures(&out);
    }
    (out != text && numbers(&out).is_some()).then_some(out)
}

/// The month of an Excel serial day number (1900 system, in which 61 is 1 March 1900).
fn from_serial(serial: i32) -> Option<Month> {
    let day = add_days(Date::new(1899, 12, 30).ok()?, serial);
    Month::new(day.year(), day.month())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn dates_as_people_type_them() {
        let today = date(2010, 9, 30);
        for text in [
            "2010.12.31",
            "2010-12-31",
            "20101231",
            "2010年12月31日",
            "12月31日",
            "12月31号",
            " 2010 / 12 / 31 ",
            "２０１０．１２．３１",
            "2010—12—31",
            "12.31",
            "2010-12-31T00:00:00",
            "31 December 2010",
            "Dec 31, 2010",
            "31 Dec",
        ] {
            assert_eq!(parse_date(text, today), Ok(date(2010, 12, 31)), "{text}");
        }
        assert_eq!(parse_date("3月1日", today), Ok(date(2011, 3, 1)));
        assert_eq!(parse_date("9月30日", today), Ok(today));
        assert_eq!(parse_date("2月29日", today), Ok(date(2012, 2, 29)));
        for (text, day) in [
            ("9.21", date(2010, 9, 21)),
            ("9月30日", today),
            ("10.1", date(2009, 10, 1)),
            ("2月29日", date(2008, 2, 29)),
            ("2010年9月21日", date(2010, 9, 21)),
            ("2011.1.1", date(2011, 1, 1)),
        ] {
            assert_eq!(parse_past_date(text, today), Ok(day), "{text}");
        }
        assert!(parse_past_date("2月30日", today).is_err() && parse_past_date("", today).is_err());
        for (text, key) in [
            ("", "time.date_missing"),
            ("　", "time.date_missing"),
            ("年底前", "time.date_vague"),
            ("每季度末", "time.date_recurring"),
            ("长期", "time.date_vague"),
            ("2010年12月", "time.date_unreadable"),
            ("2010", "time.date_unreadable"),
            ("明天吧", "time.date_unreadable"),
            ("2010.06.31", "time.date_impossible"),
            ("13月1日", "time.date_impossible"),
            ("31 June 2010", "time.date_impossible"),
            ("December 2010", "time.date_unreadable"),
        ] {
            assert_eq!(parse_date(text, today).expect_err(text).key, key, "{text}");
        }
    }

    #[test]
    fn months_as_rosters_hold_them() {
        for text in [
            "1974.01",
            "1974.1",
            "1974-1",
            "1974-01",
            "197401",
            "1974年1月",
            "1974年01月",
            "1974/1",
            "１９７４．０１",
            "1974-01-15",
            "19740115",
            "27030",
            "1974.01.15",
            "1974-01-01T00:00:00",
            "January 1974",
            "15 Jan 1974",
            "74年1月",
            "74.01",
            "1974年元月",
            "一九七四年一月",
        ] {
            assert_eq!(
                parse_month(text).map(|m| m.to_string()),
                Ok("1974-01".to_owned()),
                "{text}"
            );
        }
        for (text, month) in [
            ("05年3月", "2005-03"),
            ("二〇〇五年十二月", "2005-12"),
            ("98.7", "1998-07"),
        ] {
            let read = parse_month(text).map(|m| m.to_string());
            assert_eq!(read, Ok(month.to_owned()), "{text}");
        }
        for (text, key) in [
            ("", "time.month_missing"),
            ("不详", "time.month_unreadable"),
            ("1974", "time.month_unreadable"),
            ("1974.13", "time.month_impossible"),
            ("174.01", "time.month_impossible"),
        ] {
            assert_eq!(parse_month(text).expect_err(text).key, key, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_month_survives_writing(year in 1850i16..=2200, month in 1i8..=12) {
            let m = Month::new(year, month).expect("in range");
            prop_assert_eq!(parse_month(&m.to_string()), Ok(m));
            prop_assert_eq!(parse_month(&format!("{year}年{month}月")), Ok(m));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".*") {
            let _ = parse_date(&text, date(2010, 9, 20));
            let _ = parse_month(&text);
        }

        #[test]
        fn a_date_without_year_is_never_past(day in 1i8..=28, month in 1i8..=12, ahead in 0i32..4000) {
            let today = add_days(date(2010, 1, 1), ahead);
            let read = parse_date(&format!("{month}月{day}日"), today).expect("a date");
            prop_assert!(read >= today && crate::time::days_between(today, read) <= 366);
            let past = parse_past_date(&format!("{month}月{day}日"), today).expect("a date");
            prop_assert!(past <= today && crate::time::days_between(past, today) <= 366);
        }
    }
}
