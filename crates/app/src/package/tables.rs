//! Tables of the package: decisions with their seals, publication, appraisal, rectification. Each is written twice,
//! as CSV for people and, where something has to be proved, as JSON lines for programs.

use super::feed::Feed;
use super::papers::{named, typeset};
use crate::appraisal::FindRound;
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::lists::{Words, ballot_summary};
use crate::rectification::{FindCriticism, order_number, order_paper};
use documents::table::{Cell, Column, Table};
use domain::access::Actor;
use domain::appraisal::RoundResult;
use domain::archive::Series;
use serde_json::{Value, json};
use store::appraisal::{CodeCount, Round};
use store::pledge::ReviewDecision;
use store::publication::{Channel, Publication};
use store::rectification::{Criticism, FollowUp, Order};
use store::seal::DecisionSeal;
use store::{Tx, appraisal, pledge, publication, rectification, seal};

/// A decision with everything that proves it.
struct Decided {
    decision: ReviewDecision,
    seal: Option<DecisionSeal>,
    /// The canonical text that was decided.
    content: String,
}

struct ReadDecisions {
    campaign: String,
    unit: String,
}

impl Query for ReadDecisions {
    type Out = Vec<Decided>;
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Vec<Decided>> {
        let org = ctx.organization.as_str();
        let mut out = Vec::new();
        for decision in pledge::decisions_of_unit(tx, org, &self.campaign, &self.unit).await? {
            let version = pledge::version(tx, org, &decision.pledge_id, decision.round).await?;
            let seals = seal::of_pledge(tx, org, &decision.pledge_id).await?;
            out.push(Decided {
                seal: seals.into_iter().find(|s| s.decision_id == decision.id),
                content: version.map(|v| v.content).unwrap_or_default(),
                decision,
            });
        }
        Ok(out)
    }
}

/// What belongs to the campaign and not to one pledge.
struct Rest {
    batches: Vec<Publication>,
    channels: Vec<Channel>,
    rounds: Vec<(Round, Vec<CodeCount>)>,
    criticisms: Vec<(Criticism, Option<Order>, Vec<FollowUp>)>,
}

struct ReadRest {
    campaign: String,
}

impl Query for ReadRest {
    type Out = Rest;
    fn needs(&self) -> Need {
        Need::Machine
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Rest> {
        let (org, campaign) = (ctx.organization.as_str(), self.campaign.as_str());
        let mut rounds = Vec::new();
        for round in appraisal::rounds(tx, org, campaign).await? {
            let codes = appraisal::code_counts(tx, org, &round.id).await?;
            rounds.push((round, codes));
        }
        let orders = rectification::orders(tx, org, campaign, "").await?;
        let mut criticisms = Vec::new();
        for criticism in rectification::criticisms(tx, org, campaign, "").await? {
            let order = orders.iter().find(|o| o.criticism_id == criticism.id).cloned();
            let follow_ups = match &order {
                Some(order) => rectification::follow_ups(tx, org, &order.id).await?,
                None => Vec::new(),
            };
            criticisms.push((criticism, order, follow_ups));
        }
        Ok(Rest {
            batches: publication::all(tx, org, campaign).await?,
            channels: publication::channels(tx, org, campaign).await?,
            rounds,
            criticisms,
        })
    }
}

impl Feed<'_> {
    pub(super) fn t(&self, key: &str) -> &'static str {
        lang::find(self.lang, key).unwrap_or_default()
    }

    pub(super) fn table(&self, title: &str, heads: &[&str]) -> Table {
        Table {
            title: title.to_owned(),
            columns: heads.iter().map(|key| Column::new(self.t(key))).collect(),
            date: self.outline.today,
            ..Table::default()
        }
    }

    pub(super) fn moment(&self, at: i64) -> Cell {
        let at = self.app.local(at);
        let time = lang::time_of_day(at.hour(), at.minute());
        Cell::from(format!("{} {time}", at.date()))
    }

    pub(super) async fn csv(&self, meta: &super::Meta, table: &Table) -> Result<()> {
        let mut meta = meta.clone();
        meta.file = format!("{}.csv", meta.file);
        let bytes = documents::csv::write_table(table).map_err(Error::bug)?;
        self.put(meta, bytes).await
    }

    fn role(&self, role: &str) -> &str {
        lang::find(self.lang, &format!("role.{role}")).unwrap_or_default()
    }
}

pub(super) fn day(text: &str) -> Cell {
    text.parse().map_or(Cell::Empty, Cell::Date)
}

/// Hands on the decisions of every branch.
pub(super) async fn decisions(feed: &Feed<'_>) -> Result<()> {
    for (at, (unit, _)) in feed.outline.departments.iter().enumerate() {
        let asked = ReadDecisions {
            campaign: feed.outline.campaign.id.clone(),
            unit: unit.clone(),
        };
        let decided = feed.app.query(&Actor::machine(), asked).await?;
        if decided.is_empty() {
            continue;
        }
        let meta = feed.meta(Series::Decision, at + 1);
        let heads = [
            "package.number",
            "package.pledger",
            "package.round",
            "package.step",
            "package.role",
            "package.verdict",
            "package.reasons",
            "package.message",
            "package.decided_by",
            "package.decided_at",
            "package.seal_code",
            "package.content_code",
        ];
        let mut table = feed.table(&meta.title, &heads);
        table.rows = decided.iter().map(|d| decision_row(feed, d)).collect();
        feed.csv(&meta, &table).await?;
        feed.sheet(&meta, &table).await?;
        let mut lines = String::new();
        for one in &decided {
            lines.push_str(&format!("{}\n", decision_line(feed, one)));
        }
        let mut meta = meta;
        meta.file = format!("{}.jsonl", meta.file);
        feed.put(meta, lines.into_bytes()).await?;
    }
    Ok(())
}

fn decision_row(feed: &Feed<'_>, d: &Decided) -> Vec<Cell> {
    let (number, name) = named(feed.outline, &d.decision.pledge_id);
    let labels = feed.outline.campaign.labels(feed.lang);
    let keys: Vec<String> = serde_json::from_str(&d.decision.reasons).unwrap_or_default();
    let reasons: Vec<&str> = keys.iter().map(|k| labels.return_reason(k)).collect();
    let verdict = match d.decision.verdict.as_str() {
        "confirm" => feed.t("package.confirm"),
        _ => feed.t("package.return"),
    };
    let content_code = d.seal.as_ref().map(|s| s.content_code.clone());
    vec![
        number.into(),
        name.into(),
        d.decision.round.into(),
        (d.decision.step + 1).into(),
        feed.role(&d.decision.role).into(),
        verdict.into(),
        reasons.join(feed.t("list.separator")).into(),
        d.decision.message.as_str().into(),
        d.decision.decided_name.as_str().into(),
        feed.moment(d.decision.decided_at),
        d.decision.seal_code.as_str().into(),
        content_code.unwrap_or_default().into(),
    ]
}

/// What JSON a column holds; text that is none stays text.
fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
}

fn decision_line(feed: &Feed<'_>, d: &Decided) -> Value {
    let (number, name) = named(feed.outline, &d.decision.pledge_id);
    let sealed = d.seal.as_ref().map(|s| {
        json!({
            "check_code": s.check_code, "content_code": s.content_code, "statement": s.statement,
            "signatures": [
                { "algorithm": "sm2", "key": s.sm2_key, "signature": s.sm2_signature },
                { "algorithm": "ed25519", "key": s.ed25519_key, "signature": s.ed25519_signature },
            ],
            "content": d.content,
        })
    });
    let one = &d.decision;
    json!({
        "pledge": one.pledge_id, "number": number, "pledger": name, "round": one.round, "step": one.step,
        "role": one.role, "verdict": one.verdict, "answers": parsed(&one.answers), "reasons": parsed(&one.reasons),
        "message": one.message, "meeting": parsed(&one.meeting), "decided_by": one.decided_name,
        "decided_at": one.decided_at, "seal": sealed,
    })
}

/// Hands on publication, appraisal and rectification.
pub(super) async fn rest(feed: &Feed<'_>) -> Result<()> {
    let campaign = feed.outline.campaign.id.clone();
    let rest = feed.app.query(&Actor::machine(), ReadRest { campaign }).await?;
    publication_of(feed, &rest).await?;
    for (round, codes) in &rest.rounds {
        appraisal_of(feed, round, codes).await?;
    }
    rectification_of(feed, &rest.criticisms).await
}

/// Every batch of a branch or of the house, with its channels.
async fn publication_of(feed: &Feed<'_>, rest: &Rest) -> Result<()> {
    let heads = [
        "package.batch",
        "package.pledger",
        "package.pledges",
        "package.items",
        "package.published_by",
        "package.objections_until",
        "package.channel",
        "package.done_on",
        "package.place",
        "package.proof",
    ];
    for department in 0..=feed.outline.departments.len() {
        let meta = feed.meta(Series::Publication, department);
        let mut table = feed.table(&meta.title, &heads);
        for batch in rest.batches.iter().rev() {
            let unit = batch.unit_id.as_deref();
            if unit.map_or(0, |unit| feed.outline.of_unit(unit)) == department {
                batch_rows(feed, rest, batch, &mut table);
            }
        }
        if !table.rows.is_empty() {
            feed.csv(&meta, &table).await?;
            feed.sheet(&meta, &table).await?;
        }
    }
    Ok(())
}

/// A batch, a row for each line of its ledger; a channel of the template without a line is a gap and says so.
fn batch_rows(feed: &Feed<'_>, rest: &Rest, batch: &Publication, table: &mut Table) {
    let labels = feed.outline.campaign.labels(feed.lang);
    let scope = match batch.scope.as_str() {
        "branches" => feed.t("package.scope_branches"),
        _ => feed.t("package.scope_members"),
    };
    let head = vec![
        feed.moment(batch.published_at),
        scope.into(),
        batch.pledges.into(),
        batch.items.into(),
        batch.published_name.as_str().into(),
        day(&batch.objections_until),
    ];
    for channel in feed.outline.campaign.channels() {
        let mine = |l: &&Channel| l.publication_id == batch.id && l.channel == channel.key;
        let label = Cell::from(labels.channel(&channel.key));
        let before = table.rows.len();
        for line in rest.channels.iter().filter(mine) {
            let mut row = head.clone();
            row.extend([label.clone(), day(&line.done_on)]);
            row.extend([line.place.as_str().into(), line.proof.as_str().into()]);
            table.rows.push(row);
        }
        if table.rows.len() == before {
            let mut row = head.clone();
            row.extend([label, Cell::Empty, feed.t("package.missing_channel").into()]);
            table.rows.push(row);
        }
    }
}

/// Hundredths of a point as people write them.
fn points(hundredths: Option<u32>) -> Cell {
    hundredths.map_or(Cell::Empty, |s| Cell::from(format!("{}.{:02}", s / 100, s % 100)))
}

/// A round: the sealed result as it is and a table of it, or while it is not frozen nothing but the turnout. Groups
/// of fewer than five were suppressed when the result was sealed, and stay so: nothing is counted anew here.
async fn appraisal_of(feed: &Feed<'_>, round: &Round, codes: &[CodeCount]) -> Result<()> {
    let mut meta = feed.meta(Series::Appraisal, 0);
    meta.title = format!("{} {}", round.title, meta.title);
    meta.file = crate::names::safe(&format!("{} {}", round.opens_on, round.title), &round.id);
    meta.date = round.closes_on.parse().ok();
    let Some(text) = &round.result else {
        // Before anything was handed out there is nothing to tell of a round.
        if codes.is_empty() {
            return Ok(());
        }
        feed.t("package.not_frozen").clone_into(&mut meta.note);
        return feed.csv(&meta, &turnout(feed, &meta.title, codes)).await;
    };
    let result: RoundResult = serde_json::from_str(text).map_err(Error::bug)?;
    feed.csv(&meta, &results(feed, &meta.title, &result)).await?;
    let asked = FindRound {
        round: round.id.clone(),
    };
    let file = feed.app.query(&Actor::machine(), asked).await?;
    let words = Words {
        app: feed.app,
        lang: feed.lang,
    };
    feed.sheet(&meta, &ballot_summary(words, &file)).await?;
    meta.file = format!("{}.json", meta.file);
    feed.put(meta, text.clone().into_bytes()).await
}

fn turnout(feed: &Feed<'_>, title: &str, codes: &[CodeCount]) -> Table {
    let labels = feed.outline.campaign.labels(feed.lang);
    let heads = [
        "package.column_department",
        "package.voice",
        "package.eligible",
        "package.used",
    ];
    let mut table = feed.table(title, &heads);
    for count in codes {
        let unit = feed.outline.department(feed.outline.of_unit(&count.unit_id));
        let voice = labels.voice(&count.voice);
        table.rows.push(vec![
            unit.into(),
            voice.into(),
            count.codes.into(),
            count.used.into(),
        ]);
    }
    table
}

fn results(feed: &Feed<'_>, title: &str, result: &RoundResult) -> Table {
    let labels = feed.outline.campaign.labels(feed.lang);
    let heads = [
        "package.number",
        "package.pledger",
        "package.score",
        "package.grade",
        "package.ballots",
        "package.eligible",
        "package.column_note",
    ];
    let count = |n: Option<u64>| {
        n.and_then(|n| i64::try_from(n).ok())
            .map_or(Cell::Empty, Cell::Number)
    };
    let mut table = feed.table(title, &heads);
    for row in &result.rows {
        let (number, name) = named(feed.outline, row.pledge.as_str());
        let ballot = row.ballot.as_ref();
        let suppressed = ballot.is_some_and(|b| b.ballots > 0 && b.is_suppressed());
        let grade = row.grade.as_ref().map(|g| labels.grade(g.as_str()));
        table.rows.push(vec![
            number.into(),
            name.into(),
            points(row.score),
            grade.unwrap_or_default().into(),
            count(ballot.map(|b| b.ballots)),
            count(ballot.map(|b| b.eligible)),
            match suppressed {
                true => feed.t("package.suppressed").into(),
                false => Cell::Empty,
            },
        ]);
    }
    table
}

async fn rectification_of(feed: &Feed<'_>, all: &[(Criticism, Option<Order>, Vec<FollowUp>)]) -> Result<()> {
    let heads = [
        "package.pledger",
        "package.criticised_at",
        "package.criticism",
        "package.criticised_by",
        "package.reply",
        "package.number",
        "package.owner",
        "package.reason",
        "package.due_on",
        "package.state",
        "package.response",
        "package.follow_ups",
        "package.closed_on",
    ];
    for department in 0..=feed.outline.departments.len() {
        let meta = feed.meta(Series::Rectification, department);
        let mut table = feed.table(&meta.title, &heads);
        let here = all.iter().rev();
        let here = here.filter(|(c, ..)| feed.outline.of_unit(&c.unit_id) == department);
        for (criticism, order, follow_ups) in here {
            table
                .rows
                .push(criticism_row(feed, criticism, order.as_ref(), follow_ups));
            if let Some(order) = order {
                order_of(feed, department, &criticism.id, order).await?;
            }
        }
        if !table.rows.is_empty() {
            feed.csv(&meta, &table).await?;
        }
    }
    Ok(())
}

fn criticism_row(feed: &Feed<'_>, c: &Criticism, order: Option<&Order>, after: &[FollowUp]) -> Vec<Cell> {
    let (_, name) = named(feed.outline, &c.pledge_id);
    let state = order.map_or("none", |o| o.state.as_str());
    let text = |of: fn(&Order) -> &str| order.map_or(Cell::Empty, |o| of(o).into());
    let date = |at: i64| Cell::Date(feed.app.date_of(at));
    let looked: Vec<String> = after
        .iter()
        .map(|f| {
            format!(
                "{} {} {}",
                feed.app.date_of(f.reviewed_at),
                f.reviewed_name,
                f.words
            )
        })
        .collect();
    vec![
        name.into(),
        date(c.made_at),
        c.words.as_str().into(),
        c.made_name.as_str().into(),
        c.reply.as_str().into(),
        order.map_or(Cell::Empty, |o| order_number(feed.lang, &o.number).into()),
        text(|o| &o.owner_name),
        text(|o| &o.reason),
        order.map_or(Cell::Empty, |o| day(&o.due_on)),
        feed.t(&format!("package_state.{state}")).into(),
        text(|o| &o.response),
        looked.join("\n").into(),
        order.and_then(|o| o.closed_at).map_or(Cell::Empty, date),
    ]
}

/// The order as the paper that was served.
async fn order_of(feed: &Feed<'_>, department: usize, criticism: &str, order: &Order) -> Result<()> {
    let asked = FindCriticism(criticism.to_owned());
    let view = feed.app.query(&Actor::machine(), asked).await?;
    let (name, paper) = order_paper(feed.app, feed.lang, &feed.outline.house, &view)?;
    let made = typeset(feed.lang, name.clone(), paper).await?;
    let mut meta = feed.meta(Series::Rectification, department);
    meta.file = crate::names::safe(&name, &order.id);
    meta.title = name;
    meta.date = Some(feed.app.date_of(order.issued_at));
    feed.papers(meta, made).await
}
