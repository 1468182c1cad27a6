//! Freezing, drawing, declaring void.

use super::{Inspectors, NamedInspector, PoolKind, draw_of, load};
use crate::campaign::require_current;
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::inspection::Assigned;
use crate::publication::log;
use domain::access::Permission;
use domain::canonical::sha256_hex;
use domain::draw::{
    DrawFile, DrawState, DrawnInspector, Frozen, Inspector, PoolEntry, Recusal, SEED_MIN, check_dice,
    normal_seed,
};
use domain::problem::{Problem, Problems};
use domain::text::{TextRule, check_text};
use serde_json::json;
use store::Tx;
use store::inspection as rows;

/// Longest title of a draw, in characters.
const TITLE_MAX: usize = 60;
/// Longest announcement of the seed's source and longest reason, in characters.
const WORDS_MAX: usize = 300;
/// Most dice that people can be asked to throw and read off.
const DICE_MAX: u8 = 100;

/// Freezes the pool and makes its commitment public, before anybody can know the seed (RD-01).
#[derive(Clone, Debug, Default)]
pub struct FreezeDraw {
    /// Title.
    pub title: String,
    /// The branches; none means all.
    pub units: Vec<String>,
    /// Which items.
    pub pool: PoolKind,
    /// How many to draw.
    pub sample: u32,
    /// At least so many of each branch.
    pub minimum: u32,
    /// Persons who can be drawn to inspect.
    pub inspectors: Vec<String>,
    /// Who may not check which branch: branch and person.
    pub recusals: Vec<(String, String)>,
    /// Where the seed will come from.
    pub seed_source: String,
    /// How many dice will be thrown, as typed; empty when the seed comes from elsewhere. The seed is held to it.
    pub dice: String,
}

impl FreezeDraw {
    fn dice(&self) -> Result<Option<i64>, Problem> {
        let most = i64::from(DICE_MAX);
        match self.dice.trim() {
            "" => Ok(None),
            typed => match typed.parse::<i64>() {
                Ok(n) if usize::try_from(n).is_ok_and(|n| n >= SEED_MIN) && n <= most => Ok(Some(n)),
                _ => Err(Problem::invalid("draw.dice_wrong")
                    .on("dice")
                    .with("min", SEED_MIN)
                    .with("max", most)),
            },
        }
    }

    fn check(&self) -> Result<(), Problems> {
        let mut problems = Problems::new();
        problems.note(check_text("title", self.title.trim(), TextRule::line(TITLE_MAX)));
        problems.note(check_text(
            "seed_source",
            self.seed_source.trim(),
            TextRule::line(WORDS_MAX),
        ));
        problems.note(self.dice());
        problems.or(())
    }

    async fn inspectors(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Inspectors> {
        let mut named: Vec<NamedInspector> = Vec::new();
        for c in rows::candidates(tx, &ctx.organization).await? {
            if self.inspectors.contains(&c.person_id) && named.iter().all(|n| n.id != c.person_id) {
                named.push(NamedInspector {
                    id: c.person_id,
                    unit: c.unit_id,
                    name: c.name,
                });
            }
        }
        named.sort_by(|a, b| (&a.unit, &a.id).cmp(&(&b.unit, &b.id)));
        let recusals = self.recusals.iter().map(|(stratum, id)| Recusal {
            stratum: stratum.clone(),
            id: id.clone(),
        });
        let mut recusals: Vec<Recusal> = recusals.filter(|r| named.iter().any(|n| n.id == r.id)).collect();
        recusals.sort();
        recusals.dedup();
        Ok(Inspectors {
            inspectors: named,
            recusals,
        })
    }
}

impl UseCase for FreezeDraw {
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::DrawSample)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        ctx.require(Permission::DrawSample, domain::access::Scope::Organization)?;
        self.check()?;
        let campaign = require_current(ctx, tx).await?;
        let today = ctx.today.to_string();
        let items = rows::poolable(tx, &ctx.organization, &campaign.id).await?;
        let chosen = items
            .into_iter()
            .filter(|i| self.units.is_empty() || self.units.contains(&i.unit_id))
            .filter(|i| self.pool.holds(i, &today));
        let inspectors = self.inspectors(ctx, tx).await?;
        let plain = |i: &NamedInspector| Inspector {
            unit: i.unit.clone(),
            id: i.id.clone(),
        };
        let frozen = Frozen {
            pool: chosen
                .map(|i| PoolEntry {
                    stratum: i.unit_id,
                    id: i.id,
                })
                .collect(),
            inspectors: inspectors.inspectors.iter().map(plain).collect(),
            recusals: inspectors.recusals.clone(),
            sample: self.sample,
            minimum: self.minimum,
            inspectors_per_stratum: 2,
            seed_source: self.seed_source.trim().to_owned(),
        };
        let frozen = named(ctx, tx, frozen.freeze()).await?;
        let row = rows::Draw {
            id: ctx.id(),
            campaign_id: campaign.id,
            title: self.title.trim().to_owned(),
            pool: frozen.pool_text(),
            pool_hash: frozen.pool_hash(),
            sample: i64::from(frozen.sample),
            minimum: i64::from(frozen.minimum),
            inspectors: serde_json::to_string(&inspectors).map_err(Error::bug)?,
            inspectors_hash: frozen.inspectors_hash(),
            inspector_count: i64::from(frozen.inspectors_per_stratum),
            seed_source: frozen.seed_source.clone(),
            dice: self.dice()?,
            frozen_by: ctx.actor.name.clone(),
            frozen_at: ctx.now,
            ..rows::Draw::default()
        };
        rows::add_draw(tx, &ctx.organization, &row).await?;
        let entry = json!({ "act": "draw_frozen", "draw": row.id, "commitment": frozen.commitment() });
        log(ctx, tx, ctx.today, entry).await?;
        Ok(row.id)
    }
    fn event(&self, id: &String) -> Event {
        Event::new("draw.freeze", "draw", id)
            .with(json!({ "sample": self.sample, "minimum": self.minimum }))
            .seen_by_all()
    }
}

/// A refusal that names a branch by its id names it as people do.
async fn named(ctx: &Ctx, tx: &mut Tx, frozen: Result<Frozen, Problem>) -> Result<Frozen> {
    let mut problem = match frozen {
        Ok(frozen) => return Ok(frozen),
        Err(problem) => problem,
    };
    for (name, value) in &mut problem.args {
        if *name == "stratum"
            && let Some(unit) = store::organization::unit(tx, &ctx.organization, value).await?
        {
            *value = unit.name;
        }
    }
    Err(problem.into())
}

/// Enters the public seed: the result is fixed, the checks stand in the calendar.
#[derive(Clone, Debug)]
pub struct EnterSeed {
    /// The draw.
    pub draw: String,
    /// The seed as it was read off.
    pub seed: String,
    /// Until when the checks are to be made, as typed.
    pub check_by: String,
}

impl EnterSeed {
    /// What was frozen is still what it was: the text gives its hash, and every item is still public.
    async fn unchanged(&self, ctx: &Ctx, tx: &mut Tx, row: &rows::Draw, frozen: &Frozen) -> Result<()> {
        let now = rows::poolable(tx, &ctx.organization, &row.campaign_id).await?;
        let gone = frozen
            .pool
            .iter()
            .filter(|e| !now.iter().any(|i| i.id == e.id && i.unit_id == e.stratum))
            .count();
        let same = sha256_hex(row.pool.as_bytes()) == row.pool_hash
            && frozen.pool_hash() == row.pool_hash
            && frozen.inspectors_hash() == row.inspectors_hash;
        if gone == 0 && same {
            return Ok(());
        }
        Err(Problem::conflict("draw.pool_changed").with("n", gone).into())
    }

    async fn plan(
        &self,
        ctx: &Ctx,
        tx: &mut Tx,
        row: &rows::Draw,
        file: &DrawFile,
        names: &Inspectors,
    ) -> Result<()> {
        let by = crate::campaign::typed_date("check_by", &self.check_by, ctx.today)?;
        if by < ctx.today {
            let problem = Problem::invalid("inspection.planned_past").on("check_by");
            return Err(problem.with("today", ctx.today).into());
        }
        for item in &file.items {
            let who = |d: &&DrawnInspector| d.stratum == item.stratum;
            let assigned = file.drawn_inspectors.iter().filter(who).map(|d| {
                let name = names.inspectors.iter().find(|n| n.id == d.id);
                let name = name.map(|n| n.name.clone()).unwrap_or_default();
                Assigned::first(d.id.clone(), name)
            });
            let assigned: Vec<Assigned> = assigned.collect();
            let line = rows::Inspection {
                id: ctx.id(),
                campaign_id: row.campaign_id.clone(),
                kind: domain::inspection::InspectionKind::SpotCheck.name().to_owned(),
                unit_id: Some(item.stratum.clone()),
                item_id: Some(item.id.clone()),
                draw_id: Some(row.id.clone()),
                planned_on: by.to_string(),
                inspectors: serde_json::to_string(&assigned).map_err(Error::bug)?,
                note: row.title.clone(),
                made_by: ctx.actor.account.clone(),
                made_at: ctx.now,
            };
            rows::add(tx, &ctx.organization, &line).await?;
        }
        Ok(())
    }
}

impl UseCase for EnterSeed {
    type Out = usize;
    fn needs(&self) -> Need {
        Need::Permission(Permission::DrawSample)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<usize> {
        ctx.require(Permission::DrawSample, domain::access::Scope::Organization)?;
        let row = load(ctx, tx, &self.draw).await?;
        let (draw, names) = draw_of(&row)?;
        if let Some(dice) = row.dice.and_then(|n| usize::try_from(n).ok()) {
            check_dice(&normal_seed(&self.seed)?, dice)?;
        }
        let draw = draw.enter_seed(&self.seed)?;
        self.unchanged(ctx, tx, &row, &draw.frozen).await?;
        let file = DrawFile::of(&draw);
        self.plan(ctx, tx, &row, &file, &names).await?;
        let seed = file.seed.clone().unwrap_or_default();
        let result = json!({ "items": file.items, "drawn_inspectors": file.drawn_inspectors }).to_string();
        let by = &ctx.actor.name;
        if rows::set_drawn(tx, &ctx.organization, &row.id, &seed, &result, by, ctx.now).await? == 0 {
            return Err(Problem::conflict("problem.draw.already_drawn").into());
        }
        let entry = json!({
            "act": "draw_drawn",
            "commitment": file.commitment,
            "draw": row.id,
            "seed": seed,
            "result_sha256": sha256_hex(result.as_bytes()),
        });
        log(ctx, tx, ctx.today, entry).await?;
        Ok(file.items.len())
    }
    fn event(&self, drawn: &usize) -> Event {
        Event::new("draw.draw", "draw", &self.draw)
            .with(json!({ "items": drawn }))
            .seen_by_all()
    }
}

/// Declares a draw void, with the reason. It stays in the list and in the log; checks nobody has begun are taken out
/// of the calendar.
#[derive(Clone, Debug)]
pub struct DeclareVoid {
    /// The draw.
    pub draw: String,
    /// Why.
    pub reason: String,
}

impl UseCase for DeclareVoid {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::DrawSample)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        ctx.require(Permission::DrawSample, domain::access::Scope::Organization)?;
        let row = load(ctx, tx, &self.draw).await?;
        check_text("reason", self.reason.trim(), TextRule::area(WORDS_MAX))?;
        let void = draw_of(&row)?.0.declare_void(self.reason.trim())?;
        if let DrawState::Void { reason, .. } = &void.state {
            rows::set_void(tx, &ctx.organization, &row.id, reason).await?;
        }
        rows::drop_unrecorded(tx, &ctx.organization, &row.id).await?;
        let entry = json!({ "act": "draw_void", "commitment": void.frozen.commitment(), "draw": row.id });
        log(ctx, tx, ctx.today, entry).await
    }
    fn event(&self, (): &()) -> Event {
        Event::new("draw.void", "draw", &self.draw)
            .with(json!({ "reason": self.reason }))
            .seen_by_all()
    }
}
