//! Who has not filed, by branch and day, to be told once a day and not at night; what a campaign asks of people.

use crate::review::{CLEAN, DAY, hand_in, member};
use app::campaign::{CreateCampaign, Source};
use app::demo::Step;
use app::pledge::{Desk, UnitFilings};
use domain::access::Role;
use domain::organization::PersonClass;
use testkit::{House, NOON};

const HOUR: i64 = 3_600_000_000;

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_a_day_is_told_once_and_not_at_night() {
    for house in House::both_in(Step::Review).await {
        let unit = house.demo.branches[0].id.clone();
        let name = house.demo.branches[0].name.clone();
        let writer = member(&house, &unit, 0).await;
        let office = house.as_role(Role::CampaignOffice).await;
        let who = writer.actor().name.clone();
        let before = office.get("/workbench/missing").await.expect(200);
        assert!(
            before.text.contains(&who) && before.text.contains("data-copy"),
            "{}",
            before.words()
        );
        let yesterday = house.app.date_of(NOON - DAY).to_string();
        hand_in(&house, writer.actor(), Desk::Own, CLEAN).await;
        let line = |page: &testkit::Reply| {
            let text = page.text.split("id=\"all\"").nth(1).unwrap_or("").to_owned();
            let text = text.split("</textarea>").next().unwrap_or("").to_owned();
            text.lines().find(|l| l.contains(&name)).unwrap_or("").to_owned()
        };
        // He filed three days ago: missing the day before, not since.
        let office = house.sign_in(&office.actor().account).await;
        let now = office.get("/workbench/missing").await.expect(200);
        assert!(!line(&now).contains(&who), "{}", line(&now));
        let then = house.app.date_of(NOON - 4 * DAY).to_string();
        let then = office
            .get(&format!("/workbench/missing?day={then}"))
            .await
            .expect(200);
        assert!(line(&then).contains(&who), "{}", line(&then));
        let since = office
            .get(&format!("/workbench/missing?day={yesterday}"))
            .await
            .expect(200);
        assert!(!line(&since).contains(&who));
        office.get("/workbench/missing?day=1970-01-01").await.expect(200);

        everybody_missing_is_named(&house, &now).await;

        // Told once a day, by daylight.
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&unit)).await;
        let own = [("unit", unit.as_str())];
        house.app.clock().set(NOON + 10 * HOUR);
        let night = house.sign_in(&secretary.actor().account).await;
        let refused = night.post("/workbench/missing", &own).await.expect(409);
        assert!(refused.words().contains("晚上不提醒"), "{}", refused.words());
        house.app.clock().set(NOON);
        secretary.post("/workbench/missing", &own).await.expect(303);
        let refused = secretary.post("/workbench/missing", &own).await.expect(409);
        assert!(refused.words().contains("今天已经提醒过"), "{}", refused.words());
        secretary
            .post("/workbench/missing", &[("unit", "")])
            .await
            .expect(403);
        let other = house.demo.branches[1].id.clone();
        secretary
            .post("/workbench/missing", &[("unit", other.as_str())])
            .await
            .expect(403);
        let page = office.get("/workbench/missing").await.expect(200);
        assert!(page.words().contains("已提醒"), "{}", page.words());
        office
            .post("/workbench/missing", &[("unit", "")])
            .await
            .expect(303);
        writer.get("/workbench/missing").await.expect(403);
        // Tomorrow is another day.
        house.app.clock().set(NOON + DAY);
        let secretary = house.sign_in(&secretary.actor().account).await;
        secretary.post("/workbench/missing", &own).await.expect(303);
        house.app.clock().set(NOON);
    }
}

/// In the line of each branch stand exactly those who shall file and have not, counted from the roster and the pledges
/// and not from the register.
async fn everybody_missing_is_named(house: &House, page: &testkit::Reply) {
    let whole = page.text.split("id=\"all\"").nth(1).unwrap_or("");
    let whole = whole.split("</textarea>").next().unwrap_or("").to_owned();
    let office = house.as_role(Role::CampaignOffice).await;
    let register = app::workbench::ReadMissing { day: None };
    let register = house.app.query(office.actor(), register).await.expect("asked");
    let excused = register.branches.iter().flat_map(|b| &b.people.excused);
    let excused: Vec<&String> = excused.map(|p| &p.person).collect();
    let mut named = 0;
    for branch in &house.demo.branches {
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch.id)).await;
        let campaign = house
            .app
            .query(secretary.actor(), app::campaign::FindCurrent)
            .await;
        let scope = campaign.expect("asked").expect("runs").template.scope.clone();
        let filings = UnitFilings {
            unit: branch.id.clone(),
        };
        let people = house
            .app
            .query(secretary.actor(), filings)
            .await
            .expect("his branch");
        let mut late: Vec<String> = people
            .into_iter()
            .filter(|o| !excused.contains(&&o.person.id))
            .filter(|o| o.pledge.as_ref().is_none_or(|p| p.number.is_none()))
            .filter(|o| {
                let class = PersonClass::from_name(&o.person.class).expect("a class");
                scope.shall(class, o.person.leading_cadre)
            })
            .map(|o| o.person.name)
            .collect();
        late.sort();
        let line = whole
            .lines()
            .find_map(|l| l.strip_prefix(&format!("{}：", branch.name)));
        let names = line.unwrap_or("").split('、').map(str::to_owned);
        let mut told: Vec<String> = names.filter(|n| !n.is_empty() && n != "支部承诺书").collect();
        told.sort();
        named += told.len();
        assert_eq!(told, late, "{}", branch.name);
    }
    assert!(named > 2, "some are late: {whole}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_says_what_it_asks_and_warns_when_it_asks_again() {
    for house in House::both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let own = office
            .get(&format!("/campaigns/{}", house.demo.campaign))
            .await
            .expect(200);
        assert!(
            own.words().contains("要大家做多少") && own.words().contains("约 2 分钟"),
            "{}",
            own.words()
        );
        assert!(!own.words().contains("重复"), "it repeats nothing");
        let create = CreateCampaign {
            source: Source::Shipped("notice_2010".to_owned()),
            title: "又一次公开承诺".to_owned(),
            starts_on: house.app.date_of(NOON).to_string(),
        };
        let again = house.app.execute(office.actor(), create).await.expect("made");
        let page = office.get(&format!("/campaigns/{again}")).await.expect(200);
        assert!(page.words().contains("也请同样的"), "{}", page.words());
    }
}
