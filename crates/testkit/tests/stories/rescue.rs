//! Somebody locked out is let in from the server itself, and everybody can see later that it was done.

use app::account::{RescueSlip, SignInBySlip};
use app::audit::ListAudit;
use domain::access::{Actor, Role};
use testkit::House;

#[tokio::test(flavor = "multi_thread")]
async fn the_server_lets_in_who_is_locked_out() {
    for house in House::both().await {
        for role in [Role::SecurityAdmin, Role::AuditAdmin, Role::Participant] {
            let account = house.demo.holder(role, None).expect("a holder").account;
            let login = login_of(&house, &account).await;
            let first = house
                .run(RescueSlip { login: login.clone() })
                .await
                .expect("a link");
            let made = house
                .run(RescueSlip {
                    login: format!(" {login} "),
                })
                .await
                .expect("a link");
            assert_eq!(made.account.id, account);
            assert!(made.roles.contains(&role));
            let come = |code: String| SignInBySlip { code, hours: 1 };
            let nobody = Actor::public();
            // The newer link is the one that opens, and it opens once.
            assert!(
                house
                    .app
                    .execute(&nobody, come(first.code.to_string()))
                    .await
                    .is_err()
            );
            let opened = house
                .app
                .execute(&nobody, come(made.code.to_string()))
                .await
                .expect("in");
            assert_eq!(
                (opened.account.as_str(), opened.purpose.as_str()),
                (account.as_str(), "reset")
            );
            assert!(
                house
                    .app
                    .execute(&nobody, come(made.code.to_string()))
                    .await
                    .is_err()
            );
        }
        let auditor = house.demo.holder(Role::AuditAdmin, None).expect("a holder");
        let list = ListAudit {
            filter: app::audit::Filter::default(),
            limit: 50,
        };
        let (entries, _) = house.app.query(&auditor, list).await.expect("read");
        let told = entries
            .iter()
            .filter(|e| e.entry.act == "account.issue_slip" && e.entry.actor.is_empty());
        assert_eq!(
            told.filter(|e| e.entry.detail.contains("command_line")).count(),
            6
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistyped_login_is_answered_with_those_there_are() {
    let house = House::sqlite().await;
    let refused = house
        .run(RescueSlip {
            login: "nobody".into(),
        })
        .await
        .expect_err("unknown");
    let problem = &refused.problems().expect("a refusal").0[0];
    assert_eq!(problem.key, "problem.account.no_login");
    let security = house
        .demo
        .holder(Role::SecurityAdmin, None)
        .expect("a holder")
        .account;
    let login = login_of(&house, &security).await;
    assert!(problem.arg("known").is_some_and(|known| known.contains(&login)));
    // From outside it cannot be asked at all, whatever one is.
    let admin = house.demo.holder(Role::SystemAdmin, None).expect("a holder");
    assert!(house.app.execute(&admin, RescueSlip { login }).await.is_err());
}

async fn login_of(house: &House, account: &str) -> String {
    let accounts = house
        .app
        .db()
        .read(All(house.app.organization().to_owned()))
        .await
        .expect("read");
    accounts
        .into_iter()
        .find(|a| a.id == account)
        .expect("an account")
        .login
}

struct All(String);

impl store::Act for All {
    type Out = Vec<store::account::Account>;
    async fn run(&self, tx: &mut store::Tx) -> store::Result<Self::Out> {
        store::account::all(tx, &self.0).await
    }
}
