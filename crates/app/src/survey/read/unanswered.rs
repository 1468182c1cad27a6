//! What still waits: demands without an answer, opinions that are in no demand. Nothing gets lost (N7).

use super::*;
use store::demand::DemandClaim;

/// A demand without an answer.
#[derive(Clone, Debug)]
pub struct WaitingDemand {
    /// The demand.
    pub demand: Demand,
    /// Name of the branch; empty for the whole house.
    pub place: String,
    /// Who has taken it up and has not yet answered it.
    pub claims: Vec<DemandClaim>,
    /// Days since it was written down.
    pub days: i32,
}

/// Where everything that was heard has gone; the parts of each sum add up to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Opinions.
    pub opinions: usize,
    /// Of these, in a demand.
    pub merged: usize,
    /// Set aside with a reason.
    pub aside: usize,
    /// In no demand yet.
    pub loose: usize,
    /// Demands.
    pub demands: usize,
    /// Of these, answered by a confirmed item.
    pub answered: usize,
    /// Not taken up, for a public reason.
    pub declined: usize,
    /// Taken up by somebody whose item is not confirmed yet.
    pub claimed: usize,
    /// Taken up by nobody.
    pub waiting: usize,
}

/// What still waits in the reader's reach.
#[derive(Clone, Debug)]
pub struct Unanswered {
    /// The sums.
    pub tally: Tally,
    /// Demands nobody has taken up, those of most voices first.
    pub waiting: Vec<WaitingDemand>,
    /// Demands somebody has taken up and not yet answered.
    pub claimed: Vec<WaitingDemand>,
    /// Opinions in no demand.
    pub loose: Vec<Opinion>,
    /// Until when commitments are proposed.
    pub until: Option<jiff::civil::Date>,
}

/// Asks for what still waits.
pub struct ReadUnanswered;

impl Query for ReadUnanswered {
    type Out = Unanswered;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageDemands)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Unanswered> {
        let desk = ReadDesk::default().run(ctx, tx).await?;
        let claims = rows::claims(tx, &ctx.organization, &desk.campaign.id).await?;
        let mut tally = Tally {
            opinions: desk.opinions.len(),
            demands: desk.demands.len(),
            ..Tally::default()
        };
        let mut loose = Vec::new();
        for opinion in &desk.opinions {
            match (opinion.set_aside.is_empty(), &opinion.demand_id) {
                (false, _) => tally.aside += 1,
                (true, Some(_)) => tally.merged += 1,
                (true, None) => loose.push(opinion.clone()),
            }
        }
        tally.loose = loose.len();
        let (mut waiting, mut claimed) = (Vec::new(), Vec::new());
        for demand in &desk.demands {
            if DemandFilter::Declined.takes(demand) {
                tally.declined += 1;
                continue;
            }
            if DemandFilter::Answered.takes(demand) {
                tally.answered += 1;
                continue;
            }
            let of = claims.iter().filter(|c| c.demand_id == demand.id);
            let line = WaitingDemand {
                place: desk.place(demand.unit_id.as_deref()).to_owned(),
                claims: of.cloned().collect(),
                days: domain::time::days_between(ctx.date_of(demand.made_at), ctx.today),
                demand: demand.clone(),
            };
            if line.claims.is_empty() {
                waiting.push(line);
            } else {
                claimed.push(line);
            }
        }
        (tally.waiting, tally.claimed) = (waiting.len(), claimed.len());
        let window = desk
            .campaign
            .window(domain::campaign::GatedAct::Propose, ctx.today);
        Ok(Unanswered {
            until: window.and_then(|w| w.ends_on),
            tally,
            waiting,
            claimed,
            loose,
        })
    }
}
