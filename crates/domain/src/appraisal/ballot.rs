//! Counting secret ballots.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Scale;
use crate::ids::GradeId;
use crate::problem::Problem;
use crate::progress::Share;

/// Fewest ballots or opinions of which anything but their number is shown.
pub const MIN_BALLOTS: u64 = 5;

/// The count of the ballots about one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Ballots with an answer about the subject.
    pub ballots: u64,
    /// People who had a ballot code.
    pub eligible: u64,
    /// Ballots for each choice; `None` while suppressed.
    pub counts: Option<BTreeMap<GradeId, u64>>,
    /// Mean in hundredths of a point, rounded half up; `None` while suppressed.
    pub mean: Option<u32>,
}

impl Tally {
    /// How many of those who could vote did.
    #[must_use]
    pub fn turnout(&self) -> Share {
        Share::new(self.ballots, self.eligible)
    }

    /// Nothing but the number of ballots may be shown.
    #[must_use]
    pub fn is_suppressed(&self) -> bool {
        self.counts.is_none()
    }

    fn suppress(&mut self) {
        self.counts = None;
        self.mean = None;
    }
}

/// Counts the answers about one subject, one for each ballot.
///
/// # Errors
/// `problem.appraisal.choice` for an answer the scale does not have, `problem.appraisal.too_many_ballots` when there
/// are more ballots than codes.
pub fn tally<'a>(
    scale: &Scale,
    answers: impl IntoIterator<Item = &'a GradeId>,
    eligible: u64,
) -> Result<Tally, Problem> {
    let mut counts: BTreeMap<GradeId, u64> = scale.choices.iter().map(|c| (c.grade.clone(), 0)).collect();
    let (mut ballots, mut points) = (0u64, 0u64);
    for answer in answers {
        let choice = scale.choices.iter().find(|c| c.grade == *answer);
        let choice =
            choice.ok_or_else(|| Problem::invalid("problem.appraisal.choice").with("choice", answer))?;
        ballots += 1;
        points += u64::from(choice.points);
        *counts.entry(choice.grade.clone()).or_default() += 1;
    }
    if ballots > eligible {
        let problem = Problem::conflict("problem.appraisal.too_many_ballots").with("ballots", ballots);
        return Err(problem.with("eligible", eligible));
    }
    if ballots < MIN_BALLOTS {
        return Ok(Tally {
            ballots,
            eligible,
            counts: None,
            mean: None,
        });
    }
    let mean = u32::try_from((points * 200 + ballots) / (2 * ballots)).unwrap_or(u32::MAX);
    Ok(Tally {
        ballots,
        eligible,
        counts: Some(counts),
        mean: Some(mean),
    })
}

/// Suppresses a second group where a total is shown beside its groups: with only one group hidden, its result could
/// be found by subtraction (PR-07). The smallest shown group is hidden with it.
pub fn suppress_groups(groups: &mut [Tally]) {
    let hidden: u64 = groups
        .iter()
        .filter(|g| g.is_suppressed())
        .map(|g| g.ballots)
        .sum();
    // Nothing hidden, or enough hidden together that the difference isolates nobody.
    if hidden == 0 || hidden >= MIN_BALLOTS {
        return;
    }
    let shown = groups.iter_mut().filter(|g| !g.is_suppressed());
    if let Some(smallest) = shown.min_by_key(|g| g.ballots) {
        smallest.suppress();
    }
}

/// Opinions of the public in five grades (五级好差评): 5 very satisfied … 1 very dissatisfied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Satisfaction {
    /// Opinions in all.
    pub opinions: u64,
    /// From very dissatisfied to very satisfied; `None` below five opinions.
    pub counts: Option<[u64; 5]>,
    /// Grades 3 to 5 (好评) of all; `None` below five opinions.
    pub satisfied: Option<Share>,
}

/// Adds up grades of the public.
///
/// # Errors
/// `problem.appraisal.grade_five` for a grade outside 1 to 5.
pub fn satisfaction(grades: impl IntoIterator<Item = i64>) -> Result<Satisfaction, Problem> {
    let mut counts = [0u64; 5];
    for grade in grades {
        let place = usize::try_from(grade - 1).ok().and_then(|i| counts.get_mut(i));
        *place.ok_or_else(|| Problem::invalid("problem.appraisal.grade_five").on("grade"))? += 1;
    }
    let opinions = counts.iter().sum();
    if opinions < MIN_BALLOTS {
        return Ok(Satisfaction {
            opinions,
            counts: None,
            satisfied: None,
        });
    }
    let good = counts[2..].iter().sum();
    Ok(Satisfaction {
        opinions,
        counts: Some(counts),
        satisfied: Some(Share::new(good, opinions)),
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{grade, scale};
    use super::*;
    use proptest::prelude::*;

    fn votes(satisfied: usize, fairly: usize, not: usize) -> Vec<GradeId> {
        [
            vec![grade("satisfied"); satisfied],
            vec![grade("fairly"); fairly],
            vec![grade("not_satisfied"); not],
        ]
        .concat()
    }

    #[test]
    fn four_ballots_show_nothing_five_do() {
        let four = tally(&scale(), &votes(3, 0, 1), 20).expect("four");
        assert_eq!((four.ballots, four.is_suppressed(), four.mean), (4, true, None));
        assert_eq!(four.turnout().per_mille(), Some(200));
        let five = tally(&scale(), &votes(3, 1, 1), 20).expect("five");
        assert_eq!(five.mean, Some(7700));
        assert_eq!(five.counts.expect("shown")[&grade("satisfied")], 3);
        assert_eq!(
            tally(&scale(), &votes(5, 0, 0), 4).expect_err("codes").key,
            "problem.appraisal.too_many_ballots"
        );
        assert_eq!(
            tally(&scale(), &[grade("other")], 4).expect_err("choice").key,
            "problem.appraisal.choice"
        );
    }

    #[test]
    fn a_hidden_group_cannot_be_found_by_subtraction() {
        let of = |n| tally(&scale(), &votes(n, 0, 0), 100).expect("tally");
        let hidden = |sizes: &[usize]| {
            let mut groups: Vec<_> = sizes.iter().map(|n| of(*n)).collect();
            suppress_groups(&mut groups);
            groups.iter().map(Tally::is_suppressed).collect::<Vec<_>>()
        };
        assert_eq!(hidden(&[20, 3, 7]), [false, true, true]);
        assert_eq!(
            hidden(&[20, 0, 7]),
            [false, true, false],
            "an empty group hides nothing"
        );
        assert_eq!(
            hidden(&[20, 3, 4]),
            [false, true, true],
            "two hidden ones cover each other"
        );
        assert_eq!(hidden(&[20, 8, 7]), [false, false, false]);
    }

    #[test]
    fn satisfaction_needs_five_voices() {
        assert_eq!(satisfaction([5, 4, 3, 2]).expect("four").counts, None);
        let five = satisfaction([5, 4, 3, 2, 1]).expect("five");
        assert_eq!(
            (five.counts, five.satisfied),
            (Some([1; 5]), Some(Share::new(3, 5)))
        );
        for bad in [0, 6, -1, i64::MIN + 1] {
            assert!(satisfaction([bad]).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn nothing_of_fewer_than_five_is_ever_shown(a in 0usize..8, b in 0usize..8, c in 0usize..8, groups in proptest::collection::vec(0usize..9, 1..6)) {
            let one = tally(&scale(), &votes(a, b, c), 100).expect("tally");
            prop_assert_eq!(one.is_suppressed(), a + b + c < 5);
            prop_assert_eq!(one.mean.is_none(), one.is_suppressed());
            let mut all: Vec<_> = groups.iter().map(|n| tally(&scale(), &votes(*n, 0, 0), 100).expect("tally")).collect();
            suppress_groups(&mut all);
            let hidden: u64 = all.iter().filter(|g| g.is_suppressed()).map(|g| g.ballots).sum();
            prop_assert!(hidden == 0 || hidden >= 5 || all.iter().all(Tally::is_suppressed));
        }
    }
}
