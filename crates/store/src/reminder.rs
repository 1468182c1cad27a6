//! Reminders of a day: who told a group of colleagues that some of them had not filed (N3).

use crate::{Result, Tx, args, from_row, sql};

/// A reminder.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0018_drafting.sql"
)]
pub struct Reminder {
    pub unit_id: String,
    pub told_on: String,
    pub people: i64,
    pub told_name: String,
    pub told_at: i64,
}

from_row!(Reminder {
    unit_id,
    told_on,
    people,
    told_name,
    told_at
});

/// Notes a reminder; answers 0 when the unit was reminded that day already.
///
/// # Errors
/// Whatever the database reports.
pub async fn note(tx: &mut Tx, organization: &str, campaign: &str, r: &Reminder, by: &str) -> Result<u64> {
    tx.execute(
        sql!(
            "INSERT INTO reminder (organization_id, campaign_id, unit_id, told_on, people, told_by, told_name, told_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (organization_id, campaign_id, unit_id, told_on) DO NOTHING"
        ),
        args![
            organization,
            campaign,
            &r.unit_id,
            &r.told_on,
            r.people,
            by,
            &r.told_name,
            r.told_at
        ],
    )
    .await
}

/// The reminders of one day of a campaign.
///
/// # Errors
/// Whatever the database reports.
pub async fn of_day(tx: &mut Tx, organization: &str, campaign: &str, day: &str) -> Result<Vec<Reminder>> {
    tx.all(
        sql!(
            "SELECT unit_id, told_on, people, told_name, told_at FROM reminder WHERE organization_id = $1 \
             AND campaign_id = $2 AND told_on = $3 ORDER BY told_at, unit_id"
        ),
        args![organization, campaign, day],
    )
    .await
}
