//! People: classes (N3), sex (GB/T 2261.1), ethnicity (GB/T 3304) and education. The words lie in data.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// Class of a person in respect of the party (N3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonClass {
    /// 正式党员.
    FullMember,
    /// 预备党员.
    ProbationaryMember,
    /// 入党积极分子.
    ApplicantActivist,
    /// 非党干部.
    NonPartyCadre,
}

impl PersonClass {
    /// All classes.
    pub const ALL: [Self; 4] = [
        Self::FullMember,
        Self::ProbationaryMember,
        Self::ApplicantActivist,
        Self::NonPartyCadre,
    ];

    /// The identifier as databases, JSON and i18n keys (`person_class.…`) write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::FullMember => "full_member",
            Self::ProbationaryMember => "probationary_member",
            Self::ApplicantActivist => "applicant_activist",
            Self::NonPartyCadre => "non_party_cadre",
        }
    }

    /// The class of this identifier.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }

    /// A member of the party, full or probationary.
    #[must_use]
    pub fn is_member(self) -> bool {
        matches!(self, Self::FullMember | Self::ProbationaryMember)
    }
}

/// Sex by the codes of GB/T 2261.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// 0
    Unknown,
    /// 1
    Male,
    /// 2
    Female,
    /// 9
    NotStated,
}

impl Sex {
    /// All values.
    pub const ALL: [Self; 4] = [Self::Unknown, Self::Male, Self::Female, Self::NotStated];

    /// The identifier as databases, JSON and i18n keys (`sex.…`) write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Male => "male",
            Self::Female => "female",
            Self::NotStated => "not_stated",
        }
    }

    /// The value of this identifier.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sex| sex.name() == name)
    }

    /// The code of GB/T 2261.1.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Unknown => 0,
            Self::Male => 1,
            Self::Female => 2,
            Self::NotStated => 9,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    classes: HashMap<String, PersonClass>,
    sexes: HashMap<String, Sex>,
    education: HashMap<String, String>,
    ethnicities: Vec<String>,
    ethnicity_suffix: String,
}

static WORDS: LazyLock<Option<Words>> =
    LazyLock::new(|| toml::from_str(include_str!("../../data/person-words.toml")).ok());

fn words() -> Option<&'static Words> {
    WORDS.as_ref()
}

/// Longest name of a person, in characters: Uyghur and foreign names in full.
pub const NAME_MAX: usize = 60;

fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The class a word names. Where a cell says one thing and another in brackets, what stands in brackets is nearer: 共青团员
/// （入党积极分子）, 中共党员（预备）.
#[must_use]
pub fn read_class(text: &str) -> Option<PersonClass> {
    let word = bare(text).to_lowercase();
    let one = |w: &str| PersonClass::from_name(w).or_else(|| words()?.classes.get(w).copied());
    one(&word).or_else(|| {
        let (outside, rest) = word.split_once(['(', '\u{FF08}'])?;
        let inside = rest.trim_end_matches([')', '\u{FF09}']);
        one(inside).or_else(|| one(outside))
    })
}

/// The sex that a word, a letter, a code of GB/T 2261.1 or an identifier names. The one reading of the whole product:
/// rosters, forms, what members type and what older rows keep all come through here.
#[must_use]
pub fn read_sex(text: &str) -> Option<Sex> {
    let word = bare(text).to_lowercase();
    Sex::from_name(&word).or_else(|| words()?.sexes.get(&word).copied())
}

/// The full name of GB/T 3304 for a name with or without its suffix.
#[must_use]
pub fn read_ethnicity(text: &str) -> Option<&'static str> {
    let words = words()?;
    let name = bare(text);
    let full = format!("{name}{}", words.ethnicity_suffix);
    words
        .ethnicities
        .iter()
        .find(|known| **known == name || **known == full)
        .map(String::as_str)
}

/// The names of GB/T 3304, in the order of their codes.
#[must_use]
pub fn ethnicities() -> &'static [String] {
    words().map_or(&[], |w| w.ethnicities.as_slice())
}

/// The level of education a word means, for counting; the text as typed is kept beside it.
#[must_use]
pub fn fold_education(text: &str) -> Option<&'static str> {
    words()?.education.get(&bare(text)).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_rosters() {
        assert!(words().is_some());
        assert_eq!(ethnicities().len(), 56);
        assert_eq!(read_class(" 中共预备党员"), Some(PersonClass::ProbationaryMember));
        for (text, class) in [
            ("预备", Some(PersonClass::ProbationaryMember)),
            ("正式", Some(PersonClass::FullMember)),
            ("发展对象", Some(PersonClass::ApplicantActivist)),
            ("共青团员（入党积极分子）", Some(PersonClass::ApplicantActivist)),
            ("中共党员(预备)", Some(PersonClass::ProbationaryMember)),
            ("中共党员（离退休）", Some(PersonClass::FullMember)),
            ("共青团员（大学生）", None),
        ] {
            assert_eq!(read_class(text), class, "{text}");
        }
        assert_eq!(read_class("党员?"), None);
        for (text, sex) in [
            ("女", Some(Sex::Female)),
            ("2", Some(Sex::Female)),
            (" F ", Some(Sex::Female)),
            ("ｆ", None),
            ("Female", Some(Sex::Female)),
            ("男", Some(Sex::Male)),
            ("1", Some(Sex::Male)),
            ("m", Some(Sex::Male)),
            ("male", Some(Sex::Male)),
            ("not_stated", Some(Sex::NotStated)),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(read_sex(text), sex, "{text}");
        }
        for sex in Sex::ALL {
            assert_eq!(read_sex(sex.name()), Some(sex));
            assert_eq!(read_sex(&sex.code().to_string()), Some(sex));
        }
        assert_eq!(read_class("Full Member"), Some(PersonClass::FullMember));
        assert_eq!(read_class("Non-Party Cadre"), Some(PersonClass::NonPartyCadre));
        for (text, full) in [
            ("汉", Some("汉族")),
            ("汉族", Some("汉族")),
            ("土家 族", Some("土家族")),
            ("火星族", None),
            ("", None),
        ] {
            assert_eq!(read_ethnicity(text), full, "{text}");
        }
        for (text, level) in [
            ("大学本科", Some("本科")),
            ("硕士研究生", Some("硕士")),
            ("大专", Some("大专")),
            ("神童班", None),
        ] {
            assert_eq!(fold_education(text), level, "{text}");
        }
        for class in PersonClass::ALL {
            assert_eq!(PersonClass::from_name(class.name()), Some(class));
        }
    }
}
