//! Everything public at once: for open data, the site map, feeds and programs.

use super::{DayTexts, has_page};
use crate::campaign::{self, RunningCampaign};
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use store::Tx;
use store::organization::Unit;
use store::public::{self as rows, DrawHead, Filter, Line, NoticeHead, Order};
use store::publication::PublicPledge;

/// The most lines one answer holds: the largest organisation of PRODUCT.md section 6 has fewer on one server.
pub const PAGE_MAX: i64 = 50_000;

/// Everything public.
#[derive(Clone, Debug, Default)]
pub struct Everything {
    /// The campaign; `None` while none has begun.
    pub campaign: Option<RunningCampaign>,
    /// Items.
    pub lines: Vec<Line>,
    /// Items in all.
    pub total: i64,
    /// Pledges.
    pub pledges: Vec<PublicPledge>,
    /// Branches.
    pub units: Vec<Unit>,
    /// Notices.
    pub notices: Vec<NoticeHead>,
    /// Draws, as far as anybody may check them.
    pub draws: Vec<DrawHead>,
}

/// Asks for everything public, or a page of it.
pub struct FindEverything {
    /// Lines and pledges at most.
    pub limit: i64,
    /// So many are passed over.
    pub offset: i64,
    /// What moved last stands first.
    pub recent: bool,
}

impl FindEverything {
    /// All of it.
    pub fn all() -> FindEverything {
        FindEverything {
            limit: PAGE_MAX,
            offset: 0,
            recent: false,
        }
    }
}

impl Query for FindEverything {
    type Out = Everything;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Everything> {
        let org = ctx.organization.as_str();
        let Some(campaign) = campaign::shown(ctx, tx).await? else {
            return Ok(Everything::default());
        };
        let texts = DayTexts::of(ctx.today);
        let words = ["%".to_owned(), "%".to_owned(), "%".to_owned()];
        let filter = Filter {
            words,
            rank: store::public::ALL_RANKS,
            ..Filter::default()
        };
        let order = if self.recent { Order::Recent } else { Order::Rank };
        let limits = (self.limit.clamp(1, PAGE_MAX), self.offset.max(0));
        let units = store::organization::all_units(tx, org).await?;
        // A unit that ended stays with what it promised, and only with that.
        let ended = store::organization::endings(tx, org).await?;
        let promised = match ended.is_empty() {
            true => vec![],
            false => rows::tally(tx, org, &campaign.id, texts.days()).await?,
        };
        let listed =
            |u: &Unit| ended.iter().all(|e| e.id != u.id) || promised.iter().any(|t| t.unit_id == u.id);
        Ok(Everything {
            lines: rows::board(tx, org, &campaign.id, texts.days(), &filter, order, limits).await?,
            total: rows::count(tx, org, &campaign.id, texts.days(), &filter).await?,
            pledges: rows::pledges(tx, org, &campaign.id, limits).await?,
            units: units
                .into_iter()
                .filter(|u| has_page(u, Some(&campaign)) && listed(u))
                .collect(),
            notices: rows::notices(tx, org, &campaign.id, 200).await?,
            draws: rows::draws(tx, org, &campaign.id).await?,
            campaign: Some(campaign),
        })
    }
}
