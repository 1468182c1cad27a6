//! The system administrator's side of accounts: making, closing and resetting them. What an account may do is
//! granted by somebody else (see [`crate::roles`]).

use crate::account::{make_account, require_slip, write_slip};
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Permission, Role, may_remove};
use domain::ids::ReceiptCode;
use domain::problem::{Problem, Problems};
use domain::text::{TextRule, check_text};
use store::Tx;
use store::account::{self as rows, Account};

/// How many accounts a page shows.
pub const PAGE: i64 = 50;
/// Days a slip for a new or a reset account is good.
pub const RESET_DAYS: i64 = 3;

/// An account as the list shows it.
#[derive(Clone, Debug)]
pub struct AccountLine {
    /// The account.
    pub account: Account,
    /// What it was granted.
    pub roles: Vec<Role>,
}

/// Lists accounts by login.
pub struct ListAccounts {
    /// Part of login or name; empty for all.
    pub text: String,
    /// Only logins after this one.
    pub after: String,
}

impl Query for ListAccounts {
    /// The lines, and whether there are more.
    type Out = (Vec<AccountLine>, bool);
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageAccounts)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        let org = &ctx.organization;
        let text = Some(self.text.as_str()).filter(|t| !t.is_empty());
        let after = Some(self.after.as_str()).filter(|t| !t.is_empty());
        let mut found = rows::page(tx, org, text, after, PAGE + 1).await?;
        let most = usize::try_from(PAGE).unwrap_or(0);
        let more = found.len() > most;
        found.truncate(most);
        let mut lines = Vec::with_capacity(found.len());
        for account in found {
            let held = rows::roles(tx, org, &account.id).await?;
            let mut roles: Vec<Role> = held.iter().filter_map(|g| Role::from_name(&g.role)).collect();
            roles.dedup();
            lines.push(AccountLine { account, roles });
        }
        Ok((lines, more))
    }
}

/// Makes an account that belongs to nobody of the roster, without a password and without a role, and writes the
/// slip its owner comes in with.
pub struct MakeAccount {
    /// What is typed at sign-in: small letters, digits, `.`, `-`, `_`.
    pub login: String,
    /// Whose it is.
    pub name: String,
}

impl MakeAccount {
    fn check(&self) -> Result<(), Problems> {
        let mut problems = Problems::new();
        let mark = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
        if problems
            .note(check_text("login", &self.login, TextRule::line(40)))
            .is_some()
            && !self.login.chars().all(mark)
        {
            problems.push(Problem::invalid("problem.account.login_form").on("login"));
        }
        problems.note(check_text(
            "name",
            &self.name,
            TextRule::line(domain::organization::person::NAME_MAX),
        ));
        problems.or(())
    }
}

impl UseCase for MakeAccount {
    /// The account and its code, shown once.
    type Out = (String, ReceiptCode);
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageAccounts)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        self.check()?;
        let id = make_account(ctx, tx, &self.login, &self.name, None, &[]).await?;
        let code = write_slip(ctx, tx, &id, "set_up", RESET_DAYS).await?;
        Ok((id, code))
    }
    fn event(&self, (id, _): &Self::Out) -> Event {
        Event::new("account.make", "account", id)
            .with(serde_json::json!({ "login": self.login, "name": self.name }))
    }
}

async fn find(ctx: &Ctx, tx: &mut Tx, id: &str) -> Result<Account> {
    let found = rows::by_id(tx, &ctx.organization, id).await?;
    Ok(found.ok_or_else(|| Problem::not_found("problem.not_found"))?)
}

/// How many other accounts that can sign in hold a role.
pub(crate) async fn others_holding(ctx: &Ctx, tx: &mut Tx, role: Role, account: &str) -> Result<usize> {
    let holders = rows::holders(tx, &ctx.organization, role.name(), None).await?;
    Ok(holders.iter().filter(|h| h.id != account).count())
}

/// Closes an account or lets it in again. Closing ends its sessions at once (AU-11).
pub struct CloseAccount {
    /// Which.
    pub account: String,
    /// Closed, or open again.
    pub closed: bool,
}

impl UseCase for CloseAccount {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageAccounts)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let account = find(ctx, tx, &self.account).await?;
        if self.closed {
            if account.id == ctx.actor.account {
                return Err(Problem::conflict("problem.account.own").into());
            }
            for grant in rows::roles(tx, &ctx.organization, &account.id).await? {
                if let Some(role) = Role::from_name(&grant.role).filter(|r| r.is_administrator()) {
                    may_remove(role, others_holding(ctx, tx, role, &account.id).await?)?;
                }
            }
            rows::end_sessions(tx, &ctx.organization, &account.id).await?;
        }
        rows::set_disabled(tx, &ctx.organization, &account.id, self.closed).await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new(
            if self.closed {
                "account.close"
            } else {
                "account.open"
            },
            "account",
            &self.account,
        )
    }
}

/// Forgets an account's password, ends its sessions and writes a slip to set a new one.
pub struct ResetAccount {
    /// Which.
    pub account: String,
}

impl UseCase for ResetAccount {
    /// The account and its code, shown once.
    type Out = (Account, ReceiptCode);
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageAccounts)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        let account = find(ctx, tx, &self.account).await?;
        require_slip(ctx, tx, &account).await?;
        rows::clear_password(tx, &ctx.organization, &account.id).await?;
        rows::end_sessions(tx, &ctx.organization, &account.id).await?;
        let code = write_slip(ctx, tx, &account.id, "reset", RESET_DAYS).await?;
        Ok((account, code))
    }
    fn event(&self, _: &Self::Out) -> Event {
        Event::new("account.reset", "account", &self.account)
    }
}
