//! The working-day calendar: weekends, public holidays and make-up days, as data (N15).
//!
//! A year without a file has only weekends; [`Calendar::knows`] says so, so that a page can say it too.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, OnceLock};

use jiff::civil::{Date, Weekday};
use serde::Deserialize;

use super::add_days;

const FILES: &[&str] = &[
    include_str!("../../../../templates-campaign/calendar/2010.toml"),
    include_str!("../../../../templates-campaign/calendar/2011.toml"),
    include_str!("../../../../templates-campaign/calendar/2026.toml"),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct YearFile {
    year: i16,
    #[serde(rename = "source")]
    _source: String,
    make_up_days: Vec<Date>,
    holidays: Vec<Holiday>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Holiday {
    name: String,
    starts_on: Date,
    ends_on: Date,
}

/// Which days are worked.
#[derive(Debug, Clone, Default)]
pub struct Calendar {
    years: BTreeSet<i16>,
    holidays: BTreeMap<Date, String>,
    make_up: BTreeSet<Date>,
}

static SHIPPED: LazyLock<Calendar> = LazyLock::new(|| {
    let mut calendar = Calendar::default();
    for file in FILES {
        // A broken file must not stop a server that runs: the year then has weekends only, and the test fails.
        let _ = calendar.add_year(file);
    }
    calendar
});

/// The calendar with the organisation's own years, set once at the start like the fonts.
static OWN: OnceLock<Calendar> = OnceLock::new();

impl Calendar {
    /// The calendar with the years the product ships.
    #[must_use]
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// The calendar that deadlines are counted by: the shipped years and those the organisation added.
    #[must_use]
    pub fn in_force() -> &'static Self {
        OWN.get().unwrap_or(&SHIPPED)
    }

    /// Makes this the calendar in force. What was set first stays.
    pub fn put_in_force(self) {
        let _ = OWN.set(self);
    }

    /// Adds a year given as TOML (`year`, `source`, `make_up_days`, `[[holidays]]`).
    ///
    /// # Errors
    /// The parser's message with its place.
    pub fn add_year(&mut self, text: &str) -> Result<(), String> {
        let file: YearFile = toml::from_str(text).map_err(|e| e.to_string())?;
        if !self.years.insert(file.year) {
            // A year given again stands for the earlier one.
            self.holidays.retain(|day, _| day.year() != file.year);
            self.make_up.retain(|day| day.year() != file.year);
        }
        self.make_up.extend(file.make_up_days);
        for holiday in file.holidays {
            // A span longer than a month is a slip of the pen, not a holiday.
            for day in 0..31 {
                let date = add_days(holiday.starts_on, day);
                if date > holiday.ends_on {
                    break;
                }
                self.holidays.insert(date, holiday.name.clone());
            }
        }
        Ok(())
    }

    /// Holidays of this year are known; otherwise only its weekends are.
    #[must_use]
    pub fn knows(&self, year: i16) -> bool {
        self.years.contains(&year)
    }

    /// The public holiday on this day, by name.
    #[must_use]
    pub fn holiday(&self, day: Date) -> Option<&str> {
        self.holidays.get(&day).map(String::as_str)
    }

    /// The day is worked: a make-up day, or a weekday that is no holiday.
    #[must_use]
    pub fn is_working_day(&self, day: Date) -> bool {
        self.make_up.contains(&day)
            || !(self.holidays.contains_key(&day)
                || matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday))
    }

    /// The day itself if it is worked, else the next one that is.
    #[must_use]
    pub fn next_working_day(&self, day: Date) -> Date {
        (0..60)
            .map(|ahead| add_days(day, ahead))
            .find(|d| self.is_working_day(*d))
            .unwrap_or(day)
    }

    /// Working days from one day to another, both included.
    #[must_use]
    pub fn working_days(&self, from: Date, to: Date) -> u32 {
        let mut count = 0;
        let mut day = from;
        while day <= to && day < Date::MAX {
            count += u32::from(self.is_working_day(day));
            day = add_days(day, 1);
        }
        count
    }
}

/// The last day of a period of working days: the day of the event itself is not counted.
#[must_use]
pub fn due_in_working_days(calendar: &Calendar, from: Date, days: u32) -> Date {
    let mut day = from;
    let mut left = days;
    while left > 0 && day < Date::MAX {
        day = add_days(day, 1);
        left -= u32::from(calendar.is_working_day(day));
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn every_shipped_year_reads() {
        let mut calendar = Calendar::default();
        for file in FILES {
            calendar.add_year(file).expect("a calendar file");
        }
        assert!(
            calendar
                .make_up
                .iter()
                .all(|d| matches!(d.weekday(), Weekday::Saturday | Weekday::Sunday))
        );
        assert!(
            calendar
                .make_up
                .iter()
                .all(|d| !calendar.holidays.contains_key(d))
        );
    }

    #[test]
    fn the_holiday_within_stage_two() {
        let calendar = Calendar::shipped();
        for (day, worked) in [
            (date(2010, 9, 22), false),
            (date(2010, 9, 25), true),
            (date(2010, 9, 26), true),
            (date(2010, 10, 1), false),
            (date(2010, 10, 7), false),
            (date(2010, 10, 8), true),
            (date(2010, 10, 9), true),
            (date(2010, 10, 10), false),
            (date(2011, 12, 31), true),
            (date(2026, 10, 10), true),
            (date(2026, 2, 23), false),
        ] {
            assert_eq!(calendar.is_working_day(day), worked, "{day}");
        }
        assert_eq!(calendar.holiday(date(2010, 10, 1)), Some("国庆节"));
        assert_eq!(calendar.next_working_day(date(2010, 10, 10)), date(2010, 10, 11));
        assert_eq!(calendar.working_days(date(2010, 9, 29), date(2010, 10, 10)), 4);
        assert_eq!(
            due_in_working_days(calendar, date(2010, 9, 30), 5),
            date(2010, 10, 13)
        );
        assert!(calendar.knows(2010) && !calendar.knows(2027));
        let mut own = calendar.clone();
        let year = "year = 2027\nsource = 'x'\nmake_up_days = ['2027-01-09']\n[[holidays]]\nname = 'x'\n\
                    starts_on = '2027-01-01'\nends_on = '2027-01-04'\n";
        own.add_year(year).expect("a year");
        assert!(
            own.knows(2027) && own.is_working_day(date(2027, 1, 9)) && !own.is_working_day(date(2027, 1, 4))
        );
        own.add_year("year = 2027\nsource = 'x'\nmake_up_days = []\nholidays = []")
            .expect("again");
        assert!(own.is_working_day(date(2027, 1, 4)), "the later file counts");
        assert!(own.add_year("year = 2027").is_err());
    }

    proptest! {
        #[test]
        fn a_due_day_is_worked_and_counts(ahead in 0i32..6000, days in 1u32..60) {
            let calendar = Calendar::shipped();
            let from = add_days(date(2010, 1, 1), ahead);
            let due = due_in_working_days(calendar, from, days);
            prop_assert!(calendar.is_working_day(due));
            prop_assert_eq!(calendar.working_days(add_days(from, 1), due), days);
        }
    }
}
