//! Who has to appraise whom, and when (N13): the cascade from self-report to ballot.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use super::{Scale, Voice};
use crate::problem::Problem;
use crate::time::add_days;

/// Days a round stays open by proposal: two weeks ending on the day the cadence falls due.
const ROUND_DAYS: i32 = 13;

/// Where a pledger stands, as far as comments go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A branch, its secretary or a leading cadre: leaders comment, since the branch would comment on itself.
    Led,
    /// Everybody else: the branch comments through its secretary.
    Member,
}

impl Standing {
    /// Whether a voice speaks about somebody who stands here.
    #[must_use]
    pub fn hears(self, voice: Voice) -> bool {
        match voice {
            Voice::Own | Voice::Peers | Voice::Ballot => true,
            Voice::BranchComment => self == Self::Member,
            Voice::LeaderComment => self == Self::Led,
        }
    }
}

impl Scale {
    /// Whether the round hears a voice about somebody who stands here.
    #[must_use]
    pub fn asks(&self, voice: Voice, standing: Standing) -> bool {
        self.weights.contains_key(&voice) && standing.hears(voice)
    }

    /// The rules as far as they concern somebody: voices that never speak about him do not weigh, the others keep
    /// their proportion.
    #[must_use]
    pub fn about(&self, standing: Standing) -> Scale {
        let weights: BTreeMap<_, _> = self
            .weights
            .iter()
            .filter(|(voice, _)| standing.hears(**voice))
            .map(|(voice, weight)| (*voice, *weight))
            .collect();
        Scale {
            weights,
            ..self.clone()
        }
    }
}

/// Where a round stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoundState {
    /// Its first day has not come.
    Upcoming,
    /// Voices are heard.
    Open,
    /// Its last day is over; nothing is frozen yet.
    Closed,
    /// The result is frozen.
    Frozen,
}

impl RoundState {
    /// Computes it.
    #[must_use]
    pub fn of(opens_on: Date, closes_on: Date, frozen: bool, today: Date) -> Self {
        match () {
            () if frozen => Self::Frozen,
            () if today < opens_on => Self::Upcoming,
            () if today > closes_on => Self::Closed,
            () => Self::Open,
        }
    }

    /// The identifier as i18n keys (`round_state.…`) write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Upcoming => "upcoming",
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Frozen => "frozen",
        }
    }

    /// Refuses unless voices are heard.
    ///
    /// # Errors
    /// `problem.appraisal.not_open`.
    pub fn require_open(self) -> Result<(), Problem> {
        match self {
            Self::Open => Ok(()),
            _ => Err(Problem::conflict("problem.appraisal.not_open")),
        }
    }
}

/// Proposes the next round of a cadence: `months` after the beginning and so on, the first that is not over and
/// begins after the last one held.
#[must_use]
pub fn propose(begins: Date, months: u32, last_closed: Option<Date>, today: Date) -> (Date, Date) {
    let months = i64::from(months.clamp(1, 1200));
    let mut due = begins;
    for n in 1..=1200 {
        let span: Span = (months * n).months();
        let Ok(next) = begins.checked_add(span) else { break };
        due = next;
        if due >= today && last_closed.is_none_or(|last| add_days(due, -ROUND_DAYS) > last) {
            break;
        }
    }
    (add_days(due, -ROUND_DAYS).max(begins), due)
}

/// Keeps a proposed round within its stage: the first one is moved forward so that it ends with the stage, a further one
/// that would end later is not proposed.
#[must_use]
pub fn within(
    (opens_on, closes_on): (Date, Date),
    begins: Date,
    ends: Option<Date>,
    held_before: bool,
) -> Option<(Date, Date)> {
    match ends {
        Some(ends) if closes_on > ends && held_before => None,
        Some(ends) if closes_on > ends => Some((add_days(ends, -ROUND_DAYS).max(begins).min(ends), ends)),
        _ => Some((opens_on, closes_on)),
    }
}

/// Checks the days of a round.
///
/// # Errors
/// `problem.appraisal.days` on `closes_on` when it ends before it begins or before today.
pub fn check_days(opens_on: Date, closes_on: Date, today: Date) -> Result<(), Problem> {
    if closes_on < opens_on || closes_on < today {
        return Err(Problem::invalid("problem.appraisal.days").on("closes_on"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::scale;
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn a_round_ends_with_its_stage() {
        let begins = date(2027, 6, 28);
        let late = (date(2027, 7, 15), date(2027, 7, 28));
        let end = date(2027, 7, 1);
        let first = within(late, begins, Some(end), false);
        assert_eq!(
            first,
            Some((begins, end)),
            "moved forward into the days of the stage"
        );
        assert_eq!(
            within(late, begins, Some(end), true),
            None,
            "a second one finds no room"
        );
        assert_eq!(
            within(late, begins, None, true),
            Some(late),
            "a stage without an end"
        );
        let early = (begins, date(2027, 6, 30));
        assert_eq!(within(early, begins, Some(end), true), Some(early));
    }

    #[test]
    fn nobody_is_commented_on_twice_and_nobody_by_himself() {
        for standing in [Standing::Led, Standing::Member] {
            assert_ne!(
                standing.hears(Voice::BranchComment),
                standing.hears(Voice::LeaderComment)
            );
        }
        let member = scale().about(Standing::Member);
        let scores = [
            (Voice::Own, 10000),
            (Voice::BranchComment, 9000),
            (Voice::Ballot, 8000),
        ]
        .into();
        // (10·100 + 30·90 + 30·80) / 70
        assert_eq!(member.score(&scores), Ok(8714));
        assert!(scale().asks(Voice::LeaderComment, Standing::Led));
        assert!(!scale().asks(Voice::LeaderComment, Standing::Member));
    }

    #[test]
    fn rounds_are_proposed_in_their_cadence() {
        let begins = date(2010, 10, 20);
        let next = |last, today| propose(begins, 3, last, today);
        assert_eq!(next(None, begins), (date(2011, 1, 7), date(2011, 1, 20)));
        assert_eq!(
            next(None, date(2011, 1, 21)),
            (date(2011, 4, 7), date(2011, 4, 20))
        );
        assert_eq!(
            next(Some(date(2011, 1, 20)), date(2011, 1, 20)),
            (date(2011, 4, 7), date(2011, 4, 20))
        );
        assert!(check_days(begins, date(2010, 10, 19), begins).is_err());
        assert!(check_days(begins, begins, begins).is_ok());
    }

    #[test]
    fn a_round_stands_where_its_days_say() {
        let at =
            |day, frozen| RoundState::of(date(2011, 1, 7), date(2011, 1, 20), frozen, date(2011, 1, day));
        assert_eq!(at(6, false), RoundState::Upcoming);
        assert_eq!(at(7, false), RoundState::Open);
        assert_eq!(at(20, false), RoundState::Open);
        assert_eq!(at(21, false), RoundState::Closed);
        assert_eq!(at(21, true), RoundState::Frozen);
        assert!(RoundState::Closed.require_open().is_err() && RoundState::Open.require_open().is_ok());
    }

    proptest! {
        #[test]
        fn a_proposal_is_never_over(months in 1u32..13, ahead in 0i32..4000) {
            let begins = date(2010, 10, 20);
            let today = add_days(begins, ahead);
            let (opens, closes) = propose(begins, months, None, today);
            prop_assert!(closes >= today && opens <= closes && opens >= begins);
        }
    }
}
