//! Faults in the words of a template: model sentences, lists of choices, and who is spoken to without taking part.

use super::super::template::{Audience, Choice, Template};
use super::Faults;

impl Template {
    pub(super) fn check_words(&self, faults: &mut Faults) {
        self.check_sentences(faults);
        self.check_choices(faults, "return_reasons", &self.return_reasons);
        self.check_choices(faults, "supervision", &self.supervision);
        self.check_choices(faults, "posts", &self.posts);
        self.check_audiences(faults);
        self.check_offers(faults);
    }

    fn check_sentences(&self, faults: &mut Faults) {
        for (at, sentence) in self.sentences.iter().enumerate() {
            if !self.kinds.iter().any(|k| k.key == sentence.kind) {
                let args = vec![("key", sentence.kind.clone())];
                faults.add(
                    format!("sentences[{at}].kind"),
                    "campaign.template.unknown_kind",
                    args,
                );
            }
            if !sentence.post.is_empty() && !self.posts.iter().any(|p| p.key == sentence.post) {
                let args = vec![("key", sentence.post.clone())];
                faults.add(
                    format!("sentences[{at}].post"),
                    "campaign.template.unknown_post",
                    args,
                );
            }
            for (lang, text) in [("zh", &sentence.text.zh), ("en", &sentence.text.en)] {
                let path = format!("sentences[{at}].text.{lang}");
                match places(text) {
                    None => faults.add(path, "campaign.template.sentence_braces", vec![]),
                    Some(0) if lang == "zh" => faults.add(path, "campaign.template.sentence_whole", vec![]),
                    Some(_) => {}
                }
            }
        }
    }

    /// A list that may be left out: keys well formed and different, labels there.
    fn check_choices(&self, faults: &mut Faults, list: &'static str, choices: &[Choice]) {
        if choices.is_empty() {
            return;
        }
        faults.keys(list, choices.iter().map(|c| c.key.as_str()));
        for (at, choice) in choices.iter().enumerate() {
            faults.text(format!("{list}[{at}].label.zh"), &choice.label);
        }
    }

    /// A form, a route or a question for somebody who does not take part is a sign that the scope is not what was
    /// meant; what the scope may be widened to is left alone.
    fn check_audiences(&self, faults: &mut Faults) {
        let taking_part = self.audiences();
        let mut ask = |path: String, audience: &[Audience]| {
            if !audience.is_empty() && !audience.iter().any(|a| taking_part.contains(a)) {
                faults.add(path, "campaign.template.audience_absent", vec![]);
            }
        };
        for (at, form) in self.forms.iter().enumerate() {
            ask(format!("forms[{at}].audience"), &form.audience);
        }
        for (at, question) in self.questions.iter().enumerate() {
            ask(format!("questions[{at}].audience"), &question.audience);
        }
    }

    /// Who takes part must be able to write something.
    fn check_offers(&self, faults: &mut Faults) {
        for audience in self.audiences() {
            if !self.kinds.is_empty() && self.kind_rules(audience).is_empty() {
                let args = vec![("audience", audience.name().to_owned())];
                faults.add("kinds", "campaign.template.nothing_to_pledge", args);
            }
        }
    }
}

/// How many places a sentence leaves open; `None` where a brace is missing, one inside another, or empty.
fn places(text: &str) -> Option<usize> {
    let mut count = 0;
    let mut open: Option<usize> = None;
    for (at, c) in text.char_indices() {
        match (c, open) {
            ('{', None) => open = Some(at + 1),
            ('}', Some(from)) => {
                text.get(from..at).filter(|name| !name.trim().is_empty())?;
                count += 1;
                open = None;
            }
            ('{' | '}', _) => return None,
            _ => {}
        }
    }
    open.is_none().then_some(count)
}

#[cfg(test)]
mod tests {
    use super::super::super::{parse, shipped};
    use super::places;

    #[test]
    fn places_of_a_sentence() {
        for (text, count) in [
            ("", Some(0)),
            ("每月{次数}次", Some(1)),
            ("{期限}前为{对象}办成", Some(2)),
            ("每月{次数次", None),
            ("每月次数}次", None),
            ("每月{}次", None),
            ("{{次数}}", None),
        ] {
            assert_eq!(places(text), count, "{text}");
        }
    }

    #[test]
    fn words_that_lead_nowhere_are_told() {
        let text = shipped()[0].1;
        for (from, to, key) in [
            ("每月学习{内容}", "每月学习{内容", "sentence_braces"),
            (
                "每月学习{内容}{次数}次，{期限}前在支部会上交流{篇数}篇体会",
                "认真学习",
                "sentence_whole",
            ),
            ("key = \"no_time_limit\"", "key = \"not_concrete\"", "key_twice"),
            (
                "must = [\"full_member\", \"probationary_member\"]\nmay = [\"applicant_activist\", \"non_party_cadre\"]",
                "must = []\nmay = []",
                "audience_absent",
            ),
        ] {
            let faults = parse(&text.replacen(from, to, 1)).expect_err(to);
            let keys: Vec<_> = faults
                .iter()
                .map(|f| f.key.trim_start_matches("campaign.template."))
                .collect();
            assert!(keys.contains(&key), "{key} in {keys:?}");
            assert!(faults.iter().all(|f| f.line.is_some()), "{faults:?}");
        }
    }

    #[test]
    fn leaders_alone_need_no_form_for_others() {
        let text = shipped()[1].1;
        let leaders = text.replacen(
            "must_units = [\"party_branch\"]",
            "leading_cadres_only = true\nmust_units = [\"party_branch\"]",
            1,
        );
        let without = leaders.replacen(
            "[\"branch_secretary\", \"leading_cadre\", \"participant\"]",
            "[\"branch_secretary\", \"leading_cadre\"]",
            1,
        );
        let template = parse(&without).expect("nobody else writes");
        use crate::organization::PersonClass::{ApplicantActivist, FullMember};
        assert!(template.scope.shall(FullMember, true) && !template.scope.shall(FullMember, false));
        assert!(
            template.scope.admits(ApplicantActivist, true) && !template.scope.shall(ApplicantActivist, true)
        );
    }
}
