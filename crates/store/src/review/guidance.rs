//! The words offered with a reason for returning a pledge, where the house has its own.

use crate::{Result, Tx, args, from_row, sql};

/// The words for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0019_review_guidance.sql and 0028_guidance_languages.sql"
)]
pub struct Guidance {
    pub reason: String,
    pub words: Option<String>,
    pub words_en: Option<String>,
    pub revision: i64,
    pub changed_by: String,
    pub changed_name: String,
    pub changed_at: i64,
}

from_row!(Guidance {
    reason,
    words,
    words_en,
    revision,
    changed_by,
    changed_name,
    changed_at
});

/// Every reason the house has ever had words of its own for.
///
/// # Errors
/// Whatever the database reports.
pub async fn guidance(tx: &mut Tx, organization: &str) -> Result<Vec<Guidance>> {
    tx.all(
        sql!(
            "SELECT reason, words, words_en, revision, changed_by, changed_name, changed_at FROM review_guidance \
             WHERE organization_id = $1 ORDER BY reason"
        ),
        args![organization],
    )
    .await
}

/// Writes the words for a reason as the next revision of the one given; answers 0 when that is not the last one.
///
/// # Errors
/// Whatever the database reports.
pub async fn put_guidance(tx: &mut Tx, organization: &str, seen: i64, g: &Guidance) -> Result<u64> {
    tx.execute(
        sql!(
            "INSERT INTO review_guidance (organization_id, reason, words, words_en, revision, changed_by, changed_name, \
             changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (organization_id, reason) DO UPDATE SET \
             words = excluded.words, words_en = excluded.words_en, revision = excluded.revision, \
             changed_by = excluded.changed_by, changed_name = excluded.changed_name, changed_at = excluded.changed_at \
             WHERE review_guidance.revision = $9"
        ),
        args![
            organization,
            &g.reason,
            g.words.as_deref(),
            g.words_en.as_deref(),
            g.revision,
            &g.changed_by,
            &g.changed_name,
            g.changed_at,
            seen
        ],
    )
    .await
}

/// When a pledge came to the step at which it waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The pledge.
    pub pledge_id: String,
    /// The round decided on.
    pub round: i64,
    /// The last decision in it, microseconds UTC.
    pub at: i64,
}

from_row!(Arrival { pledge_id, round, at });

/// The last decision on each pledge and round of a campaign: what passed one step waits at the next since then.
///
/// # Errors
/// Whatever the database reports.
pub async fn arrivals(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Arrival>> {
    tx.all(
        sql!(
            "SELECT d.pledge_id, d.round, MAX(d.decided_at) AS at FROM review_decision d \
             JOIN pledge p ON p.organization_id = d.organization_id AND p.id = d.pledge_id \
             WHERE d.organization_id = $1 AND p.campaign_id = $2 GROUP BY d.pledge_id, d.round \
             ORDER BY d.pledge_id, d.round"
        ),
        args![organization, campaign],
    )
    .await
}
