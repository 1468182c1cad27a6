//! `jiannuo export ledger`: the ledger as a workbook or text file, read back and compared before it counts as written.

use crate::exit::{Exit, fill, lang, paper_lang, text};
use crate::open;
use app::ledger::{FindLedger, read_back, texts};
use clap::ArgMatches;
use std::path::PathBuf;

/// Writes the ledger of the running campaign, or of the one closed last.
///
/// # Errors
/// A file that cannot be written; 3 when the file does not read back as it was written.
pub async fn ledger(m: &ArgMatches) -> Result<(), Exit> {
    let file = m.get_one::<PathBuf>("file").ok_or_else(Exit::usage)?;
    let ending = file.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
    let csv = match ending.as_deref() {
        Some("csv") => true,
        Some("xlsx") => false,
        _ => {
            let shown = file.display();
            return Err(Exit::misused(fill("cli.export_ending", &[("file", &shown)])));
        }
    };
    let app = open::product(m).await?;
    let table = app
        .query(&open::reader(&app, m).await?, FindLedger::whole(paper_lang(m)))
        .await?;
    let bytes = match csv {
        true => documents::csv::write_table(&table),
        false => documents::xlsx::write_table(&table),
    };
    let bytes = bytes.map_err(|e| Exit::failed(&e))?;
    std::fs::write(file, &bytes).map_err(|why| open::file_unusable(file, &why))?;
    let kept = open::read(file)?;
    let back = read_back(&kept, if csv { "ledger.csv" } else { "ledger.xlsx" });
    if back.ok().as_ref() != Some(&texts(&table)) {
        return Err(Exit::wrong(text("cli.export_differs")));
    }
    if m.get_flag("json") {
        let told = serde_json::json!({ "file": file.display().to_string(), "items": table.rows.len() });
        println!("{told}");
    } else {
        println!(
            "{}",
            ::lang::fill(lang(), "cli.export_done", &[("n", &table.rows.len())])
        );
    }
    Ok(())
}
