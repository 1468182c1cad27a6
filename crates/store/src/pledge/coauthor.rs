//! Who of a branch writes its form together with the secretary, or a colleague's with him (N10).

use super::*;

/// Somebody who writes along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coauthor {
    /// The person.
    pub person_id: String,
    /// His name.
    pub name: String,
    /// Since when, microseconds UTC.
    pub named_at: i64,
}

from_row!(Coauthor {
    person_id,
    name,
    named_at
});

/// Names somebody to write along; named twice it is once.
///
/// # Errors
/// Whatever the database reports.
pub async fn name_coauthor(
    tx: &mut Tx,
    organization: &str,
    pledge: &str,
    person: &str,
    by: &str,
    now: i64,
) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO pledge_coauthor (organization_id, pledge_id, person_id, named_by, named_at, ended_at) \
             VALUES ($1, $2, $3, $4, $5, NULL) ON CONFLICT (organization_id, pledge_id, person_id) \
             DO UPDATE SET named_by = excluded.named_by, named_at = excluded.named_at, ended_at = NULL"
        ),
        args![organization, pledge, person, by, now],
    )
    .await
    .map(drop)
}

/// Ends it; answers how many that were.
///
/// # Errors
/// Whatever the database reports.
pub async fn end_coauthor(
    tx: &mut Tx,
    organization: &str,
    pledge: &str,
    person: &str,
    now: i64,
) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE pledge_coauthor SET ended_at = $4 WHERE organization_id = $1 AND pledge_id = $2 \
             AND person_id = $3 AND ended_at IS NULL"
        ),
        args![organization, pledge, person, now],
    )
    .await
}

/// Those who write a form along, in the order in which they were named.
///
/// # Errors
/// Whatever the database reports.
pub async fn coauthors(tx: &mut Tx, organization: &str, pledge: &str) -> Result<Vec<Coauthor>> {
    tx.all(
        sql!(
            "SELECT c.person_id, p.name, c.named_at FROM pledge_coauthor c \
             JOIN person p ON p.organization_id = c.organization_id AND p.id = c.person_id \
             WHERE c.organization_id = $1 AND c.pledge_id = $2 AND c.ended_at IS NULL \
             ORDER BY c.named_at, c.person_id"
        ),
        args![organization, pledge],
    )
    .await
}

/// Who writes which form along in a campaign: pledge and person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Along {
    /// The pledge.
    pub pledge_id: String,
    /// Who writes along.
    pub person_id: String,
}

from_row!(Along { pledge_id, person_id });

/// Everybody who writes a form along in a campaign.
///
/// # Errors
/// Whatever the database reports.
pub async fn all_along(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Along>> {
    tx.all(
        sql!(
            "SELECT c.pledge_id, c.person_id FROM pledge_coauthor c \
             JOIN pledge p ON p.organization_id = c.organization_id AND p.id = c.pledge_id \
             WHERE c.organization_id = $1 AND p.campaign_id = $2 AND c.ended_at IS NULL \
             ORDER BY c.pledge_id, c.person_id"
        ),
        args![organization, campaign],
    )
    .await
}

/// The pledges that a person writes along in a campaign, branches' and colleagues'.
///
/// # Errors
/// Whatever the database reports.
pub async fn writes_along(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    person: &str,
) -> Result<Vec<Pledge>> {
    tx.all(
        sql!(
            "SELECT ",
            COLUMNS,
            " FROM pledge WHERE organization_id = $1 AND campaign_id = $2 AND id IN \
             (SELECT c.pledge_id FROM pledge_coauthor c WHERE c.organization_id = $1 AND c.person_id = $3 \
             AND c.ended_at IS NULL) ORDER BY unit_id"
        ),
        args![organization, campaign, person],
    )
    .await
}
