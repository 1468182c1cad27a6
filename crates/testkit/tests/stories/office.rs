//! Accounts, roles, slips, people, audit, backups: each by its own administrator and by nobody else.

use domain::access::{Actor, Role};
use store::{Act, Tx, args, sql};
use testkit::House;

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("no {start}"));
    rest.split_once(end).expect("an end").0
}

/// The codes of a printed page.
fn codes(page: &str) -> Vec<String> {
    page.split("slip-code code\">")
        .skip(1)
        .map(|part| part.split('<').next().expect("a code").to_owned())
        .collect()
}

async fn login_of(house: &House, account: &str) -> String {
    let actor = Actor {
        account: account.to_owned(),
        ..Actor::default()
    };
    house
        .app
        .query(&actor, app::account::OwnAccount)
        .await
        .expect("an account")
        .login
}

#[tokio::test(flavor = "multi_thread")]
async fn makers_do_not_grant_and_granters_do_not_make() {
    for house in House::both().await {
        let maker = house.as_role(Role::SystemAdmin).await;
        let granter = house.as_role(Role::SecurityAdmin).await;
        maker.get("/roles").await.expect(403);
        granter.get("/accounts").await.expect(403);
        maker
            .post("/roles", &[("login", "x"), ("role", "supervisor")])
            .await
            .expect(403);
        granter
            .post("/accounts", &[("login", "x"), ("name", "x")])
            .await
            .expect(403);

        // A new account may nothing until it is granted something, and then at once.
        let bad = maker
            .post("/accounts", &[("login", "王 䶮"), ("name", "王䶮")])
            .await
            .expect(422);
        assert!(bad.text.contains("value=\"王䶮\""), "what was typed is kept");
        let made = maker
            .post("/accounts", &[("login", "wangyan.sv"), ("name", "王䶮")])
            .await
            .expect(200);
        let code = codes(&made.text).remove(0);
        let twice = maker
            .post("/accounts", &[("login", "wangyan.sv"), ("name", "王艳")])
            .await;
        assert_eq!(twice.status.as_u16(), 422);
        let account = house
            .visitor()
            .post("/sign-in/slip", &[("code", &code)])
            .await
            .expect(303);
        assert_eq!(account.location, "/me");
        let newcomer = newcomer(&house, "wangyan.sv").await;
        newcomer.get("/draws").await;
        newcomer.get("/audit").await.expect(403);
        granter
            .post("/roles", &[("login", "wangyan.sv"), ("role", "audit_admin")])
            .await
            .expect(303);
        newcomer.get("/audit").await.expect(200);

        // Three administrators are three people, and the second of two may go, the last not.
        granter
            .post("/roles", &[("login", "wangyan.sv"), ("role", "supervisor")])
            .await
            .expect(422);
        granter
            .post("/roles", &[("login", "nobody.here"), ("role", "supervisor")])
            .await
            .expect(422);
        granter
            .post("/roles", &[("login", "wangyan.sv"), ("role", "branch_secretary")])
            .await
            .expect(422);
        let own = grant_of(
            &granter.get("/roles").await.expect(200).text,
            "security_admin",
            &house,
        )
        .await;
        granter
            .post(&format!("/roles/{own}/revoke"), &[])
            .await
            .expect(422);
        let second = grant_of(
            &granter.get("/roles").await.expect(200).text,
            "wangyan.sv",
            &house,
        )
        .await;
        granter
            .post(&format!("/roles/{second}/revoke"), &[])
            .await
            .expect(303);
        newcomer.get("/audit").await.expect(403);
    }
}

async fn newcomer(house: &House, login: &str) -> testkit::Client {
    struct Find(String);
    impl app::Query for Find {
        type Out = String;
        fn needs(&self) -> app::Need {
            app::Need::Anybody
        }
        async fn run(&self, ctx: &app::Ctx, tx: &mut Tx) -> app::Result<String> {
            Ok(store::account::by_login(tx, &ctx.organization, &self.0)
                .await?
                .expect("made")
                .id)
        }
    }
    let id = house
        .app
        .query(&Actor::public(), Find(login.to_owned()))
        .await
        .expect("asked");
    house.sign_in(&id).await
}

/// The id of the grant in the row that holds a word.
async fn grant_of(page: &str, word: &str, house: &House) -> String {
    let word = match Role::from_name(word) {
        Some(role) => {
            let holder = house
                .demo
                .accounts
                .iter()
                .find(|h| h.role == role)
                .expect("a holder");
            login_of(house, &holder.account).await
        }
        None => word.to_owned(),
    };
    let row = page
        .split("<tr>")
        .find(|row| row.contains(&format!(">{word}<")))
        .expect("a row of the account");
    between(row, "/roles/", "/revoke").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_account_is_out_at_once() {
    for house in House::both().await {
        let maker = house.as_role(Role::SystemAdmin).await;
        let member = house.as_role(Role::Participant).await;
        member.get("/me").await.expect(200);
        let id = member.actor().account.clone();
        maker
            .post(&format!("/accounts/{id}/close"), &[])
            .await
            .expect(303);
        member.get("/me").await.expect(303);
        maker
            .post(&format!("/accounts/{id}/reset"), &[])
            .await
            .expect(422);
        maker
            .post(&format!("/accounts/{id}/close"), &[("open", "1")])
            .await
            .expect(303);
        let page = maker
            .post(&format!("/accounts/{id}/reset"), &[])
            .await
            .expect(200);
        assert_eq!(codes(&page.text).len(), 1);

        // Neither the last of the three nor oneself; and no slip that leads to granting or reading the trail.
        let own = maker.actor().account.clone();
        maker
            .post(&format!("/accounts/{own}/close"), &[])
            .await
            .expect(422);
        let guard = house.as_role(Role::SecurityAdmin).await.actor().account.clone();
        maker
            .post(&format!("/accounts/{guard}/close"), &[])
            .await
            .expect(422);
        maker
            .post(&format!("/accounts/{guard}/reset"), &[])
            .await
            .expect(422);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secretary_prints_slips_for_his_branch_and_no_other() {
    for house in House::both().await {
        let secretary = house.as_role(Role::BranchSecretary).await;
        let (own, other) = (&house.demo.branches[0].id, &house.demo.branches[1].id);
        let page = secretary.get("/slips").await.expect(200);
        assert!(
            !page.text.contains("<option value=\""),
            "one branch, nothing to choose"
        );
        secretary.get(&format!("/slips?unit={other}")).await.expect(403);
        let holder = |role, unit: &str| {
            let found = house.demo.accounts.iter().filter(|h| h.role == role);
            let person = |h: &&app::demo::Holder| {
                house
                    .demo
                    .people
                    .iter()
                    .any(|p| Some(&p.id) == h.person.as_ref() && p.unit_id == unit)
            };
            found
                .filter(person)
                .map(|h| h.account.clone())
                .collect::<Vec<_>>()
        };
        let foreign = holder(Role::Participant, other).remove(0);
        secretary
            .post("/slips", &[("unit", other), ("account", &foreign)])
            .await
            .expect(403);
        secretary
            .post("/slips", &[("unit", own), ("account", &foreign)])
            .await
            .expect(422);
        secretary.post("/slips", &[("unit", own)]).await.expect(422);

        let office = holder(Role::CampaignOffice, own).remove(0);
        let plain = house.as_role(Role::Participant).await.actor().account.clone();
        secretary
            .post("/slips", &[("unit", own), ("account", &office)])
            .await
            .expect(422);
        let both = [("unit", own.as_str()), ("account", &plain), ("account", &office)];
        let printed = secretary.post("/slips", &both).await.expect(200);
        let found = codes(&printed.text);
        assert_eq!(found.len(), 1, "the office's slip is not the secretary's to give");
        assert!(printed.text.contains("<svg") && printed.headers["cache-control"] == "no-store");
        house
            .visitor()
            .post("/sign-in/slip", &[("code", &found[0])])
            .await
            .expect(303);
        house
            .visitor()
            .post("/sign-in/slip", &[("code", &found[0])])
            .await
            .expect(410);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn transfers_and_leavers_keep_their_history() {
    for house in House::both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let member = house.as_role(Role::Participant).await;
        let person = member.actor().person.clone().expect("a person");
        let from = member.actor().unit.clone().expect("a branch");
        let to = house
            .demo
            .branches
            .iter()
            .find(|b| b.id != from)
            .expect("another")
            .clone();
        let page = format!("/roster/{person}");

        let late = [("unit", to.id.as_str()), ("on", "2026.11.25")];
        office.post(&format!("{page}/transfer"), &late).await.expect(422);
        let same = [("unit", from.as_str()), ("on", "2026.11.24")];
        office.post(&format!("{page}/transfer"), &same).await.expect(422);
        let today = [
            ("unit", to.id.as_str()),
            ("on", "2026年11月24日"),
            ("reason", "轮岗"),
        ];
        office.post(&format!("{page}/transfer"), &today).await.expect(303);
        let shown = office.get(&page).await.expect(200);
        assert!(shown.text.matches("<li class=").count() >= 2 && shown.text.contains("轮岗"));

        office
            .post(
                &format!("{page}/leave"),
                &[("on", "2026.11.24"), ("reason", "退休")],
            )
            .await
            .expect(303);
        member.get("/me").await.expect(303);
        assert!(office.get(&page).await.expect(200).text.contains("退休"));
        assert!(
            office
                .get("/roster?left=1")
                .await
                .expect(200)
                .text
                .contains(&person)
        );
        office.post(&format!("{page}/transfer"), &today).await.expect(303);
        assert!(
            !office
                .get("/roster?left=1")
                .await
                .expect(200)
                .text
                .contains(&person)
        );

        // The secretary of the old branch learns nothing of him any more; nor does any role without the roster.
        let secretary = house.as_role_of(Role::BranchSecretary, Some(&from)).await;
        if !secretary
            .actor()
            .grants
            .iter()
            .any(|g| g.role == Role::CampaignOffice)
        {
            secretary.get(&page).await.expect(404);
            secretary
                .post(&format!("{page}/edit"), &[("name", "x")])
                .await
                .expect(403);
        }
        house.as_role(Role::Supervisor).await.get(&page).await.expect(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_added_and_changed_by_form() {
    for house in House::both().await {
        let office = house.as_role(Role::CampaignOffice).await;
        let unit = house.demo.branches[0].id.clone();
        let mut fields = vec![
            ("unit", unit.as_str()),
            ("name", "马㛃雅"),
            ("class", "full_member"),
            ("birth_month", "去年"),
            ("phone", "13800138000"),
        ];
        let bad = office.post("/roster/new", &fields).await.expect(422);
        assert!(bad.text.contains("href=\"#f-birth_month\"") && bad.text.contains("value=\"马㛃雅\""));
        fields[3].1 = "1974.1";
        let made = office.post("/roster/new", &fields).await.expect(303).location;
        let page = made.split('?').next().expect("a path").to_owned();
        let shown = office.get(&page).await.expect(200);
        assert!(shown.words().contains("马㛃雅") && shown.words().contains("1974年1月"));
        assert!(
            shown.words().contains("majieya"),
            "an account in pinyin: {}",
            shown.words()
        );
        office.post("/roster/new", &fields).await.expect(422);
        office
            .post(
                &format!("{page}/edit"),
                &[("name", "马㛃雅"), ("class", "nobody")],
            )
            .await
            .expect(422);
        office
            .post(
                &format!("{page}/edit"),
                &[("name", "马㛃雅"), ("class", "non_party_cadre")],
            )
            .await
            .expect(303);
        let found = office.get("/roster?q=ma+jie").await.expect(200);
        assert!(found.text.contains(&page), "found by pinyin");
        let english = office.clone().in_english().get(&page).await.expect(200);
        assert!(english.words().contains("Non-party cadre"));
    }
}

struct Tamper(String);

impl Act for Tamper {
    type Out = String;
    async fn run(&self, tx: &mut Tx) -> store::Result<String> {
        let place: (i64, String) = tx
            .one(
                sql!("SELECT position, entry_id FROM audit_chain WHERE organization_id = $1 ORDER BY position LIMIT 1 OFFSET 2"),
                args![&self.0],
            )
            .await?;
        tx.execute(
            sql!("UPDATE audit_entry SET actor = 'somebody else' WHERE organization_id = $1 AND id = $2"),
            args![&self.0, &place.1],
        )
        .await?;
        Ok(place.1)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_proves_itself_and_names_the_first_bad_entry() {
    for house in House::both().await {
        app::sequencer::chain_audit(&house.app).await.expect("chained");
        let auditor = house.as_role(Role::AuditAdmin).await;
        auditor.get("/audit").await.expect(200);
        let filtered = auditor
            .get("/audit?act=account.sign_in&from=2026.11.24")
            .await
            .expect(200);
        assert!(filtered.words().contains("登录"));
        auditor.get("/audit?from=someday").await.expect(200);
        let csv = auditor.post("/audit/export", &[("as", "csv")]).await.expect(200);
        assert!(csv.bytes.starts_with(b"\xEF\xBB\xBF"), "Excel reads it as UTF-8");
        let json = auditor
            .post("/audit/export", &[("as", "json"), ("act", "organization.")])
            .await
            .expect(200);
        let rows: serde_json::Value = serde_json::from_str(&json.text).expect("JSON");
        assert!(rows.as_array().is_some_and(|r| !r.is_empty()));
        assert!(
            auditor
                .get("/audit?act=audit.export")
                .await
                .expect(200)
                .words()
                .contains("导出审计记录")
        );

        app::sequencer::chain_audit(&house.app).await.expect("chained");
        let fine = auditor.post("/audit/verify", &[]).await.expect(200);
        assert!(fine.text.contains("box ok"), "{}", fine.words());
        let entry = house
            .app
            .db()
            .act(Tamper(house.app.organization().to_owned()))
            .await
            .expect("tampered");
        let broken = auditor.post("/audit/verify", &[]).await.expect(200);
        assert!(
            broken.text.contains(&entry) && broken.words().contains("第 3 条起不可信"),
            "{}",
            broken.words()
        );
        house
            .as_role(Role::SystemAdmin)
            .await
            .post("/audit/verify", &[])
            .await
            .expect(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_system_page_backs_up_while_work_goes_on() {
    for house in House::both().await {
        let admin = house.as_role(Role::SystemAdmin).await;
        let page = admin.get("/system").await.expect(200);
        if house.database.is_postgres() {
            admin.post("/system/backup", &[]).await.expect(409);
            assert!(page.words().contains("PostgreSQL"));
            continue;
        }
        admin.post("/system/backup", &[]).await.expect(303);
        let listed = admin.get("/system").await.expect(200);
        let name = between(&listed.text, "<th scope=\"row\" class=\"code\">jiannuo-", "<").to_owned();
        let file = house
            .app
            .config()
            .data
            .join("backups")
            .join(format!("jiannuo-{name}"));
        let copy = store::Db::open_sqlite(&file, store::Options::default())
            .await
            .expect("opens");
        drop(copy);
        house
            .as_role(Role::CampaignOffice)
            .await
            .get("/system")
            .await
            .expect(403);
    }
}
