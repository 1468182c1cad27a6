//! What is printed for walls, counters and meetings: whole branches, every line of them, from the projection.

use super::{DayTexts, PAGE_MAX, has_page};
use crate::campaign::{self, RunningCampaign};
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::problem::Problem;
use std::collections::HashMap;
use store::Tx;
use store::organization::Unit;
use store::public::{self as rows, Filter, Line, Order};
use store::publication::PublicPledge;

/// Pledges in one file at most, each counted once for every kind of paper: typesetting 412 pledges on seven kinds
/// took 1.1 GB and holds a core for a minute and more. Larger organisations print branch by branch.
pub const PRINTED_MAX: usize = 3_000;

/// A public pledge with its items in the order of the form.
#[derive(Clone, Debug)]
pub struct PrintPledge {
    /// The head.
    pub head: PublicPledge,
    /// Its items.
    pub lines: Vec<Line>,
}

/// A branch with all that is public of it, never empty.
#[derive(Clone, Debug)]
pub struct PrintBranch {
    /// The branch.
    pub unit: Unit,
    /// Its own pledge and its members', in the order of the board.
    pub pledges: Vec<PrintPledge>,
}

impl PrintBranch {
    /// Every item, pledge by pledge.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.pledges.iter().flat_map(|pledge| &pledge.lines)
    }
}

/// What can be printed.
#[derive(Clone, Debug)]
pub struct Prints {
    /// The campaign.
    pub campaign: RunningCampaign,
    /// The branches asked for, in the order of the organisation.
    pub branches: Vec<PrintBranch>,
}

/// Asks for what is printed (N12): one branch, or all of them.
///
/// # Errors
/// `public.no_branch` when nothing of the branch can be public, `documents.error.empty` when nothing is public
/// yet, `wall.too_many` when it is more than one file may hold.
pub struct FindPrints {
    /// The branch; `None` for all.
    pub unit: Option<String>,
    /// On how many kinds of paper, at least one.
    pub kinds: usize,
}

impl Query for FindPrints {
    type Out = Prints;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Prints> {
        let org = ctx.organization.as_str();
        let units = store::organization::all_units(tx, org).await?;
        let campaign = campaign::shown(ctx, tx).await?;
        let branches = units
            .into_iter()
            .filter(|u| has_page(u, campaign.as_ref()))
            .filter(|u| self.unit.as_ref().is_none_or(|asked| *asked == u.id));
        let branches: Vec<Unit> = branches.collect();
        if branches.is_empty() && self.unit.is_some() {
            return Err(Problem::not_found("public.no_branch").into());
        }
        let empty = || Problem::conflict("documents.error.empty");
        let campaign = campaign.ok_or_else(empty)?;
        let pledges = match &self.unit {
            Some(unit) => rows::pledges_of_unit(tx, org, &campaign.id, unit).await?,
            None => rows::pledges(tx, org, &campaign.id, (PAGE_MAX, 0)).await?,
        };
        if pledges.is_empty() {
            return Err(empty().into());
        }
        let most = PRINTED_MAX / self.kinds.max(1);
        if pledges.len() > most {
            let many = Problem::conflict("wall.too_many").on("unit");
            return Err(many.with("n", pledges.len()).with("most", most).into());
        }
        let texts = DayTexts::of(ctx.today);
        let filter = Filter {
            unit: self.unit.clone(),
            words: ["%".to_owned(), "%".to_owned(), "%".to_owned()],
            rank: store::public::ALL_RANKS,
            ..Filter::default()
        };
        let limits = (PAGE_MAX, 0);
        let lines = rows::board(tx, org, &campaign.id, texts.days(), &filter, Order::Rank, limits).await?;
        Ok(Prints {
            branches: grouped(branches, pledges, lines),
            campaign,
        })
    }
}

/// Lines to their pledges, pledges to their branches; branches with nothing public are left out.
fn grouped(branches: Vec<Unit>, pledges: Vec<PublicPledge>, lines: Vec<Line>) -> Vec<PrintBranch> {
    let mut by_pledge: HashMap<String, Vec<Line>> = HashMap::new();
    for line in lines {
        by_pledge
            .entry(line.item.pledge_id.clone())
            .or_default()
            .push(line);
    }
    let mut by_unit: HashMap<String, Vec<PrintPledge>> = HashMap::new();
    for head in pledges {
        let mut lines = by_pledge.remove(&head.id).unwrap_or_default();
        lines.sort_by_key(|line| line.item.position);
        by_unit
            .entry(head.unit_id.clone())
            .or_default()
            .push(PrintPledge { head, lines });
    }
    let branch = |unit: Unit| {
        let pledges = by_unit.remove(&unit.id)?;
        Some(PrintBranch { unit, pledges })
    };
    branches.into_iter().filter_map(branch).collect()
}
