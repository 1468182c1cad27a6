//! `jiannuo demo`: a synthetic hospital in the middle of the notice's campaign.

use crate::exit::{Exit, text};
use crate::{open, serve};
use app::demo::{Plan, SlipFor, Step};
use app::{App, Clock, Config};
use clap::ArgMatches;
use domain::access::{Actor, Role};
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// Makes the hospital (or finds the one of an earlier start), prints the links, serves.
///
/// # Errors
/// A directory that holds something else, an address that is taken.
pub async fn run(m: &ArgMatches) -> Result<(), Exit> {
    let set = |name: &str| m.get_one::<String>(name).map(String::as_str).unwrap_or_default();
    let (folder, _gone_at_the_end) = match m.get_one::<PathBuf>("data") {
        Some(data) => (data.clone(), None),
        None => {
            let temporary = tempfile::TempDir::new()?;
            (temporary.path().to_owned(), Some(temporary))
        }
    };
    let listener = serve::bind(set("listen")).await?;
    let base_url = format!("http://{}", listener.local_addr()?);
    let config = Config {
        data: folder,
        database_url: m.get_one::<String>("database-url").cloned().unwrap_or_default(),
        demo: true,
        listen: listener.local_addr()?.to_string(),
        ..Config::default()
    };
    let db = open::database(&config).await?;
    let app = match open::organization(&db).await? {
        Some(id) if id.starts_with("demo-") => App::new(db, Clock::System, config, &id),
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
            let made = app::demo::make(db.clone(), config.clone(), plan).await?;
            App::new(db, Clock::System, config, made.app.organization())
        }
    };
    announce(&app, &base_url, m.get_flag("json")).await?;
    serve::on(app, listener).await
}

async fn announce(app: &App, base_url: &str, as_json: bool) -> Result<(), Exit> {
    let (mut links, mut taken) = (Map::new(), Vec::new());
    for role in Role::ALL {
        let wanted = if matches!(role, Role::BranchSecretary | Role::Participant) {
            2
        } else {
            1
        };
        let accounts = app
            .query(
                &Actor::machine(),
                app::demo::ForLinks {
                    role,
                    wanted,
                    taken: taken.clone(),
                },
            )
            .await?;
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
