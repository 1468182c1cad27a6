//! What strangers read: the projection, and of other tables only rows marked public.

use crate::campaign::Campaign;
use crate::publication::{Correction, PublicEvent, PublicItem, PublicPledge, PublicVersion};
use crate::{FromRow, Result, Row, Tx, args, from_row, sql};

/// The days that decide how an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days<'a> {
    /// Today, ISO.
    pub today: &'a str,
    /// The last day that counts as nearly due, ISO.
    pub near: &'a str,
}

/// What a reader of the board asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only this branch.
    pub unit: Option<String>,
    /// Only this kind.
    pub kind: Option<String>,
    /// Only these states, as `,kept,overdue,`; empty means all.
    pub states: String,
    /// Only what holds each of these, as patterns for LIKE with `!` before a sign meant literally.
    pub words: [String; 3],
    /// Only this rank; -1 means all.
    pub rank: i64,
}

/// The order of the board.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Leaders, branches, members (N16).
    #[default]
    Rank,
    /// What is due first.
    Due,
    /// What moved last.
    Recent,
}

/// An item with the head of its pledge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The item.
    pub item: PublicItem,
    /// Identifier of its state today.
    pub state: String,
    /// Name as published.
    pub name: String,
    /// Post or title as published.
    pub post: String,
    /// Name of the branch.
    pub unit_name: String,
    /// `branch` or `person`.
    pub pledger: String,
    /// A leading cadre's.
    pub leading_cadre: bool,
    /// How many lines the whole answer has.
    pub total: i64,
}

impl FromRow for Line {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Line {
            item: PublicItem::from_row(row)?,
            state: row.get("state")?,
            name: row.get("name")?,
            post: row.get("post")?,
            unit_name: row.get("unit_name")?,
            pledger: row.get("pledger")?,
            leading_cadre: row.get("leading_cadre")?,
            total: row.get("total")?,
        })
    }
}

/// `domain::progress::ItemFacts::state` in SQL, so that the board can be filtered and paged; `$3` is today, `$4` the
/// last day that is nearly due. A test compares the two over every combination.
const STATE: &str = "CASE WHEN i.rectifying THEN 'rectifying' \
    WHEN i.verdict = 'fulfilled' THEN 'kept' \
    WHEN i.verdict = 'partly_fulfilled' THEN 'partly_kept' \
    WHEN i.verdict = 'not_fulfilled' AND i.claim = 'not_kept_objective' THEN 'not_kept_objective' \
    WHEN i.verdict = 'not_fulfilled' THEN 'not_kept' \
    WHEN i.claim = 'kept' THEN 'reported' \
    WHEN i.claim = 'partly_kept' THEN 'partly_kept' \
    WHEN i.claim = 'not_kept_objective' THEN 'not_kept_objective' \
    WHEN i.claim = 'not_kept_subjective' THEN 'not_kept' \
    WHEN i.due_on < $3 THEN 'overdue' \
    WHEN i.due_on <= $4 THEN 'near_due' ELSE 'under_way' END AS state";

const ITEM: &str = "i.id, i.pledge_id, i.campaign_id, i.unit_id, i.position, i.rank, i.kind, i.content, i.measure, \
    i.beneficiary, i.due_on, i.demand_id, i.claim, i.claim_words, i.claimed_on, i.verdict, i.verdict_words, \
    i.verdict_on, i.rectifying, i.search, i.updated_at";

const FROM: &str = ", p.name, p.post, p.unit_name, p.pledger, p.leading_cadre FROM public_item i \
    JOIN public_pledge p ON p.organization_id = i.organization_id AND p.id = i.pledge_id \
    WHERE i.organization_id = $1 AND i.campaign_id = $2 ";

const FILTERED: &str = "AND (CAST($5 AS TEXT) IS NULL OR i.unit_id = $5) \
    AND (CAST($6 AS TEXT) IS NULL OR i.kind = $6) \
    AND i.search LIKE $7 ESCAPE '!' AND i.search LIKE $8 ESCAPE '!' AND i.search LIKE $9 ESCAPE '!' \
    AND (CAST($10 AS BIGINT) = -1 OR i.rank = CAST($10 AS BIGINT))) AS s WHERE (CAST($11 AS TEXT) = '' OR CAST($11 AS TEXT) LIKE '%,' || s.state || ',%') ";

/// Lines of the board and how many there are in all.
///
/// # Errors
/// Whatever the database reports.
pub async fn board(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    days: Days<'_>,
    f: &Filter,
    order: Order,
    (limit, offset): (i64, i64),
) -> Result<Vec<Line>> {
    let statement = match order {
        Order::Rank => sql!(
            "SELECT s.*, COUNT(*) OVER () AS total FROM (SELECT ",
            ITEM,
            ", ",
            STATE,
            FROM,
            FILTERED,
            "ORDER BY s.rank, s.pledge_id, s.position LIMIT $12 OFFSET $13"
        ),
        Order::Due => sql!(
            "SELECT s.*, COUNT(*) OVER () AS total FROM (SELECT ",
            ITEM,
            ", ",
            STATE,
            FROM,
            FILTERED,
            "ORDER BY s.due_on, s.rank, s.pledge_id, s.position LIMIT $12 OFFSET $13"
        ),
        Order::Recent => sql!(
            "SELECT s.*, COUNT(*) OVER () AS total FROM (SELECT ",
            ITEM,
            ", ",
            STATE,
            FROM,
            FILTERED,
            "ORDER BY s.updated_at DESC, s.rank, s.pledge_id, s.position LIMIT $12 OFFSET $13"
        ),
    };
    tx.all(
        statement,
        args![
            organization,
            campaign,
            days.today,
            days.near,
            f.unit.as_deref(),
            f.kind.as_deref(),
            &f.words[0],
            &f.words[1],
            &f.words[2],
            f.rank,
            &f.states,
            limit,
            offset
        ],
    )
    .await
}

/// The items of one pledge, in its order.
///
/// # Errors
/// Whatever the database reports.
pub async fn items_of(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    days: Days<'_>,
    pledge: &str,
) -> Result<Vec<Line>> {
    tx.all(
        sql!(
            "SELECT s.*, COUNT(*) OVER () AS total FROM (SELECT ",
            ITEM,
            ", ",
            STATE,
            FROM,
            "AND i.pledge_id = $5) AS s ORDER BY s.position"
        ),
        args![organization, campaign, days.today, days.near, pledge],
    )
    .await
}

/// How many items of a branch stand in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// The branch.
    pub unit_id: String,
    /// Its name.
    pub unit_name: String,
    /// 0 leaders, 1 branches, 2 members.
    pub rank: i64,
    /// Identifier of the state.
    pub state: String,
    /// So many.
    pub n: i64,
}

from_row!(Tally {
    unit_id,
    unit_name,
    rank,
    state,
    n
});

/// Every public item of a campaign, counted by branch, rank and state, branches in the order of the list.
///
/// # Errors
/// Whatever the database reports.
pub async fn tally(tx: &mut Tx, organization: &str, campaign: &str, days: Days<'_>) -> Result<Vec<Tally>> {
    tx.all(
        sql!(
            "SELECT s.unit_id, u.name AS unit_name, s.rank, s.state, COUNT(*) AS n FROM (SELECT i.unit_id, i.rank, ",
            STATE,
            " FROM public_item i WHERE i.organization_id = $1 AND i.campaign_id = $2) AS s \
             JOIN unit u ON u.organization_id = $1 AND u.id = s.unit_id \
             GROUP BY s.unit_id, u.name, u.position, s.rank, s.state ORDER BY u.position, s.unit_id, s.rank, s.state"
        ),
        args![organization, campaign, days.today, days.near],
    )
    .await
}

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

/// The campaign strangers see: the running one, else the one closed last.
///
/// # Errors
/// Whatever the database reports.
pub async fn campaign(tx: &mut Tx, organization: &str) -> Result<Option<Campaign>> {
    tx.maybe(
        sql!(
            "SELECT id, template_key, title, state, template, created_at, started_at, closed_at FROM campaign \
             WHERE organization_id = $1 AND state IN ('running', 'closed') \
             ORDER BY CASE state WHEN 'running' THEN 0 ELSE 1 END, started_at DESC, id DESC LIMIT 1"
        ),
        args![organization],
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

/// Changes after publication, newest first.
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
                 WHERE organization_id = $1 AND campaign_id = $2 ORDER BY made_at DESC, id DESC LIMIT 500"
            ),
            args![organization, campaign],
        )
        .await?;
    let heads: Vec<PublicPledge> = tx
        .all(
            sql!(
                "SELECT ",
                PLEDGE,
                " FROM public_pledge WHERE organization_id = $1 AND campaign_id = $2 AND id IN \
                 (SELECT pledge_id FROM correction WHERE organization_id = $1 AND campaign_id = $2)"
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

/// What people said of a pledge: grade and how many. Fewer than five in all are never shown (PRODUCT.md 3.7).
///
/// # Errors
/// Whatever the database reports.
pub async fn grades(tx: &mut Tx, organization: &str, pledge: &str) -> Result<Vec<(i64, i64)>> {
    tx.all(
        sql!(
            "SELECT grade, COUNT(*) FROM feedback WHERE organization_id = $1 AND pledge_id = $2 \
             AND state <> 'hidden' GROUP BY grade ORDER BY grade DESC"
        ),
        args![organization, pledge],
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
