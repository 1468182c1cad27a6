//! A form typed for somebody: whose name is typed and why, and that the reviewer is told.

use crate::review::{CLEAN, DAY};
use app::demo::Step;
use app::pledge::{Desk, Edit, OpenDesk, SaveDraft, StartPledge, TypedItem};
use domain::access::Role;
use domain::campaign::Audience;
use testkit::{House, NOON};

#[tokio::test(flavor = "multi_thread")]
async fn the_name_of_another_is_no_signature_and_the_queue_tells() {
    for house in House::both_in(Step::Review).await {
        let unit = house.demo.branches[0].id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&unit)).await;
        let mut people = house.demo.people.iter();
        let old = people.rfind(|p| p.unit_id == unit && !p.leading_cadre && p.title.is_empty());
        let old = old.expect("a member").clone();
        house.app.clock().set(NOON - 3 * DAY);
        let desk = Desk::Behalf(old.id.clone());
        let start = StartPledge {
            desk: desk.clone(),
            reason: "离休老同志，口头承诺".to_owned(),
        };
        let pledge = house
            .app
            .execute(secretary.actor(), start)
            .await
            .expect("begun")
            .id;
        let view = house
            .app
            .query(secretary.actor(), OpenDesk { desk })
            .await
            .expect("opened");
        let needed = view
            .campaign
            .kinds()
            .iter()
            .filter(|k| k.count_for(Audience::Participant).0 > 0);
        let items = needed.map(|kind| TypedItem {
            kind: kind.key.clone(),
            content: CLEAN.to_owned(),
            due_date: "2027-01-31".to_owned(),
            ..TypedItem::default()
        });
        let save = SaveDraft {
            pledge: pledge.clone(),
            revision: view.filed.map_or(0, |f| f.row.revision),
            edit: Edit::Items(items.collect()),
        };
        house.app.execute(secretary.actor(), save).await.expect("kept");

        let base = format!("/branch-pledge/on-behalf/{}", old.id);
        let secretary = house.sign_in(&secretary.actor().account).await;
        let page = secretary.get(&format!("{base}/sign")).await.expect(200);
        assert!(page.words().contains("不填您自己的"), "{}", page.words());
        assert!(
            page.words().contains(&format!("填承诺人{}的姓名", old.name)),
            "{}",
            page.words()
        );
        let english = house.sign_in(&secretary.actor().account).await.in_english();
        let said = english.get(&format!("{base}/sign")).await.expect(200).words();
        assert!(said.contains("not your own"), "{said}");
        let revision = crate::pledge::hidden(&page, "revision");
        let typist = secretary.actor().name.clone();
        let mut sent = [
            ("revision", revision.as_str()),
            ("channels", "meeting"),
            ("signature", typist.as_str()),
        ];
        let refused = secretary.post(&format!("{base}/sign"), &sent).await.expect(422);
        assert!(
            refused.words().contains("不填录入人的姓名"),
            "{}",
            refused.words()
        );
        sent[2].1 = &old.name;
        secretary.post(&format!("{base}/sign"), &sent).await.expect(303);

        house.app.clock().set(NOON);
        let secretary = house.sign_in(&secretary.actor().account).await;
        let queue = secretary.get("/review").await.expect(200);
        let card = queue
            .text
            .split("<li class=\"card\"")
            .find(|c| c.contains(&pledge));
        let card = card.expect("among the clean ones");
        assert!(card.contains(">代填<"), "{card}");

        // Whoever comes to another branch is helped there: its secretary has the paper and gives him the code.
        let new = house.demo.branches[1].id.clone();
        let office = house.as_role(Role::CampaignOffice).await;
        let today = house.app.date_of(NOON).to_string();
        let move_on = [
            ("unit", new.as_str()),
            ("on", today.as_str()),
            ("reason", "工作调动"),
        ];
        let address = format!("/roster/{}/transfer", old.id);
        office.post(&address, &move_on).await.expect(303);
        let here = house.as_role_of(Role::BranchSecretary, Some(&new)).await;
        let form = [("pledge", pledge.as_str())];
        here.get(&base).await.expect(200);
        here.post(&format!("{base}/slip"), &form).await.expect(200);
        secretary.post(&format!("{base}/slip"), &form).await.expect(404);
    }
}
