//! Notices, briefs and summaries: written, published once and never back-dated, delivered to units and signed for
//! (N1, N2, N19).

mod file;
mod paper;

pub(crate) use file::of_notice;
pub use file::{AttachToNotice, DetachFromNotice, NOTICE_FILES_MAX, NoticeFiles, open_file};
pub use paper::paper;

use crate::campaign;
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Permission, Scope, holders, may};
use domain::campaign::template::Basis;
use domain::notice::{self as rules, DocumentKind, Draft};
use domain::organization::UnitKind;
use domain::problem::{Problem, Problems};
use domain::time::{Calendar, due_in_working_days};
use jiff::civil::Date;
use std::collections::HashSet;
use store::Tx;
use store::notice::{self as rows, Receipt};

pub use store::notice::Notice;
use store::organization::Unit;

/// A document as a form sends it; dates as typed.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// Title.
    pub title: String,
    /// Number; may be empty.
    pub number: String,
    /// Who issues it.
    pub source: String,
    /// Body: one paragraph a line, `# ` and `## ` begin headings.
    pub body: String,
    /// 成文日期; may be empty.
    pub dated_on: String,
    /// The date the original page carried; may be empty.
    pub original_published_on: String,
}

impl Typed {
    fn read(&self, today: Date) -> Result<Draft, Problems> {
        let mut problems = Problems::new();
        let mut day = |field: &str, text: &str| match text.trim() {
            "" => None,
            text => problems.note(campaign::typed_past_date(field, text, today)),
        };
        let draft = Draft {
            dated_on: day("dated_on", &self.dated_on),
            original_published_on: day("original_published_on", &self.original_published_on),
            title: self.title.trim().to_owned(),
            number: rules::year_brackets(self.number.trim()),
            source: self.source.trim().to_owned(),
            body: self.body.replace("\r\n", "\n").trim().to_owned(),
        };
        if draft.original_published_on.is_some_and(|day| day > today) {
            problems.push(Problem::invalid("document.original_future").on("original_published_on"));
        }
        problems.absorb(draft.check());
        problems.or(draft)
    }
}

/// Writes a draft: a new one, or the next revision of one.
pub struct WriteNotice {
    /// The draft and the revision it was read at; `None` = a new one of that kind.
    pub id: Option<(String, i64)>,
    /// Kind of a new document.
    pub kind: DocumentKind,
    /// What was typed.
    pub typed: Typed,
}

impl UseCase for WriteNotice {
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::WriteNotice)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        ctx.require(Permission::WriteNotice, Scope::Organization)?;
        if let Some((id, revision)) = &self.id {
            rewrite(ctx, tx, id, *revision, &self.typed).await?;
            return Ok(id.clone());
        }
        let draft = self.typed.read(ctx.today)?;
        let mut notice = blank(ctx, self.kind, campaign::require_current(ctx, tx).await?.id);
        fill(&mut notice, draft);
        rows::add(tx, &ctx.organization, &notice, &ctx.actor.account).await?;
        Ok(notice.id)
    }
    fn event(&self, id: &String) -> Event {
        Event::new("notice.write", "notice", id)
    }
}

fn fill(notice: &mut Notice, draft: Draft) {
    (notice.title, notice.number) = (draft.title, draft.number);
    (notice.source, notice.body) = (draft.source, draft.body);
    notice.dated_on = draft.dated_on.map(|d| d.to_string());
    notice.original_published_on = draft.original_published_on.map(|d| d.to_string());
}

/// Writes the next revision of a draft, unless somebody else has.
async fn rewrite(ctx: &Ctx, tx: &mut Tx, id: &str, revision: i64, typed: &Typed) -> Result<()> {
    let draft = typed.read(ctx.today)?;
    let mut notice = find(ctx, tx, id).await?;
    rules::publish(notice.published_at, None, ctx.now, ctx.today)?;
    fill(&mut notice, draft);
    notice.revision = revision;
    if rows::write(tx, &ctx.organization, &notice, ctx.now).await? == 0 {
        return Err(Problem::conflict("problem.notice.written_meanwhile").into());
    }
    Ok(())
}

fn blank(ctx: &Ctx, kind: DocumentKind, campaign: String) -> Notice {
    Notice {
        id: ctx.id(),
        campaign_id: campaign,
        kind: kind.name().to_owned(),
        number: String::new(),
        title: String::new(),
        body: String::new(),
        source: String::new(),
        dated_on: None,
        original_published_on: None,
        published_at: None,
        created_at: ctx.now,
        updated_at: ctx.now,
        revision: 1,
    }
}

async fn find(ctx: &Ctx, tx: &mut Tx, id: &str) -> Result<Notice> {
    let found = rows::by_id(tx, &ctx.organization, id).await?;
    Ok(found.ok_or_else(|| Problem::not_found("problem.not_found"))?)
}

/// Publishes a document: the system stamps the time, nobody types it (N1).
pub struct PublishNotice {
    /// The document.
    pub id: String,
    /// What stands on the writer's screen and the revision it was read at: kept first, in the same act.
    pub typed: Option<(i64, Typed)>,
}

impl UseCase for PublishNotice {
    /// The time it was stamped with.
    type Out = i64;
    fn needs(&self) -> Need {
        Need::Permission(Permission::WriteNotice)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<i64> {
        ctx.require(Permission::WriteNotice, Scope::Organization)?;
        if let Some((revision, typed)) = &self.typed {
            rewrite(ctx, tx, &self.id, *revision, typed).await?;
        }
        let notice = find(ctx, tx, &self.id).await?;
        crate::brief::settle_number(ctx, tx, &notice).await?;
        let dated_on = notice.dated_on.as_deref().and_then(|d| d.parse().ok());
        let at = rules::publish(notice.published_at, dated_on, ctx.now, ctx.today)?;
        // A clock that was set back would date it before what is public already (N1).
        let newest = rows::published(tx, &ctx.organization).await?;
        crate::publication::clock_stands(ctx, newest.iter().filter_map(|n| n.published_at).max())?;
        rows::publish(tx, &ctx.organization, &self.id, at).await?;
        Ok(at)
    }
    fn event(&self, at: &i64) -> Event {
        Event::new("notice.publish", "notice", &self.id)
            .with(serde_json::json!({ "at": at }))
            .seen_by_all()
    }
}

/// The units that have somebody of their own who may sign for them.
async fn with_signer(ctx: &Ctx, tx: &mut Tx) -> Result<HashSet<String>> {
    let mut out = HashSet::new();
    for (role, _) in holders(Permission::SignForNotice) {
        out.extend(rows::units_with(tx, &ctx.organization, role.name()).await?);
    }
    Ok(out)
}

/// Whether the reader may sign for a unit by a right he holds for this very unit.
fn own(ctx: &Ctx, unit: &str) -> bool {
    let signs = |role| holders(Permission::SignForNotice).iter().any(|(r, _)| *r == role);
    let mut grants = ctx.actor.grants.iter().chain(&ctx.actor.inherited);
    grants.any(|g| g.unit.as_deref() == Some(unit) && signs(g.role))
}

/// Signs for a published document for a unit (签收).
pub struct SignForNotice {
    /// The document.
    pub id: String,
    /// The unit.
    pub unit: String,
}

impl UseCase for SignForNotice {
    /// Whether the sender signed for the unit.
    type Out = bool;
    fn needs(&self) -> Need {
        Need::Permission(Permission::SignForNotice)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<bool> {
        let unit = store::organization::unit(tx, &ctx.organization, &self.unit).await?;
        let unit = unit.ok_or_else(|| Problem::not_found("problem.not_found"))?;
        ctx.require(Permission::SignForNotice, Scope::Unit(&unit.id))?;
        let notice = find(ctx, tx, &self.id).await?;
        if notice.published_at.is_none() || !receives(&unit) {
            return Err(Problem::conflict("problem.notice.not_delivered").into());
        }
        let has_signer = with_signer(ctx, tx).await?.contains(&unit.id);
        let on_behalf = rules::on_behalf(own(ctx, &unit.id), has_signer)
            .map_err(|refused| refused.with("unit", &unit.name))?;
        let receipt = Receipt {
            unit_id: unit.id,
            signed_name: ctx.actor.name.clone(),
            signed_at: ctx.now,
            on_behalf,
        };
        rows::sign(tx, &ctx.organization, &self.id, &receipt, &ctx.actor.account).await?;
        Ok(on_behalf)
    }
    fn event(&self, on_behalf: &bool) -> Event {
        let detail = serde_json::json!({ "unit": self.unit, "on_behalf": on_behalf });
        Event::new("notice.sign", "notice", &self.id).with(detail)
    }
}

/// A notice goes to all branches, functional departments and clinical departments (N1), not to its author.
pub(crate) fn receives(unit: &Unit) -> bool {
    unit.kind != UnitKind::PartyCommittee.name()
}

/// A line of a list of documents.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The document.
    pub notice: Notice,
    /// Units that have signed.
    pub signed: i64,
}

/// The office's list of documents, with how many units there are to sign.
pub struct ListDocuments;

impl Query for ListDocuments {
    type Out = (Vec<Listed>, usize);
    fn needs(&self) -> Need {
        Need::Permission(Permission::WriteNotice)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        let signed = rows::signed(tx, &ctx.organization).await?;
        let units = store::organization::units(tx, &ctx.organization).await?;
        let all = rows::all(tx, &ctx.organization).await?.into_iter();
        let count = |id: &str| signed.iter().find(|s| s.notice_id == id).map_or(0, |s| s.units);
        let all = all.map(|notice| Listed {
            signed: count(&notice.id),
            notice,
        });
        Ok((all.collect(), units.iter().filter(|u| receives(u)).count()))
    }
}

/// A unit and whether it has signed.
#[derive(Clone, Debug)]
pub struct UnitReceipt {
    /// The unit.
    pub unit: Unit,
    /// Its signature.
    pub receipt: Option<Receipt>,
    /// Whether the reader may sign for it.
    pub mine: bool,
}

/// A document as those see it who write or sign for it.
#[derive(Clone, Debug)]
pub struct DocumentFile {
    /// The document.
    pub notice: Notice,
    /// Every unit it was delivered to, those that have not signed first.
    pub receipts: Vec<UnitReceipt>,
    /// Until when they should sign.
    pub sign_by: Option<Date>,
    /// Its files.
    pub files: NoticeFiles,
    /// The basis documents of its campaign.
    pub basis: Vec<Basis>,
}

impl DocumentFile {
    /// Units that have signed.
    pub fn signed(&self) -> usize {
        self.receipts.iter().filter(|r| r.receipt.is_some()).count()
    }
}

/// Asks for a document and its receipts.
pub struct ReadDocument {
    /// Its id.
    pub id: String,
}

impl Query for ReadDocument {
    type Out = DocumentFile;
    fn needs(&self) -> Need {
        Need::Permission(Permission::SignForNotice)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<DocumentFile> {
        let notice = find(ctx, tx, &self.id).await?;
        let writes = may(&ctx.actor, Permission::WriteNotice, Scope::Organization);
        if notice.published_at.is_none() && !writes {
            return Err(Problem::not_found("problem.not_found").into());
        }
        let campaign = campaign::by_id(ctx, tx, &notice.campaign_id).await?;
        let basis = match notice.kind == DocumentKind::Notice.name() {
            true => campaign.template.basis.clone(),
            false => Vec::new(),
        };
        let files = file::of_notice(ctx, tx, &notice.id, &basis).await?;
        if notice.kind != DocumentKind::Notice.name() {
            // Briefs and summaries are there to be read; nobody signs for them.
            return Ok(DocumentFile {
                notice,
                receipts: vec![],
                sign_by: None,
                files,
                basis,
            });
        }
        let receipts = rows::receipts(tx, &ctx.organization, &self.id).await?;
        let units = store::organization::units(tx, &ctx.organization).await?;
        let signers = with_signer(ctx, tx).await?;
        let mut all: Vec<UnitReceipt> = units
            .into_iter()
            .filter(receives)
            .map(|unit| UnitReceipt {
                receipt: receipts.iter().find(|r| r.unit_id == unit.id).cloned(),
                mine: may(&ctx.actor, Permission::SignForNotice, Scope::Unit(&unit.id))
                    && rules::on_behalf(own(ctx, &unit.id), signers.contains(&unit.id)).is_ok(),
                unit,
            })
            .collect();
        all.sort_by_key(|r| r.receipt.is_some());
        if !writes {
            // Who else has not signed is the office's business.
            all.retain(|r| r.mine);
        }
        let days = campaign.template.periods.acknowledgement_working_days;
        let sign_by = notice
            .published_at
            .map(|at| due_in_working_days(Calendar::in_force(), ctx.date_of(at), days));
        Ok(DocumentFile {
            notice,
            receipts: all,
            sign_by,
            files,
            basis,
        })
    }
}

/// Published documents, newest first.
pub struct ListNotices;

impl Query for ListNotices {
    type Out = Vec<Notice>;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Vec<Notice>> {
        Ok(rows::published(tx, &ctx.organization).await?)
    }
}

/// A published document as everybody reads it.
#[derive(Clone, Debug)]
pub struct PublicNotice {
    /// The document.
    pub notice: Notice,
    /// Its campaign: stages, basis documents, forms.
    pub campaign: campaign::RunningCampaign,
    /// Visits written down so far.
    pub visits: i64,
    /// Its files.
    pub files: NoticeFiles,
}

/// Asks for a published document; a draft is not found.
pub struct ReadNotice {
    /// Its id.
    pub id: String,
}

impl Query for ReadNotice {
    type Out = PublicNotice;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<PublicNotice> {
        let notice = find(ctx, tx, &self.id).await?;
        if notice.published_at.is_none() {
            return Err(Problem::not_found("problem.not_found").into());
        }
        let campaign = campaign::by_id(ctx, tx, &notice.campaign_id).await?;
        Ok(PublicNotice {
            files: file::of_notice(ctx, tx, &notice.id, &campaign.template.basis).await?,
            campaign,
            visits: store::public::visits(tx, &ctx.organization, &format!("/notices/{}", self.id)).await?,
            notice,
        })
    }
}
