//! The office edits the words of the advice: authors are advised by them at once, decisions keep their version, and two
//! who edit the same list do not overwrite each other.

use crate::review::{CLEAN, confirm_all, hand_in, look, member};
use app::demo::Step;
use app::pledge::Desk;
use domain::access::Role;
use domain::advice::Rules;
use testkit::House;

const PATH: &str = "/advice-words/slogans";

#[tokio::test(flavor = "multi_thread")]
async fn the_words_of_a_house_are_its_own() {
    for house in House::both_in(Step::Review).await {
        let office = house.as_role(Role::CampaignOffice).await;
        let branch = house.demo.branches[0].id.clone();
        let writer = member(&house, &branch, 0).await;
        let advised = async |text: &str| {
            let told = writer.post("/pledge-advice", &[("own", text)]).await.expect(200);
            let parts: serde_json::Value = serde_json::from_str(&told.text).expect("json");
            parts["advice"].as_str().expect("advice").to_owned()
        };
        let ours = "打造银龄守护品牌";
        assert!(!advised(ours).await.contains("<mark>银龄守护</mark>"));
        let page = office.get("/advice-words").await.expect(200);
        assert!(page.words().contains("还没有改过"), "{}", page.words());

        // What is wrong is said beside what was typed.
        let wrong = [
            ("more", "好\n银龄守护"),
            ("without", "没有这个词"),
            ("edition", "0"),
        ];
        let page = office.post(PATH, &wrong).await.expect(422);
        for told in ["只有一个字", "不在随程序带的词表里"] {
            assert!(page.words().contains(told), "{}", page.words());
        }
        assert!(page.text.contains("好\n银龄守护") && page.text.contains("没有这个词"));

        let edit = [("more", "银龄守护"), ("without", "全心全意"), ("edition", "0")];
        office.post(PATH, &edit).await.expect(303);
        assert!(
            advised(ours).await.contains("<mark>银龄守护</mark>"),
            "advised at once"
        );
        assert!(!advised("全心全意服务").await.contains("<mark>全心全意</mark>"));

        // Somebody who opened the list before is shown both; another list does not mind.
        let late = [("more", "夜航灯"), ("without", ""), ("edition", "0")];
        let page = office.post(PATH, &late).await.expect(409);
        assert!(
            page.text.contains("夜航灯") && page.words().contains("银龄守护"),
            "{}",
            page.words()
        );
        office
            .post("/advice-words/units", &[("more", "箩"), ("edition", "0")])
            .await
            .expect(303);
        let told = writer
            .post("/pledge-advice", &[("own", "送菜 20 箩")])
            .await
            .expect(200);
        assert!(told.text.contains("tag ok"), "{}", told.text);

        // The version stands with the decision, and the file read back makes the same rules.
        let file = office.get("/advice-words/rules.toml").await.expect(200);
        let version = Rules::read(&file.text).expect("read").version().to_owned();
        assert_ne!(version, Rules::shipped().version());
        let pledge = hand_in(&house, writer.actor(), Desk::Own, CLEAN).await;
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        confirm_all(&house, secretary.actor(), &pledge)
            .await
            .expect("confirmed");
        let found = look(&house, &secretary, &pledge).await;
        assert!(
            found.decided.iter().all(|d| d.advice_rules == version),
            "{:?}",
            found.decided
        );
        let page = office
            .get("/advice-words?text=打造银龄守护品牌")
            .await
            .expect(200);
        assert!(
            page.words().contains("套话") && page.words().contains(&version),
            "{}",
            page.words()
        );
        let english = house.as_role(Role::CampaignOffice).await.in_english();
        assert!(
            english
                .get("/advice-words")
                .await
                .expect(200)
                .words()
                .contains("Words of the advice")
        );

        // Nobody else, and no list that is grammar.
        writer.get("/advice-words").await.expect(403);
        secretary.post(PATH, &edit).await.expect(403);
        office.get("/advice-words/numerals.digits").await.expect(404);
        office.post("/advice-words/surnames", &edit).await.expect(404);
    }
}
