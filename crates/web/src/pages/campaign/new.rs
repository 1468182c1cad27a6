//! A new campaign: template, first day, the dates of its steps before anything is made (screen 27).

use super::{StageRow, stage_row};
use crate::fields::{Fields, Form, mendable};
use crate::respond::{Answer, page_with, see_other};
use crate::visit::Visit;
use app::campaign::{CreateCampaign, Source, fault_said, typed_date};
use askama::Template;
use axum::http::StatusCode;
use domain::campaign::{shipped, stages};
use domain::problem::{Problem, Problems};
use domain::time::add_days;
use jiff::civil::{Date, Weekday};

#[derive(Template)]
#[template(path = "campaign/new.html")]
struct NewPage {
    v: Visit,
    f: Form,
    templates: Vec<(String, String)>,
    summary: String,
    preview: Vec<StageRow>,
    /// Days to begin on: the words and the day.
    quick: Vec<(String, String)>,
    /// An own template came with the form; its text goes along until the campaign is made.
    own: bool,
}

impl NewPage {
    /// A mistake of an own template names what it names in words.
    fn said(&self, problem: &Problem) -> String {
        match problem.field.as_deref() {
            Some("toml") => fault_said(self.v.lang(), problem.key, &problem.args),
            _ => self.v.say(problem),
        }
    }
}

/// Days an office is likely to begin on: the template's own, the next Monday, the first of next month.
fn quick_starts(v: &Visit, template: &str) -> Vec<(String, String)> {
    let today = v.today();
    let monday = (1..=7)
        .map(|n| add_days(today, n))
        .find(|d| d.weekday() == Weekday::Monday);
    let first = (1..=31).map(|n| add_days(today, n)).find(|d| d.day() == 1);
    let own = Source::Shipped(template.to_owned())
        .read()
        .ok()
        .and_then(|t| t.starts_on);
    let named = [
        ("campaign.start_monday", monday),
        ("campaign.start_month", first),
        ("campaign.start_original", own),
    ];
    let link = |(key, day): (&str, Option<Date>)| {
        let day = day?;
        Some((v.t1(key, "date", v.date(day)), day.to_string()))
    };
    named.into_iter().filter_map(link).collect()
}

fn new_page(v: Visit, f: Form) -> NewPage {
    let chosen = f.get("template").to_owned();
    let read = |key: &str| Source::Shipped(key.to_owned()).read().ok();
    let templates = shipped()
        .iter()
        .filter_map(|(key, _)| Some(((*key).to_owned(), read(key)?.title.get(v.lang()).to_owned())))
        .collect();
    let own = !f.get("toml_text").is_empty();
    let template = if own {
        Source::Own(f.get("toml_text").to_owned()).read().ok()
    } else {
        read(&chosen)
    };
    let first = typed_date("starts_on", f.get("starts_on"), v.today()).ok();
    let moved = template.as_ref().zip(first).map(|(t, first)| t.shift(first));
    let preview = moved.as_ref().map(|t| {
        stages(t, &[], v.today())
            .iter()
            .map(|s| stage_row(&v, s))
            .collect()
    });
    NewPage {
        quick: quick_starts(&v, &chosen),
        summary: template
            .map(|t| t.summary.get(v.lang()).to_owned())
            .unwrap_or_default(),
        preview: preview.unwrap_or_default(),
        templates,
        own,
        f,
        v,
    }
}

/// Where the template comes from: a file sent now, the text of one sent before, or one of ours.
fn source(fields: &Fields) -> Result<Source, Problem> {
    let before = fields.get("toml_text");
    match fields.file("toml") {
        None if before.is_empty() => Ok(Source::Shipped(fields.trimmed("template"))),
        None => Ok(Source::Own(before.to_owned())),
        Some(file) => std::str::from_utf8(&file.bytes)
            .map(|text| Source::Own(text.to_owned()))
            .map_err(|_| Problem::invalid("campaign.toml_not_text").on("toml")),
    }
}

/// A browser does not send a chosen file twice: its text goes along in the form.
fn keep_own(fields: Fields) -> Fields {
    match source(&fields) {
        Ok(Source::Own(text)) => fields.with("toml_text", text),
        _ => fields,
    }
}

fn status_of(problems: &Problems) -> StatusCode {
    match problems.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// The dates of the steps before anything is made. It is a form that is sent, so that its token stays out of the
/// address and of every log.
pub(super) async fn preview(v: Visit, fields: Fields) -> Answer {
    let fields = match fields.trimmed("quick") {
        day if day.is_empty() => fields,
        day => fields.with("starts_on", day),
    };
    let mut problems = Problems::new();
    match source(&fields) {
        Ok(source) => drop(problems.absorb(source.read())),
        Err(problem) => problems.push(problem),
    }
    problems.note(typed_date("starts_on", fields.get("starts_on"), v.today()));
    let status = status_of(&problems);
    page_with(status, &new_page(v, Form::mend(keep_own(fields), problems)))
}

pub(super) async fn show(v: Visit) -> Answer {
    let first = shipped().first().map_or("", |(key, _)| key);
    let template = if v.query("template").is_empty() {
        first
    } else {
        v.query("template")
    };
    let starts_on = v.query("starts_on");
    let texts = [
        ("template", template),
        ("starts_on", starts_on),
        ("title", v.query("title")),
    ];
    let texts = texts.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let mut problems = Problems::new();
    if !starts_on.is_empty() {
        problems.note(typed_date("starts_on", starts_on, v.today()));
    }
    let status = status_of(&problems);
    page_with(
        status,
        &new_page(v, Form::mend(Fields::of(texts.to_vec()), problems)),
    )
}

pub(super) async fn create(v: Visit, fields: Fields) -> Answer {
    let made = match source(&fields) {
        Ok(source) => {
            let case = CreateCampaign {
                source,
                title: fields.trimmed("title"),
                starts_on: fields.trimmed("starts_on"),
            };
            v.web().app().execute(v.actor(), case).await
        }
        Err(problem) => Err(problem.into()),
    };
    match made {
        Ok(id) => Ok(see_other(&format!("/campaigns/{id}?said=saved"))),
        Err(error) => {
            let f = Form::mend(keep_own(fields), mendable(error)?);
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &new_page(v, f))
        }
    }
}
