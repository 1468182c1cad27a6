//! `jiannuo import sheet`: what a branch filled in off-line for members without a computer, taken over as on the page,
//! in the name of somebody who may type for them.

use crate::exit::{Exit, fill, lang, text};
use crate::open;
use app::App;
use app::account::FindActing;
use app::pledge::{Fate, ImportSheet, Imported, PlanSheet, SheetPlan, UnitsToFileFor, read_sheet_file};
use clap::ArgMatches;
use domain::access::Actor;
use domain::organization::roster::RowProblem;
use serde_json::{Value, json};
use std::fmt::Display;
use std::path::PathBuf;
use std::sync::Arc;

const FATES: [Fate; 4] = [Fate::File, Fate::Draft, Fate::Unchanged, Fate::Refused];

/// Reads, plans, and unless told otherwise takes over.
///
/// # Errors
/// A file that is no such sheet, an account that may not; 3 when something was, or would be, left out.
pub async fn sheet(m: &ArgMatches) -> Result<(), Exit> {
    let as_json = m.get_flag("json");
    let run = taken(m).await;
    let (plan, done) = match run {
        Ok(both) => both,
        Err(exit) => {
            if as_json {
                println!("{}", json!({ "error": exit.words() }));
            }
            return Err(exit);
        }
    };
    tell(&plan, done.as_ref(), as_json);
    match plan.count(Fate::Refused) + plan.loose.len() {
        0 => Ok(()),
        n => Err(Exit::wrong(fill(left_out(m, done.is_some()), &[("n", &n)]))),
    }
}

fn left_out(m: &ArgMatches, written: bool) -> &'static str {
    match (written, m.get_flag("dry-run")) {
        (true, _) => "cli.sheet_left_out",
        (false, true) => "cli.sheet_would_leave_out",
        (false, false) => "cli.sheet_nothing_written",
    }
}

/// The plan, and what was done unless nothing was to be.
async fn taken(m: &ArgMatches) -> Result<(SheetPlan, Option<Imported>), Exit> {
    let file = m.get_one::<PathBuf>("file").ok_or_else(Exit::usage)?;
    let login = m.get_one::<String>("by").ok_or_else(Exit::usage)?.clone();
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned());
    let bytes = open::read(file)?;
    let book = Arc::new(read_sheet_file(bytes, &name.unwrap_or_default()).await?);
    let app = open::product(m).await?;
    let actor = app.query(&Actor::machine(), FindActing { login }).await?;
    let unit = unit(&app, &actor, m.get_one::<String>("unit")).await?;
    let plan = PlanSheet {
        unit: unit.clone(),
        book: book.clone(),
        lang: lang(),
    };
    let plan = app.query(&actor, plan).await?;
    let leave_out = m.get_flag("leave-out");
    if m.get_flag("dry-run") || !plan.writes() || (plan.refuses() && !leave_out) {
        return Ok((plan, None));
    }
    let reason = m.get_one::<String>("reason").cloned();
    let case = ImportSheet {
        unit,
        book,
        lang: lang(),
        seen: plan.seen.clone(),
        leave_out,
        reason: reason.unwrap_or_else(|| text("form_sheet.reason_text").to_owned()),
    };
    let done = app.execute(&actor, case).await?;
    app::sequencer::chain_audit(&app).await?;
    Ok((plan, Some(done)))
}

/// The branch by id or name; without a wish the only one the account types for.
async fn unit(app: &App, actor: &Actor, asked: Option<&String>) -> Result<String, Exit> {
    let units = app.query(actor, UnitsToFileFor).await?;
    let found: Vec<_> = units
        .iter()
        .filter(|u| asked.is_none_or(|asked| *asked == u.id || *asked == u.name))
        .collect();
    match found.as_slice() {
        [one] => Ok(one.id.clone()),
        _ => {
            let names: Vec<&str> = units.iter().map(|u| u.name.as_str()).collect();
            let names = names.join(text("cli.list_comma"));
            Err(Exit::misused(fill("cli.sheet_which_unit", &[("units", &names)])))
        }
    }
}

fn told(plan: &SheetPlan, problem: &RowProblem) -> String {
    let words = plan.say(lang(), problem);
    let place: [(&str, &dyn Display); 4] = [
        ("sheet", &problem.sheet),
        ("row", &problem.row),
        ("column", &problem.column),
        ("words", &words),
    ];
    fill("cli.import_row", &place).trim().to_owned()
}

fn figures(plan: &SheetPlan, done: Option<&Imported>) -> Value {
    let said = |p: &RowProblem| json!({ "sheet": p.sheet, "row": p.row, "column": p.column, "problem": plan.say(lang(), p) });
    let line = |l: &app::pledge::SheetLine| {
        let problems: Vec<Value> = l.problems.iter().map(said).collect();
        json!({ "row": l.row, "number": l.number, "name": l.name, "fate": l.fate.name(), "items": l.items.len(),
            "problems": problems })
    };
    let numbers = done.map(|d| d.filed.iter().map(|(_, number)| number).collect::<Vec<_>>());
    json!({
        "unit": plan.unit.name,
        "written": done.is_some(),
        "filed": plan.count(Fate::File),
        "drafts": plan.count(Fate::Draft),
        "unchanged": plan.count(Fate::Unchanged),
        "refused": plan.count(Fate::Refused),
        "blank": plan.blank,
        "numbers": numbers.unwrap_or_default(),
        "people": plan.lines.iter().map(line).collect::<Vec<_>>(),
        "problems": plan.loose.iter().map(said).collect::<Vec<_>>(),
    })
}

/// What happens to the form of a person, in words.
fn word(fate: Fate) -> String {
    ::lang::text(lang(), &format!("sheet_fate.{}", fate.name())).to_owned()
}

fn tell(plan: &SheetPlan, done: Option<&Imported>, as_json: bool) {
    if as_json {
        println!("{}", figures(plan, done));
        return;
    }
    for line in &plan.lines {
        println!("{:>4}  {}  {}", line.row, line.name, word(line.fate));
        for problem in &line.problems {
            println!("      {}", told(plan, problem));
        }
    }
    for problem in &plan.loose {
        println!("{}", told(plan, problem));
    }
    println!(
        "{}",
        fill(
            if done.is_some() {
                "cli.sheet_did"
            } else {
                "cli.sheet_would"
            },
            &[("unit", &plan.unit.name)]
        )
    );
    for fate in FATES {
        let n = plan.count(fate);
        if n > 0 {
            println!("{n:>8}  {}", word(fate));
        }
    }
}
