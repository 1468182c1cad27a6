//! The office changes a campaign's template on the page: mistakes by line, two windows, a change that members see.

use crate::review::DAY;
use app::campaign::{CreateCampaign, ReadCampaign, Source, StartCampaign, template_mark};
use domain::access::Role;
use testkit::{Client, Database, House, NOON};

async fn draft(house: &House, office: &Client) -> (String, String) {
    let create = CreateCampaign {
        source: Source::Shipped("yearly_pledge".into()),
        title: String::new(),
        starts_on: house.app.date_of(NOON - 20 * DAY).to_string(),
    };
    let id = house.app.execute(office.actor(), create).await.expect("made");
    let toml = kept(house, office, &id).await;
    (id, toml)
}

async fn kept(house: &House, office: &Client, id: &str) -> String {
    let read = ReadCampaign { id: id.to_owned() };
    house.app.query(office.actor(), read).await.expect("read").toml
}

async fn send(office: &Client, id: &str, act: &str, seen: &str, text: &str) -> testkit::Reply {
    let mark = template_mark(seen);
    // A browser sends the line ends of its own.
    let text = text.replace('\n', "\r\n");
    let fields = [("do", act), ("seen", mark.as_str()), ("toml", text.as_str())];
    office.post(&format!("/campaigns/{id}/template"), &fields).await
}

/// The line on which a piece of the text stands.
fn line_of(text: &str, piece: &str) -> usize {
    text.lines().position(|l| l.contains(piece)).expect("there") + 1
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistaken_template_is_told_line_by_line_and_nothing_typed_is_lost() {
    for house in houses().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let (id, toml) = draft(&house, &office).await;
        let page = office.get(&format!("/campaigns/{id}/template")).await.expect(200);
        assert!(page.text.contains("name=\"toml\"") && page.text.contains("<span id=\"l1\">1</span>"));
        assert!(
            page.text.contains("id=\"preview\""),
            "it is shown as it will look"
        );

        let wrong = toml.replacen("acts = [\"review\"]", "acts = [\"reveiw\"]", 1);
        assert_ne!(wrong, toml);
        let at = line_of(&wrong, "reveiw");
        let english = house.as_role(Role::CampaignOffice).await.in_english();
        for (who, act, said, remedy) in [
            (&office, "check", "不认识“reveiw”", "只能从这些里选"),
            (&office, "save", "不认识“reveiw”", "publicise"),
            (&english, "check", "reveiw", "publicise"),
        ] {
            let page = send(who, &id, act, &toml, &wrong).await.expect(422);
            assert!(
                page.text.contains(&format!("href=\"#l{at}\"")),
                "line {at}: {}",
                page.words()
            );
            assert!(
                page.text
                    .contains(&format!("<span id=\"l{at}\" class=\"t-bad\">●{at}</span>"))
            );
            let words = page.words();
            assert!(words.contains(said) && words.contains(remedy), "{words}");
            assert!(
                page.text.contains("reveiw&#34;]") || page.text.contains("reveiw\"]"),
                "the text is kept"
            );
            assert!(!page.text.contains("id=\"preview\""));
        }
        // Two mistakes of sense are told together, each with its line; who is meant is named in words.
        let both = toml
            .replacen("every_months = 12", "every_months = 0", 1)
            .replacen("reply_working_days = ", "reply_working_days = 0 # ", 1);
        let page = send(&office, &id, "check", &toml, &both).await.expect(422);
        assert!(page.words().contains("有 2 处需要修改"), "{}", page.words());
        let hidden = format!("# a\n# b\u{202E}\n{toml}");
        let page = send(&office, &id, "save", &toml, &hidden).await.expect(422);
        assert!(page.text.contains("href=\"#l2\""), "{}", page.words());
        let long = "#".repeat(app::campaign::TEMPLATE_MAX + 1);
        let page = send(&office, &id, "save", &toml, &long).await.expect(422);
        assert!(page.words().contains("最多 200000 个"));
        assert_eq!(kept(&house, &office, &id).await, toml, "nothing was kept");

        let page = send(&office, &id, "check", &toml, &toml).await.expect(200);
        assert!(page.words().contains("没有错误") && page.words().contains("还没有保存"));
        house
            .as_role(Role::PartyCommittee)
            .await
            .get(&format!("/campaigns/{id}/template"))
            .await
            .expect(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_made_by_mistake_is_thrown_away_and_a_campaign_that_began_is_not() {
    for house in houses().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let (id, _) = draft(&house, &office).await;
        let (kept, _) = draft(&house, &office).await;
        let discard = format!("/campaigns/{id}/discard");
        let page = office.post(&discard, &[]).await.expect(422);
        assert!(
            page.words().contains("请先勾选确认，再删去草稿"),
            "{}",
            page.words()
        );
        assert!(
            !page.text.contains("value=\"\" aria-label"),
            "the dates of the other form on the page stay: {}",
            page.text
        );
        let member = house.as_role(Role::Participant).await;
        member.post(&discard, &[("sure", "on")]).await.expect(403);
        office.post(&discard, &[("sure", "on")]).await.expect(303);
        office.get(&format!("/campaigns/{id}")).await.expect(404);
        let list = office.get("/campaigns?said=discarded").await.expect(200);
        assert!(!list.text.contains(&id) && list.text.contains(&kept));
        assert!(list.words().contains("草稿已删去"), "{}", list.words());
        office.post(&discard, &[("sure", "on")]).await.expect(404);

        let start = StartCampaign { id: kept.clone() };
        house.app.execute(office.actor(), start).await.expect("started");
        let discard = format!("/campaigns/{kept}/discard");
        let page = office.post(&discard, &[("sure", "on")]).await.expect(409);
        assert!(page.words().contains("已经启动过"), "{}", page.words());
        office.get(&format!("/campaigns/{kept}")).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_windows_meet_and_a_saved_change_stands_on_the_form() {
    for house in houses().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let (id, toml) = draft(&house, &office).await;
        let label = app::campaign::read_template(&toml).expect("fine").kinds[0]
            .label
            .zh
            .clone();
        let first = format!("# 党群办改\n{}", toml.replace(&label, "带头承诺"));
        send(&office, &id, "save", &toml, &first).await.expect(303);
        assert_eq!(
            kept(&house, &office, &id).await,
            first,
            "comments and line ends are kept as written"
        );

        let second = toml.replace(&label, "另一种承诺");
        let page = send(&office, &id, "save", &toml, &second).await.expect(409);
        assert!(
            page.text.contains("另一种承诺") && page.text.contains("带头承诺"),
            "both texts"
        );
        assert!(page.text.contains("id=\"theirs\""), "{}", page.words());
        assert!(
            page.text.contains(&template_mark(&first)),
            "saved again it counts"
        );
        assert_eq!(kept(&house, &office, &id).await, first);

        house
            .app
            .execute(office.actor(), StartCampaign { id: id.clone() })
            .await
            .expect("started");
        let member = house.as_role(Role::Participant).await;
        let kind = app::campaign::read_template(&first).expect("fine").kinds[0]
            .key
            .clone();
        member.post("/my-pledge/start", &[]).await.expect(303);
        let form = member.get(&format!("/my-pledge/write/{kind}")).await.expect(200);
        assert!(form.words().contains("带头承诺"), "{}", form.words());

        // Started, it can be read and no longer changed.
        let page = office.get(&format!("/campaigns/{id}/template")).await.expect(200);
        assert!(page.text.contains("readonly") && !page.text.contains("value=\"save\""));
        let page = send(&office, &id, "save", &first, &toml).await.expect(409);
        assert!(page.words().contains("已经启动过"), "{}", page.words());
        assert_eq!(kept(&house, &office, &id).await, first);
    }
}

async fn houses() -> Vec<House> {
    let mut all = vec![House::empty(Database::sqlite().await).await];
    if let Some(postgres) = Database::postgres().await {
        all.push(House::empty(postgres).await);
    }
    all
}
