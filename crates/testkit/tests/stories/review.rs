//! Step 3: who may decide on what, once, at what was shown; returns and what comes back; three tiers and a meeting.

use app::campaign::FindCurrent;
use app::demo::Step;
use app::pledge::{Desk, Edit, SaveDraft, StartPledge, SubmitPledge, TypedItem};
use app::review::{Answers, Decide, Decided, Decisions, FindCandidate, FindQueue, Verdict};
use domain::access::{Actor, Role};
use domain::campaign::Audience;
use domain::pledge::PledgeState;
use domain::problem::ProblemKind;
use serde_json::json;
use testkit::{Client, House, NOON};

pub(crate) const DAY: i64 = 24 * 3_600_000_000;
pub(crate) const CLEAN: &str = "每月为20名孕妇讲一次孕期营养课，全年不少于12次";
pub(crate) const VAGUE: &str = "进一步提高服务水平，让产妇满意";

/// Hands a pledge in while filing was open, and comes back to today.
pub(crate) async fn hand_in(house: &House, actor: &Actor, desk: Desk, content: &str) -> String {
    house.app.clock().set(NOON - 3 * DAY);
    let reason = String::new();
    let started = house
        .app
        .execute(actor, StartPledge { desk, reason })
        .await
        .expect("begun");
    submit(house, actor, &started.id, content).await;
    house.app.clock().set(NOON);
    started.id
}

pub(crate) async fn submit(house: &House, actor: &Actor, pledge: &str, content: &str) {
    let campaign = house
        .app
        .query(actor, FindCurrent)
        .await
        .expect("asked")
        .expect("runs");
    let typed = |kind: &str| TypedItem {
        kind: kind.to_owned(),
        content: content.to_owned(),
        due_date: "2027-01-31".to_owned(),
        ..TypedItem::default()
    };
    let needed = |kind: &&domain::campaign::template::Kind| kind.count_for(Audience::Branch).0 > 0;
    let items = campaign
        .kinds()
        .iter()
        .filter(needed)
        .map(|kind| typed(&kind.key))
        .collect();
    let row = house
        .app
        .query(
            actor,
            app::pledge::OpenPledge {
                id: pledge.to_owned(),
            },
        )
        .await
        .expect("opened");
    let revision = row.filed.map_or(0, |f| f.row.revision);
    let save = SaveDraft {
        pledge: pledge.to_owned(),
        revision,
        edit: Edit::Items(items),
    };
    let saved = house.app.execute(actor, save).await.expect("saved");
    let channels = campaign.channels().iter().map(|c| c.key.clone()).collect();
    let submit = SubmitPledge {
        pledge: pledge.to_owned(),
        revision: saved.revision,
        closing: Some(Edit::Closing {
            due_typed: "2027-01-31".into(),
            pledged_typed: String::new(),
            channels,
        }),
        signature: actor.name.clone(),
        drawn: String::new(),
        consent: true,
        unchanged: true,
    };
    house.app.execute(actor, submit).await.expect("handed in");
}

pub(crate) async fn look(house: &House, who: &Client, pledge: &str) -> Decisions {
    let find = FindCandidate {
        pledge: pledge.to_owned(),
    };
    house.app.query(who.actor(), find).await.expect("may look")
}

/// The hidden fields of a decision form as they stand now.
pub(crate) async fn shown(house: &House, who: &Client, pledge: &str) -> Vec<(String, String)> {
    let found = look(house, who, pledge).await;
    let of = &found.candidate;
    vec![
        ("round".into(), of.matter.pledge.state.round().to_string()),
        ("step".into(), of.at.to_string()),
        ("revision".into(), of.matter.row.revision.to_string()),
    ]
}

pub(crate) async fn send(
    who: &Client,
    pledge: &str,
    shown: &[(String, String)],
    more: &[(&str, &str)],
) -> testkit::Reply {
    let mut fields: Vec<(&str, &str)> = shown.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    fields.extend(more);
    who.post(&format!("/review/{pledge}"), &fields).await
}

pub(crate) async fn confirm_all(house: &House, actor: &Actor, pledge: &str) -> app::Result<Decided> {
    let found = house
        .app
        .query(
            actor,
            FindCandidate {
                pledge: pledge.to_owned(),
            },
        )
        .await?;
    let decide = Decide {
        pledge: pledge.to_owned(),
        round: found.candidate.matter.pledge.state.round(),
        step: u32::try_from(found.candidate.at).expect("small"),
        revision: found.candidate.matter.row.revision,
        verdict: Verdict::Confirm,
        answers: Answers::AllYes,
        message: String::new(),
        meeting: None,
    };
    house.app.execute(actor, decide).await
}

pub(crate) fn kind(error: &app::Error) -> (Option<ProblemKind>, &'static str) {
    let key = error.problems().and_then(|p| p.0.first()).map_or("", |p| p.key);
    (error.kind(), key)
}

/// Somebody of a branch who holds no role but that of a participant.
pub(crate) async fn member(house: &House, branch: &str, nth: usize) -> Client {
    let plain = |id: &str| {
        house
            .demo
            .accounts
            .iter()
            .filter(|h| h.person.as_deref() == Some(id))
            .count()
            == 1
    };
    let person = house
        .demo
        .people
        .iter()
        .filter(|p| p.unit_id == branch && p.class == "full_member" && !p.leading_cadre && plain(&p.id))
        .nth(nth)
        .expect("a plain member");
    house.as_person(&person.id).await
}

#[tokio::test(flavor = "multi_thread")]
async fn returned_written_anew_and_confirmed() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let (clean, vague) = (member(&house, &branch, 0).await, member(&house, &branch, 1).await);
        hand_in(&house, clean.actor(), Desk::Own, CLEAN).await;
        let pledge = hand_in(&house, vague.actor(), Desk::Own, VAGUE).await;

        let queue = secretary.get("/review").await.expect(200);
        assert!(queue.words().contains("已审 0 份"), "{}", queue.words());
        assert!(queue.text.contains("<mark>"), "the vague words are quoted");
        assert!(
            queue.text.contains("class=\"v\""),
            "the measured words are underlined"
        );
        let other = house
            .as_role_of(Role::BranchSecretary, Some(&house.demo.branches[1].id))
            .await;
        other.get(&format!("/review/{pledge}")).await.expect(404);
        vague.get(&format!("/review/{pledge}")).await.expect(404);

        let form = shown(&house, &secretary, &pledge).await;
        let open = [
            ("verdict", "confirm"),
            ("answers.vanguard", "yes"),
            ("remark", "请看第1件"),
        ];
        let refused = send(&secretary, &pledge, &form, &open).await.expect(422);
        assert!(refused.text.contains("请看第1件") && refused.words().contains("请回答审核问题"));
        let no = [("verdict", "confirm"), ("answers.vanguard", "no")];
        assert!(
            send(&secretary, &pledge, &form, &no)
                .await
                .expect(422)
                .words()
                .contains("不能通过")
        );
        let words = "第1件请写清为多少位产妇、做什么、到什么时候";
        let silent = send(
            &secretary,
            &pledge,
            &form,
            &[("verdict", "return"), ("message", words)],
        )
        .await
        .expect(422);
        assert!(silent.text.contains(words), "nothing typed is lost");
        let whole = [
            ("verdict", "return"),
            ("reasons", "no_target"),
            ("message", words),
        ];
        let done = send(&secretary, &pledge, &form, &whole).await.expect(303);
        assert!(
            done.location.starts_with("/review?said=review_returned&undo="),
            "{}",
            done.location
        );

        let back = look(&house, &secretary, &pledge).await;
        assert_eq!(
            back.candidate.matter.pledge.state,
            PledgeState::Returned { round: 1 }
        );
        assert_eq!(
            (back.decided[0].message.as_str(), back.decided[0].reasons.len()),
            (words, 1)
        );
        submit(
            &house,
            vague.actor(),
            &pledge,
            "每月为40位产妇做一次产前讲解，全年12次",
        )
        .await;
        let again = secretary.get(&format!("/review/{pledge}")).await.expect(200);
        assert!(
            again.text.contains("<del>") && again.text.contains("<ins>"),
            "the difference is shown"
        );
        confirm_all(&house, secretary.actor(), &pledge)
            .await
            .expect("confirmed");
        let found = look(&house, &secretary, &pledge).await;
        assert_eq!(
            found.candidate.matter.pledge.state,
            PledgeState::Confirmed { round: 2 }
        );
        assert_eq!((found.rounds.len(), found.decided.len()), (2, 2));
        let counts = house
            .app
            .query(secretary.actor(), FindQueue::default())
            .await
            .expect("asked")
            .expect("runs");
        assert_eq!((counts.counts.waiting, counts.counts.done), (1, 1));
        assert!(
            secretary
                .get("/review/done")
                .await
                .expect(200)
                .words()
                .contains("我的决定")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_text_is_decided_once_and_only_as_shown() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let author = member(&house, &branch, 0).await;
        let pledge = hand_in(&house, author.actor(), Desk::Own, CLEAN).await;
        let form = shown(&house, &secretary, &pledge).await;
        let yes = [("verdict", "confirm"), ("all", "yes")];
        // A form that says neither decides nothing.
        for neither in [vec![("all", "yes")], vec![("all", "yes"), ("verdict", "")]] {
            let asked = send(&secretary, &pledge, &form, &neither).await.expect(422);
            assert!(asked.words().contains("还没有选通过"), "{}", asked.words());
        }
        let none = secretary.post("/review/together", &[]).await.expect(303);
        assert_eq!(none.location, "/review", "nothing was confirmed");
        for wrong in [("revision", "0"), ("step", "1"), ("round", "2")] {
            let mut other = form.clone();
            other
                .iter_mut()
                .filter(|(n, _)| n == wrong.0)
                .for_each(|(_, v)| wrong.1.clone_into(v));
            send(&secretary, &pledge, &other, &yes).await.expect(409);
        }
        let done = send(&secretary, &pledge, &form, &yes).await.expect(303);
        send(&secretary, &pledge, &form, &yes).await.expect(409);
        let late = send(
            &secretary,
            &pledge,
            &form,
            &[("verdict", "return"), ("message", "请再写")],
        )
        .await
        .expect(409);
        assert!(late.text.contains("请再写"), "what came too late can be copied");

        // Within seconds one's own decision can be taken back, later it cannot.
        let decision = done.location.rsplit('=').next().expect("an id").to_owned();
        author
            .post("/review/undo", &[("decision", &decision)])
            .await
            .expect(404);
        house.app.clock().set(NOON + 8_000_000);
        secretary
            .post("/review/undo", &[("decision", &decision)])
            .await
            .expect(303);
        let found = look(&house, &secretary, &pledge).await;
        assert_eq!(
            found.candidate.matter.pledge.state,
            PledgeState::Submitted { round: 1, step: 0 }
        );
        let second = confirm_all(&house, secretary.actor(), &pledge)
            .await
            .expect("confirmed again");
        house.app.clock().set(NOON + 60_000_000);
        secretary
            .post("/review/undo", &[("decision", &second.id)])
            .await
            .expect(409);
        house.app.clock().set(NOON);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_decides_on_his_own() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let leader = house.as_role_of(Role::LineLeader, Some(&branch)).await;
        let own = hand_in(&house, secretary.actor(), Desk::Own, CLEAN).await;
        let refused = confirm_all(&house, secretary.actor(), &own)
            .await
            .expect_err("his own");
        assert_eq!(kind(&refused).1, "problem.review.own");
        confirm_all(&house, leader.actor(), &own)
            .await
            .expect("the line leader decides");

        let leads = hand_in(&house, leader.actor(), Desk::Own, CLEAN).await;
        let refused = confirm_all(&house, leader.actor(), &leads)
            .await
            .expect_err("his own");
        assert_eq!(kind(&refused).1, "problem.review.own");
        let found = house
            .demo
            .accounts
            .iter()
            .find(|h| h.role == Role::PartyCommittee && h.person != leader.actor().person);
        let colleague = house.sign_in(&found.expect("another leader").account).await;
        let questions = look(&house, &colleague, &leads).await;
        assert_eq!(
            questions.candidate.matter.asked(&questions.campaign).len(),
            7,
            "leading cadres are asked more"
        );
        confirm_all(&house, colleague.actor(), &leads)
            .await
            .expect("one up");

        // The branch's own pledge goes by the office to the committee, not to its secretary.
        let unit = hand_in(&house, secretary.actor(), Desk::Branch(branch.clone()), CLEAN).await;
        assert!(confirm_all(&house, secretary.actor(), &unit).await.is_err());
        assert!(confirm_all(&house, colleague.actor(), &unit).await.is_err());
        let office = house.as_role(Role::CampaignOffice).await;
        confirm_all(&house, office.actor(), &unit)
            .await
            .expect("the office checks");
        confirm_all(&house, colleague.actor(), &unit)
            .await
            .expect("the committee decides");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_review_by_the_same_rules() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let author = member(&house, &branch, 0).await;
        let pledge = hand_in(&house, author.actor(), Desk::Own, CLEAN).await;
        author
            .json("GET", "/api/v1/review-queue", &json!(null))
            .await
            .expect(403);
        let queue = secretary
            .json("GET", "/api/v1/review-queue", &json!(null))
            .await
            .expect(200);
        let queue: serde_json::Value = serde_json::from_str(&queue.text).expect("JSON");
        let first = &queue["pledges"][0];
        assert_eq!(
            (first["id"].as_str(), queue["waiting"].as_i64()),
            (Some(pledge.as_str()), Some(1))
        );
        let mut answers = Vec::new();
        for question in first["questions"].as_array().expect("questions") {
            let about = first["items"]
                .as_array()
                .expect("items")
                .iter()
                .map(|i| i["id"].clone());
            match question["per_item"].as_bool() {
                Some(true) => {
                    answers.extend(about.map(|i| json!({"question": question["id"], "item": i, "yes": true})))
                }
                _ => answers.push(json!({"question": question["id"], "yes": true})),
            }
        }
        let mut body = json!({
            "round": first["round"], "step": first["step"], "revision": first["revision"],
            "verdict": "confirm", "answers": answers[1..],
        });
        let path = format!("/api/v1/pledges/{pledge}/decisions");
        secretary.json("POST", &path, &body).await.expect(422);
        body["answers"] = json!(answers);
        secretary.json("POST", &path, &body).await.expect(201);
        // Who comes too late is told what stands now, and is given back what he sent.
        body["verdict"] = json!("return");
        body["message"] = json!("请写清每次多少人");
        let late = secretary.json("POST", &path, &body).await.expect(409);
        assert_eq!(late.headers["content-type"], "application/problem+json");
        let told: serde_json::Value = serde_json::from_str(&late.text).expect("JSON");
        assert_eq!(told["sent"]["message"], "请写清每次多少人", "{told}");
        assert!(told["sent"].get("proof").is_none(), "{told}");
        let now = &told["current"];
        assert_eq!(
            (&now["state"], &now["step"]),
            (&json!("confirmed"), &json!(null)),
            "{told}"
        );
        assert_eq!(now["items"][0]["content"], CLEAN);
        let decided = &now["decisions"][0];
        assert_eq!(decided["verdict"], "confirm");
        assert_eq!(decided["name"], secretary.actor().name);
        // Who has no part in it learns nothing of it.
        let other = house.demo.branches[1].id.clone();
        let foreign = house.as_role_of(Role::BranchSecretary, Some(&other)).await;
        let refused = foreign.json("POST", &path, &body).await.expect(404);
        assert!(!refused.text.contains("current"), "{}", refused.text);
        // What does not read is named.
        body["step"] = json!("first");
        let unread = secretary.json("POST", &path, &body).await.expect(422);
        let told: serde_json::Value = serde_json::from_str(&unread.text).expect("JSON");
        assert_eq!(told["errors"][0]["field"], "step", "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn before_and_after_the_stage_nothing_is_decided() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        let author = member(&house, &branch, 0).await;
        let pledge = hand_in(&house, author.actor(), Desk::Own, CLEAN).await;
        for days in [-3, 30] {
            house.app.clock().set(NOON + days * DAY);
            let refused = confirm_all(&house, secretary.actor(), &pledge)
                .await
                .expect_err("closed");
            assert!(
                matches!(kind(&refused).0, Some(ProblemKind::Closed(_))),
                "{refused}"
            );
        }
        house.app.clock().set(NOON);
    }
}
