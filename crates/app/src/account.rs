//! Coming in and going out: passwords, slips, sessions, set-up.

mod console;
mod prove;
mod session;
mod slip;
pub use console::FindActing;
pub use prove::prove;
pub(crate) use session::{Confirming, Lately};
pub use session::{FindSession, by_hash, recall, remember, session};
pub use slip::{IssueSlip, RescueSlip, Rescued, SignInBySlip, require_slip, write_slip};

use crate::case::{Event, Need, Query, UseCase, fill_random};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::files::hex;
use crate::{App, password};
use domain::access::{Actor, Permission, Role, Scope, may_add, may_hand_slip};
use domain::ids::ReceiptCode;
use domain::problem::{Problem, ProblemKind};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use store::Tx;
use store::account::{self as rows, Account, RoleGrant};

const MINUTE: i64 = 60 * 1_000_000;
/// Characters of a login; what is longer is nobody's.
const LOGIN_MAX: usize = 100;
/// How long a sign-in slip handed out on paper is good.
pub const SLIP_DAYS: i64 = 14;

/// A session as a request sees it.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who it is and what he may.
    pub actor: Actor,
    /// Goes into every form.
    pub csrf: String,
    /// SHA-256 of the cookie.
    pub token_hash: String,
}

/// A fresh session: the cookie's value exists here and in the browser, nowhere else.
#[derive(Clone)]
pub struct Opened {
    /// The cookie's value.
    pub token: String,
    /// What forms of the session carry.
    pub csrf: String,
    /// The account.
    pub account: String,
    /// Its name.
    pub name: String,
    /// Whether the account has a password to come in with next time.
    pub has_password: bool,
    /// What the slip was for, where one was used.
    pub purpose: String,
}

/// SHA-256 of a cookie's value.
pub fn token_hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

fn wrong() -> Problem {
    Problem::new(ProblemKind::Invalid, "problem.sign_in_wrong").on("password")
}

async fn open_session(
    ctx: &Ctx,
    tx: &mut Tx,
    account: &Account,
    hours: i64,
    purpose: &str,
) -> Result<Opened> {
    let token = hex(&ctx.secret());
    let csrf = hex(&ctx.secret()[..16]);
    let ends = ctx.now + hours * 60 * MINUTE;
    rows::open_session(
        tx,
        &ctx.organization,
        &token_hash(&token),
        &account.id,
        &csrf,
        if purpose == "password" { "password" } else { "slip" },
        (ctx.now, ends),
    )
    .await?;
    Ok(Opened {
        token,
        csrf,
        account: account.id.clone(),
        name: account.name.clone(),
        has_password: account.password_hash.is_some(),
        purpose: purpose.to_owned(),
    })
}

/// Refuses while an account waits after wrong tries.
fn not_slowed(app: &App, account: &Account, field: &'static str) -> Result<()> {
    waited(app.clock().now(), account.slowed_until, field)
}

fn waited(now: i64, slowed_until: i64, field: &'static str) -> Result<()> {
    if slowed_until <= now {
        return Ok(());
    }
    let seconds = (slowed_until - now) / 1_000_000 + 1;
    let kind = ProblemKind::TooMany(u32::try_from(seconds).ok());
    let slowed = Problem::new(kind, "problem.sign_in_slowed").with("seconds", seconds);
    Err(slowed.on(field).into())
}

struct FindLogin(String);

impl Query for FindLogin {
    type Out = Option<Account>;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Option<Account>> {
        Ok(rows::by_login(tx, &ctx.organization, &self.0).await?)
    }
}

/// Five free tries, then 30 s, 60 s, … up to 15 minutes, in microseconds. It ends by itself (AU-05).
fn wait_after(failures: i64) -> i64 {
    match failures {
        ..5 => 0,
        more => (30 << (more - 5).min(5)).min(900) * 1_000_000,
    }
}

/// Wrong tries with logins that nobody has: they wait as those of somebody do, so that waiting tells nothing
/// (AU-07). In memory, bounded, gone at a restart.
#[derive(Debug, Default)]
pub struct Strangers(Mutex<HashMap<String, (i64, i64)>>);

impl Strangers {
    /// Logins remembered; beyond, those who need not wait are forgotten, and at worst all.
    const MOST: usize = 4_096;

    fn slowed_until(&self, login: &str) -> i64 {
        let tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tries.get(login).map_or(0, |(_, until)| *until)
    }

    fn count(&self, login: &str, now: i64) {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() >= Self::MOST && !tries.contains_key(login) {
            tries.retain(|_, (_, until)| *until > now);
            if tries.len() >= Self::MOST {
                tries.clear();
            }
        }
        let tried = tries.entry(login.to_owned()).or_default();
        tried.0 += 1;
        tried.1 = now + wait_after(tried.0);
    }
}

struct CountFailure {
    account: Account,
}

impl UseCase for CountFailure {
    type Out = i64;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<i64> {
        let failures = match rows::by_id(tx, &ctx.organization, &self.account.id).await? {
            Some(account) => account.failures + 1,
            None => return Ok(0),
        };
        let until = ctx.now + wait_after(failures);
        rows::set_failures(tx, &ctx.organization, &self.account.id, failures, until).await?;
        Ok(failures)
    }
    fn event(&self, failures: &i64) -> Event {
        Event::new("account.sign_in_failed", "account", &self.account.id)
            .with(serde_json::json!({ "failures": failures }))
    }
}

struct Open {
    account: Account,
    hours: i64,
}

impl UseCase for Open {
    type Out = Opened;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Opened> {
        if self.account.failures > 0 {
            rows::set_failures(tx, &ctx.organization, &self.account.id, 0, 0).await?;
        }
        open_session(ctx, tx, &self.account, self.hours, "password").await
    }
    fn event(&self, _: &Opened) -> Event {
        Event::new("account.sign_in", "account", &self.account.id)
            .with(serde_json::json!({ "by": "password" }))
    }
}

/// Comes in by password. The same answer and the same work for an unknown login, a wrong password and a
/// disabled account (AU-07). The hash is worked out outside any transaction: it takes long on purpose.
///
/// # Errors
/// `problem.sign_in_wrong`, `problem.sign_in_slowed`.
pub async fn sign_in(app: &App, login: &str, typed: &str) -> Result<Opened> {
    // What is longer than any login need not be remembered whole.
    let login: String = login.trim().chars().take(LOGIN_MAX).collect();
    let account = app.query(&Actor::public(), FindLogin(login.clone())).await?;
    match &account {
        Some(account) => not_slowed(app, account, "password")?,
        None => waited(
            app.clock().now(),
            app.strangers().slowed_until(&login),
            "password",
        )?,
    }
    let (typed, hash) = (
        typed.to_owned(),
        account.as_ref().and_then(|a| a.password_hash.clone()),
    );
    let right = tokio::task::spawn_blocking(move || password::verify(&typed, hash.as_deref()))
        .await
        .unwrap_or(false);
    let Some(account) = account else {
        app.strangers().count(&login, app.clock().now());
        return Err(wrong().into());
    };
    let actor = Actor {
        account: account.id.clone(),
        name: account.name.clone(),
        ..Actor::default()
    };
    if !right || account.disabled {
        app.execute(&actor, CountFailure { account }).await?;
        return Err(wrong().into());
    }
    let hours = app.config().session_hours;
    app.execute(&actor, Open { account, hours }).await
}

/// Ends the session, or every session of the account.
pub struct SignOut {
    /// SHA-256 of the cookie.
    pub token_hash: String,
    /// Everywhere.
    pub everywhere: bool,
}

impl UseCase for SignOut {
    type Out = ();
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        if self.everywhere {
            rows::end_sessions(tx, &ctx.organization, &ctx.actor.account).await?;
        } else {
            rows::end_session(tx, &ctx.organization, &self.token_hash).await?;
        }
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new("account.sign_out", "session", "")
            .with(serde_json::json!({ "everywhere": self.everywhere }))
    }
}

/// Sets one's own password; every other session of the account ends (AU-11).
pub struct SetPassword {
    /// Hash of the new password, worked out before.
    pub hash: String,
}

impl UseCase for SetPassword {
    type Out = ();
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        rows::set_password(tx, &ctx.organization, &ctx.actor.account, &self.hash).await?;
        rows::end_sessions(tx, &ctx.organization, &ctx.actor.account).await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new("account.set_password", "account", "")
    }
}

/// Sets the actor's password after checking the new one and, where there is one, the old one.
///
/// # Errors
/// `problem.password_…`, `problem.sign_in_wrong`.
pub async fn set_password(app: &App, actor: &Actor, old: &str, new: &str) -> Result<()> {
    let account = app.query(actor, OwnAccount).await?;
    password::check(new, &[&account.login, &account.name, "jiannuo", "dangyuan"])?;
    if let Some(hash) = account.password_hash.clone() {
        let old = old.to_owned();
        let right = tokio::task::spawn_blocking(move || password::verify(&old, Some(&hash)))
            .await
            .unwrap_or(false);
        if !right {
            app.execute(actor, CountFailure { account }).await?;
            return Err(Problem::invalid("problem.sign_in_wrong")
                .on("old_password")
                .into());
        }
    }
    let mut salt = [0; 32];
    fill_random(&mut salt);
    let new = new.to_owned();
    let hash = tokio::task::spawn_blocking(move || password::hash(&new, &salt))
        .await
        .unwrap_or_default();
    if hash.is_empty() {
        return Err(store::Error::Bug("argon2 gave no hash".to_owned()).into());
    }
    app.execute(actor, SetPassword { hash }).await
}

/// The actor's own account.
pub struct OwnAccount;

impl Query for OwnAccount {
    type Out = Account;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Account> {
        let own = rows::by_id(tx, &ctx.organization, &ctx.actor.account).await?;
        Ok(own.ok_or_else(|| Problem::not_found("problem.not_found"))?)
    }
}

/// Makes an account and grants its roles inside another act.
///
/// # Errors
/// A refusal when the login is taken.
pub async fn make_account(
    ctx: &Ctx,
    tx: &mut Tx,
    login: &str,
    name: &str,
    person: Option<&str>,
    grants: &[(Role, Option<&str>)],
) -> Result<String> {
    if rows::by_login(tx, &ctx.organization, login).await?.is_some() {
        return Err(Problem::conflict("problem.login_taken")
            .on("login")
            .with("login", login)
            .into());
    }
    let account = Account {
        id: ctx.id(),
        person_id: person.map(Into::into),
        login: login.to_owned(),
        name: name.to_owned(),
        password_hash: None,
        disabled: false,
        failures: 0,
        slowed_until: 0,
    };
    rows::add(tx, &ctx.organization, &account, ctx.now).await?;
    for (role, unit) in grants {
        add_grant(ctx, tx, &account.id, *role, *unit).await?;
    }
    Ok(account.id)
}

/// Grants a role inside another act; an equal grant in force is left as it is.
///
/// # Errors
/// `problem.three_administrators` when an administrator would hold a second role.
pub async fn add_grant(ctx: &Ctx, tx: &mut Tx, account: &str, role: Role, unit: Option<&str>) -> Result<()> {
    let held = rows::roles(tx, &ctx.organization, account).await?;
    if held
        .iter()
        .any(|g| g.role == role.name() && g.unit_id.as_deref() == unit)
    {
        return Ok(());
    }
    let roles: Vec<Role> = held.iter().filter_map(|g| Role::from_name(&g.role)).collect();
    may_add(&roles, role)?;
    let grant = RoleGrant {
        id: ctx.id(),
        account_id: account.to_owned(),
        role: role.name().to_owned(),
        unit_id: unit.map(Into::into),
    };
    rows::grant(tx, &ctx.organization, &grant, &ctx.actor.account, ctx.now).await?;
    Ok(())
}
