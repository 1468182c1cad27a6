//! An organisation's own words beside the shipped rules (N6, N8): what it adds to a list, and what it does without.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::rules::{Rules, RulesProblem, SHIPPED_TEXT};
use crate::problem::{Problem, Problems};
use crate::text::{TextRule, check_text};

/// Longest word, in characters; a stock sentence may be longer.
const WORD_MAX: usize = 40;
/// Longest stock sentence, in characters.
const SENTENCE_MAX: usize = 200;
/// Most words an organisation adds to a list or takes from it.
const WORDS_MAX: usize = 500;
/// The stock of sentences that go round.
const LIBRARY: &str = "library.sentences";
/// What the keys of the duties of posts begin with.
const DUTIES: &str = "post_duties.";
/// The plain lists an organisation may edit, in the order they are shown. The others hold grammar, not custom.
const PLAIN: [&str; 11] = [
    "slogans",
    "routine_duties",
    "virtues",
    "weak",
    "comparatives",
    "how_often",
    "set_phrases",
    "units",
    "deadlines",
    "beneficiaries",
    "things",
];

static SHIPPED: LazyLock<toml::Table> = LazyLock::new(|| toml::from_str(SHIPPED_TEXT).unwrap_or_default());

/// What an organisation changes in one list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListChange {
    /// Words beside the shipped ones.
    pub more: Vec<String>,
    /// Shipped words it does without.
    pub without: Vec<String>,
}

impl ListChange {
    /// Whether the list is as shipped.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.more.is_empty() && self.without.is_empty()
    }
}

/// What an organisation changes in the rules, by list. A list that ships under another name later is left alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseWords(BTreeMap<String, ListChange>);

/// The keys of the lists an organisation may edit: the plain ones, the stock of sentences, the duties of each post.
#[must_use]
pub fn editable_lists() -> Vec<String> {
    let posts = Rules::shipped();
    let duties = posts.posts().into_iter().map(|post| format!("{DUTIES}{post}"));
    let fixed = PLAIN.iter().copied().chain([LIBRARY]).map(str::to_owned);
    fixed.chain(duties).collect()
}

/// The words of a list as they ship; empty for a list that does not.
#[must_use]
pub fn shipped_words(list: &str) -> Vec<&'static str> {
    let value = match list.split_once('.') {
        Some((table, name)) => SHIPPED.get(table).and_then(|t| t.get(name)),
        None => SHIPPED.get(list),
    };
    let words = value.and_then(toml::Value::as_array);
    words
        .into_iter()
        .flatten()
        .filter_map(toml::Value::as_str)
        .collect()
}

/// The words of a text, one on each line; blank lines and repetitions left out.
fn lines(text: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let words = text.lines().map(str::trim).filter(|w| !w.is_empty());
    words.filter(|w| seen.insert(*w)).map(str::to_owned).collect()
}

impl HouseWords {
    /// What is changed in a list.
    #[must_use]
    pub fn change(&self, list: &str) -> ListChange {
        self.0.get(list).cloned().unwrap_or_default()
    }

    /// Most characters of a word of this list.
    #[must_use]
    pub fn longest(list: &str) -> usize {
        if list == LIBRARY { SENTENCE_MAX } else { WORD_MAX }
    }

    /// How many lists differ from the shipped ones.
    #[must_use]
    pub fn changed(&self) -> usize {
        self.0.len()
    }

    /// Changes a list: one word on each line. Nothing in both texts puts the shipped list back.
    ///
    /// # Errors
    /// `problem.not_found` for a list nobody may edit; on the fields `more` and `without` what is too long, too many,
    /// unknown or in both.
    pub fn edit(&mut self, list: &str, more: &str, without: &str) -> Result<(), Problems> {
        if !editable_lists().iter().any(|known| known == list) {
            return Err(Problems(vec![Problem::not_found("problem.not_found")]));
        }
        let shipped: BTreeSet<&str> = shipped_words(list).into_iter().collect();
        let mut change = ListChange {
            more: lines(more),
            without: lines(without),
        };
        let longest = Self::longest(list);
        let mut problems = Problems::new();
        for (field, words) in [("more", &change.more), ("without", &change.without)] {
            problems.note(few(field, words));
            let wrong = words
                .iter()
                .find_map(|w| check_word(field, w, list, longest).err());
            problems.0.extend(wrong);
        }
        let strangers = change.without.iter().filter(|w| !shipped.contains(w.as_str()));
        for word in strangers.take(3) {
            problems.push(
                Problem::invalid("advice_words.not_shipped")
                    .with("word", word)
                    .on("without"),
            );
        }
        if let Some(both) = change.more.iter().find(|w| change.without.contains(w)) {
            problems.push(
                Problem::invalid("advice_words.in_both")
                    .with("word", both)
                    .on("more"),
            );
        }
        problems.or(())?;
        // What ships already need not be said again: a later edition of the product may drop it.
        change.more.retain(|w| !shipped.contains(w.as_str()));
        if change.is_empty() {
            self.0.remove(list);
        } else {
            self.0.insert(list.to_owned(), change);
        }
        Ok(())
    }

    /// The whole rules as text, for `jiannuo advise --rules`.
    #[must_use]
    pub fn rules_text(&self) -> String {
        if self.0.is_empty() {
            return SHIPPED_TEXT.to_owned();
        }
        let mut all = SHIPPED.clone();
        for (list, change) in &self.0 {
            let value = match list.split_once('.') {
                Some((table, name)) => all.get_mut(table).and_then(|t| t.get_mut(name)),
                None => all.get_mut(list),
            };
            if let Some(words) = value.and_then(toml::Value::as_array_mut) {
                words.retain(|w| {
                    w.as_str()
                        .is_none_or(|w| !change.without.iter().any(|out| out == w))
                });
                words.extend(change.more.iter().cloned().map(toml::Value::from));
            }
        }
        toml::to_string(&all).unwrap_or_default()
    }

    /// The rules with the changes.
    ///
    /// # Errors
    /// None that [`HouseWords::edit`] let through.
    pub fn rules(&self) -> Result<Rules, RulesProblem> {
        Rules::read(&self.rules_text())
    }
}

fn few(field: &str, words: &[String]) -> Result<(), Problem> {
    if words.len() <= WORDS_MAX {
        return Ok(());
    }
    Err(Problem::invalid("advice_words.too_many")
        .with("max", WORDS_MAX)
        .with("n", words.len())
        .on(field))
}

/// One sign alone would be found in nearly every text; only units may be so short.
fn check_word(field: &str, word: &str, list: &str, longest: usize) -> Result<(), Problem> {
    check_text(field, word, TextRule::line(longest))?;
    if list != "units" && word.chars().count() < 2 {
        return Err(Problem::invalid("advice_words.too_short")
            .with("word", word)
            .on(field));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Context, RemarkKind, advise_in};
    use super::*;

    fn keys(result: Result<(), Problems>) -> Vec<&'static str> {
        result
            .err()
            .map(|p| p.0.iter().map(|p| p.key).collect())
            .unwrap_or_default()
    }

    #[test]
    fn every_list_offered_ships_and_changes_what_the_advice_says() {
        let lists = editable_lists();
        assert!(lists.len() >= 20, "{lists:?}");
        for list in &lists {
            assert!(!shipped_words(list).is_empty(), "{list}");
            let mut words = HouseWords::default();
            words.edit(list, "银龄守护夜航灯", "").expect("a word is taken");
            let text = words.rules_text();
            assert!(text.contains("银龄守护夜航灯"), "{list}");
            let rules = words.rules().expect("the rules are read");
            assert_ne!(rules.version(), Rules::shipped().version());
        }
    }

    #[test]
    fn an_added_slogan_is_remarked_and_a_dropped_one_is_not() {
        let slogans = |words: &HouseWords, text: &'static str| -> Vec<&'static str> {
            let rules = words.rules().expect("rules");
            let context = Context {
                rules: &rules,
                ..Context::default()
            };
            let remarks = advise_in(text, &context).remarks.into_iter();
            let slogans = remarks.filter(|r| r.kind == RemarkKind::Slogan);
            slogans.filter_map(|r| text.get(r.quote)).collect()
        };
        let (ours, theirs) = ("推进银龄守护工程", "全心全意服务");
        let mut words = HouseWords::default();
        assert_eq!(slogans(&words, ours), [""; 0]);
        assert_eq!(slogans(&words, theirs), ["全心全意"]);
        words
            .edit("slogans", " 银龄守护 \n\n打造银龄\n银龄守护", "全心全意")
            .expect("taken");
        assert_eq!(words.change("slogans").more, ["银龄守护", "打造银龄"]);
        assert_eq!(slogans(&words, ours), ["银龄守护"]);
        assert_eq!(slogans(&words, theirs), [""; 0]);
        words.edit("slogans", "", "").expect("put back");
        assert_eq!((words.changed(), words.rules_text().as_str()), (0, SHIPPED_TEXT));
    }

    #[test]
    fn what_cannot_be_a_word_is_refused_on_its_field() {
        let many: String = (0..501).map(|n| format!("词语{n}\n")).collect();
        let long = "长".repeat(41);
        for (list, more, without, want) in [
            ("slogans", "好", "", "advice_words.too_short"),
            ("slogans", "", "没有这个词", "advice_words.not_shipped"),
            ("slogans", "全心全意", "全心全意", "advice_words.in_both"),
            ("slogans", many.as_str(), "", "advice_words.too_many"),
            ("numerals.digits", "七七", "", "problem.not_found"),
            ("surnames", "欧阳", "", "problem.not_found"),
        ] {
            assert_eq!(
                keys(HouseWords::default().edit(list, more, without)),
                [want],
                "{list} {more}"
            );
        }
        assert_eq!(keys(HouseWords::default().edit("weak", &long, "")).len(), 1);
        assert_eq!(
            keys(HouseWords::default().edit("weak", "带\u{202e}号", "")).len(),
            1
        );
        assert!(HouseWords::default().edit("units", "箩", "").is_ok());
        assert!(HouseWords::default().edit("library.sentences", &long, "").is_ok());
        let mut again = HouseWords::default();
        again
            .edit("slogans", "全心全意", "")
            .expect("a shipped word is known");
        assert_eq!(again.changed(), 0);
    }
}
