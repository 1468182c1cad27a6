//! What strangers read: the projection, and of other tables only rows marked public.

mod board;
mod change;

pub use board::{ALL_RANKS, Days, Filter, Line, Order, Stated, Tally, board, count, items_of, states, tally};
pub use change::{add_change, changes, forget_changes};

use crate::publication::{Correction, PublicEvent, PublicPledge, PublicVersion};
use crate::{Result, Tx, args, from_row, sql};

/// How many public pledges of which sort: branches, leaders, other members.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heads {
    /// Branches' pledges.
    pub branches: i64,
    /// Persons' pledges.
    pub persons: i64,
    /// Of them, leading cadres'.
    pub leaders: i64,
}

from_row!(Heads {
    branches,
    persons,
    leaders
});

/// Counts public pledges.
///
/// # Errors
/// Whatever the database reports.
pub async fn heads(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Heads> {
    tx.one(
        sql!(
            "SELECT COALESCE(CAST(SUM(CASE WHEN pledger = 'branch' THEN 1 ELSE 0 END) AS BIGINT), 0) AS branches, \
             COALESCE(CAST(SUM(CASE WHEN pledger = 'person' THEN 1 ELSE 0 END) AS BIGINT), 0) AS persons, \
             COALESCE(CAST(SUM(CASE WHEN pledger = 'person' AND leading_cadre THEN 1 ELSE 0 END) AS BIGINT), 0) \
             AS leaders FROM public_pledge \
             WHERE organization_id = $1 AND campaign_id = $2 AND taken_down_at IS NULL"
        ),
        args![organization, campaign],
    )
    .await
}

const PLEDGE: &str = "id, campaign_id, publication_id, pledger, unit_id, unit_name, name, post, leading_cadre, rank, \
    name_sort, number, version, content, hash, check_code, pledged_on, due_on, confirmed_on, published_at, \
    published_by, taken_down_at, taken_down_reason";

/// The public head of a pledge; also of one that was taken down.
///
/// # Errors
/// Whatever the database reports.
pub async fn pledge(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<PublicPledge>> {
    tx.maybe(
        sql!(
            "SELECT ",
            PLEDGE,
            " FROM public_pledge WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, id],
    )
    .await
}

/// The pledges of a branch: its leaders', its own, its members'.
///
/// # Errors
/// Whatever the database reports.
pub async fn pledges_of_unit(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    unit: &str,
) -> Result<Vec<PublicPledge>> {
    tx.all(
        sql!(
            "SELECT ",
            PLEDGE,
            " FROM public_pledge WHERE organization_id = $1 AND campaign_id = $2 AND unit_id = $3 \
             AND taken_down_at IS NULL ORDER BY rank, name_sort, id"
        ),
        args![organization, campaign, unit],
    )
    .await
}

/// A page of the pledges of a campaign, for programs and the site map.
///
/// # Errors
/// Whatever the database reports.
pub async fn pledges(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    (limit, offset): (i64, i64),
) -> Result<Vec<PublicPledge>> {
    tx.all(
        sql!(
            "SELECT ",
            PLEDGE,
            " FROM public_pledge WHERE organization_id = $1 AND campaign_id = $2 AND taken_down_at IS NULL \
             ORDER BY rank, name_sort, id LIMIT $3 OFFSET $4"
        ),
        args![organization, campaign, limit, offset],
    )
    .await
}

/// Every pledge that is or was public, with the office's view of it: for the list of what can be taken down.
///
/// # Errors
/// Whatever the database reports.
pub async fn pledges_of_batch(tx: &mut Tx, organization: &str, batch: &str) -> Result<Vec<PublicPledge>> {
    tx.all(
        sql!(
            "SELECT ",
            PLEDGE,
            " FROM public_pledge WHERE organization_id = $1 AND publication_id = $2 ORDER BY rank, name_sort, id"
        ),
        args![organization, batch],
    )
    .await
}

const VERSION: &str = "pledge_id, version, content, hash, check_code, reason, published_at";

/// Every public text of a pledge, newest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn versions(tx: &mut Tx, organization: &str, pledge: &str) -> Result<Vec<PublicVersion>> {
    tx.all(
        sql!(
            "SELECT ",
            VERSION,
            " FROM public_version WHERE organization_id = $1 AND pledge_id = $2 ORDER BY version DESC"
        ),
        args![organization, pledge],
    )
    .await
}

/// The public texts with a check code; more than one only by a chance of one in a billion.
///
/// # Errors
/// Whatever the database reports.
pub async fn versions_by_code(tx: &mut Tx, organization: &str, code: &str) -> Result<Vec<PublicVersion>> {
    tx.all(
        sql!(
            "SELECT ",
            VERSION,
            " FROM public_version WHERE organization_id = $1 AND check_code = $2 ORDER BY pledge_id, version"
        ),
        args![organization, code],
    )
    .await
}

/// The life story of a pledge.
///
/// # Errors
/// Whatever the database reports.
pub async fn events(tx: &mut Tx, organization: &str, pledge: &str) -> Result<Vec<PublicEvent>> {
    tx.all(
        sql!(
            "SELECT id, pledge_id, item_id, happened_on, kind, words, detail, created_at FROM public_event \
             WHERE organization_id = $1 AND pledge_id = $2 ORDER BY happened_on, created_at, id"
        ),
        args![organization, pledge],
    )
    .await
}

/// Changes after publication, newest first; of every campaign when `campaign` is empty.
///
/// # Errors
/// Whatever the database reports.
pub async fn corrections(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
) -> Result<Vec<(Correction, PublicPledge)>> {
    let list: Vec<Correction> = tx
        .all(
            sql!(
                "SELECT id, campaign_id, pledge_id, kind, reason, made_by, made_at FROM correction \
                 WHERE organization_id = $1 AND ($2 = '' OR campaign_id = $2) ORDER BY made_at DESC, id DESC LIMIT 500"
            ),
            args![organization, campaign],
        )
        .await?;
    let heads: Vec<PublicPledge> = tx
        .all(
            sql!(
                "SELECT ",
                PLEDGE,
                " FROM public_pledge WHERE organization_id = $1 AND id IN \
                 (SELECT pledge_id FROM correction WHERE organization_id = $1 AND ($2 = '' OR campaign_id = $2))"
            ),
            args![organization, campaign],
        )
        .await?;
    Ok(list
        .into_iter()
        .filter_map(|c| {
            let head = heads.iter().find(|p| p.id == c.pledge_id)?.clone();
            Some((c, head))
        })
        .collect())
}

/// A demand and its fate, as strangers may see it (N7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    /// Id.
    pub id: String,
    /// What is asked for.
    pub title: String,
    /// `open`, `answered` or `declined`.
    pub state: String,
    /// Why it is not taken up.
    pub reason: String,
    /// How many voices.
    pub voices: i64,
    /// Public items that answer it.
    pub items: i64,
}

from_row!(Demand {
    id,
    title,
    state,
    reason,
    voices,
    items
});

const DEMAND: &str = "SELECT d.id, d.title, d.state, d.reason, \
    (SELECT COALESCE(CAST(SUM(o.voices) AS BIGINT), 0) FROM opinion o WHERE o.organization_id = d.organization_id \
     AND o.demand_id = d.id AND o.set_aside = '') AS voices, \
    (SELECT COUNT(*) FROM public_item i WHERE i.organization_id = d.organization_id AND i.demand_id = d.id) AS items \
    FROM demand d WHERE d.organization_id = $1 ";

/// The public demands with most voices.
///
/// # Errors
/// Whatever the database reports.
pub async fn demands(tx: &mut Tx, organization: &str, campaign: &str, limit: i64) -> Result<Vec<Demand>> {
    tx.all(
        sql!(
            DEMAND,
            "AND d.campaign_id = $2 AND d.public ORDER BY voices DESC, d.id LIMIT $3"
        ),
        args![organization, campaign, limit],
    )
    .await
}

/// One public demand.
///
/// # Errors
/// Whatever the database reports.
pub async fn demand(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<Demand>> {
    tx.maybe(
        sql!(DEMAND, "AND d.id = $2 AND d.public"),
        args![organization, id],
    )
    .await
}

/// The head of a public notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeHead {
    /// Id.
    pub id: String,
    /// `notice`, `brief` or `summary`.
    pub kind: String,
    /// Title.
    pub title: String,
    /// When it was published, microseconds UTC.
    pub published_at: i64,
}

from_row!(NoticeHead {
    id,
    kind,
    title,
    published_at
});

/// The notices and briefs published last.
///
/// # Errors
/// Whatever the database reports.
pub async fn notices(tx: &mut Tx, organization: &str, campaign: &str, limit: i64) -> Result<Vec<NoticeHead>> {
    tx.all(
        sql!(
            "SELECT id, kind, title, published_at FROM notice WHERE organization_id = $1 AND campaign_id = $2 \
             AND published_at IS NOT NULL ORDER BY published_at DESC, id DESC LIMIT $3"
        ),
        args![organization, campaign, limit],
    )
    .await
}

/// A draw, as far as anybody may check it (N17).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawHead {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Hash of the frozen pool.
    pub pool_hash: String,
    /// When it was drawn.
    pub drawn_at: Option<i64>,
}

from_row!(DrawHead {
    id,
    title,
    pool_hash,
    drawn_at
});

/// The draws of a campaign, newest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn draws(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<DrawHead>> {
    tx.all(
        sql!(
            "SELECT id, title, pool_hash, drawn_at FROM draw WHERE organization_id = $1 AND campaign_id = $2 \
             ORDER BY frozen_at DESC, id DESC LIMIT 50"
        ),
        args![organization, campaign],
    )
    .await
}

/// Adds visits that were gathered in memory.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_visits(tx: &mut Tx, organization: &str, path: &str, visits: i64) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO visit_count (organization_id, path, visits) VALUES ($1, $2, $3) \
             ON CONFLICT (organization_id, path) DO UPDATE SET visits = visit_count.visits + excluded.visits"
        ),
        args![organization, path, visits],
    )
    .await
    .map(drop)
}

/// How often a page was visited, as far as written.
///
/// # Errors
/// Whatever the database reports.
pub async fn visits(tx: &mut Tx, organization: &str, path: &str) -> Result<i64> {
    let found: Option<i64> = tx
        .maybe(
            sql!("SELECT visits FROM visit_count WHERE organization_id = $1 AND path = $2"),
            args![organization, path],
        )
        .await?;
    Ok(found.unwrap_or(0))
}

/// Every text that ever was public, pledge by pledge.
///
/// # Errors
/// Whatever the database reports.
pub async fn all_versions(tx: &mut Tx, organization: &str) -> Result<Vec<PublicVersion>> {
    tx.all(
        sql!(
            "SELECT pledge_id, version, content, hash, check_code, reason, published_at FROM public_version \
             WHERE organization_id = $1 ORDER BY pledge_id, version"
        ),
        args![organization],
    )
    .await
}

/// The words of an item as the board shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0006_publication.sql"
)]
pub struct ItemText {
    pub id: String,
    pub pledge_id: String,
    pub content: String,
    pub measure: String,
    pub beneficiary: String,
    pub due_on: String,
}

from_row!(ItemText {
    id,
    pledge_id,
    content,
    measure,
    beneficiary,
    due_on
});

/// The words on the board of one pledge, or of all of them when `pledge` is empty.
///
/// # Errors
/// Whatever the database reports.
pub async fn item_texts(tx: &mut Tx, organization: &str, pledge: &str) -> Result<Vec<ItemText>> {
    tx.all(
        sql!(
            "SELECT id, pledge_id, content, measure, beneficiary, due_on FROM public_item \
             WHERE organization_id = $1 AND ($2 = '' OR pledge_id = $2) ORDER BY pledge_id, position, id"
        ),
        args![organization, pledge],
    )
    .await
}

/// Version and text of what is on the board now, pledge by pledge: id, version, text.
///
/// # Errors
/// Whatever the database reports.
pub async fn shown_texts(tx: &mut Tx, organization: &str) -> Result<Vec<(String, i64, String)>> {
    tx.all(
        sql!(
            "SELECT id, version, content FROM public_pledge WHERE organization_id = $1 AND taken_down_at IS NULL \
             ORDER BY id"
        ),
        args![organization],
    )
    .await
}
