//! Immediate pledges (即时承诺): where the template takes them, what comes up after the step of proposing is still
//! promised, reviewed and published; elsewhere the step is over.

use crate::drafting::{proposing, through};
use crate::publication::publish;
use crate::review::{DAY, kind, look, member};
use app::pledge::{Desk, Edit, SaveDraft, StartPledge, SubmitPledge, TypedItem};
use domain::access::{Actor, Role};
use domain::problem::ProblemKind;
use domain::time::add_days;
use testkit::{Client, Database, House, NOON};

/// Hands in one item alone, due three weeks from the day.
async fn promise(house: &House, actor: &Actor) -> app::Result<String> {
    let start = StartPledge {
        desk: Desk::Own,
        reason: String::new(),
    };
    let begun = house.app.execute(actor, start).await?;
    let desk = app::pledge::OpenDesk { desk: Desk::Own };
    let view = house.app.query(actor, desk).await?;
    let due = add_days(house.app.date_of(house.app.clock().now()), 21).to_string();
    let item = TypedItem {
        kind: view
            .campaign
            .kinds_for(view.audience)
            .last()
            .expect("a kind")
            .key
            .clone(),
        content: "台风停电期间每天给12名居家产妇送去开水和热饭".to_owned(),
        due_date: due,
        ..TypedItem::default()
    };
    let save = SaveDraft {
        pledge: begun.id.clone(),
        revision: view.filed.map_or(0, |f| f.row.revision),
        edit: Edit::Items(vec![item]),
    };
    let saved = house.app.execute(actor, save).await?;
    let submit = SubmitPledge {
        pledge: begun.id.clone(),
        revision: saved.revision,
        closing: Some(Edit::Closing {
            due_typed: String::new(),
            pledged_typed: String::new(),
            channels: view.campaign.channels().iter().map(|c| c.key.clone()).collect(),
        }),
        signature: actor.name.clone(),
        drawn: String::new(),
        consent: true,
        unchanged: false,
    };
    house.app.execute(actor, submit).await?;
    Ok(begun.id)
}

async fn databases() -> Vec<Database> {
    let mut all = vec![Database::sqlite().await];
    all.extend(Database::postgres().await);
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_up_later_is_promised_reviewed_and_published() {
    for database in databases().await {
        let house = proposing(database, "yearly_pledge").await;
        let branch = house.demo.branches[1].id.clone();
        let writer = member(&house, &branch, 0).await;
        let page = writer.get("/my-pledge").await.expect(200);
        assert!(
            !page.words().contains("即时承诺"),
            "within the step: {}",
            page.words()
        );

        // Review ended long ago too.
        house.app.clock().set(NOON + 120 * DAY);
        let writer = house.sign_in(&writer.actor().account).await;
        let page = writer.get("/my-pledge").await.expect(200);
        assert!(page.words().contains("即时承诺"), "{}", page.words());
        let pledge = promise(&house, writer.actor()).await.expect("one item is enough");
        let office = house.as_role(Role::CampaignOffice).await;
        let page = office.get(&format!("/review/{pledge}")).await.expect(200);
        assert!(page.words().contains("即时承诺"), "{}", page.words());
        // Review is over by months; this one waits from today and is late by no day of that stage.
        let found = look(&house, &office, &pledge).await;
        let step = found.candidate.step.expect("it waits");
        let reviewer = house
            .as_person(step.reviewers.first().expect("somebody").as_str())
            .await;
        let tasks = reviewer.get("/work").await.expect(200).words();
        assert!(
            tasks.contains("等您审核") && !tasks.contains("等您审核 20"),
            "{tasks}"
        );
        let queue = reviewer.get("/review").await.expect(200).words();
        assert!(queue.contains("不算超期") && !queue.contains("还有 -"), "{queue}");
        assert!(!queue.contains("超期 "), "{queue}");
        let english = house
            .as_person(step.reviewers.first().expect("somebody").as_str())
            .await;
        let queue = english.in_english().get("/review").await.expect(200).words();
        assert!(queue.contains("are not late") && !queue.contains("-1"), "{queue}");
        assert!(through(&house, &office, &pledge).await > 0);
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        publish(&secretary, &branch).await.expect(303);
        let page = house
            .visitor()
            .get(&format!("/pledges/{pledge}"))
            .await
            .expect(200);
        assert!(page.words().contains("即时承诺"), "{}", page.words());
        let english = house.visitor().in_english();
        let page = english.get(&format!("/pledges/{pledge}")).await.expect(200);
        assert!(page.words().contains("Immediate pledge"), "{}", page.words());
    }
}

/// Adds a promise from the page of one's pledge; gives the address of its form and what the page said before.
async fn adding(writer: &Client) -> (String, String) {
    let page = writer.get("/my-pledge").await.expect(200);
    let form = page.text.split("id=\"add\"").nth(1).expect("a way to add one");
    let value = |name: &str| {
        let at = form.split(&format!("name=\"{name}\" value=\"")).nth(1);
        at.and_then(|t| t.split('"').next()).unwrap_or("").to_owned()
    };
    let (pledge, reason) = (value("pledge"), value("reason"));
    let sent = [
        ("pledge", pledge.as_str()),
        ("reason", reason.as_str()),
        ("kind", "practical_deed"),
    ];
    let begun = writer.post("/my-pledge/amend", &sent).await.expect(303);
    (begun.location, page.words())
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_a_pledge_adds_a_promise_to_it() {
    for database in databases().await {
        let house = proposing(database, "yearly_pledge").await;
        let branch = house.demo.branches[1].id.clone();
        let writer = member(&house, &branch, 0).await;
        house.app.clock().set(NOON + 120 * DAY);
        let writer = house.sign_in(&writer.actor().account).await;
        let pledge = promise(&house, writer.actor()).await.expect("one item is enough");
        let office = house.as_role(Role::CampaignOffice).await;
        assert!(through(&house, &office, &pledge).await > 0);
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        publish(&secretary, &branch).await.expect(303);

        house.app.clock().set(NOON + 150 * DAY);
        let writer = house.sign_in(&writer.actor().account).await;
        let english = house.sign_in(&writer.actor().account).await.in_english();
        let page = english.get("/my-pledge").await.expect(200).words();
        assert!(page.contains("add one item to this commitment"), "{page}");
        let (address, said) = adding(&writer).await;
        assert!(said.contains("又有新的事要承诺：即时承诺"), "{said}");
        assert_eq!(address, "/my-pledge/write/practical_deed?item=new");
        let page = writer.get(&address).await.expect(200);
        assert!(page.text.contains("name=\"item\" value=\"\""), "a new item");
        let revision = crate::pledge::hidden(&page, "revision");
        let due = add_days(house.app.date_of(house.app.clock().now()), 10).to_string();
        let sent = [
            ("revision", revision.as_str()),
            ("sentence", "own"),
            ("own", "台风过后10日内为20名居家产妇上门复查一次"),
            ("due_date", due.as_str()),
            ("go", "next"),
        ];
        writer
            .post("/my-pledge/write/practical_deed", &sent)
            .await
            .expect(303);
        let desk = app::pledge::OpenDesk { desk: Desk::Own };
        let view = house.app.query(writer.actor(), desk).await.expect("his");
        let filed = view.filed.expect("written");
        assert_eq!(filed.draft.items.len(), 2, "one more");
        let submit = SubmitPledge {
            pledge: pledge.clone(),
            revision: filed.row.revision,
            closing: None,
            signature: writer.actor().name.clone(),
            drawn: String::new(),
            consent: true,
            unchanged: false,
        };
        house
            .app
            .execute(writer.actor(), submit)
            .await
            .expect("handed in");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_template_takes_none_the_step_is_over() {
    for database in databases().await {
        let house = proposing(database, "demand_menu").await;
        let writer = member(&house, &house.demo.branches[1].id.clone(), 0).await;
        house.app.clock().set(NOON + 120 * DAY);
        let writer = house.sign_in(&writer.actor().account).await;
        let refused = promise(&house, writer.actor()).await.expect_err("closed");
        assert!(
            matches!(kind(&refused).0, Some(ProblemKind::Closed(_))),
            "{refused:?}"
        );
    }
}
