//! What a unit that ended leaves: it is in reach of those who hold the same for the unit it goes on under.

use super::{Actor, Grant, Role};

impl Actor {
    /// As [`Actor::units`], with the units that ended and go on under them.
    pub fn units_and_ended(&self, role: Role) -> Option<Vec<&str>> {
        let mut units = self.units(role)?;
        let ended = self.inherited.iter().filter(|g| g.role == role);
        units.extend(ended.filter_map(|g| g.unit.as_deref()));
        Some(units)
    }

    /// Takes over what units that ended left to the units of the grants; each ended unit comes with the one its
    /// matters go on under.
    pub fn inherit(&mut self, endings: &[(String, Option<String>)]) {
        let next = |unit: &str| endings.iter().find(|(ended, _)| ended == unit);
        for (ended, successor) in endings {
            let mut at = successor.as_deref();
            // A unit may have ended into one that ended later; a ring leads nowhere.
            for _ in 0..endings.len() {
                match at.and_then(next) {
                    Some((_, further)) => at = further.as_deref(),
                    None => break,
                }
            }
            let Some(heir) = at.filter(|unit| next(unit).is_none()) else {
                continue;
            };
            let own = self.grants.iter().filter(|g| g.unit.as_deref() == Some(heir));
            let more = own.map(|g| Grant {
                role: g.role,
                unit: Some(ended.clone()),
            });
            self.inherited.extend(more.collect::<Vec<_>>());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Permission, Scope, may};

    fn actor(role: Role, unit: Option<&str>) -> Actor {
        Actor {
            account: "a".into(),
            grants: vec![Grant {
                role,
                unit: unit.map(Into::into),
            }],
            ..Actor::default()
        }
    }

    #[test]
    fn what_an_ended_unit_left_is_in_reach_of_its_heir() {
        let ended = [
            ("a".to_owned(), Some("b".to_owned())),
            ("b".to_owned(), Some("u".to_owned())),
            ("c".to_owned(), None),
            ("r".to_owned(), Some("s".to_owned())),
            ("s".to_owned(), Some("r".to_owned())),
        ];
        let mut secretary = actor(Role::BranchSecretary, Some("u"));
        secretary.inherit(&ended);
        let reaches = |unit| may(&secretary, Permission::ReviewMemberPledge, Scope::Unit(unit));
        assert_eq!(
            ["a", "b", "c", "r", "s", "u", "v"].map(reaches),
            [true, true, false, false, false, true, false]
        );
        // It asks nothing new of him: his duties are those of his own branch.
        assert_eq!(secretary.units(Role::BranchSecretary), Some(vec!["u"]));
        assert_eq!(
            secretary.units_and_ended(Role::BranchSecretary),
            Some(vec!["u", "a", "b"])
        );
        let mut other = actor(Role::BranchSecretary, Some("v"));
        other.inherit(&ended);
        assert!(other.inherited.is_empty());
    }
}
