//! Visits and symposiums, paper slips, opinions set aside.

use super::{Opinion, Visit, scope_of};
use crate::campaign::{self, typed_past_date};
use crate::case::{Event, Need, UseCase};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Permission, Scope};
use domain::campaign::GatedAct;
use domain::demand::{OPINION_MAX, Source, VisitText, check_opinion, check_visit, points};
use domain::problem::{Problem, Problems};
use domain::text::{TextRule, check_text};
use jiff::civil::Date;
use serde_json::json;
use sha2::{Digest, Sha256};
use store::Tx;
use store::demand as rows;

/// An id that the same two things always give: doing it twice finds what is there.
pub(super) fn id_from(a: &str, b: &str) -> String {
    let hash = Sha256::digest(format!("jiannuo-survey-1\n{a}\n{b}\n"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// The day of something that was said or done, as typed; blank means today.
fn day_or_today(field: &str, typed: &str, today: Date) -> Result<Date, Problem> {
    match typed.trim() {
        "" => Ok(today),
        text => typed_past_date(field, text, today),
    }
}

/// A visit as a form sends it.
#[derive(Clone, Debug, Default)]
pub struct TypedVisit {
    /// The branch that went.
    pub unit: String,
    /// A symposium, not a visit.
    pub symposium: bool,
    /// Where.
    pub place: String,
    /// Who was met or attended.
    pub met: String,
    /// The points, one a line.
    pub points: String,
    /// When, as typed; blank means today.
    pub held_on: String,
    /// Every point becomes an opinion at once.
    pub as_opinions: bool,
}

/// Records a visit or symposium (N9).
pub struct RecordVisit(pub TypedVisit);

impl UseCase for RecordVisit {
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::CollectOpinions)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        let typed = &self.0;
        if typed.unit.is_empty() {
            return Err(Problem::invalid("problem.demand.unit").on("unit").into());
        }
        ctx.require(Permission::CollectOpinions, Scope::Unit(&typed.unit))?;
        let campaign = campaign::require_current(ctx, tx).await?;
        campaign.gate(GatedAct::Survey, ctx.today)?;
        let mut problems = Problems::new();
        let held_on = problems.note(day_or_today("held_on", &typed.held_on, ctx.today));
        let text = VisitText {
            place: typed.place.trim(),
            met: typed.met.trim(),
            points: typed.points.trim(),
            held_on: held_on.unwrap_or(ctx.today),
        };
        problems.absorb(check_visit(
            text,
            campaign.window(GatedAct::Survey, ctx.today),
            ctx.today,
        ));
        let visit = Visit {
            id: ctx.id(),
            campaign_id: campaign.id.clone(),
            unit_id: typed.unit.clone(),
            kind: if typed.symposium { "symposium" } else { "visit" }.to_owned(),
            place: text.place.to_owned(),
            held_on: text.held_on.to_string(),
            met: text.met.to_owned(),
            points: text.points.replace("\r\n", "\n"),
            recorded_at: ctx.now,
        };
        let visit = problems.or(visit)?;
        rows::add_visit(tx, &ctx.organization, &visit, &ctx.actor.account).await?;
        if typed.as_opinions {
            let count = points(&visit.points).len();
            take_points(ctx, tx, &visit, &(0..count).collect::<Vec<_>>()).await?;
        }
        Ok(visit.id)
    }
    fn event(&self, id: &String) -> Event {
        Event::new("survey.visit", "visit", id)
    }
}

/// Makes opinions of points; a point that is one already stays as it is. Gives how many are new.
async fn take_points(ctx: &Ctx, tx: &mut Tx, visit: &Visit, chosen: &[usize]) -> Result<u32> {
    let all = points(&visit.points);
    let mut added = 0;
    for point in chosen.iter().filter_map(|at| all.get(*at)) {
        let id = id_from(&visit.id, point);
        if rows::opinion(tx, &ctx.organization, &id).await?.is_some() {
            continue;
        }
        // A point may be longer than an opinion; what is cut off still stands in the visit.
        let words: String = point.chars().take(OPINION_MAX).collect();
        let opinion = Opinion {
            id,
            campaign_id: visit.campaign_id.clone(),
            unit_id: Some(visit.unit_id.clone()),
            source: Source::Visit.name().to_owned(),
            words,
            voices: 1,
            said_on: visit.held_on.clone(),
            visit_id: Some(visit.id.clone()),
            demand_id: None,
            set_aside: String::new(),
        };
        rows::add_opinion(tx, &ctx.organization, &opinion, Some(&ctx.actor.account), None).await?;
        added += 1;
    }
    Ok(added)
}

/// Makes opinions of the chosen points of a visit; gives how many are new.
pub struct OpinionsFromVisit {
    /// The visit.
    pub visit: String,
    /// Places of the points, from 0.
    pub points: Vec<usize>,
}

impl UseCase for OpinionsFromVisit {
    type Out = u32;
    fn needs(&self) -> Need {
        Need::Permission(Permission::CollectOpinions)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<u32> {
        let visit = rows::visit(tx, &ctx.organization, &self.visit).await?;
        let visit = visit.ok_or_else(|| Problem::not_found("problem.not_found"))?;
        ctx.require(Permission::CollectOpinions, Scope::Unit(&visit.unit_id))?;
        let campaign = campaign::require_current(ctx, tx).await?;
        if campaign.id != visit.campaign_id {
            return Err(Problem::conflict("problem.demand.other_campaign").into());
        }
        if self.points.is_empty() {
            return Err(Problem::invalid("problem.demand.none_chosen").on("point").into());
        }
        take_points(ctx, tx, &visit, &self.points).await
    }
    fn event(&self, added: &u32) -> Event {
        Event::new("survey.visit_opinions", "visit", &self.visit).with(json!({ "added": added }))
    }
}

/// Types in an opinion from paper: one text for so many equal slips (N9).
pub struct TypeOpinion {
    /// The branch; empty for the whole house.
    pub unit: String,
    /// The words.
    pub words: String,
    /// How many slips say so, as typed; blank means one.
    pub voices: String,
    /// When they were collected, as typed; blank means today.
    pub said_on: String,
}

impl UseCase for TypeOpinion {
    type Out = String;
    fn needs(&self) -> Need {
        Need::Permission(Permission::CollectOpinions)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<String> {
        let unit = Some(self.unit.as_str()).filter(|u| !u.is_empty());
        ctx.require(Permission::CollectOpinions, scope_of(unit))?;
        let campaign = campaign::require_current(ctx, tx).await?;
        campaign.gate(GatedAct::Survey, ctx.today)?;
        let voices = match self.voices.trim() {
            "" => 1,
            text => text.parse().unwrap_or(0),
        };
        let mut problems = Problems::new();
        let said_on = problems.note(day_or_today("said_on", &self.said_on, ctx.today));
        problems.absorb(check_opinion(&self.words, voices));
        if said_on.is_some_and(|day| day > ctx.today) {
            problems.push(Problem::invalid("problem.demand.said_on").on("said_on"));
        }
        let opinion = Opinion {
            id: ctx.id(),
            campaign_id: campaign.id,
            unit_id: unit.map(str::to_owned),
            source: Source::Paper.name().to_owned(),
            words: self.words.trim().to_owned(),
            voices,
            said_on: said_on.unwrap_or(ctx.today).to_string(),
            visit_id: None,
            demand_id: None,
            set_aside: String::new(),
        };
        let opinion = problems.or(opinion)?;
        rows::add_opinion(tx, &ctx.organization, &opinion, Some(&ctx.actor.account), None).await?;
        Ok(opinion.id)
    }
    fn event(&self, id: &String) -> Event {
        Event::new("survey.type_opinion", "opinion", id)
    }
}

/// Sets an opinion aside with a reason, or counts it again. Its words are never changed or deleted.
pub struct SetAside {
    /// The opinion.
    pub opinion: String,
    /// Why; `None` counts it again.
    pub reason: Option<String>,
}

impl UseCase for SetAside {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageDemands)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let opinion = rows::opinion(tx, &ctx.organization, &self.opinion).await?;
        let opinion = opinion.ok_or_else(|| Problem::not_found("problem.not_found"))?;
        ctx.require(Permission::ManageDemands, scope_of(opinion.unit_id.as_deref()))?;
        let reason = self.reason.as_deref().map(str::trim);
        if let Some(reason) = reason {
            check_text("aside", reason, TextRule::line(200))?;
        }
        rows::set_aside(tx, &ctx.organization, &self.opinion, reason.unwrap_or("")).await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        let act = match self.reason {
            Some(_) => "opinion.set_aside",
            None => "opinion.count_again",
        };
        // The public list counts voices.
        Event::new(act, "opinion", &self.opinion)
            .with(json!({ "reason": self.reason }))
            .seen_by_all()
    }
}
