//! What people of the demo write. Whoever is asked for a promise of his own does not write a colleague's again: a sentence
//! that reads like one written before is thought over.

use super::Dice;
use crate::error::{Error, Result};
use domain::campaign::Template;
use domain::pledge::sentence::post_group;
use domain::review::alike::Alike;
use domain::time::add_days;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

/// So alike, in percent, two sentences of different people are not: a little less than what is shown as alike.
const APART: u32 = 56;
/// How often somebody thinks a sentence over.
const THOUGHTS: usize = 24;

/// The sentences people of the demo choose from.
#[derive(Deserialize)]
pub(super) struct Data {
    pub on_behalf: Vec<String>,
    pub paper: Vec<String>,
    pub copied: Vec<String>,
    vague: (Vec<String>, Vec<String>),
    tail: Vec<String>,
    measure: Vec<String>,
    vague_measure: Vec<String>,
    words: BTreeMap<String, Words>,
    pub common: Common,
    pub leading: Leading,
    pub post: BTreeMap<String, Vec<String>>,
    pub deed: BTreeMap<String, Vec<String>>,
    own: BTreeMap<String, Vec<String>>,
    pub branch: Branch,
}

/// A promise in words: what, when it counts as done, for whom.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub content: String,
    pub measure: String,
    pub beneficiary: String,
}

/// Whom a branch looks after, and where.
#[derive(Clone, Default, Deserialize)]
struct Words {
    who: Vec<String>,
    #[serde(rename = "where")]
    places: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Common {
    pub list: Vec<String>,
    pub leading: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Leading {
    pub post: Vec<String>,
    pub deed: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Branch {
    pub common: Vec<String>,
    kinds: BTreeMap<String, String>,
    post: BTreeMap<String, Vec<String>>,
    deed: BTreeMap<String, Vec<String>>,
}

/// What a branch is that the data do not name.
const USUAL_BRANCH: &str = "clinical";
/// The group of a post that no word is known of.
const USUAL_GROUP: &str = "administration";

impl Branch {
    /// What a branch promises for its task and beyond it, by what it is.
    pub fn promises(&self, name: &str) -> (Vec<String>, Vec<String>) {
        let kind = self.kinds.get(name).map_or(USUAL_BRANCH, String::as_str);
        let of = |lists: &BTreeMap<String, Vec<String>>| lists.get(kind).cloned().unwrap_or_default();
        (of(&self.post), of(&self.deed))
    }
}

/// The groups of posts of a template, in its order.
pub(super) fn groups(template: &Template) -> Vec<String> {
    template.posts.iter().map(|p| p.key.clone()).collect()
}

/// The group of posts of a post, among the template's in its order.
pub(super) fn group_of<'a>(post: &str, groups: &'a [String]) -> &'a str {
    let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
    post_group(post, &groups).unwrap_or(USUAL_GROUP)
}

/// A sentence of the data and, behind its sign, for whom it is done; `{who}` where nothing stands there.
pub(super) fn parts(sentence: &str) -> (&str, &str) {
    sentence.split_once('@').unwrap_or((sentence, "{who}"))
}

/// Writes the demo's sentences.
pub(super) struct Pen {
    /// What is chosen from.
    pub data: Data,
    /// First day of the campaign.
    pub first: Date,
    groups: Vec<String>,
    written: Alike,
    branch: Words,
}

impl Pen {
    /// A pen nobody has written with.
    ///
    /// # Errors
    /// A mistake in the demo's data.
    pub fn new(first: Date, groups: Vec<String>) -> Result<Pen> {
        Ok(Pen {
            data: toml::from_str(include_str!("../../data/demo/pledge.toml")).map_err(Error::bug)?,
            first,
            groups,
            written: Alike::default(),
            branch: Words::default(),
        })
    }

    /// Goes on writing for a branch.
    pub fn of_branch(&mut self, name: &str) {
        let words = &self.data.words;
        // Whoever belongs to no branch of the list is taken for the first.
        let first = || words.iter().min_by_key(|(name, _)| name.as_str()).map(|(_, w)| w);
        self.branch = words.get(name).or_else(first).cloned().unwrap_or_default();
    }

    /// What somebody of a post promises for it and beyond it: the sentences of his group, and of his department.
    pub fn promises(&self, post: &str) -> (Vec<String>, Vec<String>) {
        let group = group_of(post, &self.groups);
        let of = |lists: &BTreeMap<String, Vec<String>>| lists.get(group).cloned().unwrap_or_default();
        let department = post.split_whitespace().next().unwrap_or_default();
        let mut duty = of(&self.data.post);
        duty.extend(self.data.own.get(department).cloned().unwrap_or_default());
        (duty, of(&self.data.deed))
    }

    /// A sentence of the list as nobody has written it yet, where that can be.
    pub fn own(&mut self, dice: &mut Dice, list: &[String]) -> Option<Said> {
        let mut said = Said::default();
        for _ in 0..THOUGHTS {
            let sentence = dice.pick(list)?.clone();
            said = self.say(dice, &sentence);
            if self.written.near(&said.content, APART).is_empty() {
                break;
            }
        }
        self.written.add(&said.content);
        Some(said)
    }

    /// A promise nobody can check.
    pub fn vague(&mut self, dice: &mut Dice) -> Option<Said> {
        let (begin, end) = &self.data.vague;
        let comma = lang::text(lang::Lang::Zh, "public.comma");
        let all = begin
            .iter()
            .flat_map(|b| end.iter().map(move |e| [b.as_str(), comma, e].concat()));
        let all: Vec<String> = all.collect();
        let said = self.own(dice, &all)?;
        let measure = dice.pick(&self.data.vague_measure).cloned().unwrap_or_default();
        Some(Said { measure, ..said })
    }

    /// What many others wrote as well.
    pub fn copied(&self, dice: &mut Dice) -> Option<Said> {
        let sentence = dice.pick(&self.data.copied)?.clone();
        let measure = dice.pick(&self.data.vague_measure).cloned().unwrap_or_default();
        Some(Said {
            measure,
            ..self.say(dice, &sentence)
        })
    }

    /// A sentence of the data as a promise: one group of people throughout.
    pub fn say(&self, dice: &mut Dice, sentence: &str) -> Said {
        let (what, whom) = parts(sentence);
        let who = dice.pick(&self.branch.who).cloned().unwrap_or_default();
        let tail = dice.pick(&self.data.tail).cloned().unwrap_or_default();
        let what = what.replace("{tail}", &tail).replace("{who}", &who);
        let measure = dice.pick(&self.data.measure).cloned().unwrap_or_default();
        Said {
            content: self.fill(dice, &what),
            measure: self.fill(dice, &measure),
            beneficiary: whom.replace("{who}", &who),
        }
    }

    /// A sentence with its numbers, places and date.
    pub fn fill(&self, dice: &mut Dice, sentence: &str) -> String {
        let mut out = String::new();
        let mut rest = sentence;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let (place, behind) = after.split_once('}').unwrap_or((after, ""));
            match (place, place.split_once('-')) {
                ("where", _) => out.push_str(dice.pick(&self.branch.places).map_or("", String::as_str)),
                (_, Some((low, high))) => {
                    let (low, high): (usize, usize) = (low.parse().unwrap_or(1), high.parse().unwrap_or(1));
                    out.push_str(&(low + dice.below(high.saturating_sub(low) + 1)).to_string());
                }
                (_, None) => out.push_str(&lang::date(lang::Lang::Zh, self.due(dice))),
            }
            rest = behind;
        }
        out.push_str(rest);
        out
    }

    /// A day on which something may be due: the end of a month between two and thirteen months after the beginning.
    pub fn due(&self, dice: &mut Dice) -> Date {
        let day = add_days(self.first, 60 + i32::try_from(dice.below(330)).unwrap_or(0));
        day.last_of_month()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_suit_the_post() {
        let day = jiff::civil::date(2010, 9, 20);
        let template = domain::campaign::shipped()
            .iter()
            .find(|(key, _)| *key == "notice_2010");
        let template = domain::campaign::parse(template.expect("the notice").1).expect("reads");
        let groups = groups(&template);
        let pen = Pen::new(day, groups.clone()).expect("the demo's data");
        for (post, group) in [
            ("党群办 副主任", "administration"),
            ("护理部 干事", "administration"),
            ("财务部 会计师", "administration"),
            ("检验科 主任技师", "technician"),
            ("药学部 药师", "technician"),
            ("妇科门诊 副主任医师", "doctor"),
            ("产房 助产士", "nurse"),
            ("后勤保障部 工程师", "logistics"),
            ("离退休办公室 退休医师", "retired"),
        ] {
            assert_eq!(group_of(post, &groups), group, "{post}");
        }
        // Every group and every kind of branch has sentences of its own.
        for group in &groups {
            assert!(
                pen.data.post.contains_key(group) && pen.data.deed.contains_key(group),
                "{group}"
            );
        }
        let branch = &pen.data.branch;
        for kind in branch.kinds.values().map(String::as_str).chain([USUAL_BRANCH]) {
            assert!(
                branch.post.contains_key(kind) && branch.deed.contains_key(kind),
                "{kind}"
            );
        }
    }

    #[test]
    fn one_group_of_people_stands_in_a_promise() {
        let mut pen = Pen::new(jiff::civil::date(2010, 9, 20), Vec::new()).expect("the demo's data");
        pen.of_branch("");
        let mut dice = Dice::new(1);
        for _ in 0..50 {
            let said = pen.say(&mut dice, "x {who} y {where} {2-3}, {tail}");
            assert!(said.content.contains(&said.beneficiary), "{said:?}");
            let said = pen.say(&mut dice, "x {date}@z");
            assert_eq!(said.beneficiary, "z");
            assert!(
                !said.content.contains('@') && !said.measure.contains('{'),
                "{said:?}"
            );
        }
    }
}
