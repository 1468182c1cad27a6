//! What is public is proved and stays: forged texts are found, an ended campaign goes on being seen and being owed.

use app::campaign::{CreateCampaign, FindCurrent, Source, StartCampaign};
use app::public::{PublicFaultKind, verify_public};
use domain::access::{Actor, Role};
use store::{Act, Tx, args, sql};
use testkit::{House, NOON};

/// Somebody writes into the database past the product.
enum Forge {
    Text,
    Board,
    Log,
}

struct Forged(String, Forge);

impl Act for Forged {
    type Out = ();
    async fn run(&self, tx: &mut Tx) -> store::Result<()> {
        let text = match self.1 {
            Forge::Text => sql!(
                "UPDATE public_version SET content = REPLACE(content, '2027', '2029') WHERE organization_id = $1"
            ),
            Forge::Board => sql!(
                "UPDATE public_item SET content = 'somebody else wrote this' WHERE organization_id = $1 AND position = 0"
            ),
            Forge::Log => sql!(
                "UPDATE public_log SET entry = REPLACE(entry, 'version', 'Version') WHERE organization_id = $1 \
                 AND position = (SELECT MIN(position) FROM public_log WHERE organization_id = $1 \
                 AND entry LIKE '%version%')"
            ),
        };
        tx.execute(text, args![&self.0]).await.map(drop)
    }
}

async fn kinds(house: &House) -> Vec<PublicFaultKind> {
    let report = verify_public(&house.app).await.expect("checked");
    assert!(report.texts > 60 && report.log > 60, "{report:?}");
    let mut kinds: Vec<PublicFaultKind> = report.faults.iter().map(|f| f.kind).collect();
    kinds.dedup();
    assert_eq!(kinds.is_empty(), report.wrong == 0);
    kinds
}

/// The check code of the first pledge on the board that is still public.
async fn code(house: &House) -> String {
    let visitor = house.visitor();
    let board = visitor.get("/board").await.expect(200);
    let (_, rest) = board.text.split_once("/pledges/").expect("a pledge");
    let page = visitor
        .get(&format!("/pledges/{}", &rest[..36]))
        .await
        .expect(200);
    let (_, rest) = page.text.split_once("/verify?code=").expect("its code");
    rest.chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_text_is_found_by_its_code_and_by_the_check_of_everything() {
    for house in House::whole_both().await {
        app::sequencer::chain_audit(&house.app)
            .await
            .expect("the log is written");
        assert_eq!(kinds(&house).await, [], "what the product wrote itself fits");
        let code = code(&house).await;
        let page = format!("/verify?code={code}");
        let visitor = house.visitor();
        let words = async || visitor.get(&page).await.expect(200).words();
        assert!(words().await.contains("核验一致"));

        let organization = house.app.organization().to_owned();
        let forge = async |what| {
            let act = Forged(organization.clone(), what);
            house.database.db.act(act).await.expect("written");
        };
        forge(Forge::Board).await;
        assert!(kinds(&house).await.contains(&PublicFaultKind::BoardDiffers));
        assert!(
            words().await.contains("公开栏上现在显示的不是它"),
            "{}",
            words().await
        );
        forge(Forge::Log).await;
        assert!(kinds(&house).await.contains(&PublicFaultKind::LogEntryChanged));
        forge(Forge::Text).await;
        assert!(kinds(&house).await.contains(&PublicFaultKind::TextChanged));
        let told = words().await;
        assert!(told.contains("核验不符") && !told.contains("核验一致"), "{told}");
    }
}

/// The next campaign, whose first step has not brought anything yet.
pub(crate) async fn next(house: &House, office: &Actor) {
    let create = CreateCampaign {
        source: Source::Shipped("yearly_pledge".to_owned()),
        title: "下一年承诺践诺".to_owned(),
        starts_on: house.app.date_of(NOON).to_string(),
    };
    let id = house.app.execute(office, create).await.expect("made");
    house
        .app
        .execute(office, StartCampaign { id })
        .await
        .expect("started");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_campaign_stays_public_and_what_was_left_open_stays_owed() {
    for house in House::whole_both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let old = house
            .app
            .query(&Actor::public(), FindCurrent)
            .await
            .expect("asked");
        let old = old.expect("runs").id;
        let visitor = house.visitor();
        let before = visitor.get("/board").await.expect(200);
        let (_, rest) = before.text.split_once("/pledges/").expect("a pledge");
        let pledge = format!("/pledges/{}", &rest[..36]);
        let desk = async || office.get("/rectification").await.expect(200).words();
        let open = desk().await;
        assert!(open.contains("整改中"), "{open}");

        let show = office.get(&format!("/campaigns/{old}")).await.expect(200);
        assert!(
            show.words().contains("件承诺已经逾期，没有报告"),
            "{}",
            show.words()
        );
        assert!(show.words().contains("件整改没有销号"));
        office
            .post(&format!("/campaigns/{old}/close"), &[("sure", "1")])
            .await
            .expect(303);
        let home = visitor.get("/").await.expect(200).words();
        assert!(!home.contains("进行中"), "every step is over: {home}");
        let tasks = office.get("/work").await.expect(200).words();
        assert!(
            tasks.contains("条群众意见等待答复"),
            "answers are still owed: {tasks}"
        );

        next(&house, office.actor()).await;
        assert!(desk().await.contains("整改中"), "an order outlives its campaign");
        assert!(
            office
                .get("/work")
                .await
                .expect(200)
                .words()
                .contains("条群众意见等待答复")
        );
        let waiting = office.get("/feedback-desk").await.expect(200).words();
        assert!(!waiting.contains("待答复 0"), "{waiting}");

        let now = visitor.get("/board").await.expect(200).text;
        assert!(!now.contains(&pledge), "the board is of the campaign that runs");
        let past = visitor.get("/past").await.expect(200);
        let looking = format!("/board?campaign={old}");
        assert!(past.text.contains(&format!("\"{looking}\"")), "{}", past.words());
        let then = visitor.get(&looking).await.expect(200);
        assert!(then.text.contains(&pledge) && then.words().contains("已经结束的活动"));
        let filter = format!("<input type=\"hidden\" name=\"campaign\" value=\"{old}\">");
        assert!(then.text.contains(&filter), "the filter goes on looking back");
        assert!(then.text.contains(&format!("/progress?campaign={old}")));
        visitor.get(&pledge).await.expect(200);
        for place in ["/progress", "/demands", "/draws"] {
            visitor.get(&format!("{place}?campaign={old}")).await.expect(200);
        }
        let map = visitor.get("/sitemap.xml").await.expect(200).text;
        assert!(map.contains(&pledge) && map.contains(&looking));
        visitor
            .get("/board?campaign=01900000-0000-7000-8000-00000000dead")
            .await
            .expect(404);
        let rows = visitor
            .get(&format!("/api/v1/items?campaign={old}&limit=1"))
            .await
            .expect(200);
        assert!(rows.text.contains("\"content\""), "{}", rows.text);
    }
}

/// The first `/…/ID` address behind a prefix.
fn first<'a>(text: &'a str, prefix: &str) -> &'a str {
    let (_, rest) = text.split_once(prefix).unwrap_or_else(|| panic!("no {prefix}"));
    &rest[..36]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desks_of_an_ended_campaign_stay_open_to_whoever_works_in_it() {
    for house in House::whole_both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let supervisor = house.as_role(Role::Supervisor).await;
        let old = house
            .app
            .query(&Actor::public(), FindCurrent)
            .await
            .expect("asked");
        let old = old.expect("runs").id;
        let board = house.visitor().get("/board").await.expect(200).text;
        let pledge = first(&board, "/pledges/").to_owned();
        let calendar = supervisor.get("/inspection").await.expect(200).text;
        let check = format!(
            "/inspection/{}",
            first(&calendar, "href=\"/inspection/0").replacen("", "0", 1)
        );
        let check = &check[..check.len().min(48)];
        let show = office.get(&format!("/campaigns/{old}")).await.expect(200).words();
        assert!(show.contains("次检查没有记录"), "{show}");
        office
            .post(&format!("/campaigns/{old}/close"), &[("sure", "1")])
            .await
            .expect(303);
        let desks = [
            (&supervisor, "/inspection"),
            (&office, "/workbench"),
            (&office, "/workbench/missing"),
            (&office, "/survey"),
            (&office, "/survey/unanswered"),
            (&office, "/documents/generate"),
            (&office, "/reports"),
        ];
        for (who, desk) in &desks {
            let page = who.get(desk).await.expect(200);
            assert!(
                !page.words().contains("没有正在进行的活动"),
                "{desk}: {}",
                page.words()
            );
        }
        assert!(
            supervisor
                .get("/inspection")
                .await
                .expect(200)
                .text
                .contains(check)
        );
        let empty = supervisor.get("/inspection").await.expect(200).text;
        assert!(!empty.contains("/inspection/new"), "nothing new is planned in it");

        next(&house, office.actor()).await;
        for (who, desk) in &desks {
            let page = who.get(&format!("{desk}?campaign={old}")).await.expect(200);
            let words = page.words();
            assert!(words.contains("您正在看已经结束的活动"), "{desk}: {words}");
            assert!(
                !who.get(desk)
                    .await
                    .expect(200)
                    .words()
                    .contains("您正在看已经结束的活动")
            );
        }
        let then = supervisor
            .get(&format!("/inspection?campaign={old}"))
            .await
            .expect(200)
            .text;
        assert!(then.contains(check), "{then}");
        let file = office.get(&format!("/campaigns/{old}")).await.expect(200).text;
        assert!(
            file.contains(&format!("/inspection?campaign={old}"))
                || file.contains(&format!("/workbench?campaign={old}"))
        );

        // A promise is judged for as long as it is public, and its page says what it belongs to.
        let page = house
            .visitor()
            .get(&format!("/pledges/{pledge}"))
            .await
            .expect(200);
        assert!(
            page.words().contains("您正在看已经结束的活动"),
            "{}",
            page.words()
        );
        assert!(page.text.contains(&format!("/board?campaign={old}")));
        let rate = page
            .text
            .split("href=\"")
            .find(|h| h.starts_with("/feedback/"))
            .expect("a link");
        let rate = rate.split('"').next().expect("an address").replace("&amp;", "&");
        house.visitor().get(&rate).await.expect(200);
        let said = [("grade", "5"), ("words", "说到做到")];
        let given = house.visitor().post(&rate, &said).await.expect(200);
        assert!(given.words().contains("查询码"), "{}", given.words());

        // The paper about it is still written, with its own figures.
        let made = office
            .post(
                &format!("/documents/generate?campaign={old}"),
                &[("kind", "summary")],
            )
            .await
            .expect(303);
        let text = office.get(&made.location).await.expect(200).text;
        assert!(text.contains(&format!("campaign={old}")), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_of_a_paper_count_reports_and_findings_whatever_came_of_them() {
    for house in House::whole_both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let rows = async |filter: &str| {
            let page = house
                .visitor()
                .get(&format!("/board?{filter}"))
                .await
                .expect(200)
                .words();
            let (_, rest) = page.split_once("共 ").expect("a count");
            rest.split(' ')
                .next()
                .expect("a number")
                .replace(',', "")
                .parse::<i64>()
                .expect("digits")
        };
        let count = async |statement| {
            let peeked = house.database.look(statement).await;
            peeked.first().expect("one").parse::<i64>().expect("a number")
        };
        let claimed = count(sql!(
            "SELECT CAST(COUNT(*) AS TEXT) AS n FROM public_item WHERE claim = 'kept'"
        ))
        .await;
        let of = count(sql!(
            "SELECT CAST(COUNT(*) AS TEXT) AS n FROM public_item WHERE claim IS NOT NULL"
        ))
        .await;
        let found = count(sql!(
            "SELECT CAST(COUNT(*) AS TEXT) AS n FROM public_item WHERE verdict = 'fulfilled'"
        ))
        .await;
        assert_eq!(rows("state=claimed_kept").await, claimed);
        assert_eq!(rows("state=found_fulfilled").await, found);
        assert!(claimed > rows("state=reported").await, "some were checked since");
        let page = office.get("/documents/generate").await.expect(200).words();
        assert!(
            page.contains(&format!("{claimed} / {of}")),
            "{claimed} of {of}: {page}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn between_two_campaigns_a_pledge_stays_its_pledgers() {
    for house in House::whole_both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let one = async |statement| {
            let found = house.database.look(statement).await;
            found.into_iter().next().expect("one")
        };
        let published = one(sql!(
            "SELECT pledger_id FROM pledge WHERE state = 'published' AND pledger = 'person' ORDER BY id"
        ))
        .await;
        let waiting = one(sql!(
            "SELECT pledger_id FROM pledge WHERE state = 'confirmed' AND pledger = 'person' ORDER BY id"
        ))
        .await;
        let old = one(sql!("SELECT id FROM campaign")).await;
        let file = office.get(&format!("/campaigns/{old}")).await.expect(200).words();
        assert!(file.contains("已经审定、还没有公示，结束后不再公示"), "{file}");
        let close = format!("/campaigns/{old}/close");
        office.post(&close, &[("sure", "1")]).await.expect(303);

        let author = house.as_person(&published).await;
        let mine = author.get("/my-pledge").await.expect(200);
        assert!(mine.words().contains("承诺继续有效"), "{}", mine.words());
        for way in [
            "/my-pledge/items",
            "/my-pledge/files/form.pdf",
            "/publication/consent",
        ] {
            assert!(mine.text.contains(way), "{way}");
            author.get(way).await.expect(200);
        }
        assert!(
            !mine.text.contains("/my-pledge/amend"),
            "nothing new is begun in it"
        );
        let pledge = first(&mine.text, "href=\"/pledges/");
        let amend = [("pledge", pledge), ("reason", "换个写法")];
        author.post("/my-pledge/amend", &amend).await.expect(409);

        let left = house.as_person(&waiting).await;
        let left = left.get("/my-pledge").await.expect(200).words();
        assert!(left.contains("以后不再公示"), "{left}");
        let desk = office.get("/publication").await.expect(200);
        assert!(desk.words().contains("不再公示新的承诺") && !desk.text.contains("/publication/preview"));
    }
}
