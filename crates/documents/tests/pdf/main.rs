//! Golden tests of the PDF files: what a reader program finds in them is what went in.

mod forms;
mod papers;

use std::process::Command;

use documents::DocumentError;
use documents::fonts::unprintable;
use documents::pdf::{
    BranchForm, Decision, FormText, Official, Paper, PersonForm, PledgeGroup, PledgeItem, SheetText,
    WallSheet, annex1, annex2, official, wall_sheet, wall_sheets,
};
use jiff::civil::{Date, date};
use serde::Deserialize;

#[derive(Deserialize)]
struct Sample {
    form_text: FormText,
    branch: BranchForm,
    person: PersonForm,
    sheet_text: SheetText,
    sheet: WallSheet,
    notice: Official,
    brief: Official,
}

fn sample() -> Sample {
    serde_json::from_str(include_str!("../../examples/sample.json")).expect("the sample values")
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
