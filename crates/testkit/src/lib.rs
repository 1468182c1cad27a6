//! For tests only: a small house over either database, people to sign in as, requests that read like a story.

mod client;
mod database;

pub use client::{Client, Reply};
pub use database::Database;

use app::case::UseCase;
use app::demo::{Demo, Holder, Plan, Step};
use app::{App, Config};
use axum::Router;
use domain::access::{Actor, Role};
use std::sync::Arc;

/// Noon of Tuesday 24 November 2026 in Shanghai, microseconds UTC: every story begins here unless it says
/// otherwise.
pub const NOON: i64 = 1_795_492_800_000_000;

/// A hospital of three branches over one database, with a clock that stands still until a test moves it.
pub struct House {
    /// The product.
    pub app: App,
    /// Organisation, people and accounts.
    pub demo: Demo,
    /// Which database.
    pub database: Arc<Database>,
    router: Router,
}

impl House {
    /// Over the embedded database.
    pub async fn sqlite() -> House {
        House::over(Database::sqlite().await, Step::Propose).await
    }

    /// Over PostgreSQL, unless the run is told that there is none.
    pub async fn postgres() -> Option<House> {
        Some(House::over(Database::postgres().await?, Step::Propose).await)
    }

    /// Over both databases: a story is told on each.
    pub async fn both() -> Vec<House> {
        House::both_in(Step::Propose).await
    }

    /// Over both databases, with the campaign in a step of the notice.
    pub async fn both_in(step: Step) -> Vec<House> {
        let mut houses = vec![House::over(Database::sqlite().await, step).await];
        if let Some(database) = Database::postgres().await {
            houses.push(House::over(database, step).await);
        }
        houses
    }

    /// A house with people and roles and nothing else: no campaign.
    pub async fn empty(database: Database) -> House {
        let plan = House::plan(Step::Survey);
        let demo = Demo::begin(database.db.clone(), database.config(), plan)
            .await
            .expect("the demo's house");
        House::of(demo, database)
    }

    /// The whole demo: every table has rows, every step of the notice has been gone through.
    pub async fn whole(database: Database) -> House {
        let plan = Plan {
            people: 110,
            seed: 2010,
            ..House::plan(Step::Appraise)
        };
        let demo = app::demo::make(database.db.clone(), database.config(), plan).await;
        House::of(demo.expect("the whole demo"), database)
    }

    /// The whole demo over each database there is.
    pub async fn whole_both() -> Vec<House> {
        let mut all = vec![House::whole(Database::sqlite().await).await];
        if let Some(database) = Database::postgres().await {
            all.push(House::whole(database).await);
        }
        all
    }

    async fn over(database: Database, step: Step) -> House {
        let plan = House::plan(step);
        let demo = app::demo::begin_campaign(database.db.clone(), database.config(), plan).await;
        House::of(demo.expect("the demo's campaign"), database)
    }

    fn plan(step: Step) -> Plan {
        Plan {
            step,
            original: false,
            people: 70,
            seed: 7,
            now: NOON,
        }
    }

    fn of(demo: Demo, database: Database) -> House {
        demo.app.clock().set(NOON);
        let app = demo.app.clone();
        House {
            router: web::router(app.clone()),
            app,
            demo,
            database: Arc::new(database),
        }
    }

    /// Runs an act as the product itself.
    ///
    /// # Errors
    /// What the act refuses.
    pub async fn run<C: UseCase>(&self, case: C) -> app::Result<C::Out> {
        self.app.execute(&Actor::machine(), case).await
    }

    /// Somebody without an account.
    pub fn visitor(&self) -> Client {
        Client::new(self.router.clone(), None)
    }

    /// Whoever holds a role, signed in. Of secretaries and the like, the one of the first branch.
    pub async fn as_role(&self, role: Role) -> Client {
        let first = self.demo.branches.first().map(|b| b.id.clone());
        self.as_role_of(role, first.as_deref()).await
    }

    /// Whoever holds a role for a branch, signed in.
    pub async fn as_role_of(&self, role: Role, unit: Option<&str>) -> Client {
        let plain = |h: &&Holder| {
            let mut others = self
                .demo
                .accounts
                .iter()
                .filter(|o| o.account == h.account && o.role != role);
            role != Role::Participant || others.next().is_none()
        };
        let holder = self
            .demo
            .accounts
            .iter()
            .filter(|h| h.role == role && (unit.is_none() || h.unit.is_none() || h.unit.as_deref() == unit))
            .find(plain)
            .unwrap_or_else(|| panic!("nobody is {}", role.name()));
        self.sign_in(&holder.account).await
    }

    /// A person of the roster, signed in.
    pub async fn as_person(&self, person: &str) -> Client {
        let holder = self
            .demo
            .accounts
            .iter()
            .find(|h| h.person.as_deref() == Some(person));
        self.sign_in(&holder.expect("has an account").account).await
    }

    /// An account, signed in by a slip.
    pub async fn sign_in(&self, account: &str) -> Client {
        let code = self
            .run(app::demo::SlipFor(account.to_owned()))
            .await
            .expect("a slip");
        let slip = app::account::SignInBySlip { code, hours: 12 };
        let opened = self
            .app
            .execute(&Actor::public(), slip)
            .await
            .expect("the slip is good");
        let session = app::account::session(&self.app, &opened.token)
            .await
            .expect("asked")
            .expect("lives");
        Client::new(self.router.clone(), Some((opened.token, session)))
    }
}

/// The config of a test house.
pub(crate) fn config(data: &std::path::Path) -> Config {
    Config {
        data: data.to_owned(),
        // A minute's worth is 120: a story can empty the bucket.
        public_posts_per_second: 2,
        ..Config::default()
    }
}
