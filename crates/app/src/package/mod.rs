//! The evidence package (档案包): everything a campaign leaves for the archive, in ordered folders that anybody can
//! read and check without this product (issue 3; GB/T 18894, DA/T 22).
//!
//! It is fed file by file from the database ([`feed`]) and written as it comes, into a folder or into a ZIP that is
//! being downloaded ([`write`]). The signed lists come last: without them nothing looks complete.

mod check;
mod face;
mod feed;
mod office;
mod papers;
mod supervision;
mod tables;
mod write;

pub use check::{Checked, Fault, SealsChecked, check};
pub use feed::{Piece, feed};
pub use write::{FolderShelf, Shelf, Written, ZipShelf, write};

use crate::campaign::{self, RunningCampaign};
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::forms::FormRef;
use domain::access::{Permission, Scope};
use domain::archive::{Plan, Series};
use domain::campaign::CampaignState;
use domain::problem::Problem;
use jiff::civil::Date;
use serde::Serialize;
use store::Tx;

/// The list of SHA-256 sums, as `sha256sum -c` reads it.
pub const SHA256SUMS: &str = "SHA256SUMS";
/// The list of SM3 sums of the same files.
pub const SM3SUMS: &str = "SM3SUMS";
/// Says what a metadata file is.
pub const FORMAT: &str = "jiannuo-package-1";
/// Name of the file with the metadata.
pub const METADATA: &str = "metadata.json";
/// Name of the page that opens without a server.
pub const INDEX: &str = "index.html";
/// Name of the catalogue.
pub const CATALOGUE: &str = "catalogue.xlsx";

/// Name of the file with a signature over a list.
pub(crate) fn signature_of(list: &str, algorithm: &str) -> String {
    format!("{list}.{algorithm}.sig")
}

/// Name of the file with the public key of a way of signing.
pub(crate) fn key_file(algorithm: &str) -> String {
    format!("keys/{algorithm}.pem")
}

/// Name of the file with the certificate of a key.
pub(crate) fn certificate_file(algorithm: &str) -> String {
    format!("keys/{algorithm}.crt")
}

/// What one file of the package is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meta {
    /// The sort of paper.
    pub series: Option<Series>,
    /// Its department: 0 is the house as a whole, from 1 the branches.
    pub department: usize,
    /// Title of the item (件); files of one department, series and title are one item.
    pub title: String,
    /// Who answers for it (责任者).
    pub responsible: String,
    /// The day it bears.
    pub date: Option<Date>,
    /// Name of the file without its folder.
    pub file: String,
    /// What a reader has to know, e.g. characters no font has.
    pub note: String,
}

/// A file that was written.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it is about.
    pub meta: Meta,
    /// Its place in the package, with `/`.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
    /// SM3, hexadecimal.
    pub sm3: String,
}

/// Where the chains stood when the package was begun.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Anchor {
    /// Entries in the audit chain.
    pub audit_position: i64,
    /// Hash at its end.
    pub audit_hash: String,
    /// Leaves in the public log.
    pub log_size: i64,
    /// Root of its tree (RFC 6962).
    pub log_root: String,
}

/// What a package will hold.
#[derive(Clone, Debug)]
pub struct Outline {
    /// The campaign.
    pub campaign: RunningCampaign,
    /// When it was made, microseconds UTC: the trail is told from here on.
    pub made_at: i64,
    /// Name of the house.
    pub house: String,
    /// Id of the organisation: the audit chain begins with it.
    pub organization: String,
    /// What the archive wants.
    pub plan: Plan,
    /// The year it is filed under.
    pub year: i16,
    /// Today.
    pub today: Date,
    /// The branches in their order: id and name. Department 1 is the first.
    pub departments: Vec<(String, String)>,
    /// The forms handed in, with their department.
    pub forms: Vec<(usize, FormRef)>,
    /// Where the chains stood.
    pub anchor: Anchor,
}

impl Outline {
    /// Name of a department.
    pub fn department(&self, at: usize) -> &str {
        match at.checked_sub(1) {
            None => &self.house,
            Some(at) => self.departments.get(at).map_or("", |(_, name)| name),
        }
    }

    /// The department of a branch; the house where there is none.
    pub(crate) fn of_unit(&self, unit: &str) -> usize {
        let at = self.departments.iter().position(|(id, _)| id == unit);
        at.map_or(0, |at| at + 1)
    }
}

/// Asks for the id of the campaign a command means, as [`ExportPackage`] takes it.
pub struct FindNamed(pub String);

impl Query for FindNamed {
    type Out = String;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        Ok(find(ctx, tx, &self.0).await?.id)
    }
}

/// The campaign that is meant: by id, by its number in the order of starting (from 1), or the one shown now.
async fn find(ctx: &Ctx, tx: &mut Tx, which: &str) -> Result<RunningCampaign> {
    let missing = || Problem::not_found("problem.package.no_campaign").on("campaign");
    if which.is_empty() {
        return Ok(campaign::shown(ctx, tx).await?.ok_or_else(missing)?);
    }
    let begun = begun(ctx, tx).await?;
    let nth = which.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
    let id = match nth {
        Some(nth) => begun.get(nth),
        None => begun.iter().find(|id| *id == which),
    };
    campaign::by_id(ctx, tx, id.ok_or_else(missing)?).await
}

/// Campaigns that were started, oldest first.
async fn begun(ctx: &Ctx, tx: &mut Tx) -> Result<Vec<String>> {
    let mut all = store::campaign::all(tx, &ctx.organization).await?;
    all.retain(|c| c.state != CampaignState::Draft.name());
    all.sort_by_key(|c| (c.started_at, c.created_at));
    Ok(all.into_iter().map(|c| c.id).collect())
}

/// Begins a package: whoever takes it away stands in the trail, and the keys that will sign it become known.
pub struct ExportPackage {
    /// Id or number of the campaign; empty for the one shown now.
    pub campaign: String,
}

impl UseCase for ExportPackage {
    /// Id of the campaign.
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ExportPackage)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        ctx.require(Permission::ExportPackage, Scope::Organization)?;
        let campaign = find(ctx, tx, &self.campaign).await?;
        for signer in ctx.signers.all()? {
            crate::seal::known(ctx, tx, signer.as_ref()).await?;
        }
        Ok(campaign.id)
    }
    fn event(&self, campaign: &String) -> Event {
        Event::new("package.export", "campaign", campaign.as_str())
    }
}

/// Asks what a package will hold.
pub struct ReadOutline {
    /// Id of the campaign.
    pub campaign: String,
}

impl Query for ReadOutline {
    type Out = Outline;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ExportPackage)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Outline> {
        ctx.require(Permission::ExportPackage, Scope::Organization)?;
        let org = ctx.organization.as_str();
        let campaign = campaign::by_id(ctx, tx, &self.campaign).await?;
        let row = store::campaign::by_id(tx, org, &campaign.id).await?;
        let house = store::organization::by_id(tx, org).await?;
        let rows = store::pledge::of_campaign(tx, org, &campaign.id).await?;
        let departments = departments(tx, org, rows.iter().map(|r| r.unit_id.as_str())).await?;
        let began = campaign.started_at.map(|at| ctx.date_of(at));
        let year = campaign.template.starts_on.or(began).unwrap_or(ctx.today).year();
        let mut outline = Outline {
            made_at: row.map(|r| r.created_at).unwrap_or_default(),
            house: house.map(|h| h.name).unwrap_or_default(),
            organization: org.to_owned(),
            plan: Plan::of(&campaign.template),
            anchor: anchor(tx, org).await?,
            today: ctx.today,
            forms: Vec::new(),
            campaign,
            year,
            departments,
        };
        for row in rows.into_iter().filter(|row| row.round > 0) {
            let header = crate::pledge::header_of(&row)?;
            let form = FormRef {
                branch: row.person_id.is_none(),
                unit: header.unit,
                name: header.name,
                number: row.number.unwrap_or_default(),
                pledge: row.id,
            };
            outline.forms.push((outline.of_unit(&row.unit_id), form));
        }
        outline
            .forms
            .sort_by(|a, b| (a.0, !a.1.branch, &a.1.number).cmp(&(b.0, !b.1.branch, &b.1.number)));
        Ok(outline)
    }
}

/// The branches that have pledges, in the order of the house; those dissolved since come last.
async fn departments<'a>(
    tx: &mut Tx,
    org: &str,
    used: impl Iterator<Item = &'a str>,
) -> Result<Vec<(String, String)>> {
    let mut used: std::collections::BTreeSet<&str> = used.collect();
    let mut out = Vec::new();
    for unit in store::organization::units(tx, org).await? {
        if used.remove(unit.id.as_str()) {
            out.push((unit.id, unit.name));
        }
    }
    for id in used {
        if let Some(unit) = store::organization::unit(tx, org, id).await? {
            out.push((unit.id, unit.name));
        }
    }
    Ok(out)
}

async fn anchor(tx: &mut Tx, org: &str) -> Result<Anchor> {
    let last = store::log::checkpoints(tx, org, 1).await?.pop();
    Ok(last.map_or_else(Anchor::default, |c| Anchor {
        audit_position: c.position,
        audit_hash: c.hash,
        log_size: c.log_size,
        log_root: c.log_root,
    }))
}

/// What the page tells before anything is made.
#[derive(Clone, Debug)]
pub struct Prospect {
    /// The campaigns that can be taken away, newest first: id and campaign.
    pub campaigns: Vec<RunningCampaign>,
    /// The one that is meant, with the number of its forms.
    pub chosen: Option<(RunningCampaign, usize)>,
    /// Names of the keys that sign here, once they have: algorithm and key.
    pub keys: Vec<(String, String)>,
}

/// Asks for it.
pub struct FindProspect {
    /// Id of the campaign; empty or unknown for the one shown now.
    pub campaign: String,
}

impl Query for FindProspect {
    type Out = Prospect;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ExportPackage)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Prospect> {
        let org = ctx.organization.as_str();
        let mut campaigns = Vec::new();
        for id in begun(ctx, tx).await?.iter().rev() {
            campaigns.push(campaign::by_id(ctx, tx, id).await?);
        }
        let shown = campaign::shown(ctx, tx).await?;
        let chosen = campaigns.iter().find(|c| c.id == self.campaign).cloned();
        let chosen = match chosen.or(shown) {
            Some(campaign) => {
                let rows = store::pledge::of_campaign(tx, org, &campaign.id).await?;
                Some((campaign, rows.iter().filter(|r| r.round > 0).count()))
            }
            None => None,
        };
        let keys = store::seal::keys(tx, org).await?;
        Ok(Prospect {
            campaigns,
            chosen,
            keys: keys.into_iter().map(|k| (k.algorithm, k.id)).collect(),
        })
    }
}

/// Seconds a package takes here, roughly: both papers of a form together, measured on one core.
#[must_use]
pub fn seconds(forms: usize) -> usize {
    3 + forms / 25
}

/// A package that could not be written, as the reader is told.
pub(crate) fn unwritable(why: impl std::fmt::Display) -> Error {
    use domain::problem::ProblemKind;
    let problem = Problem::new(ProblemKind::Unavailable, "problem.package.unwritable");
    problem.with("why", why).into()
}
