//! Who has not filed, and what was heard: visits, opinions, demands, feedback (N3, N7, N9). Nobody who spoke is in them.

use super::{Words, day};
use crate::feedback;
use crate::survey::{Demand, DemandFilter, Desk, Opinion, Place, Unanswered, Visit};
use crate::workbench::Missing;
use documents::table::Table;
use domain::campaign::coverage::Named;
use domain::feedback::FeedbackState;

/// Who had not filed by the end of a day, a row for each, then who need not.
pub fn missing(words: Words<'_>, m: &Missing) -> Table {
    let people = m.branches.iter().flat_map(|b| {
        let own = b.own_missing.then_some((b, None::<&Named>));
        own.into_iter()
            .chain(b.people.missing.iter().map(move |p| (b, Some(p))))
    });
    let excused = m
        .branches
        .iter()
        .flat_map(|b| b.people.excused.iter().map(move |p| (b, Some(p))));
    let rows: Vec<_> = people
        .map(|(b, who)| (b, who, "list.not_filed"))
        .chain(excused.map(|(b, who)| (b, who, "list.excused")))
        .collect();
    let day = lang::date(words.lang, m.day);
    words
        .sheet(words.t("missing.title"), &day, rows.iter())
        .column("list.unit", |(b, ..)| b.unit.name.as_str())
        .column("list.who", |(_, who, _)| match who {
            Some(named) => named.name.clone(),
            None => words.t("missing.own").to_owned(),
        })
        .column("list.state", |(.., state)| words.t(state))
        .column("list.reason", |(_, who, _)| {
            who.map(|named| named.reason.as_str())
        })
        .done()
}

fn place<'a>(words: Words<'a>, places: &'a [Place], unit: Option<&str>) -> &'a str {
    match unit {
        None => lang::find(words.lang, "survey.whole").unwrap_or_default(),
        Some(id) => places.iter().find(|p| p.id == id).map_or("", |p| &p.name),
    }
}

/// The opinions of a desk. The day is all that is known of when, and nothing is known of who.
pub fn opinions(words: Words<'_>, desk: &Desk, chosen: &str) -> Table {
    words
        .sheet(words.t("survey.opinions"), chosen, &desk.opinions)
        .column("list.unit", |o: &Opinion| {
            place(words, &desk.places, o.unit_id.as_deref())
        })
        .column("list.said_on", |o| day(&o.said_on))
        .column("list.source", |o| words.t_of("opinion_source", &o.source))
        .column("list.words", |o| o.words.as_str())
        .column("list.voices", |o| o.voices)
        .column("list.demand", |o| {
            o.demand_id.as_deref().map(|id| desk.demand(id))
        })
        .column("list.set_aside", |o| o.set_aside.as_str())
        .done()
}

/// The list of demands (N7).
pub fn demands(words: Words<'_>, demands: &[Demand], places: &[Place], filter: DemandFilter) -> Table {
    let chosen = match filter {
        DemandFilter::All => String::new(),
        some => {
            let named = DemandFilter::ALL.iter().find(|(_, f)| *f == some);
            named.map_or_else(String::new, |(name, _)| words.t_of("demand_filter", name))
        }
    };
    let state = |d: &Demand| match d {
        d if DemandFilter::Declined.takes(d) => "declined",
        d if DemandFilter::Answered.takes(d) => "answered",
        _ => "open",
    };
    words
        .sheet(words.t("demand.list"), &chosen, demands)
        .column("list.unit", |d: &Demand| {
            place(words, places, d.unit_id.as_deref())
        })
        .column("list.demand", |d| d.title.as_str())
        .column("list.voices", |d| d.voices)
        .column("list.opinions", |d| d.opinions)
        .column("list.state", |d| words.t_of("demand_state", state(d)))
        .column("list.answering", |d| d.items)
        .column("list.reason", |d| d.reason.as_str())
        .column("list.public", |d| words.yes_or_no(d.public))
        .done()
}

/// The log of visits and symposiums (N9).
pub fn visits(words: Words<'_>, visits: &[Visit], places: &[Place]) -> Table {
    words
        .sheet(words.t("visit.list"), "", visits)
        .column("list.held_on", |v: &Visit| day(&v.held_on))
        .column("list.unit", |v| place(words, places, Some(&v.unit_id)))
        .column("list.form", |v| words.t_of("visit", &v.kind))
        .column("list.place", |v| v.place.as_str())
        .column("list.met", |v| v.met.as_str())
        .column("list.points", |v| v.points.as_str())
        .done()
}

/// What the public said, of one state. The contact somebody left stays where it is answered.
pub fn feedback(words: Words<'_>, desk: &feedback::Desk, state: FeedbackState) -> Table {
    let labels = desk.campaign.labels(words.lang);
    let grades = &desk.campaign.template.satisfaction;
    let chosen = words.t_of("feedback_state", state.name());
    words
        .sheet(words.t("feedback_desk.title"), &chosen, &desk.rows)
        .column("list.unit", |r: &feedback::DeskRow| r.place.as_str())
        .column("list.about", |r| r.subject.as_str())
        .column("list.said_on", |r| day(&r.feedback.said_on))
        .column("list.grade", |r| {
            let grade = grades.iter().find(|g| i64::from(g.score) == r.feedback.grade);
            grade.map(|g| g.label.get(words.lang))
        })
        .column("list.reason", |r| {
            let keys: Vec<String> = serde_json::from_str(&r.feedback.reasons).unwrap_or_default();
            words.joined(keys.iter().map(|key| labels.satisfaction_reason(key)))
        })
        .column("list.words", |r| r.feedback.words.as_str())
        .column("list.due_on", |r| day(&r.feedback.due_on))
        .column("list.answer", |r| r.feedback.reply.as_str())
        .column("list.public", |r| words.yes_or_no(r.feedback.reply_public))
        .column("list.hidden_reason", |r| r.feedback.hidden_reason.as_str())
        .done()
}

/// Demands without an answer, those nobody has taken up first, then those somebody has and has not yet answered (N7).
pub fn unanswered(words: Words<'_>, all: &Unanswered) -> Table {
    let rows = all.waiting.iter().chain(&all.claimed);
    words
        .sheet(words.t("unanswered.title"), "", rows)
        .column("list.unit", |d| match d.place.as_str() {
            "" => words.t("survey.whole"),
            name => name,
        })
        .column("list.demand", |d| d.demand.title.as_str())
        .column("list.voices", |d| d.demand.voices)
        .column("list.waited_days", |d| i64::from(d.days))
        .column("list.taken_up_by", |d| {
            words.joined(d.claims.iter().map(|c| c.name.as_str()))
        })
        .done()
}
