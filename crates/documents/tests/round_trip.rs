//! Every list leaves by the same two writers and comes back by the same reader: whatever stands in a cell comes back as
//! it was, is never a formula, and the file is ready for Excel (title, heads in view, widths, filter, mark of order).

use std::io::{Cursor, Read};

use documents::sheet_read::read_book;
use documents::table::{Cell, Column, Table};
use documents::{csv, xlsx};
use domain::organization::raw::RawCell;
use jiff::civil::date;

/// Texts that spreadsheets like to spoil, each with what it is about.
fn nasty() -> Vec<(&'static str, String)> {
    let named: &[(&str, &str)] = &[
        ("leading zeros", "00120"),
        ("a phone", "013800000001"),
        ("eighteen figures", "420106197401011234"),
        ("eighteen and a letter", "42010619740101123X"),
        ("twenty figures", "12345678901234567890"),
        ("a date as text", "2010-10-08"),
        ("a date in words", "年底前"),
        ("what looks like a date", "3-4"),
        ("what looks like a power", "1E5"),
        ("what looks like a fraction", "1/2"),
        ("lines", "第一行\n第二行\n\n第四行"),
        ("lines of old Windows", "甲\r\n乙"),
        ("lines of old Macs", "甲\r乙"),
        ("a formula", "=cmd|' /C calc'!A0"),
        ("a sum", "=1+1"),
        ("a link", "=HYPERLINK(\"x\",\"y\")"),
        ("kept zeros", "=\"007\""),
        ("plus", "+86 10"),
        ("minus", "-1+2"),
        ("at", "@SUM(1)"),
        ("a wide equals sign", "＝1+1"),
        ("a tab in front", "\t=1+1"),
        ("a tab inside", "甲\t乙"),
        ("a line end in front", "\n=1+1"),
        ("an apostrophe", "'"),
        ("an apostrophe and a formula", "'=1"),
        ("quotes", "他说\"好\"，\"\""),
        ("commas and semicolons", "甲,乙;丙，丁"),
        ("emoji", "👩🏽‍⚕️🎉"),
        ("rare characters", "王䶮 马㛃雅 姜𬭎 𰻞"),
        ("a private character", "\u{E000}"),
        ("bidi marks", "abc\u{202E}fed\u{202C}\u{200F}"),
        ("a joined letter", "e\u{301}"),
        ("a space in front", "  前面"),
        ("a space behind", "后面  "),
        ("a wide space", "\u{3000}两格"),
        ("what a workbook writes for a letter", "_x0041_ _x000D_"),
        ("markup", "<b>&amp;</b> ]]>"),
        ("true", "TRUE"),
        ("an error", "#REF!"),
        ("nothing known", "NULL"),
        ("a backslash", "C:\\新建\\n"),
    ];
    let mut all: Vec<(&str, String)> = named.iter().map(|(n, t)| (*n, (*t).to_owned())).collect();
    all.push(("sixty characters", "长".repeat(60)));
    all.push(("a very long text", "长文\n".repeat(3000).trim_end().to_owned()));
    all
}

fn table() -> Table {
    let texts = nasty();
    let rows = texts.iter().map(|(name, text)| {
        vec![
            Cell::Text((*name).to_owned()),
            Cell::Text(text.clone()),
            Cell::Date(date(2010, 10, 8)),
            Cell::Number(42),
            Cell::Text("末".to_owned()),
        ]
    });
    Table {
        title: "名单".to_owned(),
        note: "截至 2010-10-20".to_owned(),
        columns: ["什么", "文字", "日期", "个数", "=末"].map(Column::new).to_vec(),
        rows: rows.collect(),
        date: date(2010, 10, 20),
    }
}

/// The text of a cell with every space that stands in it.
fn exact(cell: Option<&RawCell>) -> String {
    match cell {
        Some(RawCell::Text(text)) => text.clone(),
        Some(other) => other.text(),
        None => String::new(),
    }
}

/// What Excel itself makes of a line end: it knows but one.
fn one_line_end(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[test]
fn every_text_comes_back_from_a_workbook() {
    let bytes = xlsx::write_table(&table()).expect("written");
    let book = read_book(&bytes, "a.xlsx").expect("read");
    let rows = &book.sheets[0].rows;
    assert_eq!(exact(rows[0].first()), "名单");
    assert_eq!(exact(rows[2].get(4)), "=末");
    let mut wrong = Vec::new();
    for (at, (name, text)) in nasty().iter().enumerate() {
        let row = &rows[3 + at];
        let (want, got) = (one_line_end(text), one_line_end(&exact(row.get(1))));
        if want != got {
            wrong.push(format!("{name}: {want:?} came back as {got:?}"));
        }
        assert!(matches!(row.get(1), Some(RawCell::Text(_))), "{name} is no text");
        assert_eq!(row.get(2), Some(&RawCell::Date("2010-10-08".to_owned())));
        assert_eq!(row.get(3), Some(&RawCell::Number(42.0)));
        assert_eq!(exact(row.get(4)), "末", "{name} stays in its row");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_text_comes_back_from_a_text_file() {
    let bytes = csv::write_table(&table()).expect("written");
    assert!(bytes.starts_with("\u{FEFF}".as_bytes()), "the mark Excel wants");
    let book = read_book(&bytes, "a.csv").expect("read");
    let rows: Vec<_> = book.sheets[0].rows.iter().filter(|r| !r.is_empty()).collect();
    let mut wrong = Vec::new();
    for (at, (name, text)) in nasty().iter().enumerate() {
        let row = rows[1 + at];
        let got = exact(row.get(1));
        if *text != got {
            wrong.push(format!("{name}: {text:?} came back as {got:?}"));
        }
        assert_eq!(exact(row.get(2)), "2010-10-08");
        assert_eq!(exact(row.get(4)), "末", "{name} stays in its row");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // What Excel would take for a formula has a sign before it, wherever the cell stands.
    let text = String::from_utf8(bytes).expect("text");
    for start in ["=", "+", "-", "@", "\t"] {
        for before in [",", ",\"", "\r\n", "\r\n\""] {
            assert!(!text.contains(&format!("{before}{start}")), "{before:?}{start:?}");
        }
    }
}

#[test]
fn a_workbook_is_ready_to_use() {
    let bytes = xlsx::write_table(&table()).expect("written");
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).expect("a container");
    let mut part = |name: &str| {
        let mut text = String::new();
        archive
            .by_name(name)
            .expect(name)
            .read_to_string(&mut text)
            .expect("text");
        text
    };
    let sheet = part("xl/worksheets/sheet1.xml");
    assert!(
        sheet.contains("state=\"frozen\"") && sheet.contains("ySplit=\"3\""),
        "heads in view"
    );
    assert!(sheet.contains("<autoFilter ref=\"A3:E"), "a filter");
    assert!(sheet.contains("<cols>"), "widths");
    assert!(!sheet.contains("<f>"), "no formula");
    assert!(part("xl/workbook.xml").contains("name=\"名单\""));
}

#[test]
fn a_number_too_long_for_a_sheet_stays_whole() {
    let table = Table {
        title: "数".to_owned(),
        columns: vec![Column::new("数")],
        rows: vec![
            vec![Cell::Number(9_007_199_254_740_991)],
            vec![Cell::Number(420_106_197_401_011_234)],
            vec![Cell::Number(-1_234_567_890_123_456_789)],
        ],
        ..Table::default()
    };
    for (bytes, name, first) in [
        (xlsx::write_table(&table).expect("written"), "a.xlsx", 2),
        (csv::write_table(&table).expect("written"), "a.csv", 1),
    ] {
        let book = read_book(&bytes, name).expect("read");
        let texts: Vec<String> = book.sheets[0]
            .rows
            .iter()
            .skip(first)
            .map(|r| exact(r.first()))
            .collect();
        let texts: Vec<&str> = texts
            .iter()
            .map(String::as_str)
            .filter(|t| !t.is_empty())
            .collect();
        assert_eq!(
            texts,
            ["9007199254740991", "420106197401011234", "-1234567890123456789"],
            "{name}"
        );
    }
}
