//! Slips: a code handed over on paper opens an account.

use super::*;

/// Comes in by a one-time slip.
pub struct SignInBySlip {
    /// The code as typed or as it stood in the link.
    pub code: String,
    /// Hours until the session ends.
    pub hours: i64,
}

impl UseCase for SignInBySlip {
    type Out = Opened;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Opened> {
        let refuse = || Problem::new(ProblemKind::Gone, "problem.slip_unknown").on("code");
        let hash = ReceiptCode::parse(self.code.as_str())
            .map_err(|_| refuse())?
            .stored_hash();
        let slip = rows::slip(tx, &ctx.organization, &hash)
            .await?
            .ok_or_else(refuse)?;
        if slip.ends_at < ctx.now || slip.used_at.is_some() || slip.purpose == "confirm" {
            return Err(refuse().into());
        }
        let account = rows::by_id(tx, &ctx.organization, &slip.account_id)
            .await?
            .ok_or_else(refuse)?;
        if account.disabled || !rows::use_slip(tx, &ctx.organization, &hash, ctx.now).await? {
            return Err(refuse().into());
        }
        open_session(ctx, tx, &account, self.hours, &slip.purpose).await
    }
    fn event(&self, out: &Opened) -> Event {
        Event::new("account.sign_in", "account", &out.account)
            .by(&out.account, &out.name)
            .with(serde_json::json!({ "by": "slip" }))
    }
}

/// Hands out a sign-in slip for an account (N10: the secretary's slip; conventions: set-up link).
pub struct IssueSlip {
    /// For whom.
    pub account: String,
    /// `sign_in`, `set_up`, `reset` or `confirm`.
    pub purpose: &'static str,
    /// Days it is good.
    pub days: i64,
}

impl UseCase for IssueSlip {
    type Out = ReceiptCode;
    fn needs(&self) -> Need {
        Need::Permission(Permission::IssueSlip)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<ReceiptCode> {
        let missing = || Problem::not_found("problem.not_found");
        let account = rows::by_id(tx, &ctx.organization, &self.account)
            .await?
            .ok_or_else(missing)?;
        let unit = match &account.person_id {
            Some(person) => store::person::by_id(tx, &ctx.organization, person)
                .await?
                .map(|p| p.unit_id),
            None => None,
        };
        let scope = unit.as_deref().map_or(Scope::Organization, Scope::Unit);
        ctx.require(Permission::IssueSlip, scope)?;
        require_slip(ctx, tx, &account).await?;
        write_slip(ctx, tx, &account.id, self.purpose, self.days).await
    }
    fn event(&self, _: &ReceiptCode) -> Event {
        Event::new("account.issue_slip", "account", &self.account)
            .with(serde_json::json!({ "purpose": self.purpose }))
    }
}

/// Refuses unless the actor may hand out a slip for this account: none may lead to more than its maker was
/// trusted with.
///
/// # Errors
/// `problem.account.slip_not_yours`, `problem.account.disabled`.
pub async fn require_slip(ctx: &Ctx, tx: &mut Tx, account: &Account) -> Result<()> {
    let held = rows::roles(tx, &ctx.organization, &account.id).await?;
    let roles: Vec<Role> = held.iter().filter_map(|g| Role::from_name(&g.role)).collect();
    if !may_hand_slip(&ctx.actor, &roles) {
        return Err(Problem::conflict("problem.account.slip_not_yours")
            .with("name", &account.name)
            .into());
    }
    if account.disabled {
        return Err(Problem::conflict("problem.account.disabled")
            .with("name", &account.name)
            .into());
    }
    Ok(())
}

/// Writes a slip for an account inside another act and returns its code.
///
/// # Errors
/// Whatever the database reports.
pub async fn write_slip(
    ctx: &Ctx,
    tx: &mut Tx,
    account: &str,
    purpose: &str,
    days: i64,
) -> Result<ReceiptCode> {
    let secret = ctx.secret();
    let mut bytes = [0; ReceiptCode::BYTES];
    bytes.copy_from_slice(&secret[..ReceiptCode::BYTES]);
    let code = ReceiptCode::from_random(bytes);
    let ends = ctx.now + days * 24 * 60 * MINUTE;
    let (org, by) = (&ctx.organization, &ctx.actor.account);
    rows::issue_slip(tx, org, &code.stored_hash(), account, purpose, by, ctx.now, ends).await?;
    Ok(code)
}

/// A sign-in link made at the server itself, for when nobody is left who could hand out a slip: none may be made
/// for the security and the audit administrator by anybody who holds less.
pub struct RescueSlip {
    /// What is typed at sign-in.
    pub login: String,
}

/// What came of a [`RescueSlip`].
#[derive(Clone, Debug)]
pub struct Rescued {
    /// The account.
    pub account: Account,
    /// What it may do.
    pub roles: Vec<Role>,
    /// The code; it exists here and on the screen.
    pub code: ReceiptCode,
    /// Last moment it is good, microseconds UTC.
    pub ends_at: i64,
}

impl UseCase for RescueSlip {
    type Out = Rescued;
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Rescued> {
        let org = ctx.organization.as_str();
        let Some(account) = rows::by_login(tx, org, self.login.trim()).await? else {
            return Err(Problem::not_found("problem.account.no_login")
                .with("login", self.login.trim())
                .with("known", administrators(ctx, tx).await?)
                .into());
        };
        if account.disabled {
            return Err(Problem::conflict("problem.account.disabled")
                .with("name", &account.name)
                .into());
        }
        let held = rows::roles(tx, org, &account.id).await?;
        let mut roles: Vec<Role> = held.iter().filter_map(|g| Role::from_name(&g.role)).collect();
        roles.sort_unstable();
        roles.dedup();
        let code = write_slip(ctx, tx, &account.id, "reset", RESCUE_DAYS).await?;
        Ok(Rescued {
            account,
            roles,
            code,
            ends_at: ctx.now + RESCUE_DAYS * 24 * 60 * MINUTE,
        })
    }
    fn event(&self, out: &Rescued) -> Event {
        Event::new("account.issue_slip", "account", &out.account.id)
            .with(serde_json::json!({ "purpose": "reset", "by": "command_line", "login": out.account.login }))
    }
}

/// Days a link made at the server is good.
const RESCUE_DAYS: i64 = 3;

/// The logins of those who run the house, for somebody who mistyped one.
async fn administrators(ctx: &Ctx, tx: &mut Tx) -> Result<String> {
    let mut logins = Vec::new();
    for role in [
        Role::SystemAdmin,
        Role::SecurityAdmin,
        Role::AuditAdmin,
        Role::CampaignOffice,
    ] {
        let held = rows::holders(tx, &ctx.organization, role.name(), None).await?;
        logins.extend(held.into_iter().map(|h| h.login));
    }
    logins.dedup();
    Ok(logins.join(", "))
}
