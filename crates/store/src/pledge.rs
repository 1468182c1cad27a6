//! Pledges: the form while it is written, what was handed in each round, the items that are followed, comments
//! and the decisions of reviewers (N8, N10, N11).

mod blank;
pub use blank::{
    BlankForm, add_blank, blank, blanks_of_pledge, blanks_of_print, blanks_of_unit, free_blank, last_blank,
    use_blank,
};

mod home;
pub(crate) use home::AT_HAND;
pub use home::{home, settle_in};

mod coauthor;
pub use coauthor::{Along, Coauthor, all_along, coauthors, end_coauthor, name_coauthor, writes_along};

mod joint;
pub use joint::{JointForm, joint_forms};

mod left;
pub use left::left_of;

mod last;
pub use last::{LastItem, last_items};

mod heard;
pub use heard::{HeardOpinion, OpenDemand, heard_opinions, open_demands};

mod review;
pub use review::{
    PledgeComment, ReviewDecision, add_comment, add_decision, comments, decisions, decisions_of_unit,
};

mod signature;
pub use signature::{DrawnSignature, add_signature, signature, signatures_of_unit};

mod version;
pub use version::{PledgeVersion, add_version, version, versions, versions_by_code};

use crate::{Result, Tx, args, from_row, sql};

/// A pledge (承诺书).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0005_pledge.sql"
)]
pub struct Pledge {
    pub id: String,
    pub campaign_id: String,
    pub pledger: String,
    pub pledger_id: String,
    pub unit_id: String,
    pub person_id: Option<String>,
    pub leading_cadre: bool,
    pub state: String,
    pub step: i64,
    pub round: i64,
    pub version: i64,
    pub revision: i64,
    pub number: Option<String>,
    pub header: String,
    pub items: String,
    pub pledged_on: Option<String>,
    pub due_on: Option<String>,
    pub channels: String,
    pub signed_name: String,
    pub consent_at: Option<i64>,
    pub consent_withdrawn_at: Option<i64>,
    pub on_behalf_by: Option<String>,
    pub on_behalf_reason: String,
    pub on_behalf_confirmed_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
    pub submitted_at: Option<i64>,
    pub confirmed_at: Option<i64>,
}

from_row!(Pledge {
    id,
    campaign_id,
    pledger,
    pledger_id,
    unit_id,
    person_id,
    leading_cadre,
    state,
    step,
    round,
    version,
    revision,
    number,
    header,
    items,
    pledged_on,
    due_on,
    channels,
    signed_name,
    consent_at,
    consent_withdrawn_at,
    on_behalf_by,
    on_behalf_reason,
    on_behalf_confirmed_at,
    created_at,
    updated_at,
    submitted_at,
    confirmed_at,
});

const COLUMNS: &str = "id, campaign_id, pledger, pledger_id, unit_id, person_id, leading_cadre, state, step, round, \
                       version, revision, number, header, items, pledged_on, due_on, channels, signed_name, \
                       consent_at, consent_withdrawn_at, on_behalf_by, on_behalf_reason, on_behalf_confirmed_at, \
                       created_at, updated_at, submitted_at, confirmed_at";

/// One pledge.
///
/// # Errors
/// Whatever the database reports.
pub async fn by_id(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<Pledge>> {
    tx.maybe(
        sql!(
            "SELECT ",
            COLUMNS,
            " FROM pledge WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, id],
    )
    .await
}

/// The pledge of a person or a unit in a campaign.
///
/// # Errors
/// Whatever the database reports.
pub async fn of_pledger(
    tx: &mut Tx,
    organization: &str,
    campaign: &str,
    pledger: &str,
) -> Result<Option<Pledge>> {
    tx.maybe(
        sql!(
            "SELECT ",
            COLUMNS,
            " FROM pledge WHERE organization_id = $1 AND campaign_id = $2 AND pledger_id = $3"
        ),
        args![organization, campaign, pledger],
    )
    .await
}

/// The pledges of a branch, its own first.
///
/// # Errors
/// Whatever the database reports.
pub async fn of_unit(tx: &mut Tx, organization: &str, campaign: &str, unit: &str) -> Result<Vec<Pledge>> {
    tx.all(
        sql!(
            "SELECT ",
            COLUMNS,
            " FROM pledge WHERE organization_id = $1 AND campaign_id = $2 AND unit_id = $3 ORDER BY pledger, id"
        ),
        args![organization, campaign, unit],
    )
    .await
}

/// The pledges of the people who are in a branch today, wherever they were when they made them.
///
/// # Errors
/// Whatever the database reports.
pub async fn of_people(tx: &mut Tx, organization: &str, campaign: &str, unit: &str) -> Result<Vec<Pledge>> {
    tx.all(
        sql!(
            "SELECT ",
            COLUMNS,
            " FROM pledge WHERE organization_id = $1 AND campaign_id = $2 AND person_id IN \
             (SELECT id FROM person WHERE organization_id = $1 AND unit_id = $3) ORDER BY id"
        ),
        args![organization, campaign, unit],
    )
    .await
}

/// Every pledge of a campaign, branch by branch.
///
/// # Errors
/// Whatever the database reports.
pub async fn of_campaign(tx: &mut Tx, organization: &str, campaign: &str) -> Result<Vec<Pledge>> {
    tx.all(
        sql!(
            "SELECT ",
            COLUMNS,
            " FROM pledge WHERE organization_id = $1 AND campaign_id = $2 ORDER BY unit_id, pledger, id"
        ),
        args![organization, campaign],
    )
    .await
}

/// The reference number taken last among those from `from` to before `until`.
///
/// # Errors
/// Whatever the database reports.
pub async fn last_number(tx: &mut Tx, organization: &str, from: &str, until: &str) -> Result<Option<String>> {
    let row: Option<Numbered> = tx
        .maybe(
            sql!(
                "SELECT number FROM pledge WHERE organization_id = $1 AND number >= $2 AND number < $3 \
                 ORDER BY number DESC LIMIT 1"
            ),
            args![organization, from, until],
        )
        .await?;
    Ok(row.map(|r| r.number))
}

struct Numbered {
    number: String,
}

from_row!(Numbered { number });

/// Adds a pledge.
///
/// # Errors
/// [`crate::Error::Duplicate`] when the pledger has one in this campaign.
pub async fn add(tx: &mut Tx, organization: &str, p: &Pledge) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO pledge (organization_id, ",
            COLUMNS,
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, \
             $21, $22, $23, $24, $25, $26, $27, $28, $29)"
        ),
        args![
            organization,
            &p.id,
            &p.campaign_id,
            &p.pledger,
            &p.pledger_id,
            &p.unit_id,
            p.person_id.as_deref(),
            p.leading_cadre,
            &p.state,
            p.step,
            p.round,
            p.version,
            p.revision,
            p.number.as_deref(),
            &p.header,
            &p.items,
            p.pledged_on.as_deref(),
            p.due_on.as_deref(),
            &p.channels,
            &p.signed_name,
            p.consent_at,
            p.consent_withdrawn_at,
            p.on_behalf_by.as_deref(),
            &p.on_behalf_reason,
            p.on_behalf_confirmed_at,
            p.created_at,
            p.updated_at,
            p.submitted_at,
            p.confirmed_at
        ],
    )
    .await
    .map(drop)
}

/// Writes what the pledger writes, if nobody wrote since `revision`; moves the revision by one. Says how many
/// rows it changed: none when somebody was faster.
///
/// # Errors
/// Whatever the database reports.
pub async fn write_draft(tx: &mut Tx, organization: &str, p: &Pledge, revision: i64) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE pledge SET header = $3, items = $4, pledged_on = $5, due_on = $6, channels = $7, \
             signed_name = $8, consent_at = $9, updated_at = $10, revision = revision + 1 \
             WHERE organization_id = $1 AND id = $2 AND revision = $11"
        ),
        args![
            organization,
            &p.id,
            &p.header,
            &p.items,
            p.pledged_on.as_deref(),
            p.due_on.as_deref(),
            &p.channels,
            &p.signed_name,
            p.consent_at,
            p.updated_at,
            revision
        ],
    )
    .await
}

/// Writes where a pledge stands: state, step, round, version, number, its times.
///
/// # Errors
/// Whatever the database reports.
pub async fn write_state(tx: &mut Tx, organization: &str, p: &Pledge) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE pledge SET state = $3, step = $4, round = $5, version = $6, number = $7, submitted_at = $8, \
             confirmed_at = $9, updated_at = $10, consent_withdrawn_at = $11, revision = revision + 1 \
             WHERE organization_id = $1 AND id = $2"
        ),
        args![
            organization,
            &p.id,
            &p.state,
            p.step,
            p.round,
            p.version,
            p.number.as_deref(),
            p.submitted_at,
            p.confirmed_at,
            p.updated_at,
            p.consent_withdrawn_at
        ],
    )
    .await
    .map(drop)
}

/// Notes that a person whose pledge somebody else typed in stands by it, and since when it may be public.
///
/// # Errors
/// Whatever the database reports.
pub async fn confirm_on_behalf(
    tx: &mut Tx,
    organization: &str,
    id: &str,
    reason: &str,
    now: i64,
) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE pledge SET on_behalf_confirmed_at = $3, consent_at = $3, on_behalf_reason = $4, updated_at = $3, \
             revision = revision + 1 \
             WHERE organization_id = $1 AND id = $2 AND on_behalf_confirmed_at IS NULL"
        ),
        args![organization, id, now, reason],
    )
    .await
}

/// Takes it that the person has not said anything yet: what was typed for him has changed.
///
/// # Errors
/// Whatever the database reports.
pub async fn unconfirm_on_behalf(tx: &mut Tx, organization: &str, id: &str) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE pledge SET on_behalf_confirmed_at = NULL, consent_at = NULL \
             WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, id],
    )
    .await
}

/// An item of a confirmed pledge: what is followed afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0005_pledge.sql"
)]
pub struct Item {
    pub id: String,
    pub pledge_id: String,
    pub campaign_id: String,
    pub unit_id: String,
    pub position: i64,
    pub kind: String,
    pub content: String,
    pub measure: String,
    pub beneficiary: String,
    pub due_on: String,
    pub demand_id: Option<String>,
    pub claim: Option<String>,
    pub claimed_on: Option<String>,
    pub verdict: Option<String>,
    pub verdict_on: Option<String>,
    pub rectifying: bool,
    pub last_report_on: Option<String>,
}

from_row!(Item {
    id,
    pledge_id,
    campaign_id,
    unit_id,
    position,
    kind,
    content,
    measure,
    beneficiary,
    due_on,
    demand_id,
    claim,
    claimed_on,
    verdict,
    verdict_on,
    rectifying,
    last_report_on,
});

const ITEM: &str = "id, pledge_id, campaign_id, unit_id, position, kind, content, measure, beneficiary, due_on, \
                    demand_id, claim, claimed_on, verdict, verdict_on, rectifying, last_report_on";

/// The followed items of a pledge in the order of the form.
///
/// # Errors
/// Whatever the database reports.
pub async fn items(tx: &mut Tx, organization: &str, pledge: &str) -> Result<Vec<Item>> {
    tx.all(
        sql!(
            "SELECT ",
            ITEM,
            " FROM commitment_item WHERE organization_id = $1 AND pledge_id = $2 ORDER BY position, id"
        ),
        args![organization, pledge],
    )
    .await
}

/// One followed item.
///
/// # Errors
/// Whatever the database reports.
pub async fn item(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<Item>> {
    tx.maybe(
        sql!(
            "SELECT ",
            ITEM,
            " FROM commitment_item WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, id],
    )
    .await
}

/// Writes an item of the confirmed version. What was reported and found about the same item stays.
///
/// # Errors
/// Whatever the database reports.
pub async fn put_item(tx: &mut Tx, organization: &str, i: &Item) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO commitment_item (organization_id, ",
            ITEM,
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) \
             ON CONFLICT (organization_id, id) DO UPDATE SET position = excluded.position, kind = excluded.kind, \
             content = excluded.content, measure = excluded.measure, beneficiary = excluded.beneficiary, \
             due_on = excluded.due_on, demand_id = excluded.demand_id, unit_id = excluded.unit_id"
        ),
        args![
            organization,
            &i.id,
            &i.pledge_id,
            &i.campaign_id,
            &i.unit_id,
            i.position,
            &i.kind,
            &i.content,
            &i.measure,
            &i.beneficiary,
            &i.due_on,
            i.demand_id.as_deref(),
            i.claim.as_deref(),
            i.claimed_on.as_deref(),
            i.verdict.as_deref(),
            i.verdict_on.as_deref(),
            i.rectifying,
            i.last_report_on.as_deref()
        ],
    )
    .await
    .map(drop)
}

/// Takes an item out of what is followed: the newly confirmed version no longer has it.
///
/// # Errors
/// Whatever the database reports.
pub async fn drop_item(tx: &mut Tx, organization: &str, id: &str) -> Result<u64> {
    tx.execute(
        sql!("DELETE FROM commitment_item WHERE organization_id = $1 AND id = $2"),
        args![organization, id],
    )
    .await
}
