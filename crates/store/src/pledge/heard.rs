//! What was heard before a pledge is written: demands and opinions it can answer.

use super::*;

/// A demand that is still open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenDemand {
    /// Id.
    pub id: String,
    /// What is demanded.
    pub title: String,
    /// How many voices stand behind it.
    pub voices: i64,
}

from_row!(OpenDemand { id, title, voices });

/// The open demands of a branch and of the whole house, those of most voices first (N7).
///
/// # Errors
/// Whatever the database reports.
pub async fn open_demands(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    unit: &str,
) -> Result<Vec<OpenDemand>> {
    tx.all(
        sql!(
            "SELECT d.id, d.title, (SELECT CAST(COALESCE(SUM(o.voices), 0) AS BIGINT) FROM opinion o \
             WHERE o.organization_id = d.organization_id AND o.demand_id = d.id AND o.set_aside = '') AS voices \
             FROM demand d WHERE d.organization_id = $1 AND d.campaign_id = $2 AND d.state = 'open' \
             AND (d.unit_id IS NULL OR d.unit_id = $3) ORDER BY voices DESC, d.title, d.id"
        ),
        args![organization, campaign, unit],
    )
    .await
}

/// Something heard in the survey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeardOpinion {
    /// The words.
    pub words: String,
    /// How many said it.
    pub voices: i64,
}

from_row!(HeardOpinion { words, voices });

/// What was heard about a branch, those of most voices first, `most` of them (N9).
///
/// # Errors
/// Whatever the database reports.
pub async fn heard_opinions(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    unit: &str,
    most: i64,
) -> Result<Vec<HeardOpinion>> {
    tx.all(
        sql!(
            "SELECT words, voices FROM opinion WHERE organization_id = $1 AND campaign_id = $2 AND unit_id = $3 \
             AND set_aside = '' ORDER BY voices DESC, said_on, id LIMIT $4"
        ),
        args![organization, campaign, unit, most],
    )
    .await
}
