//! People and where they belong.

use crate::{Result, Tx, args, from_row, sql};

/// A person of the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0001_organization.sql"
)]
pub struct Person {
    pub id: String,
    pub roster_key: String,
    pub name: String,
    pub name_sort: String,
    pub class: String,
    pub leading_cadre: bool,
    pub title: String,
    pub post: String,
    pub sex: String,
    pub ethnicity: String,
    pub education: String,
    pub birth_month: String,
    pub joined_month: String,
    pub phone: String,
    pub unit_id: String,
    pub active: bool,
}

from_row!(Person {
    id,
    roster_key,
    name,
    name_sort,
    class,
    leading_cadre,
    title,
    post,
    sex,
    ethnicity,
    education,
    birth_month,
    joined_month,
    phone,
    unit_id,
    active,
});

const COLUMNS: &str = "id, roster_key, name, name_sort, class, leading_cadre, title, post, sex, ethnicity, education, \
                       birth_month, joined_month, phone, unit_id, active";

/// One person.
///
/// # Errors
/// Whatever the database reports.
pub async fn by_id(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<Person>> {
    tx.maybe(
        sql!(
            "SELECT ",
            COLUMNS,
            " FROM person WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, id],
    )
    .await
}

/// Everybody who is here, or also those who left.
///
/// # Errors
/// Whatever the database reports.
pub async fn all(tx: &mut Tx, organization: &str, with_leavers: bool) -> Result<Vec<Person>> {
    tx.all(
        sql!(
            "SELECT ",
            COLUMNS,
            " FROM person WHERE organization_id = $1 AND (active OR $2) ORDER BY unit_id, name_sort, id"
        ),
        args![organization, with_leavers],
    )
    .await
}

/// The people of a branch.
///
/// # Errors
/// Whatever the database reports.
pub async fn of_unit(tx: &mut Tx, organization: &str, unit: &str) -> Result<Vec<Person>> {
    tx.all(
        sql!(
            "SELECT ",
            COLUMNS,
            " FROM person WHERE organization_id = $1 AND unit_id = $2 AND active ORDER BY name_sort, id"
        ),
        args![organization, unit],
    )
    .await
}

/// Adds a person.
///
/// # Errors
/// [`crate::Error::Duplicate`] when the roster key is taken.
pub async fn add(tx: &mut Tx, organization: &str, p: &Person, now: i64) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO person (organization_id, id, roster_key, name, name_sort, class, leading_cadre, title, post, \
             sex, ethnicity, education, birth_month, joined_month, phone, unit_id, active, created_at, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18)"
        ),
        args![
            organization,
            &p.id,
            &p.roster_key,
            &p.name,
            &p.name_sort,
            &p.class,
            p.leading_cadre,
            &p.title,
            &p.post,
            &p.sex,
            &p.ethnicity,
            &p.education,
            &p.birth_month,
            &p.joined_month,
            &p.phone,
            &p.unit_id,
            p.active,
            now
        ],
    )
    .await
    .map(drop)
}

/// Writes a person as he is now.
///
/// # Errors
/// Whatever the database reports.
pub async fn update(tx: &mut Tx, organization: &str, p: &Person, now: i64) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE person SET roster_key = $3, name = $4, name_sort = $5, class = $6, leading_cadre = $7, title = $8, \
             post = $9, sex = $10, ethnicity = $11, education = $12, birth_month = $13, joined_month = $14, \
             phone = $15, unit_id = $16, active = $17, updated_at = $18 WHERE organization_id = $1 AND id = $2"
        ),
        args![
            organization,
            &p.id,
            &p.roster_key,
            &p.name,
            &p.name_sort,
            &p.class,
            p.leading_cadre,
            &p.title,
            &p.post,
            &p.sex,
            &p.ethnicity,
            &p.education,
            &p.birth_month,
            &p.joined_month,
            &p.phone,
            &p.unit_id,
            p.active,
            now
        ],
    )
    .await
    .map(drop)
}

/// A stay in a branch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the column it is named after; see migrations/0001_organization.sql"
)]
pub struct Membership {
    pub id: String,
    pub person_id: String,
    pub unit_id: String,
    pub from_on: String,
    pub until_on: Option<String>,
    pub reason: String,
}

from_row!(Membership {
    id,
    person_id,
    unit_id,
    from_on,
    until_on,
    reason
});

/// Begins a stay.
///
/// # Errors
/// Whatever the database reports.
pub async fn begin_membership(tx: &mut Tx, organization: &str, m: &Membership) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO membership (organization_id, id, person_id, unit_id, from_on, until_on, reason) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![
            organization,
            &m.id,
            &m.person_id,
            &m.unit_id,
            &m.from_on,
            m.until_on.as_deref(),
            &m.reason
        ],
    )
    .await
    .map(drop)
}

/// Ends the running stay of a person; the row stays.
///
/// # Errors
/// Whatever the database reports.
pub async fn end_membership(tx: &mut Tx, organization: &str, person: &str, on: &str) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE membership SET until_on = $3 WHERE organization_id = $1 AND person_id = $2 AND until_on IS NULL"
        ),
        args![organization, person, on],
    )
    .await
    .map(drop)
}

/// Where a person has been, oldest first.
///
/// # Errors
/// Whatever the database reports.
pub async fn memberships(tx: &mut Tx, organization: &str, person: &str) -> Result<Vec<Membership>> {
    tx.all(
        sql!(
            "SELECT id, person_id, unit_id, from_on, until_on, reason FROM membership \
             WHERE organization_id = $1 AND person_id = $2 ORDER BY from_on, id"
        ),
        args![organization, person],
    )
    .await
}
