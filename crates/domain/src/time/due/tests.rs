use super::*;
use jiff::civil::date;
use proptest::prelude::*;

const ONCE: &[(&str, &str)] = &[
    ("2010.12.31", "2010-12-31"),
    ("2010-12-31", "2010-12-31"),
    ("2010/12/31", "2010-12-31"),
    ("2010年12月31日", "2010-12-31"),
    ("2010年12月31日前", "2010-12-31"),
    ("12月31日", "2010-12-31"),
    ("12.31", "2010-12-31"),
    ("十二月三十一日之前", "2010-12-31"),
    ("二〇一一年六月三十日", "2011-06-30"),
    ("年底前", "2010-12-31"),
    ("年底前完成", "2010-12-31"),
    ("年内", "2010-12-31"),
    ("今年年底", "2010-12-31"),
    ("明年底", "2011-12-31"),
    ("2011年底前", "2011-12-31"),
    ("2011年", "2011-12-31"),
    ("2011年内", "2011-12-31"),
    ("2011年3月", "2011-03-31"),
    ("2011.3", "2011-03-31"),
    ("月底前", "2010-09-30"),
    ("本月内", "2010-09-30"),
    ("下月底", "2010-10-31"),
    ("本季度末", "2010-09-30"),
    ("下季度末", "2010-12-31"),
    ("四季度", "2010-12-31"),
    ("第一季度末", "2011-03-31"),
    ("明年一季度", "2011-03-31"),
    ("上半年", "2011-06-30"),
    ("下半年", "2010-12-31"),
    ("国庆前", "2010-09-30"),
    ("国庆节前", "2010-09-30"),
    ("十一前", "2010-09-30"),
    ("七一前", "2011-06-30"),
    ("2012年五一前", "2012-04-30"),
    ("元旦前", "2010-12-31"),
    ("春节前", "2011-02-02"),
    ("中秋", "2011-09-12"),
    ("六月底", "2011-06-30"),
    ("6月底前", "2011-06-30"),
    ("二月末", "2011-02-28"),
    ("十月中旬", "2010-10-20"),
    ("10月上旬", "2010-10-10"),
    ("十月份", "2010-10-31"),
    ("周五", "2010-10-01"),
    ("本周五", "2010-10-01"),
    ("下周五", "2010-10-08"),
    ("下周五前", "2010-10-08"),
    ("周三", "2010-10-06"),
    ("本周末", "2010-10-03"),
    ("星期天", "2010-10-03"),
    ("明天", "2010-10-01"),
    ("10天内", "2010-10-10"),
    ("三个月内", "2010-12-30"),
    ("两周内", "2010-10-14"),
    ("半年内", "2011-03-30"),
    ("三年内", "2013-09-30"),
    // The National Day holiday of 2010: 1 to 7 October, with 9 October worked.
    ("5个工作日内", "2010-10-13"),
    ("五个工作日以内", "2010-10-13"),
    ("重阳", "2010-10-16"),
    ("重阳节前", "2010-10-15"),
    ("清明前", "2011-04-04"),
    ("2012年清明节", "2012-04-04"),
    ("截至2010年10月20日", "2010-10-20"),
    ("by end of year", "2010-12-31"),
    (" ２０１０年 １２月 ", "2010-12-31"),
];

fn day(typed: &str, today: Date) -> String {
    match parse_due(typed, today) {
        Ok(due) => due.date.to_string(),
        Err(refused) => refused.key.to_owned(),
    }
}

#[test]
fn the_words_are_read() {
    assert!(WORDS.fixed.len() > 10 && WORDS.lunar.len() == 9);
    assert!(WORDS.lunar.values().all(|days| days.len() == 21));
}

#[test]
fn due_dates_as_people_type_them() {
    // A Thursday.
    let today = date(2010, 9, 30);
    for (typed, want) in ONCE {
        assert_eq!(day(typed, today), *want, "{typed}");
    }
}

#[test]
fn what_comes_again_has_a_first_and_a_last_time() {
    let today = date(2010, 9, 20);
    for (typed, every, first, last) in [
        ("每季度末", Every::Quarter, "2010-09-30", "2010-12-31"),
        ("每季度", Every::Quarter, "2010-09-30", "2010-12-31"),
        ("每月底前", Every::Month, "2010-09-30", "2010-12-31"),
        ("每月10日", Every::Month, "2010-10-10", "2010-12-10"),
        ("每月十日前", Every::Month, "2010-10-10", "2010-12-10"),
        ("每周五", Every::Week, "2010-09-24", "2010-12-31"),
        ("每半年", Every::HalfYear, "2010-12-31", "2010-12-31"),
        ("每年年底", Every::Year, "2010-12-31", "2010-12-31"),
        ("每天", Every::Day, "2010-09-20", "2010-12-31"),
    ] {
        let due = parse_due(typed, today).expect(typed);
        let (how, begins) = due.every.expect(typed);
        let got = (how, begins.to_string(), due.date.to_string());
        assert_eq!(got, (every, first.to_owned(), last.to_owned()), "{typed}");
    }
}

#[test]
fn what_is_no_date_is_refused() {
    let today = date(2010, 9, 20);
    for (typed, key) in [
        ("", "time.date_missing"),
        ("长期", "time.date_vague"),
        ("尽快", "time.date_vague"),
        ("2010.6.31", "time.date_impossible"),
        ("13月底", "time.date_vague"),
        ("五季度", "time.date_unreadable"),
        ("3", "time.date_unreadable"),
        ("周", "time.date_unreadable"),
        ("月", "time.date_unreadable"),
        ("季度", "time.date_unreadable"),
        ("年", "time.date_unreadable"),
        ("半年", "time.date_unreadable"),
        ("3次", "time.date_unreadable"),
        ("5个工作日", "time.date_unreadable"),
        ("999个工作日内", "time.date_unreadable"),
        ("产妇", "time.date_unreadable"),
    ] {
        assert_eq!(day(typed, today), key, "{typed}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,20}", ahead in 0i32..8000) {
        let _ = parse_due(&text, add_days(date(2010, 1, 1), ahead));
    }

    #[test]
    fn words_of_the_trade_are_read_or_refused(
        text in "(每|年|月|日|底|末|前|内|季度|周|下|本|第|半|个|天|一|二|十|5|31|2010|99999|星期|国庆|\\.|-){0,8}",
        ahead in 0i32..8000,
    ) {
        let today = add_days(date(2010, 1, 1), ahead);
        if let Ok(Due { date, every: Some((_, first)), .. }) = parse_due(&text, today) {
            prop_assert!(first >= today && date >= first, "{} {} {}", text, first, date);
        }
    }

    #[test]
    fn ends_are_never_past(ahead in 0i32..8000) {
        let today = add_days(date(2010, 1, 1), ahead);
        for typed in ["年底前", "月底", "本季度末", "周五", "国庆前", "六月底", "一季度", "下周一", "半年内"] {
            let due = parse_due(typed, today).expect(typed);
            prop_assert!(due.date >= today, "{typed} {today}");
            prop_assert!(crate::time::days_between(today, due.date) <= 366, "{typed} {today}");
        }
    }
}
