//! Keeping promises and watching that they are kept: report and finding stay two facts, nobody checks or closes his own,
//! a draw comes out the same for anybody, an order goes its whole way.

mod checks;
mod late;
mod leavers;

use app::case::{Event, Need, UseCase};
use app::ctx::Ctx;
use app::rectification::escalate;
use domain::access::Role;
use store::Tx;
use testkit::{House, NOON};

const DAY: i64 = 24 * 3_600_000_000;

/// A public pledge of one item, written as confirming and publishing leave it.
struct Public {
    campaign: String,
    person: String,
    unit: String,
    due_on: &'static str,
}

impl UseCase for Public {
    type Out = (String, String);
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> app::Result<(String, String)> {
        let org = ctx.organization.as_str();
        let (pledge, item) = (ctx.id(), ctx.id());
        let row = store::pledge::Pledge {
            id: pledge.clone(),
            campaign_id: self.campaign.clone(),
            pledger: "person".into(),
            pledger_id: self.person.clone(),
            unit_id: self.unit.clone(),
            person_id: Some(self.person.clone()),
            state: "published".into(),
            round: 1,
            version: 1,
            header: "{}".into(),
            items: "[]".into(),
            channels: "[]".into(),
            ..Default::default()
        };
        store::pledge::add(tx, org, &row).await?;
        let followed = store::pledge::Item {
            id: item.clone(),
            pledge_id: pledge.clone(),
            campaign_id: self.campaign.clone(),
            unit_id: self.unit.clone(),
            position: 0,
            kind: "service".into(),
            content: "每周四上午为孕妇讲解分娩镇痛，全年不少于46场".into(),
            measure: String::new(),
            beneficiary: String::new(),
            due_on: self.due_on.into(),
            demand_id: None,
            claim: None,
            claimed_on: None,
            verdict: None,
            verdict_on: None,
            rectifying: false,
            last_report_on: None,
        };
        store::pledge::put_item(tx, org, &followed).await?;
        let public = store::publication::PublicItem {
            id: item.clone(),
            pledge_id: pledge.clone(),
            campaign_id: self.campaign.clone(),
            unit_id: self.unit.clone(),
            kind: followed.kind,
            content: followed.content,
            due_on: self.due_on.into(),
            ..Default::default()
        };
        store::publication::put_item(tx, org, &public).await?;
        Ok((pledge, item))
    }
    fn event(&self, (pledge, _): &Self::Out) -> Event {
        Event::new("test.public", "pledge", pledge).seen_by_all()
    }
}

/// One public item for the third person and so on of each branch.
async fn publish(house: &House, each: usize, due_on: &'static str) -> Vec<(String, String, String)> {
    let mut out = Vec::new();
    for branch in &house.demo.branches {
        let people = house
            .demo
            .people
            .iter()
            .filter(|p| p.unit_id == branch.id)
            .skip(2)
            .take(each);
        for person in people {
            let case = Public {
                campaign: house.demo.campaign.clone(),
                person: person.id.clone(),
                unit: branch.id.clone(),
                due_on,
            };
            let (_, item) = house.run(case).await.expect("public");
            out.push((person.id.clone(), branch.id.clone(), item));
        }
    }
    out
}

struct Facts(String);

impl app::Query for Facts {
    type Out = store::pledge::Item;
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> app::Result<store::pledge::Item> {
        Ok(store::pledge::item(tx, &ctx.organization, &self.0)
            .await?
            .expect("an item"))
    }
}

async fn facts(house: &House, item: &str) -> store::pledge::Item {
    house
        .app
        .query(&domain::access::Actor::machine(), Facts(item.to_owned()))
        .await
        .expect("read")
}

struct Gone(String);

impl UseCase for Gone {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> app::Result<()> {
        Ok(store::publication::drop_item(tx, &ctx.organization, &self.0).await?)
    }
    fn event(&self, (): &()) -> Event {
        Event::new("test.gone", "item", &self.0).seen_by_all()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_reports_with_a_photo_and_only_his_branch_opens_it() {
    for house in House::both().await {
        let made = publish(&house, 1, "2026-12-20").await;
        let (person, unit, item) = made.first().expect("one").clone();
        let (member, other) = (house.as_person(&person).await, house.as_person(&made[1].0).await);
        let path = format!("/my-pledge/items/{item}/report");
        other.get(&path).await.expect(403);
        member.get("/my-pledge/items").await.expect(200);
        let own = member.get("/my-pledge").await.expect(200).text;
        assert!(
            own.contains("\"/my-pledge/items\""),
            "the way to report is always there"
        );
        let bad = [("words", "没做完"), ("claim", "partly_kept"), ("amount", "30 场")];
        let again = member.post(&path, &bad).await.expect(422);
        assert!(
            again.text.contains("没做完") && again.text.contains("30 场"),
            "nothing typed is lost"
        );
        let private = [("words", "请张三13812345678作证"), ("claim", "kept")];
        member.post(&path, &private).await.expect(422);

        let picture =
            b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x02\x58\0\0\x01\x2c\x08\x06\0\0\0____\0\0\0\x03eXIfGPS____\0\0\0\0IEND____";
        let good = [
            ("words", "讲了46场，签到册在护士站"),
            ("claim", "kept"),
            ("amount", "46 场"),
        ];
        member
            .upload(&path, &good, "file", "a.exe", b"MZ not a picture")
            .await
            .expect(422);
        // Nothing is taken that nobody could open, and nothing is left out in silence.
        let huge = [
            &picture[..16],
            &[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60],
            &picture[24..],
        ]
        .concat();
        for (bytes, told) in [
            (&b""[..], "选的文件是空的"),
            (b"%PDF-1.4\n1 0 obj<<>>endobj", "这个 PDF 不完整"),
            (&huge, "这张图片太大"),
        ] {
            let again = member
                .upload(&path, &good, "file", "a.pdf", bytes)
                .await
                .expect(422);
            assert!(again.words().contains(told), "{told}: {}", again.words());
            assert!(again.text.contains("讲了46场"), "nothing typed is lost");
        }
        member
            .upload(&path, &good, "file", "../签到.jpg", picture)
            .await
            .expect(303);
        let page = member.get(&path).await.expect(200);
        let at = page.text.find("/files/").expect("the attachment");
        let file = page.text.get(at..at + 43).expect("its address").to_owned();
        let sent = member.get(&file).await.expect(200);
        assert!(
            !sent.bytes.windows(3).any(|w| w == b"GPS"),
            "camera data is cut out"
        );
        assert_eq!(sent.headers["content-type"], "image/png");
        house
            .as_role_of(Role::BranchSecretary, Some(&unit))
            .await
            .get(&file)
            .await
            .expect(200);
        other.get(&file).await.expect(404);
        house.visitor().get(&file).await.expect(303);
        assert_eq!(facts(&house, &item).await.claim.as_deref(), Some("kept"));

        house.app.clock().set(NOON + 40 * DAY);
        // Sessions end overnight: he signs in again.
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&unit)).await;
        let silent = secretary.get("/workbench/silent").await.expect(200);
        assert!(!silent.text.contains(&made[1].1) || !silent.words().contains("讲了46场"));
        secretary
            .get(&format!("/workbench/silent?unit={}", made[1].1))
            .await
            .expect(403);
    }
}

/// The office, to which it went up, has it among its tasks and presses for it, for everybody to read.
async fn pressed_for(house: &House, matter: &str, story: &str) {
    let office = house.as_role(Role::CampaignOffice).await;
    let task = "已升级到您这一级";
    let tasks = office.get("/work").await.expect(200).words();
    assert!(tasks.contains(task), "{tasks}");
    let urge = format!("{matter}/urge");
    let words = [("urge", "请三天内装好呼叫铃")];
    let page = office.get(matter).await.expect(200);
    assert!(
        page.text.contains(&format!("action=\"{urge}\"")),
        "{}",
        page.words()
    );
    office.post(&urge, &[("urge", "")]).await.expect(422);
    let supervisor = house.as_role(Role::Supervisor).await;
    assert_eq!(
        supervisor.post(&urge, &words).await.status.as_u16(),
        403,
        "not his level"
    );
    office.post(&urge, &words).await.expect(303);
    assert!(!office.get("/work").await.expect(200).words().contains(task));
    let public = house.visitor().get(story).await.expect(200).words();
    assert!(public.contains("逾期没有整改，升级到党群办"), "{public}");
    assert!(public.contains("请三天内装好呼叫铃"), "{public}");
}

/// Whether a person takes part and holds no office.
fn plain(house: &House, person: &str) -> bool {
    house
        .demo
        .accounts
        .iter()
        .filter(|h| h.person.as_deref() == Some(person))
        .all(|h| h.role == Role::Participant)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_goes_its_whole_way_and_nobody_closes_his_own() {
    for house in House::both().await {
        let made = publish(&house, 1, "2026-11-01").await;
        let supervisor = house.as_role(Role::Supervisor).await;
        let mine = supervisor.actor().person.clone();
        let (owner, _, item) = made
            .iter()
            .find(|m| Some(&m.0) != mine.as_ref() && plain(&house, &m.0))
            .expect("another")
            .clone();
        let member = house.as_person(&owner).await;
        let new = format!("/rectification/new?item={item}");
        member.get(&new).await.expect(403);
        supervisor.get(&new).await.expect(200);
        let matter = supervisor
            .post(&new, &[("words", "过了期限没有报")])
            .await
            .expect(303)
            .location;
        let matter = matter.split('?').next().expect("path").to_owned();
        let order = [("reason", "补做并报告"), ("due_on", "2026-12-04"), ("owner", "")];
        supervisor
            .post(&format!("{matter}/order"), &order)
            .await
            .expect(422);
        let due = "1 条批评已听取说明或过了说明期";
        assert!(!supervisor.get("/work").await.expect(200).words().contains(due));
        member
            .post(&format!("{matter}/reply"), &[("reply", "设备未到")])
            .await
            .expect(303);
        assert!(supervisor.get("/work").await.expect(200).words().contains(due));
        supervisor
            .post(&format!("{matter}/order"), &order)
            .await
            .expect(303);
        assert!(facts(&house, &item).await.rectifying);
        let story_of = late::shown(&house, &item).await;
        let story = house.visitor().get(&story_of).await.expect(200).words();
        let place = |words: &str| story.find(words).unwrap_or_else(|| panic!("{words}: {story}"));
        assert!(place("过了期限没有报") < place("当事人申辩：设备未到"));
        assert!(
            place("当事人申辩：设备未到") < place("补做并报告"),
            "criticism before order"
        );
        let paper = member.get(&format!("{matter}/order.pdf")).await.expect(200);
        assert!(paper.bytes.starts_with(b"%PDF"));

        let look = [("words", "看过了"), ("passed", "1"), ("finding", "fulfilled")];
        supervisor
            .post(&format!("{matter}/follow-up"), &look)
            .await
            .expect(422);
        house.app.clock().set(NOON + 12 * DAY);
        assert_eq!(escalate(&house.app).await.expect("runs"), 1);
        assert_eq!(escalate(&house.app).await.expect("runs"), 0, "once a limit");
        // Sessions end overnight: both sign in again.
        let (supervisor, member) = (
            house.as_role(Role::Supervisor).await,
            house.as_person(&owner).await,
        );
        let page = supervisor.get(&matter).await.expect(200);
        assert!(page.words().contains("已升级到党群办"), "{}", page.words());
        pressed_for(&house, &matter, &story_of).await;

        member
            .post(&format!("{matter}/response"), &[("response", "已补做")])
            .await
            .expect(303);
        member
            .post(&format!("{matter}/follow-up"), &look)
            .await
            .expect(403);
        // Who gave the order does not look; he reads who may, and only the others have the task.
        let told = supervisor.post(&format!("{matter}/follow-up"), &look).await;
        assert_eq!(told.status.as_u16(), 403);
        let page = supervisor.get(&matter).await.expect(200);
        assert!(page.words().contains("由别人回头看"), "{}", page.words());
        let task = "1 件整改已答复，等待回头看";
        assert!(!supervisor.get("/work").await.expect(200).words().contains(task));
        let other = house.as_role(Role::CampaignOffice).await;
        assert!(other.get("/work").await.expect(200).words().contains(task));
        let failed = [("words", "还差一次"), ("passed", "0"), ("due_on", "2026-12-30")];
        other
            .post(&format!("{matter}/follow-up"), &failed)
            .await
            .expect(303);
        assert!(facts(&house, &item).await.rectifying);
        house
            .as_role(Role::CampaignOffice)
            .await
            .post(
                &format!("{matter}/extend"),
                &[("reason", "再等"), ("due_on", "2027-01-10")],
            )
            .await
            .expect(403);
        let later = [("reason", "设备在路上"), ("due_on", "2027-01-10")];
        supervisor
            .post(&format!("{matter}/extend"), &later)
            .await
            .expect(303);
        member
            .post(&format!("{matter}/response"), &[("response", "全部补做")])
            .await
            .expect(303);
        let bare = other
            .post(&format!("{matter}/follow-up"), &look)
            .await
            .expect(422);
        assert!(bare.words().contains("销号要有依据") && bare.text.contains("看过了"));
        let paper = b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n";
        other
            .upload(&format!("{matter}/follow-up"), &look, "file", "复查.pdf", paper)
            .await
            .expect(303);
        let closed = facts(&house, &item).await;
        assert!(!closed.rectifying && closed.verdict.as_deref() == Some("fulfilled"));
        let ledger = supervisor.get("/rectification").await.expect(200);
        assert!(ledger.words().contains("已销号"));
        house.visitor().get(&matter).await.expect(303);
        let stranger = &made
            .iter()
            .find(|m| m.0 != owner && Some(&m.0) != mine.as_ref() && plain(&house, &m.0))
            .expect("third")
            .0;
        house.as_person(stranger).await.get(&matter).await.expect(404);
    }
}
