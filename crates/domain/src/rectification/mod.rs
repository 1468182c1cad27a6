//! Criticism and putting right (N18): criticism → right of reply → order → response → follow-up by somebody else →
//! closed or open again. Overdue orders go one level up. Who has to put it right never closes it, nor does who ordered
//! it: somebody else looks.

mod handover;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::PersonId;
use crate::problem::{Problem, Problems};
use crate::text::{TextRule, check_text};

/// Longest words of a criticism, reply, order, response or follow-up, in characters.
pub const WORDS_MAX: usize = 1000;
/// The highest level an order can reach: 0 branch, 1 office, 2 committee.
pub const LEVEL_MAX: u8 = 2;

/// What gave rise to a criticism.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CriticismOrigin {
    /// A finding of an inspection.
    Finding,
    /// A low grade of an appraisal round.
    Rating,
    /// What the public said.
    Feedback,
    /// An item past its due date.
    Overdue,
}

impl CriticismOrigin {
    /// The identifier as stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Finding => "finding",
            Self::Rating => "rating",
            Self::Feedback => "feedback",
            Self::Overdue => "overdue",
        }
    }
}

/// A criticism with its right of reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criticism {
    /// Those criticised: the pledger, or everybody who answers for a branch's pledge.
    pub answerable: Vec<PersonId>,
    /// Who criticises.
    pub made_by: PersonId,
    /// Last day on which a reply is awaited before an order.
    pub reply_until: Date,
    /// The reply, once given.
    pub reply: Option<String>,
}

impl Criticism {
    /// Makes a criticism.
    ///
    /// # Errors
    /// `problem.rectification.own` for one's own matter, refusals of text on `words`.
    pub fn make(
        answerable: Vec<PersonId>,
        made_by: PersonId,
        words: &str,
        reply_until: Date,
    ) -> Result<Self, Problems> {
        let mut problems = Problems::new();
        if answerable.contains(&made_by) {
            problems.push(Problem::forbidden("problem.rectification.own"));
        }
        problems.note(check_text("words", words, TextRule::area(WORDS_MAX)));
        problems.or(Self {
            answerable,
            made_by,
            reply_until,
            reply: None,
        })
    }

    /// Takes the reply of the criticised. It can be given once, also after the day it was awaited.
    ///
    /// # Errors
    /// `problem.rectification.reply_not_yours`, `.replied_already`, refusals of text on `reply`.
    pub fn reply(self, by: &PersonId, words: &str) -> Result<Self, Problem> {
        if !self.answerable.contains(by) {
            return Err(Problem::forbidden("problem.rectification.reply_not_yours"));
        }
        if self.reply.is_some() {
            return Err(Problem::conflict("problem.rectification.replied_already"));
        }
        check_text("reply", words, TextRule::area(WORDS_MAX))?;
        Ok(Self {
            reply: Some(words.to_owned()),
            ..self
        })
    }

    /// Issues an order: after the reply, or when the days for it are over.
    ///
    /// # Errors
    /// `problem.rectification.reply_awaited` (arg `until`), `.own` when the issuer is among the criticised or the
    /// owner, `.due_past` on `due_on`, refusals of text on `reason`.
    pub fn order(
        &self,
        issuer: &PersonId,
        owner: PersonId,
        reason: &str,
        due_on: Date,
        today: Date,
    ) -> Result<RectificationOrder, Problems> {
        let mut problems = Problems::new();
        if self.reply.is_none() && today <= self.reply_until {
            let problem = Problem::conflict("problem.rectification.reply_awaited");
            problems.push(problem.with("until", self.reply_until));
        }
        if self.answerable.contains(issuer) || *issuer == owner {
            problems.push(Problem::forbidden("problem.rectification.own"));
        }
        problems.note(check_text("reason", reason, TextRule::area(WORDS_MAX)));
        problems.note(check_due(due_on, today));
        problems.or(RectificationOrder {
            issuer: issuer.clone(),
            owner,
            first_due_on: due_on,
            due_on,
            level: 0,
            state: OrderState::Open,
        })
    }
}

/// Where an order stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum OrderState {
    /// Waiting for the owner.
    Open,
    /// The owner says it is put right; waiting for the follow-up.
    Responded {
        /// Who responded.
        by: PersonId,
    },
    /// A follow-up by somebody else has closed it.
    Closed,
}

impl OrderState {
    /// The identifier as stored.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Responded { .. } => "responded",
            Self::Closed => "closed",
        }
    }
}

/// An order to put something right within a time limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RectificationOrder {
    /// Who ordered it.
    pub issuer: PersonId,
    /// Who has to put it right.
    pub owner: PersonId,
    /// The time limit as first set; always shown.
    pub first_due_on: Date,
    /// The time limit now.
    pub due_on: Date,
    /// 0 branch, 1 office, 2 committee.
    pub level: u8,
    /// Where it stands.
    #[serde(flatten)]
    pub state: OrderState,
}

impl RectificationOrder {
    /// Past its time limit without a response.
    #[must_use]
    pub fn is_overdue(&self, today: Date) -> bool {
        self.state == OrderState::Open && today > self.due_on
    }

    /// The owner responds; late is allowed and stays visible.
    ///
    /// # Errors
    /// `problem.rectification.not_owner`, `.not_open`, refusals of text on `response`.
    pub fn respond(self, by: &PersonId, response: &str) -> Result<Self, Problem> {
        if *by != self.owner {
            return Err(Problem::forbidden("problem.rectification.not_owner"));
        }
        if self.state != OrderState::Open {
            return Err(Problem::conflict("problem.rectification.not_open").with("state", self.state.name()));
        }
        check_text("response", response, TextRule::area(WORDS_MAX))?;
        Ok(Self {
            state: OrderState::Responded { by: by.clone() },
            ..self
        })
    }

    /// Somebody else looks again (回头看): passed closes the order; else it is open again with a new limit.
    ///
    /// # Errors
    /// `problem.rectification.follow_up_own` for the owner or the one who responded, `.follow_up_issuer` for who
    /// ordered it, `.not_responded`,
    /// `.due_past` on `due_on` when it did not pass, refusals of text on `words`.
    pub fn follow_up(
        self,
        reviewer: &PersonId,
        words: &str,
        passed: bool,
        new_due_on: Option<Date>,
        today: Date,
    ) -> Result<Self, Problems> {
        let OrderState::Responded { by } = &self.state else {
            let problem = Problem::conflict("problem.rectification.not_responded");
            return Err(problem.with("state", self.state.name()).into());
        };
        if *reviewer == self.owner || reviewer == by {
            return Err(Problem::forbidden("problem.rectification.follow_up_own").into());
        }
        if *reviewer == self.issuer {
            return Err(Problem::forbidden("problem.rectification.follow_up_issuer").into());
        }
        let mut problems = Problems::new();
        problems.note(check_text("words", words, TextRule::area(WORDS_MAX)));
        if passed {
            return problems.or(Self {
                state: OrderState::Closed,
                ..self
            });
        }
        let due_on = new_due_on.unwrap_or(self.due_on);
        problems.note(check_due(due_on, today));
        problems.or(Self {
            state: OrderState::Open,
            due_on,
            ..self
        })
    }

    /// Opens a closed order again: it has come back.
    ///
    /// # Errors
    /// `problem.rectification.not_closed`, `.own` for the owner, `problem.reason.missing`, `.due_past`.
    pub fn reopen(self, by: &PersonId, reason: &str, due_on: Date, today: Date) -> Result<Self, Problem> {
        if self.state != OrderState::Closed {
            return Err(
                Problem::conflict("problem.rectification.not_closed").with("state", self.state.name())
            );
        }
        if *by == self.owner {
            return Err(Problem::forbidden("problem.rectification.own"));
        }
        check_reason(reason)?;
        check_due(due_on, today)?;
        Ok(Self {
            state: OrderState::Open,
            due_on,
            ..self
        })
    }

    /// Gives more time, with a reason; the first limit stays visible. The owner cannot give it to himself.
    ///
    /// # Errors
    /// `problem.rectification.not_open`, `.own`, `problem.reason.missing`, `.not_later` or `.due_past` on `due_on`.
    pub fn extend(self, by: &PersonId, reason: &str, due_on: Date, today: Date) -> Result<Self, Problem> {
        if self.state != OrderState::Open {
            return Err(Problem::conflict("problem.rectification.not_open").with("state", self.state.name()));
        }
        if *by == self.owner {
            return Err(Problem::forbidden("problem.rectification.own"));
        }
        check_reason(reason)?;
        if due_on <= self.due_on {
            return Err(Problem::invalid("problem.rectification.not_later")
                .on("due_on")
                .with("due", self.due_on));
        }
        check_due(due_on, today)?;
        Ok(Self { due_on, ..self })
    }

    /// An overdue order goes one level up and gets a new limit. With the limit moved, the next day does not push it
    /// further: only a second overdue limit does.
    ///
    /// # Errors
    /// `problem.rectification.not_overdue`, `.top_level`, `.due_past` on `due_on`.
    pub fn escalate(self, due_on: Date, today: Date) -> Result<Self, Problem> {
        if !self.is_overdue(today) {
            return Err(Problem::conflict("problem.rectification.not_overdue").with("due", self.due_on));
        }
        if self.level >= LEVEL_MAX {
            return Err(Problem::conflict("problem.rectification.top_level"));
        }
        check_due(due_on, today)?;
        Ok(Self {
            level: self.level + 1,
            due_on,
            ..self
        })
    }
}

fn check_due(due_on: Date, today: Date) -> Result<(), Problem> {
    if due_on >= today {
        return Ok(());
    }
    Err(Problem::invalid("problem.rectification.due_past")
        .on("due_on")
        .with("today", today))
}

fn check_reason(reason: &str) -> Result<(), Problem> {
    if crate::text::is_blank(reason) {
        return Err(Problem::invalid("problem.reason.missing").on("reason"));
    }
    check_text("reason", reason, TextRule::area(WORDS_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn person(n: u8) -> PersonId {
        PersonId::parse(format!("01932b6e-7c1a-7f00-8000-0000000002{n:02}")).expect("uuid")
    }

    fn day(n: i8) -> Date {
        date(2011, 3, n)
    }

    fn criticism() -> Criticism {
        Criticism::make(vec![person(1)], person(2), "三件没做", day(5)).expect("criticism")
    }

    fn order() -> RectificationOrder {
        let heard = criticism().reply(&person(1), "设备未到").expect("reply");
        heard
            .order(&person(2), person(1), "限期补做", day(15), day(2))
            .expect("order")
    }

    fn key<T: std::fmt::Debug>(result: Result<T, impl Into<Problems>>) -> &'static str {
        result.map_err(Into::into).expect_err("refused").0[0].key
    }

    #[test]
    fn the_whole_way_to_closure() {
        let order = order().respond(&person(1), "已补做").expect("response");
        assert_eq!(
            key(order.clone().follow_up(&person(1), "好", true, None, day(16))),
            "problem.rectification.follow_up_own"
        );
        assert_eq!(
            key(order.clone().follow_up(&person(2), "好", true, None, day(16))),
            "problem.rectification.follow_up_issuer"
        );
        assert_eq!(
            key(order
                .clone()
                .follow_up(&person(3), "还差一件", false, Some(day(1)), day(16))),
            "problem.rectification.due_past"
        );
        let order = order
            .follow_up(&person(3), "还差一件", false, Some(day(25)), day(16))
            .expect("open again");
        assert_eq!(
            (order.first_due_on, order.due_on, &order.state),
            (day(15), day(25), &OrderState::Open)
        );
        let order = order.respond(&person(1), "补齐").expect("response");
        let order = order
            .follow_up(&person(3), "属实", true, None, day(20))
            .expect("closed");
        assert_eq!(order.state, OrderState::Closed);
        assert_eq!(
            key(order.clone().respond(&person(1), "x")),
            "problem.rectification.not_open"
        );
        assert_eq!(
            key(order.clone().reopen(&person(1), "x", day(30), day(21))),
            "problem.rectification.own"
        );
        assert!(order.reopen(&person(2), "又犯", day(30), day(21)).is_ok());
    }

    #[test]
    fn the_criticised_is_heard_first() {
        assert_eq!(
            key(Criticism::make(vec![person(2)], person(2), "x", day(5))),
            "problem.rectification.own"
        );
        let open = criticism();
        let order = |c: &Criticism, issuer, owner, today| {
            c.order(&person(issuer), person(owner), "限期补做", day(15), today)
        };
        assert_eq!(
            key(order(&open, 2, 1, day(5))),
            "problem.rectification.reply_awaited"
        );
        assert!(order(&open, 2, 1, day(6)).is_ok(), "silence does not stop it");
        assert_eq!(key(order(&open, 1, 3, day(6))), "problem.rectification.own");
        assert_eq!(key(order(&open, 3, 3, day(6))), "problem.rectification.own");
        assert_eq!(key(order(&open, 2, 1, day(16))), "problem.rectification.due_past");
        assert_eq!(
            key(open.clone().reply(&person(3), "x")),
            "problem.rectification.reply_not_yours"
        );
        let heard = open.reply(&person(1), "x").expect("reply");
        assert_eq!(
            key(heard.clone().reply(&person(1), "y")),
            "problem.rectification.replied_already"
        );
        assert!(order(&heard, 2, 1, day(2)).is_ok());
    }

    #[test]
    fn overdue_goes_up_one_level_once_for_each_limit() {
        let order = order();
        assert_eq!(
            key(order.clone().escalate(day(20), day(15))),
            "problem.rectification.not_overdue"
        );
        let up = order.escalate(day(20), day(16)).expect("office");
        assert_eq!((up.level, up.due_on), (1, day(20)));
        assert_eq!(
            key(up.clone().escalate(day(22), day(17))),
            "problem.rectification.not_overdue"
        );
        let top = up.escalate(day(25), day(21)).expect("committee");
        assert_eq!(
            key(top.clone().escalate(day(30), day(26))),
            "problem.rectification.top_level"
        );
        assert_eq!(
            key(top.clone().extend(&person(1), "忙", day(28), day(24))),
            "problem.rectification.own"
        );
        assert_eq!(
            key(top.clone().extend(&person(2), "", day(28), day(24))),
            "problem.reason.missing"
        );
        assert_eq!(
            key(top.clone().extend(&person(2), "忙", day(25), day(24))),
            "problem.rectification.not_later"
        );
        assert_eq!(
            top.extend(&person(2), "设备未到", day(28), day(24))
                .expect("more time")
                .first_due_on,
            day(15)
        );
    }

    proptest! {
        #[test]
        fn neither_owner_nor_issuer_ever_closes(acts in proptest::collection::vec((0u8..5, 1u8..4), 0..40)) {
            let mut order = order();
            for (act, who) in acts {
                let who = person(who);
                let next = match act {
                    0 => order.clone().respond(&who, "x").map_err(Problems::from),
                    1 => order.clone().follow_up(&who, "x", true, None, day(3)),
                    2 => order.clone().follow_up(&who, "x", false, Some(day(20)), day(3)),
                    3 => order.clone().reopen(&who, "x", day(20), day(3)).map_err(Problems::from),
                    _ => order.clone().extend(&who, "x", day(28), day(3)).map_err(Problems::from),
                };
                let Ok(next) = next else { continue };
                if next.state == OrderState::Closed {
                    let responded = matches!(order.state, OrderState::Responded { .. });
                    prop_assert!(who != next.owner && who != next.issuer && responded);
                }
                prop_assert_eq!(next.first_due_on, day(15));
                order = next;
            }
        }
    }
}
