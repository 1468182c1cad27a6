//! Sheets filled in off-line for members without a computer: taken away, looked at, imported once, never over what
//! somebody filed himself (N10).

use documents::marked::write_marked;
use documents::sheet_read::read_book;
use domain::access::Role;
use domain::organization::raw::{RawBook, RawCell};
use testkit::{Client, House, Reply};

const LIST: &str = "/branch-pledge/on-behalf";
const DEED: &str = "每月到社区义诊2次\n=1+1，不收费";

/// A sheet in hand.
struct Sheet(RawBook);

impl Sheet {
    async fn of(client: &Client, unit: &str) -> Sheet {
        let file = client
            .get(&format!("/forms/sheets/{unit}.xlsx"))
            .await
            .expect(200);
        Sheet(read_book(&file.bytes, "a.xlsx").expect("a workbook"))
    }

    fn rows(&self) -> &[Vec<RawCell>] {
        &self.0.sheets[0].rows
    }

    fn column(&self, head: &str) -> usize {
        let heads = &self.rows()[2];
        let at = heads.iter().position(|c| c.text() == head);
        at.unwrap_or_else(|| panic!("{head} in {heads:?}"))
    }

    /// The rows of a person whose kind is this, by place.
    fn row(&self, name: &str, kind: &str) -> usize {
        let (names, kinds) = (self.column("党员姓名"), self.column("承诺类别"));
        let is = |row: &Vec<RawCell>| {
            row.get(names).is_some_and(|c| c.text() == name)
                && row.get(kinds).is_some_and(|c| c.text() == kind)
        };
        self.rows().iter().position(is).expect("a row")
    }

    fn kinds(&self) -> Vec<String> {
        let at = self.column("承诺类别");
        let mut all: Vec<String> = Vec::new();
        for text in self
            .rows()
            .iter()
            .skip(3)
            .filter_map(|r| r.get(at))
            .map(RawCell::text)
        {
            if !all.contains(&text) {
                all.push(text);
            }
        }
        all
    }

    fn set(&mut self, row: usize, head: &str, text: &str) {
        let at = self.column(head);
        let cells = &mut self.0.sheets[0].rows[row];
        if cells.len() <= at {
            cells.resize(at + 1, RawCell::Empty);
        }
        cells[at] = RawCell::Text(text.to_owned());
    }

    /// The first row of a person, where what belongs to the form stands.
    fn first(&self, name: &str) -> usize {
        let names = self.column("党员姓名");
        let is = |row: &Vec<RawCell>| row.get(names).is_some_and(|c| c.text() == name);
        self.rows().iter().position(is).expect("a row")
    }

    fn bytes(&self) -> Vec<u8> {
        write_marked(&self.0, &[]).expect("written")
    }

    fn csv(&self) -> String {
        let line = |row: &Vec<RawCell>| {
            let cells: Vec<String> = row
                .iter()
                .map(|c| format!("\"{}\"", documents::csv::escape(&c.text()).replace('"', "\"\"")))
                .collect();
            cells.join(",")
        };
        self.rows()
            .iter()
            .skip(2)
            .map(line)
            .collect::<Vec<_>>()
            .join("\r\n")
    }
}

fn unit_at(house: &House, at: usize) -> String {
    house
        .demo
        .branches
        .get(at)
        .map(|b| b.id.clone())
        .expect("a branch")
}

/// Members of a branch who have no post in it.
fn members(house: &House, unit: &str) -> Vec<(String, String)> {
    let people = house.demo.people.iter();
    let plain = people.filter(|p| p.unit_id == unit && !p.leading_cadre && p.title.is_empty());
    plain.map(|p| (p.id.clone(), p.name.clone())).collect()
}

async fn send(client: &Client, unit: &str, name: &str, bytes: &[u8]) -> String {
    client
        .upload("/pledge-sheets", &[("unit", unit)], "file", name, bytes)
        .await
        .expect(303)
        .location
}

fn seen(page: &Reply) -> String {
    let rest = page
        .text
        .split("name=\"seen\" value=\"")
        .nth(1)
        .expect("what was seen");
    rest.split('"').next().unwrap_or("").to_owned()
}

/// Presses the button below a preview.
async fn import(client: &Client, place: &str, more: &[(&str, &str)]) -> Reply {
    let page = client.get(place).await.expect(200);
    let seen = seen(&page);
    let mut sent = vec![("seen", seen.as_str()), ("reason", "不用电脑，纸上填写")];
    sent.extend_from_slice(more);
    client.post(place, &sent).await
}

/// How many people a preview counts for each fate: filed, drafts, unchanged, refused, empty.
fn figures(page: &Reply) -> Vec<String> {
    let facts = page.text.split("<dl class=\"fact").nth(1).expect("figures");
    let facts = facts.split("</dl>").next().unwrap_or("");
    let number = |part: &str| part.split("</dd>").next().unwrap_or("").to_owned();
    facts.split("<dd class=\"num\">").skip(1).map(number).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_goes_out_is_filled_in_and_is_imported_once() {
    for house in House::both().await {
        let unit = unit_at(&house, 0);
        let secretary = house.as_role(Role::BranchSecretary).await;
        let mut people = members(&house, &unit);
        let own = &secretary.actor().name;
        let others = house
            .demo
            .people
            .iter()
            .filter(|p| p.unit_id == unit && p.name != *own);
        let other = others
            .map(|p| (p.id.clone(), p.name.clone()))
            .find(|p| !people.contains(p));
        people.extend(other);
        let [(one, one_name), (two, two_name), (three, three_name), ..] = people.as_slice() else {
            panic!("three members")
        };
        let mut sheet = Sheet::of(&secretary, &unit).await;
        assert_eq!(sheet.0.sheets.len(), 2, "the sheet and what explains it");
        let names = sheet.column("党员姓名");
        let here = |name: &str| {
            sheet
                .rows()
                .iter()
                .any(|r| r.get(names).is_some_and(|c| c.text() == name))
        };
        assert!(here(one_name) && !here(own), "nobody files on behalf of himself");
        let deed = sheet.kinds().pop().expect("the last kind");

        // One signed, with what a spreadsheet likes to spoil; one not signed; one with a date nobody can read.
        let row = sheet.row(one_name, &deed);
        sheet.set(row, "承诺内容", DEED);
        sheet.set(row, "标准或目标", "0012");
        sheet.set(row, "为谁做", "+86 以外的患者𰻞");
        let first = sheet.first(one_name);
        sheet.set(first, "完成时限", "2027年6月30日");
        sheet.set(first, "党员签名", one_name);
        let row = sheet.row(two_name, &deed);
        sheet.set(row, "承诺内容", "带教新护士3名");
        sheet.set(row, "这一件的期限", "每季度末");
        let row = sheet.row(three_name, &deed);
        sheet.set(row, "承诺内容", "随访出院患者");
        sheet.set(row, "这一件的期限", "2月31日");
        let first = sheet.first(three_name);
        sheet.set(first, "党员签名", three_name);

        let place = send(&secretary, &unit, "填报表.xlsx", &sheet.bytes()).await;
        let page = secretary.get(&place).await.expect(200);
        assert_eq!(figures(&page)[..4], ["1", "1", "0", "1"], "{}", page.words());
        // The very words that will be written, and the days as they were understood.
        for written in [
            DEED,
            "0012",
            "+86 以外的患者𰻞",
            "带教新护士3名",
            "期限：2027年6月30日",
            "期限：每季度一次，第一次",
            "期限“2月31日”没有看懂",
        ] {
            assert!(page.text.contains(written), "{written} in {}", page.words());
        }
        let at = format!("第 {} 行", row + 1);
        assert!(
            page.words().contains(&at) && page.words().contains("这一件的期限"),
            "{}",
            page.words()
        );
        let marked = secretary.get(&format!("{place}/marked")).await.expect(200);
        assert!(marked.bytes.starts_with(b"PK"));
        let list = secretary.get(&format!("{LIST}/{one}")).await.expect(200);
        assert!(list.text.contains("name=\"reason\""), "nothing is written yet");

        // All or nothing: what cannot be imported is left out only when told so.
        let refused = import(&secretary, &place, &[]).await.expect(422);
        assert!(
            refused.text.contains("href=\"#f-leave_out\""),
            "{}",
            refused.words()
        );
        let done = import(&secretary, &place, &[("leave_out", "1")])
            .await
            .expect(303);
        assert_eq!(done.location, format!("{LIST}?unit={unit}&said=sheet_imported"));
        secretary.get(&place).await.expect(404);

        let form = secretary.get(&format!("{LIST}/{one}")).await.expect(200);
        for word in [
            "每月到社区义诊2次",
            "0012",
            "+86 以外的患者𰻞",
            "代填",
            "2026-Z01-",
        ] {
            assert!(form.words().contains(word), "{word}: {}", form.words());
        }
        let draft = secretary.get(&format!("{LIST}/{two}")).await.expect(200);
        assert!(draft.words().contains("带教新护士3名"), "{}", draft.words());
        let nothing = secretary.get(&format!("{LIST}/{three}")).await.expect(200);
        assert!(nothing.text.contains("name=\"reason\""), "the third has no form");

        // The same file changes nothing more: the one is filed, the other a draft word by word.
        let again = send(&secretary, &unit, "填报表.xlsx", &sheet.bytes()).await;
        let page = secretary.get(&again).await.expect(200);
        assert_eq!(figures(&page)[..4], ["0", "0", "2", "1"], "{}", page.words());
        secretary
            .post(&again, &[("seen", &seen(&page)), ("leave_out", "1")])
            .await
            .expect(422);

        // Given out anew it holds the draft, and nobody who filed.
        let anew = Sheet::of(&secretary, &unit).await;
        let row = anew.row(two_name, &deed);
        assert_eq!(anew.rows()[row][anew.column("承诺内容")].text(), "带教新护士3名");
        let filed = anew
            .rows()
            .iter()
            .any(|r| r.get(names).is_some_and(|c| c.text() == *one_name));
        assert!(!filed, "who has filed is not asked again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_filed_meanwhile_is_told_and_nothing_is_overwritten() {
    for house in House::both().await {
        let unit = unit_at(&house, 0);
        let office = house.as_role(Role::CampaignOffice).await;
        let people = members(&house, &unit);
        let [(one, one_name), (two, two_name), ..] = people.as_slice() else {
            panic!("two members")
        };
        let mut sheet = Sheet::of(&office, &unit).await;
        let deed = sheet.kinds().pop().expect("the last kind");
        for name in [one_name, two_name] {
            let row = sheet.row(name, &deed);
            sheet.set(row, "承诺内容", "为住院患者读报，每周1次");
            let first = sheet.first(name);
            sheet.set(first, "完成时限", "2027-06-30");
            sheet.set(first, "党员签名", name);
        }
        let place = send(&office, &unit, "填报表.xlsx", &sheet.bytes()).await;
        let page = office.get(&place).await.expect(200);
        assert_eq!(figures(&page)[0], "2", "{}", page.words());
        let before = seen(&page);

        // Between looking and confirming one of them begins online.
        let own = house.as_person(one).await;
        own.post("/my-pledge/start", &[]).await.expect(303);
        let stale = [
            ("seen", before.as_str()),
            ("reason", "纸上填写"),
            ("leave_out", "1"),
        ];
        let refused = office.post(&place, &stale).await.expect(409);
        assert!(
            refused.words().contains("已经自己在网上动笔"),
            "{}",
            refused.words()
        );
        let other = office.get(&format!("{LIST}/{two}")).await.expect(200);
        assert!(
            other.text.contains("name=\"reason\""),
            "nothing at all was written"
        );
        import(&office, &place, &[("leave_out", "1")]).await.expect(303);
        let other = office.get(&format!("{LIST}/{two}")).await.expect(200);
        assert!(other.words().contains("为住院患者读报"), "{}", other.words());

        // Filed, and the sheet says something else: told with the number, not changed.
        let row = sheet.row(two_name, &deed);
        sheet.set(row, "承诺内容", "别的话");
        let place = send(&office, &unit, "填报表.xlsx", &sheet.bytes()).await;
        let page = office.get(&place).await.expect(200);
        assert_eq!(figures(&page)[..4], ["0", "0", "0", "2"], "{}", page.words());
        assert!(page.words().contains("2026-Z01-"), "{}", page.words());

        // Of another branch nothing: no sheet, no import.
        let stranger = house
            .as_role_of(Role::BranchSecretary, Some(&unit_at(&house, 1)))
            .await;
        stranger
            .get(&format!("/forms/sheets/{unit}.xlsx"))
            .await
            .expect(404);
        stranger
            .upload(
                "/pledge-sheets",
                &[("unit", &unit)],
                "file",
                "a.xlsx",
                &sheet.bytes(),
            )
            .await
            .expect(404);
        stranger.get(&place).await.expect(404);
        let member = house.as_role(Role::Participant).await;
        member.get("/pledge-sheets").await.expect(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn text_files_and_english_heads_are_read_alike() {
    for house in House::both().await {
        let unit = unit_at(&house, 0);
        let secretary = house.as_role(Role::BranchSecretary).await;
        let (one, name) = members(&house, &unit).swap_remove(0);
        let mut sheet = Sheet::of(&secretary, &unit).await;
        let deed = sheet.kinds().pop().expect("the last kind");
        let row = sheet.row(&name, &deed);
        sheet.set(row, "承诺内容", "-每日消毒2次，\"不漏一床\"\n=HYPERLINK也不怕");
        sheet.set(row, "这一件的期限", "年底前");
        let utf8 = format!("\u{FEFF}{}", sheet.csv()).into_bytes();
        let text = sheet.csv();
        let (gb18030, _, lost) = encoding_rs::GB18030.encode(&text);
        assert!(!lost);
        for (file, bytes) in [("a.csv", utf8.as_slice()), ("b.csv", &gb18030)] {
            let place = send(&secretary, &unit, file, bytes).await;
            let page = secretary.get(&place).await.expect(200);
            assert_eq!(
                figures(&page)[..4],
                ["0", "1", "0", "0"],
                "{file}: {}",
                page.words()
            );
        }
        let place = send(&secretary, &unit, "b.csv", &gb18030).await;
        import(&secretary, &place, &[]).await.expect(303);
        let form = secretary.get(&format!("{LIST}/{one}")).await.expect(200);
        assert!(form.words().contains("-每日消毒2次"), "{}", form.words());
        // What went out as CSV comes in as it is: the draft is there, nothing changes.
        let csv = secretary
            .get(&format!("/forms/sheets/{unit}.csv"))
            .await
            .expect(200);
        let place = send(&secretary, &unit, "c.csv", &csv.bytes).await;
        let page = secretary.get(&place).await.expect(200);
        assert_eq!(figures(&page)[..4], ["0", "0", "1", "0"], "{}", page.words());
        let english = secretary.clone().in_english();
        let file = english
            .get(&format!("/forms/sheets/{unit}.xlsx"))
            .await
            .expect(200);
        let book = read_book(&file.bytes, "a.xlsx").expect("a workbook");
        assert_eq!(book.sheets[1].name, "How to fill it in");
        let place = send(&secretary, &unit, "d.xlsx", &file.bytes).await;
        let page = secretary.get(&place).await.expect(200);
        assert_eq!(figures(&page)[..4], ["0", "0", "1", "0"], "{}", page.words());
        let page = english.get(&place).await.expect(200);
        assert!(
            page.words().contains("Check before importing"),
            "{}",
            page.words()
        );
        let other = secretary
            .upload(
                "/pledge-sheets",
                &[("unit", &unit)],
                "file",
                "x.csv",
                "甲,乙\n1,2\n".as_bytes(),
            )
            .await
            .expect(303)
            .location;
        let page = secretary.get(&other).await.expect(200);
        assert!(page.words().contains("没有找到表头"), "{}", page.words());
        secretary
            .post("/pledge-sheets", &[("unit", &unit)])
            .await
            .expect(422);
    }
}

mod console;
mod refused;
