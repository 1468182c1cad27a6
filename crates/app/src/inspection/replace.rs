//! Another inspector in the place of one who cannot come or does not answer: a check that nobody can finish would never
//! count (N17). Who has found or said something stays.

use super::record::inspected;
use super::{Assigned, assigned, load};
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::progress::check_private;
use domain::access::{Permission, Scope};
use domain::ids::{PersonId, UnitId};
use domain::inspection::{Checker, InspectionKind, may_inspect};
use domain::problem::{Problem, Problems};
use domain::text::{TextRule, check_text};
use serde_json::json;
use std::collections::HashSet;
use store::Tx;
use store::inspection::{self as rows, Candidate, Inspection};

/// Longest reason, in characters. It stands beside the names.
const REASON_MAX: usize = 60;

/// Puts somebody in an inspector's place.
#[derive(Clone, Debug, Default)]
pub struct ReplaceInspector {
    /// The line of the calendar.
    pub inspection: String,
    /// The person who does not inspect.
    pub leaves: String,
    /// The person who does.
    pub joins: String,
    /// Why; everybody who sees the check reads it.
    pub reason: String,
}

/// The inspectors of a line who have neither recorded nor said anything.
pub(super) async fn silent(ctx: &Ctx, tx: &mut Tx, row: &Inspection) -> Result<Vec<Assigned>> {
    let records = rows::records(tx, &ctx.organization, &row.id).await?;
    let words = rows::words(tx, &ctx.organization, &row.id).await?;
    let spoke: HashSet<String> = records
        .into_iter()
        .map(|r| r.recorded_by)
        .chain(words.into_iter().map(|w| w.said_by))
        .collect();
    let mut out = Vec::new();
    for who in assigned(row) {
        let account = store::account::of_person(tx, &ctx.organization, &who.person).await?;
        if account.is_none_or(|a| !spoke.contains(&a.id)) {
            out.push(who);
        }
    }
    Ok(out)
}

/// Whether a candidate may check what the line is about.
async fn may_check(ctx: &Ctx, tx: &mut Tx, row: &Inspection, who: &Candidate) -> Result<()> {
    let Some(item) = &row.item_id else { return Ok(()) };
    let item = crate::progress::followed(ctx, tx, item).await?;
    let checker = Checker {
        person: PersonId::parse(who.person_id.as_str())?,
        unit: UnitId::parse(who.unit_id.as_str()).ok(),
        recused: false,
    };
    let pledge = inspected(ctx, tx, &item).await?;
    let refused = may_inspect(InspectionKind::SpotCheck, &checker, &pledge).err();
    // The rule speaks to the inspector himself; here it is about somebody who was chosen.
    refused.map_or(Ok(()), |_| {
        Err(Problem::invalid("inspection.joins_own")
            .on("joins")
            .with("name", &who.name)
            .into())
    })
}

impl UseCase for ReplaceInspector {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::PlanInspection)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        ctx.require(Permission::PlanInspection, Scope::Organization)?;
        let row = load(ctx, tx, &self.inspection).await?;
        let mut problems = Problems::new();
        problems.note(check_text(
            "reason",
            self.reason.trim(),
            TextRule::line(REASON_MAX),
        ));
        problems.note(check_private("reason", &self.reason));
        let mut who = assigned(&row);
        let silent = silent(ctx, tx, &row).await?;
        if !silent.iter().any(|a| a.person == self.leaves) {
            problems.push(Problem::invalid("inspection.leaves_missing").on("leaves"));
        }
        let joins = rows::candidates(tx, &ctx.organization).await?;
        let new = |c: &Candidate| c.person_id == self.joins && who.iter().all(|w| w.person != c.person_id);
        let joins = problems.note(
            joins
                .into_iter()
                .find(new)
                .ok_or_else(|| Problem::invalid("inspection.joins_missing").on("joins")),
        );
        problems.or(())?;
        let Some(joins) = joins else { return Ok(()) };
        may_check(ctx, tx, &row, &joins).await?;
        for place in who.iter_mut().filter(|a| a.person == self.leaves) {
            *place = Assigned {
                person: joins.person_id.clone(),
                name: joins.name.clone(),
                instead_of: place.name.clone(),
                reason: self.reason.trim().to_owned(),
            };
        }
        let who = serde_json::to_string(&who).map_err(Error::bug)?;
        Ok(rows::set_inspectors(tx, &ctx.organization, &row.id, &who).await?)
    }
    fn event(&self, (): &()) -> Event {
        let detail = json!({ "leaves": self.leaves, "joins": self.joins, "reason": self.reason.trim() });
        Event::new("inspection.replace", "inspection", &self.inspection).with(detail)
    }
}
