//! What programs ask.

use domain::access::Role;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::House;

/// `{id}` and `{pledge}` are names for the reader; the place is the same.
fn place(path: &str) -> String {
    let parts = path
        .split('/')
        .map(|part| if part.starts_with('{') { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[test]
fn the_description_and_the_table_of_routes_name_the_same_calls() {
    let served: BTreeSet<(String, String)> = web::routes()
        .iter()
        .filter(|r| r.surface == web::Surface::Api)
        .map(|r| (r.method.to_string().to_lowercase(), place(r.path)))
        .collect();
    let description: Value = serde_json::from_str(web::api::OPENAPI).expect("JSON");
    assert_eq!(description["openapi"], "3.1.0");
    let paths = description["paths"].as_object().expect("paths");
    let described: BTreeSet<(String, String)> = paths
        .iter()
        .flat_map(|(path, calls)| {
            let calls = calls.as_object().expect("calls");
            calls.keys().map(move |method| (method.clone(), place(path)))
        })
        .collect();
    assert_eq!(served, described);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_signs_in_reads_and_is_refused_in_json() {
    for house in House::both().await {
        let member = house.as_role(Role::Participant).await;
        let code = house
            .run(app::demo::SlipFor(member.actor().account.clone()))
            .await
            .expect("a slip");
        let visitor = house.visitor();
        let entered = visitor
            .json("POST", "/api/v1/sessions", &json!({ "code": code }))
            .await
            .expect(201);
        let token: Value = serde_json::from_str(&entered.text).expect("JSON");
        assert!(token["token"].as_str().is_some_and(|t| t.len() == 64));
        let again = visitor
            .json("POST", "/api/v1/sessions", &json!({ "code": code }))
            .await
            .expect(410);
        assert_eq!(again.headers["content-type"], "application/problem+json");
        visitor
            .json("POST", "/api/v1/sessions", &json!({ "nonsense": 1 }))
            .await
            .expect(422);
        let refused = visitor.get("/api/v1/my-pledge").await.expect(401);
        let problem: Value = serde_json::from_str(&refused.text).expect("JSON");
        assert_eq!(problem["status"], 401);
        visitor.get("/healthz").await.expect(200);
        visitor.get("/readyz").await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused_by_name_and_in_json() {
    for house in House::both().await {
        let visitor = house.visitor();
        for (asked, name) in [
            ("/api/v1/items?state=nonsense", "state"),
            ("/api/v1/items?state=kept&state=gone", "state"),
            ("/api/v1/items?limit=x", "limit"),
            ("/api/v1/items?limit=0", "limit"),
            ("/api/v1/items?page=-1", "page"),
            ("/api/v1/items?kind=x", "kind"),
            ("/api/v1/items?sort=up", "sort"),
            ("/api/v1/pledges?offset=-1", "offset"),
        ] {
            let refused = visitor.get(asked).await.expect(422);
            assert_eq!(
                refused.headers["content-type"], "application/problem+json",
                "{asked}"
            );
            let problem: Value = serde_json::from_str(&refused.text).expect("JSON");
            assert_eq!(problem["errors"][0]["field"], name, "{asked}");
            let detail = problem["detail"].as_str().unwrap_or_default();
            assert!(detail.starts_with(name), "{asked}: {detail}");
        }
        for asked in [
            "/api/v1/items?state=kept&state=overdue&limit=1&offset=0&page=1",
            "/api/v1/items?kind=practical_deed&sort=due",
            "/api/v1/items?limit=",
        ] {
            visitor.get(asked).await.expect(200);
        }
        for (answer, status) in [
            (visitor.get("/api/v1/nothing").await.expect(404), 404),
            (visitor.get("/api/v1/sessions").await.expect(405), 405),
            (
                visitor
                    .json("DELETE", "/api/v1/items", &json!({}))
                    .await
                    .expect(405),
                405,
            ),
        ] {
            assert_eq!(answer.headers["content-type"], "application/problem+json");
            let problem: Value = serde_json::from_str(&answer.text).expect("JSON");
            assert_eq!(problem["status"], status);
        }
        assert!(visitor.get("/nothing").await.expect(404).text.contains("<html"));
    }
}
