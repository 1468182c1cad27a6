//! Typing for members who cannot (screen 25): the paper's note, the code, and the page on which the member
//! himself confirms.

use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page, page_with, see_other, status};
use crate::visit::Visit;
use app::pledge::{
    AttachPaper, ConfirmByPaper, ConfirmBySlip, ConfirmOwn, IssueConfirmSlip, OpenDesk, OpenPledge,
    SlipOwner, SlipView, slip_actor,
};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::access::Permission;
use domain::problem::Problem;

pub(crate) fn routes() -> Vec<Route> {
    let gate = Gate::Holds(Permission::FileOnBehalf);
    vec![
        Route::post("/branch-pledge/on-behalf/{person}/paper", gate, paper),
        Route::post("/branch-pledge/on-behalf/{person}/slip", gate, slip),
        Route::get(
            "/branch-pledge/drafts/{pledge}",
            Gate::Holds(Permission::CommentOnDraft),
            draft,
        ),
        Route::post(
            "/branch-pledge/drafts/{pledge}",
            Gate::Holds(Permission::CommentOnDraft),
            remark,
        ),
        Route::get("/confirm-pledge", Gate::Fresh, confirm_form),
        Route::post("/confirm-pledge", Gate::Fresh, confirm),
    ]
}

async fn paper(v: Visit, at: super::Place, fields: Fields) -> Answer {
    let case = ConfirmByPaper {
        pledge: fields.trimmed("pledge"),
        note: fields.trimmed("note"),
        consent: fields.has("consent"),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(()) => Ok(see_other(&format!("{}?said=confirmed_on_paper", at.base))),
        Err(error) => super::overview_again(v, at, fields, error).await,
    }
}

async fn lay_beside(v: &Visit, at: &super::Place, fields: &Fields) -> app::Result<()> {
    let app = v.web().app();
    // Who may not attach is told so before a large picture is looked into.
    let desk = at.desk.clone();
    app.query(v.actor(), OpenDesk { desk: desk.clone() }).await?;
    let scan = match fields.file("file") {
        Some(file) => Some(app::stamped::keep(app, &file.name, &file.bytes).await?),
        None => None,
    };
    app.execute(v.actor(), AttachPaper { desk, scan }).await.map(drop)
}

/// Lays the scan of the paper beside the form.
pub(super) async fn scan(v: Visit, at: super::Place, fields: Fields) -> Answer {
    match lay_beside(&v, &at, &fields).await {
        Ok(()) => Ok(see_other(&format!("{}?said=paper_attached", at.base))),
        Err(error) => super::overview_again(v, at, fields, error).await,
    }
}

pub(super) async fn confirm_own(v: Visit, at: super::Place, fields: Fields) -> Answer {
    let case = ConfirmOwn {
        pledge: fields.trimmed("pledge"),
        consent: fields.has("consent"),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(()) => Ok(see_other("/my-pledge?said=confirmed_myself")),
        Err(error) => super::overview_again(v, at, fields, error).await,
    }
}

#[derive(Template)]
#[template(path = "pledge/slip.html")]
struct SlipPage {
    v: Visit,
    code: String,
    back: String,
    address: String,
}

async fn slip(v: Visit, Path(person): Path<String>, fields: Fields) -> Answer {
    let code = v
        .web()
        .app()
        .execute(
            v.actor(),
            IssueConfirmSlip {
                pledge: fields.trimmed("pledge"),
            },
        )
        .await?;
    let address = format!("{}/confirm-pledge", crate::pages::public::view::base(&v));
    page(&SlipPage {
        code: code.to_string(),
        back: format!("/branch-pledge/on-behalf/{person}"),
        address,
        v,
    })
}

#[derive(Template)]
#[template(path = "pledge/draft.html")]
struct DraftPage {
    v: Visit,
    l: super::Lying,
    f: Form,
}

async fn draft_page(v: &Visit, pledge: &str) -> Result<super::Lying, crate::Failure> {
    let d = v
        .web()
        .app()
        .query(
            v.actor(),
            OpenPledge {
                id: pledge.to_owned(),
            },
        )
        .await?;
    let at = super::Place::of("/my-pledge");
    Ok(super::Lying::of(v, &at, d))
}

async fn draft(v: Visit, Path(pledge): Path<String>) -> Answer {
    let l = draft_page(&v, &pledge).await?;
    page(&DraftPage {
        v,
        l,
        f: Form::default(),
    })
}

async fn remark(v: Visit, Path(pledge): Path<String>, fields: Fields) -> Answer {
    let case = app::pledge::AddComment {
        pledge: pledge.clone(),
        words: fields.get("words").to_owned(),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(_) => Ok(see_other(&format!(
            "/branch-pledge/drafts/{pledge}?said=comment_added"
        ))),
        Err(error) => {
            let problems = mendable(error)?;
            let l = draft_page(&v, &pledge).await?;
            page_with(
                StatusCode::UNPROCESSABLE_ENTITY,
                &DraftPage {
                    v,
                    l,
                    f: Form::mend(fields, problems),
                },
            )
        }
    }
}

/// An item as its owner sees it before he stands by it: everything that was typed.
struct ShownItem {
    parts: Vec<(String, bool)>,
    facts: Vec<String>,
}

fn shown_item(v: &Visit, draft: &app::pledge::Draft, item: &app::pledge::DraftItem) -> ShownItem {
    let i = &item.item;
    let mut facts = Vec::new();
    for (key, text) in [
        ("pledge.item_measure", &i.measure),
        ("pledge.item_beneficiary", &i.beneficiary),
    ] {
        if !text.is_empty() {
            facts.push(v.t1(key, "text", text));
        }
    }
    match i.due_date.or(draft.due_date) {
        Some(day) => facts.push(v.t1("pledge.item_due", "date", v.date(day))),
        None => facts.push(v.t("pledge.item_no_due").to_owned()),
    }
    if !i.joint.is_empty() {
        facts.push(v.t1("pledge.item_joint", "who", &i.joint));
    }
    ShownItem {
        parts: super::show::measured_parts(v, &i.content),
        facts,
    }
}

#[derive(Template)]
#[template(path = "pledge/confirm.html")]
struct ConfirmPage {
    v: Visit,
    f: Form,
    shown: Option<SlipView>,
    items: Vec<ShownItem>,
    done: bool,
}

fn confirm_page(v: Visit, f: Form, shown: Option<SlipView>) -> ConfirmPage {
    let draft = shown
        .as_ref()
        .and_then(|s| app::pledge::Draft::of(&s.pledge).ok())
        .unwrap_or_default();
    let items = draft.items.iter().map(|i| shown_item(&v, &draft, i)).collect();
    ConfirmPage {
        items,
        shown,
        done: false,
        v,
        f,
    }
}

async fn confirm_form(v: Visit) -> Answer {
    page(&confirm_page(v, Form::default(), None))
}

/// First the code shows what was typed; with the box ticked it confirms.
async fn confirm(v: Visit, fields: Fields) -> Answer {
    let app = v.web().app().clone();
    let code = fields.trimmed("code");
    let found = app.query(v.actor(), SlipOwner { code: code.clone() }).await;
    let view = match found {
        Ok(view) => view,
        Err(error) => return confirm_again(v, fields, None, error),
    };
    if !fields.has("confirm") {
        let f = Form::fresh(&[("code", &code)]);
        return page(&confirm_page(v, f, Some(view)));
    }
    let case = ConfirmBySlip {
        code,
        consent: fields.has("consent"),
    };
    match app.execute(&slip_actor(&view), case).await {
        Ok(_) => page(&ConfirmPage {
            done: true,
            ..confirm_page(v, Form::default(), Some(view))
        }),
        Err(error) => confirm_again(v, fields, Some(view), error),
    }
}

fn confirm_again(v: Visit, fields: Fields, view: Option<SlipView>, error: app::Error) -> Answer {
    let problems = mendable(error)?;
    let code = problems
        .0
        .first()
        .map_or(StatusCode::UNPROCESSABLE_ENTITY, |p: &Problem| status(&p.kind));
    page_with(code, &confirm_page(v, Form::mend(fields, problems), view))
}
