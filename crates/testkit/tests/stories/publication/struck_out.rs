//! A demand whose item was struck out waits again, and every page says so (N7).

use super::*;
use app::survey::{MergeInto, MergeOpinions, ReadUnanswered, Settle, SettleDemand, TypeOpinion};

const TITLE: &str = "门诊大厅放一台自动血压计";

/// What somebody asks of the whole house, in the stage of asking.
async fn demand(house: &House, office: &Actor) -> String {
    let asked = first_day(house, GatedAct::Survey).await;
    on(house, domain::time::add_days(asked, 9));
    let heard = TypeOpinion {
        unit: String::new(),
        words: "大厅里量不了血压".into(),
        voices: "3".into(),
        said_on: String::new(),
    };
    let heard = house.demo.act(office, heard).await.expect("typed in");
    let merge = MergeOpinions {
        opinions: vec![heard],
        into: MergeInto::New {
            title: TITLE.into(),
            public: true,
        },
    };
    house.demo.act(office, merge).await.expect("merged")
}

async fn amend(house: &House, told: &Told, content: &str, demand: &str) {
    on(
        house,
        domain::time::add_days(first_day(house, GatedAct::Propose).await, 2),
    );
    let author = told.author.actor();
    let amend = AmendPledge {
        pledge: told.pledge.clone(),
        reason: "经费调整".into(),
    };
    house.app.execute(author, amend).await.expect("amended");
    write_for(house, author, &told.pledge, content, demand).await;
    confirm(house, told.secretary.actor(), &told.pledge).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demand_whose_item_is_struck_out_waits_again() {
    for house in House::both_in(Step::Propose).await {
        let office = house.as_role(Role::CampaignOffice).await;
        let demand = demand(&house, office.actor()).await;
        let first = first_day(&house, GatedAct::Publicise).await;
        let told = confirmed(&house).await.at(&house, first).await;
        publish(&told.secretary, &told.branch).await.expect(303);
        let office = told.office.actor();
        let waiting = house.app.query(office, ReadUnanswered).await.expect("read").tally;
        let page = |text: String| {
            let (_, rest) = text.split_once(TITLE).expect("listed");
            rest.chars().take(120).collect::<String>()
        };
        let visitor = house.visitor();

        amend(&house, &told, "每月公布一次办理结果，逐条回复", &demand).await;
        let told = told.at(&house, first).await;
        let settle = SettleDemand {
            id: demand.clone(),
            how: Settle::Answer,
        };
        house
            .app
            .execute(told.office.actor(), settle)
            .await
            .expect("settled");
        publish(&told.secretary, &told.branch).await.expect(303);
        let kept = house
            .app
            .query(told.office.actor(), ReadUnanswered)
            .await
            .expect("read")
            .tally;
        assert_eq!(kept.answered, waiting.answered + 1);
        let said = page(visitor.get("/demands").await.expect(200).words());
        assert!(said.contains("每月公布一次"), "{said}");

        amend(&house, &told, "备好50套应急待产包，用后3日内补齐", "").await;
        let told = told.at(&house, first).await;
        publish(&told.secretary, &told.branch).await.expect(303);
        let office = told.office.actor();
        let now = house.app.query(office, ReadUnanswered).await.expect("read").tally;
        assert_eq!(now, waiting, "as if it had never been taken up");
        let said = page(visitor.get("/demands").await.expect(200).words());
        assert!(
            !said.contains("已认领") && !said.contains("每月公布一次"),
            "{said}"
        );
    }
}

/// What was taken down by the office stays down until the office puts it up; a branch's own pledge is nothing its secretary
/// decides about (PRODUCT.md 3.3).
#[tokio::test(flavor = "multi_thread")]
async fn what_the_office_took_down_no_branch_brings_back() {
    for house in House::both_in(Step::Propose).await {
        let first = first_day(&house, GatedAct::Publicise).await;
        let told = confirmed(&house).await.at(&house, first).await;
        publish(&told.secretary, &told.branch).await.expect(303);
        publish(&told.office, "branches").await.expect(303);
        let visitor = house.visitor();

        let own = format!("/publication/pledge/{}", told.own);
        let page = told.secretary.get(&own).await.expect(200);
        assert!(
            page.words().contains("撤下和恢复由党群办办理"),
            "{}",
            page.words()
        );
        told.secretary
            .post(&own, &[("reason", "重新安排")])
            .await
            .expect(403);
        let objection = [("words", "支部没有公布过")];
        visitor
            .post(&format!("/pledges/{}/objection", told.own), &objection)
            .await
            .expect(200);
        let desk = told.secretary.get("/publication/objections").await.expect(200);
        assert!(desk.words().contains("由别人答复"), "{}", desk.words());
        let id = house
            .database
            .look(store::sql!("SELECT id FROM objection"))
            .await
            .remove(0);
        let answer = [("answer", "不属实"), ("upheld", "no")];
        let answer_at = format!("/publication/objections/{id}");
        told.secretary.post(&answer_at, &answer).await.expect(409);
        told.office.post(&answer_at, &answer).await.expect(303);

        amend(&house, &told, "备好50套应急待产包，用后3日内补齐", "").await;
        let told = told.at(&house, first).await;
        let down = format!("/publication/pledge/{}", told.pledge);
        told.office
            .post(&down, &[("reason", "核实异议")])
            .await
            .expect(303);
        let public = format!("/pledges/{}", told.pledge);
        visitor.get(&public).await.expect(410);
        let preview = format!("/publication/preview?scope={}", told.branch);
        let preview = told.secretary.get(&preview).await.expect(200);
        assert!(preview.words().contains("已由党群办撤下"), "{}", preview.words());
        assert!(!preview.text.contains("name=\"seal\""), "nothing to publish");
        told.secretary
            .post(&down, &[("reason", "已改"), ("restore", "1")])
            .await
            .expect(403);
        visitor.get(&public).await.expect(410);

        told.office
            .post(&down, &[("reason", "已核实"), ("restore", "1")])
            .await
            .expect(303);
        visitor.get(&public).await.expect(200);
        publish(&told.secretary, &told.branch).await.expect(303);
        let page = visitor.get(&public).await.expect(200).words();
        assert!(page.contains("备好50套") && page.contains("修订"), "{page}");
        assert!(
            !page.contains("即时承诺"),
            "an amendment is no immediate pledge: {page}"
        );
    }
}
