//! Its author is told when, by whom and why a pledge came down, and what he can do; while it is down, that is not forgotten.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn the_author_is_told_how_his_pledge_came_down_until_it_is_up_again() {
    for house in House::both_in(Step::Propose).await {
        let first = first_day(&house, GatedAct::Publicise).await;
        let told = confirmed(&house).await.at(&house, first).await;
        publish(&told.secretary, &told.branch).await.expect(303);
        let own = async |told: &Told| told.author.get("/my-pledge").await.expect(200);
        let before = own(&told).await;
        assert!(before.text.contains("/my-pledge/items") && before.text.contains("/publication/consent"));

        let reason = "数字和实际床位不符";
        let path = format!("/publication/pledge/{}", told.pledge);
        let down = [("reason", reason)];
        told.office.post(&path, &down).await.expect(303);
        let page = own(&told).await;
        let words = page.words();
        let officer = &told.office.actor().name;
        assert!(
            words.contains(&format!("由{officer}从公开栏撤下，理由：{reason}")),
            "{words}"
        );
        assert!(words.contains("您可以按理由修订，重新交审"), "{words}");
        assert!(!words.contains("原来的文字继续公开"), "{words}");
        assert!(words.contains("原来的文字已经撤下，不再公开"), "{words}");
        for gone in ["/my-pledge/items", "/publication/consent"] {
            assert!(!page.text.contains(gone), "{gone} makes no sense now");
        }
        let english = house.sign_in(&told.author.actor().account).await.in_english();
        let english = english.get("/my-pledge").await.expect(200).words();
        assert!(english.contains("Taken down from the board on"), "{english}");

        let amend = AmendPledge {
            pledge: told.pledge.clone(),
            reason: "按实际床位改".into(),
        };
        house
            .app
            .execute(told.author.actor(), amend)
            .await
            .expect("begun");
        let words = own(&told).await.words();
        assert!(words.contains("原来的文字仍然撤下"), "{words}");
        assert!(!words.contains("有效的还是原来的文字"), "{words}");
        write(
            &house,
            told.author.actor(),
            &told.pledge,
            "为外地产妇备好20套应急待产包，用后3日内补齐",
        )
        .await;
        decide(&house, told.secretary.actor(), &told.pledge)
            .await
            .expect("confirmed anew");
        let words = own(&told).await.words();
        assert!(words.contains("已定诺（原来的文字已撤下）"), "{words}");
        assert!(words.contains("要等恢复公开以后，新文字才会公示"), "{words}");
        assert!(!words.contains("审核已通过，等待公示"), "{words}");
    }
}
