//! The organisation and its units.

use crate::{Result, Tx, args, from_row, sql};

/// The organisation.
#[derive(Clone, Debug)]
pub struct Organization {
    /// Id.
    pub id: String,
    /// Full name, as the forms print it.
    pub name: String,
    /// Short name.
    pub short_name: String,
    /// JSON of [`domain`]'s settings of an organisation.
    pub settings: String,
}

from_row!(Organization {
    id,
    name,
    short_name,
    settings
});

/// A unit of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Id.
    pub id: String,
    /// The unit above.
    pub parent_id: Option<String>,
    /// Identifier of the kind, e.g. `party_branch`.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Departments a branch covers, as people write them.
    pub covers: String,
    /// Phone of the branch.
    pub phone: String,
    /// Place among its sisters.
    pub position: i64,
}

from_row!(Unit {
    id,
    parent_id,
    kind,
    name,
    covers,
    phone,
    position
});

const UNIT: &str = "id, parent_id, kind, name, covers, phone, position";

/// The only organisation of an embedded installation, or the first one.
///
/// # Errors
/// Whatever the database reports.
pub async fn first(tx: &mut Tx) -> Result<Option<Organization>> {
    tx.maybe(
        sql!("SELECT id, name, short_name, settings FROM organization ORDER BY created_at, id LIMIT 1"),
        args![],
    )
    .await
}

/// An organisation.
///
/// # Errors
/// Whatever the database reports.
pub async fn by_id(tx: &mut Tx, id: &str) -> Result<Option<Organization>> {
    tx.maybe(
        sql!("SELECT id, name, short_name, settings FROM organization WHERE id = $1"),
        args![id],
    )
    .await
}

/// Adds an organisation.
///
/// # Errors
/// Whatever the database reports.
pub async fn add(tx: &mut Tx, organization: &Organization, now: i64) -> Result<()> {
    tx.execute(
        sql!("INSERT INTO organization (id, name, short_name, settings, created_at) VALUES ($1, $2, $3, $4, $5)"),
        args![&organization.id, &organization.name, &organization.short_name, &organization.settings, now],
    )
    .await
    .map(drop)
}

/// Changes names and settings.
///
/// # Errors
/// Whatever the database reports.
pub async fn update(tx: &mut Tx, organization: &Organization) -> Result<()> {
    tx.execute(
        sql!("UPDATE organization SET name = $2, short_name = $3, settings = $4 WHERE id = $1"),
        args![
            &organization.id,
            &organization.name,
            &organization.short_name,
            &organization.settings
        ],
    )
    .await
    .map(drop)
}

/// Every unit that is not closed, in the order of the list.
///
/// # Errors
/// Whatever the database reports.
pub async fn units(tx: &mut Tx, organization: &str) -> Result<Vec<Unit>> {
    tx.all(
        sql!(
            "SELECT ",
            UNIT,
            " FROM unit WHERE organization_id = $1 AND closed_at IS NULL ORDER BY position, id"
        ),
        args![organization],
    )
    .await
}

/// Every unit, those that ended last: for what was, not for what is to be.
///
/// # Errors
/// Whatever the database reports.
pub async fn all_units(tx: &mut Tx, organization: &str) -> Result<Vec<Unit>> {
    tx.all(
        sql!(
            "SELECT ",
            UNIT,
            " FROM unit WHERE organization_id = $1 \
             ORDER BY CASE WHEN closed_at IS NULL THEN 0 ELSE 1 END, position, id"
        ),
        args![organization],
    )
    .await
}

/// A unit that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Id.
    pub id: String,
    /// Identifier of the kind.
    pub kind: String,
    /// Name.
    pub name: String,
    /// When, microseconds UTC.
    pub closed_at: i64,
    /// Why; empty where nobody was asked.
    pub reason: String,
    /// The unit under which its people and matters go on.
    pub successor_id: Option<String>,
    /// Its name; empty when there is none.
    pub successor_name: String,
}

from_row!(Ending {
    id,
    kind,
    name,
    closed_at,
    reason,
    successor_id,
    successor_name
});

/// The units that ended, the last first.
///
/// # Errors
/// Whatever the database reports.
pub async fn endings(tx: &mut Tx, organization: &str) -> Result<Vec<Ending>> {
    tx.all(
        sql!(
            "SELECT u.id, u.kind, u.name, u.closed_at, u.closed_reason AS reason, u.successor_id, \
             COALESCE(s.name, '') AS successor_name \
             FROM unit u LEFT JOIN unit s ON s.organization_id = u.organization_id AND s.id = u.successor_id \
             WHERE u.organization_id = $1 AND u.closed_at IS NOT NULL ORDER BY u.closed_at DESC, u.id"
        ),
        args![organization],
    )
    .await
}

/// Ends a unit: why, and under which unit its people and matters go on.
///
/// # Errors
/// Whatever the database reports.
pub async fn end_unit(
    tx: &mut Tx,
    organization: &str,
    id: &str,
    at: i64,
    reason: &str,
    successor: Option<&str>,
) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE unit SET closed_at = $3, closed_reason = $4, successor_id = $5 \
             WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, id, at, reason, successor],
    )
    .await
    .map(drop)
}

/// Whether a unit, or somebody in it, ever handed in a pledge there.
///
/// # Errors
/// Whatever the database reports.
pub async fn ever_pledged(tx: &mut Tx, organization: &str, unit: &str) -> Result<bool> {
    let found: Option<Pledged> = tx
        .maybe(
            sql!(
                "SELECT id FROM pledge WHERE organization_id = $1 AND unit_id = $2 AND number IS NOT NULL LIMIT 1"
            ),
            args![organization, unit],
        )
        .await?;
    Ok(found.is_some_and(|found| !found.id.is_empty()))
}

struct Pledged {
    id: String,
}

from_row!(Pledged { id });

/// Lays forms that nobody has handed in yet into another unit.
///
/// # Errors
/// Whatever the database reports.
pub async fn move_drafts(tx: &mut Tx, organization: &str, from: &str, to: &str) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE pledge SET unit_id = $3 WHERE organization_id = $1 AND unit_id = $2 \
             AND person_id IS NOT NULL AND number IS NULL"
        ),
        args![organization, from, to],
    )
    .await
}

/// Units of one kind, in the order of the list.
///
/// # Errors
/// Whatever the database reports.
pub async fn units_of_kind(tx: &mut Tx, organization: &str, kind: &str) -> Result<Vec<Unit>> {
    tx.all(
        sql!(
            "SELECT ",
            UNIT,
            " FROM unit WHERE organization_id = $1 AND kind = $2 AND closed_at IS NULL ORDER BY position, id"
        ),
        args![organization, kind],
    )
    .await
}

/// One unit.
///
/// # Errors
/// Whatever the database reports.
pub async fn unit(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<Unit>> {
    tx.maybe(
        sql!(
            "SELECT ",
            UNIT,
            " FROM unit WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, id],
    )
    .await
}

/// Adds a unit.
///
/// # Errors
/// [`crate::Error::Duplicate`] when one of this kind has the name.
pub async fn add_unit(tx: &mut Tx, organization: &str, unit: &Unit, now: i64) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO unit (organization_id, id, parent_id, kind, name, covers, phone, position, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        args![
            organization,
            &unit.id,
            unit.parent_id.as_deref(),
            &unit.kind,
            &unit.name,
            &unit.covers,
            &unit.phone,
            unit.position,
            now
        ],
    )
    .await
    .map(drop)
}

/// Changes what a unit covers, its phone and its place.
///
/// # Errors
/// Whatever the database reports.
pub async fn update_unit(tx: &mut Tx, organization: &str, unit: &Unit) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE unit SET name = $3, covers = $4, phone = $5, position = $6, parent_id = $7 \
             WHERE organization_id = $1 AND id = $2"
        ),
        args![
            organization,
            &unit.id,
            &unit.name,
            &unit.covers,
            &unit.phone,
            unit.position,
            unit.parent_id.as_deref()
        ],
    )
    .await
    .map(drop)
}

/// Closes a unit, or opens it again with `None`; its history stays.
///
/// # Errors
/// Whatever the database reports.
pub async fn close_unit(tx: &mut Tx, organization: &str, id: &str, at: Option<i64>) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE unit SET closed_at = $3, closed_reason = '', successor_id = NULL \
             WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, id, at],
    )
    .await
    .map(drop)
}

/// A closed unit of that kind and name.
///
/// # Errors
/// Whatever the database reports.
pub async fn closed_unit(tx: &mut Tx, organization: &str, kind: &str, name: &str) -> Result<Option<Unit>> {
    tx.maybe(
        sql!(
            "SELECT ",
            UNIT,
            " FROM unit WHERE organization_id = $1 AND kind = $2 AND name = $3 AND closed_at IS NOT NULL"
        ),
        args![organization, kind, name],
    )
    .await
}
