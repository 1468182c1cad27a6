//! `jiannuo draw replay`: a spot-check draw carried out again from its published file, trusting no server.

use crate::exit::{Exit, text};
use clap::ArgMatches;
use serde_json::json;
use std::path::PathBuf;

/// Carries the draw out again and compares.
///
/// # Errors
/// A file that is no draw; 3 when it does not come out the same.
pub fn replay(m: &ArgMatches) -> Result<(), Exit> {
    let file = m.get_one::<PathBuf>("file").ok_or_else(Exit::usage)?;
    let bytes = std::fs::read(file).map_err(|e| Exit::failed(&format!("{}: {e}", file.display())))?;
    let again = app::draw::replay_file(&bytes)?.replay;
    let fine = again.hashes_agree && again.result_agrees != Some(false);
    if m.get_flag("json") {
        let told = json!({
            "hashes_agree": again.hashes_agree,
            "result_agrees": again.result_agrees,
            "items": again.items,
            "inspectors": again.inspectors,
        });
        println!("{told}");
    } else if fine {
        let key = if again.result_agrees.is_some() {
            "cli.draw_fine"
        } else {
            "cli.draw_frozen"
        };
        println!("{}", text(key));
        for item in &again.items {
            println!("  {}", serde_json::to_string(item).unwrap_or_default());
        }
        for inspector in &again.inspectors {
            println!("  {}", serde_json::to_string(inspector).unwrap_or_default());
        }
    }
    if fine {
        Ok(())
    } else {
        Err(Exit::wrong(text("cli.draw_wrong")))
    }
}
