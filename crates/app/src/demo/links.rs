//! Whom the links are for that a demo prints.

use crate::App;
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Actor, Grant, Role};
use store::Tx;

/// Whether forms are being filed today, and who has handed his in.
async fn filers(ctx: &Ctx, tx: &mut Tx) -> Result<(bool, Vec<String>)> {
    let Some(campaign) = crate::campaign::current(ctx, tx).await? else {
        return Ok((false, Vec::new()));
    };
    let pledges = store::pledge::of_campaign(tx, &ctx.organization, &campaign.id).await?;
    let filed = pledges
        .into_iter()
        .filter(|p| p.state != "draft")
        .filter_map(|p| p.person_id)
        .collect();
    Ok((
        campaign.is_open(domain::campaign::GatedAct::Propose, ctx.today),
        filed,
    ))
}

/// Those who hold a role, as they could come in.
struct Candidates {
    role: Role,
}

/// Somebody a link could be for.
struct Candidate {
    actor: Actor,
    /// The branch he stands for.
    unit: Option<String>,
}

/// How many are asked for what they have to do before the first is taken as he is.
const ASKED: usize = 40;

/// Accounts for the links the demo prints: different branches where a role has one, no second role where there is
/// a choice, and somebody with something to do where there is anybody. `taken` have a link already: a second slip
/// would void the first.
///
/// # Errors
/// Whatever the database reports.
pub async fn for_links(app: &App, role: Role, wanted: usize, taken: &[String]) -> Result<Vec<String>> {
    let candidates = app.query(&Actor::machine(), Candidates { role }).await?;
    let free = candidates.iter().filter(|c| !taken.contains(&c.actor.account));
    let (mut found, mut idle): (Vec<&Candidate>, Vec<&Candidate>) = (Vec::new(), Vec::new());
    let fits = |found: &[&Candidate], c: &Candidate| {
        found
            .iter()
            .all(|f| f.actor.account != c.actor.account && (c.unit.is_none() || f.unit != c.unit))
    };
    for candidate in free.take(ASKED) {
        if found.len() == wanted {
            break;
        }
        if !fits(&found, candidate) {
            continue;
        }
        match app
            .query(&candidate.actor, crate::tasks::MyTasks)
            .await?
            .tasks
            .is_empty()
        {
            true => idle.push(candidate),
            false => found.push(candidate),
        }
    }
    for candidate in idle {
        if found.len() < wanted && fits(&found, candidate) {
            found.push(candidate);
        }
    }
    Ok(found.into_iter().map(|c| c.actor.account.clone()).collect())
}

impl Query for Candidates {
    type Out = Vec<Candidate>;
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Vec<Candidate>> {
        let all = store::account::all_roles(tx, &ctx.organization).await?;
        let people = store::person::all(tx, &ctx.organization, false).await?;
        let accounts = store::account::all(tx, &ctx.organization).await?;
        let others = |account: &str| {
            all.iter()
                .filter(|g| g.account_id == account && g.role != self.role.name())
                .count()
        };
        let unit = |account: &str| {
            let person = accounts.iter().find(|a| a.id == account)?.person_id.clone()?;
            people.iter().find(|p| p.id == person).map(|p| p.unit_id.clone())
        };
        let mut held: Vec<_> = all.iter().filter(|g| g.role == self.role.name()).collect();
        let (open, filed) = filers(ctx, tx).await?;
        // While forms are filed, the first to be shown is somebody who has not; afterwards, somebody who has.
        let wrong = |account: &str| {
            let person = accounts
                .iter()
                .find(|a| a.id == account)
                .and_then(|a| a.person_id.clone());
            self.role == Role::Participant && person.is_none_or(|p| filed.contains(&p) == open)
        };
        let login = |id: &str| accounts.iter().find(|a| a.id == id).map(|a| a.login.as_str());
        held.sort_by_key(|g| (others(&g.account_id), wrong(&g.account_id), login(&g.account_id)));
        let mut found = Vec::new();
        for grant in held {
            let Some(account) = accounts.iter().find(|a| a.id == grant.account_id) else {
                continue;
            };
            let grants = all.iter().filter(|g| g.account_id == account.id);
            let home = unit(&account.id);
            found.push(Candidate {
                unit: grant.unit_id.clone().or_else(|| home.clone()),
                actor: Actor {
                    looks_at: None,
                    inherited: Vec::new(),
                    account: account.id.clone(),
                    person: account.person_id.clone(),
                    name: account.name.clone(),
                    unit: home,
                    grants: grants
                        .filter_map(|g| {
                            Some(Grant {
                                role: Role::from_name(&g.role)?,
                                unit: g.unit_id.clone(),
                            })
                        })
                        .collect(),
                    machine: false,
                    proof: None,
                },
            });
        }
        Ok(found)
    }
}
