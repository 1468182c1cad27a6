//! `jiannuo export campaign` and `jiannuo import campaign`: everything of an organisation in one open file.

use crate::backup::beside;
use crate::exit::{Exit, fill, say, text};
use crate::import::spinner;
use crate::open;
use app::files::Files;
use app::moving::{NoteMoving, Settled, Staged, pack, settle, stage};
use app::system::checksum;
use app::{App, Clock};
use clap::ArgMatches;
use domain::access::Actor;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Writes the archive.
///
/// # Errors
/// A file that exists or cannot be written; 3 when the archive does not read back.
pub async fn export(m: &ArgMatches) -> Result<(), Exit> {
    let file = m.get_one::<PathBuf>("file").ok_or_else(Exit::usage)?;
    let app = open::product(m).await?;
    if file.exists() {
        return Err(Exit::failed(&fill(
            "cli.backup_exists",
            &[("file", &file.display())],
        )));
    }
    let waiting = spinner(text("command.export_campaign"));
    let beside = beside(file);
    let draft = tempfile::TempDir::new_in(&beside).map_err(|why| open::file_unusable(&beside, &why))?;
    let made = draft.path().join("archive");
    let packed = pack(&app, &made).await?;
    // An archive counts as written when it can be taken over.
    read(&made, draft.path().join("check"))
        .await
        .map_err(|why| Exit::wrong(why.words()))?;
    std::fs::hard_link(&made, file)
        .or_else(|_| std::fs::rename(&made, file))
        .and_then(|()| std::fs::File::open(&beside)?.sync_all())
        .map_err(|why| open::file_unusable(file, &why))?;
    note(&app, false, file, &packed.sha256).await?;
    waiting.finish_and_clear();
    let (shown, manifest) = (file.display(), &packed.manifest);
    let (rows, lost) = (manifest.rows(), manifest.missing.len());
    if m.get_flag("json") {
        let told = json!({ "file": shown.to_string(), "rows": rows, "attachments": manifest.files,
            "missing": manifest.missing, "sha256": packed.sha256 });
        println!("{told}");
        return Ok(());
    }
    if lost > 0 {
        eprintln!("{}", fill("cli.moving_lost", &[("n", &lost)]));
    }
    println!(
        "{}",
        fill(
            "cli.moving_exported",
            &[
                ("file", &shown),
                ("n", &rows),
                ("m", &manifest.files),
                ("sha256", &packed.sha256)
            ]
        )
    );
    Ok(())
}

/// Checks the archive and takes it over.
///
/// # Errors
/// 3 when the archive is cut, altered or contradicts itself; a database that holds an organisation.
pub async fn import(m: &ArgMatches) -> Result<(), Exit> {
    let file = m.get_one::<PathBuf>("file").ok_or_else(Exit::usage)?;
    if !file.is_file() {
        let missing = std::io::Error::from(std::io::ErrorKind::NotFound);
        return Err(open::file_unusable(file, &missing));
    }
    let config = open::config(m)?;
    if m.get_flag("check") {
        let folder = tempfile::TempDir::new()?;
        let staged = read(file, folder.path().join("check")).await?;
        let settled = Settled {
            organization: staged.manifest.organization.clone(),
            name: staged.manifest.name.clone(),
            rows: staged.manifest.rows(),
            files: staged.manifest.files,
        };
        tell(m, "cli.moving_sound", &settled);
        return Ok(());
    }
    let new = !config.data.exists();
    open::folder(&config.data)?;
    let waiting = spinner(text("command.import_campaign"));
    let folder = tempfile::TempDir::new_in(&config.data).map_err(|why| open::unusable(&config.data, &why))?;
    let staged = match read(file, folder.path().join("check")).await {
        Ok(staged) => staged,
        Err(why) => {
            drop(folder);
            if new {
                let _ = std::fs::remove_dir(&config.data);
            }
            return Err(why);
        }
    };
    // A server in the middle of its set-up would meet the rows that come.
    let _claim = open::claim(&config.data)?;
    let db = open::database(&config).await?;
    let files = Files::new(config.data.join(crate::backup::FILES));
    let settled = settle(&db, &files, staged).await?;
    let app = App::new(db, Clock::System, config, &settled.organization);
    note(&app, true, file, &checksum(file)?).await?;
    app.db().settle().await?;
    waiting.finish_and_clear();
    tell(m, "cli.moving_imported", &settled);
    Ok(())
}

async fn read(file: &Path, folder: PathBuf) -> Result<Staged, Exit> {
    let file = file.to_owned();
    let staged = tokio::task::spawn_blocking(move || stage(&file, &folder)).await;
    let staged = staged.map_err(|e| Exit::failed(&e))?;
    staged.map_err(|problem| Exit::wrong(say(&problem)))
}

async fn note(app: &App, came: bool, file: &Path, sha256: &str) -> Result<(), Exit> {
    let name = file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let note = NoteMoving {
        came,
        name,
        sha256: sha256.to_owned(),
    };
    app.execute(&Actor::machine(), note).await?;
    // No server may run that would chain it.
    Ok(app::sequencer::chain_audit(app).await?)
}

fn tell(m: &ArgMatches, key: &'static str, settled: &Settled) {
    let (name, n, files) = (&settled.name, settled.rows, settled.files);
    if m.get_flag("json") {
        println!(
            "{}",
            json!({ "organization": name, "rows": n, "attachments": files })
        );
        return;
    }
    println!("{}", fill(key, &[("name", name), ("n", &n), ("m", &files)]));
}
