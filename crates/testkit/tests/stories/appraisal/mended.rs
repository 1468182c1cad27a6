//! A round set by mistake: changed while nobody has spoken, taken back, never when something would be lost.

use super::{Promises, cast, codes, houses, open_round};
use domain::access::Role;
use std::collections::BTreeSet;
use testkit::{Client, House};

/// The form of a round: its days in December, heard by these voices.
fn form<'a>(closes_on: &'a str, voices: &[&'a str]) -> Vec<(&'static str, &'a str)> {
    let mut fields = vec![
        ("cadence", "yearly"),
        ("title", "年终评议"),
        ("opens_on", "2026-11-24"),
        ("closes_on", closes_on),
        ("voices_asked", "1"),
    ];
    fields.extend(voices.iter().map(|v| ("voices", *v)));
    fields
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_without_voices_is_refused_and_one_set_by_mistake_is_changed_or_taken_back() {
    for house in houses().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let refused = office
            .post("/appraisal", &form("2026-12-07", &[]))
            .await
            .expect(422);
        assert!(refused.words().contains("请至少勾选一个"), "{}", refused.words());
        assert!(
            refused.text.contains("href=\"#f-voices\"") && refused.text.contains("id=\"f-voices\""),
            "the summary leads to the boxes"
        );

        let round = open_round(&house).await;
        let path = format!("/appraisal/{round}");
        let mend = format!("{path}/mend");
        let page = office.get(&mend).await.expect(200);
        assert!(page.text.contains("value=\"年度评议\"") && page.text.contains("value=\"2026-12-07\""));
        let early = form("2026-11-01", &["self_report", "masses"]);
        let refused = office.post(&mend, &early).await.expect(422);
        assert!(
            refused.text.contains("value=\"2026-11-01\""),
            "what was typed is kept"
        );
        office.post(&mend, &form("2026-12-20", &[])).await.expect(422);
        let good = form("2026-12-20", &["self_report", "masses"]);
        office.post(&mend, &good).await.expect(303);
        let page = office.get(&path).await.expect(200).words();
        assert!(page.contains("年终评议") && page.contains("12月20日"), "{page}");
        assert!(
            !page.contains("支部讲评"),
            "a voice that was taken away is asked no more: {page}"
        );

        office.post(&format!("{path}/cancel"), &[]).await.expect(303);
        office.get(&path).await.expect(404);
        for nobody in [Role::Participant, Role::BranchSecretary] {
            let other = house.as_role(nobody).await;
            other.get(&mend).await.expect(403);
            other.post(&format!("{path}/cancel"), &[]).await.expect(403);
        }
        heard(&house, &office).await;
    }
}

/// Once a ballot is cast, days may change and nothing else; printed codes alone die with the round.
async fn heard(house: &House, office: &Client) {
    let unit = Promises::of(house).unit;
    let subjects: Vec<String> = (0..9).map(Promises::id).collect();
    let round = open_round(house).await;
    let unused = codes(house, &round, &unit, 5).await;
    let path = format!("/appraisal/{round}");
    office.post(&format!("{path}/cancel"), &[]).await.expect(303);
    let dead = house.visitor().get(&format!("/ballot/{}", unused[0])).await;
    assert_ne!(
        dead.status.as_u16(),
        200,
        "a code of a round that is gone opens nothing"
    );

    let round = open_round(house).await;
    let code = codes(house, &round, &unit, 5).await;
    let path = format!("/appraisal/{round}");
    let mend = format!("{path}/mend");
    let fewer = form("2026-12-20", &["self_report", "masses"]);
    let refused = office.post(&mend, &fewer).await.expect(422);
    assert!(
        refused.words().contains("已经有人发表意见或印了票码"),
        "{}",
        refused.words()
    );
    cast(house, &code[0], &subjects).await;
    let page = office.get(&mend).await.expect(200);
    assert!(!page.text.contains("name=\"voices\"") && page.words().contains("不能撤销"));
    let refused = office.post(&format!("{path}/cancel"), &[]).await.expect(409);
    assert!(refused.words().contains("不能撤销"), "{}", refused.words());
    let days = [
        ("title", "年终评议"),
        ("opens_on", "2026-11-24"),
        ("closes_on", "2026-12-20"),
    ];
    office.post(&mend, &days).await.expect(303);
    let page = office.get(&path).await.expect(200).words();
    assert!(page.contains("支部讲评"), "the voices stay: {page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_rewrites_the_judgement_of_another_leader() {
    for house in houses().await {
        let round = open_round(&house).await;
        let place = format!("/appraisal/{round}/leaders");
        let committee = house
            .demo
            .accounts
            .iter()
            .filter(|h| h.role == Role::PartyCommittee);
        let accounts: BTreeSet<&String> = committee.map(|h| &h.account).collect();
        let mut accounts = accounts.into_iter();
        let first = house.sign_in(accounts.next().expect("one")).await;
        let second = house.sign_in(accounts.next().expect("two")).await;
        let (words, score) = (
            format!("words.{}", Promises::id(0)),
            format!("score.{}", Promises::id(0)),
        );
        let say =
            |text: &'static str, points: &'static str| [(words.as_str(), text), (score.as_str(), points)];
        first.post(&place, &say("办得实", "95")).await.expect(303);
        let page = second.get(&place).await.expect(200);
        assert!(
            !page.text.contains(&format!("name=\"{words}\"")),
            "only to be read"
        );
        assert!(page.words().contains(&format!("已由{}点评", first.actor().name)));
        let refused = second.post(&place, &say("一般", "94")).await.expect(422);
        assert!(
            refused.words().contains("各人的点评只能自己改"),
            "{}",
            refused.words()
        );
        first.post(&place, &say("办得很实", "96")).await.expect(303);
        let kept = first.get(&place).await.expect(200).text;
        assert!(kept.contains("办得很实") && kept.contains("value=\"96\""));
    }
}
