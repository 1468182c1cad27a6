//! What a campaign costs people (PRODUCT.md 3.10): the fields it asks everybody to fill and the minutes that takes, and
//! whether another campaign asks the same people the same things.

use super::template::{FieldSource, Template};
use super::{Audience, GatedAct};
use crate::organization::{PersonClass, UnitKind};
use crate::time::Window;

/// Seconds to look over what the roster has filled in.
const LOOK: u32 = 10;
/// Seconds to choose a model sentence and fill its places.
const SENTENCE: u32 = 35;
/// Seconds more to write the sentence oneself, at thirty characters a minute.
const OWN_WORDS: u32 = 120;
/// Seconds to look over the form and sign.
const SIGN: u32 = 30;
/// Seconds of one report or self-appraisal.
const REPORT: u32 = 60;
/// Fields of an item: what, for whom or how much, until when.
const ITEM_FIELDS: u32 = 3;
/// Fields of the last page: consent, signature.
const SIGN_FIELDS: u32 = 2;

/// What a campaign asks of one person or unit of an audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Burden {
    /// Of whom.
    pub audience: Audience,
    /// Boxes the roster fills in.
    pub known: u32,
    /// Fields to fill.
    pub fields: u32,
    /// Items asked for at least; one where none is.
    pub items: u32,
    /// Minutes with model sentences, rounded up.
    pub minutes: u32,
    /// Minutes in own words, rounded up.
    pub minutes_own: u32,
    /// Reports and self-appraisals in a year after that, about a minute each.
    pub later: u32,
}

impl Burden {
    /// Minutes of a year after filing, rounded up.
    #[must_use]
    pub fn minutes_later(&self) -> u32 {
        (self.later * REPORT).div_ceil(60)
    }
}

/// Boxes that are filled from what the house knows.
fn is_known(source: FieldSource) -> bool {
    use FieldSource::{
        Channels, CommitteeSeal, DueDate, Items, PledgedOn, ReviewerSeal, Signature, UnitSeal,
    };
    !matches!(
        source,
        Items | PledgedOn | DueDate | Channels | UnitSeal | CommitteeSeal | Signature | ReviewerSeal
    )
}

/// What a template asks of each audience it has a form for, in the order of the forms.
#[must_use]
pub fn burdens(template: &Template) -> Vec<Burden> {
    let mut out: Vec<Burden> = Vec::new();
    for form in &template.forms {
        for audience in &form.audience {
            if out.iter().any(|b| b.audience == *audience) || !template.scope.names(*audience) {
                continue;
            }
            let asked = template
                .kinds
                .iter()
                .map(|k| k.count_for(*audience).0)
                .sum::<u32>();
            let items = asked.max(1);
            let known = form.fields.iter().filter(|f| is_known(f.source)).count();
            let own = template.appraisal.cadence.iter().filter(|c| {
                let own = |v: &String| v == "self_report";
                c.voices.iter().any(own)
            });
            let rounds = own.map(|c| 12 / c.every_months.max(1)).sum::<u32>();
            let seconds = LOOK + items * SENTENCE + SIGN;
            out.push(Burden {
                audience: *audience,
                known: u32::try_from(known).unwrap_or(u32::MAX),
                fields: items * ITEM_FIELDS + SIGN_FIELDS,
                items,
                minutes: seconds.div_ceil(60),
                minutes_own: (seconds + items * OWN_WORDS).div_ceil(60),
                later: items + rounds,
            });
        }
    }
    out
}

/// What two campaigns ask of the same people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlap {
    /// Classes of people both address.
    pub classes: Vec<PersonClass>,
    /// Kinds of units both address.
    pub units: Vec<UnitKind>,
    /// Keys of the kinds of commitments both ask for, as the first campaign names them.
    pub kinds: Vec<String>,
    /// Both let people file on the same days.
    pub same_days: bool,
}

fn filing(template: &Template) -> Option<Window> {
    let first = template.starts_on?;
    let stage = template
        .stages
        .iter()
        .find(|s| s.acts.contains(&GatedAct::Propose))?;
    Some(Window {
        starts_on: crate::time::add_days(first, stage.start_day),
        ends_on: stage.end_day.map(|day| crate::time::add_days(first, day)),
    })
}

/// Whether two campaigns ask the same people the same things; nothing where they do not.
#[must_use]
pub fn overlap(one: &Template, other: &Template) -> Option<Overlap> {
    let class = |t: &Template, c: &PersonClass| t.scope.must.contains(c) || t.scope.may.contains(c);
    let both = |c: &PersonClass| class(one, c) && class(other, c);
    let classes: Vec<PersonClass> = PersonClass::ALL.into_iter().filter(both).collect();
    let own = one.scope.must_units.iter().chain(&one.scope.may_units);
    let units: Vec<UnitKind> = own.copied().filter(|u| other.scope.admits_unit(*u)).collect();
    // The same kind under another key is known by its name.
    let asks = |k: &&super::template::Kind| {
        other
            .kinds
            .iter()
            .any(|o| o.key == k.key || o.label.zh == k.label.zh)
    };
    let kinds: Vec<String> = one.kinds.iter().filter(asks).map(|k| k.key.clone()).collect();
    if kinds.is_empty() || classes.is_empty() && units.is_empty() {
        return None;
    }
    let same_days = match (filing(one), filing(other)) {
        (Some(a), Some(b)) => {
            a.ends_on.is_none_or(|end| end >= b.starts_on) && b.ends_on.is_none_or(|end| end >= a.starts_on)
        }
        _ => false,
    };
    Some(Overlap {
        classes,
        units,
        kinds,
        same_days,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::{parse, shipped};

    fn template(key: &str) -> Template {
        let (_, text) = shipped().iter().find(|(k, _)| *k == key).expect("shipped");
        parse(text).expect("fine")
    }

    #[test]
    fn the_notice_asks_a_member_for_five_fields_and_two_minutes() {
        let all = burdens(&template("notice_2010"));
        let member = all
            .iter()
            .find(|b| b.audience == Audience::Participant)
            .expect("a form");
        // One practical deed at least: what, for whom, until when; consent and name.
        assert_eq!((member.items, member.fields, member.minutes), (1, 5, 2));
        assert_eq!(member.minutes_own, 4);
        assert!(member.known >= 8, "the roster fills in most of the form");
        assert!(member.later >= 1 && member.minutes_later() == member.later);
        for (key, _) in shipped() {
            for burden in burdens(&template(key)) {
                assert!(
                    burden.minutes <= burden.minutes_own && burden.minutes <= 10,
                    "{key}"
                );
            }
        }
    }

    #[test]
    fn the_same_people_asked_the_same_are_found_and_others_are_not() {
        let notice = template("notice_2010");
        let again = overlap(&notice, &notice).expect("the same");
        assert!(again.same_days && again.kinds.len() == 3);
        let later = Template {
            starts_on: notice.starts_on.map(|d| crate::time::add_days(d, 365)),
            ..notice.clone()
        };
        assert!(!overlap(&notice, &later).expect("the same people").same_days);
        let mut leaders = notice.clone();
        leaders.kinds.clear();
        assert_eq!(overlap(&notice, &leaders), None);
        let mut elsewhere = notice.clone();
        (elsewhere.scope.must, elsewhere.scope.may) = (Vec::new(), Vec::new());
        (elsewhere.scope.must_units, elsewhere.scope.may_units) = (Vec::new(), Vec::new());
        assert_eq!(overlap(&notice, &elsewhere), None);
    }
}
