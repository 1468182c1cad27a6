//! Spot checks: a draw comes out the same for anybody, what is found is found by two, and before it is due an item is in
//! order at best (N17).

use super::{Gone, facts, late, publish};
use app::draw::replay_file;
use domain::access::Role;
use testkit::{Client, House};

async fn freeze(supervisor: &Client, sample: &str) -> String {
    let page = supervisor.get("/draws/new").await.expect(200);
    let ids: Vec<String> = page
        .text
        .split("name=\"inspector\" id=\"p-")
        .skip(1)
        .filter_map(|part| part.get(..36).map(str::to_owned))
        .collect();
    assert!(ids.len() >= 4, "{}", ids.len());
    let mut fields = vec![
        ("title", "第一次抽查"),
        ("pool", "all"),
        ("sample", sample),
        ("minimum", "1"),
        ("seed_source", "座谈会上掷骰子20次"),
        ("dice", "20"),
    ];
    fields.extend(ids.iter().map(|id| ("inspector", id.as_str())));
    let done = supervisor.post("/draws/new", &fields).await.expect(303);
    done.location
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draw_comes_out_the_same_for_anybody_and_findings_stand_beside_reports() {
    for house in House::both().await {
        let made = publish(&house, 2, "2026-12-20").await;
        let supervisor = house.as_role(Role::Supervisor).await;
        house
            .as_role(Role::Participant)
            .await
            .get("/draws/new")
            .await
            .expect(403);
        let sample = house.demo.branches.len().to_string();
        let draw = freeze(&supervisor, &sample).await;
        let visitor = house.visitor();
        let frozen = visitor.get(&draw).await.expect(200);
        assert!(frozen.text.contains("座谈会上掷骰子20次"));
        let before = visitor.get(&format!("{draw}.json")).await.expect(200);
        let seed = [("seed", "36125 41653 22146 53126"), ("check_by", "2026-12-01")];
        supervisor
            .post(
                &format!("{draw}/seed"),
                &[("seed", "1"), ("check_by", "2026-12-01")],
            )
            .await
            .expect(422);
        for never in [
            "36125 41653 22146 5312",
            "36125 41653 22146 53127",
            &"9".repeat(200),
        ] {
            let never = [("seed", never), ("check_by", "2026-12-01")];
            let refused = supervisor.post(&format!("{draw}/seed"), &never).await.expect(422);
            assert!(
                refused.words().contains("20 个 1 到 6 的数字"),
                "{}",
                refused.words()
            );
        }
        supervisor.post(&format!("{draw}/seed"), &seed).await.expect(303);
        supervisor.post(&format!("{draw}/seed"), &seed).await.expect(422);
        let after = visitor.get(&format!("{draw}.json")).await.expect(200);
        let commitment = |reply: &testkit::Reply| {
            serde_json::from_slice::<serde_json::Value>(&reply.bytes).expect("json")["commitment"].clone()
        };
        assert_eq!(
            commitment(&before),
            commitment(&after),
            "announced before the seed"
        );
        let again = replay_file(&after.bytes).expect("a draw");
        assert!(again.replay.hashes_agree && again.replay.result_agrees == Some(true));
        let page = visitor.get(&format!("{draw}/replay")).await.expect(200);
        assert!(page.text.contains("class=\"box ok"), "{}", page.words());
        visitor
            .post(&format!("{draw}/replay"), &[("seed", "11111111111111111111")])
            .await
            .expect(200);

        record(&house, &made).await;
    }
}

/// The inspectors of one drawn item record; nobody else does.
async fn record(house: &House, made: &[(String, String, String)]) {
    let supervisor = house.as_role(Role::Supervisor).await;
    let lines = house
        .app
        .query(supervisor.actor(), app::inspection::FindCalendar)
        .await
        .expect("read")
        .lines;
    let line = lines.first().expect("drawn");
    let item = line.row.item_id.clone().expect("an item");
    let (owner, unit, _) = made.iter().find(|m| m.2 == item).expect("made").clone();
    assert_eq!(line.inspectors.len(), 2);
    for inspector in &line.inspectors {
        let person = house
            .demo
            .people
            .iter()
            .find(|p| p.id == inspector.person)
            .expect("known");
        assert_ne!(person.unit_id, unit, "the same branch is excused");
    }
    let path = format!("/inspection/{}", line.row.id);
    let member = house.as_person(&owner).await;
    let report = format!("/my-pledge/items/{item}/report");
    member
        .post(&report, &[("words", "都做了"), ("claim", "kept")])
        .await
        .expect(303);
    let found = [("finding", "not_fulfilled"), ("words", "现场没有看到")];
    member.post(&path, &found).await.expect(403);
    let inspector = house.as_person(&line.inspectors[0].person).await;
    inspector.get(&path).await.expect(200);
    inspector
        .post(&path, &[("finding", ""), ("words", "现场没有看到")])
        .await
        .expect(422);
    inspector.post(&path, &found).await.expect(303);
    inspector.post(&path, &found).await.expect(422);
    let other = replaced(house, &supervisor, line, &unit).await;
    second(house, &other, &inspector, (&path, &item)).await;
    let kept = facts(house, &item).await;
    assert_eq!(
        (kept.claim.as_deref(), kept.verdict.as_deref()),
        (Some("kept"), Some("not_fulfilled")),
        "two facts"
    );
}

/// The second inspector cannot come: somebody of no part in it takes his place; who has recorded stays. Who it is now.
async fn replaced(house: &House, supervisor: &Client, line: &app::inspection::Line, unit: &str) -> String {
    let path = format!("/inspection/{}", line.row.id);
    let change = format!("{path}/inspector");
    let (first, second) = (&line.inspectors[0].person, &line.inspectors[1].person);
    let plan = house
        .app
        .query(supervisor.actor(), app::inspection::PlanCalendar)
        .await
        .expect("candidates");
    let there = |c: &&app::inspection::Candidate| c.person_id != *first && c.person_id != *second;
    let all = || plan.candidates.iter().map(|(c, _)| c).filter(there);
    let own = all().find(|c| c.unit_id == unit).expect("one of the branch");
    let joins = all().find(|c| c.unit_id != unit).expect("another");
    let say = |leaves, joins, reason| [("leaves", leaves), ("joins", joins), ("reason", reason)];
    for (leaves, joins, reason, told) in [
        (
            first.as_str(),
            joins.person_id.as_str(),
            "出差",
            "已经记录或表过态",
        ),
        (second, own.person_id.as_str(), "出差", "要回避"),
        (second, first.as_str(), "出差", "还不在这次检查里"),
        (second, joins.person_id.as_str(), "", "href=\"#f-reason\""),
    ] {
        let refused = supervisor
            .post(&change, &say(leaves, joins, reason))
            .await
            .expect(422);
        assert!(refused.text.contains(told), "{told}: {}", refused.words());
    }
    let good = say(second.as_str(), joins.person_id.as_str(), "出差");
    house.as_person(first).await.post(&change, &good).await;
    supervisor.post(&change, &good).await.expect(303);
    let page = house
        .as_person(&joins.person_id)
        .await
        .get(&path)
        .await
        .expect(200);
    let words = format!("{}（代替{}：出差）", joins.name, line.inspectors[1].name);
    assert!(page.words().contains(&words), "{}", page.words());
    joins.person_id.clone()
}

/// What one inspector wrote is no finding until the other says so; a dissent sends both to look again.
async fn second(house: &House, other: &str, first: &Client, (path, item): (&str, &str)) {
    let word = format!("{path}/word");
    let second = house.as_person(other).await;
    let named = |page: &testkit::Reply| page.words().contains(&second.actor().name);
    let record = |page: &testkit::Reply| {
        let (_, rest) = page.text.split_once("name=\"record\" value=\"").expect("to say");
        rest.get(..36).expect("an id").to_owned()
    };
    for (agrees, standing) in [("0", "disputed"), ("1", "agreed")] {
        assert!(
            facts(house, item).await.verdict.is_none(),
            "one alone finds nothing"
        );
        let told = second.get("/work").await.expect(200).words();
        assert!(told.contains("1 条检查记录等您这位同行检查人确认"), "{told}");
        let page = second.get(path).await.expect(200);
        let id = record(&page);
        let say = |agrees, dissent| [("record", id.clone()), ("agrees", agrees), ("dissent", dissent)];
        let say = |agrees: &str, dissent: &str| say(agrees.to_owned(), dissent.to_owned());
        async fn post(who: &Client, path: &str, fields: &[(&str, String)]) -> testkit::Reply {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, t)| (*n, t.as_str())).collect();
            who.post(path, &fields).await
        }
        post(first, &word, &say("1", "")).await.expect(403);
        post(&second, &word, &say("", "")).await.expect(422);
        post(&second, &word, &say("0", "")).await.expect(422);
        post(&second, &word, &say(agrees, "那天看到过一次"))
            .await
            .expect(303);
        let again = post(&second, &word, &say(agrees, "那天看到过一次")).await;
        assert_eq!(again.status.as_u16(), 422, "{standing}");
        if agrees == "0" {
            let found = [("finding", "not_fulfilled"), ("words", "再去也没有看到")];
            first.post(path, &found).await.expect(303);
        }
    }
    assert!(named(&first.get(path).await.expect(200)));
}

#[tokio::test(flavor = "multi_thread")]
async fn before_it_is_due_an_item_is_in_order_and_not_kept() {
    for house in House::both().await {
        let made = publish(&house, 1, "2026-12-20").await;
        let supervisor = house.as_role(Role::Supervisor).await;
        let own = (supervisor.actor().person.clone(), supervisor.actor().unit.clone());
        let (_, unit, item) = made
            .iter()
            .find(|m| Some(&m.0) != own.0.as_ref() && Some(&m.1) != own.1.as_ref())
            .expect("of another branch")
            .clone();
        let plan = [
            ("kind", "regular"),
            ("unit", unit.as_str()),
            ("planned_on", "2026-11-24"),
            ("inspector", own.0.as_deref().unwrap_or("")),
            ("note", ""),
        ];
        supervisor.post("/inspection/new", &plan).await.expect(303);
        let lines = house.app.query(supervisor.actor(), app::inspection::FindCalendar);
        let path = format!("/inspection/{}", lines.await.expect("read").lines[0].row.id);
        let found = |finding| {
            [
                ("item", item.as_str()),
                ("finding", finding),
                ("words", "已办1次"),
            ]
        };
        let early = supervisor.post(&path, &found("fulfilled")).await.expect(422);
        assert!(early.words().contains("在办，到目前正常"), "{}", early.words());
        supervisor.post(&path, &found("in_order")).await.expect(303);
        assert!(facts(&house, &item).await.verdict.is_none());
        let page = house
            .visitor()
            .get(&late::shown(&house, &item).await)
            .await
            .expect(200);
        let words = page.words();
        assert!(
            words.contains("在办，到目前正常") && words.contains("已办1次"),
            "{words}"
        );
        assert!(!words.contains("已兑现"), "{words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_pool_is_not_drawn_from_and_void_draws_stay() {
    for house in House::both().await {
        let made = publish(&house, 2, "2026-12-20").await;
        let supervisor = house.as_role(Role::Supervisor).await;
        let sample = house.demo.branches.len().to_string();
        let draw = freeze(&supervisor, &sample).await;
        house.run(Gone(made[0].2.clone())).await.expect("taken down");
        let seed = [("seed", "36125416532214653126"), ("check_by", "2026-12-01")];
        supervisor.post(&format!("{draw}/seed"), &seed).await.expect(422);
        supervisor
            .post(&format!("{draw}/void"), &[("reason", "")])
            .await
            .expect(422);
        supervisor
            .post(&format!("{draw}/void"), &[("reason", "名单变了")])
            .await
            .expect(303);
        let list = house.visitor().get("/draws").await.expect(200);
        assert!(list.text.contains(&draw), "a void draw stays");
        let page = house.visitor().get(&draw).await.expect(200);
        assert!(page.text.contains("名单变了"));
    }
}
