//! The roster as a table to take away, with the heads the import reads: what is exported and imported again changes
//! nothing.

use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use documents::table::{Cell, Column, Table};
use domain::access::{Permission, Scope};
use lang::Lang;
use std::collections::HashMap;
use store::Tx;
use store::person::Person;

/// The columns, in order; keys of their heads under `roster_head.…`.
const COLUMNS: [&str; 14] = [
    "serial",
    "branch",
    "name",
    "sex",
    "ethnicity",
    "education",
    "birth_month",
    "joined_month",
    "post",
    "phone",
    "class",
    "title",
    "place",
    "remark",
];

/// Takes everybody who is here, branch by branch. It stands in the audit trail: telephones and births leave the house.
pub struct TakeRoster {
    /// The language of heads and words.
    pub lang: Lang,
}

impl UseCase for TakeRoster {
    type Out = Table;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageRoster)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Table> {
        ctx.require(Permission::ManageRoster, Scope::Organization)?;
        let lang = self.lang;
        let head = |key: &&str| Column::new(lang::text(lang, &format!("roster_head.{key}")));
        let org = &ctx.organization;
        let units: HashMap<String, (i64, String)> = store::organization::all_units(tx, org)
            .await?
            .into_iter()
            .map(|u| (u.id, (u.position, u.name)))
            .collect();
        let mut people = store::person::all(tx, org, false).await?;
        people.sort_by_cached_key(|p| {
            let place = units.get(&p.unit_id).map_or(i64::MAX, |(position, _)| *position);
            (place, p.unit_id.clone(), p.name_sort.clone(), p.id.clone())
        });
        let branch = |p: &Person| units.get(&p.unit_id).map_or("", |(_, name)| name.as_str());
        let rows = people.iter().enumerate();
        Ok(Table {
            title: lang::text(lang, "menu.roster").to_owned(),
            note: lang::date(lang, ctx.today),
            columns: COLUMNS.iter().map(head).collect(),
            rows: rows.map(|(at, p)| row(lang, at + 1, branch(p), p)).collect(),
            date: ctx.today,
        })
    }
    fn event(&self, table: &Table) -> Event {
        Event::new("roster.export", "organization", "")
            .with(serde_json::json!({ "people": table.rows.len() }))
    }
}

fn row(lang: Lang, number: usize, branch: &str, p: &Person) -> Vec<Cell> {
    let of = |table: &str, name: &str| Cell::from(lang::text(lang, &format!("{table}.{name}")));
    let month = |text: &str| Cell::from(text.replace('-', "."));
    let sex = match p.sex.as_str() {
        "male" | "female" => of("sex", &p.sex),
        _ => Cell::Empty,
    };
    let remark = match p.leading_cadre {
        true => Cell::from(lang::text(lang, "roster_field.leading_cadre")),
        false => Cell::Empty,
    };
    vec![
        Cell::Number(i64::try_from(number).unwrap_or(0)),
        Cell::from(branch),
        Cell::from(p.name.clone()),
        sex,
        Cell::from(p.ethnicity.clone()),
        Cell::from(p.education.clone()),
        month(&p.birth_month),
        month(&p.joined_month),
        Cell::from(p.post.clone()),
        Cell::from(p.phone.clone()),
        of("person_class", &p.class),
        Cell::from(p.title.clone()),
        match p.place {
            0 => Cell::Empty,
            place => Cell::Number(place),
        },
        remark,
    ]
}
