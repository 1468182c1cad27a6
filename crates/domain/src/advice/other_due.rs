//! Two deadlines for one promise: the one the sentence names and the one beside it.

use std::ops::Range;

use jiff::civil::Date;

use super::{Measure, Measured};
use crate::time::{parse_due, says_by};

/// The words by which a text says until when, when that is another day than `due`. A day alone (年底验收, 10月1日起, 全年) says
/// when something happens, not by when it is done; words that count from the day of writing (the end of this month, within ten days)
/// name no day a reader could compare. Of several days the last one counts: parts may be done earlier.
pub fn other_due(text: &str, measured: &[Measured], due: Date) -> Option<Range<usize>> {
    let days = measured
        .iter()
        .filter(|m| m.measure == Measure::Deadline && !m.range.is_empty());
    let ends = days.filter_map(|m| Some((last_day(text.get(m.range.clone())?, due)?, m.range.clone())));
    let (last, words) = ends.max_by_key(|(day, _)| *day)?;
    (last != due).then_some(words)
}

/// The day these words end on, in the year of `due` when they name none.
fn last_day(words: &str, due: Date) -> Option<Date> {
    if !says_by(words) {
        return None;
    }
    let in_year = |month| {
        let today = Date::new(due.year(), month, 1).ok()?;
        let read = parse_due(words, today).ok()?;
        (!read.relative && read.every.is_none()).then_some(read.date)
    };
    // Read from two days of the year, a day of the calendar stays the same; one counted from today does not.
    let (first, later) = (in_year(1)?, in_year(7)?);
    let same = (first.month(), first.day()) == (later.month(), later.day());
    same.then_some(first)
}

#[cfg(test)]
mod tests {
    use crate::advice::{Context, RemarkKind, advise_in};
    use jiff::civil::date;

    fn quoted(text: &str, due: jiff::civil::Date) -> Option<String> {
        let context = Context {
            due: Some(due),
            ..Context::default()
        };
        let advice = advise_in(text, &context);
        let found = advice.remarks.iter().find(|r| r.kind == RemarkKind::OtherDue);
        found.map(|r| text[r.quote.clone()].to_owned())
    }

    #[test]
    fn two_last_days_are_told_and_one_is_not() {
        let due = date(2026, 12, 31);
        for (text, told) in [
            ("2026年12月15日前每周二义诊1次，共5次", Some("2026年12月15日前")),
            ("12月15日之前走访10户", Some("12月15日之前")),
            ("11月底前增设40个座位", Some("11月底前")),
            ("2027年6月底前增设40个座位", Some("2027年6月底前")),
            ("2026年12月31日前每周二义诊1次", None),
            ("12月31日前走访10户", None),
            ("年底前增设40个座位", None),
            ("12月底前增设40个座位", None),
            // The last of two is the end; a first day and what counts from today are no end to compare.
            ("6月底前买齐，12月底前装好40个座位", None),
            ("10月1日起每周义诊1次", None),
            ("本月底前走访10户", None),
            ("10天内走访10户", None),
            ("每季度末公示1次", None),
            ("每月走访2户", None),
            ("每月为30名孕产妇做一次诊前讲解，全年不少于12次", None),
            ("11月底由3名同事和服务对象验收通过", None),
            ("为家长备好应急包27个，每月5日前把完成情况写在公开栏", None),
            ("每月2次接待患者，接待记录次月5日前公示，做完后回访11人", None),
            ("每周清点2次，当月没做到的次月补齐，年中请工会代表抽查16份", None),
            (
                "2026年12月31日前教会53名新手父母，3天内书面答复，每季度打一次分",
                None,
            ),
            ("异常者一周内通知家长，由带班组长每周五下午签字确认", None),
        ] {
            assert_eq!(quoted(text, due).as_deref(), told, "{text}");
        }
    }
}
