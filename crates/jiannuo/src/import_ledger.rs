//! `jiannuo import ledger`: a ledger file read again and held against the product. It writes nothing: what a pledge
//! says changes by amendment, how it goes by report, each with its own check.

use crate::exit::{Exit, fill, paper_lang, text};
use crate::open;
use app::ledger::{Comparison, FindLedger, compare, read_back};
use clap::ArgMatches;
use serde_json::json;
use std::fmt::Display;
use std::path::PathBuf;

/// Reads the file and tells what differs.
///
/// # Errors
/// A file that is no ledger; 3 when it says something else than the product.
pub async fn ledger(m: &ArgMatches) -> Result<(), Exit> {
    let file = m.get_one::<PathBuf>("file").ok_or_else(Exit::usage)?;
    let name = file
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    let bytes = open::read(file)?;
    let rows = read_back(&bytes, &name).map_err(|e| {
        let args: Vec<(&str, &dyn Display)> = e.args.iter().map(|(n, v)| (*n, v as &dyn Display)).collect();
        Exit::failed(&fill(e.key, &args))
    })?;
    let app = open::product(m).await?;
    let table = app
        .query(&open::reader(&app, m).await?, FindLedger::whole(paper_lang(m)))
        .await?;
    let found = compare(&rows, &table);
    tell(m.get_flag("json"), rows.len(), &found);
    match found.is_same() {
        true => Ok(()),
        false => Err(Exit::wrong(fill(
            "cli.import_ledger_differs",
            &[("n", &found.count())],
        ))),
    }
}

fn tell(as_json: bool, rows: usize, found: &Comparison) {
    if as_json {
        let cells: Vec<_> = found
            .differences
            .iter()
            .map(|d| {
                json!({ "row": d.row, "number": d.number, "column": text(d.column), "file": d.file, "here": d.here })
            })
            .collect();
        let unknown: Vec<_> = found
            .unknown
            .iter()
            .map(|(row, number)| json!({ "row": row, "number": number }))
            .collect();
        let told = json!({
            "rows": rows, "unchanged": found.unchanged, "changed": cells, "unknown": unknown,
            "missing": found.missing, "written": 0,
        });
        println!("{told}");
        return;
    }
    for d in &found.differences {
        let column = text(d.column);
        let args: [(&str, &dyn Display); 5] = [
            ("row", &d.row),
            ("number", &d.number),
            ("column", &column),
            ("file", &d.file),
            ("here", &d.here),
        ];
        println!("{}", fill("cli.import_ledger_cell", &args));
    }
    for (row, number) in &found.unknown {
        println!(
            "{}",
            fill("cli.import_ledger_unknown", &[("row", row), ("number", number)])
        );
    }
    if found.missing > 0 {
        println!("{}", fill("cli.import_ledger_missing", &[("n", &found.missing)]));
    }
    if found.is_same() {
        println!("{}", fill("cli.import_ledger_same", &[("n", &rows)]));
    }
}
