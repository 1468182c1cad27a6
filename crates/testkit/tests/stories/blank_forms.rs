//! Blank forms with a running number: printed, typed in again once, each in its own branch (N10, N20, N21).

use domain::access::Role;
use testkit::{Client, House, Reply};

const LIST: &str = "/branch-pledge/on-behalf";

/// Prints sheets and answers with the page after it and their numbers, first and last.
async fn print(client: &Client, unit: &str, annex: &str, copies: &str) -> (Reply, String, String) {
    let sent = [("unit", unit), ("annex", annex), ("copies", copies)];
    let there = client.post("/forms/numbered", &sent).await.expect(303).location;
    let page = client.get(&there).await.expect(200);
    let taken = page.text.split("role=\"status\"").nth(1).expect("told");
    let number = |at: usize| {
        let from = taken.match_indices("2026-Z").nth(at).expect("a number").0;
        taken[from..]
            .split([' ', '。', '.', '<'])
            .next()
            .unwrap_or("")
            .to_owned()
    };
    let (first, last) = (number(0), number(1));
    (page, first, last)
}

async fn key(client: &Client, unit: &str, number: &str, person: &str, code: u16) -> Reply {
    let sent = [("unit", unit), ("number", number), ("person", person)];
    client.post(LIST, &sent).await.expect(code)
}

/// Members of a branch who have no post in it.
fn members(house: &House, unit: &str) -> Vec<(String, String)> {
    let people = house.demo.people.iter();
    let plain = people.filter(|p| p.unit_id == unit && !p.leading_cadre && p.title.is_empty());
    plain.map(|p| (p.id.clone(), p.name.clone())).collect()
}

fn unit_at(house: &House, at: usize) -> String {
    house
        .demo
        .branches
        .get(at)
        .map(|b| b.id.clone())
        .expect("a branch")
}

#[tokio::test(flavor = "multi_thread")]
async fn numbered_sheets_go_out_and_come_back_once() {
    for house in House::both().await {
        let unit = unit_at(&house, 0);
        let secretary = house.as_role(Role::BranchSecretary).await;
        let (page, first, last) = print(&secretary, &unit, "annex2", "３").await;
        assert!(
            first.ends_with("-K0001") && last.ends_with("-K0003"),
            "{first} {last}"
        );
        let paper = page
            .text
            .split("href=\"/forms/numbered/")
            .nth(1)
            .expect("the file");
        let paper = format!("/forms/numbered/{}", paper.split('"').next().unwrap_or(""));
        let pdf = secretary.get(&paper).await.expect(200);
        assert!(pdf.bytes.starts_with(b"%PDF"));
        secretary.get(&paper.replace(".pdf", ".docx")).await.expect(404);
        // The counter runs on over both forms.
        let (_, branch_first, _) = print(&secretary, &unit, "annex1", "2").await;
        assert!(branch_first.ends_with("-K0004"), "{branch_first}");

        let people = members(&house, &unit);
        let [(one, one_name), (two, _), ..] = people.as_slice() else {
            panic!("two members")
        };
        // The code of a sheet opens the list with its number in place.
        let opened = secretary.get(&format!("{LIST}?number={first}")).await.expect(200);
        assert!(
            opened.text.contains(&format!("value=\"{first}\"")),
            "{}",
            opened.words()
        );
        // Full width, lower case, spaces.
        let typed = format!("　{} ", first.to_lowercase().replace('-', " － "));
        let there = key(&secretary, &unit, &typed, one, 303).await.location;
        assert_eq!(there, format!("{LIST}/{one}?said=blank_keyed"));
        let form = secretary.get(&there).await.expect(200);
        assert!(form.words().contains(&first), "{}", form.words());
        let fields = secretary
            .get(&format!("{LIST}/{one}/write/practical_deed"))
            .await
            .expect(200);
        assert!(fields.words().contains(&first), "beside the fields");
        // The same sheet for the same member is no mistake.
        key(&secretary, &unit, &first, one, 303).await;
        // For somebody else it is, and what was typed stays.
        let again = key(&secretary, &unit, &first, two, 409).await;
        assert!(again.words().contains(one_name), "{}", again.words());
        assert!(again.text.contains(&format!("value=\"{first}\"")));
        assert!(again.text.contains(&format!("value=\"{two}\" selected")));
        let begun = secretary.get(&format!("{LIST}/{two}")).await.expect(200);
        assert!(
            begun.text.contains("name=\"reason\""),
            "no form began for the other"
        );

        // The branch's own sheet is not a member's.
        key(&secretary, &unit, &branch_first, two, 422).await;
        let there = key(&secretary, &unit, &branch_first, "branch", 303)
            .await
            .location;
        let form = secretary.get(&there).await.expect(200);
        assert!(form.words().contains(&branch_first), "{}", form.words());

        let list = secretary.get(LIST).await.expect(200);
        let sums: Vec<&str> = list
            .text
            .split("合计")
            .nth(1)
            .expect("sums")
            .split("class=\"num\"")
            .collect();
        for (at, sum) in [(1, "5"), (2, "2"), (3, "3")] {
            assert!(sums[at].contains(&format!(">{sum}</td>")), "{at}: {}", sums[at]);
        }
        let english = secretary.get(&format!("{LIST}?lang=en")).await.expect(200);
        assert!(english.words().contains("Still out"), "{}", english.words());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_does_not_fit_is_refused_with_what_to_do() {
    for house in House::both().await {
        let (unit, other) = (unit_at(&house, 0), unit_at(&house, 1));
        let secretary = house.as_role(Role::BranchSecretary).await;
        let office = house.as_role(Role::CampaignOffice).await;
        let (_, foreign, _) = print(&office, &other, "annex2", "2").await;
        let (one, _) = members(&house, &unit).swap_remove(0);
        for (number, said) in [
            ("2026-Z01-K9999", "没有打印过"),
            ("第七号", "没看懂这个编号"),
            (foreign.as_str(), "别的支部"),
        ] {
            let refused = key(&secretary, &unit, number, &one, 422).await;
            assert!(refused.words().contains(said), "{}", refused.words());
            assert!(
                refused.text.contains(&format!("value=\"{number}\"")),
                "what was typed stays"
            );
        }
        let nobody = key(&secretary, &unit, &foreign, "", 422).await;
        assert!(nobody.words().contains("请选择这张纸表是谁写的"));
        for copies in ["0", "201", "", "many"] {
            let sent = [("unit", unit.as_str()), ("annex", "annex2"), ("copies", copies)];
            let refused = secretary.post("/forms/numbered", &sent).await.expect(422);
            assert!(refused.words().contains("200"), "{}", refused.words());
        }
        // Nothing of another branch: neither numbers nor files.
        let sent = [("unit", other.as_str()), ("annex", "annex2"), ("copies", "1")];
        secretary.post("/forms/numbered", &sent).await.expect(404);
        let list = office.get(&format!("{LIST}?unit={other}")).await.expect(200);
        let paper = list
            .text
            .split("href=\"/forms/numbered/")
            .nth(1)
            .expect("the file");
        let paper = format!("/forms/numbered/{}", paper.split('"').next().unwrap_or(""));
        office.get(&paper).await.expect(200);
        secretary.get(&paper).await.expect(404);
        // Who filed online has no sheet to be typed in.
        let (own, name) = members(&house, &unit).swap_remove(1);
        let member = house.as_person(&own).await;
        member.post("/my-pledge/start", &[]).await.expect(303);
        let (_, mine, _) = print(&secretary, &unit, "annex2", "2").await;
        let refused = key(&secretary, &unit, &mine, &own, 409).await;
        assert!(refused.words().contains(&name), "{}", refused.words());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_print_at_once_share_no_number() {
    for house in House::both().await {
        let unit = unit_at(&house, 0);
        let secretary = house.as_role(Role::BranchSecretary).await;
        let office = house.as_role(Role::CampaignOffice).await;
        let (a, b) = tokio::join!(
            print(&secretary, &unit, "annex2", "20"),
            print(&office, &unit, "annex2", "20")
        );
        let mut ends = [a.1, a.2, b.1, b.2];
        ends.sort();
        let tails: Vec<&str> = ends.iter().map(|n| n.rsplit('-').next().unwrap_or("")).collect();
        assert_eq!(tails, ["K0001", "K0020", "K0021", "K0040"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_typed_in_for_the_wrong_person_comes_off_until_the_form_is_handed_in() {
    for house in House::both().await {
        let unit = unit_at(&house, 0);
        let secretary = house.as_role(Role::BranchSecretary).await;
        let people = members(&house, &unit);
        let [(wrong, _), (right, right_name), ..] = people.as_slice() else {
            panic!("two members")
        };
        let (_, first, _) = print(&secretary, &unit, "annex2", "2").await;
        let free = async |number: &str, reason: &str, code: u16| {
            let sent = [
                ("unit", unit.as_str()),
                ("free_number", number),
                ("free_reason", reason),
            ];
            secretary
                .post("/branch-pledge/on-behalf/free", &sent)
                .await
                .expect(code)
        };
        assert!(free(&first, "错了", 409).await.words().contains("还没有录入过"));
        key(&secretary, &unit, &first, wrong, 303).await;
        key(&secretary, &unit, &first, right, 409).await;
        let again = free(&first, "", 422).await;
        assert!(again.text.contains(&first), "nothing typed is lost");
        assert!(free("K9", "错了", 422).await.words().contains("没看懂这个编号"));
        free(&first, "选错了人", 303).await;
        key(&secretary, &unit, &first, right, 303).await;
        let list = secretary.get(LIST).await.expect(200).words();
        assert!(
            list.contains("编号录到了别人名下") && list.contains(right_name),
            "{list}"
        );
        // Another branch has no such number.
        let other = unit_at(&house, 1);
        let stranger = house.as_role_of(Role::BranchSecretary, Some(&other)).await;
        let sent = [
            ("unit", other.as_str()),
            ("free_number", first.as_str()),
            ("free_reason", "试"),
        ];
        stranger
            .post("/branch-pledge/on-behalf/free", &sent)
            .await
            .expect(422);
        let sent = [
            ("unit", unit.as_str()),
            ("free_number", first.as_str()),
            ("free_reason", "试"),
        ];
        stranger
            .post("/branch-pledge/on-behalf/free", &sent)
            .await
            .expect(404);
    }
}
