//! What people say: opinions, demands, feedback, answers; and that nothing of who said it is kept.

use app::demo::Step;
use domain::access::{Actor, Role};
use store::{Act, Tx, sql};
use testkit::{House, Reply};

/// Every column of the anonymous rows, as one text a row: whoever looks into the database sees this and no more.
struct Rows(&'static str);

impl Act for Rows {
    type Out = Vec<String>;
    async fn run(&self, tx: &mut Tx) -> store::Result<Vec<String>> {
        let text = match self.0 {
            "opinion" => sql!(
                "SELECT COALESCE(typed_by, '-') || '|' || COALESCE(visit_id, '-') || '|' || said_on || '|' || \
                 source || '|' || words FROM opinion ORDER BY words"
            ),
            "feedback" => sql!(
                "SELECT said_on || '|' || COALESCE(handled_by, '-') || '|' || contact || '|' || words FROM feedback \
                 ORDER BY words"
            ),
            _ => sql!(
                "SELECT act || '|' || actor || '|' || object_id || '|' || detail FROM audit_entry ORDER BY act"
            ),
        };
        tx.all(text, &[]).await
    }
}

async fn rows(house: &House, table: &'static str) -> Vec<String> {
    house.database.db.read(Rows(table)).await.expect("reads")
}

/// The receipt on a page.
fn code(reply: &Reply) -> String {
    let from = reply.text.find("class=\"code receipt\">").expect("a receipt") + 21;
    reply.text[from..].chars().take_while(|c| *c != '<').collect()
}

fn first_id(text: &str, before: &str) -> String {
    let from = text
        .find(before)
        .unwrap_or_else(|| panic!("{before} is on the page"))
        + before.len();
    text[from..].chars().take(36).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opinion_from_outside_keeps_words_and_day_and_nothing_else() {
    for house in House::both_in(Step::Survey).await {
        let visitor = house.visitor();
        let form = visitor.get("/opinions/new").await.expect(200);
        assert!(form.headers.get("set-cookie").is_none());
        assert_eq!(form.headers["referrer-policy"], "no-referrer");
        assert_eq!(form.headers["cache-control"], "no-store");
        assert!(!form.text.contains("<script"), "works without script");

        let unit = house.demo.branches[0].id.clone();
        let long = "椅".repeat(501);
        let wrong = visitor
            .post("/opinions/new", &[("unit", &unit), ("words", &long)])
            .await
            .expect(422);
        assert!(wrong.text.contains(&long), "nothing typed is lost");
        assert!(wrong.text.contains(&format!("value=\"{unit}\" selected")));
        let robot = visitor
            .post("/opinions/new", &[("words", "门诊椅子太少"), ("website", "x")])
            .await
            .expect(422);
        assert!(robot.text.contains("门诊椅子太少") && robot.text.contains("f-website"));

        let done = visitor
            .post(
                "/opinions/new",
                &[("unit", &unit), ("words", "门诊椅子太少 王䶮")],
            )
            .await
            .expect(200);
        let receipt = code(&done);
        assert!(done.headers.get("set-cookie").is_none());
        // Signed in or not makes no difference: the page reads no cookie, the audit trail has no line.
        let member = house.as_role(Role::Participant).await;
        let before = rows(&house, "audit").await.len();
        member
            .post("/suggest", &[("words", "网页字太小")])
            .await
            .expect(200);
        member
            .post("/survey/say", &[("unit", &unit), ("words", "夜班没有热饭")])
            .await
            .expect(303);
        assert_eq!(rows(&house, "audit").await.len(), before);
        let today = house.demo.today;
        let kept = rows(&house, "opinion").await;
        assert!(
            kept.contains(&format!("-|-|{today}|public|门诊椅子太少 王䶮")),
            "{kept:?}"
        );
        assert!(kept.contains(&format!("-|-|{today}|public|网页字太小")));
        assert!(kept.contains(&format!("-|-|{today}|internal|夜班没有热饭")));

        let told = visitor
            .post("/receipt", &[("code", &receipt.to_lowercase())])
            .await
            .expect(200);
        assert!(told.text.contains("门诊椅子太少 王䶮"));
        let unknown = visitor
            .post("/receipt", &[("code", "0000-0000-0000")])
            .await
            .expect(422);
        assert!(unknown.text.contains("value=\"0000-0000-0000\""));
        let malformed = visitor.post("/receipt", &[("code", "不知道")]).await.expect(422);
        assert!(malformed.text.contains("不知道"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn visits_and_slips_become_demands_that_keep_words_and_count_voices() {
    for house in House::both_in(Step::Survey).await {
        let secretary = house.as_role(Role::BranchSecretary).await;
        let unit = house.demo.branches[0].id.clone();
        let wrong = [
            ("unit", unit.as_str()),
            ("place", "产科二病区"),
            ("met", ""),
            ("points", "1、呼叫铃没人应\n2、陪护椅太窄"),
        ];
        let again = secretary.post("/survey/visits/new", &wrong).await.expect(422);
        assert!(again.text.contains("陪护椅太窄") && again.text.contains("f-met"));
        let good: Vec<_> = wrong
            .iter()
            .map(|(n, v)| (*n, if *n == "met" { "家属3人" } else { *v }))
            .collect();
        // Without a year it is the last such day, as the hint says; one that is long past is refused.
        for (day, code) in [("11.20", 303), ("11月25日", 422)] {
            let mut past = good.clone();
            past.push(("held_on", day));
            secretary.post("/survey/visits/new", &past).await.expect(code);
        }
        let visit = secretary.post("/survey/visits/new", &good).await.expect(303);
        let id = first_id(&visit.location, "/survey/visits/");
        let take = format!("/survey/visits/{id}/opinions");
        secretary.post(&take, &[]).await.expect(422);
        for _ in 0..2 {
            // A second press makes no second opinion.
            secretary
                .post(&take, &[("point", "0"), ("point", "1")])
                .await
                .expect(303);
        }
        let paper = [
            ("unit", unit.as_str()),
            ("words", "夜里呼叫铃没人应"),
            ("voices", "6"),
            ("said_on", "11.20"),
        ];
        secretary.post("/survey/paper", &paper).await.expect(303);
        let none = [("unit", unit.as_str()), ("words", "夜里呼叫铃"), ("voices", "零")];
        assert!(
            secretary
                .post("/survey/paper", &none)
                .await
                .expect(422)
                .text
                .contains("夜里呼叫铃")
        );
        assert_eq!(rows(&house, "opinion").await.len(), 3);

        let proposal = secretary.get("/survey/merge").await.expect(200);
        let ids = opinion_ids(&proposal.text, "呼叫铃");
        assert_eq!(ids.len(), 2);
        let mut form: Vec<(&str, &str)> = ids.iter().map(|id| ("opinion", id.as_str())).collect();
        form.push(("title", "打13800001234"));
        let private = secretary.post("/survey/merge", &form).await.expect(422);
        assert!(private.text.contains("打13800001234"), "nothing typed is lost");
        assert_eq!(private.text.matches(" checked").count(), 2);
        form.pop();
        form.extend([("title", "夜间呼叫铃有人应答"), ("public", "1")]);
        let merged = secretary.post("/survey/merge", &form).await.expect(303);
        secretary.post("/survey/merge", &form).await.expect(409);
        let demand = first_id(&merged.location, "/survey/demands/");
        let page = secretary
            .get(&format!("/survey/demands/{demand}"))
            .await
            .expect(200);
        assert!(page.text.contains("呼叫铃没人应") && page.text.contains("夜里呼叫铃没人应"));
        assert!(page.words().contains("7 人提出"), "{}", page.words());

        let public = house.visitor().get("/demands").await.expect(200);
        assert!(public.text.contains("夜间呼叫铃有人应答") && !public.text.contains("夜里呼叫铃没人应"));
        let settle = format!("/survey/demands/{demand}/settle");
        secretary.post(&settle, &[("how", "answer")]).await.expect(409);
        secretary
            .post(&settle, &[("how", "decline"), ("reason", "")])
            .await
            .expect(422);
        let reason = "夜班人手由省里核定，已报增编；急事请直接按床头红键。";
        secretary
            .post(&settle, &[("how", "decline"), ("reason", reason)])
            .await
            .expect(303);
        assert!(
            house
                .visitor()
                .get("/demands")
                .await
                .expect(200)
                .text
                .contains(reason)
        );
    }
}

/// The ids of the opinions on a page whose words contain something.
fn opinion_ids(text: &str, words: &str) -> Vec<String> {
    let parts = text.split("name=\"opinion\" id=\"o-").skip(1);
    parts
        .filter(|part| part.split("</label>").next().is_some_and(|p| p.contains(words)))
        .map(|part| part.chars().take(36).collect())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_branch_neither_sees_nor_changes_and_a_closed_stage_says_so() {
    for house in House::both_in(Step::Propose).await {
        let secretary = house.as_role(Role::BranchSecretary).await;
        let unit = house.demo.branches[0].id.clone();
        let closed = [
            ("unit", unit.as_str()),
            ("words", "夜里呼叫铃没人应"),
            ("voices", "6"),
        ];
        let late = secretary.post("/survey/paper", &closed).await.expect(409);
        assert!(late.text.contains("夜里呼叫铃没人应"), "nothing typed is lost");
        // The public may still speak.
        let words = [("unit", unit.as_str()), ("words", "夜里呼叫铃没人应")];
        house.visitor().post("/opinions/new", &words).await.expect(200);
        let other = house
            .as_role_of(Role::BranchSecretary, Some(&house.demo.branches[1].id))
            .await;
        assert!(
            !other
                .get("/survey")
                .await
                .expect(200)
                .text
                .contains("夜里呼叫铃没人应")
        );
        let id = opinion_ids(&secretary.get("/survey/merge").await.expect(200).text, "呼叫铃").remove(0);
        let form = [("opinion", id.as_str()), ("title", "夜间呼叫铃有人应答")];
        other.post("/survey/merge", &form).await.expect(403);
        other
            .post(&format!("/survey/opinions/{id}"), &[("aside", "无关")])
            .await
            .expect(403);
        secretary
            .post(&format!("/survey/opinions/{id}"), &[("aside", "")])
            .await
            .expect(422);
        secretary
            .post(&format!("/survey/opinions/{id}"), &[("aside", "重复")])
            .await
            .expect(303);
        let kept = rows(&house, "opinion").await;
        assert!(
            kept.iter().any(|row| row.ends_with("夜里呼叫铃没人应")),
            "set aside, not deleted"
        );
        house
            .as_role(Role::Participant)
            .await
            .get("/survey")
            .await
            .expect(403);
        for page in [
            "/survey",
            "/survey/visits",
            "/survey/demands",
            "/survey/carry-over",
            "/survey/poster/all",
        ] {
            secretary.get(page).await.expect(200);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn feedback_takes_three_taps_and_is_answered_by_receipt() {
    for house in House::both_in(Step::Appraise).await {
        let visitor = house.visitor();
        let unit = house.demo.branches[0].id.clone();
        let page = format!("/feedback/{unit}");
        visitor.get("/feedback").await.expect(200);
        let form = visitor.get(&page).await.expect(200);
        assert!(form.headers.get("set-cookie").is_none() && !form.text.contains("<script"));
        visitor
            .get("/feedback/01932b6e-7c1a-7f00-8000-0123456789ab")
            .await
            .expect(404);

        visitor.post(&page, &[]).await.expect(422);
        let bad = visitor
            .post(&page, &[("grade", "2"), ("contact", "李女士")])
            .await
            .expect(422);
        assert!(bad.text.contains("value=\"2\" checked") && bad.text.contains("李女士"));
        visitor.post(&page, &[("grade", "5")]).await.expect(200);
        let done = [
            ("grade", "2"),
            ("reason", "not_done"),
            ("words", "热水机坏了，电话13800001234"),
            ("contact", "13800001234"),
        ];
        let receipt = code(&visitor.post(&page, &done).await.expect(200));
        let kept = rows(&house, "feedback").await;
        let today = house.demo.today;
        assert_eq!(
            kept.last(),
            Some(&format!("{today}|-|13800001234|热水机坏了，电话13800001234"))
        );

        let other = house
            .as_role_of(Role::BranchSecretary, Some(&house.demo.branches[1].id))
            .await;
        let secretary = house.as_role(Role::BranchSecretary).await;
        let desk = secretary.get("/feedback-desk").await.expect(200);
        assert!(desk.text.contains("热水机坏了"));
        assert!(
            !other
                .get("/feedback-desk")
                .await
                .expect(200)
                .text
                .contains("热水机坏了")
        );
        let id = first_id(&desk.text, "href=\"/feedback-desk/");
        let one = format!("/feedback-desk/{id}");
        other.get(&one).await.expect(403);
        other
            .post(&format!("{one}/hide"), &[("hidden_reason", "广告")])
            .await
            .expect(403);
        house
            .as_role(Role::Participant)
            .await
            .get("/feedback-desk")
            .await
            .expect(403);

        let reply = format!("{one}/reply");
        let leak = secretary
            .post(&reply, &[("reply", "已联系13800001234"), ("public", "1")])
            .await
            .expect(422);
        assert!(leak.text.contains("已联系13800001234"), "nothing typed is lost");
        secretary
            .post(&reply, &[("reply", "今天已修好"), ("public", "1")])
            .await
            .expect(303);
        let told = visitor.post("/receipt", &[("code", &receipt)]).await.expect(200);
        assert!(told.text.contains("今天已修好"));
        let shown = visitor.get(&page).await.expect(200);
        assert!(shown.text.contains("今天已修好") && shown.text.contains("电话***********"));
        assert!(!shown.text.contains("13800001234"), "no number in public");

        // What is said about his branch a secretary answers; whether it is hidden the office decides.
        let office = house.as_role(Role::CampaignOffice).await;
        office
            .post(&format!("{one}/hide"), &[("hidden_reason", "")])
            .await
            .expect(422);
        office
            .post(&format!("{one}/hide"), &[("hidden_reason", "泄露隐私")])
            .await
            .expect(303);
        assert!(!visitor.get(&page).await.expect(200).text.contains("今天已修好"));
        assert!(
            rows(&house, "audit")
                .await
                .iter()
                .any(|a| a.starts_with("feedback.hide") && a.contains("泄露隐私"))
        );
        assert!(
            rows(&house, "feedback")
                .await
                .iter()
                .any(|f| f.ends_with("13800001234")),
            "the original is kept"
        );
        secretary.post(&format!("{one}/show"), &[]).await.expect(303);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn grades_are_counted_from_five_and_a_flood_is_slowed() {
    let house = House::both_in(Step::Appraise).await.remove(0);
    let visitor = house.visitor();
    let page = format!("/feedback/{}", house.demo.branches[0].id);
    for n in 1..=5 {
        visitor.post(&page, &[("grade", "5")]).await.expect(200);
        let counted = visitor
            .get(&page)
            .await
            .expect(200)
            .words()
            .contains("非常满意 5 人");
        assert_eq!(counted, n == 5, "after {n}");
    }
    // The clock of the house stands still: the bucket does not fill.
    for _ in 5..120 {
        visitor.post(&page, &[("grade", "5")]).await.expect(200);
    }
    let slowed = visitor
        .post(&page, &[("grade", "4"), ("words", "总体不错")])
        .await
        .expect(429);
    assert!(slowed.text.contains("总体不错"), "nothing typed is lost");
    let found = house
        .app
        .query(&Actor::public(), app::survey::ReadPublicDemands)
        .await
        .expect("reads");
    assert!(found.rows.is_empty());
}
