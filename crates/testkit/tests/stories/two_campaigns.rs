//! One campaign has ended and the next runs: every task stands there once, and tells which of the two it is about.

use crate::afterwards::next;
use crate::publication::{DEED, file, member};
use app::campaign::FindCurrent;
use app::demo::Step;
use app::pledge::Desk;
use app::tasks::MyTasks;
use app::workbench::ReadWorkbench;
use domain::access::{Actor, Role};
use std::collections::BTreeSet;
use testkit::{Client, House};

#[tokio::test(flavor = "multi_thread")]
async fn tasks_tell_which_campaign_they_are_about() {
    for house in House::whole_both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let old = house.app.query(&Actor::public(), FindCurrent).await;
        let old = old.expect("asked").expect("runs");
        office
            .post(&format!("/campaigns/{}/close", old.id), &[("sure", "1")])
            .await
            .expect(303);
        let before = office.get("/work").await.expect(200).words();
        assert!(!before.contains("已结束的活动"), "there is one only: {before}");
        next(&house, office.actor()).await;

        let list = house.app.query(office.actor(), MyTasks).await.expect("asked");
        let owed = list
            .tasks
            .iter()
            .filter(|t| t.campaign.as_ref().is_some_and(|c| c.ended));
        assert!(owed.count() > 0, "{:?}", list.tasks);
        let page = office.get("/work").await.expect(200).words();
        let told = format!("（已结束的活动：{}）", old.title);
        assert!(page.contains(&told), "{page}");
        let english = house.sign_in(&office.actor().account).await.in_english();
        let page = english.get("/work").await.expect(200).words();
        assert!(page.contains("campaign that has ended"), "{page}");

        let supervisor = house.as_role(Role::Supervisor).await;
        for who in [&office, &supervisor] {
            let list = house.app.query(who.actor(), MyTasks).await.expect("asked");
            let seen: BTreeSet<_> = list.tasks.iter().map(|t| (t.key, &t.name, &t.href)).collect();
            assert_eq!(seen.len(), list.tasks.len(), "no task twice: {:?}", list.tasks);
        }
    }
}

/// Closes the campaign that runs; gives its id.
async fn close(house: &House, office: &Client) -> String {
    let old = house.app.query(&Actor::public(), FindCurrent).await;
    let old = old.expect("asked").expect("runs");
    office
        .post(&format!("/campaigns/{}/close", old.id), &[("sure", "1")])
        .await
        .expect(303);
    old.id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pledge_left_undecided_is_found_by_its_author_and_never_took_effect() {
    for house in House::both_in(Step::Propose).await {
        let office = house.as_role(Role::CampaignOffice).await;
        let campaign = house.app.query(&Actor::public(), FindCurrent).await;
        let campaign = campaign.expect("asked").expect("runs");
        let mut holders = house.demo.accounts.iter();
        let holder = holders
            .find(|h| h.role == Role::BranchSecretary)
            .expect("a secretary");
        let branch = holder.unit.clone().expect("of a branch");
        let author = member(&house, &branch).await;
        file(&house, author.actor(), Desk::Own, DEED).await;
        let secretary = house.sign_in(&holder.account).await;
        let office = house.sign_in(&office.actor().account).await;
        let author = house.sign_in(&author.actor().account).await;
        let name = author.actor().name.clone();

        let form = office
            .get(&format!("/campaigns/{}", campaign.id))
            .await
            .expect(200)
            .words();
        assert!(
            form.contains("份承诺书还在审核：结束后不能再审，不会生效"),
            "{form}"
        );
        let old = close(&house, &office).await;
        next(&house, office.actor()).await;

        let told = "您的承诺书还没有审定，没有生效";
        let link = format!("/my-pledge?campaign={old}");
        for page in ["/my-pledge", "/work"] {
            let page = author.get(page).await.expect(200);
            assert!(page.words().contains(told), "{}", page.words());
            assert!(page.text.contains(&link));
        }
        let kept = author.get(&link).await.expect(200).words();
        assert!(kept.contains("没有生效，也不能再审"), "{kept}");
        assert!(!kept.contains(told), "it is not told of itself");

        let desk = secretary
            .get(&format!("/review?campaign={old}"))
            .await
            .expect(200)
            .words();
        assert!(
            desk.contains("不能再审核、退回") && desk.contains(&name),
            "{desk}"
        );
        let english = house.sign_in(&secretary.actor().account).await.in_english();
        let page = english
            .get(&format!("/review?campaign={old}"))
            .await
            .expect(200)
            .words();
        assert!(page.contains("never took effect"), "{page}");
        let running = secretary.get("/review").await.expect(200).words();
        assert!(!running.contains(&name), "{running}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desks_of_an_ended_campaign_show_that_one_alone() {
    for house in House::both_in(Step::Review).await {
        let office = house.as_role(Role::CampaignOffice).await;
        let secretary = house.as_role(Role::BranchSecretary).await;
        let old = close(&house, &office).await;
        next(&house, office.actor()).await;
        let at = |page: &str| format!("{page}?campaign={old}");

        let sent = secretary.get(&at("/branch-pledge")).await.expect(303);
        let to = sent.location;
        assert!(to.contains(&old), "{to}");

        let behalf = secretary.get(&at("/branch-pledge/on-behalf")).await.expect(200);
        let words = behalf.words();
        assert!(words.contains("这个活动已经结束，不能再代填"), "{words}");
        assert!(
            !behalf.text.contains("/branch-pledge/on-behalf/"),
            "nobody is typed for"
        );
        secretary.get("/branch-pledge/on-behalf").await.expect(200);

        let bench = secretary.get(&at("/workbench")).await.expect(200);
        assert!(!bench.words().contains("还没有走访记录"), "{}", bench.words());
        let stages = bench.words();
        let (_, stages) = stages.split_once("1").expect("stages");
        let (stages, _) = stages.split_once("已交承诺书").expect("figures");
        assert!(!stages.contains("还有"), "{stages}");
        let running = secretary.get("/workbench").await.expect(200).words();
        assert!(running.contains("还没有走访记录"), "{running}");

        let blank = secretary
            .get(&at("/forms/blank-person.html"))
            .await
            .expect(200)
            .words();
        let running = secretary
            .get("/forms/blank-person.html")
            .await
            .expect(200)
            .words();
        assert_ne!(blank, running, "each campaign has its own paper");

        let back = Actor {
            looks_at: Some(old.clone()),
            ..secretary.actor().clone()
        };
        let bench = house
            .app
            .query(&back, ReadWorkbench)
            .await
            .expect("asked")
            .expect("there is one");
        let last = bench.daily.last().map_or(0, |(_, n)| *n);
        assert!(last <= bench.totals.filed, "{last} of {:?}", bench.totals);
    }
}
