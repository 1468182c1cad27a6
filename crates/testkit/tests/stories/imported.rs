//! People of an imported roster: what the sheet says of them stands on their forms, and nothing is asked twice.

use super::import::{HEAD, ROWS};
use super::pledge::file;
use domain::access::{Actor, Role};
use store::{Act, Tx};
use testkit::{Client, House};

struct AccountOf {
    organization: String,
    name: &'static str,
}

impl Act for AccountOf {
    type Out = (String, String);
    async fn run(&self, tx: &mut Tx) -> store::Result<Self::Out> {
        let people = store::person::all(tx, &self.organization, false).await?;
        let person = people.iter().find(|p| p.name == self.name).expect("imported");
        let account = store::account::of_person(tx, &self.organization, &person.id).await?;
        Ok((person.id.clone(), account.expect("has an account").id))
    }
}

async fn signed_in(house: &House, name: &'static str) -> (Client, String) {
    let find = AccountOf {
        organization: house.app.organization().to_owned(),
        name,
    };
    let (person, account) = house.app.db().read(find).await.expect("read");
    (house.sign_in(&account).await, person)
}

#[tokio::test(flavor = "multi_thread")]
async fn sex_stands_on_form_and_review_and_is_asked_once() {
    for house in House::both().await {
        // As people write it: a word, a letter, nothing.
        let rows = ROWS.replace("王䶮,女", "王䶮,F").replace("姜𬭎,男", "姜𬭎,");
        let sheet = format!("\u{FEFF}{HEAD}{rows}").into_bytes();
        let maps = app::import::Maps::new();
        let (_, reading) = app::import::read_file(sheet, "r.csv", maps).await.expect("read");
        app::import::apply(&house.app, &Actor::machine(), reading, false)
            .await
            .expect("applied");
        let granter = house.as_role(Role::SecurityAdmin).await;
        granter.post("/roles/proposed", &[]).await.expect(303);

        let (member, _) = signed_in(&house, "马㛃雅").await;
        let filed = file(
            &member,
            "2027年6月30日前，为首次生育的产妇做产前一对一讲解，共40人",
        )
        .await;
        filed.expect(303);
        let form = member.get("/my-pledge/files/form.html").await.expect(200);
        let form = String::from_utf8_lossy(&form.bytes).into_owned();
        assert!(form.contains("女") && !form.contains("female"), "{form}");
        let told = member
            .json("GET", "/api/v1/my-pledge", &serde_json::json!({}))
            .await
            .expect(200);
        let told: serde_json::Value = serde_json::from_str(&told.text).expect("json");
        let pledge = told["pledge"]["id"].as_str().expect("an id");
        let (secretary, _) = signed_in(&house, "王䶮").await;
        let review = format!("/review/{pledge}");
        let seen = secretary.get(&review).await.expect(200).words();
        assert!(seen.contains("女") && !seen.contains("female"), "{seen}");
        let seen = secretary
            .clone()
            .in_english()
            .get(&review)
            .await
            .expect(200)
            .words();
        assert!(seen.contains("female") && !seen.contains("女"), "{seen}");

        let (asked, _) = signed_in(&house, "姜𬭎").await;
        let check = "/my-pledge/check";
        asked.post("/my-pledge/start", &[]).await.expect(303);
        assert!(
            asked
                .get(check)
                .await
                .expect(200)
                .text
                .contains("name=\"box.sex\"")
        );
        let refused = asked.post(check, &[("box.sex", "雌")]).await.expect(422);
        assert!(
            refused.text.contains("href=\"#f-box.sex\"") && refused.text.contains("value=\"雌\""),
            "{}",
            refused.words()
        );
        assert!(refused.words().contains("请写“男”或“女”"));
        asked.post(check, &[("box.sex", " 男")]).await.expect(303);
        let again = asked.get(check).await.expect(200);
        assert!(!again.text.contains("box.sex") && again.text.contains("<dd>男</dd>"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_imported_today_may_have_moved_last_week() {
    for house in House::both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let sheet = format!("\u{FEFF}{HEAD}{ROWS}").into_bytes();
        let maps = app::import::Maps::new();
        let (_, reading) = app::import::read_file(sheet, "r.csv", maps).await.expect("read");
        app::import::apply(&house.app, &Actor::machine(), reading, false)
            .await
            .expect("applied");
        let (_, person) = signed_in(&house, "马㛃雅").await;
        let page = format!("/roster/{person}");
        let [to, then] = [0, 1].map(|at| house.demo.branches[at].id.clone());
        // Without a year it is the last such day, and the reason may stay blank as its label says.
        let sent = [("unit", to.as_str()), ("on", "11.20"), ("reason", "")];
        office.post(&format!("{page}/transfer"), &sent).await.expect(303);
        let shown = office.get(&page).await.expect(200).words();
        assert!(shown.contains("2026") && !shown.contains("2027"), "{shown}");
        let early = [("unit", then.as_str()), ("on", "11.19")];
        let refused = office.post(&format!("{page}/transfer"), &early).await.expect(422);
        assert!(
            refused.words().contains("不能早于上一次变动"),
            "{}",
            refused.words()
        );
        let leave = [("on", "11月23日"), ("reason", "")];
        office.post(&format!("{page}/leave"), &leave).await.expect(303);
    }
}
