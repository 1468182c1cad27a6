//! Reading a template and telling the office what is wrong with it, with path and line.

mod mend;
mod more;
mod shape;

use std::collections::BTreeSet;

use super::template::{Audience, Grade, PublicField, Template, Text};
use crate::ids::KindId;
use crate::pledge::KindRule;
use crate::review::{self, RouteRule};
use crate::time::add_days;

/// One thing that is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {key}")]
pub struct TemplateFault {
    /// Where, e.g. `stages[1].end_day`; empty for the whole text.
    pub path: String,
    /// Message key (`campaign.template.…`).
    pub key: &'static str,
    /// Named values for the sentence.
    pub args: Vec<(&'static str, String)>,
    /// Line in the TOML, from 1, where it is known.
    pub line: Option<usize>,
}

/// Reads and checks a template.
///
/// # Errors
/// Every fault of form (see `shape`) and every fault that [`Template::faults`] finds, by line.
pub fn parse(text: &str) -> Result<Template, Vec<TemplateFault>> {
    let faults = match toml::from_str::<Template>(text) {
        Ok(template) => {
            let faults = template.faults();
            if faults.is_empty() {
                return Ok(template);
            }
            with_lines(text, faults)
        }
        Err(_) => unformed(text),
    };
    Err(by_line(faults))
}

fn by_line(mut faults: Vec<TemplateFault>) -> Vec<TemplateFault> {
    faults.sort_by_key(|f| f.line.unwrap_or(usize::MAX));
    faults
}

fn with_lines(text: &str, mut faults: Vec<TemplateFault>) -> Vec<TemplateFault> {
    for fault in &mut faults {
        fault.line = line_of(text, &fault.path);
    }
    faults
}

/// The faults of a text with mistakes of form. What is wrong besides is told too, where it does not come of a stand-in.
fn unformed(text: &str) -> Vec<TemplateFault> {
    let mended = mend::mend(text);
    let mut faults = mended.faults;
    if let Some(template) = mended.template {
        let further = with_lines(text, template.faults());
        // Without a scope nobody takes part: that is told once.
        let no_scope = faults
            .iter()
            .any(|f| f.args.contains(&("key", "scope".to_owned())));
        let follows = |f: &TemplateFault| no_scope && f.key == "campaign.template.audience_absent";
        let sound =
            |f: &TemplateFault| !follows(f) && f.line.is_some_and(|line| !mended.touched.contains(&line));
        faults.extend(further.into_iter().filter(sound));
    }
    faults
}

fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|b| *b == b'\n').count() + 1
}

/// The line of a path (`stages[1].end_day`) in a TOML text; the nearest part of the path that exists counts.
#[must_use]
pub fn line_of(text: &str, path: &str) -> Option<usize> {
    use toml::de::{DeTable, DeValue};
    let root = DeTable::parse(text).ok()?;
    let steps: Vec<&str> = path.split(['.', '[', ']']).filter(|s| !s.is_empty()).collect();
    let (first, rest) = steps.split_first()?;
    let (mut value, mut span) = root.get_ref().get(*first).map(|v| (v.get_ref(), v.span()))?;
    for step in rest {
        let next = match value {
            DeValue::Table(table) => table.get(*step),
            DeValue::Array(array) => step.parse::<usize>().ok().and_then(|at| array.get(at)),
            _ => None,
        };
        let Some(found) = next else { break };
        (value, span) = (found.get_ref(), found.span());
    }
    Some(line_at(text, span.start))
}

#[derive(Default)]
struct Faults(Vec<TemplateFault>);

impl Faults {
    fn add(&mut self, path: impl Into<String>, key: &'static str, args: Vec<(&'static str, String)>) {
        self.0.push(TemplateFault {
            path: path.into(),
            key,
            args,
            line: None,
        });
    }

    fn text(&mut self, path: String, text: &Text) {
        if text.zh.trim().is_empty() {
            self.add(path, "campaign.template.text_missing", vec![]);
        }
    }

    /// Keys of a list: well formed and different.
    fn keys<'a>(&mut self, list: &str, keys: impl Iterator<Item = &'a str>) {
        let mut seen = BTreeSet::new();
        for (at, key) in keys.enumerate() {
            let path = format!("{list}[{at}].key");
            if !is_word(key) {
                self.add(path, "campaign.template.key_form", vec![("key", key.to_owned())]);
            } else if !seen.insert(key) {
                self.add(path, "campaign.template.key_twice", vec![("key", key.to_owned())]);
            }
        }
        if seen.is_empty() {
            self.add(
                list,
                "campaign.template.list_empty",
                vec![("list", list.to_owned())],
            );
        }
    }
}

/// A template identifier: a lower-case letter, then letters, digits and underscores, at most 64 in all.
fn is_word(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

impl Template {
    /// Everything that is wrong with the template; empty = it can be used.
    #[must_use]
    pub fn faults(&self) -> Vec<TemplateFault> {
        let mut faults = Faults::default();
        if !is_word(&self.key) {
            faults.add(
                "key",
                "campaign.template.key_form",
                vec![("key", self.key.clone())],
            );
        }
        faults.text("title.zh".into(), &self.title);
        self.check_keys(&mut faults);
        self.check_scope(&mut faults);
        self.check_kinds(&mut faults);
        self.check_stages(&mut faults);
        self.check_routes(&mut faults);
        self.check_forms(&mut faults);
        self.check_appraisal(&mut faults);
        self.check_public(&mut faults);
        self.check_words(&mut faults);
        faults.0
    }

    fn check_keys(&self, faults: &mut Faults) {
        faults.keys("kinds", self.kinds.iter().map(|k| k.key.as_str()));
        faults.keys("stages", self.stages.iter().map(|s| s.key.as_str()));
        faults.keys("questions", self.questions.iter().map(|q| q.key.as_str()));
        faults.keys("forms", self.forms.iter().map(|f| f.key.as_str()));
        faults.keys("channels", self.channels.iter().map(|c| c.key.as_str()));
        faults.keys("satisfaction", self.satisfaction.iter().map(|s| s.key.as_str()));
        faults.keys(
            "appraisal.grades",
            self.appraisal.grades.iter().map(|g| g.key.as_str()),
        );
        faults.keys(
            "appraisal.voices",
            self.appraisal.voices.iter().map(|v| v.key.as_str()),
        );
        for (at, kind) in self.kinds.iter().enumerate() {
            faults.text(format!("kinds[{at}].label.zh"), &kind.label);
        }
        for (at, stage) in self.stages.iter().enumerate() {
            faults.text(format!("stages[{at}].label.zh"), &stage.label);
        }
        for (at, question) in self.questions.iter().enumerate() {
            faults.text(format!("questions[{at}].label.zh"), &question.label);
        }
    }

    /// Audiences that can pledge under this scope.
    fn audiences(&self) -> Vec<Audience> {
        use crate::organization::UnitKind;
        let units = || self.scope.must_units.iter().chain(&self.scope.may_units);
        let mut all = vec![];
        if units().any(|u| matches!(u, UnitKind::PartyBranch | UnitKind::GeneralBranch)) {
            all.push(Audience::Branch);
        }
        if units().any(|u| matches!(u, UnitKind::FunctionalDepartment | UnitKind::ClinicalDepartment)) {
            all.push(Audience::Department);
        }
        if !self.scope.must.is_empty() || !self.scope.may.is_empty() {
            all.extend([Audience::BranchSecretary, Audience::LeadingCadre]);
            if !self.scope.leading_cadres_only {
                all.push(Audience::Participant);
            }
        }
        all
    }

    fn check_scope(&self, faults: &mut Faults) {
        for (at, class) in self.scope.may.iter().enumerate() {
            if self.scope.must.contains(class) {
                faults.add(format!("scope.may[{at}]"), "campaign.template.scope_both", vec![]);
            }
        }
        if self.audiences().is_empty() {
            faults.add("scope", "campaign.template.scope_empty", vec![]);
        }
    }

    fn check_kinds(&self, faults: &mut Faults) {
        for (k, kind) in self.kinds.iter().enumerate() {
            for (c, count) in kind.counts.iter().enumerate() {
                if count.max.is_some_and(|max| max < count.min) {
                    faults.add(
                        format!("kinds[{k}].counts[{c}].max"),
                        "campaign.template.count_order",
                        vec![],
                    );
                }
            }
        }
    }

    fn check_stages(&self, faults: &mut Faults) {
        for (at, stage) in self.stages.iter().enumerate() {
            if stage.end_day.is_some_and(|end| end < stage.start_day) {
                faults.add(
                    format!("stages[{at}].end_day"),
                    "campaign.template.stage_order",
                    vec![],
                );
            }
            let Some(first) = self.starts_on else {
                if stage.starts_on.is_some() || stage.ends_on.is_some() {
                    faults.add(
                        format!("stages[{at}].starts_on"),
                        "campaign.template.stage_undated",
                        vec![],
                    );
                }
                continue;
            };
            if stage.starts_on != Some(add_days(first, stage.start_day)) {
                faults.add(
                    format!("stages[{at}].starts_on"),
                    "campaign.template.stage_days",
                    vec![],
                );
            }
            if stage.ends_on != stage.end_day.map(|day| add_days(first, day)) {
                faults.add(
                    format!("stages[{at}].ends_on"),
                    "campaign.template.stage_days",
                    vec![],
                );
            }
        }
        for act in super::GatedAct::ALL {
            if !self.stages.iter().any(|s| s.acts.contains(&act)) {
                let args = vec![("act", act.name().to_owned())];
                faults.add("stages", "campaign.template.act_nowhere", args);
            }
        }
    }

    fn check_routes(&self, faults: &mut Faults) {
        for (at, route) in self.review_routes.iter().enumerate() {
            if route.steps.is_empty() || route.steps.len() > 3 {
                faults.add(
                    format!("review_routes[{at}].steps"),
                    "campaign.template.route_steps",
                    vec![],
                );
            }
        }
        for audience in self.audiences() {
            if !self.review_routes.iter().any(|r| r.audience.contains(&audience)) {
                faults.add(
                    "review_routes",
                    "campaign.template.route_missing",
                    vec![("audience", audience.name().into())],
                );
            }
        }
    }

    fn check_forms(&self, faults: &mut Faults) {
        use super::template::FieldSource;
        for (at, form) in self.forms.iter().enumerate() {
            let blocks = form
                .fields
                .iter()
                .filter(|f| f.source == FieldSource::Items)
                .count();
            if blocks != 1 {
                faults.add(
                    format!("forms[{at}].fields"),
                    "campaign.template.form_items",
                    vec![],
                );
            }
        }
        for audience in self.audiences() {
            if self.form_for(audience).is_none() {
                faults.add(
                    "forms",
                    "campaign.template.form_missing",
                    vec![("audience", audience.name().into())],
                );
            }
        }
    }

    fn check_appraisal(&self, faults: &mut Faults) {
        let appraisal = &self.appraisal;
        let weights: u32 = appraisal.voices.iter().map(|v| v.weight).sum();
        if weights != 100 {
            let args = vec![("sum", weights.to_string())];
            faults.add("appraisal.voices", "campaign.template.weights", args);
        }
        let falling = appraisal
            .grades
            .windows(2)
            .all(|pair| matches!(pair, [a, b] if a.from > b.from));
        let ends_at_zero = appraisal.grades.last().is_some_and(|g| g.from == 0);
        let within = appraisal
            .grades
            .first()
            .is_some_and(|g| g.from <= appraisal.max_score);
        if !(falling && ends_at_zero && within) {
            faults.add("appraisal.grades", "campaign.template.bands", vec![]);
        }
        for (at, cadence) in appraisal.cadence.iter().enumerate() {
            let known = cadence
                .voices
                .iter()
                .all(|v| appraisal.voices.iter().any(|known| known.key == *v));
            if !known || cadence.voices.is_empty() {
                faults.add(
                    format!("appraisal.cadence[{at}].voices"),
                    "campaign.template.unknown_voice",
                    vec![],
                );
            }
            if cadence.every_months == 0 {
                faults.add(
                    format!("appraisal.cadence[{at}].every_months"),
                    "campaign.template.cadence",
                    vec![],
                );
            }
        }
    }

    fn check_public(&self, faults: &mut Faults) {
        let needed = |f: &PublicField| f.is_always_public();
        let mut missing = PublicField::ALL.into_iter().filter(needed);
        if missing.any(|f| !self.public_fields.contains(&f)) {
            faults.add("public_fields", "campaign.template.public_missing", vec![]);
        }
        if self.periods.reply_working_days == 0 || self.periods.rectification_days == 0 {
            faults.add("periods", "campaign.template.period_zero", vec![]);
        }
    }

    /// The printed form of an audience.
    #[must_use]
    pub fn form_for(&self, audience: Audience) -> Option<&super::template::Form> {
        self.forms.iter().find(|f| f.audience.contains(&audience))
    }

    /// The review questions asked of an audience, in order (N6, N11).
    pub fn questions_for(&self, audience: Audience) -> impl Iterator<Item = &super::template::Question> {
        self.questions
            .iter()
            .filter(move |q| q.audience.is_empty() || q.audience.contains(&audience))
    }

    /// The guidance for an audience, in order (N5).
    pub fn guidance_for(&self, audience: Audience) -> impl Iterator<Item = &super::template::Guidance> {
        self.guidance
            .iter()
            .filter(move |g| g.audience.contains(&audience))
    }

    /// The review steps of an audience.
    #[must_use]
    pub fn route_for(&self, audience: Audience) -> Option<&super::template::Route> {
        self.review_routes.iter().find(|r| r.audience.contains(&audience))
    }

    /// The review routes as `review` wants them. `review` knows one audience for every unit: `departments` chooses
    /// whether it gets the route of departments or that of branches.
    #[must_use]
    pub fn route_rules(&self, departments: bool) -> Vec<RouteRule> {
        let rule = |route: &super::template::Route| {
            let audience: Vec<_> = route
                .audience
                .iter()
                .filter_map(|a| a.for_review(departments))
                .collect();
            (!audience.is_empty()).then(|| RouteRule {
                audience,
                steps: route.steps.clone(),
            })
        };
        self.review_routes.iter().filter_map(rule).collect()
    }

    /// How many items of each kind an audience pledges, as `pledge` wants it; a kind with the maximum 0 is left
    /// out, for it is not offered.
    #[must_use]
    pub fn kind_rules(&self, audience: Audience) -> Vec<KindRule> {
        let rule = |kind: &super::template::Kind| {
            let (min, max) = kind.count_for(audience);
            let key = KindId::parse(kind.key.as_str()).ok()?;
            (max != Some(0)).then_some(KindRule {
                kind: key,
                min,
                max,
                demand: !kind.demand.is_optional(),
            })
        };
        self.kinds.iter().filter_map(rule).collect()
    }

    /// The grade of a score; `None` above the highest score.
    #[must_use]
    pub fn grade_of(&self, score: u32) -> Option<&Grade> {
        if score > self.appraisal.max_score {
            return None;
        }
        self.appraisal.grades.iter().find(|g| score >= g.from)
    }

    /// The template as TOML, for keeping with the campaign.
    ///
    /// # Errors
    /// The writer's words; a template that was read can always be written.
    pub fn to_toml(&self) -> Result<String, String> {
        toml::to_string(self).map_err(|e| e.to_string())
    }
}

impl Audience {
    fn for_review(self, departments: bool) -> Option<review::Audience> {
        match self {
            Self::Branch => (!departments).then_some(review::Audience::Branch),
            Self::Department => departments.then_some(review::Audience::Branch),
            Self::BranchSecretary => Some(review::Audience::BranchSecretary),
            Self::LeadingCadre => Some(review::Audience::LeadingCadre),
            Self::Participant => Some(review::Audience::Participant),
        }
    }

    /// The identifier as TOML, JSON and i18n keys (`audience.…`) write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Branch => "branch",
            Self::Department => "department",
            Self::BranchSecretary => "branch_secretary",
            Self::LeadingCadre => "leading_cadre",
            Self::Participant => "participant",
        }
    }
}

#[cfg(test)]
mod tests;
