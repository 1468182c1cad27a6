//! One text for both databases, and none forgotten.

use crate::support::{NOW, both, empty, is_sqlite};
use std::collections::BTreeMap;
use std::path::Path;
use store::{Act, DatabaseKind, FromRow, Prepared, Result, Row, STATEMENTS, Tx, args, sql};

/// What each database says of each statement that it has to accept.
async fn prepared(db: &store::Db, mine: impl Fn(&str) -> bool) -> BTreeMap<String, Prepared> {
    let mut out = BTreeMap::new();
    let mut problems = Vec::new();
    for statement in STATEMENTS.iter().filter(|statement| mine(statement.at)) {
        if statement.only.is_some_and(|only| only != db.kind()) {
            continue;
        }
        match db.prepare(statement.text).await {
            Ok(said) => drop(out.insert(statement.at.to_owned(), said)),
            Err(why) => problems.push(format!("{}: {why}\n  {}", statement.at, statement.text)),
        }
    }
    assert!(
        problems.is_empty(),
        "{:?} refuses:\n{}",
        db.kind(),
        problems.join("\n")
    );
    out
}

fn is_probe(at: &str) -> bool {
    at.contains("store/tests/")
}

/// Collects what both databases say and compares it.
#[derive(Default)]
struct Answers(std::sync::Mutex<Vec<BTreeMap<String, Prepared>>>);

impl Answers {
    fn add(&self, said: BTreeMap<String, Prepared>) {
        self.0.lock().expect("no panic").push(said);
    }

    fn agree(&self) {
        let said = self.0.lock().expect("no panic");
        if let [first, second] = said.as_slice() {
            let apart: Vec<String> = first
                .iter()
                .filter_map(|(at, columns)| second.get(at).map(|others| (at, columns, others)))
                .filter(|(_, columns, others)| columns != others)
                .map(|(at, columns, others)| format!("{at}: {columns:?} {others:?}"))
                .collect();
            assert!(
                apart.is_empty(),
                "the databases name columns differently:\n{}",
                apart.join("\n")
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prepares_everywhere() {
    let answers = std::sync::Arc::new(Answers::default());
    let here = answers.clone();
    empty(move |db| {
        let here = here.clone();
        async move {
            db.migrate(NOW).await.expect("the migrations of this program");
            here.add(prepared(&db, |at| !is_probe(at)).await);
        }
    })
    .await;
    answers.agree();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_portable_constructs_prepare_on_both() {
    let answers = std::sync::Arc::new(Answers::default());
    let here = answers.clone();
    both(move |db| {
        let here = here.clone();
        async move { here.add(prepared(&db, is_probe).await) }
    })
    .await;
    answers.agree();
}

/// A linker that drops statements would make the tests above silent.
#[test]
fn no_statement_of_this_crate_is_lost() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let written = count_in(&source);
    let registered = STATEMENTS
        .iter()
        .filter(|statement| statement.at.contains("store/src/"))
        .count();
    assert_eq!(
        registered, written,
        "statements registered and statements written"
    );
    assert!(
        STATEMENTS.iter().any(|statement| is_probe(statement.at)),
        "this binary's own"
    );
}

fn count_in(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).expect("the source is readable");
    entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| !path.ends_with("src/sql.rs"))
        .map(|path| match path.is_dir() {
            true => count_in(&path),
            false => {
                let text = std::fs::read_to_string(&path).expect("UTF-8");
                let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
                code.map(|line| line.matches("sql!(").count()).sum()
            }
        })
        .sum()
}

/// A deployment may hold many organisations. A statement that is meant for all of them says so.
#[test]
fn no_statement_forgets_the_organization() {
    let forgetful: Vec<&str> = STATEMENTS
        .iter()
        .filter(|statement| !is_probe(statement.at))
        .filter(|statement| {
            let about = |words: &str| statement.text.contains(words);
            let about_itself =
                about("FROM organization ") || about("INTO organization ") || about("UPDATE organization ");
            !(about_itself || about("organization_id") || about("/* every organization */"))
        })
        .map(|statement| statement.at)
        .collect();
    assert!(
        forgetful.is_empty(),
        "no organization_id and no /* every organization */: {forgetful:?}"
    );
}

#[test]
fn a_statement_for_one_database_stands_in_dialect() {
    for statement in STATEMENTS.iter().filter(|statement| statement.only.is_some()) {
        assert!(
            statement.at.contains("dialect") || is_probe(statement.at),
            "{}",
            statement.at
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_postgres_cannot_take_is_found_when_preparing() {
    both(|db| async move {
        // SQLite takes all of these, which is why preparing on one database proves too little.
        for (text, mistake) in [
            ("SELECT id FROM probe_unit WHERE $1 IS NULL", "no type"),
            ("SELECT SUM(score) AS s FROM probe_unit", "NUMERIC"),
            ("SELECT id FROM probe_unit WHERE id = 1", "text and number"),
            ("SELECT MAX(score, 0) AS s FROM probe_unit", "MAX of two"),
        ] {
            assert_eq!(
                db.prepare(text).await.is_ok(),
                is_sqlite(&db),
                "{mistake}: {text}"
            );
        }
    })
    .await;
}

struct Nothing;
impl FromRow for Nothing {
    fn from_row(_: &Row<'_>) -> Result<Self> {
        Ok(Self)
    }
}

/// The constructs that the portable subset promises.
struct Constructs;
impl Act for Constructs {
    type Out = ();
    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let upsert = sql!(
            "INSERT INTO probe_unit (organization_id, id, score) VALUES ($1, $2, $3)
             ON CONFLICT (organization_id, id) DO UPDATE SET score = excluded.score RETURNING score"
        );
        let score: i64 = tx.one(upsert, args!["o", "u", 1]).await?;
        assert_eq!(score, 1);
        let page = sql!(
            "SELECT id FROM probe_entry WHERE (CAST($2 AS TEXT) IS NULL OR campaign_id = $2)
             AND (created_at, id) < ($3, $4) ORDER BY created_at DESC, id DESC LIMIT $1"
        );
        let _: Vec<String> = tx.all(page, args![20, "c", 1, "a"]).await?;
        let window = sql!(
            "SELECT id, CAST(SUM(created_at) OVER (PARTITION BY campaign_id) AS BIGINT) AS total
             FROM probe_entry ORDER BY total NULLS LAST"
        );
        let _: Vec<Nothing> = tx.all(window, args![]).await?;
        let recursive = sql!(
            "WITH RECURSIVE t(n) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT n + 1 FROM t WHERE n < 3)
             SELECT n FROM t ORDER BY n"
        );
        let numbers: Vec<i64> = tx.all(recursive, args![1]).await?;
        assert_eq!(numbers, [1, 2, 3]);
        let exists = sql!(
            "UPDATE probe_unit SET label = $1, small = $2 WHERE organization_id = $3
             AND EXISTS (SELECT 1 FROM probe_entry WHERE public = $4 AND seal = $5)"
        );
        assert_eq!(tx.execute(exists, args!["l", 1, "o", true, &b"x"[..]]).await?, 0);
        let own = match tx.kind() {
            DatabaseKind::Sqlite => {
                sql!(sqlite: "SELECT 'sqlite_master' AS catalogue FROM sqlite_master LIMIT 1")
            }
            DatabaseKind::Postgres => {
                sql!(postgres: "SELECT CAST('pg_class' AS TEXT) AS catalogue FROM pg_class LIMIT 1")
            }
        };
        let _: String = tx.one(own, args![]).await?;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_portable_constructs_run_on_both() {
    both(|db| async move { db.act(Constructs).await.expect("runs") }).await;
}
