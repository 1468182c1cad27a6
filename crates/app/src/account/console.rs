//! Who answers for what the command line does in somebody's name.

use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Actor, Grant, Role};
use domain::problem::Problem;
use store::Tx;
use store::account as rows;

/// Finds the account in whose name a command writes what no product may write by itself: its own roles decide, and the
/// audit trail names it. Nothing is proven, so what wants a proof stays refused.
///
/// # Errors
/// `problem.account.no_account` (arg `login`), `problem.account.disabled`.
pub struct FindActing {
    /// Its sign-in name.
    pub login: String,
}

impl Query for FindActing {
    type Out = Actor;
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Actor> {
        let (org, login) = (ctx.organization.as_str(), self.login.trim());
        let Some(account) = rows::by_login(tx, org, login).await? else {
            let none = Problem::not_found("problem.account.no_account");
            return Err(none.with("login", login).into());
        };
        if account.disabled {
            let closed = Problem::conflict("problem.account.disabled");
            return Err(closed.with("name", &account.name).into());
        }
        let grants = rows::roles(tx, org, &account.id).await?;
        let grant = |g: rows::RoleGrant| {
            let role = Role::from_name(&g.role)?;
            Some(Grant {
                role,
                unit: g.unit_id,
            })
        };
        let person = match &account.person_id {
            Some(id) => store::person::by_id(tx, org, id).await?,
            None => None,
        };
        let mut actor = Actor {
            account: account.id,
            person: account.person_id,
            name: account.name,
            unit: person.map(|p| p.unit_id),
            grants: grants.into_iter().filter_map(grant).collect(),
            ..Actor::default()
        };
        let endings = store::organization::endings(tx, org).await?;
        let endings: Vec<_> = endings.into_iter().map(|e| (e.id, e.successor_id)).collect();
        actor.inherit(&endings);
        Ok(actor)
    }
}
