//! What the pages show of a form, in the reader's words.

use super::Place;
use crate::visit::Visit;
use app::campaign::Labels;
use app::pledge::{DeskView, Draft, Filed};
use app::texts::AlikeText;
use domain::advice::{Advice, Context, RemarkKind, Source, advise_in, measured};
use domain::inspection::FindingKind;
use domain::pledge::{LengthHint, length_hint, split};
use domain::progress::{Fulfilment, ItemFacts};

/// A step of the five pages.
#[derive(Clone, Debug)]
pub(crate) struct Progress {
    /// Where it is done.
    pub href: String,
    /// Its name.
    pub label: String,
    /// What is there already.
    pub note: String,
    /// Whether it needs nothing more.
    pub done: bool,
}

/// What an audience lays weight on (N5).
#[derive(Clone, Debug)]
pub(crate) struct Guide {
    /// Heading.
    pub label: String,
    /// The words of the notice.
    pub text: String,
}

/// An item as written.
#[derive(Clone, Debug)]
pub(crate) struct ItemView {
    /// Its id.
    pub id: String,
    /// Key of its kind.
    pub kind: String,
    /// Label of its kind.
    pub kind_label: String,
    /// The sentence, cut where its measured words begin and end: text, and whether it is measured.
    pub parts: Vec<(String, bool)>,
    /// Measure or target.
    pub measure: String,
    /// For whom.
    pub beneficiary: String,
    /// By when, as understood.
    pub due: String,
    /// The demand it answers.
    pub demand: String,
    /// With whom it is promised together.
    pub joint: String,
    /// Why a new version may not change it or take it out, in words; empty where it may.
    pub held: String,
    /// Its words may not be changed.
    pub locked: bool,
    /// It may be taken out.
    pub removable: bool,
    /// It differs from what is in force and has to be put back.
    pub altered: bool,
    /// It is not in the draft any more and has to be put back.
    pub gone: bool,
}

impl ItemView {
    /// What the paper says below the sentence, under its labels.
    pub fn on_paper(&self, v: &Visit) -> Vec<String> {
        let facts = [
            ("documents.form.measure", &self.measure),
            ("documents.form.beneficiary", &self.beneficiary),
            ("documents.form.due", &self.due),
        ];
        let said = facts.into_iter().filter(|(_, text)| !text.is_empty());
        said.map(|(label, text)| v.t2("pledge.paper_fact", "label", v.t(label), "text", text))
            .collect()
    }

    /// Whether its words may be changed.
    pub fn may_change(&self) -> bool {
        !self.locked
    }
}

/// What a reviewer asked for.
#[derive(Clone, Debug)]
pub(crate) struct Return {
    /// Who.
    pub name: String,
    /// When, microseconds UTC.
    pub at: i64,
    /// The reasons.
    pub reasons: Vec<String>,
    /// The words.
    pub message: String,
    /// Questions answered with no, and the remark.
    pub remarks: Vec<(String, String)>,
}

pub(crate) fn guides(v: &Visit, d: &DeskView) -> Vec<Guide> {
    // Of whom nothing is asked, nobody says what he should write.
    if d.asks_nothing {
        return Vec::new();
    }
    let all = d
        .campaign
        .template
        .guidance
        .iter()
        .filter(|g| g.audience.contains(&d.audience));
    all.map(|g| Guide {
        label: g.label.get(v.lang()).to_owned(),
        text: g.text.get(v.lang()).to_owned(),
    })
    .collect()
}

/// The pages in order: what the roster knows, one page a kind, the signature.
pub(crate) fn progress(v: &Visit, at: &Place, d: &DeskView, labels: &Labels) -> Vec<Progress> {
    let draft = d.filed.as_ref().map(|f| f.draft.clone()).unwrap_or_default();
    let checked = d.filed.as_ref().is_some_and(|f| f.header.checked);
    let mut out = vec![Progress {
        href: format!("{}/check", at.base),
        label: v.t("pledge.step_check").to_owned(),
        note: String::new(),
        done: checked,
    }];
    for kind in d.campaign.kinds_for(d.audience) {
        let (min, _) = kind.count_for(d.audience);
        let count = draft.of_kind(&kind.key).filter(|i| !i.is_blank()).count();
        out.push(Progress {
            href: format!("{}/write/{}", at.base, kind.key),
            label: labels.kind(&kind.key).to_owned(),
            note: match (count, min) {
                (0, 0) => v.t("pledge.none_needed").to_owned(),
                (0, _) => v.t1("pledge.at_least", "n", min),
                _ => v.t1("pledge.count_items", "n", count),
            },
            done: count > 0 && count >= min as usize,
        });
    }
    // Who only writes along does not hand in.
    if !d.hands_in {
        out.retain(|step| !step.href.ends_with("/check"));
        return out;
    }
    out.push(Progress {
        href: format!("{}/sign", at.base),
        label: v.t("pledge.step_sign").to_owned(),
        note: String::new(),
        done: d.filed.as_ref().is_some_and(|f| !f.state.state.is_editable()),
    });
    out
}

/// Cuts a text where its measured words begin and end.
pub(crate) fn measured_parts(v: &Visit, text: &str) -> Vec<(String, bool)> {
    let mut out = Vec::new();
    let mut from = 0;
    for m in measured(text, &v.house().rules) {
        if let (Some(before), Some(word)) = (text.get(from..m.range.start), text.get(m.range.clone())) {
            if !before.is_empty() {
                out.push((before.to_owned(), false));
            }
            out.push((word.to_owned(), true));
            from = m.range.end;
        }
    }
    if let Some(rest) = text.get(from..).filter(|r| !r.is_empty()) {
        out.push((rest.to_owned(), false));
    }
    out
}

pub(crate) fn item_views(v: &Visit, filed: &Filed, d: &DeskView, labels: &Labels) -> Vec<ItemView> {
    let draft: &Draft = &filed.draft;
    let all = draft.items.iter().filter(|i| !i.is_blank()).map(|i| {
        let demand = i.item.demand.as_ref().map(|id| id.as_str());
        let demand = d.demands.iter().find(|open| Some(open.id.as_str()) == demand);
        ItemView {
            id: i.item.id.as_str().to_owned(),
            kind: i.item.kind.as_str().to_owned(),
            kind_label: labels.kind(i.item.kind.as_str()).to_owned(),
            parts: measured_parts(v, &i.item.content),
            measure: i.item.measure.clone(),
            beneficiary: i.item.beneficiary.clone(),
            due: due_of(v, i, draft.due_date),
            demand: demand.map(|d| d.title.clone()).unwrap_or_default(),
            joint: i.item.joint.clone(),
            held: held(v, filed, i.item.id.as_str()),
            locked: filed.held(i.item.id.as_str()).is_some(),
            removable: !must_stay(filed, i.item.id.as_str()),
            altered: altered(filed, i),
            gone: false,
        }
    });
    let gone = filed.gone().map(|s| ItemView {
        id: s.id.as_str().to_owned(),
        kind: s.kind.as_str().to_owned(),
        kind_label: labels.kind(s.kind.as_str()).to_owned(),
        parts: measured_parts(v, &s.content),
        measure: s.measure.clone(),
        beneficiary: s.beneficiary.clone(),
        due: v.date(s.due_date),
        demand: String::new(),
        joint: String::new(),
        held: v.t("pledge.held_gone").to_owned(),
        locked: true,
        removable: false,
        altered: false,
        gone: true,
    });
    let mut views: Vec<ItemView> = all.chain(gone).collect();
    // As on paper: kind by kind, in the order of the template.
    let kinds = d.campaign.kinds();
    views.sort_by_key(|view| kinds.iter().position(|kind| kind.key == view.kind));
    views
}

/// Why a new version may not change an item, in words; empty where it may.
fn held(v: &Visit, filed: &Filed, item: &str) -> String {
    match filed.held(item) {
        Some(s) if s.due_date < v.today() => v.t1("pledge.held_past", "date", v.date(s.due_date)),
        Some(_) => v.t("pledge.held_settled").to_owned(),
        None => String::new(),
    }
}

fn must_stay(filed: &Filed, item: &str) -> bool {
    let mut all = filed.standing.iter();
    all.any(|s| s.settled && s.id.as_str() == item)
}

/// Whether an item that has to stay as it is in force says something else by now.
fn altered(filed: &Filed, item: &app::pledge::DraftItem) -> bool {
    let before = filed.held(item.item.id.as_str());
    before.is_some_and(|before| !filed.as_in_force(item, before))
}

/// When an item is due; words that name no day stand there as they were typed, and the form's day does not take their
/// place: whoever typed them has to see that they were not understood.
fn due_of(v: &Visit, item: &app::pledge::DraftItem, of_form: Option<jiff::civil::Date>) -> String {
    match item.item.due_date {
        Some(day) => v.date(day),
        None if !item.due_typed.is_empty() => v.t1("pledge.item_due_unread", "text", &item.due_typed),
        None => of_form.map(|d| v.date(d)).unwrap_or_default(),
    }
}

pub(crate) fn sent_back(filed: &Filed, labels: &Labels) -> Option<Return> {
    let decision = filed.sent_back()?;
    let reasons: Vec<String> = serde_json::from_str(&decision.reasons).unwrap_or_default();
    let answers: Vec<domain::review::Answer> = serde_json::from_str(&decision.answers).unwrap_or_default();
    let remarks = answers
        .iter()
        .filter(|a| a.yes == Some(false) || !a.remark.is_empty());
    Some(Return {
        name: decision.decided_name.clone(),
        at: decision.decided_at,
        reasons: reasons
            .iter()
            .map(|r| labels.return_reason(r).to_owned())
            .collect(),
        message: decision.message.clone(),
        remarks: remarks
            .map(|a| (labels.question(a.question.as_str()).to_owned(), a.remark.clone()))
            .collect(),
    })
}

/// Advice on an item as it is being written.
#[derive(Clone, Debug, Default)]
pub(crate) struct AdviceView {
    /// Key of the light, and whether it is on.
    pub lights: Vec<(&'static str, bool)>,
    /// Characters.
    pub count: usize,
    /// Key of the hint on the length.
    pub length: &'static str,
    /// The due date as understood.
    pub due: String,
    /// What was typed as a date and is none: the sentence about it.
    pub due_fault: String,
    /// How many others of the branch wrote nearly the same.
    pub twins: usize,
    /// How many of other branches.
    pub elsewhere: usize,
    /// Several promises found in one text; one or none otherwise.
    pub parts: Vec<String>,
    /// With whom it is promised together, as the author says.
    pub joint: String,
    /// Remarks: words before the quote, the quote, words behind.
    pub remarks: Vec<(String, String, String)>,
}

/// What there is of an item while it is being written.
pub(crate) struct Looked<'a> {
    pub content: &'a str,
    /// It was written in own words.
    pub own_words: bool,
    pub measure: &'a str,
    pub beneficiary: &'a str,
    pub due_typed: &'a str,
    pub due_date: Option<jiff::civil::Date>,
    pub joint: &'a str,
    /// Group of posts of the author; empty when unknown.
    pub post: &'a str,
    /// Texts nearly the same.
    pub alike: &'a [&'a AlikeText],
}

impl<'a> Looked<'a> {
    fn item(item: &'a app::pledge::DraftItem, post: &'a str, alike: &'a [&'a AlikeText]) -> Looked<'a> {
        Looked {
            content: &item.item.content,
            own_words: item.sentence.is_empty(),
            measure: &item.item.measure,
            beneficiary: &item.item.beneficiary,
            due_typed: &item.due_typed,
            due_date: item.item.due_date,
            joint: &item.item.joint,
            post,
            alike,
        }
    }

    /// Several promises found in own words; a model sentence is one.
    fn parts(&self, content: &str) -> Vec<String> {
        if self.own_words {
            split(content)
        } else {
            Vec::new()
        }
    }
}

impl AdviceView {
    /// Looks at one item of the form on the desk.
    pub(crate) fn of(v: &Visit, d: &DeskView, item: &app::pledge::DraftItem) -> AdviceView {
        let filed = d.filed.as_ref();
        let place = filed.and_then(|f| f.draft.items.iter().position(|i| i.item.id == item.item.id));
        let alike: Vec<&AlikeText> = d.alike.iter().filter(|a| Some(a.item) == place).collect();
        let post = filed.map_or("", |f| f.header.post_group.as_str());
        AdviceView::look(v, &Looked::item(item, post, &alike))
    }

    /// Looks at an item that was just kept; `alike` is about it alone.
    pub(crate) fn kept(
        v: &Visit,
        item: &app::pledge::DraftItem,
        post: &str,
        alike: &[AlikeText],
    ) -> AdviceView {
        let alike: Vec<&AlikeText> = alike.iter().collect();
        AdviceView::look(v, &Looked::item(item, post, &alike))
    }

    /// Looks at what was typed.
    pub(crate) fn look(v: &Visit, item: &Looked<'_>) -> AdviceView {
        let content = item.content.replace(domain::pledge::sentence::OPEN, "");
        let copies = item.alike.iter().filter(|a| !a.joint);
        let known: Vec<_> = copies.clone().map(|a| (a.source, a.text.as_str())).collect();
        let some = |text: &str| !text.trim().is_empty();
        let read = some(item.due_typed).then(|| domain::time::parse_due(item.due_typed, v.today()));
        let typed = read.as_ref().map(|r| r.as_ref().ok().map(|due| due.date));
        let advice: Advice = advise_in(
            &content,
            &Context {
                rules: &v.house().rules,
                post: item.post,
                known: &known,
                due: typed.unwrap_or(item.due_date),
            },
        );
        let (count, hint) = length_hint(&content);
        let from = |source| copies.clone().filter(|a| a.source == source).count();
        let (due, fault) = match read {
            Some(Ok(due)) => (due_words(v, &due), None),
            Some(Err(refused)) => (String::new(), Some(refused)),
            None => (item.due_date.map(|d| v.date(d)).unwrap_or_default(), None),
        };
        // What others wrote is told by counts of its own.
        let others = [Source::Branch, Source::Organization].map(RemarkKind::Copied);
        let told = |kind| others.contains(&kind);
        AdviceView {
            parts: item.parts(&content),
            twins: from(Source::Branch),
            elsewhere: from(Source::Organization),
            joint: item
                .alike
                .first()
                .map(|_| item.joint.to_owned())
                .unwrap_or_default(),
            lights: vec![
                ("pledge.light_quantity", advice.quantity || some(item.measure)),
                ("pledge.light_object", advice.object || some(item.beneficiary)),
                (
                    "pledge.light_deadline",
                    advice.deadline || item.due_date.is_some(),
                ),
            ],
            count,
            length: match hint {
                LengthHint::Empty => "pledge.length_empty",
                LengthHint::Short => "pledge.length_short",
                LengthHint::Usual => "pledge.length_usual",
                LengthHint::Long => "pledge.length_long",
            },
            due,
            due_fault: fault.map(|r| v.t1(r.key, "text", r.text)).unwrap_or_default(),
            remarks: advice
                .remarks
                .iter()
                .filter(|r| !told(r.kind) && (r.kind != RemarkKind::Unseen || !some(item.measure)))
                .filter_map(|r| remark(v, &content, r))
                .collect(),
        }
    }
}

/// What became of an item of last time.
pub(crate) fn last_tag(v: &Visit, item: &app::pledge::LastItem) -> crate::pages::public::view::Tag {
    let facts = ItemFacts {
        due_date: item.due_on.parse().unwrap_or(v.today()),
        claim: item.claim.as_deref().and_then(Fulfilment::from_name),
        verdict: item.verdict.as_deref().and_then(FindingKind::from_name),
        rectifying: item.rectifying,
    };
    crate::pages::public::view::tag(v, facts.state(v.today()).name())
}

/// A due date as understood: the day, and for what comes again how often and the first time.
pub(super) fn due_words(v: &Visit, due: &domain::time::Due) -> String {
    let last = v.date(due.date);
    due.every.map_or_else(
        || last.clone(),
        |(every, first)| {
            let (every, first) = (v.t(every.key()), v.date(first));
            v.t3("pledge.due_every", "every", every, "first", first, "last", &last)
        },
    )
}

/// A remark as words before the quote, the quote, and words behind it with the way out.
pub(crate) fn remark(
    v: &Visit,
    content: &str,
    r: &domain::advice::Remark,
) -> Option<(String, String, String)> {
    let quote = content.get(r.quote.clone())?;
    // The quote is marked in the sentence: the sentence is filled with a sign no text holds and cut there.
    let words = v.t1(r.kind.key(), "quote", '\u{1}');
    let (before, behind) = words.split_once('\u{1}').unwrap_or((&words, ""));
    let way = v.t(r.kind.way_key());
    // A mark fits a few words; a whole text is told by its beginning.
    let quote = if r.kind.is_about_words() {
        quote.to_owned()
    } else {
        crate::pages::public::view::short(quote, 24)
    };
    Some((before.to_owned(), quote, format!("{behind} {way}")))
}
