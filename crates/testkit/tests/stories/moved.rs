//! Somebody changes the branch in the middle of a campaign: his pledge stays where he made it and goes its way there, he
//! keeps it in hand, his new branch does not take him for one who has none, and the old one publishes it.

use crate::publication::{first_day, on, publish};
use crate::review::{CLEAN, confirm_all, hand_in, look, member};
use app::demo::Step;
use app::pledge::{Desk, UnitFilings};
use domain::access::Role;
use domain::campaign::GatedAct;
use domain::time::add_days;
use testkit::House;

#[tokio::test(flavor = "multi_thread")]
async fn a_pledge_stays_where_it_was_made() {
    for house in House::both_in(Step::Review).await {
        let [old, new] = [0, 1].map(|at| house.demo.branches[at].clone());
        let writer = member(&house, &old.id, 0).await;
        let person = writer.actor().person.clone().expect("on the roster");
        let pledge = hand_in(&house, writer.actor(), Desk::Own, CLEAN).await;

        let office = house.as_role(Role::CampaignOffice).await;
        let today = house.app.date_of(house.app.clock().now()).to_string();
        let sent = [
            ("unit", new.id.as_str()),
            ("on", today.as_str()),
            ("reason", "工作调动"),
        ];
        // A day before the campaign opened would leave register and review telling two branches.
        let early = [
            ("unit", new.id.as_str()),
            ("on", "2020.1.1"),
            ("reason", "工作调动"),
        ];
        let address = format!("/roster/{person}/transfer");
        let refused = office.post(&address, &early).await.expect(422);
        assert!(
            refused.words().contains("或以后的日期") && refused.text.contains("value=\"2020.1.1\""),
            "{}",
            refused.words()
        );
        office.post(&address, &sent).await.expect(303);

        // The old branch's secretary decides; the new one's has no say in it.
        let there = house.as_role_of(Role::BranchSecretary, Some(&old.id)).await;
        let here = house.as_role_of(Role::BranchSecretary, Some(&new.id)).await;
        let page = there.get("/review").await.expect(200);
        assert!(page.words().contains(&writer.actor().name), "{}", page.words());
        here.get(&format!("/review/{pledge}")).await.expect(404);
        assert!(confirm_all(&house, here.actor(), &pledge).await.is_err());

        // The new branch sees that he has one, and begins no second.
        let filings = UnitFilings { unit: new.id.clone() };
        let people = house.app.query(here.actor(), filings).await.expect("his branch");
        let of_him = people.iter().find(|o| o.person.id == person).expect("listed");
        assert_eq!(
            of_him.pledge.as_ref().map(|p| p.id.as_str()),
            Some(pledge.as_str())
        );
        let filings = UnitFilings { unit: old.id.clone() };
        let people = house.app.query(there.actor(), filings).await.expect("his branch");
        assert!(people.iter().all(|o| o.person.id != person), "no longer there");

        confirm_all(&house, there.actor(), &pledge)
            .await
            .expect("confirmed");
        let found = look(&house, &there, &pledge).await;
        assert_eq!(found.candidate.matter.row.unit_id, old.id);
        assert_eq!(found.candidate.matter.row.state, "confirmed");

        // He himself keeps it in hand.
        let writer = house.sign_in(&writer.actor().account).await;
        assert_eq!(writer.actor().unit.as_deref(), Some(new.id.as_str()));
        let page = writer.get("/my-pledge").await.expect(200);
        assert!(!page.text.contains("/my-pledge/start"), "{}", page.words());
        let told = writer
            .json("GET", "/api/v1/my-pledge", &serde_json::json!({}))
            .await
            .expect(200);
        let told: serde_json::Value = serde_json::from_str(&told.text).expect("json");
        assert_eq!(told["pledge"]["id"].as_str(), Some(pledge.as_str()), "{told}");

        // The old branch publishes it, under its own name; the new one has nothing of his to publish.
        on(&house, add_days(first_day(&house, GatedAct::Publicise).await, 1));
        let there = house.as_role_of(Role::BranchSecretary, Some(&old.id)).await;
        let here = house.as_role_of(Role::BranchSecretary, Some(&new.id)).await;
        let name = &writer.actor().name;
        let preview = here
            .get(&format!("/publication/preview?scope={}", new.id))
            .await
            .expect(200);
        assert!(!preview.text.contains(name.as_str()), "{}", preview.words());
        publish(&there, &old.id).await.expect(303);
        let address = format!("/pledges/{pledge}");
        let page = house.visitor().get(&address).await.expect(200);
        assert!(
            page.text.contains(name.as_str()) && page.words().contains(&old.name),
            "{}",
            page.words()
        );
        assert!(!page.words().contains(&new.name), "{}", page.words());
        let pages = [(&old.id, true), (&new.id, false)];
        for (branch, listed) in pages {
            let page = house
                .visitor()
                .get(&format!("/branches/{branch}"))
                .await
                .expect(200);
            assert_eq!(page.text.contains(&address), listed, "{}", page.words());
        }
        // He still reports on it and takes his consent back himself.
        let writer = house.sign_in(&writer.actor().account).await;
        let page = writer.get("/my-pledge").await.expect(200);
        assert!(page.text.contains(&address), "{}", page.words());
    }
}
