//! People and where they belong.

mod open_of;

pub use open_of::{OpenOf, open_of};

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
    pub place: i64,
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
    place,
});

const COLUMNS: &str = "id, roster_key, name, name_sort, class, leading_cadre, title, post, sex, ethnicity, education, \
                       birth_month, joined_month, phone, unit_id, active, place";

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
             sex, ethnicity, education, birth_month, joined_month, phone, unit_id, active, created_at, updated_at, place) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18, $19)"
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
            now,
            p.place
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
             phone = $15, unit_id = $16, active = $17, updated_at = $18, place = $19 WHERE organization_id = $1 AND id = $2"
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
            now,
            p.place
        ],
    )
    .await
    .map(drop)
}

/// Puts what is public of a leader where he stands on the board today.
///
/// # Errors
/// Whatever the database reports.
pub async fn rank_public(tx: &mut Tx, organization: &str, person: &str, rank: i64) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE public_pledge SET rank = $3 WHERE organization_id = $1 AND leading_cadre AND rank <> $3 \
             AND id IN (SELECT id FROM pledge WHERE organization_id = $1 AND person_id = $2)"
        ),
        args![organization, person, rank],
    )
    .await?;
    tx.execute(
        sql!(
            "UPDATE public_item SET rank = $3 WHERE organization_id = $1 AND rank <> $3 AND pledge_id IN (\
             SELECT b.id FROM public_pledge b JOIN pledge p ON p.organization_id = b.organization_id AND p.id = b.id \
             WHERE b.organization_id = $1 AND b.leading_cadre AND p.person_id = $2)"
        ),
        args![organization, person, rank],
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

/// Ends the running stay of a person, with the reason beside that of its beginning; the row stays.
///
/// # Errors
/// Whatever the database reports.
pub async fn end_membership(
    tx: &mut Tx,
    organization: &str,
    person: &str,
    on: &str,
    reason: &str,
) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE membership SET until_on = $3, \
             reason = CASE WHEN reason = '' THEN $4 WHEN $4 = '' THEN reason ELSE reason || ' / ' || $4 END \
             WHERE organization_id = $1 AND person_id = $2 AND until_on IS NULL"
        ),
        args![organization, person, on, reason],
    )
    .await
    .map(drop)
}

/// Lets the running stay of a person begin earlier than noted.
///
/// # Errors
/// Whatever the database reports.
pub async fn begin_earlier(tx: &mut Tx, organization: &str, person: &str, on: &str) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE membership SET from_on = $3 \
             WHERE organization_id = $1 AND person_id = $2 AND until_on IS NULL AND from_on > $3"
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

/// Everybody who belonged to some unit on a day, each with the unit he was in, by name. Who moved that day is where he was
/// before.
///
/// # Errors
/// Whatever the database reports.
pub async fn as_of(tx: &mut Tx, organization: &str, day: &str) -> Result<Vec<Person>> {
    tx.all(
        sql!(
            "SELECT p.id, p.roster_key, p.name, p.name_sort, p.class, p.leading_cadre, p.title, p.post, p.sex, p.ethnicity, \
             p.education, p.birth_month, p.joined_month, p.phone, m.unit_id, p.active, p.place \
             FROM person p JOIN membership m ON m.organization_id = p.organization_id AND m.person_id = p.id \
             WHERE p.organization_id = $1 AND m.from_on <= $2 AND (m.until_on IS NULL OR m.until_on >= $2) \
             AND NOT EXISTS (SELECT 1 FROM membership e WHERE e.organization_id = m.organization_id \
             AND e.person_id = m.person_id AND e.from_on < m.from_on AND e.until_on >= $2) \
             ORDER BY p.name_sort, p.id"
        ),
        args![organization, day],
    )
    .await
}

/// What a roster page asks for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Only this branch.
    pub unit: Option<String>,
    /// Part of the name, of its pinyin, or of the post.
    pub text: Option<String>,
    /// Those who left instead of those who are here.
    pub left: bool,
    /// Only people after this one in the order of the list: its sort key and id.
    pub after: Option<(String, String)>,
}

/// A pattern for LIKE … ESCAPE '!' that finds a text anywhere.
pub(crate) fn anywhere(text: &str) -> String {
    let escaped = text
        .to_lowercase()
        .replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_");
    format!("%{escaped}%")
}

/// People in the order of their names, a page at a time.
///
/// # Errors
/// Whatever the database reports.
pub async fn search(tx: &mut Tx, organization: &str, wanted: &Wanted, limit: i64) -> Result<Vec<Person>> {
    let pattern = wanted.text.as_deref().map(anywhere);
    // The pinyin is kept with a blank between syllables; people type it without.
    let bare = wanted.text.as_deref().map(|t| anywhere(&t.replace(' ', "")));
    tx.all(
        sql!(
            "SELECT ",
            COLUMNS,
            " FROM person WHERE organization_id = $1 AND active = $2 \
             AND (CAST($3 AS TEXT) IS NULL OR unit_id = $3) \
             AND (CAST($4 AS TEXT) IS NULL OR LOWER(name) LIKE $4 ESCAPE '!' OR LOWER(post) LIKE $4 ESCAPE '!' \
             OR REPLACE(name_sort, ' ', '') LIKE $5 ESCAPE '!') \
             AND (CAST($6 AS TEXT) IS NULL OR name_sort > $6 OR (name_sort = $6 AND id > $7)) \
             ORDER BY name_sort, id LIMIT $8"
        ),
        args![
            organization,
            !wanted.left,
            wanted.unit.as_deref(),
            pattern.as_deref(),
            bare.as_deref(),
            wanted.after.as_ref().map(|a| a.0.as_str()),
            wanted.after.as_ref().map(|a| a.1.as_str()),
            limit
        ],
    )
    .await
}

/// How many people of a class belong to a branch today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassCount {
    /// The branch.
    pub unit_id: String,
    /// Identifier of the class.
    pub class: String,
    /// How many.
    pub people: i64,
}

from_row!(ClassCount {
    unit_id,
    class,
    people
});

/// How many people there are, by branch and class.
///
/// # Errors
/// Whatever the database reports.
pub async fn counts(tx: &mut Tx, organization: &str) -> Result<Vec<ClassCount>> {
    tx.all(
        sql!(
            "SELECT unit_id, class, COUNT(*) AS people FROM person WHERE organization_id = $1 AND active \
             GROUP BY unit_id, class ORDER BY unit_id, class"
        ),
        args![organization],
    )
    .await
}

/// The person stored under a roster key.
///
/// # Errors
/// Whatever the database reports.
pub async fn by_key(tx: &mut Tx, organization: &str, key: &str) -> Result<Option<Person>> {
    tx.maybe(
        sql!(
            "SELECT ",
            COLUMNS,
            " FROM person WHERE organization_id = $1 AND roster_key = $2"
        ),
        args![organization, key],
    )
    .await
}
