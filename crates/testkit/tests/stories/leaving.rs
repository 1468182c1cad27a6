//! Somebody leaves: what was his is named before, and goes on in other hands after (N13, N18).

use domain::access::Role;
use store::sql;
use testkit::{House, NOON};

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_somebody_who_left_goes_on_to_who_can_answer_it() {
    for house in House::whole_both().await {
        let peek = async |statement| {
            house
                .database
                .look(statement)
                .await
                .into_iter()
                .next()
                .expect("an order of a member")
        };
        let owner = peek(sql!(
            "SELECT o.owner_id AS v FROM rectification_order o JOIN pledge p ON p.id = o.pledge_id \
             WHERE o.state = 'open' AND p.person_id IS NOT NULL AND p.person_id NOT IN \
             (SELECT a.person_id FROM account a JOIN role_grant g ON g.account_id = a.id \
             WHERE a.person_id IS NOT NULL AND g.role = 'branch_secretary') ORDER BY o.number"
        ))
        .await;
        let matter = house
            .database
            .look(
                sql!("SELECT o.owner_id || ' ' || o.criticism_id || ' ' || o.unit_id AS v FROM rectification_order o \
                 WHERE o.state = 'open' ORDER BY o.number"),
            )
            .await
            .into_iter()
            .find(|line| line.starts_with(&owner))
            .expect("the same");
        let mut parts = matter.split(' ').skip(1);
        let page = format!("/rectification/{}", parts.next().expect("a criticism"));
        let unit = parts.next().expect("a branch");
        let office = house.as_role(Role::CampaignOffice).await;
        let supervisor = house.as_role(Role::Supervisor).await;
        let secretary = house.as_role_of(Role::BranchSecretary, Some(unit)).await;
        let open = office.get(&format!("/roster/{owner}")).await.expect(200).words();
        assert!(open.contains("由他负责的整改 1 件"), "{open}");
        let asked = async || {
            secretary
                .get(&page)
                .await
                .expect(200)
                .text
                .contains(&format!("{page}/response"))
        };
        assert!(!asked().await, "the owner answers, nobody else");

        let today = house.app.date_of(NOON).to_string();
        let leave = [("on", today.as_str()), ("reason", "退休")];
        office
            .post(&format!("/roster/{owner}/leave"), &leave)
            .await
            .expect(303);
        let tasks = supervisor.get("/work").await.expect(200);
        assert!(
            tasks.words().contains("1 件整改的责任人已经离开"),
            "{}",
            tasks.words()
        );
        let shown = supervisor.get(&page).await.expect(200);
        assert!(
            shown.words().contains("已经离开本单位，不能再答复"),
            "{}",
            shown.words()
        );
        let heir = secretary.actor().person.clone().expect("a person");
        let hand = format!("{page}/hand-over");
        let said = [("owner", heir.as_str()), ("reason", "")];
        let refused = supervisor.post(&hand, &said).await.expect(422);
        assert!(refused.text.contains("hand-over"));
        let stranger = [("owner", owner.as_str()), ("reason", "退休")];
        supervisor.post(&hand, &stranger).await.expect(422);
        secretary
            .post(&hand, &[("owner", heir.as_str()), ("reason", "退休")])
            .await
            .expect(403);
        let said = [("owner", heir.as_str()), ("reason", "原责任人退休")];
        supervisor.post(&hand, &said).await.expect(303);
        let shown = supervisor.get(&page).await.expect(200).words();
        assert!(shown.contains("原责任人退休"), "{shown}");
        assert!(asked().await, "whoever was named answers");
        assert!(
            !supervisor
                .get("/work")
                .await
                .expect(200)
                .words()
                .contains("责任人已经离开")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_left_is_appraised_no_more_and_stays_in_what_was_found() {
    for house in House::whole_both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let round = house
            .database
            .look(sql!(
                "SELECT id AS v FROM appraisal_round WHERE frozen_at IS NULL ORDER BY opens_on DESC"
            ))
            .await
            .into_iter()
            .next()
            .expect("an open round");
        let frozen = house
            .database
            .look(sql!(
                "SELECT id AS v FROM appraisal_round WHERE frozen_at IS NOT NULL ORDER BY opens_on DESC"
            ))
            .await
            .into_iter()
            .next()
            .expect("a frozen round");
        let member = house.as_role(Role::Participant).await;
        let (person, name) = (
            member.actor().person.clone().expect("a person"),
            member.actor().name.clone(),
        );
        let shows = async |round: &str| {
            office
                .get(&format!("/appraisal/{round}"))
                .await
                .expect(200)
                .words()
                .contains(&name)
        };
        let (before, then) = (shows(&round).await, shows(&frozen).await);
        let today = house.app.date_of(NOON).to_string();
        let leave = [("on", today.as_str()), ("reason", "病故")];
        office
            .post(&format!("/roster/{person}/leave"), &leave)
            .await
            .expect(303);
        assert!(before && !shows(&round).await, "{name} is asked for nothing more");
        assert_eq!(shows(&frozen).await, then, "a frozen result keeps its lines");
    }
}
