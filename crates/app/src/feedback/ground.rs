//! What somebody speaks about, and what stands around the form.

use super::{PublicFeedback, Subject};
use crate::campaign::{self, RunningCampaign};
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::survey::{Place, places};
use domain::problem::Problem;
use store::Tx;
use store::feedback::{self as rows, About};

/// What somebody speaks about.
#[derive(Clone, Debug)]
pub struct Ground {
    /// The campaign.
    pub campaign: RunningCampaign,
    /// The branch.
    pub place: Place,
    /// The pledge, if one is meant.
    pub subject: Option<Subject>,
}

/// Asks for the branch and pledge somebody wants to speak about: all that sending a form needs.
pub struct FindGround {
    /// The branch.
    pub unit: String,
    /// The pledge.
    pub pledge: Option<String>,
}

impl Query for FindGround {
    type Out = Ground;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Ground> {
        let missing = || Error::from(Problem::not_found("problem.not_found"));
        let org = &ctx.organization;
        let meant = match &self.pledge {
            Some(pledge) => store::pledge::by_id(tx, org, pledge).await?,
            None => None,
        };
        // A promise is spoken about for as long as it is public, whatever campaign runs by then (N12).
        let campaign = match meant {
            Some(pledge) => campaign::by_id(ctx, tx, &pledge.campaign_id).await?,
            None => campaign::shown(ctx, tx).await?.ok_or_else(missing)?,
        };
        let unit = store::organization::unit(tx, org, &self.unit).await?;
        // A person may promise where the unit itself does not: what he promised is spoken about all the same.
        let place = match (&self.pledge, unit) {
            (Some(_), Some(unit)) => Place {
                id: unit.id,
                name: unit.name,
            },
            (_, unit) => places(&campaign, unit.into_iter().collect())
                .pop()
                .ok_or_else(missing)?,
        };
        let subject = match &self.pledge {
            Some(pledge) => {
                let found = rows::subject(tx, org, &campaign.id, &place.id, pledge).await?;
                Some(found.ok_or_else(missing)?)
            }
            None => None,
        };
        Ok(Ground {
            campaign,
            place,
            subject,
        })
    }
}

/// What stands around the form: what else may be spoken about, and what others said.
#[derive(Clone, Debug)]
pub struct Around {
    /// The published pledges of the branch; empty when one is meant.
    pub subjects: Vec<Subject>,
    /// Replies published last about this branch or pledge.
    pub published: Vec<PublicFeedback>,
    /// Grades by how many, nothing while fewer than five spoke.
    pub grades: Vec<(i64, i64)>,
}

/// Asks what stands around the form about a ground.
pub struct FindAround {
    /// The campaign.
    pub campaign: String,
    /// The branch.
    pub unit: String,
    /// The pledge.
    pub pledge: Option<String>,
}

impl FindAround {
    /// About a ground found before.
    pub fn of(ground: &Ground) -> FindAround {
        FindAround {
            campaign: ground.campaign.id.clone(),
            unit: ground.place.id.clone(),
            pledge: ground.subject.as_ref().map(|s| s.id.clone()),
        }
    }
}

impl Query for FindAround {
    type Out = Around;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Around> {
        let (org, campaign, unit) = (&ctx.organization, &self.campaign, &self.unit);
        if let Some(pledge) = &self.pledge {
            return Ok(Around {
                subjects: Vec::new(),
                published: rows::published_of(tx, org, pledge).await?,
                grades: rows::grades(tx, org, About::Pledge(pledge)).await?,
            });
        }
        Ok(Around {
            subjects: rows::subjects(tx, org, campaign, unit).await?,
            published: rows::published(tx, org, campaign, unit, 5).await?,
            grades: rows::grades(tx, org, About::Unit { campaign, unit }).await?,
        })
    }
}
