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
    /// What is open in it, while it runs.
    pub open: OpenMatters,
}

/// What is open in a campaign: whoever ends it has to know, and it is still owed afterwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenMatters {
    /// Public items past their day without a report.
    pub overdue: i64,
    /// Rectification orders that are not closed.
    pub orders: i64,
    /// Opinions from the public that wait for their answer.
    pub feedback: i64,
    /// Demands without a commitment and without a public reason (N7).
    pub demands: i64,
    /// Pledges handed in and not decided.
    pub reviews: i64,
    /// Inspections without a record.
    pub inspections: i64,
    /// Draws whose pool is frozen and that wait for their seed.
    pub draws: i64,
    /// Rounds of appraisal that are not frozen.
    pub rounds: i64,
    /// Low grades no criticism followed (N18).
    pub low_grades: i64,
    /// Batches that a channel was not recorded for (N12).
    pub channels: i64,
    /// Pledges confirmed and never published.
    pub unpublished: i64,
    /// Amendments being written or sent back.
    pub amendments: i64,
    /// Pledges begun or sent back and never confirmed.
    pub drafts: i64,
}

/// Whether a new version of it is being written while an old one is in force.
fn amends(pledge: &store::pledge::Pledge) -> bool {
    pledge.confirmed_at.is_some() && matches!(pledge.state.as_str(), "draft" | "returned")
}

/// Whether it is being written, or sent back, and nothing of it was ever confirmed.
fn unfinished(pledge: &store::pledge::Pledge) -> bool {
    pledge.confirmed_at.is_none() && matches!(pledge.state.as_str(), "draft" | "returned")
}

impl OpenMatters {
    async fn of(ctx: &Ctx, tx: &mut Tx, campaign: &RunningCampaign) -> Result<OpenMatters> {
        let (org, id) = (ctx.organization.as_str(), campaign.id.as_str());
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let texts = crate::public::DayTexts::of(ctx.today);
        let tally = store::public::tally(tx, org, id, texts.days()).await?;
        let orders = store::rectification::orders(tx, org, id, "").await?;
        let demands = store::demand::demands(tx, org, id).await?;
        let pledges = store::pledge::of_campaign(tx, org, id).await?;
        let waiting = store::task::feedback_new(tx, org, id).await?;
        let draws = store::inspection::draws(tx, org, id).await?;
        let planned = store::inspection::all(tx, org, id).await?;
        let records = store::inspection::records_of_campaign(tx, org, id).await?;
        let agreed = |i: &str| {
            records
                .iter()
                .any(|r| r.inspection_id == i && r.standing == "agreed")
        };
        let rounds = store::appraisal::rounds(tx, org, id).await?;
        let batches = crate::publication::batches_of(ctx, tx, campaign).await?;
        Ok(OpenMatters {
            overdue: tally.iter().filter(|t| t.state == "overdue").map(|t| t.n).sum(),
            orders: count(orders.iter().filter(|o| o.state != "closed").count()),
            feedback: waiting.iter().map(|w| w.n).sum(),
            demands: count(
                demands
                    .iter()
                    .filter(|d| d.state == "open" && d.items == 0)
                    .count(),
            ),
            inspections: count(planned.iter().filter(|i| !agreed(&i.id)).count()),
            draws: count(
                draws
                    .iter()
                    .filter(|d| d.seed.is_none() && d.void_reason.is_empty())
                    .count(),
            ),
            rounds: count(rounds.iter().filter(|r| r.result.is_none()).count()),
            low_grades: crate::appraisal::low_grades_left(ctx, tx, campaign).await?,
            channels: count(batches.iter().filter(|b| b.gaps() > 0).count()),
            reviews: count(pledges.iter().filter(|p| p.state == "submitted").count()),
            unpublished: count(pledges.iter().filter(|p| p.state == "confirmed").count()),
            amendments: count(pledges.iter().filter(|p| amends(p)).count()),
            drafts: count(pledges.iter().filter(|p| unfinished(p)).count()),
        })
    }

    /// What can no longer be done once the campaign has ended, as [`OpenMatters::listed`].
    pub fn lost(&self) -> Vec<(&'static str, i64, &'static str)> {
        let all = [
            ("campaign.open_unpublished", self.unpublished, "/publication"),
            ("campaign.open_reviews", self.reviews, "/workbench"),
            ("campaign.open_drafts", self.drafts, "/workbench"),
            ("campaign.open_amendments", self.amendments, "/workbench"),
        ];
        all.into_iter().filter(|(_, n, _)| *n > 0).collect()
    }

    /// Key of the sentence, number and the page where they stand; only what there is.
    pub fn listed(&self) -> Vec<(&'static str, i64, &'static str)> {
        let all = [
            ("campaign.open_overdue", self.overdue, "/board?state=overdue"),
            ("campaign.open_orders", self.orders, "/rectification"),
            ("campaign.open_feedback", self.feedback, "/feedback-desk"),
            ("campaign.open_demands", self.demands, "/survey/unanswered"),
            ("campaign.open_inspections", self.inspections, "/inspection"),
            ("campaign.open_draws", self.draws, "/draws"),
            ("campaign.open_rounds", self.rounds, "/appraisal"),
            ("campaign.open_low_grades", self.low_grades, "/appraisal"),
            ("campaign.open_channels", self.channels, "/publication"),
        ];
        all.into_iter().filter(|(_, n, _)| *n > 0).collect()
    }
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
            open: match campaign.state {
                CampaignState::Running => OpenMatters::of(ctx, tx, &campaign).await?,
                _ => OpenMatters::default(),
            },
            campaign,
        })
    }
}
