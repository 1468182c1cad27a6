//! A filled-in sheet taken over: all of it or nothing (N10).

use super::plan::{Fate, Work, prepare};
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::pledge::draft::{Edit, SaveDraft};
use crate::pledge::{Desk, StartPledge, SubmitPledge, missing};
use domain::access::Permission;
use domain::organization::raw::RawBook;
use domain::problem::Problem;
use domain::text::{TextRule, check_text};
use lang::Lang;
use std::sync::Arc;
use store::Tx;
use store::pledge as rows;

/// Takes a sheet over by the acts that type a form for somebody on screen: begun, filled in, handed in where it is
/// signed. What has changed since it was looked at is looked at anew.
pub struct ImportSheet {
    /// The branch.
    pub unit: String,
    /// The file as it was read.
    pub book: Arc<RawBook>,
    /// The reader's language.
    pub lang: Lang,
    /// What was looked at ([`super::SheetPlan::seen`]).
    pub seen: String,
    /// Leave out what cannot be taken over.
    pub leave_out: bool,
    /// Why the forms are typed for the members.
    pub reason: String,
}

/// What an import did.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// The pledges handed in, with their numbers.
    pub filed: Vec<(String, String)>,
    /// The pledges kept as drafts.
    pub drafts: Vec<String>,
    /// People whose form said the same already.
    pub unchanged: usize,
    /// People and rows left out.
    pub left_out: usize,
    /// Demands answered from now on.
    claims: usize,
}

impl UseCase for ImportSheet {
    type Out = Imported;
    fn needs(&self) -> Need {
        Need::Permission(Permission::FileOnBehalf)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Imported> {
        let (plan, works) = prepare(ctx, tx, &self.unit, &self.book, self.lang).await?;
        if plan.seen != self.seen {
            return Err(Problem::conflict("problem.form_sheet.changed").into());
        }
        if plan.refuses() && !self.leave_out {
            return Err(Problem::invalid("problem.form_sheet.leave_out")
                .on("leave_out")
                .into());
        }
        if !plan.writes() {
            return Err(Problem::invalid("problem.form_sheet.nothing").into());
        }
        check_text("reason", &self.reason, TextRule::line(200))?;
        let mut out = Imported {
            unchanged: plan.count(Fate::Unchanged),
            left_out: plan.count(Fate::Refused) + plan.loose.len(),
            ..Imported::default()
        };
        for work in works {
            self.write(ctx, tx, work, &mut out).await?;
        }
        Ok(out)
    }
    fn event(&self, out: &Imported) -> Event {
        let numbers: Vec<&String> = out.filed.iter().map(|(_, number)| number).collect();
        let event = Event::new("pledge.import", "unit", &self.unit)
            .with(serde_json::json!({
                "filed": numbers,
                "drafts": out.drafts.len(),
                "unchanged": out.unchanged,
                "left_out": out.left_out,
            }))
            .hands_in(out.filed.iter().map(|(id, _)| id.as_str()));
        match out.claims {
            0 => event,
            _ => event.seen_by_all(),
        }
    }
}

impl ImportSheet {
    async fn write(&self, ctx: &Ctx, tx: &mut Tx, work: Work, out: &mut Imported) -> Result<()> {
        let begin = StartPledge {
            desk: Desk::Behalf(work.person),
            reason: self.reason.clone(),
        };
        let pledge = begin.run(ctx, tx).await?.id;
        let row = rows::by_id(tx, &ctx.organization, &pledge)
            .await?
            .ok_or_else(missing)?;
        let save = SaveDraft {
            pledge: pledge.clone(),
            revision: row.revision,
            edit: Edit::Several(work.edits),
        };
        let revision = save.run(ctx, tx).await?.revision;
        let Some(signature) = work.signature else {
            out.drafts.push(pledge);
            return Ok(());
        };
        let submit = SubmitPledge {
            pledge: pledge.clone(),
            revision,
            closing: None,
            signature,
            drawn: String::new(),
            consent: false,
            unchanged: false,
        };
        let done = submit.run(ctx, tx).await?;
        out.claims += done.claims;
        out.filed.push((pledge, done.number));
        Ok(())
    }
}
