//! Names of branches that are nearly the same: a roster written by hand shortens them, and what is one branch would become
//! two.

use super::columns::WORDS;
use super::value::folded;
use crate::organization::UnitKind;

/// What a name says beside its ending, and whether the ending names a kind.
fn core(name: &str) -> (String, Option<UnitKind>) {
    let text = folded(name).to_lowercase();
    let tail = WORDS
        .branch_tails
        .iter()
        .find_map(|t| text.strip_suffix(t.as_str()));
    let kind = tail.map(|_| UnitKind::of_branch(name));
    let digit = |c: char| match c.to_digit(10) {
        Some(n) => WORDS.numerals.chars().nth(n as usize).unwrap_or(c),
        None => c,
    };
    let bare = tail.unwrap_or(&text).replace(WORDS.ordinal.as_str(), "");
    (bare.chars().map(digit).collect(), kind)
}

/// The one of these branches that a name most likely means; `None` when it is one of them by name, or may be none or
/// several.
#[must_use]
pub fn near_branch<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let (own, own_kind) = core(name);
    if own.is_empty() {
        return None;
    }
    let known: Vec<&str> = known.into_iter().collect();
    if known.iter().any(|k| folded(k) == folded(name)) {
        return None;
    }
    let near = |k: &&str| {
        let (other, kind) = core(k);
        other == own && (own_kind.is_none() || kind.is_none() || kind == own_kind)
    };
    let mut found = known.into_iter().filter(near);
    match (found.next(), found.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    }
}

/// Fewest characters that one name has to share with another to be told of.
const SHARED_MIN: usize = 2;
/// Most branches told of for one name.
const ALIKE_MAX: usize = 4;

/// The branches a name may mean that [`near_branch`] does not take it for: what one says beside its ending begins with what
/// the other says. Nobody but the office knows which, or whether none.
#[must_use]
pub fn alike_branches<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let (own, own_kind) = core(name);
    let known: Vec<&str> = known.into_iter().collect();
    let there = known.iter().any(|k| folded(k) == folded(name));
    if there || own.chars().count() < SHARED_MIN {
        return Vec::new();
    }
    let alike = |k: &&str| {
        let (other, kind) = core(k);
        let shares =
            other.starts_with(&own) || (other.chars().count() >= SHARED_MIN && own.starts_with(&other));
        shares && (own_kind.is_none() || kind.is_none() || kind == own_kind)
    };
    let mut found: Vec<&str> = known.into_iter().filter(alike).collect();
    found.sort_unstable();
    found.truncate(ALIKE_MAX);
    found
}

#[cfg(test)]
mod tests {
    use super::{alike_branches, near_branch};

    #[test]
    fn a_name_that_may_mean_several_is_told_of_and_not_guessed() {
        let known = [
            "急诊重症党支部",
            "机关第一党支部",
            "机关第二党支部",
            "妇科党支部",
            "机关党总支",
        ];
        for (name, want) in [
            ("急诊支部", vec!["急诊重症党支部"]),
            ("机关支部", vec!["机关第一党支部", "机关第二党支部"]),
            ("机关第一党支部", vec![]),
            ("机关第三党支部", vec![]),
            ("妇科病房支部", vec!["妇科党支部"]),
            ("科支部", vec![]),
        ] {
            assert_eq!(alike_branches(name, known), want, "{name}");
        }
        assert_eq!(near_branch("急诊支部", known), None);
    }

    #[test]
    fn a_shortened_name_means_the_one_branch_there_is() {
        let known = [
            "妇科党支部",
            "机关第一党支部",
            "外科党总支",
            "外科党支部",
            "儿科党总支",
        ];
        for (name, want) in [
            ("妇科", Some("妇科党支部")),
            ("妇科支部", Some("妇科党支部")),
            ("妇科 党支部", None),
            ("机关一支部", Some("机关第一党支部")),
            ("机关1支部", Some("机关第一党支部")),
            ("机关第二党支部", None),
            ("外科", None),
            ("外科支部", Some("外科党支部")),
            ("儿科党支部", None),
            ("儿科", Some("儿科党总支")),
            ("妇产科", None),
            ("党支部", None),
        ] {
            assert_eq!(near_branch(name, known), want, "{name}");
        }
    }
}
