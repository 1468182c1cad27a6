//! Step 4 (N12): batches with exactly what strangers will see, the ledger of channels, take-down, objections, and
//! the one function by which every act tells the public what happened.

mod after;
mod desk;
mod objection;
mod publish;
mod release;

pub use after::{FindConsents, FindStanding, Restore, TakeDown, WithdrawConsent};
pub(crate) use desk::batches_of;
pub use desk::{BatchView, Desk, FindBatch, FindDesk, FoundBatch, MemberRow, RecordChannel};
pub(crate) use objection::waiting_for;
pub use objection::{AnswerObjection, FindObjection, FindObjections, ObjectionView, RaiseObjection};
pub(crate) use publish::clock_stands;
pub use publish::{LeftOut, Preview, PreviewBatch, Publish, Published, Ready, Target};

use crate::ctx::Ctx;
use crate::error::Result;
use domain::canonical::{canonical_json, sha256_hex};
use jiff::civil::Date;
use serde_json::{Value, json};
use store::Tx;
use store::publication::{self as rows, PublicEvent};

/// Something that happened to a pledge, as strangers may read it.
#[derive(Clone, Debug)]
pub struct Told<'a> {
    /// The pledge.
    pub pledge: &'a str,
    /// The item, where it is about one.
    pub item: Option<&'a str>,
    /// The day it happened.
    pub on: Date,
    /// `demand`, `submitted`, `confirmed`, `published`, `amended`, `progress`, `inspection`, `objection`, `feedback`,
    /// `appraisal`, `criticism`, `rectification`, `follow_up`, `closed`, `taken_down`, `correction`: keys `story.KIND`.
    pub kind: &'static str,
    /// The words of the act itself; nothing private, they are shown as they are.
    pub words: &'a str,
    /// Small facts the page sets into its own sentence (see `story_detail` of the web crate).
    pub detail: Value,
}

/// Adds a line to the life story of a pledge and, when the pledge is public, an entry to the public log.
///
/// The log holds hashes of words, never the words: it cannot be shortened, and a text that was taken down must not
/// live on in it.
///
/// # Errors
/// Whatever the database reports.
pub async fn tell(ctx: &Ctx, tx: &mut Tx, told: Told<'_>) -> Result<()> {
    let detail = if told.detail.is_null() {
        "{}".to_owned()
    } else {
        told.detail.to_string()
    };
    let event = PublicEvent {
        id: ctx.id(),
        pledge_id: told.pledge.to_owned(),
        item_id: told.item.map(Into::into),
        happened_on: told.on.to_string(),
        kind: told.kind.to_owned(),
        words: told.words.to_owned(),
        detail,
        created_at: ctx.now,
    };
    rows::add_event(tx, &ctx.organization, &event).await?;
    let public = store::public::pledge(tx, &ctx.organization, told.pledge).await?;
    if public.is_none_or(|p| p.taken_down_at.is_some() && told.kind != "taken_down") {
        return Ok(());
    }
    let entry = json!({
        "act": told.kind,
        "item": told.item,
        "pledge": told.pledge,
        "words_sha256": sha256_hex(told.words.as_bytes()),
    });
    log(ctx, tx, told.on, entry).await
}

/// Puts an entry in line for the public log (RFC 6962 leaves, DESIGN.md section 7). `entry` is an object of public
/// facts without words; format and day are added here.
///
/// # Errors
/// Whatever the database reports.
pub async fn log(ctx: &Ctx, tx: &mut Tx, on: Date, mut entry: Value) -> Result<()> {
    if let Some(map) = entry.as_object_mut() {
        map.insert("format".to_owned(), "jiannuo-log-1".into());
        map.insert("on".to_owned(), on.to_string().into());
    }
    let text = canonical_json(&entry)?;
    rows::add_public_act(tx, &ctx.organization, &ctx.id(), &text, ctx.now).await?;
    Ok(())
}

/// Text folded for search: lower case, blanks as single spaces.
pub(crate) fn fold(text: &str) -> String {
    text.to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
