//! The projection: heads, frozen versions and items as strangers see them.

use crate::{Result, Tx, args, from_row, sql};

/// The public head of a pledge.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0006_publication.sql"
)]
pub struct PublicPledge {
    pub id: String,
    pub campaign_id: String,
    pub publication_id: String,
    pub pledger: String,
    pub unit_id: String,
    pub unit_name: String,
    pub name: String,
    pub post: String,
    pub leading_cadre: bool,
    pub rank: i64,
    pub name_sort: String,
    pub number: String,
    pub version: i64,
    pub content: String,
    pub hash: String,
    pub check_code: String,
    pub pledged_on: String,
    pub due_on: String,
    pub confirmed_on: String,
    pub published_at: i64,
    pub published_by: String,
    pub taken_down_at: Option<i64>,
    pub taken_down_reason: String,
}

from_row!(PublicPledge {
    id,
    campaign_id,
    publication_id,
    pledger,
    unit_id,
    unit_name,
    name,
    post,
    leading_cadre,
    rank,
    name_sort,
    number,
    version,
    content,
    hash,
    check_code,
    pledged_on,
    due_on,
    confirmed_on,
    published_at,
    published_by,
    taken_down_at,
    taken_down_reason,
});

/// Makes a pledge public, or puts its next version in the place of the one before. The version is kept in
/// `public_version` by [`add_version`].
///
/// # Errors
/// Whatever the database reports.
pub async fn put_pledge(tx: &mut Tx, organization: &str, p: &PublicPledge) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO public_pledge (organization_id, id, campaign_id, publication_id, pledger, unit_id, unit_name, \
             name, post, leading_cadre, rank, name_sort, number, version, content, hash, check_code, pledged_on, \
             due_on, confirmed_on, published_at, published_by, taken_down_at, taken_down_reason) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, \
             $22, $23, $24) ON CONFLICT (organization_id, id) DO UPDATE SET publication_id = excluded.publication_id, \
             unit_id = excluded.unit_id, unit_name = excluded.unit_name, name = excluded.name, post = excluded.post, \
             leading_cadre = excluded.leading_cadre, rank = excluded.rank, name_sort = excluded.name_sort, \
             number = excluded.number, version = excluded.version, content = excluded.content, hash = excluded.hash, \
             check_code = excluded.check_code, pledged_on = excluded.pledged_on, due_on = excluded.due_on, \
             confirmed_on = excluded.confirmed_on, published_at = excluded.published_at, \
             published_by = excluded.published_by, taken_down_at = excluded.taken_down_at, \
             taken_down_reason = excluded.taken_down_reason"
        ),
        args![
            organization,
            &p.id,
            &p.campaign_id,
            &p.publication_id,
            &p.pledger,
            &p.unit_id,
            &p.unit_name,
            &p.name,
            &p.post,
            p.leading_cadre,
            p.rank,
            &p.name_sort,
            &p.number,
            p.version,
            &p.content,
            &p.hash,
            &p.check_code,
            &p.pledged_on,
            &p.due_on,
            &p.confirmed_on,
            p.published_at,
            &p.published_by,
            p.taken_down_at,
            &p.taken_down_reason
        ],
    )
    .await
    .map(drop)
}

/// A text that is or was public; it stays readable.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0006_publication.sql"
)]
pub struct PublicVersion {
    pub pledge_id: String,
    pub version: i64,
    pub content: String,
    pub hash: String,
    pub check_code: String,
    pub reason: String,
    pub published_at: i64,
}

from_row!(PublicVersion {
    pledge_id,
    version,
    content,
    hash,
    check_code,
    reason,
    published_at
});

/// Freezes a version.
///
/// # Errors
/// [`crate::Error::Duplicate`] when the version exists: a published text is never written again.
pub async fn add_version(tx: &mut Tx, organization: &str, w: &PublicVersion) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO public_version (organization_id, pledge_id, version, content, hash, check_code, reason, \
             published_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        args![
            organization,
            &w.pledge_id,
            w.version,
            &w.content,
            &w.hash,
            &w.check_code,
            &w.reason,
            w.published_at
        ],
    )
    .await
    .map(drop)
}

/// A public item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0006_publication.sql"
)]
pub struct PublicItem {
    pub id: String,
    pub pledge_id: String,
    pub campaign_id: String,
    pub unit_id: String,
    pub position: i64,
    pub rank: i64,
    pub kind: String,
    pub content: String,
    pub measure: String,
    pub beneficiary: String,
    pub due_on: String,
    pub demand_id: Option<String>,
    pub claim: Option<String>,
    pub claim_words: String,
    pub claimed_on: Option<String>,
    pub verdict: Option<String>,
    pub verdict_words: String,
    pub verdict_on: Option<String>,
    pub rectifying: bool,
    pub search: String,
    pub updated_at: i64,
}

from_row!(PublicItem {
    id,
    pledge_id,
    campaign_id,
    unit_id,
    position,
    rank,
    kind,
    content,
    measure,
    beneficiary,
    due_on,
    demand_id,
    claim,
    claim_words,
    claimed_on,
    verdict,
    verdict_words,
    verdict_on,
    rectifying,
    search,
    updated_at,
});

/// Puts an item on the board, or its new text in the place of the old; facts that came meanwhile stay.
///
/// # Errors
/// Whatever the database reports.
pub async fn put_item(tx: &mut Tx, organization: &str, i: &PublicItem) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO public_item (organization_id, id, pledge_id, campaign_id, unit_id, position, rank, kind, \
             content, measure, beneficiary, due_on, demand_id, claim, claim_words, claimed_on, verdict, verdict_words, \
             verdict_on, rectifying, search, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, \
             $22) ON CONFLICT (organization_id, id) DO UPDATE SET unit_id = excluded.unit_id, \
             position = excluded.position, rank = excluded.rank, kind = excluded.kind, content = excluded.content, \
             measure = excluded.measure, beneficiary = excluded.beneficiary, due_on = excluded.due_on, \
             demand_id = excluded.demand_id, search = excluded.search, updated_at = excluded.updated_at"
        ),
        args![
            organization,
            &i.id,
            &i.pledge_id,
            &i.campaign_id,
            &i.unit_id,
            i.position,
            i.rank,
            &i.kind,
            &i.content,
            &i.measure,
            &i.beneficiary,
            &i.due_on,
            i.demand_id.as_deref(),
            i.claim.as_deref(),
            &i.claim_words,
            i.claimed_on.as_deref(),
            i.verdict.as_deref(),
            &i.verdict_words,
            i.verdict_on.as_deref(),
            i.rectifying,
            &i.search,
            i.updated_at
        ],
    )
    .await
    .map(drop)
}

/// Takes one item off the board: a version without it came, or the pledge was taken down. The frozen text and
/// everything that happened stay in their own tables.
///
/// # Errors
/// Whatever the database reports.
pub async fn drop_item(tx: &mut Tx, organization: &str, item: &str) -> Result<()> {
    tx.execute(
        sql!("DELETE FROM public_item WHERE organization_id = $1 AND id = $2"),
        args![organization, item],
    )
    .await
    .map(drop)
}

/// The ids of a pledge's public items.
///
/// # Errors
/// Whatever the database reports.
pub async fn item_ids(tx: &mut Tx, organization: &str, pledge: &str) -> Result<Vec<String>> {
    tx.all(
        sql!(
            "SELECT id FROM public_item WHERE organization_id = $1 AND pledge_id = $2 ORDER BY position, id"
        ),
        args![organization, pledge],
    )
    .await
}

/// The facts kept about an item besides its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0005_pledge.sql"
)]
pub struct Facts {
    pub id: String,
    pub claim: Option<String>,
    pub claimed_on: Option<String>,
    pub verdict: Option<String>,
    pub verdict_on: Option<String>,
    pub rectifying: bool,
}

from_row!(Facts {
    id,
    claim,
    claimed_on,
    verdict,
    verdict_on,
    rectifying
});

/// The facts about a pledge's items: reports and findings that came before (or while it was taken down).
///
/// # Errors
/// Whatever the database reports.
pub async fn facts(tx: &mut Tx, organization: &str, pledge: &str) -> Result<Vec<Facts>> {
    tx.all(
        sql!(
            "SELECT id, claim, claimed_on, verdict, verdict_on, rectifying FROM commitment_item \
             WHERE organization_id = $1 AND pledge_id = $2 ORDER BY position, id"
        ),
        args![organization, pledge],
    )
    .await
}

/// Takes a public pledge down, or (with `None`) says that it is up again.
///
/// # Errors
/// Whatever the database reports.
pub async fn set_taken_down(
    tx: &mut Tx,
    organization: &str,
    pledge: &str,
    at: Option<i64>,
    reason: &str,
) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE public_pledge SET taken_down_at = $3, taken_down_reason = $4 \
             WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, pledge, at, reason],
    )
    .await
}
