//! `jiannuo restore`: a backup into an empty data directory, checked whole before anything of it stays.

use crate::backup::{self, FILES};
use crate::exit::{Exit, fill, text};
use crate::import::spinner;
use crate::{open, verify};
use app::{App, Clock, Config, system};
use clap::ArgMatches;
use domain::access::Actor;
use serde_json::json;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// What a database of SQLite begins with.
const SQLITE: &[u8] = b"SQLite format 3\0";

/// Checks the backup and puts it in place.
///
/// # Errors
/// A directory that holds a database; a file that is no sound backup.
pub async fn run(m: &ArgMatches) -> Result<(), Exit> {
    let file = m.get_one::<PathBuf>("file").ok_or_else(Exit::usage)?.clone();
    let only_check = m.get_flag("check");
    let config = open::config(m)?;
    if !config.database_url.is_empty() {
        return Err(Exit::failed(&text("cli.restore_postgres")));
    }
    let data = config.data.clone();
    if !only_check {
        let occupied = data.join(open::DATABASE).exists() || data.join(FILES).exists();
        if occupied {
            return Err(Exit::failed(&fill(
                "cli.restore_occupied",
                &[("dir", &data.display())],
            )));
        }
        open::folder(&data)?;
    }
    let waiting = spinner(text("command.restore"));
    // In the data directory, so that putting in place is a rename on one disk.
    let stage = match only_check {
        true => tempfile::TempDir::new()?,
        false => tempfile::TempDir::new_in(&data).map_err(|why| open::unusable(&data, &why))?,
    };
    let (from, to) = (file.clone(), stage.path().to_owned());
    let bad = |why: &dyn std::fmt::Display| Exit::failed(&fill("cli.restore_bad", &[("why", why)]));
    if !file.is_file() {
        return Err(open::file_unusable(
            &file,
            &io::Error::from(io::ErrorKind::NotFound),
        ));
    }
    let unpacked = tokio::task::spawn_blocking(move || unpack(&from, &to)).await;
    let attachments = unpacked.map_err(|e| Exit::failed(&e))?.map_err(|why| bad(&why))?;
    let entries = examine(config, stage.path())
        .await
        .map_err(|why| bad(&why.words()))?;
    if !only_check {
        put_in_place(stage.path(), &data).map_err(|why| open::unusable(&data, &why))?;
    }
    waiting.finish_and_clear();
    if m.get_flag("json") {
        let told = json!({ "restored": !only_check, "audit_entries": entries, "attachments": attachments });
        println!("{told}");
        return Ok(());
    }
    let key = if only_check {
        "cli.restore_checked"
    } else {
        "cli.restore_done"
    };
    println!(
        "{}",
        fill(
            key,
            &[("dir", &data.display()), ("n", &entries), ("m", &attachments)]
        )
    );
    Ok(())
}

/// Unpacks an archive, or copies a lone database. Says how many attachments there were.
fn unpack(file: &Path, to: &Path) -> io::Result<usize> {
    let mut head = [0; 16];
    let lone = File::open(file)?.read_exact(&mut head).is_ok() && head == SQLITE;
    if lone {
        let mut out = private(&to.join(open::DATABASE))?;
        io::copy(&mut File::open(file)?, &mut out)?;
        out.sync_all()?;
        return Ok(0);
    }
    let mut current: Option<(String, File)> = None;
    let label = backup::walk(file, |name, piece| {
        if let Some((open, out)) = &mut current
            && open == name
        {
            return out.write_all(piece);
        }
        // The walk lets through names of ours alone: none leads out of the directory.
        let path = to.join(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        if let Some((_, done)) = current.replace((name.to_owned(), private(&path)?)) {
            done.sync_all()?;
        }
        Ok(())
    })?;
    if let Some((_, done)) = current {
        done.sync_all()?;
    }
    Ok(label.files)
}

fn private(path: &Path) -> io::Result<File> {
    let mut how = OpenOptions::new();
    how.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut how, 0o600);
    how.open(path)
}

/// Opens the unpacked database, brings it up to date and checks it. Says how many audit entries it has.
async fn examine(config: Config, stage: &Path) -> Result<i64, Exit> {
    let config = Config {
        data: stage.to_owned(),
        ..config
    };
    // What is being restored is a backup itself: none is made of it.
    let db = open::untouched(&config).await?;
    db.migrate(Clock::System.now()).await?;
    let organization = open::organization(&db).await?;
    let organization = organization.ok_or_else(|| Exit::failed(&text("cli.not_set_up")))?;
    let app = App::new(db, Clock::System, config, &organization);
    let damage = system::damage(&app, &Actor::machine()).await?;
    if !damage.is_empty() {
        return Err(Exit::failed(&damage));
    }
    let report = app::audit::verify_audit(&app, &[]).await?;
    if let Some(fault) = report.fault {
        return Err(Exit::failed(&verify::sentence(&fault)));
    }
    // One file is moved: its log must be empty.
    app.db().settle().await?;
    Ok(report.chained)
}

/// The database last: a crash before leaves a directory that a second try refuses only for its attachments.
fn put_in_place(stage: &Path, data: &Path) -> io::Result<()> {
    if stage.join(FILES).exists() {
        std::fs::rename(stage.join(FILES), data.join(FILES))?;
    }
    std::fs::rename(stage.join(open::DATABASE), data.join(open::DATABASE))?;
    File::open(data)?.sync_all()
}
