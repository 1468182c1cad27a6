//! Templates other than the first one's, from creation through their first acts; advice while typing; texts that read
//! alike, to the author without names and to the reviewer with them.

mod leaders;

use crate::review::{CLEAN, DAY, VAGUE, confirm_all, hand_in, kind, look, member, send, shown};
use app::campaign::{CreateCampaign, FindCurrent, Source, StartCampaign};
use app::case::{Event, Need, UseCase};
use app::demo::Step;
use app::pledge::{Desk, Edit, OpenDesk, SaveDraft, StartPledge, SubmitPledge, TypedItem};
use app::review::{Answers, Decide, Verdict};
use app::texts::{Texts, WarmTexts};
use domain::access::{Actor, Role};
use domain::campaign::{Audience, GatedAct, shipped};
use domain::pledge::PledgeState;
use domain::review::MeetingEntry;
use domain::time::add_days;
use testkit::{Client, Database, House, NOON};

/// A department below a branch, with somebody who answers for it.
pub(crate) struct Department {
    pub id: String,
    pub branch: String,
    pub account: String,
}

impl UseCase for Department {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &app::Ctx, tx: &mut store::Tx) -> app::Result<()> {
        let branch = store::organization::unit(tx, &ctx.organization, &self.branch).await?;
        let unit = store::organization::Unit {
            id: self.id.clone(),
            parent_id: Some(self.branch.clone()),
            kind: "clinical_department".to_owned(),
            name: "产科门诊".to_owned(),
            ..branch.expect("a branch")
        };
        store::organization::add_unit(tx, &ctx.organization, &unit, ctx.now).await?;
        let grant = store::account::RoleGrant {
            id: ctx.id(),
            account_id: self.account.clone(),
            role: Role::BranchSecretary.name().to_owned(),
            unit_id: Some(self.id.clone()),
        };
        store::account::grant(tx, &ctx.organization, &grant, &ctx.actor.account, ctx.now).await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new("unit.add", "unit", &self.id)
    }
}

/// A house in which this template's campaign is in its second day of proposing.
pub(crate) async fn proposing(database: Database, key: &str) -> House {
    let house = House::empty(database).await;
    let office = house.as_role(Role::CampaignOffice).await;
    let (_, text) = shipped().iter().find(|(k, _)| *k == key).expect("shipped");
    let template = domain::campaign::parse(text).expect("fine");
    let stage = template
        .stages
        .iter()
        .find(|s| s.acts.contains(&GatedAct::Propose));
    let ahead = stage.expect("a stage of proposing").start_day + 1;
    let create = CreateCampaign {
        source: Source::Shipped(key.to_owned()),
        title: String::new(),
        starts_on: add_days(house.app.date_of(NOON), -ahead).to_string(),
    };
    let id = house.app.execute(office.actor(), create).await.expect("made");
    house
        .app
        .execute(office.actor(), StartCampaign { id })
        .await
        .expect("started");
    house
}

/// Fills in what the template asks of this desk, hands it in, and gives the pledge and its audience.
pub(crate) async fn file(house: &House, actor: &Actor, desk: Desk) -> app::Result<(String, Audience)> {
    let start = StartPledge {
        desk: desk.clone(),
        reason: String::new(),
    };
    let pledge = house.app.execute(actor, start).await?.id;
    let view = house.app.query(actor, OpenDesk { desk }).await?;
    let due = add_days(house.app.date_of(NOON), 20).to_string();
    let mut items = Vec::new();
    for rule in view.campaign.template.kind_rules(view.audience) {
        for n in 0..rule.min {
            items.push(TypedItem {
                kind: rule.kind.to_string(),
                content: format!("每周为{}名产妇讲解一次母乳喂养，当场答复提问", 20 + n),
                due_date: due.clone(),
                ..TypedItem::default()
            });
        }
    }
    let revision = view.filed.map_or(0, |f| f.row.revision);
    let save = SaveDraft {
        pledge: pledge.clone(),
        revision,
        edit: Edit::Items(items),
    };
    let saved = house.app.execute(actor, save).await?;
    let channels = view.campaign.channels().iter().map(|c| c.key.clone()).collect();
    let submit = SubmitPledge {
        pledge: pledge.clone(),
        revision: saved.revision,
        closing: Some(Edit::Closing {
            due_typed: String::new(),
            pledged_typed: String::new(),
            channels,
        }),
        signature: actor.name.clone(),
        drawn: String::new(),
        consent: true,
        unchanged: false,
    };
    house.app.execute(actor, submit).await?;
    Ok((pledge, view.audience))
}

/// Lets every step of the route decide, each by one of those the product names; gives how many there were.
pub(crate) async fn through(house: &House, office: &Client, pledge: &str) -> usize {
    let mut steps = 0;
    loop {
        let found = look(house, office, pledge).await;
        let Some(step) = found.candidate.step.clone() else {
            assert_eq!(
                found.candidate.matter.pledge.state,
                PledgeState::Confirmed { round: 1 }
            );
            return steps;
        };
        let who = house
            .as_person(step.reviewers.first().expect("somebody").as_str())
            .await;
        let meeting = step.meeting.then(|| MeetingEntry {
            held_on: house.app.date_of(house.app.clock().now()).to_string(),
            entitled: "9".to_owned(),
            present: "8".to_owned(),
            result: "同意".to_owned(),
            few: false,
        });
        let decide = Decide {
            pledge: pledge.to_owned(),
            round: 1,
            step: u32::try_from(found.candidate.at).expect("small"),
            revision: found.candidate.matter.row.revision,
            verdict: Verdict::Confirm,
            answers: Answers::AllYes,
            message: String::new(),
            meeting,
        };
        house.app.execute(who.actor(), decide).await.expect("decides");
        steps += 1;
    }
}

/// To a day on which the campaign reviews.
async fn to_review(house: &House) {
    let found = house
        .app
        .query(&Actor::public(), FindCurrent)
        .await
        .expect("asked");
    let window = found
        .expect("runs")
        .window(GatedAct::Review, house.app.date_of(NOON))
        .expect("a stage");
    let days = domain::time::days_between(house.app.date_of(NOON), window.starts_on).max(0);
    house.app.clock().set(NOON + i64::from(days) * DAY);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_notice_runs_from_creation_through_its_first_acts() {
    for (key, member_steps, unit_steps) in [("monthly_list", 1, 1), ("demand_menu", 3, 3)] {
        let mut databases = vec![Database::sqlite().await];
        databases.extend(Database::postgres().await);
        for database in databases {
            let house = proposing(database, key).await;
            let branch = house.demo.branches[1].id.clone();
            let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
            let office = house.as_role(Role::CampaignOffice).await;
            // The pages are those of this template.
            let writer = member(&house, &branch, 0).await;
            let page = writer.get("/my-pledge").await.expect(200);
            let template = house
                .app
                .query(&Actor::public(), FindCurrent)
                .await
                .expect("asked")
                .expect("runs")
                .template;
            assert!(
                page.words().contains(&template.kinds[0].label.zh),
                "{}",
                page.words()
            );
            let (own, audience) = file(&house, writer.actor(), Desk::Own).await.expect("files");
            assert_eq!(audience, Audience::Participant);
            let (unit, audience) = file(&house, secretary.actor(), Desk::Branch(branch.clone()))
                .await
                .expect("files");
            assert_eq!(audience, Audience::Branch);
            to_review(&house).await;
            let office = house.sign_in(&office.actor().account).await;
            assert_eq!(through(&house, &office, &own).await, member_steps, "{key}");
            assert_eq!(through(&house, &office, &unit).await, unit_steps, "{key}");
            house.app.clock().set(NOON);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn advice_comes_while_one_types_and_keeps_nothing() {
    for house in House::both().await {
        let writer = house.as_role(Role::Participant).await;
        let ask = async |fields: &[(&str, &str)]| {
            let told = writer.post("/pledge-advice", fields).await.expect(200);
            serde_json::from_str::<serde_json::Value>(&told.text).expect("json")
        };
        let lit =
            |told: &serde_json::Value| told["lights"].as_str().expect("lights").matches("tag ok").count();
        assert_eq!(lit(&ask(&[("sentence", "own"), ("own", "提高水平")]).await), 0);
        let whole = [
            ("sentence", "own"),
            ("own", "每月为20名产妇讲课一次"),
            ("due_date", "每季度末"),
        ];
        let told = ask(&whole).await;
        assert_eq!(lit(&told), 3, "{told}");
        assert!(told["due"].as_str().expect("due").contains("每季度"), "{told}");
        // A model sentence with its places filled; the rules of the post.
        let filled = [
            ("sentence", "4"),
            ("pattern", "每月为{对象}开展{次数}次{内容}，{期限}前完成"),
            ("b.4.0", "孕妇"),
            ("b.4.1", "2"),
            ("b.4.2", "营养课"),
            ("b.4.3", "年底"),
        ];
        let told = ask(&filled).await;
        assert_eq!(lit(&told), 3, "{told}");
        assert!(told["due"].as_str().expect("due").contains("12月31日"), "{told}");
        let duty = ("own", "严格落实查对制度，每班查对");
        let nurse = ask(&[duty, ("post_group", "nurse")]).await;
        let nobody = ask(&[duty]).await;
        assert!(
            nurse["advice"] != nobody["advice"],
            "the duties of the post: {nurse}"
        );
        // What nobody should send: it is read or refused, never a fault.
        let long = "承诺".repeat(50_000);
        let odd = ["<b>\u{202E}反过来</b>", "\u{0}\u{7f}", "{{{}", long.as_str()];
        for text in odd {
            let told = ask(&[("own", text), ("due_date", text), ("pattern", text)]).await;
            assert!(!told.to_string().contains("<b>"), "escaped");
        }
        house
            .visitor()
            .post("/pledge-advice", &[("own", "x")])
            .await
            .expect(303);
        assert!(
            writer
                .get("/my-pledge")
                .await
                .expect(200)
                .text
                .contains("/my-pledge/start"),
            "nothing was begun"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn alike_in_the_whole_house_told_to_both_and_joint_ones_are_fine() {
    for house in House::both_in(Step::Review).await {
        let (here, there) = (
            house.demo.branches[0].id.clone(),
            house.demo.branches[1].id.clone(),
        );
        let first = member(&house, &here, 0).await;
        let other = member(&house, &there, 0).await;
        hand_in(&house, first.actor(), Desk::Own, CLEAN).await;
        let near = CLEAN.replace("营养课", "保健课");
        let pledge = hand_in(&house, other.actor(), Desk::Own, &near).await;

        // The reviewer of the other branch learns with whom.
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&there)).await;
        let page = secretary.get(&format!("/review/{pledge}")).await.expect(200);
        let name = &first.actor().name;
        assert!(
            page.words().contains(&format!("{name}（")) && page.text.contains(CLEAN),
            "{}",
            page.words()
        );
        let queue = secretary.get("/review").await.expect(200);
        assert!(
            queue.words().contains("雷同"),
            "it is looked at first: {}",
            queue.words()
        );

        // The author learns that, not with whom.
        let back = [
            ("verdict", "return"),
            ("reasons", "no_target"),
            ("message", "请写自己岗位的事"),
        ];
        let form = shown(&house, &secretary, &pledge).await;
        send(&secretary, &pledge, &form, &back).await.expect(303);
        let page = other.get("/my-pledge/write/practical_deed").await.expect(200);
        assert!(
            page.words().contains("其他支部 1 份承诺几乎一样"),
            "{}",
            page.words()
        );
        assert!(!page.text.contains(name.as_str()), "no names");

        // Declared as joint it is legitimate, and said so to the reviewer.
        let desk = house
            .app
            .query(other.actor(), OpenDesk { desk: Desk::Own })
            .await
            .expect("opens");
        let filed = desk.filed.expect("begun");
        let mut items: Vec<TypedItem> = Vec::new();
        for item in &filed.draft.items {
            items.push(TypedItem {
                kind: item.item.kind.to_string(),
                content: item.item.content.clone(),
                due_date: "2027-01-31".to_owned(),
                joint: name.clone(),
                ..TypedItem::default()
            });
        }
        let save = SaveDraft {
            pledge: pledge.clone(),
            revision: filed.row.revision,
            edit: Edit::Items(items),
        };
        let saved = house.app.execute(other.actor(), save).await.expect("kept");
        let page = other.get("/my-pledge/write/practical_deed").await.expect(200);
        assert!(page.words().contains("内容相近没有关系"), "{}", page.words());
        let submit = SubmitPledge {
            pledge: pledge.clone(),
            revision: saved.revision,
            closing: None,
            signature: other.actor().name.clone(),
            drawn: String::new(),
            consent: true,
            unchanged: false,
        };
        house.app.execute(other.actor(), submit).await.expect("again");
        let found = look(&house, &secretary, &pledge).await;
        assert!(!found.candidate.alike.is_empty() && found.candidate.alike.iter().all(|a| a.joint));
        let twin = |f: &domain::review::Flag| matches!(f, domain::review::Flag::Twin(_));
        let flags = &found.candidate.flags;
        assert!(!flags.iter().any(twin), "{flags:?}");
        let page = secretary.get(&format!("/review/{pledge}")).await.expect(200);
        assert!(page.words().contains("已写明共同承诺"));

        // The verdict keeps the version of the rules that stood beside it.
        confirm_all(&house, secretary.actor(), &pledge)
            .await
            .expect("confirmed");
        let found = look(&house, &secretary, &pledge).await;
        let rules = domain::advice::Rules::shipped().version();
        assert!(
            found.decided.iter().all(|d| d.advice_rules == rules),
            "{:?}",
            found.decided
        );

        // A restart makes the same index from the database alone.
        let again = app::App::new(
            house.database.db.clone(),
            app::Clock::fixed(NOON),
            house.app.config().clone(),
            house.app.organization(),
        );
        let held = house.app.query(&Actor::machine(), WarmTexts).await.expect("read");
        assert_eq!(
            again.query(&Actor::machine(), WarmTexts).await.expect("read"),
            held
        );
        assert_eq!(held, 2, "one item each, the last round of each");
        assert!(
            house.app.query(other.actor(), WarmTexts).await.is_err(),
            "the machine's alone"
        );
        assert!(Texts::default().is_empty());
        let vague = member(&house, &here, 1).await;
        hand_in(&house, vague.actor(), Desk::Own, VAGUE).await;
        assert!(house.app.query(&Actor::machine(), WarmTexts).await.expect("read") > held);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_form_can_hold_is_refused_and_stays_on_the_page() {
    for house in House::both().await {
        let writer = house.as_role(Role::Participant).await;
        writer.post("/my-pledge/start", &[]).await.expect(303);
        let long = "诺".repeat(100_000);
        let deed = "/my-pledge/write/practical_deed";
        for (text, kept) in [
            ("每月为20名产妇讲课\u{202E}一次", "讲课\u{202E}一次"),
            ("每月为20名产妇讲课\u{1}一次", "一次"),
            (long.as_str(), "诺诺诺诺"),
        ] {
            let fields = [("sentence", "own"), ("own", text), ("go", "next")];
            let back = writer.post(deed, &fields).await.expect(422);
            assert!(back.text.contains(kept) && back.text.contains("id=\"errors\""));
            let body = serde_json::json!({ "items": [{ "kind": "practical_deed", "content": text }] });
            writer.json("PUT", "/api/v1/my-pledge", &body).await.expect(422);
        }
        // Markup is text like any other; of what was refused nothing was kept.
        let fields = [
            ("sentence", "own"),
            ("own", "<script>alert(1)</script>每月2次"),
            ("go", "draft"),
        ];
        writer.post(deed, &fields).await.expect(303);
        let page = writer.get(deed).await.expect(200);
        assert!(
            !page.text.contains("<script>alert") && page.words().contains("每月2次"),
            "kept as typed, shown as text"
        );
        let told = writer
            .json("GET", "/api/v1/my-pledge", &serde_json::json!({}))
            .await
            .expect(200);
        let told: serde_json::Value = serde_json::from_str(&told.text).expect("json");
        assert_eq!(told["pledge"]["items"].as_array().map(Vec::len), Some(1));
    }
}
