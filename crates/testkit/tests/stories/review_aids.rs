//! What helps a reviewer to decide: keys for the answers, two rounds side by side, a leading cadre's items beside those
//! of the members of his branch.

use crate::review::*;
use app::demo::Step;
use app::pledge::{Desk, NameCoauthor, StartPledge};
use domain::access::Role;
use testkit::{Client, House, NOON};

/// A leading cadre with his own pledge, and somebody of the committee who decides on it.
async fn leader_and_colleague(house: &House, branch: &str) -> (Client, Client) {
    let leader = house.as_role_of(Role::LineLeader, Some(branch)).await;
    let other = house
        .demo
        .accounts
        .iter()
        .find(|h| h.role == Role::PartyCommittee && h.person != leader.actor().person)
        .expect("another leader")
        .account
        .clone();
    (leader, house.sign_in(&other).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaders_items_stand_beside_those_of_his_branch() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        let (leader, colleague) = leader_and_colleague(&house, &branch).await;
        let own = house
            .demo
            .people
            .iter()
            .find(|p| Some(&p.id) == leader.actor().person.as_ref());
        let home = own.expect("on the roster").unit_id.clone();
        let beside = member(&house, &home, 0).await;
        let elsewhere = house
            .demo
            .branches
            .iter()
            .find(|b| b.id != home)
            .expect("two branches");
        let stranger = member(&house, &elsewhere.id, 0).await;
        hand_in(&house, beside.actor(), Desk::Own, CLEAN).await;
        let far = "每周为外院转来的产妇办一次出院指导，全年40次";
        let theirs = hand_in(&house, stranger.actor(), Desk::Own, far).await;
        let ours = "每月到两个科室听取产妇意见，全年24次，当月答复";
        let leads = hand_in(&house, leader.actor(), Desk::Own, ours).await;

        let page = colleague.get(&format!("/review/{leads}")).await.expect(200);
        let words = page.words();
        assert!(words.contains("对照着看（1 人）"), "{words}");
        assert!(
            page.text.contains(CLEAN) && words.contains(&beside.actor().name),
            "{words}"
        );
        assert!(
            !page.text.contains(far),
            "another branch's members are no measure"
        );
        assert!(
            words.contains("6 承诺标准是否高于一般党员"),
            "the extra questions stand over it: {words}"
        );
        // Five questions, two more for leading cadres; two of the seven for each of three items.
        let keys = page.text.matches("data-answer=").count();
        assert_eq!(
            keys,
            page.text.matches("class=\"y\"").count(),
            "each answer has its key"
        );
        assert!(page.text.contains("data-answer=\"q\"") && page.text.contains("data-answer=\"y\""));
        let english = colleague.in_english();
        let words = english.get(&format!("/review/{leads}")).await.expect(200).words();
        assert!(words.contains("Beside the commitments of members"), "{words}");

        // A member's pledge is not put beside anybody's.
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&elsewhere.id)).await;
        let page = secretary.get(&format!("/review/{theirs}")).await.expect(200);
        assert!(!page.text.contains("r-beside"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_rounds_stand_side_by_side_with_marks_one_can_read() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let author = member(&house, &branch, 0).await;
        let pledge = hand_in(&house, author.actor(), Desk::Own, VAGUE).await;
        let form = shown(&house, &secretary, &pledge).await;
        let back = [
            ("verdict", "return"),
            ("reasons", "no_target"),
            ("message", "请写清为多少人做"),
        ];
        send(&secretary, &pledge, &form, &back).await.expect(303);
        submit(
            &house,
            author.actor(),
            &pledge,
            "进一步提高服务水平，每月为40位产妇做讲解",
        )
        .await;

        for path in ["/review".to_owned(), format!("/review/{pledge}")] {
            let page = secretary.get(&path).await.expect(200);
            let table = page
                .text
                .split("<table class=\"r-two\">")
                .nth(1)
                .expect("a table");
            let table = table.split("</table>").next().expect("its end");
            assert!(table.contains("第 1 稿") && table.contains("第 2 稿"), "{table}");
            let cells: Vec<&str> = table.split("<td ").skip(1).collect();
            assert!(cells.len() >= 2, "{table}");
            let (left, right) = (cells[0], cells[1]);
            assert!(
                left.contains("<del><b aria-hidden=\"true\">−</b>") && !left.contains("<ins>"),
                "{left}"
            );
            assert!(
                right.contains("<ins><b aria-hidden=\"true\">+</b>") && !right.contains("<del>"),
                "{right}"
            );
            assert!(
                left.contains("删去：") && right.contains("新写："),
                "told to those who listen"
            );
            assert!(
                right.contains("进一步提高服务水平"),
                "what stayed is on both sides"
            );
        }
    }
}

const SHIPPED: &str = "请写明目标：多少人、多少次，或从多少改到多少。";

/// What the page of words sends back for one reason: what was on the screen, and what is typed now.
fn line(reason: &str, revision: &str, was: &str, now: &str) -> Vec<(String, String)> {
    vec![
        (format!("words.{reason}"), now.to_owned()),
        (format!("was.words.{reason}"), was.to_owned()),
        (format!("revision.{reason}"), revision.to_owned()),
    ]
}

async fn save(office: &Client, lines: &[Vec<(String, String)>]) -> testkit::Reply {
    let fields: Vec<(&str, &str)> = lines
        .iter()
        .flatten()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    office.post("/review/guidance", &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_office_changes_what_is_offered_with_a_return() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        let office = house.as_role(Role::CampaignOffice).await;
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let author = member(&house, &branch, 0).await;
        let pledge = hand_in(&house, author.actor(), Desk::Own, VAGUE).await;

        secretary.get("/review/guidance").await.expect(403);
        let page = office.get("/review/guidance").await.expect(200);
        assert!(page.text.contains(SHIPPED) && page.words().contains("没有改过"));
        let english = house.as_role(Role::CampaignOffice).await.in_english();
        let page = english.get("/review/guidance").await.expect(200);
        assert!(page.words().contains("Name the target"), "{}", page.words());

        let own = "请照样子写：为多少人、做几次、到哪天";
        // Wrong in one line: nothing is kept, nothing typed is lost.
        let long = "写".repeat(161);
        for (bad, told) in [(long.as_str(), "160"), ("请\u{202E}写", "方向"), ("  ", "请填写")] {
            let lines = [
                line("no_target", "0", SHIPPED, own),
                line("off_post", "0", "x", bad),
            ];
            let page = save(&office, &lines).await.expect(422);
            assert!(page.text.contains(own) && page.text.contains(bad.trim()), "{bad}");
            assert!(page.words().contains(told), "{bad}: {}", page.words());
        }
        let queue = secretary.get("/review").await.expect(200);
        assert!(
            queue.text.contains(&format!("data-words=\"{SHIPPED}\"")),
            "nothing was kept"
        );

        let none = save(&office, &[line("no_target", "0", SHIPPED, SHIPPED)]).await;
        assert_eq!(none.expect(303).location, "/review/guidance", "nothing changed");
        save(&office, &[line("no_target", "0", SHIPPED, own)])
            .await
            .expect(303);
        let queue = secretary.get("/review").await.expect(200);
        assert!(queue.text.contains(&format!("data-words=\"{own}\"")));

        // Another window that shows the old words meets them: both texts stand on the page.
        // Who reads English sees what ships in English, until the house says it in English too.
        let reader = house
            .as_role_of(Role::BranchSecretary, Some(&branch))
            .await
            .in_english();
        let queue = reader.get("/review").await.expect(200);
        assert!(queue.text.contains("data-words=\"Name the target") && !queue.text.contains(own));
        let mut both = line("no_target", "1", own, own);
        let (was, now) = (
            "Name the target",
            "Write it like this: for whom, how often, until when",
        );
        both.push(("words_en.no_target".to_owned(), now.to_owned()));
        both.push(("was.words_en.no_target".to_owned(), was.to_owned()));
        both.push(("own.words.no_target".to_owned(), "1".to_owned()));
        save(&office, &[both]).await.expect(303);
        let queue = reader.get("/review").await.expect(200);
        assert!(
            queue.text.contains(&format!("data-words=\"{now}\"")),
            "{}",
            queue.words()
        );
        let queue = secretary.get("/review").await.expect(200);
        assert!(queue.text.contains(&format!("data-words=\"{own}\"")));
        let page = office.get("/review/guidance").await.expect(200);
        assert!(
            page.text.contains(own) && page.text.contains(now),
            "both are there to edit"
        );

        let other = "请写目标";
        let late = save(&office, &[line("no_target", "0", SHIPPED, other)])
            .await
            .expect(409);
        assert!(
            late.text.contains(other) && late.text.contains(own),
            "{}",
            late.words()
        );
        assert!(late.words().contains("刚刚改过"), "{}", late.words());
        save(&office, &[line("no_target", "2", own, other)])
            .await
            .expect(303);

        // Without a script a button puts the words into the message, and decides nothing.
        let form = shown(&house, &secretary, &pledge).await;
        let asked = [
            ("verdict", "offer"),
            ("reasons", "no_target"),
            ("reasons", "no_time_limit"),
            ("answers.vanguard", "no"),
            ("message", "王医生您好："),
        ];
        let page = send(&secretary, &pledge, &form, &asked).await.expect(200);
        let message = page
            .text
            .split("name=\"message\" rows=\"3\">")
            .nth(1)
            .expect("a message");
        let message = message.split("</textarea>").next().expect("its end");
        assert!(
            message.starts_with("王医生您好：\n请写目标\n请写明哪一天"),
            "{message}"
        );
        assert!(
            page.text.contains("id=\"n-answers.vanguard\" checked"),
            "answers are kept"
        );
        let back = [
            ("verdict", "return"),
            ("reasons", "no_target"),
            ("message", message),
        ];
        send(&secretary, &pledge, &form, &back).await.expect(303);

        // Back to what ships.
        let mut lines = line("no_target", "3", other, other);
        lines.push(("default".to_owned(), "no_target".to_owned()));
        save(&office, &[lines]).await.expect(303);
        let page = office.get("/review/guidance").await.expect(200);
        assert!(page.text.contains(SHIPPED) && !page.text.contains(other));
        let audit = house.as_role(Role::AuditAdmin).await;
        let page = audit.get("/audit").await.expect(200);
        assert!(page.words().contains("修改退回时的常用话"), "{}", page.words());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_office_sees_what_waits_and_who_may_not_decide() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        let office = house.as_role(Role::CampaignOffice).await;
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let part = |text: &str, id: &str| {
            let from = text
                .split(&format!("<section id=\"{id}\">"))
                .nth(1)
                .unwrap_or_default();
            from.split("</section>").next().unwrap_or_default().to_owned()
        };
        let page = office.get("/review/done").await.expect(200);
        assert!(
            part(&page.text, "waits").contains("没有等审核")
                && part(&page.text, "recused").contains("没有需要")
        );

        for nth in 0..2 {
            let author = member(&house, &branch, nth).await;
            hand_in(&house, author.actor(), Desk::Own, CLEAN).await;
        }
        let own = hand_in(&house, secretary.actor(), Desk::Own, CLEAN).await;
        let unit = hand_in(&house, secretary.actor(), Desk::Branch(branch.clone()), CLEAN).await;
        let page = office.get("/review/done").await.expect(200);
        let waits = part(&page.text, "waits");
        let rows: Vec<&str> = waits.split("<tr>").skip(2).collect();
        assert_eq!(
            rows.len(),
            3,
            "the branch's own pledge, its members, its secretary: {waits}"
        );
        assert!(rows[0].contains("各支部的承诺书"), "{}", rows[0]);
        let of_secretary = rows
            .iter()
            .find(|r| r.contains(&secretary.actor().name))
            .expect("he decides");
        assert!(
            of_secretary.contains(">2<") && of_secretary.matches("3 天").count() == 2,
            "{of_secretary}"
        );

        let recused = part(&page.text, "recused");
        let rows: Vec<&str> = recused.split("<tr>").skip(2).collect();
        assert_eq!(rows.len(), 2, "{recused}");
        assert!(rows.iter().all(|r| r.contains(&secretary.actor().name)));
        let of = |pledge: &str| *rows.iter().find(|r| r.contains(pledge)).expect("listed");
        assert!(of(&own).contains("是他本人的承诺"), "{}", of(&own));
        assert!(of(&unit).contains("对承诺书负责"), "{}", of(&unit));
        let leader = house.as_role_of(Role::LineLeader, Some(&branch)).await;
        assert!(
            of(&own).contains(&leader.actor().name),
            "who decides instead: {}",
            of(&own)
        );

        let page = secretary.get("/review/done").await.expect(200);
        assert!(!page.text.contains("id=\"waits\""), "for the office alone");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_writes_a_branchs_form_along_does_not_decide_on_it() {
    for house in House::both_in(Step::Review).await {
        let (leader, colleague) = leader_and_colleague(&house, &house.demo.branches[0].id).await;
        let person = leader.actor().person.clone().expect("on the roster");
        let own = house.demo.people.iter().find(|p| p.id == person);
        let home = own.expect("on the roster").unit_id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&home)).await;
        house.app.clock().set(NOON - 3 * DAY);
        let start = StartPledge {
            desk: Desk::Branch(home.clone()),
            reason: String::new(),
        };
        let pledge = house
            .app
            .execute(secretary.actor(), start)
            .await
            .expect("begun")
            .id;
        let name = NameCoauthor {
            pledge: pledge.clone(),
            person,
        };
        house.app.execute(secretary.actor(), name).await.expect("named");
        submit(&house, secretary.actor(), &pledge, CLEAN).await;
        house.app.clock().set(NOON);

        let refused = confirm_all(&house, leader.actor(), &pledge)
            .await
            .expect_err("his own words");
        assert!(
            matches!(kind(&refused).1, "problem.review.own" | "problem.not_found"),
            "{refused:?}"
        );
        let office = house.as_role(Role::CampaignOffice).await;
        let page = office.get("/review/done").await.expect(200);
        let rows: Vec<&str> = page.text.split("<tr>").collect();
        let of_leader = rows
            .iter()
            .find(|r| r.contains("参与起草") && r.contains(&leader.actor().name));
        assert!(
            of_leader.expect("listed").contains(&colleague.actor().name),
            "and who decides instead"
        );
        confirm_all(&house, office.actor(), &pledge)
            .await
            .expect("the office checks");
        confirm_all(&house, colleague.actor(), &pledge)
            .await
            .expect("another one decides");
    }
}
