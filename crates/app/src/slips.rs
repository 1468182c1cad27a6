//! Sign-in slips for a branch: how people without a password come in (N10; screen 26).

use crate::account::{SLIP_DAYS, require_slip, write_slip};
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::access::{Permission, Scope, may};
use domain::ids::ReceiptCode;
use domain::problem::Problem;
use store::Tx;
use store::account as rows;
pub use store::account::Member;
use store::organization;
pub use store::organization::Unit;

/// The branches the actor may write slips for.
pub struct SlipBranches;

impl Query for SlipBranches {
    type Out = Vec<Unit>;
    fn needs(&self) -> Need {
        Need::Permission(Permission::IssueSlip)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Vec<Unit>> {
        let mut units = organization::units(tx, &ctx.organization).await?;
        units.retain(|u| may(&ctx.actor, Permission::IssueSlip, Scope::Unit(&u.id)));
        Ok(units)
    }
}

/// A branch's accounts, with what became of their last slip.
pub struct SlipList {
    /// The branch.
    pub unit: String,
}

impl Query for SlipList {
    type Out = Vec<Member>;
    fn needs(&self) -> Need {
        Need::Permission(Permission::IssueSlip)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Vec<Member>> {
        ctx.require(Permission::IssueSlip, Scope::Unit(&self.unit))?;
        Ok(rows::members(tx, &ctx.organization, &self.unit).await?)
    }
}

/// A slip as it is printed.
#[derive(Clone, Debug)]
pub struct Issued {
    /// Name.
    pub name: String,
    /// Login, to set a password later.
    pub login: String,
    /// The code; it exists here and on the paper.
    pub code: ReceiptCode,
}

/// What came of writing slips.
#[derive(Clone, Debug, Default)]
pub struct IssuedSlips {
    /// The slips.
    pub slips: Vec<Issued>,
    /// Names of those whose slip has to come from somebody else, because their account may do more.
    pub withheld: Vec<String>,
    /// Last day they are good, microseconds UTC.
    pub ends_at: i64,
}

/// Writes slips for people of a branch. Earlier unused ones of the same people die.
pub struct IssueSlips {
    /// The branch.
    pub unit: String,
    /// Accounts.
    pub accounts: Vec<String>,
}

impl UseCase for IssueSlips {
    type Out = IssuedSlips;
    fn needs(&self) -> Need {
        Need::Permission(Permission::IssueSlip)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<IssuedSlips> {
        ctx.require(Permission::IssueSlip, Scope::Unit(&self.unit))?;
        let members = rows::members(tx, &ctx.organization, &self.unit).await?;
        let ends_at = ctx.now + SLIP_DAYS * 24 * 60 * 60 * 1_000_000;
        let mut out = IssuedSlips {
            ends_at,
            ..IssuedSlips::default()
        };
        for member in members.iter().filter(|m| self.accounts.contains(&m.id)) {
            let Some(account) = rows::by_id(tx, &ctx.organization, &member.id).await? else {
                continue;
            };
            match require_slip(ctx, tx, &account).await {
                Ok(()) => {}
                Err(Error::Refused(_)) => {
                    out.withheld.push(member.name.clone());
                    continue;
                }
                Err(other) => return Err(other),
            }
            let code = write_slip(ctx, tx, &account.id, "sign_in", SLIP_DAYS).await?;
            out.slips.push(Issued {
                name: member.name.clone(),
                login: member.login.clone(),
                code,
            });
        }
        if out.slips.is_empty() {
            let key = if out.withheld.is_empty() {
                "problem.slips.nobody"
            } else {
                "problem.slips.all_withheld"
            };
            return Err(Problem::invalid(key).on("account").into());
        }
        Ok(out)
    }
    fn event(&self, out: &IssuedSlips) -> Event {
        let names: Vec<&str> = out.slips.iter().map(|s| s.login.as_str()).collect();
        Event::new("account.issue_slips", "unit", &self.unit).with(serde_json::json!({ "logins": names }))
    }
}
