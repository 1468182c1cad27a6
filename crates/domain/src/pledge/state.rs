//! The states of a pledge and the only ways between them. A transition consumes the pledge and may refuse.

use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// Where a pledge stands. `round` counts how often it was handed in; every round has a frozen copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PledgeState {
    /// Being written; only its author sees it. `round` rounds have been handed in before.
    Draft {
        /// Rounds handed in so far.
        round: u32,
    },
    /// Handed in and waiting for the review step of that place in its route (0 = first).
    Submitted {
        /// This round.
        round: u32,
        /// Place in the review route.
        step: u32,
    },
    /// Sent back with reasons (退回修改); the author revises it.
    Returned {
        /// The round that was sent back.
        round: u32,
    },
    /// Every step of the route has confirmed it (定诺); not public yet.
    Confirmed {
        /// The confirmed round.
        round: u32,
    },
    /// Public. The version is frozen.
    Published {
        /// The round that is public.
        round: u32,
    },
    /// Taken down after publication; the log keeps that it was there.
    Withdrawn {
        /// The round that had been public.
        round: u32,
    },
}

impl PledgeState {
    /// The identifier as stored and as used in message keys.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft { .. } => "draft",
            Self::Submitted { .. } => "submitted",
            Self::Returned { .. } => "returned",
            Self::Confirmed { .. } => "confirmed",
            Self::Published { .. } => "published",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }

    /// Rounds handed in so far.
    #[must_use]
    pub fn round(self) -> u32 {
        match self {
            Self::Draft { round }
            | Self::Submitted { round, .. }
            | Self::Returned { round }
            | Self::Confirmed { round }
            | Self::Published { round }
            | Self::Withdrawn { round } => round,
        }
    }

    /// The author may change the text.
    #[must_use]
    pub fn is_editable(self) -> bool {
        matches!(self, Self::Draft { .. } | Self::Returned { .. })
    }
}

/// A pledge with its state and the number of versions published so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pledge {
    /// Where it stands.
    #[serde(flatten)]
    pub state: PledgeState,
    /// Versions published so far; 0 = never public. While a later version is written and reviewed, this one
    /// stays public.
    pub version: u32,
}

impl Default for Pledge {
    fn default() -> Self {
        Self::new()
    }
}

impl Pledge {
    /// A new, empty draft.
    #[must_use]
    pub fn new() -> Self {
        Self {
            state: PledgeState::Draft { round: 0 },
            version: 0,
        }
    }

    /// Reads the stored columns.
    ///
    /// # Errors
    /// `problem.pledge.state_unknown` when the columns do not describe a pledge.
    pub fn from_columns(state: &str, step: i64, round: i64, version: i64) -> Result<Self, Problem> {
        let small = |n: i64| u32::try_from(n).map_err(|_| Problem::conflict("problem.pledge.state_unknown"));
        let (step, round, version) = (small(step)?, small(round)?, small(version)?);
        let state = match state {
            "draft" => PledgeState::Draft { round },
            "submitted" => PledgeState::Submitted { round, step },
            "returned" => PledgeState::Returned { round },
            "confirmed" => PledgeState::Confirmed { round },
            "published" => PledgeState::Published { round },
            "withdrawn" => PledgeState::Withdrawn { round },
            _ => return Err(Problem::conflict("problem.pledge.state_unknown")),
        };
        Ok(Self { state, version })
    }

    /// The columns to store: state, step, round, version.
    #[must_use]
    pub fn columns(self) -> (&'static str, i64, i64, i64) {
        let step = if let PledgeState::Submitted { step, .. } = self.state {
            step
        } else {
            0
        };
        (
            self.state.name(),
            i64::from(step),
            i64::from(self.state.round()),
            i64::from(self.version),
        )
    }

    /// Hands the form in; the caller has checked it with [`super::check_submission`] and freezes its text.
    ///
    /// # Errors
    /// `problem.pledge.not_editable` unless it is a draft or was returned.
    pub fn submit(self) -> Result<Self, Problem> {
        self.submit_after(self.state.round())
    }

    /// Hands the form in, where `last` rounds have been handed in before, those of an amendment that was given up among
    /// them: no number is used twice.
    ///
    /// # Errors
    /// As [`Pledge::submit`].
    pub fn submit_after(self, last: u32) -> Result<Self, Problem> {
        match self.state {
            PledgeState::Draft { round } | PledgeState::Returned { round } => {
                Ok(self.to(PledgeState::Submitted {
                    round: round.max(last) + 1,
                    step: 0,
                }))
            }
            _ => Err(self.refuse("problem.pledge.not_editable")),
        }
    }

    /// Takes it back to the desk while nobody has decided anything about this round.
    ///
    /// # Errors
    /// `problem.pledge.review_begun` once a step has decided, `problem.pledge.not_submitted` in other states.
    pub fn withdraw_before_review(self) -> Result<Self, Problem> {
        match self.state {
            PledgeState::Submitted { round, step: 0 } => Ok(self.to(PledgeState::Draft { round })),
            PledgeState::Submitted { .. } => Err(self.refuse("problem.pledge.review_begun")),
            _ => Err(self.refuse("problem.pledge.not_submitted")),
        }
    }

    /// Sends it back with reasons (the caller has checked them with [`crate::review::check_return`]).
    ///
    /// `round` and `step` are those the reviewer saw: a decision about an older text is refused.
    ///
    /// # Errors
    /// `problem.pledge.not_submitted`, or `problem.pledge.moved_on` when the reviewer saw another round or step.
    pub fn return_for_revision(self, round: u32, step: u32) -> Result<Self, Problem> {
        self.at(round, step)?;
        Ok(self.to(PledgeState::Returned { round }))
    }

    /// Confirms at the given step; with the last of `steps` it is confirmed as a whole (定诺).
    ///
    /// # Errors
    /// As [`Pledge::return_for_revision`]; `problem.review.nobody` when the route has no step.
    pub fn confirm(self, round: u32, step: u32, steps: u32) -> Result<Self, Problem> {
        self.at(round, step)?;
        if steps == 0 {
            return Err(Problem::conflict("problem.review.nobody"));
        }
        if step + 1 < steps {
            return Ok(self.to(PledgeState::Submitted {
                round,
                step: step + 1,
            }));
        }
        Ok(self.to(PledgeState::Confirmed { round }))
    }

    /// Makes the confirmed text public as the next version.
    ///
    /// # Errors
    /// `problem.publication.not_confirmed` before confirmation (PRODUCT.md 3.1), `problem.publication.no_consent`
    /// when the pledger has not consented or has withdrawn consent (3.2).
    pub fn publish(self, consent: bool) -> Result<Self, Problem> {
        match self.state {
            PledgeState::Confirmed { .. } if !consent => Err(self.refuse("problem.publication.no_consent")),
            PledgeState::Confirmed { round } => Ok(Self {
                state: PledgeState::Published { round },
                version: self.version + 1,
            }),
            _ => Err(self.refuse("problem.publication.not_confirmed")),
        }
    }

    /// Takes the public text down. The reason goes to the public list of corrections.
    ///
    /// # Errors
    /// `problem.publication.not_public` unless it is public; `problem.reason.missing` without a reason.
    pub fn take_down(self, reason: &str) -> Result<Self, Problem> {
        match self.state {
            PledgeState::Published { .. } if crate::text::is_blank(reason) => Err(missing_reason()),
            PledgeState::Published { round } => Ok(self.to(PledgeState::Withdrawn { round })),
            _ => Err(self.refuse("problem.publication.not_public")),
        }
    }

    /// Puts a text that was taken down up again, as the same version.
    ///
    /// # Errors
    /// `problem.publication.not_taken_down`, `problem.publication.no_consent`, `problem.reason.missing`.
    pub fn restore(self, consent: bool, reason: &str) -> Result<Self, Problem> {
        match self.state {
            PledgeState::Withdrawn { .. } if crate::text::is_blank(reason) => Err(missing_reason()),
            PledgeState::Withdrawn { .. } if !consent => Err(self.refuse("problem.publication.no_consent")),
            PledgeState::Withdrawn { round } => Ok(self.to(PledgeState::Published { round })),
            _ => Err(self.refuse("problem.publication.not_taken_down")),
        }
    }

    /// Opens a new version after confirmation or publication, with a reason. It goes through review again;
    /// a published text stays public until the new one is published.
    ///
    /// # Errors
    /// `problem.pledge.not_amendable` in other states; `problem.reason.missing` without a reason.
    pub fn amend(self, reason: &str) -> Result<Self, Problem> {
        match self.state {
            PledgeState::Confirmed { round }
            | PledgeState::Published { round }
            | PledgeState::Withdrawn { round } => {
                if crate::text::is_blank(reason) {
                    return Err(missing_reason());
                }
                Ok(self.to(PledgeState::Draft { round }))
            }
            _ => Err(self.refuse("problem.pledge.not_amendable")),
        }
    }

    /// Gives up a new version that nobody is looking at: the pledge stands again where it stood before.
    ///
    /// # Errors
    /// `problem.pledge.not_given_up` unless a new version is being written or was returned, and `before` is a state out of
    /// which one is begun.
    pub fn give_up(self, before: PledgeState) -> Result<Self, Problem> {
        let stood = matches!(
            before,
            PledgeState::Confirmed { .. } | PledgeState::Published { .. } | PledgeState::Withdrawn { .. }
        );
        if self.state.is_editable() && stood {
            Ok(self.to(before))
        } else {
            Err(self.refuse("problem.pledge.not_given_up"))
        }
    }

    fn at(self, round: u32, step: u32) -> Result<(), Problem> {
        match self.state {
            PledgeState::Submitted { round: r, step: s } if (r, s) == (round, step) => Ok(()),
            PledgeState::Submitted { .. } => Err(self.refuse("problem.pledge.moved_on")),
            _ => Err(self.refuse("problem.pledge.not_submitted")),
        }
    }

    fn to(self, state: PledgeState) -> Self {
        Self { state, ..self }
    }

    fn refuse(self, key: &'static str) -> Problem {
        Problem::conflict(key).with("state", self.state.name())
    }
}

fn missing_reason() -> Problem {
    Problem::invalid("problem.reason.missing").on("reason")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn confirmed() -> Pledge {
        Pledge::new()
            .submit()
            .and_then(|p| p.confirm(1, 0, 1))
            .expect("one step")
    }

    #[test]
    fn the_whole_way_with_return_and_second_version() {
        let pledge = Pledge::new().submit().expect("first round");
        let pledge = pledge.confirm(1, 0, 2).expect("office check");
        assert_eq!(pledge.state, PledgeState::Submitted { round: 1, step: 1 });
        assert_eq!(
            pledge.withdraw_before_review().expect_err("begun").key,
            "problem.pledge.review_begun"
        );
        let pledge = pledge.return_for_revision(1, 1).expect("returned");
        let pledge = pledge.submit().expect("second round");
        assert_eq!(
            pledge.confirm(1, 1, 2).expect_err("old text").key,
            "problem.pledge.moved_on"
        );
        let pledge = pledge
            .confirm(2, 0, 2)
            .and_then(|p| p.confirm(2, 1, 2))
            .expect("confirmed");
        assert_eq!(
            pledge.publish(false).expect_err("no consent").key,
            "problem.publication.no_consent"
        );
        let pledge = pledge.publish(true).expect("public");
        assert_eq!(pledge.columns(), ("published", 0, 2, 1));
        assert_eq!(
            pledge.amend("  ").expect_err("no reason").key,
            "problem.reason.missing"
        );
        let pledge = pledge.amend("时限有误").expect("second version");
        assert_eq!(pledge.columns(), ("draft", 0, 2, 1));
        let pledge = pledge
            .submit()
            .and_then(|p| p.confirm(3, 0, 1))
            .and_then(|p| p.publish(true))
            .expect("again");
        assert_eq!((pledge.version, pledge.state.round()), (2, 3));
        let down = pledge.take_down("本人撤回同意").expect("down");
        assert_eq!(
            down.restore(false, "误撤").expect_err("consent").key,
            "problem.publication.no_consent"
        );
        assert_eq!(down.restore(true, "误撤").expect("up").version, 2);
    }

    #[test]
    fn an_amendment_that_is_given_up_leaves_the_pledge_as_it_was() {
        let public = confirmed().publish(true).expect("public");
        let begun = public.amend("时限有误").expect("begun");
        assert_eq!(begun.give_up(public.state), Ok(public));
        let round = begun.submit().expect("in");
        assert_eq!(
            round.give_up(public.state).expect_err("under review").key,
            "problem.pledge.not_given_up"
        );
        let back = round.return_for_revision(2, 0).expect("back");
        assert_eq!(back.give_up(public.state), Ok(public));
        // The next version does not take the number of the one that was given up.
        let again = public.amend("人数有变").and_then(|p| p.submit_after(2));
        assert_eq!(
            again.map(|p| p.state),
            Ok(PledgeState::Submitted { round: 3, step: 0 })
        );
        assert!(Pledge::new().give_up(PledgeState::Draft { round: 0 }).is_err());
        assert!(public.give_up(public.state).is_err(), "nothing was begun");
    }

    #[test]
    fn nothing_is_public_before_confirmation() {
        for pledge in [
            Pledge::new(),
            Pledge::new().submit().expect("in"),
            Pledge::new()
                .submit()
                .and_then(|p| p.return_for_revision(1, 0))
                .expect("back"),
        ] {
            assert_eq!(
                pledge.publish(true).expect_err("early").key,
                "problem.publication.not_confirmed"
            );
            assert!(pledge.take_down("x").is_err());
        }
        assert!(
            confirmed().submit().is_err(),
            "a confirmed text cannot be handed in again unseen"
        );
        assert!(confirmed().confirm(1, 0, 1).is_err(), "nor confirmed twice");
    }

    #[test]
    fn columns_round_trip_and_refuse_nonsense() {
        assert_eq!(
            Pledge::from_columns("submitted", 1, 2, 0).map(Pledge::columns),
            Ok(("submitted", 1, 2, 0))
        );
        assert!(Pledge::from_columns("lost", 0, 0, 0).is_err());
        assert!(Pledge::from_columns("draft", 0, -1, 0).is_err());
    }

    proptest! {
        /// Whatever is tried in whatever order: a version only ever appears out of Confirmed, versions and rounds
        /// never go back, and a round is confirmed only after `steps` confirmations of that same round.
        #[test]
        fn no_way_round_the_review(acts in proptest::collection::vec(0u8..9, 0..60), steps in 1u32..4) {
            let mut pledge = Pledge::new();
            let mut passed = 0;
            for act in acts {
                let (round, step) = match pledge.state {
                    PledgeState::Submitted { round, step } => (round, step),
                    other => (other.round(), 0),
                };
                let next = match act {
                    0 => pledge.submit(),
                    1 => pledge.withdraw_before_review(),
                    2 => pledge.return_for_revision(round, step),
                    3 | 4 => pledge.confirm(round, step, steps),
                    5 => pledge.publish(true),
                    6 => pledge.take_down("why"),
                    7 => pledge.amend("why"),
                    _ => pledge.restore(true, "why"),
                };
                let Ok(next) = next else { continue };
                match act {
                    0 => passed = 0,
                    3 | 4 => passed += 1,
                    _ => {}
                }
                if matches!(next.state, PledgeState::Confirmed { .. }) {
                    prop_assert_eq!(passed, steps);
                }
                if next.version > pledge.version {
                    let was_confirmed = matches!(pledge.state, PledgeState::Confirmed { .. });
                    prop_assert!(was_confirmed);
                    prop_assert_eq!(next.version, pledge.version + 1);
                }
                prop_assert!(next.version >= pledge.version && next.state.round() >= pledge.state.round());
                let (state, step, round, version) = next.columns();
                prop_assert_eq!(Pledge::from_columns(state, step, round, version), Ok(next));
                pledge = next;
            }
        }
    }
}
