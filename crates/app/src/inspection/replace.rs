//! Another inspector in the place of one who cannot come or does not answer: a check that nobody can finish would never
//! count (N17). Who has found or said something stays.

use super::record::inspected;
use super::{Assigned, Line, assigned, load, own_units};
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::draw::grouped;
use crate::error::{Error, Result};
use crate::progress::check_private;
use domain::access::{Permission, Scope};
use domain::ids::{PersonId, UnitId};
use domain::inspection::{Checker, Inspected, InspectionKind, may_inspect, may_inspect_branch};
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

/// What a line is about, as far as the right to check depends on it.
pub(super) struct About {
    kind: InspectionKind,
    branch: Option<UnitId>,
    pledge: Option<Inspected>,
}

/// What a line is about.
pub(super) async fn about(ctx: &Ctx, tx: &mut Tx, row: &Inspection) -> Result<About> {
    let pledge = match &row.item_id {
        Some(item) => {
            let item = crate::progress::followed(ctx, tx, item).await?;
            Some(inspected(ctx, tx, &item).await?)
        }
        None => None,
    };
    Ok(About {
        kind: InspectionKind::from_name(&row.kind).unwrap_or(InspectionKind::Regular),
        branch: row.unit_id.clone().and_then(|u| UnitId::parse(u).ok()),
        pledge,
    })
}

impl About {
    /// Whether a candidate may check it; `rows` are all lines of the candidates, one a role.
    pub(super) fn open_to(&self, rows: &[Candidate], who: &str) -> bool {
        let units = own_units(rows, who);
        if let Some(pledge) = &self.pledge {
            let Ok(person) = PersonId::parse(who) else {
                return false;
            };
            let checker = Checker {
                person,
                units,
                recused: false,
            };
            return may_inspect(InspectionKind::SpotCheck, &checker, pledge).is_ok();
        }
        let open = |branch| may_inspect_branch(self.kind, &units, branch).is_ok();
        self.branch.as_ref().is_none_or(open)
    }
}

/// Who may take a place on a line: not there yet, and nobody who has to step aside.
pub(super) async fn may_join(ctx: &Ctx, tx: &mut Tx, line: &Line) -> Result<Vec<(Candidate, Vec<String>)>> {
    let rows = rows::candidates(tx, &ctx.organization).await?;
    let about = about(ctx, tx, &line.row).await?;
    let mut out = grouped(rows.clone());
    out.retain(|(c, _)| {
        line.inspectors.iter().all(|a| a.person != c.person_id) && about.open_to(&rows, &c.person_id)
    });
    Ok(out)
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
        let candidates = rows::candidates(tx, &ctx.organization).await?;
        let new = |c: &Candidate| c.person_id == self.joins && who.iter().all(|w| w.person != c.person_id);
        let joins = problems.note(
            candidates
                .iter()
                .find(|c| new(c))
                .ok_or_else(|| Problem::invalid("inspection.joins_missing").on("joins")),
        );
        problems.or(())?;
        let Some(joins) = joins else { return Ok(()) };
        // The rule speaks to the inspector himself; here it is about somebody who was chosen.
        if !about(ctx, tx, &row).await?.open_to(&candidates, &joins.person_id) {
            let problem = Problem::invalid("inspection.joins_own").on("joins");
            return Err(problem.with("name", &joins.name).into());
        }
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
