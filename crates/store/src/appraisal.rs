//! Appraisal rounds: what the voices say, secret ballots, the frozen result (N13).

mod ballot;
pub use ballot::{Ballot, Code, CodeCount, add_ballot, add_code, ballots, blur, code, code_counts, use_code};

use crate::{Result, Tx, args, from_row, sql};

/// A round (评诺).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0009_appraisal.sql"
)]
pub struct Round {
    pub id: String,
    pub campaign_id: String,
    pub title: String,
    pub cadence: String,
    pub opens_on: String,
    pub closes_on: String,
    pub scale: String,
    pub opened_by: String,
    pub opened_at: i64,
    pub frozen_at: Option<i64>,
    pub frozen_by: Option<String>,
    pub result: Option<String>,
    pub hash: Option<String>,
}

from_row!(Round {
    id,
    campaign_id,
    title,
    cadence,
    opens_on,
    closes_on,
    scale,
    opened_by,
    opened_at,
    frozen_at,
    frozen_by,
    result,
    hash,
});

const ROUND: &str = "id, campaign_id, title, cadence, opens_on, closes_on, scale, opened_by, opened_at, frozen_at, \
                     frozen_by, result, hash";

/// One round.
///
/// # Errors
/// Whatever the database reports.
pub async fn round(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<Round>> {
    tx.maybe(
        sql!(
            "SELECT ",
            ROUND,
            " FROM appraisal_round WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, id],
    )
    .await
}

/// The rounds of a campaign, newest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn rounds(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Round>> {
    tx.all(
        sql!(
            "SELECT ",
            ROUND,
            " FROM appraisal_round WHERE organization_id = $1 AND campaign_id = $2 ORDER BY opens_on DESC, id DESC"
        ),
        args![organization, campaign],
    )
    .await
}

/// Opens a round.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_round(tx: &mut Tx, organization: &str, r: &Round) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO appraisal_round (organization_id, ",
            ROUND,
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        ),
        args![
            organization,
            &r.id,
            &r.campaign_id,
            &r.title,
            &r.cadence,
            &r.opens_on,
            &r.closes_on,
            &r.scale,
            &r.opened_by,
            r.opened_at,
            r.frozen_at,
            r.frozen_by.as_deref(),
            r.result.as_deref(),
            r.hash.as_deref()
        ],
    )
    .await
    .map(drop)
}

/// Changes name, days and rules of a round; 0 when it was frozen meanwhile.
///
/// # Errors
/// Whatever the database reports.
pub async fn mend_round(tx: &mut Tx, organization: &str, r: &Round) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE appraisal_round SET title = $3, opens_on = $4, closes_on = $5, scale = $6 \
             WHERE organization_id = $1 AND id = $2 AND frozen_at IS NULL"
        ),
        args![organization, &r.id, &r.title, &r.opens_on, &r.closes_on, &r.scale],
    )
    .await
}

/// Takes away a round nobody has spoken in, with the codes printed for it.
///
/// # Errors
/// Whatever the database reports.
pub async fn drop_round(tx: &mut Tx, organization: &str, id: &str) -> Result<()> {
    tx.execute(
        sql!("DELETE FROM ballot_code WHERE organization_id = $1 AND round_id = $2"),
        args![organization, id],
    )
    .await?;
    tx.execute(
        sql!("DELETE FROM appraisal_round WHERE organization_id = $1 AND id = $2"),
        args![organization, id],
    )
    .await
    .map(drop)
}

/// Keeps the frozen result; 0 when the round was frozen before.
///
/// # Errors
/// Whatever the database reports.
pub async fn freeze(
    tx: &mut Tx,
    organization: &str,
    round: &str,
    (result, hash): (&str, &str),
    by: &str,
    now: i64,
) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE appraisal_round SET frozen_at = $3, frozen_by = $4, result = $5, hash = $6 \
             WHERE organization_id = $1 AND id = $2 AND frozen_at IS NULL"
        ),
        args![organization, round, now, by, result, hash],
    )
    .await
}

/// A pledge that is appraised, with its pledger as the organisation knows him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The pledge.
    pub id: String,
    /// `branch` or `person`.
    pub pledger: String,
    /// The branch it belongs to.
    pub unit_id: String,
    /// Name of the branch.
    pub unit_name: String,
    /// The person; `None` for a branch.
    pub person_id: Option<String>,
    /// Name of the person; empty for a branch.
    pub name: String,
    /// Post of the person.
    pub post: String,
    /// Class of the person; empty for a branch.
    pub class: String,
    /// Whether it is a leading cadre's.
    pub leading_cadre: bool,
    /// `confirmed` or `published`.
    pub state: String,
    /// Whether the person is still on the roster; `None` for a branch.
    pub active: Option<bool>,
}

from_row!(Subject {
    id,
    pledger,
    unit_id,
    unit_name,
    person_id,
    name,
    post,
    class,
    leading_cadre,
    state,
    active,
});

const SUBJECT: &str = "SELECT p.id, p.pledger, p.unit_id, COALESCE(u.name, '') AS unit_name, p.person_id, \
                       COALESCE(n.name, '') AS name, \
                       CASE WHEN p.leading_cadre AND n.title <> '' THEN n.title ELSE COALESCE(n.post, '') END AS post, \
                       COALESCE(n.class, '') AS class, \
                       p.leading_cadre, p.state, n.active FROM pledge p \
                       LEFT JOIN unit u ON u.organization_id = p.organization_id AND u.id = p.unit_id \
                       LEFT JOIN person n ON n.organization_id = p.organization_id AND n.id = p.person_id ";

/// Every pledge of a campaign that is in force, branch by branch, the branch's own first.
///
/// # Errors
/// Whatever the database reports.
pub async fn subjects(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Subject>> {
    tx.all(
        sql!(
            SUBJECT,
            "WHERE p.organization_id = $1 AND p.campaign_id = $2 AND p.state IN ('confirmed', 'published') \
             ORDER BY u.position, p.unit_id, p.pledger, p.leading_cadre DESC, n.name_sort, p.id"
        ),
        args![organization, campaign],
    )
    .await
}

/// One pledge in force.
///
/// # Errors
/// Whatever the database reports.
pub async fn subject(tx: &mut Tx, organization: &str, pledge: &str) -> Result<Option<Subject>> {
    tx.maybe(
        sql!(
            SUBJECT,
            "WHERE p.organization_id = $1 AND p.id = $2 AND p.state IN ('confirmed', 'published')"
        ),
        args![organization, pledge],
    )
    .await
}

/// The followed items of every pledge in force of a campaign, in the order of the forms.
///
/// # Errors
/// Whatever the database reports.
pub async fn items(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<crate::pledge::Item>> {
    tx.all(
        sql!(
            "SELECT id, pledge_id, campaign_id, unit_id, position, kind, content, measure, beneficiary, due_on, \
             demand_id, claim, claimed_on, verdict, verdict_on, rectifying, last_report_on FROM commitment_item \
             WHERE organization_id = $1 AND campaign_id = $2 ORDER BY unit_id, pledge_id, position"
        ),
        args![organization, campaign],
    )
    .await
}

/// What a voice says about a pledge in a round.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0009_appraisal.sql"
)]
pub struct Entry {
    pub round_id: String,
    pub pledge_id: String,
    pub voice: String,
    pub words: String,
    pub score: Option<i64>,
    pub said_by: String,
    pub said_name: String,
    pub said_at: i64,
}

from_row!(Entry {
    round_id,
    pledge_id,
    voice,
    words,
    score,
    said_by,
    said_name,
    said_at,
});

/// Everything said in a round.
///
/// # Errors
/// Whatever the database reports.
pub async fn entries(tx: &mut Tx, organization: &str, round: &str) -> Result<Vec<Entry>> {
    tx.all(
        sql!(
            "SELECT round_id, pledge_id, voice, words, score, said_by, said_name, said_at FROM appraisal_entry \
             WHERE organization_id = $1 AND round_id = $2 ORDER BY pledge_id, voice"
        ),
        args![organization, round],
    )
    .await
}

/// What one voice says about one pledge.
///
/// # Errors
/// Whatever the database reports.
pub async fn entry(
    tx: &mut Tx,
    organization: &str,
    round: &str,
    pledge: &str,
    voice: &str,
) -> Result<Option<Entry>> {
    tx.maybe(
        sql!(
            "SELECT round_id, pledge_id, voice, words, score, said_by, said_name, said_at FROM appraisal_entry \
             WHERE organization_id = $1 AND round_id = $2 AND pledge_id = $3 AND voice = $4"
        ),
        args![organization, round, pledge, voice],
    )
    .await
}

/// Says something, or says it anew: one word a voice, pledge and round.
///
/// # Errors
/// Whatever the database reports.
pub async fn put_entry(tx: &mut Tx, organization: &str, e: &Entry) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO appraisal_entry (organization_id, round_id, pledge_id, voice, words, score, said_by, \
             said_name, said_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
             ON CONFLICT (organization_id, round_id, pledge_id, voice) DO UPDATE SET words = excluded.words, \
             score = excluded.score, said_by = excluded.said_by, said_name = excluded.said_name, \
             said_at = excluded.said_at"
        ),
        args![
            organization,
            &e.round_id,
            &e.pledge_id,
            &e.voice,
            &e.words,
            e.score,
            &e.said_by,
            &e.said_name,
            e.said_at
        ],
    )
    .await
    .map(drop)
}

/// The result of a pledge became public.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0009_appraisal.sql"
)]
pub struct Release {
    pub pledge_id: String,
    pub released_at: i64,
}

from_row!(Release {
    pledge_id,
    released_at
});

/// The pledges whose results of a round are public.
///
/// # Errors
/// Whatever the database reports.
pub async fn releases(tx: &mut Tx, organization: &str, round: &str) -> Result<Vec<Release>> {
    tx.all(
        sql!(
            "SELECT pledge_id, released_at FROM appraisal_release \
             WHERE organization_id = $1 AND round_id = $2 ORDER BY pledge_id"
        ),
        args![organization, round],
    )
    .await
}

/// Notes that a result is public; 0 when it was before.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_release(tx: &mut Tx, organization: &str, round: &str, r: &Release, by: &str) -> Result<u64> {
    tx.execute(
        sql!(
            "INSERT INTO appraisal_release (organization_id, round_id, pledge_id, released_by, released_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (organization_id, round_id, pledge_id) DO NOTHING"
        ),
        args![organization, round, &r.pledge_id, by, r.released_at],
    )
    .await
}
