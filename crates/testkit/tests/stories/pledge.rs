//! A member files a pledge, a secretary files the branch's and types one for somebody else; nobody files for another.

use domain::access::Role;
use serde_json::json;
use testkit::{Client, House, Reply};

const DEED: &str = "/my-pledge/write/practical_deed";

/// The value of a hidden field.
pub(crate) fn hidden(reply: &Reply, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let at = reply.text.find(&start).map(|at| at + start.len());
    let rest = at.and_then(|at| reply.text.get(at..)).unwrap_or("");
    rest.split('"').next().unwrap_or("").to_owned()
}

fn name(client: &Client) -> String {
    client.actor().name.clone()
}

/// Writes one deed in own words and hands the form in.
pub(crate) async fn file(client: &Client, words: &str) -> Reply {
    client.post("/my-pledge/start", &[]).await.expect(303);
    client
        .post("/my-pledge/check", &[("post_group", "nurse")])
        .await
        .expect(303);
    let page = client.get(DEED).await.expect(200);
    let revision = hidden(&page, "revision");
    let sent = [
        ("revision", revision.as_str()),
        ("sentence", "own"),
        ("own", words),
        ("go", "next"),
    ];
    assert_eq!(
        client.post(DEED, &sent).await.expect(303).location,
        "/my-pledge/sign"
    );
    let page = client.get("/my-pledge/sign").await.expect(200);
    let (revision, name) = (hidden(&page, "revision"), name(client));
    let sent = [
        ("revision", revision.as_str()),
        ("channels", "notice_board"),
        ("consent", "1"),
        ("signature", name.as_str()),
        ("due_date", ""),
    ];
    client.post("/my-pledge/sign", &sent).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_files_in_five_pages() {
    for house in House::both().await {
        let member = house.as_role(Role::Participant).await;
        let first = member.get("/my-pledge").await.expect(200);
        assert!(first.text.contains("/my-pledge/start"), "{}", first.words());
        let done = file(
            &member,
            "2027年6月30日前，为首次生育的产妇做产前一对一讲解，共40人",
        )
        .await
        .expect(303);
        assert_eq!(done.location, "/my-pledge/done");
        let done = member.get("/my-pledge/done").await.expect(200);
        assert!(done.text.contains("2026-Z"), "a number: {}", done.words());
        assert!(
            done.words().contains("由 支部书记"),
            "who is next: {}",
            done.words()
        );

        // Sent twice it is the same success, not an error, and no second round.
        let again = member
            .post("/my-pledge/sign", &[("signature", "x")])
            .await
            .expect(303);
        assert_eq!(again.location, "/my-pledge/done");
        let told = member
            .json("GET", "/api/v1/my-pledge", &json!({}))
            .await
            .expect(200);
        let told: serde_json::Value = serde_json::from_str(&told.text).expect("json");
        assert_eq!(
            (&told["pledge"]["state"], &told["pledge"]["round"]),
            (&json!("submitted"), &json!(1))
        );
        assert_eq!(
            told["pledge"]["items"][0]["due_date"],
            json!("2027-06-30"),
            "read out of the words"
        );
        assert_eq!(told["pledge"]["hash"].as_str().map(str::len), Some(64));

        // The paper is a PDF; nobody else's form is to be had.
        let paper = member.get("/my-pledge/files/form.pdf").await.expect(200);
        assert!(paper.bytes.starts_with(b"%PDF"));
        for ending in ["docx", "ofd"] {
            let paper = member
                .get(&format!("/my-pledge/files/form.{ending}"))
                .await
                .expect(200);
            assert!(paper.bytes.starts_with(b"PK"), "{ending}");
        }
        let pasted = member.get("/my-pledge/files/form.html").await.expect(200);
        let pasted = String::from_utf8_lossy(&pasted.bytes);
        assert!(pasted.contains("承诺书"));
        let limit = pasted.rfind("完成时限").expect("the box of the time limit");
        assert!(
            pasted[limit..].contains("2027年6月30日"),
            "the form shows when its last item is due"
        );
        member.get("/my-pledge/files/form.exe").await.expect(404);
        member.get("/my-pledge/files/other.pdf").await.expect(404);
        let id = told["pledge"]["id"].as_str().unwrap_or("").to_owned();
        let stranger = house
            .as_role_of(
                Role::BranchSecretary,
                house.demo.branches.get(2).map(|b| b.id.as_str()),
            )
            .await;
        stranger
            .get(&format!("/branch-pledge/drafts/{id}"))
            .await
            .expect(404);
        for ending in ["pdf", "docx", "ofd", "html"] {
            stranger.get(&format!("/forms/{id}.{ending}")).await.expect(404);
        }

        // Taken back while nobody looked at it, changed, handed in again: the second round.
        member
            .post("/my-pledge/withdraw", &[("pledge", &id)])
            .await
            .expect(303);
        let page = member.get("/my-pledge/sign").await.expect(200);
        let (revision, own) = (hidden(&page, "revision"), name(&member));
        let sent = [
            ("revision", revision.as_str()),
            ("channels", "network"),
            ("consent", "1"),
            ("signature", &own),
        ];
        member.post("/my-pledge/sign", &sent).await.expect(303);
        let told = member
            .json("GET", "/api/v1/my-pledge", &json!({}))
            .await
            .expect(200);
        assert!(told.text.contains("\"round\":2"), "{}", told.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_said_and_nothing_typed_is_lost() {
    for house in House::both().await {
        let member = house.as_role(Role::Participant).await;
        member.post("/my-pledge/start", &[]).await.expect(303);
        let page = member.get(DEED).await.expect(200);
        let revision = hidden(&page, "revision");
        let sent = [
            ("revision", revision.as_str()),
            ("sentence", "own"),
            ("own", "为王䶮和𰻞同志办一件实事"),
            ("due_date", "长期坚持"),
            ("go", "next"),
        ];
        let back = member.post(DEED, &sent).await.expect(422);
        assert!(back.text.contains("为王䶮和𰻞同志办一件实事") && back.text.contains("长期坚持"));
        assert!(back.text.contains("href=\"#f-due_date\""), "{}", back.words());

        // The second save of the same page writes the same item.
        let (revision, item) = (hidden(&back, "revision"), hidden(&back, "item"));
        let sent = [
            ("revision", revision.as_str()),
            ("item", item.as_str()),
            ("sentence", "own"),
            ("own", "为王䶮和𰻞同志办一件实事"),
            ("due_date", "明年六月底前"),
            ("go", "next"),
        ];
        member.post(DEED, &sent).await.expect(303);
        // Words are understood, and what was understood is said beside what was typed.
        let again = member.get(DEED).await.expect(200);
        assert!(again.text.contains("完成时限读作") && again.text.contains("6月30日"));
        assert!(again.text.contains("value=\"明年六月底前\""));
        let sign = member.get("/my-pledge/sign").await.expect(200);
        assert_eq!(sign.text.matches("?item=0").count(), 1, "one item");

        // A name that is not one's own, no consent, no channel: three refusals, the name kept.
        let revision = hidden(&sign, "revision");
        let sent = [("revision", revision.as_str()), ("signature", "别人")];
        let back = member.post("/my-pledge/sign", &sent).await.expect(422);
        for field in ["signature", "consent", "channels"] {
            assert!(
                back.text.contains(&format!("href=\"#f-{field}\"")),
                "{field}: {}",
                back.words()
            );
        }
        assert!(back.text.contains("value=\"别人\""));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_windows_do_not_overwrite_each_other() {
    for house in House::both().await {
        let member = house.as_role(Role::Participant).await;
        member.post("/my-pledge/start", &[]).await.expect(303);
        let old = member.get(DEED).await.expect(200);
        let stale = hidden(&old, "revision");
        let sent = |revision: &str, item: &str, own: &str| {
            vec![
                ("revision".to_owned(), revision.to_owned()),
                ("item".to_owned(), item.to_owned()),
                ("sentence".to_owned(), "own".to_owned()),
                ("own".to_owned(), own.to_owned()),
                ("go".to_owned(), "draft".to_owned()),
            ]
        };
        let post = async |fields: Vec<(String, String)>| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            member.post(DEED, &fields).await
        };
        post(sent(&stale, "", "每月义诊2次")).await.expect(303);
        let now = member.get(DEED).await.expect(200);
        let item = hidden(&now, "item");
        // The same words from the other window are no conflict; other words are, and both texts are shown.
        post(sent(&stale, "", "每月义诊2次")).await.expect(303);
        let clash = post(sent(&stale, &item, "每月义诊3次")).await.expect(409);
        assert!(clash.text.contains("每月义诊3次"), "what was typed");
        assert!(
            clash.words().contains("每月义诊2次"),
            "what was kept: {}",
            clash.words()
        );
        let revision = hidden(&clash, "revision");
        post(sent(&revision, &item, "每月义诊3次")).await.expect(303);
        let told = member
            .json("GET", "/api/v1/my-pledge", &json!({}))
            .await
            .expect(200);
        assert!(
            told.text.contains("每月义诊3次") && !told.text.contains("每月义诊2次"),
            "{}",
            told.text
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secretary_files_for_the_branch_and_for_one_who_cannot() {
    for house in House::both().await {
        let unit = house
            .demo
            .branches
            .first()
            .map(|b| b.id.clone())
            .unwrap_or_default();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&unit)).await;
        let base = secretary.get("/branch-pledge").await.expect(303).location;
        assert_eq!(base, format!("/branch-pledge/{unit}"));
        let page = secretary.get(&base).await.expect(200);
        assert!(
            page.text.contains("box warn"),
            "no opinions collected yet: {}",
            page.words()
        );
        secretary.post(&format!("{base}/start"), &[]).await.expect(303);
        let deed = format!("{base}/write/practical_deed");
        let revision = hidden(&secretary.get(&deed).await.expect(200), "revision");
        let words = "2027年5月31日前为患者办成便民事项3件";
        let sent = [
            ("revision", revision.as_str()),
            ("sentence", "own"),
            ("own", words),
            ("go", "next"),
        ];
        secretary.post(&deed, &sent).await.expect(303);
        let revision = hidden(
            &secretary.get(&format!("{base}/sign")).await.expect(200),
            "revision",
        );
        let own = name(&secretary);
        let sent = [
            ("revision", revision.as_str()),
            ("channels", "meeting"),
            ("consent", "1"),
            ("signature", &own),
        ];
        secretary.post(&format!("{base}/sign"), &sent).await.expect(303);

        // Another branch's desk does not exist for this secretary.
        let other = house
            .demo
            .branches
            .get(1)
            .map(|b| b.id.clone())
            .unwrap_or_default();
        secretary
            .get(&format!("/branch-pledge/{other}"))
            .await
            .expect(404);
        secretary
            .post(&format!("/branch-pledge/{other}/start"), &[])
            .await
            .expect(404);

        let old = house
            .demo
            .people
            .iter()
            .rfind(|p| p.unit_id == unit && !p.leading_cadre && p.title.is_empty());
        let old = old.expect("a member").clone();
        let base = format!("/branch-pledge/on-behalf/{}", old.id);
        secretary
            .post(&format!("{base}/start"), &[("reason", "")])
            .await
            .expect(422);
        secretary
            .post(&format!("{base}/start"), &[("reason", "口头承诺")])
            .await
            .expect(303);
        let deed = format!("{base}/write/practical_deed");
        let revision = hidden(&secretary.get(&deed).await.expect(200), "revision");
        let words = "每周到门诊大厅导诊2次，到2027年6月30日止";
        let sent = [
            ("revision", revision.as_str()),
            ("sentence", "own"),
            ("own", words),
            ("go", "next"),
        ];
        secretary.post(&deed, &sent).await.expect(303);
        let revision = hidden(
            &secretary.get(&format!("{base}/sign")).await.expect(200),
            "revision",
        );
        let sent = [
            ("revision", revision.as_str()),
            ("channels", "meeting"),
            ("signature", old.name.as_str()),
        ];
        // Nobody has promised tomorrow, and nothing is promised that is overdue at birth.
        for (field, day, told) in [
            ("pledged_on", "2026-12-24", "还没有到"),
            ("due_date", "2026-11-23", "早于承诺日期"),
        ] {
            let mut wrong = sent.to_vec();
            wrong.push((field, day));
            let refused = secretary.post(&format!("{base}/sign"), &wrong).await.expect(422);
            assert!(refused.words().contains(told), "{told}: {}", refused.words());
            assert!(
                refused.text.contains(&format!("value=\"{day}\"")),
                "what was typed is kept"
            );
        }
        secretary.post(&format!("{base}/sign"), &sent).await.expect(303);

        // The member looks at it by a code and confirms; the code is used up.
        let page = secretary.get(&base).await.expect(200);
        let pledge = hidden(&page, "pledge");
        let slip = secretary
            .post(&format!("{base}/slip"), &[("pledge", &pledge)])
            .await
            .expect(200);
        let code = slip
            .text
            .split("class=\"code huge\">")
            .nth(1)
            .and_then(|t| t.split('<').next())
            .unwrap_or("");
        let visitor = house.visitor();
        visitor.post("/sign-in/slip", &[("code", code)]).await.expect(410);
        let shown = visitor
            .post("/confirm-pledge", &[("code", code)])
            .await
            .expect(200);
        assert!(shown.words().contains("导诊"), "{}", shown.words());
        // He sees what he stands by: until when, where, and who typed it.
        let typist = format!("{}代填", secretary.actor().name);
        for told in ["时限", typist.as_str()] {
            assert!(shown.words().contains(told), "{told}: {}", shown.words());
        }
        let wrong = visitor
            .post("/confirm-pledge", &[("code", "AAAA-BBBB-CCCC")])
            .await;
        assert!(wrong.expect(410).words().contains("确认码不对"));
        visitor
            .post("/confirm-pledge", &[("code", code), ("confirm", "1")])
            .await
            .expect(422);
        let sent = [("code", code), ("confirm", "1"), ("consent", "1")];
        visitor.post("/confirm-pledge", &sent).await.expect(200);
        visitor.post("/confirm-pledge", &sent).await.expect(410);
        let list = secretary.get("/branch-pledge/on-behalf").await.expect(200);
        assert!(list.words().contains("代填") && list.words().contains(&old.name));
        for paper in [
            "blank-person.pdf",
            "blank-branch.pdf",
            &format!("branch/{unit}.pdf"),
        ] {
            let paper = secretary.get(&format!("/forms/{paper}")).await.expect(200);
            assert!(paper.bytes.starts_with(b"%PDF"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_file_and_the_step_closes() {
    for house in House::both().await {
        let member = house.as_role(Role::Participant).await;
        let items = json!({ "items": [{ "kind": "practical_deed", "content": "每月到社区义诊2次", "due_date": "2027-06-30" }] });
        let told = member.json("PUT", "/api/v1/my-pledge", &items).await.expect(200);
        let told: serde_json::Value = serde_json::from_str(&told.text).expect("json");
        let mut sent = json!({
            "revision": told["pledge"]["revision"], "channels": ["network"], "signature": "别人", "consent": true,
        });
        let refused = member
            .json("POST", "/api/v1/my-pledge/submit", &sent)
            .await
            .expect(422);
        assert!(
            refused.text.contains("problem.pledge.signature_differs"),
            "{}",
            refused.text
        );
        sent["signature"] = json!(name(&member));

        // Months later the step is over: the draft is kept, but cannot be handed in.
        house.app.clock().set(testkit::NOON + 90 * 24 * 3_600_000_000);
        let late = house.sign_in(&member.actor().account).await;
        let refused = late
            .json("POST", "/api/v1/my-pledge/submit", &sent)
            .await
            .expect(409);
        assert!(refused.text.contains("campaign.gate_closed"), "{}", refused.text);
        let page = late.get("/my-pledge").await.expect(200);
        assert!(page.words().contains("您写的内容都保存着"), "{}", page.words());
        house.app.clock().set(testkit::NOON);
        member
            .json("POST", "/api/v1/my-pledge/submit", &sent)
            .await
            .expect(200);
    }
}

/// Everything the form of a person was prefilled with, as a browser would send it back.
fn prefilled(page: &Reply, names: &[&'static str]) -> Vec<(&'static str, String)> {
    let value = |name: &str| {
        let field = page.text.split(&format!("name=\"{name}\"")).nth(1)?;
        let field = field.split('>').next()?;
        Some(field.split("value=\"").nth(1)?.split('"').next()?.to_owned())
    };
    names
        .iter()
        .map(|name| (*name, value(name).unwrap_or_default()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_the_roster_reaches_the_office_until_it_is_mended() {
    const WORDS: &str = "出生年月应为1974年1月";
    for house in House::both().await {
        let member = house.as_role(Role::Participant).await;
        let office = house.as_role(Role::CampaignOffice).await;
        let tasks = office.get("/work").await.expect(200);
        assert!(!tasks.words().contains("名册上的信息有误"));

        member.post("/my-pledge/start", &[]).await.expect(303);
        let sent = [("post_group", "nurse"), ("fault", WORDS)];
        member.post("/my-pledge/check", &sent).await.expect(303);
        let tasks = office.get("/work").await.expect(200).words();
        assert!(tasks.contains("1 人说名册上的信息有误"), "{tasks}");
        let roster = office.get("/roster").await.expect(200);
        assert!(roster.words().contains(WORDS), "{}", roster.words());

        let notes = roster.text.split(WORDS).next().expect("the note");
        let person = notes.rsplit("/roster/").next().expect("a link");
        let person = person.split('/').next().expect("an id").to_owned();
        let address = format!("/roster/{person}/edit");
        let page = office.get(&address).await.expect(200);
        let names = [
            "name",
            "title",
            "post",
            "ethnicity",
            "education",
            "joined_month",
            "phone",
        ];
        let mut sent = prefilled(&page, &names);
        sent.push(("class", "full_member".to_owned()));
        sent.push(("birth_month", "1974-01".to_owned()));
        let sent: Vec<(&str, &str)> = sent.iter().map(|(n, v)| (*n, v.as_str())).collect();
        office.post(&address, &sent).await.expect(303);
        let roster = office.get("/roster").await.expect(200).words();
        assert!(!roster.contains(WORDS), "{roster}");
    }
}
