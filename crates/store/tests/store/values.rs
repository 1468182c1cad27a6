//! What goes in comes out, and what may not go in is refused alike.

use crate::probe::{Entry, HOME, List, add};
use crate::support::{both, is_sqlite};
use jiff::{Timestamp, civil::date};
use store::{Act, Error, Result, Tx, args, sql};

#[tokio::test(flavor = "multi_thread")]
async fn a_row_comes_back_as_it_went_in() {
    both(|db| async move {
        db.act(add("王䶮·马㛃雅·姜𬭎·𰻞")).await.expect("kept");
        let expected = Entry {
            id: "王䶮·马㛃雅·姜𬭎·𰻞".into(),
            campaign_id: "c".into(),
            created_at: 7,
            public: true,
            seal: Some(vec![0, 1]),
            body: "践诺".into(),
        };
        assert_eq!(db.read(List).await.expect("a list"), [expected]);
    })
    .await;
}

/// Every kind of value through one row.
struct Extremes;
impl Act for Extremes {
    type Out = ();
    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let insert = sql!(
            "INSERT INTO probe_unit (organization_id, id, score, label, small) VALUES ($1, $2, $3, $4, $5)"
        );
        let day = date(2026, 10, 15);
        tx.execute(insert, args![HOME, "u", i64::MAX, day, None::<i64>])
            .await?;
        let read = sql!("SELECT score, label, small FROM probe_unit WHERE organization_id = $1");
        let row: (i64, Option<String>, Option<i64>) = tx.one(read, args![HOME]).await?;
        assert_eq!(row, (i64::MAX, Some("2026-10-15".into()), None));
        let label = sql!("SELECT label FROM probe_unit WHERE organization_id = $1");
        let read: jiff::civil::Date = tx.one(label, args![HOME]).await?;
        assert_eq!(read, day);
        let moment = Timestamp::from_microsecond(1_789_000_000_123_456).expect("a moment");
        let update = sql!("UPDATE probe_unit SET score = $2, label = NULL WHERE organization_id = $1");
        assert_eq!(tx.execute(update, args![HOME, moment]).await?, 1);
        let score = sql!("SELECT score FROM probe_unit WHERE organization_id = $1");
        let read: Timestamp = tx.one(score, args![HOME]).await?;
        assert_eq!(read, moment);
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn extremes_nulls_dates_and_moments() {
    both(|db| async move { db.act(Extremes).await.expect("runs") }).await;
}

/// Parameters whose digits do not follow the order of appearance.
struct Shuffled;
impl Act for Shuffled {
    type Out = Vec<String>;
    async fn run(&self, tx: &mut Tx) -> Result<Vec<String>> {
        let list = sql!(
            "SELECT id FROM probe_entry WHERE (CAST($2 AS TEXT) IS NULL OR campaign_id = $2)
             AND created_at < $3 AND organization_id = $4 LIMIT $1"
        );
        tx.all(list, args![20, None::<&str>, 9, HOME]).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_are_bound_by_digit() {
    both(|db| async move {
        db.act(add("a")).await.expect("kept");
        assert_eq!(db.act(Shuffled).await.expect("runs"), ["a"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn text_sorts_by_code_point() {
    both(|db| async move {
        for id in ["丁", "a", "𰻞", "_", "一", "Z"] {
            db.act(add(id)).await.expect("kept");
        }
        assert_eq!(crate::probe::ids(&db).await, ["Z", "_", "a", "一", "丁", "𰻞"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duplicate_says_table_and_columns_and_a_check_is_violated() {
    both(|db| async move {
        db.act(add("a")).await.expect("kept");
        match db.act(add("a")).await {
            Err(Error::Duplicate(what)) => assert_eq!(what, "probe_entry (organization_id, id)"),
            other => panic!("{other:?}"),
        }
        for body in ["", "a\0b"] {
            let bad = crate::probe::Add {
                id: "b".into(),
                body: body.into(),
            };
            let out = db.act(bad).await;
            assert!(matches!(out, Err(Error::Violated(_))), "{body:?}: {out:?}");
        }
    })
    .await;
}

struct WrongNumber;
impl Act for WrongNumber {
    type Out = u64;
    async fn run(&self, tx: &mut Tx) -> Result<u64> {
        tx.execute(
            sql!("UPDATE probe_unit SET score = 1 WHERE organization_id = $1"),
            args![],
        )
        .await
    }
}
struct WrongColumn;
impl Act for WrongColumn {
    type Out = i64;
    async fn run(&self, tx: &mut Tx) -> Result<i64> {
        tx.one(
            sql!("SELECT id FROM probe_entry WHERE organization_id = $1"),
            args![HOME],
        )
        .await
    }
}
struct Write;
impl Act for Write {
    type Out = u64;
    async fn run(&self, tx: &mut Tx) -> Result<u64> {
        tx.execute(
            sql!("UPDATE probe_unit SET score = 2 WHERE organization_id = $1"),
            args![HOME],
        )
        .await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_mistakes_say_where_the_statement_is_and_quote_nobody() {
    both(|db| async move {
        db.act(add("王䶮")).await.expect("kept");
        let problems = [
            db.act(WrongNumber)
                .await
                .map(drop)
                .expect_err("too few arguments"),
            db.read(WrongColumn)
                .await
                .map(drop)
                .expect_err("text read as a number"),
            db.read(Write).await.map(drop).expect_err("a read cannot write"),
        ];
        for problem in problems {
            let text = problem.to_string();
            assert!(
                matches!(problem, Error::Bug(_)) && text.contains("values.rs:"),
                "{text}"
            );
            assert!(!text.contains("王䶮"), "{text}");
        }
        assert_eq!(db.reruns(), 0, "SQLite: {}", is_sqlite(&db));
    })
    .await;
}

/// An identifier of the domain, in and out.
struct Identified;
impl Act for Identified {
    type Out = ();
    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let unit = domain::ids::UnitId::parse("01920000-0000-7000-8000-000000000001").expect("an id");
        let insert = sql!("INSERT INTO probe_unit (organization_id, id, score) VALUES ($1, $2, $3)");
        tx.execute(insert, args![HOME, unit, 0]).await?;
        let read = sql!("SELECT id FROM probe_unit WHERE organization_id = $1 AND id = $2");
        assert_eq!(
            tx.one::<domain::ids::UnitId>(read, args![HOME, &unit]).await?,
            unit
        );
        let other: Option<domain::ids::UnitId> = tx.maybe(read, args!["elsewhere", Some(&unit)]).await?;
        assert_eq!(other, None);
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn domain_identifiers_are_values() {
    both(|db| async move { db.act(Identified).await.expect("runs") }).await;
}
