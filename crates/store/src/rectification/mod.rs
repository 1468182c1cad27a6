//! Criticism and putting right (N18).

mod after;
mod handover;

pub use after::*;
pub use handover::{Handover, hand_over, handovers};

use crate::{Result, Tx, args, from_row, sql};

/// A criticism with its right of reply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0010_rectification.sql"
)]
pub struct Criticism {
    pub id: String,
    pub campaign_id: String,
    pub pledge_id: String,
    pub item_id: Option<String>,
    pub unit_id: String,
    pub origin: String,
    pub origin_id: String,
    pub words: String,
    pub made_by: String,
    pub made_name: String,
    pub made_at: i64,
    pub reply: String,
    pub replied_at: Option<i64>,
    pub published_at: Option<i64>,
}

from_row!(Criticism {
    id,
    campaign_id,
    pledge_id,
    item_id,
    unit_id,
    origin,
    origin_id,
    words,
    made_by,
    made_name,
    made_at,
    reply,
    replied_at,
    published_at
});

const CRITICISM: &str = "id, campaign_id, pledge_id, item_id, unit_id, origin, origin_id, words, made_by, made_name, \
    made_at, reply, replied_at, published_at";

/// Keeps a criticism.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_criticism(tx: &mut Tx, organization: &str, c: &Criticism) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO criticism (organization_id, id, campaign_id, pledge_id, item_id, unit_id, origin, \
             origin_id, words, made_by, made_name, made_at, reply, replied_at, published_at) VALUES ($1, $2, \
             $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
        ),
        args![
            organization,
            &c.id,
            &c.campaign_id,
            &c.pledge_id,
            c.item_id.as_deref(),
            &c.unit_id,
            &c.origin,
            &c.origin_id,
            &c.words,
            &c.made_by,
            &c.made_name,
            c.made_at,
            &c.reply,
            c.replied_at,
            c.published_at
        ],
    )
    .await
    .map(drop)
}

/// One criticism.
///
/// # Errors
/// Whatever the database reports.
pub async fn criticism(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<Criticism>> {
    tx.maybe(
        sql!(
            "SELECT ",
            CRITICISM,
            " FROM criticism WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, id],
    )
    .await
}

/// The criticisms of a campaign, newest first; of every branch when `unit` is empty.
///
/// # Errors
/// Whatever the database reports.
pub async fn criticisms(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    unit: &str,
) -> Result<Vec<Criticism>> {
    tx.all(
        sql!(
            "SELECT ",
            CRITICISM,
            " FROM criticism WHERE organization_id = $1 AND campaign_id = $2 \
             AND ($3 = '' OR unit_id = $3) ORDER BY made_at DESC, id DESC"
        ),
        args![organization, campaign, unit],
    )
    .await
}

/// The criticism that came from a finding, an opinion or an overdue item.
///
/// # Errors
/// Whatever the database reports.
pub async fn criticism_from(
    tx: &mut Tx,
    organization: &str,
    origin: &str,
    origin_id: &str,
) -> Result<Option<String>> {
    tx.maybe(
        sql!(
            "SELECT id FROM criticism WHERE organization_id = $1 AND origin = $2 AND origin_id = $3 \
             ORDER BY made_at DESC, id DESC LIMIT 1"
        ),
        args![organization, origin, origin_id],
    )
    .await
}

/// Keeps the reply; 0 when there is one.
///
/// # Errors
/// Whatever the database reports.
pub async fn set_reply(tx: &mut Tx, organization: &str, id: &str, reply: &str, now: i64) -> Result<u64> {
    tx.execute(
        sql!("UPDATE criticism SET reply = $3, replied_at = $4 WHERE organization_id = $1 AND id = $2 AND replied_at IS NULL"),
        args![organization, id, reply, now],
    )
    .await
}

/// Notes when strangers could read it.
///
/// # Errors
/// Whatever the database reports.
pub async fn set_published(tx: &mut Tx, organization: &str, id: &str, now: i64) -> Result<u64> {
    tx.execute(
        sql!("UPDATE criticism SET published_at = $3 WHERE organization_id = $1 AND id = $2 AND published_at IS NULL"),
        args![organization, id, now],
    )
    .await
}

/// An order to put something right within a time limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0010_rectification.sql"
)]
pub struct Order {
    pub id: String,
    pub campaign_id: String,
    pub criticism_id: String,
    pub pledge_id: String,
    pub item_id: Option<String>,
    pub unit_id: String,
    pub number: String,
    pub owner_id: String,
    pub owner_name: String,
    pub reason: String,
    pub first_due_on: String,
    pub due_on: String,
    pub level: i64,
    pub state: String,
    pub response: String,
    pub responded_by: Option<String>,
    pub responded_at: Option<i64>,
    pub file_id: Option<String>,
    pub issued_by: String,
    pub issued_name: String,
    pub issued_at: i64,
    pub closed_at: Option<i64>,
}

from_row!(Order {
    id,
    campaign_id,
    criticism_id,
    pledge_id,
    item_id,
    unit_id,
    number,
    owner_id,
    owner_name,
    reason,
    first_due_on,
    due_on,
    level,
    state,
    response,
    responded_by,
    responded_at,
    file_id,
    issued_by,
    issued_name,
    issued_at,
    closed_at
});

const ORDER: &str = "id, campaign_id, criticism_id, pledge_id, item_id, unit_id, number, owner_id, owner_name, \
    reason, first_due_on, due_on, level, state, response, responded_by, responded_at, file_id, \
    issued_by, issued_name, issued_at, closed_at";

/// Keeps an order.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_order(tx: &mut Tx, organization: &str, o: &Order) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO rectification_order (organization_id, id, campaign_id, criticism_id, pledge_id, \
             item_id, unit_id, number, owner_id, owner_name, reason, first_due_on, due_on, level, state, \
             response, responded_by, responded_at, file_id, issued_by, issued_name, issued_at, closed_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, \
             $20, $21, $22, $23)"
        ),
        args![
            organization,
            &o.id,
            &o.campaign_id,
            &o.criticism_id,
            &o.pledge_id,
            o.item_id.as_deref(),
            &o.unit_id,
            &o.number,
            &o.owner_id,
            &o.owner_name,
            &o.reason,
            &o.first_due_on,
            &o.due_on,
            o.level,
            &o.state,
            &o.response,
            o.responded_by.as_deref(),
            o.responded_at,
            o.file_id.as_deref(),
            &o.issued_by,
            &o.issued_name,
            o.issued_at,
            o.closed_at
        ],
    )
    .await
    .map(drop)
}

/// The order that followed a criticism.
///
/// # Errors
/// Whatever the database reports.
pub async fn order_of(tx: &mut Tx, organization: &str, criticism: &str) -> Result<Option<Order>> {
    tx.maybe(
        sql!(
            "SELECT ",
            ORDER,
            " FROM rectification_order WHERE organization_id = $1 AND criticism_id = $2 \
             ORDER BY issued_at DESC, id DESC LIMIT 1"
        ),
        args![organization, criticism],
    )
    .await
}

/// The orders of a campaign; of every branch when `unit` is empty.
///
/// # Errors
/// Whatever the database reports.
pub async fn orders(tx: &mut Tx, organization: &str, campaign: &str, unit: &str) -> Result<Vec<Order>> {
    tx.all(
        sql!(
            "SELECT ",
            ORDER,
            " FROM rectification_order WHERE organization_id = $1 AND campaign_id = $2 \
             AND ($3 = '' OR unit_id = $3) ORDER BY due_on, id"
        ),
        args![organization, campaign, unit],
    )
    .await
}

/// Orders past their limit without a response, below a level.
///
/// # Errors
/// Whatever the database reports.
pub async fn overdue(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    today: &str,
    below: i64,
) -> Result<Vec<Order>> {
    tx.all(
        sql!(
            "SELECT ",
            ORDER,
            " FROM rectification_order WHERE organization_id = $1 AND campaign_id = $2 \
             AND state = 'open' AND due_on < $3 AND level < $4 ORDER BY due_on, id"
        ),
        args![organization, campaign, today, below],
    )
    .await
}

struct Numbered {
    number: String,
}

from_row!(Numbered { number });

/// The highest number of an order from one text on and before another.
///
/// # Errors
/// Whatever the database reports.
pub async fn last_number(tx: &mut Tx, organization: &str, from: &str, until: &str) -> Result<Option<String>> {
    let row: Option<Numbered> = tx
        .maybe(
            sql!(
                "SELECT number FROM rectification_order WHERE organization_id = $1 AND number >= $2 AND number < $3 \
                 ORDER BY number DESC LIMIT 1"
            ),
            args![organization, from, until],
        )
        .await?;
    Ok(row.map(|r| r.number))
}

/// Keeps the response of the owner.
///
/// # Errors
/// Whatever the database reports.
pub async fn set_response(tx: &mut Tx, organization: &str, o: &Order) -> Result<u64> {
    tx.execute(
        sql!("UPDATE rectification_order SET state = $3, response = $4, responded_by = $5, responded_at = $6, file_id = $7 \
             WHERE organization_id = $1 AND id = $2"),
        args![organization, &o.id, &o.state, &o.response, o.responded_by.as_deref(), o.responded_at, o.file_id.as_deref()],
    )
    .await
}

/// Keeps state, limit, level and closing time.
///
/// # Errors
/// Whatever the database reports.
pub async fn set_state(tx: &mut Tx, organization: &str, o: &Order) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE rectification_order SET state = $3, due_on = $4, level = $5, closed_at = $6 \
             WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, &o.id, &o.state, &o.due_on, o.level, o.closed_at],
    )
    .await
}

/// How many orders about an item, or about the whole of its pledge, are not closed.
///
/// # Errors
/// Whatever the database reports.
pub async fn open_of_item(tx: &mut Tx, organization: &str, item: &str, pledge: &str) -> Result<i64> {
    tx.one(
        sql!(
            "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM rectification_order WHERE organization_id = $1 \
             AND pledge_id = $3 AND (item_id = $2 OR item_id IS NULL) AND state <> 'closed'"
        ),
        args![organization, item, pledge],
    )
    .await
}
