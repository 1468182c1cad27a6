//! Check answers, consent with preview, typed name (screen 17); the page after handing in (screen 18).

use super::{Lying, Place, lying, revision, worded};
use crate::fields::{Fields, Form, mendable};
use crate::respond::{Answer, page, page_with, see_other};
use crate::visit::Visit;
use app::pledge::{Edit, SubmitPledge};
use askama::Template;
use axum::http::StatusCode;
use domain::campaign::template::{PublicField, public_post};
use domain::pledge::{INK_POINTS_MAX, INK_STROKES_MAX, Ink, PAD_HIGH, PAD_WIDE};
use domain::problem::{Problem, Problems};
use domain::publication::{NameDisplay, display_name};

#[derive(Template)]
#[template(path = "pledge/sign.html")]
struct SignPage {
    v: Visit,
    at: Place,
    l: Lying,
    f: Form,
    channels: Vec<(String, String)>,
    signer: String,
}

impl SignPage {
    /// Whether strangers see the box in this campaign.
    fn public(&self, field: &str) -> bool {
        let shown = &self.l.d.campaign.template.public_fields;
        let asked = match field {
            "measure" => PublicField::Measure,
            _ => PublicField::Beneficiary,
        };
        shown.contains(&asked)
    }

    /// The name as strangers will read it.
    fn name(&self) -> String {
        let Some(person) = &self.l.d.subject.person else {
            return self.l.d.subject.unit.name.clone();
        };
        let masked = self.v.house().settings.mask_names && !person.leading_cadre;
        let names = if masked {
            NameDisplay::Masked
        } else {
            NameDisplay::Full
        };
        display_name(&person.name, names)
    }

    /// The post as strangers will read it; empty where they do not.
    fn post(&self) -> &str {
        let public = &self.l.d.campaign.template.public_fields;
        let person = self.l.d.subject.person.as_ref();
        person.map_or("", |p| public_post(public, p.leading_cadre, &p.title, &p.post))
    }
}

impl SignPage {
    /// Whose name is typed: one's own as signature, or that of the person one types for, which signs nothing.
    fn signature(&self) -> &'static str {
        match self.at.behalf() {
            true => "pledge.signature_behalf",
            false => "pledge.signature",
        }
    }

    fn signature_hint(&self) -> &'static str {
        match self.at.behalf() {
            true => "pledge.signature_behalf_hint",
            false => "pledge.signature_hint",
        }
    }

    /// What was drawn, when it can be used: what cannot is drawn anew.
    fn drawn(&self) -> String {
        let ink = Ink::parse(self.f.get("drawn")).ok().flatten();
        ink.map(|ink| ink.text()).unwrap_or_default()
    }

    /// What is wrong with one item.
    fn about(&self, place: &usize) -> Vec<&domain::problem::Problem> {
        let prefix = format!("items.{place}.");
        self.f
            .problems()
            .iter()
            .filter(|p| p.field.as_deref().is_some_and(|f| f.starts_with(&prefix)))
            .collect()
    }
}

/// The fields of an item lie on its own page; here its row is what a link leads to, with the button that opens it.
fn on_rows(mut problems: Problems) -> Problems {
    for problem in &mut problems.0 {
        let row = problem.field.as_deref().and_then(|f| f.strip_prefix("items."));
        if let Some((place, _)) = row.and_then(|f| f.split_once('.')) {
            problem.field = Some(format!("items.{place}.content"));
        }
    }
    problems
}

fn sign_page(v: Visit, at: Place, l: Lying, f: Form) -> SignPage {
    let channels = l.d.campaign.channels().iter();
    let channels = channels
        .map(|c| (c.key.clone(), c.label.get(v.lang()).to_owned()))
        .collect();
    let signer =
        l.d.subject
            .person
            .as_ref()
            .map_or(v.actor().name.clone(), |p| p.name.clone());
    SignPage {
        channels,
        signer,
        v,
        at,
        l,
        f,
    }
}

/// 完成时限 of the form: what was set, else the latest date of its items.
fn form_due(v: &Visit, l: &Lying) -> String {
    let Some(filed) = &l.d.filed else {
        return String::new();
    };
    let latest = filed.draft.items.iter().filter_map(|i| i.item.due_date).max();
    filed
        .draft
        .due_date
        .or(latest)
        .map(|d| v.date(d))
        .unwrap_or_default()
}

pub(crate) async fn show(v: Visit, at: Place) -> Answer {
    let l = lying(&v, &at).await?;
    if let Some(elsewhere) = super::or_begin(&l, &at) {
        return Ok(elsewhere);
    }
    let mut texts = vec![("due_date".to_owned(), form_due(&v, &l))];
    if let Some(filed) = &l.d.filed {
        texts.extend(
            filed
                .draft
                .channels
                .iter()
                .map(|c| ("channels".to_owned(), c.clone())),
        );
        texts.push((
            "pledged_on".to_owned(),
            filed.draft.pledged_on.map(|d| v.date(d)).unwrap_or_default(),
        ));
    }
    let f = Form::mend(Fields::of(texts), domain::problem::Problems::new());
    page(&sign_page(v, at, l, f))
}

pub(crate) async fn submit(v: Visit, at: Place, fields: Fields) -> Answer {
    let l = lying(&v, &at).await?;
    let closing = Edit::Closing {
        due_typed: fields.trimmed("due_date"),
        pledged_typed: fields.trimmed("pledged_on"),
        channels: fields.all("channels").into_iter().map(str::to_owned).collect(),
    };
    let case = SubmitPledge {
        pledge: l.id().to_owned(),
        revision: revision(&fields, &l),
        closing: Some(closing),
        signature: fields.trimmed("signature"),
        drawn: fields.trimmed("drawn"),
        consent: fields.has("consent"),
        unchanged: fields.has("unchanged"),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(_) => Ok(see_other(&format!("{}/done", at.base))),
        Err(error) => {
            let mut problems = worded(&v, &l.labels, mendable(error)?);
            let name = |p: &&mut Problem| p.key == "problem.pledge.signature_differs" && at.behalf();
            for typed in problems.0.iter_mut().filter(name) {
                typed.key = "problem.pledge.signature_behalf_differs";
            }
            let code = problems.0.first().map_or(StatusCode::UNPROCESSABLE_ENTITY, |p| {
                crate::respond::status(&p.kind)
            });
            // The newest state, so that a second press is not refused for the same conflict.
            let l = lying(&v, &at).await?;
            let problems = on_rows(problems);
            page_with(code, &sign_page(v, at, l, Form::mend(fields, problems)))
        }
    }
}

#[derive(Template)]
#[template(path = "pledge/done.html")]
struct DonePage {
    v: Visit,
    at: Place,
    l: Lying,
    code: String,
    reviewers: String,
}

/// Who looks at it next: the role, and the name where it is one person.
fn reviewers(v: &Visit, step: &app::review::NextStep) -> String {
    let role = v.t_of("role", step.role.name());
    match step.names.as_slice() {
        [one] => v.t2("pledge.reviewer", "role", role, "name", one),
        _ => role,
    }
}

/// What was handed in, for as long as one wants to look at it: the page can be bookmarked.
pub(crate) async fn done(v: Visit, at: Place) -> Answer {
    let l = lying(&v, &at).await?;
    let last = l.d.filed.as_ref().and_then(|f| f.versions.last());
    let Some(last) = last else {
        return Ok(see_other(&at.base));
    };
    let code = domain::ids::CheckCode::parse(&last.check_code)
        .map(|c| c.to_string())
        .unwrap_or_default();
    let next = app::review::FindNext(l.id().to_owned());
    let next = v.web().app().query(v.actor(), next).await?;
    page(&DonePage {
        code,
        reviewers: next.map(|step| reviewers(&v, &step)).unwrap_or_default(),
        v,
        at,
        l,
    })
}
