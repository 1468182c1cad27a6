//! Step 4 (N12): batches, the ledger of channels, objections, and the writing of the `public_*` tables. What
//! strangers read is in [`crate::public`].

mod candidate;
mod ledger;
mod projection;

pub use candidate::{
    Candidate, branch_candidates, candidate, member_candidates, member_counts, own_pledge,
    set_consent_withdrawn, set_pledge_state,
};
pub use ledger::{
    Channel, Correction, Objection, Publication, add, add_channel, add_correction, add_objection, all,
    answer_objection, by_id, channels, channels_at, corrections, newest_batch, objection,
    objection_by_receipt, objections, taken_down_by,
};
pub use projection::{
    Facts, PublicItem, PublicPledge, PublicVersion, add_version, drop_item, facts, item_ids, put_item,
    put_pledge, set_taken_down,
};

use crate::{Result, Tx, args, from_row, sql};

/// A line in the life story of a pledge, as strangers may read it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0006_publication.sql"
)]
pub struct PublicEvent {
    pub id: String,
    pub pledge_id: String,
    pub item_id: Option<String>,
    pub happened_on: String,
    pub kind: String,
    pub words: String,
    pub detail: String,
    pub created_at: i64,
}

from_row!(PublicEvent {
    id,
    pledge_id,
    item_id,
    happened_on,
    kind,
    words,
    detail,
    created_at
});

/// Adds a line to the life story of a pledge. Acts use `app::publication::tell`, which also writes the public log.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_event(tx: &mut Tx, organization: &str, e: &PublicEvent) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO public_event (organization_id, id, pledge_id, item_id, happened_on, kind, words, detail, \
             created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        args![
            organization,
            &e.id,
            &e.pledge_id,
            e.item_id.as_deref(),
            &e.happened_on,
            &e.kind,
            &e.words,
            &e.detail,
            e.created_at
        ],
    )
    .await
    .map(drop)
}

/// Writes the small facts of a line anew that was added in this very moment: the reply to a published criticism joins it.
///
/// # Errors
/// Whatever the database reports.
pub async fn set_event_detail(
    tx: &mut Tx,
    organization: &str,
    (pledge, kind, created_at): (&str, &str, i64),
    detail: &str,
) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE public_event SET detail = $5 WHERE organization_id = $1 AND pledge_id = $2 AND kind = $3 \
             AND created_at = $4"
        ),
        args![organization, pledge, kind, created_at, detail],
    )
    .await
}

/// What an act changes of a public item. Report and finding are two facts and never written together (PRODUCT.md 3.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemChange<'a> {
    /// The pledger reports; `claim` is `None` while it is under way (an earlier claim is then kept).
    Report {
        /// Identifier of `Fulfilment`.
        claim: Option<&'a str>,
        /// What he says.
        words: &'a str,
        /// ISO date.
        on: &'a str,
    },
    /// Somebody else looked.
    Finding {
        /// Identifier of `FindingKind`.
        verdict: &'a str,
        /// What was found.
        words: &'a str,
        /// ISO date.
        on: &'a str,
    },
    /// Somebody else looked before it was due and found it in order so far: that is no verdict.
    InOrder {
        /// What was seen.
        words: &'a str,
        /// ISO date.
        on: &'a str,
    },
    /// A rectification order begins or ends.
    Rectifying(bool),
}

/// Writes a change to the public item; 0 when the item is not public (not yet, or taken down), which is no error:
/// publication reads the facts from `commitment_item`.
///
/// # Errors
/// Whatever the database reports.
pub async fn set_item_state(
    tx: &mut Tx,
    organization: &str,
    item: &str,
    change: ItemChange<'_>,
    now: i64,
) -> Result<u64> {
    match change {
        ItemChange::Report { claim, words, on } => {
            tx.execute(
                sql!(
                    "UPDATE public_item SET claim = COALESCE(CAST($3 AS TEXT), claim), claim_words = $4, \
                     claimed_on = $5, updated_at = $6 WHERE organization_id = $1 AND id = $2"
                ),
                args![organization, item, claim, words, on, now],
            )
            .await
        }
        ItemChange::Finding { verdict, words, on } => {
            tx.execute(
                sql!(
                    "UPDATE public_item SET verdict = $3, verdict_words = $4, verdict_on = $5, updated_at = $6 \
                     WHERE organization_id = $1 AND id = $2"
                ),
                args![organization, item, verdict, words, on, now],
            )
            .await
        }
        ItemChange::InOrder { words, on } => {
            tx.execute(
                sql!(
                    "UPDATE public_item SET verdict_words = $3, verdict_on = $4, updated_at = $5 \
                     WHERE organization_id = $1 AND id = $2 AND verdict IS NULL"
                ),
                args![organization, item, words, on, now],
            )
            .await
        }
        ItemChange::Rectifying(open) => {
            tx.execute(
                sql!(
                    "UPDATE public_item SET rectifying = $3, updated_at = $4 WHERE organization_id = $1 AND id = $2"
                ),
                args![organization, item, open, now],
            )
            .await
        }
    }
}

/// Brings an item to the top of what happened recently without changing a fact.
///
/// # Errors
/// Whatever the database reports.
pub async fn touch_item(tx: &mut Tx, organization: &str, item: &str, now: i64) -> Result<u64> {
    tx.execute(
        sql!("UPDATE public_item SET updated_at = $3 WHERE organization_id = $1 AND id = $2"),
        args![organization, item, now],
    )
    .await
}

/// Puts an entry in line for the public log; `entry` is canonical JSON.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_public_act(tx: &mut Tx, organization: &str, id: &str, entry: &str, now: i64) -> Result<()> {
    tx.execute(
        sql!("INSERT INTO public_act (organization_id, id, entry, acted_at) VALUES ($1, $2, $3, $4)"),
        args![organization, id, entry, now],
    )
    .await
    .map(drop)
}
