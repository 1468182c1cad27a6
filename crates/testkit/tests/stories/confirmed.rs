//! What a page sends by itself is done in a session that is only remembered: the act itself looks whose it is, in the
//! transaction that writes.

use crate::pledge::hidden;
use app::account::SignOut;
use app::accounts::CloseAccount;
use domain::access::Role;
use testkit::{Client, House, Reply};

const DEED: &str = "/my-pledge/write/practical_deed";

/// The beginning of 每周到病房读报两小时, as the page for signing in carries it on.
const ENCODED: &str = "%E6%AF%8F%E5%91%A8%E5%88%B0";

fn typed<'a>(revision: &'a str, item: &'a str, words: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("revision", revision),
        ("item", item),
        ("sentence", "own"),
        ("own", words),
    ]
}

fn told(reply: &Reply, name: &str) -> String {
    let told: serde_json::Value = serde_json::from_str(&reply.text).expect("json");
    match &told[name] {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Saves twice, so that the second time the session is remembered; gives item and revision.
async fn remembered(member: &Client) -> (String, String) {
    member.post("/my-pledge/start", &[]).await.expect(303);
    let revision = hidden(&member.get(DEED).await.expect(200), "revision");
    let first = member
        .quietly(DEED, &typed(&revision, "", "每月义诊两回"))
        .await
        .expect(200);
    let (item, revision) = (told(&first, "item"), told(&first, "revision"));
    let second = member
        .quietly(DEED, &typed(&revision, &item, "每月义诊三回"))
        .await
        .expect(200);
    assert_eq!(told(&second, "item"), item);
    (item, told(&second, "revision"))
}

async fn kept(house: &House, account: &str) -> String {
    let again = house.sign_in(account).await;
    again.get("/api/v1/my-pledge").await.expect(200).text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ended_a_moment_ago_keeps_nothing_and_loses_nothing() {
    for house in House::both().await {
        let member = house.as_role(Role::Participant).await;
        let (item, revision) = remembered(&member).await;
        let account = member.actor().account.clone();
        let away = SignOut {
            token_hash: String::new(),
            everywhere: true,
        };
        house.app.execute(member.actor(), away).await.expect("signed out");
        let sent = typed(&revision, &item, "每周到病房读报两小时");
        let refused = member.quietly(DEED, &sent).await.expect(401);
        assert!(
            refused.text.contains(ENCODED),
            "what was typed comes back: {}",
            refused.text
        );
        assert!(
            !refused.text.contains(&member.actor().name),
            "nobody is signed in on this page"
        );
        let now = kept(&house, &account).await;
        assert!(now.contains("义诊三回") && !now.contains("读报"), "{now}");
        // The same answer as where nothing is remembered.
        let page = member.post(DEED, &sent).await.expect(401);
        assert!(page.text.contains(ENCODED), "{}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_no_longer_does_not() {
    for house in House::both().await {
        let member = house.as_role(Role::Participant).await;
        let (item, revision) = remembered(&member).await;
        let account = member.actor().account.clone();
        let admin = house.as_role(Role::SystemAdmin).await;
        for closed in [true, false] {
            let close = CloseAccount {
                account: account.clone(),
                closed,
            };
            house.app.execute(admin.actor(), close).await.expect("done");
            if closed {
                let sent = typed(&revision, &item, "不该留下的一句");
                member.quietly(DEED, &sent).await.expect(401);
            }
        }
        let now = kept(&house, &account).await;
        assert!(now.contains("义诊三回") && !now.contains("不该留下"), "{now}");

        // A role that is taken back holds at once, though the session goes on.
        let unit = house.demo.branches[0].id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&unit)).await;
        let desk = format!("/branch-pledge/{unit}");
        secretary.post(&format!("{desk}/start"), &[]).await.expect(303);
        let write = format!("{desk}/write/practical_deed");
        let page = secretary.get(&write).await.expect(200);
        let (mut item, mut revision) = (String::new(), hidden(&page, "revision"));
        for words in ["换陪护椅60把", "换陪护椅70把"] {
            let saved = secretary
                .quietly(&write, &typed(&revision, &item, words))
                .await
                .expect(200);
            (item, revision) = (told(&saved, "item"), told(&saved, "revision"));
        }
        let security = house.as_role(Role::SecurityAdmin).await;
        let granted = house
            .app
            .query(security.actor(), app::roles::ListGrants)
            .await
            .expect("listed");
        let his = |g: &&store::account::GrantLine| g.account_id == secretary.actor().account;
        for grant in granted.grants.iter().filter(his) {
            let revoke = app::roles::RevokeRole {
                grant: grant.id.clone(),
            };
            house
                .app
                .execute(security.actor(), revoke)
                .await
                .expect("taken back");
        }
        let refused = secretary
            .quietly(&write, &typed(&revision, &item, "换陪护椅80把"))
            .await;
        assert!(matches!(refused.status.as_u16(), 403 | 404), "{}", refused.status);
        let kept = house
            .database
            .look(store::sql!("SELECT items FROM pledge /* every organization */"))
            .await;
        let kept = kept.join(" ");
        assert!(kept.contains("换陪护椅70把") && !kept.contains("换陪护椅80把"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_and_a_wrong_token_are_refused_as_everywhere() {
    for house in House::both().await {
        let member = house.as_role(Role::Participant).await;
        remembered(&member).await;
        member.post_without_token(DEED).await.expect(403);
        let stranger = house.visitor();
        stranger
            .quietly(DEED, &typed("1", "", "没有登录"))
            .await
            .expect(401);
    }
}
