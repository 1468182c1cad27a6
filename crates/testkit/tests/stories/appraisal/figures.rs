//! Briefs, reports, examples and the ledger come from figures.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_brief_a_report_and_an_example_come_from_figures() {
    for house in houses().await {
        let unit = Promises::of(&house).unit;
        let secretary = house.as_role(Role::BranchSecretary).await;
        let office = house.as_role(Role::CampaignOffice).await;

        let report = format!("/reports/{unit}/2026-11");
        let page = secretary.get(&report).await.expect(200);
        assert!(page.text.contains("<textarea"));
        secretary.post(&report, &[("words", "")]).await.expect(422);
        secretary
            .post(&report, &[("words", "座位已到位32个")])
            .await
            .expect(303);
        secretary
            .post(&report, &[("words", "再报一次")])
            .await
            .expect(422);
        assert!(
            office
                .get(&report)
                .await
                .expect(200)
                .text
                .contains("座位已到位32个")
        );
        office.get("/reports").await.expect(200);
        secretary.get("/reports/none/2026-11").await.expect(404);

        // Nominated by the secretary, verified by the office, agreed to by the person, then public.
        let member = Promises::of(&house)
            .people
            .into_iter()
            .enumerate()
            .find(|(_, (person, _, _))| {
                let is = |actor: &Actor| actor.person.as_ref() == Some(person);
                !is(secretary.actor()) && !is(office.actor())
            });
        let (n, (person, name, _)) = member.expect("a member");
        let pledge = Promises::id(n + 1);
        let words = [("pledge", pledge.as_str()), ("words", "每天提前半小时到岗")];
        secretary.post("/examples/desk", &words).await.expect(303);
        let desk = office.get("/examples/desk").await.expect(200);
        let at = desk.text.find("/examples/0").expect("a form");
        let id: String = desk.text[at + 10..].chars().take(36).collect();
        assert_eq!(
            secretary
                .post(&format!("/examples/{id}/verify"), &[])
                .await
                .status
                .as_u16(),
            403
        );
        office
            .post(&format!("/examples/{id}/publish"), &[])
            .await
            .expect(409);
        office
            .post(&format!("/examples/{id}/verify"), &[])
            .await
            .expect(303);
        let shown = house.as_person(&person).await;
        shown
            .post(&format!("/examples/{id}/consent"), &[])
            .await
            .expect(303);
        office
            .post(&format!("/examples/{id}/publish"), &[])
            .await
            .expect(303);
        assert!(
            house
                .visitor()
                .get("/examples")
                .await
                .expect(200)
                .text
                .contains(&name)
        );

        let figures = office.get("/documents/generate").await.expect(200);
        assert!(
            figures.text.contains("href=\"/board?state=found_fulfilled\""),
            "a number opens its rows"
        );
        let place = office
            .post("/documents/generate", &[("kind", "brief")])
            .await
            .expect(303)
            .location;
        let id = place
            .trim_start_matches("/documents/")
            .split('?')
            .next()
            .unwrap_or("")
            .to_owned();
        let draft = office.actor().clone();
        let file = house
            .app
            .query(&draft, app::notice::ReadDocument { id: id.clone() })
            .await
            .expect("a draft");
        assert!(
            file.notice.number == "第1期" && file.notice.body.contains("每天提前半小时到岗"),
            "{:?}",
            file.notice
        );
        let pdf = office
            .get(&format!("/documents/{id}/paper.pdf"))
            .await
            .expect(200);
        assert!(pdf.bytes.starts_with(b"%PDF"));
        let word = office
            .get(&format!("/documents/{id}/paper.docx"))
            .await
            .expect(200);
        assert!(word.bytes.starts_with(b"PK"));
        office
            .post("/documents/generate", &[("kind", "summary")])
            .await
            .expect(303);

        // Consent taken back: gone at once.
        let example = office.get("/examples/desk").await.expect(200);
        assert!(example.text.contains("已公布"));
        let mine = shown.get("/examples/desk").await.expect(200);
        let at = mine.text.find("/withdraw").expect("a form");
        let id = mine.text[..at].rsplit('/').next().unwrap_or("").to_owned();
        shown
            .post(&format!("/examples/{id}/withdraw"), &[])
            .await
            .expect(303);
        assert!(
            !house
                .visitor()
                .get("/examples")
                .await
                .expect(200)
                .text
                .contains("每天提前半小时到岗")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_goes_out_and_comes_back_unchanged() {
    for house in houses().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let book = office.get("/workbench/ledger.xlsx").await.expect(200);
        let rows = app::ledger::read_back(&book.bytes, "台账.xlsx").expect("reads");
        for (ending, first) in [("pdf", "%PDF"), ("docx", "PK"), ("ofd", "PK")] {
            let paper = office
                .get(&format!("/workbench/ledger.{ending}"))
                .await
                .expect(200);
            assert!(paper.bytes.starts_with(first.as_bytes()), "{ending}");
        }
        let text = office.get("/workbench/ledger.csv").await.expect(200);
        assert_eq!(
            app::ledger::read_back(&text.bytes, "台账.csv").expect("reads"),
            rows
        );
        let table = house
            .app
            .query(office.actor(), app::ledger::FindLedger::whole(lang::Lang::Zh))
            .await;
        assert_eq!(rows, app::ledger::texts(&table.expect("a table")));
        assert_eq!(rows.len(), 9);
        assert!(
            rows.iter().all(|r| r.iter().any(|c| c.starts_with("=为清晨"))),
            "text stays text"
        );

        let other = house.demo.branches.get(1).expect("a second branch").id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&other)).await;
        let theirs = secretary.get("/workbench/ledger.csv").await.expect(200);
        assert_eq!(
            app::ledger::read_back(&theirs.bytes, "台账.csv")
                .expect("reads")
                .len(),
            0
        );
        house
            .as_role(Role::Participant)
            .await
            .get("/workbench/ledger.xlsx")
            .await
            .expect(403);
    }
}
