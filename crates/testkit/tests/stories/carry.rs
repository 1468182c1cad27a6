//! What the last campaign left open: demands, promises not kept, and apart from them those that still run.

use crate::afterwards::next;
use domain::access::Role;
use testkit::House;
use testkit::Reply;

const PAGE: &str = "/survey/carry-over";

/// The parts of the page by their heading, each with its words.
fn parts(page: &Reply) -> Vec<String> {
    let all = page.text.split("<fieldset").skip(1);
    all.map(|p| p.split("</fieldset>").next().unwrap_or("").to_owned())
        .collect()
}

fn part<'a>(parts: &'a [String], heading: &str) -> &'a str {
    let found = parts.iter().find(|p| p.contains(heading));
    found.map_or("", String::as_str)
}

#[tokio::test(flavor = "multi_thread")]
async fn promises_that_still_run_stand_apart_from_those_not_kept() {
    for house in House::whole_both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let close = format!("/campaigns/{}/close", house.demo.campaign);
        office.post(&close, &[("sure", "1")]).await.expect(303);
        next(&house, office.actor()).await;

        let page = office.get(PAGE).await.expect(200);
        let all = parts(&page);
        let (running, unkept) = (part(&all, "还在践行的承诺"), part(&all, "到期没有兑现的承诺"));
        assert!(
            running.contains("践行中 ·") && unkept.contains("逾期 ·"),
            "{}",
            page.words()
        );
        for state in ["逾期 ·", "未兑现 ·", "部分兑现 ·", "整改中 ·"] {
            assert!(!running.contains(state), "{state} {running}");
        }
        assert!(
            !unkept.contains("践行中 ·") && !unkept.contains("临期 ·"),
            "{unkept}"
        );
        assert!(
            running.contains("时限：") && running.contains("还没到时限"),
            "{running}"
        );

        // By what it is, and by branch.
        let one = office.get(&format!("{PAGE}?part=running")).await.expect(200);
        assert_eq!(parts(&one).len(), 1, "{}", one.words());
        let branch = &house.demo.branches[0];
        let here = office
            .get(&format!("{PAGE}?part=unkept&unit={}", branch.id))
            .await
            .expect(200);
        let shown = parts(&here);
        let count = |text: &str| text.matches("name=\"left\"").count();
        assert!(
            count(&shown[0]) > 0 && count(&shown[0]) < count(unkept),
            "{}",
            here.words()
        );
        let others = house.demo.branches.iter().skip(1);
        assert!(
            others
                .clone()
                .all(|b| !shown[0].contains(&format!("· {}", b.name))),
            "{}",
            shown[0]
        );
        let none = office.get(&format!("{PAGE}?part=nothing")).await.expect(200);
        assert!(none.words().contains("没有留下未办的事"), "{}", none.words());
        let english = office.in_english().get(PAGE).await.expect(200);
        assert!(
            english.words().contains("Commitments still under way"),
            "{}",
            english.words()
        );

        // Nothing chosen: the choice of what is shown stays.
        let office = house.as_role(Role::CampaignOffice).await;
        let again = office
            .post(&format!("{PAGE}?part=running"), &[])
            .await
            .expect(422);
        assert_eq!(parts(&again).len(), 1, "{}", again.words());
        let id = running
            .split("name=\"left\" id=\"l-")
            .nth(1)
            .and_then(|t| t.split('"').next());
        let id = id.expect("one that runs");
        office.post(PAGE, &[("left", id)]).await.expect(303);
        let now = office.get(PAGE).await.expect(200);
        assert!(!now.text.contains(&format!("value=\"{id}\"")) && now.words().contains("已接续"));
    }
}
