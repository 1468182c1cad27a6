//! What became of demands, for the public.

use super::*;

/// A demand and what became of it, as strangers read it.
#[derive(Clone, Debug)]
pub struct FateRow {
    /// The demand.
    pub demand: Demand,
    /// Name of the branch; empty for the whole house.
    pub place: String,
    /// Published items that answer it, with the name of their branch.
    pub answers: Vec<(Answer, String)>,
    /// Branches that have taken it up, by themselves or by one of their members, and have not answered it in public yet.
    pub taken_up: Vec<String>,
}

/// Every public demand of the campaign and its fate (N7).
#[derive(Clone, Debug)]
pub struct PublicDemands {
    /// The campaign.
    pub campaign: Option<RunningCampaign>,
    /// The rows.
    pub rows: Vec<FateRow>,
}

/// Asks for the public demands; reads public demands and published items only.
pub struct ReadPublicDemands;

impl Query for ReadPublicDemands {
    type Out = PublicDemands;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<PublicDemands> {
        let Some(campaign) = campaign::shown(ctx, tx).await? else {
            return Ok(PublicDemands {
                campaign: None,
                rows: Vec::new(),
            });
        };
        let org = &ctx.organization;
        let demands = rows::public_demands(tx, org, &campaign.id).await?;
        let answers = rows::public_answers(tx, org, &campaign.id).await?;
        let claims = rows::claims(tx, org, &campaign.id).await?;
        let places = places(&campaign, store::organization::all_units(tx, org).await?);
        let name = |unit: &str| {
            places
                .iter()
                .find(|p| p.id == unit)
                .map(|p| p.name.clone())
                .unwrap_or_default()
        };
        let rows = demands
            .into_iter()
            .map(|d| FateRow {
                place: d.unit_id.as_deref().map(name).unwrap_or_default(),
                answers: answers
                    .iter()
                    .filter(|a| a.demand_id == d.id)
                    .map(|a| (a.clone(), name(&a.unit_id)))
                    .collect(),
                taken_up: taken_up(&claims, &d.id, &name),
                demand: d,
            })
            .collect();
        Ok(PublicDemands {
            campaign: Some(campaign),
            rows,
        })
    }
}

/// The branches behind the claims of a demand, each once; who of their people it was is nobody's business yet.
fn taken_up(claims: &[rows::DemandClaim], demand: &str, name: &impl Fn(&str) -> String) -> Vec<String> {
    let mut units: Vec<&str> = Vec::new();
    for claim in claims.iter().filter(|c| c.demand_id == demand) {
        if !units.contains(&claim.unit_id.as_str()) {
            units.push(&claim.unit_id);
        }
    }
    let names = units.into_iter().map(name);
    names.filter(|name| !name.is_empty()).collect()
}
