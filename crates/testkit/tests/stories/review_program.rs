//! A program records what a meeting decided, with the checks of the page; questions and reasons are told in words.

use crate::review::*;
use crate::review_meeting::yearly;
use app::pledge::Desk;
use domain::access::Role;
use serde_json::{Value, json};
use testkit::{Client, Database, NOON};

async fn queue(who: &Client) -> Value {
    let queue = who
        .json("GET", "/api/v1/review-queue", &json!(null))
        .await
        .expect(200);
    serde_json::from_str(&queue.text).expect("JSON")
}

/// Yes to everything that is asked about the first of the queue.
fn decision(first: &Value) -> Value {
    let mut answers = Vec::new();
    for question in first["questions"].as_array().expect("questions") {
        match question["per_item"].as_bool() {
            Some(true) => {
                for item in first["items"].as_array().expect("items") {
                    answers.push(json!({"question": question["id"], "item": item["id"], "yes": true}));
                }
            }
            _ => answers.push(json!({"question": question["id"], "yes": true})),
        }
    }
    json!({
        "round": first["round"], "step": first["step"], "revision": first["revision"],
        "verdict": "confirm", "answers": answers,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_records_the_decision_of_a_meeting() {
    let mut databases = vec![Database::sqlite().await];
    databases.extend(Database::postgres().await);
    for database in databases {
        let house = yearly(database).await;
        let branch = house.demo.branches[1].id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let leader = house.as_role_of(Role::LineLeader, Some(&branch)).await;
        let office = house.as_role(Role::CampaignOffice).await;
        let committee = house.as_role(Role::PartyCommittee).await;
        let pledge = hand_in(&house, secretary.actor(), Desk::Branch(branch.clone()), CLEAN).await;
        let path = format!("/api/v1/pledges/{pledge}/decisions");
        for who in [&leader, &office] {
            let told = queue(who).await;
            assert_eq!(told["pledges"][0]["meeting"], json!(false), "{told}");
            who.json("POST", &path, &decision(&told["pledges"][0]))
                .await
                .expect(201);
        }

        let told = queue(&committee).await;
        let first = &told["pledges"][0];
        assert_eq!(first["meeting"], json!(true), "{told}");
        let asked = first["questions"][0]["label"].as_str().expect("words");
        assert!(!asked.is_ascii(), "in the caller's language: {asked}");
        assert!(told["reasons"][0]["label"].is_string(), "{told}");
        let mut body = decision(first);
        let key = |reply: &testkit::Reply| {
            let told: Value = serde_json::from_str(&reply.text).expect("JSON");
            told["errors"][0]["key"].as_str().unwrap_or("").to_owned()
        };
        let bare = committee.json("POST", &path, &body).await.expect(422);
        assert_eq!(key(&bare), "problem.review.meeting_missing");
        let day = house.app.date_of(NOON).to_string();
        body["meeting"] = json!({"held_on": day, "entitled": 9, "present": 4, "result": "同意"});
        let few = committee.json("POST", &path, &body).await.expect(422);
        assert_eq!(key(&few), "problem.review.meeting_few");
        body["meeting"]["present"] = json!(10);
        let many = committee.json("POST", &path, &body).await.expect(422);
        assert_eq!(key(&many), "problem.review.meeting_present");
        // Whom the route does not ask records no meeting.
        let foreign = house
            .as_role_of(Role::BranchSecretary, Some(&house.demo.branches[0].id))
            .await;
        foreign.json("POST", &path, &body).await.expect(404);
        body["meeting"]["present"] = json!("8");
        committee.json("POST", &path, &body).await.expect(201);
        let late = committee.json("POST", &path, &body).await.expect(409);
        let told: Value = serde_json::from_str(&late.text).expect("JSON");
        let last = told["current"]["decisions"]
            .as_array()
            .and_then(|all| all.last())
            .expect("decided");
        assert_eq!(
            (&last["meeting"]["present"], &last["meeting"]["entitled"]),
            (&json!(8), &json!(9)),
            "{told}"
        );
        assert_eq!(last["answers"][0]["label"].as_str(), Some(asked), "{told}");
    }
}
