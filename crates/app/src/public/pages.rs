//! The questions behind the public pages. The board takes three statements beside the campaign's own.

use super::{Counts, DayTexts, GROUPS, has_page};
use crate::campaign::{self, RunningCampaign};
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::publication::fold;
use domain::problem::Problem;
use jiff::civil::Date;
use std::sync::Arc;
use store::Tx;
use store::feedback::PublicFeedback;
use store::organization::{Ending, Unit};
use store::public::{self as rows, Demand, Filter, Heads, Line, NoticeHead, Order, Tally};
use store::publication::{Channel, PublicEvent, PublicPledge, PublicVersion};

/// Lines on a page of the board.
pub const LINES: i64 = 15;

/// What the first page shows.
#[derive(Clone, Debug, Default)]
pub struct HomeView {
    /// The campaign; `None` while none has begun.
    pub campaign: Option<RunningCampaign>,
    /// Public pledges.
    pub heads: Heads,
    /// Counts by branch, rank and state.
    pub tally: Vec<Tally>,
    /// Leaders' items.
    pub leaders: Vec<Line>,
    /// Items that moved last.
    pub recent: Vec<Line>,
    /// Demands with most voices.
    pub demands: Vec<Demand>,
    /// Notices and briefs.
    pub notices: Vec<NoticeHead>,
}

/// Asks for the first page.
pub struct FindHome;

impl Query for FindHome {
    type Out = HomeView;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<HomeView> {
        let org = ctx.organization.as_str();
        let Some(campaign) = campaign::shown(ctx, tx).await? else {
            return Ok(HomeView::default());
        };
        let texts = DayTexts::of(ctx.today);
        let (days, id) = (texts.days(), campaign.id.as_str());
        let everything = Filter {
            words: any(),
            rank: store::public::ALL_RANKS,
            ..Filter::default()
        };
        let first = Filter {
            rank: 0,
            ..everything.clone()
        };
        Ok(HomeView {
            heads: rows::heads(tx, org, id).await?,
            tally: rows::tally(tx, org, id, days).await?,
            leaders: rows::board(tx, org, id, days, &first, Order::Recent, (60, 0)).await?,
            recent: rows::board(tx, org, id, days, &everything, Order::Recent, (5, 0)).await?,
            demands: rows::demands(tx, org, id, 3).await?,
            notices: rows::notices(tx, org, id, 4).await?,
            campaign: Some(campaign),
        })
    }
}

fn any() -> [String; 3] {
    ["%".to_owned(), "%".to_owned(), "%".to_owned()]
}

/// What a figure counts by the report or the finding alone, whatever state it makes: the name in the address and what
/// the board filters by.
pub const COUNTED: [(&str, &str); 2] = [
    ("claimed_kept", "claim:kept"),
    ("found_fulfilled", "found:fulfilled"),
];

/// What a reader asks the board for, as it stands in the address.
#[derive(Clone, Debug, Default)]
pub struct BoardAsked {
    /// A branch.
    pub unit: String,
    /// A kind.
    pub kind: String,
    /// Groups of states, or single states as the lines carry them; none means all.
    pub groups: Vec<String>,
    /// Words; each must be found.
    pub words: String,
    /// `due`, `recent`, or the board's own order.
    pub order: String,
    /// Only leaders'.
    pub leaders: bool,
    /// Page from 1.
    pub page: i64,
}

impl BoardAsked {
    fn filter(&self) -> Filter {
        let mut words = any();
        for (place, word) in words
            .iter_mut()
            .zip(fold(&self.words).split(' ').filter(|w| !w.is_empty()))
        {
            let literal: String = word
                .chars()
                .flat_map(|c| matches!(c, '%' | '_' | '!').then_some('!').into_iter().chain([c]))
                .collect();
            *place = format!("%{literal}%");
        }
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let states: Vec<&str> = GROUPS
            .iter()
            .flat_map(|g| g.states.iter().map(move |state| (g.key, *state)))
            .filter(|(group, state)| self.groups.iter().any(|asked| asked == group || asked == state))
            .map(|(_, state)| state)
            .chain(COUNTED.into_iter().filter(|c| self.counts(c.0)).map(|c| c.1))
            .collect();
        Filter {
            unit: some(&self.unit),
            kind: some(&self.kind),
            // A state nobody knows is none of those shown.
            states: if states.is_empty() && self.groups.iter().any(|g| !g.is_empty()) {
                ",,".to_owned()
            } else if states.is_empty() {
                String::new()
            } else {
                format!(",{},", states.join(","))
            },
            words,
            rank: if self.leaders { 0 } else { store::public::ALL_RANKS },
        }
    }

    /// Whether one of [`COUNTED`] is asked for.
    fn counts(&self, name: &str) -> bool {
        self.groups.iter().any(|asked| asked == name)
    }

    /// How many lines there are, where the counts of the whole board tell it.
    fn counted(&self, tally: &[Tally]) -> Option<i64> {
        let by_state = COUNTED.iter().all(|c| !self.counts(c.0));
        let simple = by_state && self.kind.is_empty() && self.words.trim().is_empty();
        simple.then(|| {
            let states = self.filter().states;
            tally
                .iter()
                .filter(|t| self.unit.is_empty() || t.unit_id == self.unit)
                .filter(|t| !self.leaders || t.rank <= 0)
                .filter(|t| states.is_empty() || states.contains(&format!(",{},", t.state)))
                .map(|t| t.n)
                .sum()
        })
    }

    fn order(&self) -> Order {
        match self.order.as_str() {
            "due" => Order::Due,
            "recent" => Order::Recent,
            _ => Order::Rank,
        }
    }
}

/// The board as asked for.
#[derive(Clone, Debug)]
pub struct BoardView {
    /// The campaign; `None` while none has begun.
    pub campaign: Option<RunningCampaign>,
    /// Counts of the whole board by branch and state.
    pub tally: Arc<Vec<Tally>>,
    /// The lines of this page.
    pub lines: Vec<Line>,
    /// Lines in all.
    pub total: i64,
    /// This page, from 1.
    pub page: i64,
    /// Pages.
    pub pages: i64,
}

/// Asks for the board.
pub struct FindBoard {
    /// What the reader asks for.
    pub asked: BoardAsked,
    /// The counts of the whole board, where they are known: they are the same for every filter and page.
    pub tally: Option<Arc<Vec<Tally>>>,
}

impl Query for FindBoard {
    type Out = BoardView;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<BoardView> {
        let org = ctx.organization.as_str();
        let Some(campaign) = campaign::shown(ctx, tx).await? else {
            return Ok(BoardView {
                campaign: None,
                tally: Arc::default(),
                lines: Vec::new(),
                total: 0,
                page: 1,
                pages: 1,
            });
        };
        let texts = DayTexts::of(ctx.today);
        let days = texts.days();
        let tally = match &self.tally {
            Some(known) => known.clone(),
            None => Arc::new(rows::tally(tx, org, &campaign.id, days).await?),
        };
        let filter = self.asked.filter();
        let total = match self.asked.counted(&tally) {
            Some(known) => known,
            None => rows::count(tx, org, &campaign.id, days, &filter).await?,
        };
        let pages = ((total + LINES - 1) / LINES).max(1);
        // Who asks for a page beyond the last gets the last.
        let page = self.asked.page.clamp(1, pages);
        let limits = (LINES, (page - 1) * LINES);
        let lines = rows::board(tx, org, &campaign.id, days, &filter, self.asked.order(), limits).await?;
        Ok(BoardView {
            campaign: Some(campaign),
            tally,
            lines,
            total,
            page,
            pages,
        })
    }
}

/// One pledge with its life story.
#[derive(Clone, Debug)]
pub struct PledgeView {
    /// The campaign.
    pub campaign: RunningCampaign,
    /// The head.
    pub head: PublicPledge,
    /// How the unit ended under which it was made, if it did.
    pub ended: Option<Ending>,
    /// The items with their two facts; none when it was taken down.
    pub items: Vec<Line>,
    /// What happened.
    pub events: Vec<PublicEvent>,
    /// Every public text, newest first.
    pub versions: Vec<PublicVersion>,
    /// Grades and how many; empty below five (PRODUCT.md 3.7).
    pub grades: Vec<(i64, i64)>,
    /// What people said, as published with its answer, newest answer first (N16, N17).
    pub answered: Vec<PublicFeedback>,
    /// The channels each publication of it went through, with the moment of publication; the newest first.
    pub channels: Vec<(i64, Vec<Channel>)>,
    /// Last day of objections.
    pub objections_until: Option<Date>,
    /// Of a pledge that was taken down: orders of rectification about it that are not closed.
    pub open_orders: usize,
}

impl PledgeView {
    /// The channels that the publication of a moment went through.
    #[must_use]
    pub fn through(&self, at: i64) -> &[Channel] {
        let found = self.channels.iter().find(|(of, _)| *of == at);
        found.map_or(&[], |(_, channels)| channels)
    }
}

/// Asks for a pledge.
pub struct FindPledge(pub String);

impl Query for FindPledge {
    type Out = PledgeView;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<PledgeView> {
        let org = ctx.organization.as_str();
        let head = rows::pledge(tx, org, &self.0).await?;
        let head = head.ok_or_else(|| Problem::not_found("public.no_pledge"))?;
        let campaign = campaign::by_id(ctx, tx, &head.campaign_id).await?;
        let mut view = PledgeView {
            ended: ending(tx, org, &head.unit_id).await?,
            campaign,
            items: Vec::new(),
            events: Vec::new(),
            versions: Vec::new(),
            grades: Vec::new(),
            answered: Vec::new(),
            channels: Vec::new(),
            objections_until: None,
            open_orders: 0,
            head,
        };
        // Nothing of a pledge that was taken down leaves this place but that it was, and why.
        if view.head.taken_down_at.is_some() {
            let orders = store::rectification::orders(tx, org, &view.campaign.id, "").await?;
            let open = |o: &&store::rectification::Order| o.pledge_id == view.head.id && o.state != "closed";
            view.open_orders = orders.iter().filter(open).count();
            return Ok(view);
        }
        let texts = DayTexts::of(ctx.today);
        view.items = rows::items_of(tx, org, &view.campaign.id, texts.days(), &view.head.id).await?;
        view.events = rows::events(tx, org, &view.head.id).await?;
        domain::publication::story_sort(&mut view.events, |e| (&e.happened_on, e.created_at, &e.kind));
        view.versions = rows::versions(tx, org, &view.head.id).await?;
        let about = store::feedback::About::Pledge(&view.head.id);
        view.grades = store::feedback::grades(tx, org, about).await?;
        view.answered = store::feedback::published_of(tx, org, &view.head.id).await?;
        // Every version goes its own way, and what the first went stays as it was.
        for version in &view.versions {
            let at = version.published_at;
            let through = store::publication::channels_at(tx, org, &view.campaign.id, at).await?;
            view.channels.push((at, through));
        }
        let batch = store::publication::by_id(tx, org, &view.head.publication_id).await?;
        view.objections_until = batch.and_then(|b| b.objections_until.parse().ok());
        Ok(view)
    }
}

async fn ending(tx: &mut Tx, org: &str, unit: &str) -> Result<Option<Ending>> {
    let all = store::organization::endings(tx, org).await?;
    Ok(crate::units::ending_of(&all, unit))
}

/// One branch: where the code in its corridor leads.
#[derive(Clone, Debug)]
pub struct BranchView {
    /// The campaign; `None` while none has begun.
    pub campaign: Option<RunningCampaign>,
    /// The branch.
    pub unit: Unit,
    /// How it ended, if it did.
    pub ended: Option<Ending>,
    /// Its pledges.
    pub pledges: Vec<PublicPledge>,
    /// The items of this page: leaders', the branch's own, members'.
    pub lines: Vec<Line>,
    /// All its items, counted.
    pub counts: Counts,
    /// This page, from 1.
    pub page: i64,
    /// Pages.
    pub pages: i64,
}

/// Asks for a branch.
pub struct FindBranch {
    /// The branch.
    pub unit: String,
    /// Page of its items, from 1; a page beyond the last is the last.
    pub page: i64,
}

impl Query for FindBranch {
    type Out = BranchView;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<BranchView> {
        let org = ctx.organization.as_str();
        let unit = store::organization::unit(tx, org, &self.unit).await?;
        let campaign = campaign::shown(ctx, tx).await?;
        let unit = unit.filter(|u| has_page(u, campaign.as_ref()));
        let unit = unit.ok_or_else(|| Problem::not_found("public.no_branch"))?;
        let ended = ending(tx, org, &unit.id).await?;
        let mut view = BranchView {
            ended,
            campaign,
            pledges: Vec::new(),
            lines: Vec::new(),
            counts: Counts::default(),
            page: 1,
            pages: 1,
            unit,
        };
        if let Some(campaign) = &view.campaign {
            let texts = DayTexts::of(ctx.today);
            let filter = Filter {
                unit: Some(view.unit.id.clone()),
                words: any(),
                rank: store::public::ALL_RANKS,
                ..Filter::default()
            };
            let days = texts.days();
            view.pledges = rows::pledges_of_unit(tx, org, &campaign.id, &view.unit.id).await?;
            for line in rows::tally(tx, org, &campaign.id, days).await? {
                if line.unit_id == view.unit.id {
                    view.counts.add(&line.state, line.n);
                }
            }
            view.pages = ((view.counts.total() + LINES - 1) / LINES).max(1);
            view.page = self.page.clamp(1, view.pages);
            let limits = (LINES, (view.page - 1) * LINES);
            view.lines = rows::board(tx, org, &campaign.id, days, &filter, Order::Rank, limits).await?;
        }
        Ok(view)
    }
}

/// The state of the whole campaign.
#[derive(Clone, Debug, Default)]
pub struct ProgressView {
    /// The campaign; `None` while none has begun.
    pub campaign: Option<RunningCampaign>,
    /// Public pledges.
    pub heads: Heads,
    /// Counts by branch, rank and state.
    pub tally: Vec<Tally>,
}

/// Asks for the state of the whole campaign.
pub struct FindProgress;

impl Query for FindProgress {
    type Out = ProgressView;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<ProgressView> {
        let org = ctx.organization.as_str();
        let Some(campaign) = campaign::shown(ctx, tx).await? else {
            return Ok(ProgressView::default());
        };
        let texts = DayTexts::of(ctx.today);
        Ok(ProgressView {
            heads: rows::heads(tx, org, &campaign.id).await?,
            tally: rows::tally(tx, org, &campaign.id, texts.days()).await?,
            campaign: Some(campaign),
        })
    }
}
