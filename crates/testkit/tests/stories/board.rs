//! The public board: its counts are the lines it shows, and what was said of a pledge stands in its story.

use app::App;
use app::demo::{Bulk, Step};
use domain::access::{Actor, Role};
use serde_json::Value;
use testkit::{Client, House};

/// Two branches with twelve published pledges.
async fn filled(house: &House) -> app::demo::Added {
    fill(&house.app, house).await
}

async fn fill(app: &App, house: &House) -> app::demo::Added {
    let bulk = Bulk {
        campaign: house.demo.campaign.clone(),
        branches: 2,
        items: 36,
        words: "第{n}项：每周二为候诊患者讲解".to_owned(),
    };
    app.execute(&Actor::machine(), bulk).await.expect("added")
}

async fn items(visitor: &Client, asked: &str) -> Value {
    let reply = visitor.get(&format!("/api/v1/items?{asked}")).await.expect(200);
    serde_json::from_str(&reply.text).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_board_counts_the_lines_it_shows() {
    for house in House::both_in(Step::Appraise).await {
        let added = filled(&house).await;
        let visitor = house.visitor();
        let unit = &added.branches[0];
        let all = [
            format!("unit={unit}"),
            "state=running".to_owned(),
            "state=overdue&state=running".to_owned(),
            format!("unit={unit}&state=running"),
            "kind=practical_deed".to_owned(),
            format!("kind=practical_deed&unit={unit}&state=running"),
            "q=%E8%AE%B2%E8%A7%A3".to_owned(),
            "leaders=1".to_owned(),
        ];
        for asked in all {
            let first = items(&visitor, &asked).await;
            let (total, pages) = (first["total"].as_u64(), first["pages"].as_u64().unwrap_or(0));
            let mut lines = 0;
            for page in 1..=pages {
                let view = items(&visitor, &format!("{asked}&page={page}")).await;
                lines += view["items"].as_array().map_or(0, Vec::len);
            }
            assert_eq!(total, u64::try_from(lines).ok(), "{asked}");
            let shown = visitor.get(&format!("/board?{asked}")).await.expect(200).words();
            assert!(shown.contains(&format!("共 {lines} 条")), "{asked}");
        }
        let deeds = items(&visitor, "kind=practical_deed").await;
        let kinds = deeds["items"].as_array().expect("a list").iter();
        assert!(kinds.clone().count() > 0 && kinds.clone().all(|i| i["kind"] == "practical_deed"));
        assert!(deeds["total"].as_u64() < items(&visitor, "").await["total"].as_u64());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_about_a_pledge_and_their_answer_stand_in_its_life_story() {
    for house in House::both_in(Step::Appraise).await {
        let added = filled(&house).await;
        let visitor = house.visitor();
        let (unit, pledge) = (&added.branches[0], &added.pledges[0]);
        let story = format!("/pledges/{pledge}");
        let words = [("grade", "2"), ("words", "讲解听不清")];
        visitor
            .post(&format!("/feedback/{unit}/{pledge}"), &words)
            .await
            .expect(200);
        assert!(!visitor.get(&story).await.expect(200).text.contains("讲解听不清"));

        let office = house.as_role(Role::CampaignOffice).await;
        let desk = office.get("/feedback-desk").await.expect(200).text;
        let at = desk.find("讲解听不清").expect("on the desk");
        let href = "href=\"/feedback-desk/";
        let row = desk[..at].rfind("<li").expect("a row");
        let start = row + desk[row..].find(href).expect("a link") + href.len();
        let id: String = desk[start..].chars().take(36).collect();
        let answer = [("reply", "已换成扩音器"), ("public", "1")];
        office
            .post(&format!("/feedback-desk/{id}/reply"), &answer)
            .await
            .expect(303);
        let page = visitor.get(&story).await.expect(200).words();
        assert!(
            page.contains("讲解听不清") && page.contains("已换成扩音器"),
            "{page}"
        );
    }
}

/// The command line beside a server, or a second server: another process on the same database.
#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_publishes_is_seen_here_too() {
    for house in House::both_in(Step::Appraise).await {
        let (app, visitor) = (&house.app, house.visitor());
        let config = app.config().clone();
        let beside = App::new(app.db().clone(), app.clock().clone(), config, app.organization());
        app::changes::look(app).await.expect("looked");
        let shown = async || {
            visitor
                .get("/board")
                .await
                .expect(200)
                .text
                .contains("每周二为候诊")
        };
        assert!(!shown().await);
        fill(&beside, &house).await;
        assert!(!shown().await, "kept pages are shown until somebody looks");
        assert!(app::changes::look(app).await.expect("looked"));
        assert!(shown().await);
        // Once is enough, and who did it knows.
        assert!(!app::changes::look(app).await.expect("looked"));
        app::changes::forget(app).await.expect("dropped");
        assert!(!app::changes::look(app).await.expect("looked"));
    }
}
