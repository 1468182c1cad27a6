//! What the pages of criticism and rectification show.

use super::{Criticism, Extension, FollowUpRow, Handover, Opinion, Order, actor_id, criticised, load};
use crate::appraisal::LowGrade;
use crate::campaign::{RunningCampaign, at_hand, current, ended};
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::inspection::Record;
use crate::progress::ItemView;
use domain::access::{Permission, Scope, may};
use domain::problem::Problem;
use domain::time::{add_days, days_between};
use jiff::civil::Date;
use store::Tx;
use store::rectification as rows;

/// Red, yellow, green; always shown with its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Light {
    /// Overdue, or gone up a level.
    Red,
    /// Waiting for a reply, a response or a follow-up.
    Yellow,
    /// Closed.
    Green,
}

impl Light {
    /// The identifier used in message keys.
    pub fn name(self) -> &'static str {
        match self {
            Light::Red => "red",
            Light::Yellow => "yellow",
            Light::Green => "green",
        }
    }

    fn of(order: Option<&Order>, today: Date) -> Light {
        let Some(order) = order else {
            return Light::Yellow;
        };
        let late = order.due_on.parse::<Date>().is_ok_and(|due| due < today) || order.level > 0;
        match order.state.as_str() {
            "closed" => Light::Green,
            "open" if late => Light::Red,
            _ => Light::Yellow,
        }
    }
}

/// A line of the ledger.
#[derive(Clone, Debug)]
pub struct LedgerLine {
    /// The criticism.
    pub criticism: Criticism,
    /// The order, once there is one.
    pub order: Option<Order>,
    /// Name of the branch.
    pub unit_name: String,
    /// Whose matter: the pledger or the branch.
    pub name: String,
    /// The item, where it is about one.
    pub item: Option<ItemView>,
    /// Red, yellow or green.
    pub light: Light,
    /// Days to the limit; negative when it has passed.
    pub days_left: Option<i32>,
    /// The reader answers for it.
    pub mine: bool,
}

impl LedgerLine {
    /// Where the matter stands, as message keys (`rectification.stand_…`) write it.
    pub fn stand(&self) -> &'static str {
        match self.order.as_ref().map(|o| o.state.as_str()) {
            None if self.criticism.replied_at.is_none() => "heard",
            None => "replied",
            Some("open") if self.days_left.is_some_and(|d| d < 0) => "overdue",
            Some("open") => "open",
            Some("responded") => "responded",
            _ => "closed",
        }
    }
}

/// The ledger, the most pressing first.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// The lines.
    pub lines: Vec<LedgerLine>,
    /// The reader sees more than his own matters.
    pub whole: bool,
}

async fn line(ctx: &Ctx, tx: &mut Tx, criticism: Criticism, order: Option<Order>) -> Result<LedgerLine> {
    let org = ctx.organization.as_str();
    let unit = store::organization::unit(tx, org, &criticism.unit_id).await?;
    let unit_name = unit.map(|u| u.name).unwrap_or_default();
    let item = match &criticism.item_id {
        Some(item) => store::progress::followed(tx, org, item).await?,
        None => None,
    };
    let people = criticised(ctx, tx, &criticism.pledge_id, &criticism.unit_id).await?;
    let me = actor_id(ctx).ok();
    let name = match &item {
        Some(item) => item.name.clone(),
        None => people.first().map(|(_, name)| name.clone()).unwrap_or_default(),
    };
    let open = order.as_ref().filter(|o| o.state == "open");
    let due = open.and_then(|o| o.due_on.parse::<Date>().ok());
    Ok(LedgerLine {
        light: Light::of(order.as_ref(), ctx.today),
        days_left: due.map(|d| days_between(ctx.today, d)),
        mine: me.is_some_and(|me| {
            people.iter().any(|(id, _)| *id == me)
                || order.as_ref().is_some_and(|o| o.owner_id == me.as_str())
        }),
        unit_name,
        name,
        item: item.map(|i| ItemView::of(i, ctx.today)),
        criticism,
        order,
    })
}

fn sees(ctx: &Ctx, line: &LedgerLine) -> bool {
    line.mine
        || may(
            &ctx.actor,
            Permission::ViewWorkbench,
            Scope::Unit(&line.criticism.unit_id),
        )
}

/// Reads the ledger as far as the reader may: everything, his branch's, or his own.
pub struct FindLedger;

impl Query for FindLedger {
    type Out = Ledger;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Ledger> {
        let org = ctx.organization.as_str();
        let (running, ended) = match &ctx.actor.looks_at {
            Some(_) => (Some(at_hand(ctx, tx).await?), vec![]),
            None => (current(ctx, tx).await?, ended(ctx, tx).await?),
        };
        if running.is_none() && ended.is_empty() {
            return Err(Problem::conflict("campaign.none_running").into());
        }
        let mut lines = Vec::new();
        for campaign in running.iter().chain(&ended) {
            // Of an ended campaign what is closed is history, while another runs.
            let all = running.is_none() || running.as_ref().is_some_and(|r| r.id == campaign.id);
            let orders = rows::orders(tx, org, &campaign.id, "").await?;
            for criticism in rows::criticisms(tx, org, &campaign.id, "").await? {
                let order = orders.iter().find(|o| o.criticism_id == criticism.id).cloned();
                let line = line(ctx, tx, criticism, order).await?;
                if sees(ctx, &line) && (all || line.light != Light::Green) {
                    lines.push(line);
                }
            }
        }
        lines.sort_by_key(|l| (l.light, l.days_left.unwrap_or(i32::MAX)));
        let whole = may(&ctx.actor, Permission::ViewWorkbench, Scope::Any);
        Ok(Ledger { lines, whole })
    }
}

/// One criticism with everything that followed, and what the reader may do.
#[derive(Clone, Debug)]
pub struct CriticismView {
    /// The line of the ledger.
    pub line: LedgerLine,
    /// The campaign.
    pub campaign: RunningCampaign,
    /// Moved limits, oldest first.
    pub extensions: Vec<Extension>,
    /// Who had to put it right before, oldest first.
    pub handovers: Vec<Handover>,
    /// Follow-ups, oldest first.
    pub follow_ups: Vec<FollowUpRow>,
    /// Who answers for the pledge: id and name.
    pub answerable: Vec<(String, String)>,
    /// Until when a reply is awaited, while it is.
    pub awaited: Option<Date>,
    /// The limit a new order would get.
    pub default_due: Date,
    /// The reader may reply.
    pub may_reply: bool,
    /// The reader may issue the order.
    pub may_order: bool,
    /// The reader may respond.
    pub may_respond: bool,
    /// The reader may look again.
    pub may_follow_up: bool,
    /// While it waits for a follow-up and the reader ordered it: who else may look again; `None` otherwise.
    pub looks_other: Option<Vec<String>>,
    /// The reader may move the limit.
    pub may_extend: bool,
    /// The reader may name somebody else to put it right.
    pub may_hand_over: bool,
    /// Who has to put it right has left.
    pub owner_left: bool,
    /// The reader may open it again.
    pub may_reopen: bool,
    /// It went up to the reader's level, who may press for it.
    pub may_urge: bool,
}

/// Whether somebody is no longer on the roster.
pub(crate) async fn has_left(ctx: &Ctx, tx: &mut Tx, person: &str) -> Result<bool> {
    let known = store::person::by_id(tx, &ctx.organization, person).await?;
    Ok(known.is_some_and(|p| !p.active))
}

/// Who may look again at an order: everybody with the right to, but its issuer, its owner and the criticised.
async fn others(
    ctx: &Ctx,
    tx: &mut Tx,
    order: &Order,
    criticised: &[(domain::ids::PersonId, String)],
) -> Result<Vec<String>> {
    let issuer = super::person_of(ctx, tx, &order.issued_by).await?;
    let roles = domain::access::holders(Permission::FollowUp);
    let mut names = Vec::new();
    for h in store::review::role_holders(tx, &ctx.organization).await? {
        let out = [issuer.as_str(), order.owner_id.as_str()].contains(&h.person_id.as_str())
            || criticised.iter().any(|(id, _)| id.as_str() == h.person_id);
        let may = roles.iter().any(|(role, _)| role.name() == h.role);
        if may && !out && !names.contains(&h.name) {
            names.push(h.name);
        }
    }
    Ok(names)
}

/// What came after an order.
#[derive(Default)]
struct SoFar {
    extensions: Vec<Extension>,
    follow_ups: Vec<FollowUpRow>,
    handovers: Vec<Handover>,
    owner_left: bool,
}

impl SoFar {
    async fn of(ctx: &Ctx, tx: &mut Tx, order: Option<&Order>) -> Result<SoFar> {
        let org = ctx.organization.as_str();
        let Some(order) = order else {
            return Ok(SoFar::default());
        };
        Ok(SoFar {
            extensions: rows::extensions(tx, org, &order.id).await?,
            follow_ups: rows::follow_ups(tx, org, &order.id).await?,
            handovers: rows::handovers(tx, org, &order.id).await?,
            owner_left: has_left(ctx, tx, &order.owner_id).await?,
        })
    }
}

/// Opens a criticism.
pub struct FindCriticism(pub String);

impl Query for FindCriticism {
    type Out = CriticismView;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<CriticismView> {
        let org = ctx.organization.as_str();
        let row = load(ctx, tx, &self.0).await?;
        let order = rows::order_of(tx, org, &row.id).await?;
        let people = criticised(ctx, tx, &row.pledge_id, &row.unit_id).await?;
        let line = line(ctx, tx, row, order).await?;
        if !sees(ctx, &line) {
            return Err(Problem::not_found("problem.not_found").into());
        }
        let me = actor_id(ctx).ok();
        let criticised = people.iter().any(|(id, _)| Some(id) == me.as_ref());
        let may = |p| may(&ctx.actor, p, Scope::Organization) && !criticised;
        let state = line.order.as_ref().map(|o| o.state.as_str());
        let owner = line
            .order
            .as_ref()
            .is_some_and(|o| me.as_ref().is_some_and(|m| m.as_str() == o.owner_id));
        let issuer = line
            .order
            .as_ref()
            .is_some_and(|o| o.issued_by == ctx.actor.account);
        let campaign = crate::campaign::by_id(ctx, tx, &line.criticism.campaign_id).await?;
        let days = i32::try_from(campaign.template.periods.rectification_days).unwrap_or(0);
        let so_far = SoFar::of(ctx, tx, line.order.as_ref()).await?;
        let others_can = |o: &Order| people.iter().any(|(id, _)| id.as_str() != o.owner_id);
        let waits = state == Some("responded") && may(Permission::FollowUp);
        let looks_other = match &line.order {
            Some(order) if waits && issuer => Some(others(ctx, tx, order, &people).await?),
            _ => None,
        };
        Ok(CriticismView {
            looks_other,
            may_reply: criticised && line.criticism.replied_at.is_none(),
            may_order: state.is_none() && may(Permission::OrderRectification),
            may_respond: owner && state == Some("open"),
            may_follow_up: waits && !issuer,
            may_hand_over: state == Some("open")
                && may(Permission::OrderRectification)
                && line.order.as_ref().is_some_and(others_can),
            owner_left: so_far.owner_left,
            may_extend: state == Some("open") && issuer && may(Permission::OrderRectification),
            may_urge: line
                .order
                .as_ref()
                .is_some_and(|o| super::answers_for(&ctx.actor, o)),
            may_reopen: state == Some("closed") && may(Permission::FollowUp),
            awaited: super::act::awaited(ctx, &line.criticism),
            default_due: add_days(ctx.today, days),
            answerable: people
                .into_iter()
                .map(|(id, name)| (id.as_str().to_owned(), name))
                .collect(),
            campaign,
            extensions: so_far.extensions,
            handovers: so_far.handovers,
            follow_ups: so_far.follow_ups,
            line,
        })
    }
}

/// What a criticism would be about.
#[derive(Clone, Debug)]
pub struct Source {
    /// The pledge.
    pub pledge: String,
    /// The branch.
    pub unit: String,
    /// The item, where it is about one.
    pub item: Option<ItemView>,
    /// The finding, if it came from one.
    pub record: Option<Record>,
    /// The opinion, if it came from one.
    pub opinion: Option<Opinion>,
    /// The low grade, if it came from an appraisal.
    pub grade: Option<LowGrade>,
    /// The criticism that was made of it already.
    pub criticism: Option<String>,
}

/// What is said of a branch as a whole is said of the pledge of the branch.
async fn promised_by(ctx: &Ctx, tx: &mut Tx, said: &Opinion) -> Result<String> {
    let own = store::pledge::of_pledger(tx, &ctx.organization, &said.campaign_id, &said.unit_id).await?;
    let own = own.filter(|p| matches!(p.state.as_str(), "confirmed" | "published"));
    Ok(own
        .ok_or_else(|| Problem::conflict("rectification.no_pledge"))?
        .id)
}

pub(super) async fn source(ctx: &Ctx, tx: &mut Tx, origin: &str, id: &str) -> Result<Source> {
    let org = ctx.organization.as_str();
    let missing = || Problem::not_found("problem.not_found");
    let (mut record, mut opinion, mut item, mut grade) = (None, None, None, None);
    let (pledge, unit) = match origin {
        "feedback" => {
            let said = rows::opinion(tx, org, id).await?.ok_or_else(missing)?;
            let unit = said.unit_id.clone();
            let pledge = match &said.pledge_id {
                Some(pledge) => pledge.clone(),
                None => promised_by(ctx, tx, &said).await?,
            };
            opinion = Some(said);
            (pledge, unit)
        }
        "finding" | "overdue" => {
            let about = if origin == "finding" {
                let found = store::inspection::record(tx, org, id).await?;
                // What a second inspector has not agreed to is no finding yet.
                let found = found.filter(crate::inspection::stands).ok_or_else(missing)?;
                let about = found
                    .item_id
                    .clone()
                    .ok_or_else(|| Problem::conflict("rectification.no_pledge"))?;
                record = Some(found);
                about
            } else {
                id.to_owned()
            };
            let followed = crate::progress::followed(ctx, tx, &about).await?;
            let place = (followed.pledge_id.clone(), followed.unit_id.clone());
            item = Some(ItemView::of(followed, ctx.today));
            place
        }
        "rating" => {
            let (round, pledge) = id.split_once(':').ok_or_else(missing)?;
            let low = crate::appraisal::low_grade(ctx, tx, round, pledge).await?;
            let unit = low.subject.row.unit_id.clone();
            grade = Some(low);
            (pledge.to_owned(), unit)
        }
        _ => return Err(missing().into()),
    };
    let criticism = rows::criticism_from(tx, org, origin, id).await?;
    Ok(Source {
        pledge,
        unit,
        item,
        record,
        opinion,
        grade,
        criticism,
    })
}

/// Opens the form of a criticism.
pub struct FindSource {
    /// `finding`, `rating`, `feedback` or `overdue`.
    pub origin: String,
    /// The record, the round and the pledge joined by a colon, the opinion or the item.
    pub id: String,
}

impl Query for FindSource {
    type Out = Source;
    fn needs(&self) -> Need {
        Need::Permission(Permission::OrderRectification)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Source> {
        ctx.require(Permission::OrderRectification, Scope::Organization)?;
        source(ctx, tx, &self.origin, &self.id).await
    }
}

/// The year and running number of an order's number, for the paper.
pub fn order_year(number: &str) -> (String, String) {
    let (year, n) = number.split_once('-').unwrap_or(("", number));
    (year.to_owned(), n.trim_start_matches('0').to_owned())
}
