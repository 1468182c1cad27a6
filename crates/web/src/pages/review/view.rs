//! What the templates are given: texts with their measured and quoted words, cards, questions.

use super::guidance::words;
use crate::visit::Visit;
use app::campaign::{Labels, RunningCampaign};
use app::review::{Candidate, DecisionView, EarlierItem, Matter, OwnGuidance};
use domain::access::PersonField;
use domain::advice::{Advice, Source};
use domain::organization::person::read_sex;
use domain::pledge::VersionItem;
use domain::review::{Flag, Reading};

/// A piece of a text.
pub(super) struct Piece {
    /// `plain`, `v` (a measured word), `mark` (quoted in advice); between rounds `ins` or `del`.
    pub class: &'static str,
    pub text: String,
}

/// A text cut at its measured words and at what advice quotes.
pub(super) fn pieces(text: &str, advice: &Advice) -> Vec<Piece> {
    let class_at = |at: usize| {
        let quoted = advice
            .remarks
            .iter()
            .any(|r| r.kind.is_about_words() && r.quote.contains(&at));
        match quoted {
            true => "mark",
            false if advice.measured.iter().any(|m| m.range.contains(&at)) => "v",
            false => "plain",
        }
    };
    let mut out: Vec<Piece> = Vec::new();
    for (at, c) in text.char_indices() {
        let class = class_at(at);
        match out.last_mut() {
            Some(last) if last.class == class => last.text.push(c),
            _ => out.push(Piece {
                class,
                text: c.to_string(),
            }),
        }
    }
    out
}

/// One item of a pledge.
pub(super) struct ItemView {
    pub number: usize,
    pub kind: String,
    pub content: Vec<Piece>,
    pub measure: Vec<Piece>,
    pub beneficiary: String,
    pub joint: bool,
    pub due: String,
    /// Sentences of advice.
    pub advice: Vec<String>,
}

fn item_view(v: &Visit, labels: &Labels, number: usize, item: &VersionItem, reading: &Reading) -> ItemView {
    let said = |text: &str, advice: &Advice| -> Vec<String> {
        let remarks = advice.remarks.iter();
        remarks
            .map(|r| {
                lang::fill(
                    v.lang(),
                    r.kind.key(),
                    &[("quote", &text.get(r.quote.clone()).unwrap_or(""))],
                )
            })
            .collect()
    };
    let mut advice = said(&item.content, &reading.content);
    advice.extend(said(&item.measure, &reading.measure));
    if advice.is_empty() && !reading.has_quantity() {
        advice.push(v.t("review.no_quantity").to_owned());
    }
    ItemView {
        number,
        kind: labels.kind(item.kind.as_str()).to_owned(),
        content: pieces(&item.content, &reading.content),
        measure: pieces(&item.measure, &reading.measure),
        beneficiary: item.beneficiary.clone(),
        joint: item.joint,
        due: item.due_date.map(|d| v.date(d)).unwrap_or_default(),
        advice,
    }
}

/// A place of a question: the field's end, the item it is about, and the letter that answers it.
pub(super) struct PlaceView {
    pub name: String,
    pub label: String,
    /// Empty where the letters are used up: the place is answered by finger, mouse or Tab.
    pub key: String,
}

/// The letters that answer, in the order they lie under the fingers. Digits decide and `z` undoes.
const LETTERS: &str = "qwertyuiopasdfghjkl";

/// A review question.
pub(super) struct QuestionView {
    pub number: usize,
    pub id: String,
    pub label: String,
    pub places: Vec<PlaceView>,
}

/// Words like a colleague's.
pub(super) struct TwinView {
    pub percent: u32,
    pub item: usize,
    pub name: String,
    pub text: String,
}

/// A text of the organisation that reads nearly the same, with whose it is.
pub(super) struct AlikeView {
    pub line: String,
    pub text: String,
    pub joint: bool,
}

fn alike(v: &Visit, one: &Candidate) -> Vec<AlikeView> {
    let view = |a: &app::texts::AlikeText| {
        let key = match a.source {
            Source::LastYear => "review.alike_own",
            _ => "review.alike",
        };
        let whose = if a.name.is_empty() {
            a.unit_name.clone()
        } else {
            v.t2(
                "review.alike_whose",
                "name",
                a.name.as_str(),
                "unit",
                a.unit_name.as_str(),
            )
        };
        AlikeView {
            line: v.t3(key, "n", a.item + 1, "percent", a.percent, "whose", whose),
            text: a.text.clone(),
            joint: a.joint,
        }
    };
    one.alike.iter().map(view).collect()
}

/// A reason for a return with the words offered for it.
pub(super) struct ReasonView {
    pub key: String,
    pub label: String,
    pub words: String,
}

fn reasons(v: &Visit, campaign: &RunningCampaign, own: &OwnGuidance) -> Vec<ReasonView> {
    let of = campaign.template.return_reasons.iter().map(|c| {
        let label = c.label.get(v.lang());
        ReasonView {
            key: c.key.clone(),
            label: label.to_owned(),
            words: words(v, own, label, &c.key),
        }
    });
    of.collect()
}

/// A pledge as a card of the queue.
pub(super) struct Card {
    pub id: String,
    pub name: String,
    pub post: String,
    pub unit: String,
    pub behalf: bool,
    /// What the organisation calls a pledge after the step of proposing; empty for any other.
    pub immediate: String,
    pub round: u32,
    pub step: usize,
    pub revision: i64,
    pub submitted: String,
    pub waited: i32,
    pub flags: Vec<String>,
    pub items: Vec<ItemView>,
    pub twin: Option<TwinView>,
    pub alike: Vec<AlikeView>,
    pub questions: Vec<QuestionView>,
    pub reasons: Vec<ReasonView>,
    pub meeting: bool,
    /// What could be written to the pledger, from the advice.
    pub suggestion: String,
}

impl Card {
    pub(super) fn of(v: &Visit, campaign: &RunningCampaign, own: &OwnGuidance, one: &Candidate) -> Card {
        let labels = campaign.labels(v.lang());
        let matter = &one.matter;
        let items: Vec<ItemView> = matter
            .content
            .items
            .iter()
            .zip(one.readings.iter())
            .enumerate()
            .map(|(at, (item, reading))| item_view(v, &labels, at + 1, item, reading))
            .collect();
        let suggestion = items.iter().filter(|i| !i.advice.is_empty());
        let suggestion: Vec<String> = suggestion
            .map(|i| v.t2("review.suggestion", "n", i.number, "advice", i.advice.join("")))
            .collect();
        Card {
            id: matter.row.id.clone(),
            name: one.name().to_owned(),
            post: matter.row.post.clone(),
            unit: one.unit_name.clone(),
            behalf: matter.row.on_behalf_by.is_some(),
            immediate: matter
                .content
                .pledged_on
                .filter(|_| matter.row.version == 0)
                .and_then(|day| campaign.immediate(day, v.today()))
                .map(|i| i.label.get(v.lang()).to_owned())
                .unwrap_or_default(),
            round: matter.pledge.state.round(),
            step: one.at,
            revision: matter.row.revision,
            submitted: v.day_of(matter.row.submitted_at),
            waited: one.waited,
            flags: one.flags.iter().map(|f| flag(v, *f)).collect(),
            alike: alike(v, one),
            // A colleague's text stands among the others when the index found it.
            twin: one
                .twin
                .as_ref()
                .filter(|_| one.alike.is_empty())
                .map(|t| TwinView {
                    percent: t.percent,
                    item: t.item + 1,
                    name: t.name.clone(),
                    text: t.text.clone(),
                }),
            questions: questions(v, campaign, &labels, matter),
            reasons: reasons(v, campaign, own),
            meeting: one.step.as_ref().is_some_and(|s| s.meeting),
            suggestion: suggestion.join("\n"),
            items,
        }
    }

    /// What "decided as shown" means for several at once.
    pub(super) fn carried(&self) -> String {
        format!("{}.{}.{}.{}", self.id, self.round, self.step, self.revision)
    }
}

pub(super) fn flag(v: &Visit, flag: Flag) -> String {
    let key = format!("review.flag_{}", flag.name());
    match flag {
        Flag::Twin(percent) => lang::fill(v.lang(), &key, &[("percent", &percent)]),
        _ => lang::text(v.lang(), &key).to_owned(),
    }
}

fn questions(v: &Visit, campaign: &RunningCampaign, labels: &Labels, matter: &Matter) -> Vec<QuestionView> {
    let mut letters = LETTERS.chars();
    let mut place = |name: String, label: String| PlaceView {
        name,
        label,
        key: letters.next().map(String::from).unwrap_or_default(),
    };
    let mut all = Vec::new();
    for (at, q) in matter.asked(campaign).into_iter().enumerate() {
        let mut places = Vec::new();
        if q.per_item {
            for (i, item) in matter.content.items.iter().enumerate() {
                let label = v.t1("review.item_n", "n", i + 1);
                places.push(place(format!("{}.{}", q.id, item.id), label));
            }
        } else {
            places.push(place(q.id.to_string(), String::new()));
        }
        all.push(QuestionView {
            number: at + 1,
            label: labels.question(q.id.as_str()).to_owned(),
            id: q.id.to_string(),
            places,
        });
    }
    all
}

/// A decision as the history shows it.
pub(super) struct PastView {
    pub round: u32,
    pub confirmed: bool,
    pub role: String,
    pub name: String,
    pub at: String,
    pub reasons: Vec<String>,
    pub message: String,
    pub remarks: Vec<String>,
    pub meeting: String,
    /// Version of the advice's rules that held then.
    pub rules: String,
    /// Check code of the decision's seal.
    pub code: String,
    /// That it was stamped on paper as well; may be empty.
    pub stamped: String,
}

pub(super) fn past(v: &Visit, labels: &Labels, d: &DecisionView) -> PastView {
    let remarks = d
        .answers
        .iter()
        .filter(|a| !a.remark.is_empty() || a.yes == Some(false));
    let remark = |a: &domain::review::Answer| {
        let answer = v.t(if a.yes == Some(false) { "ui.no" } else { "ui.yes" });
        let question = labels.question(a.question.as_str());
        v.t3(
            "review.remark_line",
            "question",
            question,
            "answer",
            answer,
            "remark",
            &a.remark,
        )
    };
    PastView {
        round: d.round,
        confirmed: d.confirmed,
        role: lang::text(v.lang(), &format!("role.{}", d.role)).to_owned(),
        name: d.name.clone(),
        at: v.moment(d.at),
        reasons: d
            .reasons
            .iter()
            .map(|r| labels.return_reason(r).to_owned())
            .collect(),
        message: d.message.clone(),
        remarks: remarks.map(remark).collect(),
        meeting: d.meeting.as_ref().map(|m| meeting(v, m)).unwrap_or_default(),
        rules: d.advice_rules.clone(),
        stamped: String::new(),
        code: domain::ids::CheckCode::parse(&d.seal_code).map_or_else(|_| String::new(), |c| c.to_string()),
    }
}

fn meeting(v: &Visit, m: &domain::review::Meeting) -> String {
    let args: [(&str, &dyn std::fmt::Display); 4] = [
        ("date", &v.date(m.held_on)),
        ("present", &m.present),
        ("entitled", &m.entitled),
        ("result", &m.result),
    ];
    let mut line = lang::fill(v.lang(), "review.meeting_line", &args);
    if m.is_few() {
        line.push_str(v.t("review.meeting_few_said"));
    }
    line
}

/// A field of the person, with its name, as far as the reader may see it.
pub(super) fn fact(v: &Visit, field: PersonField, text: &str) -> (String, String) {
    let name = match field {
        PersonField::Class => "review.field_class",
        PersonField::Title => "review.field_title",
        PersonField::Sex => "review.field_sex",
        PersonField::Ethnicity => "review.field_ethnicity",
        PersonField::Education => "review.field_education",
        PersonField::BirthMonth => "review.field_birth_month",
        PersonField::JoinedMonth => "review.field_joined_month",
        PersonField::Phone => "review.field_phone",
        _ => "review.field_post",
    };
    let shown = match field {
        PersonField::Class => lang::find(v.lang(), &format!("review.class_{text}")).map(str::to_owned),
        PersonField::Sex => read_sex(text).map(|sex| v.t_of("sex", sex.name())),
        PersonField::BirthMonth | PersonField::JoinedMonth => Some(lang::month(v.lang(), text)),
        _ => None,
    };
    (v.t(name).to_owned(), shown.unwrap_or_else(|| text.to_owned()))
}

/// An item of an earlier campaign in one line, with the two facts side by side.
pub(super) struct EarlierView {
    pub campaign: String,
    pub text: String,
    pub measure: String,
    pub claim: String,
    pub verdict: String,
}

pub(super) fn earlier(v: &Visit, item: &EarlierItem) -> EarlierView {
    let word = |table: &str, value: &Option<String>| {
        let key = format!("review.{table}_{}", value.as_deref().unwrap_or("none"));
        lang::text(v.lang(), &key).to_owned()
    };
    EarlierView {
        campaign: item.campaign_title.clone(),
        text: item.content.clone(),
        measure: item.measure.clone(),
        claim: word("claim", &item.claim),
        verdict: word("verdict", &item.verdict),
    }
}
