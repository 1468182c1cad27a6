//! What an off-line sheet is refused for is said once, where it belongs, and before it is too late.

use super::{LIST, Sheet, figures, send, unit_at};
use domain::access::Role;
use testkit::{Client, House};

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_over_is_told_once_at_its_cell() {
    for house in House::both().await {
        let unit = unit_at(&house, 0);
        let secretary = house.as_role(Role::BranchSecretary).await;
        let own = secretary.actor().name.clone();
        let here = house
            .demo
            .people
            .iter()
            .filter(|p| p.unit_id == unit && p.name != own);
        let people: Vec<&String> = here.map(|p| &p.name).collect();
        let [one, two, three, ..] = people.as_slice() else {
            panic!("three members")
        };
        let mut sheet = Sheet::of(&secretary, &unit).await;
        let deed = sheet.kinds().pop().expect("the last kind");
        let long = "诺".repeat(501);
        for (name, content, due, limit) in [
            // Too long, and the only one: that there is none follows from it.
            (one, long.as_str(), "", "2027-06-30"),
            // No such day: that the form has no time limit follows from it.
            (two, "每周为住院患者读报1次", "", "2027年2月31日"),
            // Nothing written but a day: this is missing and said.
            (three, "", "2027-06-30", "2027-06-30"),
        ] {
            let row = sheet.row(name, &deed);
            sheet.set(row, "承诺内容", content);
            sheet.set(row, "这一件的期限", due);
            let first = sheet.first(name);
            sheet.set(first, "完成时限", limit);
            sheet.set(first, "党员签名", name);
        }
        let place = send(&secretary, &unit, "填报表.xlsx", &sheet.bytes()).await;
        let page = secretary.get(&place).await.expect(200);
        assert_eq!(figures(&page)[..4], ["0", "0", "0", "3"], "{}", page.words());
        let told = |name: &str| {
            let rest = page
                .text
                .split(&format!("<li><b>{name}</b>"))
                .nth(1)
                .expect("told");
            let list = rest.split("</ul>").next().unwrap_or("");
            (list.matches("<li>").count(), list.to_owned())
        };
        for (name, words) in [(one, "500"), (two, "完成时限"), (three, "请至少写一件")] {
            let (count, list) = told(name);
            assert_eq!(count, 1, "{list}");
            assert!(list.contains(words), "{list}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_file_has_its_own_words_and_a_step_that_is_not_open_takes_none() {
    for house in House::both().await {
        let unit = unit_at(&house, 0);
        let secretary = house.as_role(Role::BranchSecretary).await;
        let upload = async |who: &Client, name: &str, bytes: &[u8]| {
            who.upload("/pledge-sheets", &[("unit", &unit)], "file", name, bytes)
                .await
        };
        let empty = upload(&secretary, "a.csv", b"").await.expect(422);
        assert!(
            empty.words().contains("选的文件里什么也没有"),
            "{}",
            empty.words()
        );
        let blank = upload(&secretary, "a.csv", b"\r\n").await.expect(422);
        assert!(blank.words().contains("文件里没有内容"), "{}", blank.words());
        let none = secretary
            .post("/pledge-sheets", &[("unit", &unit)])
            .await
            .expect(422);
        assert!(none.words().contains("请选择填好的表"), "{}", none.words());
        assert!(!none.words().contains("名册文件"), "{}", none.words());
        let sheet = Sheet::of(&secretary, &unit).await;

        house.app.clock().set(testkit::NOON - 90 * 86_400_000_000);
        let early = house.as_role(Role::BranchSecretary).await;
        let page = early.get("/pledge-sheets").await.expect(200);
        assert!(
            !page.text.contains("type=\"file\""),
            "no form that cannot be used"
        );
        let list = early.get(&format!("{LIST}?unit={unit}")).await.expect(200);
        assert!(list.text.contains("/pledge-sheets"));
        let refused = upload(&early, "填报表.xlsx", &sheet.bytes()).await.expect(409);
        let said = refused.words();
        assert!(
            !refused.text.contains("type=\"file\"") && page.words().contains("还没有开始"),
            "{said}"
        );
    }
}
