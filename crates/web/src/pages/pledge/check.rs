//! The first page of writing: the boxes of the form's head.

use super::{Lying, Place, lying, or_begin, paper, revision, worded};
use crate::fields::{Fields, Form, mendable};
use crate::respond::{Answer, page, page_with, see_other};
use crate::visit::Visit;
use app::pledge::{Edit, SaveDraft};
use askama::Template;
use axum::http::StatusCode;

#[derive(Template)]
#[template(path = "pledge/check.html")]
struct CheckPage {
    v: Visit,
    at: Place,
    l: Lying,
    f: Form,
    known: Vec<(String, String)>,
    missing: Vec<(String, String)>,
    groups: Vec<(String, String)>,
}

impl CheckPage {
    fn hint(&self, name: &str) -> &'static str {
        match name {
            "birth_month" | "joined_month" => self.v.t("pledge.month_hint"),
            "sex" => self.v.t("pledge.sex_hint"),
            _ => "",
        }
    }
}

/// The boxes of the form in the order of the paper: known ones to look at, empty ones to fill in.
fn check_page(v: Visit, at: Place, l: Lying, f: Form) -> CheckPage {
    let (known, missing) = paper::boxes(&v, &l);
    let groups = l.d.campaign.template.posts.iter();
    let groups = groups
        .map(|p| (p.key.clone(), p.label.get(v.lang()).to_owned()))
        .collect();
    CheckPage {
        known,
        missing,
        groups,
        v,
        at,
        l,
        f,
    }
}

pub(super) async fn check(v: Visit, at: Place) -> Answer {
    let l = lying(&v, &at).await?;
    if let Some(elsewhere) = or_begin(&l, &at) {
        return Ok(elsewhere);
    }
    let header = l.d.filed.as_ref().map(|f| f.header.clone()).unwrap_or_default();
    let f = Form::fresh(&[("fault", &header.fault), ("post_group", &header.post_group)]);
    page(&check_page(v, at, l, f))
}

pub(super) async fn save_check(v: Visit, at: Place, fields: Fields) -> Answer {
    let l = lying(&v, &at).await?;
    let boxes = fields
        .under("box.")
        .map(|(n, t)| (n.to_owned(), t.trim().to_owned()));
    let edit = Edit::Header {
        boxes: boxes.filter(|(_, t)| !t.is_empty()).collect(),
        post_group: fields.trimmed("post_group"),
        fault: fields.trimmed("fault"),
    };
    let case = SaveDraft {
        pledge: l.id().to_owned(),
        revision: revision(&fields, &l),
        edit,
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(_) => {
            let next = l.steps.get(1).map_or(at.base.clone(), |s| s.href.clone());
            Ok(see_other(&next))
        }
        Err(error) => {
            let mut problems = worded(&v, &l.labels, mendable(error)?);
            for problem in &mut problems.0 {
                let own = problem.field.as_ref().map(|field| format!("box.{field}"));
                problem.field = own.filter(|field| fields.has(field)).or(problem.field.take());
            }
            page_with(
                StatusCode::UNPROCESSABLE_ENTITY,
                &check_page(v, at, l, Form::mend(fields, problems)),
            )
        }
    }
}
