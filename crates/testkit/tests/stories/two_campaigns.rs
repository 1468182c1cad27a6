//! One campaign has ended and the next runs: every task stands there once, and tells which of the two it is about.

use crate::afterwards::next;
use app::campaign::FindCurrent;
use app::tasks::MyTasks;
use domain::access::{Actor, Role};
use std::collections::BTreeSet;
use testkit::House;

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
