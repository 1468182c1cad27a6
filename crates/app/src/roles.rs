//! The security administrator's side: who is granted what (AZ-07, AZ-10). Effects are immediate, because every
//! request reads the grants anew.

use crate::account::add_grant;
use crate::accounts::others_holding;
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::access::{Permission, Role, may_add, may_remove, unit_fits};
use domain::problem::Problem;
use serde::{Deserialize, Serialize};
use store::Tx;
use store::account::{self as rows, GrantLine};
use store::organization::Unit;

/// The setting that keeps what the last roster proposes.
const PROPOSALS: &str = "role_proposals";

/// A role that the roster says somebody has: it is granted by the security administrator, not by the office
/// that reads the roster in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Who.
    pub person: String,
    /// His name.
    pub name: String,
    /// Which role.
    pub role: Role,
    /// For which unit.
    pub unit: String,
    /// Its name.
    pub unit_name: String,
}

/// Everything a page of roles shows.
#[derive(Clone, Debug, Default)]
pub struct Granted {
    /// Grants in force but those of participants.
    pub grants: Vec<GrantLine>,
    /// What the roster proposes and is not granted yet.
    pub proposals: Vec<Proposal>,
    /// Units that a role can be limited to.
    pub units: Vec<Unit>,
    /// Roles that a review route of the running campaign asks and nobody holds.
    pub unheld: Vec<Role>,
}

/// Lists grants and proposals.
pub struct ListGrants;

impl Query for ListGrants {
    type Out = Granted;
    fn needs(&self) -> Need {
        Need::Permission(Permission::GrantRoles)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Granted> {
        let unheld = match crate::campaign::current(ctx, tx).await? {
            Some(campaign) => crate::review::unheld(ctx, tx, &campaign).await?,
            None => Vec::new(),
        };
        Ok(Granted {
            unheld,
            grants: rows::grant_lines(tx, &ctx.organization, Role::Participant.name()).await?,
            proposals: open_proposals(ctx, tx).await?,
            units: store::organization::units(tx, &ctx.organization).await?,
        })
    }
}

/// What the roster proposes and is not granted yet.
pub(crate) async fn open_proposals(ctx: &Ctx, tx: &mut Tx) -> Result<Vec<Proposal>> {
    let kept = store::setting::get(tx, &ctx.organization, PROPOSALS).await?;
    let all: Vec<Proposal> = kept
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    still_open(ctx, tx, all).await
}

/// Of proposals those that somebody here can be granted and is not yet.
async fn still_open(ctx: &Ctx, tx: &mut Tx, all: Vec<Proposal>) -> Result<Vec<Proposal>> {
    let mut open = Vec::new();
    let ended = store::organization::endings(tx, &ctx.organization).await?;
    let lasts = |p: &Proposal| ended.iter().all(|e| e.id != p.unit);
    for proposal in all.into_iter().filter(lasts) {
        let Some(account) = rows::of_person(tx, &ctx.organization, &proposal.person).await? else {
            continue;
        };
        if account.disabled {
            continue;
        }
        let held = rows::roles(tx, &ctx.organization, &account.id).await?;
        let same = |g: &rows::RoleGrant| {
            g.role == proposal.role.name() && g.unit_id.as_deref() == Some(&proposal.unit)
        };
        if !held.iter().any(same) {
            open.push(proposal);
        }
    }
    Ok(open)
}

/// Keeps what a roster proposes for the security administrator and says how much is new. Nobody else grants it: who
/// runs the command on the server may not hand out roles either (PRODUCT.md section 1).
pub(crate) async fn propose(ctx: &Ctx, tx: &mut Tx, proposals: &[Proposal]) -> Result<usize> {
    let mut all = open_proposals(ctx, tx).await?;
    all.retain(|old| !proposals.contains(old));
    all.extend_from_slice(proposals);
    let open = still_open(ctx, tx, all).await?;
    if !open.is_empty() {
        let text = serde_json::to_string(&open).map_err(Error::bug)?;
        store::setting::put(tx, &ctx.organization, PROPOSALS, &text).await?;
    }
    Ok(open.len())
}

/// Grants proposals; somebody who is an administrator is left out, as he may hold nothing else.
async fn grant_all(ctx: &Ctx, tx: &mut Tx, proposals: &[Proposal]) -> Result<()> {
    for proposal in proposals {
        let Some(account) = rows::of_person(tx, &ctx.organization, &proposal.person).await? else {
            continue;
        };
        let held = rows::roles(tx, &ctx.organization, &account.id).await?;
        let roles: Vec<Role> = held.iter().filter_map(|g| Role::from_name(&g.role)).collect();
        if may_add(&roles, proposal.role).is_ok() {
            add_grant(ctx, tx, &account.id, proposal.role, Some(&proposal.unit)).await?;
        }
    }
    Ok(())
}

/// Grants everything the roster proposes.
pub struct GrantProposed;

impl UseCase for GrantProposed {
    type Out = Vec<Proposal>;
    fn needs(&self) -> Need {
        Need::Permission(Permission::GrantRoles)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Vec<Proposal>> {
        let open = open_proposals(ctx, tx).await?;
        grant_all(ctx, tx, &open).await?;
        Ok(open)
    }
    fn event(&self, out: &Vec<Proposal>) -> Event {
        let granted: Vec<_> = out
            .iter()
            .map(|p| serde_json::json!([p.name, p.role, p.unit_name]))
            .collect();
        Event::new("role.grant_proposed", "organization", "").with(serde_json::json!({ "granted": granted }))
    }
}

/// Grants a role to an account.
pub struct GrantRole {
    /// The account's login.
    pub login: String,
    /// Identifier of the role.
    pub role: String,
    /// The unit; empty for the whole organisation.
    pub unit: String,
}

impl UseCase for GrantRole {
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::GrantRoles)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        let role =
            Role::from_name(&self.role).ok_or_else(|| Problem::invalid("problem.grant.role").on("role"))?;
        let unit = Some(self.unit.as_str()).filter(|u| !u.is_empty());
        unit_fits(role, unit)?;
        if let Some(unit) = unit
            && store::organization::unit(tx, &ctx.organization, unit)
                .await?
                .is_none()
        {
            return Err(Problem::invalid("problem.grant.unit_missing").on("unit").into());
        }
        let account = rows::by_login(tx, &ctx.organization, self.login.trim()).await?;
        let account = account.ok_or_else(|| Problem::invalid("problem.grant.login").on("login"))?;
        add_grant(ctx, tx, &account.id, role, unit).await?;
        Ok(account.id)
    }
    fn event(&self, account: &String) -> Event {
        Event::new("role.grant", "account", account)
            .with(serde_json::json!({ "login": self.login, "role": self.role, "unit": self.unit }))
    }
}

/// Takes a role back.
pub struct RevokeRole {
    /// The grant.
    pub grant: String,
}

impl UseCase for RevokeRole {
    type Out = rows::RoleGrant;
    fn needs(&self) -> Need {
        Need::Permission(Permission::GrantRoles)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<rows::RoleGrant> {
        let missing = || Problem::not_found("problem.not_found");
        let grant = rows::grant_by_id(tx, &ctx.organization, &self.grant)
            .await?
            .ok_or_else(missing)?;
        if let Some(role) = Role::from_name(&grant.role).filter(|r| r.is_administrator()) {
            may_remove(role, others_holding(ctx, tx, role, &grant.account_id).await?)?;
        }
        if rows::revoke(tx, &ctx.organization, &grant.id, ctx.now).await? == 0 {
            return Err(missing().into());
        }
        Ok(grant)
    }
    fn event(&self, out: &rows::RoleGrant) -> Event {
        Event::new("role.revoke", "account", &out.account_id)
            .with(serde_json::json!({ "role": out.role, "unit": out.unit_id }))
    }
}
