//! Dates and numbers as each language writes them (UX.md: 2026年10月15日).

use crate::Lang;
use jiff::civil::{Date, Weekday};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A whole date: `2010年9月20日`, `20 September 2010`.
pub fn date(lang: Lang, day: Date) -> String {
    let (y, m, d) = (day.year(), day.month(), day.day());
    match lang {
        Lang::Zh => crate::fill(lang, "date.whole", &[("y", &y), ("m", &m), ("d", &d)]),
        Lang::En => format!(
            "{d} {} {y}",
            MONTHS[usize::from(m.unsigned_abs().clamp(1, 12)) - 1]
        ),
    }
}

/// A date without its year, as timelines write it: `9.20`, `20 Sep`.
pub fn date_short(lang: Lang, day: Date) -> String {
    match lang {
        Lang::Zh => format!("{}.{}", day.month(), day.day()),
        Lang::En => format!(
            "{} {}",
            day.day(),
            &MONTHS[usize::from(day.month().unsigned_abs().clamp(1, 12)) - 1][..3]
        ),
    }
}

/// A year and month: `1974年1月`, `January 1974`. Takes `YYYY-MM`; anything else comes back as it is.
pub fn month(lang: Lang, text: &str) -> String {
    let parsed = text
        .split_once('-')
        .and_then(|(y, m)| Some((y.parse::<i32>().ok()?, m.parse::<usize>().ok()?)));
    match (lang, parsed) {
        (Lang::Zh, Some((y, m))) => crate::fill(lang, "date.month", &[("y", &y), ("m", &m)]),
        (Lang::En, Some((y, m @ 1..=12))) => format!("{} {y}", MONTHS[m - 1]),
        _ => text.to_owned(),
    }
}

/// The day of the week.
pub fn weekday(lang: Lang, day: Date) -> &'static str {
    let key = match day.weekday() {
        Weekday::Monday => "date.monday",
        Weekday::Tuesday => "date.tuesday",
        Weekday::Wednesday => "date.wednesday",
        Weekday::Thursday => "date.thursday",
        Weekday::Friday => "date.friday",
        Weekday::Saturday => "date.saturday",
        Weekday::Sunday => "date.sunday",
    };
    crate::text(lang, key)
}

/// Hours and minutes: `09:41`.
pub fn time_of_day(hour: i8, minute: i8) -> String {
    format!("{hour:02}:{minute:02}")
}

/// A whole number with its thousands marked: `1,286`.
pub fn number(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if n < 0 { format!("-{out}") } else { out }
}

/// `n` of `m` in percent with one decimal; `None` when there is nothing to divide by. Always shown beside
/// "n of m" (PRODUCT.md 3.5).
pub fn percent(n: i64, m: i64) -> Option<String> {
    if m <= 0 || n < 0 {
        return None;
    }
    let tenths = (i128::from(n) * 2000 + i128::from(m)) / (i128::from(m) * 2);
    Some(format!("{}.{}%", tenths / 10, tenths % 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_percentages() {
        assert_eq!(number(1286), "1,286");
        assert_eq!(number(-1_000_000), "-1,000,000");
        assert_eq!(percent(486, 1286).as_deref(), Some("37.8%"));
        assert_eq!(percent(0, 0), None);
        assert_eq!(percent(2, 3).as_deref(), Some("66.7%"));
        assert_eq!(percent(5, 5).as_deref(), Some("100.0%"));
    }

    #[test]
    fn dates() {
        let day = jiff::civil::date(2010, 9, 20);
        assert_eq!(date(Lang::Zh, day), "2010年9月20日");
        assert_eq!(date(Lang::En, day), "20 September 2010");
        assert_eq!(date_short(Lang::Zh, day), "9.20");
        assert_eq!(month(Lang::Zh, "1974-01"), "1974年1月");
        assert_eq!(month(Lang::En, "1974-13"), "1974-13");
    }
}
