//! The figures that briefs, summaries and reports are made of. Each is counted from rows and names the page where
//! these rows can be looked at (PRODUCT.md 3.5).

use crate::campaign::{self, RunningCampaign};
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::ledger::facts;
use crate::public::Counts;
use crate::workbench::Facts;
use domain::access::{Permission, Scope};
use domain::appraisal::RoundResult;
use domain::campaign::coverage::{Totals, totals};
use domain::progress::{Figures, ItemFacts};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::Tx;
use store::brief::{self as rows, Counted, PublicExample};

/// One number with the page that opens it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Key of its name under `figure.…`.
    pub key: &'static str,
    /// The number.
    pub n: i64,
    /// Of how many; `None` where it is a count of its own.
    pub of: Option<i64>,
    /// Where its rows are.
    pub href: String,
}

/// What a branch reports; kept with the report as it was on the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UnitFigures {
    /// People due to file.
    pub due: i64,
    /// Of them, filed.
    pub filed: i64,
    /// Items in force.
    pub items: i64,
    /// Items past their day.
    pub past_due: i64,
    /// Items with a self-report.
    pub claimed: i64,
    /// Reported kept.
    pub claimed_kept: i64,
    /// Items that were checked.
    pub found: i64,
    /// Found fulfilled.
    pub found_fulfilled: i64,
    /// Past due without report or finding.
    pub overdue: i64,
    /// Under rectification.
    pub rectifying: i64,
    /// Opinions from the public.
    pub opinions: i64,
    /// Of them, those that ask for an answer.
    pub asking: i64,
    /// Of those, answered.
    pub answered: i64,
}

impl UnitFigures {
    /// Reports are counted among all reports and findings among all findings, whatever came of the item since (PRODUCT.md
    /// 3.5, 3.6); each number opens to a list of as many.
    fn of(coverage: Totals, items: &[ItemFacts], today: Date, opinions: &[Counted]) -> UnitFigures {
        let n = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let figures = Figures::of(items, today);
        let mut counts = Counts::default();
        for item in items {
            counts.add(item.state(today).name(), 1);
        }
        let all: i64 = opinions.iter().map(|c| c.n).sum();
        let of = |state: &str| {
            opinions
                .iter()
                .filter(|c| c.state == state)
                .map(|c| c.n)
                .sum::<i64>()
        };
        UnitFigures {
            due: i64::from(coverage.due),
            filed: i64::from(coverage.filed),
            items: n(figures.items),
            past_due: n(figures.past_due),
            claimed: n(figures.claimed().of),
            claimed_kept: n(figures.claimed().n),
            found: n(figures.found().of),
            found_fulfilled: n(figures.found().n),
            overdue: counts.of("overdue"),
            rectifying: counts.of("rectifying"),
            opinions: all,
            asking: all - of("counted"),
            answered: of("answered"),
        }
    }

    /// The numbers with their pages; `unit` limits the pages to a branch.
    pub fn figures(&self, unit: Option<&str>) -> Vec<Figure> {
        let board = |state: &str| match unit {
            Some(unit) => format!("/board?unit={unit}&state={state}"),
            None => format!("/board?state={state}"),
        };
        let figure = |key, n, of, href: String| Figure { key, n, of, href };
        let bench = unit.map_or_else(|| "/workbench".to_owned(), |u| format!("/workbench/{u}"));
        vec![
            figure("figure.filed", self.filed, Some(self.due), bench),
            figure("figure.items", self.items, None, board("")),
            figure(
                "figure.claimed_kept",
                self.claimed_kept,
                Some(self.claimed),
                board("claimed_kept"),
            ),
            figure(
                "figure.found_fulfilled",
                self.found_fulfilled,
                Some(self.found),
                board("found_fulfilled"),
            ),
            figure(
                "figure.overdue",
                self.overdue,
                Some(self.past_due),
                board("overdue"),
            ),
            figure(
                "figure.rectifying",
                self.rectifying,
                Some(self.items),
                board("rectifying"),
            ),
            figure(
                "figure.answered",
                self.answered,
                Some(self.asking),
                "/feedback-desk".to_owned(),
            ),
        ]
    }
}

/// A frozen round: id, title, each grade and how many have it.
pub type GradedRound = (String, String, Vec<(String, i64)>);

/// The figures of a whole campaign.
#[derive(Clone, Debug)]
pub struct CampaignFigures {
    /// The campaign.
    pub campaign: RunningCampaign,
    /// What branches would report, all together.
    pub all: UnitFigures,
    /// Branches, and those that have filed their own pledge.
    pub branches: (i64, i64),
    /// Demands: all, answered by items, declined with a public reason.
    pub demands: (i64, i64, i64),
    /// Rectification orders: all, closed.
    pub orders: (i64, i64),
    /// The last frozen round: id, title, grade and how many.
    pub round: Option<GradedRound>,
    /// Published examples.
    pub examples: Vec<PublicExample>,
}

impl CampaignFigures {
    /// Every number with its page.
    pub fn figures(&self) -> Vec<Figure> {
        let mut all = self.all.figures(None);
        let mut add = |key, n, of, href: &str| {
            let href = href.to_owned();
            all.push(Figure { key, n, of, href });
        };
        add(
            "figure.branches",
            self.branches.1,
            Some(self.branches.0),
            "/workbench",
        );
        add("figure.demands", self.demands.1, Some(self.demands.0), "/demands");
        add(
            "figure.orders_closed",
            self.orders.1,
            Some(self.orders.0),
            "/rectification",
        );
        add(
            "figure.examples",
            i64::try_from(self.examples.len()).unwrap_or(0),
            None,
            "/examples",
        );
        if let Some((id, _, grades)) = &self.round {
            let graded = grades.iter().map(|(_, n)| n).sum();
            add("figure.graded", graded, None, &format!("/appraisal/{id}"));
        }
        all
    }
}

/// Asks for the figures of the campaign.
pub struct FindFigures;

impl Query for FindFigures {
    type Out = Option<CampaignFigures>;
    fn needs(&self) -> Need {
        Need::Permission(Permission::WriteNotice)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        ctx.require(Permission::WriteNotice, Scope::Organization)?;
        match campaign::shown(ctx, tx).await? {
            Some(campaign) => Ok(Some(gather(ctx, tx, campaign).await?)),
            None => Ok(None),
        }
    }
}

/// What decides the state of a public item: briefs are read by everybody, so they count what everybody can look up.
fn facts_of(item: &store::public::Stated) -> Option<ItemFacts> {
    facts(
        &item.due_on,
        item.claim.as_deref(),
        item.verdict.as_deref(),
        item.rectifying,
    )
}

/// The figures of one branch.
pub(super) async fn of_unit(
    ctx: &Ctx,
    tx: &mut Tx,
    campaign: &RunningCampaign,
    unit: &str,
) -> Result<UnitFigures> {
    let register = Facts::read(ctx, tx, campaign).await?.coverage(campaign);
    let branch: Vec<_> = register.into_iter().filter(|b| b.unit == unit).collect();
    let items = store::public::states(tx, &ctx.organization, &campaign.id).await?;
    let facts: Vec<_> = items
        .iter()
        .filter(|i| i.unit_id == unit)
        .filter_map(facts_of)
        .collect();
    let mut opinions = rows::feedback_states(tx, &ctx.organization, &campaign.id).await?;
    opinions.retain(|c| c.unit_id == unit);
    Ok(UnitFigures::of(totals(&branch), &facts, ctx.today, &opinions))
}

/// Counts the whole campaign.
pub(super) async fn gather(ctx: &Ctx, tx: &mut Tx, campaign: RunningCampaign) -> Result<CampaignFigures> {
    let organization = &ctx.organization;
    let facts = Facts::read(ctx, tx, &campaign).await?;
    let register = totals(&facts.coverage(&campaign));
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let branches = count(facts.units.iter().filter(|u| facts.shall_pledge(u)).count());
    let filed = branches - count(facts.branches_missing().len());
    let items = store::public::states(tx, organization, &campaign.id).await?;
    let items: Vec<_> = items.iter().filter_map(facts_of).collect();
    let opinions = rows::feedback_states(tx, organization, &campaign.id).await?;
    let demands = rows::demand_states(tx, organization, &campaign.id).await?;
    let orders = rows::order_states(tx, organization, &campaign.id).await?;
    let sum = |all: &[Counted], state: &str| {
        let found = all.iter().filter(|c| state.is_empty() || c.state == state);
        found.map(|c| c.n).sum::<i64>()
    };
    Ok(CampaignFigures {
        all: UnitFigures::of(register, &items, ctx.today, &opinions),
        branches: (branches, filed),
        demands: (
            sum(&demands, ""),
            sum(&demands, "answered"),
            sum(&demands, "declined"),
        ),
        orders: (sum(&orders, ""), sum(&orders, "closed")),
        round: last_round(ctx, tx, &campaign).await?,
        examples: rows::public_examples(tx, organization, &campaign.id).await?,
        campaign,
    })
}

type Graded = (String, String, Vec<(String, i64)>);

async fn last_round(ctx: &Ctx, tx: &mut Tx, campaign: &RunningCampaign) -> Result<Option<Graded>> {
    let rounds = store::appraisal::rounds(tx, &ctx.organization, &campaign.id).await?;
    let Some(round) = rounds.into_iter().find(|r| r.result.is_some()) else {
        return Ok(None);
    };
    let result: RoundResult =
        serde_json::from_str(round.result.as_deref().unwrap_or("")).map_err(Error::bug)?;
    let grades = campaign.template.appraisal.grades.iter().map(|grade| {
        let of =
            |r: &&domain::appraisal::ResultRow| r.grade.as_ref().is_some_and(|g| g.as_str() == grade.key);
        let n = result.rows.iter().filter(of).count();
        (grade.key.clone(), i64::try_from(n).unwrap_or(0))
    });
    Ok(Some((round.id, round.title, grades.collect())))
}
