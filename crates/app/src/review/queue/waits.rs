//! How long pledges wait, by branch and by those who decide, and who may not decide on what. Both are lists in the order of
//! the branches: nobody is ranked.

use super::*;
use crate::review::Matter;
use domain::access::Role;
use std::collections::BTreeMap;

/// What waits in one branch for the same people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wait {
    /// Name of the branch; empty for the pledges of the branches themselves.
    pub unit: String,
    /// Identifier of the role that decides.
    pub role: String,
    /// Any one of them decides.
    pub reviewers: Vec<String>,
    /// Whole days each of them has waited at this step, the shortest first.
    pub days: Vec<i32>,
}

impl Wait {
    /// The median, in half days: of an even number of waits it lies between the middle two.
    #[must_use]
    pub fn median_halves(&self) -> i32 {
        let middle = |at: usize| self.days.get(at).copied().unwrap_or(0);
        let n = self.days.len();
        middle(n / 2) + middle(n.saturating_sub(1) / 2)
    }

    /// The longest, in days.
    #[must_use]
    pub fn longest(&self) -> i32 {
        self.days.last().copied().unwrap_or(0)
    }
}

/// Why somebody may not decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is his own pledge.
    Own,
    /// He is the secretary who answers for the branch's pledge.
    Answers,
    /// He writes the branch's form along.
    WritesAlong,
}

impl Why {
    /// The identifier as i18n keys (`review.why_…`) write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Answers => "answers",
            Self::WritesAlong => "writes_along",
        }
    }
}

/// Somebody the route of a pledge goes round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recused {
    /// His name.
    pub name: String,
    /// Identifiers of the roles in which he decides on others.
    pub roles: Vec<String>,
    /// The pledge.
    pub pledge: String,
    /// Whose it is: name of the person or of the unit.
    pub whose: String,
    /// Name of its branch.
    pub unit: String,
    /// Why.
    pub why: Why,
    /// Who decides: the names at each step of the route.
    pub instead: Vec<String>,
}

/// What the office is shown of the round.
#[derive(Clone, Debug, Default)]
pub struct Waits {
    /// What waits.
    pub waits: Vec<Wait>,
    /// Who may not decide on what was handed in.
    pub recused: Vec<Recused>,
    /// Roles that a route asks and nobody holds.
    pub unheld: Vec<Role>,
}

/// Asks how long pledges wait and who may not decide on what.
pub struct FindWaits;

impl Query for FindWaits {
    type Out = Waits;

    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageCampaign)
    }

    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Waits> {
        ctx.require(Permission::ManageCampaign, Scope::Organization)?;
        let Some(mut desk) = Desk::open(ctx, tx).await? else {
            return Ok(Waits::default());
        };
        let rows = store::review::handed_in(tx, &ctx.organization, &desk.campaign.id).await?;
        let arrivals = store::review::arrivals(tx, &ctx.organization, &desk.campaign.id).await?;
        let arrived = |row: &store::review::HandedIn| {
            let passed = arrivals
                .iter()
                .find(|a| a.pledge_id == row.id && a.round == row.round);
            passed.map_or(row.submitted_at, |a| a.at.max(row.submitted_at))
        };
        let mut waits: BTreeMap<(usize, usize, Vec<String>), Wait> = BTreeMap::new();
        let mut recused: Vec<(usize, Recused)> = Vec::new();
        for row in rows {
            let since = ctx.date_of(arrived(&row));
            let matter = desk.matter(row)?;
            let place = place(&desk, &matter);
            let at = desk.place_of(&matter.row.unit_id);
            recused.extend(recusals(&desk, &matter).into_iter().map(|r| (at, r)));
            let Some((step_at, step)) = matter.waiting() else {
                continue;
            };
            let names = desk.names_of(step);
            let wait = waits
                .entry((place, step_at, names.clone()))
                .or_insert_with(|| Wait {
                    unit: if place == 0 {
                        String::new()
                    } else {
                        desk.unit_name(&matter.row.unit_id).to_owned()
                    },
                    role: step.role.name().to_owned(),
                    reviewers: names,
                    days: Vec::new(),
                });
            wait.days.push(days_between(since, ctx.today).max(0));
        }
        let mut waits: Vec<Wait> = waits.into_values().collect();
        waits.iter_mut().for_each(|w| w.days.sort_unstable());
        recused.sort_by_key(|(at, _)| *at);
        Ok(Waits {
            waits,
            recused: recused.into_iter().map(|(_, r)| r).collect(),
            unheld: desk.unheld(),
        })
    }
}

/// The branches' own pledges first, then branch by branch in the order of the units.
fn place(desk: &Desk, matter: &Matter) -> usize {
    match matter.row.person_id {
        None => 0,
        Some(_) => desk.place_of(&matter.row.unit_id) + 1,
    }
}

fn recusals(desk: &Desk, matter: &Matter) -> Vec<Recused> {
    if matches!(matter.pledge.state, PledgeState::Draft { .. }) {
        return Vec::new();
    }
    let unit = desk.unit_name(&matter.row.unit_id).to_owned();
    let steps = matter.route.as_ref().map_or(&[][..], Vec::as_slice);
    let mut instead: Vec<String> = Vec::new();
    for name in steps.iter().flat_map(|s| desk.names_of(s)) {
        if !instead.contains(&name) {
            instead.push(name);
        }
    }
    let whose = match matter.row.name.as_str() {
        "" => unit.clone(),
        name => name.to_owned(),
    };
    let mut all: Vec<(domain::ids::PersonId, Recused)> = Vec::new();
    for (person, role) in desk.recused(matter) {
        let why = match (&matter.row.person_id, role) {
            (Some(_), _) => Why::Own,
            (None, Role::BranchSecretary) => Why::Answers,
            (None, _) if desk.writes_along(matter, &person) => Why::WritesAlong,
            (None, _) => Why::Answers,
        };
        let name = desk.name_of(&person).to_owned();
        if let Some((_, known)) = all.iter_mut().find(|(p, _)| *p == person) {
            known.roles.push(role.name().to_owned());
            continue;
        }
        let recused = Recused {
            name,
            roles: vec![role.name().to_owned()],
            pledge: matter.row.id.clone(),
            whose: whose.clone(),
            unit: unit.clone(),
            why,
            instead: instead.clone(),
        };
        all.push((person, recused));
    }
    all.into_iter().map(|(_, r)| r).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_none_one_two_and_three() {
        for (days, halves, longest) in [
            (vec![], 0, 0),
            (vec![4], 8, 4),
            (vec![1, 4], 5, 4),
            (vec![0, 1, 9], 2, 9),
            (vec![0, 2, 3, 9], 5, 9),
        ] {
            let wait = Wait {
                days,
                ..Wait::default()
            };
            assert_eq!(
                (wait.median_halves(), wait.longest()),
                (halves, longest),
                "{wait:?}"
            );
        }
    }
}
