//! Which kinds of commitment an audience may choose, and in which it answers a demand (N4, N7).

use super::template::{Audience, Kind, Template};

impl Template {
    /// The kinds an audience may choose, in order.
    #[must_use]
    pub fn kinds_for(&self, audience: Audience) -> Vec<&Kind> {
        let admitted = |k: &&Kind| k.count_for(audience).1 != Some(0);
        self.kinds.iter().filter(admitted).collect()
    }

    /// The kind in which an audience answers a demand it claims: the one the template says, else the first of which
    /// something is asked, else the first.
    #[must_use]
    pub fn demand_kind(&self, audience: Audience) -> Option<&Kind> {
        let kinds = self.kinds_for(audience);
        let said = kinds
            .iter()
            .find(|k| k.answers_demands || !k.demand.is_optional());
        let asked = || kinds.iter().find(|k| k.count_for(audience).0 > 0);
        said.or_else(asked).or(kinds.first()).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::parse;
    use crate::campaign::template::DemandUse;

    fn template(key: &str) -> Template {
        let (_, text) = crate::campaign::shipped()
            .iter()
            .find(|(k, _)| *k == key)
            .expect("shipped");
        parse(text).expect("sound")
    }

    #[test]
    fn a_claimed_demand_is_answered_where_the_template_says() {
        use Audience::{Branch, LeadingCadre, Participant};
        for (key, audience, kind) in [
            ("notice_2010", Participant, "practical_deed"),
            ("notice_2010", Branch, "practical_deed"),
            ("demand_menu", Participant, "menu_commitment"),
            ("demand_menu", LeadingCadre, "menu_commitment"),
            ("department_service", LeadingCadre, "lead_commitment"),
        ] {
            let template = template(key);
            let found = template.demand_kind(audience).map(|k| k.key.as_str());
            assert_eq!(found, Some(kind), "{key} {audience:?}");
        }
    }

    #[test]
    fn without_a_word_of_the_template_it_is_what_is_asked_first() {
        let mut template = template("demand_menu");
        template.kinds.iter_mut().for_each(|k| {
            k.answers_demands = false;
            k.demand = DemandUse::Optional;
        });
        template.kinds.reverse();
        // Of the first kind now a member owes nothing, of the second at least one.
        let found = template
            .demand_kind(Audience::Participant)
            .map(|k| k.key.as_str());
        assert_eq!(found, Some("menu_commitment"));
    }
}
