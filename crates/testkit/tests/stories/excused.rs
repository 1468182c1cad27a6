//! Who is excused is told so, and by whom; a second excuse does not replace the first.

use app::demo::Step;
use domain::access::Role;
use testkit::House;

#[tokio::test(flavor = "multi_thread")]
async fn who_is_excused_is_told_and_a_second_reason_replaces_nothing() {
    for house in House::both_in(Step::Propose).await {
        let office = house.as_role(Role::CampaignOffice).await;
        let plain = |id: &str| {
            let held = house.demo.accounts.iter();
            held.filter(|h| h.person.as_deref() == Some(id)).count() == 1
        };
        let mut people = house.demo.people.iter();
        let person = people
            .find(|p| p.class == "full_member" && !p.leading_cadre && plain(&p.id))
            .expect("a member");
        let member = house.as_person(&person.id).await;
        let before = member.get("/my-pledge").await.expect(200).words();
        assert!(!before.contains("不参加"), "{before}");

        let excuse = format!("/workbench/{}/excuse", person.unit_id);
        let first = [("person", person.id.as_str()), ("reason", "产假")];
        office.post(&excuse, &first).await.expect(303);
        let page = member.get("/my-pledge").await.expect(200);
        let words = page.words();
        assert!(words.contains("您已登记为不参加本次活动"), "{words}");
        assert!(
            words.contains(&format!("由{}登记", office.actor().name)),
            "{words}"
        );
        assert!(words.contains("原因：产假"), "{words}");
        assert!(
            page.text.contains("<summary>仍然要写一份</summary>"),
            "he is not pressed: {words}"
        );

        let again = [("person", person.id.as_str()), ("reason", "再一次")];
        let refused = office.post(&excuse, &again).await;
        assert_eq!(refused.status.as_u16(), 422, "{}", refused.words());
        let said = refused.words();
        assert!(
            said.contains("已经登记过不参加") && said.contains("原因“产假”"),
            "{said}"
        );
        assert!(
            said.contains("取消不参加") || refused.text.contains("/unexcuse"),
            "{said}"
        );
        let words = member.get("/my-pledge").await.expect(200).words();
        assert!(words.contains("产假") && !words.contains("再一次"), "{words}");

        let back = format!("/workbench/{}/unexcuse", person.unit_id);
        office.post(&back, &[("person", &person.id)]).await.expect(303);
        office.post(&excuse, &again).await.expect(303);
        let english = house.sign_in(&member.actor().account).await.in_english();
        let words = english.get("/my-pledge").await.expect(200).words();
        assert!(words.contains("You are excused from this campaign"), "{words}");
    }
}
