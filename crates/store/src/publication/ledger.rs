//! Batches, the channels they went through, corrections and objections.

use crate::{Result, Tx, args, from_row, sql};

/// A batch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0006_publication.sql"
)]
pub struct Publication {
    pub id: String,
    pub campaign_id: String,
    pub scope: String,
    pub unit_id: Option<String>,
    pub pledges: i64,
    pub items: i64,
    pub objections_until: String,
    pub published_by: String,
    pub published_name: String,
    pub published_at: i64,
}

from_row!(Publication {
    id,
    campaign_id,
    scope,
    unit_id,
    pledges,
    items,
    objections_until,
    published_by,
    published_name,
    published_at,
});

const PUBLICATION: &str = "id, campaign_id, scope, unit_id, pledges, items, objections_until, published_by, published_name, published_at";

/// Adds a batch.
///
/// # Errors
/// Whatever the database reports.
pub async fn add(tx: &mut Tx, organization: &str, b: &Publication) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO publication (organization_id, id, campaign_id, scope, unit_id, pledges, items, \
             objections_until, published_by, published_name, published_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            organization,
            &b.id,
            &b.campaign_id,
            &b.scope,
            b.unit_id.as_deref(),
            b.pledges,
            b.items,
            &b.objections_until,
            &b.published_by,
            &b.published_name,
            b.published_at
        ],
    )
    .await
    .map(drop)
}

/// The batches of a campaign, newest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn all(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Publication>> {
    tx.all(
        sql!(
            "SELECT ",
            PUBLICATION,
            " FROM publication WHERE organization_id = $1 AND campaign_id = $2 ORDER BY published_at DESC, id DESC"
        ),
        args![organization, campaign],
    )
    .await
}

/// One batch.
///
/// # Errors
/// Whatever the database reports.
pub async fn by_id(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<Publication>> {
    tx.maybe(
        sql!(
            "SELECT ",
            PUBLICATION,
            " FROM publication WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, id],
    )
    .await
}

/// A line of the ledger of channels.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0006_publication.sql"
)]
pub struct Channel {
    pub id: String,
    pub publication_id: String,
    pub channel: String,
    pub done_on: String,
    pub place: String,
    pub proof: String,
    pub file_id: Option<String>,
    pub recorded_by: String,
    pub recorded_at: i64,
}

from_row!(Channel {
    id,
    publication_id,
    channel,
    done_on,
    place,
    proof,
    file_id,
    recorded_by,
    recorded_at
});

/// Adds a line to the ledger.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_channel(tx: &mut Tx, organization: &str, c: &Channel) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO publication_channel (organization_id, id, publication_id, channel, done_on, place, proof, \
             file_id, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        args![
            organization,
            &c.id,
            &c.publication_id,
            &c.channel,
            &c.done_on,
            &c.place,
            &c.proof,
            c.file_id.as_deref(),
            &c.recorded_by,
            c.recorded_at
        ],
    )
    .await
    .map(drop)
}

/// The ledger of a campaign.
///
/// # Errors
/// Whatever the database reports.
pub async fn channels(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Channel>> {
    tx.all(
        sql!(
            "SELECT c.id, c.publication_id, c.channel, c.done_on, c.place, c.proof, c.file_id, c.recorded_by, \
             c.recorded_at FROM publication_channel c JOIN publication p ON p.organization_id = c.organization_id \
             AND p.id = c.publication_id WHERE c.organization_id = $1 AND p.campaign_id = $2 \
             ORDER BY c.done_on, c.id"
        ),
        args![organization, campaign],
    )
    .await
}

/// What was recorded for the batch of a campaign that was published at one moment.
///
/// # Errors
/// Whatever the database reports.
pub async fn channels_at(tx: &mut Tx, organization: &str, campaign: &str, at: i64) -> Result<Vec<Channel>> {
    tx.all(
        sql!(
            "SELECT c.id, c.publication_id, c.channel, c.done_on, c.place, c.proof, c.file_id, c.recorded_by, \
             c.recorded_at FROM publication_channel c JOIN publication p ON p.organization_id = c.organization_id \
             AND p.id = c.publication_id WHERE c.organization_id = $1 AND p.campaign_id = $2 \
             AND p.published_at = $3 ORDER BY c.done_on, c.id"
        ),
        args![organization, campaign, at],
    )
    .await
}

/// A change after publication.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0006_publication.sql"
)]
pub struct Correction {
    pub id: String,
    pub campaign_id: String,
    pub pledge_id: String,
    pub kind: String,
    pub reason: String,
    pub made_by: String,
    pub made_at: i64,
}

from_row!(Correction {
    id,
    campaign_id,
    pledge_id,
    kind,
    reason,
    made_by,
    made_at
});

/// Adds a line to the list of corrections.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_correction(tx: &mut Tx, organization: &str, c: &Correction) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO correction (organization_id, id, campaign_id, pledge_id, kind, reason, made_by, made_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        args![organization, &c.id, &c.campaign_id, &c.pledge_id, &c.kind, &c.reason, &c.made_by, c.made_at],
    )
    .await
    .map(drop)
}

/// The corrections of a campaign, oldest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn corrections(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Correction>> {
    tx.all(
        sql!(
            "SELECT id, campaign_id, pledge_id, kind, reason, made_by, made_at FROM correction \
             WHERE organization_id = $1 AND campaign_id = $2 ORDER BY made_at, id"
        ),
        args![organization, campaign],
    )
    .await
}

/// When a batch of pledges was published last; `None` before the first.
///
/// # Errors
/// Whatever the database reports.
pub async fn newest_batch(tx: &mut Tx, organization: &str) -> Result<Option<i64>> {
    tx.maybe(
        sql!(
            "SELECT published_at FROM publication WHERE organization_id = $1 ORDER BY published_at DESC LIMIT 1"
        ),
        args![organization],
    )
    .await
}

/// Who took a pledge down last; `None` while nobody did.
///
/// # Errors
/// Whatever the database reports.
pub async fn taken_down_by(tx: &mut Tx, organization: &str, pledge: &str) -> Result<Option<String>> {
    tx.maybe(
        sql!(
            "SELECT made_by FROM correction WHERE organization_id = $1 AND pledge_id = $2 AND kind = 'taken_down' \
             ORDER BY made_at DESC, id DESC LIMIT 1"
        ),
        args![organization, pledge],
    )
    .await
}

/// An objection of the publicity period. Nothing says who raised it; a day is all that is kept of when.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0006_publication.sql"
)]
pub struct Objection {
    pub id: String,
    pub campaign_id: String,
    pub pledge_id: String,
    pub words: String,
    pub contact: String,
    pub said_on: String,
    pub receipt_hash: String,
    pub answer: String,
    pub upheld: Option<bool>,
    pub answered_at: Option<i64>,
}

from_row!(Objection {
    id,
    campaign_id,
    pledge_id,
    words,
    contact,
    said_on,
    receipt_hash,
    answer,
    upheld,
    answered_at,
});

const OBJECTION: &str =
    "id, campaign_id, pledge_id, words, contact, said_on, receipt_hash, answer, upheld, answered_at";

/// Adds an objection.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_objection(tx: &mut Tx, organization: &str, o: &Objection) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO objection (organization_id, id, campaign_id, pledge_id, words, contact, said_on, \
             receipt_hash, answer) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '')"
        ),
        args![
            organization,
            &o.id,
            &o.campaign_id,
            &o.pledge_id,
            &o.words,
            &o.contact,
            &o.said_on,
            &o.receipt_hash
        ],
    )
    .await
    .map(drop)
}

/// The objections of a campaign; unanswered ones first.
///
/// # Errors
/// Whatever the database reports.
pub async fn objections(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Objection>> {
    tx.all(
        sql!(
            "SELECT ",
            OBJECTION,
            " FROM objection WHERE organization_id = $1 AND campaign_id = $2 \
             ORDER BY CASE WHEN answered_at IS NULL THEN 0 ELSE 1 END, said_on, id"
        ),
        args![organization, campaign],
    )
    .await
}

/// One objection.
///
/// # Errors
/// Whatever the database reports.
pub async fn objection(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<Objection>> {
    tx.maybe(
        sql!(
            "SELECT ",
            OBJECTION,
            " FROM objection WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, id],
    )
    .await
}

/// The objection behind a receipt.
///
/// # Errors
/// Whatever the database reports.
pub async fn objection_by_receipt(tx: &mut Tx, organization: &str, hash: &str) -> Result<Option<Objection>> {
    tx.maybe(
        sql!(
            "SELECT ",
            OBJECTION,
            " FROM objection WHERE organization_id = $1 AND receipt_hash = $2"
        ),
        args![organization, hash],
    )
    .await
}

/// Answers an objection.
///
/// # Errors
/// Whatever the database reports.
pub async fn answer_objection(
    tx: &mut Tx,
    organization: &str,
    id: &str,
    (answer, upheld): (&str, bool),
    by: &str,
    now: i64,
) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE objection SET answer = $3, upheld = $4, answered_by = $5, answered_at = $6 \
             WHERE organization_id = $1 AND id = $2 AND answered_at IS NULL"
        ),
        args![organization, id, answer, upheld, by, now],
    )
    .await
}
