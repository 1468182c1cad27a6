//! Appraisal (评诺, N13): scale, scores of the voices, secret ballots, and the frozen result of a round.
//!
//! Results of fewer than five ballots are suppressed (PRODUCT.md 3.7). Scores are hundredths of a point, so that no
//! fraction enters a hash. A missing voice is missing; it is never counted as zero.

mod ballot;
mod cascade;
mod result;

pub use ballot::{MIN_BALLOTS, Satisfaction, Tally, satisfaction, suppress_groups, tally};
pub use cascade::{RoundState, Standing, check_days, propose, within};
pub use result::{ResultRow, RoundResult};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::campaign::Template;
use crate::ids::GradeId;
use crate::problem::{Problem, Problems};

/// Whose voice a score is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Voice {
    /// 自评 / 述诺.
    #[serde(rename = "self")]
    Own,
    /// 支部讲评.
    BranchComment,
    /// 领导点评.
    LeaderComment,
    /// 党员互评.
    Peers,
    /// 群众评议, by ballot.
    Ballot,
}

impl Voice {
    /// The identifier as stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Own => "self",
            Self::BranchComment => "branch_comment",
            Self::LeaderComment => "leader_comment",
            Self::Peers => "peers",
            Self::Ballot => "ballot",
        }
    }
}

impl Voice {
    /// The voice a template names; `None` for one this product does not know.
    #[must_use]
    pub fn of_template(key: &str) -> Option<Self> {
        match key {
            "self_report" | "self" => Some(Self::Own),
            "branch_comment" => Some(Self::BranchComment),
            "leader_comment" => Some(Self::LeaderComment),
            "peers" => Some(Self::Peers),
            "masses" | "ballot" => Some(Self::Ballot),
            _ => None,
        }
    }
}

/// A grade and the lowest score that gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Band {
    /// The grade.
    pub grade: GradeId,
    /// From this score on, whole points.
    pub from: u32,
}

/// A choice on the ballot and the points it stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The choice.
    pub grade: GradeId,
    /// Whole points.
    pub points: u32,
}

/// The rules of a round, copied from the template when it opens: old verdicts are never judged by new rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scale {
    /// Highest score, whole points.
    pub max: u32,
    /// The grades, the best first.
    pub bands: Vec<Band>,
    /// The choices of the ballot.
    pub choices: Vec<Choice>,
    /// How much each voice weighs in the score; voices not named do not enter.
    pub weights: BTreeMap<Voice, u32>,
    /// At most so many per hundred may have the best grade; `None` = no cap.
    #[serde(default)]
    pub top_cap_percent: Option<u32>,
}

impl Scale {
    /// Checks that the scale can be used: bands fall from the highest to zero, points fit, something weighs.
    ///
    /// # Errors
    /// `problem.appraisal.scale` (arg `what`: `bands`, `choices`, `weights` or `cap`).
    pub fn check(&self) -> Result<(), Problems> {
        let mut problems = Problems::new();
        let mut wrong =
            |what: &str| problems.push(Problem::invalid("problem.appraisal.scale").with("what", what));
        let falling = self.bands.windows(2).all(|w| w[0].from > w[1].from);
        if !falling || self.bands.last().is_none_or(|b| b.from != 0) || self.bands[0].from > self.max {
            wrong("bands");
        }
        if self.choices.len() < 2 || self.choices.iter().any(|c| c.points > self.max) {
            wrong("choices");
        }
        if self.weights.values().all(|w| *w == 0) || self.weights.values().any(|w| *w > 1000) {
            wrong("weights");
        }
        if self.top_cap_percent.is_some_and(|p| p > 100) {
            wrong("cap");
        }
        problems.or(())
    }

    /// The rules of a round from the campaign's template: its grades, and the weights of the voices that its cadence
    /// hears. The five grades of satisfaction are the ballot's choices; each fifth is a fifth of the highest score.
    ///
    /// # Errors
    /// `problem.appraisal.scale` when the template has no such cadence or its rules do not pass [`Scale::check`].
    pub fn of_template(template: &Template, cadence: &str) -> Result<Self, Problems> {
        let appraisal = &template.appraisal;
        let wrong = |what: &str| Problem::invalid("problem.appraisal.scale").with("what", what);
        let heard = appraisal
            .cadence
            .iter()
            .find(|c| c.key == cadence)
            .ok_or_else(|| wrong("cadence"))?;
        let voices = appraisal.voices.iter().filter(|v| heard.voices.contains(&v.key));
        let bands = appraisal.grades.iter().map(|g| {
            Ok(Band {
                grade: GradeId::parse(&*g.key)?,
                from: g.from,
            })
        });
        let choices = template.satisfaction.iter().map(|s| {
            let points = appraisal.max_score.saturating_mul(s.score) / 5;
            Ok(Choice {
                grade: GradeId::parse(&*s.key)?,
                points,
            })
        });
        let scale = Self {
            max: appraisal.max_score,
            bands: bands.collect::<Result<_, Problem>>()?,
            choices: choices.collect::<Result<_, Problem>>()?,
            weights: voices
                .filter_map(|v| Some((Voice::of_template(&v.key)?, v.weight)))
                .collect(),
            top_cap_percent: appraisal.grades.first().and_then(|g| g.cap_percent),
        };
        scale.check()?;
        Ok(scale)
    }

    /// The grade of a score in hundredths of a point.
    #[must_use]
    pub fn grade(&self, hundredths: u32) -> Option<&GradeId> {
        let band = self
            .bands
            .iter()
            .find(|b| u64::from(hundredths) >= u64::from(b.from) * 100);
        band.map(|b| &b.grade)
    }

    /// The weighted score of a pledge in hundredths of a point, rounded half up.
    ///
    /// # Errors
    /// The weighing voices that are missing: no score is made up for them.
    pub fn score(&self, scores: &BTreeMap<Voice, u32>) -> Result<u32, Vec<Voice>> {
        let weighing = || self.weights.iter().filter(|(_, w)| **w > 0);
        let missing: Vec<Voice> = weighing()
            .map(|(v, _)| *v)
            .filter(|v| !scores.contains_key(v))
            .collect();
        if !missing.is_empty() {
            return Err(missing);
        }
        let (mut sum, mut of) = (0u64, 0u64);
        for (voice, weight) in weighing() {
            sum += u64::from(scores.get(voice).copied().unwrap_or(0)) * u64::from(*weight);
            of += u64::from(*weight);
        }
        if of == 0 {
            return Err(Vec::new());
        }
        Ok(u32::try_from((2 * sum + of) / (2 * of)).unwrap_or(u32::MAX))
    }

    /// Checks a score that somebody gives, whole points.
    ///
    /// # Errors
    /// `problem.appraisal.score` on `score` (arg `max`).
    pub fn check_score(&self, points: i64) -> Result<u32, Problem> {
        let score = u32::try_from(points).ok().filter(|p| *p <= self.max);
        score.ok_or_else(|| {
            Problem::invalid("problem.appraisal.score")
                .on("score")
                .with("max", self.max)
        })
    }

    /// Checks what a voice says: points where it weighs, and words where nothing but words is heard or where the
    /// points give the lowest grade: nobody is called poor without a reason.
    ///
    /// # Errors
    /// `problem.appraisal.score` on `score` (arg `max`), `problem.appraisal.words` on `words`.
    pub fn check_said(&self, voice: Voice, points: Option<i64>, words: &str) -> Result<Option<u32>, Problem> {
        let weighs = self.weights.get(&voice).is_some_and(|w| *w > 0);
        let points = match (weighs, points) {
            (true, given) => Some(self.check_score(given.unwrap_or(-1))?),
            (false, _) => None,
        };
        let lowest = self.bands.last().map(|b| &b.grade);
        let poor = points.is_some_and(|p| self.grade(p.saturating_mul(100)) == lowest);
        if crate::text::is_blank(words) && (poor || points.is_none()) {
            return Err(Problem::invalid("problem.appraisal.words").on("words"));
        }
        Ok(points)
    }

    /// Checks the cap on the best grade over all graded pledges of a group.
    ///
    /// # Errors
    /// `problem.appraisal.cap` (args `count`, `limit`, `of`).
    pub fn check_cap<'a>(&self, grades: impl IntoIterator<Item = &'a GradeId>) -> Result<(), Problem> {
        let (Some(percent), Some(top)) = (self.top_cap_percent, self.bands.first()) else {
            return Ok(());
        };
        let (mut of, mut count) = (0u64, 0u64);
        for grade in grades {
            of += 1;
            count += u64::from(*grade == top.grade);
        }
        let limit = of * u64::from(percent) / 100;
        if count <= limit {
            return Ok(());
        }
        Err(Problem::conflict("problem.appraisal.cap")
            .with("count", count)
            .with("limit", limit)
            .with("of", of))
    }
}

/// Whether somebody may rate a pledge with this voice: only the pledger speaks for himself, and nobody else's voice
/// is his (PRODUCT.md 3.3).
///
/// # Errors
/// `problem.appraisal.own` for a comment on one's own pledge, `problem.appraisal.not_own` for a self-report about
/// somebody else.
pub fn may_rate(voice: Voice, is_own: bool) -> Result<(), Problem> {
    match (voice, is_own) {
        (Voice::Own, false) => Err(Problem::forbidden("problem.appraisal.not_own")),
        (Voice::BranchComment | Voice::LeaderComment, true) => {
            Err(Problem::forbidden("problem.appraisal.own"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn grade(text: &str) -> GradeId {
        GradeId::parse(text).expect("word")
    }

    /// 好 from 95, 中 80–94, 差 below 80 (N13).
    pub(crate) fn scale() -> Scale {
        let band = |g, from| Band {
            grade: grade(g),
            from,
        };
        let choice = |g, points| Choice {
            grade: grade(g),
            points,
        };
        Scale {
            max: 100,
            bands: vec![band("good", 95), band("medium", 80), band("poor", 0)],
            choices: vec![
                choice("satisfied", 100),
                choice("fairly", 85),
                choice("not_satisfied", 0),
            ],
            weights: [
                (Voice::Own, 10),
                (Voice::BranchComment, 30),
                (Voice::LeaderComment, 30),
                (Voice::Ballot, 30),
            ]
            .into(),
            top_cap_percent: Some(33),
        }
    }

    #[test]
    fn grades_begin_at_their_bounds() {
        for (hundredths, want) in [
            (10000, "good"),
            (9500, "good"),
            (9499, "medium"),
            (8000, "medium"),
            (7999, "poor"),
            (0, "poor"),
        ] {
            assert_eq!(scale().grade(hundredths), Some(&grade(want)), "{hundredths}");
        }
        assert!(scale().check().is_ok());
        let mut bad = scale();
        bad.bands.swap(0, 1);
        bad.choices.clear();
        bad.weights.clear();
        bad.top_cap_percent = Some(101);
        let what: Vec<_> = bad
            .check()
            .expect_err("bad")
            .0
            .iter()
            .filter_map(|p| p.arg("what").map(str::to_owned))
            .collect();
        assert_eq!(what, ["bands", "choices", "weights", "cap"]);
    }

    #[test]
    fn shipped_templates_give_scales() {
        for (name, text) in crate::campaign::shipped() {
            let template = crate::campaign::parse(text).unwrap_or_else(|faults| panic!("{name}: {faults:?}"));
            for cadence in &template.appraisal.cadence {
                // A cadence may hear only voices that do not count: then it has words and no score.
                let mut voices = template.appraisal.voices.iter();
                let want = voices.any(|v| v.weight > 0 && cadence.voices.contains(&v.key));
                let scale = Scale::of_template(&template, &cadence.key);
                assert_eq!(scale.is_ok(), want, "{name} {}: {scale:?}", cadence.key);
                let Ok(scale) = scale else { continue };
                assert_eq!(
                    scale.choices.iter().map(|c| c.points).max(),
                    Some(scale.max),
                    "{name}"
                );
            }
            assert!(Scale::of_template(&template, "never").is_err());
        }
    }

    #[test]
    fn a_missing_voice_gives_no_score() {
        let mut scores: BTreeMap<Voice, u32> = [
            (Voice::Own, 10000),
            (Voice::BranchComment, 9000),
            (Voice::LeaderComment, 8000),
        ]
        .into();
        assert_eq!(scale().score(&scores), Err(vec![Voice::Ballot]));
        scores.insert(Voice::Ballot, 9333);
        // (10·100 + 30·90 + 30·80 + 30·93.33) / 100 = 88.999
        assert_eq!(scale().score(&scores), Ok(8900));
        assert_eq!(
            scale().check_score(101).expect_err("high").arg("max"),
            Some("100")
        );
        assert!(scale().check_score(-1).is_err());
        assert_eq!(scale().check_score(100), Ok(100));
    }

    #[test]
    fn nobody_is_called_poor_without_a_reason() {
        let said = |points, words| scale().check_said(Voice::BranchComment, points, words);
        assert_eq!(said(Some(80), " "), Ok(Some(80)));
        assert_eq!(
            said(Some(79), " ").expect_err("poor").field.as_deref(),
            Some("words")
        );
        assert_eq!(said(Some(79), "窗口多次无人"), Ok(Some(79)));
        assert_eq!(
            said(None, "好").expect_err("no points").field.as_deref(),
            Some("score")
        );
        let words_only = Scale {
            weights: [(Voice::Own, 0), (Voice::Ballot, 1)].into(),
            ..scale()
        };
        assert_eq!(words_only.check_said(Voice::Own, Some(100), "做到了"), Ok(None));
        assert!(words_only.check_said(Voice::Own, None, "").is_err());
    }

    #[test]
    fn the_cap_holds_for_the_best_grade() {
        let grades =
            |top: usize, rest: usize| [vec![grade("good"); top], vec![grade("medium"); rest]].concat();
        assert!(scale().check_cap(&grades(3, 7)).is_ok());
        let problem = scale().check_cap(&grades(4, 6)).expect_err("over");
        assert_eq!(
            (problem.arg("count"), problem.arg("limit"), problem.arg("of")),
            (Some("4"), Some("3"), Some("10"))
        );
        assert!(
            Scale {
                top_cap_percent: None,
                ..scale()
            }
            .check_cap(&grades(9, 0))
            .is_ok()
        );
    }

    #[test]
    fn nobody_comments_on_himself() {
        assert!(may_rate(Voice::Own, true).is_ok() && may_rate(Voice::Ballot, false).is_ok());
        assert_eq!(
            may_rate(Voice::LeaderComment, true).expect_err("own").key,
            "problem.appraisal.own"
        );
        assert_eq!(
            may_rate(Voice::Own, false).expect_err("other").key,
            "problem.appraisal.not_own"
        );
    }

    proptest! {
        #[test]
        fn a_score_lies_between_its_voices(own in 0u32..=10000, branch in 0u32..=10000, leader in 0u32..=10000, mass in 0u32..=10000) {
            let all = [own, branch, leader, mass];
            let scores = [(Voice::Own, own), (Voice::BranchComment, branch), (Voice::LeaderComment, leader), (Voice::Ballot, mass)].into();
            let score = scale().score(&scores).expect("all there");
            prop_assert!(all.iter().min().is_some_and(|m| *m <= score) && all.iter().max().is_some_and(|m| score <= *m));
        }
    }
}
