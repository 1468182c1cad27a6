//! The board: lines, filters, counts.

use crate::publication::PublicItem;
use crate::{FromRow, Result, Row, Tx, Value, args, from_row, sql};

/// The days that decide how an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days<'a> {
    /// Today, ISO.
    pub today: &'a str,
    /// The last day that counts as nearly due, ISO.
    pub near: &'a str,
}

/// The rank of members, the last: up to it is everybody.
pub const ALL_RANKS: i64 = 2;

/// What a reader of the board asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only this branch.
    pub unit: Option<String>,
    /// Only this kind.
    pub kind: Option<String>,
    /// Only these states, claims or findings, as `,kept,overdue,claim:kept,found:fulfilled,`; empty means all.
    pub states: String,
    /// Only what holds each of these, as patterns for LIKE with `!` before a sign meant literally.
    pub words: [String; 3],
    /// Up to this rank: 0 is the leaders', [`ALL_RANKS`] everybody's.
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

/// The words that are searched are as long as all others together and nobody reads them: they stay behind.
const ITEM: &str = "i.id, i.pledge_id, i.campaign_id, i.unit_id, i.position, i.rank, i.kind, i.content, i.measure, \
    i.beneficiary, i.due_on, i.demand_id, i.claim, i.claim_words, i.claimed_on, i.verdict, i.verdict_words, \
    i.verdict_on, i.rectifying, '' AS search, i.updated_at";

const HEAD: &str = ", p.name, p.post, p.unit_name, p.pledger, p.leading_cadre";
const FROM: &str = ", p.name, p.post, p.unit_name, p.pledger, p.leading_cadre FROM public_item i \
    JOIN public_pledge p ON p.organization_id = i.organization_id AND p.id = i.pledge_id \
    WHERE i.organization_id = $1 AND i.campaign_id = $2 ";
/// The campaign is compared in a way no index serves: the index on the pledge finds three rows, the one on the
/// campaign ten thousand, and without statistics SQLite cannot tell which is better.
const FROM_PLEDGE: &str = ", p.name, p.post, p.unit_name, p.pledger, p.leading_cadre FROM public_item i \
    JOIN public_pledge p ON p.organization_id = i.organization_id AND p.id = i.pledge_id \
    WHERE i.organization_id = $1 AND i.campaign_id || '' = $2 ";
const FROM_ITEM: &str = " FROM public_item i WHERE i.organization_id = $1 AND i.campaign_id = $2 ";

/// Said apart from the rest of the filter, so that one branch is found by its index.
const ONE_UNIT: &str = "AND i.unit_id = $5 ";
const ANY_UNIT: &str = "AND CAST($5 AS TEXT) IS NULL ";

const FILTERED: &str = "AND (CAST($6 AS TEXT) IS NULL OR i.kind = $6) \
    AND i.search LIKE $7 ESCAPE '!' AND i.search LIKE $8 ESCAPE '!' AND i.search LIKE $9 ESCAPE '!' \
    AND i.rank <= CAST($10 AS BIGINT)) AS s \
    WHERE (CAST($11 AS TEXT) = '' OR CAST($11 AS TEXT) LIKE '%,' || s.state || ',%' \
    OR CAST($11 AS TEXT) LIKE '%,claim:' || s.claim || ',%' \
    OR CAST($11 AS TEXT) LIKE '%,found:' || s.verdict || ',%') ";

const LINES: &str = "SELECT s.* FROM (SELECT ";
const BY_RANK: &str = "ORDER BY s.rank, s.pledge_id, s.position LIMIT $12 OFFSET $13";
/// The places of a page in the order of the board, told by the index alone: the lines before them are not read.
const PLACES_OF_UNIT: &str = " FROM (SELECT pledge_id AS at_pledge, position AS at_position FROM public_item \
    WHERE organization_id = $1 AND campaign_id = $2 AND unit_id = $5 \
    ORDER BY rank, pledge_id, position LIMIT $6 OFFSET $7) AS k ";
const PLACES: &str = " FROM (SELECT pledge_id AS at_pledge, position AS at_position FROM public_item \
    WHERE organization_id = $1 AND campaign_id = $2 AND CAST($5 AS TEXT) IS NULL \
    ORDER BY rank, pledge_id, position LIMIT $6 OFFSET $7) AS k ";
const AT_PLACES: &str = "CROSS JOIN public_item i \
    CROSS JOIN public_pledge p WHERE i.organization_id = $1 AND i.pledge_id = k.at_pledge \
    AND i.position = k.at_position AND p.organization_id = $1 AND p.id = k.at_pledge \
    ORDER BY i.rank, i.pledge_id, i.position";
const BY_DUE: &str = "ORDER BY s.due_on, s.rank, s.pledge_id, s.position LIMIT $12 OFFSET $13";
const BY_CHANGE: &str = "ORDER BY s.updated_at DESC, s.rank, s.pledge_id, s.position LIMIT $12 OFFSET $13";

fn filter<'a>(organization: &'a str, campaign: &'a str, days: Days<'a>, f: &'a Filter) -> Vec<Value<'a>> {
    let text = |text: &'a str| Value::Text(text.into());
    let maybe = |value: &'a Option<String>| value.as_deref().map_or(Value::Null, text);
    let [first, second, third] = &f.words;
    vec![
        text(organization),
        text(campaign),
        text(days.today),
        text(days.near),
        maybe(&f.unit),
        maybe(&f.kind),
        text(first),
        text(second),
        text(third),
        Value::Int(f.rank),
        text(&f.states),
    ]
}

impl Filter {
    /// Nothing is asked of a line but its branch: counting places needs no line.
    fn plain(&self) -> bool {
        self.kind.is_none()
            && self.states.is_empty()
            && self.rank >= ALL_RANKS
            && self.words.iter().all(|w| w == "%")
    }
}

/// Lines of a plain board in its own order: a page far behind costs as much as the first.
async fn plain(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    days: Days<'_>,
    unit: Option<&str>,
    (limit, offset): (i64, i64),
) -> Result<Vec<Line>> {
    let statement = match unit {
        Some(_) => sql!("SELECT ", ITEM, ", ", STATE, HEAD, PLACES_OF_UNIT, AT_PLACES),
        None => sql!("SELECT ", ITEM, ", ", STATE, HEAD, PLACES, AT_PLACES),
    };
    let args = args![organization, campaign, days.today, days.near, unit, limit, offset];
    tx.all(statement, args).await
}

/// Lines of the board.
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
    if order == Order::Rank && f.plain() {
        return plain(
            tx,
            organization,
            campaign,
            days,
            f.unit.as_deref(),
            (limit, offset),
        )
        .await;
    }
    let statement = match (order, f.unit.is_some()) {
        (Order::Rank, true) => sql!(LINES, ITEM, ", ", STATE, FROM, ONE_UNIT, FILTERED, BY_RANK),
        (Order::Rank, false) => sql!(LINES, ITEM, ", ", STATE, FROM, ANY_UNIT, FILTERED, BY_RANK),
        (Order::Due, true) => sql!(LINES, ITEM, ", ", STATE, FROM, ONE_UNIT, FILTERED, BY_DUE),
        (Order::Due, false) => sql!(LINES, ITEM, ", ", STATE, FROM, ANY_UNIT, FILTERED, BY_DUE),
        (Order::Recent, true) => sql!(LINES, ITEM, ", ", STATE, FROM, ONE_UNIT, FILTERED, BY_CHANGE),
        (Order::Recent, false) => sql!(LINES, ITEM, ", ", STATE, FROM, ANY_UNIT, FILTERED, BY_CHANGE),
    };
    let mut args = filter(organization, campaign, days, f);
    args.extend_from_slice(args![limit, offset]);
    tx.all(statement, &args).await
}

/// How many lines the board has under a filter.
///
/// # Errors
/// Whatever the database reports.
pub async fn count(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    days: Days<'_>,
    f: &Filter,
) -> Result<i64> {
    let statement = match f.unit.is_some() {
        true => sql!(
            "SELECT COUNT(*) AS n FROM (SELECT i.claim, i.verdict, ",
            STATE,
            FROM_ITEM,
            ONE_UNIT,
            FILTERED
        ),
        false => sql!(
            "SELECT COUNT(*) AS n FROM (SELECT i.claim, i.verdict, ",
            STATE,
            FROM_ITEM,
            ANY_UNIT,
            FILTERED
        ),
    };
    tx.one(statement, &filter(organization, campaign, days, f)).await
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
            LINES,
            ITEM,
            ", ",
            STATE,
            FROM_PLEDGE,
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

/// What decides the state of a public item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// The branch.
    pub unit_id: String,
    /// The day it is due, ISO.
    pub due_on: String,
    /// Identifier of the self-report.
    pub claim: Option<String>,
    /// Identifier of the finding.
    pub verdict: Option<String>,
    /// Under rectification.
    pub rectifying: bool,
}

from_row!(Stated {
    unit_id,
    due_on,
    claim,
    verdict,
    rectifying
});

/// What decides the state of each public item of a campaign.
///
/// # Errors
/// Whatever the database reports.
pub async fn states(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Stated>> {
    tx.all(
        sql!(
            "SELECT unit_id, due_on, claim, verdict, rectifying FROM public_item \
             WHERE organization_id = $1 AND campaign_id = $2"
        ),
        args![organization, campaign],
    )
    .await
}

/// Every public item of a campaign, counted by branch, rank and state, branches in the order of the list. Items
/// that are alike in all that decides a state are counted first: the index `public_item_tally` holds them in order.
///
/// # Errors
/// Whatever the database reports.
pub async fn tally(tx: &mut Tx, organization: &str, campaign: &str, days: Days<'_>) -> Result<Vec<Tally>> {
    tx.all(
        sql!(
            "SELECT s.unit_id, u.name AS unit_name, s.rank, s.state, CAST(SUM(s.n) AS BIGINT) AS n FROM \
             (SELECT i.unit_id, i.rank, i.n, ",
            STATE,
            " FROM (SELECT unit_id, rank, rectifying, verdict, claim, due_on, COUNT(*) AS n FROM public_item \
             WHERE organization_id = $1 AND campaign_id = $2 \
             GROUP BY unit_id, rank, rectifying, verdict, claim, due_on) AS i) AS s \
             JOIN unit u ON u.organization_id = $1 AND u.id = s.unit_id \
             GROUP BY s.unit_id, u.name, u.position, s.rank, s.state ORDER BY u.position, s.unit_id, s.rank, s.state"
        ),
        args![organization, campaign, days.today, days.near],
    )
    .await
}
