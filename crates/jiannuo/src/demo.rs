//! `jiannuo demo`: a synthetic hospital in the middle of the notice's campaign.

use crate::exit::{Exit, fill, text};
use crate::{open, serve};
use app::demo::{Plan, SlipFor, Step};
use app::{App, Clock, Config};
use clap::ArgMatches;
use clap::parser::ValueSource;
use domain::access::{Actor, Role};
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// The largest house a demo makes: beyond, `jiannuo bench` is the tool.
const MOST_PEOPLE: usize = 20_000;

/// Makes the hospital (or finds the one of an earlier start), prints the links, serves.
///
/// # Errors
/// A directory that holds something else, an address that is taken.
pub async fn run(m: &ArgMatches) -> Result<(), Exit> {
    let set = |name: &str| m.get_one::<String>(name).map(String::as_str).unwrap_or_default();
    let (asked_for, least) = (m.get_one::<usize>("people"), app::demo::least_people()?);
    if asked_for.is_some_and(|people| *people < least) {
        eprintln!("{}", fill("cli.demo_people_least", &[("n", &least)]));
    }
    if asked_for.is_some_and(|people| *people > MOST_PEOPLE) {
        return Err(Exit::misused(fill(
            "cli.demo_people_most",
            &[("n", &MOST_PEOPLE)],
        )));
    }
    let mut config = Config {
        demo: true,
        ..open::config(m)?
    };
    let mut _gone_at_the_end = None;
    if m.get_one::<PathBuf>("data").is_none() {
        let temporary = tempfile::TempDir::new()?;
        temporary.path().clone_into(&mut config.data);
        _gone_at_the_end = Some(temporary);
    }
    let mut held = open::claim(&config.data)?;
    serve::add_fonts(&config)?;
    let listener = serve::bind(&config.listen).await?;
    // Port 0 is a free one: what is printed and drawn must say which.
    config.listen = listener.local_addr()?.to_string();
    let base_url = format!("http://{}", config.listen);
    held.note(&base_url);
    let db = open::database(&config).await?;
    let app = match open::organization(&db).await? {
        Some(id) if id.starts_with("demo-") => {
            if ["stage", "people", "seed"].iter().any(|name| asked(m, name)) {
                eprintln!("{}", text("cli.demo_kept"));
            }
            App::new(db, Clock::System, config, &id)
        }
        Some(_) => return Err(Exit::failed(&text("cli.not_a_demo"))),
        None => {
            let stage = set("stage");
            let plan = Plan {
                step: Step::from_name(stage).unwrap_or(Step::Appraise),
                original: stage == "original",
                people: m.get_one::<usize>("people").copied().unwrap_or(430),
                seed: m.get_one::<u64>("seed").copied().unwrap_or(2010),
                now: Clock::System.now(),
            };
            let waiting = crate::import::spinner(text("cli.demo_making"));
            let made = app::demo::make(db.clone(), config.clone(), plan).await?;
            waiting.finish_and_clear();
            App::new(db, Clock::System, config, made.app.organization())
        }
    };
    announce(&app, &base_url, m.get_flag("json")).await?;
    serve::on(app, listener).await
}

/// Whether somebody typed this option.
fn asked(m: &ArgMatches, name: &str) -> bool {
    m.value_source(name) == Some(ValueSource::CommandLine)
}

async fn announce(app: &App, base_url: &str, as_json: bool) -> Result<(), Exit> {
    let (mut links, mut taken) = (Map::new(), Vec::new());
    for role in Role::ALL {
        let wanted = if matches!(role, Role::BranchSecretary | Role::Participant) {
            2
        } else {
            1
        };
        let accounts = app::demo::for_links(app, role, wanted, &taken).await?;
        for (i, account) in accounts.into_iter().enumerate() {
            taken.push(account.clone());
            let code = app.execute(&Actor::machine(), SlipFor(account)).await?;
            let name = if i == 0 {
                role.name().to_owned()
            } else {
                format!("{}_{}", role.name(), i + 1)
            };
            links.insert(name, Value::String(format!("{base_url}/s/{code}")));
        }
    }
    let campaign = app.query(&Actor::machine(), app::demo::CampaignTitle).await?;
    if as_json {
        println!(
            "{}",
            json!({ "base_url": base_url, "campaign": campaign, "links": links })
        );
        return Ok(());
    }
    println!("{} {base_url}\n{campaign}\n", text("cli.listening"));
    println!("{}", text("cli.demo_links"));
    for (role, link) in &links {
        println!("  {role:20} {}", link.as_str().unwrap_or_default());
    }
    Ok(())
}
