//! Before the tables of an older version change, the embedded database is copied beside the data (UP-02). A
//! PostgreSQL is its administrator's: what he has to do is said, not done.

use crate::exit::{Exit, fill, reason, text};
use crate::open;
use app::system::{self, NoteBackup, checksum};
use app::{App, Clock, Config};
use domain::access::Actor;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use store::{Db, Standing};

/// How many copies made before upgrades are kept.
const KEPT: usize = 3;
/// Room beside the copy itself, bytes: the upgrade writes too.
const MARGIN: u64 = 16 << 20;
/// The copy while it is being written. A crash leaves it; the next try writes over it.
const DRAFT: &str = ".upgrade.part";
/// Stands in the name of a copy, before the number of its tables.
const MARK: &str = "-schema-";

/// What is to happen before the tables change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    /// A copy of the database is kept.
    BackUp,
    /// Nothing: the operator has seen to it himself.
    Nothing,
}

/// Brings the tables up to this program; where they are of an older one, behind a backup whose place is told on
/// standard error.
///
/// # Errors
/// No room for the backup, or a folder that cannot be written: nothing has changed then. As [`Db::migrate`].
pub async fn migrate(db: &Db, config: &Config, before: Before) -> Result<(), Exit> {
    let standing = db.standing().await?;
    let now = Clock::System.now();
    let Some(at) = standing.at.filter(|_| !standing.open.is_empty()) else {
        db.migrate(now).await?;
        return Ok(());
    };
    let (n, from, to) = (standing.open.len(), number(at), number(target(&standing)));
    eprintln!(
        "{}",
        fill("upgrade.due", &[("n", &n), ("from", &from), ("to", &to)])
    );
    let kept = match (config.database_url.is_empty(), before) {
        (true, Before::BackUp) => keep(db, config, &standing, now).await?,
        (true, Before::Nothing) => {
            eprintln!("{}", text("upgrade.no_backup"));
            None
        }
        (false, _) => {
            eprintln!("{}", text("upgrade.postgres"));
            None
        }
    };
    db.migrate(now).await?;
    eprintln!("{}", fill("upgrade.done", &[("to", &to)]));
    let Some(copy) = kept else { return Ok(()) };
    prune(&folder(config));
    note(db, config, &copy).await
}

/// What will happen at the next start, for somebody who looks before: whether it can, and the words.
pub fn announce(standing: &Standing, config: &Config) -> (bool, String) {
    let n = standing.open.len();
    let from = standing.at.map_or_else(String::new, number);
    let due = fill(
        "doctor.tables_old",
        &[("n", &n), ("from", &from), ("to", &number(target(standing)))],
    );
    if !config.database_url.is_empty() {
        return (true, format!("{due} {}", text("doctor.upgrade_postgres")));
    }
    let need = system::database_size(&config.data);
    let room = has_room(system::free(&config.data), need);
    let key = if room {
        "doctor.upgrade_backup"
    } else {
        "doctor.upgrade_no_room"
    };
    let what = fill(
        key,
        &[
            ("dir", &folder(config).display()),
            ("n", &megabytes(need)),
            ("kept", &KEPT),
        ],
    );
    (room, format!("{due} {what}"))
}

/// Copies the database and gives the copy's path; nothing when another process changed the tables meanwhile.
async fn keep(db: &Db, config: &Config, standing: &Standing, now: i64) -> Result<Option<PathBuf>, Exit> {
    let need = system::database_size(&config.data);
    let free = system::free(&config.data);
    if !has_room(free, need) {
        return Err(no_room(config, free, need));
    }
    let folder = folder(config);
    let unwritable = |why: &dyn std::fmt::Display| unwritable(&folder, why);
    open::private_folder(&folder).map_err(|why| unwritable(&why))?;
    let draft = folder.join(DRAFT);
    discard(&draft);
    match db.backup_to(&draft).await {
        Ok(()) => {}
        Err(store::Error::Full) => {
            discard(&draft);
            return Err(no_room(config, free, need));
        }
        Err(why) => return Err(unwritable(&Exit::from(why).words())),
    }
    // Another process may have been faster: a copy of new tables under an old number would mislead.
    if db.standing().await? != *standing {
        discard(&draft);
        return Ok(None);
    }
    let at = standing.at.unwrap_or_default();
    let copy = settle(&draft, &folder, &name(config, now, at), at).map_err(|why| unwritable(&why))?;
    eprintln!("{}", fill("upgrade.backup", &[("file", &copy.display())]));
    Ok(Some(copy))
}

fn unwritable(folder: &Path, why: &dyn std::fmt::Display) -> Exit {
    let why = reason(why);
    Exit::failed(&fill(
        "upgrade.unwritable",
        &[("dir", &folder.display()), ("why", &why)],
    ))
}

fn no_room(config: &Config, free: Option<u64>, need: u64) -> Exit {
    let free = free.map_or_else(|| "?".to_owned(), megabytes);
    let args: [(&str, &dyn std::fmt::Display); 3] = [
        ("dir", &config.data.display()),
        ("free", &free),
        ("need", &megabytes(need)),
    ];
    Exit::failed(&fill("upgrade.no_room", &args))
}

/// Gives the finished draft its name. A start that failed and is tried again leaves one copy, not one a try: it could
/// push out those of earlier upgrades.
fn settle(draft: &Path, folder: &Path, name: &str, at: i64) -> io::Result<PathBuf> {
    File::open(draft)?.sync_all()?;
    let same = format!("{MARK}{}.db", number(at));
    let earlier = copies(folder)
        .into_iter()
        .find(|path| path.to_string_lossy().ends_with(&same));
    if let Some(earlier) = earlier
        && checksum(&earlier)? == checksum(draft)?
    {
        discard(draft);
        return Ok(earlier);
    }
    let copy = folder.join(name);
    std::fs::rename(draft, &copy)?;
    File::open(folder)?.sync_all()?;
    Ok(copy)
}

/// Leaves the backup in the audit trail, where there is an organisation to have one.
async fn note(db: &Db, config: &Config, copy: &Path) -> Result<(), Exit> {
    let Some(organization) = open::organization(db).await? else {
        return Ok(());
    };
    let app = App::new(db.clone(), Clock::System, config.clone(), &organization);
    let name = copy.file_name().unwrap_or_default();
    let note = NoteBackup {
        name: name.to_string_lossy().into_owned(),
        sha256: checksum(copy)?,
    };
    app.execute(&Actor::machine(), note).await?;
    Ok(())
}

/// Removes a draft with what a crash left beside it.
fn discard(draft: &Path) {
    for end in ["", "-journal", "-wal", "-shm"] {
        let mut path = draft.as_os_str().to_owned();
        path.push(end);
        let _ = std::fs::remove_file(path);
    }
}

/// Removes the oldest copies made before upgrades; backups that people made are theirs.
fn prune(folder: &Path) {
    for old in copies(folder).into_iter().skip(KEPT) {
        let _ = std::fs::remove_file(old);
    }
}

/// The copies made before upgrades, newest first.
fn copies(folder: &Path) -> Vec<PathBuf> {
    let inside = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let ours = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let number = name
            .strip_suffix(".db")
            .and_then(|n| n.rsplit_once(MARK))
            .map(|n| n.1);
        number.is_some_and(|n| n.len() == 4 && n.bytes().all(|b| b.is_ascii_digit()))
    };
    let mut found: Vec<PathBuf> = inside.map(|entry| entry.path()).filter(ours).collect();
    found.sort();
    found.reverse();
    found
}

/// The day and time stand first, so that all backups sort by age.
fn name(config: &Config, now: i64, at: i64) -> String {
    let zone = jiff::tz::TimeZone::get(&config.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let when = jiff::Timestamp::from_microsecond(now).unwrap_or_default();
    let when = zone.to_datetime(when).strftime("%Y%m%d-%H%M%S");
    format!("jiannuo-{when}{MARK}{}.db", number(at))
}

fn folder(config: &Config) -> PathBuf {
    config.data.join("backups")
}

fn target(standing: &Standing) -> i64 {
    standing.open.last().copied().unwrap_or_default()
}

fn number(version: i64) -> String {
    format!("{version:04}")
}

fn has_room(free: Option<u64>, need: u64) -> bool {
    free.is_none_or(|free| free >= need.saturating_add(MARGIN))
}

fn megabytes(bytes: u64) -> String {
    let whole = (bytes >> 20) + u64::from(bytes & 0xF_FFFF != 0);
    ::lang::number(i64::try_from(whole).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_copies_stay_and_what_people_made_stays_anyway() {
        let folder = tempfile::TempDir::new().expect("a directory");
        let names = [
            "jiannuo-20260101-090000-schema-0020.db",
            "jiannuo-20260201-090000-schema-0021.db",
            "jiannuo-20260301-090000-schema-0022.db",
            "jiannuo-20260401-090000-schema-0023.db",
            "jiannuo-20250101-090000.db",
            "before-schema-1.db",
        ];
        for name in names {
            std::fs::write(folder.path().join(name), name).expect("written");
        }
        prune(folder.path());
        let there = names.map(|name| folder.path().join(name).exists());
        assert_eq!(there, [false, true, true, true, true, true]);
        assert_eq!(copies(folder.path()).len(), KEPT);
    }

    #[test]
    fn a_second_try_of_the_same_upgrade_leaves_one_copy() {
        let folder = tempfile::TempDir::new().expect("a directory");
        let draft = folder.path().join(DRAFT);
        let mut made = Vec::new();
        for (words, time) in [("one", "1"), ("one", "2"), ("two", "3")] {
            std::fs::write(&draft, words).expect("written");
            let name = format!("jiannuo-{time}-schema-0009.db");
            made.push(settle(&draft, folder.path(), &name, 9).expect("kept"));
            assert!(!draft.exists());
        }
        assert!(made[0] == made[1] && made[1] != made[2]);
        assert_eq!(copies(folder.path()), [made[2].clone(), made[0].clone()]);
    }

    #[test]
    fn room_is_the_copy_and_something_beside() {
        for (free, need, room) in [
            (None, 5 << 30, true),
            (Some(0), 0, false),
            (Some(MARGIN), 0, true),
            (Some(MARGIN), 1, false),
            (Some(u64::MAX), u64::MAX, true),
        ] {
            assert_eq!(has_room(free, need), room, "{free:?} {need}");
        }
    }
}
