//! Step 1: visits, opinions, demands (N7, N9).

mod answer;
pub use answer::{Answer, LeftItem, answers, item, left_items, public_answers};

mod claim;
pub use claim::{DemandClaim, NewClaim, claim, claims, release};

use crate::{Result, Tx, args, from_row, sql};

/// A visit or symposium.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0004_demand.sql"
)]
pub struct Visit {
    pub id: String,
    pub campaign_id: String,
    pub unit_id: String,
    pub kind: String,
    pub place: String,
    pub held_on: String,
    pub met: String,
    pub points: String,
    pub recorded_at: i64,
}

from_row!(Visit {
    id,
    campaign_id,
    unit_id,
    kind,
    place,
    held_on,
    met,
    points,
    recorded_at
});

const VISIT: &str = "SELECT id, campaign_id, unit_id, kind, place, held_on, met, points, recorded_at FROM visit \
    WHERE organization_id = $1 ";

/// Adds a visit.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_visit(tx: &mut Tx, organization: &str, visit: &Visit, by: &str) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO visit (organization_id, id, campaign_id, unit_id, kind, place, held_on, met, points, \
             recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            organization,
            &visit.id,
            &visit.campaign_id,
            &visit.unit_id,
            &visit.kind,
            &visit.place,
            &visit.held_on,
            &visit.met,
            &visit.points,
            by,
            visit.recorded_at
        ],
    )
    .await
    .map(drop)
}

/// One visit.
///
/// # Errors
/// Whatever the database reports.
pub async fn visit(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<Visit>> {
    tx.maybe(sql!(VISIT, "AND id = $2"), args![organization, id])
        .await
}

/// The visits of a campaign, newest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn visits(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Visit>> {
    tx.all(
        sql!(VISIT, "AND campaign_id = $2 ORDER BY held_on DESC, id DESC"),
        args![organization, campaign],
    )
    .await
}

/// An opinion as it was given. There is nobody in it and no minute.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0004_demand.sql"
)]
pub struct Opinion {
    pub id: String,
    pub campaign_id: String,
    pub unit_id: Option<String>,
    pub source: String,
    pub words: String,
    pub voices: i64,
    pub said_on: String,
    pub visit_id: Option<String>,
    pub demand_id: Option<String>,
    pub set_aside: String,
}

from_row!(Opinion {
    id,
    campaign_id,
    unit_id,
    source,
    words,
    voices,
    said_on,
    visit_id,
    demand_id,
    set_aside
});

const OPINION: &str = "SELECT id, campaign_id, unit_id, source, words, voices, said_on, visit_id, demand_id, set_aside \
    FROM opinion WHERE organization_id = $1 ";

/// Adds an opinion. `typed_by` is the account that typed a paper slip or a visit's point, `receipt_hash` what is
/// kept of the code of an opinion from outside; reads nothing.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_opinion(
    tx: &mut Tx,
    organization: &str,
    o: &Opinion,
    typed_by: Option<&str>,
    receipt_hash: Option<&str>,
) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO opinion (organization_id, id, campaign_id, unit_id, source, words, voices, said_on, typed_by, \
             visit_id, demand_id, set_aside, receipt_hash) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        ),
        args![
            organization,
            &o.id,
            &o.campaign_id,
            o.unit_id,
            &o.source,
            &o.words,
            o.voices,
            &o.said_on,
            typed_by,
            o.visit_id,
            o.demand_id,
            &o.set_aside,
            receipt_hash
        ],
    )
    .await
    .map(drop)
}

/// One opinion.
///
/// # Errors
/// Whatever the database reports.
pub async fn opinion(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<Opinion>> {
    tx.maybe(sql!(OPINION, "AND id = $2"), args![organization, id])
        .await
}

/// The opinion a receipt belongs to.
///
/// # Errors
/// Whatever the database reports.
pub async fn opinion_by_receipt(tx: &mut Tx, organization: &str, hash: &str) -> Result<Option<Opinion>> {
    tx.maybe(sql!(OPINION, "AND receipt_hash = $2"), args![organization, hash])
        .await
}

/// The opinions of a campaign, newest day first; the order within a day is that of random ids and tells nothing.
///
/// # Errors
/// Whatever the database reports.
pub async fn opinions(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Opinion>> {
    tx.all(
        sql!(OPINION, "AND campaign_id = $2 ORDER BY said_on DESC, words, id"),
        args![organization, campaign],
    )
    .await
}

/// The opinions merged into a demand, those of most voices first.
///
/// # Errors
/// Whatever the database reports.
pub async fn opinions_of(tx: &mut Tx, organization: &str, demand: &str) -> Result<Vec<Opinion>> {
    tx.all(
        sql!(OPINION, "AND demand_id = $2 ORDER BY voices DESC, words, id"),
        args![organization, demand],
    )
    .await
}

/// Puts an opinion into a demand or takes it out; the words stay as they are.
///
/// # Errors
/// Whatever the database reports.
pub async fn place_opinion(tx: &mut Tx, organization: &str, id: &str, demand: Option<&str>) -> Result<u64> {
    tx.execute(
        sql!("UPDATE opinion SET demand_id = $3 WHERE organization_id = $1 AND id = $2"),
        args![organization, id, demand],
    )
    .await
}

/// Sets an opinion aside with a reason, or counts it again with none.
///
/// # Errors
/// Whatever the database reports.
pub async fn set_aside(tx: &mut Tx, organization: &str, id: &str, reason: &str) -> Result<u64> {
    tx.execute(
        sql!("UPDATE opinion SET set_aside = $3 WHERE organization_id = $1 AND id = $2"),
        args![organization, id, reason],
    )
    .await
}

/// A demand with its voices and the confirmed items that answer it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0004_demand.sql"
)]
pub struct Demand {
    pub id: String,
    pub campaign_id: String,
    pub unit_id: Option<String>,
    pub title: String,
    pub state: String,
    pub reason: String,
    pub public: bool,
    pub made_at: i64,
    pub decided_at: Option<i64>,
    /// Voices of the opinions that count.
    pub voices: i64,
    /// Opinions that count.
    pub opinions: i64,
    /// Items of confirmed pledges.
    pub items: i64,
}

from_row!(Demand {
    id,
    campaign_id,
    unit_id,
    title,
    state,
    reason,
    public,
    made_at,
    decided_at,
    voices,
    opinions,
    items
});

const DEMAND: &str = "SELECT d.id, d.campaign_id, d.unit_id, d.title, d.state, d.reason, d.public, d.made_at, d.decided_at, \
    (SELECT COALESCE(CAST(SUM(o.voices) AS BIGINT), 0) FROM opinion o WHERE o.organization_id = d.organization_id \
     AND o.demand_id = d.id AND o.set_aside = '') AS voices, \
    (SELECT COUNT(*) FROM opinion o WHERE o.organization_id = d.organization_id AND o.demand_id = d.id \
     AND o.set_aside = '') AS opinions, \
    (SELECT COUNT(*) FROM commitment_item i WHERE i.organization_id = d.organization_id AND i.demand_id = d.id) AS items \
    FROM demand d WHERE d.organization_id = $1 ";

/// The demands of a campaign, those of most voices first.
///
/// # Errors
/// Whatever the database reports.
pub async fn demands(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Demand>> {
    tx.all(
        sql!(
            DEMAND,
            "AND d.campaign_id = $2 ORDER BY voices DESC, d.title, d.id"
        ),
        args![organization, campaign],
    )
    .await
}

/// One demand.
///
/// # Errors
/// Whatever the database reports.
pub async fn demand(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<Demand>> {
    tx.maybe(sql!(DEMAND, "AND d.id = $2"), args![organization, id])
        .await
}

/// A new demand.
#[derive(Clone, Debug)]
pub struct NewDemand<'a> {
    /// Id.
    pub id: &'a str,
    /// Campaign.
    pub campaign: &'a str,
    /// The branch it is about; `None` = the whole house.
    pub unit: Option<&'a str>,
    /// What is asked for, in one line.
    pub title: &'a str,
    /// Strangers may read it.
    pub public: bool,
}

/// Adds an open demand.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_demand(tx: &mut Tx, organization: &str, d: NewDemand<'_>, by: &str, now: i64) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO demand (organization_id, id, campaign_id, unit_id, title, state, reason, public, made_by, made_at) \
             VALUES ($1, $2, $3, $4, $5, 'open', '', $6, $7, $8)"
        ),
        args![organization, d.id, d.campaign, d.unit, d.title, d.public, by, now],
    )
    .await
    .map(drop)
}

/// Writes title and whether strangers may read it.
///
/// # Errors
/// Whatever the database reports.
pub async fn write_demand(
    tx: &mut Tx,
    organization: &str,
    id: &str,
    title: &str,
    public: bool,
) -> Result<u64> {
    tx.execute(
        sql!("UPDATE demand SET title = $3, public = $4 WHERE organization_id = $1 AND id = $2"),
        args![organization, id, title, public],
    )
    .await
}

/// What was decided about a demand.
#[derive(Clone, Copy, Debug)]
pub struct Settled<'a> {
    /// `open`, `answered` or `declined`.
    pub state: &'a str,
    /// Public reason; empty unless it is declined.
    pub reason: &'a str,
    /// Strangers may read it.
    pub public: bool,
}

/// Settles a demand or opens it again.
///
/// # Errors
/// Whatever the database reports.
pub async fn settle(
    tx: &mut Tx,
    organization: &str,
    id: &str,
    s: Settled<'_>,
    by: &str,
    now: i64,
) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE demand SET state = $3, reason = $4, public = $5, decided_by = $6, decided_at = $7 \
             WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, id, s.state, s.reason, s.public, by, now],
    )
    .await
}

/// Opens an answered demand again, where the items that answered it were struck out. One that was declined stays so.
///
/// # Errors
/// Whatever the database reports.
pub async fn open_again(tx: &mut Tx, organization: &str, id: &str) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE demand SET state = 'open', decided_by = NULL, decided_at = NULL \
             WHERE organization_id = $1 AND id = $2 AND state = 'answered'"
        ),
        args![organization, id],
    )
    .await
}

/// The demands of a campaign that strangers may read, those of most voices first.
///
/// # Errors
/// Whatever the database reports.
pub async fn public_demands(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Demand>> {
    tx.all(
        sql!(
            DEMAND,
            "AND d.campaign_id = $2 AND d.public = TRUE ORDER BY voices DESC, d.title, d.id"
        ),
        args![organization, campaign],
    )
    .await
}
