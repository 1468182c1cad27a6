//! Whatever happens to one act, its neighbours and the database live on.

use crate::probe::{TooLate, Trouble, add, ids, troubled};
use crate::support::{both, is_sqlite, pause};
use store::{Db, Error};

/// Starts an act that keeps the SQLite writer busy, so that what follows is committed together.
async fn occupied(db: &Db) -> tokio::task::JoinHandle<store::Result<()>> {
    let busy = db.clone();
    let running = tokio::spawn(async move { busy.act(troubled("first", Trouble::Sleep(100))).await });
    pause(30).await;
    running
}

#[tokio::test(flavor = "multi_thread")]
async fn neighbours_live_when_one_fails() {
    both(|db| async move {
        let first = occupied(&db).await;
        let mut waiting = Vec::new();
        for number in 0..20 {
            let db = db.clone();
            waiting.push(tokio::spawn(async move {
                match number {
                    3 => db.act(troubled("refused", Trouble::Refuse)).await,
                    7 => db.act(troubled("panicked", Trouble::Panic)).await,
                    11 => db.act(troubled("hidden", Trouble::HideError)).await,
                    13 => db.act(add("first")).await,
                    // On PostgreSQL such an act would wait for ever in its own task, hindering nobody.
                    15 if is_sqlite(&db) => db.act(troubled("waits", Trouble::Wait)).await,
                    15 => Err(Error::Waited),
                    _ => db.act(add(format!("kept {number:02}"))).await,
                }
            }));
        }
        first.await.expect("no panic").expect("kept");
        for (number, task) in waiting.into_iter().enumerate() {
            let out = task.await.expect("no panic outside the act");
            let as_expected = match number {
                3 => matches!(&out, Err(e) if e.refusal() == Some(&TooLate { minutes: 5 })),
                7 => matches!(&out, Err(Error::Panicked(text)) if text == "boom"),
                11 | 13 => matches!(&out, Err(Error::Duplicate(_))),
                15 => matches!(&out, Err(Error::Waited)),
                _ => out.is_ok(),
            };
            assert!(as_expected, "act {number}: {out:?}");
        }
        let ids = ids(&db).await;
        assert_eq!(ids.len(), 16, "{ids:?}");
        db.act(add("afterwards")).await.expect("the database goes on");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_who_leaves_cuts_no_act_in_half() {
    both(|db| async move {
        let begun = occupied(&db).await;
        let queued = tokio::spawn({
            let db = db.clone();
            async move { db.act(add("queued")).await }
        });
        pause(10).await;
        begun.abort();
        queued.abort();
        pause(300).await;
        let kept = ids(&db).await;
        assert!(kept.contains(&"first".into()), "begun, so ended: {kept:?}");
        if is_sqlite(&db) {
            assert!(!kept.contains(&"queued".into()), "left before it began: {kept:?}");
        }
        db.act(add("afterwards")).await.expect("the database goes on");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_in_a_read_leaves_the_readers_alive() {
    struct Boom;
    impl store::Act for Boom {
        type Out = ();
        async fn run(&self, _: &mut store::Tx) -> store::Result<()> {
            panic!("boom")
        }
    }
    both(|db| async move {
        for _ in 0..10 {
            assert!(matches!(db.read(Boom).await, Err(Error::Panicked(_))));
        }
        assert!(ids(&db).await.is_empty());
    })
    .await;
}
