//! Rosters read in: what a file would change, and the change itself in one transaction. The page and the command
//! line share it (IN-10 to IN-12).

mod branches;
mod near;
mod preview;
pub use near::Near;
pub use preview::{PlanRoster, Preview};

use branches::{branch_after, branch_id, take_branches};
use near::{Renamed, with_near};

use crate::account::add_grant;
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::roles::Proposal;
use crate::{App, roles, roster};
use domain::access::{Actor, Permission, Role, Scope};
use domain::organization::UnitKind;
use domain::organization::login::Logins;
use domain::organization::person::PersonClass;
use domain::organization::raw::RawBook;
use domain::organization::roster::{
    BranchPost, Change, ColumnMap, ExistingPerson, PersonRecord, RosterBranch, RosterPerson, RosterPlan,
    RosterReading, folded, plan, read, roster_key,
};
use domain::pinyin::PLACE_MAX;
use domain::problem::{Problem, ProblemKind};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use store::Tx;
use store::account::{self as accounts, Account, RoleGrant};
use store::organization::{self as units, Unit};
use store::person::{self as people, Person};

/// Columns as the user set them, by the place of the sheet.
pub type Maps = BTreeMap<usize, ColumnMap>;

/// What the office decided of a row that may be a known person: his id, or `None` for somebody new; by sheet and
/// row.
pub type Decisions = BTreeMap<(String, usize), Option<String>>;

/// Reads a file. The work is done beside the requests: a large one takes seconds.
///
/// # Errors
/// One sentence why it is not a readable sheet (`sheet.…`), tied to the field `file`.
pub async fn read_file(bytes: Vec<u8>, name: &str, maps: Maps) -> Result<(RawBook, RosterReading)> {
    let name = name.to_owned();
    let work = move || {
        let book = documents::sheet_read::read_book(&bytes, &name).map_err(|refused| {
            let mut problem = Problem::new(ProblemKind::Invalid, refused.key).on("file");
            problem.args.extend(refused.args);
            problem
        })?;
        let reading = read(&book, &maps);
        Ok::<_, Problem>((book, reading))
    };
    Ok(tokio::task::spawn_blocking(work).await.map_err(Error::bug)??)
}

/// A reading in figures, for the command line's JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// People read.
    pub people: usize,
    /// By class.
    pub by_class: BTreeMap<&'static str, usize>,
    /// By branch.
    pub by_branch: BTreeMap<String, usize>,
    /// Leading cadres among them.
    pub leading_cadres: usize,
    /// Rows that could not be taken over.
    pub unread: usize,
}

/// Counts a reading.
pub fn summary(reading: &RosterReading) -> Summary {
    let mut out = Summary {
        people: reading.people.len(),
        ..Summary::default()
    };
    for class in PersonClass::ALL {
        out.by_class.insert(class.name(), 0);
    }
    for person in &reading.people {
        *out.by_class.entry(person.record.class.name()).or_default() += 1;
        *out.by_branch.entry(person.record.branch.clone()).or_default() += 1;
        out.leading_cadres += usize::from(person.record.leading_cadre);
    }
    let rows: HashSet<_> = reading
        .problems
        .iter()
        .filter(|p| p.blocking)
        .map(|p| (&p.sheet, p.row))
        .collect();
    out.unread = rows.len();
    out
}

/// What there is already.
struct Known {
    units: Vec<Unit>,
    ended: Vec<units::Ending>,
    branches: HashMap<String, Unit>,
    people: HashMap<String, Person>,
    existing: Vec<ExistingPerson>,
}

impl Known {
    /// How many people are here.
    fn here(&self) -> usize {
        self.people.values().filter(|p| p.active).count()
    }
}

async fn known(ctx: &Ctx, tx: &mut Tx) -> Result<Known> {
    let all = units::units(tx, &ctx.organization).await?;
    let branch = |u: &&Unit| UnitKind::from_name(&u.kind).is_some_and(UnitKind::is_branch);
    let branches: HashMap<_, _> = all
        .iter()
        .filter(branch)
        .map(|u| (folded(&u.name), u.clone()))
        .collect();
    let names: HashMap<&str, &str> = all.iter().map(|u| (u.id.as_str(), u.name.as_str())).collect();
    let found = people::all(tx, &ctx.organization, true).await?;
    let existing = found
        .iter()
        .map(|p| {
            let branch = names.get(p.unit_id.as_str()).copied().unwrap_or_default();
            ExistingPerson {
                id: p.id.clone(),
                record: roster::record(p, branch),
            }
        })
        .collect();
    let people = found.into_iter().map(|p| (p.id.clone(), p)).collect();
    Ok(Known {
        ended: units::endings(tx, &ctx.organization).await?,
        units: all,
        branches,
        people,
        existing,
    })
}

/// The plan with what the office decided, and those who come back.
fn decide(
    known: &Known,
    reading: &RosterReading,
    whole: bool,
    decisions: &Decisions,
) -> (RosterPlan, Vec<String>) {
    let mut plan = plan(&known.existing, reading, whole);
    plan.settle(&known.existing, |row| {
        decisions.get(&(row.sheet.clone(), row.row)).cloned()
    });
    let here = |id: &String| known.people.get(id).is_some_and(|p| p.active);
    plan.leave.retain(here);
    let touched = plan
        .change
        .iter()
        .chain(plan.moved.iter().map(|m| &m.change))
        .map(|c| &c.id);
    let back: Vec<String> = plan
        .unchanged
        .iter()
        .chain(touched)
        .filter(|id| !here(id))
        .cloned()
        .collect();
    plan.unchanged.retain(here);
    (plan, back)
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// People added.
    pub added: usize,
    /// People changed.
    pub changed: usize,
    /// People moved to another branch.
    pub moved: usize,
    /// People who left.
    pub left: usize,
    /// People who came back.
    pub returned: usize,
    /// People to whom nothing happened.
    pub unchanged: usize,
    /// Rows nobody decided about; they were left out.
    pub undecided: usize,
    /// Branches added.
    pub branches_added: usize,
    /// Branches changed.
    pub branches_changed: usize,
    /// Accounts made.
    pub accounts: usize,
    /// Roles proposed to the security administrator.
    pub proposed: usize,
}

/// Takes a roster over: everything or nothing.
pub struct ApplyRoster {
    /// The file as it was read.
    pub reading: Arc<RosterReading>,
    /// It is the whole roster.
    pub whole: bool,
    /// What the office decided.
    pub decisions: Decisions,
    /// Names of branches that are new though they are nearly those of others; `None` = every name stands as written.
    pub own_branches: Option<BTreeSet<String>>,
    /// How many leave, as the office was told and has confirmed; asked where they are many.
    pub leavers: Option<usize>,
}

impl UseCase for ApplyRoster {
    type Out = Outcome;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageRoster)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Outcome> {
        ctx.require(Permission::ManageRoster, Scope::Organization)?;
        let mut known = known(ctx, tx).await?;
        let reading = with_near(&known, &self.reading, self.own_branches.as_ref()).reading;
        let (plan, back) = decide(&known, &reading, self.whole, &self.decisions);
        // Whoever types a command has seen the figure in its rehearsal.
        let said = ctx.actor.machine || self.leavers == Some(plan.leave.len());
        if plan.many_leave(known.here()) && !said {
            let problem = Problem::invalid("problem.import.many_leave").on("leavers");
            return Err(problem
                .with("n", plan.leave.len())
                .with("here", known.here())
                .into());
        }
        let mut out = Outcome {
            added: plan.add.len(),
            changed: plan.change.len(),
            moved: plan.moved.len(),
            left: plan.leave.len(),
            returned: back.len(),
            unchanged: plan.unchanged.len(),
            undecided: plan.unsure.len(),
            ..Outcome::default()
        };
        take_branches(ctx, tx, &mut known, &reading.branches, &mut out).await?;
        take_people(ctx, tx, &mut known, &plan, &back).await?;
        out.accounts = give_accounts(ctx, tx, &known).await?;
        let proposals = proposals(&known, &reading);
        out.proposed = roles::propose(ctx, tx, &proposals).await?;
        Ok(out)
    }
    fn event(&self, out: &Outcome) -> Event {
        Event::new("roster.import", "organization", "")
            .with(serde_json::to_value(out).unwrap_or_default())
            .seen_by_all()
    }
}

async fn take_people(
    ctx: &Ctx,
    tx: &mut Tx,
    known: &mut Known,
    plan: &RosterPlan,
    back: &[String],
) -> Result<()> {
    let mut keys: HashSet<String> = known.people.values().map(|p| p.roster_key.clone()).collect();
    for row in &plan.add {
        let person = add_person(ctx, tx, known, &mut keys, row).await?;
        known.people.insert(person.id.clone(), person);
    }
    let back: HashSet<&String> = back.iter().collect();
    let changes = plan.change.iter().chain(plan.moved.iter().map(|m| &m.change));
    for change in changes {
        let Change { id, record, .. } = change;
        let unit = branch_id(known, &record.branch)?;
        let Some(person) = known.people.get_mut(id) else {
            continue;
        };
        let renamed = person.name != record.name;
        roster::set(person, record);
        if person.unit_id != unit || back.contains(id) {
            roster::relocate(ctx, tx, person, &unit, ctx.today, "").await?;
        } else {
            people::update(tx, &ctx.organization, person, ctx.now).await?;
        }
        roster::rank_public(ctx, tx, person).await?;
        if renamed && let Some(account) = accounts::of_person(tx, &ctx.organization, id).await? {
            accounts::rename(tx, &ctx.organization, &account.id, &record.name).await?;
        }
    }
    for id in &back {
        if let Some(person) = known.people.get_mut(*id).filter(|p| !p.active) {
            let unit = person.unit_id.clone();
            roster::relocate(ctx, tx, person, &unit, ctx.today, "").await?;
        }
    }
    for id in &plan.leave {
        if let Some(person) = known.people.get_mut(id) {
            roster::dismiss(ctx, tx, person, ctx.today, "").await?;
        }
    }
    Ok(())
}

async fn add_person(
    ctx: &Ctx,
    tx: &mut Tx,
    known: &Known,
    keys: &mut HashSet<String>,
    row: &RosterPerson,
) -> Result<Person> {
    let first = roster_key(&row.record);
    let mut key = first.clone();
    let mut number = 2;
    // Two people may agree in everything the key holds; the office said that they are two.
    while !keys.insert(key.clone()) {
        key = format!("{first}|{number}");
        number += 1;
    }
    let unit = branch_id(known, &row.record.branch)?;
    let record = placed(known, &row.record);
    let person = roster::person_of(ctx, &record, &unit, key);
    people::add(tx, &ctx.organization, &person, ctx.now).await?;
    roster::begin(ctx, tx, &person, ctx.today, "").await?;
    Ok(person)
}

/// A new leader without a place stands after those the roster has: rosters name their leaders in order.
fn placed(known: &Known, record: &PersonRecord) -> PersonRecord {
    let mut record = record.clone();
    if record.leading_cadre && record.place == 0 {
        let last = known.people.values().filter(|p| p.leading_cadre && p.active);
        let last = last.map(|p| p.place).max().unwrap_or(0);
        record.place = u32::try_from(last + 1).unwrap_or(0).min(PLACE_MAX);
    }
    record
}

/// The accounts of the set-up that may belong to somebody of the roster, by name: one man has one account, or he could
/// publish as the office what he promised as a member. Of two accounts with one name nobody can tell whose they are.
async fn made_before(ctx: &Ctx, tx: &mut Tx) -> Result<HashMap<String, String>> {
    let mut by_name: HashMap<String, Vec<String>> = HashMap::new();
    for account in accounts::all(tx, &ctx.organization).await? {
        if account.person_id.is_none() && !account.disabled {
            by_name.entry(folded(&account.name)).or_default().push(account.id);
        }
    }
    let alone = by_name.into_iter().filter(|(_, ids)| ids.len() == 1);
    Ok(alone
        .filter_map(|(name, mut ids)| Some((name, ids.pop()?)))
        .collect())
}

/// An account for everybody who is here and has none: the pinyin of the name, a number where it is taken, no
/// password. People come in by a slip.
async fn give_accounts(ctx: &Ctx, tx: &mut Tx, known: &Known) -> Result<usize> {
    let org = &ctx.organization;
    let have: HashSet<String> = accounts::by_person(tx, org)
        .await?
        .into_iter()
        .map(|(person, _)| person)
        .collect();
    let mut logins = Logins::new(accounts::logins(tx, org).await?);
    let mut without: Vec<&Person> = known
        .people
        .values()
        .filter(|p| p.active && !have.contains(&p.id))
        .collect();
    without.sort_by(|a, b| (&a.name_sort, &a.id).cmp(&(&b.name_sort, &b.id)));
    let mut early = made_before(ctx, tx).await?;
    let mut made = 0;
    for person in &without {
        let name = folded(&person.name);
        let alone = known.people.values().filter(|p| folded(&p.name) == name).count() == 1;
        if let Some(account) = early.remove(&name).filter(|_| alone) {
            accounts::tie(tx, org, &account, &person.id).await?;
            add_grant(ctx, tx, &account, Role::Participant, None).await?;
            continue;
        }
        let account = Account {
            id: ctx.id(),
            person_id: Some(person.id.clone()),
            login: logins.take(&person.name),
            name: person.name.clone(),
            password_hash: None,
            disabled: false,
            failures: 0,
            slowed_until: 0,
        };
        accounts::add(tx, org, &account, ctx.now).await?;
        let grant = RoleGrant {
            id: ctx.id(),
            account_id: account.id,
            role: Role::Participant.name().to_owned(),
            unit_id: None,
        };
        accounts::grant(tx, org, &grant, &ctx.actor.account, ctx.now).await?;
        made += 1;
    }
    Ok(made)
}

/// The secretaries and line leaders that the file names and that are exactly one known person each.
fn proposals(known: &Known, reading: &RosterReading) -> Vec<Proposal> {
    let mut by_name: HashMap<String, Vec<&Person>> = HashMap::new();
    for person in known.people.values().filter(|p| p.active) {
        by_name.entry(folded(&person.name)).or_default().push(person);
    }
    let mut remarked: HashMap<String, &str> = HashMap::new();
    for row in reading
        .people
        .iter()
        .filter(|p| p.branch_posts.contains(&BranchPost::Secretary))
    {
        remarked
            .entry(folded(&row.record.branch))
            .or_insert(&row.record.name);
    }
    let mut out = Vec::new();
    for row in &reading.branches {
        let Some(unit) = known.branches.get(&folded(&row.name)) else {
            continue;
        };
        let secretary = match row.secretary.as_str() {
            "" => remarked.get(&folded(&row.name)).copied().unwrap_or(""),
            named => named,
        };
        for (name, role) in [
            (secretary, Role::BranchSecretary),
            (&row.line_leader, Role::LineLeader),
        ] {
            let same = by_name.get(&folded(name)).map_or(&[][..], Vec::as_slice);
            // An officer belongs to the branch, or to the other one the file says; a line leader may belong anywhere.
            let home = known
                .branches
                .get(&folded(&row.secretary_of))
                .map_or(&unit.id, |u| &u.id);
            let fits = |p: &&&Person| role == Role::LineLeader || p.unit_id == *home;
            let mut fitting = same.iter().filter(fits);
            if let (Some(person), None) = (fitting.next(), fitting.next()) {
                out.push(Proposal {
                    person: person.id.clone(),
                    name: person.name.clone(),
                    role,
                    unit: unit.id.clone(),
                    unit_name: unit.name.clone(),
                });
            }
        }
    }
    out
}

/// Takes a reading over as a whole, for the demo and the command line.
///
/// # Errors
/// As the act.
pub async fn apply(app: &App, actor: &Actor, reading: RosterReading, whole: bool) -> Result<Outcome> {
    let case = ApplyRoster {
        reading: Arc::new(reading),
        whole,
        decisions: Decisions::new(),
        own_branches: None,
        leavers: None,
    };
    app.execute(actor, case).await
}
