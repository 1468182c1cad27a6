//! Blank forms with a running number (N20, N21).

use super::*;

/// A numbered sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0020_blank_form.sql"
)]
pub struct BlankForm {
    pub number: String,
    pub campaign_id: String,
    pub unit_id: String,
    pub annex: String,
    pub print_id: String,
    pub issued_by: String,
    pub issued_name: String,
    pub issued_at: i64,
    pub person_id: Option<String>,
    pub pledge_id: Option<String>,
    pub used_at: Option<i64>,
}

from_row!(BlankForm {
    number,
    campaign_id,
    unit_id,
    annex,
    print_id,
    issued_by,
    issued_name,
    issued_at,
    person_id,
    pledge_id,
    used_at
});

const SHEET: &str = "number, campaign_id, unit_id, annex, print_id, issued_by, issued_name, issued_at, person_id, \
                     pledge_id, used_at";

/// Keeps a number that goes out. Two at once fight for it, which the key gives to one of them alone; the other act runs
/// again.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_blank(tx: &mut Tx, organization: &str, b: &BlankForm) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO blank_form (organization_id, number, campaign_id, unit_id, annex, print_id, issued_by, \
             issued_name, issued_at, person_id, pledge_id, used_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, NULL, NULL)"
        ),
        args![
            organization,
            &b.number,
            &b.campaign_id,
            &b.unit_id,
            &b.annex,
            &b.print_id,
            &b.issued_by,
            &b.issued_name,
            b.issued_at
        ],
    )
    .await
    .map(drop)
}

/// The number given out last among those from `from` to before `until`; a longer one is a later one.
///
/// # Errors
/// Whatever the database reports.
pub async fn last_blank(tx: &mut Tx, organization: &str, from: &str, until: &str) -> Result<Option<String>> {
    let row: Option<Numbered> = tx
        .maybe(
            sql!(
                "SELECT number FROM blank_form WHERE organization_id = $1 AND number >= $2 AND number < $3 \
                 ORDER BY LENGTH(number) DESC, number DESC LIMIT 1"
            ),
            args![organization, from, until],
        )
        .await?;
    Ok(row.map(|r| r.number))
}

/// The sheet with this number.
///
/// # Errors
/// Whatever the database reports.
pub async fn blank(tx: &mut Tx, organization: &str, number: &str) -> Result<Option<BlankForm>> {
    tx.maybe(
        sql!(
            "SELECT ",
            SHEET,
            " FROM blank_form WHERE organization_id = $1 AND number = $2"
        ),
        args![organization, number],
    )
    .await
}

/// The sheets of a branch in a campaign, in the order in which they were printed.
///
/// # Errors
/// Whatever the database reports.
pub async fn blanks_of_unit(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    unit: &str,
) -> Result<Vec<BlankForm>> {
    tx.all(
        sql!(
            "SELECT ",
            SHEET,
            " FROM blank_form WHERE organization_id = $1 AND campaign_id = $2 AND unit_id = $3 \
             ORDER BY LENGTH(number), number"
        ),
        args![organization, campaign, unit],
    )
    .await
}

/// The sheets printed together.
///
/// # Errors
/// Whatever the database reports.
pub async fn blanks_of_print(tx: &mut Tx, organization: &str, print: &str) -> Result<Vec<BlankForm>> {
    tx.all(
        sql!(
            "SELECT ",
            SHEET,
            " FROM blank_form WHERE organization_id = $1 AND print_id = $2 ORDER BY LENGTH(number), number"
        ),
        args![organization, print],
    )
    .await
}

/// The sheets a pledge was typed from.
///
/// # Errors
/// Whatever the database reports.
pub async fn blanks_of_pledge(tx: &mut Tx, organization: &str, pledge: &str) -> Result<Vec<BlankForm>> {
    tx.all(
        sql!(
            "SELECT ",
            SHEET,
            " FROM blank_form WHERE organization_id = $1 AND pledge_id = $2 ORDER BY LENGTH(number), number"
        ),
        args![organization, pledge],
    )
    .await
}

/// Notes the pledge typed from a sheet; answers 0 when the sheet was used before.
///
/// # Errors
/// Whatever the database reports.
pub async fn use_blank(
    tx: &mut Tx,
    organization: &str,
    number: &str,
    person: Option<&str>,
    pledge: &str,
    now: i64,
) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE blank_form SET person_id = $3, pledge_id = $4, used_at = $5 WHERE organization_id = $1 \
             AND number = $2 AND pledge_id IS NULL"
        ),
        args![organization, number, person, pledge, now],
    )
    .await
}

/// Takes the pledge off a sheet that was noted with the wrong one; answers 0 when it was noted with none.
///
/// # Errors
/// Whatever the database reports.
pub async fn free_blank(tx: &mut Tx, organization: &str, number: &str) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE blank_form SET person_id = NULL, pledge_id = NULL, used_at = NULL WHERE organization_id = $1 \
             AND number = $2 AND pledge_id IS NOT NULL"
        ),
        args![organization, number],
    )
    .await
}
