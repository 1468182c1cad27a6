//! Organisation, units, people, accounts and roles of the demo.

use super::{Demo, Dice, Holder, Plan, clock};
use crate::account::make_account;
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::{App, Config};
use domain::access::{Actor, Role};
use domain::organization::person::Sex;
use domain::settings::{Link, Settings};
use serde::Deserialize;
use store::organization::{Organization, Unit};
use store::person::{Membership, Person};
use store::{Db, Tx};

/// People of the smallest branch: a secretary, a commissioner, and somebody for them to look after.
const LEAST: usize = 5;
/// Microseconds of an hour.
const HOUR: i64 = 3_600_000_000;

#[derive(Deserialize)]
struct Data {
    name: String,
    short_name: String,
    mark: String,
    office: String,
    office_phone: String,
    office_hours: String,
    sponsor: String,
    committee: String,
    breadcrumb: Vec<String>,
    quick_links: Vec<(String, String)>,
    surnames: String,
    double_surnames: Vec<String>,
    given: String,
    rare_given: Vec<String>,
    education: Vec<(String, u32)>,
    ethnicity: Vec<(String, u32)>,
    leaders: Vec<(String, String)>,
    titles: Titles,
    branch: Vec<Branch>,
}

#[derive(Deserialize)]
struct Titles {
    secretary: String,
    commissioner: String,
    office: String,
}

#[derive(Deserialize)]
struct Branch {
    name: String,
    departments: Vec<String>,
    posts: Vec<String>,
    size: usize,
}

fn data() -> Result<Data> {
    toml::from_str(include_str!("../../data/demo/house.toml")).map_err(Error::bug)
}

/// The fewest people a demo can have: five in every branch, and the leaders.
///
/// # Errors
/// A mistake in the demo's data.
pub fn least_people() -> Result<usize> {
    let data = data()?;
    Ok(data.branch.len() * LEAST + data.leaders.len())
}

pub(super) async fn begin(db: Db, config: Config, plan: Plan) -> Result<Demo> {
    let data = data()?;
    let mut dice = Dice::new(plan.seed);
    let organization = format!("demo-{:016x}", dice.roll());
    // Ids carry their moment: from the hour on, so that the same seed makes the same ids within it.
    let hour = plan.now - plan.now.rem_euclid(HOUR);
    let app = App::seeded(db, clock(hour), config, &organization, plan.seed);
    let today = app.date_of(plan.now);
    let mut people = roster(&data, &mut dice, plan.people);
    let case = Found {
        organization,
        data: house(&data),
        branches: branches(&data),
        committee: data.committee.clone(),
    };
    let (committee, branches) = app.execute(&Actor::machine(), case).await?;
    for person in &mut people {
        let at: usize = person.unit_id.parse().unwrap_or(0);
        person.unit_id = branches.get(at).map(|b| b.id.clone()).unwrap_or_default();
    }
    let case = Staff {
        branches: branches.clone(),
        people,
        titles: (data.titles.secretary, data.titles.office),
    };
    let (people, accounts) = app.execute(&Actor::machine(), case).await?;
    Ok(Demo {
        app,
        dice,
        plan,
        today,
        committee,
        branches,
        people,
        accounts,
        campaign: String::new(),
    })
}

fn house(data: &Data) -> (String, String, Settings) {
    let settings = Settings {
        mark: data.mark.clone(),
        quick_links: data
            .quick_links
            .iter()
            .map(|(label, href)| Link {
                label: label.clone(),
                href: href.clone(),
            })
            .collect(),
        office: data.office.clone(),
        office_phone: data.office_phone.clone(),
        office_hours: data.office_hours.clone(),
        sponsor: data.sponsor.clone(),
        breadcrumb: data.breadcrumb.clone(),
        ..Settings::default()
    };
    (data.name.clone(), data.short_name.clone(), settings)
}

fn branches(data: &Data) -> Vec<(String, String, String)> {
    let covers = |b: &Branch| b.departments.join(lang::text(lang::Lang::Zh, "list.separator"));
    let phone = |i: usize| {
        format!(
            "{}{:04}",
            data.office_phone.get(..data.office_phone.len() - 4).unwrap_or(""),
            2100 + i * 37
        )
    };
    data.branch
        .iter()
        .enumerate()
        .map(|(i, b)| (b.name.clone(), covers(b), phone(i)))
        .collect()
}

fn name(data: &Data, dice: &mut Dice, taken: &mut Vec<String>, rare: Option<&String>) -> String {
    let singles: Vec<char> = data.surnames.chars().collect();
    let given: Vec<char> = data.given.chars().collect();
    loop {
        let surname = match dice.percent(3) {
            true => dice.pick(&data.double_surnames).cloned().unwrap_or_default(),
            false => dice.pick(&singles).map(char::to_string).unwrap_or_default(),
        };
        let length = if dice.percent(30) { 1 } else { 2 };
        let rest: String = match rare {
            Some(rare) => rare.clone(),
            None => (0..length).filter_map(|_| dice.pick(&given)).collect(),
        };
        let whole = format!("{surname}{rest}");
        if !taken.contains(&whole) {
            taken.push(whole.clone());
            return whole;
        }
    }
}

/// People with `unit_id` holding the number of their branch until the branch has an id.
fn roster(data: &Data, dice: &mut Dice, wanted: usize) -> Vec<Person> {
    let all: usize = data.branch.iter().map(|b| b.size).sum();
    let (mut people, mut taken) = (Vec::new(), Vec::new());
    let mut rare = data.rare_given.iter();
    for (i, branch) in data.branch.iter().enumerate() {
        let size = (branch.size * wanted / all.max(1)).max(LEAST);
        for k in 0..size {
            let unusual = if k < 2 { rare.next() } else { None };
            let name = name(data, dice, &mut taken, unusual);
            let class = match (k, dice.below(100)) {
                (0..4, _) => "full_member",
                (_, 0..82) => "full_member",
                (_, 82..88) => "probationary_member",
                (_, 88..95) => "applicant_activist",
                _ => "non_party_cadre",
            };
            people.push(person(data, dice, branch, (i, k), name, class));
        }
        if i == 0 {
            for (at, (title, post)) in data.leaders.iter().enumerate() {
                let name = name(data, dice, &mut taken, None);
                let mut leader = person(data, dice, branch, (0, 99), name, "full_member");
                (leader.leading_cadre, leader.title, leader.post) = (true, title.clone(), post.clone());
                let place = at + 1;
                leader.name_sort = domain::pinyin::list_key(&leader.name, u32::try_from(place).unwrap_or(0));
                leader.place = i64::try_from(place).unwrap_or(0);
                people.push(leader);
            }
        }
    }
    people
}

fn person(
    data: &Data,
    dice: &mut Dice,
    branch: &Branch,
    at: (usize, usize),
    name: String,
    class: &str,
) -> Person {
    let retired = at.0 + 1 == data.branch.len();
    let born = if retired {
        1935 + dice.below(20)
    } else {
        1960 + dice.below(26)
    };
    let joined = born + 22 + dice.below(18);
    let department = dice.pick(&branch.departments).cloned().unwrap_or_default();
    let post = dice.pick(&branch.posts).cloned().unwrap_or_default();
    let member = matches!(class, "full_member" | "probationary_member");
    let title = match at {
        (0, 2) => data.titles.office.clone(),
        (_, 0) => data.titles.secretary.clone(),
        (_, 1) => data.titles.commissioner.clone(),
        _ => String::new(),
    };
    Person {
        id: String::new(),
        roster_key: format!("{name}|{born}"),
        name_sort: domain::pinyin::sort_key(&name),
        name,
        class: class.to_owned(),
        leading_cadre: false,
        place: 0,
        title,
        post: format!("{department} {post}"),
        sex: if dice.percent(78) { Sex::Female } else { Sex::Male }
            .name()
            .to_owned(),
        ethnicity: dice.weighted(&data.ethnicity).cloned().unwrap_or_default(),
        education: dice.weighted(&data.education).cloned().unwrap_or_default(),
        birth_month: format!("{born}-{:02}", 1 + dice.below(12)),
        joined_month: if member {
            format!("{}-{:02}", joined.min(2009), 1 + dice.below(12))
        } else {
            String::new()
        },
        phone: format!("1{}{:09}", [3, 5, 8][dice.below(3)], dice.below(1_000_000_000)),
        unit_id: at.0.to_string(),
        active: true,
    }
}

struct Found {
    organization: String,
    data: (String, String, Settings),
    committee: String,
    branches: Vec<(String, String, String)>,
}

impl UseCase for Found {
    type Out = (Unit, Vec<Unit>);
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        let (name, short_name, settings) = &self.data;
        let organization = Organization {
            id: self.organization.clone(),
            name: name.clone(),
            short_name: short_name.clone(),
            settings: serde_json::to_string(settings).map_err(Error::bug)?,
        };
        store::organization::add(tx, &organization, ctx.now).await?;
        let unit = |ctx: &Ctx, parent: Option<&str>, kind: &str, at: i64, name: &str| Unit {
            id: ctx.id(),
            parent_id: parent.map(Into::into),
            kind: kind.to_owned(),
            name: name.to_owned(),
            covers: String::new(),
            phone: String::new(),
            position: at,
        };
        let committee = unit(ctx, None, "party_committee", 0, &self.committee);
        store::organization::add_unit(tx, &ctx.organization, &committee, ctx.now).await?;
        let mut branches = Vec::new();
        for (at, (name, covers, phone)) in (1..).zip(&self.branches) {
            let mut branch = unit(ctx, Some(&committee.id), "party_branch", at, name);
            (branch.covers, branch.phone) = (covers.clone(), phone.clone());
            store::organization::add_unit(tx, &ctx.organization, &branch, ctx.now).await?;
            branches.push(branch);
        }
        Ok((committee, branches))
    }
    fn event(&self, _: &Self::Out) -> Event {
        Event::new("organization.found", "organization", &self.organization)
    }
}

struct Staff {
    branches: Vec<Unit>,
    people: Vec<Person>,
    titles: (String, String),
}

impl Staff {
    /// The roles of a person, from what the roster says of him.
    fn roles(&self, person: &Person, leaders: usize) -> Vec<(Role, Option<String>)> {
        let mut roles = vec![(Role::Participant, None)];
        let branch = Some(person.unit_id.clone());
        if person.title.contains(&self.titles.0) && !person.leading_cadre {
            roles.push((Role::BranchSecretary, branch));
        }
        if person.title.contains(&self.titles.1) {
            roles.push((Role::CampaignOffice, None));
        }
        if person.leading_cadre {
            roles.push((Role::PartyCommittee, None));
            // Leaders after the first share the branches among them (分管领导).
            let shared = self
                .branches
                .iter()
                .enumerate()
                .filter(|(i, _)| leaders > 0 && i % 5 == leaders - 1);
            roles.extend(shared.map(|(_, b)| (Role::LineLeader, Some(b.id.clone()))));
        }
        roles
    }
}

impl UseCase for Staff {
    type Out = (Vec<Person>, Vec<Holder>);
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Self::Out> {
        let (mut people, mut holders, mut leaders) = (Vec::new(), Vec::new(), 0);
        for (i, person) in self.people.iter().enumerate() {
            let person = Person {
                id: ctx.id(),
                ..person.clone()
            };
            store::person::add(tx, &ctx.organization, &person, ctx.now).await?;
            let stay = Membership {
                id: ctx.id(),
                person_id: person.id.clone(),
                unit_id: person.unit_id.clone(),
                from_on: ctx.today.to_string(),
                until_on: None,
                reason: String::new(),
            };
            store::person::begin_membership(tx, &ctx.organization, &stay).await?;
            let mut roles = self.roles(&person, leaders);
            leaders += usize::from(person.leading_cadre);
            // Three plain members of the offices' branches work for supervision and the IT department.
            match i {
                5 | 6 => roles.push((Role::Supervisor, None)),
                _ if person.unit_id == self.branches[1].id
                    && people.len() % 9 == 4
                    && !holders.iter().any(|h: &Holder| h.role == Role::Publisher) =>
                {
                    roles.push((Role::Publisher, None));
                }
                _ => {}
            }
            let stem = domain::pinyin::sort_key(&person.name).replace(' ', "");
            let login = format!("{stem}{}", i + 1);
            let borrowed: Vec<_> = roles.iter().map(|(r, u)| (*r, u.as_deref())).collect();
            let account = make_account(ctx, tx, &login, &person.name, Some(&person.id), &borrowed).await?;
            holders.extend(roles.into_iter().map(|(role, unit)| Holder {
                role,
                unit,
                account: account.clone(),
                person: Some(person.id.clone()),
                name: person.name.clone(),
            }));
            people.push(person);
        }
        for role in [Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin] {
            let name = lang::text(lang::Lang::Zh, &format!("role.{}", role.name())).to_owned();
            let account = make_account(ctx, tx, role.name(), &name, None, &[(role, None)]).await?;
            holders.push(Holder {
                role,
                unit: None,
                account,
                person: None,
                name,
            });
        }
        Ok((people, holders))
    }
    fn event(&self, _: &Self::Out) -> Event {
        Event::new("organization.staff", "organization", "")
            .with(serde_json::json!({ "people": self.people.len() }))
    }
}
