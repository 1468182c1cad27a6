//! Writes one sample of every document into a directory, to be looked at:
//! `cargo run -p documents --example sample -- DIRECTORY`

use std::error::Error;
use std::path::{Path, PathBuf};

use documents::paper::{
    BranchForm, Document, FormText, Format, Official, PersonForm, annex1, annex2, ledger, official,
};
use documents::pdf::{Piece, WallBranch, WallText, wall};
use documents::svg::{Bar, BarChart, Series, bars, qr};
use documents::table::{Cell, Column, Table};
use documents::{csv, xlsx};
use jiff::civil::{Date, date};
use serde::Deserialize;

/// The values of the samples; words live in the file, not here.
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
    let english = FormText::of(lang::Lang::En);
    let many = vec![sample.person.clone(); 40];
    let table = table(&sample);
    let documents = [
        ("annex1", annex1(std::slice::from_ref(&sample.branch), text, day)),
        ("annex1-long", annex1(&[long, sample.branch.clone()], text, day)),
        ("annex1-blank", annex1(&[blank_branch(&sample.branch)], text, day)),
        ("annex2", annex2(std::slice::from_ref(&sample.person), text, day)),
        (
            "annex2-en",
            annex2(std::slice::from_ref(&sample.person), &english, day),
        ),
        ("annex2-blank", annex2(&[blank_person(&sample.person)], text, day)),
        ("annex2-40", annex2(&many, text, day)),
        ("notice", official(&sample.notice, day)?),
        ("brief", official(&sample.brief, day)?),
        ("ledger", ledger(&table, &text.language, &text.page_of)?),
    ];
    for (name, document) in &documents {
        all(&directory, name, document)?;
    }
    walls(&directory, &sample, day)?;
    write(&directory, "ledger.xlsx", || xlsx::write_table(&table))?;
    write(&directory, "ledger.csv", || csv::write_table(&table))?;
    write(&directory, "qr.svg", || {
        qr(&sample.branch_wall.address, &sample.branch_wall.name).map(String::into_bytes)
    })?;
    write(&directory, "bars.svg", || Ok(bars(&chart(&sample)).into_bytes()))?;
    Ok(())
}

/// Each paper for the wall, and long ones.
fn walls(directory: &Path, sample: &Sample, day: Date) -> Result<(), Box<dyn Error>> {
    let branch = &sample.branch_wall;
    let mut long = branch.clone();
    let members: Vec<_> = branch
        .pledges
        .iter()
        .filter(|pledge| !pledge.own)
        .cloned()
        .collect();
    long.pledges.extend(members.into_iter().cycle().take(42));
    for lang in lang::Lang::ALL {
        let text = WallText {
            above: sample.wall_text.above.clone(),
            organization: sample.wall_text.organization.clone(),
            call: sample.wall_text.call.clone(),
            lines: sample.wall_text.lines.clone(),
            seals: sample.wall_text.seals.clone(),
            ..WallText::of(lang)
        };
        for piece in Piece::ALL {
            for (name, branch) in [("", branch), ("-long", &long)] {
                let name = format!("wall-{}{name}-{}.pdf", piece.key(), text.language);
                write(directory, &name, || {
                    wall(std::slice::from_ref(branch), &[piece], &text, day)
                })?;
            }
        }
    }
    Ok(())
}

fn all(directory: &Path, name: &str, document: &Document) -> Result<(), Box<dyn Error>> {
    for format in Format::ALL {
        write(directory, &format!("{name}.{}", format.ending()), || {
            document.write(format)
        })?;
    }
    Ok(())
}

fn blank_person(person: &PersonForm) -> PersonForm {
    let mut groups = person.groups.clone();
    for group in &mut groups {
        group.items.clear();
    }
    PersonForm {
        groups,
        ..PersonForm::default()
    }
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

fn table(sample: &Sample) -> Table {
    let labels = &sample.form_text.person;
    Table {
        title: labels.title.clone(),
        note: sample.branch_wall.right.clone(),
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
    let labels = &sample.form_text.person;
    let series = [&labels.name, &labels.sex, &labels.post, &labels.phone]
        .into_iter()
        .zip(["#1B6E3A", "#6C90AC", "#B9770E", "#8E1B4E"]);
    BarChart {
        title: sample.branch_wall.title.clone(),
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
