//! The life story of a pledge on its public page: what happened, in order, and what is still to come.

use super::pledge::reason;
use super::view::short;
use crate::visit::Visit;
use app::public::{PledgeView, PublicEvent, PublicFeedback};
use serde_json::Value;

/// A step of the life story.
pub(super) struct StoryLine {
    pub class: &'static str,
    pub label: String,
    pub on: String,
    pub about: String,
    pub words: String,
    pub detail: String,
    /// What the criticised answered, under the words it answers.
    pub reply: String,
}

/// The life of a pledge, and what is still to come.
pub(super) fn story(v: &Visit, p: &PledgeView) -> Vec<StoryLine> {
    let events = p.events.iter().map(|e| (e.happened_on.as_str(), line(v, p, e)));
    let said = p
        .answered
        .iter()
        .map(|f| (f.replied_on.as_str(), answered(v, p, f)));
    let mut all: Vec<(&str, StoryLine)> = events.chain(said).collect();
    // Stable: what happened on one day keeps the order in which it was written down.
    all.sort_by_key(|(day, _)| *day);
    let mut out: Vec<StoryLine> = all.into_iter().map(|(_, line)| line).collect();
    let not_yet = v.t("public.not_yet");
    let has = |kind: &str| p.events.iter().any(|e| e.kind == kind);
    let todo = |kind: &str, on: &str, words: String| StoryLine {
        class: "todo",
        label: v.t_of("story", kind),
        on: on.to_owned(),
        about: String::new(),
        words: String::new(),
        detail: words,
        reply: String::new(),
    };
    if !has("progress") {
        // Its day may be over: then nothing is "still to come".
        let over = p.head.due_on.as_str() < v.today().to_string().as_str();
        let on = if over { "public.over" } else { "public.not_yet" };
        out.push(todo(
            "progress",
            v.t(on),
            v.t1("public.todo_progress", "date", v.iso(&p.head.due_on)),
        ));
    }
    if !has("inspection") {
        out.push(todo(
            "inspection",
            not_yet,
            v.t("public.todo_inspection").to_owned(),
        ));
    }
    if p.items.iter().any(|l| l.item.rectifying) {
        out.push(todo("closed", not_yet, v.t("public.todo_closed").to_owned()));
    }
    out
}

/// What somebody said and what was answered, as published.
fn answered(v: &Visit, p: &PledgeView, f: &PublicFeedback) -> StoryLine {
    let face = p.campaign.template.satisfaction.iter();
    let face = face.clone().find(|s| i64::from(s.score) == f.grade);
    let face = face.map_or_else(String::new, |s| s.label.get(v.lang()).to_owned());
    StoryLine {
        class: "done",
        label: v.t_of("story", "feedback"),
        on: v.iso(&f.replied_on),
        about: v.t2("public.said_on", "grade", face, "date", v.iso(&f.said_on)),
        words: f.words.clone(),
        detail: v.t1("public.answer", "text", &f.reply),
        reply: String::new(),
    }
}

/// The channels that the publication of a moment went through, in the order of the notice.
fn channels(v: &Visit, p: &PledgeView, at: i64) -> String {
    let through = p.through(at);
    let all = p.campaign.channels().iter();
    let went = all.filter(|c| through.iter().any(|line| line.channel == c.key));
    let labels: Vec<&str> = went.map(|c| c.label.get(v.lang())).collect();
    labels.join(v.t("public.comma"))
}

fn line(v: &Visit, p: &PledgeView, e: &PublicEvent) -> StoryLine {
    let detail: Value = serde_json::from_str(&e.detail).unwrap_or(Value::Null);
    let open = p
        .items
        .iter()
        .any(|l| l.item.rectifying && e.item_id.as_ref().is_none_or(|id| *id == l.item.id));
    let found = detail.get("finding").and_then(Value::as_str);
    let class = match e.kind.as_str() {
        "criticism" => "issue",
        "inspection" if found.is_some_and(|f| !matches!(f, "fulfilled" | "in_order")) => "issue",
        "rectification" if open => "now",
        _ => "done",
    };
    let item = e
        .item_id
        .as_ref()
        .and_then(|id| p.items.iter().find(|l| l.item.id == *id));
    let about = match item {
        Some(line) if p.items.len() > 1 => {
            let n = line.item.position + 1;
            v.t2("public.about_item", "n", n, "text", short(&line.item.content, 14))
        }
        _ => String::new(),
    };
    StoryLine {
        class,
        label: v.t_of("story", &e.kind),
        on: v.iso(&e.happened_on),
        about,
        words: reason(v, &e.words),
        detail: match e.kind.as_str() {
            "published" => published(v, &detail, &channels(v, p, e.created_at)),
            _ => sentence(v, e, &detail),
        },
        reply: match e.kind.as_str() {
            "criticism" => heard(v, &detail),
            _ => String::new(),
        },
    }
}

/// The right of reply: what the criticised said to it, or that nobody said anything (N18).
fn heard(v: &Visit, detail: &Value) -> String {
    match detail.get("reply").and_then(Value::as_str).unwrap_or("") {
        "" => v.t("public.no_reply").to_owned(),
        words => v.t1("public.reply", "text", words),
    }
}

/// Which version became public, where it was not the first, and how.
fn published(v: &Visit, detail: &Value, channels: &str) -> String {
    let version = detail.get("version").and_then(Value::as_i64);
    let version = version.map(|n| v.t1("public.version_published", "n", n));
    let through = Some(channels).filter(|c| !c.is_empty());
    let through = through.map(|text| v.t1("public.through", "text", text));
    match (version, through) {
        (Some(version), Some(through)) => v.t2("public.sentences", "first", version, "then", through),
        (version, through) => version.or(through).unwrap_or_default(),
    }
}

/// The small facts of an event as a sentence; what nobody knows stays unsaid.
fn sentence(v: &Visit, e: &PublicEvent, detail: &Value) -> String {
    let number = |name: &str| detail.get(name).and_then(Value::as_i64);
    let text = |name: &str| detail.get(name).and_then(Value::as_str);
    match e.kind.as_str() {
        "demand" => number("voices").map(|n| v.t1("public.voices", "n", n)),
        "confirmed" => number("round").map(|n| v.t1("public.confirmed_round", "n", n)),
        "amended" => number("version").map(|n| v.t1("public.now_version", "n", n)),
        "objection" => detail.get("upheld").and_then(Value::as_bool).map(|upheld| {
            v.t(if upheld {
                "public.objection_upheld"
            } else {
                "public.objection_not"
            })
            .to_owned()
        }),
        "progress" => text("claim").map(|c| v.t1("public.report", "text", v.t_of("claim", c))),
        "inspection" => text("finding").map(|f| v.t1("public.finding", "text", v.t_of("finding", f))),
        "appraisal" => text(if v.lang() == lang::Lang::En {
            "label_en"
        } else {
            "label"
        })
        .map(|g| {
            v.t2(
                "appraisal.public_grade",
                "round",
                text("round").unwrap_or(""),
                "grade",
                g,
            )
        }),
        "rectification" | "follow_up" => text("due").map(|due| limit(v, detail, due)),
        _ => None,
    }
    .unwrap_or_default()
}

/// The limit of an order as a step of the story: set, moved, gone up a level, pressed for.
fn limit(v: &Visit, detail: &Value, due: &str) -> String {
    let due = v.iso(due);
    if let Some(level) = detail.get("level").and_then(Value::as_i64) {
        return v.t1(&format!("public.escalated_{level}"), "date", due);
    }
    if detail.get("urged").is_some() {
        return v.t1("public.urged", "date", due);
    }
    match detail.get("was").and_then(Value::as_str) {
        Some(old) => v.t2("public.limit_moved", "old", v.iso(old), "date", due),
        None => v.t1("public.rectify_until", "date", due),
    }
}
