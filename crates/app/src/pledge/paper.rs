//! The scan of the paper a form is typed from: seen beside the fields while somebody types, kept with the entry.

use super::{Desk, missing, rows, subject};
use crate::attachment::{Attachment, Subject, attach};
use crate::campaign::require_current;
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Permission, Scope};
use domain::problem::Problem;
use store::Tx;
use store::attachment::File;

/// The kind of subject of its file.
pub(crate) const PAPER: &str = "paper";

/// Scans of one form at most: both sides of a sheet, and a second try.
pub const PAPERS_MAX: usize = 6;

/// The scans of the paper of a pledge, the last one first.
pub(crate) async fn papers_of(ctx: &Ctx, tx: &mut Tx, pledge: &str) -> Result<Vec<File>> {
    let mut files = store::attachment::of_subject(tx, &ctx.organization, PAPER, pledge).await?;
    files.reverse();
    Ok(files)
}

/// Lays the scan of a paper beside the form typed from it: a form typed for somebody else, or a branch's own.
pub struct AttachPaper {
    /// Whose form.
    pub desk: Desk,
    /// The scan, [kept](crate::stamped::keep) already.
    pub scan: Option<Attachment>,
}

impl UseCase for AttachPaper {
    /// The pledge.
    type Out = String;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        match &self.desk {
            Desk::Behalf(_) => {}
            Desk::Branch(unit) => ctx.require(Permission::FileBranchPledge, Scope::Unit(unit))?,
            Desk::Own | Desk::Along(_) => return Err(missing()),
        }
        let subject = subject(ctx, tx, &self.desk).await?;
        let campaign = require_current(ctx, tx).await?;
        let row = rows::of_pledger(tx, &ctx.organization, &campaign.id, subject.id()).await?;
        // What somebody writes himself has no paper that another could lay beside it.
        let typed = row.filter(|r| subject.person.is_none() || r.on_behalf_by.is_some());
        let row = typed.ok_or_else(missing)?;
        let scan = self.scan.as_ref();
        let scan = scan.ok_or_else(|| Problem::invalid("problem.paper_scan.no_file").on("file"))?;
        if papers_of(ctx, tx, &row.id).await?.len() >= PAPERS_MAX {
            let many = Problem::conflict("problem.paper_scan.too_many").on("file");
            return Err(many.with("most", PAPERS_MAX).into());
        }
        let of = Subject {
            kind: PAPER,
            pledge: &row.id,
            unit: &row.unit_id,
        };
        attach(ctx, tx, Some(scan), of).await?;
        Ok(row.id)
    }
    fn event(&self, pledge: &String) -> Event {
        let sha256 = self.scan.as_ref().map_or("", |scan| scan.bytes().0);
        Event::new("paper.attach", "pledge", pledge).with(serde_json::json!({ "sha256": sha256 }))
    }
}
