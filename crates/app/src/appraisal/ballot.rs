//! The anonymous ballot: single-use codes that are shown once, papers that say nothing of who filled them in.
//!
//! A code opens one ballot. Kept are the hash of the code, whether it was used, and the ballot under a random id:
//! not when, not from where, not which code gave which ballot (PRODUCT.md 3.7).

use super::{Round, find_round};
use crate::campaign::{self, RunningCampaign};
use crate::case::{Event, Need, Query, UseCase};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::access::{Permission, Scope};
use domain::appraisal::{RoundState, Voice};
use domain::ids::ReceiptCode;
use domain::problem::{Problem, Problems};
use std::collections::BTreeMap;
use store::Tx;
use store::appraisal::{self as rows, Ballot, CodeCount};
use store::organization::Unit;
use store::publication::PublicPledge;

/// The subject under which a ballot answers about the branch as a whole.
pub const BALLOT_BRANCH: &str = "branch";

/// Most codes made at once.
const CODES: i64 = 300;

/// Reads the voice of a ballot.
fn cast_voice(name: &str) -> Option<Voice> {
    [Voice::Ballot, Voice::Peers]
        .into_iter()
        .find(|v| v.name() == name)
}

/// Makes codes for a branch. They are shown once and never again.
pub struct MakeCodes {
    /// The round.
    pub round: String,
    /// The branch the ballots are about.
    pub unit: String,
    /// `ballot` or `peers`.
    pub voice: String,
    /// How many.
    pub count: i64,
}

/// Codes fresh from the press.
#[derive(Clone, Debug)]
pub struct CodeSheet {
    /// The round.
    pub round: Round,
    /// The branch.
    pub unit: Unit,
    /// The voice.
    pub voice: Voice,
    /// The codes.
    pub codes: Vec<ReceiptCode>,
}

impl UseCase for MakeCodes {
    type Out = CodeSheet;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageAppraisal)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<CodeSheet> {
        ctx.require(Permission::ManageAppraisal, Scope::Unit(&self.unit))?;
        let round = find_round(ctx, tx, &self.round).await?;
        let unit = store::organization::unit(tx, &ctx.organization, &self.unit).await?;
        let unit = unit.ok_or_else(|| Problem::not_found("problem.not_found"))?;
        let voice = cast_voice(&self.voice).filter(|v| round.hears(*v));
        let voice = voice.ok_or_else(|| Problem::conflict("problem.appraisal.no_ballot"))?;
        if !matches!(round.state, RoundState::Open | RoundState::Upcoming) {
            return Err(Problem::conflict("problem.appraisal.not_open").into());
        }
        if judged(ctx, tx, &round.row.campaign_id, &unit.id)
            .await?
            .is_empty()
        {
            return Err(Problem::conflict("problem.appraisal.nothing_to_judge").into());
        }
        if !(1..=CODES).contains(&self.count) {
            let problem = Problem::invalid("problem.appraisal.codes").on("count");
            return Err(problem.with("max", CODES).into());
        }
        let mut codes = Vec::new();
        for _ in 0..self.count {
            let mut bytes = [0; ReceiptCode::BYTES];
            bytes.copy_from_slice(&ctx.secret()[..ReceiptCode::BYTES]);
            let code = ReceiptCode::from_random(bytes);
            let hash = code.stored_hash();
            rows::add_code(tx, &ctx.organization, &self.round, &hash, &unit.id, voice.name()).await?;
            codes.push(code);
        }
        Ok(CodeSheet {
            round,
            unit,
            voice,
            codes,
        })
    }
    fn event(&self, sheet: &CodeSheet) -> Event {
        Event::new("ballot.make_codes", "appraisal_round", self.round.as_str())
            .with(serde_json::json!({ "unit": self.unit, "voice": self.voice, "codes": sheet.codes.len() }))
    }
}

/// The turnout of a round: nothing but numbers of codes.
#[derive(Clone, Debug)]
pub struct Turnout {
    /// The round.
    pub round: Round,
    /// The campaign.
    pub campaign: RunningCampaign,
    /// Branches.
    pub units: Vec<Unit>,
    /// Codes by branch and voice.
    pub counts: Vec<CodeCount>,
}

impl Turnout {
    /// Codes and used codes of a branch.
    pub fn of(&self, unit: &str, voice: Voice) -> (i64, i64) {
        let found = self
            .counts
            .iter()
            .find(|c| c.unit_id == unit && c.voice == voice.name());
        found.map_or((0, 0), |c| (c.codes, c.used))
    }

    /// The voices of this round that are cast.
    pub fn voices(&self) -> Vec<Voice> {
        let mut voices = self.round.voices();
        voices.retain(|v| matches!(v, Voice::Ballot | Voice::Peers));
        voices
    }
}

/// Asks for the turnout of a round.
pub struct FindTurnout {
    /// The round.
    pub round: String,
}

impl Query for FindTurnout {
    type Out = Turnout;
    fn needs(&self) -> Need {
        Need::Permission(Permission::ManageAppraisal)
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Turnout> {
        ctx.require(Permission::ManageAppraisal, Scope::Organization)?;
        let round = find_round(ctx, tx, &self.round).await?;
        let mut units = store::organization::units(tx, &ctx.organization).await?;
        units.retain(|u| {
            domain::organization::UnitKind::from_name(&u.kind)
                .is_some_and(domain::organization::UnitKind::is_branch)
        });
        Ok(Turnout {
            campaign: campaign::by_id(ctx, tx, &round.row.campaign_id).await?,
            counts: rows::code_counts(tx, &ctx.organization, &self.round).await?,
            units,
            round,
        })
    }
}

/// A line of the ballot paper.
#[derive(Clone, Debug)]
pub struct BallotLine {
    /// Its key in the answers: a pledge, or [`BALLOT_BRANCH`].
    pub key: String,
    /// Whose pledge, as published.
    pub name: String,
    /// Post, as published.
    pub post: String,
    /// What was promised, as published.
    pub items: Vec<String>,
}

/// A ballot paper, made of what is public anyway.
#[derive(Clone, Debug)]
pub struct BallotPaper {
    /// The round.
    pub round: Round,
    /// The campaign: its words for the choices.
    pub campaign: RunningCampaign,
    /// Name of the branch.
    pub unit_name: String,
    /// The branch.
    pub unit: String,
    /// The voice.
    pub voice: Voice,
    /// What is asked, the branch as a whole first.
    pub lines: Vec<BallotLine>,
}

/// Asks for the paper a code opens. Looking uses nothing up.
pub struct FindBallot {
    /// The code as typed.
    pub code: String,
}

impl Query for FindBallot {
    type Out = BallotPaper;
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<BallotPaper> {
        Ok(paper(ctx, tx, &self.code).await?.1)
    }
}

/// What a ballot about a branch can judge: its public pledges, but for those of who has left.
async fn judged(ctx: &Ctx, tx: &mut Tx, campaign: &str, unit: &str) -> Result<Vec<PublicPledge>> {
    let left = store::task::owners_left(tx, &ctx.organization, campaign).await?;
    let mut all = store::public::pledges_of_unit(tx, &ctx.organization, campaign, unit).await?;
    all.retain(|p| !left.contains(&p.id));
    Ok(all)
}

async fn paper(ctx: &Ctx, tx: &mut Tx, typed: &str) -> Result<(String, BallotPaper)> {
    let unknown = || Problem::gone("problem.appraisal.code_unknown").on("code");
    let hash = ReceiptCode::parse(typed).map_err(|p| p.on("code"))?.stored_hash();
    let code = rows::code(tx, &ctx.organization, &hash)
        .await?
        .ok_or_else(unknown)?;
    if code.used {
        return Err(Problem::gone("problem.appraisal.code_used").on("code").into());
    }
    let round = find_round(ctx, tx, &code.round_id).await?;
    if round.state != RoundState::Open {
        let problem = Problem::conflict("problem.appraisal.ballot_closed").on("code");
        let problem = problem
            .with("from", round.opens_on)
            .with("until", round.closes_on);
        return Err(problem.into());
    }
    let voice = cast_voice(&code.voice).ok_or_else(unknown)?;
    let campaign = campaign::by_id(ctx, tx, &round.row.campaign_id).await?;
    let unit = store::organization::unit(tx, &ctx.organization, &code.unit_id).await?;
    let unit = unit.ok_or_else(unknown)?;
    let pledges = judged(ctx, tx, &campaign.id, &unit.id).await?;
    let mut lines = vec![BallotLine {
        key: BALLOT_BRANCH.to_owned(),
        name: unit.name.clone(),
        post: String::new(),
        items: vec![],
    }];
    for pledge in pledges {
        let items = contents(&pledge.content);
        if pledge.pledger == "branch" {
            if let Some(first) = lines.first_mut() {
                first.items = items;
            }
            continue;
        }
        lines.push(BallotLine {
            key: pledge.id,
            name: pledge.name,
            post: pledge.post,
            items,
        });
    }
    let paper = BallotPaper {
        unit_name: unit.name,
        unit: unit.id,
        round,
        campaign,
        voice,
        lines,
    };
    Ok((hash, paper))
}

/// The contents of the items in a published text.
fn contents(json: &str) -> Vec<String> {
    let whole: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
    let items = whole.get("items").and_then(|i| i.as_array());
    let items = items.into_iter().flatten();
    items
        .filter_map(|i| i.get("content")?.as_str().map(str::to_owned))
        .collect()
}

/// Casts a ballot. The code is used up and the ballot put into the box in one transaction: all or nothing, and one
/// ballot a code whoever comes first.
pub struct CastBallot {
    /// The code as typed.
    pub code: String,
    /// Subject and choice; what is left out has no opinion.
    pub answers: Vec<(String, String)>,
}

impl UseCase for CastBallot {
    type Out = ();
    fn needs(&self) -> Need {
        Need::Anybody
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<()> {
        let (hash, paper) = paper(ctx, tx, &self.code).await?;
        let answers = self.check(&paper)?;
        if rows::use_code(tx, &ctx.organization, &hash).await? == 0 {
            return Err(Problem::gone("problem.appraisal.code_used").on("code").into());
        }
        let ballot = Ballot {
            unit_id: paper.unit,
            voice: paper.voice.name().to_owned(),
            answers: serde_json::to_string(&answers).map_err(Error::bug)?,
        };
        let id = ctx.blind_id();
        let round = &paper.round.row.id;
        rows::add_ballot(tx, &ctx.organization, &id, round, &ballot).await?;
        rows::blur(tx, &ctx.organization, round, &ballot.unit_id).await?;
        Ok(())
    }
    fn event(&self, (): &()) -> Event {
        // Whoever casts has no account, so no entry is written; even so nothing of the ballot is in it.
        Event::new("ballot.cast", "ballot", "")
    }
}

impl CastBallot {
    fn check(&self, paper: &BallotPaper) -> Result<BTreeMap<String, String>, Problems> {
        let (mut answers, mut problems) = (BTreeMap::new(), Problems::new());
        for (subject, choice) in self.answers.iter().filter(|(_, c)| !c.is_empty()) {
            let known = paper.lines.iter().any(|l| l.key == *subject);
            let offered = paper
                .round
                .scale
                .choices
                .iter()
                .any(|c| c.grade.as_str() == choice);
            if !known || !offered {
                problems.push(Problem::invalid("problem.appraisal.choice").with("choice", choice));
            }
            answers.insert(subject.clone(), choice.clone());
        }
        if !answers.contains_key(BALLOT_BRANCH) {
            problems.push(Problem::invalid("problem.appraisal.branch_first").on(BALLOT_BRANCH));
        }
        problems.or(answers)
    }
}
