//! The same sheet read in by the command line, in the name of somebody who may type for members.

use super::*;
use app::account::FindActing;
use app::pledge::{ImportSheet, PlanSheet, read_sheet_file};
use domain::access::Actor;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_writes_in_somebody_s_name_and_no_further_than_his_rights() {
    for house in House::both().await {
        let unit = unit_at(&house, 0);
        let secretary = house.as_role(Role::BranchSecretary).await;
        let [(member, name), (other, _), ..] = &members(&house, &unit)[..] else {
            panic!("members")
        };
        let mut sheet = Sheet::of(&secretary, &unit).await;
        let deed = sheet.kinds().pop().expect("a kind");
        let row = sheet.row(name, &deed);
        sheet.set(row, "承诺内容", DEED);
        let book = read_sheet_file(sheet.bytes(), "a.xlsx").await.expect("a sheet");
        let book = Arc::new(book);
        let account = async |person: &str| {
            let holder = house
                .demo
                .accounts
                .iter()
                .find(|h| h.person.as_deref() == Some(person));
            let id = holder.expect("an account").account.clone();
            let found = house.run(LoginOf(id)).await.expect("found");
            let case = FindActing { login: found };
            house.app.query(&Actor::machine(), case).await.expect("an actor")
        };
        let plan = |actor: Actor, unit: &str| {
            let case = PlanSheet {
                unit: unit.to_owned(),
                book: book.clone(),
                lang: lang::Lang::Zh,
            };
            let app = house.app.clone();
            async move { app.query(&actor, case).await }
        };
        let nobody = FindActing {
            login: "nobody-here".to_owned(),
        };
        let refused = house
            .app
            .query(&Actor::machine(), nobody)
            .await
            .expect_err("nobody");
        assert!(refused.to_string().contains("no_account"), "{refused}");
        // Neither a stranger nor the page may ask who that is; a member types for nobody.
        let asked = FindActing {
            login: "office".to_owned(),
        };
        assert!(house.app.query(&Actor::public(), asked).await.is_err());
        let plain = account(other).await;
        assert!(plan(plain, &unit).await.is_err());

        let boss = account(secretary.actor().person.as_deref().expect("a person")).await;
        assert!(
            plan(boss.clone(), &unit_at(&house, 1)).await.is_err(),
            "another branch"
        );
        let planned = plan(boss.clone(), &unit).await.expect("a plan");
        assert_eq!(planned.lines.len(), 1);
        let case = ImportSheet {
            unit: unit.clone(),
            book: book.clone(),
            lang: lang::Lang::Zh,
            seen: planned.seen.clone(),
            leave_out: false,
            reason: "离线填报".to_owned(),
        };
        let done = house.app.execute(&boss, case).await.expect("imported");
        assert_eq!((done.filed.len(), done.drafts.len()), (0, 1));
        let page = secretary.get(&format!("{LIST}/{member}")).await.expect(200);
        assert!(
            page.words().contains("离线") || page.words().contains("代填"),
            "{}",
            page.words()
        );
        let again = plan(boss, &unit).await.expect("a plan");
        assert!(!again.writes(), "a second time changes nothing");
    }
}

/// The sign-in name of an account.
struct LoginOf(String);

impl app::UseCase for LoginOf {
    type Out = String;
    fn needs(&self) -> app::Need {
        app::Need::Machine
    }
    async fn run(&self, ctx: &app::Ctx, tx: &mut store::Tx) -> app::Result<String> {
        let found = store::account::by_id(tx, &ctx.organization, &self.0).await?;
        Ok(found.expect("an account").login)
    }
    fn event(&self, _: &String) -> app::Event {
        app::Event::new("account.look", "account", &self.0)
    }
}
