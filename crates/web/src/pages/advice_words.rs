//! The words of the advice as the office edits them: what the house adds to a list and does without (N6, N8).

use super::pledge::remark;
use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, download, page, page_with, see_other};
use crate::visit::Visit;
use app::advice::{EditWords, FindWords, WordsView};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::access::Permission;
use domain::advice::{Context, HouseWords, ListChange, advise_in, editable_lists, shipped_words};
use domain::problem::{Problem, ProblemKind};

pub(super) fn routes() -> Vec<Route> {
    let gate = Gate::Holds(Permission::ManageCampaign);
    vec![
        Route::get("/advice-words", gate, show),
        Route::get("/advice-words/rules.toml", gate, text),
        Route::get("/advice-words/{list}", gate, list),
        Route::post("/advice-words/{list}", gate, save),
    ]
}

/// A list with its counts.
struct ListLine {
    key: String,
    shipped: usize,
    more: usize,
    without: usize,
}

#[derive(Template)]
#[template(path = "advice/words.html")]
struct WordsPage {
    v: Visit,
    view: WordsView,
    lists: Vec<ListLine>,
    /// A sentence somebody tried; what it is, and what is remarked.
    tried: String,
    class: String,
    /// Key of its name in the catalogue.
    class_key: String,
    remarks: Vec<(String, String, String)>,
}

async fn show(v: Visit) -> Answer {
    let view = v.web().app().query(v.actor(), FindWords).await?;
    let line = |key: String| {
        let change = view.words.change(&key);
        ListLine {
            shipped: shipped_words(&key).len(),
            more: change.more.len(),
            without: change.without.len(),
            key,
        }
    };
    let lists = editable_lists().into_iter().map(line).collect();
    let tried = v.query("text").trim().to_owned();
    let (mut class, mut remarks) = (String::new(), Vec::new());
    if !tried.is_empty() {
        let context = Context {
            rules: &view.rules,
            ..Context::default()
        };
        let advice = advise_in(&tried, &context);
        advice.class.name().clone_into(&mut class);
        remarks.extend(advice.remarks.iter().filter_map(|r| remark(&v, &tried, r)));
    }
    page(&WordsPage {
        lists,
        tried,
        class_key: format!("class_{class}"),
        class,
        remarks,
        view,
        v,
    })
}

async fn text(v: Visit) -> Answer {
    let view = v.web().app().query(v.actor(), FindWords).await?;
    let name = format!("advice-{}.toml", view.rules.version());
    let text = view.words.rules_text();
    Ok(download(&name, "application/toml", text.into_bytes()))
}

#[derive(Template)]
#[template(path = "advice/list.html")]
struct ListPage {
    v: Visit,
    f: Form,
    list: String,
    shipped: Vec<&'static str>,
    /// Most characters of a word of this list.
    longest: usize,
    edition: i64,
    /// Somebody else changed the list while it was edited: what holds now is shown beside.
    meanwhile: bool,
    now: ListChange,
}

async fn list_page(v: Visit, list: String, typed: Option<(Fields, domain::problem::Problems)>) -> Answer {
    if !editable_lists().contains(&list) {
        return Err(Problem::not_found("problem.not_found").into());
    }
    let view = v.web().app().query(v.actor(), FindWords).await?;
    let now = view.words.change(&list);
    let conflict = |p: &Problem| p.kind == ProblemKind::Conflict;
    let meanwhile = typed
        .as_ref()
        .is_some_and(|(_, problems)| problems.0.iter().any(conflict));
    let status = match (&typed, meanwhile) {
        (None, _) => StatusCode::OK,
        (_, true) => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let f = match typed {
        Some((fields, problems)) => Form::mend(fields, problems),
        None => Form::fresh(&[
            ("more", &now.more.join("\n")),
            ("without", &now.without.join("\n")),
        ]),
    };
    page_with(
        status,
        &ListPage {
            shipped: shipped_words(&list),
            longest: HouseWords::longest(&list),
            edition: view.edition,
            meanwhile,
            now,
            list,
            f,
            v,
        },
    )
}

async fn list(v: Visit, Path(list): Path<String>) -> Answer {
    list_page(v, list, None).await
}

async fn save(v: Visit, Path(list): Path<String>, fields: Fields) -> Answer {
    let case = EditWords {
        list: list.clone(),
        more: fields.get("more").to_owned(),
        without: fields.get("without").to_owned(),
        edition: fields.get("edition").parse().unwrap_or(0),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(_) => Ok(see_other("/advice-words?said=saved")),
        Err(error) => {
            let problems = mendable(error)?;
            list_page(v, list, Some((fields, problems))).await
        }
    }
}
