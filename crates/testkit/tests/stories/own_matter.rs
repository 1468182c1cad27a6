//! Nobody judges his own matter, and what the public sends is taken once (PRODUCT.md 3.3).

use domain::access::Role;
use store::sql;
use testkit::{Client, House, NOON};

#[tokio::test(flavor = "multi_thread")]
async fn a_branch_is_checked_from_outside_and_hides_nothing_that_is_said_of_it() {
    for house in House::whole_both().await {
        let unit = house.demo.branches[1].id.clone();
        let supervisor = house.as_role(Role::Supervisor).await;
        let office = house.as_role(Role::CampaignOffice).await;
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&unit)).await;
        let who = secretary.actor().person.clone().expect("a person");
        let day = domain::time::add_days(house.app.date_of(NOON), 3).to_string();
        let plan = [
            ("kind", "regular"),
            ("unit", unit.as_str()),
            ("planned_on", day.as_str()),
            ("inspector", who.as_str()),
            ("note", "看台账"),
        ];
        let refused = supervisor.post("/inspection/new", &plan).await.expect(422);
        assert!(refused.words().contains("要回避"), "{}", refused.words());
        assert!(refused.text.contains("看台账"), "what was typed stays");
        let named = format!("{} 是被查支部的人", secretary.actor().name);
        assert!(refused.words().contains(&named), "{}", refused.words());
        let marked = format!("查{}时回避", house.demo.branches[1].name);
        assert!(refused.words().contains(&marked), "who steps aside is marked");
        let mut other = plan;
        let outside = house
            .as_role_of(Role::BranchSecretary, Some(&house.demo.branches[2].id))
            .await;
        let outside = outside.actor().person.clone().expect("a person");
        other[3].1 = outside.as_str();
        supervisor.post("/inspection/new", &other).await.expect(303);
        none_of_the_branch_takes_a_place(&house, &supervisor, &outside, &secretary).await;
        let mut symposium = plan;
        symposium[0].1 = "symposium";
        supervisor.post("/inspection/new", &symposium).await.expect(303);

        let visitor = house.visitor();
        let page = format!("/feedback/{unit}");
        let form = visitor.get(&page).await.expect(200).text;
        let (_, rest) = form.split_once("name=\"once\" value=\"").expect("a number");
        let once = rest.split('"').next().expect("it ends");
        let said = [
            ("grade", "1"),
            ("reason", "slow"),
            ("words", "说好的导诊没有人"),
            ("once", once),
        ];
        let first = visitor.post(&page, &said).await;
        assert!(first.status.is_success(), "{}", first.words());
        let again = visitor.post(&page, &said).await.expect(200);
        let receipt = |text: &str| {
            let (_, rest) = text.split_once("class=\"code receipt\">").expect("a receipt");
            rest.split('<').next().expect("it ends").to_owned()
        };
        assert_eq!(
            receipt(&first.text),
            receipt(&again.text),
            "a reload is no second opinion"
        );
        let desk = secretary.get("/feedback-desk").await.expect(200);
        assert_eq!(
            desk.text.matches("说好的导诊没有人").count(),
            1,
            "{}",
            desk.words()
        );
        let at = desk.text.find("说好的导诊没有人").expect("it waits");
        let (_, link) = desk.text[..at].rsplit_once("/feedback-desk/").expect("its page");
        let one = format!("/feedback-desk/{}", &link[..36]);
        let shown = secretary.get(&one).await.expect(200);
        assert!(
            !shown.text.contains(&format!("{one}/hide")),
            "nothing to hide with"
        );
        let reason = [("hidden_reason", "不属实")];
        secretary.post(&format!("{one}/hide"), &reason).await.expect(403);
        office.post(&format!("{one}/hide"), &reason).await.expect(303);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_that_its_pledger_denies_is_looked_into() {
    for house in House::whole_both().await {
        let found = house
            .database
            .look(sql!(
                "SELECT i.id || ' ' || p.person_id || ' ' || p.unit_id AS v FROM commitment_item i \
                 JOIN pledge p ON p.id = i.pledge_id WHERE i.verdict = 'fulfilled' AND i.rectifying = FALSE \
                 AND p.person_id IS NOT NULL AND p.state = 'published' AND p.leading_cadre = FALSE \
                 AND NOT EXISTS (SELECT 1 FROM criticism c WHERE c.pledge_id = p.id) ORDER BY i.id"
            ))
            .await;
        let parts: Vec<&str> = found.first().expect("a promise found kept").split(' ').collect();
        let [item, person, unit] = parts[..] else {
            panic!("{parts:?}")
        };
        let supervisor = house.as_role(Role::Supervisor).await;
        let denied = "承诺人后来报告没有做到";
        let tasks = async || supervisor.get("/work").await.expect(200);
        assert!(!tasks().await.words().contains(denied));
        let said = [
            ("claim", "not_kept_subjective"),
            ("words", "其实没有做，登记是补的"),
            ("reason", "当时怕受批评"),
            ("amount", ""),
        ];
        let pledger = house.as_person(person).await;
        let report = format!("/my-pledge/items/{item}/report");
        pledger.post(&report, &said).await.expect(303);
        let told = tasks().await;
        assert!(told.words().contains(denied), "{}", told.words());
        assert!(told.text.contains(&format!("/rectification/new?item={item}")));
        supervisor
            .get(&format!("/rectification/new?item={item}"))
            .await
            .expect(200);

        let secretary = house.as_role_of(Role::BranchSecretary, Some(unit)).await;
        let excuse = [("person", person), ("reason", "病假")];
        let refused = secretary
            .post(&format!("/workbench/{unit}/excuse"), &excuse)
            .await;
        assert!(refused.status.is_client_error(), "who has filed is not excused");
        assert!(refused.words().contains("已经交了承诺书"), "{}", refused.words());
    }
}

/// In an inspector's place nobody of the checked branch is offered or taken (n14).
async fn none_of_the_branch_takes_a_place(
    house: &House,
    supervisor: &Client,
    leaves: &str,
    secretary: &Client,
) {
    let calendar = house
        .app
        .query(supervisor.actor(), app::inspection::FindCalendar)
        .await;
    let lines = calendar.expect("read").lines;
    let planned = |l: &&app::inspection::Line| l.inspectors.iter().any(|a| a.person == leaves);
    let line = lines.iter().find(planned).expect("planned");
    let path = format!("/inspection/{}", line.row.id);
    let own = secretary.actor().person.clone().expect("a person");
    let page = supervisor.get(&path).await.expect(200).text;
    assert!(page.contains("name=\"joins\""), "{page}");
    assert!(!page.contains(&format!("value=\"{own}\"")), "not offered");
    let change = format!("{path}/inspector");
    let joins = |who| [("leaves", leaves), ("joins", who), ("reason", "出差")];
    let refused = supervisor.post(&change, &joins(own.as_str())).await.expect(422);
    let named = format!("{}是被查支部的人", secretary.actor().name);
    assert!(refused.words().contains(&named), "{}", refused.words());
    let third = house
        .as_role_of(Role::BranchSecretary, Some(&house.demo.branches[3].id))
        .await;
    let third = third.actor().person.clone().expect("a person");
    supervisor.post(&change, &joins(third.as_str())).await.expect(303);
}
