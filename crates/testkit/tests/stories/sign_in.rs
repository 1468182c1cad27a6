//! Getting in and out.

use domain::access::Role;
use testkit::House;

#[tokio::test(flavor = "multi_thread")]
async fn a_slip_opens_once_and_a_password_opens_again() {
    for house in House::both().await {
        let member = house.as_role(Role::Participant).await;
        let account = member.actor().account.clone();
        let code = house.run(app::demo::SlipFor(account)).await.expect("a slip");
        let visitor = house.visitor();

        // Looking at the link uses nothing up.
        visitor.get(&format!("/s/{code}")).await.expect(200);
        let first = visitor
            .post("/sign-in/slip", &[("code", &code), ("next", "/me")])
            .await
            .expect(303);
        assert_eq!(first.location, "/me");
        let again = visitor
            .post("/sign-in/slip", &[("code", &code)])
            .await
            .expect(410);
        assert!(again.text.contains("class=\"box bad summary"), "an error summary");

        let short = member
            .post("/me/password", &[("password", "short")])
            .await
            .expect(422);
        assert!(short.text.contains("f-password"));
        member
            .post("/me/password", &[("password", "每天早上七点半查房一次。")])
            .await
            .expect(303);
        member.get("/me").await.expect(303);

        // Back to the very page, with what was asked of it.
        let asked = visitor.get("/board-of?x").await;
        assert_eq!(asked.status, 404, "no page, no sign-in");
        let asked = visitor
            .get("/workbench/missing?day=2010-09-29&said=saved")
            .await
            .expect(303);
        assert_eq!(
            asked.location,
            "/sign-in?next=%2Fworkbench%2Fmissing%3Fday%3D2010-09-29"
        );
        let login = login_of(&house, &member.actor().account).await;
        let wrong = visitor
            .post(
                "/sign-in",
                &[("login", &login), ("password", "每天早上七点半查房一次")],
            )
            .await;
        let nobody = visitor
            .post(
                "/sign-in",
                &[("login", "nobody"), ("password", "每天早上七点半查房一次")],
            )
            .await;
        assert_eq!(
            (wrong.status, wrong.words().replace(&login, "")),
            (nobody.status, nobody.words().replace("nobody", ""))
        );
        let good = [
            ("login", login.as_str()),
            ("password", "每天早上七点半查房一次。"),
            ("next", "//evil.example"),
        ];
        assert_eq!(
            visitor.post("/sign-in", &good).await.expect(303).location,
            "/work"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slowed_and_ends_by_itself() {
    for house in House::both().await {
        let member = house.as_role(Role::Participant).await;
        let login = login_of(&house, &member.actor().account).await;
        member
            .post("/me/password", &[("password", "每天早上七点半查房一次。")])
            .await
            .expect(303);
        let visitor = house.visitor();
        for _ in 0..5 {
            visitor
                .post(
                    "/sign-in",
                    &[("login", &login), ("password", "不是这一句不是这一句不是")],
                )
                .await
                .expect(422);
        }
        let good = [
            ("login", login.as_str()),
            ("password", "每天早上七点半查房一次。"),
        ];
        let slowed = visitor.post("/sign-in", &good).await.expect(429);
        assert!(
            slowed.text.contains(&format!("value=\"{login}\"")),
            "what was typed is kept"
        );
        house.app.clock().set(testkit::NOON + 31_000_000);
        visitor.post("/sign-in", &good).await.expect(303);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_its_token_or_from_elsewhere_does_nothing() {
    for house in House::both().await {
        let member = house.as_role(Role::Participant).await;
        let stranger = house.visitor();
        stranger
            .post("/me/password", &[("password", "每天早上七点半查房一次。")])
            .await
            .expect(303);
        let forged = member.post_without_token("/sign-out").await;
        assert_eq!(forged.status.as_u16(), 403);
        member.get("/me").await.expect(200);
        member.post("/sign-out", &[]).await.expect(303);
        member.get("/me").await.expect(303);
    }
}

async fn login_of(house: &House, account: &str) -> String {
    let actor = domain::access::Actor {
        account: account.to_owned(),
        ..Default::default()
    };
    house
        .app
        .query(&actor, app::account::OwnAccount)
        .await
        .expect("an account")
        .login
}

/// Whoever tries logins learns nothing from having to wait: one that nobody has waits as well (AU-07).
#[tokio::test(flavor = "multi_thread")]
async fn a_login_nobody_has_waits_as_one_that_somebody_has() {
    for house in House::both().await {
        let member = house.as_role(Role::Participant).await;
        let login = login_of(&house, &member.actor().account).await;
        let visitor = house.visitor();
        let mut told = Vec::new();
        for name in [login.as_str(), "nobody"] {
            let mut statuses = Vec::new();
            for _ in 0..6 {
                let typed = [("login", name), ("password", "每天早上七点半查房一次")];
                statuses.push(visitor.post("/sign-in", &typed).await.status);
            }
            told.push(statuses);
        }
        assert_eq!(told[0], told[1]);
        assert_eq!(told[0].last().map(|s| s.as_u16()), Some(429), "{told:?}");
    }
}
