//! `jiannuo draw replay`: a spot-check draw carried out again from its published file, trusting no server.

use crate::exit::{Exit, fill, text};
use crate::open;
use clap::ArgMatches;
use domain::draw::Replay;
use serde_json::json;
use std::path::PathBuf;

/// Carries the draw out again and compares.
///
/// # Errors
/// A file that is no draw; 3 when it does not come out the same.
pub fn replay(m: &ArgMatches) -> Result<(), Exit> {
    let file = m.get_one::<PathBuf>("file").ok_or_else(Exit::usage)?;
    let bytes = open::read(file)?;
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
        let (n, m) = (again.items.len(), again.inspectors.len());
        println!("{}", fill("cli.draw_counts", &[("n", &n), ("m", &m)]));
        for stratum in strata(&again) {
            println!("{stratum}");
            for i in again.items.iter().filter(|i| i.stratum == stratum) {
                println!(
                    "{}",
                    fill("cli.draw_item", &[("n", &i.number), ("of", &i.of), ("id", &i.id)])
                );
            }
            for i in again.inspectors.iter().filter(|i| i.stratum == stratum) {
                println!("{}", fill("cli.draw_inspector", &[("id", &i.id)]));
            }
        }
    }
    if fine {
        Ok(())
    } else {
        Err(Exit::wrong(text("cli.draw_wrong")))
    }
}

/// The branches of a draw, each once, in the order of its items.
fn strata(again: &Replay) -> Vec<&str> {
    let mut all: Vec<&str> = Vec::new();
    let items = again.items.iter().map(|i| i.stratum.as_str());
    for stratum in items.chain(again.inspectors.iter().map(|i| i.stratum.as_str())) {
        if !all.contains(&stratum) {
            all.push(stratum);
        }
    }
    all
}
