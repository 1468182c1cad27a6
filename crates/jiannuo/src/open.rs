//! Opens what a command works on: configuration, database, organisation.

use crate::exit::{Exit, text};
use app::{App, Clock, Config};
use clap::ArgMatches;
use std::path::PathBuf;
use store::{Act, Db, Options, Tx};

/// Flag over environment over file (clap joins the first two).
///
/// # Errors
/// A configuration file that cannot be read or has an unknown key.
pub fn config(m: &ArgMatches) -> Result<Config, Exit> {
    let mut config = match m.try_get_one::<PathBuf>("config").ok().flatten() {
        Some(file) => {
            let words = std::fs::read_to_string(file)?;
            toml::from_str(&words).map_err(|e| Exit::failed(&format!("{}: {e}", file.display())))?
        }
        None => Config::default(),
    };
    let set = |name: &str| m.try_get_one::<String>(name).ok().flatten().cloned();
    if let Some(data) = m.try_get_one::<PathBuf>("data").ok().flatten() {
        config.data.clone_from(data);
    }
    if let Some(url) = set("database-url") {
        config.database_url = url;
    }
    if let Some(listen) = set("listen") {
        config.listen = listen;
    }
    if let Some(url) = set("public-url") {
        config.public_url = url.trim_end_matches('/').to_owned();
    }
    Ok(config)
}

/// Opens and migrates the database of a configuration.
///
/// # Errors
/// A database that cannot be used as it is.
pub async fn database(config: &Config) -> Result<Db, Exit> {
    let db = if config.database_url.is_empty() {
        std::fs::create_dir_all(&config.data)?;
        Db::open_sqlite(&config.data.join("jiannuo.db"), Options::default()).await?
    } else {
        Db::open_postgres(&config.database_url, Options::default()).await?
    };
    db.migrate(Clock::System.now()).await?;
    Ok(db)
}

struct FindOrganization;

impl Act for FindOrganization {
    type Out = Option<String>;
    async fn run(&self, tx: &mut Tx) -> store::Result<Option<String>> {
        Ok(store::organization::first(tx).await?.map(|o| o.id))
    }
}

/// The id of the organisation in a database.
///
/// # Errors
/// Whatever the database reports.
pub async fn organization(db: &Db) -> Result<Option<String>, Exit> {
    Ok(db.read(FindOrganization).await?)
}

/// The product over what the command line names; it must have been set up.
///
/// # Errors
/// A database without an organisation.
pub async fn product(m: &ArgMatches) -> Result<App, Exit> {
    let config = config(m)?;
    let db = database(&config).await?;
    match organization(&db).await? {
        Some(id) => Ok(App::new(db, Clock::System, config, &id)),
        None => Err(Exit::failed(&text("cli.not_set_up"))),
    }
}
