//! Draws and the supervision calendar with its records (N17).

mod record;

pub use record::*;

use crate::{Result, Tx, args, from_row, sql};

/// A draw, frozen and perhaps carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0008_inspection.sql"
)]
pub struct Draw {
    pub id: String,
    pub campaign_id: String,
    pub title: String,
    pub pool: String,
    pub pool_hash: String,
    pub sample: i64,
    pub minimum: i64,
    pub inspectors: String,
    pub inspectors_hash: String,
    pub inspector_count: i64,
    pub seed_source: String,
    /// How many dice are to be thrown; `None` when the seed comes from elsewhere.
    pub dice: Option<i64>,
    pub seed: Option<String>,
    pub result: Option<String>,
    pub void_reason: String,
    pub frozen_by: String,
    pub frozen_at: i64,
    pub drawn_by: Option<String>,
    pub drawn_at: Option<i64>,
}

from_row!(Draw {
    id,
    campaign_id,
    title,
    pool,
    pool_hash,
    sample,
    minimum,
    inspectors,
    inspectors_hash,
    inspector_count,
    seed_source,
    dice,
    seed,
    result,
    void_reason,
    frozen_by,
    frozen_at,
    drawn_by,
    drawn_at
});

const DRAW: &str = "id, campaign_id, title, pool, pool_hash, sample, minimum, inspectors, inspectors_hash, \
    inspector_count, seed_source, dice, seed, result, void_reason, frozen_by, frozen_at, drawn_by, \
    drawn_at";

/// Keeps a frozen draw.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_draw(tx: &mut Tx, organization: &str, d: &Draw) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO draw (organization_id, id, campaign_id, title, pool, pool_hash, sample, minimum, \
             inspectors, inspectors_hash, inspector_count, seed_source, dice, seed, result, void_reason, frozen_by, \
             frozen_at, drawn_by, drawn_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
             $14, $15, $16, $17, $18, $19, $20)"
        ),
        args![
            organization,
            &d.id,
            &d.campaign_id,
            &d.title,
            &d.pool,
            &d.pool_hash,
            d.sample,
            d.minimum,
            &d.inspectors,
            &d.inspectors_hash,
            d.inspector_count,
            &d.seed_source,
            d.dice,
            d.seed.as_deref(),
            d.result.as_deref(),
            &d.void_reason,
            &d.frozen_by,
            d.frozen_at,
            d.drawn_by.as_deref(),
            d.drawn_at
        ],
    )
    .await
    .map(drop)
}

/// One draw.
///
/// # Errors
/// Whatever the database reports.
pub async fn draw(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<Draw>> {
    tx.maybe(
        sql!(
            "SELECT ",
            DRAW,
            " FROM draw WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, id],
    )
    .await
}

/// The draws of a campaign, newest first; void ones too.
///
/// # Errors
/// Whatever the database reports.
pub async fn draws(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Draw>> {
    tx.all(
        sql!(
            "SELECT ",
            DRAW,
            " FROM draw WHERE organization_id = $1 AND campaign_id = $2 ORDER BY frozen_at DESC, id DESC"
        ),
        args![organization, campaign],
    )
    .await
}

/// Keeps seed and result; 0 when the draw has a seed already or is void.
///
/// # Errors
/// Whatever the database reports.
pub async fn set_drawn(
    tx: &mut Tx,
    organization: &str,
    id: &str,
    seed: &str,
    result: &str,
    by: &str,
    now: i64,
) -> Result<u64> {
    tx.execute(
        sql!("UPDATE draw SET seed = $3, result = $4, drawn_by = $5, drawn_at = $6 WHERE organization_id = $1 AND id = $2 \
             AND seed IS NULL AND void_reason = ''"),
        args![organization, id, seed, result, by, now],
    )
    .await
}

/// Declares a draw void; 0 when it is.
///
/// # Errors
/// Whatever the database reports.
pub async fn set_void(tx: &mut Tx, organization: &str, id: &str, reason: &str) -> Result<u64> {
    tx.execute(
        sql!("UPDATE draw SET void_reason = $3 WHERE organization_id = $1 AND id = $2 AND void_reason = ''"),
        args![organization, id, reason],
    )
    .await
}

/// A public item as a pool needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0006_publication.sql"
)]
pub struct Poolable {
    pub id: String,
    pub unit_id: String,
    pub due_on: String,
    pub claim: Option<String>,
    pub verdict: Option<String>,
    pub rectifying: bool,
}

from_row!(Poolable {
    id,
    unit_id,
    due_on,
    claim,
    verdict,
    rectifying
});

/// The items strangers see: only they can be drawn.
///
/// # Errors
/// Whatever the database reports.
pub async fn poolable(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Poolable>> {
    tx.all(
        sql!("SELECT id, unit_id, due_on, claim, verdict, rectifying FROM public_item WHERE organization_id = $1 \
             AND campaign_id = $2 ORDER BY unit_id, id"),
        args![organization, campaign],
    )
    .await
}

/// Who can be asked to inspect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0002_account.sql"
)]
pub struct Candidate {
    pub person_id: String,
    pub name: String,
    pub unit_id: String,
    pub role: String,
    /// The unit the role was granted for; `None` for the whole house.
    pub granted_unit: Option<String>,
}

from_row!(Candidate {
    person_id,
    name,
    unit_id,
    role,
    granted_unit
});

/// People with a role that may inspect, one row a role.
///
/// # Errors
/// Whatever the database reports.
pub async fn candidates(tx: &mut Tx, organization: &str) -> Result<Vec<Candidate>> {
    tx.all(
        sql!(
            "SELECT q.id AS person_id, q.name, q.unit_id, g.role, g.unit_id AS granted_unit FROM role_grant g \
             JOIN account a ON a.organization_id = g.organization_id AND a.id = g.account_id \
             JOIN person q ON q.organization_id = a.organization_id AND q.id = a.person_id \
             WHERE g.organization_id = $1 AND g.revoked_at IS NULL AND NOT a.disabled AND q.active \
             AND g.role IN ('supervisor', 'campaign_office', 'party_committee', 'branch_secretary') \
             ORDER BY g.role, q.name_sort, q.id"
        ),
        args![organization],
    )
    .await
}

/// A line of the supervision calendar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0008_inspection.sql"
)]
pub struct Inspection {
    pub id: String,
    pub campaign_id: String,
    pub kind: String,
    pub unit_id: Option<String>,
    pub item_id: Option<String>,
    pub draw_id: Option<String>,
    pub planned_on: String,
    pub inspectors: String,
    pub note: String,
    pub made_by: String,
    pub made_at: i64,
}

from_row!(Inspection {
    id,
    campaign_id,
    kind,
    unit_id,
    item_id,
    draw_id,
    planned_on,
    inspectors,
    note,
    made_by,
    made_at
});

const INSPECTION: &str = "id, campaign_id, kind, unit_id, item_id, draw_id, planned_on, inspectors, note, made_by, \
    made_at";

/// Puts a line into the calendar.
///
/// # Errors
/// Whatever the database reports.
pub async fn add(tx: &mut Tx, organization: &str, i: &Inspection) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO inspection (organization_id, id, campaign_id, kind, unit_id, item_id, draw_id, \
             planned_on, inspectors, note, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, \
             $11, $12)"
        ),
        args![
            organization,
            &i.id,
            &i.campaign_id,
            &i.kind,
            i.unit_id.as_deref(),
            i.item_id.as_deref(),
            i.draw_id.as_deref(),
            &i.planned_on,
            &i.inspectors,
            &i.note,
            &i.made_by,
            i.made_at
        ],
    )
    .await
    .map(drop)
}

/// One line of the calendar.
///
/// # Errors
/// Whatever the database reports.
pub async fn by_id(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<Inspection>> {
    tx.maybe(
        sql!(
            "SELECT ",
            INSPECTION,
            " FROM inspection WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, id],
    )
    .await
}

/// Sets who inspects.
///
/// # Errors
/// Whatever the database reports.
pub async fn set_inspectors(tx: &mut Tx, organization: &str, id: &str, inspectors: &str) -> Result<()> {
    tx.execute(
        sql!("UPDATE inspection SET inspectors = $3 WHERE organization_id = $1 AND id = $2"),
        args![organization, id, inspectors],
    )
    .await
    .map(drop)
}

/// The calendar of a campaign.
///
/// # Errors
/// Whatever the database reports.
pub async fn all(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Inspection>> {
    tx.all(
        sql!(
            "SELECT ",
            INSPECTION,
            " FROM inspection WHERE organization_id = $1 AND campaign_id = $2 \
             ORDER BY planned_on, id"
        ),
        args![organization, campaign],
    )
    .await
}

/// What a draw put into the calendar.
///
/// # Errors
/// Whatever the database reports.
pub async fn of_draw(tx: &mut Tx, organization: &str, draw: &str) -> Result<Vec<Inspection>> {
    tx.all(
        sql!(
            "SELECT ",
            INSPECTION,
            " FROM inspection WHERE organization_id = $1 AND draw_id = $2 ORDER BY unit_id, item_id, id"
        ),
        args![organization, draw],
    )
    .await
}

/// Takes the checks of a void draw that nobody has begun out of the calendar.
///
/// # Errors
/// Whatever the database reports.
pub async fn drop_unrecorded(tx: &mut Tx, organization: &str, draw: &str) -> Result<u64> {
    tx.execute(
        sql!(
            "DELETE FROM inspection WHERE organization_id = $1 AND draw_id = $2 AND NOT EXISTS \
             (SELECT 1 FROM inspection_record r WHERE r.organization_id = inspection.organization_id \
             AND r.inspection_id = inspection.id)"
        ),
        args![organization, draw],
    )
    .await
}
