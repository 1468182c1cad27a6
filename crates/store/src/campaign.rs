//! Campaigns, extensions of their stages, excuses.

use crate::{Result, Tx, args, from_row, sql};
use sha2::{Digest, Sha256};

/// A campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0003_campaign.sql"
)]
pub struct Campaign {
    pub id: String,
    pub template_key: String,
    pub title: String,
    pub state: String,
    pub template: String,
    pub created_at: i64,
    pub started_at: Option<i64>,
    pub closed_at: Option<i64>,
}

from_row!(Campaign {
    id,
    template_key,
    title,
    state,
    template,
    created_at,
    started_at,
    closed_at
});

const COLUMNS: &str = "id, template_key, title, state, template, created_at, started_at, closed_at";

/// A campaign without its template, which is long and seldom changes: nearly every act asks for a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0003_campaign.sql and 0031_template_mark.sql"
)]
pub struct CampaignHead {
    pub id: String,
    pub title: String,
    pub state: String,
    pub template_mark: String,
    pub created_at: i64,
    pub started_at: Option<i64>,
    pub closed_at: Option<i64>,
}

from_row!(CampaignHead {
    id,
    title,
    state,
    template_mark,
    created_at,
    started_at,
    closed_at
});

const HEAD: &str = "id, title, state, template_mark, created_at, started_at, closed_at";

/// What tells one text of a template from every other: its SHA-256 in hexadecimal.
fn mark(template: &str) -> String {
    let hash = Sha256::digest(template.as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One campaign without its template.
///
/// # Errors
/// Whatever the database reports.
pub async fn head(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<CampaignHead>> {
    tx.maybe(
        sql!(
            "SELECT ",
            HEAD,
            " FROM campaign WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, id],
    )
    .await
}

/// The text of a campaign's template (TOML); empty where there is no such campaign.
///
/// # Errors
/// Whatever the database reports.
pub async fn template(tx: &mut Tx, organization: &str, id: &str) -> Result<String> {
    let text: Option<String> = tx
        .maybe(
            sql!("SELECT template FROM campaign WHERE organization_id = $1 AND id = $2"),
            args![organization, id],
        )
        .await?;
    Ok(text.unwrap_or_default())
}

/// The campaign closed last, without its template.
///
/// # Errors
/// Whatever the database reports.
pub async fn last_closed(tx: &mut Tx, organization: &str) -> Result<Option<CampaignHead>> {
    tx.maybe(
        sql!(
            "SELECT ",
            HEAD,
            " FROM campaign WHERE organization_id = $1 AND closed_at IS NOT NULL ORDER BY closed_at DESC, \
             created_at, id LIMIT 1"
        ),
        args![organization],
    )
    .await
}

/// One campaign.
///
/// # Errors
/// Whatever the database reports.
pub async fn by_id(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<Campaign>> {
    tx.maybe(
        sql!(
            "SELECT ",
            COLUMNS,
            " FROM campaign WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, id],
    )
    .await
}

/// Every campaign without its template, newest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn all(tx: &mut Tx, organization: &str) -> Result<Vec<CampaignHead>> {
    tx.all(
        sql!(
            "SELECT ",
            HEAD,
            " FROM campaign WHERE organization_id = $1 ORDER BY created_at DESC, id DESC"
        ),
        args![organization],
    )
    .await
}

/// Takes a draft out; 0 when it is none.
///
/// # Errors
/// Whatever the database reports.
pub async fn discard(tx: &mut Tx, organization: &str, id: &str) -> Result<u64> {
    tx.execute(
        sql!("DELETE FROM campaign WHERE organization_id = $1 AND id = $2 AND state = 'draft'"),
        args![organization, id],
    )
    .await
}

/// The campaign that runs; of several, the one started last.
///
/// # Errors
/// Whatever the database reports.
pub async fn running(tx: &mut Tx, organization: &str) -> Result<Option<CampaignHead>> {
    tx.maybe(
        sql!(
            "SELECT ",
            HEAD,
            " FROM campaign WHERE organization_id = $1 AND state = 'running' ORDER BY started_at DESC, id DESC LIMIT 1"
        ),
        args![organization],
    )
    .await
}

/// Adds a campaign.
///
/// # Errors
/// Whatever the database reports.
pub async fn add(tx: &mut Tx, organization: &str, c: &Campaign, by: &str) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO campaign (organization_id, id, template_key, title, state, template, template_mark, \
             created_by, created_at, started_at, closed_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        args![
            organization,
            &c.id,
            &c.template_key,
            &c.title,
            &c.state,
            &c.template,
            mark(&c.template),
            by,
            c.created_at,
            c.started_at,
            c.closed_at
        ],
    )
    .await
    .map(drop)
}

/// Writes title, state, template and times.
///
/// # Errors
/// Whatever the database reports.
pub async fn update(tx: &mut Tx, organization: &str, c: &Campaign) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE campaign SET title = $3, state = $4, template = $5, started_at = $6, closed_at = $7, \
             template_mark = $8 WHERE organization_id = $1 AND id = $2"
        ),
        args![
            organization,
            &c.id,
            &c.title,
            &c.state,
            &c.template,
            c.started_at,
            c.closed_at,
            mark(&c.template)
        ],
    )
    .await
}

/// An extension of a stage; the old end stays readable (N15).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0003_campaign.sql"
)]
pub struct StageExtension {
    pub id: String,
    pub stage: String,
    pub old_ends_on: String,
    pub new_ends_on: String,
    pub reason: String,
    pub extended_by: String,
    pub extended_at: i64,
}

from_row!(StageExtension {
    id,
    stage,
    old_ends_on,
    new_ends_on,
    reason,
    extended_by,
    extended_at
});

/// The extensions of a campaign, oldest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn extensions(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<StageExtension>> {
    tx.all(
        sql!(
            "SELECT id, stage, old_ends_on, new_ends_on, reason, extended_by, extended_at FROM stage_extension \
             WHERE organization_id = $1 AND campaign_id = $2 ORDER BY extended_at, id"
        ),
        args![organization, campaign],
    )
    .await
}

/// Adds an extension.
///
/// # Errors
/// Whatever the database reports.
pub async fn add_extension(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    e: &StageExtension,
) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO stage_extension (organization_id, id, campaign_id, stage, old_ends_on, new_ends_on, reason, \
             extended_by, extended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        args![
            organization,
            &e.id,
            campaign,
            &e.stage,
            &e.old_ends_on,
            &e.new_ends_on,
            &e.reason,
            &e.extended_by,
            e.extended_at
        ],
    )
    .await
    .map(drop)
}

/// Somebody who need not take part, with reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excuse {
    /// Who.
    pub person_id: String,
    /// Why.
    pub reason: String,
}

from_row!(Excuse { person_id, reason });

/// Who is excused.
///
/// # Errors
/// Whatever the database reports.
pub async fn excuses(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Excuse>> {
    tx.all(
        sql!(
            "SELECT person_id, reason FROM excuse WHERE organization_id = $1 AND campaign_id = $2 ORDER BY person_id"
        ),
        args![organization, campaign],
    )
    .await
}

/// An excuse with who registered it and when.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0003_campaign.sql"
)]
pub struct RegisteredExcuse {
    pub reason: String,
    pub excused_by: String,
    pub excused_at: i64,
}

from_row!(RegisteredExcuse {
    reason,
    excused_by,
    excused_at
});

/// The excuse of a person.
///
/// # Errors
/// Whatever the database reports.
pub async fn excuse_of(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    person: &str,
) -> Result<Option<RegisteredExcuse>> {
    tx.maybe(
        sql!(
            "SELECT reason, excused_by, excused_at FROM excuse \
             WHERE organization_id = $1 AND campaign_id = $2 AND person_id = $3"
        ),
        args![organization, campaign, person],
    )
    .await
}

/// Excuses a person who is not yet excused.
///
/// # Errors
/// Whatever the database reports.
pub async fn excuse(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    excuse: &Excuse,
    by: &str,
    now: i64,
) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO excuse (organization_id, campaign_id, person_id, reason, excused_by, excused_at) \
             VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        args![organization, campaign, &excuse.person_id, &excuse.reason, by, now],
    )
    .await
    .map(drop)
}

/// Takes an excuse back.
///
/// # Errors
/// Whatever the database reports.
pub async fn unexcuse(tx: &mut Tx, organization: &str, campaign: &str, person: &str) -> Result<u64> {
    tx.execute(
        sql!("DELETE FROM excuse WHERE organization_id = $1 AND campaign_id = $2 AND person_id = $3"),
        args![organization, campaign, person],
    )
    .await
}
