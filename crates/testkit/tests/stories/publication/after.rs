//! After publication: objections, changes, states on the board.

use super::*;
use store::sql;

#[tokio::test(flavor = "multi_thread")]
async fn an_objection_has_no_name_and_gets_an_answer() {
    for house in House::both_in(Step::Propose).await {
        let first = first_day(&house, GatedAct::Publicise).await;
        let told = confirmed(&house).await.at(&house, first).await;
        publish(&told.secretary, &told.branch).await.expect(303);
        let (visitor, path) = (house.visitor(), format!("/pledges/{}/objection", told.pledge));
        visitor.post(&path, &[("words", "")]).await.expect(422);
        let sent = visitor
            .post(&path, &[("words", "时间和门口写的不一样")])
            .await
            .expect(200);
        assert!(
            sent.headers.get("set-cookie").is_none(),
            "nothing is left with the visitor"
        );
        let code = sent
            .text
            .split("class=\"code\">")
            .nth(1)
            .and_then(|t| t.split('<').next())
            .expect("a receipt");
        visitor
            .post("/objections", &[("code", "AAAA-BBBB-CCCC")])
            .await
            .expect(422);
        let waiting = visitor.post("/objections", &[("code", code)]).await.expect(200);
        assert!(waiting.words().contains("还没有答复"));

        let desk = told.secretary.get("/publication/objections").await.expect(200);
        let id = desk
            .text
            .split("/publication/objections/")
            .nth(1)
            .and_then(|t| t.split('"').next())
            .expect("an id");
        let answer = format!("/publication/objections/{id}");
        told.secretary
            .post(&answer, &[("answer", "以承诺为准")])
            .await
            .expect(422);
        let fields = [("answer", "以承诺为准"), ("upheld", "no")];
        told.secretary.post(&answer, &fields).await.expect(303);
        told.secretary.post(&answer, &fields).await.expect(409);
        let page = visitor
            .get(&format!("/pledges/{}", told.pledge))
            .await
            .expect(200);
        assert!(
            page.words().contains("以承诺为准"),
            "the answer is part of the story"
        );
        on(&house, domain::time::add_days(first, 40));
        visitor.post(&path, &[("words", "晚了")]).await.expect(422);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_upheld_and_what_lost_its_maker_are_tasks() {
    for house in House::both_in(Step::Propose).await {
        let first = first_day(&house, GatedAct::Publicise).await;
        let told = confirmed(&house).await.at(&house, first).await;
        publish(&told.secretary, &told.branch).await.expect(303);
        let objection = format!("/pledges/{}/objection", told.pledge);
        let said = [("words", "时间和门口写的不一样")];
        house.visitor().post(&objection, &said).await.expect(200);
        let next = domain::time::add_days(first, 1);
        let told = told.at(&house, next).await;
        let upheld = "1 条公示异议成立";
        assert!(
            !told
                .author
                .get("/work")
                .await
                .expect(200)
                .words()
                .contains(upheld)
        );
        let desk = told.secretary.get("/publication/objections").await.expect(200);
        let (_, rest) = desk.text.split_once("/publication/objections/").expect("one");
        let id = rest.get(..36).expect("an id").to_owned();
        let fields = [("answer", "请承诺人修订"), ("upheld", "yes")];
        let answer = format!("/publication/objections/{id}");
        told.secretary.post(&answer, &fields).await.expect(303);
        assert!(
            told.author
                .get("/work")
                .await
                .expect(200)
                .words()
                .contains(upheld)
        );

        let left = "1 份已公示的承诺，承诺人已经离开";
        assert!(!told.office.get("/work").await.expect(200).words().contains(left));
        let person = told.author.actor().person.clone().expect("a person");
        let leave = [("on", next.to_string()), ("reason", "调离".to_owned())];
        let leave: Vec<(&str, &str)> = leave.iter().map(|(n, t)| (*n, t.as_str())).collect();
        let leaver = format!("/roster/{person}/leave");
        told.office.post(&leaver, &leave).await.expect(303);
        let page = told.office.get("/work").await.expect(200);
        assert!(page.words().contains(left), "{}", page.words());
        let down = format!("/publication/pledge/{}", told.pledge);
        assert!(page.text.contains(&down));
        told.office.get(&down).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_a_new_version_and_the_old_text_stays() {
    for house in House::both_in(Step::Propose).await {
        let told = confirmed(&house)
            .await
            .at(&house, first_day(&house, GatedAct::Publicise).await)
            .await;
        let done = publish(&told.secretary, &told.branch).await.expect(303);
        let batch = done.location.split('?').next().unwrap_or_default().to_owned();
        let batch = batch.rsplit('/').next().unwrap_or_default();
        let day = first_day(&house, GatedAct::Publicise).await.to_string();
        let board = [
            ("publication", batch),
            ("channel", "notice_board"),
            ("done_on", &day),
            ("place", "一楼公示栏"),
        ];
        told.secretary
            .post("/publication/channel", &board)
            .await
            .expect(303);
        let visitor = house.visitor();
        let old = visitor
            .get(&format!("/pledges/{}", told.pledge))
            .await
            .expect(200)
            .text;
        let code = old
            .split("/verify?code=")
            .nth(1)
            .and_then(|t| t.split('"').next())
            .expect("a code")
            .to_owned();
        let amend = AmendPledge {
            pledge: told.pledge.clone(),
            reason: "改为40套".into(),
        };
        house
            .app
            .execute(told.author.actor(), amend)
            .await
            .expect("amended");
        write(
            &house,
            told.author.actor(),
            &told.pledge,
            &DEED.replace("30", "40"),
        )
        .await;
        assert!(
            visitor.get("/board").await.expect(200).words().contains("30套"),
            "the old text stays until then"
        );
        let next = domain::time::add_days(first_day(&house, GatedAct::Publicise).await, 1);
        on(&house, next);
        decide(&house, told.secretary.actor(), &told.pledge)
            .await
            .expect("confirmed anew");
        let told = told.at(&house, next).await;
        publish(&told.secretary, &told.branch).await.expect(303);
        let new = visitor
            .get(&format!("/pledges/{}", told.pledge))
            .await
            .expect(200);
        assert!(new.text.contains("<del>30</del><ins>40</ins>"), "{}", new.words());
        assert!(new.words().contains("改为40套"), "the reason is public");
        both_publications(&house, &told, &old).await;
        let before = visitor.get(&format!("/verify?code={code}")).await.expect(200);
        assert!(before.words().contains("以前的版本") && before.words().contains("30套"));

        // Every public act is a leaf of the public log.
        app::sequencer::chain_audit(&house.app).await.expect("chained");
        let log = visitor.get("/open-data/log.json").await.expect(200);
        assert!(
            log.text.contains("published") && log.text.contains("amended") && !log.text.contains("待产包")
        );
    }
}

/// The story tells both reviews and both publications, each with its channels; the first stays as it was.
async fn both_publications(house: &House, told: &Told, old: &str) {
    let visitor = house.visitor();
    let through = |text: &str| {
        let found = text.split("公示形式：").skip(1);
        let all: Vec<String> = found
            .map(|t| t.split('<').next().unwrap_or("").trim().to_owned())
            .collect();
        all
    };
    let before = through(old);
    assert_eq!(before.len(), 1, "{old}");
    let page = visitor
        .get(&format!("/pledges/{}", told.pledge))
        .await
        .expect(200);
    let both = through(&page.text);
    assert_eq!(both.len(), 2, "{}", page.words());
    assert_eq!(both.first(), before.first(), "the first stays as it was");
    assert!(page.words().contains("第 1 稿审核通过") && page.words().contains("第 2 稿审核通过"));
    assert!(page.words().contains("公布第 2 版"), "{}", page.words());
    let address = format!("/api/v1/pledges/{}", told.pledge);
    let answer = visitor.get(&address).await.expect(200).text;
    let answer: serde_json::Value = serde_json::from_str(&answer).expect("JSON");
    let events = answer.get("events").and_then(|e| e.as_array()).expect("events");
    let kinds: Vec<&str> = events.iter().filter_map(|e| e.get("kind")?.as_str()).collect();
    let wanted = [
        "submitted",
        "confirmed",
        "published",
        "confirmed",
        "amended",
        "published",
    ];
    assert_eq!(kinds, wanted);
    let channels = events.iter().filter_map(|e| e.get("channels")?.as_array());
    let channels: Vec<usize> = channels.map(Vec::len).collect();
    assert_eq!(channels, [2, 1], "{answer}");
}

/// Items in every combination of facts, straight into the projection.
struct Combinations(Vec<store::publication::PublicItem>);

impl store::Act for Combinations {
    type Out = Vec<(String, String)>;
    async fn run(&self, tx: &mut store::Tx) -> store::Result<Vec<(String, String)>> {
        let organization = store::organization::first(tx).await?.expect("there is one").id;
        let days = store::public::Days {
            today: "2026-11-24",
            near: "2026-12-08",
        };
        for item in &self.0 {
            store::publication::put_item(tx, &organization, item).await?;
        }
        let campaign = self.0[0].campaign_id.clone();
        let words = ["%".to_owned(), "%".to_owned(), "%".to_owned()];
        let filter = store::public::Filter {
            words,
            rank: store::public::ALL_RANKS,
            ..Default::default()
        };
        let order = store::public::Order::Rank;
        let lines =
            store::public::board(tx, &organization, &campaign, days, &filter, order, (1000, 0)).await?;
        Ok(lines.into_iter().map(|l| (l.item.id, l.state)).collect())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_board_names_states_as_the_rule_does() {
    use domain::inspection::FindingKind;
    use domain::progress::{Fulfilment, ItemFacts};
    for house in House::both_in(Step::Propose).await {
        let told = confirmed(&house)
            .await
            .at(&house, first_day(&house, GatedAct::Publicise).await)
            .await;
        publish(&told.secretary, &told.branch).await.expect(303);
        let campaign = house.demo.campaign.clone();
        let today = jiff::civil::date(2026, 11, 24);
        let (mut items, mut wanted) = (Vec::new(), Vec::new());
        let claims = Fulfilment::ALL.into_iter().map(Some).chain([None]);
        let found = [
            (None, None),
            (Some(FindingKind::Fulfilled), Some("fulfilled")),
            (Some(FindingKind::PartlyFulfilled), Some("partly_fulfilled")),
            (Some(FindingKind::NotFulfilled), Some("not_fulfilled")),
        ];
        for claim in claims {
            for (verdict, name) in found {
                for rectifying in [false, true] {
                    for days in [-1, 0, 14, 15] {
                        let due_date = domain::time::add_days(today, days);
                        let id = format!("combination-{}", items.len());
                        wanted.push((
                            id.clone(),
                            ItemFacts {
                                due_date,
                                claim,
                                verdict,
                                rectifying,
                            }
                            .state(today),
                        ));
                        items.push(store::publication::PublicItem {
                            id,
                            pledge_id: told.pledge.clone(),
                            campaign_id: campaign.clone(),
                            unit_id: told.branch.clone(),
                            due_on: due_date.to_string(),
                            claim: claim.map(|c| c.name().to_owned()),
                            verdict: name.map(str::to_owned),
                            rectifying,
                            ..Default::default()
                        });
                    }
                }
            }
        }
        let got = house.app.db().act(Combinations(items)).await.expect("written");
        for (id, state) in wanted {
            let found = got
                .iter()
                .find(|(other, _)| *other == id)
                .map(|(_, s)| s.as_str());
            assert_eq!(found, Some(state.name()), "{id}");
        }
    }
}

async fn opened(house: &House, actor: &Actor, pledge: &str) -> app::pledge::Filed {
    let open = app::pledge::OpenPledge {
        id: pledge.to_owned(),
    };
    let view = house.app.query(actor, open).await.expect("opened");
    view.filed.expect("written")
}

/// Keeps one item with other words, as its writer types it.
async fn reword(house: &House, actor: &Actor, pledge: &str, item: &app::pledge::DraftItem, content: &str) {
    let typed = TypedItem {
        kind: item.item.kind.to_string(),
        content: content.to_owned(),
        measure: item.item.measure.clone(),
        beneficiary: item.item.beneficiary.clone(),
        due_date: item.due_typed.clone(),
        demand: item
            .item
            .demand
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        joint: item.item.joint.clone(),
        ..TypedItem::default()
    };
    let save = SaveDraft {
        pledge: pledge.to_owned(),
        revision: opened(house, actor, pledge).await.row.revision,
        edit: Edit::Item {
            id: item.item.id.to_string(),
            typed: Box::new(typed),
        },
    };
    house.app.execute(actor, save).await.expect("saved");
}

/// An item with a result is read on the writing page and not written; what differs is put back with one press (n4).
async fn put_back(author: &Client, settled: &app::pledge::DraftItem) {
    let (id, kind) = (settled.item.id.as_str(), settled.item.kind.as_str());
    let page = format!("/my-pledge/write/{kind}");
    let seen = author.get(&format!("{page}?item={id}")).await.expect(200);
    assert!(
        seen.words().contains("修订时照原文，不能改也不能删"),
        "{}",
        seen.words()
    );
    let change = format!("{page}?item={id}\"");
    assert!(!seen.text.contains(&change), "it cannot be opened for writing");
    assert!(seen.words().contains("恢复原文"), "{}", seen.words());
    let form = [("item", id), ("kind", kind), ("back", "write")];
    author.post("/my-pledge/restore", &form).await.expect(303);
    let seen = author.get(&page).await.expect(200).words();
    assert!(
        !seen.contains("恢复原文") && seen.contains("修订时照原文"),
        "{seen}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_promise_with_a_result_is_not_amended_away() {
    for house in House::whole_both().await {
        let known = house
            .database
            .look(sql!(
                "SELECT i.id || ' ' || i.pledge_id || ' ' || p.person_id AS v FROM commitment_item i \
                 JOIN pledge p ON p.id = i.pledge_id WHERE p.state = 'published' AND p.person_id IS NOT NULL \
                 AND i.verdict IS NOT NULL AND i.due_on < '2026-11-24' AND p.leading_cadre = FALSE \
                 AND EXISTS (SELECT 1 FROM commitment_item o WHERE o.pledge_id = i.pledge_id AND o.claim IS NULL \
                 AND o.verdict IS NULL AND o.due_on > '2026-12-31') ORDER BY i.id"
            ))
            .await;
        let parts: Vec<&str> = known
            .first()
            .expect("a checked promise beside a running one")
            .split(' ')
            .collect();
        let [checked, pledge, person] = parts[..] else {
            panic!("{parts:?}")
        };
        let author = house.as_person(person).await;
        let actor = author.actor();
        let amend = AmendPledge {
            pledge: pledge.to_owned(),
            reason: "另一件改得更具体".to_owned(),
        };
        house.app.execute(actor, amend).await.expect("amended");
        let draft = opened(&house, actor, pledge).await;
        let items = draft.draft.items.clone();
        let settled = items
            .iter()
            .find(|i| i.item.id.as_str() == checked)
            .expect("it stands in the draft");
        let submit = async || {
            let revision = opened(&house, actor, pledge).await.row.revision;
            let submit = SubmitPledge {
                pledge: pledge.to_owned(),
                revision,
                closing: None,
                signature: actor.name.clone(),
                drawn: String::new(),
                consent: true,
                unchanged: false,
            };
            house.app.execute(actor, submit).await
        };
        reword(
            &house,
            actor,
            pledge,
            settled,
            "明年为全院每人各办一件实事，逐人回访两次",
        )
        .await;
        let keys = |refused: app::Result<app::pledge::Submitted>| match refused {
            Err(app::Error::Refused(problems)) => problems.0.into_iter().map(|p| p.key).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(keys(submit().await), ["problem.pledge.settled_changed"]);
        let remove = SaveDraft {
            pledge: pledge.to_owned(),
            revision: opened(&house, actor, pledge).await.row.revision,
            edit: Edit::Remove(checked.to_owned()),
        };
        match house.app.execute(actor, remove).await {
            Err(app::Error::Refused(problems)) => {
                assert_eq!(problems.0[0].key, "problem.pledge.settled_kept")
            }
            other => panic!("{other:?}"),
        }
        put_back(&author, settled).await;
        let again = opened(&house, actor, pledge).await.draft.items;
        let again = again.iter().find(|i| i.item.id == settled.item.id);
        assert_eq!(again.expect("there").item.content, settled.item.content);
        let running = items
            .iter()
            .find(|i| i.item.id != settled.item.id)
            .expect("another");
        let rewritable = house
            .database
            .look(sql!(
                "SELECT id FROM commitment_item WHERE claim IS NULL AND verdict IS NULL AND due_on > '2026-12-31'"
            ))
            .await;
        let running = items
            .iter()
            .find(|i| rewritable.iter().any(|id| id == i.item.id.as_str()))
            .unwrap_or(running);
        let better = format!("{}，每次记在本子上", running.item.content);
        reword(&house, actor, pledge, running, &better).await;
        submit()
            .await
            .expect("what has a result stays, and its day that is over hinders nobody");
    }
}
