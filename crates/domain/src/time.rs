//! Instants, local dates, inclusive windows and the forgiving reading of dates people type.
//!
//! The working-day calendar is in [`calendar`]. Nothing here reads a clock: the instant is a parameter.

pub mod calendar;
mod due;
mod english;
mod entry;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

pub use calendar::{Calendar, due_in_working_days};
pub use due::{Due, Every, parse_due, says_by};
pub use entry::{DateRefusal, Month, parse_date, parse_month, parse_past_date};

/// The zone of the local date unless the organisation sets another (N15).
pub const DEFAULT_ZONE: &str = "Asia/Shanghai";

/// A point in time: microseconds since 1970-01-01T00:00:00Z, as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

impl Instant {
    /// The local date in a time zone; `None` when the zone is unknown or the instant is out of range.
    #[must_use]
    pub fn date_in(self, zone: &str) -> Option<Date> {
        let zone = TimeZone::get(zone).ok()?;
        Some(
            jiff::Timestamp::from_microsecond(self.0)
                .ok()?
                .to_zoned_datetime(zone)
                .date(),
        )
    }

    /// The local date in China; an instant out of range gives the nearest date there is.
    #[must_use]
    pub fn date(self) -> Date {
        let end = if self.0 < 0 { Date::MIN } else { Date::MAX };
        self.date_in(DEFAULT_ZONE).unwrap_or(end)
    }

    /// The first instant of a local date in a zone.
    #[must_use]
    pub fn start_of(date: Date, zone: &str) -> Option<Self> {
        Some(Self(date.in_tz(zone).ok()?.timestamp().as_microsecond()))
    }
}

/// A stretch of local dates, both ends included; without end while `ends_on` is `None` (N15).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// First day.
    pub starts_on: Date,
    /// Last day, included.
    pub ends_on: Option<Date>,
}

/// Where a day lies in respect of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowState {
    /// It has not begun.
    Upcoming,
    /// It is going on.
    Open,
    /// It is over.
    Closed,
}

impl WindowState {
    /// The identifier as JSON and i18n keys (`window_state.…`) write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Upcoming => "upcoming",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

impl Window {
    /// Where `today` lies.
    #[must_use]
    pub fn state(self, today: Date) -> WindowState {
        if today < self.starts_on {
            WindowState::Upcoming
        } else if self.ends_on.is_some_and(|end| today > end) {
            WindowState::Closed
        } else {
            WindowState::Open
        }
    }

    /// The day lies in the window.
    #[must_use]
    pub fn contains(self, day: Date) -> bool {
        self.state(day) == WindowState::Open
    }

    /// Days left with today, `None` without end or when it is over.
    #[must_use]
    pub fn days_left(self, today: Date) -> Option<i32> {
        let end = self.ends_on?;
        (today <= end).then(|| days_between(today, end) + 1)
    }

    /// Both windows share a day.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.ends_on.is_none_or(|end| other.starts_on <= end)
            && other.ends_on.is_none_or(|end| self.starts_on <= end)
    }
}

/// Days from one date to another; negative when the second is earlier.
#[must_use]
pub fn days_between(from: Date, to: Date) -> i32 {
    // A date difference in days is exact and fits: the calendar has fewer than 8 million days.
    from.until(to).map_or(0, |span| span.get_days())
}

/// The date so many days later (or earlier); the ends of the calendar are kept to.
#[must_use]
pub fn add_days(date: Date, days: i32) -> Date {
    date.saturating_add(jiff::Span::new().try_days(days).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn the_local_date_is_that_of_china() {
        // 2010-10-10T15:59:59Z is one second before midnight in Shanghai.
        let last = Instant(1_286_726_399_000_000);
        assert_eq!(last.date(), date(2010, 10, 10));
        assert_eq!(Instant(last.0 + 1_000_000).date(), date(2010, 10, 11));
        assert_eq!(last.date_in("UTC"), Some(date(2010, 10, 10)));
        assert_eq!(last.date_in("Nowhere/Else"), None);
        assert_eq!(
            Instant::start_of(date(2010, 10, 11), DEFAULT_ZONE),
            Some(Instant(last.0 + 1_000_000))
        );
        assert_eq!(Instant(i64::MAX).date(), Date::MAX);
    }

    #[test]
    fn windows_are_inclusive_may_touch_and_stay_open() {
        let propose = Window {
            starts_on: date(2010, 9, 29),
            ends_on: Some(date(2010, 10, 10)),
        };
        let survey = Window {
            starts_on: date(2010, 9, 20),
            ends_on: Some(date(2010, 9, 29)),
        };
        let appraise = Window {
            starts_on: date(2010, 10, 20),
            ends_on: None,
        };
        for (window, day, state) in [
            (survey, date(2010, 9, 19), WindowState::Upcoming),
            (survey, date(2010, 9, 29), WindowState::Open),
            (propose, date(2010, 9, 29), WindowState::Open),
            (propose, date(2010, 10, 10), WindowState::Open),
            (propose, date(2010, 10, 11), WindowState::Closed),
            (appraise, date(2030, 1, 1), WindowState::Open),
        ] {
            assert_eq!(window.state(day), state, "{window:?} {day}");
        }
        assert!(survey.overlaps(propose) && propose.overlaps(survey));
        assert!(!survey.overlaps(appraise) && !appraise.overlaps(propose));
        assert_eq!(propose.days_left(date(2010, 10, 10)), Some(1));
        assert_eq!(propose.days_left(date(2010, 10, 11)), None);
        assert_eq!(appraise.days_left(date(2011, 1, 1)), None);
    }

    proptest! {
        #[test]
        fn days_added_are_days_between(days in -30_000i32..30_000) {
            let from = date(2010, 9, 20);
            prop_assert_eq!(days_between(from, add_days(from, days)), days);
        }
    }
}
