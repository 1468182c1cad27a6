//! Whoever leaves with a public promise is told of before the import is confirmed, and who comes back is counted.

use super::publish;
use domain::access::Role;
use testkit::{Client, House};

async fn preview(office: &Client, roster: &str) -> (String, String) {
    let place = office
        .upload(
            "/roster/import",
            &[("whole", "1")],
            "file",
            "名册.csv",
            roster.as_bytes(),
        )
        .await
        .expect(303)
        .location;
    let words = office.get(&place).await.expect(200).words();
    (place, words)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_preview_tells_whose_public_promise_loses_its_pledger() {
    for house in House::both().await {
        let made = publish(&house, 1, "2026-12-20").await;
        let office = house.as_role(Role::CampaignOffice).await;
        let plain = |id: &String| super::plain(&house, id);
        let (owner, _, item) = made.iter().find(|m| plain(&m.0)).expect("a plain member");
        super::late::shown(&house, item).await;
        let others = |id: &String| made.iter().all(|m| m.0 != *id);
        let mut people = house.demo.people.iter();
        let silent = people
            .find(|p| plain(&p.id) && others(&p.id))
            .expect("without a promise");
        let owner = house.demo.people.iter().find(|p| p.id == *owner).expect("known");

        let whole = office.get("/roster.csv").await.expect(200).text;
        let without = |names: &[&str]| -> String {
            let stays = |line: &&str| !names.iter().any(|n| line.split(',').any(|cell| cell == *n));
            whole.lines().filter(stays).map(|l| format!("{l}\n")).collect()
        };
        let (_, words) = preview(&office, &without(&[&silent.name])).await;
        assert!(words.contains("确认导入（1 人有变化）"), "{words}");
        assert!(!words.contains("承诺书正在公示"), "{words}");
        let (place, words) = preview(&office, &without(&[&silent.name, &owner.name])).await;
        assert!(words.contains("其中 1 人的承诺书正在公示"), "{words}");
        let (_, told) = words.split_once("承诺书正在公示").expect("told");
        assert!(told.contains(&owner.name), "{told}");
        office.post(&place, &[]).await.expect(303);

        let (_, words) = preview(&office, &whole).await;
        assert!(
            words.contains("确认导入（2 人有变化）"),
            "who comes back counts: {words}"
        );
    }
}
