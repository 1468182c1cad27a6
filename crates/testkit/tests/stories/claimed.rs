//! Items that claim a demand of the menu by their kind.

use crate::drafting::proposing;
use crate::pledge::hidden;
use crate::promises::demand;
use crate::review::member;
use domain::access::Role;
use testkit::Database;

#[tokio::test(flavor = "multi_thread")]
async fn a_demand_taken_up_is_written_as_the_kind_that_is_asked_for() {
    let mut databases = vec![Database::sqlite().await];
    databases.extend(Database::postgres().await);
    for database in databases {
        let house = proposing(database, "demand_menu").await;
        let unit = house.demo.branches[1].id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&unit)).await;
        let wanted = demand(&house, &secretary, &unit, "夜间呼叫铃5分钟内有人应答").await;
        let writer = member(&house, &unit, 0).await;
        let taken = [("demand", wanted.as_str())];
        let on = writer.post("/my-pledge/claim", &taken).await.expect(303);
        let kind = "/my-pledge/write/menu_commitment";
        assert_eq!(on.location, format!("{kind}?item=new&demand={wanted}"));
        let menu = writer.get("/my-pledge/menu").await.expect(200);
        assert!(menu.text.contains(kind), "{}", menu.words());

        // What claims a demand by its kind names it: told on its page, with a link to the field, and when it is handed in.
        let page = writer.get(&format!("{kind}?item=new")).await.expect(200);
        assert!(page.words().contains("认领哪条诉求"), "{}", page.words());
        let revision = hidden(&page, "revision");
        let words = "2026年12月31日前夜间呼叫铃5分钟内有人应答";
        let mut item = vec![
            ("revision", revision.as_str()),
            ("sentence", "own"),
            ("own", words),
            ("due_date", "2026-12-31"),
            ("go", "next"),
        ];
        let asked = writer.post(kind, &item).await.expect(422);
        assert!(
            asked.text.contains("href=\"#f-demand\"") && asked.text.contains("id=\"e-demand\""),
            "{}",
            asked.words()
        );
        assert!(asked.text.contains(words), "nothing typed is lost");
        let sign = writer.get("/my-pledge/sign").await.expect(200);
        let (revision, name) = (hidden(&sign, "revision"), writer.actor().name.clone());
        let hand_in = [
            ("revision", revision.as_str()),
            ("channels", "notice_board"),
            ("consent", "1"),
            ("signature", name.as_str()),
            ("due_date", "2026-12-31"),
        ];
        let refused = writer.post("/my-pledge/sign", &hand_in).await.expect(422);
        assert!(
            refused.words().contains("要认领一条诉求")
                && refused.text.contains("href=\"#f-items.0.content\""),
            "{}",
            refused.words()
        );
        let again = writer.get(kind).await.expect(200);
        let (id, revision) = (hidden(&again, "item"), hidden(&again, "revision"));
        item[0] = ("revision", revision.as_str());
        item.extend([("item", id.as_str()), ("demand", wanted.as_str())]);
        writer.post(kind, &item).await.expect(303);
        let sign = writer.get("/my-pledge/sign").await.expect(200);
        let revision = hidden(&sign, "revision");
        let mut hand_in = hand_in;
        hand_in[0] = ("revision", revision.as_str());
        let done = writer.post("/my-pledge/sign", &hand_in).await;
        assert!(!done.words().contains("要认领一条诉求"), "{}", done.words());
    }
}
