//! Appraisal (N13): rounds by the template's cadence, what the voices say, secret ballots, a frozen result, and its
//! publication branch by branch.

mod ballot;
mod mend;
mod release;
mod round;
mod todo;
mod view;
mod voice;

pub use ballot::{
    BALLOT_BRANCH, BallotLine, BallotPaper, CastBallot, CodeSheet, FindBallot, FindTurnout, MakeCodes,
    Turnout,
};
pub use mend::{CancelRound, Heard, MendRound};
pub use release::{FreezeRound, ReleaseResults, Released};
pub use round::{ListRounds, OpenRound, Proposal, RoundLine, Rounds, Typed};
pub(crate) use todo::{low_grades_left, tasks, tasks_of_rounds};
pub(crate) use view::low_grade;
pub use view::{FindRound, Line, LowGrade, Previous, RoundFile, UnitLine};
pub use voice::{Comment, CommentRow, FindComments, FindSelf, Said, SelfFile, SelfReport};

use crate::ctx::Ctx;
use crate::error::{Error, Result};
use domain::access::{Actor, Permission, Role, Scope, may};
use domain::appraisal::{RoundState, Scale, Standing, Voice};
use domain::organization::PersonClass;
use domain::problem::Problem;
use jiff::civil::Date;
use std::collections::BTreeSet;
use store::Tx;
use store::appraisal as rows;

/// A round with its rules read.
#[derive(Clone, Debug)]
pub struct Round {
    /// The row.
    pub row: rows::Round,
    /// First day.
    pub opens_on: Date,
    /// Last day.
    pub closes_on: Date,
    /// Its own copy of the rules.
    pub scale: Scale,
    /// Where it stands today.
    pub state: RoundState,
}

impl Round {
    fn read(row: rows::Round, today: Date) -> Result<Round> {
        let day = |text: &str| text.parse::<Date>().map_err(Error::bug);
        let (opens_on, closes_on) = (day(&row.opens_on)?, day(&row.closes_on)?);
        Ok(Round {
            opens_on,
            closes_on,
            scale: serde_json::from_str(&row.scale).map_err(Error::bug)?,
            state: RoundState::of(opens_on, closes_on, row.frozen_at.is_some(), today),
            row,
        })
    }

    /// Whether the round hears a voice at all.
    pub fn hears(&self, voice: Voice) -> bool {
        self.scale.weights.contains_key(&voice)
    }

    /// Whether a voice gives points.
    pub fn weighs(&self, voice: Voice) -> bool {
        self.scale.weights.get(&voice).is_some_and(|w| *w > 0)
    }

    /// The voices it hears, in the order of the cascade.
    pub fn voices(&self) -> Vec<Voice> {
        self.scale.weights.keys().copied().collect()
    }
}

/// A pledge that is appraised.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The row.
    pub row: rows::Subject,
    /// Who comments on it.
    pub standing: Standing,
}

impl Subject {
    fn read(row: rows::Subject, secretaries: &BTreeSet<String>) -> Subject {
        let secretary = row.person_id.as_ref().is_some_and(|p| secretaries.contains(p));
        let led = row.person_id.is_none() || row.leading_cadre || secretary;
        Subject {
            standing: if led { Standing::Led } else { Standing::Member },
            row,
        }
    }

    /// Whether its pledger has not left.
    pub(crate) fn is_there(&self) -> bool {
        self.row.active != Some(false)
    }

    /// Whether it is a branch's own pledge.
    pub fn is_branch(&self) -> bool {
        self.row.person_id.is_none()
    }

    /// Whose pledge: the person's or the branch's name.
    pub fn name(&self) -> &str {
        if self.is_branch() {
            &self.row.unit_name
        } else {
            &self.row.name
        }
    }

    /// Whether it is the actor's own matter: his pledge, or that of the branch he is secretary of.
    pub fn is_own(&self, actor: &Actor) -> bool {
        let leads = |g: &domain::access::Grant| {
            g.role == Role::BranchSecretary && g.unit.as_deref() == Some(&self.row.unit_id)
        };
        match &self.row.person_id {
            Some(person) => actor.person.as_ref() == Some(person),
            None => actor.grants.iter().any(leads),
        }
    }

    /// Whether the actor speaks for this pledge in its own self-report.
    pub fn speaks_for(&self, actor: &Actor) -> bool {
        let scope = match &self.row.person_id {
            Some(person) => Scope::Person {
                person,
                unit: &self.row.unit_id,
            },
            None => Scope::Unit(&self.row.unit_id),
        };
        self.is_own(actor) && may(actor, Permission::AppraiseOwn, scope)
    }

    /// Whether people of this class get a grade.
    fn is_graded(&self, ungraded: &[PersonClass]) -> bool {
        PersonClass::from_name(&self.row.class).is_none_or(|c| !ungraded.contains(&c))
    }
}

/// The voice a comment permission speaks with.
fn permission_of(voice: Voice) -> Permission {
    match voice {
        Voice::BranchComment => Permission::CommentAsBranch,
        Voice::LeaderComment => Permission::CommentAsLeader,
        Voice::Own => Permission::AppraiseOwn,
        Voice::Peers | Voice::Ballot => Permission::ManageAppraisal,
    }
}

async fn find_round(ctx: &Ctx, tx: &mut Tx, id: &str) -> Result<Round> {
    let row = rows::round(tx, &ctx.organization, id).await?;
    Round::read(
        row.ok_or_else(|| Problem::not_found("problem.not_found"))?,
        ctx.today,
    )
}

/// Who is secretary of a branch.
async fn secretaries(ctx: &Ctx, tx: &mut Tx) -> Result<BTreeSet<String>> {
    let holders = store::review::role_holders(tx, &ctx.organization).await?;
    let secretaries = holders
        .into_iter()
        .filter(|h| h.role == Role::BranchSecretary.name())
        .map(|h| h.person_id);
    Ok(secretaries.collect())
}

/// Every pledge in force of a campaign whose pledger is still there: whoever has left is not appraised any more.
pub(crate) async fn subjects(ctx: &Ctx, tx: &mut Tx, campaign: &str) -> Result<Vec<Subject>> {
    let mut all = everybody(ctx, tx, campaign).await?;
    all.retain(Subject::is_there);
    Ok(all)
}

/// Every pledge in force of a campaign, those of leavers with them: a frozen result keeps its lines.
pub(crate) async fn everybody(ctx: &Ctx, tx: &mut Tx, campaign: &str) -> Result<Vec<Subject>> {
    let secretaries = secretaries(ctx, tx).await?;
    let all = rows::subjects(tx, &ctx.organization, campaign).await?;
    Ok(all
        .into_iter()
        .map(|row| Subject::read(row, &secretaries))
        .collect())
}

/// One pledge of the round's campaign.
async fn find_subject(
    ctx: &Ctx,
    tx: &mut Tx,
    round: &Round,
    secretaries: &BTreeSet<String>,
    pledge: &str,
) -> Result<Subject> {
    let missing = || Problem::not_found("problem.not_found");
    let row = rows::subject(tx, &ctx.organization, pledge)
        .await?
        .ok_or_else(missing)?;
    let whole = store::pledge::by_id(tx, &ctx.organization, pledge).await?;
    if whole.is_none_or(|p| p.campaign_id != round.row.campaign_id) {
        return Err(missing().into());
    }
    Ok(Subject::read(row, secretaries))
}

/// One pledge in force, of whatever campaign.
pub(crate) async fn one_subject(ctx: &Ctx, tx: &mut Tx, pledge: &str) -> Result<Subject> {
    let row = rows::subject(tx, &ctx.organization, pledge).await?;
    let row = row.ok_or_else(|| Problem::not_found("problem.not_found"))?;
    Ok(Subject::read(row, &secretaries(ctx, tx).await?))
}
