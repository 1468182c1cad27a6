//! The frozen result of a round.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Scale, Tally, Voice};
use crate::canonical::{canonical_json, sha256_hex};
use crate::ids::{AppraisalRoundId, CampaignId, GradeId, PledgeId};
use crate::problem::Problem;

/// The result of one pledge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultRow {
    /// The pledge.
    pub pledge: PledgeId,
    /// The scores given, hundredths of a point.
    pub scores: BTreeMap<Voice, u32>,
    /// The ballots, if the round has them.
    pub ballot: Option<Tally>,
    /// The weighted score; `None` while a weighing voice is missing.
    pub score: Option<u32>,
    /// Its grade.
    pub grade: Option<GradeId>,
    /// The voices that are missing.
    pub missing: Vec<Voice>,
}

impl ResultRow {
    /// Works a row out. A suppressed ballot is a missing voice: its mean may not shine through the score.
    #[must_use]
    pub fn of(
        scale: &Scale,
        pledge: PledgeId,
        mut scores: BTreeMap<Voice, u32>,
        ballot: Option<Tally>,
    ) -> Self {
        scores.remove(&Voice::Ballot);
        if let Some(mean) = ballot.as_ref().and_then(|t| t.mean) {
            scores.insert(Voice::Ballot, mean);
        }
        let (score, missing) = match scale.score(&scores) {
            Ok(score) => (Some(score), Vec::new()),
            Err(missing) => (None, missing),
        };
        let grade = score.and_then(|s| scale.grade(s).cloned());
        Self {
            pledge,
            scores,
            ballot,
            score,
            grade,
            missing,
        }
    }
}

/// A round's result with the rules it was made by: once sealed it is compared, never recomputed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundResult {
    /// Version of this format.
    pub format: String,
    /// The round.
    pub round: AppraisalRoundId,
    /// The campaign.
    pub campaign: CampaignId,
    /// First day.
    pub opens_on: Date,
    /// Last day.
    pub closes_on: Date,
    /// The rules.
    pub scale: Scale,
    /// One row for each pledge, sorted by pledge.
    pub rows: Vec<ResultRow>,
}

impl RoundResult {
    /// Format of this text.
    pub const FORMAT: &str = "jiannuo-appraisal-1";

    /// Canonical JSON and its SHA-256 in hexadecimal; rows are sorted first, so their order does not matter.
    ///
    /// # Errors
    /// `problem.appraisal.pledge_twice` when a pledge has two rows, `problem.appraisal.cap` over the cap.
    pub fn seal(mut self) -> Result<(String, String), Problem> {
        self.rows.sort_by(|a, b| a.pledge.cmp(&b.pledge));
        if self.rows.windows(2).any(|w| w[0].pledge == w[1].pledge) {
            return Err(Problem::conflict("problem.appraisal.pledge_twice"));
        }
        self.scale
            .check_cap(self.rows.iter().filter_map(|row| row.grade.as_ref()))?;
        let text = canonical_json(&self)?;
        let hash = sha256_hex(text.as_bytes());
        Ok((text, hash))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tally;
    use super::super::tests::{grade, scale};
    use super::*;
    use jiff::civil::date;

    fn id(n: u8) -> String {
        format!("01932b6e-7c1a-7f00-8000-0000000000{n:02}")
    }

    fn row(n: u8, points: u32, ballots: usize) -> ResultRow {
        let scores = [Voice::Own, Voice::BranchComment, Voice::LeaderComment]
            .map(|v| (v, points * 100))
            .into();
        let votes = vec![grade("satisfied"); ballots];
        let ballot = tally(&scale(), &votes, 20).expect("tally");
        ResultRow::of(
            &scale(),
            PledgeId::parse(id(n)).expect("uuid"),
            scores,
            Some(ballot),
        )
    }

    #[test]
    fn a_suppressed_ballot_leaves_the_score_open() {
        let open = row(1, 90, 4);
        assert_eq!((open.score, &open.missing[..]), (None, &[Voice::Ballot][..]));
        let whole = row(1, 90, 5);
        assert_eq!((whole.score, whole.grade), (Some(9300), Some(grade("medium"))));
    }

    #[test]
    fn the_seal_does_not_depend_on_order_and_sees_every_change() {
        let result = |rows| RoundResult {
            format: RoundResult::FORMAT.to_owned(),
            round: AppraisalRoundId::parse(id(8)).expect("uuid"),
            campaign: CampaignId::parse(id(9)).expect("uuid"),
            opens_on: date(2011, 1, 1),
            closes_on: date(2011, 1, 15),
            scale: scale(),
            rows,
        };
        let one = result(vec![row(1, 90, 5), row(2, 80, 6)]).seal().expect("seal");
        let two = result(vec![row(2, 80, 6), row(1, 90, 5)]).seal().expect("seal");
        assert_eq!(one, two);
        assert_ne!(
            result(vec![row(1, 90, 5), row(2, 81, 6)]).seal().expect("seal").1,
            one.1
        );
        let back: RoundResult = serde_json::from_str(&one.0).expect("own text");
        assert_eq!(back.seal().expect("seal"), one);
        let twice = result(vec![row(1, 90, 5), row(1, 80, 6)])
            .seal()
            .expect_err("twice");
        assert_eq!(twice.key, "problem.appraisal.pledge_twice");
        assert_eq!(
            result(vec![row(1, 100, 5)]).seal().expect_err("cap").key,
            "problem.appraisal.cap"
        );
    }
}
