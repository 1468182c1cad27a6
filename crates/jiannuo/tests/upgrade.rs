//! A data directory of an older version meets this program: a backup first, then the change (UP-02).

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use store::{Db, MIGRATIONS, Options};

/// The commands run here with one embedded database each.
fn program(words: &[&str], data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jiannuo"));
    command.args(words).arg("--data").arg(data).env("LC_ALL", "en");
    command
}

fn run(words: &[&str], data: &Path) -> Output {
    program(words, data).output().expect("the program")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Starts the server, stops it as soon as it listens or ends, and gives what it said on standard error.
fn start(more: &[&str], data: &Path) -> String {
    let mut words = vec!["serve", "--listen", "127.0.0.1:0"];
    words.extend(more);
    let mut child = program(&words, data)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    let out = BufReader::new(child.stdout.take().expect("its words"));
    for line in out.lines() {
        if line.expect("words").contains("Listening on") {
            break;
        }
    }
    let _ = child.kill();
    let mut told = String::new();
    let mut err = child.stderr.take().expect("its words");
    err.read_to_string(&mut told).expect("words");
    child.wait().expect("ended");
    told
}

/// A database as the program of some versions ago left it.
fn older(data: &Path, versions: usize) -> i64 {
    std::fs::create_dir_all(data).expect("made");
    let list = &MIGRATIONS[..MIGRATIONS.len() - versions];
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let db = Db::open_sqlite(&data.join("jiannuo.db"), Options::default()).await;
        db.expect("opens").migrate_with(list, 1).await.expect("migrates");
    });
    list.last().expect("one").version
}

fn applied(database: &Path) -> i64 {
    let connection = rusqlite::Connection::open(database).expect("opens");
    let newest = "SELECT MAX(version) FROM schema_migration";
    connection
        .query_row(newest, [], |row| row.get(0))
        .expect("a number")
}

fn copies(data: &Path) -> Vec<PathBuf> {
    let inside = std::fs::read_dir(data.join("backups")).into_iter().flatten();
    let mut all: Vec<PathBuf> = inside.map(|entry| entry.expect("an entry").path()).collect();
    all.sort();
    all
}

#[test]
fn an_upgrade_leaves_the_old_database_beside_the_new_one() {
    let folder = tempfile::TempDir::new().expect("a directory");
    let data = folder.path().join("data");
    let at = older(&data, 2);
    let newest = MIGRATIONS.last().expect("one").version;
    // Whoever looks first is told what will happen, and nothing has happened.
    let looked = said(&run(&["doctor"], &data));
    let place = data.join("backups").display().to_string();
    for words in [
        format!("The tables are at {at:04}; 2 changes"),
        format!("backed up into {place}"),
    ] {
        assert!(looked.contains(&words), "{words}: {looked}");
    }
    assert!(copies(&data).is_empty() && applied(&data.join("jiannuo.db")) == at);
    let told = start(&[], &data);
    let made = copies(&data);
    assert_eq!(made.len(), 1, "{told}");
    assert!(told.contains(&made[0].display().to_string()), "{told}");
    assert!(
        made[0]
            .to_string_lossy()
            .ends_with(&format!("-schema-{at:04}.db"))
    );
    assert_eq!(
        (applied(&made[0]), applied(&data.join("jiannuo.db"))),
        (at, newest)
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let rights = |path: &Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!((rights(&made[0]), rights(&data.join("backups"))), (0o600, 0o700));
    }
    // Nothing to do at the next start, in a new directory, or for a database restored from such a copy.
    let again = start(&[], &data);
    assert!(!again.contains("Backup made") && copies(&data) == made, "{again}");
    let fresh = folder.path().join("fresh");
    let first = start(&[], &fresh);
    assert!(
        !first.contains("Backup made") && copies(&fresh).is_empty(),
        "{first}"
    );
    // Any other command that changes the tables makes the copy too.
    let other = folder.path().join("other");
    older(&other, 1);
    let told = said(&run(&["verify", "audit"], &other));
    assert!(
        told.contains("Backup made") && copies(&other).len() == 1,
        "{told}"
    );
}

#[test]
fn no_backup_no_upgrade_unless_asked_for() {
    let folder = tempfile::TempDir::new().expect("a directory");
    let data = folder.path().join("data");
    let at = older(&data, 1);
    // A file where the folder has to be: the copy cannot be written.
    std::fs::write(data.join("backups"), "").expect("written");
    let told = start(&[], &data);
    assert!(told.contains("Nothing was upgraded or changed"), "{told}");
    assert!(told.contains("--upgrade-without-backup"), "{told}");
    assert_eq!(applied(&data.join("jiannuo.db")), at);
    let told = start(&["--upgrade-without-backup"], &data);
    assert!(told.contains("No backup was made"), "{told}");
    assert!(applied(&data.join("jiannuo.db")) > at);
}
