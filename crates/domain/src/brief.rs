//! Reports of branches by month, and the road of a good example to the public (N19).

use jiff::ToSpan;
use jiff::civil::Date;

use crate::problem::Problem;

/// Day of the following month by which a month's report is due.
const DUE_DAY: i8 = 5;

/// The month a day lies in, as `YYYY-MM`.
#[must_use]
pub fn period_of(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// The first day of a period; `None` for what is none.
#[must_use]
pub fn first_day(period: &str) -> Option<Date> {
    let (year, month) = period.split_once('-')?;
    if year.len() != 4 || month.len() != 2 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()
}

/// The last day on which the report of a period is in time.
#[must_use]
pub fn due_of(period: &str) -> Option<Date> {
    let next = first_day(period)?.checked_add(1.month()).ok()?;
    Date::new(next.year(), next.month(), DUE_DAY).ok()
}

/// The periods from the beginning of a campaign to today, the newest first.
#[must_use]
pub fn periods(begins: Date, today: Date) -> Vec<String> {
    let mut all = Vec::new();
    let mut first = first_day(&period_of(begins));
    while let Some(day) = first.filter(|d| *d <= today && all.len() < 1200) {
        all.push(period_of(day));
        first = day.checked_add(1.month()).ok();
    }
    all.reverse();
    all
}

/// How a report stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportState {
    /// Sent in time.
    Sent,
    /// Sent after the day it was due.
    SentLate,
    /// Not sent, and not due yet.
    Open,
    /// Not sent, and due.
    Late,
}

impl ReportState {
    /// Computes it from the day it was sent.
    #[must_use]
    pub fn of(period: &str, sent_on: Option<Date>, today: Date) -> Self {
        let over = |day: Date| due_of(period).is_some_and(|due| day > due);
        match sent_on {
            Some(day) if over(day) => Self::SentLate,
            Some(_) => Self::Sent,
            None if over(today) => Self::Late,
            None => Self::Open,
        }
    }

    /// The identifier as i18n keys (`report_state.…`) write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::SentLate => "sent_late",
            Self::Open => "open",
            Self::Late => "late",
        }
    }
}

/// How far a good example has come: nominated, verified by somebody else, agreed to by the person, published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExampleSteps {
    /// Somebody other than the nominator has verified it.
    pub verified: bool,
    /// The person agrees to be shown.
    pub consented: bool,
    /// It is public.
    pub published: bool,
}

impl ExampleSteps {
    /// The identifier of where it stands, as i18n keys (`example_state.…`) write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match (self.published, self.verified, self.consented) {
            (true, _, _) => "published",
            (_, false, _) => "nominated",
            (_, true, false) => "verified",
            (_, true, true) => "consented",
        }
    }

    /// Refuses publication before both have happened.
    ///
    /// # Errors
    /// `problem.example.not_verified`, `problem.example.no_consent`, `problem.example.published`.
    pub fn require_publishable(self) -> Result<(), Problem> {
        match () {
            () if self.published => Err(Problem::conflict("problem.example.published")),
            () if !self.verified => Err(Problem::conflict("problem.example.not_verified")),
            () if !self.consented => Err(Problem::conflict("problem.example.no_consent")),
            () => Ok(()),
        }
    }
}

/// Checks who verifies: neither the nominator nor the person shown (PRODUCT.md 3.3).
///
/// # Errors
/// `problem.example.own`.
pub fn check_verifier(is_nominator: bool, is_own: bool) -> Result<(), Problem> {
    if is_nominator || is_own {
        return Err(Problem::forbidden("problem.example.own"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_month_is_due_on_the_fifth_of_the_next() {
        assert_eq!(period_of(date(2010, 12, 31)), "2010-12");
        assert_eq!(due_of("2010-12"), Some(date(2011, 1, 5)));
        for wrong in ["", "2010", "2010-13", "2010-1", "x-01", "2010-01-01"] {
            assert_eq!(due_of(wrong), None, "{wrong}");
        }
        assert_eq!(
            periods(date(2010, 9, 20), date(2010, 11, 1)),
            ["2010-11", "2010-10", "2010-09"]
        );
        assert!(periods(date(2010, 9, 20), date(2010, 8, 1)).is_empty());
    }

    #[test]
    fn late_is_after_the_due_day() {
        let of = |sent, today| ReportState::of("2010-10", sent, today).name();
        assert_eq!(of(None, date(2010, 11, 5)), "open");
        assert_eq!(of(None, date(2010, 11, 6)), "late");
        assert_eq!(of(Some(date(2010, 11, 5)), date(2010, 12, 1)), "sent");
        assert_eq!(of(Some(date(2010, 11, 6)), date(2010, 12, 1)), "sent_late");
    }

    #[test]
    fn nothing_is_shown_without_verification_and_consent() {
        let step = |verified, consented, published| ExampleSteps {
            verified,
            consented,
            published,
        };
        for (steps, fine, name) in [
            (step(false, false, false), false, "nominated"),
            (step(true, false, false), false, "verified"),
            (step(false, true, false), false, "nominated"),
            (step(true, true, false), true, "consented"),
            (step(true, true, true), false, "published"),
        ] {
            assert_eq!((steps.require_publishable().is_ok(), steps.name()), (fine, name));
        }
        assert!(check_verifier(true, false).is_err() && check_verifier(false, true).is_err());
        assert!(check_verifier(false, false).is_ok());
    }
}
