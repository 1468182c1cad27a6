//! The papers of a unit: its own form with those of its people, and blank forms only of those who are asked (N10, N20, N21).

use crate::drafting::{Department, file, proposing};
use crate::review::{CLEAN, hand_in, member};
use app::demo::Step;
use app::pledge::Desk;
use domain::access::Role;
use serde_json::json;
use testkit::{Database, House};

async fn databases() -> Vec<Database> {
    let mut databases = vec![Database::sqlite().await];
    databases.extend(Database::postgres().await);
    databases
}

const LIST: &str = "/branch-pledge/on-behalf";

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_branch_begins_with_its_own_form() {
    for database in databases().await {
        let house = proposing(database, "notice_2010").await;
        let branch = house.demo.branches[1].id.clone();
        let one = member(&house, &branch, 0).await;
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let all = format!("/forms/branch/{branch}");
        secretary.get(&format!("{all}.pdf")).await.expect(409);
        file(&house, secretary.actor(), Desk::Branch(branch.clone()))
            .await
            .expect("files");
        let own = secretary.get(&format!("{all}.html")).await.expect(200).text;
        assert!(own.contains("党支部承诺书"), "a branch with its own form only");
        file(&house, one.actor(), Desk::Own).await.expect("files");
        let both = secretary.get(&format!("{all}.html")).await.expect(200).text;
        let place = |title: &str| both.find(title).unwrap_or_else(|| panic!("{title}"));
        assert!(place("附件1") < place("附件2"), "its own first");
        for format in ["pdf", "docx", "ofd"] {
            secretary.get(&format!("{all}.{format}")).await.expect(200);
        }
        // The notice's forms keep the names of the notice.
        for page in [LIST.to_owned(), format!("/branch-pledge/{branch}")] {
            let page = secretary.get(&page).await.expect(200).words();
            for title in [
                "附件1 创先争优活动党支部承诺书",
                "附件2 创先争优活动共产党员承诺书",
            ] {
                assert!(page.contains(title), "{title} in {page}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn blank_forms_are_those_of_who_is_asked() {
    for database in databases().await {
        let house = proposing(database, "department_service").await;
        let branch = house.demo.branches[1].id.clone();
        let head = member(&house, &branch, 0).await;
        let department = "01932b6e-7c1a-7f00-8000-0000000000d3".to_owned();
        let add = Department {
            id: department.clone(),
            branch: branch.clone(),
            account: head.actor().account.clone(),
        };
        house.run(add).await.expect("added");
        let plain = member(&house, &branch, 1).await;
        let name = plain.actor().name.clone();

        // Nothing is asked of the branch, and of its people leaders alone.
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let list = secretary.get(&format!("{LIST}?unit={branch}")).await.expect(200);
        let row = list
            .text
            .split("<tr>")
            .find(|row| row.contains("scope=\"row\"") && row.contains(&name))
            .expect("his line")
            .to_owned();
        assert!(row.contains("本次活动不要求写") && !row.contains("代填"), "{row}");
        assert!(!list.words().contains("附件"), "{}", list.words());
        assert!(!list.text.contains("value=\"annex1\""), "nor of the branch");
        let asked = house
            .demo
            .people
            .iter()
            .any(|p| p.unit_id == branch && p.leading_cadre);
        for (annex, refused) in [("annex1", true), ("annex2", !asked)] {
            let sent = [("unit", branch.as_str()), ("annex", annex), ("copies", "2")];
            let answer = secretary.post("/forms/numbered", &sent).await;
            match refused {
                true => {
                    let page = answer.expect(409).words();
                    assert!(page.contains("本次活动不要求"), "{page}");
                }
                false => drop(answer.expect(303)),
            }
        }
        let desk = secretary
            .get(&format!("/branch-pledge/{branch}"))
            .await
            .expect(200);
        assert!(!desk.text.contains("/forms/blank-branch"), "{}", desk.words());
        assert!(!desk.text.contains("/forms/blank-department"));

        // The department's form has the template's name, its empty boxes too, and is printed where it is all there is.
        let head = house.sign_in(&head.actor().account).await;
        let at = format!("/branch-pledge/{department}");
        file(&house, head.actor(), Desk::Branch(department.clone()))
            .await
            .expect("files");
        let desk = head.get(&at).await.expect(200);
        for words in ["空白表：科室服务承诺书", "监督电话", "打印本部门全部"] {
            assert!(desk.words().contains(words), "{words} in {}", desk.words());
        }
        let own = head
            .get(&format!("/forms/branch/{department}.html"))
            .await
            .expect(200);
        assert!(own.text.contains("科室服务承诺书"), "{}", own.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_preview_follows_the_kinds_of_the_paper() {
    for house in House::both().await {
        let member = house.as_role(Role::Participant).await;
        let (fact, common) = ("每月到社区义诊2次", "每周参加支部学习1次");
        let items = json!({ "items": [
            { "kind": "practical_deed", "content": fact, "measure": "有登记", "due_date": "2027-06-30" },
            { "kind": "common_commitment", "content": common, "due_date": "2027-06-30" },
        ] });
        member.json("PUT", "/api/v1/my-pledge", &items).await.expect(200);
        let page = member.get("/my-pledge").await.expect(200).words();
        let preview = page.split("印出来就是这个样子").nth(1).expect("a preview");
        let place = |words: &str| {
            preview
                .find(words)
                .unwrap_or_else(|| panic!("{words} in {preview}"))
        };
        assert!(place(common) < place(fact), "{preview}");
        assert!(preview.contains("衡量标准：有登记"), "{preview}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn before_its_step_a_queue_has_nothing_to_press() {
    for house in House::both_in(Step::Propose).await {
        let branch = house.demo.branches[0].id.clone();
        let author = member(&house, &branch, 0).await;
        hand_in(&house, author.actor(), Desk::Own, CLEAN).await;
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let queue = secretary.get("/review").await.expect(200);
        assert!(queue.words().contains("还没有开始"), "{}", queue.words());
        assert!(queue.words().contains(CLEAN), "it is there to read");
        for button in ["name=\"verdict\"", "/review/together"] {
            assert!(!queue.text.contains(button), "{button}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_offers_the_forms_only_where_it_lists_no_attachments() {
    for house in House::both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        for (body, forms) in [
            ("各支部：\n请照办。", true),
            ("各支部：\n请照办。\n附件：1. 清单", false),
        ] {
            let fields = [
                ("kind", "notice"),
                ("title", "关于补报的通知"),
                ("body", body),
                ("source", "党群办"),
                ("revision", "1"),
            ];
            let made = office.post("/documents", &fields).await.expect(303).location;
            let at = made.split('?').next().expect("an address").to_owned();
            office.post(&format!("{at}/publish"), &fields).await.expect(303);
            let id = at.rsplit('/').next().expect("an id");
            let page = house.visitor().get(&format!("/notices/{id}")).await.expect(200);
            assert_eq!(page.text.contains("/annex-"), forms, "{body}: {}", page.words());
            if !forms {
                let page = house.visitor().get(&format!("/notices/{id}?lang=en")).await;
                let page = page.expect(200).words();
                assert!(page.contains("Attachment: 清单"), "{page}");
            }
        }
    }
}
