//! What is hard to print: long names, extensions of telephones, marks of direction, pictures among letters, a pledge of
//! five thousand characters. All four writers; nothing is missing without a word.

use super::*;

/// Sixty characters, as the longest names are.
fn long_name() -> String {
    let name = "阿卜杜热西提·买买提明艾合麦提·图尔荪托合提·".repeat(3);
    name.chars().take(60).collect()
}

fn long_pledge() -> String {
    (0..625).map(|number| format!("第{number:04}项完成")).collect()
}

fn nasty() -> PersonForm {
    PersonForm {
        name: long_name(),
        education: "在职研究生（公共管理硕士、临床医学博士课程）".to_owned(),
        phone: "027-87160000-8001".to_owned(),
        post: "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaft".to_owned(),
        groups: one_item(&format!("\u{202E}𰻞\u{2069}{}\u{1F44D}终", long_pledge())),
        signature: Some(Decision {
            words: "代填，本人口头或纸面承诺".to_owned(),
            role: "本人".to_owned(),
            name: long_name(),
            date: "2010年10月9日".to_owned(),
            ..Decision::default()
        }),
        ..PersonForm::default()
    }
}

#[test]
fn four_writers_keep_every_word_of_a_nasty_form() {
    let sample = sample();
    let document = paper::annex2(&[nasty()], &sample.form_text, day());
    // What no font has is known before anything is printed, and a box stands in its place.
    assert_eq!(document.unprintable(), ['\u{1F44D}']);
    let pdf = document.write(Format::Pdf).expect("a PDF");
    let docx = document.write(Format::Docx).expect("a Word file");
    let ofd = document.write(Format::Ofd).expect("an OFD file");
    let html = document.write(Format::Html).expect("a page");
    let html = String::from_utf8(html).expect("text");
    let texts = [
        ("pdf", text_of(&pdf)),
        ("docx", crate::word::words(&docx)),
        ("ofd", crate::fixed::read(&ofd).0),
        ("html", squeeze(&html)),
    ];
    for (what, text) in texts {
        let missing: Vec<usize> = (0..625)
            .filter(|number| !text.contains(&format!("第{number:04}")))
            .collect();
        // In the order of the page, one may stand over the end of it.
        let cut = if matches!(what, "pdf" | "ofd") {
            pages_of(&pdf)
        } else {
            0
        };
        assert!(missing.len() <= cut, "{what}: {missing:?}");
        assert_eq!(text.matches('项').count(), 625, "{what}");
        for part in ["𰻞", "终", "8001", "welchevoralternwaren"] {
            assert!(text.contains(part), "{what}: {part}");
        }
        assert!(text.contains(&long_name()), "{what}: the whole name");
    }
    let crop = ["-raw", "-x", "62", "-y", "0", "-W", "471", "-H", "842"];
    let inside = squeeze(&poppler("pdftotext", &crop, &pdf));
    assert_eq!(inside, text_of(&pdf), "nothing runs out of the grid");
}

#[test]
fn the_head_stays_under_the_title_and_a_signature_in_one_piece() {
    let sample = sample();
    let pdf = annex2(&[nasty()], &sample.form_text, day()).expect("a PDF");
    let page = |number: usize| {
        let number = number.to_string();
        squeeze(&poppler(
            "pdftotext",
            &["-raw", "-f", &number, "-l", &number],
            &pdf,
        ))
    };
    let first = page(1);
    assert!(
        first.contains("第0000项"),
        "the pledge begins on the first page: {first}"
    );
    let last = page(pages_of(&pdf));
    let signed = last.contains("代填，本人口头或纸面承诺");
    assert!(
        signed && last.contains("2010年10月9日"),
        "both lines on one page: {last}"
    );
}

#[test]
fn a_telephone_stays_in_its_cell() {
    let sample = sample();
    // The last column of the grid, down to the promises.
    let cell = ["-raw", "-x", "438", "-y", "0", "-W", "95", "-H", "330"];
    for phone in ["13469855798", "027-87160000-8001", "+86-027-8716000012345"] {
        let form = PersonForm {
            phone: phone.to_owned(),
            ..sample.person.clone()
        };
        let pdf = annex2(&[form], &sample.form_text, day()).expect("a PDF");
        let inside = squeeze(&poppler("pdftotext", &cell, &pdf));
        assert!(inside.contains(phone), "{phone}: {inside}");
    }
}

/// Left and right edge of a word on the first page.
fn sides(pdf: &[u8], word: &str) -> Option<(f64, f64)> {
    let boxes = poppler("pdftotext", &["-bbox", "-f", "1", "-l", "1"], pdf);
    let line = boxes.lines().find(|line| line.contains(&format!(">{word}<")))?;
    let value = |name: &str| {
        line.split_once(&format!("{name}=\""))?
            .1
            .split('"')
            .next()?
            .parse()
            .ok()
    };
    Some((value("xMin")?, value("xMax")?))
}

#[test]
fn a_date_in_a_ledger_of_many_columns_stays_in_its_own() {
    use documents::table::{Cell, Column, Table};
    let heads = [
        "单位",
        "支部",
        "类别",
        "承诺人",
        "职务",
        "承诺内容",
        "衡量标准",
        "受益对象",
        "回应诉求",
        "完成期限",
        "状态",
        "自报日期",
        "自报情况",
        "检查日期",
        "检查结论",
        "事项标识",
    ];
    let rows = (0..30).map(|number| {
        let text = |text: &str| Cell::from(text);
        vec![
            text("某省妇幼保健院"),
            text("机关第一党支部"),
            text("事实承诺"),
            text("阿不都热西提·买买提"),
            text("妇科副主任医师"),
            text("每位住院产妇术前谈话不少于15分钟，并记入病历，由科室主任每月抽查20份，结果在公开栏公布。"),
            text("随机问20名服务对象，90%以上说做到了"),
            text("住院产妇和她们的家属"),
            text(""),
            text("2027-04-30"),
            text("践行中"),
            text("2026-12-31"),
            text("已完成12次"),
            text(""),
            text("兑现"),
            Cell::from(format!("01a2b3c4-d5e6-7f80-9a1b-{number:012}")),
        ]
    });
    let table = Table {
        title: "承诺台账".to_owned(),
        note: String::new(),
        columns: heads.map(Column::new).to_vec(),
        rows: rows.collect(),
        date: day(),
    };
    let document = paper::ledger(&table, "zh-CN", "第 {page} 页，共 {pages} 页").expect("a ledger");
    let pdf = document.write(Format::Pdf).expect("a PDF");
    assert!(
        !text_of(&pdf).contains("01a2b3c4"),
        "no identifier of a program on paper"
    );
    let (due, state) = (sides(&pdf, "2027-04-30"), sides(&pdf, "践行中"));
    let (due, state) = (
        due.expect("a date of its own"),
        state.expect("a state of its own"),
    );
    assert!(due.1 < state.0, "{due:?} {state:?}");
}

#[test]
fn a_title_of_two_lines_breaks_between_words() {
    let mut notice = sample().notice;
    for (title, first) in [
        (
            "关于做好创先争优活动中基层党组织和党员公开承诺的通知",
            "关于做好创先争优活动中基层党组织和",
        ),
        (
            "创先争优活动中基层党组织和党员公开承诺简报（第2期）",
            "创先争优活动中基层党组织和",
        ),
        ("关于做好公开承诺的通知", "关于做好公开承诺的通知"),
    ] {
        title.clone_into(&mut notice.title);
        let pdf = official(&notice, day()).expect("a notice");
        let lines = poppler("pdftotext", &["-raw", "-l", "1"], &pdf);
        assert!(lines.lines().any(|line| squeeze(line) == first), "{lines}");
    }
}
