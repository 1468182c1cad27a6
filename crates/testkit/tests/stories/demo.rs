//! The demo shows every state.

use domain::access::Role;
use testkit::NOON;

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_holds_every_state_of_supervision() {
    let folder = tempfile::TempDir::new().expect("a directory");
    let options = store::Options::default();
    let db = store::Db::open_sqlite(&folder.path().join("jiannuo.db"), options)
        .await
        .expect("opens");
    db.migrate(NOON).await.expect("migrates");
    let config = app::Config {
        data: folder.path().to_owned(),
        ..app::Config::default()
    };
    let plan = app::demo::Plan {
        step: app::demo::Step::Appraise,
        original: false,
        people: 110,
        seed: 2010,
        now: NOON,
    };
    let demo = app::demo::make(db, config, plan).await.expect("the demo lives");
    demo.app.clock().set(NOON);
    let supervisor = demo.holder(Role::Supervisor, None).expect("one");
    let ledger = demo
        .ask(&supervisor, app::rectification::FindLedger)
        .await
        .expect("read");
    let states: Vec<&str> = ledger
        .lines
        .iter()
        .filter_map(|l| l.order.as_ref())
        .map(|o| o.state.as_str())
        .collect();
    for state in ["open", "responded", "closed"] {
        assert!(states.contains(&state), "{states:?}");
    }
    assert!(
        ledger
            .lines
            .iter()
            .any(|l| l.light == app::rectification::Light::Red)
    );
    assert!(ledger.lines.iter().any(|l| l.order.is_none()));
    let draws = demo.ask(&supervisor, app::draw::ListDraws).await.expect("read");
    assert_eq!(draws.len(), 3);
    let calendar = demo
        .ask(&supervisor, app::inspection::FindCalendar)
        .await
        .expect("read");
    for held in ["planned", "kept", "missed"] {
        assert!(calendar.iter().any(|l| l.held.name() == held), "{held}");
    }
}
