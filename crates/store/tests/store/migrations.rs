//! Tables come about once, in order, and never backwards.

use crate::probe::{TABLES, add, ids};
use crate::support::{Database, NOW, both, empty, server};
use store::{Db, Error, Migration, Options, Unfit};

const fn step(version: i64, name: &'static str, text: &'static str) -> Migration {
    Migration {
        version,
        name,
        sqlite: text,
        postgres: text,
    }
}

const FIRST: Migration = step(
    1,
    "first",
    "CREATE TABLE probe_first (organization_id TEXT NOT NULL)",
);
const SECOND: Migration = step(
    2,
    "second",
    "CREATE TABLE probe_second (organization_id TEXT NOT NULL)",
);
const BROKEN: Migration = step(
    3,
    "broken",
    "CREATE TABLE probe_third (organization_id TEXT NOT NULL); CREATE TABLE probe_first (n BIGINT)",
);
const EDITED: Migration = step(
    1,
    "first",
    "CREATE TABLE probe_first (organization_id TEXT NOT NULL, n BIGINT)",
);

#[tokio::test(flavor = "multi_thread")]
async fn the_migrations_of_this_program_run_and_running_them_again_does_nothing() {
    empty(|db| async move {
        let applied = db.migrate(NOW).await.expect("first run");
        assert_eq!(applied.len(), store::MIGRATIONS.len());
        assert!(db.migrate(NOW).await.expect("second run").is_empty());
    })
    .await;
}

/// What the two databases do differently, or what would end the transaction the migrations share.
#[test]
fn the_shared_migrations_keep_to_the_portable_subset() {
    for migration in store::MIGRATIONS
        .iter()
        .filter(|migration| migration.sqlite == migration.postgres)
    {
        let lines = migration
            .sqlite
            .lines()
            .map(|line| line.split("--").next().unwrap_or_default());
        let code = lines.collect::<Vec<_>>().join(" ");
        let words: Vec<String> = code
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .map(str::to_uppercase)
            .collect();
        for word in [
            "BEGIN",
            "COMMIT",
            "TRIGGER",
            "DEFERRABLE",
            "CURRENT_TIMESTAMP",
            "AUTOINCREMENT",
            "SERIAL",
        ] {
            assert!(
                !words.iter().any(|one| one == word),
                "{:04}_{}: {word}",
                migration.version,
                migration.name
            );
        }
        assert!(
            !code.contains('"'),
            "{:04}_{}: double quotes",
            migration.version,
            migration.name
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_missing_is_applied_and_data_stays() {
    const MORE: &[Migration] = &[TABLES[0], SECOND];
    both(|db| async move {
        db.act(add("a")).await.expect("kept");
        assert_eq!(db.migrate_with(MORE, NOW).await.expect("upgrade"), [2]);
        assert_eq!(ids(&db).await, ["a"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_database_is_refused() {
    empty(|db| async move {
        db.migrate_with(&[FIRST, SECOND], NOW)
            .await
            .expect("the newer program");
        match db.migrate_with(&[FIRST], NOW).await {
            Err(Error::Unfit(unfit)) => assert_eq!(unfit, Unfit::Newer { found: 2, known: 1 }),
            other => panic!("{other:?}"),
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_migration_is_refused() {
    empty(|db| async move {
        db.migrate_with(&[FIRST], NOW).await.expect("the other program");
        match db.migrate_with(&[EDITED, SECOND], NOW).await {
            Err(Error::Unfit(Unfit::Changed { version: 1, name })) => assert_eq!(name, "first"),
            other => panic!("{other:?}"),
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_migration_leaves_nothing_behind() {
    empty(|db| async move {
        let problem = db
            .migrate_with(&[FIRST, SECOND, BROKEN], NOW)
            .await
            .expect_err("fails");
        assert!(problem.to_string().contains("0003_broken"), "{problem}");
        assert_eq!(
            db.migrate_with(&[FIRST, SECOND], NOW)
                .await
                .expect("as if never tried"),
            [1, 2]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_that_start_together_migrate_once() {
    empty(|db| async move {
        let other = db.clone();
        let both = tokio::join!(db.migrate_with(TABLES, NOW), other.migrate_with(TABLES, NOW));
        let (one, two) = (both.0.expect("one"), both.1.expect("two"));
        assert_eq!(one.len() + two.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgres_database_that_sorts_otherwise_is_refused() {
    let Some(server) = server() else { return };
    let collation = "LOCALE_PROVIDER icu ICU_LOCALE 'zh-CN' LC_COLLATE 'C' LC_CTYPE 'C'";
    let own = Database::create(&server, collation).await;
    let opened = Db::open_postgres(&own.url, Options::default()).await;
    assert!(matches!(
        opened.err(),
        Some(Error::Unfit(Unfit::Collation { .. }))
    ));
    own.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_said_when_opening() {
    let opened = Db::open_postgres("postgres://nobody@127.0.0.1:1/none", Options::default()).await;
    assert!(matches!(opened.err(), Some(Error::Unfit(Unfit::CannotOpen(_)))));
}
