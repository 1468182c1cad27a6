//! A campaign as the office sees it, with what would keep it from going well.

use super::again::{AskedAgain, asked_again};
use super::{RunningCampaign, by_id};
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Permission, Role};
use domain::campaign::CampaignState;
use domain::organization::UnitKind;
use store::Tx;
use store::campaign::{self as rows, StageExtension};

/// What keeps units from the pledge a campaign asks of them (N3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    /// Kinds of units that shall pledge, of which the tree has none.
    pub kinds: Vec<UnitKind>,
    /// Units that shall pledge and have nobody who writes their form, by name.
    pub without_writer: Vec<String>,
}

async fn gaps(ctx: &Ctx, tx: &mut Tx, campaign: &RunningCampaign) -> Result<Gaps> {
    if campaign.state == CampaignState::Closed {
        return Ok(Gaps::default());
    }
    let units = store::organization::units(tx, &ctx.organization).await?;
    let holders = store::review::role_holders(tx, &ctx.organization).await?;
    let writes = |unit: &str| {
        let mut all = holders.iter().filter(|h| h.role == Role::BranchSecretary.name());
        all.any(|h| h.unit_id.as_deref().is_none_or(|of| of == unit))
    };
    let must = &campaign.template.scope.must_units;
    let of = |kind: UnitKind| units.iter().filter(move |u| u.kind == kind.name());
    let without = must.iter().flat_map(|kind| of(*kind)).filter(|u| !writes(&u.id));
    Ok(Gaps {
        without_writer: without.map(|u| u.name.clone()).collect(),
        kinds: must.iter().copied().filter(|k| of(*k).next().is_none()).collect(),
    })
}

/// A campaign as the office sees it.
#[derive(Clone, Debug)]
pub struct CampaignFile {
    /// The campaign.
    pub campaign: RunningCampaign,
    /// The template's text, as kept.
    pub toml: String,
    /// Its extensions with who and when.
    pub extensions: Vec<StageExtension>,
    /// Other campaigns of this year that ask the same people the same things.
    pub again: Vec<AskedAgain>,
    /// Who is asked for a pledge and cannot write one, while the campaign is not closed.
    pub gaps: Gaps,
}

/// Asks for one campaign.
pub struct ReadCampaign {
    /// Its id.
    pub id: String,
}

impl Query for ReadCampaign {
    type Out = CampaignFile;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageCampaign)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<CampaignFile> {
        let campaign = by_id(ctx, tx, &self.id).await?;
        Ok(CampaignFile {
            toml: rows::template(tx, &ctx.organization, &self.id).await?,
            extensions: rows::extensions(tx, &ctx.organization, &self.id).await?,
            again: asked_again(ctx, tx, &campaign).await?,
            gaps: gaps(ctx, tx, &campaign).await?,
            campaign,
        })
    }
}
