//! Pictures of seals: kept by the security administrator, who decides nothing; set on paper by decisions, which the
//! holders of the units make, who never hold the picture (PRODUCT.md N11, N20, N21).

use crate::App;
use crate::attachment::{self, Attachment, SEAL, Subject, attach};
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::pledge::Filed;
use documents::paper::SealPicture;
use domain::access::{Permission, Role, Scope};
use domain::attachment::{MediaType, clean, picture_size};
use domain::problem::{Problem, ProblemKind};
use domain::text::{TextRule, check_text};
use store::Tx;
use store::organization::Unit;
use store::seal_image::{self as rows, Held, SealImage};

/// Largest picture of a seal, in bytes.
pub const BYTES_MAX: usize = 1024 * 1024;
/// Longest side, in pixels.
pub const SIDE_MAX: u32 = 2000;
/// Shortest side, in pixels: less is a smear on paper.
pub const SIDE_MIN: u32 = 60;
/// Least of a picture that must be seen on white paper, in thousandths: a ring alone has more.
const INK_MIN: u64 = 5;
/// Longest name, in characters.
const NAME_MAX: usize = 60;
/// Kinds of units that have a seal here.
const KINDS: [&str; 2] = ["party_committee", "party_branch"];

/// Checks that an upload is a picture that prints, cuts out what describes it and keeps its bytes.
///
/// # Errors
/// `seal_image.too_large` (args `megabytes`), `seal_image.too_wide`, `seal_image.too_small` (arg `side`), `seal_image.blank`, `seal_image.no_picture`, all on
/// `file`; a disk that is full.
pub async fn keep(app: &App, name: &str, bytes: &[u8]) -> Result<Attachment> {
    if bytes.len() > BYTES_MAX {
        let problem = Problem::new(ProblemKind::TooLarge, "seal_image.too_large").on("file");
        return Err(problem.with("megabytes", BYTES_MAX / 1024 / 1024).into());
    }
    let none = || Problem::invalid("seal_image.no_picture").on("file");
    let (kind, cleaned) = clean("file", bytes).map_err(|_| none())?;
    let (wide, high) = picture_size(kind, &cleaned).ok_or_else(none)?;
    if wide.max(high) > SIDE_MAX {
        let problem = Problem::invalid("seal_image.too_wide").on("file");
        return Err(problem.with("side", SIDE_MAX).into());
    }
    if wide.min(high) < SIDE_MIN {
        let problem = Problem::invalid("seal_image.too_small").on("file");
        return Err(problem.with("side", SIDE_MIN).into());
    }
    // Decoded by the same library that prints it: what it cannot read would be missing on paper.
    let decode = move || SealPicture::ink(&cleaned, kind == MediaType::Png);
    let ink = tokio::task::spawn_blocking(decode).await.map_err(Error::bug)?;
    match ink {
        None => return Err(none().into()),
        Some(ink) if ink < INK_MIN => {
            return Err(Problem::invalid("seal_image.blank").on("file").into());
        }
        Some(_) => {}
    }
    attachment::keep(app, "file", name, bytes).await
}

/// The name under which the printer knows a picture.
pub(crate) fn picture_path(sha256: &str, media_type: &str) -> String {
    let ending = MediaType::from_name(media_type).map_or("", MediaType::ending);
    format!("/seal/{sha256}{ending}")
}

fn may_keep(ctx: &Ctx) -> Result<()> {
    ctx.require(Permission::KeepSeals, Scope::Organization)
}

/// Keeps the picture of a unit's seal from now on. The one before stays for the decisions made while it held.
pub struct KeepSeal {
    /// The unit.
    pub unit: String,
    /// What the seal is called; empty = as the unit.
    pub name: String,
    /// The picture, [kept](keep) already.
    pub picture: Option<Attachment>,
}

impl UseCase for KeepSeal {
    type Out = (SealImage, Option<SealImage>);
    fn needs(&self) -> Need {
        Need::Permission(Permission::KeepSeals)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        may_keep(ctx)?;
        let org = &ctx.organization;
        let unit = store::organization::unit(tx, org, &self.unit).await?;
        let unit = unit.filter(|u| KINDS.contains(&u.kind.as_str()));
        let unit = unit.ok_or_else(|| Problem::invalid("seal_image.unit").on("unit"))?;
        check_text("name", &self.name, TextRule::line(NAME_MAX).optional())?;
        let missing = || Problem::invalid("seal_image.no_file").on("file");
        let picture = self.picture.as_ref().ok_or_else(missing)?;
        let all = rows::all(tx, org).await?;
        let before = all
            .into_iter()
            .find(|s| s.unit_id == unit.id && s.valid_until.is_none());
        if let Some(before) = &before {
            rows::end(tx, org, &before.id, ctx.now, &ctx.actor.name).await?;
        }
        let subject = Subject {
            kind: SEAL,
            pledge: "",
            unit: &unit.id,
        };
        let file = attach(ctx, tx, Some(picture), subject).await?;
        let (sha256, media_type) = picture.bytes();
        let name = match self.name.trim() {
            "" => unit.name,
            name => name.to_owned(),
        };
        let row = SealImage {
            id: ctx.id(),
            unit_id: unit.id,
            name,
            file_id: file.unwrap_or_default(),
            sha256: sha256.to_owned(),
            media_type: media_type.name().to_owned(),
            valid_from: ctx.now,
            valid_until: None,
            added_by: ctx.actor.account.clone(),
            added_name: ctx.actor.name.clone(),
            ended_name: String::new(),
        };
        rows::add(tx, org, &row).await?;
        Ok((row, before))
    }
    fn event(&self, (row, before): &Self::Out) -> Event {
        let replaced = before.as_ref().map(|b| b.id.as_str());
        Event::new("seal.keep", "seal_image", &row.id).with(serde_json::json!({
            "unit": row.unit_id, "name": row.name, "sha256": row.sha256, "replaced": replaced,
        }))
    }
}

/// Ends a picture without another in its place: decisions from now on bear none.
pub struct WithdrawSeal {
    /// The picture.
    pub seal: String,
}

impl UseCase for WithdrawSeal {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::KeepSeals)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        may_keep(ctx)?;
        match rows::end(tx, &ctx.organization, &self.seal, ctx.now, &ctx.actor.name).await? {
            0 => Err(Problem::not_found("problem.not_found").into()),
            _ => Ok(()),
        }
    }
    fn event(&self, (): &()) -> Event {
        Event::new("seal.withdraw", "seal_image", &self.seal)
    }
}

/// A unit with the pictures of its seal.
#[derive(Clone, Debug)]
pub struct UnitSeals {
    /// The unit.
    pub unit: Unit,
    /// The picture that holds.
    pub now: Option<SealImage>,
    /// Those before, newest first.
    pub before: Vec<SealImage>,
}

/// Every unit that has a seal, with its pictures.
pub struct ListSeals;

impl Query for ListSeals {
    type Out = Vec<UnitSeals>;
    fn needs(&self) -> Need {
        Need::Permission(Permission::KeepSeals)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Vec<UnitSeals>> {
        may_keep(ctx)?;
        let mut all = rows::all(tx, &ctx.organization).await?;
        let units = store::organization::units(tx, &ctx.organization).await?;
        let own = units.into_iter().filter(|u| KINDS.contains(&u.kind.as_str()));
        let lines = own.map(|unit| {
            let mut before: Vec<_> = all.extract_if(.., |s| s.unit_id == unit.id).collect();
            let now = before.iter().position(|s| s.valid_until.is_none());
            UnitSeals {
                now: now.map(|at| before.remove(at)),
                before,
                unit,
            }
        });
        Ok(lines.collect())
    }
}

/// The pictures with what says who may bear them.
pub(crate) struct Seals {
    images: Vec<SealImage>,
    units: Vec<Unit>,
    held: Vec<Held>,
}

impl Seals {
    /// Reads what a form needs; nothing but the empty list where no picture was ever kept.
    pub(crate) async fn read(ctx: &Ctx, tx: &mut Tx) -> Result<Seals> {
        let org = &ctx.organization;
        let images = rows::all(tx, org).await?;
        let (mut units, mut held) = (Vec::new(), Vec::new());
        if !images.is_empty() {
            let roles = [Role::BranchSecretary.name(), Role::PartyCommittee.name()];
            units = store::organization::units(tx, org).await?;
            held = rows::held(tx, org, roles).await?;
        }
        Ok(Seals { images, units, held })
    }

    /// The picture that the confirming decision of a form bears: of the unit whose holder decided, if it held when he
    /// did. A decision without a check code bears none, since the picture refers to it.
    pub(crate) fn on(&self, filed: &Filed) -> Option<SealImage> {
        let decision = filed.confirming().filter(|d| !d.seal_code.is_empty())?;
        let branch = filed.row.unit_id.as_str();
        let unit = match Role::from_name(&decision.role)? {
            Role::BranchSecretary => branch,
            Role::PartyCommittee => self.committee(branch)?,
            _ => return None,
        };
        let at = decision.decided_at;
        let holds = |h: &Held| {
            h.account_id == decision.decided_by
                && h.role == decision.role
                && h.unit_id.as_deref().is_none_or(|u| u == unit)
                && h.granted_at <= at
                && h.revoked_at.is_none_or(|end| at < end)
        };
        if !self.held.iter().any(holds) {
            return None;
        }
        let held_then = |s: &&SealImage| {
            s.unit_id == unit && s.valid_from <= at && s.valid_until.is_none_or(|end| at < end)
        };
        self.images.iter().find(held_then).cloned()
    }

    /// The committee above a unit: the nearest one.
    fn committee(&self, unit: &str) -> Option<&str> {
        let mut at = unit;
        // A tree is never deeper than it has units; a circle ends here too.
        for _ in 0..=self.units.len() {
            let here = self.units.iter().find(|u| u.id == at)?;
            if here.kind == KINDS[0] {
                return Some(&here.id);
            }
            at = here.parent_id.as_deref()?;
        }
        None
    }
}
