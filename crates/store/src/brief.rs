//! Reports of branches, good examples, and the counts that briefs are made of (N19).

use crate::{Result, Tx, args, from_row, sql};

/// A report a branch has sent (情况报送).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0010_rectification.sql"
)]
pub struct Report {
    pub id: String,
    pub campaign_id: String,
    pub unit_id: String,
    pub period: String,
    pub words: String,
    pub figures: String,
    pub sent_by: String,
    pub sent_name: String,
    pub sent_at: i64,
}

from_row!(Report {
    id,
    campaign_id,
    unit_id,
    period,
    words,
    figures,
    sent_by,
    sent_name,
    sent_at,
});

const REPORT: &str = "id, campaign_id, unit_id, period, words, figures, sent_by, sent_name, sent_at";

/// The reports of a campaign, newest period first.
///
/// # Errors
/// Whatever the database reports.
pub async fn reports(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Report>> {
    tx.all(
        sql!(
            "SELECT ",
            REPORT,
            " FROM report WHERE organization_id = $1 AND campaign_id = $2 ORDER BY period DESC, unit_id"
        ),
        args![organization, campaign],
    )
    .await
}

/// The report of a branch for a period.
///
/// # Errors
/// Whatever the database reports.
pub async fn report(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    unit: &str,
    period: &str,
) -> Result<Option<Report>> {
    tx.maybe(
        sql!(
            "SELECT ",
            REPORT,
            " FROM report WHERE organization_id = $1 AND campaign_id = $2 AND unit_id = $3 AND period = $4"
        ),
        args![organization, campaign, unit, period],
    )
    .await
}

/// Keeps a report as it was sent.
///
/// # Errors
/// [`crate::Error::Duplicate`] when the branch has sent one for this period.
pub async fn add_report(tx: &mut Tx, organization: &str, r: &Report) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO report (organization_id, ",
            REPORT,
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        args![
            organization,
            &r.id,
            &r.campaign_id,
            &r.unit_id,
            &r.period,
            &r.words,
            &r.figures,
            &r.sent_by,
            &r.sent_name,
            r.sent_at
        ],
    )
    .await
    .map(drop)
}

/// A good example (先进典型).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0010_rectification.sql"
)]
pub struct Example {
    pub id: String,
    pub campaign_id: String,
    pub pledge_id: String,
    pub words: String,
    pub nominated_by: String,
    pub nominated_at: i64,
    pub verified_by: Option<String>,
    pub verified_at: Option<i64>,
    pub consented_at: Option<i64>,
    pub published_at: Option<i64>,
}

from_row!(Example {
    id,
    campaign_id,
    pledge_id,
    words,
    nominated_by,
    nominated_at,
    verified_by,
    verified_at,
    consented_at,
    published_at,
});

const EXAMPLE: &str = "id, campaign_id, pledge_id, words, nominated_by, nominated_at, verified_by, verified_at, \
                       consented_at, published_at";

/// The examples of a campaign, newest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn examples(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Example>> {
    tx.all(
        sql!(
            "SELECT ",
            EXAMPLE,
            " FROM good_example WHERE organization_id = $1 AND campaign_id = $2 ORDER BY nominated_at DESC, id DESC"
        ),
        args![organization, campaign],
    )
    .await
}

/// One example.
///
/// # Errors
/// Whatever the database reports.
pub async fn example(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<Example>> {
    tx.maybe(
        sql!(
            "SELECT ",
            EXAMPLE,
            " FROM good_example WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, id],
    )
    .await
}

/// Nominates one.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_example(tx: &mut Tx, organization: &str, e: &Example) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO good_example (organization_id, ",
            EXAMPLE,
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            organization,
            &e.id,
            &e.campaign_id,
            &e.pledge_id,
            &e.words,
            &e.nominated_by,
            e.nominated_at,
            e.verified_by.as_deref(),
            e.verified_at,
            e.consented_at,
            e.published_at
        ],
    )
    .await
    .map(drop)
}

/// Writes how far an example has come.
///
/// # Errors
/// Whatever the database reports.
pub async fn write_example(tx: &mut Tx, organization: &str, e: &Example) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE good_example SET verified_by = $3, verified_at = $4, consented_at = $5, published_at = $6 \
             WHERE organization_id = $1 AND id = $2"
        ),
        args![
            organization,
            &e.id,
            e.verified_by.as_deref(),
            e.verified_at,
            e.consented_at,
            e.published_at
        ],
    )
    .await
}

/// A published example with its pledge as the public sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0006_publication.sql"
)]
pub struct PublicExample {
    pub id: String,
    pub pledge_id: String,
    pub words: String,
    pub published_at: i64,
    pub name: String,
    pub post: String,
    pub unit_name: String,
}

from_row!(PublicExample {
    id,
    pledge_id,
    words,
    published_at,
    name,
    post,
    unit_name,
});

/// Published examples whose pledges are public, newest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn public_examples(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<PublicExample>> {
    tx.all(
        sql!(
            "SELECT e.id, e.pledge_id, e.words, e.published_at, p.name, p.post, p.unit_name FROM good_example e \
             JOIN public_pledge p ON p.organization_id = e.organization_id AND p.id = e.pledge_id \
             WHERE e.organization_id = $1 AND e.campaign_id = $2 AND e.published_at IS NOT NULL \
             AND p.taken_down_at IS NULL ORDER BY e.published_at DESC, e.id DESC"
        ),
        args![organization, campaign],
    )
    .await
}

/// How many there are of a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The branch; empty where there is none.
    pub unit_id: String,
    /// The state.
    pub state: String,
    /// How many.
    pub n: i64,
}

from_row!(Counted { unit_id, state, n });

/// Opinions from the public by branch and state, hidden ones left out; `counted` are those that asked for no answer.
///
/// # Errors
/// Whatever the database reports.
pub async fn feedback_states(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Counted>> {
    tx.all(
        sql!(
            "SELECT unit_id, standing AS state, CAST(COUNT(*) AS BIGINT) AS n FROM (SELECT unit_id, \
             CASE WHEN state = 'answered' AND reply = '' THEN 'counted' ELSE state END AS standing FROM feedback \
             WHERE organization_id = $1 AND campaign_id = $2 AND state <> 'hidden') f \
             GROUP BY unit_id, standing ORDER BY unit_id, standing"
        ),
        args![organization, campaign],
    )
    .await
}

/// Rectification orders by branch and state.
///
/// # Errors
/// Whatever the database reports.
pub async fn order_states(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Counted>> {
    tx.all(
        sql!(
            "SELECT unit_id, state, CAST(COUNT(*) AS BIGINT) AS n FROM rectification_order \
             WHERE organization_id = $1 AND campaign_id = $2 GROUP BY unit_id, state ORDER BY unit_id, state"
        ),
        args![organization, campaign],
    )
    .await
}

/// Demands by state (N7).
///
/// # Errors
/// Whatever the database reports.
pub async fn demand_states(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Counted>> {
    tx.all(
        sql!(
            "SELECT '' AS unit_id, s.state AS state, CAST(COUNT(*) AS BIGINT) AS n FROM \
             (SELECT CASE WHEN d.state <> 'declined' AND EXISTS (SELECT 1 FROM public_item i \
             WHERE i.organization_id = d.organization_id AND i.demand_id = d.id) THEN 'answered' ELSE d.state END \
             AS state FROM demand d WHERE d.organization_id = $1 AND d.campaign_id = $2) s \
             GROUP BY s.state ORDER BY s.state"
        ),
        args![organization, campaign],
    )
    .await
}
