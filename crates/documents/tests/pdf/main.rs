//! Golden tests of the files: what a reader program finds in them is what went in.

mod fixed;
mod forms;
mod layout;
mod listed;
mod nasty;
mod papers;
mod paste;
mod pictures;
mod scanned;
mod wall;
mod word;

use std::process::Command;

use documents::DocumentError;
use documents::fonts::unprintable;
use documents::paper::{
    self, BranchForm, Decision, Document, FormText, Format, Official, PersonForm, PledgeGroup, PledgeItem,
};
use documents::pdf::{Piece, WallBranch, WallText};
use jiff::civil::{Date, date};
use serde::Deserialize;

#[derive(Deserialize)]
struct Sample {
    form_text: FormText,
    branch: BranchForm,
    person: PersonForm,
    wall_text: WallText,
    branch_wall: WallBranch,
    notice: Official,
    brief: Official,
}

fn sample() -> Sample {
    serde_json::from_str(include_str!("../../examples/sample.json")).expect("the sample values")
}

fn annex1(forms: &[BranchForm], text: &FormText, date: Date) -> Result<Vec<u8>, DocumentError> {
    paper::annex1(forms, text, date).write(Format::Pdf)
}

fn annex2(forms: &[PersonForm], text: &FormText, date: Date) -> Result<Vec<u8>, DocumentError> {
    paper::annex2(forms, text, date).write(Format::Pdf)
}

fn official(paper: &Official, date: Date) -> Result<Vec<u8>, DocumentError> {
    paper::official(paper, date)?.write(Format::Pdf)
}

/// One of each kind of document.
fn each() -> Vec<(&'static str, Document)> {
    let s = sample();
    let blank = PersonForm::default();
    vec![
        (
            "annex 1",
            paper::annex1(std::slice::from_ref(&s.branch), &s.form_text, day()),
        ),
        (
            "annex 2",
            paper::annex2(std::slice::from_ref(&s.person), &s.form_text, day()),
        ),
        ("blank annex 2", paper::annex2(&[blank], &s.form_text, day())),
        ("notice", paper::official(&s.notice, day()).expect("a notice")),
        ("brief", paper::official(&s.brief, day()).expect("a brief")),
        ("ledger", ledger()),
    ]
}

fn ledger() -> Document {
    use documents::table::{Cell, Column, Table};
    let rows = (0..90).map(|number| {
        vec![
            Cell::from(format!("第{number}件")),
            Cell::from("013800000000"),
            Cell::Number(number),
            Cell::from("每位住院产妇术前谈话不少于15分钟，并记入病历。"),
        ]
    });
    let table = Table {
        title: "承诺台账".to_owned(),
        note: "截至2010年10月20日".to_owned(),
        columns: ["编号", "电话", "件数", "承诺"].map(Column::new).to_vec(),
        rows: rows.collect(),
        date: day(),
    };
    paper::ledger(&table, "zh-CN", "第 {page} 页，共 {pages} 页").expect("a ledger")
}

/// Names and words that are hard to print, each with what must be found in every file.
fn hostile(long: usize) -> PersonForm {
    PersonForm {
        name: "阿不都热西提·买买提".repeat(6),
        post: "王\u{202E}䶮\u{2069} & <b>马㛃雅</b>".to_owned(),
        groups: one_item(&format!("{}姜𬭎𰻞 ]]> \"#panic(1)\" 终", "长".repeat(long))),
        ..PersonForm::default()
    }
}

/// Whether a program is installed; what needs it is passed over otherwise.
fn installed(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

fn day() -> Date {
    date(2010, 10, 20)
}

/// Runs a poppler tool on the file and returns what it prints.
fn poppler(tool: &str, arguments: &[&str], pdf: &[u8]) -> String {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), pdf).expect("written");
    let mut command = Command::new(tool);
    if tool == "pdftotext" {
        command.args(arguments).arg(file.path()).arg("-");
    } else {
        command.args(arguments).arg(file.path());
    }
    let output = command.output().unwrap_or_else(|error| {
        panic!(
            "{tool} was not found ({error}). These tests read PDF files back with it: install poppler-utils."
        )
    });
    assert!(
        output.status.success(),
        "{tool}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    // pdfinfo prints some strings of the structure tree as they are in the file.
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The text of the file without any white space: line ends and gaps are layout, not content.
fn text_of(pdf: &[u8]) -> String {
    poppler("pdftotext", &["-raw"], pdf).split_whitespace().collect()
}

fn pages_of(pdf: &[u8]) -> usize {
    let info = poppler("pdfinfo", &[], pdf);
    let line = info
        .lines()
        .find(|line| line.starts_with("Pages:"))
        .expect("a page count");
    line.trim_start_matches("Pages:")
        .trim()
        .parse()
        .expect("a number")
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Every string must occur in the file, in this order.
fn in_order(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let part = squeeze(part);
        let (_, after) = rest
            .split_once(&part)
            .unwrap_or_else(|| panic!("{part} is missing or out of order in:\n{text}"));
        rest = after;
    }
}

fn one_item(text: &str) -> Vec<PledgeGroup> {
    let item = PledgeItem {
        text: text.to_owned(),
        ..PledgeItem::default()
    };
    vec![PledgeGroup {
        label: "一、共性承诺".to_owned(),
        items: vec![item],
    }]
}

/// Lower and upper edge of a word on the first page, from the top.
fn edges(pdf: &[u8], word: &str) -> (f64, f64) {
    let boxes = poppler("pdftotext", &["-bbox", "-f", "1", "-l", "1"], pdf);
    let line = boxes
        .lines()
        .rfind(|line| line.contains(&format!(">{word}<")))
        .unwrap_or_else(|| panic!("{word} in {boxes}"));
    let value = |name: &str| -> f64 {
        let (_, after) = line.split_once(&format!("{name}=\"")).expect("an edge");
        after
            .split('"')
            .next()
            .expect("a number")
            .parse()
            .expect("a number")
    };
    (value("yMin"), value("yMax"))
}
