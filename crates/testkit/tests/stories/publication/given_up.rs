//! An amendment that is given up leaves the pledge as it was, and while it is written everybody is told what holds.

use super::*;
use app::pledge::GiveUpAmendment;
use store::sql;

async fn amend(house: &House, told: &Told) {
    let amend = AmendPledge {
        pledge: told.pledge.clone(),
        reason: "想改数量".into(),
    };
    let amended = house.app.execute(told.author.actor(), amend).await;
    amended.expect("begun");
}

async fn give_up(house: &House, told: &Told) -> app::Result<()> {
    let case = GiveUpAmendment {
        pledge: told.pledge.clone(),
        reason: "不改了".into(),
    };
    house.app.execute(told.author.actor(), case).await
}

/// State, round and items as they are stored: the sentences alone.
async fn stands(house: &House, told: &Told) -> (String, u32, Vec<String>) {
    let open = app::pledge::OpenPledge {
        id: told.pledge.clone(),
    };
    let view = house.app.query(told.author.actor(), open).await.expect("opened");
    let filed = view.filed.expect("written");
    let texts = filed.draft.items.iter().map(|i| i.item.content.clone());
    let round = filed.state.state.round();
    (filed.row.state.clone(), round, texts.collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_amendment_is_given_up_with_two_presses_and_everything_is_as_it_was() {
    for house in House::both_in(Step::Propose).await {
        let first = first_day(&house, GatedAct::Publicise).await;
        let told = confirmed(&house).await.at(&house, first).await;
        publish(&told.secretary, &told.branch).await.expect(303);
        let before = stands(&house, &told).await;
        assert_eq!((before.0.as_str(), before.1), ("published", 1));
        assert!(give_up(&house, &told).await.is_err(), "there is none");

        amend(&house, &told).await;
        let own = told.author.get("/my-pledge").await.expect(200);
        assert!(own.words().contains("已公示（修订中）"), "{}", own.words());
        assert!(own.text.contains("action=\"/my-pledge/give-up\""));
        assert!(!own.words().contains("还没有提交。写好的内容"), "{}", own.words());
        let tasks = told.author.get("/work").await.expect(200).words();
        assert!(tasks.contains("原来的承诺照旧有效"), "{tasks}");
        let bench = format!("/workbench/{}", told.branch);
        let seen = told.secretary.get(&bench).await.expect(200).words();
        assert!(seen.contains("已公示（修订中）"), "{seen}");
        let campaign = house.app.query(&Actor::machine(), FindCurrent).await;
        let campaign = campaign.expect("asked").expect("runs").id;
        let close = told
            .office
            .get(&format!("/campaigns/{campaign}"))
            .await
            .expect(200);
        assert!(close.words().contains("1 份修订还没有写完"), "{}", close.words());

        // Somebody else's is not his to give up.
        let form = [("pledge", told.pledge.as_str()), ("reason", "")];
        told.secretary.post("/my-pledge/give-up", &form).await.expect(404);
        told.author.post("/my-pledge/give-up", &form).await.expect(303);
        assert_eq!(stands(&house, &told).await, before);
        let audit = house
            .database
            .look(sql!(
                "SELECT act AS v FROM audit_entry WHERE act = 'pledge.give_up_amendment'"
            ))
            .await;
        assert_eq!(audit.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_handed_in_and_given_up_stays_in_the_record_and_its_number_is_not_used_again() {
    for house in House::both_in(Step::Propose).await {
        let first = first_day(&house, GatedAct::Publicise).await;
        let told = confirmed(&house).await.at(&house, first).await;
        publish(&told.secretary, &told.branch).await.expect(303);
        let before = stands(&house, &told).await;
        let propose = domain::time::add_days(first_day(&house, GatedAct::Propose).await, 2);
        let told = told.at(&house, propose).await;
        amend(&house, &told).await;
        write(
            &house,
            told.author.actor(),
            &told.pledge,
            &DEED.replace("30", "40"),
        )
        .await;
        assert!(give_up(&house, &told).await.is_err(), "it is under review");
        let back = [("pledge", told.pledge.as_str())];
        told.author.post("/my-pledge/withdraw", &back).await.expect(303);
        give_up(&house, &told).await.expect("given up");
        assert_eq!(stands(&house, &told).await, before);
        let page = house
            .visitor()
            .get(&format!("/pledges/{}", told.pledge))
            .await
            .expect(200);
        assert!(page.words().contains("30套") && !page.words().contains("40套"));

        amend(&house, &told).await;
        write(
            &house,
            told.author.actor(),
            &told.pledge,
            &DEED.replace("30", "50"),
        )
        .await;
        let now = stands(&house, &told).await;
        assert_eq!((now.0.as_str(), now.1), ("submitted", 3));
        confirm(&house, told.secretary.actor(), &told.pledge).await;
        let told = told.at(&house, first).await;
        publish(&told.secretary, &told.branch).await.expect(303);
        let page = house
            .visitor()
            .get(&format!("/pledges/{}", told.pledge))
            .await
            .expect(200);
        assert!(page.words().contains("50套"), "{}", page.words());
    }
}
