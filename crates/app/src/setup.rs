//! The first start: a one-time link, one form, and nobody has a default password (AU-06).

use crate::App;
use crate::account::{add_grant, make_account, write_slip};
use crate::case::{Event, Need, Query, UseCase, fill_random};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::files::hex;
use domain::access::{Actor, Role};
use domain::ids::ReceiptCode;
use domain::organization::UnitKind;
use domain::organization::login::Logins;
use domain::organization::roster::{folded, tidy_name};
use domain::problem::{Problem, Problems};
use domain::settings::Settings;
use domain::text::{TextRule, check_text};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::PathBuf;
use store::Tx;
use store::organization::{self as rows, Organization, Unit};

/// The file in the data directory that holds the link.
pub const LINK_FILE: &str = "setup-link.txt";
/// Days the first slips are good.
pub const DAYS: i64 = 7;

/// The link that the first start prints.
#[derive(Clone, Debug)]
pub struct SetupLink {
    /// The whole address.
    pub address: String,
    /// The file it was written to; only its owner can read it.
    pub file: PathBuf,
}

fn file(app: &App) -> PathBuf {
    app.config().data.join(LINK_FILE)
}

struct IsFounded;

impl Query for IsFounded {
    type Out = bool;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<bool> {
        founded(ctx, tx).await
    }
}

/// An organisation counts as founded once somebody can grant roles in it: one that the command line made for an
/// import still waits for its set-up.
async fn founded(ctx: &Ctx, tx: &mut Tx) -> Result<bool> {
    if rows::by_id(tx, &ctx.organization).await?.is_none() {
        return Ok(false);
    }
    let holders = store::account::holders(tx, &ctx.organization, Role::SecurityAdmin.name(), None).await?;
    Ok(!holders.is_empty())
}

/// An organisation without accounts, so that the command line can import a roster before the set-up.
pub struct FoundForImport {
    /// Its name; a second import and the set-up can change it.
    pub name: String,
}

impl UseCase for FoundForImport {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        if founded(ctx, tx).await? {
            return Err(Problem::conflict("problem.setup.named").into());
        }
        let organization = Organization {
            id: ctx.organization.clone(),
            name: self.name.clone(),
            short_name: self.name.clone(),
            settings: serde_json::to_string(&Settings::default()).map_err(Error::bug)?,
        };
        match rows::by_id(tx, &ctx.organization).await? {
            Some(_) => Ok(rows::update(tx, &organization).await?),
            None => Ok(rows::add(tx, &organization, ctx.now).await?),
        }
    }
    fn event(&self, (): &()) -> Event {
        Event::new("organization.found", "organization", "").with(serde_json::json!({ "by": "import" }))
    }
}

/// Whether an organisation exists.
///
/// # Errors
/// Whatever the database reports.
pub async fn is_founded(app: &App) -> Result<bool> {
    app.query(&Actor::public(), IsFounded).await
}

/// The set-up link of an installation without an organisation; `None` when there is one. A link written by an
/// earlier start is kept, so that one already handed out still works.
///
/// # Errors
/// Whatever the database reports, and when the file cannot be written.
pub async fn prepare(app: &App) -> Result<Option<SetupLink>> {
    let path = file(app);
    if is_founded(app).await? {
        // A file left behind by a crash between commit and removal opens nothing.
        let _ = std::fs::remove_file(&path);
        return Ok(None);
    }
    // The secret stays; the address is the one this start listens on.
    let secret = kept_secret(app).unwrap_or_else(|| {
        let mut bytes = [0; 32];
        fill_random(&mut bytes);
        hex(&bytes)
    });
    let address = address(app, &secret);
    std::fs::create_dir_all(&app.config().data).map_err(Error::bug)?;
    let _ = std::fs::remove_file(&path);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = options.open(&path).map_err(Error::bug)?;
    writeln!(out, "{address}")
        .and_then(|()| out.sync_all())
        .map_err(Error::bug)?;
    Ok(Some(SetupLink { address, file: path }))
}

fn address(app: &App, secret: &str) -> String {
    format!("{}/setup/{secret}", app.config().base_url())
}

fn kept_secret(app: &App) -> Option<String> {
    let text = std::fs::read_to_string(file(app)).ok()?;
    let (_, secret) = text.trim().rsplit_once('/')?;
    (secret.len() == 64 && secret.bytes().all(|b| b.is_ascii_hexdigit())).then(|| secret.to_owned())
}

/// Whether a secret opens the set-up. Hashes are compared, so that the time tells nothing of the secret.
pub fn opens(app: &App, secret: &str) -> bool {
    kept_secret(app).is_some_and(|kept| Sha256::digest(kept.as_bytes()) == Sha256::digest(secret.as_bytes()))
}

/// What the set-up asks.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "each is the field of the form it is named after")]
pub struct Founding {
    pub name: String,
    pub short_name: String,
    pub committee: String,
    pub office: String,
    pub office_phone: String,
    pub system_admin: String,
    pub security_admin: String,
    pub audit_admin: String,
    pub campaign_office: String,
}

impl Founding {
    fn people(&self) -> [(Role, &str, &str); 4] {
        [
            (Role::SystemAdmin, "system_admin", &self.system_admin),
            (Role::SecurityAdmin, "security_admin", &self.security_admin),
            (Role::AuditAdmin, "audit_admin", &self.audit_admin),
            (Role::CampaignOffice, "campaign_office", &self.campaign_office),
        ]
    }

    /// Checks everything at once.
    ///
    /// # Errors
    /// `problem.text.…`; `problem.setup.same_person` when one name stands twice.
    pub fn check(&self) -> Result<(), Problems> {
        let mut problems = Problems::new();
        for (field, text, max) in [
            ("name", &self.name, 100),
            ("short_name", &self.short_name, 20),
            ("committee", &self.committee, 100),
            ("office", &self.office, 50),
        ] {
            problems.note(check_text(field, text, TextRule::line(max)));
        }
        problems.note(check_text(
            "office_phone",
            &self.office_phone,
            TextRule::line(40).optional(),
        ));
        // It stands in the foot of every page and is dialled from there.
        let phone = self.office_phone.trim();
        if !phone.is_empty() && phone.chars().filter(char::is_ascii_digit).count() < 5 {
            problems.push(
                Problem::invalid("problem.setup.phone")
                    .on("office_phone")
                    .with("text", phone),
            );
        }
        let people = self.people();
        for (at, (_, field, name)) in people.iter().enumerate() {
            let fine = problems
                .note(check_text(
                    field,
                    name,
                    TextRule::line(domain::organization::person::NAME_MAX),
                ))
                .is_some();
            if fine
                && people
                    .iter()
                    .take(at)
                    .any(|(_, _, other)| folded(other) == folded(name))
            {
                problems.push(
                    Problem::invalid("problem.setup.same_person")
                        .on(*field)
                        .with("name", name.trim()),
                );
            }
        }
        problems.or(())
    }
}

/// A slip of the set-up, shown once.
#[derive(Clone, Debug)]
pub struct FirstSlip {
    /// What the account may do.
    pub role: Role,
    /// Name.
    pub name: String,
    /// What is typed at sign-in.
    pub login: String,
    /// The code.
    pub code: ReceiptCode,
}

/// Founds the organisation with its three administrators and the first campaign office.
pub struct Found(pub Founding);

impl UseCase for Found {
    type Out = Vec<FirstSlip>;
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Vec<FirstSlip>> {
        self.0.check()?;
        if founded(ctx, tx).await? {
            return Err(Problem::gone("problem.setup.gone").into());
        }
        let (name, short) = (self.0.name.trim(), self.0.short_name.trim());
        let settings = Settings {
            mark: short.chars().take(1).collect(),
            office: self.0.office.trim().to_owned(),
            office_phone: self.0.office_phone.trim().to_owned(),
            sponsor: name.to_owned(),
            ..Settings::default()
        };
        let organization = Organization {
            id: ctx.organization.clone(),
            name: name.to_owned(),
            short_name: short.to_owned(),
            settings: serde_json::to_string(&settings).map_err(Error::bug)?,
        };
        match rows::by_id(tx, &ctx.organization).await? {
            Some(_) => rows::update(tx, &organization).await?,
            None => rows::add(tx, &organization, ctx.now).await?,
        }
        let committee = Unit {
            id: ctx.id(),
            parent_id: None,
            kind: UnitKind::PartyCommittee.name().to_owned(),
            name: self.0.committee.trim().to_owned(),
            covers: String::new(),
            phone: String::new(),
            position: 0,
        };
        rows::add_unit(tx, &ctx.organization, &committee, ctx.now).await?;
        adopt(ctx, tx, &committee).await?;
        let mut logins = Logins::new(store::account::logins(tx, &ctx.organization).await?);
        let mut slips = Vec::new();
        for (role, _, name) in self.0.people() {
            let name = tidy_name(name);
            let (account, login) = match account_of(ctx, tx, &name).await? {
                Some(known) => (known.id, known.login),
                None => {
                    let login = logins.take(&name);
                    (make_account(ctx, tx, &login, &name, None, &[]).await?, login)
                }
            };
            add_grant(ctx, tx, &account, role, None).await?;
            let code = write_slip(ctx, tx, &account, "set_up", DAYS).await?;
            slips.push(FirstSlip {
                role,
                name,
                login,
                code,
            });
        }
        Ok(slips)
    }
    fn event(&self, out: &Vec<FirstSlip>) -> Event {
        let made: Vec<_> = out.iter().map(|s| serde_json::json!([s.role, s.login])).collect();
        Event::new("organization.found", "organization", "")
            .with(serde_json::json!({ "accounts": made }))
            .seen_by_all()
    }
}

/// Founds the organisation if the secret is right, and makes the secret worthless.
///
/// # Errors
/// `problem.setup.gone` for a wrong or used secret; what [`Founding::check`] finds.
pub async fn found(app: &App, secret: &str, founding: Founding) -> Result<Vec<FirstSlip>> {
    if !opens(app, secret) {
        return Err(Problem::gone("problem.setup.gone").into());
    }
    founding.check()?;
    let slips = app.execute(&Actor::machine(), Found(founding)).await?;
    if let Err(error) = std::fs::remove_file(file(app)) {
        // The act itself refuses a second time; the file is only left over.
        tracing::warn!(%error, "the set-up link could not be removed");
    }
    Ok(slips)
}

/// The account of the one person of this name in a roster that came before the set-up: whoever runs the campaign takes
/// part in it as himself, with one account. Of two people with one name nobody can tell which is meant.
async fn account_of(ctx: &Ctx, tx: &mut Tx, name: &str) -> Result<Option<store::account::Account>> {
    let people = store::person::all(tx, &ctx.organization, false).await?;
    let mut same = people.iter().filter(|p| folded(&p.name) == folded(name));
    match (same.next(), same.next()) {
        (Some(person), None) => Ok(store::account::of_person(tx, &ctx.organization, &person.id).await?),
        _ => Ok(None),
    }
}

/// Branches of a roster that came before the set-up stand below the committee from now on.
async fn adopt(ctx: &Ctx, tx: &mut Tx, committee: &Unit) -> Result<()> {
    for unit in rows::units(tx, &ctx.organization).await? {
        if unit.parent_id.is_none() && unit.id != committee.id {
            let below = Unit {
                parent_id: Some(committee.id.clone()),
                ..unit
            };
            rows::update_unit(tx, &ctx.organization, &below).await?;
        }
    }
    Ok(())
}
