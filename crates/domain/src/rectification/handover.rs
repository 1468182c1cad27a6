//! An order goes on to somebody else: its owner has left, or the matter is not in his hands.

use super::{OrderState, RectificationOrder, check_reason};
use crate::ids::PersonId;
use crate::problem::Problem;

impl RectificationOrder {
    /// Somebody else has to put it right from now on; the limit stays.
    ///
    /// # Errors
    /// `problem.rectification.not_open`, `.own` when who hands it over is the owner or the new one, `.owner_same` and
    /// `.owner_issuer` on `owner`, `problem.reason.missing`.
    pub fn hand_over(self, by: &PersonId, to: PersonId, reason: &str) -> Result<Self, Problem> {
        if self.state != OrderState::Open {
            return Err(Problem::conflict("problem.rectification.not_open").with("state", self.state.name()));
        }
        if *by == self.owner || *by == to {
            return Err(Problem::forbidden("problem.rectification.own"));
        }
        if to == self.owner {
            return Err(Problem::invalid("problem.rectification.owner_same").on("owner"));
        }
        // Who ordered it may not be the one who puts it right: nobody would be left to look at it from outside.
        if to == self.issuer {
            return Err(Problem::invalid("problem.rectification.owner_issuer").on("owner"));
        }
        check_reason(reason)?;
        Ok(Self { owner: to, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn person(n: u8) -> PersonId {
        PersonId::parse(format!("01900000-0000-7000-8000-0000000000{n:02}")).expect("an id")
    }

    #[test]
    fn an_order_goes_on_to_anybody_but_those_it_concerns() {
        let order = RectificationOrder {
            issuer: person(2),
            owner: person(1),
            first_due_on: date(2026, 9, 14),
            due_on: date(2026, 12, 11),
            level: 1,
            state: OrderState::Open,
        };
        let cases = [
            (9, 3, "已退休", None),
            (2, 3, "已退休", None),
            (1, 3, "已退休", Some("problem.rectification.own")),
            (3, 3, "已退休", Some("problem.rectification.own")),
            (9, 1, "已退休", Some("problem.rectification.owner_same")),
            (9, 2, "已退休", Some("problem.rectification.owner_issuer")),
            (9, 3, " ", Some("problem.reason.missing")),
        ];
        for (by, to, reason, refused) in cases {
            let after = order.clone().hand_over(&person(by), person(to), reason);
            let key = after.as_ref().err().map(|p| p.key);
            assert_eq!(key, refused, "{by} {to} {reason}");
            if let Ok(after) = after {
                assert_eq!(after.owner, person(to));
                assert_eq!((after.due_on, after.level), (order.due_on, 1), "the limit stays");
            }
        }
        let closed = RectificationOrder {
            state: OrderState::Closed,
            ..order
        };
        let refused = closed.hand_over(&person(9), person(3), "x").expect_err("closed");
        assert_eq!(refused.key, "problem.rectification.not_open");
    }
}
