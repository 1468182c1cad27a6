//! The round of reviews, unit by unit.

use super::*;

/// How the round stands in one branch, or for all branches' own pledges together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitRound {
    /// The branch; empty for the pledges of the branches themselves.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// Handed in and not taken back.
    pub handed_in: usize,
    /// Confirmed as a whole, published ones included.
    pub confirmed: usize,
    /// With their authors.
    pub returned: usize,
    /// Waiting for somebody.
    pub waiting: usize,
    /// Days the oldest one waits.
    pub oldest: i32,
    /// Who has to decide now.
    pub reviewers: Vec<String>,
    /// Decisions taken in it.
    pub decided: i64,
    /// Decisions that returned something.
    pub returns: i64,
    /// Hours from handing in to a decision, on average over the decisions.
    pub hours: i64,
}

/// Asks how the round stands in the units the actor may see.
pub struct FindRound;

impl Query for FindRound {
    type Out = Vec<UnitRound>;

    fn needs(&self) -> Need {
        Need::SignedIn
    }

    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Vec<UnitRound>> {
        if !may(&ctx.actor, Permission::ViewWorkbench, Scope::Any) {
            reviewer(ctx)?;
        }
        let Some(mut desk) = Desk::open(ctx, tx).await? else {
            return Ok(Vec::new());
        };
        let matters = desk.in_reach(ctx, tx).await?;
        let mut all: Vec<UnitRound> = Vec::new();
        for matter in &matters {
            let of_unit = matter.row.person_id.is_none();
            let unit = if of_unit { "" } else { matter.row.unit_id.as_str() };
            if !all.iter().any(|r| r.unit == unit) {
                all.push(UnitRound {
                    unit: unit.to_owned(),
                    name: desk.unit_name(unit).to_owned(),
                    ..UnitRound::default()
                });
            }
            if let Some(round) = all.iter_mut().find(|r| r.unit == unit) {
                add(ctx, &desk, round, matter);
            }
        }
        for row in store::review::decisions_by_unit(tx, &ctx.organization, &desk.campaign.id).await? {
            let unit = if row.pledger == "branch" {
                ""
            } else {
                row.unit_id.as_str()
            };
            if let Some(round) = all.iter_mut().find(|r| r.unit == unit) {
                round.decided += row.decided;
                round.returns += row.returned;
                round.hours += row.waited / 3_600_000_000;
            }
        }
        for round in &mut all {
            round.hours = round.hours.checked_div(round.decided).unwrap_or(0);
        }
        // In the order of the branches: nobody is ranked.
        all.sort_by_key(|r| (!r.unit.is_empty(), desk.place_of(&r.unit)));
        Ok(all)
    }
}

fn add(ctx: &Ctx, desk: &Desk, round: &mut UnitRound, matter: &Matter) {
    match matter.pledge.state {
        PledgeState::Draft { .. } => return,
        PledgeState::Submitted { .. } => {
            round.waiting += 1;
            let waited = days_between(ctx.date_of(matter.row.submitted_at), ctx.today).max(0);
            round.oldest = round.oldest.max(waited);
            let names = matter
                .waiting()
                .map(|(_, step)| desk.names_of(step))
                .unwrap_or_default();
            for name in names {
                if !round.reviewers.contains(&name) {
                    round.reviewers.push(name);
                }
            }
        }
        PledgeState::Returned { .. } => round.returned += 1,
        PledgeState::Confirmed { .. } | PledgeState::Published { .. } | PledgeState::Withdrawn { .. } => {
            round.confirmed += 1;
        }
    }
    round.handed_in += 1;
}
