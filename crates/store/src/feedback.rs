//! What the public says of pledges and branches, and what it is answered (N13).

use crate::{Result, Tx, args, from_row, sql};

/// A feedback as those see it who answer. There is nobody in it and no minute.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0007_progress.sql"
)]
pub struct Feedback {
    pub id: String,
    pub campaign_id: String,
    pub unit_id: String,
    pub pledge_id: Option<String>,
    pub grade: i64,
    pub reasons: String,
    pub words: String,
    pub contact: String,
    pub said_on: String,
    pub due_on: String,
    pub state: String,
    pub reply: String,
    pub reply_public: bool,
    pub hidden_reason: String,
    pub handled_at: Option<i64>,
}

from_row!(Feedback {
    id,
    campaign_id,
    unit_id,
    pledge_id,
    grade,
    reasons,
    words,
    contact,
    said_on,
    due_on,
    state,
    reply,
    reply_public,
    hidden_reason,
    handled_at
});

const FEEDBACK: &str = "SELECT id, campaign_id, unit_id, pledge_id, grade, reasons, words, contact, said_on, due_on, \
    state, reply, reply_public, hidden_reason, handled_at FROM feedback WHERE organization_id = $1 ";

/// Adds a new feedback. Reads nothing: half a hospital may speak within an hour.
///
/// # Errors
/// Whatever the database reports.
pub async fn add(tx: &mut Tx, organization: &str, f: &Feedback, receipt_hash: &str) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO feedback (organization_id, id, campaign_id, unit_id, pledge_id, grade, reasons, words, contact, \
             said_on, due_on, receipt_hash, state, reply, reply_public, hidden_reason) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '', FALSE, '')"
        ),
        args![
            organization,
            &f.id,
            &f.campaign_id,
            &f.unit_id,
            f.pledge_id,
            f.grade,
            &f.reasons,
            &f.words,
            &f.contact,
            &f.said_on,
            &f.due_on,
            receipt_hash,
            &f.state
        ],
    )
    .await
    .map(drop)
}

/// One feedback.
///
/// # Errors
/// Whatever the database reports.
pub async fn by_id(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<Feedback>> {
    tx.maybe(sql!(FEEDBACK, "AND id = $2"), args![organization, id])
        .await
}

/// The feedback a receipt belongs to.
///
/// # Errors
/// Whatever the database reports.
pub async fn by_receipt(tx: &mut Tx, organization: &str, hash: &str) -> Result<Option<Feedback>> {
    tx.maybe(sql!(FEEDBACK, "AND receipt_hash = $2"), args![organization, hash])
        .await
}

/// The feedback of a campaign in one state, the earliest answer due first.
///
/// # Errors
/// Whatever the database reports.
pub async fn in_state(tx: &mut Tx, organization: &str, campaign: &str, state: &str) -> Result<Vec<Feedback>> {
    tx.all(
        sql!(
            FEEDBACK,
            "AND campaign_id = $2 AND state = $3 ORDER BY due_on, grade, id"
        ),
        args![organization, campaign, state],
    )
    .await
}

/// How many feedbacks of a campaign are in each state: unit, state, how many.
///
/// # Errors
/// Whatever the database reports.
pub async fn counts(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<(String, String, i64)>> {
    tx.all(
        sql!(
            "SELECT unit_id, state, COUNT(*) AS n FROM feedback WHERE organization_id = $1 AND campaign_id = $2 \
             GROUP BY unit_id, state"
        ),
        args![organization, campaign],
    )
    .await
}

/// Writes state, reply, and why it is hidden.
///
/// # Errors
/// Whatever the database reports.
pub async fn handle(tx: &mut Tx, organization: &str, f: &Feedback, by: &str, now: i64) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE feedback SET state = $3, reply = $4, reply_public = $5, hidden_reason = $6, handled_by = $7, \
             handled_at = $8 WHERE organization_id = $1 AND id = $2"
        ),
        args![
            organization,
            &f.id,
            &f.state,
            &f.reply,
            f.reply_public,
            &f.hidden_reason,
            by,
            now
        ],
    )
    .await
}

/// Words and reply as strangers read them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0007_progress.sql"
)]
pub struct PublicFeedback {
    pub id: String,
    pub campaign_id: String,
    pub unit_id: String,
    pub pledge_id: Option<String>,
    pub grade: i64,
    pub words: String,
    pub said_on: String,
    pub reply: String,
    pub replied_on: String,
}

from_row!(PublicFeedback {
    id,
    campaign_id,
    unit_id,
    pledge_id,
    grade,
    words,
    said_on,
    reply,
    replied_on
});

/// Publishes words and reply; a bettered reply replaces the one before.
///
/// # Errors
/// Whatever the database reports.
pub async fn publish(tx: &mut Tx, organization: &str, f: &PublicFeedback) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO public_feedback (organization_id, id, campaign_id, unit_id, pledge_id, grade, words, said_on, \
             reply, replied_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
             ON CONFLICT (organization_id, id) DO UPDATE SET words = excluded.words, reply = excluded.reply, \
             replied_on = excluded.replied_on"
        ),
        args![
            organization,
            &f.id,
            &f.campaign_id,
            &f.unit_id,
            f.pledge_id,
            f.grade,
            &f.words,
            &f.said_on,
            &f.reply,
            &f.replied_on
        ],
    )
    .await
    .map(drop)
}

/// Takes words and reply out of the public tables; the original stays.
///
/// # Errors
/// Whatever the database reports.
pub async fn unpublish(tx: &mut Tx, organization: &str, id: &str) -> Result<u64> {
    tx.execute(
        sql!("DELETE FROM public_feedback WHERE organization_id = $1 AND id = $2"),
        args![organization, id],
    )
    .await
}

const PUBLIC: &str = "SELECT id, campaign_id, unit_id, pledge_id, grade, words, said_on, reply, replied_on \
    FROM public_feedback WHERE organization_id = $1 ";

/// What was published about a branch and its pledges, newest reply first.
///
/// # Errors
/// Whatever the database reports.
pub async fn published(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    unit: &str,
    most: i64,
) -> Result<Vec<PublicFeedback>> {
    tx.all(
        sql!(
            PUBLIC,
            "AND campaign_id = $2 AND unit_id = $3 ORDER BY replied_on DESC, id LIMIT $4"
        ),
        args![organization, campaign, unit, most],
    )
    .await
}

/// What was published about one pledge, newest reply first.
///
/// # Errors
/// Whatever the database reports.
pub async fn published_of(tx: &mut Tx, organization: &str, pledge: &str) -> Result<Vec<PublicFeedback>> {
    tx.all(
        sql!(PUBLIC, "AND pledge_id = $2 ORDER BY replied_on DESC, id"),
        args![organization, pledge],
    )
    .await
}

/// What was published in a campaign, branch by branch.
///
/// # Errors
/// Whatever the database reports.
pub async fn published_in(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<PublicFeedback>> {
    tx.all(
        sql!(PUBLIC, "AND campaign_id = $2 ORDER BY unit_id, said_on, id"),
        args![organization, campaign],
    )
    .await
}

/// What grades are about.
#[derive(Clone, Copy, Debug)]
pub enum About<'a> {
    /// A branch in a campaign, its pledges counted in.
    Unit {
        /// The campaign.
        campaign: &'a str,
        /// The branch.
        unit: &'a str,
    },
    /// One pledge.
    Pledge(&'a str),
}

/// How many gave each grade, best first. Nothing while fewer than five people spoke (PRODUCT.md 3.7).
///
/// # Errors
/// Whatever the database reports.
pub async fn grades(tx: &mut Tx, organization: &str, about: About<'_>) -> Result<Vec<(i64, i64)>> {
    let counts = match about {
        About::Unit { campaign, unit } => {
            tx.all(
                sql!(
                    "SELECT grade, COUNT(*) AS n FROM feedback WHERE organization_id = $1 AND campaign_id = $2 \
                     AND unit_id = $3 AND state <> 'hidden' GROUP BY grade ORDER BY grade DESC"
                ),
                args![organization, campaign, unit],
            )
            .await?
        }
        About::Pledge(pledge) => {
            tx.all(
                sql!(
                    "SELECT grade, COUNT(*) AS n FROM feedback WHERE organization_id = $1 AND pledge_id = $2 \
                     AND state <> 'hidden' GROUP BY grade ORDER BY grade DESC"
                ),
                args![organization, pledge],
            )
            .await?
        }
    };
    Ok(domain::feedback::shown(counts))
}

/// A published pledge somebody may speak about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The pledge.
    pub id: String,
    /// `branch` or `person`.
    pub pledger: String,
    /// Name as published.
    pub name: String,
    /// Its first item.
    pub content: String,
}

from_row!(Subject {
    id,
    pledger,
    name,
    content
});

const SUBJECT: &str = "SELECT p.id, p.pledger, p.name, COALESCE((SELECT i.content FROM public_item i \
    WHERE i.organization_id = p.organization_id AND i.pledge_id = p.id ORDER BY i.position LIMIT 1), '') AS content \
    FROM public_pledge p WHERE p.organization_id = $1 AND p.campaign_id = $2 AND p.unit_id = $3 \
    AND p.taken_down_at IS NULL ";

/// The published pledges of a branch, as the board orders them.
///
/// # Errors
/// Whatever the database reports.
pub async fn subjects(tx: &mut Tx, organization: &str, campaign: &str, unit: &str) -> Result<Vec<Subject>> {
    tx.all(
        sql!(SUBJECT, "ORDER BY p.rank, p.name_sort, p.id"),
        args![organization, campaign, unit],
    )
    .await
}

/// One published pledge of a branch.
///
/// # Errors
/// Whatever the database reports.
pub async fn subject(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    unit: &str,
    pledge: &str,
) -> Result<Option<Subject>> {
    tx.maybe(
        sql!(SUBJECT, "AND p.id = $4"),
        args![organization, campaign, unit, pledge],
    )
    .await
}

/// Whose matter a pledge is: the person, `None` for a branch's or one that is not there.
///
/// # Errors
/// Whatever the database reports.
pub async fn owner(tx: &mut Tx, organization: &str, pledge: &str) -> Result<Option<String>> {
    let found: Option<(String, Option<String>)> = tx
        .maybe(
            sql!("SELECT id, person_id FROM pledge WHERE organization_id = $1 AND id = $2"),
            args![organization, pledge],
        )
        .await?;
    Ok(found.and_then(|(_, person)| person))
}

/// The published pledges of a campaign: id and name.
///
/// # Errors
/// Whatever the database reports.
pub async fn names(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<(String, String)>> {
    tx.all(
        sql!(
            "SELECT id, name FROM public_pledge WHERE organization_id = $1 AND campaign_id = $2 ORDER BY id"
        ),
        args![organization, campaign],
    )
    .await
}
