//! A campaign is made, announced, extended; everybody sees who has filed and what is to be done.

use app::campaign::{FindCurrent, RunningCampaign};
use domain::access::{Actor, Role};
use domain::campaign::GatedAct;
use testkit::{Client, House};

async fn campaign(house: &House) -> RunningCampaign {
    let found = house
        .app
        .query(&Actor::public(), FindCurrent)
        .await
        .expect("asked");
    found.expect("a campaign runs")
}

/// The secretary of the second branch: the first branch's works for the office too.
async fn secretary(house: &House) -> Client {
    house
        .as_role_of(Role::BranchSecretary, Some(&house.demo.branches[1].id))
        .await
}

fn id_in(text: &str, before: &str) -> String {
    let rest = text.split_once(before).expect("an address").1;
    rest.split(['"', '/', '?']).next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_published_once_and_never_back_dated() {
    for house in House::both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let fields = [
            ("kind", "notice"),
            ("title", "关于延长承诺书填写时间的通知"),
            ("body", "各党支部：\n因“三夏”会诊任务较重，填写时间延长三天。"),
            ("dated_on", "2026-11-20"),
            ("published_at", "2010-09-19"),
        ];
        let made = office.post("/documents", &fields).await.expect(303);
        let id = id_in(&made.location, "/documents/");
        let draft = office.get(&format!("/documents/{id}")).await.expect(200);
        assert!(!draft.words().contains("字库里没有"), "{}", draft.words());
        let mut ticked = fields.to_vec();
        ticked[2].1 = "各党支部：\n☑ 填写时间延长三天。";
        ticked.push(("revision", "1"));
        office
            .post(&format!("/documents/{id}"), &ticked)
            .await
            .expect(303);
        let draft = office.get(&format!("/documents/{id}")).await.expect(200);
        assert!(
            draft.words().contains("方框：☑。请在发布前换"),
            "{}",
            draft.words()
        );
        // A draft is nobody's business outside.
        house.visitor().get(&format!("/notices/{id}")).await.expect(404);
        let member = house.as_role(Role::Participant).await;
        member.get(&format!("/documents/{id}")).await.expect(403);

        let publish = format!("/documents/{id}/publish");
        let mut later = fields.to_vec();
        later[3].1 = "2026-11-25";
        later.push(("revision", "2"));
        let refused = office.post(&publish, &later).await.expect(422);
        assert!(
            refused.text.contains("value=\"2026-11-25\""),
            "what was typed is kept"
        );
        house.visitor().get(&format!("/notices/{id}")).await.expect(404);

        let mut good = fields.to_vec();
        good.push(("revision", "2"));
        office.post(&publish, &good).await.expect(303);
        office.post(&publish, &good).await.expect(409);
        let page = house.visitor().get(&format!("/notices/{id}")).await.expect(200);
        assert!(
            page.text.contains("content=\"2026-11-24 12:00\""),
            "{}",
            page.words()
        );
        for words in [
            "您当前的位置：",
            "2026年11月24日 12:00",
            "2026年11月20日",
            "访问次数：",
            "责任部门/人：",
        ] {
            assert!(page.words().contains(words), "{words} in {}", page.words());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn units_sign_and_the_office_sees_who_has_not() {
    for house in House::both().await {
        let list = house.visitor().get("/notices").await.expect(200);
        let id = id_in(&list.text, "/notices/");
        let secretary = secretary(&house).await;
        let tasks = secretary.get("/work").await.expect(200);
        assert!(tasks.words().contains("请签收"), "{}", tasks.words());
        let (own, other) = (&house.demo.branches[1], &house.demo.branches[0]);
        let page = secretary.get(&format!("/documents/{id}")).await.expect(200);
        assert!(page.text.contains(&own.name) && !page.text.contains(&other.name));
        let sign = format!("/documents/{id}/sign");
        secretary.post(&sign, &[("unit", &other.id)]).await.expect(403);
        secretary.post(&sign, &[("unit", &own.id)]).await.expect(303);
        secretary.post(&sign, &[("unit", &own.id)]).await.expect(303);
        let office = house.as_role(Role::CampaignOffice).await;
        let page = office.get(&format!("/documents/{id}")).await.expect(200);
        let words = format!("已签收 1 / {}", house.demo.branches.len());
        assert!(page.words().contains(&words), "{}", page.words());
        the_office_signs_only_where_nobody_else_can(&house, &office, &id, &house.demo.branches[2].id).await;
    }
}

/// The sender signs for nobody who can sign himself (n15); where it does, the list says so.
async fn the_office_signs_only_where_nobody_else_can(house: &House, office: &Client, id: &str, unit: &str) {
    let (page, sign) = (format!("/documents/{id}"), format!("/documents/{id}/sign"));
    let asks = format!("value=\"{unit}\"");
    let before = office.get(&page).await.expect(200);
    assert!(!before.text.contains(&asks), "the branch signs itself");
    let refused = office.post(&sign, &[("unit", unit)]).await.expect(403);
    assert!(refused.words().contains("不能代签"), "{}", refused.words());
    let granted = house
        .app
        .query(&Actor::machine(), app::roles::ListGrants)
        .await
        .expect("listed");
    let name = house.demo.branches.iter().find(|b| b.id == unit);
    let name = name.map(|b| b.name.as_str());
    let leads = |g: &store::account::GrantLine| g.unit_name.as_deref() == name;
    for grant in granted.grants.into_iter().filter(leads) {
        house
            .run(app::roles::RevokeRole { grant: grant.id })
            .await
            .expect("revoked");
    }
    let after = office.get(&page).await.expect(200);
    assert!(after.text.contains(&asks), "{}", after.words());
    office.post(&sign, &[("unit", unit)]).await.expect(303);
    let signed = office.get(&page).await.expect(200);
    let words = format!("{}（党群办代签）", office.actor().name);
    assert!(signed.words().contains(&words), "{}", signed.words());
    assert_eq!(signed.words().matches("党群办代签").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_extension_goes_forward_and_the_old_date_stays() {
    for house in House::both().await {
        let before = campaign(&house).await;
        let today = house.app.date_of(testkit::NOON);
        let end = before.due(GatedAct::Propose, false, today).expect("an end");
        let office = house.as_role(Role::CampaignOffice).await;
        let extend = format!("/campaigns/{}/extend", before.id);
        let (back, on) = (
            domain::time::add_days(end, -1).to_string(),
            domain::time::add_days(end, 3).to_string(),
        );
        let fields = |to| [("stage", "propose"), ("ends_on", to), ("reason", "国庆长假")];
        let refused = office.post(&extend, &fields(&back)).await.expect(422);
        assert!(
            refused.text.contains("value=\"国庆长假\""),
            "what was typed is kept"
        );
        office
            .post(&extend, &[("stage", "propose"), ("ends_on", &on)])
            .await
            .expect(422);
        office
            .post(
                &extend,
                &[("stage", "appraise"), ("ends_on", &on), ("reason", "延长")],
            )
            .await
            .expect(422);
        secretary(&house)
            .await
            .post(&extend, &fields(&on))
            .await
            .expect(403);
        office.post(&extend, &fields(&on)).await.expect(303);
        let after = campaign(&house).await;
        let later = domain::time::add_days(end, 2);
        assert!(
            before.gate(GatedAct::Propose, later).is_err() && after.gate(GatedAct::Propose, later).is_ok()
        );
        let list = house.visitor().get("/notices").await.expect(200);
        let notice = house
            .visitor()
            .get(&format!("/notices/{}", id_in(&list.text, "/notices/")))
            .await
            .expect(200);
        let old = lang::date(lang::Lang::Zh, end);
        assert!(
            notice.words().contains(&format!("已延长，原定{old}结束")),
            "{}",
            notice.words()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_campaign_moves_its_dates_and_waits_for_the_running_one() {
    for house in House::both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let preview = office
            .get("/campaigns/new?template=notice_2010&starts_on=2026-12-14")
            .await
            .expect(200);
        assert!(
            preview.words().contains("2026年12月23日—2027年1月3日"),
            "{}",
            preview.words()
        );
        for bad in ["31/12/2026", "2026-02-30", ""] {
            let typed = [
                ("template", "notice_2010"),
                ("title", "写了一半"),
                ("starts_on", bad),
            ];
            let asked = office.post("/campaigns/new", &typed).await.expect(422);
            assert!(asked.text.contains("id=\"errors\"") && asked.text.contains("value=\"写了一半\""));
            assert!(asked.text.contains(&format!("value=\"{bad}\"")), "{bad}");
        }
        let typed = [
            ("template", "notice_2010"),
            ("starts_on", "11月30日"),
            ("quick", "2026-12-14"),
        ];
        let shown = office.post("/campaigns/new", &typed).await.expect(200);
        assert!(shown.words().contains("2026年12月23日—2027年1月3日"));
        assert!(
            !shown.text.contains("formmethod=\"get\""),
            "the token stays out of addresses"
        );
        let refused = office
            .post(
                "/campaigns",
                &[("template", "notice_2010"), ("starts_on", "年底")],
            )
            .await
            .expect(422);
        assert!(refused.text.contains("value=\"年底\""), "what was typed is kept");
        let made = office
            .post(
                "/campaigns",
                &[("template", "notice_2010"), ("starts_on", "2026-12-14")],
            )
            .await
            .expect(303);
        let id = id_in(&made.location, "/campaigns/");
        let path = format!("/campaigns/{id}");
        // Stages may overlap and touch; they may not end before they begin.
        let windows = [
            ("title", "年度公开承诺"),
            ("starts_survey", "2026-12-14"),
            ("ends_survey", "2026-12-28"),
            ("starts_propose", "2026-12-20"),
            ("ends_propose", "2027-01-03"),
            ("starts_review", "2027-01-03"),
            ("ends_review", "2027-01-08"),
            ("starts_publicise", "2027-01-08"),
            ("ends_publicise", "2027-01-13"),
            ("starts_appraise", "2027-01-13"),
            ("ends_appraise", ""),
        ];
        office.post(&path, &windows).await.expect(303);
        let mut wrong = windows.to_vec();
        wrong[4].1 = "2026-12-01";
        let refused = office.post(&path, &wrong).await.expect(422);
        assert!(refused.text.contains("value=\"2026-12-01\""));
        assert!(
            refused.words().contains("提出承诺 最后一天："),
            "{}",
            refused.words()
        );
        assert!(
            refused.text.contains("id=\"e-ends_propose\""),
            "the words stand at the field"
        );
        let mut early = windows.to_vec();
        early[5].1 = "2026-12-15";
        office.post(&path, &early).await.expect(303);
        let told = office.get(&path).await.expect(200).words();
        assert!(told.contains("开始得早"), "{told}");
        office.post(&path, &windows).await.expect(303);
        assert!(!office.get(&path).await.expect(200).words().contains("开始得早"));
        office.post(&format!("{path}/start"), &[]).await.expect(409);
        let running = campaign(&house).await.id;
        office
            .post(&format!("/campaigns/{running}/close"), &[])
            .await
            .expect(422);
        office
            .post(&format!("/campaigns/{running}/close"), &[("sure", "1")])
            .await
            .expect(303);
        let started = office.post(&format!("{path}/start"), &[]).await.expect(303);
        let draft = office.get(&started.location).await.expect(200);
        assert!(
            draft.text.contains("1、调研走访（2026.12.14-12.28）"),
            "the notice speaks of the new dates"
        );
        office.post(&path, &windows).await.expect(409);
        house
            .as_role(Role::Supervisor)
            .await
            .get("/campaigns")
            .await
            .expect(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_register_counts_who_shall_and_names_who_has_not() {
    for house in House::both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let page = office.get("/workbench").await.expect(200);
        let must = house
            .demo
            .people
            .iter()
            .filter(|p| p.class.ends_with("_member"))
            .count();
        let words = format!("应交 = 名册 {must} − 有理由不参加 0。");
        assert!(page.words().contains(&words), "{words} in {}", page.words());

        let branch = &house.demo.branches[1];
        let of_branch = |p: &&store::person::Person| p.unit_id == branch.id;
        let due = house
            .demo
            .people
            .iter()
            .filter(of_branch)
            .filter(|p| p.class.ends_with("_member"))
            .count();
        let secretary = secretary(&house).await;
        let own = format!("/workbench/{}", branch.id);
        let page = secretary.get(&own).await.expect(200);
        assert!(
            page.words().contains(&format!("0 / {due} 人")),
            "{}",
            page.words()
        );
        secretary
            .get(&format!("/workbench/{}", house.demo.branches[0].id))
            .await
            .expect(404);

        let plain = |p: &&store::person::Person| p.class == "full_member" && p.title.is_empty();
        let person = house
            .demo
            .people
            .iter()
            .filter(of_branch)
            .find(plain)
            .expect("a plain member");
        let excuse = format!("{own}/excuse");
        secretary
            .post(&excuse, &[("person", &person.id)])
            .await
            .expect(422);
        secretary
            .post(&excuse, &[("person", &person.id), ("reason", "长期住院")])
            .await
            .expect(303);
        let page = secretary.get(&own).await.expect(200);
        assert!(
            page.words().contains(&format!("0 / {} 人", due - 1)),
            "{}",
            page.words()
        );
        let may = house
            .demo
            .people
            .iter()
            .filter(of_branch)
            .find(|p| !p.class.ends_with("_member"));
        if let Some(volunteer) = may {
            secretary
                .post(&excuse, &[("person", &volunteer.id), ("reason", "忙")])
                .await
                .expect(422);
        }
        secretary
            .post(&format!("{own}/unexcuse"), &[("person", &person.id)])
            .await
            .expect(303);
        let page = secretary.get(&own).await.expect(200);
        assert!(
            page.words().contains(&format!("0 / {due} 人")),
            "{}",
            page.words()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_has_his_own_tasks() {
    for house in House::both().await {
        let member = house.as_role(Role::Participant).await;
        let page = member.get("/work").await.expect(200);
        assert!(page.words().contains("承诺"), "{}", page.words());
        let auditor = house.as_role(Role::AuditAdmin).await;
        let page = auditor.get("/work").await.expect(200);
        assert!(
            page.words().contains("今天没有待办") && page.words().contains("下一件："),
            "{}",
            page.words()
        );
        house.visitor().get("/work").await.expect(303);
        let english = auditor.in_english().get("/work").await.expect(200);
        assert!(
            english.words().contains("Nothing to do today"),
            "{}",
            english.words()
        );
    }
}
