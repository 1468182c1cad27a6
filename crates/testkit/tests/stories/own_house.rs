//! An organisation of one's own: the clerk whom the set-up names reviews although no roster has him, and a role that
//! nobody holds is said and not stood in for twice.

use crate::review::{CLEAN, confirm_all, hand_in, kind};
use app::demo::Step;
use app::pledge::Desk;
use app::roles::ListGrants;
use domain::access::{Actor, Role};
use domain::pledge::PledgeState;
use testkit::{Client, House};

/// An account of nobody on the roster.
struct Clerk(&'static str);

impl app::UseCase for Clerk {
    type Out = String;
    fn needs(&self) -> app::Need {
        app::Need::Machine
    }
    async fn run(&self, ctx: &app::Ctx, tx: &mut store::Tx) -> app::Result<String> {
        app::account::make_account(ctx, tx, self.0, "李四", None, &[(Role::CampaignOffice, None)]).await
    }
    fn event(&self, account: &String) -> app::Event {
        app::Event::new("test.clerk", "account", account)
    }
}

async fn revoke(house: &House, role: Role) {
    let granted = house
        .app
        .query(&Actor::machine(), ListGrants)
        .await
        .expect("listed");
    for grant in granted.grants.iter().filter(|g| g.role == role.name()) {
        let case = app::roles::RevokeRole {
            grant: grant.id.clone(),
        };
        house.run(case).await.expect("revoked");
    }
}

async fn of_branch(house: &House, nth: usize) -> String {
    let branch = house.demo.branches[nth].id.clone();
    let secretary = house.as_role_of(Role::BranchSecretary, Some(&branch)).await;
    hand_in(house, secretary.actor(), Desk::Branch(branch), CLEAN).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_who_is_on_no_roster_reviews_for_the_office() {
    for house in House::both_in(Step::Review).await {
        revoke(&house, Role::CampaignOffice).await;
        let account = house.run(Clerk("lisi.office")).await.expect("an account");
        let clerk: Client = house.sign_in(&account).await;
        let pledge = of_branch(&house, 0).await;
        assert!(clerk.get("/review").await.expect(200).text.contains(&pledge));
        assert!(
            clerk
                .get("/work")
                .await
                .expect(200)
                .words()
                .contains("1 份支部承诺书等待审核")
        );
        clerk.get(&format!("/review/{pledge}")).await.expect(200);
        let committee = house.as_role(Role::PartyCommittee).await;
        let early = confirm_all(&house, committee.actor(), &pledge)
            .await
            .expect_err("not yet");
        assert_eq!(kind(&early).1, "problem.pledge.moved_on");
        let first = confirm_all(&house, clerk.actor(), &pledge)
            .await
            .expect("checked");
        assert!(matches!(first.state, PledgeState::Submitted { .. }));
        assert_eq!(first.role, "campaign_office");
        let second = confirm_all(&house, committee.actor(), &pledge)
            .await
            .expect("decided");
        assert!(matches!(second.state, PledgeState::Confirmed { .. }));
        // What nobody of the roster may do still needs somebody of it.
        clerk.get("/my-pledge").await.expect(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_nobody_holds_is_said_and_nobody_decides_twice() {
    for house in House::both_in(Step::Review).await {
        let granter = house.as_role(Role::SecurityAdmin).await;
        let told = "审核步骤里有 1 个角色还没有人担任";
        assert!(!granter.get("/work").await.expect(200).words().contains(told));
        revoke(&house, Role::CampaignOffice).await;
        assert!(granter.get("/work").await.expect(200).words().contains(told));
        assert!(
            granter
                .get("/roles")
                .await
                .expect(200)
                .text
                .contains("id=\"unheld\"")
        );
        let pledge = of_branch(&house, 1).await;
        let committee = house.as_role(Role::PartyCommittee).await;
        let once = confirm_all(&house, committee.actor(), &pledge)
            .await
            .expect("decided");
        assert!(matches!(once.state, PledgeState::Confirmed { .. }), "{once:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_names_a_new_organisation_and_no_founded_one() {
    let mut databases = vec![testkit::Database::sqlite().await];
    databases.extend(testkit::Database::postgres().await);
    for database in databases {
        let folder = tempfile::TempDir::new().expect("a directory");
        let config = app::Config {
            data: folder.path().to_owned(),
            ..app::Config::default()
        };
        let id = "01900000-0000-7000-8000-000000000002";
        let app = app::App::new(database.db.clone(), app::Clock::fixed(testkit::NOON), config, id);
        let machine = Actor::machine();
        for name in ["roster-example", "丙妇幼保健院"] {
            let name = name.to_owned();
            let named = app::setup::FoundForImport { name };
            app.execute(&machine, named).await.expect("named");
        }
        let sheet = format!("{}{}", crate::import::HEAD, crate::import::ROWS).into_bytes();
        let read = app::import::read_file(sheet, "r.csv", app::import::Maps::new());
        let reading = read.await.expect("read").1;
        let done = app::import::apply(&app, &machine, reading, false).await;
        assert_eq!(done.expect("applied").proposed, 1);
        let granted = app.query(&machine, ListGrants).await.expect("listed");
        assert_eq!(
            (granted.grants.len(), granted.proposals.len()),
            (0, 1),
            "nothing is granted"
        );
    }
    for house in House::both().await {
        let name = "丁医院".to_owned();
        let late = house.run(app::setup::FoundForImport { name }).await;
        assert_eq!(kind(&late.expect_err("it has its name")).1, "problem.setup.named");
    }
}
