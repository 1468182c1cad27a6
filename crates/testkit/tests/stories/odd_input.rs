//! What nobody should send, at every place where somebody writes: it is taken as plain text or refused with a sentence,
//! never a fault of ours, never markup, and nothing of what was refused is kept.

use app::demo::Step;
use domain::access::Role;
use testkit::{Client, House, NOON, Reply};

/// A page copied out of Word as HTML.
const WORD: &str = "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><!--[if gte mso 9]><xml></xml><![endif]-->\
    <p class=MsoNormal style='mso-margin-top-alt:auto'><b><span lang=EN-US>1.</span></b><o:p></o:p>每月为孕妇讲课2次\
    <img src=x onerror=alert(1)></p></html>";

pub(crate) fn oddities() -> Vec<(&'static str, String)> {
    vec![
        ("word", WORD.to_owned()),
        ("control", "每月\u{0}讲\u{7}课\u{1b}[31m两次\u{7f}".to_owned()),
        ("bidi", "每月\u{202E}课讲\u{2066}两次\u{2069}\u{200F}".to_owned()),
        // Lone surrogates as old browsers encode them in a form become this sign.
        ("surrogate", "每月讲课\u{FFFD}\u{FFFD}\u{FFFD}两次".to_owned()),
        ("long", "诺".repeat(100_000)),
        ("places", "{{{}%7B{对象}{{x}}${x}<%= 7*7 %>".to_owned()),
        ("rare", "王䶮、马㛃雅、姜𬭎和𰻞为👨‍👩‍👧讲课".to_owned()),
    ]
}

/// It was taken, or refused so that the writer knows what to do; and nothing of it became markup.
pub(crate) fn fine(place: &str, what: &str, reply: &Reply) {
    let code = reply.status.as_u16();
    assert!(
        matches!(code, 200 | 303 | 400 | 403 | 404 | 409 | 410 | 413 | 422 | 429),
        "{place} {what}: {code} {}",
        reply.words().chars().take(300).collect::<String>()
    );
    for markup in ["<img src=x", "<p class=MsoNormal", "onerror=alert(1)>", "<o:p>"] {
        assert!(!reply.text.contains(markup), "{place} {what}: {markup}");
    }
    if code == 422 && reply.text.contains("<html") {
        let told = reply.text.contains("id=\"errors\"") || reply.text.contains("控制字符");
        assert!(told, "{place} {what}: says why");
    }
}

/// A form: where it is sent, what it always holds, and the field that holds something odd.
pub(crate) type Entry<'a> = (String, Vec<(&'a str, &'a str)>, &'a str);

pub(crate) async fn at_every_form(who: &Client, forms: &[Entry<'_>]) {
    for (path, fixed, field) in forms {
        for (what, text) in oddities() {
            let mut fields = fixed.clone();
            fields.push((field, text.as_str()));
            let reply = who.post(path, &fields).await;
            fine(path, what, &reply);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_text_entry_takes_it_as_text_or_says_what_is_wrong() {
    for house in House::both_in(Step::Survey).await {
        let unit = house.demo.branches[0].id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&unit)).await;
        let member = house.as_role(Role::Participant).await;
        let visitor = house.visitor();
        let u = unit.as_str();
        let visit = |field| {
            (
                "/survey/visits/new".to_owned(),
                vec![("unit", u), ("met", "3人")],
                field,
            )
        };
        at_every_form(
            &secretary,
            &[
                visit("points"),
                visit("place"),
                visit("held_on"),
                (
                    "/survey/paper".to_owned(),
                    vec![("unit", u), ("voices", "2")],
                    "words",
                ),
                (
                    "/survey/paper".to_owned(),
                    vec![("unit", u), ("words", "椅子少")],
                    "voices",
                ),
                ("/survey/merge".to_owned(), vec![("opinion", "x")], "title"),
            ],
        )
        .await;
        at_every_form(&member, &[("/survey/say".to_owned(), vec![("unit", u)], "words")]).await;
        at_every_form(
            &visitor,
            &[
                ("/opinions/new".to_owned(), vec![("unit", u)], "words"),
                ("/opinions/new".to_owned(), vec![("words", "椅子少")], "unit"),
                ("/suggest".to_owned(), vec![], "words"),
                (format!("/feedback/{unit}"), vec![("grade", "3")], "words"),
                (format!("/feedback/{unit}"), vec![("grade", "3")], "contact"),
                ("/receipt".to_owned(), vec![], "code"),
                ("/sign-in".to_owned(), vec![("password", "x")], "login"),
                ("/sign-in/slip".to_owned(), vec![], "code"),
                ("/confirm-pledge".to_owned(), vec![], "code"),
            ],
        )
        .await;
        // Whatever was taken is shown as text to those who work with it, and no control sign was kept.
        for page in ["/survey", "/survey/visits", "/survey/merge", "/survey/unanswered"] {
            let reply = secretary.get(page).await.expect(200);
            fine(page, "shown", &reply);
            let kept = |c: char| matches!(c, '\u{0}' | '\u{7}' | '\u{1b}' | '\u{202E}' | '\u{2066}');
            assert!(!reply.text.contains(kept), "{page}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_box_of_a_pledge_takes_it_as_text_or_says_what_is_wrong() {
    for house in House::both().await {
        let unit = house.demo.branches[0].id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&unit)).await;
        let member = house.as_role(Role::Participant).await;
        member.post("/my-pledge/start", &[]).await.expect(303);
        let desk = format!("/branch-pledge/{unit}");
        secretary.post(&format!("{desk}/start"), &[]).await.expect(303);
        let deed = "/my-pledge/write/practical_deed".to_owned();
        let own = vec![("sentence", "own"), ("own", "每月讲课2次")];
        let mut forms = vec![
            (deed.clone(), vec![("sentence", "own"), ("go", "split")], "own"),
            (deed.clone(), vec![("sentence", "own"), ("go", "next")], "own"),
            (deed.clone(), vec![("sentence", "0"), ("go", "next")], "b.0.0"),
            (deed.clone(), vec![("sentence", "0"), ("go", "next")], "rest"),
            ("/my-pledge/check".to_owned(), vec![], "fault"),
            ("/my-pledge/check".to_owned(), vec![], "box.phone"),
            ("/my-pledge/check".to_owned(), vec![], "post_group"),
            ("/my-pledge/comment".to_owned(), vec![], "words"),
            ("/my-pledge/claim".to_owned(), vec![], "demand"),
            ("/pledge-advice".to_owned(), vec![], "own"),
            ("/pledge-advice".to_owned(), vec![("own", "x")], "pattern"),
        ];
        for field in [
            "measure",
            "beneficiary",
            "due_date",
            "demand",
            "joint",
            "item",
            "revision",
        ] {
            forms.push((deed.clone(), own.clone(), field));
        }
        for field in ["signature", "due_date", "pledged_on", "channels"] {
            forms.push(("/my-pledge/sign".to_owned(), vec![], field));
        }
        at_every_form(&member, &forms).await;
        at_every_form(
            &secretary,
            &[
                (format!("{desk}/coauthors"), vec![("how", "name")], "person"),
                (format!("{desk}/write/practical_deed"), own.clone(), "joint"),
                ("/workbench/missing".to_owned(), vec![], "unit"),
            ],
        )
        .await;
        let page = member.get("/my-pledge").await.expect(200);
        fine("/my-pledge", "shown", &page);

        // Programs: half a surrogate pair is no text, and no fault of ours.
        for content in [
            "\\ud800",
            "每月\\udc00讲课",
            "\\ud83d每月讲课2次",
            "\\u0000每月讲课2次",
            "\\u202e讲课2次",
        ] {
            let body = format!("{{\"items\":[{{\"kind\":\"practical_deed\",\"content\":\"{content}\"}}]}}");
            let reply = member.json_text("PUT", "/api/v1/my-pledge", &body).await;
            assert!(
                matches!(reply.status.as_u16(), 400 | 422),
                "{content}: {}",
                reply.text
            );
            let told: serde_json::Value = serde_json::from_str(&reply.text).expect("a problem");
            assert!(told["detail"].as_str().is_some_and(|d| !d.is_empty()), "{told}");
        }
        for body in [
            "",
            "[",
            "null",
            "{\"items\":{}}",
            "{\"items\":[{\"kind\":7}]}",
            "\u{FEFF}{\"items\":[]}",
        ] {
            let reply = member.json_text("PUT", "/api/v1/my-pledge", body).await;
            assert!(
                matches!(reply.status.as_u16(), 200 | 400 | 422),
                "{body}: {}",
                reply.text
            );
        }
        for (what, text) in oddities() {
            let item = serde_json::json!({ "kind": "practical_deed", "content": text, "due_date": text, "joint": text });
            let body = serde_json::json!({ "items": [item] });
            let reply = member.json("PUT", "/api/v1/my-pledge", &body).await;
            assert!(
                matches!(reply.status.as_u16(), 200 | 400 | 413 | 422),
                "{what}: {}",
                reply.text
            );
            let body = serde_json::json!({
                "revision": 0, "channels": [text], "signature": text, "consent": true, "due_date": text,
            });
            let reply = member.json("POST", "/api/v1/my-pledge/submit", &body).await;
            assert!(
                matches!(reply.status.as_u16(), 400 | 409 | 413 | 422),
                "{what}: {} {}",
                reply.status,
                reply.text
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_outlives_the_session_and_an_old_window() {
    for house in House::both().await {
        let writer = house.as_role(Role::Participant).await;
        writer.post("/my-pledge/start", &[]).await.expect(303);
        let deed = "/my-pledge/write/practical_deed";
        writer.get(deed).await.expect(200);
        let words = "每晚为产科二病区的产妇巡视两次，“呼叫铃”3分钟内应答";
        let sent = [("sentence", "own"), ("own", words), ("go", "next")];

        // The session ends while he writes: the page of signing in has it all.
        house.app.clock().set(NOON + 14 * 3_600_000_000);
        let page = writer.post(deed, &sent).await.expect(401);
        assert!(page.words().contains("您刚才写的都还在"), "{}", page.words());
        let value = |page: &Reply, name: &str| {
            let mark = format!("name=\"{name}\" value=\"");
            let rest = page.text.split_once(&mark).map_or("", |(_, rest)| rest);
            rest.split('"')
                .next()
                .unwrap_or("")
                .replace("&amp;", "&")
                .replace("&#38;", "&")
        };
        let (kept, next) = (value(&page, "kept"), value(&page, "next"));
        assert_eq!(next, deed);
        // A wrong code loses nothing either.
        let wrong = [("code", "AAAA-AAAA-AAAA"), ("next", &next), ("kept", &kept)];
        let page = house.visitor().post("/sign-in/slip", &wrong).await;
        assert_eq!(value(&page, "kept"), kept);
        let account = writer.actor().account.clone();
        let code = house
            .run(app::demo::SlipFor(account.clone()))
            .await
            .expect("a code");
        let right = [
            ("code", code.as_str()),
            ("next", next.as_str()),
            ("kept", kept.as_str()),
        ];
        let page = house.visitor().post("/sign-in/slip", &right).await.expect(200);
        assert!(page.headers.contains_key("set-cookie"));
        assert!(
            page.words().contains("接着存") && page.text.contains(&format!("action=\"{deed}\"")),
            "{}",
            page.words()
        );
        assert_eq!(value(&page, "csrf").len(), 32);
        assert!(page.text.matches("呼叫铃").count() >= 2, "shown, and sent again");
        // Nobody is led elsewhere.
        let code = house
            .run(app::demo::SlipFor(account.clone()))
            .await
            .expect("a code");
        let foreign = [
            ("code", code.as_str()),
            ("next", "//evil.example/x"),
            ("kept", kept.as_str()),
        ];
        let page = house.visitor().post("/sign-in/slip", &foreign).await.expect(200);
        assert!(!page.text.contains("evil.example"));

        // A window left from an older session: its token is refused, what it held is not lost.
        let again = house.sign_in(&account).await;
        let stale = [
            ("csrf", "0".repeat(32)),
            ("own", words.to_owned()),
            ("sentence", "own".to_owned()),
        ];
        let stale: Vec<(&str, &str)> = stale.iter().map(|(n, t)| (*n, t.as_str())).collect();
        let page = again.post(deed, &stale).await.expect(403);
        assert!(
            page.text.contains("呼叫铃") && !page.text.contains(&"0".repeat(32)),
            "{}",
            page.words()
        );
        assert_eq!(value(&page, "csrf").len(), 32);
        again.post(deed, &sent).await.expect(303);
        let page = again.get(deed).await.expect(200);
        assert!(page.text.contains("呼叫铃"), "kept in the draft");
        // Nothing written, nothing to hand back: straight to signing in.
        house.visitor().post(deed, &[("own", "x")]).await.expect(303);
    }
}
