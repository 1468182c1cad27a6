//! The state of the installation and its backups (screen 38): what the system administrator looks at.

use crate::App;
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::files::hex;
use domain::access::{Actor, Permission};
use domain::problem::Problem;
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::{Path, PathBuf};
use store::{DatabaseKind, Tx};

/// A backup that lies in the data directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// File name.
    pub name: String,
    /// Bytes.
    pub size: u64,
}

/// How the installation is.
#[derive(Clone, Debug)]
pub struct Health {
    /// Whether the database is the embedded one.
    pub embedded: bool,
    /// Size of the database's files in bytes; nothing for a server.
    pub database_size: Option<u64>,
    /// Size of attachments in bytes.
    pub files_size: u64,
    /// What SQLite's own check found; empty when it is sound or there is nothing to check.
    pub damage: String,
    /// Bytes free on the disk of the data directory, where the system tells.
    pub free: Option<u64>,
    /// The newest backups first.
    pub backups: Vec<Backup>,
    /// The data directory.
    pub data: PathBuf,
}

struct CheckDatabase;

impl Query for CheckDatabase {
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageSystem)
    }
    async fn run(&self, _: &Ctx, tx: &mut Tx) -> Result<String> {
        Ok(store::dialect::damage(tx).await?)
    }
}

fn size_of(path: &Path) -> u64 {
    let Ok(meta) = std::fs::symlink_metadata(path) else {
        return 0;
    };
    if !meta.is_dir() {
        return meta.len();
    }
    let inside = std::fs::read_dir(path).into_iter().flatten().flatten();
    inside.map(|entry| size_of(&entry.path())).sum()
}

/// Free bytes as `df` tells them: the standard library does not ask the file system.
pub fn free(path: &Path) -> Option<u64> {
    let said = std::process::Command::new("df")
        .arg("-Pk")
        .arg(path)
        .output()
        .ok()?;
    let text = String::from_utf8(said.stdout).ok()?;
    let blocks: u64 = text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    blocks.checked_mul(1024)
}

/// The files of the embedded database in a data directory, bytes.
pub fn database_size(data: &Path) -> u64 {
    let files = ["jiannuo.db", "jiannuo.db-wal", "jiannuo.db-shm"];
    files.iter().map(|name| size_of(&data.join(name))).sum()
}

/// The backups in a data directory, newest first.
pub fn backups(data: &Path) -> Vec<Backup> {
    let inside = std::fs::read_dir(data.join("backups"))
        .into_iter()
        .flatten()
        .flatten();
    let mut found: Vec<Backup> = inside
        .filter_map(|entry| {
            let name = entry
                .file_name()
                .into_string()
                .ok()
                .filter(|n| n.ends_with(".db"))?;
            Some(Backup {
                name,
                size: entry.metadata().ok()?.len(),
            })
        })
        .collect();
    found.sort_by(|a, b| b.name.cmp(&a.name));
    found
}

/// Looks at the installation.
///
/// # Errors
/// A refusal for everybody but the system administrator.
pub async fn health(app: &App, actor: &Actor) -> Result<Health> {
    let damage = app.query(actor, CheckDatabase).await?;
    let embedded = app.db().kind() == DatabaseKind::Sqlite;
    let data = app.config().data.clone();
    let look = move || Health {
        embedded,
        database_size: embedded.then(|| database_size(&data)),
        files_size: size_of(&data.join("files")),
        damage,
        free: free(&data),
        backups: backups(&data),
        data,
    };
    tokio::task::spawn_blocking(look).await.map_err(Error::bug)
}

/// What SQLite's own check finds in the database; empty when it is sound or there is nothing to check.
///
/// # Errors
/// A refusal for everybody but the system administrator.
pub async fn damage(app: &App, actor: &Actor) -> Result<String> {
    app.query(actor, CheckDatabase).await
}

/// Leaves an audit entry about a backup that was written.
pub struct NoteBackup {
    /// File name, without its folder.
    pub name: String,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
}

impl UseCase for NoteBackup {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageSystem)
    }
    async fn run(&self, _: &Ctx, _: &mut Tx) -> Result<()> {
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new("system.backup", "backup", &self.name).with(serde_json::json!({ "sha256": self.sha256 }))
    }
}

/// SHA-256 of a file, a piece at a time.
///
/// # Errors
/// A file that cannot be read.
pub fn checksum(path: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            return Ok(hex(&hash.finalize()));
        }
        hash.update(piece.get(..read).unwrap_or_default());
    }
}

/// Copies the embedded database into `backups/` while work goes on, and returns the file's name.
///
/// # Errors
/// A refusal for everybody but the system administrator; `problem.system.no_file_backup` on PostgreSQL;
/// [`Error::Store`] when the disk is full.
pub async fn back_up(app: &App, actor: &Actor) -> Result<String> {
    app.query(actor, CheckDatabase).await?;
    if app.db().kind() != DatabaseKind::Sqlite {
        return Err(Problem::conflict("problem.system.no_file_backup").into());
    }
    let folder = app.config().data.join("backups");
    std::fs::create_dir_all(&folder).map_err(|why| Error::disk(&why))?;
    let at = app.local(app.clock().now());
    let name = format!("jiannuo-{}.db", at.strftime("%Y%m%d-%H%M%S"));
    let path = folder.join(&name);
    if path.exists() {
        return Err(Problem::conflict("problem.system.backup_exists").into());
    }
    app.db().backup_to(&path).await?;
    let sum = tokio::task::spawn_blocking(move || checksum(&path))
        .await
        .map_err(Error::bug)?
        .map_err(Error::bug)?;
    app.execute(
        actor,
        NoteBackup {
            name: name.clone(),
            sha256: sum,
        },
    )
    .await?;
    Ok(name)
}
