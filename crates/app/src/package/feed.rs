//! Reads a campaign piece by piece and hands it on: nothing but one paper or one page of rows is held at a time.

use super::papers::{self, Made};
use super::{METADATA, Meta, Outline};
use crate::App;
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::sequencer::canonical;
use domain::access::Actor;
use domain::archive::{Series, is_told};
use domain::canonical::hex;
use domain::log::leaf_hash;
use lang::Lang;
use serde_json::json;
use store::audit::Link;
use store::{Tx, log, seal};
use tokio::sync::mpsc::Sender;

/// How many rows of the chains are read at once.
const STEP: i64 = 2_000;

/// What is handed on.
#[derive(Debug)]
pub enum Piece {
    /// A file begins; the one before is finished.
    Open(Meta),
    /// The next bytes of the file.
    Bytes(Vec<u8>),
    /// The public half of a key that signed decisions: its name and its PEM.
    Key(String, String),
    /// Everything was handed on. Without this the package is never finished.
    End,
}

/// Whoever feeds.
pub(super) struct Feed<'a> {
    pub(super) app: &'a App,
    pub(super) lang: Lang,
    pub(super) outline: &'a Outline,
    to: Sender<Piece>,
}

/// Hands on everything a campaign leaves for the archive, in the order of the series. `workers` papers are typeset
/// at a time.
///
/// # Errors
/// A form that cannot be made, whatever the database reports, and a writer that is gone.
pub async fn feed(app: &App, lang: Lang, outline: &Outline, workers: usize, to: Sender<Piece>) -> Result<()> {
    let feed = Feed {
        app,
        lang,
        outline,
        to,
    };
    super::office::office(&feed).await?;
    papers::forms(&feed, workers).await?;
    super::tables::decisions(&feed).await?;
    super::tables::rest(&feed).await?;
    super::supervision::watched(&feed).await?;
    feed.public_log().await?;
    feed.trail().await?;
    for key in app.query(&Actor::machine(), ReadKeys).await? {
        feed.send(Piece::Key(key.id, key.public_key)).await?;
    }
    feed.send(Piece::End).await
}

impl Feed<'_> {
    async fn send(&self, piece: Piece) -> Result<()> {
        let gone = |_| super::unwritable(lang::text(self.lang, "package.gone"));
        self.to.send(piece).await.map_err(gone)
    }

    /// A whole file.
    pub(super) async fn put(&self, meta: Meta, bytes: Vec<u8>) -> Result<()> {
        self.send(Piece::Open(meta)).await?;
        self.send(Piece::Bytes(bytes)).await
    }

    /// Both papers of a document, as they were typeset.
    pub(super) async fn papers(&self, meta: Meta, made: Made) -> Result<()> {
        for (ending, bytes) in made.files {
            let mut meta = meta.clone();
            meta.file = format!("{}.{ending}", meta.file);
            meta.note.clone_from(&made.note);
            self.put(meta, bytes).await?;
        }
        Ok(())
    }

    /// A series of the house or of a branch as one item with its usual title.
    pub(super) fn meta(&self, series: Series, department: usize) -> Meta {
        let label = lang::text(self.lang, &format!("package_series.{}", series.name())).to_owned();
        Meta {
            series: Some(series),
            department,
            file: label.clone(),
            title: label,
            responsible: self.outline.department(department).to_owned(),
            date: Some(self.outline.today),
            note: String::new(),
        }
    }

    /// A file of an item with rows, one a line.
    async fn lines(&self, meta: &Meta) -> Result<()> {
        let mut meta = meta.clone();
        meta.file = format!("{}.jsonl", meta.file);
        self.send(Piece::Open(meta)).await
    }

    async fn public_log(&self) -> Result<()> {
        let meta = self.meta(Series::PublicLog, 0);
        self.lines(&meta).await?;
        let mut from = 0;
        while from < self.outline.anchor.log_size {
            let asked = ReadLog { from };
            let rows = self.app.query(&Actor::machine(), asked).await?;
            let Some(last) = rows.last() else { break };
            from = last.0 + 1;
            let mut text = String::new();
            for (position, entry) in rows.iter().take_while(|r| r.0 < self.outline.anchor.log_size) {
                let leaf = hex(&leaf_hash(entry.as_bytes()));
                let line = json!({ "position": position, "leaf_hash": leaf, "entry": entry });
                text.push_str(&format!("{line}\n"));
            }
            self.send(Piece::Bytes(text.into_bytes())).await?;
        }
        let anchor = &self.outline.anchor;
        let root = json!({ "size": anchor.log_size, "root": anchor.log_root, "tree": "RFC 6962, SHA-256" });
        let mut root_meta = meta;
        root_meta.file = format!("{}.json", root_meta.file);
        self.put(root_meta, format!("{root:#}\n").into_bytes()).await
    }

    /// The trail up to the anchor: acts about the campaign in full, of the others place and hash alone.
    async fn trail(&self) -> Result<()> {
        let meta = self.meta(Series::Audit, 0);
        self.lines(&meta).await?;
        let until = self.outline.anchor.audit_position;
        let mut after = 0;
        while after < until {
            let links = self.app.query(&Actor::machine(), ReadTrail { after }).await?;
            let Some(last) = links.last().and_then(|l| l.position) else {
                break;
            };
            after = last;
            let mut text = String::new();
            for link in links.iter().filter(|l| l.position.is_some_and(|p| p <= until)) {
                text.push_str(&self.link(link)?);
            }
            self.send(Piece::Bytes(text.into_bytes())).await?;
        }
        let about = json!({
            "organization": self.outline.organization, "position": until,
            "hash": self.outline.anchor.audit_hash, "described_in": METADATA,
        });
        let mut about_meta = meta;
        about_meta.file = format!("{}.json", about_meta.file);
        self.put(about_meta, format!("{about:#}\n").into_bytes()).await
    }

    fn link(&self, link: &Link) -> Result<String> {
        let told = is_told(&link.entry.act) && link.entry.acted_at >= self.outline.made_at;
        let entry = match told {
            true => serde_json::to_value(canonical(&link.entry)?).map_err(Error::bug)?,
            false => serde_json::Value::Null,
        };
        let line = json!({ "position": link.position, "hash": link.hash, "entry": entry });
        Ok(format!("{line}\n"))
    }
}

struct ReadKeys;

impl Query for ReadKeys {
    type Out = Vec<seal::SigningKey>;
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        Ok(seal::keys(tx, &ctx.organization).await?)
    }
}

struct ReadLog {
    from: i64,
}

impl Query for ReadLog {
    type Out = Vec<(i64, String)>;
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        Ok(log::entries(tx, &ctx.organization, self.from, STEP).await?)
    }
}

struct ReadTrail {
    after: i64,
}

impl Query for ReadTrail {
    type Out = Vec<Link>;
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        Ok(store::audit::chained_after(tx, &ctx.organization, self.after, STEP).await?)
    }
}
