//! What a reviewer decided, page by page.

use super::reviewer;
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::review::Desk;
use store::Tx;

/// What the actor decided, a page of it.
#[derive(Clone, Debug)]
pub struct DecidedList {
    /// Newest first: the decision and the name of the person or unit.
    pub list: Vec<(store::review::Decided, String)>,
    /// How many there are.
    pub total: i64,
}

/// Asks for what the actor decided.
pub struct FindDecided {
    /// From 0.
    pub page: i64,
}

impl FindDecided {
    /// Rows on a page.
    pub const PAGE: i64 = 50;
}

impl Query for FindDecided {
    type Out = DecidedList;

    fn needs(&self) -> Need {
        Need::SignedIn
    }

    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<DecidedList> {
        reviewer(ctx)?;
        let Some(desk) = Desk::open(ctx, tx).await? else {
            return Ok(DecidedList {
                list: Vec::new(),
                total: 0,
            });
        };
        let (org, campaign, account) = (&ctx.organization, &desk.campaign.id, &ctx.actor.account);
        let from = self.page.clamp(0, 100_000) * Self::PAGE;
        let rows = store::review::decided_by(tx, org, campaign, account, Self::PAGE, from).await?;
        let total = store::review::count_decided_by(tx, org, campaign, account).await?;
        let named = rows.into_iter().map(|row| {
            let name = if row.name.is_empty() {
                desk.unit_name(&row.unit_id)
            } else {
                &row.name
            };
            let name = name.to_owned();
            (row, name)
        });
        Ok(DecidedList {
            list: named.collect(),
            total,
        })
    }
}
