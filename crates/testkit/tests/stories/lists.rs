//! Every list that leaves as a workbook or a text file is ready for Excel and cannot harm whoever opens it.

use crate::package::{export, files};
use crate::review::{DAY, confirm_all};
use app::demo::Step;
use documents::sheet_read::read_book;
use domain::access::Role;
use domain::organization::raw::RawCell;
use serde_json::json;
use std::io::{Cursor, Read};
use testkit::{Client, Database, House};

/// What a spreadsheet would run, lose or break, as a promise.
const NASTY: &str = "=cmd|' /C calc'!A0\n第二行，\"引号\"；0012 每月到社区义诊2次👩🏽‍⚕️𰻞";

fn texts(bytes: &[u8], name: &str) -> Vec<Vec<String>> {
    let book = read_book(bytes, name).unwrap_or_else(|e| panic!("{name}: {e}"));
    let text = |cell: &RawCell| match cell {
        RawCell::Text(text) => text.clone(),
        other => other.text(),
    };
    let sheet = book.sheets.first().expect("a sheet");
    let rows = sheet.rows.iter().filter(|r| !r.is_empty());
    rows.map(|row| row.iter().map(text).collect()).collect()
}

/// A text file: the mark of order, heads in the first row, no cell that a spreadsheet would run.
pub(crate) fn sound_text(name: &str, bytes: &[u8]) -> Vec<Vec<String>> {
    assert!(bytes.starts_with("\u{FEFF}".as_bytes()), "{name} has no mark");
    let rows = texts(bytes, "a.csv");
    let heads = rows.first().unwrap_or_else(|| panic!("{name} is empty"));
    assert!(heads.iter().all(|h| !h.is_empty()), "{name}: {heads:?}");
    // As a spreadsheet reads it, which does not know our guard.
    let mut bare = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    for text in bare
        .records()
        .flat_map(|r| r.expect("a record").iter().map(str::to_owned).collect::<Vec<_>>())
    {
        assert!(
            !text.starts_with(['=', '+', '-', '@', '\t', '\r']),
            "{name}: {text}"
        );
    }
    rows
}

/// A workbook: a title, heads that stay in view, widths, a filter, no formula.
pub(crate) fn sound_book(name: &str, bytes: &[u8]) -> Vec<Vec<String>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a container");
    let mut sheet = String::new();
    let part = archive.by_name("xl/worksheets/sheet1.xml");
    part.expect("a sheet").read_to_string(&mut sheet).expect("text");
    for wanted in ["state=\"frozen\"", "<autoFilter ", "<cols>"] {
        assert!(sheet.contains(wanted), "{name} has no {wanted}");
    }
    assert!(!sheet.contains("<f>"), "{name} has a formula");
    let rows = texts(bytes, "a.xlsx");
    assert!(
        rows.first().is_some_and(|r| !r[0].is_empty()),
        "{name} has no title"
    );
    rows
}

async fn file(client: &Client, path: &str) -> Vec<u8> {
    client.get(path).await.expect(200).bytes
}

fn name_of(client: &Client) -> String {
    client.actor().name.clone()
}

/// Hands a form in and answers with its id.
async fn promise(client: &Client) -> String {
    let items = json!({ "items": [{
        "kind": "practical_deed", "content": NASTY, "measure": "00120", "beneficiary": "+86 以外的人", "due_date": "2027-06-30",
    }] });
    let told = client.json("PUT", "/api/v1/my-pledge", &items).await.expect(200);
    let told: serde_json::Value = serde_json::from_str(&told.text).expect("json");
    let sent = json!({
        "revision": told["pledge"]["revision"], "channels": ["network"], "signature": name_of(client), "consent": true,
    });
    client
        .json("POST", "/api/v1/my-pledge/submit", &sent)
        .await
        .expect(200);
    told["pledge"]["id"].as_str().expect("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_promised_leaves_as_text_and_comes_back_as_it_was() {
    for house in House::both_in(Step::Review).await {
        let branch = house.demo.branches[0].id.clone();
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
        // While filing was open.
        house.app.clock().set(testkit::NOON - 3 * DAY);
        let member = crate::review::member(&house, &branch, 0).await;
        let pledge = promise(&member).await;
        house.app.clock().set(testkit::NOON);
        confirm_all(&house, secretary.actor(), &pledge)
            .await
            .expect("confirmed");
        // What no font has is told where his form is printed, with his name.
        let page = secretary
            .get("/branch-pledge/on-behalf")
            .await
            .expect(200)
            .words();
        let lost = page.split_once("印成方框").map_or("", |(_, rest)| rest);
        assert!(
            lost.contains(&format!("{}：", name_of(&member))) && lost.contains('👩'),
            "{page}"
        );
        let office = house.as_role(Role::CampaignOffice).await;
        let book = sound_book("ledger.xlsx", &file(&office, "/workbench/ledger.xlsx").await);
        let text = sound_text("ledger.csv", &file(&office, "/workbench/ledger.csv").await);
        for wanted in [NASTY, "00120", "+86 以外的人"] {
            assert!(
                book.iter().flatten().any(|t| t == wanted),
                "{wanted:?} in {book:?}"
            );
            assert!(
                text.iter().flatten().any(|t| t == wanted),
                "{wanted:?} in {text:?}"
            );
        }
        let unit = house.demo.branches[0].id.clone();
        let path = |ending: &str| format!("/forms/sheets/{unit}.{ending}");
        sound_book("the off-line sheet", &file(&office, &path("xlsx")).await);
        sound_text("the off-line sheet", &file(&office, &path("csv")).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lists_of_a_whole_campaign_are_ready_for_a_spreadsheet() {
    let mut databases = vec![Database::sqlite().await];
    databases.extend(Database::postgres().await);
    for database in databases {
        let house = House::whole(database).await;
        let visitor = house.visitor();
        for set in ["items", "pledges", "branches"] {
            let rows = sound_text(set, &file(&visitor, &format!("/open-data/{set}.csv")).await);
            assert!(rows.len() > 1, "{set} has rows");
        }
        let auditor = house.as_role(Role::AuditAdmin).await;
        let trail = auditor.post("/audit/export", &[("as", "csv")]).await.expect(200);
        assert!(sound_text("audit.csv", &trail.bytes).len() > 100);

        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("package");
        export(&house, &root).await.expect("written");
        let mut lists = 0;
        for name in files(&root) {
            let bytes = std::fs::read(root.join(&name)).expect("bytes");
            if name.ends_with(".csv") {
                sound_text(&name, &bytes);
            } else if name.ends_with(".xlsx") {
                sound_book(&name, &bytes);
            } else {
                continue;
            }
            lists += 1;
        }
        assert!(lists > 8, "{lists} lists in the package");
    }
}
