//! Every list of a page leaves as a workbook and as a text file, to those who may open the page and to nobody else.

use crate::lists::{sound_book, sound_text};
use app::demo::Step;
use domain::access::Role;
use testkit::{Client, Database, House};

/// The page of each list, and its files without their ending.
const LISTS: [(&str, &str); 22] = [
    ("/workbench/missing", "/workbench/missing"),
    ("/feedback-desk", "/feedback-desk"),
    ("/survey", "/survey/opinions"),
    ("/survey/demands", "/survey/demands"),
    ("/survey/visits", "/survey/visits"),
    ("/publication", "/publication/channels"),
    ("/publication/objections", "/publication/objections"),
    ("/inspection", "/inspection"),
    ("/rectification", "/rectification"),
    ("/reports", "/reports"),
    ("/examples/desk", "/examples/desk"),
    ("/review/done", "/review/done"),
    ("/review/done", "/review/rounds"),
    ("/review/done", "/review/waits"),
    ("/review/done", "/review/recused"),
    ("/workbench/silent", "/workbench/silent"),
    ("/survey/unanswered", "/survey/unanswered"),
    ("/documents", "/documents"),
    ("/units", "/units"),
    ("/slips", "/slips"),
    ("/accounts", "/accounts"),
    ("/roles", "/roles"),
];

/// A sentence that spreadsheets would run, with a line break, zeros in front and more figures than they hold.
const NASTY: &str = "=HYPERLINK(\"http://127.0.0.1\")\n0012，110101197001011234567";

async fn houses() -> Vec<House> {
    let mut databases = vec![Database::sqlite().await];
    databases.extend(Database::postgres().await);
    let mut all = Vec::new();
    for database in databases {
        all.push(House::whole(database).await);
    }
    all
}

/// What a list's page and files answer to somebody. A list only the office is shown on a page of many is a link there.
async fn shown(client: &Client, page: &str, file: &str) -> (bool, Vec<bool>) {
    let page = client.get(page).await;
    let linked = page.status.as_u16() == 200;
    let mut taken = Vec::new();
    for ending in ["xlsx", "csv"] {
        let path = format!("{file}.{ending}");
        let reply = client.get(&path).await;
        let ok = reply.status.as_u16() == 200;
        if page.text.contains(&format!("href=\"{path}")) {
            assert!(ok, "{path} stands on its page and answers {}", reply.status);
        }
        taken.push(ok);
    }
    (linked, taken)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lists_of_a_whole_year_leave_whole_and_only_to_those_who_see_their_pages() {
    for house in houses().await {
        closed_to_whom_the_page_is(&house).await;
        sound_in_both_languages(&house).await;
        the_trail_is_in_words(&house).await;
    }
}

async fn closed_to_whom_the_page_is(house: &House) {
    let visitor = house.visitor();
    let mut linked = std::collections::BTreeSet::new();
    for role in Role::ALL {
        let client = house.as_role(role).await;
        for (page, file) in LISTS {
            let (open, taken) = shown(&client, page, file).await;
            let office_only = matches!(file, "/review/waits" | "/review/recused");
            if !open || (office_only && role != Role::CampaignOffice) {
                assert_eq!(taken, [false, false], "{file} as {}", role.name());
            } else {
                assert_eq!(taken, [true, true], "{file} as {}", role.name());
                let text = client.get(page).await.text;
                if text.contains(&format!("href=\"{file}.xlsx"))
                    && text.contains(&format!("href=\"{file}.csv"))
                {
                    linked.insert(file);
                }
            }
        }
    }
    // A year of the demo leaves something in every list but those of what nobody objected to or waits for.
    let empty = [
        "/workbench/missing",
        "/publication/objections",
        "/review/waits",
        "/feedback-desk",
        "/workbench/silent",
        "/survey/unanswered",
    ];
    for (page, file) in LISTS {
        assert!(
            linked.contains(file) || empty.contains(&file),
            "{page} has no link to {file}"
        );
        let reply = visitor.get(&format!("{file}.xlsx")).await;
        assert!(reply.location.starts_with("/sign-in"), "{file} for a stranger");
    }
}

async fn sound_in_both_languages(house: &House) {
    for (role, files) in [
        (Role::CampaignOffice, &LISTS[..19]),
        (Role::SystemAdmin, &LISTS[19..21]),
        (Role::SecurityAdmin, &LISTS[21..]),
    ] {
        let client = house.as_role(role).await;
        for (_, file) in files {
            for lang in ["zh-CN", "en"] {
                let of = |ending: &str| format!("{file}.{ending}?lang={lang}");
                let book = client.get(&of("xlsx")).await.expect(200).bytes;
                let text = client.get(&of("csv")).await.expect(200).bytes;
                let (book, text) = (sound_book(file, &book), sound_text(file, &text));
                // Title and note stand above the heads of the workbook alone.
                assert_eq!(book.len(), text.len() + 2, "{file}");
                assert!(
                    book[1][0].chars().any(|c| c.is_ascii_digit()),
                    "{file}: {:?}",
                    book[1]
                );
                for (of_book, of_text) in book[2..].iter().zip(&text) {
                    for (at, cell) in of_text.iter().enumerate() {
                        let written = of_book.get(at).map_or("", String::as_str);
                        let same = cell == written;
                        let number = cell.parse::<f64>().is_ok_and(|n| written.parse() == Ok(n));
                        assert!(same || number, "{file}: {cell:?} and {written:?}");
                    }
                }
                let raw = text
                    .iter()
                    .flatten()
                    .find(|t| t.starts_with("list.") || t.contains("package."));
                assert_eq!(raw, None, "{file} {lang} shows a key");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_leaves_as_it_was_said_filtered_and_without_who_said_it() {
    for house in House::both_in(Step::Survey).await {
        let office = house.as_role(Role::CampaignOffice).await;
        let branch = house.demo.branches[0].id.clone();
        let fields = [
            ("unit", branch.as_str()),
            ("words", NASTY),
            ("voices", "3"),
            ("said_on", ""),
        ];
        office.post("/survey/paper", &fields).await.expect(303);
        let of = async |query: &str| {
            let path = format!("/survey/opinions.csv?{query}");
            sound_text("opinions", &office.get(&path).await.expect(200).bytes)
        };
        let all = of("").await;
        let row = all.iter().find(|r| r.iter().any(|t| t == NASTY));
        let row = row.unwrap_or_else(|| panic!("not in {all:?}"));
        assert_eq!(row[5], "3", "{row:?}");
        assert!(!row.iter().any(|t| t.contains(&office.actor().name)), "{row:?}");
        let papers = of(&format!("unit={branch}&source=paper")).await;
        assert!(papers.len() > 1, "{papers:?}");
        assert_eq!(
            of("source=visit").await.len(),
            1,
            "heads alone: nobody was visited yet"
        );
        assert!(papers[1..].iter().all(|r| r[3] == "纸质"), "{papers:?}");
        // The page's links carry its filter.
        let page = office
            .get(&format!("/survey?unit={branch}&source=paper"))
            .await
            .expect(200);
        assert!(
            page.text.contains(&format!("/survey/opinions.csv?unit={branch}")),
            "{}",
            page.text
        );

        let visit = [
            ("unit", branch.as_str()),
            ("kind", "visit"),
            ("place", "@产科"),
            ("met", "0012"),
            ("points", NASTY),
            ("held_on", ""),
        ];
        office.post("/survey/visits/new", &visit).await.expect(303);
        let visits = office.get("/survey/visits.xlsx").await.expect(200).bytes;
        let visits = sound_book("visits", &visits);
        for wanted in ["@产科", "0012", NASTY] {
            assert!(
                visits.iter().flatten().any(|t| t == wanted),
                "{wanted:?} in {visits:?}"
            );
        }
    }
}

async fn the_trail_is_in_words(house: &House) {
    let auditor = house.as_role(Role::AuditAdmin).await;
    let text = auditor.post("/audit/export", &[("as", "csv")]).await.expect(200);
    let rows = sound_text("the trail", &text.bytes);
    let column = |head: &str| rows[0].iter().position(|h| h == head).expect("a column");
    let (act, role, object, result) = (column("事项"), column("角色"), column("对象"), column("结果"));
    for row in &rows[1..] {
        for at in [act, role, object, result] {
            let plain = row[at]
                .chars()
                .all(|c| c.is_ascii_lowercase() || matches!(c, '_' | '.'));
            assert!(row[at].is_empty() || !plain, "{row:?}");
        }
        assert!(!row[column("内容")].starts_with('{'), "{row:?}");
    }
    let book = auditor.post("/audit/export", &[("as", "xlsx")]).await.expect(200);
    assert!(sound_book("the trail", &book.bytes).len() > rows.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_of_one_branch_is_taken_from_its_page() {
    for house in House::whole_both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let branch = &house.demo.branches[0];
        let page = office.get(&format!("/workbench/{}", branch.id)).await.expect(200);
        let link = format!("/workbench/ledger.csv?unit={}", branch.id);
        assert!(page.text.contains(&format!("href=\"{link}\"")), "{}", page.text);
        let rows = async |path: &str| sound_text("ledger", &office.get(path).await.expect(200).bytes);
        let (whole, own) = (rows("/workbench/ledger.csv").await, rows(&link).await);
        let of_branch = |row: &&Vec<String>| row[1] == branch.name;
        assert_eq!(own[0], whole[0]);
        assert_eq!(
            own[1..].iter().collect::<Vec<_>>(),
            whole.iter().filter(of_branch).collect::<Vec<_>>()
        );
        assert!(own.len() > 1 && own.len() < whole.len(), "{}", own.len());
        for ending in ["pdf", "xlsx", "docx", "ofd", "html"] {
            let path = format!("/workbench/ledger.{ending}?unit={}", branch.id);
            office.get(&path).await.expect(200);
        }
        office.get("/workbench/ledger.csv?unit=nobody").await.expect(404);
    }
}
