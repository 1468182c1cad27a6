//! Many at once.

use crate::probe::{NextNumber, Trouble, add, ids, troubled};
use crate::support::{both, pause};
use std::collections::BTreeSet;
use store::{Db, Error, Options};

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_tasks_draw_distinct_numbers() {
    both(|db| async move {
        for organization in ["one", "other"] {
            let drawing: Vec<_> = (0..200)
                .map(|_| {
                    let db = db.clone();
                    let act = NextNumber {
                        organization: organization.into(),
                    };
                    tokio::spawn(async move { db.act(act).await })
                })
                .collect();
            let mut numbers = BTreeSet::new();
            for task in drawing {
                numbers.insert(task.await.expect("no panic").expect("a number"));
            }
            assert_eq!(numbers, (1..=200).collect());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_says_busy_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options {
        queue: 3,
        ..Options::default()
    };
    let db = Db::open_sqlite(&folder.path().join("test.db"), options)
        .await
        .expect("opens");
    db.migrate_with(crate::probe::TABLES, 0).await.expect("tables");
    let first = tokio::spawn({
        let db = db.clone();
        async move { db.act(troubled("first", Trouble::Sleep(200))).await }
    });
    pause(50).await;
    let waiting: Vec<_> = (0..10)
        .map(|number| {
            let db = db.clone();
            tokio::spawn(async move { db.act(add(format!("{number}"))).await })
        })
        .collect();
    let mut busy = 0;
    for task in waiting {
        match task.await.expect("no panic") {
            Ok(()) => {}
            Err(Error::Busy) => busy += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    first.await.expect("no panic").expect("kept");
    assert_eq!(busy, 7, "three wait, seven are told at once");
    assert_eq!(ids(&db).await.len(), 4, "exactly those who were not told busy");
}
