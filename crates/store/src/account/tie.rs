//! One person, one account.

use crate::{Result, Tx, args, sql};

/// Says whose an account is that was made before there was a roster.
///
/// # Errors
/// Whatever the database reports.
pub async fn tie(tx: &mut Tx, organization: &str, account: &str, person: &str) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE account SET person_id = $3 WHERE organization_id = $1 AND id = $2 AND person_id IS NULL"
        ),
        args![organization, account, person],
    )
    .await
    .map(drop)
}
