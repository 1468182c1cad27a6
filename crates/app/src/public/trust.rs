//! Check codes, corrections, checkpoints, and how often pages are read.

use crate::App;
use crate::campaign;
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::public::proof::{items_hold, text_holds};
use domain::ids::CheckCode;
use domain::problem::Problem;
use std::collections::HashMap;
use store::log::{self, Checkpoint};
use store::public::{self as rows, DrawHead};
use store::publication::{Correction, PublicPledge, PublicVersion};
use store::{Act, Tx};

/// A text behind a check code.
#[derive(Clone, Debug)]
pub struct CodeView {
    /// The frozen text.
    pub version: PublicVersion,
    /// The pledge as it is public now.
    pub head: PublicPledge,
    /// The text is the one its hash and code were made of; worked out now, not taken from what is stored.
    pub holds: bool,
    /// The board shows this very text; also true of a text that is no longer in force or was taken down.
    pub shown: bool,
}

/// Asks for the public texts behind a check code. Of a pledge that was taken down only the fact is told.
pub struct FindCode(pub String);

impl Query for FindCode {
    type Out = Vec<CodeView>;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Vec<CodeView>> {
        let org = ctx.organization.as_str();
        let code = CheckCode::parse(&self.0).map_err(|p| p.on("code"))?;
        let mut out = Vec::new();
        for version in rows::versions_by_code(tx, org, code.as_str()).await? {
            if let Some(head) = rows::pledge(tx, org, &version.pledge_id).await? {
                let in_force = head.version == version.version && head.taken_down_at.is_none();
                let items = rows::item_texts(tx, org, &head.id).await?;
                out.push(CodeView {
                    holds: text_holds(&version),
                    shown: !in_force
                        || (head.content == version.content && items_hold(&version.content, &items)),
                    version,
                    head,
                });
            }
        }
        if out.is_empty() {
            return Err(Problem::invalid("verify.unknown").on("code").into());
        }
        Ok(out)
    }
}

/// What lets anybody check the whole.
#[derive(Clone, Debug, Default)]
pub struct TrustView {
    /// The newest checkpoint of audit trail and public log.
    pub checkpoint: Option<Checkpoint>,
    /// Entries in the public log.
    pub log_size: i64,
    /// Draws.
    pub draws: Vec<DrawHead>,
}

/// Asks for it.
pub struct FindTrust;

impl Query for FindTrust {
    type Out = TrustView;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<TrustView> {
        let org = ctx.organization.as_str();
        let draws = match campaign::shown(ctx, tx).await? {
            Some(campaign) => rows::draws(tx, org, &campaign.id).await?,
            None => Vec::new(),
        };
        Ok(TrustView {
            checkpoint: log::checkpoints(tx, org, 1).await?.pop(),
            log_size: log::size(tx, org).await?,
            draws,
        })
    }
}

/// Asks for the list of corrections.
pub struct FindCorrections;

impl Query for FindCorrections {
    type Out = Vec<(Correction, PublicPledge)>;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        // Of every campaign: the list only grows, whatever begins or ends.
        let one = ctx.actor.looks_at.as_deref().unwrap_or_default();
        Ok(rows::corrections(tx, &ctx.organization, one).await?)
    }
}

/// Asks for a thousand entries of the public log from a position on.
pub struct LogPage {
    /// Position from 0.
    pub from: i64,
}

impl Query for LogPage {
    /// The entries, and how many there are in all.
    type Out = (Vec<(i64, String)>, i64);
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        let entries = log::entries(tx, &ctx.organization, self.from.max(0), 1000).await?;
        Ok((entries, log::size(tx, &ctx.organization).await?))
    }
}

struct Visits {
    organization: String,
    counts: HashMap<String, i64>,
}

impl Act for Visits {
    type Out = ();
    async fn run(&self, tx: &mut Tx) -> store::Result<()> {
        for (path, n) in &self.counts {
            rows::add_visits(tx, &self.organization, path, *n).await?;
        }
        Ok(())
    }
}

/// Writes visits gathered in memory. No act of anybody: no audit entry.
///
/// # Errors
/// Whatever the database reports; the caller keeps the counts then.
pub async fn write_visits(app: &App, counts: HashMap<String, i64>) -> Result<()> {
    if counts.is_empty() {
        return Ok(());
    }
    app.db()
        .act(Visits {
            organization: app.organization().to_owned(),
            counts,
        })
        .await?;
    Ok(())
}
