//! Reminding people that they have not filed: once a day at most, never at night, never without anybody to remind
//! (PRODUCT.md section 4).

use crate::problem::Problem;

/// The first hour of the day in which somebody may be reminded.
pub const FROM_HOUR: i8 = 8;
/// The first hour in which nobody may any more.
pub const UNTIL_HOUR: i8 = 20;

/// Whether a group may be reminded now: `missing` of it have not filed, `already` says that it was reminded today.
///
/// # Errors
/// `problem.remind.nobody`, `problem.remind.night` with the hours, `problem.remind.already`.
pub fn may_remind(hour: i8, missing: u32, already: bool) -> Result<(), Problem> {
    if missing == 0 {
        return Err(Problem::conflict("problem.remind.nobody"));
    }
    if already {
        return Err(Problem::conflict("problem.remind.already"));
    }
    if (FROM_HOUR..UNTIL_HOUR).contains(&hour) {
        return Ok(());
    }
    Err(Problem::conflict("problem.remind.night")
        .with("from", FROM_HOUR)
        .with("until", UNTIL_HOUR))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_a_day_by_daylight_and_only_when_somebody_is_late() {
        for (hour, missing, already, key) in [
            (8, 1, false, None),
            (19, 9, false, None),
            (7, 1, false, Some("problem.remind.night")),
            (20, 1, false, Some("problem.remind.night")),
            (0, 1, false, Some("problem.remind.night")),
            (12, 0, false, Some("problem.remind.nobody")),
            (12, 1, true, Some("problem.remind.already")),
        ] {
            let refused = may_remind(hour, missing, already).err().map(|p| p.key);
            assert_eq!(refused, key, "{hour} {missing} {already}");
        }
    }
}
