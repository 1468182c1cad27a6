//! The tree of units: departments beside branches, kept by the office.

use domain::access::Role;
use testkit::House;

/// The id of a unit by its name, from the links of the tree.
fn id_of(page: &str, name: &str) -> String {
    let row = page
        .split("<tr>")
        .find(|row| row.contains(&format!("{name}</th>")));
    let link = row
        .and_then(|row| row.split("href=\"/units/").nth(1))
        .expect("a link");
    link.split('"').next().expect("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_office_keeps_departments_beside_the_branches() {
    for house in House::both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let member = house.as_role(Role::Participant).await;
        member.get("/units").await.expect(403);
        let page = office.get("/units").await.expect(200).text;
        let branch = &house.demo.branches[0];
        let options = page
            .split("<option value=\"")
            .skip(1)
            .filter_map(|o| o.split_once("\">"));
        let committee = options
            .into_iter()
            .find(|(id, name)| id.len() == 36 && name.contains("党委"));
        let committee = committee.expect("the committee").0.to_owned();

        // What is wrong is said at its field, and what was typed stays.
        let bad = [
            ("kind", "party_branch"),
            ("name", "儿内党支部"),
            ("parent", ""),
            ("phone", "0278716"),
        ];
        let again = office.post("/units", &bad).await.expect(422);
        assert!(again.text.contains("id=\"e-parent\"") || again.text.contains("#f-parent"));
        assert!(again.text.contains("儿内党支部") && again.text.contains("0278716"));
        office
            .post("/units", &[("kind", "no"), ("name", ""), ("parent", "x")])
            .await
            .expect(422);

        let general = [
            ("kind", "general_branch"),
            ("name", "儿科党总支"),
            ("parent", committee.as_str()),
        ];
        office.post("/units", &general).await.expect(303);
        office.post("/units", &general).await.expect(409);
        let page = office.get("/units").await.expect(200).text;
        let general = id_of(&page, "儿科党总支");
        let below = [
            ("kind", "party_branch"),
            ("name", "儿内党支部"),
            ("parent", general.as_str()),
        ];
        office.post("/units", &below).await.expect(303);
        let page = office.get("/units").await.expect(200).text;
        let below = id_of(&page, "儿内党支部");

        // Not below itself, nor below what stands below it.
        for wrong in [&general, &below] {
            let ring = [("name", "儿科党总支"), ("parent", wrong.as_str())];
            office.post(&format!("/units/{general}"), &ring).await.expect(422);
        }
        office
            .post(&format!("/units/{general}/close"), &[])
            .await
            .expect(409);
        office
            .post(&format!("/units/{}/close", branch.id), &[])
            .await
            .expect(409);
        office
            .post(&format!("/units/{below}/close"), &[])
            .await
            .expect(303);
        let page = office.get("/units").await.expect(200).text;
        assert!(!page.contains("儿内党支部</th>"));
        // The same name again is the same unit with its history.
        let back = [
            ("kind", "party_branch"),
            ("name", "儿内党支部"),
            ("parent", general.as_str()),
        ];
        office.post("/units", &back).await.expect(303);
        let page = office.get("/units").await.expect(200).text;
        assert_eq!(id_of(&page, "儿内党支部"), below);

        // Departments a branch only names become units below it, and notices go to them.
        let covers = [
            ("name", branch.name.as_str()),
            ("parent", committee.as_str()),
            ("covers", "产一科、产二科、产一科"),
        ];
        office
            .post(&format!("/units/{}", branch.id), &covers)
            .await
            .expect(303);
        office
            .post(
                "/units/departments",
                &[("department_kind", "clinical_department")],
            )
            .await
            .expect(422);
        let chosen = [
            ("department_kind", "clinical_department"),
            ("department", "产一科"),
        ];
        office.post("/units/departments", &chosen).await.expect(303);
        let page = office.get("/units").await.expect(200).text;
        assert!(page.contains("产一科</th>") && page.contains("value=\"产二科\""));
        id_of(&page, "产一科");
    }
}
