//! Leaders stand in the order in which the organisation names them, everywhere and under one title.

use domain::access::Role;
use testkit::{Client, House};

/// The people in the order in which a text first names them.
fn named(text: &str, names: &[String]) -> Vec<String> {
    let mut found: Vec<(usize, String)> = names
        .iter()
        .filter_map(|name| Some((text.find(name.as_str())?, name.clone())))
        .collect();
    found.sort();
    found.into_iter().map(|(_, name)| name).collect()
}

async fn edit(office: &Client, person: &store::person::Person, place: &str) -> testkit::Reply {
    let fields = [
        ("name", person.name.as_str()),
        ("class", &person.class),
        ("leading_cadre", "1"),
        ("title", &person.title),
        ("place", place),
        ("post", &person.post),
        ("sex", &person.sex),
        ("ethnicity", &person.ethnicity),
        ("education", &person.education),
        ("birth_month", &person.birth_month),
        ("joined_month", &person.joined_month),
        ("phone", &person.phone),
    ];
    office.post(&format!("/roster/{}/edit", person.id), &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn leaders_stand_in_their_own_order_and_a_new_order_is_seen_at_once() {
    for house in House::whole_both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let mut leaders: Vec<_> = house.demo.people.iter().filter(|p| p.leading_cadre).collect();
        leaders.sort_by_key(|p| p.place);
        assert!(leaders.len() > 3);
        let names: Vec<String> = leaders.iter().map(|p| p.name.clone()).collect();
        let mut by_reading = names.clone();
        by_reading.sort_by_key(|name| domain::pinyin::sort_key(name));
        assert_ne!(by_reading, names, "the seed tells the two orders apart");
        let branch = format!("/branches/{}", leaders[0].unit_id);

        let visitor = house.visitor();
        let page = visitor.get(&branch).await.expect(200).words();
        let public = named(&page, &names);
        assert!(public.len() > 3, "{page}");
        let wanted: Vec<String> = names.iter().filter(|n| public.contains(n)).cloned().collect();
        assert_eq!(public, wanted);
        let ledger = office.get("/workbench/ledger.csv").await.expect(200).text;
        assert_eq!(named(&ledger, &wanted), wanted);
        let title = leaders
            .iter()
            .find(|p| p.name == wanted[0])
            .expect("first")
            .title
            .clone();
        assert!(ledger.contains(&title) && page.contains(&title));

        // Whoever stood last comes first; a place that is none is refused with what was typed.
        let last = leaders.iter().find(|p| p.name == wanted[wanted.len() - 1]);
        let last = last.expect("the last");
        let refused = edit(&office, last, "第一").await.expect(422);
        assert!(refused.text.contains("第一") && refused.words().contains("班子排序"));
        let first = leaders.iter().find(|p| p.name == wanted[0]).expect("the first");
        edit(&office, first, "40").await.expect(303);
        edit(&office, last, "１").await.expect(303);
        let mut turned = wanted.clone();
        turned.rotate_right(1);
        let old_first = turned.remove(1);
        turned.push(old_first);
        let page = visitor.get(&branch).await.expect(200).words();
        // Who stands last may stand on the next page.
        let shown = named(&page, &turned);
        assert!(
            shown.len() > 2 && turned.starts_with(&shown),
            "{shown:?} of {turned:?}"
        );
        let ledger = office.get("/workbench/ledger.csv").await.expect(200).text;
        assert_eq!(named(&ledger, &turned), turned);

        // The roster that is taken away says it, and read again it changes nothing.
        let roster = office.get("/roster.csv").await.expect(200).bytes;
        let reading = app::import::read_file(roster, "r.csv", app::import::Maps::new()).await;
        let reading = reading.expect("read").1;
        assert!(reading.people.iter().any(|p| p.record.place == 40));
        let machine = domain::access::Actor::machine();
        let again = app::import::apply(&house.app, &machine, reading, false)
            .await
            .expect("taken");
        assert_eq!((again.added, again.changed, again.moved), (0, 0, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn new_leaders_of_a_roster_stand_in_its_order() {
    for house in House::both().await {
        let rows = "序号,所在党支部,姓名,人员类别,职务,领导职务,出生年月\n\
                    1,机关第一党支部,周总首,正式党员,院领导,党委书记,1970.01\n\
                    2,机关第一党支部,安次席,正式党员,院领导,院长,1971.01\n\
                    3,机关第一党支部,白末位,正式党员,党群办 干事,,1972.01\n";
        let file = format!("\u{FEFF}{rows}").into_bytes();
        let reading = app::import::read_file(file, "r.csv", app::import::Maps::new()).await;
        let reading = reading.expect("read").1;
        let machine = domain::access::Actor::machine();
        let done = app::import::apply(&house.app, &machine, reading, false)
            .await
            .expect("taken");
        assert_eq!(done.added, 3);
        let office = house.as_role(Role::CampaignOffice).await;
        let page = office.get("/roster").await.expect(200).words();
        let place = |name: &str| page.find(name).unwrap_or_else(|| panic!("{name} in {page}"));
        assert!(place("周总首") < place("安次席"), "{page}");
    }
}
