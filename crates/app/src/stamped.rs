//! Forms printed, stamped by hand, scanned and attached to the decision they show (N20, N21). The scan is a proof beside
//! the decision and never the decision: that was taken on screen, with the questions answered, and is sealed.

use crate::App;
use crate::attachment::{self, Attachment, Subject, attach};
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::pledge::{Filed, PrintSet, printed};
use crate::review::{Desk, Matter};
use documents::paper::SealPicture;
use domain::access::{Permission, Role, Scope, may};
use domain::attachment::{BYTES_MAX, MediaType, check_whole, clean, picture_size};
use domain::problem::{Problem, ProblemKind};
use store::Tx;
use store::pledge::ReviewDecision;
use store::stamped as rows;
pub use store::stamped::StampedScan;

/// The kind of subject of its file.
const SCAN: &str = "stamped";
/// Longest side of a picture, in pixels: A3 at 600 dots to the inch.
pub const SIDE_MAX: u32 = 10_000;
/// Most pixels: they are looked at one by one, in memory.
const PIXELS_MAX: u64 = 40_000_000;

/// Checks that an upload is a whole scan and keeps its bytes.
///
/// # Errors
/// On `file`: `stamped.too_large` (arg `megabytes`), `stamped.too_wide` (arg `side`), `stamped.no_scan`; a disk that is
/// full.
pub async fn keep(app: &App, name: &str, bytes: &[u8]) -> Result<Attachment> {
    if bytes.len() > BYTES_MAX {
        let problem = Problem::new(ProblemKind::TooLarge, "stamped.too_large").on("file");
        return Err(problem.with("megabytes", BYTES_MAX / 1024 / 1024).into());
    }
    let none = || Problem::invalid("stamped.no_scan").on("file");
    let (kind, cleaned) = clean("file", bytes).map_err(|_| none())?;
    if kind.is_picture() {
        let (wide, high) = picture_size(kind, &cleaned).ok_or_else(none)?;
        if wide.max(high) > SIDE_MAX || u64::from(wide) * u64::from(high) > PIXELS_MAX {
            return Err(Problem::invalid("stamped.too_wide")
                .on("file")
                .with("side", SIDE_MAX)
                .into());
        }
        let decode = move || SealPicture::is_whole(&cleaned, kind == MediaType::Png);
        let whole = tokio::task::spawn_blocking(decode).await.map_err(Error::bug)?;
        if !whole {
            return Err(none().into());
        }
    } else {
        check_whole("file", kind, &cleaned).map_err(|_| none())?;
    }
    attachment::keep(app, "file", name, bytes).await
}

/// Of the scans of a pledge, the one that holds for its confirming decision.
pub(crate) fn holding(scans: &[StampedScan], filed: &Filed) -> Option<StampedScan> {
    let decision = filed.confirming()?;
    scans.iter().find(|s| s.decision_id == decision.id).cloned()
}

/// A confirmed pledge with its scans.
#[derive(Clone, Debug)]
pub struct StampedView {
    /// The pledge.
    pub pledge: String,
    /// Whose it is.
    pub name: String,
    /// The branch.
    pub unit: String,
    /// Its number.
    pub number: String,
    /// The decision that stands in the seal line; nothing while none does.
    pub decision: Option<ReviewDecision>,
    /// The scans of that decision, the one that holds first.
    pub scans: Vec<StampedScan>,
    /// The reader may attach one.
    pub attaches: bool,
}

/// A matter as far as the actor may see it, and whether he may attach: who may take this very decision, or the office on
/// behalf of those, nobody for his own pledge.
async fn sheet(ctx: &Ctx, tx: &mut Tx, pledge: &str) -> Result<(Matter, StampedView)> {
    let missing = || Problem::not_found("problem.not_found");
    let org = &ctx.organization;
    let mut desk = Desk::required(ctx, tx).await?;
    let handed_in = store::review::handed_in_one(tx, org, pledge).await?;
    let matter = desk.matter(handed_in.ok_or_else(missing)?)?;
    let unit = matter.row.unit_id.as_str();
    let looks_on = may(&ctx.actor, Permission::ViewWorkbench, Scope::Unit(unit));
    let places = matter.places_of(ctx.actor.decider());
    if (places.is_empty() && !looks_on) || matter.content.campaign.as_str() != desk.campaign.id {
        return Err(missing().into());
    }
    let row = store::pledge::by_id(tx, org, pledge).await?.ok_or_else(missing)?;
    let filed = Filed::bare(row, store::pledge::decisions(tx, org, pledge).await?)?;
    let decision = filed.confirming().cloned();
    let mut scans = rows::of_pledge(tx, org, pledge).await?;
    scans.retain(|s| decision.as_ref().is_some_and(|d| d.id == s.decision_id));
    let office = ctx.actor.has(Role::CampaignOffice) && !matter.is_own(ctx.actor.decider());
    let decides = |d: &ReviewDecision| usize::try_from(d.step).is_ok_and(|step| places.contains(&step));
    let holds = may(&ctx.actor, Permission::AttachStamped, Scope::Unit(unit));
    let name = match matter.row.name.as_str() {
        "" => desk.unit_name(unit),
        name => name,
    };
    let view = StampedView {
        pledge: matter.row.id.clone(),
        name: name.to_owned(),
        unit: desk.unit_name(unit).to_owned(),
        number: matter.row.number.clone().unwrap_or_default(),
        attaches: holds && (office || decision.as_ref().is_some_and(decides)),
        decision,
        scans,
    };
    Ok((matter, view))
}

/// Asks for the scans of a pledge.
pub struct FindStamped(pub String);

impl Query for FindStamped {
    type Out = StampedView;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<StampedView> {
        Ok(sheet(ctx, tx, &self.0).await?.1)
    }
}

/// The form for whoever stamps it, to print: exactly those who may attach its scan.
pub struct StampedForm(pub String);

impl Query for StampedForm {
    type Out = PrintSet;
    fn needs(&self) -> Need {
        Need::Permission(Permission::AttachStamped)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<PrintSet> {
        let missing = || Problem::not_found("problem.not_found");
        let (_, view) = sheet(ctx, tx, &self.0).await?;
        if !view.attaches {
            return Err(missing().into());
        }
        let row = store::pledge::by_id(tx, &ctx.organization, &self.0).await?;
        printed(ctx, tx, row.ok_or_else(missing)?).await
    }
}

/// Attaches the scan of a form stamped by hand to the decision that was on the screen.
pub struct AttachStamped {
    /// The pledge.
    pub pledge: String,
    /// The decision shown.
    pub decision: String,
    /// The scan, [kept](keep) already.
    pub scan: Option<Attachment>,
}

impl UseCase for AttachStamped {
    type Out = StampedScan;
    fn needs(&self) -> Need {
        Need::Permission(Permission::AttachStamped)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<StampedScan> {
        let (matter, view) = sheet(ctx, tx, &self.pledge).await?;
        let decision = view
            .decision
            .ok_or_else(|| Problem::conflict("stamped.not_decided"))?;
        if !view.attaches {
            return Err(Problem::forbidden("stamped.not_yours").into());
        }
        if decision.id != self.decision {
            return Err(Problem::conflict("stamped.changed").into());
        }
        let scan = self.scan.as_ref();
        let scan = scan.ok_or_else(|| Problem::invalid("stamped.no_file").on("file"))?;
        let subject = Subject {
            kind: SCAN,
            pledge: &self.pledge,
            unit: &matter.row.unit_id,
        };
        let file = attach(ctx, tx, Some(scan), subject).await?;
        let (sha256, media_type) = scan.bytes();
        let row = StampedScan {
            id: ctx.id(),
            decision_id: decision.id,
            pledge_id: self.pledge.clone(),
            file_id: file.unwrap_or_default(),
            sha256: sha256.to_owned(),
            media_type: media_type.name().to_owned(),
            attached_by: ctx.actor.account.clone(),
            attached_name: ctx.actor.name.clone(),
            attached_at: ctx.now,
        };
        rows::add(tx, &ctx.organization, &row).await?;
        Ok(row)
    }
    fn event(&self, row: &StampedScan) -> Event {
        Event::new("stamped.attach", "pledge", &self.pledge)
            .with(serde_json::json!({ "decision": row.decision_id, "sha256": row.sha256 }))
    }
}
