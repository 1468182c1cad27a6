//! Many published items for measuring: written straight into the projection, because only its size matters.

use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::pledge::{DraftItem, Header};
use crate::publication::fold;
use domain::ids::{CheckCode, ItemId, KindId};
use domain::pledge::CommitmentItem;
use store::Tx;
use store::organization::Unit;
use store::pledge::Pledge;
use store::publication::{PublicItem, PublicPledge, put_item, put_pledge};

/// Items of one pledge.
const ITEMS: usize = 3;

/// Adds branches with published pledges to a running campaign.
pub struct Bulk {
    /// The campaign.
    pub campaign: String,
    /// How many branches.
    pub branches: usize,
    /// How many items in all.
    pub items: usize,
    /// The text of an item; `{n}` becomes its number.
    pub words: String,
}

/// What was added.
pub struct Added {
    /// The branches.
    pub branches: Vec<String>,
    /// The pledges.
    pub pledges: Vec<String>,
}

impl UseCase for Bulk {
    type Out = Added;
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Added> {
        let mut added = Added {
            branches: Vec::new(),
            pledges: Vec::new(),
        };
        for at in 0..self.branches {
            let branch = Unit {
                id: ctx.id(),
                parent_id: None,
                kind: "party_branch".to_owned(),
                name: format!("B{:02}", at + 1),
                covers: String::new(),
                phone: String::new(),
                position: 100 + i64::try_from(at).unwrap_or(0),
            };
            store::organization::add_unit(tx, &ctx.organization, &branch, ctx.now).await?;
            added.branches.push(branch.id);
        }
        for n in 0..self.items / ITEMS {
            let Some(unit) = added.branches.get(n % self.branches.max(1)).cloned() else {
                break;
            };
            let pledge = self.pledge(ctx, n, &unit);
            put_pledge(tx, &ctx.organization, &pledge).await?;
            for position in 0..ITEMS {
                put_item(
                    tx,
                    &ctx.organization,
                    &self.item(ctx, &pledge, n * ITEMS + position, position),
                )
                .await?;
            }
            added.pledges.push(pledge.id);
        }
        Ok(added)
    }
    fn event(&self, _: &Added) -> Event {
        Event::new("demo.bulk", "campaign", &self.campaign).seen_by_all()
    }
}

impl Bulk {
    fn pledge(&self, ctx: &Ctx, n: usize, unit: &str) -> PublicPledge {
        let content = format!("{{\"n\":{n}}}");
        PublicPledge {
            id: ctx.id(),
            campaign_id: self.campaign.clone(),
            publication_id: ctx.id(),
            pledger: "person".to_owned(),
            unit_id: unit.to_owned(),
            unit_name: format!("B{:02}", n % self.branches.max(1) + 1),
            name: format!("P{n:05}"),
            post: String::new(),
            leading_cadre: false,
            rank: 2,
            name_sort: format!("p{n:05}"),
            number: format!("N{n:05}"),
            version: 1,
            hash: domain::canonical::sha256_hex(content.as_bytes()),
            check_code: CheckCode::of(&content).as_str().to_owned(),
            content,
            pledged_on: ctx.today.to_string(),
            due_on: ctx.today.to_string(),
            confirmed_on: ctx.today.to_string(),
            published_at: ctx.now,
            published_by: String::new(),
            taken_down_at: None,
            taken_down_reason: String::new(),
        }
    }

    fn item(&self, ctx: &Ctx, pledge: &PublicPledge, n: usize, position: usize) -> PublicItem {
        let content = self.words.replace("{n}", &n.to_string());
        PublicItem {
            id: ctx.id(),
            search: fold(&[&*pledge.name, &pledge.unit_name, &content].join(" ")),
            pledge_id: pledge.id.clone(),
            campaign_id: self.campaign.clone(),
            unit_id: pledge.unit_id.clone(),
            position: i64::try_from(position).unwrap_or(0),
            rank: pledge.rank,
            kind: ["common_commitment", "post_commitment", "practical_deed"][position % 3].to_owned(),
            content,
            due_on: ctx.today.to_string(),
            updated_at: ctx.now,
            ..PublicItem::default()
        }
    }
}

/// Adds filed forms of members to a running campaign, written straight into the table: the paper is measured, not the
/// filing.
pub struct BulkForms {
    /// The campaign.
    pub campaign: String,
    /// The branches, in turn.
    pub units: Vec<String>,
    /// How many forms.
    pub forms: usize,
    /// The text of an item; `{n}` becomes its number.
    pub words: String,
}

impl UseCase for BulkForms {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        for n in 0..self.forms {
            let Some(unit) = self.units.get(n % self.units.len().max(1)) else {
                break;
            };
            let row = self.form(ctx, n, unit)?;
            store::pledge::add(tx, &ctx.organization, &row).await?;
        }
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        Event::new("demo.bulk_forms", "campaign", &self.campaign)
    }
}

impl BulkForms {
    fn form(&self, ctx: &Ctx, n: usize, unit: &str) -> Result<Pledge> {
        let header = Header {
            name: format!("P{n:05}"),
            unit: unit.to_owned(),
            sex: "2".to_owned(),
            birth_month: "1974-01".to_owned(),
            joined_month: "1998-06".to_owned(),
            phone: format!("{}", 13_000_000_000_u64 + n as u64),
            ..Header::default()
        };
        let kinds = ["common_commitment", "post_commitment", "practical_deed"];
        let item = |(at, kind): (usize, &&str)| -> Result<DraftItem> {
            let content = self.words.replace("{n}", &(n * kinds.len() + at).to_string());
            Ok(DraftItem {
                rest: content.clone(),
                due_typed: String::new(),
                sentence: String::new(),
                blanks: Vec::new(),
                item: CommitmentItem {
                    id: ItemId::parse(ctx.id())?,
                    kind: KindId::parse(*kind)?,
                    content,
                    measure: String::new(),
                    beneficiary: String::new(),
                    due_date: Some(ctx.today),
                    demand: None,
                    joint: String::new(),
                },
            })
        };
        let items: Vec<DraftItem> = kinds.iter().enumerate().map(item).collect::<Result<_>>()?;
        let person = ctx.id();
        Ok(Pledge {
            id: ctx.id(),
            campaign_id: self.campaign.clone(),
            pledger: "person".to_owned(),
            pledger_id: person.clone(),
            person_id: Some(person),
            unit_id: unit.to_owned(),
            state: "submitted".to_owned(),
            round: 1,
            number: Some(format!("N{n:05}")),
            header: serde_json::to_string(&header).map_err(Error::bug)?,
            items: serde_json::to_string(&items).map_err(Error::bug)?,
            channels: "[]".to_owned(),
            signed_name: header.name,
            pledged_on: Some(ctx.today.to_string()),
            created_at: ctx.now,
            updated_at: ctx.now,
            submitted_at: Some(ctx.now),
            ..Pledge::default()
        })
    }
}
