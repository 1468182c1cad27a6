//! Opens what a command works on: configuration, database, organisation.

use crate::exit::{Exit, fill, reason, text};
use crate::upgrade::Before;
use crate::{settings, upgrade};
use app::{App, Clock, Config};
use clap::ArgMatches;
use domain::access::Actor;
use domain::time::Calendar;
use std::fs::File;
use std::io::{Seek, Write};
use std::path::Path;
use store::{Act, Db, Options, Tx};

/// The embedded database in a data directory.
pub const DATABASE: &str = "jiannuo.db";
/// Held by the server that uses a data directory.
const LOCK: &str = "server.lock";

/// Flag over environment over file (see [`settings`]), checked.
///
/// # Errors
/// A configuration file that cannot be read or has an unknown key; a setting that makes no sense.
pub fn config(m: &ArgMatches) -> Result<Config, Exit> {
    let config = settings::read(m)?.config;
    config.check()?;
    calendar(&config)?;
    Ok(config)
}

/// Adds the organisation's own years to the working-day calendar, before the first deadline is counted.
///
/// # Errors
/// A file that is no year of holidays.
pub fn calendar(config: &Config) -> Result<(), Exit> {
    let Some(folder) = &config.calendar_dir else {
        return Ok(());
    };
    let inside = std::fs::read_dir(folder).map_err(|why| file_unusable(folder, &why))?;
    let mut paths: Vec<_> = inside.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml")));
    paths.sort();
    let mut own = Calendar::shipped().clone();
    for path in paths {
        let words = std::fs::read_to_string(&path).map_err(|why| file_unusable(&path, &why))?;
        own.add_year(&words).map_err(|why| file_unusable(&path, &why))?;
    }
    own.put_in_force();
    Ok(())
}

/// Makes the data directory, for this user alone.
///
/// # Errors
/// A directory that cannot be made.
pub fn folder(data: &Path) -> Result<(), Exit> {
    private_folder(data).map_err(|why| unusable(data, &why))
}

/// Makes a folder, for this user alone.
///
/// # Errors
/// Whatever the system reports.
pub fn private_folder(path: &Path) -> std::io::Result<()> {
    let mut how = std::fs::DirBuilder::new();
    how.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut how, 0o700);
    how.create(path)
}

/// The sentence about a data directory that cannot be used.
pub fn unusable(data: &Path, why: &dyn std::fmt::Display) -> Exit {
    Exit::failed(&fill(
        "cli.data_unusable",
        &[("dir", &data.display()), ("why", &reason(why))],
    ))
}

/// A data directory taken for a server, until this is dropped or the process ends, however it ends.
pub struct Claim(File);

impl Claim {
    /// Leaves a note of the server's address for commands beside it. They can do without.
    pub fn note(&mut self, address: &str) {
        let note = self.0.set_len(0).and_then(|()| self.0.rewind());
        let _ = note.and_then(|()| self.0.write_all(address.as_bytes()));
    }
}

/// Takes the data directory for a server. Many servers may share a PostgreSQL, each with a directory of its own.
///
/// # Errors
/// Another server has it.
pub fn claim(data: &Path) -> Result<Claim, Exit> {
    folder(data)?;
    let mut how = std::fs::OpenOptions::new();
    how.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut how, 0o600);
    let file = how.open(data.join(LOCK)).map_err(|why| unusable(data, &why))?;
    match file.try_lock() {
        Ok(()) => Ok(Claim(file)),
        Err(std::fs::TryLockError::WouldBlock) => Err(Exit::failed(&fill(
            "cli.already_running",
            &[("dir", &data.display())],
        ))),
        Err(std::fs::TryLockError::Error(why)) => Err(unusable(data, &why)),
    }
}

/// Whether a server has the data directory just now.
pub fn in_use(data: &Path) -> bool {
    let held = |file: File| matches!(file.try_lock(), Err(std::fs::TryLockError::WouldBlock));
    File::open(data.join(LOCK)).is_ok_and(held)
}

/// Where the server that has the data directory can be reached, when there is one.
pub fn running_at(data: &Path) -> Option<String> {
    let address = in_use(data)
        .then(|| std::fs::read_to_string(data.join(LOCK)).ok())
        .flatten()?;
    address.starts_with("http").then_some(address)
}

/// Opens the database of a configuration as it is.
///
/// # Errors
/// A database that cannot be used as it is.
pub async fn untouched(config: &Config) -> Result<Db, Exit> {
    Ok(if config.database_url.is_empty() {
        Db::open_sqlite(&config.data.join(DATABASE), Options::default()).await?
    } else {
        Db::open_postgres(&config.database_url, Options::default()).await?
    })
}

/// Opens the database of a configuration, making what is not there and bringing its tables up to date, behind a
/// backup (see [`upgrade`]).
///
/// # Errors
/// A database that cannot be used as it is; one that could not be backed up before its tables change.
pub async fn database(config: &Config) -> Result<Db, Exit> {
    database_with(config, Before::BackUp).await
}

/// As [`database`], with what the operator wants before the tables change.
///
/// # Errors
/// As [`database`].
pub async fn database_with(config: &Config, before: Before) -> Result<Db, Exit> {
    if config.database_url.is_empty() {
        folder(&config.data)?;
    }
    let db = untouched(config).await?;
    upgrade::migrate(&db, config, before).await?;
    Ok(db)
}

/// Refuses where there is no embedded database: a command that only looks must not make one.
///
/// # Errors
/// There is none.
pub fn must_exist(config: &Config) -> Result<(), Exit> {
    if config.database_url.is_empty() && !config.data.join(DATABASE).exists() {
        return Err(Exit::failed(&fill(
            "cli.no_database",
            &[("dir", &config.data.display())],
        )));
    }
    Ok(())
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
/// No database, or one without an organisation.
pub async fn product(m: &ArgMatches) -> Result<App, Exit> {
    product_of(config(m)?).await
}

/// Whoever runs the command, looking at the campaign that `--campaign` names, or at the one everybody is shown.
///
/// # Errors
/// `problem.package.no_campaign`.
pub async fn reader(app: &App, m: &ArgMatches) -> Result<Actor, Exit> {
    let looks_at = match m.get_one::<String>("campaign") {
        Some(which) => Some(
            app.query(&Actor::machine(), app::package::FindNamed(which.clone()))
                .await?,
        ),
        None => None,
    };
    Ok(Actor {
        looks_at,
        ..Actor::machine()
    })
}

/// The product over a configuration; it must have been set up.
///
/// # Errors
/// As [`product`].
pub async fn product_of(config: Config) -> Result<App, Exit> {
    must_exist(&config)?;
    let db = database(&config).await?;
    match organization(&db).await? {
        Some(id) => Ok(App::new(db, Clock::System, config, &id)),
        None => Err(Exit::failed(&text("cli.not_set_up"))),
    }
}

/// Reads a file that a command was given.
///
/// # Errors
/// The sentence with its name.
pub fn read(file: &Path) -> Result<Vec<u8>, Exit> {
    std::fs::read(file).map_err(|why| file_unusable(file, &why))
}

/// The sentence about a file that cannot be opened or written.
pub fn file_unusable(file: &Path, why: &dyn std::fmt::Display) -> Exit {
    Exit::failed(&fill(
        "cli.file_unusable",
        &[("file", &file.display()), ("why", &reason(why))],
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_server_at_a_time_has_a_directory() {
        let folder = tempfile::TempDir::new().expect("a directory");
        let data = folder.path().join("deep/data");
        assert!(!in_use(&data));
        let mut held = claim(&data).expect("free");
        assert!(in_use(&data));
        held.note("http://127.0.0.1:80");
        held.note("http://[::1]:8");
        assert_eq!(running_at(&data).as_deref(), Some("http://[::1]:8"));
        assert!(claim(&data).is_err());
        drop(held);
        assert!(!in_use(&data) && running_at(&data).is_none());
        claim(&data).expect("free again");
    }
}
