//! The roster: who belongs where, today and before (N3, N10; screen 26).

mod person;

pub use person::{FindPerson, PersonPage};

use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Actor, Permission, PersonField, Role, Scope, may, may_remove, may_see};
use domain::organization::entry::{PersonEntry, check_entry};
use domain::organization::person::{Sex, read_sex};
use domain::organization::roster::{PersonRecord, roster_key};
use domain::organization::{PersonClass, UnitKind};
use domain::problem::{Problem, Problems};
use domain::text::{TextRule, check_text};
use jiff::civil::Date;
use store::Tx;
use store::account as accounts;
pub use store::organization::Unit;
use store::person::{self as rows, ClassCount, Membership, Person, Wanted};

/// How many people a page shows.
pub const PAGE: i64 = 50;

/// What the actor may not see of a person is blank (PRODUCT.md 3.2).
pub fn veiled(actor: &Actor, mut p: Person) -> Person {
    let sees = |field| may_see(actor, field, &p.id, &p.unit_id);
    let keep = [
        PersonField::Post,
        PersonField::Title,
        PersonField::Sex,
        PersonField::Ethnicity,
        PersonField::Education,
        PersonField::BirthMonth,
        PersonField::JoinedMonth,
        PersonField::Phone,
        PersonField::Class,
        PersonField::LeadingCadre,
    ]
    .map(sees);
    let [
        post,
        title,
        sex,
        ethnicity,
        education,
        birth,
        joined,
        phone,
        class,
        leading,
    ] = keep;
    for (kept, text) in [
        (post, &mut p.post),
        (title, &mut p.title),
        (sex, &mut p.sex),
        (ethnicity, &mut p.ethnicity),
        (education, &mut p.education),
        (birth, &mut p.birth_month),
        (joined, &mut p.joined_month),
        (phone, &mut p.phone),
        (class, &mut p.class),
    ] {
        if !kept {
            text.clear();
        }
    }
    p.leading_cadre &= leading;
    p.place *= i64::from(leading);
    p
}

/// What the roster knows of a stored person, for comparing with a sheet.
pub(crate) fn record(p: &Person, branch: &str) -> PersonRecord {
    PersonRecord {
        name: p.name.clone(),
        branch: branch.to_owned(),
        class: PersonClass::from_name(&p.class).unwrap_or(PersonClass::FullMember),
        leading_cadre: p.leading_cadre,
        title: p.title.clone(),
        post: p.post.clone(),
        sex: read_sex(&p.sex),
        ethnicity: p.ethnicity.clone(),
        education: p.education.clone(),
        birth_month: p.birth_month.clone(),
        joined_month: p.joined_month.clone(),
        phone: p.phone.clone(),
        place: u32::try_from(p.place).unwrap_or(0),
    }
}

/// Sets a record into a person; unit, key and whether he is here stay as they are.
pub(crate) fn set(p: &mut Person, r: &PersonRecord) {
    p.name_sort = domain::pinyin::list_key(&r.name, if r.leading_cadre { r.place } else { 0 });
    p.place = i64::from(r.place);
    p.name.clone_from(&r.name);
    p.class = r.class.name().to_owned();
    p.leading_cadre = r.leading_cadre;
    p.title.clone_from(&r.title);
    p.post.clone_from(&r.post);
    p.sex = r.sex.map_or("", Sex::name).to_owned();
    p.ethnicity.clone_from(&r.ethnicity);
    p.education.clone_from(&r.education);
    p.birth_month.clone_from(&r.birth_month);
    p.joined_month.clone_from(&r.joined_month);
    p.phone.clone_from(&r.phone);
}

/// Puts what is public of a leader where the roster has him stand today.
pub(crate) async fn rank_public(ctx: &Ctx, tx: &mut Tx, person: &Person) -> Result<()> {
    let place = u32::try_from(person.place).unwrap_or(0);
    let rank = domain::publication::board_rank(0, place);
    Ok(rows::rank_public(tx, &ctx.organization, &person.id, rank).await?)
}

/// A new person for a branch.
pub(crate) fn person_of(ctx: &Ctx, r: &PersonRecord, unit: &str, key: String) -> Person {
    let mut person = Person {
        id: ctx.id(),
        roster_key: key,
        name: String::new(),
        name_sort: String::new(),
        place: 0,
        class: String::new(),
        leading_cadre: false,
        title: String::new(),
        post: String::new(),
        sex: String::new(),
        ethnicity: String::new(),
        education: String::new(),
        birth_month: String::new(),
        joined_month: String::new(),
        phone: String::new(),
        unit_id: unit.to_owned(),
        active: true,
    };
    set(&mut person, r);
    person
}

/// Begins a stay in a branch.
pub(crate) async fn begin(ctx: &Ctx, tx: &mut Tx, p: &Person, on: Date, reason: &str) -> Result<()> {
    let stay = Membership {
        id: ctx.id(),
        person_id: p.id.clone(),
        unit_id: p.unit_id.clone(),
        from_on: on.to_string(),
        until_on: None,
        reason: reason.to_owned(),
    };
    Ok(rows::begin_membership(tx, &ctx.organization, &stay).await?)
}

/// Refuses a move dated before the running campaign opened: the register of that campaign counted him in the branch the
/// roster named then, and the review went that way (N3, N11).
async fn within_campaign(ctx: &Ctx, tx: &mut Tx, on: Date) -> Result<()> {
    let running = crate::campaign::current(ctx, tx).await?;
    let Some((campaign, opened)) = running.and_then(|c| c.opened_on(ctx).map(|day| (c.title, day))) else {
        return Ok(());
    };
    let early = Problem::invalid("problem.person.day_before_campaign").on("on");
    let early = early.with("campaign", campaign).with("opened", opened);
    if on < opened { Err(early.into()) } else { Ok(()) }
}

/// Moves a person to another branch, or takes one back who had left. A secretary of the old branch is none any
/// more.
pub(crate) async fn relocate(
    ctx: &Ctx,
    tx: &mut Tx,
    p: &mut Person,
    unit: &str,
    on: Date,
    reason: &str,
) -> Result<()> {
    let org = &ctx.organization;
    if p.active {
        rows::end_membership(tx, org, &p.id, &on.to_string(), "").await?;
    }
    if let Some(account) = accounts::of_person(tx, org, &p.id).await? {
        for grant in accounts::roles(tx, org, &account.id).await? {
            if grant.role == Role::BranchSecretary.name() && grant.unit_id.as_deref() == Some(&p.unit_id) {
                accounts::revoke(tx, org, &grant.id, ctx.now).await?;
            }
        }
        if !p.active {
            accounts::set_disabled(tx, org, &account.id, false).await?;
        }
    }
    p.active = true;
    unit.clone_into(&mut p.unit_id);
    rows::update(tx, org, p, ctx.now).await?;
    begin(ctx, tx, p, on, reason).await
}

/// Lets a person go: the history stays, the account is closed, every role but that of a participant ends.
pub(crate) async fn dismiss(ctx: &Ctx, tx: &mut Tx, p: &mut Person, on: Date, reason: &str) -> Result<()> {
    let org = &ctx.organization;
    rows::end_membership(tx, org, &p.id, &on.to_string(), reason).await?;
    p.active = false;
    rows::update(tx, org, p, ctx.now).await?;
    let Some(account) = accounts::of_person(tx, org, &p.id).await? else {
        return Ok(());
    };
    for grant in accounts::roles(tx, org, &account.id).await? {
        let Some(role) = Role::from_name(&grant.role).filter(|r| *r != Role::Participant) else {
            continue;
        };
        if role.is_administrator() {
            may_remove(
                role,
                crate::accounts::others_holding(ctx, tx, role, &account.id).await?,
            )?;
        }
        accounts::revoke(tx, org, &grant.id, ctx.now).await?;
    }
    accounts::end_sessions(tx, org, &account.id).await?;
    accounts::set_disabled(tx, org, &account.id, true).await?;
    Ok(())
}

/// A page of the roster.
#[derive(Clone, Debug, Default)]
pub struct RosterPage {
    /// The branches in the actor's reach, in the order of the list.
    pub units: Vec<Unit>,
    /// People by branch and class, of these branches.
    pub counts: Vec<ClassCount>,
    /// The branch shown; empty: all.
    pub unit: String,
    /// The people of this page.
    pub people: Vec<Person>,
    /// Whether there are more.
    pub more: bool,
}

/// Lists people.
pub struct ListRoster {
    /// Only this branch; empty for all in reach.
    pub unit: String,
    /// Part of a name, its pinyin or a post.
    pub text: String,
    /// Those who left.
    pub left: bool,
    /// After this person (id) in the order of the list.
    pub after: String,
}

impl Query for ListRoster {
    type Out = RosterPage;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ViewRoster)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<RosterPage> {
        let org = &ctx.organization;
        let mut units = store::organization::units(tx, org).await?;
        units.retain(|u| UnitKind::from_name(&u.kind).is_some_and(UnitKind::is_branch));
        units.retain(|u| may(&ctx.actor, Permission::ViewRoster, Scope::Unit(&u.id)));
        let whole = may(&ctx.actor, Permission::ViewRoster, Scope::Organization);
        let unit = match units.first() {
            Some(first) if self.unit.is_empty() && !whole => first.id.clone(),
            _ => self.unit.clone(),
        };
        if !unit.is_empty() {
            ctx.require(Permission::ViewRoster, Scope::Unit(&unit))?;
        } else if !whole {
            return Ok(RosterPage::default());
        }
        let after = match self.after.as_str() {
            "" => None,
            id => rows::by_id(tx, org, id).await?.map(|p| (p.name_sort, p.id)),
        };
        let wanted = Wanted {
            unit: Some(unit.clone()).filter(|u| !u.is_empty()),
            text: Some(self.text.trim().to_owned()).filter(|t| !t.is_empty()),
            left: self.left,
            after,
        };
        let mut people = rows::search(tx, org, &wanted, PAGE + 1).await?;
        let most = usize::try_from(PAGE).unwrap_or(0);
        let more = people.len() > most;
        people.truncate(most);
        let mut counts = rows::counts(tx, org).await?;
        counts.retain(|c| units.iter().any(|u| u.id == c.unit_id));
        let people = people.into_iter().map(|p| veiled(&ctx.actor, p)).collect();
        Ok(RosterPage {
            units,
            counts,
            unit,
            people,
            more,
        })
    }
}

async fn find(ctx: &Ctx, tx: &mut Tx, id: &str, permission: Permission) -> Result<Person> {
    let missing = || Problem::not_found("problem.not_found");
    let person = rows::by_id(tx, &ctx.organization, id)
        .await?
        .ok_or_else(missing)?;
    // No word of people outside one's reach (AZ-02).
    ctx.require(permission, Scope::Unit(&person.unit_id))
        .map_err(|_| missing())?;
    Ok(person)
}

async fn branch(ctx: &Ctx, tx: &mut Tx, id: &str) -> Result<Unit> {
    let unit = store::organization::unit(tx, &ctx.organization, id).await?;
    let unit = unit.filter(|u| UnitKind::from_name(&u.kind).is_some_and(UnitKind::is_branch));
    Ok(unit.ok_or_else(|| Problem::invalid("problem.person.branch").on("unit"))?)
}

/// Adds a person or changes what the roster says of one.
pub struct SavePerson {
    /// Whom; `None` for somebody new.
    pub person: Option<String>,
    /// The branch of somebody new.
    pub unit: String,
    /// What was typed.
    pub entry: PersonEntry,
}

impl UseCase for SavePerson {
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageRoster)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        let org = &ctx.organization;
        if let Some(id) = &self.person {
            let mut person = find(ctx, tx, id, Permission::ManageRoster).await?;
            let record = check_entry(&self.entry, "")?;
            let renamed = person.name != record.name;
            set(&mut person, &record);
            rows::update(tx, org, &person, ctx.now).await?;
            rank_public(ctx, tx, &person).await?;
            if renamed && let Some(account) = accounts::of_person(tx, org, id).await? {
                accounts::rename(tx, org, &account.id, &person.name).await?;
            }
            return Ok(person.id);
        }
        let unit = branch(ctx, tx, &self.unit).await?;
        let record = check_entry(&self.entry, &unit.name)?;
        ctx.require(Permission::ManageRoster, Scope::Unit(&unit.id))?;
        let key = roster_key(&record);
        if rows::by_key(tx, org, &key).await?.is_some() {
            return Err(Problem::conflict("problem.person.twice")
                .on("name")
                .with("name", &record.name)
                .into());
        }
        let person = person_of(ctx, &record, &unit.id, key);
        rows::add(tx, org, &person, ctx.now).await?;
        begin(ctx, tx, &person, ctx.today, "").await?;
        let taken = accounts::logins(tx, org).await?;
        let login = domain::organization::login::Logins::new(taken).take(&person.name);
        let grants = [(Role::Participant, None)];
        crate::account::make_account(ctx, tx, &login, &person.name, Some(&person.id), &grants).await?;
        Ok(person.id)
    }
    fn event(&self, id: &String) -> Event {
        let act = if self.person.is_some() {
            "person.change"
        } else {
            "person.add"
        };
        let event = Event::new(act, "person", id).with(serde_json::json!({ "name": self.entry.name }));
        event.seen_by_all()
    }
}

/// Whether a person may go or come on a day: not in the future, not before his last move. A first stay begins with the
/// day the roster was read, not with the day somebody came: an earlier day is taken and the stay begins there.
async fn check_day(ctx: &Ctx, tx: &mut Tx, p: &Person, on: Date, reason: &str) -> Result<()> {
    let mut problems = Problems::new();
    problems.note(check_text("reason", reason, TextRule::line(200).optional()));
    let org = &ctx.organization;
    let stays = rows::memberships(tx, org, &p.id).await?;
    let first = matches!(stays.as_slice(), [only] if only.until_on.is_none());
    let last = stays.last();
    let last = last.map(|s| s.until_on.clone().unwrap_or_else(|| s.from_on.clone()));
    let last = last.unwrap_or_default();
    let on = on.to_string();
    if on > ctx.today.to_string() {
        problems.push(Problem::invalid("problem.person.day").on("on"));
    } else if on < last && !first {
        problems.push(
            Problem::invalid("problem.person.day_before")
                .on("on")
                .with("last", &last),
        );
    }
    problems.or(())?;
    if on < last {
        rows::begin_earlier(tx, org, &p.id, &on).await?;
    }
    Ok(())
}

/// Moves a person to another branch, or takes one back who had left.
pub struct TransferPerson {
    /// Whom.
    pub person: String,
    /// Where to.
    pub unit: String,
    /// From which day on.
    pub on: Date,
    /// Why.
    pub reason: String,
}

impl UseCase for TransferPerson {
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageRoster)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        let mut person = find(ctx, tx, &self.person, Permission::ManageRoster).await?;
        let unit = branch(ctx, tx, &self.unit).await?;
        ctx.require(Permission::ManageRoster, Scope::Unit(&unit.id))?;
        if person.active && person.unit_id == unit.id {
            return Err(Problem::invalid("problem.person.same_branch").on("unit").into());
        }
        within_campaign(ctx, tx, self.on).await?;
        check_day(ctx, tx, &person, self.on, &self.reason).await?;
        relocate(ctx, tx, &mut person, &unit.id, self.on, self.reason.trim()).await?;
        Ok(unit.name)
    }
    fn event(&self, to: &String) -> Event {
        Event::new("person.transfer", "person", &self.person)
            .with(serde_json::json!({ "to": to, "on": self.on.to_string(), "reason": self.reason }))
    }
}

/// Lets a person go. Nothing about him is deleted.
pub struct DismissPerson {
    /// Whom.
    pub person: String,
    /// His last day.
    pub on: Date,
    /// Why.
    pub reason: String,
}

impl UseCase for DismissPerson {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageRoster)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let mut person = find(ctx, tx, &self.person, Permission::ManageRoster).await?;
        if !person.active {
            return Err(Problem::conflict("problem.person.left").into());
        }
        check_day(ctx, tx, &person, self.on, &self.reason).await?;
        dismiss(ctx, tx, &mut person, self.on, self.reason.trim()).await
    }
    fn event(&self, (): &()) -> Event {
        Event::new("person.leave", "person", &self.person)
            .with(serde_json::json!({ "on": self.on.to_string(), "reason": self.reason }))
    }
}
