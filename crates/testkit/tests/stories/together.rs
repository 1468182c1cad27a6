//! What people promise and write together: a member asks a colleague to write his form along, several promise one item,
//! a department pledges for itself.

use crate::drafting::{Department, proposing, through};
use crate::publication::{first_day, on, publish};
use crate::review::{CLEAN, confirm_all, hand_in, member};
use app::pledge::{Desk, OpenDesk};
use domain::access::Role;
use domain::campaign::GatedAct;
use domain::review::Flag;
use domain::time::add_days;
use testkit::{Client, Database, House, NOON, Reply};

const DEED: &str = "write/practical_deed";
const TOGETHER: &str = "每月第一个周六为20名外来务工家庭儿童免费体检";

fn hidden(page: &Reply, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let rest = page.text.split_once(&mark).map_or("", |(_, rest)| rest);
    rest.split('"').next().unwrap_or("").to_owned()
}

/// Writes one item on a desk, as the page sends it.
async fn write(who: &Client, desk: &str, item: &str, words: &str, joint: &str) -> Reply {
    let address = format!("{desk}/{DEED}");
    let page = who.get(&address).await.expect(200);
    let revision = hidden(&page, "revision");
    let sent = [
        ("revision", revision.as_str()),
        ("item", item),
        ("sentence", "own"),
        ("own", words),
        ("due_date", "2027年6月30日"),
        ("joint", joint),
        ("go", "next"),
    ];
    who.post(&address, &sent).await
}

/// Signs a form and hands it in.
async fn sign(who: &Client, desk: &str) -> Reply {
    let address = format!("{desk}/sign");
    let page = who.get(&address).await.expect(200);
    let (revision, name) = (hidden(&page, "revision"), who.actor().name.clone());
    let sent = [
        ("revision", revision.as_str()),
        ("channels", "notice_board"),
        ("consent", "1"),
        ("signature", name.as_str()),
    ];
    who.post(&address, &sent).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_asks_a_colleague_to_write_his_form_along() {
    for house in House::both().await {
        let branch = house.demo.branches[0].id.clone();
        let (author, helper) = (member(&house, &branch, 0).await, member(&house, &branch, 1).await);
        let third = member(&house, &branch, 2).await;
        author.post("/my-pledge/start", &[]).await.expect(303);
        let page = author.get("/my-pledge").await.expect(200);
        let pledge = hidden(&page, "pledge");
        let whose = author.actor().person.clone().expect("a person");
        let named = helper.actor().person.clone().expect("a person");
        let desk = format!("/pledge-along/{whose}");
        helper.get(&desk).await.expect(404);

        // Neither himself, nor somebody of another branch, nor whoever decides on it; and nobody names himself.
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let stranger = member(&house, &house.demo.branches[1].id.clone(), 0).await;
        for (who, told) in [
            (&author, "请选一位本支部的同志"),
            (&stranger, "请选一位本支部的同志"),
            (&secretary, "参与审核"),
        ] {
            let person = who.actor().person.clone().expect("a person");
            let sent = [("pledge", pledge.as_str()), ("person", &person), ("how", "name")];
            let back = author.post("/my-pledge/coauthors", &sent).await.expect(422);
            assert!(back.words().contains(told), "{}", back.words());
        }
        assert!(
            !page.text.contains(&format!(
                "value=\"{}\"",
                secretary.actor().person.as_ref().expect("one")
            )),
            "nor is he offered"
        );
        let ask = [("pledge", pledge.as_str()), ("person", &named), ("how", "name")];
        helper.post("/my-pledge/coauthors", &ask).await.expect(404);
        secretary.post("/my-pledge/coauthors", &ask).await.expect(404);
        author.post("/my-pledge/coauthors", &ask).await.expect(303);

        // He is told, writes and remarks; birth and phone he does not see, and handing in is not his.
        let tasks = helper.get("/work").await.expect(200);
        assert!(tasks.words().contains("请您一起写"), "{}", tasks.words());
        assert!(tasks.text.contains(&desk));
        let page = helper.get(&desk).await.expect(200);
        let told = format!("{}请您一起写", author.actor().name);
        assert!(page.words().contains(&told), "{}", page.words());
        let view = OpenDesk { desk: Desk::Own };
        let view = house.app.query(author.actor(), view).await.expect("opens");
        let header = view.filed.expect("begun").header;
        for private in [
            header.phone.as_str(),
            "文化程度",
            "印出来就是这个样子",
            "/my-pledge/check",
            "/forms/",
            "/sign\"",
        ] {
            assert!(!private.is_empty() && !page.text.contains(private), "{private}");
        }
        write(&helper, &desk, "", CLEAN, "").await.expect(303);
        let words = [("pledge", pledge.as_str()), ("words", "次数写实一点")];
        helper.post(&format!("{desk}/comment"), &words).await.expect(303);
        for address in ["check", "sign", "menu"] {
            helper.get(&format!("{desk}/{address}")).await.expect(404);
        }
        for who in [&third, &stranger] {
            who.get(&desk).await.expect(404);
            who.get(&format!("{desk}/{DEED}")).await.expect(404);
        }
        let page = author.get("/my-pledge").await.expect(200);
        assert!(page.words().contains("次数写实一点"), "{}", page.words());
        let page = author.get("/my-pledge/sign").await.expect(200);
        assert!(page.words().contains("孕期营养课"), "{}", page.words());
        sign(&author, "/my-pledge").await.expect(303);

        // What is handed in is written by nobody, and named for by nobody.
        let address = format!("{desk}/{DEED}");
        helper.get(&address).await.expect(303);
        let sent = [("sentence", "own"), ("own", "改一改"), ("go", "next")];
        helper.post(&address, &sent).await.expect(409);
        let end = [("pledge", pledge.as_str()), ("person", &named), ("how", "end")];
        author.post("/my-pledge/coauthors", &end).await.expect(409);
        let page = helper.get(&desk).await.expect(200);
        assert!(!page.text.contains("/withdraw\""), "nor taken back");

        // Taken back by its author it can be ended.
        let back = [("pledge", pledge.as_str())];
        author.post("/my-pledge/withdraw", &back).await.expect(303);
        author.post("/my-pledge/coauthors", &end).await.expect(303);
        helper.get(&desk).await.expect(404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_promise_one_thing_together() {
    for house in House::both().await {
        let branch = house.demo.branches[0].id.clone();
        let (first, second) = (member(&house, &branch, 0).await, member(&house, &branch, 1).await);
        let third = member(&house, &branch, 2).await;
        let (one, two) = (first.actor().name.clone(), second.actor().name.clone());
        first.post("/my-pledge/start", &[]).await.expect(303);
        let typist = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let known = [&first, &second, &third, &typist].map(|who| who.actor().person.clone());
        let mut rest = house
            .demo
            .people
            .iter()
            .filter(|p| p.unit_id == branch && !p.leading_cadre);
        let fourth = rest
            .find(|p| p.class.ends_with("member") && !known.contains(&Some(p.id.clone())))
            .expect("one more of the branch");
        let joint = format!("{two}、{}、{}", third.actor().name, fourth.name);
        write(&first, "/my-pledge", "", TOGETHER, &joint)
            .await
            .expect(303);

        // While it is written it is its author's alone.
        second.post("/my-pledge/start", &[]).await.expect(303);
        let page = second.get("/my-pledge").await.expect(200);
        assert!(!page.text.contains(TOGETHER));
        let page = first.get("/my-pledge/sign").await.expect(200);
        assert!(page.words().contains("与他人共同承诺"), "{}", page.words());
        sign(&first, "/my-pledge").await.expect(303);

        // Whom it names finds it beside his form and takes it over with one press; nobody else does.
        let page = second.get("/my-pledge").await.expect(200);
        assert!(
            page.words().contains("请您一起承诺的") && page.words().contains(&format!("{one}已提交")),
            "{}",
            page.words()
        );
        let other = member(&house, &house.demo.branches[1].id.clone(), 0).await;
        for who in [&other, &first] {
            let page = who.get("/my-pledge").await.expect(200);
            assert!(!page.words().contains("请您一起承诺的"), "{}", page.words());
        }
        // Who has no phone is asked by whoever types for him.
        let desk = format!("/branch-pledge/on-behalf/{}", fourth.id);
        let told = typist.get(&desk).await.expect(200).words();
        assert!(
            told.contains("有人请他一起承诺") && told.contains(&format!("{one}已提交")),
            "{told}"
        );
        let reason = [("reason", "没有手机，口头承诺")];
        typist.post(&format!("{desk}/start"), &reason).await.expect(303);
        let begun = typist.get(&desk).await.expect(200);
        let take = begun.text.split("href=\"").find(|part| part.contains("with="));
        let take = take
            .and_then(|part| part.split('"').next())
            .expect("to take it over");
        let form = typist
            .get(&take.replace("&amp;", "&").replace("&#38;", "&"))
            .await
            .expect(200);
        assert!(
            form.text.contains(&format!(">{TOGETHER}</textarea>")),
            "{}",
            form.words()
        );
        assert!(
            form.text.contains(&one) && form.text.contains(&two),
            "{}",
            form.words()
        );

        let href = page
            .text
            .split("href=\"")
            .find(|part| part.contains("with="))
            .and_then(|part| part.split('"').next())
            .expect("to take it over")
            .replace("&amp;", "&")
            .replace("&#38;", "&");
        let page = second.get(&href).await.expect(200);
        assert!(
            page.text.contains(&format!(">{TOGETHER}</textarea>")),
            "{}",
            page.words()
        );
        let partners = format!("{one}、{}、{}", third.actor().name, fourth.name);
        assert!(
            page.text.contains(&format!("value=\"{partners}\"")),
            "{}",
            page.text
        );
        write(&second, "/my-pledge", "", TOGETHER, &partners)
            .await
            .expect(303);
        let page = second.get("/my-pledge").await.expect(200);
        assert!(!page.words().contains("请您一起承诺的"), "taken over");
        sign(&second, "/my-pledge").await.expect(303);

        let copier = hand_in(&house, third.actor(), Desk::Own, &TOGETHER.replace('2', "3")).await;

        // To the reviewer the two are no copies.
        on(&house, add_days(first_day(&house, GatedAct::Review).await, 1));
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let mut pledges = Vec::new();
        for who in [&first, &second] {
            let desk = OpenDesk { desk: Desk::Own };
            let view = house.app.query(who.actor(), desk).await.expect("opens");
            let id = view.filed.expect("begun").row.id;
            let found = crate::review::look(&house, &secretary, &id).await;
            let twin = |f: &Flag| matches!(f, Flag::Twin(_));
            assert!(
                !found.candidate.flags.iter().any(twin),
                "{:?}",
                found.candidate.flags
            );
            let page = secretary.get(&format!("/review/{id}")).await.expect(200);
            assert!(page.words().contains("已写明共同承诺"), "{}", page.words());
            confirm_all(&house, secretary.actor(), &id)
                .await
                .expect("confirmed");
            pledges.push(id);
        }

        // Whoever writes the same and declares nothing is not excused by what others declare.
        let found = crate::review::look(&house, &secretary, &copier).await;
        let flags = &found.candidate.flags;
        assert!(flags.iter().any(|f| matches!(f, Flag::Twin(_))), "{flags:?}");
        let page = secretary.get(&format!("/review/{copier}")).await.expect(200);
        assert!(!page.words().contains("已写明共同承诺"), "{}", page.words());

        // Strangers learn that it is promised together, and not with whom.
        on(&house, add_days(first_day(&house, GatedAct::Publicise).await, 1));
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        publish(&secretary, &branch).await.expect(303);
        let page = house
            .visitor()
            .get(&format!("/pledges/{}", pledges[0]))
            .await
            .expect(200);
        assert!(page.words().contains("与他人共同承诺"), "{}", page.words());
        assert!(!page.text.contains(&two), "names stay out");
        let english = house.visitor().in_english();
        let page = english.get(&format!("/pledges/{}", pledges[1])).await.expect(200);
        assert!(
            page.words().contains("Promised together with others"),
            "{}",
            page.words()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_department_writes_its_pledge_together_and_stands_on_the_board() {
    let mut databases = vec![Database::sqlite().await];
    databases.extend(Database::postgres().await);
    for database in databases {
        let house = proposing(database, "department_service").await;
        let branch = house.demo.branches[1].id.clone();
        let head = member(&house, &branch, 0).await;
        let department = "01932b6e-7c1a-7f00-8000-0000000000d2".to_owned();
        // The office is told beforehand that nobody there can pledge.
        let office = house.as_role(Role::CampaignOffice).await;
        let current = app::campaign::FindCurrent;
        let current = house.app.query(office.actor(), current).await.expect("asked");
        let file = format!("/campaigns/{}", current.expect("runs").id);
        let page = office.get(&file).await.expect(200);
        let gap = "要求职能部门、业务科室提交承诺书";
        assert!(page.words().contains(gap), "{}", page.words());
        let add = Department {
            id: department.clone(),
            branch,
            account: head.actor().account.clone(),
        };
        house.run(add).await.expect("added");
        let head = house.sign_in(&head.actor().account).await;
        let desk = format!("/branch-pledge/{department}");
        let visitor = house.visitor();
        visitor.get(&format!("/branches/{department}")).await.expect(200);

        let page = office.get(&file).await.expect(200);
        assert!(
            page.words().contains("要求职能部门提交承诺书"),
            "{}",
            page.words()
        );
        assert!(
            !page.words().contains("还没有人能填写"),
            "somebody can write for it"
        );
        // Who has not filed names it.
        let page = office.get("/workbench/missing").await.expect(200);
        assert!(page.words().contains("产科门诊：部门承诺书"), "{}", page.words());

        // It is the department's, in every word of the desk.
        head.post(&format!("{desk}/start"), &[]).await.expect(303);
        let page = head.get(&desk).await.expect(200);
        assert!(
            page.words().contains("部门承诺书") && page.words().contains("请本部门的同志一起写"),
            "{}",
            page.words()
        );
        for words in [
            "预约挂号的孕妇30分钟内做上B超",
            "每周三下午公布本周42次产检的等候时间",
        ] {
            let address = format!("{desk}/write/service_commitment");
            let page = head.get(&format!("{address}?item=new")).await.expect(200);
            let revision = hidden(&page, "revision");
            let due = add_days(house.app.date_of(NOON), 90).to_string();
            let sent = [
                ("revision", revision.as_str()),
                ("item", ""),
                ("sentence", "own"),
                ("own", words),
                ("due_date", due.as_str()),
                ("go", "next"),
            ];
            head.post(&address, &sent).await.expect(303);
        }
        let page = head.get(&format!("{desk}/sign")).await.expect(200);
        assert!(!page.words().contains("提交支部承诺书"), "{}", page.words());
        let (revision, name) = (hidden(&page, "revision"), head.actor().name.clone());
        let channel = page
            .text
            .split("name=\"channels\" value=\"")
            .nth(1)
            .and_then(|t| t.split('"').next())
            .expect("a channel")
            .to_owned();
        let sent = [
            ("revision", revision.as_str()),
            ("channels", channel.as_str()),
            ("consent", "1"),
            ("signature", name.as_str()),
        ];
        head.post(&format!("{desk}/sign"), &sent).await.expect(303);
        let view = OpenDesk {
            desk: Desk::Branch(department.clone()),
        };
        let view = house.app.query(head.actor(), view).await.expect("opens");
        let pledge = view.filed.expect("begun").row.id;

        on(&house, add_days(first_day(&house, GatedAct::Review).await, 1));
        let office = house.as_role(Role::CampaignOffice).await;
        assert_eq!(through(&house, &office, &pledge).await, 2);
        on(&house, add_days(first_day(&house, GatedAct::Publicise).await, 1));
        let office = house.as_role(Role::CampaignOffice).await;
        publish(&office, "branches").await.expect(303);

        // Every way from the board to the department leads somewhere, also on paper and on the map.
        let address = format!("/pledges/{pledge}");
        let page = visitor.get(&address).await.expect(200);
        assert!(page.text.contains(&format!("/branches/{department}")));
        for place in ["/board", "/progress", "/site-map", "/sitemap.xml"] {
            let page = visitor.get(place).await.expect(200);
            assert!(page.text.contains(&department), "{place}: {}", page.words());
        }
        let page = visitor.get(&format!("/branches/{department}")).await.expect(200);
        assert!(
            page.words().contains("产科门诊") && page.text.contains(&address),
            "{}",
            page.words()
        );
        visitor.get(&format!("/feedback/{department}")).await.expect(200);
        house.app.clock().set(NOON);
    }
}
