//! Due dates as people type them: a date, the end of the year, the quarter or the month, a holiday, a weekday, so many
//! days from now, or again and again. What was understood is told, so that it can be shown and put right.

mod words;

use jiff::Span;
use jiff::civil::Date;
use serde::Serialize;

use super::entry::{DateRefusal, folded, parse_date};
use super::{Calendar, add_days, due_in_working_days};
use words::{WORDS, Words};

/// How often something is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// Every day.
    Day,
    /// Every week.
    Week,
    /// Every month.
    Month,
    /// Every quarter.
    Quarter,
    /// Every half-year.
    HalfYear,
    /// Every year.
    Year,
}

impl Every {
    /// Key of its name.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Day => "time.every_day",
            Self::Week => "time.every_week",
            Self::Month => "time.every_month",
            Self::Quarter => "time.every_quarter",
            Self::HalfYear => "time.every_half_year",
            Self::Year => "time.every_year",
        }
    }
}

/// A due date as understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The last day on which it must be done.
    pub date: Date,
    /// What comes again: how often, and the first day. `date` is then the last time of that year.
    pub every: Option<(Every, Date)>,
    /// Counted from today or from this week (within ten days, on Friday), not from the calendar.
    pub relative: bool,
}

/// Reads a due date. What [`parse_date`] reads means the same here.
///
/// # Errors
/// Those of [`parse_date`]: `time.date_vague` for what has no end (for good), `time.date_impossible` (31 June),
/// `time.date_unreadable`.
pub fn parse_due(typed: &str, today: Date) -> Result<Due, DateRefusal> {
    let refused = match parse_date(typed, today) {
        Ok(date) => {
            return Ok(Due {
                date,
                every: None,
                relative: false,
            });
        }
        Err(refused) => refused,
    };
    if refused.key == "time.date_missing" || refused.key == "time.date_impossible" {
        return Err(refused);
    }
    let reader = Reader { words: &WORDS, today };
    reader.due(&folded(typed).to_lowercase()).ok_or(refused)
}

/// Whether a due date says "by" in so many words (12月底前, before 31 December), not only when (12月底).
#[must_use]
pub fn says_by(typed: &str) -> bool {
    let reader = Reader {
        words: &WORDS,
        today: Date::MIN,
    };
    reader.stripped(&folded(typed).to_lowercase()).1
}

/// A text with its Chinese numerals as figures.
pub(super) fn figures(text: &str) -> String {
    let reader = Reader {
        words: &WORDS,
        today: Date::MIN,
    };
    reader.with_figures(text)
}

/// More working days than a year has are no time limit.
const WORKING_DAYS_MAX: u32 = 260;

struct Reader<'a> {
    words: &'a Words,
    today: Date,
}

/// What stands behind one of the words at the beginning; the longest word is taken.
fn after<'t>(text: &'t str, list: &[String]) -> Option<&'t str> {
    let fits = list.iter().filter_map(|w| text.strip_prefix(w.as_str()));
    fits.min_by_key(|rest| rest.len())
}

fn is(text: &str, list: &[String]) -> bool {
    list.iter().any(|w| w == text)
}

fn month_end(year: i16, month: i8) -> Option<Date> {
    Date::new(year, month, 1).ok().map(|d| d.last_of_month())
}

/// The last day of the quarter a day lies in.
fn quarter_end(day: Date) -> Option<Date> {
    month_end(day.year(), (day.month() + 2) / 3 * 3)
}

/// A number of figures at the beginning and what stands behind it.
fn number(text: &str) -> Option<(i16, &str)> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    let (figures, rest) = (text.get(..end)?, text.get(end..)?);
    (end <= 4).then(|| figures.parse().ok())?.map(|n| (n, rest))
}

impl Reader<'_> {
    fn due(&self, typed: &str) -> Option<Due> {
        let due = |date, relative| Due {
            date,
            every: None,
            relative,
        };
        let once = |date| due(date, false);
        let (text, before, within) = self.stripped(typed);
        // A period alone (month, quarter) names no end; 月内 does.
        if !(before || within) && self.is_period(text) {
            return None;
        }
        // 五一 is a day, not 51: holidays come before figures.
        let (year, rest) = self.year_of(text);
        if let Some(date) = self.holiday(rest, before, year) {
            return Some(once(date));
        }
        let text = self.with_figures(text);
        if let Some(rest) = after(&text, &self.words.every) {
            return self.again(rest);
        }
        // 12月31日前: the limit is gone, the date stands there.
        if let Ok(date) = parse_date(&text, self.today) {
            return Some(once(date));
        }
        if let Some(date) = self.in_year(&text).or_else(|| self.near(&text)) {
            return Some(once(date));
        }
        let counted = self.week(&text).or_else(|| self.ahead(&text, within));
        counted.map(|date| due(date, true))
    }

    fn is_period(&self, text: &str) -> bool {
        let p = &self.words.periods;
        [&p.day, &p.week, &p.month, &p.quarter, &p.half_year, &p.year]
            .iter()
            .any(|list| is(text, list))
    }

    /// Without the words that only say "by"; whether a "before" and a "within" was among them.
    fn stripped<'t>(&self, mut text: &'t str) -> (&'t str, bool, bool) {
        let (mut before, mut within) = (false, false);
        while let Some(rest) = after(text, &self.words.leads).filter(|r| !r.is_empty()) {
            text = rest;
        }
        loop {
            let limit = self
                .words
                .limits
                .iter()
                .find_map(|w| text.strip_suffix(w.as_str()));
            let inner = self
                .words
                .within
                .iter()
                .find_map(|w| text.strip_suffix(w.as_str()));
            match limit.or(inner).filter(|r| !r.is_empty()) {
                Some(rest) => {
                    before |= limit.is_some();
                    within |= limit.is_none();
                    text = rest;
                }
                None => return (text, before, within),
            }
        }
    }

    /// Chinese numerals as figures.
    fn with_figures(&self, text: &str) -> String {
        let n = &self.words.numerals;
        let digit = |c: char| match n.digits.chars().position(|d| d == c) {
            Some(value) => Some(value),
            None if n.zero.contains(c) => Some(0),
            None if n.two.contains(c) => Some(2),
            None => None,
        };
        let mut out = String::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let ten = n.ten.contains(c);
            let Some(mut value) = digit(c).or(ten.then_some(1)) else {
                out.push(c);
                continue;
            };
            // 二十五, 二十, 十五, 十; without a ten the digits stand one by one (二〇一一).
            if ten || chars.next_if(|c| n.ten.contains(*c)).is_some() {
                let unit = chars.peek().copied().and_then(digit);
                if unit.is_some() {
                    chars.next();
                }
                value = value * 10 + unit.unwrap_or(0);
            }
            out.push_str(&value.to_string());
        }
        out
    }

    /// The first day from today on that `make` gives for this year or one of the next.
    fn coming(&self, year: Option<i16>, make: impl Fn(i16) -> Option<Date>) -> Option<Date> {
        match year {
            Some(year) => make(year),
            None => (0..=8)
                .filter_map(|ahead| make(self.today.year() + ahead))
                .find(|d| *d >= self.today),
        }
    }

    fn holiday(&self, text: &str, before: bool, year: Option<i16>) -> Option<Date> {
        let eve = |day: Date| if before { add_days(day, -1) } else { day };
        if let Some((month, day)) = self.words.fixed.get(text) {
            return self.coming(year, |y| Date::new(y, *month, *day).ok().map(eve));
        }
        let days = self.words.lunar.get(text)?;
        self.coming(year, |y| days.iter().find(|d| d.year() == y).copied().map(eve))
    }

    /// A year at the beginning, and what stands behind it.
    fn year_of<'t>(&self, text: &'t str) -> (Option<i16>, &'t str) {
        let this = self.today.year();
        if let Some(rest) = after(text, &self.words.this_year) {
            return (Some(this), rest);
        }
        if let Some(rest) = after(text, &self.words.next_year) {
            return (Some(this + 1), rest);
        }
        let named = number(text).filter(|(n, _)| *n >= 1900);
        let behind = |rest: &'t str| {
            rest.strip_prefix(self.words.year.as_str())
                .or(rest.strip_prefix('.'))
        };
        match named.and_then(|(n, rest)| behind(rest).map(|rest| (n, rest))) {
            Some((n, rest)) => (Some(n), rest),
            None => (None, text),
        }
    }

    /// What lies in a year, named or not: its end, a half, a quarter, a month.
    fn in_year(&self, text: &str) -> Option<Date> {
        let w = self.words;
        let (year, rest) = self.year_of(text);
        if (rest.is_empty() && year.is_some()) || is(rest, &w.year_ends) {
            return self.coming(year, |y| month_end(y, 12));
        }
        for (list, month) in [(&w.first_half, 6), (&w.second_half, 12)] {
            if is(rest, list) {
                return self.coming(year, |y| month_end(y, month));
            }
        }
        let (n, rest) = number(rest.strip_prefix(w.ordinal.as_str()).unwrap_or(rest))?;
        let n = i8::try_from(n).ok()?;
        if let Some(end) = after(rest, &w.quarter) {
            let there = (1..=4).contains(&n) && (end.is_empty() || is(end, &w.quarter_ends));
            return there.then(|| self.coming(year, |y| month_end(y, n * 3)))?;
        }
        if !(1..=12).contains(&n) {
            return None;
        }
        let part = match rest.strip_prefix(w.month.as_str()) {
            Some(part) => part,
            // 2010.12
            None if rest.is_empty() && year.is_some() => "",
            None => return None,
        };
        self.coming(year, |y| self.in_month(y, n, part))
    }

    fn in_month(&self, year: i16, month: i8, part: &str) -> Option<Date> {
        let w = self.words;
        let day = |day| Date::new(year, month, day).ok();
        match part {
            "" => month_end(year, month),
            p if is(p, &w.month_ends) => month_end(year, month),
            p if is(p, &w.month_begins) => day(10),
            p if is(p, &w.month_middles) => day(15),
            p if is(p, &w.month_seconds) => day(20),
            p => {
                let (n, rest) = number(p)?;
                (rest.is_empty() || is(rest, &w.days)).then(|| day(i8::try_from(n).ok()?))?
            }
        }
    }

    /// This month, the next one, this quarter, the next one.
    fn near(&self, text: &str) -> Option<Date> {
        let w = self.words;
        let today = self.today;
        let later = |months: i32| {
            today
                .first_of_month()
                .checked_add(Span::new().months(months))
                .ok()
        };
        match text {
            t if is(t, &w.this_month) => Some(today.last_of_month()),
            t if is(t, &w.next_month) => later(1).map(|d| d.last_of_month()),
            t if is(t, &w.this_quarter) => quarter_end(today),
            t if is(t, &w.next_quarter) => later(3).and_then(quarter_end),
            _ => None,
        }
    }

    /// A day of the week, from 1; Sunday is 7.
    fn weekday(&self, text: &str) -> Option<i32> {
        if is(text, &self.words.sundays) {
            return Some(7);
        }
        let place = self.words.weekdays.iter().position(|d| d == text)?;
        i32::try_from(place).ok().map(|p| p + 1)
    }

    /// This Friday, next Friday, the weekend.
    fn week(&self, text: &str) -> Option<Date> {
        let w = self.words;
        let monday = add_days(
            self.today,
            1 - i32::from(self.today.weekday().to_monday_one_offset()),
        );
        for (list, weeks) in [(&w.next_week, 1), (&w.this_week, 0)] {
            if let Some(rest) = after(text, list) {
                let day = if rest.is_empty() { 7 } else { self.weekday(rest)? };
                return Some(add_days(monday, 7 * weeks + day - 1));
            }
        }
        let day = self.weekday(after(text, &w.week)?)?;
        let date = add_days(monday, day - 1);
        Some(if date < self.today {
            add_days(date, 7)
        } else {
            date
        })
    }

    /// So long from today.
    fn ahead(&self, text: &str, within: bool) -> Option<Date> {
        let a = &self.words.ahead;
        let months = |n: i32| self.today.checked_add(Span::new().months(n)).ok();
        for (list, days) in [
            (&a.today, 0),
            (&a.tomorrow, 1),
            (&a.after_tomorrow, 2),
            (&a.half_month, 15),
        ] {
            if is(text, list) {
                return Some(add_days(self.today, days));
            }
        }
        if is(text, &a.half_year) {
            return months(6);
        }
        let (n, unit) = number(text)?;
        let n = i32::from(n);
        if is(unit, &a.months) {
            return months(n);
        }
        match unit {
            u if within && is(u, &a.days) => Some(add_days(self.today, n)),
            // Holidays and make-up days counted, as far as the calendar knows the year.
            u if within && is(u, &a.working_days) => {
                let days = u32::try_from(n).ok().filter(|n| *n <= WORKING_DAYS_MAX)?;
                Some(due_in_working_days(Calendar::in_force(), self.today, days))
            }
            u if within && is(u, &a.weeks) => Some(add_days(self.today, 7 * n)),
            u if within && n <= 50 && is(u, &a.years) => months(12 * n),
            _ => None,
        }
    }

    /// Again and again: the first time from today on, and the last time of that year.
    fn again(&self, text: &str) -> Option<Due> {
        let p = &self.words.periods;
        let (every, rest) = [
            (Every::HalfYear, &p.half_year),
            (Every::Quarter, &p.quarter),
            (Every::Month, &p.month),
            (Every::Week, &p.week),
            (Every::Day, &p.day),
            (Every::Year, &p.year),
        ]
        .into_iter()
        .find_map(|(every, list)| after(text, list).map(|rest| (every, rest)))?;
        let year_end = |d: Date| month_end(d.year(), 12);
        let ends_of = |months: &[i8]| {
            let in_year = |y: i16| {
                let ends = months.iter().filter_map(move |m| month_end(y, *m));
                ends.collect::<Vec<_>>()
            };
            let mut all = in_year(self.today.year());
            all.extend(in_year(self.today.year() + 1));
            all.into_iter().find(|d| *d >= self.today)
        };
        let (first, last) = match every {
            Every::Day => (self.today, year_end(self.today)?),
            Every::Week => {
                let day = if rest.is_empty() { 5 } else { self.weekday(rest)? };
                let monday = add_days(
                    self.today,
                    1 - i32::from(self.today.weekday().to_monday_one_offset()),
                );
                let this = add_days(monday, day - 1);
                let first = if this < self.today {
                    add_days(this, 7)
                } else {
                    this
                };
                let weeks = super::days_between(first, year_end(first)?) / 7;
                (first, add_days(first, 7 * weeks))
            }
            Every::Month => {
                let day = |y, m| self.in_month(y, m, rest);
                let months = (1..=12).filter_map(|m| day(self.today.year(), m));
                let first = months
                    .clone()
                    .find(|d| *d >= self.today)
                    .or_else(|| day(self.today.year() + 1, 1))?;
                (first, day(first.year(), 12)?)
            }
            Every::Quarter => (ends_of(&[3, 6, 9, 12])?, ends_of(&[12])?),
            Every::HalfYear => (ends_of(&[6, 12])?, ends_of(&[12])?),
            Every::Year => (ends_of(&[12])?, ends_of(&[12])?),
        };
        Some(Due {
            date: last,
            every: Some((every, first)),
            relative: false,
        })
    }
}

#[cfg(test)]
mod tests;
