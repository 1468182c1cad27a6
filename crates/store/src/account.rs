//! Accounts, roles, sessions and one-time slips.

mod slip;
pub use slip::{Slip, issue_slip, slip, use_slip};

mod session;
pub use session::{
    Session, end_session, end_sessions, open_session, prove_session, session, sweep_sessions, touch_session,
};

mod tie;

pub use tie::tie;

use crate::{Result, Tx, args, from_row, sql};

/// An account as the sign-in needs it.
#[derive(Clone, Debug)]
pub struct Account {
    /// Id.
    pub id: String,
    /// The person behind it, if any.
    pub person_id: Option<String>,
    /// What is typed at sign-in.
    pub login: String,
    /// Name shown.
    pub name: String,
    /// argon2id, `None` for accounts that come in by slip only.
    pub password_hash: Option<String>,
    /// May not come in.
    pub disabled: bool,
    /// Wrong passwords since the last good one.
    pub failures: i64,
    /// Microseconds UTC before which no password is looked at.
    pub slowed_until: i64,
}

from_row!(Account {
    id,
    person_id,
    login,
    name,
    password_hash,
    disabled,
    failures,
    slowed_until
});

const COLUMNS: &str = "id, person_id, login, name, password_hash, disabled, failures, slowed_until";

/// A role of an account.
#[derive(Clone, Debug)]
pub struct RoleGrant {
    /// Id of the grant.
    pub id: String,
    /// The account.
    pub account_id: String,
    /// Identifier of the role.
    pub role: String,
    /// The unit it is limited to.
    pub unit_id: Option<String>,
}

from_row!(Session {
    account_id,
    csrf,
    seen_at,
    ends_at,
    name,
    disabled,
    person_id,
    unit_id,
    proven_at,
    proven_by
});

/// An account by what is typed at sign-in.
///
/// # Errors
/// Whatever the database reports.
pub async fn by_login(tx: &mut Tx, organization: &str, login: &str) -> Result<Option<Account>> {
    tx.maybe(
        sql!(
            "SELECT ",
            COLUMNS,
            " FROM account WHERE organization_id = $1 AND login = $2"
        ),
        args![organization, login],
    )
    .await
}

/// An account by id.
///
/// # Errors
/// Whatever the database reports.
pub async fn by_id(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<Account>> {
    tx.maybe(
        sql!(
            "SELECT ",
            COLUMNS,
            " FROM account WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, id],
    )
    .await
}

/// The account of a person.
///
/// # Errors
/// Whatever the database reports.
pub async fn of_person(tx: &mut Tx, organization: &str, person: &str) -> Result<Option<Account>> {
    tx.maybe(
        sql!(
            "SELECT ",
            COLUMNS,
            " FROM account WHERE organization_id = $1 AND person_id = $2"
        ),
        args![organization, person],
    )
    .await
}

/// Every account, by login.
///
/// # Errors
/// Whatever the database reports.
pub async fn all(tx: &mut Tx, organization: &str) -> Result<Vec<Account>> {
    tx.all(
        sql!(
            "SELECT ",
            COLUMNS,
            " FROM account WHERE organization_id = $1 ORDER BY login"
        ),
        args![organization],
    )
    .await
}

/// Adds an account.
///
/// # Errors
/// [`crate::Error::Duplicate`] when the login is taken or the person has one.
pub async fn add(tx: &mut Tx, organization: &str, account: &Account, now: i64) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO account (organization_id, id, person_id, login, name, password_hash, disabled, failures, \
             slowed_until, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        args![
            organization,
            &account.id,
            account.person_id.as_deref(),
            &account.login,
            &account.name,
            account.password_hash.as_deref(),
            account.disabled,
            account.failures,
            account.slowed_until,
            now
        ],
    )
    .await
    .map(drop)
}

/// Sets a password hash.
///
/// # Errors
/// Whatever the database reports.
pub async fn set_password(tx: &mut Tx, organization: &str, account: &str, hash: &str) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE account SET password_hash = $3, failures = 0, slowed_until = 0 WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, account, hash],
    )
    .await
    .map(drop)
}

/// Lets an account in or not.
///
/// # Errors
/// Whatever the database reports.
pub async fn set_disabled(tx: &mut Tx, organization: &str, account: &str, disabled: bool) -> Result<u64> {
    tx.execute(
        sql!("UPDATE account SET disabled = $3 WHERE organization_id = $1 AND id = $2"),
        args![organization, account, disabled],
    )
    .await
}

/// Counts wrong passwords and slows the next try.
///
/// # Errors
/// Whatever the database reports.
pub async fn set_failures(
    tx: &mut Tx,
    organization: &str,
    account: &str,
    failures: i64,
    until: i64,
) -> Result<()> {
    tx.execute(
        sql!("UPDATE account SET failures = $3, slowed_until = $4 WHERE organization_id = $1 AND id = $2"),
        args![organization, account, failures, until],
    )
    .await
    .map(drop)
}

/// The roles in force of one account.
///
/// # Errors
/// Whatever the database reports.
pub async fn roles(tx: &mut Tx, organization: &str, account: &str) -> Result<Vec<RoleGrant>> {
    // Ordered here: asked to order by role, SQLite reads the grants of the whole house by the index of roles.
    let mut held: Vec<RoleGrant> = tx
        .all(
            sql!(
                "SELECT id, account_id, role, unit_id FROM role_grant \
                 WHERE organization_id = $1 AND account_id = $2 AND revoked_at IS NULL"
            ),
            args![organization, account],
        )
        .await?;
    held.sort_unstable_by(|a, b| (&a.role, &a.id).cmp(&(&b.role, &b.id)));
    Ok(held)
}

/// Every role in force.
///
/// # Errors
/// Whatever the database reports.
pub async fn all_roles(tx: &mut Tx, organization: &str) -> Result<Vec<RoleGrant>> {
    tx.all(
        sql!(
            "SELECT id, account_id, role, unit_id FROM role_grant \
             WHERE organization_id = $1 AND revoked_at IS NULL ORDER BY role, id"
        ),
        args![organization],
    )
    .await
}

/// Accounts that hold a role, for one unit or for the whole organisation.
///
/// # Errors
/// Whatever the database reports.
pub async fn holders(
    tx: &mut Tx,
    organization: &str,
    role: &str,
    unit: Option<&str>,
) -> Result<Vec<Account>> {
    tx.all(
        sql!(
            "SELECT a.id, a.person_id, a.login, a.name, a.password_hash, a.disabled, a.failures, a.slowed_until \
             FROM role_grant g JOIN account a ON a.organization_id = g.organization_id AND a.id = g.account_id \
             WHERE g.organization_id = $1 AND g.role = $2 AND g.revoked_at IS NULL AND NOT a.disabled \
             AND (g.unit_id IS NULL OR CAST($3 AS TEXT) IS NULL OR g.unit_id = $3) ORDER BY a.id"
        ),
        args![organization, role, unit],
    )
    .await
}

/// Grants a role.
///
/// # Errors
/// Whatever the database reports.
pub async fn grant(tx: &mut Tx, organization: &str, grant: &RoleGrant, by: &str, now: i64) -> Result<()> {
    tx.execute(
        sql!(
            "INSERT INTO role_grant (organization_id, id, account_id, role, unit_id, granted_by, granted_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![
            organization,
            &grant.id,
            &grant.account_id,
            &grant.role,
            grant.unit_id.as_deref(),
            by,
            now
        ],
    )
    .await
    .map(drop)
}

/// Takes a role back; the row stays.
///
/// # Errors
/// Whatever the database reports.
pub async fn revoke(tx: &mut Tx, organization: &str, grant: &str, now: i64) -> Result<u64> {
    tx.execute(
        sql!(
            "UPDATE role_grant SET revoked_at = $3 WHERE organization_id = $1 AND id = $2 AND revoked_at IS NULL"
        ),
        args![organization, grant, now],
    )
    .await
}

/// Accounts by login, a page at a time.
///
/// # Errors
/// Whatever the database reports.
pub async fn page(
    tx: &mut Tx,
    organization: &str,
    text: Option<&str>,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Account>> {
    let pattern = text.map(crate::person::anywhere);
    tx.all(
        sql!(
            "SELECT ",
            COLUMNS,
            " FROM account WHERE organization_id = $1 \
             AND (CAST($2 AS TEXT) IS NULL OR LOWER(login) LIKE $2 ESCAPE '!' OR LOWER(name) LIKE $2 ESCAPE '!') \
             AND (CAST($3 AS TEXT) IS NULL OR login > $3) ORDER BY login LIMIT $4"
        ),
        args![organization, pattern.as_deref(), after, limit],
    )
    .await
}

/// Every login, for finding a free one.
///
/// # Errors
/// Whatever the database reports.
pub async fn logins(tx: &mut Tx, organization: &str) -> Result<Vec<String>> {
    tx.all(
        sql!("SELECT login FROM account WHERE organization_id = $1"),
        args![organization],
    )
    .await
}

/// Person and account of everybody of the roster who has one.
///
/// # Errors
/// Whatever the database reports.
pub async fn by_person(tx: &mut Tx, organization: &str) -> Result<Vec<(String, String)>> {
    tx.all(
        sql!("SELECT person_id, id FROM account WHERE organization_id = $1 AND person_id IS NOT NULL"),
        args![organization],
    )
    .await
}

/// An account of a branch as the page of slips shows it.
#[derive(Clone, Debug)]
pub struct Member {
    /// Account.
    pub id: String,
    /// Person.
    pub person_id: String,
    /// What is typed at sign-in.
    pub login: String,
    /// Name.
    pub name: String,
    /// Whether a password was ever set.
    pub has_password: bool,
    /// When the last slip was written, microseconds UTC.
    pub issued_at: Option<i64>,
    /// When the last slip was used, microseconds UTC.
    pub used_at: Option<i64>,
}

from_row!(Member {
    id,
    person_id,
    login,
    name,
    has_password,
    issued_at,
    used_at
});

/// The accounts of a branch's people that may sign in, by name.
///
/// # Errors
/// Whatever the database reports.
pub async fn members(tx: &mut Tx, organization: &str, unit: &str) -> Result<Vec<Member>> {
    tx.all(
        sql!(
            "SELECT a.id, p.id AS person_id, a.login, p.name, a.password_hash IS NOT NULL AS has_password, \
             (SELECT MAX(s.issued_at) FROM slip s WHERE s.organization_id = a.organization_id AND s.account_id = a.id) AS issued_at, \
             (SELECT MAX(s.used_at) FROM slip s WHERE s.organization_id = a.organization_id AND s.account_id = a.id) AS used_at \
             FROM person p JOIN account a ON a.organization_id = p.organization_id AND a.person_id = p.id \
             WHERE p.organization_id = $1 AND p.unit_id = $2 AND p.active AND NOT a.disabled ORDER BY p.name_sort, p.id"
        ),
        args![organization, unit],
    )
    .await
}

/// A grant in force, with the names that a page of roles shows.
#[derive(Clone, Debug)]
pub struct GrantLine {
    /// Grant.
    pub id: String,
    /// Account.
    pub account_id: String,
    /// Its login.
    pub login: String,
    /// Its name.
    pub name: String,
    /// Whether it may not sign in.
    pub disabled: bool,
    /// Identifier of the role.
    pub role: String,
    /// The unit, if limited to one.
    pub unit_name: Option<String>,
    /// When it was granted, microseconds UTC.
    pub granted_at: i64,
}

from_row!(GrantLine {
    id,
    account_id,
    login,
    name,
    disabled,
    role,
    unit_name,
    granted_at
});

/// Every grant in force of every role but one: that of the participants, whom the roster names.
///
/// # Errors
/// Whatever the database reports.
pub async fn grant_lines(tx: &mut Tx, organization: &str, but: &str) -> Result<Vec<GrantLine>> {
    tx.all(
        sql!(
            "SELECT g.id, g.account_id, a.login, a.name, a.disabled, g.role, u.name AS unit_name, g.granted_at \
             FROM role_grant g JOIN account a ON a.organization_id = g.organization_id AND a.id = g.account_id \
             LEFT JOIN unit u ON u.organization_id = g.organization_id AND u.id = g.unit_id \
             WHERE g.organization_id = $1 AND g.role <> $2 AND g.revoked_at IS NULL \
             ORDER BY g.role, u.position, a.login, g.id"
        ),
        args![organization, but],
    )
    .await
}

/// One grant in force.
///
/// # Errors
/// Whatever the database reports.
pub async fn grant_by_id(tx: &mut Tx, organization: &str, id: &str) -> Result<Option<RoleGrant>> {
    tx.maybe(
        sql!(
            "SELECT id, account_id, role, unit_id FROM role_grant \
             WHERE organization_id = $1 AND id = $2 AND revoked_at IS NULL"
        ),
        args![organization, id],
    )
    .await
}

/// Changes the name shown.
///
/// # Errors
/// Whatever the database reports.
pub async fn rename(tx: &mut Tx, organization: &str, account: &str, name: &str) -> Result<()> {
    tx.execute(
        sql!("UPDATE account SET name = $3 WHERE organization_id = $1 AND id = $2"),
        args![organization, account, name],
    )
    .await
    .map(drop)
}

/// Forgets a password: the next way in is a slip.
///
/// # Errors
/// Whatever the database reports.
pub async fn clear_password(tx: &mut Tx, organization: &str, account: &str) -> Result<()> {
    tx.execute(
        sql!(
            "UPDATE account SET password_hash = NULL, failures = 0, slowed_until = 0 \
             WHERE organization_id = $1 AND id = $2"
        ),
        args![organization, account],
    )
    .await
    .map(drop)
}
