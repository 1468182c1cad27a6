//! What looks like a mistake is asked about once, and taken when it is meant; what cannot be meant is refused.

use crate::pledge::hidden;
use crate::review::{CLEAN, VAGUE, hand_in, member, send, shown};
use app::demo::Step;
use app::pledge::Desk;
use domain::access::Role;
use serde_json::{Value, json};
use testkit::House;

#[tokio::test(flavor = "multi_thread")]
async fn what_came_back_is_not_handed_in_unchanged_by_mistake() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let writer = member(&house, &branch, 0).await;
        let pledge = hand_in(&house, writer.actor(), Desk::Own, VAGUE).await;
        let form = shown(&house, &secretary, &pledge).await;
        let back = [
            ("verdict", "return"),
            ("reasons", "no_target"),
            ("message", "请写清人数"),
        ];
        send(&secretary, &pledge, &form, &back).await.expect(303);

        let page = writer.get("/my-pledge/sign").await.expect(200);
        assert!(
            !page.text.contains("name=\"unchanged\""),
            "nobody is asked beforehand"
        );
        let (revision, name) = (hidden(&page, "revision"), writer.actor().name.clone());
        let mut sent = vec![
            ("revision", revision.as_str()),
            ("channels", "notice_board"),
            ("consent", "1"),
            ("signature", name.as_str()),
            ("due_date", "2027-01-31"),
        ];
        let asked = writer.post("/my-pledge/sign", &sent).await.expect(422);
        assert!(
            asked.words().contains("一个字也没有改") && asked.text.contains("name=\"unchanged\""),
            "{}",
            asked.words()
        );
        let told = json!({
            "revision": revision.parse::<i64>().expect("a number"), "channels": ["notice_board"],
            "signature": name, "consent": true, "due_date": "2027-01-31",
        });
        let refused = writer
            .json("POST", "/api/v1/my-pledge/submit", &told)
            .await
            .expect(422);
        assert!(
            refused.text.contains("problem.pledge.unchanged"),
            "{}",
            refused.text
        );
        // The act itself asks: no way in goes round it.
        let view = app::pledge::OpenPledge { id: pledge.clone() };
        let filed = house.app.query(writer.actor(), view).await.expect("opened").filed;
        let submit = app::pledge::SubmitPledge {
            pledge: pledge.clone(),
            revision: filed.map_or(0, |f| f.row.revision),
            closing: None,
            signature: name.clone(),
            drawn: String::new(),
            consent: true,
            unchanged: false,
        };
        let refused = house
            .app
            .execute(writer.actor(), submit)
            .await
            .expect_err("asked");
        assert_eq!(crate::review::kind(&refused).1, "problem.pledge.unchanged");
        sent.push(("unchanged", "1"));
        writer.post("/my-pledge/sign", &sent).await.expect(303);

        // A word changed is a change.
        let other = member(&house, &branch, 1).await;
        let pledge = hand_in(&house, other.actor(), Desk::Own, CLEAN).await;
        let form = shown(&house, &secretary, &pledge).await;
        send(&secretary, &pledge, &form, &back).await.expect(303);
        let kept = other.get("/api/v1/my-pledge").await.expect(200);
        let kept: Value = serde_json::from_str(&kept.text).expect("json");
        let kind = kept["pledge"]["items"][0]["kind"]
            .as_str()
            .expect("a kind")
            .to_owned();
        let items = json!({ "items": [{ "kind": kind, "content": CLEAN.replace("20", "30") }] });
        other.json("PUT", "/api/v1/my-pledge", &items).await.expect(200);
        let page = other.get("/my-pledge/sign").await.expect(200);
        let revision = hidden(&page, "revision");
        let name = other.actor().name.clone();
        let sent = [
            ("revision", revision.as_str()),
            ("channels", "notice_board"),
            ("consent", "1"),
            ("signature", name.as_str()),
            ("due_date", "2027-01-31"),
        ];
        other.post("/my-pledge/sign", &sent).await.expect(303);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_write_only_kinds_the_form_has() {
    for house in House::both().await {
        let writer = house.as_role(Role::Participant).await;
        let items = json!({ "items": [
            { "kind": "practical_deed", "content": "每月到社区义诊2次" },
            { "kind": "nope", "content": "每月到社区义诊3次" },
        ] });
        let refused = writer.json("PUT", "/api/v1/my-pledge", &items).await.expect(422);
        let told: Value = serde_json::from_str(&refused.text).expect("json");
        let error = &told["errors"][0];
        assert_eq!(error["key"], "problem.pledge.no_such_kind", "{told}");
        assert_eq!(error["field"], "items.1.kind", "{told}");
        let words = error["detail"].as_str().unwrap_or("");
        assert!(
            words.contains("第 2 件") && words.contains("practical_deed"),
            "{words}"
        );
        let kept = writer.get("/api/v1/my-pledge").await.expect(200);
        assert!(
            !kept.text.contains("义诊"),
            "nothing is kept of it: {}",
            kept.text
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_programs_on_one_draft_lose_nothing() {
    for house in House::both().await {
        let writer = house.as_role(Role::Participant).await;
        let items = |words: &str, revision: Value| json!({ "revision": revision, "items": [{ "kind": "practical_deed", "content": words }] });
        let first = items("每月到社区义诊2次", json!(null));
        let first = writer.json("PUT", "/api/v1/my-pledge", &first).await.expect(200);
        let seen: Value = serde_json::from_str(&first.text).expect("json");
        let seen = seen["pledge"]["revision"].clone();
        let second = items("每月到社区义诊3次", seen.clone());
        writer.json("PUT", "/api/v1/my-pledge", &second).await.expect(200);
        let third = items("每月到社区义诊4次", seen.clone());
        let late = writer.json("PUT", "/api/v1/my-pledge", &third).await.expect(409);
        let told: Value = serde_json::from_str(&late.text).expect("json");
        assert_eq!(
            told["errors"][0]["key"], "problem.pledge.changed_meanwhile",
            "{told}"
        );
        assert_eq!(told["sent"]["items"][0]["content"], "每月到社区义诊4次", "{told}");
        let now = &told["current"];
        assert_eq!(now["items"][0]["content"], "每月到社区义诊3次", "{told}");
        assert!(now["revision"].as_i64() > seen.as_i64(), "{told}");
        // With the revision that stands there now, what was sent is kept.
        let mut again = told["sent"].clone();
        again["revision"] = now["revision"].clone();
        let kept = writer.json("PUT", "/api/v1/my-pledge", &again).await.expect(200);
        assert!(kept.text.contains("义诊4次"), "{}", kept.text);
        // Handing in what another changed meanwhile is refused with both as well.
        let sent = json!({ "revision": seen, "channels": ["notice_board"], "signature": writer.actor().name,
            "consent": true, "due_date": "2027-01-31" });
        let late = writer.json("POST", "/api/v1/my-pledge/submit", &sent).await;
        if late.status == 409 {
            let told: Value = serde_json::from_str(&late.text).expect("json");
            assert_eq!(told["sent"]["due_date"], "2027-01-31");
            assert!(told["current"]["items"].is_array(), "{told}");
        }
        let broken = r#"{"items":[{"kind":"practical_deed","content":"\ud800"}]}"#;
        for (body, field) in [
            (
                r#"{"items":[{"kind":"practical_deed","content":7}]}"#,
                "items.0.content",
            ),
            (r#"{"thing":1,"items":[]}"#, "thing"),
            (r#"{"revision":1}"#, "items"),
            (broken, "body"),
            ("{", "body"),
        ] {
            let refused = writer
                .json_text("PUT", "/api/v1/my-pledge", body)
                .await
                .expect(422);
            let told: Value = serde_json::from_str(&refused.text).expect("json");
            assert_eq!(told["errors"][0]["field"], field, "{told}");
            let said = told["detail"].as_str().unwrap_or("");
            assert!(said.contains("openapi.json"), "{said}");
        }
    }
}

/// Texts of characters nobody sees say nothing.
#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_sees_is_no_promise() {
    for house in House::both().await {
        let writer = house.as_role(Role::Participant).await;
        let unseen = "\u{200B}\u{3164}\u{FEFF}";
        let items = json!({ "items": [{ "kind": "practical_deed", "content": unseen, "measure": unseen,
            "beneficiary": "\u{2060}" }] });
        let kept = writer.json("PUT", "/api/v1/my-pledge", &items).await.expect(200);
        let kept: Value = serde_json::from_str(&kept.text).expect("json");
        for text in ["content", "measure", "beneficiary"] {
            assert_eq!(kept["pledge"]["items"][0][text], "", "{kept}");
        }
        let sent = json!({ "revision": kept["pledge"]["revision"], "channels": ["notice_board"],
            "signature": writer.actor().name, "consent": true, "due_date": "2027-01-31" });
        let refused = writer
            .json("POST", "/api/v1/my-pledge/submit", &sent)
            .await
            .expect(422);
        assert!(
            refused.text.contains("problem.pledge.no_item"),
            "{}",
            refused.text
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_legend_of_keys_counts_the_reasons_there_are() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        let writer = member(&house, &branch, 0).await;
        let pledge = hand_in(&house, writer.actor(), Desk::Own, CLEAN).await;
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        for page in ["/review".to_owned(), format!("/review/{pledge}")] {
            let page = secretary.get(&page).await.expect(200);
            let (form, _) = page.text.split_once("data-key-legend").expect("a legend");
            let last = form.rsplit("name=\"reasons\"").next().unwrap_or("");
            let last = last.split("<kbd class=\"desk\">").nth(1).unwrap_or("");
            let last = last.split('<').next().unwrap_or("");
            assert!(
                !last.is_empty() && page.words().contains(&format!("再按 1–{last} 选原因")),
                "{last}"
            );
        }
    }
}
