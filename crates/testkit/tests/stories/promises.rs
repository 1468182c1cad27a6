//! From what people ask for to what is promised: demands taken up from the menu, a form written together, several
//! promises typed as one, last time's promises beside the form.

use crate::review::{CLEAN, DAY, confirm_all, hand_in, member};
use app::campaign::{CloseCampaign, CreateCampaign, FindCurrent, Source, StartCampaign};
use app::demo::Step;
use app::pledge::{
    ConfirmByPaper, Desk, Edit, Filed, OpenPledge, SaveDraft, StartPledge, SubmitPledge, TypedItem,
    WithdrawBeforeReview,
};
use domain::access::{Actor, Role};
use domain::time::add_days;
use testkit::{Client, House, NOON, Reply};

const DEED: &str = "/my-pledge/write/practical_deed";

fn hidden(page: &Reply, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let rest = page.text.split_once(&mark).map_or("", |(_, rest)| rest);
    rest.split('"').next().unwrap_or("").to_owned()
}

/// What somebody outside says about a branch, merged by its secretary into a public demand.
pub(crate) async fn demand(house: &House, secretary: &Client, unit: &str, words: &str) -> String {
    let said = [("unit", unit), ("words", words)];
    house.visitor().post("/opinions/new", &said).await.expect(200);
    let page = secretary.get("/survey/merge").await.expect(200);
    let part = page
        .text
        .split("name=\"opinion\" id=\"o-")
        .skip(1)
        .find(|part| part.split("</label>").next().is_some_and(|p| p.contains(words)));
    let opinion: String = part.expect("listed").chars().take(36).collect();
    let form = [("opinion", opinion.as_str()), ("title", words), ("public", "1")];
    let merged = secretary.post("/survey/merge", &form).await.expect(303);
    let rest = merged
        .location
        .split("/survey/demands/")
        .nth(1)
        .expect("its page");
    rest.chars().take(36).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demand_is_taken_up_given_back_and_answered_in_sight_of_all() {
    for house in House::both().await {
        let (unit, branch) = (
            house.demo.branches[0].id.clone(),
            house.demo.branches[0].name.clone(),
        );
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&unit)).await;
        let title = "夜间呼叫铃5分钟内有人应答";
        let wanted = demand(&house, &secretary, &unit, title).await;
        let tasks = secretary.get("/work").await.expect(200);
        assert!(
            tasks.words().contains("1 条诉求还没有承诺回应"),
            "{}",
            tasks.words()
        );

        let public = async || house.visitor().get("/demands").await.expect(200).words();
        let taken = format!("{branch}已认领");
        assert!(!public().await.contains(&taken));

        // Taken up from the menu, without having begun a form.
        let writer = member(&house, &unit, 0).await;
        let menu = writer.get("/my-pledge/menu").await.expect(200);
        assert!(menu.words().contains(title) && menu.words().contains("还没有人认领"));
        let on = writer
            .post("/my-pledge/claim", &[("demand", &wanted)])
            .await
            .expect(303);
        assert_eq!(on.location, format!("{DEED}?item=new&demand={wanted}"));
        let page = writer.get(&on.location).await.expect(200);
        assert!(page.words().contains(&format!("您认领的诉求：{title}")));
        assert!(page.text.contains(&format!("value=\"{wanted}\" selected")));

        // Everybody sees that somebody cares, and not yet who.
        let seen = public().await;
        assert!(
            seen.contains(&taken) && !seen.contains(&writer.actor().name),
            "{seen}"
        );
        let waits = secretary.get("/survey/unanswered").await.expect(200);
        assert!(waits.words().contains(&writer.actor().name), "{}", waits.words());
        // Taken up twice it is once; somebody of another branch finds nothing to take up.
        writer
            .post("/my-pledge/claim", &[("demand", &wanted)])
            .await
            .expect(303);
        let elsewhere = member(&house, &house.demo.branches[1].id.clone(), 0).await;
        assert!(
            !elsewhere
                .get("/my-pledge/menu")
                .await
                .expect(200)
                .text
                .contains(title)
        );
        elsewhere
            .post("/my-pledge/claim", &[("demand", &wanted)])
            .await
            .expect(404);

        // Given back it waits again, for the branch itself too.
        writer
            .post("/my-pledge/release", &[("demand", &wanted)])
            .await
            .expect(303);
        assert!(!public().await.contains(&taken));
        let menu = secretary
            .get(&format!("/branch-pledge/{unit}/menu"))
            .await
            .expect(200);
        assert!(menu.words().contains("还没有人认领"));

        // An item that answers it takes it up by being handed in.
        let page = writer.get(&on.location).await.expect(200);
        let revision = hidden(&page, "revision");
        let sent = [
            ("revision", revision.as_str()),
            ("sentence", "own"),
            ("own", "每晚22点前检查病区60个呼叫铃，5分钟内到床旁应答"),
            ("due_date", "2027年6月30日"),
            ("demand", wanted.as_str()),
            ("go", "next"),
        ];
        writer.post(DEED, &sent).await.expect(303);
        assert!(!public().await.contains(&taken), "a draft is nobody's business");
        let page = writer.get("/my-pledge/sign").await.expect(200);
        let (revision, name) = (hidden(&page, "revision"), writer.actor().name.clone());
        let sent = [
            ("revision", revision.as_str()),
            ("channels", "notice_board"),
            ("consent", "1"),
            ("signature", name.as_str()),
        ];
        writer.post("/my-pledge/sign", &sent).await.expect(303);
        assert!(public().await.contains(&taken));
        // What is handed in is not changed by the menu.
        writer
            .post("/my-pledge/claim", &[("demand", &wanted)])
            .await
            .expect(409);
        let open = house.visitor().get("/demands?state=unanswered").await.expect(200);
        assert!(open.text.contains(title));
        let declined = house.visitor().get("/demands?state=declined").await.expect(200);
        assert!(!declined.text.contains(title));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_branch_writes_its_form_together_and_the_secretary_hands_it_in() {
    for house in House::both().await {
        let unit = house.demo.branches[0].id.clone();
        let desk = format!("/branch-pledge/{unit}");
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&unit)).await;
        secretary.post(&format!("{desk}/start"), &[]).await.expect(303);
        let (along, other) = (member(&house, &unit, 0).await, member(&house, &unit, 1).await);
        along.get(&desk).await.expect(404);
        let page = secretary.get(&desk).await.expect(200);
        let pledge = hidden(&page, "pledge");
        let person = along.actor().person.clone().expect("a person");
        let named = [("pledge", pledge.as_str()), ("person", &person), ("how", "name")];
        // Nobody names himself, and nobody of another branch is named.
        along.post(&format!("{desk}/coauthors"), &named).await.expect(403);
        let stranger = member(&house, &house.demo.branches[1].id.clone(), 0).await;
        let foreign = stranger.actor().person.clone().expect("a person");
        let wrong = [("pledge", pledge.as_str()), ("person", &foreign), ("how", "name")];
        secretary
            .post(&format!("{desk}/coauthors"), &wrong)
            .await
            .expect(422);
        secretary
            .post(&format!("{desk}/coauthors"), &named)
            .await
            .expect(303);

        let tasks = along.get("/work").await.expect(200);
        assert!(tasks.words().contains("请您一起写"), "{}", tasks.words());
        let write = format!("{desk}/write/practical_deed");
        let page = along.get(&write).await.expect(200);
        let revision = hidden(&page, "revision");
        let sent = [
            ("revision", revision.as_str()),
            ("sentence", "own"),
            ("own", "2027年6月30日前为病区更换陪护椅60把"),
            ("go", "next"),
        ];
        along.post(&write, &sent).await.expect(303);
        // The secretary finds it in his form; both save, neither overwrites the other.
        let page = secretary.get(&write).await.expect(200);
        assert!(page.text.contains("更换陪护椅60把"));
        let stale = [
            ("revision", revision.as_str()),
            ("sentence", "own"),
            ("own", "每季度讲评一次"),
            ("go", "next"),
        ];
        secretary.post(&write, &stale).await.expect(409);
        // Writing along is not handing in.
        let page = along.get(&desk).await.expect(200);
        assert!(!page.text.contains(&format!("{desk}/sign")), "{}", page.words());
        along.get(&format!("{desk}/sign")).await.expect(403);
        along.post(&format!("{desk}/sign"), &[]).await.expect(403);
        other.get(&write).await.expect(404);
        stranger.get(&write).await.expect(404);

        let end = [("pledge", pledge.as_str()), ("person", &person), ("how", "end")];
        secretary
            .post(&format!("{desk}/coauthors"), &end)
            .await
            .expect(303);
        along.get(&write).await.expect(404);
        along.post(&write, &sent).await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_promises_typed_as_one_are_split_with_one_press() {
    for house in House::both().await {
        let writer = house.as_role(Role::Participant).await;
        writer.post("/my-pledge/start", &[]).await.expect(303);
        let page = writer.get(DEED).await.expect(200);
        let text = "一是每月为20名孕妇讲课一次；二是年底前电话回访产妇100人；三是结对帮助困难患儿2户";
        // Proposed while one types and on save; done by one press.
        let told = writer
            .post("/pledge-advice", &[("sentence", "own"), ("own", text)])
            .await
            .expect(200);
        assert!(told.text.contains("3 件事"), "{}", told.text);
        let revision = hidden(&page, "revision");
        let sent = |go: &'static str| {
            [
                ("revision", revision.clone()),
                ("sentence", "own".to_owned()),
                ("own", text.to_owned()),
                ("due_date", "2027年6月30日".to_owned()),
                ("go", go.to_owned()),
            ]
        };
        let fields = sent("split");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, t)| (*n, t.as_str())).collect();
        let done = writer.post(DEED, &fields).await.expect(303);
        let page = writer.get(&done.location).await.expect(200);
        assert!(page.words().contains("已经分成几件"), "{}", page.words());
        let told = writer
            .json("GET", "/api/v1/my-pledge", &serde_json::json!({}))
            .await
            .expect(200);
        let told: serde_json::Value = serde_json::from_str(&told.text).expect("json");
        let items = told["pledge"]["items"].as_array().cloned().unwrap_or_default();
        let texts: Vec<&str> = items.iter().filter_map(|i| i["content"].as_str()).collect();
        assert_eq!(
            texts,
            [
                "每月为20名孕妇讲课一次",
                "年底前电话回访产妇100人",
                "结对帮助困难患儿2户"
            ]
        );
        assert!(items.iter().all(|i| i["due_date"] == "2027-06-30"), "{items:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn last_times_promises_lie_beside_the_form_with_their_result() {
    for house in House::both_in(Step::Review).await {
        let unit = house.demo.branches[0].id.clone();
        let writer = member(&house, &unit, 0).await;
        let pledge = hand_in(&house, writer.actor(), Desk::Own, CLEAN).await;
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&unit)).await;
        confirm_all(&house, secretary.actor(), &pledge)
            .await
            .expect("confirmed");
        let office = house.as_role(Role::CampaignOffice).await;
        let old = house
            .app
            .query(&Actor::public(), FindCurrent)
            .await
            .expect("asked")
            .expect("runs");
        let close = CloseCampaign { id: old.id.clone() };
        house.app.execute(office.actor(), close).await.expect("closed");
        let create = CreateCampaign {
            source: Source::Shipped("notice_2010".to_owned()),
            title: "下一年公开承诺".to_owned(),
            starts_on: add_days(house.app.date_of(NOON), -11).to_string(),
        };
        let id = house.app.execute(office.actor(), create).await.expect("made");
        let start = StartCampaign { id };
        house.app.execute(office.actor(), start).await.expect("started");

        let writer = house.sign_in(&writer.actor().account).await;
        let first = writer.get("/my-pledge").await.expect(200);
        assert!(
            first.words().contains("上次的承诺和结果") && first.text.contains(CLEAN),
            "{}",
            first.words()
        );
        writer.post("/my-pledge/start", &[]).await.expect(303);
        let page = writer.get("/my-pledge").await.expect(200);
        let href = page
            .text
            .split("href=\"")
            .find(|part| part.contains("&amp;from=") || part.contains("&#38;from="))
            .and_then(|part| part.split('"').next())
            .expect("to go on with it")
            .replace("&amp;", "&")
            .replace("&#38;", "&");
        let page = writer.get(&href).await.expect(200);
        assert!(
            page.text.contains(&format!(">{CLEAN}</textarea>")),
            "its words stand in the field"
        );
        // Somebody else's last year is not one's own.
        let other = member(&house, &unit, 1).await;
        assert!(!other.get("/my-pledge").await.expect(200).text.contains(CLEAN));
    }
}

async fn filed(house: &House, who: &Actor, id: &str) -> Filed {
    let open = OpenPledge { id: id.to_owned() };
    let view = house.app.query(who, open).await.expect("opens");
    view.filed.expect("begun")
}

/// Types a form for somebody and hands it in.
async fn hand_in_for(house: &House, who: &Actor, id: &str, name: &str, content: &str) {
    let item = TypedItem {
        kind: "practical_deed".to_owned(),
        content: content.to_owned(),
        due_date: "2027-01-31".to_owned(),
        ..TypedItem::default()
    };
    let save = SaveDraft {
        pledge: id.to_owned(),
        revision: filed(house, who, id).await.row.revision,
        edit: Edit::Items(vec![item]),
    };
    let saved = house.app.execute(who, save).await.expect("kept");
    let submit = SubmitPledge {
        pledge: id.to_owned(),
        revision: saved.revision,
        closing: None,
        signature: name.to_owned(),
        drawn: String::new(),
        consent: false,
        unchanged: false,
    };
    house.app.execute(who, submit).await.expect("handed in");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_for_somebody_is_confirmed_anew_when_it_changes() {
    for house in House::both_in(Step::Review).await {
        let unit = house.demo.branches[0].id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&unit)).await;
        let old = member(&house, &unit, 0).await;
        let (person, name) = (
            old.actor().person.clone().expect("a person"),
            old.actor().name.clone(),
        );
        let who = secretary.actor();
        house.app.clock().set(NOON - 3 * DAY);
        let start = StartPledge {
            desk: Desk::Behalf(person),
            reason: "离休老同志，口头承诺".to_owned(),
        };
        let id = house.app.execute(who, start).await.expect("begun").id;
        hand_in_for(&house, who, &id, &name, CLEAN).await;
        assert!(filed(&house, who, &id).await.waits_for_person());
        let mut paper = ConfirmByPaper {
            pledge: id.clone(),
            note: "本人签字，原件存支部".to_owned(),
            consent: false,
        };
        let silent = ConfirmByPaper {
            note: paper.note.clone(),
            pledge: id.clone(),
            ..paper
        };
        house
            .app
            .execute(who, silent)
            .await
            .expect_err("a paper that does not consent");
        let now = filed(&house, who, &id).await;
        assert!(
            now.waits_for_person() && now.row.consent_at.is_none(),
            "nobody consents for him"
        );
        paper.consent = true;
        house.app.execute(who, paper).await.expect("confirmed");
        let now = filed(&house, who, &id).await;
        assert!(!now.waits_for_person() && now.row.consent_at.is_some());

        // Taken back and handed in as it was: he has seen it. With another text he has not.
        for (content, waits) in [(CLEAN, false), ("每月到病房陪患儿读书2次", true)] {
            let back = WithdrawBeforeReview { pledge: id.clone() };
            house.app.execute(who, back).await.expect("taken back");
            hand_in_for(&house, who, &id, &name, content).await;
            let now = filed(&house, who, &id).await;
            assert_eq!(now.waits_for_person(), waits, "{content}");
            assert_eq!(now.row.consent_at.is_none(), waits, "{content}");
        }
        house.app.clock().set(NOON);

        // Signed in as himself he is told, reads it, and needs no code.
        let tasks = old.get("/work").await.expect(200).words();
        assert!(tasks.contains("有一份替您填的承诺书"), "{tasks}");
        let page = old.get("/my-pledge").await.expect(200);
        assert!(
            page.words().contains("每月到病房陪患儿读书2次"),
            "{}",
            page.words()
        );
        let form = [("pledge", id.as_str())];
        let other = member(&house, &unit, 1).await;
        let not_his = other
            .post("/my-pledge/confirm", &[("pledge", &id), ("consent", "1")])
            .await;
        assert!(not_his.status.as_u16() >= 400, "{}", not_his.status);
        old.post("/my-pledge/confirm", &form).await.expect(422);
        old.post("/my-pledge/confirm", &[("pledge", &id), ("consent", "1")])
            .await
            .expect(303);
        let now = filed(&house, who, &id).await;
        assert!(!now.waits_for_person() && now.row.consent_at.is_some());
        assert!(
            !old.get("/work")
                .await
                .expect(200)
                .words()
                .contains("有一份替您填的承诺书")
        );
    }
}
