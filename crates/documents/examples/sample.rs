//! Writes one sample of every document into a directory, to be looked at:
//! `cargo run -p documents --example sample -- DIRECTORY`

use std::error::Error;
use std::path::{Path, PathBuf};

use documents::pdf::{
    BranchForm, FormText, Official, Paper, PersonForm, SheetText, WallSheet, annex1, annex2, official,
    wall_sheet,
};
use documents::svg::{Bar, BarChart, Series, bars, qr};
use documents::table::{Cell, Column, Table};
use documents::{csv, xlsx};
use jiff::civil::date;
use serde::Deserialize;

/// The values of the samples; words live in the file, not here.
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

fn main() -> Result<(), Box<dyn Error>> {
    let directory = PathBuf::from(std::env::args_os().nth(1).ok_or("usage: sample DIRECTORY")?);
    std::fs::create_dir_all(&directory)?;
    let sample: Sample = serde_json::from_str(include_str!("sample.json"))?;
    let day = date(2010, 10, 20);
    let text = &sample.form_text;

    let mut long = sample.branch.clone();
    for group in &mut long.groups {
        let once = group.items.clone();
        group.items = std::iter::repeat_n(once, 6).flatten().collect();
    }
    write(&directory, "annex1.pdf", || {
        annex1(std::slice::from_ref(&sample.branch), text, day)
    })?;
    write(&directory, "annex1-long.pdf", || {
        annex1(&[long.clone(), sample.branch.clone()], text, day)
    })?;
    write(&directory, "annex1-blank.pdf", || {
        annex1(&[blank_branch(&sample.branch)], text, day)
    })?;
    write(&directory, "annex2.pdf", || {
        annex2(std::slice::from_ref(&sample.person), text, day)
    })?;
    let english = FormText::of(lang::Lang::En);
    write(&directory, "annex2-en.pdf", || {
        annex2(std::slice::from_ref(&sample.person), &english, day)
    })?;
    write(&directory, "annex2-blank.pdf", || {
        annex2(&[PersonForm::default()], text, day)
    })?;
    let many = vec![sample.person.clone(); 40];
    write(&directory, "annex2-40.pdf", || annex2(&many, text, day))?;
    write(&directory, "sheet-a4.pdf", || {
        wall_sheet(&sample.sheet, &sample.sheet_text, Paper::A4, day)
    })?;
    write(&directory, "sheet-a3.pdf", || {
        wall_sheet(&sample.sheet, &sample.sheet_text, Paper::A3, day)
    })?;
    write(&directory, "notice.pdf", || official(&sample.notice, day))?;
    write(&directory, "brief.pdf", || official(&sample.brief, day))?;

    let table = ledger(&sample);
    write(&directory, "ledger.xlsx", || xlsx::write_table(&table))?;
    write(&directory, "ledger.csv", || csv::write_table(&table))?;
    write(&directory, "qr.svg", || {
        qr(&sample.sheet.qr, &sample.sheet_text.qr_alt).map(String::into_bytes)
    })?;
    write(&directory, "bars.svg", || Ok(bars(&chart(&sample)).into_bytes()))?;
    Ok(())
}

fn blank_branch(branch: &BranchForm) -> BranchForm {
    let mut groups = branch.groups.clone();
    for group in &mut groups {
        group.items.clear();
    }
    BranchForm {
        groups,
        ..BranchForm::default()
    }
}

fn ledger(sample: &Sample) -> Table {
    let labels = &sample.form_text.person;
    Table {
        title: labels.title.clone(),
        note: sample.sheet.right.clone(),
        columns: vec![
            Column::new(&*labels.name),
            Column::new(&*labels.phone),
            Column::new(&*sample.form_text.due_by),
            Column::new(&*sample.form_text.measure),
        ],
        rows: vec![vec![
            sample.person.name.as_str().into(),
            sample.person.phone.as_str().into(),
            date(2011, 9, 30).into(),
            Cell::Number(184),
        ]],
        date: date(2010, 10, 20),
    }
}

fn chart(sample: &Sample) -> BarChart {
    let series = sample
        .sheet_text
        .columns
        .iter()
        .zip(["#1B6E3A", "#6C90AC", "#B9770E", "#8E1B4E"]);
    BarChart {
        title: sample.sheet.title.clone(),
        series: series
            .map(|(label, color)| Series {
                label: label.clone(),
                color: color.to_owned(),
            })
            .collect(),
        bars: [&sample.branch.branch_name, &sample.branch.unit]
            .map(|label| Bar {
                label: label.clone(),
                figures: vec![42, 94, 8, 2],
            })
            .to_vec(),
    }
}

fn write(
    directory: &Path,
    name: &str,
    make: impl Fn() -> Result<Vec<u8>, documents::DocumentError>,
) -> Result<(), Box<dyn Error>> {
    let bytes = make().map_err(|error| format!("{name}: {error}: {}", error.cause().unwrap_or_default()))?;
    println!("{name}: {} bytes", bytes.len());
    Ok(std::fs::write(directory.join(name), bytes)?)
}
