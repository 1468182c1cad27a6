//! What a reviewer looks at first (UX.md J2): advice points, it never decides and never scores a person.

use serde::Serialize;

use crate::advice::{Advice, Context, Remark, RemarkKind, Rules, Source, advise_in};
use crate::pledge::VersionItem;

/// From here on two texts count as alike.
pub const TWIN_PERCENT: u32 = 80;

/// Why a pledge is looked at one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "flag", content = "percent", rename_all = "snake_case")]
pub enum Flag {
    /// A leading cadre's: the standard is higher (N6, N16).
    LeadingCadre,
    /// It came back after a return: the difference is looked at.
    Resubmitted,
    /// An item says no number.
    NoQuantity,
    /// Words that say too little or a general duty.
    Vague,
    /// The sentence and the due date beside it name two days.
    TwoDueDates,
    /// So alike to a colleague's text, in percent.
    Twin(u32),
    /// One person stands at two steps of its route: each step is there so that another looks.
    SamePerson,
}

impl Flag {
    /// The identifier as i18n keys (`review.flag_…`) write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LeadingCadre => "leading_cadre",
            Self::Resubmitted => "resubmitted",
            Self::NoQuantity => "no_quantity",
            Self::Vague => "vague",
            Self::TwoDueDates => "two_due_dates",
            Self::Twin(_) => "twin",
            Self::SamePerson => "same_person",
        }
    }
}

/// The advice on an item's content and measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Of the content; its ranges are those of the content.
    pub content: Advice,
    /// Of the measure.
    pub measure: Advice,
}

impl Reading {
    /// Content or measure say how many.
    #[must_use]
    pub fn has_quantity(&self) -> bool {
        self.content.quantity || self.measure.quantity
    }

    /// Words say too little. That a text holds several promises, or says its number in the measure, is no fault to
    /// look at; copies have a flag of their own.
    #[must_use]
    pub fn is_vague(&self) -> bool {
        self.remarks()
            .any(|r| r.kind.is_about_words() && r.kind != RemarkKind::OtherDue)
    }

    /// Content or measure name another last day than the due date beside them.
    #[must_use]
    pub fn has_other_due(&self) -> bool {
        self.remarks().any(|r| r.kind == RemarkKind::OtherDue)
    }

    fn remarks(&self) -> impl Iterator<Item = &Remark> {
        self.content.remarks.iter().chain(&self.measure.remarks)
    }
}

/// Reads the items of a version: `post` is the pledger's group of posts, `known` gives the texts an item could have been
/// copied from.
#[must_use]
pub fn read_items(rules: &Rules, items: &[VersionItem], post: &str, known: &Known) -> Vec<Reading> {
    let read = |(place, item): (usize, &VersionItem)| {
        let near: Vec<(Source, &str)> = known.of(place).collect();
        let due = item.due_date;
        let of_post = |known| Context {
            rules,
            post,
            known,
            due,
        };
        Reading {
            content: advise_in(&item.content, &of_post(near.as_slice())),
            measure: advise_in(&item.measure, &of_post(&[])),
        }
    };
    items.iter().enumerate().map(read).collect()
}

/// Texts nearly the same as the items of a form, by the place of the item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known(Vec<(usize, Source, String)>);

impl Known {
    /// Adds a text like the item at this place.
    pub fn add(&mut self, place: usize, source: Source, text: impl Into<String>) {
        self.0.push((place, source, text.into()));
    }

    /// The texts like the item at this place.
    pub fn of(&self, place: usize) -> impl Iterator<Item = (Source, &str)> {
        let here = self.0.iter().filter(move |(at, _, _)| *at == place);
        here.map(|(_, source, text)| (*source, text.as_str()))
    }
}

/// Why this pledge is looked at one by one; empty = one of the clean ones. `twin` is the likeness of its most
/// similar item.
#[must_use]
pub fn flags(leading_cadre: bool, again: bool, readings: &[Reading], twin: Option<u32>) -> Vec<Flag> {
    let mut all = Vec::new();
    let mut when = |on: bool, flag: Flag| {
        if on {
            all.push(flag);
        }
    };
    when(leading_cadre, Flag::LeadingCadre);
    when(again, Flag::Resubmitted);
    when(readings.iter().any(|r| !r.has_quantity()), Flag::NoQuantity);
    when(readings.iter().any(Reading::is_vague), Flag::Vague);
    when(readings.iter().any(Reading::has_other_due), Flag::TwoDueDates);
    if let Some(percent) = twin.filter(|p| *p >= TWIN_PERCENT) {
        when(true, Flag::Twin(percent));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{ItemId, KindId};

    fn item(content: &str, measure: &str) -> VersionItem {
        VersionItem {
            id: ItemId::parse("01932b6e-7c1a-7f00-8000-000000000301").expect("uuid"),
            kind: KindId::parse("practical_deed").expect("word"),
            content: content.into(),
            measure: measure.into(),
            beneficiary: String::new(),
            due_date: None,
            demand: None,
            joint: false,
        }
    }

    fn read(items: &[VersionItem]) -> Vec<Reading> {
        read_items(Rules::shipped(), items, "", &Known::default())
    }

    #[test]
    fn the_duty_of_the_post_and_a_colleagues_text_are_told() {
        use crate::advice::RemarkKind::{Copied, PostDuty};
        let items = [
            item("严格落实查对制度，每班查对", ""),
            item("每月为外地产妇备10套应急待产包", ""),
        ];
        let kinds = |post: &str, known: &Known| -> Vec<Vec<crate::advice::RemarkKind>> {
            let of = |r: &Reading| r.content.remarks.iter().map(|r| r.kind).collect();
            read_items(Rules::shipped(), &items, post, known)
                .iter()
                .map(of)
                .collect()
        };
        let mut known = Known::default();
        known.add(1, Source::LastYear, "每月为外地产妇备12套应急待产包");
        let told = kinds("nurse", &known);
        assert!(told[0].contains(&PostDuty), "{told:?}");
        assert!(told[1].contains(&Copied(Source::LastYear)), "{told:?}");
        let alone = kinds("", &Known::default());
        assert!(!alone[0].contains(&PostDuty) && alone[1].is_empty(), "{alone:?}");
    }

    #[test]
    fn clean_ones_are_clean_and_vague_ones_are_not() {
        let flags_of = |items: &[VersionItem]| flags(false, false, &read(items), None);
        assert_eq!(flags_of(&[item("每月为外地产妇备10套应急待产包", "")]), []);
        assert_eq!(flags_of(&[item("为外地产妇备应急待产包", "全年不少于10套")]), []);
        let vague = flags_of(&[
            item("每月抽查20份病历", ""),
            item("进一步提高服务水平，让产妇满意", ""),
        ]);
        assert_eq!(vague, [Flag::NoQuantity, Flag::Vague]);
        let mut two_days = item("2026年12月15日前每周二义诊1次，共5次", "");
        two_days.due_date = Some(jiff::civil::date(2026, 12, 31));
        assert_eq!(flags_of(&[two_days]), [Flag::TwoDueDates]);
    }

    #[test]
    fn leaders_and_second_rounds_and_copies_come_first() {
        let items = read(&[item("每月为外地产妇备10套应急待产包", "")]);
        assert_eq!(flags(true, false, &items, Some(79)), [Flag::LeadingCadre]);
        assert_eq!(
            flags(false, true, &items, Some(86)),
            [Flag::Resubmitted, Flag::Twin(86)]
        );
    }
}
