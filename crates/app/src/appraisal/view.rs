//! A round as those see it who run it, comment in it, or are appraised by it.

use super::mend::Heard;
use super::release::result_of;
use super::round::{WRITTEN, is_said};
use super::{Round, Subject, everybody, find_round, find_subject, secretaries};
use crate::campaign::{self, RunningCampaign};
use crate::case::{Need, Query};
use crate::ctx::Ctx;
use crate::error::Result;
use domain::access::{Permission, Scope, may};
use domain::appraisal::{ResultRow, RoundState, Voice};
use domain::ids::GradeId;
use domain::problem::Problem;
use store::Tx;
use store::appraisal::{self as rows, CodeCount, Entry};

/// The result of the round before.
#[derive(Clone, Debug)]
pub struct Previous {
    /// Score in hundredths of a point.
    pub score: Option<u32>,
    /// Grade.
    pub grade: Option<GradeId>,
}

/// A pledge in a round.
#[derive(Clone, Debug)]
pub struct Line {
    /// The pledge.
    pub subject: Subject,
    /// What was said about it.
    pub entries: Vec<Entry>,
    /// The voices that are asked about it and have not spoken.
    pub silent: Vec<Voice>,
    /// The frozen result.
    pub result: Option<ResultRow>,
    /// The result of the round before.
    pub previous: Option<Previous>,
    /// Whether the grade is low: criticism is proposed (N18).
    pub low: bool,
    /// Whether the grade is public.
    pub released: bool,
}

impl Line {
    /// What one voice said.
    pub fn said(&self, voice: Voice) -> Option<&Entry> {
        self.entries.iter().find(|e| e.voice == voice.name())
    }
}

/// A branch in a round.
#[derive(Clone, Debug)]
pub struct UnitLine {
    /// The branch.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// Voice, how many are asked for, how many were given.
    pub said: Vec<(Voice, usize, usize)>,
    /// Who is missing: voice and name.
    pub missing: Vec<(Voice, String)>,
    /// Codes handed out and used.
    pub codes: Vec<CodeCount>,
    /// Its pledges.
    pub lines: Vec<Line>,
    /// Grades that could be shown to the public and are not.
    pub to_release: usize,
}

/// The page of a round.
#[derive(Clone, Debug)]
pub struct RoundFile {
    /// The round.
    pub round: Round,
    /// The campaign.
    pub campaign: RunningCampaign,
    /// Branches the reader sees.
    pub units: Vec<UnitLine>,
    /// Title of the frozen round before, and whether it was judged by the same rules.
    pub before: Option<(String, bool)>,
    /// Whether the reader sees pledges of others.
    pub wide: bool,
    /// What has come in: decides what of the round can still be changed.
    pub heard: Heard,
}

/// Asks for a round.
pub struct FindRound {
    /// Its id.
    pub round: String,
}

impl Query for FindRound {
    type Out = RoundFile;
    fn needs(&self) -> Need {
        Need::SignedIn
    }
    async fn run(&self, ctx: &Ctx, tx: &mut Tx) -> Result<RoundFile> {
        let round = find_round(ctx, tx, &self.round).await?;
        let campaign = campaign::by_id(ctx, tx, &round.row.campaign_id).await?;
        let found = Found {
            result: result_of(&round)?.map(|r| r.rows).unwrap_or_default(),
            before: before(ctx, tx, &round).await?,
            entries: rows::entries(tx, &ctx.organization, &self.round).await?,
            codes: rows::code_counts(tx, &ctx.organization, &self.round).await?,
            releases: rows::releases(tx, &ctx.organization, &self.round).await?,
        };
        let (mut units, mut wide): (Vec<UnitLine>, bool) = (Vec::new(), false);
        for subject in everybody(ctx, tx, &campaign.id).await? {
            let judged = |r: &ResultRow| r.pledge.as_str() == subject.row.id;
            if !subject.is_there() && !found.result.iter().any(judged) {
                continue;
            }
            let others = sees(ctx, &round, &subject);
            wide |= others;
            if !others && !subject.is_own(&ctx.actor) {
                continue;
            }
            let line = found.line(&round, &campaign, subject);
            match units.last_mut().filter(|u| u.unit == line.subject.row.unit_id) {
                Some(unit) => unit.lines.push(line),
                None => units.push(found.unit(line)),
            }
        }
        if units.is_empty() && !may(&ctx.actor, Permission::ManageAppraisal, Scope::Organization) {
            return Err(Problem::not_found("problem.not_found").into());
        }
        for unit in &mut units {
            sum(&round, unit);
        }
        Ok(RoundFile {
            before: found
                .before
                .as_ref()
                .map(|(r, _)| (r.row.title.clone(), r.scale == round.scale)),
            heard: Heard::of(&found.entries, &found.codes),
            round,
            campaign,
            units,
            wide,
        })
    }
}

/// Whether the reader may see how somebody else is appraised. Who may criticise a low grade sees what was found, once it
/// is frozen.
fn sees(ctx: &Ctx, round: &Round, subject: &Subject) -> bool {
    let unit = Scope::Unit(&subject.row.unit_id);
    let frozen = round.state == RoundState::Frozen;
    if frozen && may(&ctx.actor, Permission::OrderRectification, Scope::Organization) {
        return true;
    }
    [
        Permission::ManageAppraisal,
        Permission::CommentAsLeader,
        Permission::CommentAsBranch,
    ]
    .into_iter()
    .any(|p| may(&ctx.actor, p, unit))
}

/// The frozen round of the same cadence before this one.
async fn before(ctx: &Ctx, tx: &mut Tx, round: &Round) -> Result<Option<(Round, Vec<ResultRow>)>> {
    let all = rows::rounds(tx, &ctx.organization, &round.row.campaign_id).await?;
    let earlier = all
        .into_iter()
        .find(|r| r.cadence == round.row.cadence && r.frozen_at.is_some() && r.opens_on < round.row.opens_on);
    let Some(row) = earlier else { return Ok(None) };
    let earlier = Round::read(row, ctx.today)?;
    let result = result_of(&earlier)?;
    Ok(result.map(|r| (earlier, r.rows)))
}

/// Whether the campaign's template calls the grade low.
pub(super) fn is_low(campaign: &RunningCampaign, result: &ResultRow) -> bool {
    let grade = result.grade.as_ref().map(GradeId::as_str);
    let mut grades = campaign.template.appraisal.grades.iter();
    grades.any(|g| g.low && Some(g.key.as_str()) == grade)
}

/// A low grade that somebody was given, as a reason for criticism (N18).
#[derive(Clone, Debug)]
pub struct LowGrade {
    /// The campaign, whose template names the grades.
    pub campaign: RunningCampaign,
    /// The pledge it was given to.
    pub subject: Subject,
    /// Title of the round.
    pub round: String,
    /// The grade.
    pub grade: GradeId,
    /// The score in hundredths of a point.
    pub score: Option<u32>,
}

/// The low grade of one pledge in a frozen round.
pub(crate) async fn low_grade(ctx: &Ctx, tx: &mut Tx, round: &str, pledge: &str) -> Result<LowGrade> {
    let missing = || Problem::not_found("problem.not_found");
    let round = find_round(ctx, tx, round).await?;
    let campaign = campaign::by_id(ctx, tx, &round.row.campaign_id).await?;
    let rows = result_of(&round)?.map(|r| r.rows).unwrap_or_default();
    let row = rows.into_iter().find(|r| r.pledge.as_str() == pledge);
    let row = row.filter(|r| is_low(&campaign, r)).ok_or_else(missing)?;
    let secretaries = secretaries(ctx, tx).await?;
    let subject = find_subject(ctx, tx, &round, &secretaries, pledge).await?;
    Ok(LowGrade {
        campaign,
        subject,
        round: round.row.title,
        grade: row.grade.ok_or_else(missing)?,
        score: row.score,
    })
}

struct Found {
    result: Vec<ResultRow>,
    before: Option<(Round, Vec<ResultRow>)>,
    entries: Vec<Entry>,
    codes: Vec<CodeCount>,
    releases: Vec<rows::Release>,
}

impl Found {
    fn line(&self, round: &Round, campaign: &RunningCampaign, subject: Subject) -> Line {
        let id = subject.row.id.as_str();
        let find = |rows: &[ResultRow]| rows.iter().find(|r| r.pledge.as_str() == id).cloned();
        let result = find(&self.result);
        let previous = self.before.as_ref().and_then(|(_, rows)| find(rows));
        let low = result.as_ref().is_some_and(|r| is_low(campaign, r));
        let silent = WRITTEN
            .into_iter()
            .filter(|v| round.scale.asks(*v, subject.standing) && !is_said(&self.entries, id, *v));
        Line {
            silent: silent.collect(),
            entries: self
                .entries
                .iter()
                .filter(|e| e.pledge_id == id)
                .cloned()
                .collect(),
            previous: previous.map(|r| Previous {
                score: r.score,
                grade: r.grade,
            }),
            released: self.releases.iter().any(|r| r.pledge_id == id),
            low,
            result,
            subject,
        }
    }

    fn unit(&self, first: Line) -> UnitLine {
        let row = &first.subject.row;
        UnitLine {
            unit: row.unit_id.clone(),
            name: row.unit_name.clone(),
            codes: self
                .codes
                .iter()
                .filter(|c| c.unit_id == row.unit_id)
                .cloned()
                .collect(),
            said: vec![],
            missing: vec![],
            to_release: 0,
            lines: vec![first],
        }
    }
}

fn sum(round: &Round, unit: &mut UnitLine) {
    for voice in WRITTEN.into_iter().filter(|v| round.hears(*v)) {
        let asked = unit
            .lines
            .iter()
            .filter(|l| round.scale.asks(voice, l.subject.standing));
        let (asked, silent): (Vec<_>, Vec<_>) = (
            asked.clone().collect(),
            asked.filter(|l| l.silent.contains(&voice)).collect(),
        );
        unit.said.push((voice, asked.len(), asked.len() - silent.len()));
        let names = silent.iter().map(|l| (voice, l.subject.name().to_owned()));
        unit.missing.extend(names);
    }
    let waits = |l: &&Line| {
        let graded = l.result.as_ref().is_some_and(|r| r.grade.is_some());
        graded && !l.released && l.subject.row.state == "published"
    };
    unit.to_release = unit.lines.iter().filter(waits).count();
}
