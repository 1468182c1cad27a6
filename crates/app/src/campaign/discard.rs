//! Throwing away a campaign that never began: drafted by mistake, or with the wrong template.

use super::acts::row;
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Permission, Scope};
use domain::campaign::CampaignState;
use domain::problem::Problem;
use store::Tx;
use store::campaign as rows;

/// Throws a draft away. Nothing was filed in it and nobody but the office has seen it; the audit log keeps its title.
pub struct DiscardCampaign {
    /// The campaign.
    pub id: String,
}

impl UseCase for DiscardCampaign {
    /// The title it had.
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageCampaign)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        ctx.require(Permission::ManageCampaign, Scope::Organization)?;
        let row = row(ctx, tx, &self.id).await?;
        CampaignState::from_name(&row.state)
            .unwrap_or(CampaignState::Closed)
            .discard()?;
        // Whoever starts it at this very moment wins: the row is a draft no more.
        if rows::discard(tx, &ctx.organization, &row.id).await? == 0 {
            return Err(Problem::conflict("campaign.not_draft").into());
        }
        Ok(row.title)
    }
    fn event(&self, title: &String) -> Event {
        Event::new("campaign.discard", "campaign", &self.id).with(serde_json::json!({ "title": title }))
    }
}
