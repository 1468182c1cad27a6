//! Many who do the same thing at the same moment: each is served, none is told of a fault of ours, and what must be one
//! of a kind is.

use crate::review::{CLEAN, DAY};
use app::demo::Step;
use app::pledge::{Desk, Edit, OpenDesk, SaveDraft, StartPledge, SubmitPledge, TypedItem};
use domain::access::{Actor, Role};
use std::collections::BTreeSet;
use testkit::{House, NOON};
use tokio::task::JoinSet;

/// How many hand in together.
const MANY: usize = 8;

/// A form with everything the campaign asks for, ready to be handed in.
async fn ready(house: &House, actor: &Actor) -> SubmitPledge {
    let reason = String::new();
    let start = StartPledge {
        desk: Desk::Own,
        reason,
    };
    let pledge = house.app.execute(actor, start).await.expect("begun").id;
    let view = house.app.query(actor, OpenDesk { desk: Desk::Own }).await;
    let view = view.expect("opened");
    let kinds = view.campaign.kinds_for(view.audience);
    let needed = kinds.iter().filter(|k| k.count_for(view.audience).0 > 0);
    let item = |kind: &str| TypedItem {
        kind: kind.to_owned(),
        content: CLEAN.to_owned(),
        due_date: "2027-01-31".to_owned(),
        ..TypedItem::default()
    };
    let mut items: Vec<TypedItem> = needed.map(|k| item(&k.key)).collect();
    if items.is_empty() {
        items.extend(kinds.last().map(|k| item(&k.key)));
    }
    let save = SaveDraft {
        pledge: pledge.clone(),
        revision: view.filed.map_or(0, |f| f.row.revision),
        edit: Edit::Items(items),
    };
    let saved = house.app.execute(actor, save).await.expect("saved");
    SubmitPledge {
        pledge,
        revision: saved.revision,
        closing: Some(Edit::Closing {
            due_typed: "2027-01-31".to_owned(),
            pledged_typed: String::new(),
            channels: view.campaign.channels().iter().map(|c| c.key.clone()).collect(),
        }),
        signature: actor.name.clone(),
        drawn: String::new(),
        consent: true,
        unchanged: false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_hand_in_at_the_same_moment() {
    for house in House::both_in(Step::Review).await {
        // Of the largest branch first: its forms have one row of numbers.
        let mut people: Vec<_> = house.demo.people.iter().collect();
        people.retain(|p| {
            let accounts = house.demo.accounts.iter();
            let plain = accounts.filter(|h| h.person.as_ref() == Some(&p.id)).count() == 1;
            plain && p.class == "full_member" && !p.leading_cadre
        });
        let size = |unit: &str| people.iter().filter(|p| p.unit_id == unit).count();
        let mut order = people.clone();
        order.sort_by_key(|p| (std::cmp::Reverse(size(&p.unit_id)), &p.unit_id));
        assert!(order.len() >= MANY, "{}", order.len());
        house.app.clock().set(NOON - 3 * DAY);
        let mut together = JoinSet::new();
        for person in order.iter().take(MANY) {
            let actor = house.as_person(&person.id).await.actor().clone();
            let submit = ready(&house, &actor).await;
            let app = house.app.clone();
            together.spawn(async move { app.execute(&actor, submit).await });
        }
        let done = together.join_all().await;
        let numbers: BTreeSet<String> = done
            .into_iter()
            .map(|one| one.expect("handed in").number)
            .collect();
        assert_eq!(numbers.len(), MANY, "{numbers:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_write_the_first_edition_of_the_advice_words() {
    for house in House::both_in(Step::Review).await {
        let office = house.as_role(Role::CampaignOffice).await;
        let change = async |list: &str, word: &str| {
            let sent = [("more", word), ("without", ""), ("edition", "0")];
            office.post(&format!("/advice-words/{list}"), &sent).await
        };
        // Two lists do not mind each other: both are kept, one edition after the other.
        let (a, b) = tokio::join!(change("slogans", "银龄守护"), change("units", "箩"));
        a.expect(303);
        b.expect(303);
        let page = office.get("/advice-words/slogans").await.expect(200);
        assert!(page.text.contains("银龄守护"), "{}", page.words());
        let page = office.get("/advice-words/units").await.expect(200);
        assert!(page.text.contains("箩"), "{}", page.words());
        // Of two who change one list from the same edition one is kept; the other is shown both.
        let (a, b) = tokio::join!(change("virtues", "夜航灯"), change("virtues", "银河桥"));
        let mut codes = [a.status.as_u16(), b.status.as_u16()];
        codes.sort_unstable();
        assert_eq!(codes, [303, 409], "{} / {}", a.words(), b.words());
        let late = if a.status.as_u16() == 409 { a } else { b };
        assert!(late.text.contains("夜航灯") && late.text.contains("银河桥"));
    }
}
