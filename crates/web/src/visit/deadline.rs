//! What pages say of deadlines counted in working days.

use super::Visit;
use domain::time::Calendar;

impl Visit {
    /// What to know of a deadline (a day as stored) in a year without data on holidays: that only its weekends are left
    /// out (N15). Empty where the holidays are known.
    pub fn holidays_unknown(&self, day: &str) -> String {
        let year = day.get(..4).and_then(|year| year.parse::<i16>().ok());
        match year.filter(|year| !Calendar::in_force().knows(*year)) {
            Some(year) => self.t1("ui.holidays_unknown", "year", year),
            None => String::new(),
        }
    }
}
