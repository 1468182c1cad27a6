//! What only a file can suffer.

use crate::probe::{Add, TABLES, add, ids};
use crate::support::{NOW, pause};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use store::{Db, Error, Options, Unfit};

async fn open(folder: &Path, options: Options) -> (PathBuf, Db) {
    let file = folder.join("test.db");
    let db = Db::open_sqlite(&file, options).await.expect("opens");
    db.migrate_with(TABLES, NOW).await.expect("tables");
    (file, db)
}

#[expect(clippy::disallowed_methods, reason = "the test is about how long one waits")]
#[tokio::test(flavor = "multi_thread")]
async fn while_another_program_holds_the_file_reads_go_on_and_writers_are_told_together() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options {
        busy: Duration::from_secs(1),
        ..Options::default()
    };
    let (file, db) = open(folder.path(), options).await;
    let other = Connection::open(&file).expect("opens");
    other.execute_batch("BEGIN IMMEDIATE").expect("takes the lock");

    let begun = Instant::now();
    let writers: Vec<_> = (0..20)
        .map(|number| {
            let db = db.clone();
            tokio::spawn(async move { db.act(add(format!("{number}"))).await })
        })
        .collect();
    pause(50).await;
    assert!(ids(&db).await.is_empty());
    assert!(
        writers.iter().all(|writer| !writer.is_finished()),
        "the read did not wait for the lock"
    );
    for writer in writers {
        assert!(matches!(writer.await.expect("no panic"), Err(Error::Busy)));
    }
    // One after the other they would have needed 20 times the timeout.
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());

    other.execute_batch("ROLLBACK").expect("gives it back");
    db.act(add("afterwards")).await.expect("the database goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_to_exactly_those_whose_acts_were_not_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options {
        most_pages: Some(100),
        ..Options::default()
    };
    let (file, db) = open(folder.path(), options).await;
    let writers: Vec<_> = (0..30)
        .map(|number| {
            let db = db.clone();
            let act = Add {
                id: format!("{number:02}"),
                body: "x".repeat(20_000),
            };
            tokio::spawn(async move { (act.id.clone(), db.act(act).await) })
        })
        .collect();
    let (mut kept, mut full) = (Vec::new(), 0);
    for writer in writers {
        match writer.await.expect("no panic") {
            (id, Ok(())) => kept.push(id),
            (_, Err(Error::Full)) => full += 1,
            (_, Err(other)) => panic!("{other:?}"),
        }
    }
    kept.sort();
    assert!(full > 0);
    assert_eq!(ids(&db).await, kept);
    let other = Connection::open(&file).expect("opens");
    other.execute("DELETE FROM probe_entry", []).expect("makes space");
    db.act(add("afterwards"))
        .await
        .expect("the database goes on by itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_load_is_sound_and_holds_what_was_kept_before_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, db) = open(folder.path(), Options::default()).await;
    for number in 0..50 {
        db.act(add(format!("before {number:02}"))).await.expect("kept");
    }
    let writing = tokio::spawn({
        let db = db.clone();
        async move {
            for number in 0..200 {
                db.act(add(format!("during {number:03}"))).await.expect("kept");
            }
        }
    });
    let copy = folder.path().join("copy.db");
    db.backup_to(&copy).await.expect("copied");
    writing.await.expect("no panic");
    let copy = Connection::open(copy).expect("opens");
    let sound: String = copy
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .expect("checks");
    assert_eq!(sound, "ok");
    let before = "SELECT COUNT(*) FROM probe_entry WHERE id LIKE 'before%'";
    let kept: i64 = copy.query_row(before, [], |row| row.get(0)).expect("counts");
    assert_eq!(kept, 50);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_on_the_machine_can_read_the_database_or_a_backup() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let (file, db) = open(folder.path(), Options::default()).await;
    let copy = folder.path().join("copy.db");
    db.backup_to(&copy).await.expect("copied");
    for path in [file, folder.path().join("test.db-wal"), copy] {
        let mode = std::fs::metadata(&path).expect("is there").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", path.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_is_there_after_opening_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, db) = open(folder.path(), Options::default()).await;
    db.act(add("a")).await.expect("kept");
    drop(db);
    let again = Db::open_sqlite(&file, Options::default()).await.expect("opens");
    assert_eq!(ids(&again).await, ["a"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("notes.txt");
    std::fs::write(
        &file,
        "not a database, only some notes, long enough to have a header",
    )
    .expect("written");
    let opened = Db::open_sqlite(&file, Options::default()).await;
    assert!(matches!(opened.err(), Some(Error::Unfit(Unfit::CannotOpen(_)))));
}

/// Whoever opens the file must not tell the third ballot from the first (PRODUCT.md 3.7): read without any order,
/// as a tool for files does, the rows come in the order of their random ids. Rows of an older file are put so too.
#[tokio::test(flavor = "multi_thread")]
async fn rows_that_belong_to_nobody_do_not_lie_in_the_order_of_arrival() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("test.db");
    let db = Db::open_sqlite(&file, Options::default()).await.expect("opens");
    let before: Vec<store::Migration> = store::MIGRATIONS
        .iter()
        .copied()
        .filter(|m| m.version < 24)
        .collect();
    db.migrate_with(before.leak(), NOW).await.expect("an older file");
    let other = Connection::open(&file).expect("opens");
    let cast = |ids: &[&str]| {
        for id in ids {
            let ballot = "INSERT INTO ballot VALUES ('o', ?1, 'r', 'u', 'ballot', '{}')";
            other.execute(ballot, [id]).expect("cast");
        }
    };
    let lying = || -> Vec<String> {
        let mut all = other.prepare("SELECT id, answers FROM ballot").expect("read");
        let ids = all.query_map([], |row| row.get(0)).expect("read");
        ids.collect::<Result<_, _>>().expect("ids")
    };
    cast(&["m", "z", "b"]);
    assert_eq!(lying(), ["m", "z", "b"], "what is to be mended");
    db.migrate(NOW).await.expect("today's file");
    cast(&["y", "a"]);
    assert_eq!(lying(), ["a", "b", "m", "y", "z"]);
    let all = "SELECT COUNT(*) FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID' \
               AND name IN ('ballot', 'opinion', 'feedback', 'objection')";
    let kept: i64 = other.query_row(all, [], |row| row.get(0)).expect("counted");
    assert_eq!(kept, 4);
}
