//! `jiannuo import roster`: people and branches from a sheet, as people keep it.

use crate::exit::{Exit, fill, lang, text};
use crate::open;
use app::import::{self, Maps, Outcome, PlanRoster, Summary};
use app::setup::FoundForImport;
use app::{App, Clock};
use clap::ArgMatches;
use domain::access::Actor;
use domain::organization::roster::{RosterReading, RowProblem};
use domain::time::Instant;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Reads, plans, and unless told otherwise takes over.
///
/// # Errors
/// A file that is no readable roster; 3 when rows could not be read.
pub async fn roster(m: &ArgMatches) -> Result<(), Exit> {
    let as_json = m.get_flag("json");
    let failed = |exit: Exit, mut told: Value| {
        if as_json {
            if let Some(map) = told.as_object_mut() {
                map.insert("error".to_owned(), exit.words().into());
            }
            println!("{told}");
        }
        exit
    };
    let nothing = || json!({});
    let reading = read(m).await.map_err(|exit| failed(exit, nothing()))?;
    let summary = import::summary(&reading);
    if reading.people.is_empty() && reading.branches.is_empty() {
        let why = reading.problems.iter().find(|p| p.blocking);
        let why = why.or(reading.problems.first()).map(sentence).unwrap_or_default();
        let exit = Exit::failed(&fill("cli.import_nothing", &[("why", &why)]));
        return Err(failed(exit, figures(&summary, &reading)));
    }
    let waiting = spinner(text("cli.import_writing"));
    let (dry, reading) = (m.get_flag("dry-run"), Arc::new(reading));
    let outcome = if dry {
        plan(m, &reading).await
    } else {
        apply(m, &reading).await
    };
    waiting.finish_and_clear();
    let outcome = outcome.map_err(|exit| failed(exit, figures(&summary, &reading)))?;
    tell(&summary, &reading, &outcome, dry, as_json);
    match summary.unread {
        0 => Ok(()),
        n => Err(Exit::wrong(fill("cli.import_unread", &[("n", &n)]))),
    }
}

async fn read(m: &ArgMatches) -> Result<RosterReading, Exit> {
    let file = m.get_one::<PathBuf>("file").ok_or_else(Exit::usage)?;
    let zone = open::config(m)?.zone;
    let waiting = spinner(text("cli.import_reading"));
    let bytes = open::read(file)?;
    let name = file
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    let (_, mut reading) = import::read_file(bytes, &name, Maps::new()).await?;
    waiting.finish_and_clear();
    if let Some(today) = Instant(Clock::System.now()).date_in(&zone) {
        reading.weigh(today);
    }
    Ok(reading)
}

/// What an import would do to a database that exists; nothing is made for a rehearsal.
async fn plan(m: &ArgMatches, reading: &Arc<RosterReading>) -> Result<Outcome, Exit> {
    let config = open::config(m)?;
    let all_new = Outcome {
        added: reading.people.len(),
        branches_added: reading.branches.len(),
        ..Outcome::default()
    };
    if open::must_exist(&config).is_err() {
        return Ok(all_new);
    }
    let db = open::untouched(&config).await?;
    if !db.unapplied().await?.is_empty() {
        return Ok(all_new);
    }
    let Some(organization) = open::organization(&db).await? else {
        return Ok(all_new);
    };
    let app = App::new(db, Clock::System, config, &organization);
    let case = PlanRoster {
        reading: reading.clone(),
        whole: m.get_flag("whole"),
        own_branches: None,
    };
    let preview = app.query(&Actor::machine(), case).await?;
    Ok(Outcome {
        added: preview.plan.add.len(),
        changed: preview.plan.change.len(),
        moved: preview.plan.moved.len(),
        left: preview.plan.leave.len(),
        returned: preview.back.len(),
        unchanged: preview.plan.unchanged.len(),
        undecided: preview.plan.unsure.len(),
        branches_added: preview.new_branches.len(),
        branches_changed: preview.changed_branches.len(),
        ..Outcome::default()
    })
}

async fn apply(m: &ArgMatches, reading: &Arc<RosterReading>) -> Result<Outcome, Exit> {
    let config = open::config(m)?;
    let db = open::database(&config).await?;
    let known = open::organization(&db).await?;
    let app = App::new(db, Clock::System, config, known.as_deref().unwrap_or("main"));
    let named = m.get_one::<String>("organization").cloned();
    if known.is_none() || named.is_some() {
        let file = m.get_one::<PathBuf>("file");
        let stem = file
            .and_then(|f| f.file_stem())
            .map(|s| s.to_string_lossy().into_owned())
            .unwrap_or_default();
        let name = named.unwrap_or(stem);
        app.execute(&Actor::machine(), FoundForImport { name }).await?;
    }
    let outcome = import::apply(
        &app,
        &Actor::machine(),
        RosterReading::clone(reading),
        m.get_flag("whole"),
    )
    .await?;
    app::sequencer::chain_audit(&app).await?;
    Ok(outcome)
}

/// Shows that something goes on; nothing where nobody looks.
pub fn spinner(words: &'static str) -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_spinner());
    bar.set_style(style);
    bar.set_message(words);
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

fn sentence(problem: &RowProblem) -> String {
    let args: Vec<(&str, &dyn std::fmt::Display)> = problem
        .args
        .iter()
        .map(|(n, v)| (n.as_str(), v as &dyn std::fmt::Display))
        .collect();
    lang::fill(lang(), &problem.key, &args)
}

/// What was read, for programs.
fn figures(summary: &Summary, reading: &RosterReading) -> Value {
    let row = |p: &RowProblem| json!({ "sheet": p.sheet, "row": p.row, "column": p.column, "problem": sentence(p), "left_out": p.blocking });
    let rows: Vec<Value> = reading.problems.iter().map(row).collect();
    let mut told = serde_json::to_value(summary).unwrap_or_default();
    if let Some(map) = told.as_object_mut() {
        map.insert("branches".to_owned(), json!(reading.branches.len()));
        map.insert("problems".to_owned(), rows.into());
    }
    told
}

fn tell(summary: &Summary, reading: &RosterReading, outcome: &Outcome, dry: bool, as_json: bool) {
    if as_json {
        let mut told = figures(summary, reading);
        if let Some(map) = told.as_object_mut() {
            map.insert("dry_run".to_owned(), dry.into());
            map.insert(
                "outcome".to_owned(),
                serde_json::to_value(outcome).unwrap_or_default(),
            );
        }
        println!("{told}");
        return;
    }
    let count = |key: &str, n: usize| println!("{:>8}  {}", n, lang::text(lang(), key));
    count("cli.import_people", summary.people);
    for (class, n) in &summary.by_class {
        count(&format!("person_class.{class}"), *n);
    }
    for (branch, n) in &summary.by_branch {
        println!("{n:>8}  {branch}");
    }
    for p in &reading.problems {
        let words = sentence(p);
        let place: [(&str, &dyn std::fmt::Display); 4] = [
            ("sheet", &p.sheet),
            ("row", &p.row),
            ("column", &p.column),
            ("words", &words),
        ];
        println!("{}", fill("cli.import_row", &place).trim_start());
    }
    let o = outcome;
    println!(
        "{}",
        text(if dry { "cli.import_would" } else { "cli.import_did" })
    );
    for (key, n) in [
        ("cli.import_added", o.added),
        ("cli.import_changed", o.changed),
        ("cli.import_moved", o.moved),
        ("cli.import_left", o.left),
        ("cli.import_returned", o.returned),
        ("cli.import_unchanged", o.unchanged),
        ("cli.import_undecided", o.undecided),
        ("cli.import_branches", o.branches_added),
        ("cli.import_accounts", o.accounts),
        ("cli.import_proposed", o.proposed),
    ] {
        if n > 0 {
            count(key, n);
        }
    }
}
