//! Many published items for measuring: written straight into the projection, because only its size matters.

use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::ids::CheckCode;
use store::Tx;
use store::organization::Unit;
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
        PublicItem {
            id: ctx.id(),
            pledge_id: pledge.id.clone(),
            campaign_id: self.campaign.clone(),
            unit_id: pledge.unit_id.clone(),
            position: i64::try_from(position).unwrap_or(0),
            rank: pledge.rank,
            kind: ["common_commitment", "post_commitment", "practical_deed"][position % 3].to_owned(),
            content: self.words.replace("{n}", &n.to_string()),
            due_on: ctx.today.to_string(),
            updated_at: ctx.now,
            ..PublicItem::default()
        }
    }
}
