//! What the public pages share: state tags, measured words, rows, stages, bars.

use crate::visit::Visit;
use app::campaign::{Labels, RunningCampaign};
use app::public::Counts;
use app::public::Line;
use domain::advice::measured;
use domain::campaign::StageState;
use domain::time::WindowState;
use std::fmt::Write as _;

/// A state as word, shape and colour.
pub(crate) struct Tag {
    /// Class of the colour; empty for the plain one.
    pub class: &'static str,
    /// Icon.
    pub icon: &'static str,
    /// Word.
    pub label: String,
}

/// The tag of a state of an item.
pub(crate) fn tag(v: &Visit, state: &str) -> Tag {
    let (class, icon) = match state {
        "kept" => ("ok", "i-ok"),
        "reported" => ("run", "i-clock"),
        "near_due" => ("warn", "i-warn"),
        "overdue" => ("bad", "i-bad"),
        "rectifying" => ("warn", "i-fix"),
        "partly_kept" => ("warn", "i-run"),
        "not_kept_objective" => ("", "i-obj"),
        "not_kept" => ("bad", "i-obj"),
        _ => ("run", "i-run"),
    };
    Tag {
        class,
        icon,
        label: v.t_of("state", state),
    }
}

/// Text safe inside an element or attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// A check code in two groups, as people read it out.
pub(crate) fn grouped(code: &str) -> String {
    match (code.get(..4), code.get(4..)) {
        (Some(a), Some(b)) if code.len() == 8 => format!("{a}-{b}"),
        _ => code.to_owned(),
    }
}

/// The words of a promise with its measured parts on the line: a vague one shows none.
pub(crate) fn vow(v: &Visit, text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut at = 0;
    for found in measured(text, &v.house().rules) {
        let (Some(before), Some(part)) = (text.get(at..found.range.start), text.get(found.range.clone()))
        else {
            continue;
        };
        if part.is_empty() {
            continue;
        }
        let _ = write!(out, "{}<span class=\"v\">{}</span>", escape(before), escape(part));
        at = found.range.end;
    }
    out.push_str(&escape(text.get(at..).unwrap_or("")));
    out
}

/// The first characters of a text, for labels.
pub(crate) fn short(text: &str, chars: usize) -> String {
    let mut out: String = text.chars().take(chars).collect();
    if text.chars().count() > chars {
        out.push('…');
    }
    out
}

/// A line of the board.
pub(crate) struct Row {
    /// Where its life story is.
    pub href: String,
    /// The promise, as HTML.
    pub vow: String,
    /// The promise in short, for links read aloud.
    pub brief: String,
    /// Kind.
    pub kind: String,
    /// Whose: name and post.
    pub who: String,
    /// Branch; empty where the name is the branch's.
    pub unit: String,
    /// Due date, as the reader writes it.
    pub due: String,
    /// State.
    pub tag: Tag,
    /// Past due and silent.
    pub late: bool,
    /// What the pledger says.
    pub claim: String,
    /// What somebody else found.
    pub verdict: String,
}

/// Lines as rows.
pub(crate) fn rows(v: &Visit, labels: &Labels, lines: &[Line]) -> Vec<Row> {
    lines.iter().map(|line| row(v, labels, line)).collect()
}

fn row(v: &Visit, labels: &Labels, line: &Line) -> Row {
    let branch = line.pledger == "branch";
    let who = if line.post.is_empty() || branch {
        line.name.clone()
    } else {
        v.t2("public.name_post", "name", &line.name, "post", &line.post)
    };
    Row {
        href: format!("/pledges/{}#i-{}", line.item.pledge_id, line.item.position),
        vow: vow(v, &line.item.content),
        brief: short(&line.item.content, 14),
        kind: labels.kind(&line.item.kind).to_owned(),
        who,
        unit: if branch {
            String::new()
        } else {
            line.unit_name.clone()
        },
        due: v.iso(&line.item.due_on),
        tag: tag(v, &line.state),
        late: line.state == "overdue",
        claim: claim(v, line),
        verdict: verdict(v, line),
    }
}

/// Full-width signs that end a sentence.
const FULL_STOPS: [char; 4] = ['\u{3002}', '\u{FF01}', '\u{FF1F}', '\u{FF1B}'];

/// What somebody wrote in several fields, each on its line, as one line: a pause where none was written.
fn one_line(v: &Visit, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if out.ends_with(['.', '!', '?', ';']) {
            out.push(' ');
        } else if !out.is_empty() && !out.ends_with(FULL_STOPS) {
            out.push_str(v.t("public.pause"));
        }
        out.push_str(line);
    }
    out
}

fn claim(v: &Visit, line: &Line) -> String {
    let words = short(&one_line(v, &line.item.claim_words), 40);
    match (&line.item.claim, words.is_empty()) {
        (None, true) => v.t("public.no_report").to_owned(),
        (None, false) => v.t1("public.report", "text", words),
        (Some(claim), true) => v.t1("public.report", "text", v.t_of("claim", claim)),
        (Some(claim), false) => v.t2(
            "public.report_words",
            "text",
            v.t_of("claim", claim),
            "words",
            words,
        ),
    }
}

fn verdict(v: &Visit, line: &Line) -> String {
    let words = short(&line.item.verdict_words, 40);
    match (&line.item.verdict, words.is_empty()) {
        (None, true) => v.t("public.no_finding").to_owned(),
        (None, false) => v.t2(
            "public.finding_words",
            "text",
            v.t_of("finding", "in_order"),
            "words",
            words,
        ),
        (Some(verdict), true) => v.t1("public.finding", "text", v.t_of("finding", verdict)),
        (Some(verdict), false) => v.t2(
            "public.finding_words",
            "text",
            v.t_of("finding", verdict),
            "words",
            words,
        ),
    }
}

/// A step of the campaign.
pub(crate) struct StageView {
    /// Number.
    pub number: usize,
    /// Label.
    pub label: String,
    /// Its days.
    pub days: String,
    /// Where it stands, in words.
    pub state: String,
    /// `done`, `now` or empty.
    pub class: &'static str,
    /// Who is responsible.
    pub units: Vec<String>,
    /// Each extension with both days and its reason (N15).
    pub extended: Vec<String>,
}

/// The steps of the campaign today.
pub(crate) fn stages(v: &Visit, campaign: &RunningCampaign) -> Vec<StageView> {
    let stages = campaign.stages(v.today());
    let of = |s: &StageState<'_>| StageView {
        extended: extended(v, campaign, &s.stage.key),
        ..stage(v, s)
    };
    stages.iter().map(of).collect()
}

fn extended(v: &Visit, campaign: &RunningCampaign, stage: &str) -> Vec<String> {
    let own = campaign.extensions.iter().filter(|e| e.stage == stage);
    own.map(|e| {
        let (old, new) = (v.date(e.old_ends_on), v.date(e.new_ends_on));
        v.t3("public.extended", "old", old, "new", new, "reason", &e.reason)
    })
    .collect()
}

fn stage(v: &Visit, s: &StageState<'_>) -> StageView {
    // A step that reaches into another year says which, and so does one of a year that is not this one.
    let years = s
        .window
        .ends_on
        .is_some_and(|end| end.year() != s.window.starts_on.year())
        || s.window.starts_on.year() != v.today().year();
    let short = |day| {
        if years {
            v.date(day)
        } else {
            lang::date_short(v.lang(), day)
        }
    };
    let from = short(s.window.starts_on);
    let days = match s.window.ends_on {
        Some(end) => v.t2("public.from_to", "from", from, "to", short(end)),
        None => v.t1("public.from", "from", from),
    };
    let class = match s.state {
        WindowState::Closed => "done",
        WindowState::Open => "now",
        WindowState::Upcoming => "",
    };
    StageView {
        number: s.number,
        label: s.stage.label.get(v.lang()).to_owned(),
        days,
        state: v.t_of("window_state", s.state.name()),
        extended: Vec::new(),
        class,
        units: s
            .stage
            .responsible
            .iter()
            .map(|r| r.label.get(v.lang()).to_owned())
            .collect(),
    }
}

/// A part of a stacked bar.
pub(crate) struct Part {
    /// Key of the group.
    pub key: &'static str,
    /// Word.
    pub label: String,
    /// How many.
    pub n: i64,
    /// Left edge in 600ths of the width.
    pub x: i64,
    /// Width.
    pub w: i64,
}

/// A stacked bar of the groups that hold anything, with the same in words.
pub(crate) struct Bar {
    /// Parts.
    pub parts: Vec<Part>,
    /// The figures, spoken.
    pub words: String,
    /// Items in all.
    pub total: i64,
    /// Items somebody found kept.
    pub kept: i64,
}

/// The bar of some counts.
pub(crate) fn bar(v: &Visit, counts: &Counts) -> Bar {
    let total = counts.total();
    let (mut parts, mut sum, mut words) = (Vec::new(), 0, Vec::new());
    for (key, n) in counts.all().filter(|(_, n)| *n > 0) {
        let x = sum * 600 / total.max(1);
        sum += n;
        let w = (sum * 600 / total.max(1) - x - 2).max(2);
        let label = v.t_of("state", key);
        words.push(v.t2("public.label_n", "label", &label, "n", v.n(n)));
        parts.push(Part { key, label, n, x, w });
    }
    let words = words.join(v.t("public.comma"));
    Bar {
        parts,
        words,
        total,
        kept: counts.of("kept"),
    }
}

/// Groups that a legend always names, also at zero: what would embarrass us must not be missing.
const ALWAYS: [&str; 4] = ["kept", "running", "rectifying", "overdue"];

/// The legend: word, count and link for each group.
pub(crate) fn legend(v: &Visit, counts: &Counts) -> Vec<Part> {
    let shown = counts.all().filter(|(key, n)| *n > 0 || ALWAYS.contains(key));
    shown
        .map(|(key, n)| Part {
            key,
            label: v.t_of("state", key),
            n,
            x: 0,
            w: 0,
        })
        .collect()
}

/// The address people type, without the last slash.
pub(crate) fn base(v: &Visit) -> String {
    let config = v.web().app().config();
    match config.public_url.trim_end_matches('/') {
        "" => format!("http://{}", config.listen),
        url => url.to_owned(),
    }
}

/// The key of the sentence that counts who promised: party organisations, units where departments pledge too, people
/// alone while no unit has.
pub(crate) fn lead_key(campaign: Option<&RunningCampaign>, units: i64) -> &'static str {
    match campaign {
        _ if units == 0 => "public.lead_people",
        Some(campaign) if campaign.template.scope.has_departments() => "public.lead_units",
        _ => "public.lead",
    }
}

/// When publication begins, in words; empty without a campaign.
pub(crate) fn planned(v: &Visit, campaign: Option<&RunningCampaign>) -> String {
    let window = campaign.and_then(|c| c.window(domain::campaign::GatedAct::Publicise, v.today()));
    match window {
        Some(w) if w.starts_on > v.today() => v.t1("public.planned", "date", v.date(w.starts_on)),
        Some(_) => v.t("public.soon").to_owned(),
        None => v.t("public.no_campaign").to_owned(),
    }
}
