//! What a member wrote and could not be kept is never lost: two devices, an ended campaign, characters nobody sees, several
//! promises typed as one.

use crate::pledge::hidden;
use domain::access::Role;
use testkit::{Client, House, Reply};

const DEED: &str = "/my-pledge/write/practical_deed";

async fn begun(house: &House) -> Client {
    let member = house.as_role(Role::Participant).await;
    member.post("/my-pledge/start", &[]).await.expect(303);
    member
}

fn own<'a>(revision: &'a str, item: &'a str, words: &'a str, go: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("revision", revision),
        ("item", item),
        ("sentence", "own"),
        ("own", words),
        ("go", go),
    ]
}

/// The part of a page or answer that says what was not kept.
fn part(text: &str) -> String {
    let part = text.split("id=\"unkept-why\"").nth(1).unwrap_or("");
    part.split("</section>").next().unwrap_or("").to_owned()
}

fn told(reply: &Reply) -> serde_json::Value {
    serde_json::from_str(&reply.text).expect("json")
}

async fn kept(member: &Client) -> String {
    let asked = serde_json::json!({});
    member
        .json("GET", "/api/v1/my-pledge", &asked)
        .await
        .expect(200)
        .text
}

#[tokio::test(flavor = "multi_thread")]
async fn two_devices_see_both_texts_at_once() {
    for house in House::both().await {
        let member = begun(&house).await;
        let stale = hidden(&member.get(DEED).await.expect(200), "revision");
        let first = own(&stale, "", "每月义诊两回", "draft");
        member.post(DEED, &first).await.expect(303);
        let item = hidden(&member.get(DEED).await.expect(200), "item");

        // Without the script: above the form, side by side, each with its button.
        let other = own(&stale, &item, "每周回访三人", "next");
        let page = member.post(DEED, &other).await.expect(409);
        let both = part(&page.text);
        assert!(both.contains("两回") && both.contains("三人"), "{both}");
        let form = page
            .text
            .find("<form class=\"gap\" id=\"write\"")
            .expect("the form");
        assert!(
            page.text.find("unkept-why").is_some_and(|at| at < form),
            "above the form"
        );

        // With it: the answer to a save by itself carries the same to the box.
        let answer = member.quietly(DEED, &other).await.expect(409);
        let told = told(&answer);
        let both = part(told["unkept"].as_str().unwrap_or(""));
        assert!(both.contains("两回") && both.contains("三人"), "{told}");
        assert!(
            both.contains("name=\"over\"") && both.contains("用已保存的"),
            "{both}"
        );
        assert!(
            !kept(&member).await.contains("三人"),
            "nothing is written over unasked"
        );

        // The button keeps what was written here, and one stays with the item.
        let over = hidden_over(&both);
        let mut mine = own(&stale, &item, "每周回访三人", "");
        mine.push(("over", over.as_str()));
        let back = member.post(DEED, &mine).await.expect(303).location;
        assert!(back.starts_with(DEED) && back.contains(&item), "{back}");
        let now = kept(&member).await;
        assert!(now.contains("每周回访三人") && !now.contains("两回"), "{now}");

        // Two devices each began a first item: what the other wrote is shown too.
        let late = own(&stale, "", "年底前建档十户", "next");
        let page = member.in_english().post(DEED, &late).await.expect(409);
        let both = part(&page.text);
        assert!(both.contains("三人") && both.contains("十户"), "{both}");
        assert!(both.contains("Save what is written here too"), "{both}");
    }
}

fn hidden_over(part: &str) -> String {
    let rest = part.split("name=\"over\" value=\"").nth(1).unwrap_or("");
    rest.split('"').next().unwrap_or("").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_when_the_campaign_ends_can_be_copied() {
    for house in House::both().await {
        let member = begun(&house).await;
        let revision = hidden(&member.get(DEED).await.expect(200), "revision");
        let office = house.as_role(Role::CampaignOffice).await;
        let close = format!("/campaigns/{}/close", house.demo.campaign);
        office.post(&close, &[("sure", "1")]).await.expect(303);
        let sent = own(&revision, "", "每月到病房陪老人读报两小时", "next");
        let page = member.post(DEED, &sent).await.expect(409);
        let words = page.words();
        assert!(
            words.contains("每月到病房陪老人读报两小时") && words.contains("先复制下来"),
            "{words}"
        );
        assert!(!words.contains("own") && !words.contains("next"), "{words}");
        let answer = told(&member.quietly(DEED, &sent).await.expect(409));
        let part = part(answer["unkept"].as_str().unwrap_or(""));
        assert!(part.contains("还在这一页") && part.contains("活动"), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn characters_nobody_sees_are_named_and_taken_out_with_one_press() {
    for house in House::both().await {
        let member = begun(&house).await;
        let revision = hidden(&member.get(DEED).await.expect(200), "revision");
        let pasted = "每月\u{202E}义诊\u{200B}2次\u{202E}，服务20人";
        let mut sent = own(&revision, "", pasted, "next");
        sent.push(("measure", "接诊\u{7}登记"));
        let page = member.post(DEED, &sent).await.expect(422);
        let offer = part(&page.text);
        assert!(
            offer.contains("改变书写方向的字符（U+202E）2 个")
                && offer.contains("没有宽度的空格（U+200B）1 个"),
            "{offer}"
        );
        assert!(offer.contains("控制字符（U+0007）1 个"), "{offer}");
        assert!(
            offer.contains("每月义诊2次，服务20人") && offer.contains("接诊登记"),
            "{offer}"
        );
        let quiet = told(&member.quietly(DEED, &sent).await.expect(422));
        assert!(
            part(quiet["unkept"].as_str().unwrap_or("")).contains("U+202E"),
            "{quiet}"
        );
        sent.pop();
        sent.push(("measure", "接诊\u{7}登记"));
        sent.push(("clean", "1"));
        let back = member.post(DEED, &sent).await.expect(303).location;
        assert!(back.starts_with(DEED), "{back}");
        let now = kept(&member).await;
        assert!(
            now.contains("每月义诊2次，服务20人") && now.contains("接诊登记"),
            "{now}"
        );
        let english = house.sign_in(&member.actor().account).await.in_english();
        let page = english
            .post(DEED, &own("9", "", pasted, "next"))
            .await
            .expect(422);
        assert!(page.words().contains("(U+202E): 2"), "{}", page.words());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_promises_typed_as_one_are_asked_about_before_one_goes_on() {
    for house in House::both().await {
        let member = begun(&house).await;
        let page = member.get(DEED).await.expect(200);
        let typed = "1.每月义诊一次，服务20人；2、年底前带教2名护士；（3）每周三回访5名产妇。";
        let revision = hidden(&page, "revision");
        let page = member
            .post(DEED, &own(&revision, "", typed, "more"))
            .await
            .expect(200);
        assert!(page.words().contains("分成 3 件"), "{}", page.words());
        let (revision, item) = (hidden(&page, "revision"), hidden(&page, "item"));
        // As one, if that is meant; the button pressed first goes on where it led.
        assert!(
            page.text.contains("name=\"whole\" value=\"more\""),
            "{}",
            page.text
        );
        let mut whole = own(&revision, &item, typed, "");
        whole.push(("whole", "more"));
        let on = member.post(DEED, &whole).await.expect(303).location;
        assert!(on.ends_with("item=new"), "{on}");
        let split = own(&revision, &item, typed, "split");
        member.post(DEED, &split).await.expect(303);
        let now = kept(&member).await;
        let now: serde_json::Value = serde_json::from_str(&now).expect("json");
        let items = now["pledge"]["items"].as_array().map_or(0, Vec::len);
        assert_eq!(items, 3, "{now}");
        // One promise goes on at once.
        let page = member.get(&format!("{DEED}?item=new")).await.expect(200);
        let fresh = hidden(&page, "revision");
        let one = own(&fresh, "", "每月义诊一次，服务20人", "next");
        member.post(DEED, &one).await.expect(303);
    }
}
