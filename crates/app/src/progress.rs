//! Keeping the promise (N13): pledgers report on their items, secretaries on the branch's; who is silent is listed.

use crate::attachment::{Attachment, Subject, attach};
use crate::campaign::RunningCampaign;
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::publication::{Told, tell};
use domain::access::{Permission, Role, Scope, may};
use domain::inspection::FindingKind;
use domain::organization::UnitKind;
use domain::problem::{Problem, Problems};
use domain::progress::{Due, Fulfilment, ItemFacts, ItemState, NEAR_DUE_DAYS, check_update, due};
use domain::publication::private_marks;
use domain::text::{TextRule, check_text};
use domain::time::add_days;
use jiff::civil::Date;
use serde_json::json;
use store::Tx;
pub use store::inspection::Record;
use store::organization::Unit;
use store::progress as rows;
pub use store::progress::{Followed, ProgressUpdate};
use store::publication::{ItemChange, set_item_state};

/// Longest amount, in characters: "46 of 60 lessons".
const AMOUNT_MAX: usize = 60;

/// An item with everything that is known about how it went.
#[derive(Clone, Debug)]
pub struct ItemView {
    /// The item and whose it is.
    pub item: Followed,
    /// The word shown beside it today.
    pub state: ItemState,
    /// How it stands to its due date today.
    pub due: Due,
}

impl ItemView {
    /// Works out what is shown today.
    pub fn of(item: Followed, today: Date) -> ItemView {
        let due_date = item.due_on.parse().unwrap_or(today);
        let facts = ItemFacts {
            due_date,
            claim: item.claim.as_deref().and_then(Fulfilment::from_name),
            verdict: item.verdict.as_deref().and_then(FindingKind::from_name),
            rectifying: item.rectifying,
        };
        ItemView {
            state: facts.state(today),
            due: due(due_date, today),
            item,
        }
    }
}

/// Words that strangers will read must not hold somebody's phone or identity number.
pub(crate) fn check_private(field: &str, words: &str) -> Result<(), Problem> {
    match private_marks(words).first() {
        Some((range, _)) => {
            let text = words.get(range.clone()).unwrap_or("").to_owned();
            Err(Problem::invalid("supervision.private")
                .on(field)
                .with("text", text))
        }
        None => Ok(()),
    }
}

/// Loads an item of the running campaign.
pub(crate) async fn followed(ctx: &Ctx, tx: &mut Tx, id: &str) -> Result<Followed> {
    let item = rows::followed(tx, &ctx.organization, id).await?;
    Ok(item.ok_or_else(|| Problem::not_found("problem.not_found"))?)
}

fn may_report(ctx: &Ctx, item: &Followed) -> bool {
    match &item.person_id {
        Some(person) => {
            let unit = item.unit_id.as_str();
            may(
                &ctx.actor,
                Permission::ReportProgress,
                Scope::Person { person, unit },
            )
        }
        None => may(
            &ctx.actor,
            Permission::ReportBranchProgress,
            Scope::Unit(&item.unit_id),
        ),
    }
}

fn require_reporter(ctx: &Ctx, item: &Followed) -> Result<()> {
    if may_report(ctx, item) {
        return Ok(());
    }
    Err(Problem::forbidden("progress.not_yours").into())
}

/// Reports how an item goes, or what became of it.
#[derive(Clone, Debug, Default)]
pub struct ReportProgress {
    /// The item.
    pub item: String,
    /// How much is done, as people say it; may be empty.
    pub amount: String,
    /// What was done.
    pub words: String,
    /// Identifier of [`Fulfilment`]; empty while it is under way.
    pub claim: String,
    /// Why it is not wholly kept.
    pub reason: String,
    /// Evidence.
    pub file: Option<Attachment>,
}

impl ReportProgress {
    fn check(&self, today: Date) -> Result<Option<Fulfilment>, Problems> {
        let mut problems = Problems::new();
        let claim = match self.claim.as_str() {
            "" => None,
            name => problems.note(
                Fulfilment::from_name(name)
                    .ok_or_else(|| Problem::invalid("progress.claim_unknown").on("claim")),
            ),
        };
        problems.note(check_text(
            "amount",
            &self.amount,
            TextRule::line(AMOUNT_MAX).optional(),
        ));
        problems.absorb(check_update(&self.words, claim, &self.reason, today, today));
        for (field, text) in [
            ("amount", &self.amount),
            ("words", &self.words),
            ("reason", &self.reason),
        ] {
            problems.note(check_private(field, text));
        }
        problems.or(claim)
    }

    /// What strangers read: amount, words and the explanation owed to the masses, each on its line.
    fn public_words(&self) -> String {
        let lines = [&self.amount, &self.words, &self.reason];
        let lines: Vec<&str> = lines.iter().map(|l| l.trim()).filter(|l| !l.is_empty()).collect();
        lines.join("\n")
    }
}

/// Whether two reports say the same on the same day.
fn same(one: &ProgressUpdate, other: &ProgressUpdate) -> bool {
    let said = |u: &ProgressUpdate| {
        let words = [&u.words, &u.amount, &u.reason, &u.reported_on, &u.reported_by].map(String::clone);
        (words, u.claim.clone())
    };
    said(one) == said(other)
}

impl UseCase for ReportProgress {
    type Out = String;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        let item = followed(ctx, tx, &self.item).await?;
        require_reporter(ctx, &item)?;
        // A promise may be due long after the campaign has ended.
        if crate::campaign::by_id(ctx, tx, &item.campaign_id)
            .await?
            .started_at
            .is_none()
        {
            return Err(Problem::conflict("campaign.not_running").into());
        }
        let claim = self.check(ctx.today)?.map(Fulfilment::name);
        let subject = Subject {
            kind: "progress",
            pledge: &item.pledge_id,
            unit: &item.unit_id,
        };
        let on = ctx.today.to_string();
        let update = ProgressUpdate {
            id: ctx.id(),
            item_id: item.id.clone(),
            pledge_id: item.pledge_id.clone(),
            reported_on: on.clone(),
            amount: self.amount.trim().to_owned(),
            words: self.words.trim().to_owned(),
            claim: claim.map(Into::into),
            reason: self.reason.trim().to_owned(),
            file_id: attach(ctx, tx, self.file.as_ref(), subject).await?,
            reported_by: ctx.actor.account.clone(),
            reported_name: ctx.actor.name.clone(),
            reported_at: ctx.now,
        };
        let known = rows::of_item(tx, &ctx.organization, &item.id).await?;
        // Sent twice it is the same; with a file it says more.
        if update.file_id.is_none() && known.iter().any(|u| same(u, &update)) {
            return Ok(item.pledge_id);
        }
        rows::add(tx, &ctx.organization, &update).await?;
        rows::set_report(tx, &ctx.organization, &item.id, claim, &on).await?;
        let words = self.public_words();
        let change = ItemChange::Report {
            claim,
            words: &words,
            on: &on,
        };
        set_item_state(tx, &ctx.organization, &item.id, change, ctx.now).await?;
        let told = Told {
            pledge: &item.pledge_id,
            item: Some(&item.id),
            on: ctx.today,
            kind: "progress",
            words: &words,
            detail: json!({ "claim": claim }),
        };
        tell(ctx, tx, told).await?;
        Ok(item.pledge_id)
    }
    fn event(&self, pledge: &String) -> Event {
        let detail = json!({ "claim": self.claim, "pledge": pledge });
        Event::new("progress.report", "item", &self.item)
            .with(detail)
            .seen_by_all()
    }
}

/// What the page of an item's reports shows.
#[derive(Clone, Debug)]
pub struct Reports {
    /// The item.
    pub view: ItemView,
    /// The campaign, for the words of its kinds.
    pub campaign: RunningCampaign,
    /// Reports, newest first.
    pub updates: Vec<ProgressUpdate>,
    /// Findings, newest first; never merged with the reports.
    pub records: Vec<Record>,
}

/// Opens the reports of an item for who may report on it.
pub struct OpenReports(pub String);

impl Query for OpenReports {
    type Out = Reports;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Reports> {
        let item = followed(ctx, tx, &self.0).await?;
        require_reporter(ctx, &item)?;
        Ok(Reports {
            campaign: crate::campaign::by_id(ctx, tx, &item.campaign_id).await?,
            updates: rows::of_item(tx, &ctx.organization, &item.id).await?,
            records: store::inspection::records_of_item(tx, &ctx.organization, &item.id).await?,
            view: ItemView::of(item, ctx.today),
        })
    }
}

/// The items somebody reports on: his own, and those of the branch he is secretary of.
pub struct MyItems;

impl Query for MyItems {
    type Out = Vec<ItemView>;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Vec<ItemView>> {
        let mut pledgers: Vec<String> = ctx.actor.person.iter().cloned().collect();
        let units = ctx
            .actor
            .units_and_ended(Role::BranchSecretary)
            .unwrap_or_default();
        pledgers.extend(units.into_iter().map(str::to_owned));
        let running = crate::campaign::current(ctx, tx).await?.map(|c| c.id);
        let ended: Vec<String> = crate::campaign::ended(ctx, tx)
            .await?
            .into_iter()
            .map(|c| c.id)
            .collect();
        let last = ended.first().cloned();
        let today = ctx.today.to_string();
        let mut out = Vec::new();
        for (campaign, pledger) in running.iter().cloned().chain(ended).flat_map(|c| {
            let all = pledgers.clone();
            all.into_iter().map(move |p| (c.clone(), p))
        }) {
            let pledge = store::pledge::of_pledger(tx, &ctx.organization, &campaign, &pledger).await?;
            if let Some(pledge) = pledge {
                let mut items = rows::followed_of_pledge(tx, &ctx.organization, &pledge.id).await?;
                // Of campaigns before the last only what is still to come or was never reported.
                let open = |i: &rows::Followed| i.claim.is_none() || i.due_on >= today;
                let whole = running.as_ref() == Some(&campaign) || last.as_ref() == Some(&campaign);
                items.retain(|i| whole || open(i));
                let mine = items.into_iter().filter(|i| may_report(ctx, i));
                out.extend(mine.map(|item| ItemView::of(item, ctx.today)));
            }
        }
        Ok(out)
    }
}

/// Silent items with what chooses among them.
#[derive(Clone, Debug)]
pub struct Silent {
    /// The items, the longest overdue first.
    pub items: Vec<ItemView>,
    /// The branches the reader may choose.
    pub units: Vec<Unit>,
    /// The branch chosen; empty for all.
    pub unit: String,
    /// The campaign.
    pub campaign: RunningCampaign,
}

/// Lists items that are due or nearly due and that nobody has reported on (N13). A secretary sees his branch.
pub struct ListSilent {
    /// A branch; empty for every branch in reach.
    pub unit: String,
}

impl Query for ListSilent {
    type Out = Silent;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ViewWorkbench)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Silent> {
        let campaign = crate::campaign::at_hand(ctx, tx).await?;
        let mut units = store::organization::all_units(tx, &ctx.organization).await?;
        units.retain(|u| {
            let branch = UnitKind::from_name(&u.kind) == Some(UnitKind::PartyBranch);
            branch && may(&ctx.actor, Permission::ViewWorkbench, Scope::Unit(&u.id))
        });
        if !self.unit.is_empty() {
            ctx.require(Permission::ViewWorkbench, Scope::Unit(&self.unit))?;
        }
        let until = add_days(ctx.today, i32::try_from(NEAR_DUE_DAYS).unwrap_or(0)).to_string();
        let found = rows::silent(tx, &ctx.organization, &campaign.id, &self.unit, &until).await?;
        let reach = found
            .into_iter()
            .filter(|i| units.iter().any(|u| u.id == i.unit_id));
        let items: Vec<ItemView> = reach.map(|i| ItemView::of(i, ctx.today)).collect();
        // A branch that ended stays among those to choose from while something of it is open.
        let ended = store::organization::endings(tx, &ctx.organization).await?;
        units.retain(|u| ended.iter().all(|e| e.id != u.id) || items.iter().any(|i| i.item.unit_id == u.id));
        Ok(Silent {
            items,
            units,
            unit: self.unit.clone(),
            campaign,
        })
    }
}
