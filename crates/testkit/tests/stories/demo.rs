//! The demo shows every state.

use domain::access::Role;
use testkit::{House, NOON};

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
    assert_eq!(draws.len(), 4);
    let calendar = demo
        .ask(&supervisor, app::inspection::FindCalendar)
        .await
        .expect("read")
        .lines;
    for held in ["planned", "kept", "missed"] {
        assert!(calendar.iter().any(|l| l.held.name() == held), "{held}");
    }
}

/// A whole demo, told line by line: what is public, what was said of it and what the trail holds.
async fn told(seed: u64) -> Vec<String> {
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
        people: app::demo::least_people().expect("the demo's data"),
        seed,
        now: NOON,
    };
    let demo = app::demo::make(db, config, plan).await.expect("the demo lives");
    demo.app.clock().set(NOON);
    let office = demo.holder(Role::CampaignOffice, None).expect("one");
    let all = demo
        .ask(&office, app::public::FindEverything::all())
        .await
        .expect("read");
    let mut lines = Vec::new();
    for line in &all.lines {
        let i = &line.item;
        assert!(
            !i.measure.is_empty() && !i.beneficiary.is_empty(),
            "{}",
            i.content
        );
        assert!(
            !i.content.contains(['{', '@']) && !i.beneficiary.contains('{'),
            "{i:?}"
        );
        lines.push(format!("{line:?}"));
    }
    for state in [
        domain::feedback::FeedbackState::New,
        domain::feedback::FeedbackState::Answered,
        domain::feedback::FeedbackState::Hidden,
    ] {
        let case = app::feedback::ReadDesk {
            state,
            unit: String::new(),
        };
        let desk = demo.ask(&office, case).await.expect("read");
        lines.extend(desk.rows.iter().map(|r| format!("{:?}", r.feedback)));
    }
    let ledger = app::ledger::FindLedger::whole(lang::Lang::Zh);
    let ledger = demo.ask(&office, ledger).await.expect("read");
    lines.extend(app::ledger::texts(&ledger).iter().map(|row| format!("{row:?}")));
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_makes_the_same_campaign() {
    let (first, second, other) = (told(7).await, told(7).await, told(8).await);
    assert!(first.len() > 300, "{}", first.len());
    assert_eq!(first.len(), second.len());
    for (a, b) in first.iter().zip(&second) {
        assert_eq!(a, b);
    }
    assert_ne!(first, other);
}

/// Every text that was handed in, by pledge.
struct Handed(String, String);

impl store::Act for Handed {
    type Out = Vec<(String, Vec<String>)>;
    async fn run(&self, tx: &mut store::Tx) -> store::Result<Self::Out> {
        let mut out = Vec::new();
        for pledge in store::pledge::of_campaign(tx, &self.0, &self.1).await? {
            let Some(last) = store::pledge::versions(tx, &self.0, &pledge.id).await?.pop() else {
                continue;
            };
            let content: domain::pledge::VersionContent =
                serde_json::from_str(&last.content).expect("as it was sealed");
            out.push((pledge.id, content.items.into_iter().map(|i| i.content).collect()));
        }
        Ok(out)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn its_people_write_in_their_own_words_and_a_few_copy() {
    use domain::review::alike::{Alike, NEAR_PERCENT};
    let house = House::whole(testkit::Database::sqlite().await).await;
    let asked = Handed(house.app.organization().to_owned(), house.demo.campaign.clone());
    let pledges = house.app.db().read(asked).await.expect("read");
    let mut index = Alike::default();
    let mut whose = Vec::new();
    for (at, (_, texts)) in pledges.iter().enumerate() {
        for text in texts {
            index.add(text);
            whose.push(at);
        }
    }
    let copies = |at: usize, text: &String| {
        let near = index.near(text, NEAR_PERCENT);
        near.iter().any(|n| whose.get(n.place as usize) != Some(&at))
    };
    let flagged = pledges
        .iter()
        .enumerate()
        .filter(|(at, (_, texts))| texts.iter().any(|text| copies(*at, text)))
        .count();
    assert!(pledges.len() > 60, "{}", pledges.len());
    // The share differs by a few with the day the demo is moved to.
    assert!(
        flagged > 0 && flagged * 5 <= pledges.len(),
        "{flagged} of {} are alike",
        pledges.len()
    );
}
