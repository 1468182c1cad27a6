//! A form typed from paper: the scan is seen beside the fields, stays with the entry, and is nobody else's to see.

use domain::access::Role;
use testkit::House;

const PDF: &[u8] =
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n\
trailer<</Root 1 0 R>>\n%%EOF\n";

#[tokio::test(flavor = "multi_thread")]
async fn the_scan_stands_beside_the_fields_and_stays_with_the_entry() {
    for house in House::both().await {
        let unit = house.demo.branches[1].id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&unit)).await;
        let mut people = house.demo.people.iter();
        let member = people
            .rfind(|p| p.unit_id == unit && !p.leading_cadre && p.title.is_empty())
            .expect("a member");
        let base = format!("/branch-pledge/on-behalf/{}", member.id);
        let send = async |name: &'static str, bytes: &[u8]| {
            secretary
                .upload(&format!("{base}/scan"), &[], "file", name, bytes)
                .await
        };
        // Before somebody types there is nothing to lay it beside.
        send("a.pdf", PDF).await.expect(404);
        let reason = [("reason", "眼睛不好，口述")];
        secretary
            .post(&format!("{base}/start"), &reason)
            .await
            .expect(303);
        let bare = secretary.get(&base).await.expect(200);
        assert!(bare.text.contains(&format!("action=\"{base}/scan\"")));

        let refused = send("a.pdf", b"PK no scan").await.expect(422);
        assert!(refused.words().contains("打不开"), "{}", refused.words());
        assert_eq!(
            send("纸表 张三.pdf", PDF).await.expect(303).location,
            format!("{base}?said=paper_attached")
        );
        let check = secretary.get(&format!("{base}/check")).await.expect(200);
        let (_, after) = check.text.split_once("<iframe src=\"").expect("the scan");
        let view = after.split('"').next().expect("it ends").to_owned();
        let write = secretary
            .get(&format!("{base}/write/post_commitment"))
            .await
            .expect(200);
        assert!(write.text.contains(&view) && write.text.contains("纸表 张三"));
        let shown = secretary.get(&view).await.expect(200);
        assert_eq!(shown.bytes, PDF);
        assert_eq!(shown.headers["x-frame-options"], "SAMEORIGIN");
        assert_eq!(shown.headers["content-type"], "application/pdf");
        let policy = shown.headers["content-security-policy"].to_str().expect("text");
        assert!(policy.contains("frame-ancestors 'self'"), "{policy}");
        assert_eq!(write.headers["x-frame-options"], "DENY", "a form is in no frame");

        // The member may look at what was typed for him; another branch and strangers may not.
        house.as_person(&member.id).await.get(&view).await.expect(200);
        let other = house.demo.branches[2].id.clone();
        let foreign = house.as_role_of(Role::BranchSecretary, Some(&other)).await;
        foreign.get(&view).await.expect(404);
        foreign
            .upload(&format!("{base}/scan"), &[], "file", "a.pdf", PDF)
            .await
            .expect(404);
        assert_ne!(house.visitor().get(&view).await.status, 200);

        for _ in 1..app::pledge::PAPERS_MAX {
            send("b.pdf", PDF).await.expect(303);
        }
        let many = send("b.pdf", PDF).await.expect(409);
        assert!(many.words().contains("最多附"), "{}", many.words());
        // What somebody writes himself has no such place.
        let own = house.as_person(&member.id).await;
        let page = own.get("/my-pledge").await.expect(200);
        assert!(!page.text.contains("/scan\""));
    }
}
