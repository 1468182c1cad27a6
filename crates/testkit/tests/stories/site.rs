//! The public side as a whole: pages small enough for a phone in a corridor, and a map that forgets none of them.

use app::demo::{Bulk, Step};
use domain::access::{Actor, Role};
use std::collections::{BTreeMap, BTreeSet};
use testkit::{Database, House};

/// Most bytes of a public page (UX.md 3.2).
const BUDGET: usize = 30 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_a_branch_begins_with_rating_and_stays_small() {
    for house in House::both_in(Step::Appraise).await {
        let bulk = Bulk {
            campaign: house.demo.campaign.clone(),
            branches: 40,
            items: 40 * 48,
            words: "第{n}项：每周二上午在候诊区为候诊患者讲解孕期营养与合理用药知识，全年不少于四十次"
                .to_owned(),
        };
        let added = house.app.execute(&Actor::machine(), bulk).await.expect("added");
        let (visitor, unit) = (house.visitor(), &added.branches[0]);
        let first = visitor.get(&format!("/branches/{unit}")).await.expect(200).text;
        let rate = format!("/feedback/{unit}?lang=");
        let at = first.find(&rate).expect("may be rated");
        assert!(
            at < first.find("class=\"row").expect("promises"),
            "the button stands above them"
        );
        assert_eq!(first.matches("class=\"row").count(), 15);
        assert!(first.len() <= BUDGET, "{} bytes", first.len());
        let mut shown = 0;
        for page in 1..=4 {
            let text = visitor
                .get(&format!("/branches/{unit}?page={page}"))
                .await
                .expect(200)
                .text;
            shown += text.matches("class=\"row").count();
        }
        assert_eq!(shown, 48, "every promise stands on some page");
        for path in ["/progress", "/progress?page=3", "/board", "/"] {
            let page = visitor.get(path).await.expect(200).text;
            assert!(page.len() <= BUDGET, "{path}: {} bytes", page.len());
        }
        let picture = visitor.get("/progress/chart.svg").await.expect(200).text;
        assert!(picture.starts_with("<svg"));
    }
}

/// The path of an address, without what follows `?` and `#`.
fn path_of(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or(address)
}

/// A path with its ids as `*`: pages made by one template.
fn pattern(path: &str) -> String {
    let id = |part: &str| part.len() == 36 && part.matches('-').count() == 4;
    let parts: Vec<&str> = path.split('/').map(|p| if id(p) { "*" } else { p }).collect();
    parts.join("/")
}

/// Whether robots.txt keeps robots away: what is only for somebody with a code, an account or a form to fill in.
fn kept_away(rules: &[String], path: &str) -> bool {
    rules.iter().any(|rule| match rule.split_once('*') {
        None => path.starts_with(rule.as_str()),
        Some((before, behind)) => path
            .strip_prefix(before)
            .and_then(|rest| rest.split_once('/').map(|(_, rest)| format!("/{rest}")))
            .is_some_and(|rest| rest.starts_with(behind)),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_site_map_holds_every_page_that_public_pages_lead_to() {
    let house = House::whole(Database::sqlite().await).await;
    let visitor = house.visitor();
    let map = visitor.get("/sitemap.xml").await.expect(200).text;
    let listed: BTreeSet<String> = map
        .split("<loc>")
        .skip(1)
        .filter_map(|l| l.split("</loc>").next()?.split_once("://")?.1.split_once('/'))
        .map(|(_, path)| format!("/{path}"))
        .collect();
    let robots = visitor.get("/robots.txt").await.expect(200).text;
    let rules: Vec<String> = robots
        .lines()
        .filter_map(|l| l.strip_prefix("Disallow: "))
        .map(str::to_owned)
        .collect();
    for path in &listed {
        assert!(!kept_away(&rules, path), "{path} is listed and forbidden");
    }
    let mut waiting = vec!["/".to_owned(), "/site-map".to_owned()];
    let (mut seen, mut opened) = (BTreeSet::new(), BTreeMap::new());
    let mut forgotten = Vec::new();
    while let Some(path) = waiting.pop() {
        if !seen.insert(path.clone()) || kept_away(&rules, &path) {
            continue;
        }
        // Three pages of each kind are read; every link on them is looked up.
        let of_kind = opened.entry(pattern(&path)).or_insert(0);
        *of_kind += 1;
        if *of_kind > 3 && listed.contains(&path) {
            continue;
        }
        let page = visitor.get(&path).await;
        let html = page
            .headers
            .get("content-type")
            .is_some_and(|t| t.as_bytes().starts_with(b"text/html"));
        if page.status == 410 || !html {
            continue;
        }
        assert_eq!(page.status, 200, "{path}");
        if !listed.contains(&path) {
            forgotten.push(path.clone());
        }
        let links = page
            .text
            .split("href=\"")
            .skip(1)
            .filter_map(|l| l.split('"').next());
        waiting.extend(
            links
                .filter(|l| l.starts_with('/'))
                .map(|l| path_of(l).to_owned()),
        );
    }
    assert!(forgotten.is_empty(), "not on the map: {forgotten:?}");
    for kind in [
        "/draws/*",
        "/draws/*/replay",
        "/feedback/*",
        "/help/public",
        "/branches/*",
        "/pledges/*",
    ] {
        assert!(opened.contains_key(kind), "{kind} was never reached");
    }
    for path in &listed {
        if opened.get(&pattern(path)).is_none_or(|n| *n == 0) {
            visitor.get(path).await.expect(200);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_first_campaign_pages_say_so_and_lead_on() {
    let house = House::empty(Database::sqlite().await).await;
    let office = house.as_role(Role::CampaignOffice).await;
    for path in ["/survey", "/inspection", "/rectification", "/feedback-desk"] {
        let page = office.get(path).await.expect(200);
        assert!(
            page.text.contains("class=\"btn go\" href=\"/campaigns\""),
            "{path}: {}",
            page.words()
        );
        assert!(!page.words().contains("请等党群办启动活动"), "{path}");
    }
    let supervisor = house.as_role(Role::Supervisor).await;
    let page = supervisor.get("/inspection").await.expect(200);
    assert!(page.words().contains("请等党群办启动活动"), "{}", page.words());
    supervisor.post("/inspection/new", &[]).await.expect(422);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_says_where_it_stands() {
    let house = House::sqlite().await;
    let (office, visitor) = (house.as_role(Role::CampaignOffice).await, house.visitor());
    let here = |title: &str| format!("<span aria-current=\"page\">{title}</span></nav>");
    let page = office.get("/campaigns/new").await.expect(200).text;
    assert!(
        page.contains(&format!("<a href=\"/campaigns\">活动</a> › {}", here("新建活动"))),
        "{page}"
    );
    assert_eq!(page.matches("class=\"crumb").count(), 1);
    for heading in ["监督", "统计与材料", "名册与系统"] {
        assert!(page.contains(&format!("<h2>{heading}</h2>")), "{heading}");
    }
    let bad = office.post("/campaigns/new", &[]).await.expect(422).text;
    assert!(
        bad.contains(&here("新建活动")),
        "without the word that something is wrong"
    );
    let unit = &house.demo.branches[0].id;
    let paths = [
        format!("/feedback/{unit}"),
        "/receipt".to_owned(),
        "/ballot".to_owned(),
    ];
    for path in paths
        .iter()
        .map(String::as_str)
        .chain(["/draws", "/nowhere", "/board", "/help/public"])
    {
        let page = visitor.get(path).await.text;
        assert_eq!(page.matches("class=\"crumb").count(), 1, "{path}");
        assert!(!page.contains(&here("")), "{path} has no title");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_form_has_its_own_heading_and_one_way_out() {
    let house = House::sqlite().await;
    let member = house.as_role(Role::Participant).await;
    let old = member.post_without_token("/me/password").await.expect(403);
    assert!(old.text.contains("<h1>页面放得太久了</h1>"), "{}", old.words());
    assert!(old.text.contains("再交一次") && !old.text.contains("href=\"/\">回到首页"));
    let me = member.get("/me").await.expect(200).text;
    assert!(me.contains("<dt>账号</dt><dd>") && me.contains("autocomplete=\"new-password\""));
    let door = house.visitor().get("/sign-in").await.expect(200).text;
    for name in ["username", "current-password", "one-time-code"] {
        assert!(door.contains(&format!("autocomplete=\"{name}\"")), "{name}");
    }
}
