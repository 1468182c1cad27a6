//! Reports of branches to the office: prefilled from figures, sent once a month, the late ones listed.

use super::figures::{UnitFigures, of_unit};
use crate::campaign::{self, RunningCampaign};
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::access::{Permission, Scope, may};
use domain::brief::{ReportState, due_of, first_day, periods};
use domain::organization::UnitKind;
use domain::problem::Problem;
use domain::text::{TextRule, check_text};
use jiff::civil::Date;
use store::Tx;
use store::brief::{self as rows, Report};
use store::organization::Unit;

/// A branch's report of one period.
#[derive(Clone, Debug)]
pub struct ReportCell {
    /// The period.
    pub period: String,
    /// How it stands.
    pub state: ReportState,
    /// The report, once sent.
    pub report: Option<Report>,
}

/// A branch with its reports.
#[derive(Clone, Debug)]
pub struct ReportLine {
    /// The branch.
    pub unit: Unit,
    /// Its reports, newest period first.
    pub cells: Vec<ReportCell>,
    /// Whether the reader reports for it.
    pub mine: bool,
}

/// The page of reports.
#[derive(Clone, Debug)]
pub struct Reports {
    /// The campaign; `None` when none was ever started.
    pub campaign: Option<RunningCampaign>,
    /// Branches the reader sees.
    pub lines: Vec<ReportLine>,
    /// The periods shown.
    pub periods: Vec<String>,
    /// Branches late with the last period that is due, for the office.
    pub late: Vec<String>,
}

/// Months shown.
const SHOWN: usize = 4;

/// Asks for the reports: the office sees all branches, a secretary his.
pub struct FindReports;

impl Query for FindReports {
    type Out = Reports;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Reports> {
        let Some(campaign) = campaign::shown(ctx, tx).await? else {
            return Ok(Reports {
                campaign: None,
                lines: vec![],
                periods: vec![],
                late: vec![],
            });
        };
        let shown = shown_periods(&campaign, ctx.today);
        let sent = rows::reports(tx, &ctx.organization, &campaign.id).await?;
        let mut lines = Vec::new();
        for unit in store::organization::units(tx, &ctx.organization).await? {
            let branch = UnitKind::from_name(&unit.kind).is_some_and(UnitKind::is_branch);
            if !branch || !sees(ctx, &unit.id) {
                continue;
            }
            let cells = shown.iter().map(|period| {
                let report = sent
                    .iter()
                    .find(|r| r.unit_id == unit.id && r.period == *period)
                    .cloned();
                let sent_on = report.as_ref().map(|r| ctx.date_of(r.sent_at));
                ReportCell {
                    period: period.clone(),
                    state: ReportState::of(period, sent_on, ctx.today),
                    report,
                }
            });
            lines.push(ReportLine {
                cells: cells.collect(),
                mine: may(&ctx.actor, Permission::SendReport, Scope::Unit(&unit.id)),
                unit,
            });
        }
        let is_late = |l: &&ReportLine| l.cells.iter().any(|c| c.state == ReportState::Late);
        Ok(Reports {
            late: lines
                .iter()
                .filter(is_late)
                .map(|l| l.unit.name.clone())
                .collect(),
            campaign: Some(campaign),
            periods: shown,
            lines,
        })
    }
}

fn shown_periods(campaign: &RunningCampaign, today: Date) -> Vec<String> {
    let begins = campaign.template.starts_on.unwrap_or(today);
    let mut all = periods(begins, today);
    all.truncate(SHOWN);
    all
}

fn sees(ctx: &Ctx, unit: &str) -> bool {
    may(&ctx.actor, Permission::SendReport, Scope::Unit(unit))
        || may(&ctx.actor, Permission::WriteNotice, Scope::Unit(unit))
}

/// A report to write or to read.
#[derive(Clone, Debug)]
pub struct ReportFile {
    /// The campaign.
    pub campaign: RunningCampaign,
    /// The branch.
    pub unit: Unit,
    /// The period.
    pub period: String,
    /// Its due day.
    pub due: Date,
    /// The figures: as sent, or as they are now.
    pub figures: UnitFigures,
    /// The report, once sent.
    pub report: Option<Report>,
    /// Whether the reader may send it.
    pub mine: bool,
}

/// Asks for one report.
pub struct FindReport {
    /// The branch.
    pub unit: String,
    /// The period.
    pub period: String,
}

impl Query for FindReport {
    type Out = ReportFile;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<ReportFile> {
        let missing = || Problem::not_found("problem.not_found");
        let campaign = campaign::shown(ctx, tx).await?.ok_or_else(missing)?;
        let unit = store::organization::unit(tx, &ctx.organization, &self.unit).await?;
        let unit = unit.ok_or_else(missing)?;
        let due = due_of(&self.period).ok_or_else(missing)?;
        if !sees(ctx, &unit.id) {
            return Err(missing().into());
        }
        let report = rows::report(tx, &ctx.organization, &campaign.id, &unit.id, &self.period).await?;
        let figures = match &report {
            Some(sent) => serde_json::from_str(&sent.figures).map_err(Error::bug)?,
            None => of_unit(ctx, tx, &campaign, &unit.id).await?,
        };
        Ok(ReportFile {
            campaign,
            due,
            figures,
            report,
            mine: may(&ctx.actor, Permission::SendReport, Scope::Unit(&unit.id)),
            period: self.period.clone(),
            unit,
        })
    }
}

/// Sends a branch's report to the office with the figures of the day. What was sent stays as it was.
pub struct SendReport {
    /// The branch.
    pub unit: String,
    /// The period.
    pub period: String,
    /// What the branch says.
    pub words: String,
}

impl UseCase for SendReport {
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::SendReport)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        ctx.require(Permission::SendReport, Scope::Unit(&self.unit))?;
        let campaign = campaign::at_hand(ctx, tx).await?;
        check_text("words", self.words.trim(), TextRule::area(3000))?;
        let begins = campaign.template.starts_on.unwrap_or(ctx.today);
        let known = first_day(&self.period).is_some() && periods(begins, ctx.today).contains(&self.period);
        if !known {
            return Err(Problem::invalid("problem.report.period").on("period").into());
        }
        if rows::report(tx, &ctx.organization, &campaign.id, &self.unit, &self.period)
            .await?
            .is_some()
        {
            return Err(Problem::conflict("problem.report.sent").into());
        }
        let figures = of_unit(ctx, tx, &campaign, &self.unit).await?;
        let report = Report {
            id: ctx.id(),
            campaign_id: campaign.id,
            unit_id: self.unit.clone(),
            period: self.period.clone(),
            words: self.words.trim().replace("\r\n", "\n"),
            figures: serde_json::to_string(&figures).map_err(Error::bug)?,
            sent_by: ctx.actor.account.clone(),
            sent_name: ctx.actor.name.clone(),
            sent_at: ctx.now,
        };
        rows::add_report(tx, &ctx.organization, &report).await?;
        Ok(report.id)
    }
    fn event(&self, id: &String) -> Event {
        Event::new("report.send", "report", id)
            .with(serde_json::json!({ "unit": self.unit, "period": self.period }))
    }
}
